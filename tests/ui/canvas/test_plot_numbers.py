"""What a plot shows in numbers: read by the arrow keys, and in a table beside it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import printed
from neuroviz.ui.canvas.tables import PlotNumbers, PlotTable
from tests.ui.person import CTRL, KEY, SHIFT

PLACES = np.array([[[0.0, 0.0], [0.0, 1.0]], [[5.0, 0.0], [5.0, 1.0]], [[9.0, 0.0], [9.0, 1.0]]])
PLOTS = ("loss", "weights", "limit", "data", "landscape")


@pytest.fixture
def spoken(monkeypatch):
    """Return what plots announce from now on."""
    said = []
    for module in ("plot", "drag"):
        name = f"neuroviz.ui.canvas.{module}.announce"
        monkeypatch.setattr(name, lambda _, words: said.append(words))
    return said


def table_of(person, name):
    """Return the table beside a plot, which T opens."""
    person.bench.grid.bring(name)
    person.settle()
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    plot = person.plot(name)
    person.focus(plot)
    person.press(KEY.Key_T)
    return plot.findChild(QTableView, "plot_numbers")


def cells(table):
    model = table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def headers(table):
    columns = range(table.model().columnCount())
    return [str(table.model().headerData(n, Qt.Orientation.Horizontal)) for n in columns]


def test_keys_lead_from_place_to_place_and_never_beyond():
    """First where it begins; left and right among places, up and down among what stands there."""
    numbers = PlotNumbers({}, PLACES, (-1, 0), "point")
    cell = numbers.moved(None, KEY.Key_Left)
    assert cell == (2, 0)
    ways = (
        (KEY.Key_Right, (2, 0)),
        (KEY.Key_Left, (1, 0)),
        (KEY.Key_Up, (1, 1)),
        (KEY.Key_Up, (1, 1)),
        (KEY.Key_PageUp, (0, 1)),
        (KEY.Key_Down, (0, 0)),
        (KEY.Key_PageDown, (2, 0)),
    )
    for key, to in ways:
        cell = numbers.moved(cell, key)
        assert cell == to
    assert numbers.name_of((1, 0)) == "point 2 of 3: "
    assert PlotNumbers().moved(None, KEY.Key_Left) is None


def test_arrows_read_the_loss_epoch_by_epoch(open_window, spoken):
    """What is read is the history's; a ring stands there, and goes with the keyboard."""
    person = open_window(Settings("and"), plots=["loss"])
    for _ in range(5):
        person.press(KEY.Key_F8)
    plot = person.plot("loss")
    person.focus(plot)
    person.settle()
    before = plot.grab().toImage()
    losses = person.rows.loss
    for key, epoch in (
        (KEY.Key_Left, 5),
        (KEY.Key_Left, 4),
        (KEY.Key_Right, 5),
        (KEY.Key_PageUp, 0),
    ):
        person.press(key)
        person.settle()
        said, _, loss = spoken[-1].partition("   loss ")
        assert said == f"epoch {epoch}"
        assert float(loss) == pytest.approx(float(losses[epoch]), abs=1e-3)
        assert person.reading("loss") == spoken[-1]
    at = plot.pixel_of(QPointF(0.0, float(losses[0]))).toPoint()
    around = QRect(at - QPoint(9, 9), QSize(18, 18))
    with_ring = plot.grab(around).toImage()
    assert with_ring != before.copy(around)
    plot.clearFocus()
    person.settle()
    assert person.reading("loss").startswith("now ")
    assert plot.grab(around).toImage() == before.copy(around)


