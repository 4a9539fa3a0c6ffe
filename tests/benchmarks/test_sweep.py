import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.slices import finished
from neuroviz.core.sweep import sweep as program
from neuroviz.core.sweep.grid import rate_axis, rate_grid
from neuroviz.core.sweep.population import Population
from neuroviz.core.sweep.sweep import Sweep
from tests.benchmarks import sweep
from tests.benchmarks.measure import Options


def test_the_plain_loop_is_the_gradient_descent_of_the_sweep():
    """Both ways do the same work: from zero they come to the same parameters."""
    settings = Settings("and", init="zeros", epochs=50)
    result = finished(Sweep(rate_grid(settings, rate_axis(0.1, 10, 7))).work())
    loop = sweep.PlainLoop(settings, np.geomspace(0.1, 10, 7))
    assert loop.advance(50) == 50
    np.testing.assert_allclose(loop.parameters.numpy().T, result.parameters, rtol=1e-12)


def test_each_case_runs():
    """As small as can be.

    Rates are above 0, and the case of the target is there when it is meant.
    """
    for case in sweep.cases(Options(quick=True)):
        assert all(value > 0 for value in case.pair().values())
    targets = [case.targets for case in sweep.cases(Options()) if case.name == "sweep/and/4096"]
    assert [target.figure for (target,) in targets] == ["ratio"]


def test_the_rate_counts_neurons_and_epochs(monkeypatch):
    """By a clock that only the sweep moves: a millisecond for 64 of its steps."""

    class Clock:
        now = 0.0

        def perf_counter(self):
            return self.now

    clock, advance = Clock(), Population.advance

    def steps_of(population, slot, step, count):
        clock.now += count / 64_000
        advance(population, slot, step, count)

    monkeypatch.setattr(sweep, "time", clock)
    monkeypatch.setattr(program, "SLICE", 0.0)
    monkeypatch.setattr(Population, "advance", steps_of)
    full = sweep.swept(Settings("and", epochs=10**6), 40, 1.0)
    assert full["ours"] == pytest.approx(40 * 64 / 0.001)
    halves = sweep.swept(Settings("and", epochs=10**6, batch_size=2), 40, 1.0)
    assert halves["ours"] == pytest.approx(40 * 32 / 0.001)
