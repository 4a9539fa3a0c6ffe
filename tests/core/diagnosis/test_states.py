import re
from typing import Any

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import STATES, Diagnosis, diagnose
from neuroviz.core.training.trainer import Trainer
from tests.core.their_tasks import TASK_STATES

LINEAR: dict[str, Any] = {"activation": "identity", "loss": "mse"}
SATURATED: dict[str, Any] = {"weights": (4.0, 4.0), "bias": 4.0, "learning_rate": 0.5}

# choices, steps, index of the row of STATES, and words that its sentence must have
CASES: dict[str, tuple[dict[str, Any], int, int, str]] = {
    "overflow": ({**LINEAR, "learning_rate": 10.0}, 5000, 0, r"no longer finite.*is kept"),
    "flat by step": ({"task": "and_by_hand"}, 0, 1, r"step activation has gradient 0.*by hand"),
    "flat by cross-entropy": ({"loss": "cross_entropy"}, 20, 1, r"single output is 0 with gradient 0"),
    "not started": ({}, 0, 2, r"No step has been taken"),
    "diverging by its limit": ({**LINEAR, "learning_rate": 0.7}, 30, 3, r"will overflow.*0\.6277"),
    "diverging with momentum": (
        {**LINEAR, "learning_rate": 1.3, "optimizer": "momentum"},
        100,
        3,
        r"will overflow.*1\.193",
    ),
    "diverging by its losses": ({**LINEAR, "learning_rate": 0.9, "batch_size": 3}, 80, 3, r"overshoot further"),
    "dead": ({"activation": "relu", "loss": "mse", "weights": (-1.0, -1.0), "bias": -0.5}, 50, 4, r"exactly 0"),
    "impossible": ({"task": "xor"}, 6000, 5, r"No line parts.*0\.693147"),
    "converged": ({**LINEAR, "learning_rate": 0.5}, 500, 6, r"0\.0625"),
    "saturated": ({**SATURATED, "loss": "mse"}, 100, 7, r"Sigmoid is flat"),
    "flat here": (
        {"activation": "elu", "loss": "mse", "weights": (0.0, 0.0), "bias": -50.0},
        50,
        8,
        r"ELU is flat",
    ),
    "cycling": (
        {"task": "double", "loss": "mae", "learning_rate": 0.1},
        400,
        9,
        r"up and down",
    ),
    "zig-zag": ({**LINEAR, "learning_rate": 0.6}, 60, 10, r"turns round at almost every step"),
    "slow": ({"task": "line"}, 1000, 11, r"over 1,000 epochs"),
    "learning": ({"learning_rate": 1.0}, 50, 12, r"falling"),
}


def after(steps: int, **choices: Any) -> Trainer:
    """Return a run after so many steps."""
    trainer = Trainer(Settings(**choices))
    trainer.advance(steps)
    return trainer


def state_of(trainer: Trainer) -> Diagnosis:
    """Return the state of a run in words."""
    return diagnose(evidence_of(trainer))


@pytest.mark.parametrize("task", TASKS)
def test_every_task_ends_in_its_named_state(task: str) -> None:
    """With its own defaults and all its epochs a task ends as EXPERIMENTS says."""
    settings = Settings(task)
    trainer = after(settings.epochs * settings.steps_per_epoch, task=task)
    assert trainer.history.newest.epoch == settings.epochs
    assert state_of(trainer).state == TASK_STATES[task]


@pytest.mark.parametrize("case", CASES)
def test_a_state_is_told_by_its_row_with_its_sentence(case: str) -> None:
    """The first row whose test holds is the expected one, and its sentence says why."""
    choices, steps, index, words = CASES[case]
    evidence = evidence_of(after(steps, **choices))
    assert next(i for i, state in enumerate(STATES) if state.test(evidence)) == index
    diagnosis = diagnose(evidence)
    assert diagnosis.state == STATES[index].name
    assert re.search(words, diagnosis.sentence)
    assert diagnosis.sentence.endswith(".")
    assert diagnosis.remedy.endswith(".")
    assert diagnosis.mood == STATES[index].mood


def test_every_row_of_the_table_is_reached_by_a_case() -> None:
    """No state is untested."""
    assert {index for _, _, index, _ in CASES.values()} == set(range(len(STATES)))


