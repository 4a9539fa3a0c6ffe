"""What a screen reader is told: the tree of the window at five moments, and the news."""

import re
from collections import Counter

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QToolButton,
    QTreeWidget,
)

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import measured
from neuroviz.ui.canvas.plot import PlotView
from neuroviz.ui.lesson.question import ChoiceButton
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.read_aloud import ReadParts
from neuroviz.ui.views.neuron.network import NetworkPicture
from tests.ui.person import CTRL, KEY
from tests.ui.window.test_access_keys import troubles as troubles_of_letters

SAID = QAccessible.Text
ROLE = QAccessible.Role
NO_TEXT = Qt.ToolButtonStyle.ToolButtonIconOnly
NAMED = {"epoch": "Epoch", "current_loss": "Loss", "state": "State of the run"}
CURVATURE = {
    "lambda_min": "λ min",
    "lambda_max": "λ max",
    "condition_number": "condition number",
    "rate_smooth": "smooth to",
    "rate_best": "fastest in the worst case",
    "rate_limit": "limit",
}


def nodes(top):
    """Return all that is read of a window, from top to bottom."""

    def below(node):
        if node.state().invisible:
            return
        yield node
        for index in range(node.childCount()):
            child = node.child(index)
            assert not isinstance(node, ReadParts) or node.indexOfChild(child) == index
            if child is not None:  # a row that a table has folded away
                yield from below(child)

    return list(below(QAccessible.queryAccessibleInterface(top)))


def letters(text):
    return " ".join(re.findall(r"\w+", text.replace("&", "").lower()))


def written(thing):
    """Return what stands on a button."""
    sign = isinstance(thing, QToolButton) and thing.toolButtonStyle() is NO_TEXT
    sign = sign and not thing.icon().isNull()
    return thing.text() if isinstance(thing, QAbstractButton) and not sign else ""


def troubles(top):
    """Return what is silent, nameless, stale or double among what can be used."""
    found, names = [], Counter[tuple[object, str]]()
    for node in nodes(top):
        name, described = node.text(SAID.Name), node.text(SAID.Description)
        thing = node.object()
        called = f"{node.role().name} {name!r} {thing.objectName() if thing else ''}"
        if isinstance(thing, QLabel) and thing.objectName() in NAMED | CURVATURE:
            caption = (NAMED | CURVATURE)[thing.objectName()]
            shown = "none" if thing.text() == "—" else thing.text()
            if name != f"{caption}: {shown}":
                found.append(f"stale: {called}")
        if letters(name) and letters(name) == letters(described):
            found.append(f"said twice: {called}")
        group = thing.group() if isinstance(thing, QAbstractButton) else None
        if group and node.role() is not ROLE.RadioButton:
            found.append(f"no choice of one: {called}")
        if not node.state().focusable:
            continue
        if node.role() is ROLE.ComboBox:
            labels = [each for each, flag in node.relations() if flag & QAccessible.Label]
            name = labels[0].text(SAID.Name) if labels else ""
        if not letters(name):
            found.append(f"nameless: {called}")
        names[node.role(), name] += thing is not None  # cells may be alike
        if letters(written(thing)) not in letters(name):
            found.append(f"written otherwise, {written(thing)!r}: {called}")
        number = node.valueInterface()
        if isinstance(thing, QAbstractSpinBox) and number.currentValue() != thing.value():
            found.append(f"another number: {called}")
        if node.role() is ROLE.Slider and not node.text(SAID.Value):
            found.append(f"silent: {called}")
    return found + [f"two of a name: {name}" for (_, name), count in names.items() if count > 1]


def said_of_weights(person):
    """Return what stands beside the lines of AND's weights alone."""
    values = map(measured, person.rows.newest.parameters.tolist())
    return "now " + ", ".join(
        f"{name} {value}" for name, value in zip(("w₁", "w₂", "b"), values, strict=True)
    )


def test_the_first_window_is_read_and_what_changes_in_a_run(open_window):
    """Names, values, readings that follow, sections that say that they are open."""
    person = open_window(plots="all")
    assert troubles(person.window) == []
    person.bench.form.more.set_open(True)
    person.settle()
    assert troubles(person.window) == []
    for task in ("and_one_by_one", "and_by_hand", "spam", "and"):
        person.begin(Settings(task))
        assert troubles(person.window) == [], task
    person.press(KEY.Key_Space)
    person.qtbot.waitUntil(lambda: person.step > 10, timeout=20_000)
    assert troubles(person.window) == []
    person.press(KEY.Key_Space)
    for view in person.bench.views.values():
        if isinstance(view, PlotView) and view.plot.isVisible():
            plot = QAccessible.queryAccessibleInterface(view.plot)
            assert plot.text(SAID.Description) == (view.reading.text() or said_of_weights(person))
    person.bench.views["loss"].reading.setText("another")
    plot = QAccessible.queryAccessibleInterface(person.plot("loss"))
    assert plot.text(SAID.Description) == "another"
    # With the one that is opened.
    person.begin(Settings("xor", hidden=2))
    person.settle()
    assert troubles(person.window) == []
    names = [node.text(SAID.Name) for node in nodes(person.find(NetworkPicture, "network"))[1:]]
    assert [name.partition(":")[0] for name in names] == [
        "Hidden neuron h₁",
        "Hidden neuron h₂",
        "Output neuron ŷ",
    ]
    assert "opened" in names[2]
    tabs = person.bench.side.tabs
    for index in range(tabs.count()):
        tabs.setCurrentIndex(index)
        person.settle()
        assert troubles(person.window) == [], tabs.tabText(index)


