import numpy as np

from neuroviz.cli.sweep_report import as_columns
from neuroviz.core.grid import rate_axis, rate_grid
from neuroviz.core.settings import Settings
from neuroviz.core.sweep import Sweep
from neuroviz.files.sweep_table import sweep_columns
from neuroviz.files.table import csv_text


def test_a_row_for_each_neuron_as_the_command_line_writes_it():
    sweep = Sweep(rate_grid(Settings("line", epochs=500), rate_axis(1e-3, 1, 5)))
    sweep.advance_for(60.0)
    result = sweep.result()
    columns = sweep_columns(result)
    assert csv_text(columns) == csv_text(as_columns(result))
    assert list(columns) == ["learning_rate", "loss", "diverged_at", "w1", "b"]
    assert np.ma.getmaskarray(columns["diverged_at"]).tolist() == (~result.diverged).tolist()
