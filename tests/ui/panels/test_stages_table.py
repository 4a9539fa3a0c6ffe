"""The optimizer's steps as a table."""

import pytest

from neuroviz.core.numbers import measured
from neuroviz.ui.panels.arithmetic import StagesTable
from tests.pictures.neuron.test_numbers import anatomy


@pytest.fixture
def table(qtbot):
    made = StagesTable()
    qtbot.addWidget(made)
    made.resize(330, 400)
    return made


def cells(table):
    """Return what stands in it, of every step the words and the numbers."""
    columns = range(table.columnCount())
    return [
        [table.item(table.line_of(row, column), column).text() for column in columns]
        for row in range(table.rowCount() // table.lines)
    ]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_from_the_gradient_to_the_new_parameters(table, optimizer):
    """The first row is the gradient, the last the parameters of the next row."""
    step = anatomy(optimizer=optimizer, learning_rate=0.1)
    table.show_stages(step, 0)
    first, *_, last = cells(table)
    assert first == ["g = ∂L/∂θ", *(measured(value) for value in step.row.grad)]
    assert last[1:] == [measured(value) for value in step.new_parameters]


def test_the_corrected_mean_is_not_the_mean(table):
    """It has a letter of its own: many fonts drop a hat over an m, and "m = m/c₁" stood there."""
    table.show_stages(anatomy(optimizer="adam"), 0)
    first = [row[0] for row in cells(table)]
    assert "ĝ = m/c₁" in first
    assert "Δθ = −η·ĝ/d" in first


def test_of_many_parameters_one_is_shown(table):
    """That of the number that was asked."""
    step = anatomy("spam")
    table.show_stages(step, 41)
    assert table.horizontalHeaderItem(1).text() == "w₄₂"
    assert cells(table)[0] == ["g = ∂L/∂θ", measured(step.row.grad[41])]


def test_columns_never_shrink(table):
    """So that nothing jumps while the run moves."""
    table.show_stages(anatomy(), 0)
    before = [table.columnWidth(column) for column in range(1, 4)]
    table.show_stages(anatomy(steps=0, init="zeros"), 0)
    assert all(table.columnWidth(column) >= before[column - 1] for column in range(1, 4))


SEARCHES = {
    "damped": {"optimizer": "newton", "loss": "mse", "weights": (3.0, 3.0), "bias": 3.0},
    "longest": {"optimizer": "line_search", "learning_rate": 0.01},
}


@pytest.mark.parametrize("choices", SEARCHES.values(), ids=SEARCHES)
def test_what_a_search_did_can_be_read_whole(table, choices):
    """No word is cut, and all rows stand there: the page scrolls, not the table in it."""
    table.show_stages(anatomy(**choices), 0)
    table.resize(300, table.height())
    table.show()
    metrics = table.fontMetrics()
    assert table.verticalScrollBar().maximum() == 0
    for line in range(0, table.rowCount(), table.lines):
        item = table.item(line, 0)
        assert metrics.horizontalAdvance(item.text()) < table.viewport().width()
        assert table.visualItemRect(item).height() >= metrics.height()
    header = table.horizontalHeaderItem(0).text()
    assert metrics.horizontalAdvance(header) < table.columnWidth(0)
