"""A slider that goes where one clicks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from neuroviz.ui.controls.slider import Slider


@pytest.fixture
def slider(qtbot: QtBot) -> Slider:
    """Return a slider from 0 to 100, some 200 pixels long."""
    slider = Slider(Qt.Orientation.Horizontal)
    qtbot.addWidget(slider)
    slider.setRange(0, 100)
    slider.resize(220, 24)
    slider.show()
    return slider


@pytest.mark.parametrize(("x", "value"), [(2, 0), (60, 25), (110, 50), (165, 76), (218, 100)])
def test_a_click_on_the_track_takes_the_handle_there(qtbot: QtBot, slider: Slider, x: int, value: int) -> None:
    """From both sides, and to both ends."""
    for start in (0, 100):
        slider.setValue(start)
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(x, 12))
        assert slider.value() == pytest.approx(value, abs=3)


def test_the_handle_is_held_after_the_click(qtbot: QtBot, slider: Slider) -> None:
    """Press on the track and drag on: the handle follows."""
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(60, 12))
    assert slider.isSliderDown()
    qtbot.mouseMove(slider, QPoint(165, 12))
    assert slider.value() == pytest.approx(76, abs=3)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(165, 12))
    assert not slider.isSliderDown()


def test_other_buttons_do_nothing(qtbot: QtBot, slider: Slider) -> None:
    """A right click leaves the number as it is."""
    qtbot.mouseClick(slider, Qt.MouseButton.RightButton, pos=QPoint(165, 12))
    assert slider.value() == 0
