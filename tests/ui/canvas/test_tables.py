from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from neuroviz.core.choices.settings import Settings


def test_numbers_stand_right_and_names_left(open_window: Any) -> None:
    """In both tables the first column and its head are aligned left, all others right."""
    person = open_window()
    for name in ("predictions", "weights"):
        model = person.table(name).model()
        for column in range(model.columnCount()):
            wanted = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            role = Qt.ItemDataRole.TextAlignmentRole
            assert model.index(0, column).data(role) & wanted
            assert model.headerData(column, Qt.Orientation.Horizontal, role) & wanted


def test_a_hidden_table_catches_up_when_it_is_shown(open_window: Any) -> None:
    """Steps taken while the table was folded away are in it when it comes back."""
    person = open_window(Settings(learning_rate=1.0))
    person.bench.tables.hide()
    person.press(Qt.Key.Key_F8, Qt.KeyboardModifier.ControlModifier)
    person.bench.tables.show()
    person.settle()

    output = person.frame.prediction.output[0]
    assert person.cells("predictions")[0][2] == f"{output:.4f}"
    assert person.text("accuracy").startswith("4 of 4 right")


def test_another_experiment_has_other_rows(open_window: Any) -> None:
    """The tables follow the task: rows for its samples and its parameters."""
    person = open_window()
    before = len(person.cells("predictions")), len(person.cells("weights"))
    person.choose("task", "line")

    assert before == (4, 3)
    assert (len(person.cells("predictions")), len(person.cells("weights"))) == (6, 2)


def test_only_columns_with_another_text_are_drawn_again(open_window: Callable[..., Any]) -> None:
    """The inputs and the targets stay as they are while the run goes on."""
    person = open_window(Settings("and", learning_rate=1.0))
    changed: set[int] = set()
    model = person.table("predictions").model()
    model.dataChanged.connect(
        lambda first, last: changed.update(range(first.column(), last.column() + 1))
    )
    person.bench.session.advance(3)
    person.bench.frame_dispatcher.now()
    assert changed >= {1, 2, 4}
    assert not changed & {0, 3}
    changed.clear()
    person.bench.frame_dispatcher.now()
    assert changed == set()


def test_words_stand_right_under_the_last_row(open_window: Any) -> None:
    """A short table is no higher than its rows.

    One with more than there is room for has all of it.
    """
    person = open_window()
    for task, whole in (("and", True), ("spam", False)):
        person.choose("task", task)
        person.settle()
        table = person.table("predictions")
        last = table.rowViewportPosition(table.model().rowCount() - 1) + table.rowHeight(0)
        assert (last <= table.viewport().height() <= last + 2) is whole
        note = person.find(QLabel, "accuracy")
        assert 0 <= note.y() - table.geometry().bottom() < 16
