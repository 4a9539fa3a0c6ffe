"""Data of one's own from Python: from arrays, or from a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from neuroviz.core.data import dataset
from neuroviz.core.slices import finished


class Dataset(dataset.Dataset):
    """Samples and what the neuron should say to each; see :class:`neuroviz.core.data.dataset.Dataset`."""

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
        from neuroviz.files.data.table import Reading
        from neuroviz.files.data.understood import Choice, understood

        reading = Reading(file_source(path), Wishes(encoding, separator, decimal, header, sheet))
        names = None if isinstance(classes, bool) or classes is None else (classes[0], classes[1])
        are_classes = classes if isinstance(classes, bool) or classes is None else True
        columns = None if inputs is None else tuple(inputs)
        choice = Choice(target, columns, are_classes, names, leave_out)
        return understood(finished(reading.work()), choice).dataset()