def test_samples_are_read_one_by_one_and_tab_goes_on_to_what_can_be_moved(open_window, spoken):
    """With its number each; behind the plot come its handles, which arrows move, and back again."""
    person = open_window(Settings("and"))
    plot = person.plot("data")
    person.focus(plot)
    assert plot.accessibleDescription() == ""
    for _ in range(3):
        person.press(KEY.Key_Right)
    assert spoken[-1].startswith("sample 3 of 4: x (0, 1)  z ")
    person.press(KEY.Key_Tab)
    first = plot.accessibleDescription()
    assert "arrow keys move it" in first
    assert spoken[-1] == first
    person.press(KEY.Key_Right)
    person.settle()
    x = float(spoken[-1].partition(",")[0])
    assert 1 < x < 1.5
    person.press(KEY.Key_Escape)
    person.press(KEY.Key_Backtab, SHIFT)
    assert plot.hasFocus()
    assert plot.accessibleDescription() == ""
    person.press(KEY.Key_Backtab, SHIFT)
    assert not plot.hasFocus()


def test_the_keyboard_zooms_and_fits(open_window, spoken):
    """Nearer, farther, and all again; at a place that is read, which stays where it is."""
    person = open_window(plots="all")
    person.press(KEY.Key_F8)
    for name in PLOTS:
        plot = person.plot(name)
        person.bench.grid.bring(name)
        person.settle()
        person.focus(plot)
        before = plot.sight
        person.press(KEY.Key_Plus)
        assert plot.sight[1] - plot.sight[0] == pytest.approx(0.8 * (before[1] - before[0])), name
        assert person.bench.views[name].fit_button.isVisible()
        person.press(KEY.Key_Minus)
        assert plot.sight == pytest.approx(before)
        person.press(KEY.Key_Plus)
        person.press(KEY.Key_Home)
        person.settle()
        # The labels of the axis may have made the plot a few pixels narrower meanwhile.
        assert plot.sight == pytest.approx(before, rel=0.05)
        assert not person.bench.views[name].fit_button.isVisible()
    assert spoken[-4:] == ["Nearer", "Farther", "Nearer", "All in sight"]


def test_every_plot_has_a_table_of_its_numbers(open_window):
    """Opened by T, and from the menu of its title."""
    person = open_window(Settings("and"), plots="all")
    for _ in range(3):
        person.press(KEY.Key_F8)
    person.settle()
    found = {name: table_of(person, name) for name in PLOTS}
    rows, epochs = person.rows, ["0", "1", "2", "3"]
    assert cells(found["loss"]) == [
        [epoch, printed(loss, 6)] for epoch, loss in zip(epochs, rows.loss.tolist(), strict=True)
    ]
    assert headers(found["weights"])[0] == "epoch"
    last = cells(found["weights"])[-1]
    assert last == ["3", *(printed(value, 6) for value in rows.newest.parameters.tolist())]
    assert [row[:4] for row in cells(found["data"])] == [
        ["1", "1", "1", "1"],
        ["2", "1", "0", "0"],
        ["3", "0", "1", "0"],
        ["4", "0", "0", "0"],
    ]
    path = cells(found["landscape"])
    assert [path[0][0], path[-1][0]] == ["0", "3"]
    assert path[-1][-1] == printed(float(rows.loss[-1]), 6)
    assert headers(found["limit"]) == ["epoch", "limit", "rate"]
    person.bench.views["loss"].chooser.menu().aboutToShow.emit()
    assert person.plot("loss").as_table in person.bench.views["loss"].chooser.menu().actions()


def test_the_surface_has_the_table_of_its_map_and_goes_on_with_it(open_window):
    """T opens it, and each step adds a row."""
    person = open_window(Settings("and"), plots=["landscape"])
    person.press(KEY.Key_F8)
    person.click("show_surface")
    person.settle()
    person.focus(person.find(QWidget, "surface"))
    person.press(KEY.Key_T)
    table = person.find(QTableView, "plot_numbers")
    person.qtbot.waitUntil(table.isVisible)
    assert [row[0] for row in cells(table)] == ["0", "1"]
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.press(KEY.Key_F8)
    person.settle()
    assert [row[0] for row in cells(table)] == ["0", "1", "2"]


