"""The data as a table: typed into, sorted for the eye, copied and pasted.

The plot follows, and it the plot.
"""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QTableView,
    QToolButton,
)

from neuroviz.core.choices.settings import Settings, numeric_data
from neuroviz.core.data.dataset import Dataset
from neuroviz.ui.theme.colours import LIGHT
from tests.ui.person import CTRL, KEY, LEFT, NO_KEY, SHIFT

RAIN = Dataset(
    [[20.0, 1013.5], [25.0, 990.0], [10.0, 1000.0], [15.0, 1020.0]],
    [0.0, 1.0, 1.0, 0.0],
    classes=True,
    input_names=("warmth", "pressure"),
    target_name="rain",
    class_names=("dry", "wet"),
    origin="weather.csv",
)


def opened(open_window, settings):
    """Open the table of an experiment."""
    person = open_window(settings)
    person.settle()
    person.action("data_table").trigger()
    person.qtbot.waitUntil(lambda: person.table("data_table").isVisible())
    return person


def data_of(person):
    """Return the data of the run, with the rows held out."""
    return numeric_data(person.frame.settings)


def choose(person, top, bottom=None):
    """Choose a block of cells by the mouse."""
    table = person.table("data_table")
    for place, modifier in ((top, NO_KEY), (bottom or top, SHIFT)):
        area = table.visualRect(table.model().index(*place))
        QTest.mouseClick(table.viewport(), LEFT, modifier, area.center())
    return table


def type_cell(person, row, column, text, *, enter=True):
    """Double-click a cell and type."""
    table = choose(person, (row, column))
    place = table.visualRect(table.model().index(row, column)).center()
    QTest.mouseDClick(table.viewport(), LEFT, pos=place)
    person.qtbot.waitUntil(lambda: bool(table.viewport().findChildren(QLineEdit)))
    edit = table.viewport().findChildren(QLineEdit)[-1]
    edit.selectAll()
    person.qtbot.keyClicks(edit, text)
    if not enter:
        return
    person.qtbot.keyClick(edit, KEY.Key_Return)
    person.qtbot.waitUntil(lambda: table.state() != QTableView.State.EditingState)
    person.settle()


def red_cells(person):
    """Return row and column of the cells that are written as what is wrong."""
    table = person.table("data_table").model()
    return [
        (row, column)
        for row in range(table.rowCount())
        for column in range(table.columnCount())
        if table.index(row, column).data(Qt.ItemDataRole.ForegroundRole) == QColor(LIGHT.error)
    ]


def press(person, name):
    """Press a button of the dialog."""
    person.qtbot.mouseClick(person.find(QToolButton, name), LEFT)
    person.settle()


def pasted(person, text="", page=""):
    """Paste something that was copied elsewhere, by the key."""
    mime = QMimeData()
    if text:
        mime.setText(text)
    if page:
        mime.setHtml(page)
    QApplication.clipboard().setMimeData(mime)
    person.qtbot.keyClick(person.table("data_table"), KEY.Key_V, CTRL)
    person.settle()


