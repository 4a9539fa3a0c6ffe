"""The colours of a landscape: the same in both themes, since they are read by their lightness."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from neuroviz.pictures.palette import LOSS

LIGHT_INK, DARK_INK = QColor("#ffffff"), QColor("#15121f")
"""What is drawn on the colours is drawn in both, one round the other, and so is seen on any of them."""

_STEPS = 256


@lru_cache(maxsize=1)
def sequential_table() -> NDArray[np.uint8]:
    """Return (256, 3) from low, dark, to high, light: even steps of lightness, as Viridis has them, but quieter.

    References
    ----------
    Smith and van der Walt 2015, A Better Default Colormap for Matplotlib.
    """
    colours = [QColor(stop) for stop in LOSS]
    stops = np.array([(colour.red(), colour.green(), colour.blue()) for colour in colours], dtype=np.float64)
    places = np.linspace(0, 1, len(stops))
    at = np.linspace(0, 1, _STEPS)
    return np.column_stack([np.interp(at, places, channel) for channel in stops.T]).round().astype(np.uint8)
