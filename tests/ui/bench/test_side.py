"""The right column: its tabs, and how it makes room."""

from PySide6.QtWidgets import QApplication, QPlainTextEdit, QTabBar

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.script import script
from neuroviz.ui.runs.race_dialog import RaceDialog
from tests.ui.person import CTRL, KEY, NO_KEY, SHIFT

CTRL_SHIFT = CTRL | SHIFT


def turn_to(person, title):
    """Turn to a tab of the side column, in a window that has room for it."""
    person.window.resize(1440, 900)
    bar = person.find(QTabBar, "side")
    bar.setCurrentIndex(next(index for index in range(bar.count()) if bar.tabText(index) == title))
    person.settle()


def seen_after_a_while(person, *, built_before):
    """Return the side column with each panel.

    After a theme, a pin, a hundred epochs and a part of a step.
    """
    titles = ("Arithmetic", "Code", "Runs")
    person.action("theme_light").trigger()
    if built_before:
        assert all(getattr(person.bench, title.lower()) for title in titles)
    person.action("theme_dark").trigger()
    person.action("pin").trigger()
    person.action("step_100_epochs").trigger()
    person.qtbot.waitUntil(lambda: person.step == 100)
    person.action("part").trigger()
    seen = {}
    for title in titles:
        turn_to(person, title)
        seen[title] = person.bench.side.grab().toImage()
    return seen


def test_a_panel_that_comes_late_looks_as_if_it_had_been_there(open_window):
    """To the last pixel, whatever was changed before it was first seen."""
    late, early = (
        seen_after_a_while(open_window(Settings(learning_rate=1.0)), built_before=before)
        for before in (False, True)
    )
    for title, picture in late.items():
        assert picture == early[title], title


def test_right_after_the_start_a_race_and_a_question_bring_their_panels(open_window):
    """The key of a race opens its dialog before anybody saw the list of runs."""
    person = open_window()
    person.press(KEY.Key_R, CTRL_SHIFT)
    (dialog,) = person.window.findChildren(RaceDialog)
    assert dialog.isVisible()
    dialog.reject()
    # A number that is asked brings the panel that explains it, the first time too.
    person.window.resize(1440, 900)
    person.bench.neuron.asked.emit(Quantity("loss"))
    person.settle()
    assert person.bench.arithmetic.isVisible()
    first = person.text("arithmetic_title")
    person.bench.neuron.asked.emit(Quantity("output"))
    assert person.text("arithmetic_title") not in ("", first)


def test_the_way_in_which_code_is_written_comes_back(open_window):
    """Also after a start at which nobody looked at the code."""
    settings = Settings("or")
    person = open_window(settings)
    turn_to(person, "Code")
    person.click("code_module")
    person.window.close()
    open_window(settings).window.close()
    person = open_window(settings)
    turn_to(person, "Code")
    written = person.find(QPlainTextEdit, "code").toPlainText().split("\n")
    assert written == [line.text for line in script(settings, style="module").lines]


def test_a_tab_brings_its_panel_to_the_front_and_a_key_folds_all_away(open_window):
    """By the arrow keys, one after the other; only one panel is seen."""
    person = open_window()
    window = person.window
    window.resize(1440, 900)
    person.settle()
    bar = person.find(QTabBar, "side")
    person.focus(bar)
    panels = [window.bench.tables, window.bench.arithmetic, window.bench.code, window.bench.runs]
    for front in panels:
        assert [panel.isVisible() for panel in panels] == [panel is front for panel in panels]
        # From the tab the keyboard goes into the panel, also where that has come late.
        person.press(KEY.Key_Tab)
        focused = QApplication.focusWidget()
        assert front is focused or front.isAncestorOf(focused)
        person.focus(bar)
        person.press(KEY.Key_Right)
    # Both tables are seen with their titles, in the column that is in front at first.
    turn_to(person, "Numbers")
    upper, lower = person.table("predictions"), person.table("weights")
    assert upper.isVisible()
    assert lower.isVisible()
    assert upper.mapTo(person.window, upper.rect().bottomLeft()).y() < lower.mapTo(
        person.window, lower.rect().topLeft()
    ).y()  # fmt: skip
    # What the tables do not need of the height is below both, not between them.
    note = person.bench.predictions.note
    end = note.mapTo(person.bench.side, note.rect().bottomLeft()).y()
    table = lower
    assert 0 < table.mapTo(person.bench.side, table.rect().topLeft()).y() - end < 60
    # A table of many rows scrolls, and the rows of both can be read.
    person.begin(Settings("spam"))
    turn_to(person, "Numbers")
    for name in ("predictions", "weights"):
        assert person.table(name).viewport().height() > 150
    # Shift+F9 gives its room to the plots, and takes it again.
    person.action("plots_2").trigger()
    person.settle()
    width = person.bench.views["data"].width()
    person.press(KEY.Key_F9, SHIFT)
    person.settle()
    assert not person.bench.side.isVisible()
    assert person.bench.views["data"].width() > width + 100
    person.press(KEY.Key_F9, SHIFT)
    person.settle()
    assert person.bench.side.isVisible()
    assert person.bench.views["data"].width() == width


def test_where_there_is_no_room_for_both_one_makes_way(open_window):
    """At 1024 pixels the column is folded away at first.

    Called, it takes the place of the experiment.
    """
    person = open_window()
    window = person.window
    window.resize(1440, 900)
    person.settle()
    for key in (NO_KEY, SHIFT):
        window.resize(1024, 768)
        person.settle()
        assert (window.bench.form.isVisible(), window.bench.side.isVisible()) == (True, False)
        person.press(KEY.Key_F9, SHIFT)
        assert (window.bench.form.isVisible(), window.bench.side.isVisible()) == (False, True)
        assert window.bench.neuron.isVisible()  # also at once, before the views have their new room
        assert (person.action("panel").isChecked(), person.action("side").isChecked()) == (
            False,
            True,
        )
        person.press(KEY.Key_F9, key)
        assert (window.bench.form.isVisible(), window.bench.side.isVisible()) == (
            key == NO_KEY,
            False,
        )
        person.settle()
        assert window.bench.neuron.isVisible()
        window.resize(1440, 900)
        person.settle()
        assert (window.bench.form.isVisible(), window.bench.side.isVisible()) == (True, True)
