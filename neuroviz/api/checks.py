"""Values that are said in Python, taken for what they are or refused in one sentence."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.numbers import exact

_MILLIMETRES = (10.0, 2_000.0)
"""The least and the greatest width or height of a figure."""


def whole(value: Any, name: str, low: int, high: int) -> int:
    """Return a whole number.

    Raises
    ------
    SettingsError
        If it is none, or not from low to high.
    """
    if not _is_within(value, (int, np.integer), low, high):
        raise SettingsError(
            f"{name} must be a whole number from {low:,} to {high:,}, not {told(value)}.", name
        )
    return int(value)


def number(value: Any, name: str, low: float, high: float) -> float:
    """Return a number.

    Raises
    ------
    SettingsError
        If it is none, or not from low to high.
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
        If one of them is no number, too small or too large.
    """
    return number(width, "width", *_MILLIMETRES), number(height, "height", *_MILLIMETRES)


def _is_within(value: Any, kinds: Any, low: float, high: float) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high


def two(value: Any, name: str) -> tuple[Any, Any]:
    """Return two things, as in (least, greatest).

    Raises
    ------
    SettingsError
        If they are not two.
    """
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise SettingsError(
            f"{name} must be two numbers, (least, greatest), not {told(value)}.", name
        )
    return value[0], value[1]


def switches(**values: Any) -> None:
    """Refuse what is neither True nor False.

    Raises
    ------
    SettingsError
        One sentence.
    """
    for name, value in values.items():
        if not isinstance(value, bool):
            raise SettingsError(f"{name} must be True or False, not {told(value)}.", name)


def path_of(value: Any) -> Path:
    """Return the path that a text names.

    Raises
    ------
    SettingsError
        If it is no text, or none of a path.
    """
    if (
        not isinstance(value, str | PathLike)
        or isinstance(fspath(value), bytes)
        or not fspath(value)
    ):
        raise SettingsError(f"A file is named by a text or a path, not by {told(value)}.", "path")
    return Path(value)
