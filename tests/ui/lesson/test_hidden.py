"""What a plot leaves out, and what it says of what cannot be taken.

While a place in it is asked for.
"""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTabBar, QToolTip

from neuroviz.core.choices.settings import Settings
from tests.ui.lesson.test_lesson import EXAMPLE, go_to, gone, push
from tests.ui.person import LEFT, NO_KEY, plain_tooltip, rest_on


@pytest.fixture
def played(open_window):
    """Return a function that opens a lesson at a step, as if it had never been played."""
    people = []

    def at(lesson, step):
        people[:] = people or [open_window(Settings.opened("or"), plots="kept")]
        (person,) = people
        lessons = person.window.lessons
        lessons.leave()
        name = lesson.stem if isinstance(lesson, Path) else lesson
        person.window.preferences.set_lesson_progress(name, "")
        lessons.open_file(lesson) if isinstance(lesson, Path) else lessons.open_named(lesson)
        person.settle()
        go_to(person, step)
        view = person.bench.views["landscape"]
        person.qtbot.waitUntil(lambda: not view.isVisible() or view._follower.minimum is not None)
        person.settle()
        return person

    return at


def colours(widget):
    """Return how many colours there are to see inside a widget, away from its edges."""
    image = widget.grab().toImage()
    width, height = image.width(), image.height()
    places = [
        (int(u * width), int(v * height))
        for u in np.linspace(0.2, 0.9, 40)
        for v in np.linspace(0.1, 0.8, 40)
    ]
    return len({image.pixel(x, y) for x, y in places})


def test_where_a_ball_will_roll_is_told_by_nothing(played):
    """Its ground, its path and the minimum are hidden.

    On the map and in 3D, until it has rolled there.
    """
    person = played(EXAMPLE, 5)
    plot = person.plot("landscape")
    bare = colours(plot)
    (left, right), (bottom, top) = plot.box.viewRange()
    read = person.hover("landscape", (left + right) / 2, (bottom + top) / 2)
    assert "w₁" in read
    assert "loss" not in read
    person.click("show_surface")
    person.settle()
    assert colours(person.bench.views["landscape"].surface) == 1
    person.click("show_surface")
    person.settle()
    person.click_plot("landscape", (left + right) / 2, (bottom + top) / 2)
    push(person, "lesson_go")
    gone(person)
    assert colours(plot) > 10 * bare
    assert "loss" in person.hover(
        "landscape", left + 0.1 * (right - left), bottom + 0.1 * (top - bottom)
    )
    # Neither curve nor marks, even where the form is there with a question.
    person = played(EXAMPLE, 4)
    slider = person.bench.form.ruler.slider
    person.bench.columns.show("panel")
    assert slider.isVisible()
    assert "Ticks" not in slider.toolTip()
    person.bench.form.ruler.be_silent(False)
    assert "Ticks" in slider.toolTip()
    person.qtbot.waitUntil(lambda: slider.curve is not None)


def test_a_ball_that_was_put_somewhere_is_hidden_on_its_map(played):
    """The map is what the question is about; neither pointer nor surface finds the ball on it."""
    person = played("two-planes", 2)
    w, b = person.frame.parameters
    assert colours(person.plot("landscape")) > 50
    assert "step" not in person.hover("landscape", w, b)
    assert person.plot("landscape").viewport().cursor().shape() == Qt.CursorShape.CrossCursor
    assert person.bench.views["landscape"].reading.toolTip() == ""
    person.click("show_surface")
    person.settle()
    assert colours(person.bench.views["landscape"].surface) > 50
    hidden = person.bench.views["landscape"].surface.grab().toImage()
    person.click("show_surface")
    person.click_plot("landscape", w, b)
    push(person, "lesson_go")
    gone(person)
    assert person.text("lesson_told").startswith("✓")
    assert "step 0" in person.hover("landscape", w, b)
    person.click("show_surface")
    person.settle()
    assert person.bench.views["landscape"].surface.grab().toImage() != hidden
    # The text sends one to them: they do not answer, and the minimum misleads.
    person = played("two-planes", 4)
    view = person.bench.views["landscape"]
    assert colours(person.plot("landscape")) > 50
    assert view.map.runs.isVisible()
    assert "minimum" in view.map.runs.marks
    assert view.map.runs.marks.keys().isdisjoint({"next step", "arrow"})


