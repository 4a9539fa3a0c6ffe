"""Catalogue: an ordered, read-only table from a stable name to its entry."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

_TELLING = reprlib.Repr()
_TELLING.maxstring = _TELLING.maxother = _TELLING.maxlong = 60


class SettingsError(ValueError):
    """What was chosen cannot work; the message is one sentence that says why and what would.

    Parameters
    ----------
    field
        The setting at fault, by its field name, so that a form can show the sentence beside it.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def told(value: object) -> str:
    """Return what was given as a sentence can name it.

    In one line, and without its middle where it is long.
    """
    try:
        return " ".join(_TELLING.repr(value).split())
    except Exception:  # a number of thousands of digits, or what cannot say what it is
        return f"something of the type {type(value).__name__}"


@dataclass(frozen=True)
class Entry:
    """What every row of a table has."""

    name: str
    """Stable name, for files and the command line."""
    label: str
    """Name on the screen."""
    formula: str
    """The mathematics in one line of plain text."""
    reference: str
    """Where the method comes from."""
    note: str = field(default="", kw_only=True)
    """What else a choice brings, or what its formula does not show; empty for nothing."""


E_co = TypeVar("E_co", bound=Entry, covariant=True)


class Catalogue(Mapping[str, E_co]):
    """An ordered, read-only table of entries by their stable names.

    Parameters
    ----------
    kind
        What the entries are, in the singular: the setting's name.
    entries
        The rows, in the order of the screen.
    """

    def __init__(self, kind: str, entries: Iterable[E_co]) -> None:
        self.kind = kind
        self._entries = {entry.name: entry for entry in entries}

    def __getitem__(self, name: str) -> E_co:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def labels(self) -> dict[str, str]:
        """Name of each entry, and what it is called on the screen."""
        return {name: entry.label for name, entry in self.items()}

    def find(self, name: str) -> E_co:
        """Return the entry of that name.

        Raises
        ------
        SettingsError
            If there is none; the sentence lists the known names.
        """
        if not isinstance(name, str) or name not in self._entries:
            known = ", ".join(self._entries)
            raise SettingsError(
                f"There is no {self.kind} named {told(name)}; known are: {known}.", self.kind
            )
        return self._entries[name]
