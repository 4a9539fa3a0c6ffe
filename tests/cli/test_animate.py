"""``neuroviz animate``: a film of a run."""

import pytest
from PIL import Image, ImageSequence

import neuroviz as nv
from neuroviz.core.choices.settings import Settings
from neuroviz.core.slices import finished
from neuroviz.session.film import FilmOrder
from neuroviz.ui.export.film import film_bytes
from neuroviz.ui.theme.colours import LIGHT
from tests.session.fresh import ready


def test_a_film_is_written(neuroviz, qapp, tmp_path):
    """With at most 720 pixels and 15 pictures a second; from Python it is the same to the byte."""
    path = tmp_path / "or.gif"
    words = "animate --task or --lr 2 --epochs 4 --view loss --shape tall --theme light --seconds 2"
    result = neuroviz(*words.split(), "--output", path)
    assert (result.code, result.out, result.err) == (0, "", f"Written: {path}.\n")
    with Image.open(path) as image:
        lasts = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
        assert (image.size, len(lasts), sum(lasts)) == ((405, 720), 5, 2000)
    run = nv.train("or", learning_rate=2, epochs=4)
    other = run.animate(tmp_path / "x.gif", "loss", shape="tall", theme="light", seconds=2)
    assert other.read_bytes() == path.read_bytes()


def test_a_race_is_filmed_as_the_window_films_it(neuroviz, qapp, tmp_path):
    """From Python it is the same to the byte; its runs differ in rate or optimizer."""
    path = tmp_path / "race.gif"
    words = "animate --task line --epochs 20 --race 0.001,0.02,adam --seconds 1 --theme light"
    result = neuroviz(*words.split(), "--output", path)
    assert (result.code, result.out, result.err) == (0, "", f"Written: {path}.\n")
    run = nv.train("line", epochs=20)
    other = run.animate(tmp_path / "x.gif", race=[0.001, 0.02, "adam"], theme="light", seconds=1)
    assert other.read_bytes() == path.read_bytes()
    settings = Settings("line", epochs=20)
    changes = ({"learning_rate": 0.001}, {"learning_rate": 0.02}, {"optimizer": "adam"})
    session = ready(settings)
    named = zip(("SGD, rate 0.001", "SGD, rate 0.02", "Adam"), changes, strict=True)
    session.race([(name, settings.replace(**change)) for name, change in named])
    session.advance(20)
    order = FilmOrder("race", "wide", 1.0)
    work = film_bytes(session.frame(), order, LIGHT, ".gif", lambda *_: None)
    assert finished(work)[0] == path.read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--output x.txt", "not '.txt'"),
        ("--output x", "not ''"),
        ("--output nowhere/x.gif", "folder"),
        ("--output x.gif --view all_of_it", "no view named 'all_of_it'"),
        ("--output x.gif --view race", "no view named 'race'"),
        ("--output x.gif --race sgd", "A race has 2 to 8 runs, not 1."),
        ("--output x.gif --race 1,adamm", "did you mean adam?"),
        ("--output x.gif --race 1,1e99", "from 1e-12 to 1e12"),
        ("--output x.gif --race 1,2 --view loss", "leave out the view"),
        ("--output x.gif --task line --batch-size 2 --race sgd,newton", "with other batches"),
        ("--output x.gif --race 1,2 --edit 5:lr=1", "leave out edits"),
        ("--output x.gif --shape round", "no shape named 'round'"),
        ("--output x.gif --theme blue", "no theme named 'blue'"),
        ("--output x.gif --seconds 0", "neuroviz: --seconds must be a number from 1 to 30"),
        ("--task and", "--output"),
    ],
)
def test_what_cannot_be_is_said_before_the_training(neuroviz, tmp_path, monkeypatch, words, said):
    """One line, code 2, and no file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "neuroviz.api.run.Trainer.advance_for", lambda *args: pytest.fail("it trained")
    )
    result = neuroviz("animate", *words.split())
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert said in result.err
    assert not list(tmp_path.iterdir())


def test_help_names_views_and_shapes(neuroviz):
    """What can be chosen stands in the help text."""
    text = " ".join(neuroviz("animate", "--help").out.split())
    assert "run, neuron, data, landscape, loss, weights, step" in text
    assert "wide, square, tall" in text
