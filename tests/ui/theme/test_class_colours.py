"""Colour maps between the two classes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from neuroviz.ui.theme.class_colours import diverging_table, two_colour_table
from neuroviz.ui.theme.colours import DARK, LIGHT, Theme

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def rgb(colour: str) -> np.ndarray:
    """Return red, green and blue."""
    return np.array(QColor(colour).getRgb()[:3], dtype=float)


@BOTH
def test_the_map_goes_from_class_to_class_through_the_card(theme: Theme) -> None:
    """Blue at one end, orange at the other, the card's colour between, without a jump."""
    table = diverging_table(theme).astype(float)
    assert table.shape == (256, 3)
    low, high = np.linalg.norm(table[0] - rgb(theme.negative)), np.linalg.norm(table[-1] - rgb(theme.positive))
    assert low < np.linalg.norm(table[0] - rgb(theme.positive))
    assert high < np.linalg.norm(table[-1] - rgb(theme.negative))
    assert np.abs(table[127:129] - rgb(theme.card)).max() <= 2
    assert np.abs(np.diff(table, axis=0)).max() <= 3


@BOTH
def test_two_colours_are_of_the_same_map(theme: Theme) -> None:
    """The classes have the colours of their ends."""
    low, high = two_colour_table(theme)
    table = diverging_table(theme).tolist()
    assert table.index(low.tolist()) < 128 < table.index(high.tolist())
