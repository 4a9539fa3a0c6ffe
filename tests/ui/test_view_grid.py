from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar


def shown(person: Any) -> list[bool]:
    """Return which of data, landscape, loss, weights and tables can be seen."""
    return [cell.isVisible() for cell in (*person.window.views.values(), person.window.tables)]


def resized(person: Any, width: int, height: int) -> None:
    person.window.resize(width, height)
    person.settle()


def test_one_view_takes_all_the_room_and_gives_it_back(open_window: Any, qtbot: Any) -> None:
    """⤢ leaves one plot, as wide as two; Escape brings the others back, in equal parts."""
    person = open_window()
    loss = person.window.views["loss"]
    width, height = loss.width(), loss.height()
    qtbot.mouseClick(loss.enlarge, Qt.MouseButton.LeftButton)
    person.settle()
    alone, wide, high = shown(person), loss.width(), loss.height()
    person.press(Qt.Key.Key_Escape)
    person.settle()

    assert alone == [False, False, True, False, False]
    assert wide > 1.9 * width
    assert high > 1.9 * height
    assert shown(person) == [True] * 5
    assert (loss.width(), loss.enlarge.isChecked()) == (width, False)


def test_a_second_press_gives_it_back_too(open_window: Any, qtbot: Any) -> None:
    """⤢ is a switch."""
    person = open_window()
    for _ in range(2):
        qtbot.mouseClick(person.window.views["data"].enlarge, Qt.MouseButton.LeftButton)

    assert shown(person) == [True] * 5
    assert not person.action("restore").isEnabled()


def test_two_above_and_three_below_share_the_room_evenly(open_window: Any) -> None:
    person = open_window()
    resized(person, 1440, 900)
    views = person.window.views
    sizes = {name: (view.width(), view.height()) for name, view in views.items()}
    assert abs(sizes["data"][0] - sizes["landscape"][0]) <= 1
    assert abs(sizes["loss"][0] - sizes["weights"][0]) <= 1
    assert abs(sizes["loss"][0] - person.window.tables.width()) <= 8
    assert max(height for _, height in sizes.values()) - min(height for _, height in sizes.values()) <= 1
    assert min(min(size) for size in sizes.values()) >= 300


def test_where_there_is_little_room_the_curves_share_a_place(open_window: Any, qtbot: Any) -> None:
    """At 1024x768 nothing is squeezed: the bar brings the other curve; wide again, both are there."""
    person = open_window()
    resized(person, 1024, 768)
    assert shown(person) == [True, True, True, False, True]
    assert all(view.plot.pixels()[1] >= 100 for view in person.window.views.values() if view.isVisible())
    bar = person.find(QTabBar, "curves")
    person.focus(bar)
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert shown(person) == [True, True, False, True, True]
    resized(person, 1440, 900)
    assert shown(person) == [True] * 5
    assert not bar.isVisible()
