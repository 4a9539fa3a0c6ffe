"""``neuroviz animate``: a film of a run."""

import pytest
from PIL import Image, ImageSequence

import neuroviz as nv


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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--output x.txt", "not '.txt'"),
        ("--output x", "not ''"),
        ("--output nowhere/x.gif", "folder"),
        ("--output x.gif --view all_of_it", "no view named 'all_of_it'"),
        ("--output x.gif --view race", "no view named 'race'"),
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
