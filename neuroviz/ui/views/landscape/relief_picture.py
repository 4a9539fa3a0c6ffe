"""The surface of a landscape as a picture: shaded ground, and pale walls in front."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QTransform

from neuroviz.core.landscape.relief import Relief, Sight, View, floor_corners, project
from neuroviz.core.types import Floats
from neuroviz.pictures.landscape.surface import LIT, WALL, WALLS
from neuroviz.pictures.palette import Palette
from neuroviz.ui.theme.colours import colour_table, image_of, packed

_MOST = 4e5
"""Most pixels of a picture; a larger one is computed with fewer pixels, and scaled up."""
_BAND = 48
"""Columns of a picture that are computed together."""
_LIGHTS = 33
"""Number of shades that are told apart."""


def relief_picture(
    relief: Relief,
    view: View,
    to_pixels: QTransform,
    size: QSize,
    ratio: float,
    palette: Palette,
) -> QImage:
    """Return a picture of the surface that fills a widget.

    Parameters
    ----------
    to_pixels
        From the page, in units of the box, to logical pixels.
    size
        Size of the widget, in logical pixels.
    ratio
        Pixels of the picture for one logical pixel.
    palette
        The colours of losses and of the background.
    """
    ratio *= min(1.0, math.sqrt(_MOST / (size.width() * size.height() * ratio**2)))
    columns, rows = (max(2, round(side * ratio)) for side in size.toTuple())
    x = (np.arange(columns) + 0.5) * size.width() / columns
    y = (np.arange(rows)[::-1] + 0.5) * size.height() / rows
    across = (x - to_pixels.dx()) / to_pixels.m11()
    up = (y - to_pixels.dy()) / to_pixels.m22()
    # Where the two walls in front meet.
    (corner, _), _ = project(floor_corners(view[0])[0], view[0], 0.0)
    colours = _colours(palette.loss, palette.ground)
    # Arrays of a band fit into the processor's cache, and are so small, below 128 kB, that their
    # memory is kept for the next one; the whole at once takes twice as long.
    bands = [
        _painted(relief.seen(band, up, view), np.where(band < corner, *WALLS), colours)
        for band in np.array_split(across, math.ceil(columns / _BAND))
    ]
    return image_of(np.concatenate(bands, axis=1)[::-1])


def _painted(sight: Sight, walls: Floats, colours: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the pixels (rows, columns) of what is seen, where walls have their own light."""
    light = np.where(sight.wall, walls, sight.light)
    shade = ((light + 1) / 2 * (_LIGHTS - 1) + 0.5).astype(np.intp)
    colour = (sight.shares * 255 + 0.5).astype(np.intp)
    pixels: NDArray[np.uint32] = colours[sight.wall.astype(np.intp), shade, colour]
    _fade(pixels, sight.cover)
    return pixels


def _fade(pixels: NDArray[np.uint32], cover: Floats) -> None:
    """Let the card show through where ground or wall covers only part of a pixel."""
    pixels[cover == 0] = 0
    edge = np.nonzero((cover > 0) & (cover < 1))
    parts = pixels[edge].view(np.uint8).reshape(-1, 4)
    pixels[edge] = (parts * cover[edge][:, None]).astype(np.uint8).view(np.uint32).ravel()


@lru_cache(maxsize=4)
def _colours(stops: tuple[str, ...], card: str) -> NDArray[np.uint32]:
    """Return the colours (2, lights, 256) of ground and wall, packed for Qt."""
    ground = colour_table(stops).astype(np.float64)
    light = np.linspace(-LIT, LIT, _LIGHTS)[:, None, None]
    lit = ground + np.where(light > 0, (255.0 - ground) * light, ground * light)
    wall = WALL * lit + (1 - WALL) * colour_table((card, card), 1)
    return packed(np.stack((lit, wall)).round())
