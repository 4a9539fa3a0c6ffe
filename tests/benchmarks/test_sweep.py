import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import rate_axis, rate_grid
from neuroviz.core.sweep.sweep import Sweep
from tests.benchmarks import sweep
from tests.benchmarks.measure import Options


def test_the_plain_loop_is_the_gradient_descent_of_the_sweep():
    """Both ways do the same work: from zero they come to the same parameters."""
    settings = Settings("and", init="zeros", epochs=50)
    job = Sweep(rate_grid(settings, rate_axis(0.1, 10, 7)))
    job.advance_for(60)
    loop = sweep.PlainLoop(settings, np.geomspace(0.1, 10, 7))
    assert loop.advance(50) == 50
    np.testing.assert_allclose(loop.parameters.numpy().T, job.result().parameters, rtol=1e-12)


def test_each_case_runs():
    """As small as can be.

    Rates are above 0, and the case of the target is there when it is meant.
    """
    for case in sweep.cases(Options(quick=True)):
        assert all(value > 0 for value in case.pair().values())
    targets = [case.targets for case in sweep.cases(Options()) if case.name == "sweep/and/4096"]
    assert [target.figure for (target,) in targets] == ["ratio"]


def test_the_rate_counts_neurons_and_epochs(monkeypatch):
    """By a clock that only the sweep moves: a millisecond for each of its slices of 64 steps."""

    class Clock:
        now = 0.0

        def perf_counter(self):
            return self.now

    clock, advance_for = Clock(), Sweep.advance_for

    def slice_of(job, seconds):
        clock.now += 0.001
        return advance_for(job, 0.0)

    monkeypatch.setattr(sweep, "time", clock)
    monkeypatch.setattr(Sweep, "advance_for", slice_of)
    full = sweep.swept(Settings("and", epochs=10**6), 40, 1.0)
    assert full["ours"] == pytest.approx(40 * 64 / 0.001)
    halves = sweep.swept(Settings("and", epochs=10**6, batch_size=2), 40, 1.0)
    assert halves["ours"] == pytest.approx(40 * 32 / 0.001)