def test_a_typed_cell_moves_the_point_and_a_dragged_point_the_cell(open_window):
    """Each with one way back, which works in the table too.

    A bad cell is told in one sentence with row and column, in red; the next good number takes both
    back, and so does the old one.
    """
    person = opened(open_window, Settings(data=RAIN))
    assert person.cells("data_table")[0] == ["20", "1013.5", "dry"]
    type_cell(person, 0, 0, "22,5")
    assert (22.5, 1013.5) in person.points("data", "squares")
    assert person.frame.undo_label == "moved points"
    type_cell(person, 0, 2, "WET")  # as in a file, the case tells nothing
    assert data_of(person).targets.tolist() == [1.0, 1.0, 1.0, 0.0]
    person.qtbot.keyClick(person.table("data_table"), KEY.Key_Z, CTRL)
    person.qtbot.keyClick(person.table("data_table"), KEY.Key_Z, CTRL)
    person.settle()
    assert data_of(person) == RAIN
    assert person.cells("data_table")[0] == ["20", "1013.5", "dry"]
    viewport = person.plot("data").viewport()
    start = person.place("data", 25.0, 990.0)
    QTest.mousePress(viewport, LEFT, NO_KEY, start)
    QTest.mouseMove(viewport, start + QPoint(40, 0))
    person.qtbot.waitUntil(lambda: person.frame.preview)
    assert person.cells("data_table")[1][0] == "25"  # as long as it is held
    QTest.mouseRelease(viewport, LEFT, NO_KEY, start + QPoint(40, 0))
    person.settle()
    moved = data_of(person).inputs[1, 0]
    assert moved > 25
    assert float(person.cells("data_table")[1][0]) == pytest.approx(moved, rel=1e-5)
    # A bad cell is told at the cell and keeps what it holds.
    person.begin(Settings(data=RAIN))
    person.settle()
    for column, typed, said in (
        (2, "snow", "'dry' or 'wet'"),
        (1, "much", "not a number"),
        (1, "990", ""),
        (1, "a lot", "not a number"),
    ):
        type_cell(person, 1, column, typed)
        if not said:
            assert "Row 2" not in person.text("data_note")
            assert red_cells(person) == []
            continue
        assert person.text("data_note").startswith(
            f"Row 2, {('warmth', 'pressure', 'rain')[column]}: "
        )
        assert said in person.text("data_note")
        assert data_of(person) == RAIN
        assert red_cells(person) == [(1, column)]
    type_cell(person, 1, 1, "991")
    assert "Row 2" not in person.text("data_note")
    assert person.cells("data_table")[1][1] == "991"
    assert red_cells(person) == []
    # Where the names of the classes are numbers, no other number is one of them.
    grades = replace(RAIN, class_names=("1", "2"))
    person.begin(Settings(data=grades))
    person.settle()
    for typed, said in (("0", "'0' is neither class"), (" ", "A class is missing: write '1'")):
        type_cell(person, 1, 2, typed)
        assert said in person.text("data_note")
    assert data_of(person) == grades
    type_cell(person, 0, 2, "2")
    assert data_of(person).targets[0] == 1


def test_of_a_long_name_the_beginning_is_read(open_window):
    seen = []
    for name in ("warmth of the air at noon, in degrees", "change of the air at noon, in degrees"):
        data = replace(RAIN, input_names=(name, "pressure"))
        person = opened(open_window, Settings.opened("and", data=data))
        seen.append(person.table("data_table").horizontalHeader().grab().toImage())
    assert seen[0] != seen[1]


