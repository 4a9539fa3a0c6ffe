from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QWidget,
)

from neuroviz.core.choices.settings import Settings
from tests.ui.person import CTRL, KEY, SHIFT


def test_space_runs_from_everywhere_else(open_window):
    """Boxes for a choice or a number have no use for a space: it runs, and pauses."""
    person = open_window(Settings(epochs=10**7), plots="all")
    fields = person.bench.form.fields
    names = ("task", "optimizer", "learning_rate", "seed", "until_loss")
    controls = [fields[name].control for name in names]
    for control in (*controls, person.button("run")):
        person.focus(control)
        person.press(KEY.Key_Space)
        running = person.bench.player.running
        person.press(KEY.Key_Space)
        assert (running, person.bench.player.running) == (True, False), control.objectName()
        assert not any(box.view().isVisible() for box in person.bench.findChildren(QComboBox))
    # A check box or a switch that has the keyboard takes Space; the run does not start.
    person.begin(Settings("spam"))
    for switch in (fields["shuffle"].control, person.button("log_axis")):
        before = switch.isChecked()
        person.focus(switch)
        person.press(KEY.Key_Space)
        assert (switch.isChecked(), person.bench.player.running) == (not before, False)
    # Between two weights a space may be typed.
    person.begin(Settings(weights=(1.0, 2.0)))
    person.type_into("weights", "3 4")

    assert person.frame.settings.weights == (3.0, 4.0)
    assert not person.bench.player.running
    # What is neither disabled nor hidden hands the keyboard on as ever.
    person.begin(Settings())
    person.focus(person.button("run"))
    person.press(KEY.Key_Tab)
    assert isinstance(QApplication.focusWidget(), QAbstractButton)
    # It goes as the eye does: into what was opened, and from the bar to the line below it.
    person.bench.form.more.set_open(True)
    person.window.offer_bar.offer("A session")
    for before, name in (
        (person.button("section_more"), "close_more"),
        (person.button("side"), "offer_take"),
    ):
        person.focus(before)
        person.press(KEY.Key_Tab)
        assert QApplication.focusWidget().objectName() == name
    # What it comes to is seen: a page scrolls there, and nothing stays open over it.
    person.window.resize(1280, 800)
    person.bench.form.more_settings.bring(person.bench.form.more_settings.breaks)
    person.focus(person.button("close_more"))
    for name, is_open in (("features", True), ("choose_data", False)):
        person.press(KEY.Key_Tab)
        assert QApplication.focusWidget().objectName() == name
        assert not QApplication.focusWidget().visibleRegion().isEmpty()
        assert person.bench.form.more.is_open == is_open
        person.focus(person.button("part_update"))
    # Space would press it again. Only a switch of the experiment, which shows its state, may
    # keep it.
    taking = {
        button
        for button in person.window.findChildren(QAbstractButton)
        if button.focusPolicy() & Qt.FocusPolicy.ClickFocus.value
    }
    form = person.bench.form
    assert taking <= {*form.drawer.findChildren(QCheckBox)} - {
        *form.more_settings.breaks.boxes.values()
    }


def test_space_runs_after_the_control_with_the_keyboard_has_gone(open_window):
    """At step 0 the timeline is disabled.

    Space runs, and presses no button that Qt hands the keyboard to; Tab goes on from there.
    """
    person = open_window(Settings(epochs=10**7))
    for way in ("disabled", "hidden"):
        person.begin(Settings(epochs=10**7))
        person.press(KEY.Key_F8)
        person.focus(person.bench.timeline.slider)
        if way == "disabled":
            person.press(KEY.Key_R, CTRL)
        else:
            person.bench.timeline.hide()
        assert not isinstance(QApplication.focusWidget(), QAbstractButton)
        person.press(KEY.Key_Space)
        assert person.bench.player.running
        assert person.bench.form.isVisible()
        person.press(KEY.Key_Space)
        assert not person.bench.player.running
    person.begin(Settings())
    person.focus(person.find(QWidget, "features"))
    person.press(KEY.Key_Escape)
    assert not person.bench.form.more.is_open
    assert not isinstance(QApplication.focusWidget(), QAbstractButton)
    person.press(KEY.Key_Tab)
    neuron = person.bench.neuron
    assert neuron.isAncestorOf(QApplication.focusWidget())
    person.focus(person.find(QWidget, "features"))
    person.press(KEY.Key_Escape)
    person.press(KEY.Key_Backtab, SHIFT)
    assert person.button("section_more").hasFocus()
    # Where the next control is gone as well, Tab is not stuck.
    person.focus(person.find(QWidget, "features"))
    person.press(KEY.Key_Escape)
    neuron.hide()
    person.press(KEY.Key_Tab)
    assert QApplication.focusWidget().isVisible()
    assert QApplication.focusWidget() is not person.window


