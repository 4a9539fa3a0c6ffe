"""Data that somebody brings.

Opening a table beside ``numpy.loadtxt``, and training on it beside the bare loop.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.table_text import data_text
from neuroviz.core.slices import finished
from neuroviz.files.data.source import file_source
from neuroviz.files.data.table import TableReading
from neuroviz.files.data.understood import understood
from tests.benchmarks.headless import trained
from tests.benchmarks.measure import BenchmarkError, Case, Figures, Options, Target

T = TypeVar("T")
_SECONDS = 2.0
_SHAPE, _QUICK_SHAPE = (100_000, 20), (500, 20)


def cases(options: Options) -> Iterator[Case]:
    """Yield opening and training."""
    rows, columns = _QUICK_SHAPE if options.quick else _SHAPE
    numbers = np.random.default_rng(0).standard_normal((rows, columns))
    data = Dataset(numbers[:, :-1], numbers[:, -1], classes=False)
    opening = (Target("times_loadtxt", at_most=3.0),)
    yield Case(f"data/open/{rows}x{columns}", partial(_opened, data), targets=opening)
    yield Case(
        f"data/train/{rows}x{columns}",
        partial(trained, Settings(data=data), options.length(_SECONDS), "float64"),
        targets=(Target("ratio", at_least=0.5),),
    )


def _opened(data: Dataset) -> Figures:
    """Return the milliseconds of processor time of both ways; both must give the same numbers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text(data_text(data), encoding="utf-8")
        ours, table = _timed(
            lambda: understood(finished(TableReading(file_source(path)).work())).dataset()
        )
        bare, numbers = _timed(lambda: np.loadtxt(path, delimiter=",", skiprows=1))
    if not np.array_equal(np.column_stack((table.inputs, table.targets)), numbers):
        raise BenchmarkError("the two ways read different numbers")
    return {"ours_ms": ours, "bare_ms": bare, "times_loadtxt": ours / bare}


def _timed(make: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    result = make()
    return 1e3 * (time.process_time() - began), result
