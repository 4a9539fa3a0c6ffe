"""Which of the two columns beside the views is there, for the room that there is."""

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget

from neuroviz.ui.bench.columns import BOTH, FoldingColumns
from neuroviz.ui.theme.parts import arrange


@pytest.mark.parametrize(
    ("width", "side_first", "there"),
    [
        (1280, False, ["panel", "side"]),
        (1279, False, ["panel"]),
        (1279, True, ["side"]),
        (960, False, ["panel"]),
        (959, False, []),
        (959, True, ["side"]),
    ],
)
def test_a_lesson_keeps_its_column_where_there_is_room_for_one(qtbot, width, *, side_first, there):
    """Else the experiment has it; both are back with the room for both."""
    window = QWidget()
    qtbot.addWidget(window)
    both = {"panel": QWidget(window), "side": QWidget(window)}
    window.setLayout(arrange(QHBoxLayout(), *both.values()))
    columns = FoldingColumns(window, *both.values())
    columns.change(first="side" if side_first else "panel")
    window.resize(width, 600)
    columns.fit(1440 if width < BOTH else 959)
    assert [name for name, column in both.items() if not column.isHidden()] == there
    window.resize(1440, 900)
    columns.fit(width)
    assert not any(column.isHidden() for column in both.values())
