"""A sample of the monkey, and what it must not overlook.

A slow command lets it loose for long.
"""

import importlib
import warnings

import numpy as np
import pytest
from PySide6.QtCore import qWarning
from PySide6.QtGui import QImage, QPainter

from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import load_torch
from neuroviz.session.session import Session
from tests.batteries import monkey as monkey_module
from tests.batteries.monkey import Monkey, play, watched
from tests.batteries.monkey_files import fill
from tests.for_each import for_each


@pytest.fixture(autouse=True)
def _loaded():
    """Load what takes long once."""
    load_torch()
    importlib.import_module("neuroviz.pictures.matplotlib.drawing")


@pytest.fixture
def monkey(qapp, tmp_path):
    """Return a monkey at a window that is ready."""
    with watched() as found:
        made = Monkey(0, found, fill(tmp_path))
        yield made
        made.close()


def test_100_actions_find_nothing(qapp, tmp_path):
    """No exception, no warning, no nan, nothing slow, and every Reset comes to the same start."""
    found, _ = play(100, 1, tmp_path, every=50)
    assert list(found.texts.values()) == []


def draw_nan():
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.drawText(0, 20, "loss nan")
    painter.end()
    return "nan"


def fail():
    raise ValueError("a fault")


def warn():
    warnings.warn("a warning", stacklevel=1)
    return "warn"


def complain():
    qWarning("a complaint")
    return "complain"


def dawdle():
    return f"{sum(range(10**7))}"


@for_each(
    ("act", "words"),
    [
        (draw_nan, "drawn: 'loss nan'"),
        (fail, "ValueError: a fault"),
        (warn, "UserWarning: a warning"),
        (complain, "Qt: a complaint"),
        (dawdle, "s of processor time"),
    ],
)
def test_it_finds_what_goes_wrong(monkey, act, words, monkeypatch):
    """Each kind of finding is told once, with what was done before."""
    assert not [what for what in monkey.found.texts if words in what]
    monkeypatch.setattr(monkey_module, "MOST_SECONDS", 0.05 if act is dawdle else 60.0)
    for _ in range(2):
        monkey.do(act)
    told = [what for what in monkey.found.texts if words in what]
    assert len(told) >= 1
    assert all(act.__name__ in monkey.found.texts[what] for what in told if act is not dawdle)


def test_it_finds_a_reset_to_another_start(monkey, monkeypatch):
    """The start is compared with that of a fresh run, and with the one before."""
    monkey.do(monkey.reset)
    assert monkey.found.texts == {}
    monkeypatch.setattr(Session, "reset", lambda session: session.apply(Settings("and", seed=9)))
    monkey.do(monkey.reset)
    assert list(monkey.found.texts) == ["Reset came to another start"]


def test_it_reaches_all_parts_of_the_window(monkey):
    """Among some hundred places are controls of every column, and nothing that cannot be seen."""
    places = [monkey.somewhere()[0] for _ in range(300)]
    assert all(place is None or place.isVisible() for place in places)
    names = {place.objectName() for place in places if place is not None}
    assert len(names) > 20
    assert np.unique([id(place) for place in places]).size > 30
