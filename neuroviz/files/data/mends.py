"""What a person has written into cells of a table before it comes in.

To be undone and done again.
"""

from __future__ import annotations

from collections.abc import Mapping

from neuroviz.files.data.form import Form
from neuroviz.files.data.table import ParsedTable

_Cells = dict[tuple[int, int], str]
"""What is written, by line and column."""


class Mends:
    """Each way to part a text into columns, and each sheet, has cells of its own.

    They are kept for it.
    """

    def __init__(self) -> None:
        self._every: dict[object, _Cells] = {}
        self._past: list[dict[object, _Cells]] = []
        self._future: list[dict[object, _Cells]] = []

    @property
    def can_undo(self) -> bool:
        """Whether anything was written."""
        return bool(self._past)

    def applied(self, table: ParsedTable) -> ParsedTable:
        """Return a table, as it was read, with what is written in it."""
        cells = self._every.get(_place(table.form))
        return table.with_cells(cells) if cells else table

    def write(self, table: ParsedTable, cells: Mapping[tuple[int, int], str]) -> None:
        """Write into cells, by row and column."""
        here = {(table.lines[row], column): text for (row, column), text in cells.items()}
        place = _place(table.form)
        self._past.append(self._every)
        self._future.clear()
        self._every = {**self._every, place: {**self._every.get(place, {}), **here}}

    def undo(self) -> bool:
        """Take back what was written last; return whether there was anything."""
        return self._move(self._past, self._future)

    def redo(self) -> bool:
        """Write again what was taken back; return whether there was anything."""
        return self._move(self._future, self._past)

    def _move(self, source: list[dict[object, _Cells]], target: list[dict[object, _Cells]]) -> bool:
        if not source:
            return False
        target.append(self._every)
        self._every = source.pop()
        return True


def _place(form: Form) -> object:
    return form.kind, form.separator, form.sheet
