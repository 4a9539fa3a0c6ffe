"""Writes tables of numbers as CSV, to the last bit: data of charts, histories of runs, sweeps."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.data.table_text import apart, csv_rows, harmless
from neuroviz.core.slices import Work
from neuroviz.core.training.held_out import history_columns
from neuroviz.files.session_file import ENDING as SESSION
from neuroviz.files.writer import FileError, check_writable
from neuroviz.pictures.render import ENDINGS

if TYPE_CHECKING:  # writing a table must not import sweeps and pictures
    from neuroviz.core.sweep.sweep import SweepResult
    from neuroviz.pictures.loss import NamedRun

_CELLS = 10_000
"""Cells that are written in one slice."""

Column = Sequence[int | float | None] | NDArray[Any]


def csv_work(columns: Mapping[str, Column]) -> Work[list[bytes]]:
    """Write columns of numbers (N,), by their names, as CSV; return the UTF-8 text in parts.

    There is a header and N rows, each ended by one newline. ``None``, or a masked element of a
    numpy masked array, becomes an empty cell. Floats are written by ``repr``, so that they read
    back to the same bits; integers have no decimal point.

    Raises
    ------
    ValueError
        If there is no column, lengths differ, an array is not one-dimensional, or a number is not
        finite.
    TypeError
        If a cell is not a number.
    """
    parts = [_csv_header(columns).encode()]
    for block in _csv_lines(columns):
        parts.append("".join(block).encode())
        yield None
    return parts


def _csv_header(names: Iterable[str]) -> str:
    """Return the line with the names of columns, none of them a formula in a spreadsheet."""
    return f"{','.join(map(_text_cell, names))}\n"


def _text_cell(text: str) -> str:
    """Return a text as one cell of a CSV file that is no formula, in quotes where it needs them."""
    return csv_rows([[harmless(text)]], end="\r\n").removesuffix("\r\n")


def _csv_lines(columns: Mapping[str, Column]) -> Iterator[list[str]]:
    """Yield the lines below the header, each ended by a newline, in blocks of about equal work.

    Raises
    ------
    ValueError, TypeError
        As for `csv_work`.
    """
    rows = _length(columns)
    together = max(1, _CELLS // len(columns))
    for start in range(0, rows, together):
        cells = [_cells(name, column[start : start + together]) for name, column in columns.items()]
        if len(cells) == 1:
            # An empty line would be read as no row at all.
            cells = [[cell or '""' for cell in cells[0]]]
        yield [f"{row}\n" for row in map(",".join, zip(*cells, strict=True))]


def _length(columns: Mapping[str, Column]) -> int:
    """Return the number of rows, and check that all columns have it."""
    if not columns:
        raise ValueError("A table needs at least one column.")
    for name, column in columns.items():
        if isinstance(column, np.ndarray) and column.ndim != 1:
            raise ValueError(f"Column {name!r} must have shape (N,), but has {column.shape}.")
    if len({len(column) for column in columns.values()}) > 1:
        lengths = ", ".join(f"{name} {len(column)}" for name, column in columns.items())
        raise ValueError(f"The columns of a table must have equal lengths, but have: {lengths}.")
    return len(next(iter(columns.values())))


def check_table_path(path: str | Path) -> Path:
    """Return the file that a path means for a table, or refuse it before any work is done for it.

    Raises
    ------
    FileError
        If the ending is that of a picture or a session, or the path plainly cannot be written.
    """
    ending = Path(path).suffix
    others = {**dict.fromkeys(ENDINGS, "pictures"), SESSION: "sessions"}
    if ending.lower() in others:
        raise FileError(
            f"Cannot write a table to {str(path)!r}: {ending} is for {others[ending.lower()]}; "
            "end the name with .csv."
        )
    return check_writable(path)


def _cells(name: str, column: Column) -> list[str]:
    if isinstance(column, np.ndarray):
        column = column.tolist()  # Python numbers, and None where masked
    try:
        return [_cell(value) for value in column]
    except (ValueError, TypeError) as error:
        raise type(error)(f"Column {name!r}: {error}") from error


def _cell(value: object) -> str:
    """Write one number; a plain float comes first, for speed."""
    if type(value) is float:
        if not math.isfinite(value):
            raise ValueError(f"{value!r} is not a finite number.")
        return repr(value)
    if value is None or value is np.ma.masked:
        return ""
    if isinstance(value, float | np.floating):
        return _cell(float(value))
    return str(int(operator.index(value)))  # type: ignore[arg-type]  # anything else is a TypeError, as meant


_OWN = ("step", "epoch", "loss", "batch_loss", "learning_rate")


def runs_work(runs: Sequence[NamedRun]) -> Work[list[bytes]]:
    """Write the histories of several runs as one CSV; return the UTF-8 text in parts.

    The columns are those of a run's history, with the parameters of all runs. The name of the run
    comes first in each row; a number that a run does not have is left empty. Floats are written by
    ``repr``. Runs with the same name get numbers after it.

    Raises
    ------
    ValueError
        If there is no run.
    """
    if not runs:
        raise ValueError("There is no run to write: pin one first.")
    tables = []
    for _, _, settings, rows in runs:
        tables.append((yield from history_columns(settings, rows)))
    each = sorted((run[2].parameters.names for run in runs), key=len, reverse=True)
    names = dict.fromkeys(name for own in each for name in own)
    gradients = (f"grad_{name}" for name in names)
    others = (name for table in tables for name in table)  # of rows held out
    columns = dict.fromkeys((*_OWN, *names, *gradients, *others))
    parts = [f"run,{_csv_header(columns)}".encode()]
    for told, table in zip(apart([name for name, *_ in runs]), tables, strict=True):
        start = _text_cell(told)
        nothing = [None] * len(table["step"])
        for block in _csv_lines({name: table.get(name, nothing) for name in columns}):
            parts.append("".join(f"{start},{line}" for line in block).encode())
            yield None
    return parts


def sweep_columns(result: SweepResult) -> dict[str, Column]:
    """Return a row for each neuron: coordinates, loss, step of divergence, parameters.

    The step is masked where a neuron did not diverge.
    """
    names = result.grid.settings.parameters.names
    return {
        **result.grid.coordinates,
        "loss": np.ma.masked_invalid(result.losses),
        "diverged_at": np.ma.masked_equal(result.diverged_at, 0),
        **dict(zip(names, result.parameters.T, strict=True)),
    }


def plain_columns(columns: Mapping[str, Column]) -> dict[str, NDArray[Any]]:
    """Return columns (n,) with NaN for masked floats, and 0 for masked whole numbers."""
    return {name: _plain(np.ma.asarray(column)) for name, column in columns.items()}


def _plain(column: np.ma.MaskedArray) -> NDArray[Any]:
    missing = np.nan if column.dtype.kind == "f" else 0
    return column.filled(missing)
