"""A section of the experiment.

Opened and closed with mouse and keyboard, and kept for the next start.
"""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QScrollArea

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import hessian_at
from neuroviz.core.numbers import format_number
from neuroviz.ui.controls.field import FormSection
from tests.ui.person import KEY, LEFT

ALT = Qt.KeyboardModifier.AltModifier
ALL = ("section_more", "section_curvature", "section_breaks")


@pytest.fixture
def section(qtbot):
    """Return a shown section with one row."""
    made = FormSection("coding", "Coding")
    made.rows.addWidget(QLineEdit())
    made.summarize("0 and 1")
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.mark.parametrize("way", ["click", "key"])
def test_it_opens_and_closes(qtbot, section, way):
    """A click on the line, or Space on it, shows the rows, another hides them.

    They stand in place of the summary.
    """
    row, summary, header = (
        section.findChild(QLineEdit),
        section.findChild(QLabel, "summary"),
        section.header,
    )

    def act():
        if way == "click":
            qtbot.mouseClick(header, LEFT)
        else:
            header.setFocus(Qt.FocusReason.TabFocusReason)
            qtbot.waitUntil(header.hasFocus)
            qtbot.keyClick(header, KEY.Key_Space)
        return row.isVisible(), summary.isVisible()

    assert (row.isVisible(), summary.isVisible(), summary.text()) == (False, True, "0 and 1")
    assert act() == (True, False)
    assert act() == (False, True)


def test_a_screen_reader_hears_name_and_summary(section):
    """The line has the name and, as its description, the whole summary.

    Cut on the screen or not.
    """
    section.summarize("No bias, " * 30)
    header, shown = section.header, section.findChild(QLabel, "summary").text()
    read = QAccessible.queryAccessibleInterface(header)
    assert read.text(QAccessible.Text.Name) == "Coding"
    assert read.state().collapsed
    assert header.accessibleDescription() == "No bias, " * 30
    assert shown == header.toolTip() == "No bias, " * 30
    section.set_open(True)
    assert (read.state().expanded, read.state().collapsed) == (True, False)


def test_closed_at_first_and_then_as_they_were_left(open_window):
    """The next start has open what was open, but not More settings, which lie over a plot."""
    person = open_window()
    lines = [section.header for section in person.bench.form.sections]
    assert [(line.objectName(), line.isChecked()) for line in lines] == [
        (name, False) for name in ALL
    ]
    for line in lines[:2]:
        person.qtbot.mouseClick(line, LEFT)
        person.settle()
    person.window.close()
    again = open_window()
    assert [section.is_open for section in again.window.bench.form.sections] == [False, True, False]


def test_the_closed_lines_say_what_is_chosen(open_window):
    """Neuron, loss and optimizer, and what is not as usual; the greatest curvature.

    What is broken.
    """
    person = open_window(
        Settings(
            "or", activation="tanh", loss="mse", optimizer="adam", batch_size=1, breaks=("no_bias",)
        )
    )
    said = [section.header.accessibleDescription() for section in person.bench.form.sections]
    assert said[0] == "Tanh · MSE · Adam · batches of 1"
    greatest = np.linalg.eigvalsh(hessian_at(person.frame.settings, person.frame.parameters))[-1]
    assert said[1] == f"λ max {format_number(float(greatest))}"
    assert said[2] == "No bias"


def test_more_settings_open_over_the_plots_and_move_nothing(open_window):
    """At the left edge, under the form; the line, the cross, or the form's going closes them."""
    person = open_window(plots="all")
    person.window.resize(1440, 900)
    person.settle()
    form, views = person.bench.form, list(person.bench.views.values())
    before = [view.geometry() for view in views]
    assert not form.drawer.isVisible()
    person.qtbot.mouseClick(form.more.header, LEFT)
    person.settle()
    assert form.drawer.isVisible()
    assert [view.geometry() for view in views] == before
    assert form.drawer.geometry().top() > form.geometry().bottom()
    assert form.drawer.geometry().left() == 0
    assert form.drawer.geometry().bottom() == max(view.geometry().bottom() for view in views)
    person.press(KEY.Key_F9)
    assert not form.drawer.isVisible()
    person.press(KEY.Key_F9)
    assert form.drawer.isVisible()
    person.click("close_more")
    assert not form.drawer.isVisible()
    assert not form.more.is_open
    person.qtbot.mouseClick(form.more.header, LEFT)
    person.press(KEY.Key_Escape)
    assert not form.drawer.isVisible()
    assert not person.action("restore").isEnabled()


def test_nothing_above_moves_when_a_section_opens(open_window):
    """What stands above and the controls' left and right ends stay.

    Also where the column begins to scroll.
    """
    person = open_window()
    form = person.bench.form
    task, line = form.fields["task"].control, form.more.header

    def places():
        person.settle()
        return [widget.mapTo(person.window, widget.rect().topLeft()) for widget in (task, line)] + [
            task.width()
        ]

    before = places()
    for section in form.sections:
        section.set_open(True)
        assert places() == before


def test_more_settings_are_built_when_they_are_opened(open_window):
    """They then show what has been chosen since the start, and Tab goes on into them."""
    person = open_window()
    person.press(KEY.Key_F8)
    drawer = person.bench.form.drawer
    assert not drawer.findChildren(QLineEdit)
    person.bench.change_control.change({"optimizer": "adam", "epochs": 77})
    assert not drawer.findChildren(QLineEdit)
    line = person.bench.form.more.header
    person.qtbot.mouseClick(line, LEFT)
    person.settle()
    assert (person.combo("optimizer").currentText(), person.box("epochs").value()) == ("Adam", 77)
    assert person.box("beta1").isVisibleTo(drawer)
    said = person.bench.form.sections[1].header.accessibleDescription()
    assert said == f"λ max {format_number(person.frame.curvature.greatest)}"
    person.focus(line)
    person.press(KEY.Key_Tab)
    assert drawer.isAncestorOf(QApplication.focusWidget())


def test_what_a_line_opens_comes_into_sight(open_window):
    """By mouse at the lower edge, and by its letter, after which Tab goes on into it."""
    person = open_window()
    person.window.resize(1366, 768)
    person.press(KEY.Key_M, ALT)
    line = person.bench.form.more.header
    person.qtbot.waitUntil(line.isChecked)
    assert line.hasFocus()
    curvature, breaks = person.bench.form.sections[1:]
    for act in (
        lambda: person.qtbot.mouseClick(breaks.header, LEFT),
        lambda: person.press(KEY.Key_K, ALT),
    ):
        breaks.set_open(False)
        scroll = person.bench.form.drawer.findChild(QScrollArea)
        scroll.ensureWidgetVisible(breaks.header)
        person.settle()
        act()
        person.qtbot.waitUntil(lambda: in_sight(breaks.header) and in_sight(breaks.too_large))
        assert in_sight(breaks.boxes["ascent"])
    assert breaks.header.hasFocus()
    person.press(KEY.Key_Tab)
    assert breaks.isAncestorOf(QApplication.focusWidget())
    assert not curvature.is_open


def in_sight(part):
    return part.visibleRegion().boundingRect() == part.rect()
