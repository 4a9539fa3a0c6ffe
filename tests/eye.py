"""How the eye sees colours: contrast by WCAG 2, distances in L*a*b* and in Oklab.

Colours are such as "#102030".
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

Floats = NDArray[np.float64]


def colours_in(image: QImage) -> set[str]:
    """Return all colours of a picture."""
    places = product(range(image.width()), range(image.height()))
    return {image.pixelColor(*place).name() for place in places}


def linear(colour: str) -> Floats:
    """Return the linear-light red, green and blue."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 … 1."""
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 … 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str) -> Floats:
    """Return the CIE L*a*b* under D65."""
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = np.cbrt(to_xyz @ linear(colour) / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def oklab(colour: str) -> Floats:
    """Return the colour in Ottosson's Oklab."""
    to_cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    result: Floats = np.array(to_lab) @ np.cbrt(np.array(to_cones) @ linear(colour))
    return result


def distance(one: str, other: str) -> float:
    """Return how far apart two colours look, by Oklab."""
    return math.dist(oklab(one), oklab(other))