def test_a_closed_window_filters_no_events(open_window, monkeypatch):
    """Not even if a lesson is still opened in it: what it would ask has been deleted by then."""
    person = open_window()
    seen = []
    monkeypatch.setattr(
        person.window.explainer, "handle", lambda watched, _: bool(seen.append(watched))
    )
    QApplication.sendEvent(person.window, QEvent(QEvent.Type.Leave))
    assert seen
    person.window.close()
    person.window.lessons.open_named("gate-by-hand")
    seen.clear()
    QApplication.sendEvent(person.window, QEvent(QEvent.Type.Leave))
    assert not seen


def test_every_dialog_fits_on_a_small_screen(open_window, monkeypatch):
    """At letters of twice the size a screen of 1440x900 is half as wide and high."""
    person = open_window(plots=())
    small = QRect(0, 0, 720, 450)
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _: small)
    for name in ("sweep", "data_table", "glossary", "problem", "race", "shortcuts"):
        person.action(name).trigger()
        person.qtbot.waitUntil(lambda: isinstance(QApplication.activeWindow(), QDialog))
        dialog = QApplication.activeWindow()
        assert small.contains(QRect(QPoint(), dialog.size())), name
        dialog.close()
        person.window.activateWindow()
        person.qtbot.waitUntil(person.window.isActiveWindow)


def test_enter_in_a_field_presses_the_main_button_of_its_dialog(open_window, monkeypatch):
    """What cannot be read is told and stays; then a number is taken first.

    A small button that has the keyboard is pressed itself; in a table Enter stays in its cell, and
    in the main window nothing is pressed.
    """
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    person = open_window()
    person.press(KEY.Key_F8, CTRL)  # a film needs a run
    QApplication.clipboard().setText("x,y\n1,2\n2,4\n3,6\n4,8\n")
    for action, field, good, main in (
        ("figure_size", "figure_dpi", "90", "figure_take"),
        ("film", "film_seconds", "2", "film_save"),
        ("sweep", "sweep_rates", "7", "sweep_run"),
        ("new_data", "new_count", "9", "new_take"),
        ("paste_data", "import_held_out", "25", "import_take"),
        ("race", "race_rate_1", "0.5", "start_race"),
    ):
        person.action(action).trigger()
        button = person.find(QPushButton, main)
        dialog = button.window()
        dialog.activateWindow()
        person.qtbot.waitUntil(dialog.isActiveWindow)
        person.qtbot.waitUntil(button.isEnabled)
        presses = []
        button.clicked.connect(lambda: presses.append(1))  # noqa: B023
        if action == "new_data":
            person.focus(person.button("new_next_seed"))
            person.press(KEY.Key_Return)
            assert person.find(QAbstractSpinBox, "new_seed").value() == 1
        if action == "paste_data":
            table = person.table("import_preview")
            person.focus(table)
            table.setCurrentIndex(table.model().index(0, 0))
            person.press(KEY.Key_Return)
            assert isinstance(QApplication.focusWidget(), QLineEdit)  # the cell is being edited
            person.press(KEY.Key_Return)
            person.settle()
            assert QApplication.focusWidget() is table
        person.type_into(field, "many")
        box = person.find(QAbstractSpinBox, field)
        assert (box.text(), presses, dialog.isVisible()) == ("many", [], True), action
        person.type_into(field, good)
        assert (box.text(), presses) == (good, [1]), action
        dialog.close()
        person.window.activateWindow()
        person.qtbot.waitUntil(person.window.isActiveWindow)
    person.begin(Settings())
    person.type_into("learning_rate", "0.25")
    assert (person.step, person.bench.player.running) == (0, False)
