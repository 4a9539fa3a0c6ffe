"""A slider that goes where one clicks."""

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QStyle, QStyleOptionSlider

from neuroviz.ui.controls.slider import LogSlider, Slider
from tests.ui.person import KEY, LEFT, turn_wheel


@pytest.fixture
def slider(qtbot):
    """Return a slider from 0 to 100, some 200 pixels long."""
    slider = Slider(Qt.Orientation.Horizontal)
    qtbot.addWidget(slider)
    slider.setRange(0, 100)
    slider.resize(220, 24)
    slider.show()
    return slider


@pytest.mark.parametrize(("x", "value"), [(2, 0), (60, 25), (110, 50), (165, 76), (218, 100)])
def test_a_click_on_the_track_takes_the_handle_there(qtbot, slider, x, value):
    """From both sides, and to both ends."""
    for start in (0, 100):
        slider.setValue(start)
        qtbot.mouseClick(slider, LEFT, pos=QPoint(x, 12))
        assert slider.value() == pytest.approx(value, abs=3)


def test_the_handle_is_held_after_the_click(qtbot, slider):
    """Press on the track and drag on: the handle follows."""
    qtbot.mousePress(slider, LEFT, pos=QPoint(60, 12))
    assert slider.isSliderDown()
    qtbot.mouseMove(slider, QPoint(165, 12))
    assert slider.value() == pytest.approx(76, abs=3)
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(165, 12))
    assert not slider.isSliderDown()


def test_other_buttons_do_nothing(qtbot, slider):
    """A right click leaves the number as it is."""
    qtbot.mouseClick(slider, Qt.MouseButton.RightButton, pos=QPoint(165, 12))
    assert slider.value() == 0


@pytest.fixture
def log_slider(qtbot):
    log_slider = LogSlider()
    qtbot.addWidget(log_slider)
    log_slider.moves = []
    log_slider.value_changed.connect(log_slider.moves.append)
    return log_slider


def test_a_decade_is_a_hundred_positions(log_slider):
    assert (log_slider.minimum(), log_slider.maximum()) == (0, 1000)
    assert log_slider.position_of(1.0) - log_slider.position_of(0.1) == 100


def test_setting_a_number_says_nothing_and_keeps_it_exact(log_slider):
    log_slider.set_number(0.123456789)
    assert (log_slider.number(), log_slider.moves) == (0.123456789, [])
    assert log_slider.value() == log_slider.position_of(0.123456789) > 0


@pytest.mark.parametrize(("number", "position"), [(0.0, 0), (1e-9, 0), (1e9, 1000), (-1.0, 0)])
def test_a_number_outside_shows_at_the_end(log_slider, number, position):
    log_slider.set_number(number)
    assert (log_slider.value(), log_slider.number(), log_slider.moves) == (position, number, [])


def test_the_keyboard_moves_it(qtbot, log_slider):
    log_slider.set_number(1.0)
    for key in (KEY.Key_Right, KEY.Key_PageUp, KEY.Key_Home, KEY.Key_End):
        qtbot.keyClick(log_slider, key)
    assert log_slider.moves == [1.26, 12.6, 1e-6, 1e4]


def test_every_position_reads_back_to_three_digits(log_slider):
    for position in range(1, 1001):
        log_slider.setValue(position)
    assert len(log_slider.moves) == 1000
    for position, number in enumerate(log_slider.moves, start=1):
        assert float(f"{number:.3g}") == number
        assert log_slider.position_of(number) == position


def test_the_wheel_without_focus_is_ignored(log_slider):
    assert not turn_wheel(log_slider, 1)
    assert log_slider.moves == []


@pytest.mark.parametrize("number", [1e-6, 1e-3, 0.5, 1.0, 1e4])
def test_a_number_has_the_pixel_of_the_handle(log_slider, number):
    log_slider.resize(268, 24)
    log_slider.set_number(number)
    option = QStyleOptionSlider()
    log_slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    handle = log_slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, part, log_slider
    )
    assert log_slider.pixel_of(number) == pytest.approx(QRectF(handle).center().x(), abs=1.0)


def test_other_ends_keep_the_number(log_slider):
    """The number stays to the last bit, nobody is told, and the handle stands where it belongs."""
    log_slider.set_number(1 / 3)
    log_slider.set_ends(1e-4, 10.0)
    assert (log_slider.number(), log_slider.moves, log_slider.maximum()) == (1 / 3, [], 500)
    assert log_slider.value() == log_slider.position_of(1 / 3) == 352
    log_slider.set_ends(1e-9, 1e-4)
    assert (log_slider.number(), log_slider.value(), log_slider.moves) == (
        1 / 3,
        log_slider.maximum(),
        [],
    )
