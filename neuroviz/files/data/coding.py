"""What the values of a target can mean.

Numbers, or two classes in one order or the other, or two of more.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, islice

import numpy as np

from neuroviz.core.numbers import elided
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

    Empty for nothing of it.
    """
    labels: dict[str, str] = {}
    if len(found.class_names) == 2:
        labels[_CLASSES] = _label(found.class_names)
        labels[_SWAPPED] = _label(found.class_names[::-1])
    if found.classes:
        labels |= {name: f"{_label(two)}; no others" for name, two in _pairs(found).items()}
    if not found.table.words[found.target]:
        labels[_NUMBERS] = "a number to predict"
        if not found.classes and len(_values(found)) == 2:
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


def _values(found: Understood) -> list[float]:
    """Return up to three different values of a target."""
    return [*islice(np.unique(found.table.values[:, found.target]).tolist(), 3)]
