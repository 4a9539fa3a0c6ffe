"""The predictions table: every sample, and whether it is right."""

from functools import partial

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtWidgets import QTableView

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.ui.theme.colours import LIGHT
from tests.ui.person import KEY, LEFT

INPUTS = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=float)
TARGETS = np.array([1.0, 0.0, 0.0, 0.0])


def numbers(person, column):
    """Return a column of the table."""
    return [float(row[column].replace("−", "-")) for row in person.cells("predictions")]


def test_the_cells_are_the_neurons(open_window):
    """z, ŷ, y and loss of AND are what numpy and torch compute from the weights on show."""
    person = open_window(Settings("and", learning_rate=1.0))
    for steps in (0, 5):
        for _ in range(steps):
            person.press(KEY.Key_F8)
        assert person.step == steps
        weights = person.rows.newest.parameters
        z = INPUTS @ weights[:2] + weights[2]
        output = torch.sigmoid(torch.from_numpy(z))
        losses = torch.nn.functional.binary_cross_entropy(
            output, torch.from_numpy(TARGETS), reduction="none"
        )
        assert [row[0] for row in person.cells("predictions")] == [
            "(1, 1)",
            "(1, 0)",
            "(0, 1)",
            "(0, 0)",
        ]
        assert numbers(person, 1) == pytest.approx(z.tolist(), abs=5.1e-4)
        assert numbers(person, 2) == pytest.approx(output.tolist(), abs=5.1e-5)
        assert [row[3] for row in person.cells("predictions")] == ["1", "0", "0", "0"]
        assert numbers(person, 4) == pytest.approx(losses.tolist(), abs=5.1e-5)
        right = (output.numpy() > 0.5) == (TARGETS == 1)
        assert [row[5] for row in person.cells("predictions")] == [
            "✓" if each else "✗" for each in right
        ]
        assert f"{right.sum()} of 4 right, accuracy {25 * right.sum()} %" in person.text("accuracy")
    # From zeros every ŷ is exactly 0.5, which is not above 0.5.
    person.begin(Settings("and", init="zeros"))
    assert [row[5] for row in person.cells("predictions")] == ["✗", "✓", "✓", "✓"]
    # Where classes and inputs are −1 and +1 the table shows those.
    person.begin(Settings("and", activation="tanh", loss="mse", coding="pm1", inputs="pm1"))
    cells = person.cells("predictions")
    assert [row[0] for row in cells] == ["(1, 1)", "(1, −1)", "(−1, 1)", "(−1, −1)"]
    assert [row[3] for row in cells] == ["1", "−1", "−1", "−1"]
    assert "classes coded −1 and +1" in person.text("accuracy")
    # A regression has neither marks nor accuracy.
    person.begin(Settings("line"))
    assert {row[5] for row in person.cells("predictions")} == {""}
    assert person.text("accuracy") == "The targets are numbers: there is no accuracy."
    # Of 100 inputs the first are shown; the tooltip has them all.
    person.begin(Settings("spam"))
    assert person.cells("predictions")[0][0].endswith(", …")
    tip = person.table("predictions").model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert len(tip.split(", ")) == 100


def ink_ends(part, left, width):
    """Return the last column of pixels with a letter, of a part between two lines."""
    picture = part.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    size = picture.height(), picture.bytesPerLine()
    grey = np.frombuffer(picture.constBits(), np.uint8).reshape(size)
    inside = grey[2:18, left : left + width - 2]
    return int(np.flatnonzero((inside < 160).any(axis=0))[-1])


def test_titles_end_where_the_numbers_under_them_do(open_window):
    """They stood 2 to 4 pixels beside them."""
    person = open_window(Settings("line"))
    person.settle()
    for name, columns in (("predictions", (1, 2, 4)), ("weights", (1, 2))):
        table = person.find(QTableView, name)
        header = table.horizontalHeader()
        for column in columns:
            place = header.sectionViewportPosition(column), header.sectionSize(column)
            ends = [ink_ends(part, *place) for part in (header.viewport(), table.viewport())]
            assert abs(ends[0] - ends[1]) <= 1, (name, column, ends)


