from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar

ALL = [True] * 5


def shown(person: Any) -> list[bool]:
    """Return which of neuron, data, landscape, loss and weights can be seen."""
    return [view.isVisible() for view in person.window.views.values()]


def resized(person: Any, width: int, height: int) -> None:
    person.window.resize(width, height)
    person.settle()


def test_one_view_takes_all_the_room_and_gives_it_back(open_window: Any, qtbot: Any) -> None:
    """⤢ leaves one plot, as wide as two; Escape brings the others back, in equal parts."""
    person = open_window()
    resized(person, 1440, 900)
    loss = person.window.views["loss"]
    width, height = loss.width(), loss.height()
    qtbot.mouseClick(loss.enlarge, Qt.MouseButton.LeftButton)
    person.settle()
    alone, wide, high = shown(person), loss.width(), loss.height()
    person.press(Qt.Key.Key_Escape)
    person.settle()

    assert alone == [False, False, False, True, False]
    assert wide > 1.9 * width
    assert high > 2.4 * height
    assert shown(person) == ALL
    assert (loss.width(), loss.height(), loss.enlarge.isChecked()) == (width, height, False)


def test_the_neuron_can_be_made_large_too(open_window: Any, qtbot: Any) -> None:
    """It then has all the room, and a second press gives it back."""
    person = open_window()
    resized(person, 1440, 900)
    neuron = person.window.neuron
    height = neuron.height()
    qtbot.mouseClick(neuron.enlarge, Qt.MouseButton.LeftButton)
    person.settle()
    assert shown(person) == [True, False, False, False, False]
    assert neuron.height() > 3 * height
    qtbot.mouseClick(neuron.enlarge, Qt.MouseButton.LeftButton)
    person.settle()
    assert shown(person) == ALL
    assert neuron.height() == height
    assert not person.action("restore").isEnabled()


def test_the_plots_share_the_room_evenly(open_window: Any) -> None:
    """At 1440x900 the neuron is as wide as two plots, and nothing overlaps."""
    person = open_window()
    resized(person, 1440, 900)
    neuron, *plots = person.window.views.values()
    widths, heights = {plot.width() for plot in plots}, {plot.height() for plot in plots}
    assert max(widths) - min(widths) <= 1
    assert max(heights) - min(heights) <= 1
    assert neuron.width() >= 2 * min(widths)
    areas = [view.geometry() for view in (neuron, *plots)]
    assert not any(one.intersects(two) for i, one in enumerate(areas) for two in areas[:i])


def test_where_there_is_little_height_two_plots_share_a_place(open_window: Any, qtbot: Any) -> None:
    """At 1024x768 nothing is squeezed: a bar brings the other plot; higher again, all are there."""
    person = open_window()
    resized(person, 1024, 768)
    assert shown(person) == [True, True, True, False, False]
    assert all(view.plot.pixels()[1] >= 150 for view in list(person.window.views.values())[1:] if view.isVisible())
    bar = person.find(QTabBar, "column_1")
    person.focus(bar)
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    person.settle()
    assert shown(person) == [True, False, True, True, False]
    resized(person, 1440, 900)
    assert shown(person) == ALL
    assert not bar.isVisible()
