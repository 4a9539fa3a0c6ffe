from typing import Any

from PySide6.QtCore import Qt


def shown(person: Any) -> list[bool]:
    """Return which of data, loss, weights and tables can be seen."""
    return [cell.isVisible() for cell in (*person.window.views.values(), person.window.tables)]


def test_one_view_takes_all_the_room_and_gives_it_back(open_window: Any, qtbot: Any) -> None:
    """⤢ leaves one plot, as wide as two; Escape brings the others back, in equal parts."""
    person = open_window()
    loss = person.window.views["loss"]
    width = loss.width()
    qtbot.mouseClick(loss.enlarge, Qt.MouseButton.LeftButton)
    person.settle()
    alone, wide = shown(person), loss.width()
    person.press(Qt.Key.Key_Escape)
    person.settle()

    assert alone == [False, True, False, False]
    assert wide > 1.9 * width
    assert shown(person) == [True] * 4
    assert (loss.width(), loss.enlarge.isChecked()) == (width, False)


def test_a_second_press_gives_it_back_too(open_window: Any, qtbot: Any) -> None:
    """⤢ is a switch."""
    person = open_window()
    for _ in range(2):
        qtbot.mouseClick(person.window.views["data"].enlarge, Qt.MouseButton.LeftButton)

    assert shown(person) == [True] * 4
    assert not person.action("restore").isEnabled()
