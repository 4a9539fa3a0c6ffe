import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import rate_axis, rate_grid
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.files.sweep_table import sweep_columns


def test_a_row_for_each_neuron():
    """What is no number is empty: the loss where it overflowed, the step where nothing diverged."""
    sweep = Sweep(rate_grid(Settings("line", epochs=500), rate_axis(1e-3, 100, 6)))
    sweep.advance_for(60.0)
    result = sweep.result()
    columns = sweep_columns(result)
    finite = np.isfinite(result.losses)

    assert list(columns) == ["learning_rate", "loss", "diverged_at", "w1", "b"]
    assert result.diverged.any()
    assert not result.diverged.all()
    assert np.array_equal(np.ma.getmaskarray(columns["loss"]), ~finite)
    assert np.ma.compressed(columns["loss"]).tolist() == result.losses[finite].tolist()
    assert np.array_equal(np.ma.getmaskarray(columns["diverged_at"]), ~result.diverged)
    assert np.array_equal(columns["b"], result.parameters[:, 1])
