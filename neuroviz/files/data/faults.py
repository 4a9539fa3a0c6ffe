"""What is wrong with a table, and where."""

from __future__ import annotations

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.numbers import quoted
from neuroviz.core.types import Frozen

Row = tuple[int, list[str]]
"""Line on which a row of a table begins, from 1, or its number in a page; and its cells."""


class DataError(SettingsError):
    """A table gives no data.

    The text is one sentence: where it is, what is wrong and what would work.
    """

    def __init__(self, message: str, field: str = "data") -> None:
        super().__init__(message, field)


class Fault(Frozen):
    """A row that cannot be used."""

    row: int
    """Its number in the file or text, from 1, with what is above the table."""
    column: str | None
    """Name of the column; None where the whole row is at fault."""
    found: str
    """What stands there."""
    expected: str
    """What should."""
    unit: str = "row"
    """What editors and spreadsheets count: "line" or "row"."""

    def __str__(self) -> str:
        if self.column is None:
            return f"{self.unit} {self.row:,} has {self.found} where {self.expected} are expected"
        return (
            f"{self.unit} {self.row:,}, column {quoted(self.column)}, "
            f"has {self.found} where {self.expected} is expected"
        )
