"""Samples of the batteries, which CONTRIBUTING's slow commands run whole."""

import itertools

import pytest
from msgspec.structs import replace

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.settings import Settings
from tests.batteries import and_starts, entered, equality, sweep


def test_a_sample_of_the_sweep_ends_in_named_states() -> None:
    """Of 38 combinations most run.

    No exception, no warning, nothing non-finite, each with a state.
    """
    outcomes = [sweep.run_one(seed) for seed in range(9, 47)]
    result = sweep.summary(outcomes, 0.0)
    assert result["failures"] == []
    assert result["runs"] >= 20
    assert result["runs"] + result["refused"] == 38
    assert len(result["states"]) >= 4


def test_the_sweep_finds_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that is not finite and an exception in a run are counted as failures."""
    seed = next(seed for seed in range(100) if sweep.run_one(seed).state)
    monkeypatch.setattr(sweep, "_stored", lambda trainer: iter([("loss", [float("nan")])]))
    assert sweep.run_one(seed).failure == "loss is not finite"
    monkeypatch.setattr(sweep, "_stored", lambda trainer: iter([("loss", [1 / 0])]))
    outcome = sweep.run_one(seed)
    assert "ZeroDivisionError" in (outcome.failure or "")
    assert sweep.summary([outcome], 0.0)["failed"] == 1


@pytest.mark.parametrize("task", sweep.GATE_TASKS)
def test_a_sample_of_the_gates_is_right_by_epoch_100(task: str) -> None:
    """From 5 seeds at every high rate all rows are right."""
    assert {rate: sweep.gates((task, rate), 5) for rate in sweep.GATE_RATES} == dict.fromkeys(
        sweep.GATE_RATES, 5
    )


def test_a_sample_of_the_starts_of_and_is_below_the_limit() -> None:
    """Sixty starts at epoch 1000, as one program; one of them agrees with the trainer."""
    figures = and_starts.summary(60, (1_000,))["epoch 1000"]
    assert figures["greatest"] <= 3.5e-4
    assert figures["median"] == pytest.approx(2.7e-4, rel=0.05)
    assert figures["relative difference to the trainer"] < 1e-9


def test_a_sample_of_the_equality_battery_is_equal() -> None:
    """Every 389th combination, over all data sets: nothing differs, both ways are taken."""
    chosen = itertools.islice(equality.combinations(), 0, None, 389)
    result = equality.summary((equality.compare(*combination, 40) for combination in chosen), 0.0)
    assert (result["unequal"], result["the first unequal"]) == (0, [])
    assert result["compared"] + result["refused"] == result["combinations"] > 100
    assert result["by fast way"] + result["by autograd"] == result["compared"] > 50
    assert result["by fast way"] > result["by autograd"] > 0
    assert result["refused"] > 0


def test_the_equality_battery_finds_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forward kernel of another function is counted, with what differs first."""
    chosen = {"task": "and", "activation": "tanh", "loss": "mse", "learning_rate": 0.5}
    assert equality.compare("tanh", chosen, 20).difference is None
    softened = ACTIVATIONS["softplus"].kernels
    other = replace(ACTIVATIONS["tanh"], kernels=softened)
    monkeypatch.setattr(Settings, "activation_entry", property(lambda self: other))
    outcome = equality.compare("tanh", chosen, 20)
    result = equality.summary([outcome], 0.0)
    assert outcome.difference is not None
    assert (result["unequal"], result["by fast way"]) == (1, 1)
    assert result["the first unequal"] == [{"name": "tanh", "difference": outcome.difference}]


def test_the_equality_battery_is_the_whole_product() -> None:
    """Each combination of the catalogues once, with --every on each data set.

    Every data set has its turns.
    """
    names = [name for name, _ in equality.combinations()]
    every = [name for name, _ in equality.combinations(every=True)]
    assert len(set(names)) == len(names)
    assert len(set(every)) == len(every) == len(names) * len(equality.TASKS)
    for task in equality.TASKS:
        assert sum(name.endswith(task) for name in names) > len(names) / 12


def test_files_that_are_entered_are_counted() -> None:
    """Those of the program, the second time, with each change from one to another."""
    counted = entered.entered_by(lambda: str(Settings().replace(seed=1)), lambda: None)
    names = {path.rpartition("neuroviz/")[2] for path in counted.files}
    assert {"core/choices/settings.py", "core/choices/resolve.py"} <= names
    assert len(names) <= counted.changes
    nothing = entered.entered_by(lambda: None, lambda: None)
    assert (nothing.files, nothing.changes) == (set(), 0)
