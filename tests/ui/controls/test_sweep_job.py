"""A sweep in slices."""

import numpy as np
from PySide6.QtCore import QObject

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import rate_axis, rate_grid
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.ui.controls.sweep_job import SweepJob

GRID = rate_grid(Settings("line", epochs=3000), rate_axis(1e-4, 0.05, 10))


def test_slices_come_to_the_same_as_the_whole(qtbot):
    """To the last bit; progress only grows, and the end comes once."""
    parent = QObject()
    job, shares = SweepJob(parent), []
    job.advanced.connect(shares.append)
    with qtbot.waitSignal(job.finished) as heard:
        job.start(GRID)
        assert job.running
    result, stopped = heard.args
    whole = Sweep(GRID)
    whole.advance_for(60.0)
    assert not stopped
    assert not job.running
    assert np.array_equal(result.losses, whole.result().losses)
    assert shares == sorted(shares)


def test_a_job_that_is_dropped_says_nothing(qtbot):
    """Not even later."""
    parent = QObject()
    job, heard = SweepJob(parent), []
    job.finished.connect(lambda *what: heard.append(what))
    job.start(rate_grid(Settings("line", epochs=10**7), rate_axis(1e-4, 0.05, 10)))
    job.drop()
    assert not job.running
    with qtbot.waitSignal(job.finished):
        job.start(GRID)
    assert len(heard) == 1
