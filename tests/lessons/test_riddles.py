"""Riddles: whoever knows the causes finds the right one in what is shown, and the run agrees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from neuroviz.core.training.trainer import Trainer
from neuroviz.lessons.checking import check
from neuroviz.lessons.format import LessonStep
from neuroviz.lessons.plan import settings_of
from neuroviz.lessons.riddles import LEVELS, pages, riddle, riddle_text, write_riddle
from tests.for_each import for_each

SEEDS = range(100)


def found(step: LessonStep) -> str:
    """Return what is wrong with the run of a page, by its numbers alone, as a person has them.

    Inputs, targets, sums, outputs, and in each of ten steps the parameters, the gradients and the
    rate; none of what was chosen.
    """
    assert step.experiment is not None
    trainer = Trainer(settings_of(step.experiment.options))
    trainer.advance(10)
    settings, rows = trainer.settings, trainer.history.rows()
    x, y, rate = settings.coded_inputs, settings.coded_targets, settings.learning_rate
    theta = np.column_stack([rows.parameter(i) for i in range(x.shape[1] + 1)])
    told = np.column_stack([rows.grad(i) for i in range(x.shape[1] + 1)])
    z = theta[:, :-1] @ x.T + theta[:, -1:]
    line = settings.task in ("line", "double")
    if not line and np.abs(x).max() > 10:
        return "the first input arrives a hundred times too large"
    by_hand = z if line else 1 / (1 + np.exp(-z))
    outputs = np.array([settings.activation_entry.value(torch.tensor(row)).numpy() for row in z])
    if not np.allclose(outputs, by_hand):
        return "the activation was forgotten"
    if not line and (theta[:, -1] == 0).all():
        return "the bias is missing"
    if not line and np.abs(z[0]).min() >= 4 and len(set(np.sign(z[0]))) == 1:
        return "it starts on the flat side of the curve"
    if np.allclose(np.diff(theta, axis=0), rate * told[:-1]):
        return "the update has the wrong sign"
    slope = 2 * (outputs - y) if settings.loss == "mse" else outputs - y
    if settings.loss == "mse" and not line:
        slope = slope * outputs * (1 - outputs)
    mine = np.column_stack((slope @ x, slope.sum(axis=1))) / len(y)
    if not np.allclose(told, mine):
        return "`zero_grad` is missing"
    if not line:
        return "nothing at all"
    return "the rate is too large" if rows.loss[-1] > rows.loss[0] else "the rate is far too small"


@pytest.mark.parametrize("level", range(3), ids=[level.title for level in LEVELS])
def test_what_is_shown_tells_the_cause(level: int) -> None:
    """Of a hundred riddles a hundred, and every cause is drawn."""
    causes = []
    for seed in SEEDS:
        look, ask = riddle(seed).steps[2 * level : 2 * level + 2]
        cause = pages(seed)[level].cause.text

        assert found(look) == cause, seed

        assert look.experiment is not None
        assert ask.experiment is not None
        assert look.experiment.options == ask.experiment.options
        causes.append(cause)
    assert set(causes) == {cause.text for cause in LEVELS[level].causes}


@for_each("seed", range(8))
def test_a_riddle_is_a_lesson_that_can_be_played(seed: int, tmp_path: Path) -> None:
    """Nothing is wrong with its file, and the run agrees with exactly one answer."""
    assert check(write_riddle(tmp_path, seed)) == []


def test_a_seed_is_a_riddle() -> None:
    """The same one each time, and another by another seed; it keeps to itself what is wrong."""
    assert riddle_text(7) == riddle_text(7)
    assert len({riddle_text(seed) for seed in SEEDS}) == len(SEEDS)
    assert riddle(7).quiet
    assert "7" in riddle(7).title
