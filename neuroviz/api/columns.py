"""Tables as plain columns: numpy arrays without masks, which polars does not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuroviz.files.table import Column


def plain_columns(columns: Mapping[str, Column]) -> dict[str, NDArray[Any]]:
    """Return columns (n,); what is masked is NaN among floats, and 0 among whole numbers."""
    return {name: _plain(np.ma.asarray(column)) for name, column in columns.items()}


def _plain(column: np.ma.MaskedArray) -> NDArray[Any]:
    missing = np.nan if column.dtype.kind == "f" else 0
    filled: NDArray[Any] = column.filled(missing)
    return filled
