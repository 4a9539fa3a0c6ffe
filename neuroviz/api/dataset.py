"""Data of one's own from Python: from arrays, or from a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from neuroviz.api.choices import path_of, switches
from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.data import dataset
from neuroviz.core.slices import finished


class Dataset(dataset.Dataset):
    """Samples and what the neuron should say to each.

    See :class:`neuroviz.core.data.dataset.Dataset`.
    """

    @staticmethod
    def from_csv(
        path: str | Path,
        target: str | None = None,
        inputs: Sequence[str] | None = None,
        *,
        classes: tuple[str, str] | bool | None = None,
        separator: str | None = None,
        decimal: str | None = None,
        encoding: str | None = None,
        header: bool | None = None,
        sheet: str | None = None,
        leave_out: bool = False,
    ) -> dataset.Dataset:
        """Read data from a table: CSV with any separator, TSV, Markdown, HTML, or a spreadsheet.

        What is not said is found in the table.

        Parameters
        ----------
        target
            Column that the neuron is to predict; the last where not given.
        inputs
            Columns that it gets; all others that hold numbers where not given.
        classes
            Class 0 and class 1 as they stand in the target's column; False where it holds numbers.
        separator, decimal, encoding, header, sheet
            How the table is written.
        leave_out
            Whether rows that cannot be used are left out rather than refused.

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
        named = None if isinstance(classes, bool | None) else _two_names(classes)
        columns = None if inputs is None else _names(inputs)
        if not isinstance(target, str | None):
            raise SettingsError(
                f"target must be the name of a column, not {told(target)}.", "target"
            )
        table = finished(reading.work())
        choice = ImportChoice(
            table.names[-1] if target is None else target, columns, are_classes, named, leave_out
        )
        return understood(table, choice).dataset()


def _names(inputs: Sequence[str]) -> tuple[str, ...]:
    if isinstance(inputs, str) or not isinstance(inputs, Iterable):
        raise SettingsError(
            f"inputs must be a list of names of columns, not {told(inputs)}.", "inputs"
        )
    names = tuple(inputs)
    if not names or not all(isinstance(name, str) for name in names):
        raise SettingsError(
            f"inputs must be names of columns, one at least, not {told(names)}.", "inputs"
        )
    return names


def _two_names(classes: Any) -> tuple[str, str]:
    fits = (
        isinstance(classes, tuple | list)
        and len(classes) == 2
        and all(isinstance(each, str) for each in classes)
    )
    if not fits or classes[0] == classes[1]:
        raise SettingsError(
            "classes must be two different texts as they stand in the target, as in ('no', 'yes'), "
            f"not {told(classes)}.",
            "classes",
        )
    return classes[0], classes[1]