LINE = """
title = "T"
goal = "g"
take_home = "t"
[[step]]
title = "s"
text = "x"
hints = ["a", "b", "c"]
controls = ["line"]
views = ["data"]
[step.experiment]
task = "and"
weights = [1, 1]
bias = -1.5
[step.predict]
kind = "click"
target = "line"
ask = "Where is the line?"
[[step.predict.feedback]]
text = "There."
"""


def test_a_line_that_is_asked_for_has_no_grips(played, tmp_path):
    """The pointer finds it only when the answer is given."""
    path = tmp_path / "line.toml"
    path.write_text(LINE, encoding="utf-8")
    person = played(path, 1)
    person.hover("data", 0.1, 0.5)
    person.settle()
    before = person.plot("data").grab().toImage()
    person.hover("data", 0.75, 0.75)
    assert person.plot("data").grab().toImage() == before
    person.click_plot("data", 0.75, 0.75)
    push(person, "lesson_go")
    assert person.text("lesson_told").startswith("✓")
    person.hover("data", 0.1, 0.5)
    told = person.plot("data").grab().toImage()
    person.hover("data", 0.75, 0.75)
    assert person.plot("data").grab().toImage() != told


def drawn_away(viewport, place):
    """Try to drag what is there."""
    QTest.mousePress(viewport, LEFT, NO_KEY, place)
    QTest.mouseMove(viewport, place + QPoint(20, 0))
    QTest.mouseRelease(viewport, LEFT, NO_KEY, place + QPoint(20, 0))


def test_what_is_locked_in_a_plot_says_why(played):
    """At the pointer, when it rests there and when it is dragged.

    What is free says nothing of the kind. Five tabs stand whole in the side column.
    """
    person = played("two-planes", 1)
    reason = person.window.lessons.control.lesson.locked
    assert "Two planes" in reason
    before = person.frame.parameters.tolist(), person.frame.settings.dataset.targets.tolist()
    viewport = person.plot("landscape").viewport()
    for do in (rest_on, drawn_away):
        do(person.plot("data").viewport(), person.place("data", 2, 4))
        assert plain_tooltip() == reason, do
        targets = person.frame.settings.dataset.targets.tolist()
        assert (person.frame.parameters.tolist(), targets) == before, do
        rest_on(viewport, person.place("landscape", *person.frame.parameters))
        person.qtbot.waitUntil(lambda: plain_tooltip() != reason)
    person.action("paste").trigger()
    assert person.text("sentence").startswith(reason)
    data = person.bench.views["data"]
    assert not data.chooser.isEnabled()
    menu = data.chooser.menu()
    menu.aboutToShow.connect(lambda: QTimer.singleShot(0, menu.close))
    with person.qtbot.assertNotEmitted(menu.aboutToShow):
        QTest.mouseClick(data.heading, LEFT)
    for size, theme in (((1440, 900), "light"), ((1024, 768), "dark")):
        person.window.resize(*size)
        person.action(f"theme_{theme}").trigger()
        person.settle()
        are_whole(person.find(QTabBar, "side"))
        assert person.find(QPushButton, "lesson_next").isVisible()
    person.window.lessons.leave()
    person.settle()
    drag = person.bench.views["landscape"].drag
    place = person.plot("landscape").pixel_of(QPointF(*person.frame.parameters[:2]))
    assert drag._reason(drag._nearest(QPointF(place))) == ""
    QToolTip.hideText()
    person.qtbot.waitUntil(lambda: not QToolTip.isVisible())


def are_whole(bar):
    assert [bar.tabText(index) for index in range(5)] == [
        "Lesson",
        "Numbers",
        "Arithmetic",
        "Code",
        "Runs",
    ]
    for index in range(5):
        area = bar.tabRect(index)
        assert bar.rect().contains(area)
        assert bar.visibleRegion().contains(area)
        assert area.width() > bar.fontMetrics().horizontalAdvance(bar.tabText(index))
