"""The words of a run that is broken on purpose: never a reason that is not the reason."""

from __future__ import annotations

from typing import Any

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis import sentences
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import Diagnosis, diagnose
from neuroviz.core.training.trainer import Trainer

LINEAR = {"activation": "identity", "loss": "mse"}


def said(steps: int, *breaks: str, **choices: Any) -> Diagnosis:
    """Return what is said of a run after so many steps."""
    trainer = Trainer(Settings(**{"task": "and", "breaks": breaks, **choices}))
    trainer.advance(steps)
    return diagnose(evidence_of(trainer))


def test_up_the_gradient() -> None:
    """A loss that grows is the switch's doing, not the learning rate's; so are its overflow and its remedy."""
    grows = said(60, "ascent", learning_rate=1.0)
    assert grows.state in ("diverging", "learning")
    assert "up the gradient" in grows.sentence
    over = said(5000, "ascent", **LINEAR, learning_rate=1.0)
    assert over.state == "overflow"
    assert "up the gradient" in over.sentence
    assert over.remedy == "Switch it off: Gradient ascent."


def test_sums_of_gradients() -> None:
    """The sum swings past the minimum again and again; no gradient of a moment makes that converged."""
    states = {said(steps, "no_zero_grad", **LINEAR, learning_rate=0.1).state for steps in range(1, 200, 7)}
    assert not states & {"converged", "flat", "dead", "zig-zag"}
    for steps in (200, 333, 400):
        swings = said(steps, "no_zero_grad", **LINEAR, learning_rate=0.1)
        assert swings.state == "cycling"
        assert "sum of the gradients" in swings.sentence
        assert swings.remedy == "Switch it off: Forgotten zero_grad."


def test_without_a_bias() -> None:
    """No line through the origin parts AND; the bias is the remedy, but not for XOR."""
    stuck = said(4000, "no_bias", learning_rate=5.0)
    assert stuck.state == "impossible"
    assert "through the origin" in stuck.sentence
    assert "bias back" in stuck.remedy
    assert "second neuron" in said(6000, "no_bias", task="xor").remedy


def test_frozen_by_rounding() -> None:
    """NAND in float32 is saturated with a gradient of 0; the remedy is the form from z."""
    frozen = said(60, "naive_bce", task="nand", learning_rate=50.0, precision="float32")
    assert frozen.state == "saturated"
    assert "Switch it off" in frozen.remedy


@pytest.mark.parametrize("task", ["and", "line"])
def test_the_diagnosis_marks_what_is_on(task: str) -> None:
    """It carries the line of the switches, empty for a sound run."""
    assert said(3, task=task).on_purpose == ""
    assert said(3, "ascent", task=task).on_purpose.startswith("On purpose: Gradient ascent. ")


def test_all_that_is_public_says_something() -> None:
    """What a claim says is a function of the evidence, and ends as a sentence does."""
    trainer = Trainer(Settings("and"))
    trainer.advance(20)
    evidence = evidence_of(trainer)
    names = [name for name in sentences.__all__ if name not in ("breaks_line", "diverging_sentence", "says")]
    assert all(getattr(sentences, name)(evidence).endswith(".") for name in names)
    assert sentences.says("So.")(evidence) == "So."
