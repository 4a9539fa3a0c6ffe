"""The choice of the task.

In groups, with a line for each, and a list that opens where it belongs.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QScreen
from PySide6.QtWidgets import QLabel

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import GROUPS, TASKS

KEY, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier


def test_every_task_stands_under_the_name_of_its_group(open_window):
    """The groups are in their order, and their names cannot be chosen."""
    person = open_window()
    box = person.combo("task")
    listed = {}
    for row in range(box.count()):
        name = box.itemData(row)
        enabled = bool(box.model().index(row, 0).flags() & Qt.ItemFlag.ItemIsEnabled)
        assert enabled == (name is not None)
        if name is None:
            group = listed.setdefault(box.itemText(row).lower(), [])
        else:
            group.append(name)
    assert listed.pop("own data") == ["open", "paste", "new", "draw"]
    assert list(listed) == list(GROUPS)
    assert listed == {
        group: [task.name for task in TASKS.values() if task.group == group] for group in GROUPS
    }
    # The line under the box is whole, and a screen reader hears it with the box.
    *_, longest = sorted(TASKS, key=lambda name: len(TASKS[name].purpose))
    for name in ("and", "line", longest):
        task = TASKS[name]
        person.begin(Settings(name))
        assert person.find(QLabel, "task_purpose").text() == task.purpose
        assert person.combo("task").accessibleDescription() == task.purpose
    # Down on the closed box goes from the last gate to the first line. Home in the list to the
    # first.
    person.begin(Settings("and_one_by_one"))
    person.focus(person.combo("task"))
    person.press(KEY.Key_Down)
    assert person.frame.settings.task == "double"
    assert person.choose("task", "and")
    assert person.frame.settings.task == "and"


def test_data_of_ones_own_are_in_the_box_by_their_name(open_window):
    """While they are in use, and while the task's points are others.

    An arrow key on the box opens nothing.
    """
    person = open_window(Settings("spam"))
    box = person.combo("task")
    person.focus(box)
    person.press(KEY.Key_Down)
    assert person.frame.settings.task == "spam"
    assert not person.button("draw_data").isChecked()
    assert person.choose("task", "draw")
    assert person.button("draw_data").isChecked()
    assert box.currentData() == "spam"
    person.settle()
    person.click_plot("data", 0.5, 0.5)
    assert (box.currentData(), box.currentText()) == ("own", "Own data, drawn")
    assert person.text("task_purpose") == "1 sample, 2 inputs"
    assert person.choose("task", "and")
    assert (box.findData("own"), person.text("task_purpose")) == (-1, TASKS["and"].purpose)
    person.settle()
    person.click_plot("data", 0.5, 0.5)
    assert box.currentText() == "Own data"
    assert person.text("task_purpose") == "5 samples, 2 inputs"
    box.parentWidget().resize(60, 60)  # as it comes to stand only later
    box.resize(60, box.height())
    said = person.find(QLabel, "task_purpose")
    assert said.text().endswith("…")
    assert said.fontMetrics().horizontalAdvance(said.text()) <= 60


def test_the_list_opens_under_the_box_at_the_task_in_force(open_window):
    """Also after another row was looked at and left by Escape."""
    person = open_window()
    box = person.combo("task")
    person.focus(box)
    box.showPopup()
    view = box.view()
    box.hidePopup()
    for task in ("and", "and", "spam"):
        person.begin(Settings(task))
        person.qtbot.keyClick(box, KEY.Key_Down, ALT)
        person.qtbot.waitUntil(view.isVisible)
        assert view.currentIndex().data(Qt.ItemDataRole.UserRole) == task
        assert (
            view.mapToGlobal(view.rect().topLeft()).y()
            >= box.mapToGlobal(box.rect().bottomLeft()).y()
        )
        person.qtbot.keyClick(view, KEY.Key_Home)
        person.qtbot.keyClick(view, KEY.Key_Down)
        person.qtbot.keyClick(view, KEY.Key_Escape)
        person.qtbot.waitUntil(lambda: not view.isVisible())
        person.window.activateWindow()
        person.qtbot.waitUntil(person.window.isActiveWindow)
        assert person.frame.settings.task == task


def test_every_line_of_the_list_is_whole(open_window, monkeypatch):
    """All are in sight where the screen has room, and where it has none, none is cut.

    The list is as wide as its widest entry.
    """
    shortened = {}
    real = QFontMetrics.elidedText

    def elided(metrics, text, mode, width):
        shortened[text] = real(metrics, text, mode, width)
        return shortened[text]

    monkeypatch.setattr(QFontMetrics, "elidedText", elided)
    names = {task.label for task in TASKS.values()}
    person = open_window(Settings("and"))
    box = person.combo("task")
    whole = box.screen().availableGeometry()
    for height in (768, 500):
        person.window.resize(1024, height)
        less = whole.adjusted(0, 0, 0, height - 800)
        monkeypatch.setattr(QScreen, "availableGeometry", lambda _, less=less: less)
        person.window.activateWindow()
        person.focus(box)
        box.showPopup()
        view = box.view()
        person.qtbot.waitUntil(view.isVisible)
        rows = [view.visualRect(view.model().index(row, 0)) for row in range(box.count())]
        seen = [row for row in rows if view.viewport().rect().intersects(row)]
        assert all(view.viewport().rect().contains(row) for row in seen)
        assert len(seen) == len(rows) or height == 500
        assert view.mapToGlobal(view.rect().bottomLeft()).y() <= less.bottom()
        assert view.viewport().width() >= view.sizeHintForColumn(0)
        if len(seen) == len(rows):
            view.grab()
            assert names <= {*shortened}
            assert all(shortened[name] == name for name in names)
        box.hidePopup()
