"""Samples of the batteries, which CONTRIBUTING's slow commands run whole."""

import pytest
from msgspec.structs import replace

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.settings import Settings
from tests.batteries import digests, entered, sweep


def test_a_sample_of_the_sweep_ends_in_named_states():
    """Of 38 combinations most run.

    No exception, no warning, nothing non-finite, each with a state.
    """
    outcomes = [sweep.run_one(seed) for seed in range(9, 47)]
    result = sweep.summary(outcomes, 0.0)
    assert result["failures"] == []
    assert result["runs"] >= 20
    assert result["runs"] + result["refused"] == 38
    assert len(result["states"]) >= 4


def test_the_sweep_finds_what_is_wrong(monkeypatch):
    """A number that is not finite and an exception in a run are counted as failures."""
    seed = next(seed for seed in range(100) if sweep.run_one(seed).state)
    monkeypatch.setattr(sweep, "_stored", lambda trainer: iter([("loss", [float("nan")])]))
    assert sweep.run_one(seed).failure == "loss is not finite"
    monkeypatch.setattr(sweep, "_stored", lambda trainer: iter([("loss", [1 / 0])]))
    outcome = sweep.run_one(seed)
    assert "ZeroDivisionError" in (outcome.failure or "")
    assert sweep.summary([outcome], 0.0)["failed"] == 1


@pytest.mark.parametrize("task", sweep.GATE_TASKS)
def test_a_sample_of_the_gates_is_right_by_epoch_100(task):
    """From 5 seeds at every high rate all rows are right."""
    assert {rate: sweep.gates((task, rate), 5) for rate in sweep.GATE_RATES} == dict.fromkeys(
        sweep.GATE_RATES, 5
    )


def test_a_sample_of_the_digests_is_the_same_by_autograd(monkeypatch):
    """Of the fast step too, with breaks and edits; a kernel of another function is seen."""
    short = range(0, 60, 3)
    both = [(digests.digest(seed), digests.digest(seed, readable=True)) for seed in short]
    assert [fast for fast, readable in both if fast != readable] == []
    trained = [seed for (seed, value), _ in both if not value.startswith("refused")]
    assert len(trained) > 8
    seed = next(seed for seed in trained if digests.choices(seed)["activation"] == "tanh")
    other = replace(ACTIVATIONS["tanh"], kernels=ACTIVATIONS["softplus"].kernels)
    monkeypatch.setattr(Settings, "activation_entry", property(lambda self: other))
    assert digests.digest(seed) != digests.digest(seed, readable=True)


def test_files_that_are_entered_are_counted():
    """Those of the program, the second time, with each change from one to another."""
    counted = entered.entered_by(lambda: str(Settings().replace(seed=1)), lambda: None)
    names = {path.rpartition("neuroviz/")[2] for path in counted.files}
    assert {"core/choices/settings.py", "core/choices/resolve.py"} <= names
    assert len(names) <= counted.changes
    nothing = entered.entered_by(lambda: None, lambda: None)
    assert (nothing.files, nothing.changes) == (set(), 0)
