"""Riddles: whoever knows the causes finds the right one in what is shown, and the run agrees."""

import numpy as np
import pytest
import torch

from neuroviz.core.training.trainer import Trainer
from neuroviz.lessons.checking import check
from neuroviz.lessons.format import ChoiceQuestion
from neuroviz.lessons.plan import settings_of
from neuroviz.lessons.riddles import LEVELS, pages, riddle, riddle_text, write_riddle
from neuroviz.lessons.step_evaluator import StepEvaluator
from tests.for_each import for_each

SEEDS = range(40)
ORDER = "first", "second", "third"


def found(trainer):
    """Return what is wrong with a run of ten steps, by its numbers alone, as a person has them.

    Inputs, targets, sums, outputs, and in each step the parameters, the gradients and the rate;
    none of what was chosen.
    """
    settings, rows = trainer.settings, trainer.history.rows()
    x, y, rate = settings.coded_inputs, settings.coded_targets, settings.learning_rate
    theta, told, z = numbers(trainer)
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


def numbers(trainer):
    """Return parameters, gradients and sums, each with a row for each step."""
    x, rows = trainer.settings.coded_inputs, trainer.history.rows()
    theta = np.column_stack([rows.parameter(i) for i in range(x.shape[1] + 1)])
    told = np.column_stack([rows.grad(i) for i in range(x.shape[1] + 1)])
    return theta, told, theta[:, :-1] @ x.T + theta[:, -1:]


def untrue(trainer, said):
    """Return the claims in what is said of a run that its first three steps do not bear out."""
    rows = trainer.history.rows()
    theta, told, z = (part[:4] for part in numbers(trainer))
    steps, change = np.diff(rows.loss[:4]), np.diff(theta, axis=0)
    by_rate = trainer.settings.learning_rate * told[:-1]
    sizes = np.abs(told).max(axis=0)
    claims = {
        "the loss falls": (steps < 0).all(),
        "the loss rises": (steps > 0).all(),
        "higher up the other side": (steps > 0).all(),
        "a step changes almost nothing": (np.abs(steps) < 0.005 * rows.loss[0]).all(),
        "the gradient is large": sizes.max() > 5,
        "against the gradient, by the rate": np.allclose(change, -by_rate),
        "moves along its gradient": np.allclose(change, by_rate),
        "it grows while": (np.diff((told**2).sum(axis=1)) > 0).all(),
        "changes its sign": (np.sign(told[1:]) == -np.sign(told[:-1])).all(),
        "swings": (np.diff(rows.loss) > 0).any(),
        "stays zero": (theta[:, -1] == 0).all(),
        "much larger": sizes[0] > 10 * sizes[1:].max(),
        "a hundred where": set(trainer.settings.coded_inputs[:, 0]) == {0, 100},
        "far from zero at the start, on one side": abs(np.sign(z[0]).sum()) == len(z[0]),
        "outputs lie outside zero and one": ((z < 0) | (z > 1)).any(),
    }
    assert any(claim in said for claim in claims) or "the output is the sum" in said
    return [claim for claim, holds in claims.items() if claim in said and not holds]


def judged(step):
    """Return what is right to choose, by the run of the page."""
    played, question = StepEvaluator(step), step.task
    assert isinstance(question, ChoiceQuestion)
    return [question.choices[index].text for index in played.true_choices(question)]


@pytest.mark.parametrize("level", range(3), ids=[level.title for level in LEVELS])
def test_what_is_shown_tells_the_cause(level):
    """Of forty riddles forty, and what is said of it is seen; every cause is drawn."""
    causes = []
    for seed in SEEDS:
        look, ask = riddle(seed).steps[2 * level : 2 * level + 2]
        cause = pages(seed)[level].cause
        assert look.experiment.options == ask.experiment.options
        trainer = Trainer(settings_of(look.experiment.options))
        trainer.advance(10)

        assert found(trainer) == cause.text, seed
        assert judged(ask) == [cause.text], seed
        assert untrue(trainer, cause.shows) == [], seed
        # Whatever is chosen, it is said by what the right one is known; questions are told apart.
        assert isinstance(ask.task, ChoiceQuestion)
        for choice in ask.task.choices:
            assert choice.feedback.endswith(cause.shows)
        assert ask.task.ask == f"What is wrong with the {ORDER[level]} run?"

        causes.append(cause.text)
    assert set(causes) == {cause.text for cause in LEVELS[level].causes}


@for_each("seed", range(8))
def test_a_riddle_is_a_lesson_that_can_be_played(seed, tmp_path):
    """Nothing is wrong with its file, and the run agrees with exactly one answer."""
    assert check(write_riddle(tmp_path, seed)) == []


def test_a_seed_is_a_riddle():
    """The same one each time, and another by another seed; it keeps to itself what is wrong."""
    assert riddle_text(7) == riddle_text(7)
    assert len({riddle_text(seed) for seed in SEEDS}) == len(SEEDS)
    assert riddle(7).quiet
    assert "7" in riddle(7).title