def test_another_threshold_flips_a_row(open_window):
    """A threshold above ŷ of (1, 1) makes that row wrong.

    In table, words and for a screen reader.
    """
    person = open_window(Settings("and", weights=(2.0, 2.0), bias=-3.0))
    person.bench.form.more.set_open(True)
    mark = person.table("predictions").model().index(0, 5)
    assert [row[5] for row in person.cells("predictions")] == ["✓"] * 4
    assert mark.data(Qt.ItemDataRole.AccessibleTextRole) == "right"
    assert (
        "4 of 4 right, accuracy 100 % · class 1 is ŷ > 0.5, classes coded 0 and 1"
        in person.text("accuracy")
    )
    good = mark.data(Qt.ItemDataRole.ForegroundRole)
    person.type_into("threshold", "0,75")  # σ(1) = 0.731
    assert [row[5] for row in person.cells("predictions")] == ["✗", "✓", "✓", "✓"]
    assert mark.data(Qt.ItemDataRole.AccessibleTextRole) == "wrong"
    assert mark.data(Qt.ItemDataRole.ForegroundRole) != good
    assert "3 of 4 right, accuracy 75 % · class 1 is ŷ > 0.75" in person.text("accuracy")
    assert "is above" not in person.text("accuracy")
    person.type_into("threshold", "5")
    assert person.text("accuracy").endswith("; no output is above that")
    # An output of 0 is a mistake of both classes for the perceptron, and for no other loss.
    person.begin(Settings("xor", loss="perceptron"))
    assert [row[5] for row in person.cells("predictions")] == ["✗"] * 4
    assert person.text("accuracy").startswith("0 of 4 right, accuracy 0 %")
    assert "an output of 0 is a mistake for both" in person.text("accuracy")
    person.choose("loss", "hinge")
    assert "mistake" not in person.text("accuracy")
    crowd = np.tile(person.frame.settings.coded_inputs, (300, 1))
    many = Dataset(crowd, np.arange(1200) % 4 == 0, classes=True)
    person.begin(Settings(data=many, weights=(0.0, 0.0), bias=-1.0))
    assert person.text("accuracy").startswith("900 of 1,200 right, accuracy 75 %")
    # One wrong among very many is not all right.
    many = Dataset(np.ones((40_000, 1)), np.arange(40_000) > 0, classes=True)
    person.begin(Settings(data=many, weights=(1.0,), bias=0.0, threshold=0.49999))
    assert person.text("accuracy").startswith("39,999 of 40,000 right, accuracy 99.9975 %")
    assert "is ŷ > 0.49999, classes" in person.text("accuracy")
    # Numbers have no column for right and wrong; classes have it back.
    person.begin(Settings("sum"))
    table = person.table("predictions")
    wide = table.columnWidth(0)
    assert table.isColumnHidden(5)
    person.choose("task", "and")
    person.settle()
    assert not table.isColumnHidden(5)
    assert table.columnWidth(0) < wide


def test_the_longest_numbers_are_whole(open_window):
    """A cut exponent would be another number: nothing in their columns is shortened."""
    person = open_window()
    person.bench.columns.show("side")
    person.bench.side.bring(person.bench.tables)
    table = person.table("predictions")
    for activation in ("relu", "identity"):
        person.begin(Settings("line", learning_rate=0.2, activation=activation, weights=(9,)))
        person.bench.session.advance(301)
        person.bench.player.advanced.emit()
        person.settle()
        shown = table.grab().toImage()
        table.setTextElideMode(Qt.TextElideMode.ElideNone)
        assert table.grab().toImage() == shown, activation
        table.setTextElideMode(Qt.TextElideMode.ElideRight)
    table.setColumnWidth(2, table.columnWidth(2) - 9)
    assert table.grab().toImage() != shown


def test_inputs_of_own_data_have_their_names_and_are_not_cut_in_a_number(open_window):
    """Two scaled inputs of a sample are whole in their column, or it says that more follow."""
    inputs = np.array([[1.62, 58.5], [1.75, 81.0], [1.58, 52.0], [1.83, 90.5]])
    names = ("height <b>", "weight")
    person = open_window()
    for classes in (True, False):
        data = Dataset(
            inputs, np.array([0.0, 1.0, 0.0, 1.0]) * (1 if classes else 1234), classes, names
        )
        person.begin(Settings(data=data.scaled("standardise")))
        person.settle()
        table = person.table("predictions")
        advance = table.fontMetrics().horizontalAdvance
        for row, expected in zip(
            person.cells("predictions"), data.scaled("standardise").scaled_inputs, strict=True
        ):
            written = [float(part) for part in row[0].strip("()").replace("−", "-").split(", ")]
            assert written == pytest.approx(expected, rel=0.05)
            assert advance(row[0]) + 13 <= table.columnWidth(0)
            assert advance(row[3]) + 13 <= table.columnWidth(3)
        model = table.model()
        assert model.headerData(0, Qt.Orientation.Horizontal) == "height <b>, weight"
        # What is too long is cut by the width of the letters that it is written in.
        assert table.horizontalHeader().font().weight() == QFont.Weight.DemiBold
        tip = model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert "height <b> (standardised)" in tip
        assert "weight −0.7603" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    # A sine at π is 1.2e-16: it is 0 here, and all end alike.
    person.begin(Settings("sine"))
    written = [row[3] for row in person.cells("predictions")]
    assert {len(text.partition(".")[2]) for text in written} == {5}
    targets = person.frame.settings.coded_targets
    read = [float(text.replace("−", "-")) for text in written]
    assert read == pytest.approx(targets.tolist(), abs=5.1e-6)
    # Losses that are all tiny are told: with four decimals each of them would be 0.0000.
    person.begin(Settings("and", weights=(20, 20), bias=-30))
    person.settle()
    losses = person.frame.prediction.losses
    assert 0 < losses.max() < 1e-3
    table = person.table("predictions")
    room = table.columnWidth(4) - 13
    for (*_, text, _), loss in zip(person.cells("predictions"), losses.tolist(), strict=True):
        digits, power = text.split("·10")
        exponent = int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
        assert float(digits) * 10.0**exponent == pytest.approx(loss, rel=0.05)
        assert table.fontMetrics().horizontalAdvance(text) <= room