def test_the_table_is_in_the_order_of_the_design() -> None:
    """What is certain comes first; the names are a contract."""
    assert [state.name for state in STATES] == [
        *("overflow", "flat", "not started", "diverging", "dead", "impossible", "converged", "saturated", "flat"),
        *("cycling", "zig-zag", "slow", "learning"),
    ]
    assert {state.mood for state in STATES} == {"good", "warn", "bad", "neutral"}


@pytest.mark.parametrize(("loss", "steps"), [("mse", 318), ("bce", 20)])
def test_from_a_saturated_start_and_is_right_when_theory_says(loss: str, steps: int) -> None:
    """From w = (4, 4), b = 4 at lr 0.5 all rows are right after 318 steps with MSE, 20 with BCE."""
    trainer = Trainer(Settings(loss=loss, **SATURATED))
    wrong = []
    for _ in range(steps + 20):
        *weights, bias = trainer.history.newest.parameters
        said = trainer.settings.dataset.inputs @ weights + bias > 0
        wrong.append(bool((said != (trainer.settings.dataset.targets == 1)).any()))
        trainer.advance()
    assert wrong.index(False) == steps
    assert not any(wrong[steps:])


def test_bce_is_not_called_saturated_there() -> None:
    """With BCE from z the gradient does not vanish, so the same start is no saturation."""
    assert {state_of(after(steps, loss="bce", **SATURATED)).state for steps in range(1, 15)} == {"learning"}


def test_diverging_is_said_before_it_overflows() -> None:
    """Above the exact limit every step of the run up to the overflow is called diverging, then overflow."""
    trainer, states = Trainer(Settings(**LINEAR, learning_rate=2.0)), []
    while not trainer.stopped:
        trainer.advance(1)
        states.append(state_of(trainer).state)
    assert states[-1] == "overflow"
    assert set(states[3:-1]) == {"diverging"}
    assert len(states) > 100


def test_above_the_limit_but_not_growing_is_not_called_diverging() -> None:
    """The run that a smaller rate has mended is told by what it does now."""
    trainer = after(30, **LINEAR, learning_rate=0.7)
    assert state_of(trainer).state == "diverging"
    trainer.edit("learning_rate", 0.3)
    trainer.advance(2000)
    assert state_of(trainer).state == "converged"


@pytest.mark.parametrize("seed", range(12))
def test_and_at_rate_50_is_never_called_diverging_for_good(seed: int) -> None:
    """AND at lr 50 starts far above its local limit, and learns: the first peaks are no divergence."""
    assert state_of(after(300, seed=seed)).state == "learning"


def test_an_overflow_names_step_and_what() -> None:
    """The sentence tells the step, what was no longer finite, the rate, and the row that is kept."""
    trainer = after(5000, **LINEAR, learning_rate=10.0)
    diagnosis = state_of(trainer)
    assert trainer.stopped is not None
    for words in (f"step {trainer.step + 1:,}", "loss was", "learning rate 10 ", f"step {trainer.step:,} is kept"):
        assert words in diagnosis.sentence
    assert "0.6277" in diagnosis.remedy


def test_a_remedy_that_gives_a_rate_works() -> None:
    """What is suggested for the diverging run is stable."""
    remedy = state_of(after(30, **LINEAR, learning_rate=0.7)).remedy
    limit = float(re.search(r"below (\d+\.\d+)", remedy)[1])  # type: ignore[index]
    assert state_of(after(4000, **LINEAR, learning_rate=0.99 * limit)).state == "converged"


def test_reason_is_given_where_one_is_needed() -> None:
    """Good and neutral states have no reason; the others give their sentence."""
    for case, (choices, steps, index, _) in CASES.items():
        diagnosis = state_of(after(min(steps, 400), **choices))
        if STATES[index].mood in ("good", "neutral") and diagnosis.state == STATES[index].name:
            assert diagnosis.reason is None, case
        if diagnosis.mood in ("warn", "bad"):
            assert diagnosis.reason == diagnosis.sentence, case


def test_a_threshold_of_the_moment_can_be_asked() -> None:
    """Evidence with other settings counts wrong rows by their threshold."""
    trainer = after(300)
    assert evidence_of(trainer).wrong == 0
    strict = evidence_of(trainer, trainer.settings.replace(threshold=0.999999))
    assert strict.wrong == int((np.array([1, 0, 0, 0]) == 1).sum())
