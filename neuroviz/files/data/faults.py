"""Faults of a table, and where they are."""

from __future__ import annotations

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.numbers import quoted
from neuroviz.core.types import Frozen

Row = tuple[int, list[str]]
"""The line on which a row of a table begins, from 1, or its number in a page; and its cells."""


class DataError(SettingsError):
    """A table from which no data can be made.

    The message is one sentence: where the fault is, what is wrong and what would work.
    """

    def __init__(self, message: str, field: str = "data") -> None:
        super().__init__(message, field)


class Fault(Frozen):
    """A row that cannot be used."""

    row: int
    """Its number in the file or text, from 1, counting what stands above the table."""
    column: str | None
    """Name of the column; None where the whole row is at fault."""
    found: str
    """What the cell or row holds."""
    expected: str
    """What it should hold."""
    unit: str = "row"
    """What editors or spreadsheets count: "line" or "row"."""

    def __str__(self) -> str:
        if self.column is None:
            return f"{self.unit} {self.row:,} has {self.found} where {self.expected} are expected"
        return (
            f"{self.unit} {self.row:,}, column {quoted(self.column)}, "
            f"has {self.found} where {self.expected} is expected"
        )