def test_a_table_has_the_sums_and_shares_of_all_classes(open_window):
    """And of several targets those of the one that is open; inputs only where they are drawn."""
    person = open_window(Settings("blobs3", hidden=2), plots=["data", "landscape", "loss"])
    person.press(KEY.Key_F8)
    person.settle()
    table = table_of(person, "data")
    heads = [f"{letter} of {name}" for letter in "zŷ" for name in "ABC"]
    assert headers(table) == ["sample", "x₁", "x₂", "y", *heads, "loss"]
    first, *_, last = cells(table)
    shares = person.frame.prediction.output
    assert (first[3], last[3]) == ("A", "C")
    assert first[7:10] == [printed(share, 6) for share in shares[0].tolist()]
    assert headers(table_of(person, "landscape"))[:3] == ["epoch", "w₁₁", "w₁₂"]
    person.begin(Settings("five"))
    person.settle()
    assert headers(table) == ["sample", "y (sum)", "z", "ŷ", "its loss"]
    assert cells(table)[0][1] == "6"


def test_a_table_has_a_column_for_each_name_though_two_are_the_same(open_window):
    """Inputs called z and loss stand beside the program's own z and loss; so do two runs."""
    data = Dataset([[1, 7], [2, 8], [4, 9]], [0, 1, 1], classes=True, input_names=("z", "loss"))
    person = open_window(Settings(data=data), plots=["data", "loss"])
    person.press(KEY.Key_F8)
    person.settle()
    table = table_of(person, "data")
    assert headers(table) == ["sample", "z", "loss", "y", "z (2)", "ŷ", "loss (2)"]
    assert cells(table)[2][:4] == ["3", "4", "9", "1"]
    assert cells(table)[2][6] == printed(float(person.frame.prediction.losses[2]), 6)
    person.action("pin").trigger()
    person.bench.session.rename(person.frame.runs[0].number, "epoch")
    person.bench.form.changed.emit({"seed": 3})
    person.press(KEY.Key_F8)
    person.settle()
    table = table_of(person, "loss")
    assert headers(table) == ["epoch", "loss", "epoch (2)"]
    assert [row[0] for row in cells(table)] == ["0", "1"]


def test_a_table_is_read_by_rows_copied_and_follows(open_window):
    """Its first column says all of a row; what is copied has headers, tabs and all digits."""
    person = open_window(Settings("and"), plots=["loss"])
    person.press(KEY.Key_F8)
    person.settle()
    table = table_of(person, "loss")
    last = float(person.rows.loss[-1])
    read = QAccessible.queryAccessibleInterface(table)
    said = [read.child(n).text(QAccessible.Text.Name) for n in range(read.childCount())]
    assert said[-2:] == [f"epoch 1, loss {printed(last, 6)}", f"loss {printed(last, 6)}"]
    table.window().activateWindow()
    person.qtbot.waitUntil(table.window().isActiveWindow)
    table.setFocus()
    QTest.keyClick(table, KEY.Key_C, CTRL)  # nothing is chosen
    first = float(person.rows.loss[0])
    assert QApplication.clipboard().text() == f"epoch\tloss\n0\t{first!r}\n1\t{last!r}\n"
    table.selectRow(1)
    QTest.keyClick(table, KEY.Key_C, CTRL)
    assert QApplication.clipboard().text() == f"epoch\tloss\n1\t{last!r}\n"
    dialog = table.window()
    assert isinstance(dialog, PlotTable)
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.press(KEY.Key_F8)
    person.settle()
    assert len(cells(table)) == 3
    assert [index.row() for index in table.selectionModel().selectedRows()] == [1]
    person.begin(Settings("line"))
    person.settle()
    assert len(cells(table)) == 1


def test_a_question_that_is_open_is_not_answered_by_the_table(open_window):
    """What is veiled has no numbers, and no place for the keyboard to read."""
    person = open_window(Settings("and"))
    person.press(KEY.Key_F8)
    person.bench.views["data"].veil(frozenset({"model"}))
    person.bench.views["landscape"].veil(frozenset({"ground"}))
    assert headers(table_of(person, "data")) == ["sample", "x₁", "x₂", "y"]
    assert cells(table_of(person, "landscape")) == []