def test_the_parts_of_a_step_are_a_choice_of_where_it_stands(open_window):
    """At the start of a step none is chosen, which no box to be ticked would say."""
    person = open_window()

    def parts():
        read = QAccessible.queryAccessibleInterface(person.bench.neuron.parts)
        said, *found = [read.child(index) for index in range(read.childCount())]
        assert said.role() == ROLE.Client
        assert [part.role() for part in found] == [ROLE.RadioButton] * 5
        assert all(part.state().checkable for part in found)
        assert [part.text(SAID.Description) for part in found] == [f"{n} of 5" for n in range(1, 6)]
        return [part.text(SAID.Name).partition(":")[0] for part in found if part.state().checked]

    assert parts() == []
    person.press(KEY.Key_F6)
    assert parts() == ["Forward pass"]
    read = QAccessible.queryAccessibleInterface(person.bench.neuron.parts)
    read.child(4).actionInterface().doAction("Press")
    assert parts() == ["Backward pass"]
    assert person.frame.phase == "backward"
    person.press(KEY.Key_F4)
    assert parts() == []
    # Of the accent's colour, all around it; without the keyboard nothing of it is left.
    person.begin(Settings())
    person.bench.look_control.pick(1)
    person.settle()
    plot = person.plot("data")
    before = plot.grab().toImage()
    person.focus(plot)
    with_ring = plot.grab().toImage()
    width, height = with_ring.width(), with_ring.height()
    across, down = width // 2, height // 2
    for x, y in ((across, 0), (across, height - 1), (0, down), (width - 1, down)):
        assert with_ring.pixelColor(x, y).name() == themes.now.accent.lower()
    plot.clearFocus()
    assert plot.grab().toImage() == before
    # The values are the frame's; the keyboard's frame is around the one that is read.
    person.begin(Settings("and"))
    person.bench.look_control.pick(1)
    person.settle()
    diagram = person.bench.neuron.diagram
    read = QAccessible.queryAccessibleInterface(diagram)
    row = person.frame.row
    for slot, part in diagram.parts().items():
        if slot == ("weight", 0):
            assert float(part.value.replace("−", "-")) == pytest.approx(row.parameters[0], rel=1e-3)
    numbers = {node.text(SAID.Value): node for node in nodes(diagram) if node.object() is None}
    assert len(numbers) > 8
    person.bench.look_control.pick(None)
    person.settle()
    read_of_batch = [node.text(SAID.Name).partition(":")[0] for node in nodes(diagram)]
    assert {f"{of} of sample {n}" for of in ("y", "ŷ", "loss") for n in range(1, 5)} <= {
        *read_of_batch
    }
    person.bench.look_control.pick(1)
    person.settle()
    for node in numbers.values():
        at = node.rect().center()
        assert read.rect().contains(at)
        assert read.childAt(at.x(), at.y()).text(SAID.Name) == node.text(SAID.Name)
    person.focus(diagram)
    person.press(KEY.Key_Tab)
    focused = read.focusChild()
    assert focused.text(SAID.Name) == diagram.accessibleDescription().partition(";")[0]


DIALOGS = (
    *("film", "sweep", "race", "new_data", "data_table", "paste_data", "lessons", "palette"),
    *("shortcuts", "glossary", "for_teachers", "preferences", "problem", "about"),
)


def test_every_dialog_is_read_and_has_its_letters(open_window):
    """Those that take a table are read with one.

    A letter for each caption, and for what is pressed at the foot; for what is repeated in rows
    none.
    """
    person = open_window()
    person.press(KEY.Key_F8)

    def dialog():
        return next((d for d in person.window.findChildren(QDialog) if d.isVisible()), None)

    QApplication.clipboard().setText("x1,x2,y\n0,0,0\n0,1,1\n1,1,1\n")
    found = {}
    for name in DIALOGS:
        person.action(name).trigger()
        person.qtbot.waitUntil(lambda: dialog() is not None)
        opened = dialog()
        person.settle()
        found[name] = troubles(opened) + troubles_of_letters(opened, [])
        opened.close()
        person.qtbot.waitUntil(lambda: dialog() is None)
    assert {name: told for name, told in found.items() if told} == {}


@pytest.fixture
def heard(monkeypatch):
    """Return what is announced from now on."""
    spoken = []

    def hear(event):
        if isinstance(event, QAccessibleAnnouncementEvent):
            assert event.politeness() == QAccessible.AnnouncementPoliteness.Polite
            spoken.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    return spoken