def test_a_table_goes_to_a_spreadsheet_and_comes_back(open_window):
    """All with names to the last bit; a block without; no cell is a formula."""
    awkward = Dataset([[0.1 + 0.2], [-1.0]], [0.0, 1.0], True, class_names=("=1+1", "b"))
    person = opened(open_window, Settings(data=awkward))
    press(person, "copy_rows")
    mime = QApplication.clipboard().mimeData()
    assert mime.text() == "x1\ty\n0.30000000000000004\t'=1+1\n-1\tb\n"
    assert "<td>&#x27;=1+1</td>" in mime.html()
    whole = mime.text()
    choose(person, (1, 0))
    person.qtbot.keyClick(person.table("data_table"), KEY.Key_C, CTRL)
    assert QApplication.clipboard().text() == "-1\n"
    type_cell(person, 0, 0, "7")
    choose(person, (0, 0))
    pasted(person, whole)
    assert data_of(person) == awkward
    # Of a spreadsheet, a note or a page, from the current cell on; what has no row yet gets
    # one.
    person.begin(Settings(data=RAIN))
    person.settle()
    cells = (
        ("<td>1.5</td>", "<td>2</td>", "<td>wet</td>"),
        ("<td>2.5</td>", "<td>3</td>", "<td>dry</td>"),
    )
    page = f"<table>{''.join(f'<tr>{chr(10).join(row)}</tr>' for row in cells)}</table>"
    note = "| warmth | pressure | rain |\n|---|---|---|\n| 1.5 | 2 | wet |\n| 2.5 | 3 | dry |\n"
    for text, html in (("1,5\t2\twet\n2,5\t3\tdry\n", ""), (note, ""), ("", page)):
        choose(person, (3, 1))
        pasted(person, text, html)
        data = data_of(person)
        assert data.inputs[3:].tolist() == [[1.5, 2.0], [2.5, 3.0]]
        assert data.targets[3:].tolist() == [1.0, 0.0]
        assert data.inputs[:3].tolist() == RAIN.inputs[:3].tolist()
        person.action("undo").trigger()
        person.settle()
        assert data_of(person) == RAIN
    # Classes that are called as numbers are, however a spreadsheet writes them.
    numbered = replace(RAIN, class_names=("1.0", "2.50"))
    person.begin(Settings(data=numbered))
    person.settle()
    press(person, "copy_rows")
    whole = QApplication.clipboard().text()
    type_cell(person, 1, 2, "1.0")
    choose(person, (0, 0))
    pasted(person, whole)
    assert data_of(person) == numbered
    person.begin(Settings("and"))
    person.settle()
    choose(person, (0, 0))
    pasted(person, "0,5\t1\t0\n0,1\t0\t1,0\n")
    assert data_of(person).inputs[:2].tolist() == [[0.5, 1.0], [0.1, 0.0]]
    assert data_of(person).targets.tolist() == [0.0, 1.0, 0.0, 0.0]
    # What cannot be pasted is said: a word, too many columns or rows, and nothing at all.
    person.begin(Settings(data=RAIN))
    person.settle()
    for cell, text, said in (
        ((0, 1), "1\t2\n3\tx\n", "Pasted row 1, column rain"),
        ((0, 2), "wet\tdry\n", "2 columns do not fit"),
        ((3, 0), "1\n2\n", "2 rows do not fit"),
        ((0, 0), "", "no text"),
        ((0, 0), "1,5\n2,5\n", "'1,5' can be read in two ways: write 1.5, or a tab between"),
    ):
        choose(person, cell)
        pasted(person, text)
        assert said in person.text("data_note")
        assert data_of(person) == RAIN


def test_scaling_and_rows_held_out_are_chosen_over_the_table(open_window):
    """The table stays in the data's own units, and says what the neuron gets.

    Held-out rows have a circle.
    """
    person = opened(open_window, Settings(data=RAIN))
    box = person.combo("data_scaling")
    box.setCurrentIndex(box.findData("standardise"))
    person.settle()
    assert np.allclose(person.frame.settings.coded_inputs.mean(axis=0), 0)
    assert person.frame.undo_label == "scaling"
    assert person.cells("data_table")[0] == ["20", "1013.5", "dry"]
    assert "their own units" in person.text("data_summary")
    model = person.table("data_table").model()
    tip = model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip.endswith("(warmth − 17.5) / 5.59")
    person.type_into("data_held_out", "50")
    person.settle()
    held_out = data_of(person).held_out
    assert len(held_out) == 2
    assert person.frame.settings.dataset.samples == 2
    marked = [row for row in range(4) if "○" in model.headerData(row, Qt.Orientation.Vertical)]
    assert tuple(marked) == held_out
    person.action("undo").trigger()
    person.settle()
    assert (data_of(person).held_out, person.box("data_held_out").value()) == ((), 0)
    person.action("redo").trigger()
    person.settle()
    assert person.box("data_held_out").value() == 50
    type_cell(person, held_out[0], 0, "17")
    assert (data_of(person).held_out, data_of(person).inputs[held_out[0], 0]) == (held_out, 17.0)
    person.type_into("data_held_out", "1")  # of four rows none
    person.settle()
    assert person.box("data_held_out").value() == 50
    assert data_of(person).held_out == held_out
    # What sizes do to the rate is told here too; of another neuron the bound does not speak.
    person.begin(Settings("and", data=RAIN))
    person.settle()
    advice = person.find(QLabel, "data_hint")
    assert advice.isVisible()
    assert "pressure is 41 times as large as warmth" in advice.text()
    button = person.find(QToolButton, "data_standardise")
    person.qtbot.mouseClick(button, LEFT)
    person.settle()
    assert person.frame.settings.data == RAIN.scaled("standardise")
    assert not advice.isVisible()
    person.action("undo").trigger()
    person.settle()
    assert person.frame.settings.data == RAIN
    assert advice.isVisible()
    person.window.activateWindow()  # without a window manager nobody else does it
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.choose("loss", "mse")
    person.settle()
    assert not advice.isVisible()
    # A row that somebody else has held out stays so, however the inputs are scaled.
    person.begin(Settings("and", data=RAIN.keeping_aside([2])))
    person.settle()
    assert person.box("data_held_out").value() == 25
    box.setCurrentIndex(box.findData("unit"))
    person.settle()
    assert data_of(person) == RAIN.keeping_aside([2]).scaled("unit")
    person.box("data_held_out").setValue(0)
    person.settle()
    assert data_of(person) == RAIN.scaled("unit")
    # One of very many is not said to be 0 %, which would leave no way to take it back.
    rows = np.arange(800.0)
    many = Dataset(rows[:, np.newaxis], rows, classes=False)
    person.begin(Settings.opened(data=many.keeping_aside([2])))
    person.settle()
    assert person.box("data_held_out").value() == pytest.approx(0.12)
    person.box("data_held_out").setValue(0)
    person.settle()
    assert not data_of(person).held_out
    # A hundred columns that come after three are as wide as always.
    person.begin(Settings("spam"))
    person.settle()
    assert {person.table("data_table").columnWidth(column) for column in range(101)} == {96}


