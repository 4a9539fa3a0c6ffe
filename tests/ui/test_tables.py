from typing import Any

from PySide6.QtCore import Qt

from neuroviz.core.settings import Settings


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
    person.window.tables.hide()
    person.press(Qt.Key.Key_F8, Qt.KeyboardModifier.ControlModifier)
    person.window.tables.show()
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