def test_a_column_of_numbers_ends_alike_and_is_cut_nowhere(open_window):
    """Outputs, targets and losses have the same decimals in every row.

    Also in the one that is picked.
    """
    inputs = np.array([[52.5, 2.0], [61.0, 2.0], [80.0, 3.0], [155.0, 6.0]])
    data = Dataset(inputs, np.array([182.5, 205.0, 262.5, 512.5]), False, ("size", "rooms"))
    person = open_window(
        Settings(data=data.scaled("standardise"), weights=(94.0, 13.0), bias=331.2), sample=0
    )
    person.settle()
    table = person.table("predictions")
    columns = list(zip(*person.cells("predictions"), strict=True))
    assert columns[3] == ("182.5", "205.0", "262.5", "512.5")
    for column in (2, 3, 4):
        assert len({len(text.partition(".")[2]) for text in columns[column]}) == 1

    def ink(row):
        """Return the columns of pixels in which the target of a row is written."""
        image = table.viewport().grab(table.visualRect(table.model().index(row, 3))).toImage()
        rows = range(image.height())
        ground = image.pixel(1, 1)
        return [
            x
            for x in range(2, image.width())
            if any(image.pixel(x, y) != ground for y in rows[4:-4])
        ]

    person.qtbot.waitUntil(lambda: len(ink(0)) > 10)
    picked = ink(0)
    person.bench.look_control.pick(1)
    person.qtbot.waitUntil(lambda: table.selectionModel().isRowSelected(1))
    assert ink(0)[0] == pytest.approx(picked[0], abs=1)
    assert len(ink(0)) == pytest.approx(len(picked), abs=2)


def test_a_row_picks_the_sample_and_gives_it_back(open_window):
    """A click on a row, or the arrows, pick it, and the run is not touched.

    A click on the picked row, or Esc, picks none; the same row can be picked again.
    """
    person = open_window()
    table = person.table("predictions")
    assert person.frame.selection.sample is None
    place = table.visualRect(table.model().index(2, 1)).center()
    person.qtbot.mouseClick(table.viewport(), LEFT, pos=place)
    assert person.frame.selection.sample == 2
    assert {index.row() for index in table.selectionModel().selectedIndexes()} == {2}
    person.qtbot.keyClick(table, KEY.Key_Up)
    assert person.frame.selection.sample == 1
    assert {index.row() for index in table.selectionModel().selectedIndexes()} == {1}
    assert person.step == 0
    # The picked row stays picked through a step.
    person.begin(Settings())
    table = person.table("predictions")
    place = table.visualRect(table.model().index(3, 1)).center()
    person.qtbot.mouseClick(table.viewport(), LEFT, pos=place)
    before = person.cells("predictions")
    person.press(KEY.Key_F8)
    assert person.cells("predictions") != before
    assert {index.row() for index in table.selectionModel().selectedIndexes()} == {3}
    person.begin(Settings())
    table = person.table("predictions")
    place = table.visualRect(table.model().index(2, 1)).center()
    click = partial(person.qtbot.mouseClick, table.viewport(), LEFT, pos=place)
    for leave in (click, partial(person.qtbot.keyClick, table, KEY.Key_Escape)):
        click()
        assert person.frame.selection.sample == 2
        leave()
        assert person.frame.selection.sample is None
        assert not table.selectionModel().hasSelection()
    click()
    assert person.frame.selection.sample == 2
    # A line above and below says that the table has the keyboard.
    person.focus(table)
    picture = table.grab().toImage()
    middle, bottom = picture.width() // 2, picture.height() - 1
    assert {picture.pixelColor(middle, y).name() for y in (0, bottom)} == {LIGHT.accent}


def test_a_sample_picked_elsewhere_is_painted(open_window):
    """The row is painted as picked.

    The one before is not any more, though nobody touched the table.
    """
    person = open_window()
    person.settle()
    table = person.table("predictions")

    def ground(row):
        """Return the colour on the screen at the edge of a cell.

        Kept by Qt until it is painted again.
        """
        rect = table.visualRect(table.model().index(row, 1))
        image = person.window.backingStore().paintDevice()
        place = table.viewport().mapTo(person.window, rect.topLeft()) + QPoint(2, 2)
        return QColor(image.pixel(place * image.devicePixelRatio())).name()

    person.qtbot.waitUntil(lambda: ground(1) == ground(2))
    plain = ground(1)
    for sample, other in ((1, 2), (2, 1)):
        person.bench.look_control.pick(sample)
        person.qtbot.waitUntil(lambda: ground(sample) != plain, timeout=2000)  # noqa: B023  # called at once
        assert ground(other) == plain
