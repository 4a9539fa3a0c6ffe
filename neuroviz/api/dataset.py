"""A person's own data from Python: from arrays, or from a table."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike

from neuroviz.api.checks import path_of, switches
from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.data import dataset
from neuroviz.core.data.dataset import array_of, numbers_of
from neuroviz.core.data.generators import parse_recipe
from neuroviz.core.data.preparation import UNSCALED, Scaling
from neuroviz.core.data.table_text import apart, as_cell, csv_rows
from neuroviz.core.slices import finished

if TYPE_CHECKING:
    from neuroviz.files.data.understood import Understood

_MISSING = ("nan", "<NA>", "NaT")
"""What numpy and pandas have for a missing value, which is never the name of a class."""


class Dataset(dataset.Dataset):
    """Samples, each with its target.

    ``scaled("standardise")`` and ``holding_out(0.2)`` return the data with scaled inputs, and with
    rows held out.

    Parameters
    ----------
    inputs
        (N, D).
    targets
        (N,): numbers, or the classes 0 … K − 1, 2 to 5 of them; or (N, K) for 2 to 5 targets, all
        numbers or all 0 and 1.
    classes
        Whether the targets are classes rather than numbers.
    input_names, target_name, class_names, target_names
        x1 … xD, y, the numbers of the classes, and y1 … yK if not given.

    Raises
    ------
    SettingsError
        If shapes or values are not so.
    """

    if TYPE_CHECKING:  # accepts whatever numpy can turn into arrays

        def __init__(
            self,
            inputs: ArrayLike,
            targets: ArrayLike,
            classes: bool,
            input_names: Sequence[str] = (),
            target_name: str = "y",
            class_names: Sequence[str] = (),
            origin: str = "",
            scaling: Scaling = UNSCALED,
            held_out: Sequence[int] = (),
            features: Sequence[str] = (),
            target_names: Sequence[str] = (),
        ) -> None: ...

    @staticmethod
    def from_csv(
        path: str | PathLike[str],
        target: str | Sequence[str] | None = None,
        inputs: Sequence[str] | None = None,
        *,
        classes: Sequence[str] | bool | None = None,
        separator: str | None = None,
        decimal: str | None = None,
        encoding: str | None = None,
        header: bool | None = None,
        sheet: str | None = None,
        leave_out: bool = False,
    ) -> dataset.Dataset:
        """Read data from a table: CSV with any separator, TSV, Markdown, HTML, or a spreadsheet.

        What is not given is found in the table.

        Parameters
        ----------
        target
            Column to predict, the last if not given; or 2 to 5 of them, with an output for each.
        inputs
            Input columns; if not given, all others that hold numbers, but not one without a name
            that only numbers the rows.
        classes
            2 to 5 classes as they stand in the target's column, class 0 first; False if it holds
            numbers.
        separator, decimal, encoding, header, sheet
            How the table is written.
        leave_out
            Whether rows that cannot be used are left out instead of being refused.

        Raises
        ------
        SettingsError
            If the table cannot be read or used; the sentence names row and column.
        """
        from neuroviz.files.data.form import Wishes
        from neuroviz.files.data.source import file_source
        from neuroviz.files.data.table import TableReading
        from neuroviz.files.data.understood import ImportChoice, understood

        switches(leave_out=leave_out)
        reading = TableReading(
            file_source(path_of(path)), Wishes(encoding, separator, decimal, header, sheet)
        )
        are_classes = classes if isinstance(classes, bool | None) else True
        asked = None if isinstance(classes, bool | None) else _class_names(classes)
        columns = None if inputs is None else _names(inputs)
        named = (target,) if isinstance(target, str | None) else _names(target, "target")
        table = finished(reading.work())
        first = table.names[-1] if target is None else named[0]
        choice = ImportChoice(first, columns, are_classes, asked, leave_out, named[1:])
        return _told(understood(table, choice))


def dataset_of(data: Any) -> dataset.Dataset:
    """Return the data given as a path, a recipe, (inputs, targets), or a table with names.

    A DataFrame of pandas or polars is such a table; its last column is the target. Columns are
    understood as those of a file are, with a warning of those that are not used; of arrays every
    column is an input.

    Raises
    ------
    SettingsError
        If it is none of these, or no data can be made from it.
    """
    if isinstance(data, dataset.Dataset):
        return data
    if isinstance(data, str | PathLike):
        recipe = parse_recipe(str(data))
        return Dataset.from_csv(data) if recipe is None else recipe.dataset()
    try:
        if isinstance(data, tuple):
            columns, targets = _arrays(*data)
            return _read(columns, "arrays", targets)
        names = list(data.columns)
        if len(names) < 2:
            raise SettingsError("The table needs two columns: an input and a target.", "data")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise SettingsError(f"Two columns are named {told(twice)}: rename one.", "data")
        return _read([(name, data[name].to_list()) for name in names], "table")
    except SettingsError:
        raise
    except (TypeError, ValueError, AttributeError, LookupError):
        raise SettingsError(
            "data must be a neuroviz.Dataset, a path, (inputs, targets) or a DataFrame, "
            f"not {told(data)}.",
            "data",
        ) from None


def in_order(inputs: Any, names: Sequence[str]) -> Any:
    """Return inputs by their names, where they are a table with these names.

    A table that has none of them is taken as it is, like an array.

    Raises
    ------
    SettingsError
        If only some of the names are there.
    """
    own = {str(name): name for name in getattr(inputs, "columns", ())}
    missing = [name for name in names if name not in own]
    if len(missing) == len(names):
        return inputs
    if missing:
        raise SettingsError(
            f"The inputs have no column {missing[0]!r}: give the columns {', '.join(names)}.",
            "inputs",
        )
    return np.column_stack([numbers_of(inputs[own[name]], "inputs") for name in names])


def _arrays(inputs: Any, targets: Any) -> tuple[list[tuple[Any, list[Any]]], int]:
    """Return the columns of inputs and targets with their names, and the number of targets.

    Inputs are (N, D) or (N,), targets (N,) or (N, K). Without names of their own, the columns are
    x1, x2 … and y, or y1, y2 ….
    """
    rows, last = _as_columns(inputs, "inputs"), _as_columns(targets, "targets")
    if rows.ndim != 2 or last.ndim != 2 or len(last) != len(rows) or not last.shape[1]:
        shapes = " and ".join(str(np.shape(each)) for each in (inputs, targets))
        raise SettingsError(
            f"data need inputs (N, D) and targets (N,) or (N, K), not {shapes}.", "data"
        )
    own = [f"x{index + 1}" for index in range(rows.shape[1])]
    asked = [f"y{index + 1}" for index in range(last.shape[1])]
    asked = [getattr(targets, "name", None) or "y"] if len(asked) == 1 else asked
    names = [*getattr(inputs, "columns", own), *getattr(targets, "columns", asked)]
    return list(zip(names, [*rows.T.tolist(), *last.T.tolist()], strict=True)), last.shape[1]


def _as_columns(values: Any, name: str) -> Any:
    try:
        array = array_of(values)
    except (TypeError, ValueError, RuntimeError):
        needed = "an array that numpy can hold, in rows of one length"
        raise SettingsError(f"The {name} must be {needed}, not {told(values)}.", "data") from None
    return array[:, None] if array.ndim == 1 else array


def _read(columns: list[tuple[Any, list[Any]]], origin: str, targets: int = 1) -> dataset.Dataset:
    """Return the data of columns, the last of them targets, by writing and reading a table."""
    from neuroviz.files.data.form import Wishes
    from neuroviz.files.data.source import text_source
    from neuroviz.files.data.table import TableReading
    from neuroviz.files.data.understood import ImportChoice, understood

    names = apart([str(name) for name, _ in columns])
    cells = [[*map(_cell, values)] for _, values in columns]
    # As an input, or one of several targets, True is 1; as the only target it names a class.
    for column in cells[: -1 if targets == 1 else None]:
        column[:] = [+cell if isinstance(cell, bool) else cell for cell in column]
    # In quotes, since a line that begins with # would be a comment.
    header = ",".join('"{}"'.format(as_cell(name).replace('"', '""')) for name in names)
    source = text_source(f"{header}\n{csv_rows(zip(*cells, strict=True))}", origin)
    table = finished(TableReading(source, Wishes(None, ",", ".", True)).work())
    # Nobody sees its lines, nor the header above its rows.
    form = replace(table.form, kind="python")
    table = replace(table, form=form, lines=tuple(line - 1 for line in table.lines))
    first, *beside = table.names[-targets:]
    inputs = table.names[:-targets] if origin == "arrays" else None
    return _told(understood(table, ImportChoice(first, inputs, beside=tuple(beside))))


def _told(read: Understood) -> dataset.Dataset:
    """Return the data, with a warning of columns that are not used: nothing else would say it."""
    for sentence in read.not_used():
        warnings.warn(sentence, stacklevel=3)
    return read.dataset()


def _cell(value: Any) -> object:
    """Return a value as a cell, which is empty for a missing value."""
    if isinstance(value, str):
        return as_cell(value)
    return "" if str(value) in _MISSING else value


def _names(given: Sequence[str], field: str = "inputs") -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        what = "the name of a column" if field == "target" else "a list of names of columns"
        raise SettingsError(f"{field} must be {what}, not {told(given)}.", field)
    names = tuple(given)
    if not names or not all(isinstance(name, str) for name in names):
        raise SettingsError(
            f"{field} must be names of columns, at least one, not {told(names)}.", field
        )
    return names


def _class_names(classes: Any) -> tuple[str, ...]:
    fits = isinstance(classes, tuple | list) and all(isinstance(each, str) for each in classes)
    if not fits or not 2 <= len(classes) == len(set(classes)) <= dataset.MOST_CLASSES:
        raise SettingsError(
            f"classes must be 2 to {dataset.MOST_CLASSES} different texts as written in the "
            f"target, as in ('no', 'yes'), not {told(classes)}.",
            "classes",
        )
    return tuple(classes)
