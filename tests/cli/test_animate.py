"""``neuroviz animate``: the run as a moving picture."""

import numpy as np
import pytest
from PIL import Image, ImageSequence

import neuroviz as nv
from neuroviz.session.film import film_of


def test_an_animation_is_written(neuroviz, tmp_path):
    """As many pictures of that width as the film has steps.

    From Python the file is the same to the byte.
    """
    path = tmp_path / "or.gif"
    words = [
        "animate",
        "--task",
        "or",
        "--lr",
        "2",
        "--epochs",
        "9",
        "--view",
        "loss",
        "--log",
        "--pace",
        "even",
        "--seconds",
        "1",
        "--rate",
        "4",
        "--width",
        "320",
    ]
    result = neuroviz(*words, "--output", path)
    assert (result.code, result.out, result.err) == (0, "", f"Written: {path}.\n")
    with Image.open(path) as image:
        assert (image.width, image.n_frames) == (320, len(film_of(9, 1, 1, 4, "even").steps))
    run = nv.train("or", learning_rate=2, epochs=9)
    other = run.animate(
        tmp_path / "x.gif", "loss", log=True, pace="even", seconds=1, rate=4, width=320
    )
    assert other.read_bytes() == path.read_bytes()


def test_a_run_of_no_step_is_one_picture(neuroviz, tmp_path):
    """What cannot be trained moves nowhere."""
    path = tmp_path / "x.png"
    assert (
        neuroviz(
            "animate", "--task", "and_by_hand", "--view", "data", "--width", "320", "--output", path
        ).code
        == 0
    )
    pictures = [
        np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(Image.open(path))
    ]
    assert all((picture == pictures[0]).all() for picture in pictures)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--output x.txt", "not '.txt'"),
        ("--output x", "not ''"),
        ("--output nowhere/x.gif", "folder"),
        ("--output x.gif --view all_of_it", "no view named 'all_of_it'"),
        ("--output x.gif --rate 31", "from 1 to 30"),
        ("--output x.gif --seconds 0", "from 1 to 60"),
        ("--output x.gif --width 5000", "from 320 to 1920"),
        ("--output x.gif --pace slow", "time_lapse, even"),
        ("--output x.gif --view data --log", "--log is about the loss plot"),
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


def test_help_names_views_and_paces(neuroviz):
    """What can be chosen stands in the help text."""
    text = neuroviz("animate", "--help").out
    assert "neuron, data, landscape, loss, weights or all" in " ".join(text.split())
    assert "time_lapse, even" in " ".join(text.split())
