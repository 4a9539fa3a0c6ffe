"""Colour maps between the two classes, in the colours of a theme."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from neuroviz.ui.theme.colours import Theme

__all__ = ["diverging_table", "two_colour_table"]

_STEPS = 256
_SHARE = 0.78  # of the full colour at the ends, so that points of the same class stand out


def _rgb(colour: str) -> NDArray[np.float64]:
    parsed = QColor(colour)
    return np.array([parsed.red(), parsed.green(), parsed.blue()], dtype=np.float64)


@lru_cache(maxsize=4)
def diverging_table(theme: Theme) -> NDArray[np.uint8]:
    """Return (256, 3): from the negative colour through the card's own to the positive."""
    middle = _rgb(theme.card)
    ends = (middle + _SHARE * (_rgb(colour) - middle) for colour in (theme.negative, theme.positive))
    low, high = ends
    share = np.linspace(-1, 1, _STEPS)[:, None]
    colours = middle + np.where(share < 0, -share * (low - middle), share * (high - middle))
    return colours.round().astype(np.uint8)


@lru_cache(maxsize=4)
def two_colour_table(theme: Theme) -> NDArray[np.uint8]:
    """Return (2, 3): the negative colour and the positive."""
    table = diverging_table(theme)
    return table[[_STEPS // 5, -_STEPS // 5]]
