"""What a person corrects of a table before it comes in.

What the values of its target mean, and what stands in its cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from neuroviz.core.numbers import elided
from neuroviz.files.data.table import ParsedTable
from neuroviz.files.data.understood import ImportChoice, Understood

_NUMBERS = "numbers"
_CLASSES = "classes"
_SWAPPED = "swapped"
_PAIR = "pair "
_MOST_CLASSES = 6
"""Classes of which every two are offered."""
_LONGEST = 24


def codings(found: Understood) -> tuple[dict[str, str], str]:
    """Return what a target can mean, name -> label, and the name of what it means now.

    Numbers, or two classes in one order or the other, or two of more; empty for nothing of it.
    """
    labels: dict[str, str] = {}
    if len(found.class_names) == 2:
        labels[_CLASSES] = _label(found.class_names)
        labels[_SWAPPED] = _label(found.class_names[::-1])
    if found.classes:
        labels |= {name: f"{_label(two)}; no others" for name, two in _pairs(found).items()}
    if not found.table.words[found.target]:
        labels[_NUMBERS] = "a number to predict"
        different = np.unique(found.table.values[:, found.target])
        if not found.classes and len(different) == 2:
            labels[_CLASSES] = "two classes"
    now = _CLASSES if found.classes else _NUMBERS
    return labels, now if now in labels else ""


def coded(choice: ImportChoice, name: str, found: Understood) -> ImportChoice:
    """Return the choice by which a target means what :func:`codings` calls by a name."""
    if name == _SWAPPED:
        zero, one = found.class_names
        return replace(choice, classes=True, class_names=(one, zero))
    if name in _pairs(found):
        return replace(choice, classes=True, class_names=_pairs(found)[name], leave_out=True)
    return replace(choice, classes=name == _CLASSES, class_names=None)


def _pairs(found: Understood) -> dict[str, tuple[str, str]]:
    """Return every two of more classes than two."""
    every = found.every_class
    if not 2 < len(every) <= _MOST_CLASSES:
        return {}
    others = (
        two
        for two in combinations(every, 2)
        if two not in (found.class_names, found.class_names[::-1])
    )
    return {f"{_PAIR}{number}": two for number, two in enumerate(others)}


def _label(names: tuple[str, ...]) -> str:
    zero, one = (elided(name, _LONGEST) for name in names)
    return f"class 0: {zero}, class 1: {one}"


class Mends:
    """What is written into cells, to be undone and done again.

    Each way to part a text into columns, and each sheet, has cells of its own.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[object, dict[tuple[int, int], str]]] = []
        """Of which table, and what was written there, by line and column."""
        self._done = 0
        """Steps that are not undone."""

    @property
    def can_undo(self) -> bool:
        """Whether anything was written."""
        return self._done > 0

    def applied(self, table: ParsedTable) -> ParsedTable:
        """Return a table, as it was read, with what is written in it."""
        cells: dict[tuple[int, int], str] = {}
        for place, written in self._steps[: self._done]:
            if place == _place(table):
                cells.update(written)
        return table.with_cells(cells) if cells else table

    def write(self, table: ParsedTable, cells: Mapping[tuple[int, int], str]) -> None:
        """Write into cells, by row and column."""
        here = {(table.lines[row], column): text for (row, column), text in cells.items()}
        self._steps[self._done :] = [(_place(table), here)]
        self._done += 1

    def undo(self) -> bool:
        """Take back what was written last; return whether there was anything."""
        if not self.can_undo:
            return False
        self._done -= 1
        return True

    def redo(self) -> bool:
        """Write again what was taken back; return whether there was anything."""
        if self._done == len(self._steps):
            return False
        self._done += 1
        return True


def _place(table: ParsedTable) -> object:
    return table.form.kind, table.form.separator, table.form.sheet
