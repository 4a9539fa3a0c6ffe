"""The first screen, untouched: few numbers, so that the eye finds the neuron."""

import re

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QTableView,
)

from neuroviz.core.choices.edits import moved_data
from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.marks import Text
from neuroviz.ui.views import DataView, LandscapeView
from neuroviz.ui.views.neuron.diagram import Diagram
from neuroviz.ui.views.neuron.view import NeuronView
from tests.ui.person import KEY

NUMBER = re.compile(r"(?<![\w₀-₉])[+\-−]?\d[\d,.]*(?:e-?\d+)?")


def texts(window):
    """Return every text that can be read in a window but for the ticks of axes.

    Those are painted.
    """
    for kind in (QLabel, QAbstractButton):
        yield from (part.text() for part in window.findChildren(kind) if part.isVisible())
    yield from (box.text() for box in window.findChildren(QAbstractSpinBox) if box.isVisible())
    yield from (box.currentText() for box in window.findChildren(QComboBox) if box.isVisible())
    lines = [line for line in window.findChildren(QLineEdit) if line.isVisible()]
    yield from (
        line.text() for line in lines if not isinstance(line.parent(), QAbstractSpinBox | QComboBox)
    )
    for view in window.findChildren(QGraphicsView):
        yield from _drawn(view)
    for diagram in window.findChildren(Diagram):
        yield from (text for text, _ in diagram.texts())
    for table in window.findChildren(QTableView):
        model = table.model()
        if table.isVisible() and model is not None:
            cells = (
                (row, column)
                for row in range(model.rowCount())
                for column in range(model.columnCount())
            )
            yield from (str(model.index(*cell).data() or "") for cell in cells)


def _drawn(view):
    """Return the texts of the items of a plot or a diagram that are seen."""
    if not view.isVisible():
        return
    for item in view.scene().items():
        if item.isVisible():
            marks = getattr(item, "marks", {}).values()
            yield from (mark.text for mark in marks if isinstance(mark, Text))
            text = getattr(item, "toPlainText", None) or getattr(item, "text", None)
            yield str(text()) if callable(text) else str(text or "")


def numbers(window):
    """Return the numbers that can be read in a window."""
    return [
        number for text in texts(window) for number in NUMBER.findall(re.sub("<[^>]*>", "", text))
    ]


def test_the_first_screen_shows_few_numbers(open_window):
    """At most 20 in neuron, form and bar, and beside them that of "lesson 1".

    The form, with More settings closed, has the rate alone; those under the knob are painted.
    What is written in the plots is left out: outputs at samples, losses at marks and lines, ticks.
    """
    person = open_window(pace="kept", sample="first", plots="kept")
    bench = person.bench
    assert numbers(bench.form) == ["1"]
    shown = numbers(person.window)
    near = [*numbers(bench.neuron), *numbers(bench.form), *numbers(bench.transport)]
    assert 10 < len(near) <= 20, near
    plots = [number for view in bench.views.values() for number in numbers(view)]
    assert len(shown) - len(plots) <= len(near) + 1, shown
    # Those that are painted, and those of labels, are counted.
    assert {"0.4495", "0.3573", "0.5713"} <= set(shown)


def test_a_view_is_drawn_for_one_size_before_it_is_seen(open_window, monkeypatch):
    """The start pays for every arrangement that comes and goes on the way."""
    sizes = {}

    def noted(view, frame):
        sizes.setdefault(view.title, set()).add(view.size())

    for view in (NeuronView, DataView, LandscapeView):
        monkeypatch.setattr(view, "draw", noted)
    open_window(pace="kept", sample="first", plots="kept")
    assert {title: len(seen) for title, seen in sizes.items()} == {
        "Neuron": 1,
        "Output": 1,
        "Loss landscape": 1,
    }


def test_the_very_first_screen_has_no_side_column_until_something_is_asked(open_window):
    """Its tables would double the numbers.

    A press on a number of the neuron brings the column, and it stays. The line that asks for a run
    of AND goes once that has begun, and is not over another task or moved points.
    """
    person = open_window(pace="kept", sample="first", plots="kept")
    window = person.window
    assert window.welcome.isVisible()
    assert not window.bench.side.isVisible()
    alone = len(numbers(window))
    window.bench.columns.show("side")
    assert len(numbers(window)) > alone + 25
    window.bench.columns.show("side", False)
    window.bench.neuron.diagram.clicked.emit(("weight", 0))
    assert window.bench.side.isVisible()
    assert window.welcome.isVisible()
    person.press(KEY.Key_F8)
    person.settle()
    assert not window.welcome.isVisible()  # what it asks for is done
    for change in ({"task": "or"}, {"data": moved_data(Settings("and"), 3, np.array([0.0, 0.5]))}):
        person.begin(Settings("and"))
        window.welcome.show()
        window.bench.change_control.change(change)
        assert not window.welcome.isVisible(), change
    # What it covers is seen when the keyboard comes there.
    person.begin(Settings("and"))
    window.welcome.show()
    person.focus(window.bench.form.fields["learning_rate"].control)
    assert window.welcome.isVisible()
    person.focus(person.button("sample_all"))
    assert not window.welcome.isVisible()
    window.welcome.show()
    person.action("draw_data").trigger()
    assert not window.welcome.isVisible()  # an empty plane cannot run
    window.close()
    assert window.preferences.flag("side")


def test_the_bubble_of_a_narrow_window_comes_to_rest(open_window):
    """Its line is broken there, and each change of it asks the bench for another layout."""
    person = open_window(pace="kept", sample="first", plots="kept")
    person.window.setMinimumSize(0, 0)  # as on a small screen
    for _ in range(6):  # each time the bar leaves more to the menus, and needs less
        person.window.resize(740, 600)
        person.settle()
    line = person.find(QLabel, "welcome_line")
    watched = Watched(person.window.bench)
    person.qtbot.waitUntil(lambda: watched.is_at_rest())
    one_line = line.fontMetrics().height()
    assert line.height() >= 2 * one_line
    assert person.window.welcome.geometry().right() < person.window.bench.width()
    person.window.resize(1440, 900)
    person.qtbot.waitUntil(lambda: line.height() < 2 * one_line)


class Watched(QObject):
    """Whether a widget is no longer asked for a layout, look after look."""

    def __init__(self, widget):
        super().__init__(widget)
        self._asked = True
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        """Take note of what asks for a layout."""
        self._asked |= event.type() == QEvent.Type.LayoutRequest
        return False

    def is_at_rest(self):
        """Return whether nothing has asked since the last look, with all that waited done."""
        for _ in range(20):
            QApplication.processEvents()
        asked, self._asked = self._asked, False
        return not asked


def test_a_window_that_comes_back_small_has_no_side_column(open_window):
    """Its first size counts too; made large, it has the column again."""
    before = open_window().window
    before.resize(1100, 700)
    before.close()
    window = open_window().window
    assert window.width() < 1280
    assert not window.bench.side.isVisible()
    window.resize(1440, 900)
    assert window.bench.side.isVisible()


def test_the_sentence_of_an_update_has_room_in_the_smallest_window(open_window):
    """It ended in "…" before the new bias was told."""
    person = open_window(Settings("and", learning_rate=1.0), sample="first")
    person.window.resize(960, 600)
    for _ in range(20):
        person.press(KEY.Key_F8)
    for _ in range(5):
        person.press(KEY.Key_F6)
    person.settle()
    said = person.bench.neuron.parts.said
    assert said.text().startswith("Update by SGD")
    assert said.findChild(QLabel).text() == said.text()
