"""Checks of values given in Python: each is accepted, or refused in one sentence."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.numbers import exact

_MILLIMETRES = (10.0, 2_000.0)
"""The smallest and the largest width or height of a figure."""


def number(value: Any, name: str, low: float, high: float) -> float:
    """Return a number.

    Raises
    ------
    SettingsError
        If it is not one, or not from low to high.
    """
    if not _is_within(value, (int, float, np.number), low, high):
        raise SettingsError(
            f"{name} must be a number from {exact(low)} to {exact(high)}, not {told(value)}.", name
        )
    return float(value)


def size_of(width: Any, height: Any) -> tuple[float, float]:
    """Return the size of a figure in millimetres.

    Raises
    ------
    SettingsError
        If width or height is no number, too small or too large.
    """
    low, high = _MILLIMETRES
    return number(width, "width in mm", low, high), number(height, "height in mm", low, high)


def _is_within(value: Any, kinds: Any, low: float, high: float) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high


def two(value: Any, name: str) -> tuple[Any, Any]:
    """Return a pair such as (least, greatest).

    Raises
    ------
    SettingsError
        If it is not a pair.
    """
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise SettingsError(
            f"{name} must be two numbers, (least, greatest), not {told(value)}.", name
        )
    return value[0], value[1]


def switches(**values: Any) -> None:
    """Refuse anything but True and False.

    Raises
    ------
    SettingsError
        If a value is neither.
    """
    for name, value in values.items():
        if not isinstance(value, bool):
            raise SettingsError(f"{name} must be True or False, not {told(value)}.", name)


def path_of(value: Any) -> Path:
    """Return a path, given as text or a path.

    Raises
    ------
    SettingsError
        If it is neither, or empty.
    """
    if (
        not isinstance(value, str | PathLike)
        or isinstance(fspath(value), bytes)
        or not fspath(value)
    ):
        raise SettingsError(f"A file is named by a text or a path, not by {told(value)}.", "path")
    return Path(value)
