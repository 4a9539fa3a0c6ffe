"""The logarithmic slider: it speaks when the user moves it, and only then."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionSlider

from neuroviz.ui.controls.log_slider import LogSlider


@pytest.fixture
def slider(qtbot):
    slider = LogSlider()
    qtbot.addWidget(slider)
    slider.moves = []
    slider.value_changed.connect(slider.moves.append)
    return slider


def test_a_decade_is_a_hundred_positions(slider):
    assert (slider.minimum(), slider.maximum()) == (0, 1000)
    assert slider.position_of(1.0) - slider.position_of(0.1) == 100


def test_setting_a_number_says_nothing_and_keeps_it_exact(slider):
    slider.set_number(0.123456789)
    assert (slider.number(), slider.moves) == (0.123456789, [])
    assert slider.value() == slider.position_of(0.123456789) > 0


@pytest.mark.parametrize(("number", "position"), [(0.0, 0), (1e-9, 0), (1e9, 1000), (-1.0, 0)])
def test_a_number_outside_shows_at_the_end(slider, number, position):
    slider.set_number(number)
    assert (slider.value(), slider.number(), slider.moves) == (position, number, [])


def test_the_keyboard_moves_it(qtbot, slider):
    slider.set_number(1.0)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(slider, key)
    assert slider.moves == [1.26, 12.6, 1e-6, 1e4]


def test_every_position_reads_back_to_three_digits(slider):
    for position in range(1, 1001):
        slider.setValue(position)
    assert len(slider.moves) == 1000
    for position, number in enumerate(slider.moves, start=1):
        assert float(f"{number:.3g}") == number
        assert slider.position_of(number) == position


def test_the_wheel_without_focus_is_ignored(slider):
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, event)
    assert not event.isAccepted()
    assert slider.moves == []


@pytest.mark.parametrize("ends", [(0, 1), (-1, 1), (2, 1)])
def test_a_track_without_a_logarithm_is_refused(qtbot, ends):
    with pytest.raises(ValueError, match="log axis"):
        LogSlider(*ends)


@pytest.mark.parametrize("number", [1e-6, 1e-3, 0.5, 1.0, 1e4])
def test_a_number_has_the_pixel_of_the_handle(slider, number):
    slider.resize(268, 24)
    slider.set_number(number)
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    handle = slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, slider)
    assert slider.pixel_of(number) == pytest.approx(QRectF(handle).center().x(), abs=1.0)


def test_other_ends_keep_the_number(slider):
    """The number stays to the last bit, nobody is told, and the handle stands where it belongs."""
    slider.set_number(1 / 3)
    slider.set_ends(1e-4, 10.0)
    assert (slider.number(), slider.moves, slider.maximum()) == (1 / 3, [], 500)
    assert slider.value() == slider.position_of(1 / 3) == 352
    slider.set_ends(1e-9, 1e-4)
    assert (slider.number(), slider.value(), slider.moves) == (1 / 3, slider.maximum(), [])
