"""Where each key of a TOML file stands: its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Key = tuple[str | int, ...]
"""Where something stands: names of tables and keys,
and numbers of those of which there are several."""

_HEADER = re.compile(r"\[(\[)?([\w.\- \t]+)\]")
_KEY = re.compile(r"([A-Za-z0-9_.\-]+)\s*=\s*(.*)")
_QUOTES = ('"""', "'''")


@dataclass(frozen=True)
class KeyPlace:
    """A key or table of a file, among the lines of all of them."""

    lines: Mapping[Key, int]
    key: Key = ()

    def at(self, *names: str | int) -> KeyPlace:
        """Return the place of a key inside."""
        return KeyPlace(self.lines, (*self.key, *names))

    @property
    def line(self) -> int:
        """Its line, from 1, or that of the nearest table that is above it; 0 if there is none."""
        key = self.key
        while key and not {key, (*key, 0)} & self.lines.keys():
            key = key[:-1]
        return self.lines.get(key, self.lines.get((*key, 0), 0))


def key_lines(text: str) -> dict[Key, int]:
    """Return the line, from 1, of every key and table that begins a line of TOML.

    What stands inside an inline table has no line of its own: it is found at the key of that.
    """
    lines: dict[Key, int] = {}
    counts: dict[Key, int] = {}
    table: Key = ()
    closing = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        stripped = line.strip()
        if header := _HEADER.match(stripped):
            table = _entered(header[2], several=header[1] is not None, counts=counts)
            lines.setdefault(table, number)
        elif key := _KEY.match(stripped):
            lines.setdefault((*table, *key[1].split(".")), number)
            closing = next((mark for mark in _QUOTES if key[2].count(mark) == 1), "")
    return lines


def _entered(header: str, *, several: bool, counts: dict[Key, int]) -> Key:
    """Return the key of a table by its header, with the numbers of those in which it stands."""
    *outer, last = (part.strip() for part in header.split("."))
    key: Key = ()
    for part in outer:
        key = (*key, part)
        if key in counts:
            key = (*key, counts[key])
    key = (*key, last)
    if several:
        counts[key] = counts.get(key, -1) + 1
    return (*key, counts[key]) if key in counts else key
