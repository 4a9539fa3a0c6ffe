import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.controls.track import Track
from tests.ui.person import CTRL, KEY, SHIFT


def test_tables_follow_run_and_task(open_window):
    """Steps taken while the table was folded away are in it when it comes back."""
    person = open_window(Settings(learning_rate=1.0))
    person.bench.tables.hide()
    person.press(KEY.Key_F8, CTRL)
    person.bench.tables.show()
    person.settle()

    output = person.frame.prediction.output[0]
    assert person.cells("predictions")[0][2] == f"{output:.4f}"
    assert person.text("accuracy").startswith("4 of 4 right")
    # The inputs and the targets stay as they are while the run goes on.
    person.begin(Settings("and", learning_rate=1.0))
    changed = set()
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
    # Another task has rows for its samples and its parameters.
    person.begin(Settings())
    before = len(person.cells("predictions")), len(person.cells("weights"))
    person.choose("task", "line")

    assert before == (4, 3)
    assert (len(person.cells("predictions")), len(person.cells("weights"))) == (6, 2)
    # In both tables the first column and its head are aligned left, all others right.
    for name in ("predictions", "weights"):
        model = person.table(name).model()
        for column in range(model.columnCount()):
            wanted = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            role = Qt.ItemDataRole.TextAlignmentRole
            assert model.index(0, column).data(role) & wanted
            assert model.headerData(column, Qt.Orientation.Horizontal, role) & wanted
    # A plot that has the keyboard is copied as a figure; the strip of time is the loss.
    person.click("step")
    asked = []
    for name in ("data", "loss"):
        action = person.action(f"copy_{name}")
        action.triggered.disconnect()
        action.triggered.connect(lambda _, name=name: asked.append(name))
    for part in (person.plot("data"), person.find(Track, "timeline")):
        person.focus(part)
        person.press(KEY.Key_C, CTRL)
    assert asked == ["data", "loss"]


def copied(person, name):
    """Press Ctrl+C in a table, and return the lines that a spreadsheet then takes."""
    table = person.find(QAbstractItemView, name)
    person.focus(table)
    person.press(KEY.Key_C, CTRL)
    mime = QApplication.clipboard().mimeData()
    lines = [line.split("\t") for line in mime.text().splitlines()]
    assert mime.html().count("<td") == sum(map(len, lines))
    return lines


def told():
    """Return the numbers of the HTML on the clipboard, as LibreOffice takes them for numbers."""
    html = QApplication.clipboard().mimeData().html()
    return [float(number) for number in re.findall(r'<td sdval="([^"]*)" sdnum="1033;">', html)]


def test_tables_are_copied_with_numbers_that_a_spreadsheet_reads(open_window):
    """All with names where nothing is chosen; else what is chosen. A minus is one that it knows."""
    person = open_window(Settings("and", weights=(-2.0, 0.5), bias=-1.0, learning_rate=0.1))
    person.press(KEY.Key_F8)
    person.press(KEY.Key_P, CTRL)
    person.bench.columns.show("side")
    person.settle()
    table = person.table("weights")
    lines = copied(person, "weights")
    assert lines[0] == ["", "value", "gradient"]
    assert [float(line[1]) for line in lines[1:]] == [
        float(line[1].replace("−", "-")) for line in person.cells("weights")
    ]
    assert float(lines[1][1]) < -1
    table.setCurrentIndex(table.model().index(0, 1))
    person.qtbot.keyClick(table, KEY.Key_Down, SHIFT)
    assert copied(person, "weights") == [[lines[1][1]], [lines[2][1]]]
    assert len(copied(person, "predictions")) == 1 + 4
    person.bench.side.bring(person.bench.runs)
    person.settle()
    names, run = copied(person, "runs")
    assert names == ["name", "differs", "epoch", "loss"]
    assert (run[0], run[2]) == ("Run 1", "1")
    assert float(run[3]) == pytest.approx(person.frame.current_loss, rel=1e-3)
    person.bench.side.bring(person.bench.arithmetic)
    person.settle()
    stages = copied(person, "stages")
    assert stages[0][0] == "step"
    assert len(stages) == person.bench.arithmetic.panel.stages.rowCount() + 1


def test_thousands_and_powers_of_ten_are_copied_as_a_spreadsheet_reads_them(open_window):
    """A run that blows up goes through both; below 0 they are no text either.

    In HTML the number is told apart from its text: LibreOffice took 1e+5 for words.
    """
    person = open_window(Settings("line", learning_rate=0.1))
    person.bench.columns.show("side")
    person.settle()
    for marks in (",", "·10"):
        while marks not in person.cells("weights")[0][1]:
            person.press(KEY.Key_F8)
            person.settle()
        lines = copied(person, "weights")[1:]
        parameters = person.rows.newest.parameters.tolist()
        assert [float(line[1]) for line in lines] == pytest.approx(parameters, rel=1e-3)
        assert told() == [float(cell) for line in lines for cell in line[1:] if cell]


def test_words_stand_right_under_the_last_row(open_window):
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
