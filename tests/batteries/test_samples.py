"""Samples of the batteries, which the README's slow commands run whole."""

import pytest

from tests.batteries import and_starts, sweep


@pytest.mark.parametrize("block", range(5))
def test_a_sample_of_the_sweep_ends_in_named_states(block: int) -> None:
    """Of 200 combinations about 150 run: no exception, no warning, nothing non-finite, each with a state."""
    outcomes = [sweep.run_one(seed) for seed in range(block * 40, block * 40 + 40)]
    result = sweep.summary(outcomes, 0.0)
    assert result["failures"] == []
    assert result["runs"] >= 20
    assert result["runs"] + result["refused"] == 40
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
    """From 12 seeds at every high rate all rows are right."""
    assert {rate: sweep.gates((task, rate), 12) for rate in sweep.GATE_RATES} == dict.fromkeys(sweep.GATE_RATES, 12)


def test_a_sample_of_the_starts_of_and_is_below_the_limit() -> None:
    """Sixty starts at epoch 1000, as one program; one of them agrees with the trainer."""
    figures = and_starts.summary(60, (1_000,))["epoch 1000"]
    assert figures["greatest"] <= 3.5e-4
    assert figures["median"] == pytest.approx(2.7e-4, rel=0.05)
    assert figures["relative difference to the trainer"] < 1e-9
