"""How each thing to do in the lessons is done: what a person types, drags, presses or chooses.

Written down as moves, which the session can make (`make` below) and a person before the window too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuroviz.core.choices.edits import moved_data


@dataclass(frozen=True)
class Change:
    """Options of the experiment that are set, by name."""

    options: dict[str, object]


@dataclass(frozen=True)
class Steps:
    """So many steps that are taken."""

    count: int


@dataclass(frozen=True)
class MoveSample:
    """A sample, from 0, that is dragged to a place in the data."""

    sample: int
    place: tuple[float, float]


Move = Change | Steps | MoveSample


def change(**options):
    """Return a way of one change."""
    return [Change(options)]


def change_and_step(count, **options):
    """Return a way of a change, and steps after it."""
    return [Change(options), Steps(count)]


def step(count):
    """Return a way of so many steps."""
    return [Steps(count)]


def make(session, way):
    """Make the moves of a way in a session."""
    for move in way:
        if isinstance(move, Steps):
            session.advance(move.count)
        elif isinstance(move, Change):
            session.apply(session.settings.replace(**move.options))
        else:
            data = moved_data(session.settings, move.sample, np.array(move.place))
            session.apply(session.settings.replace(data=data))


NEW_W1 = 2 - 1 / (1 + np.exp(-(2 * 1 - 3)))
"""The weight after a step of rate 1 on the sample (1, 0): its output is the error, its input 1."""
BENDS = 3.0, 3.0, 3.0, -3.0
TWIN = 0.16, -0.17
OR_AND_NAND = (4.0, 4.0, -4.0, -4.0, -2.0, 6.0)
"""Weights of two hidden neurons, then their biases."""
DONE = {
    ("gate-by-hand", 3): [change(bias=-2.0), change(bias=0.5)],
    ("gate-by-hand", 7): [change(weights=(1.0, 1.0), bias=-0.5), change(bias=-0.01)],
    ("watch-it-learn", 3): [step(5)],
    ("watch-it-learn", 5): [[MoveSample(0, (1.0, 1.0))]],
    ("one-step-by-hand", 4): [step(1)],
    ("one-step-by-hand", 5): [change(weights=(NEW_W1, 1.5), bias=-3.0)],
    ("three-rates", 5): [
        change_and_step(20, learning_rate=0.03),
        change_and_step(20, learning_rate=0.05),
    ],
    ("two-planes", 1): [change(weights=(2.1,), bias=-0.2)],
    ("without-a-bias", 1): [change(weights=(1.0, 1.0))],
    ("without-a-bias", 5): [change_and_step(100, breaks=())],
    ("ten-times-x", 1): [step(60)],
    ("ten-times-x", 4): [change_and_step(50, learning_rate=0.001)],
    ("impossible-on-purpose", 1): [change(weights=(1.0, 1.0), bias=-0.5)],
    ("impossible-on-purpose", 4): [[MoveSample(0, (0.0, 0.0)), Steps(600)]],
    ("an-input-of-your-own", 4): [change_and_step(1000, features=("x1^2", "x2^2"))],
    ("first-learning-rule", 7): [change_and_step(400, features=("x1*x2",))],
    ("all-right-still-learning", 1): [step(7)],
    ("forgotten-zero-grad", 1): [step(1)],
    ("forgotten-zero-grad", 5): [change_and_step(400, breaks=())],
    ("one-sample-at-a-time", 1): [step(10)],
    ("one-sample-at-a-time", 6): [
        change_and_step(4000, schedule="exponential"),
        change_and_step(4000, schedule="step_decay"),
        change_and_step(4000, schedule="cosine"),
    ],
    ("hidden-half", 4): [step(4)],
    ("two-valleys", 1): [change(weights=(0.2,), bias=0.0), change(weights=(3.0,), bias=0.0)],
    ("two-before-it", 4): [
        change(weights=(*OR_AND_NAND, 3.0, 3.0), bias=-3.0),
        change(weights=(*OR_AND_NAND, 9.0, 8.0), bias=-9.0),
    ],
    ("zeros-stay-twins", 5): [
        change_and_step(1000, weights=(*TWIN, w21, -0.17, 0.3, 0.3, -0.08, -0.08), bias=0.16)
        for w21 in (1.0, 0.0)
    ],
    ("only-lines", 5): [change_and_step(500, hidden_activation="tanh")],
    ("bumps", 1): [change(weights=(*BENDS, 0.5, v2), bias=0.0) for v2 in (-0.5, -0.45)],
    ("three-classes", 7): [step(100)],
    ("light-switch", 3): [change(bias=-1.5), change(bias=-1.01)],
}
"""By lesson and step, one way or more. Where the person is the optimizer,
only the window can take the steps."""
NOT_DONE = {
    ("hidden-half", 4): step(2),
    ("gate-by-hand", 3): change(bias=-1.9),
    ("gate-by-hand", 7): change(weights=(2.0, 2.0)),
    ("watch-it-learn", 3): step(4),
    ("watch-it-learn", 5): change(seed=3),
    ("one-step-by-hand", 5): change(weights=(2.2689, 1.5)),
    ("three-rates", 5): change_and_step(20, learning_rate=0.07),
    ("two-planes", 1): change(weights=(1.0,), bias=3.0),
    ("without-a-bias", 1): change(weights=(-1.0, -1.0)),
    ("without-a-bias", 5): step(100),
    ("ten-times-x", 4): change_and_step(50, learning_rate=0.01),
    ("impossible-on-purpose", 1): change(weights=(-1.0, -1.0), bias=-3.0),
    ("impossible-on-purpose", 4): step(600),
    ("an-input-of-your-own", 4): change_and_step(400, features=("x1*x2",)),
    ("first-learning-rule", 7): change_and_step(400, features=("x1+x2",)),
    ("forgotten-zero-grad", 5): step(100),
    ("one-sample-at-a-time", 6): step(4000),
    ("two-valleys", 1): change(weights=(-0.2,), bias=0.0),
    ("two-before-it", 4): change(weights=(*OR_AND_NAND, 3.0, 3.0)),
    ("zeros-stay-twins", 5): step(1000),
    ("only-lines", 5): change_and_step(600, hidden_activation="relu"),
    ("bumps", 1): change(weights=(*BENDS, 0.5, 0.5), bias=0.0),
    ("light-switch", 3): change(bias=-2.0),
}
"""What somebody may try first, and what does not do."""