def test_a_question_of_a_lesson_is_read_and_its_verdict_announced(open_window, heard):
    """The choices have their words, and what was true is said when it is known."""
    person = open_window()
    person.window.lessons.open_named("three-rates")
    person.settle()
    assert troubles(person.window) == []
    panel = person.window.lessons.control.panel
    while not panel.question.isVisible() or not panel.question.choices:
        panel.next.click()
        person.settle()
    assert troubles(person.window) == []
    page = person.text("lesson_head")
    assert QAccessible.queryAccessibleInterface(panel).text(SAID.Name).endswith(page)
    assert any(said.startswith(f"{page}. ") and panel.text.text() in said for said in heard)
    # Tab goes from the page to what can be pressed there.
    assert panel.hasFocus()
    for control in (panel.leave, panel.hint, panel.question.choices[0], panel.back):
        person.press(KEY.Key_Tab)
        assert QApplication.focusWidget() is control
    names = [node.text(SAID.Name) for node in nodes(panel) if type(node.object()) is ChoiceButton]
    assert names == [choice.accessibleName() for choice in panel.question.choices]
    panel.question.choose(0)
    panel.question.go.click()
    panel.question.go.click()  # to the end at once, where it is on the way
    person.qtbot.waitUntil(lambda: any("ight." in said for said in heard), timeout=20_000)


def test_what_happens_to_a_run_is_announced(open_window, heard, monkeypatch):
    """Where a step has led to, another state, that it blew up, and what was refused."""
    person = open_window(Settings("line", learning_rate=1e6), plots=())
    # Of a ball that is moved each number is said once, and nothing when the keyboard leaves it.
    person.focus(person.plot("landscape"))
    person.press(KEY.Key_Tab)
    person.press(KEY.Key_Right)
    person.qtbot.waitUntil(lambda: heard[-1].startswith("start here: "))
    person.press(KEY.Key_Escape)
    person.focus(person.box("learning_rate"))
    assert "Loss landscape" not in heard
    # Of a sample the line above says no place, though it may have the same digits.
    data = person.plot("data")
    monkeypatch.setattr(data, "point_at", lambda _: QPointF(7.0, 5.0))
    assert {"5", "7"} <= set(person.reading("data"))
    data.tell_moved(QPointF())
    assert heard[-1].startswith("7, 5: ")
    person.press(KEY.Key_F8)
    assert heard[-1] == f"Epoch: 1, Loss: {person.text('current_loss')}"
    person.press(KEY.Key_F8, CTRL)
    state = person.find(QLabel, "state")
    person.qtbot.waitUntil(lambda: any(said.startswith(f"{state.text()}. ") for said in heard))
    person.type_into("learning_rate", "fast")
    assert person.error("learning_rate") in heard
    # In the same state only what happened is said.
    person.bench.frame_dispatcher.tell("Written: loss.svg.")
    person.qtbot.waitUntil(lambda: "Written: loss.svg." in heard)


def test_what_is_found_is_read_while_the_keyboard_stays_in_the_line(open_window, heard):
    """With its menu and keys or why it cannot be used, once a key; and that nothing is found."""
    person = open_window(plots=())
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.press(KEY.Key_K, CTRL)
    line = person.find(QLineEdit, "palette_line")
    rows = person.find(QTreeWidget, "palette_list")
    person.qtbot.waitUntil(lambda: line.hasFocus() and rows.topLevelItemCount() > 0)
    for typed, told in (
        ("undo", "Undo, There is nothing to undo., Ctrl+Z"),
        ("qq", "Nothing has a name like that."),
    ):
        line.setText(typed)
        assert heard[-1] == told
    line.setText("epoch step")
    del heard[:]
    person.qtbot.keyClick(line, KEY.Key_Down)
    assert heard == ["Step 100 epochs, Run, Ctrl+F8"]
    person.qtbot.keyClick(line, KEY.Key_Escape)
    person.action("glossary").trigger()
    search = person.find(QLineEdit, "glossary_search")
    person.qtbot.waitUntil(search.hasFocus)
    person.qtbot.keyClicks(search, "softmax")
    assert heard[-1] == "softmax"
    search.setText("qqqq")
    assert heard[-1].startswith("No term is spelled like that.")


def test_where_the_keyboard_goes_is_read_and_nothing_of_what_it_left(open_window, monkeypatch):
    """Neither plots nor the neuron speak after Tab has left them.

    Where a control is gone, the window has the keyboard, and no button beside it.
    """
    told = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", told.append)
    person = open_window(plots=("data", "landscape"))

    def focused():
        return [event.object() for event in told if event.type() == QAccessible.Event.Focus]

    for widget in (person.plot("data"), person.bench.neuron.diagram):
        person.focus(widget)
        while widget.hasFocus():
            told.clear()
            person.press(KEY.Key_Tab)
        assert focused() == []
    # A sample that the arrow chooses is read.
    person.focus(person.find(QToolButton, "sample_next"))
    person.press(KEY.Key_Right)
    assert told[-1].message() == "sample 1 of 4 · x = (1, 1) · target 1"
    person.bench.form.more.set_open(True)
    person.focus(person.box("batch_size"))
    told.clear()
    person.press(KEY.Key_Escape)
    person.qtbot.waitUntil(lambda: bool(focused()))
    assert focused() == [person.window]
