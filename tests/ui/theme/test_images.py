"""Arrows made in memory."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QFile, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from neuroviz.ui.theme import theme
from neuroviz.ui.theme.colours import DARK, LIGHT, Theme
from neuroviz.ui.theme.images import arrow_address, register_arrows


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_arrows_of_both_themes_can_be_read(
    qapp: QApplication, direction: str, colours: Theme
) -> None:
    """Each arrow is a file to Qt, in its colour, for what can and what cannot be pressed."""
    theme.apply(qapp, colours)
    for colour in (colours.muted, colours.disabled):
        file = QFile(arrow_address(direction, colour))
        assert file.open(QIODevice.OpenModeFlag.ReadOnly)
        text = bytes(file.readAll().data()).decode()
        file.close()
        assert f'stroke="{colour}"' in text
    qapp.setStyleSheet("")


def test_registering_again_changes_nothing(qapp: QApplication) -> None:
    """Dressing the program twice registers its arrows once."""
    theme.apply(qapp, LIGHT)
    register_arrows(["#123456"])
    assert not QFile.exists(arrow_address("up", "#123456"))
    assert QFile.exists(arrow_address("up", DARK.muted))
    qapp.setStyleSheet("")


def test_up_points_up_and_down_points_down(qapp: QApplication) -> None:
    """The addresses of the two differ, and so do their pictures where Qt can draw SVG."""
    theme.apply(qapp, LIGHT)
    up, down = (QImage(arrow_address(direction, LIGHT.muted)) for direction in ("up", "down"))
    assert arrow_address("up", "#5c6675") != arrow_address("down", "#5c6675")
    assert up.isNull() or up != down
    qapp.setStyleSheet("")