def test_numbers_are_typed_down_a_column(open_window):
    """Enter leads to the cell below, but not from a number that is refused."""
    person = opened(open_window, Settings(data=RAIN))
    table = choose(person, (0, 0))
    for typed in ("21", "22", "much", "23", "24"):
        person.qtbot.keyClicks(table, typed[0])
        person.qtbot.waitUntil(lambda: bool(table.viewport().findChildren(QLineEdit)))
        edit = table.viewport().findChildren(QLineEdit)[-1]
        person.qtbot.keyClicks(edit, typed[1:])
        person.qtbot.keyClick(edit, KEY.Key_Return)
        person.qtbot.waitUntil(lambda: table.state() != QTableView.State.EditingState)
        person.settle()
    assert data_of(person).inputs[:, 0].tolist() == [21.0, 22.0, 23.0, 24.0]
    assert table.currentIndex().row() == 3


def test_the_table_is_used_by_keyboard_and_mouse(open_window, monkeypatch, tmp_path):
    """Its frame is whole at all four edges with the keyboard, also where headers leave it off."""
    person = opened(open_window, Settings("line"))
    table = person.table("data_table")

    def edges():
        picture = table.grab().toImage()
        right, bottom = picture.width() - 1, picture.height() - 1
        middle = (right // 2, bottom // 2)
        places = ((middle[0], 0), (0, middle[1]), (right, middle[1]), (middle[0], bottom))
        return {picture.pixelColor(x, y).name() for x, y in places}

    assert edges() == {LIGHT.card}
    choose(person, (0, 0))
    table.setFocus()
    person.qtbot.waitUntil(table.hasFocus)
    assert edges() == {LIGHT.accent}
    # Tab leads out of the table, and from a cell that is typed into to the next one.
    person.press(KEY.Key_Tab)
    assert person.button("add_row").hasFocus()
    table.setFocus()
    person.press(KEY.Key_F2)
    person.press(KEY.Key_Tab)
    assert table.currentIndex().column() == 1
    person.press(KEY.Key_Escape)
    # Numbers below zero have a real minus; an editor and a copy have what other programs read.
    person.begin(Settings(data=RAIN))
    person.settle()
    index = person.table("data_table").model().index(0, 0)
    type_cell(person, 0, 0, "-1.5")
    assert data_of(person).inputs[0, 0] == -1.5
    assert index.model().setData(index, "−2.5")  # a letter that QTest has no key for
    assert data_of(person).inputs[0, 0] == -2.5
    assert index.data() == "−2.5"
    type_cell(person, 0, 0, "-1e-5")
    read = Qt.ItemDataRole.ToolTipRole
    assert index.data() == index.data(read) == "−10⁻⁵"
    assert index.data(Qt.ItemDataRole.EditRole) == "-1e-5"
    choose(person, (0, 0))
    press(person, "copy_rows")
    assert "-1e-5" in QApplication.clipboard().text()
    # A new row is like the chosen one; the last that is trained on has to stay.
    person.begin(Settings(data=RAIN))
    person.settle()
    choose(person, (1, 0))
    press(person, "add_row")
    assert data_of(person).inputs[-1].tolist() == [25.0, 990.0]
    choose(person, (0, 0), (2, 1))
    person.qtbot.keyClick(person.table("data_table"), KEY.Key_Delete)
    person.settle()
    assert np.array_equal(data_of(person).inputs, [[15.0, 1020.0], [25.0, 990.0]])
    # In a single cell Delete empties it, as in a spreadsheet, and Esc puts the number back.
    table = person.table("data_table")
    for key in (KEY.Key_Escape, KEY.Key_Return):
        choose(person, (1, 1))
        person.qtbot.keyClick(table, KEY.Key_Delete)
        edit = table.viewport().findChildren(QLineEdit)[-1]
        assert edit.text() == ""
        if key == KEY.Key_Return:
            QTest.keyClicks(edit, "980")
        person.qtbot.keyClick(edit, key)
        person.settle()
    assert np.array_equal(data_of(person).inputs, [[15.0, 1020.0], [25.0, 980.0]])
    choose(person, (0, 0), (1, 0))
    press(person, "remove_rows")
    assert "has to stay" in person.text("data_note")
    assert data_of(person).rows == 2
    # Sorting is for the eye only: what is typed goes to the row that is seen.
    person.begin(Settings(data=RAIN))
    person.settle()
    table = person.table("data_table")
    header = table.horizontalHeader()
    place = QPoint(header.sectionPosition(0) + 10, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, pos=place)
    assert [row[0] for row in person.cells("data_table")] == ["10", "15", "20", "25"]
    assert table.model().headerData(0, Qt.Orientation.Horizontal) == "↑ warmth"
    assert data_of(person) == RAIN
    type_cell(person, 0, 0, "30")
    assert data_of(person).inputs[:, 0].tolist() == [20.0, 25.0, 30.0, 15.0]
    # Ctrl+S and Ctrl+Q mean the program from here, too; Ctrl+W does not.
    path = tmp_path / "rain.neuroviz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    person.qtbot.keyClick(table, KEY.Key_S, CTRL)
    assert path.exists()
    for key, ended in ((KEY.Key_W, False), (KEY.Key_Q, True)):
        person.qtbot.keyClick(table, key, CTRL)
        assert person.window.isHidden() == ended


def test_what_is_typed_is_taken_before_a_button_is_pressed_and_before_the_table_closes(
    open_window,
):
    """Neither takes the keyboard away from the cell or the line."""
    person = opened(open_window, Settings.opened("and"))
    dialog = person.table("data_table").window()
    dialog.activateWindow()
    person.qtbot.waitUntil(dialog.isActiveWindow)
    type_cell(person, 0, 0, "5", enter=False)
    press(person, "add_row")
    assert data_of(person).inputs[[0, -1], 0].tolist() == [5.0, 5.0]
    formulas = person.find(QLineEdit, "data_features")
    formulas.setFocus()
    person.qtbot.keyClicks(formulas, "x1*x2")
    press(person, "remove_rows")
    assert data_of(person).features == ("x1*x2",)
    formulas.selectAll()
    person.qtbot.keyClicks(formulas, "x1^2")
    dialog.close()
    assert data_of(person).features == ("x1^2",)
    person.action("data_table").trigger()
    dialog.activateWindow()
    person.qtbot.waitUntil(dialog.isActiveWindow)
    type_cell(person, 0, 0, "6", enter=False)
    dialog.close()
    assert data_of(person).inputs[0, 0] == 6.0
