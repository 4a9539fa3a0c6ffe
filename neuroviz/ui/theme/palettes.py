"""The colours of pictures on the cards of a theme."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from neuroviz.pictures.palette import LOSS, SEQUENTIAL, Palette, mixed, rgb_along
from neuroviz.ui.theme.colours import Theme

LIGHT_INK, DARK_INK = QColor("#ffffff"), QColor("#15121f")
"""What is drawn on the colours of losses is drawn in both, one round the other,
and so is seen on any of them."""
_OPAQUE = 0xFF000000
_STEPS = 256
_SHARE = 0.6  # of the full colour at the ends, so that points of the same class stand out
_SEQUENTIAL_DARK = ("#232936", "#433a63", "#6f5aa6", "#a992ff", "#ded6ff")


@lru_cache(maxsize=4)
def palette_of(theme: Theme) -> Palette:
    """Return the colours of what is drawn on a theme's cards."""
    dark = theme.name == "dark"
    low, high = (mixed(theme.card, end, _SHARE) for end in (theme.negative, theme.positive))
    return Palette(
        ground=theme.card,
        ink=theme.ink,
        muted=theme.muted,
        accent=theme.accent,
        positive=theme.positive,
        negative=theme.negative,
        error=theme.error,
        series=theme.series,
        neuron_colours=theme.neuron_colours,
        class_colours=theme.class_colours,
        diverging=(low, theme.card, high),
        sequential=_SEQUENTIAL_DARK if dark else SEQUENTIAL,
        loss=LOSS,
        on_loss=LIGHT_INK.name(),
        rim=DARK_INK.name(),
        path=LIGHT_INK.name(),
        edge=DARK_INK.name(),
        contour=f"{LIGHT_INK.name()}78",
        contour_width=1.0,
        number_ground=f"{DARK_INK.name()}6e",
        dark=dark,
    )


@lru_cache(maxsize=16)
def colour_table(stops: tuple[str, ...], steps: int = _STEPS) -> NDArray[np.uint8]:
    """Return (steps, 3): the colours at even distances along evenly spaced stops."""
    return rgb_along(stops, np.linspace(0, 1, steps)).astype(np.uint8)


def packed(colours: NDArray[Any]) -> NDArray[np.uint32]:
    """Return colours (…, 3) from 0 to 255 as Qt has them, (…)."""
    red, green, blue = np.moveaxis(colours.astype(np.uint32), -1, 0)
    return np.asarray(_OPAQUE | red << 16 | green << 8 | blue)


def image_of(pixels: NDArray[np.uint32]) -> QImage:
    """Return an image of packed colours (rows, columns); what is not opaque is premultiplied."""
    rows, columns = pixels.shape
    kinds = QImage.Format
    clear = (pixels < _OPAQUE).any()
    kind = kinds.Format_ARGB32_Premultiplied if clear else kinds.Format_RGB32
    # Copied: an image does not hold its pixels.
    return QImage(np.ascontiguousarray(pixels).data, columns, rows, 4 * columns, kind).copy()
