"""What the values of a target can mean: numbers, or two classes in one order or the other."""

from __future__ import annotations

from itertools import islice

import numpy as np

from neuroviz.files.data.understood import Understood

_NUMBERS = "numbers"
_CLASSES = "classes"
_SWAPPED = "swapped"


def codings(found: Understood) -> tuple[dict[str, str], str]:
    """Return what a target can mean, name -> label, and the name of what it means now."""
    labels: dict[str, str] = {}
    if found.classes:
        labels[_CLASSES] = _label(found.class_names)
        labels[_SWAPPED] = _label(found.class_names[::-1])
    if not found.table.words[found.target]:
        labels[_NUMBERS] = "a number to predict"
        if not found.classes and len(_values(found)) == 2:
            labels[_CLASSES] = "two classes"
    return labels, _CLASSES if found.classes else _NUMBERS


def coding_of(name: str, found: Understood) -> tuple[bool, tuple[str, str] | None]:
    """Return what to choose so that a target means what :func:`codings` calls by a name."""
    if name == _SWAPPED:
        first, second = found.class_names
        return True, (second, first)
    return name == _CLASSES, None


def _label(names: tuple[str, ...]) -> str:
    zero, one = names
    return f"class 0: {zero}, class 1: {one}"


def _values(found: Understood) -> list[float]:
    """Return up to three different values of a target."""
    return [*islice(np.unique(found.table.values[:, found.target]).tolist(), 3)]
