"""Corrections to a table before it is imported: what its target means, and what its cells hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from msgspec.structs import replace

from neuroviz.core.data.dataset import MOST_CLASSES
from neuroviz.core.numbers import elided
from neuroviz.files.data.table import ParsedTable
from neuroviz.files.data.understood import ImportChoice, Understood

_MOST_IN_PAIRS = 6
"""Classes up to which every two of them are offered."""
_LONGEST = 24


def codings(found: Understood) -> tuple[dict[str, tuple[str, ImportChoice]], str]:
    """Return what a target can mean, and the name of what it means now.

    Each meaning has a name, a label and the choice that gives it: numbers, two classes in either
    order, up to five classes, or two out of more. The second value is empty where none of them is
    in force.
    """
    choice = replace(found.choice, classes=True, class_names=None)
    ways: dict[str, tuple[str, ImportChoice]] = {}
    if len(found.class_names) == 2:
        zero, one = found.class_names
        ways["classes"] = _label(zero, one), choice
        ways["swapped"] = _label(one, zero), replace(choice, class_names=(one, zero))
    elif 2 < len(found.class_names) <= MOST_CLASSES:
        ways["classes"] = _each(found.class_names), choice
    if every := found.all_classes:
        ways["every"] = _each(every), replace(choice, class_names=every)
    if found.classes:
        for number, two in enumerate(_pairs(found)):
            kept = replace(choice, class_names=two, leave_out=True)
            ways[f"pair {number}"] = f"{_label(*two)}; no others", kept
    words = found.table.words[found.target]
    if not (found.classes and words):
        ways["numbers"] = "a number to predict", replace(choice, classes=False)
    if not words:
        different = np.unique(found.table.values[:, found.target])
        if not found.classes and 2 <= len(different) <= MOST_CLASSES:
            ways["classes"] = f"{len(different)} classes", choice
    now = "classes" if found.classes else "numbers"
    return ways, now if now in ways else ""


def _pairs(found: Understood) -> list[tuple[str, str]]:
    """Return every two out of more than two classes, except those in force."""
    every = found.every_class
    if not 2 < len(every) <= _MOST_IN_PAIRS:
        return []
    taken = (found.class_names, found.class_names[::-1])
    return [two for two in combinations(every, 2) if two not in taken]


def _each(names: Sequence[str]) -> str:
    return f"{len(names)} classes, an output each"


def _label(zero: str, one: str) -> str:
    return f"class 0: {elided(zero, _LONGEST)}, class 1: {elided(one, _LONGEST)}"


class Mends:
    """What a person has written into cells, with undo and redo.

    Each way to split a text into columns, and each sheet, has its own cells.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[object, dict[tuple[int, int], str]]] = []
        """Each step's table, and what was written into it, by line and column."""
        self._done = 0
        """Number of steps that are not undone."""

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to undo."""
        return self._done > 0

    def applied(self, table: ParsedTable) -> ParsedTable:
        """Return a table as it was read, with what has been written into it."""
        cells: dict[tuple[int, int], str] = {}
        for place, written in self._steps[: self._done]:
            if place == _place(table):
                cells.update(written)
        return table.with_cells(cells) if cells else table

    def write(self, table: ParsedTable, cells: Mapping[tuple[int, int], str]) -> None:
        """Write into cells, given by row and column."""
        here = {(table.lines[row], column): text for (row, column), text in cells.items()}
        self._steps[self._done :] = [(_place(table), here)]
        self._done += 1

    def undo(self) -> bool:
        """Undo the last step; return whether there was one."""
        if not self.can_undo:
            return False
        self._done -= 1
        return True

    def redo(self) -> bool:
        """Redo the last undone step; return whether there was one."""
        if self._done == len(self._steps):
            return False
        self._done += 1
        return True


def _place(table: ParsedTable) -> object:
    return table.form.kind, table.form.separator, table.form.sheet
