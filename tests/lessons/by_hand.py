"""How each thing to do in the lessons is done, by the session: what a person types, drags, presses or chooses."""

from __future__ import annotations

import numpy as np

from neuroviz.core.data.dataset import Dataset


def change(**changes):
    """Return what makes these changes."""
    return lambda session: session.apply(session.settings.replace(**changes))


def step(count):
    """Return what takes so many steps."""
    return lambda session: session.advance(count)


def change_and_step(count, **changes):
    """Return what makes changes, then takes steps."""

    def do(session):
        change(**changes)(session)
        session.advance(count)

    return do


def _walk(session):
    dataset = session.settings.moved_data(0, np.array([1.0, 1.0]))
    session.apply(session.settings.replace(data=dataset))


def _out_of_the_crossing(session):
    data = session.settings.moved_data(0, np.array([0.0, 0.0]))
    assert isinstance(data, Dataset)
    session.apply(session.settings.replace(data=data))
    session.advance(600)


def _type_weight(session):
    """Type the new w₁, worked out from output and input alone: error × input at rate 1."""
    output = 1 / (1 + np.exp(-(2 * 1 - 3)))
    session.apply(session.settings.replace(weights=(2 - output, 1.5), bias=-3.0))


DONE = {
    ("gate-by-hand", 3): [change(bias=-2.0), change(bias=0.5)],
    ("gate-by-hand", 7): [change(bias=-0.5), change(bias=-0.01)],
    ("watch-it-learn", 3): [step(5)],
    ("watch-it-learn", 5): [_walk],
    ("one-step-by-hand", 4): [step(1)],
    ("one-step-by-hand", 5): [_type_weight],
    ("three-rates", 5): [change_and_step(20, learning_rate=0.03), change_and_step(20, learning_rate=0.05)],
    ("two-planes", 1): [change(weights=(2.1,), bias=-0.2)],
    ("without-a-bias", 1): [change(weights=(1.0, 1.0))],
    ("without-a-bias", 5): [change_and_step(100, breaks=())],
    ("ten-times-x", 1): [step(60)],
    ("ten-times-x", 4): [change_and_step(50, learning_rate=0.001)],
    ("impossible-on-purpose", 1): [change(weights=(1.0, 1.0), bias=-0.5)],
    ("impossible-on-purpose", 4): [_out_of_the_crossing],
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
    ("light-switch", 3): [change(bias=-1.5), change(bias=-1.01)],
}
"""By lesson and step, one way or more. Where the person is the optimizer, only the window can take the steps."""
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
    ("forgotten-zero-grad", 5): step(100),
    ("one-sample-at-a-time", 6): step(4000),
    ("two-valleys", 1): change(weights=(-0.2,), bias=0.0),
    ("light-switch", 3): change(bias=-2.0),
}
"""What somebody may try first, and what does not do."""
