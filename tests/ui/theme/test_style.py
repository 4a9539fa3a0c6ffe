"""What the style sheet cannot draw: marks and arrows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from neuroviz.ui.theme import theme
from neuroviz.ui.theme.colours import DARK, LIGHT, Theme


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def colours(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Theme]:
    """Dress the program in a theme, and undress it again."""
    style, palette, font = qapp.style().name(), qapp.palette(), qapp.font()
    theme.apply(qapp, request.param)
    yield request.param
    qapp.setStyleSheet("")
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)


def painted(widget: QWidget) -> set[str]:
    """Return the colours of a widget's picture."""
    image = widget.grab().toImage()
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(image.width())
        for y in range(image.height())
    }


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_a_mark_is_filled_with_the_accent_when_it_is_on(
    qtbot: QtBot, colours: Theme, kind: type[QCheckBox] | type[QRadioButton]
) -> None:
    """On and off differ by colour and by sign; what cannot be pressed has no accent."""
    mark = kind("")
    qtbot.addWidget(mark)
    mark.resize(30, 30)
    assert colours.accent not in painted(mark)
    off = mark.grab().toImage()
    mark.setChecked(True)
    assert colours.accent in painted(mark)
    assert mark.grab().toImage() != off
    mark.setEnabled(False)
    assert colours.accent not in painted(mark)


def test_a_partly_checked_mark_is_drawn(qtbot: QtBot, colours: Theme) -> None:
    """Neither on nor off has a picture of its own."""
    mark = QCheckBox("")
    qtbot.addWidget(mark)
    mark.resize(30, 30)
    mark.setTristate(True)
    pictures = []
    for state in (Qt.CheckState.Unchecked, Qt.CheckState.PartiallyChecked, Qt.CheckState.Checked):
        mark.setCheckState(state)
        pictures.append(mark.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]
