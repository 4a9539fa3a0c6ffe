"""Putting a race together by mouse and keyboard."""

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QToolButton

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.slices import finished
from neuroviz.core.sweep.rate_curve import curve_work
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.going import MOST
from neuroviz.session.session import Session
from neuroviz.ui.runs import race_dialog, race_table
from neuroviz.ui.runs.race_dialog import RaceDialog
from neuroviz.ui.runs.race_table import RaceTable
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import LIGHT
from tests.ui.person import KEY, LEFT


class Racer:
    """Sits before the dialog; the races it asks for are kept."""

    def __init__(self, session, dialog, qtbot):
        self.session, self.dialog, self.qtbot = session, dialog, qtbot
        self.asked = []
        dialog.race_asked.connect(self.asked.append)

    def choose(self, kind):
        button = self.dialog.findChild(QToolButton, f"race_{kind}")
        self.qtbot.mouseClick(button, LEFT)

    def type(self, box, text, ends=KEY.Key_Tab):
        box.setFocus()
        box.selectAll()
        self.qtbot.keyClicks(box, text)
        if ends:
            self.qtbot.keyClick(box, ends)

    def go(self):
        self.dialog.go.setFocus()  # as a press with the mouse does
        self.qtbot.mouseClick(self.dialog.go, LEFT)

    @property
    def shown(self):
        rows = [row for row in self.dialog.rows if row.name_edit.isVisible()]
        return [(row.name, row.optimizer.name(), row.rate.value()) for row in rows]

    @property
    def wrong(self):
        return [row.error.text() for row in self.dialog.rows]


@pytest.fixture
def open_race(qapp, qtbot):
    """Return a function that opens the dialog over an experiment."""

    def opened(settings=None, then=None):
        session = Session(settings or Settings("line", learning_rate=0.02))
        session.prepare()
        if then:
            then(session)
        dialog = RaceDialog(session.frame())
        qtbot.addWidget(dialog)
        dialog.open_for(session.frame())
        qtbot.waitUntil(dialog.isActiveWindow)
        return Racer(session, dialog, qtbot)

    return opened


def test_optimizers_at_the_present_rate(open_race):
    """All of the table, from one start; the session takes them as they are, and the dialog goes."""
    person = open_race()
    person.qtbot.keyClick(person.dialog.focusWidget(), KEY.Key_Return)  # the button has the focus
    (race_runs,) = person.asked
    optimizers = [settings.optimizer for _, settings in race_runs]
    assert optimizers == list(OPTIMIZERS)[:MOST]
    compared = [settings for _, settings in race_runs if not settings.optimizer_entry.search]
    assert {settings.learning_rate for settings in compared} == {0.02}
    assert not person.dialog.isVisible()
    person.session.race(race_runs)
    starts = [run.rows.newest.parameters for run in person.session.frame().runs]
    assert all(np.array_equal(start, starts[0]) for start in starts)


def test_rates_and_the_marks_of_the_ruler(open_race):
    """The present rate times 0.1, 0.3, 1 and 3.

    Then 2/(λmin + λmax) and 2/λmax of the data's own matrix.
    """
    person = open_race()
    person.choose("rates")
    inputs = person.session.settings.coded_inputs
    design = np.column_stack((inputs, np.ones(len(inputs))))
    low, high = np.linalg.eigvalsh(2 * design.T @ design / len(design))
    rates = [rate for _, _, rate in person.shown]
    assert rates[:4] == [0.002, 0.006, 0.02, 0.06]
    assert rates[4:] == pytest.approx([2 / (low + high), 2 / high], rel=1e-9)
    assert [name.split()[0] for name, _, _ in person.shown] == ["Rate"] * 4 + ["Best", "Limit"]


def test_without_marks_there_are_four_rates(open_race):
    """Theory has none for Adam."""
    person = open_race(Settings("and", optimizer="adam", learning_rate=0.1))
    person.choose("rates")
    assert [rate for _, _, rate in person.shown] == pytest.approx([0.01, 0.03, 0.1, 0.3], rel=1e-15)


def test_runs_of_the_list_begin_at_the_present_start(open_race):
    """They keep their settings, but not their start.

    One on other data cannot take part, and says so.
    """

    def pin_others(session):
        session.apply(session.settings.replace(optimizer="adam", seed=7))
        session.pin()
        session.apply(Settings("and"))
        session.pin()
        session.apply(Settings("line", weights=(0.5,), bias=-1.0))
        session.pin()

    person = open_race(then=pin_others)
    person.choose("runs")
    assert [optimizer for _, optimizer, _ in person.shown] == ["adam", "sgd", "sgd"]
    person.go()
    assert person.asked == []
    assert "other data" in person.wrong[1]
    person.qtbot.mouseClick(person.dialog.rows[1].tick, LEFT)
    person.go()
    assert [(s.optimizer, s.weights, s.bias) for _, s in person.asked[0]] == [
        ("adam", (0.5,), -1.0),
        ("sgd", (0.5,), -1.0),
    ]


def test_an_empty_list_says_what_to_do(open_race):
    """No rows, a sentence, and a button that waits; another choice brings the rows back.

    What was being typed in one, and what was unticked, is forgotten.
    """
    person = open_race()
    first, second = person.dialog.rows[:2]
    person.qtbot.mouseClick(second.tick, LEFT)
    person.type(first.rate, "0.25", None)
    with person.qtbot.assertNotEmitted(first.changed):
        person.dialog.findChild(QToolButton, "race_runs").click()  # the keyboard is in the box
        first.rate.setValue(0.125)
    assert not any(row.takes_part for row in person.dialog.rows)
    assert person.shown == []
    assert "pin runs first" in person.dialog.error.text()
    assert not person.dialog.go.isEnabled()
    person.choose("optimizers")
    assert [name for _, name, _ in person.shown] == list(OPTIMIZERS)
    assert (first.rate.value(), second.takes_part) == (0.02, True)
    assert (person.dialog.error.text(), person.dialog.go.isEnabled()) == ("", True)


def test_only_those_race_on_batches_that_can_take_one(open_race):
    """Newton's method and exact line search need all samples, and so fewer steps an epoch."""
    person = open_race(Settings("and", batch_size=2))
    assert [name for _, name, _ in person.shown] == [
        name for name, row in OPTIMIZERS.items() if not row.search
    ]
    listed = len(person.shown)
    person.go()
    assert len(person.asked[0]) == listed


def test_rates_do_not_race_where_each_step_finds_its_own(open_race):
    """They would all be level; the other races remain."""
    person = open_race(Settings("and", optimizer="line_search"))
    person.choose("rates")
    assert person.shown == []
    assert person.dialog.error.text().endswith("a rate at every step: there are none to compare.")
    assert not person.dialog.go.isEnabled()
    person.choose("optimizers")
    assert person.dialog.go.isEnabled()


def test_nobody_can_race_on_a_step(open_race):
    """Its gradient is 0: the sentence says so."""
    person = open_race(Settings("and_by_hand"))
    assert "flat but for one jump, so it cannot be trained" in person.dialog.error.text()
    assert not person.dialog.go.isEnabled()


def test_names_follow_what_is_chosen_until_one_is_typed(open_race):
    """Another optimizer or rate is another name; a typed one stays."""
    person = open_race()
    row = person.dialog.rows[0]
    row.optimizer.setCurrentIndex(row.optimizer.findData("adagrad"))
    assert row.name == "Adagrad"
    person.choose("rates")
    person.type(row.rate, "0,5")
    assert (row.name, row.rate.value()) == ("Rate 0.5", 0.5)
    person.type(row.name_edit, "mine")
    person.type(row.rate, "0.25")
    assert row.name == "mine"
    person.go()
    name, settings = person.asked[0][0]
    assert (name, settings.learning_rate) == ("mine", 0.25)


@pytest.mark.parametrize("ends", [KEY.Key_Return, None])
@pytest.mark.parametrize("text", ["abc", "0", "-1"])
def test_a_bad_rate_is_said_at_its_row(open_race, text, ends):
    """No race starts with another rate than was typed.

    Once it was said, the old one, shown again, is taken.
    """
    person = open_race()
    person.type(person.dialog.rows[2].rate, text, ends)
    person.go()
    assert person.asked == []
    assert text in person.wrong[2]
    assert person.wrong[:2] == ["", ""]
    person.go()
    assert len(person.asked) == 1
    assert person.asked[0][2][1].learning_rate == 0.02


def test_names_tell_runs_apart(open_race):
    """An empty name, and one that another has, are said at the row."""
    person = open_race()
    person.type(person.dialog.rows[0].name_edit, " ")
    adam = list(OPTIMIZERS).index("adam")
    person.type(person.dialog.rows[1].name_edit, "Adam")
    person.go()
    assert person.asked == []
    wrong = {index: text.split(":")[0] for index, text in enumerate(person.wrong) if text}
    assert wrong == {
        0: "It needs a name that tells its curve from the others.",
        adam: "Another one has this name",
    }


def test_two_must_take_part(open_race):
    """One alone is no race; what is not ticked is dim, and does not matter."""
    person = open_race()
    person.dialog.rows[1].name_edit.setText("")
    for row in person.dialog.rows[1:MOST]:
        person.qtbot.mouseClick(row.tick, LEFT)
        assert not row.rate.isEnabled()
    person.go()
    assert person.asked == []
    assert "at least two" in person.dialog.error.text()


def test_start_stays_under_the_mouse_when_it_says_why_not(undressed, open_race):
    """The sentence has its room from the start."""
    themes.apply(undressed, LIGHT)
    person = open_race()
    for row in person.dialog.rows[1:MOST]:
        person.qtbot.mouseClick(row.tick, LEFT)
    before = person.dialog.height()
    person.go()
    person.qtbot.waitUntil(lambda: person.dialog.error.height() > 0)
    QApplication.processEvents()
    assert person.dialog.error.text()
    assert person.dialog.height() == before


def test_it_follows_the_experiment(open_race):
    """Another start is taken as it is.

    Another experiment, or the list where that races, fills the rows anew.
    """
    person = open_race()
    session, dialog = person.session, person.dialog
    person.type(dialog.rows[0].rate, "0.5")
    session.advance(3)
    session.apply(session.settings.replace(weights=(2.0,), bias=1.0))
    dialog.show_frame(session.frame())
    assert dialog.rows[0].rate.value() == 0.5
    person.go()
    assert {(s.weights, s.bias) for _, s in person.asked[0]} == {((2.0,), 1.0)}
    dialog.open_for(session.frame())
    session.apply(Settings("and"))
    dialog.show_frame(session.frame())
    person.go()
    assert {s.task for _, s in person.asked[1]} == {"and"}
    dialog.open_for(session.frame())
    person.choose("runs")
    session.pin()
    dialog.show_frame(session.frame())
    assert [name for name, _, _ in person.shown] == [run.name for run in session.frame().runs]


def test_every_control_has_a_name_of_its_own(open_race, monkeypatch):
    """A screen reader tells the rows apart, and reads an optimizer's numbers and what is wrong."""
    person = open_race()
    names = [part.accessibleName() for row in person.dialog.rows for part in row.parts]
    assert len(names) == 4 * len(OPTIMIZERS)
    assert all(names)
    assert len(set(names)) == len(names)
    told = []
    monkeypatch.setattr(race_table, "announce", lambda _, words: told.append(words))
    row = person.dialog.rows[1]
    person.type(row.rate, "abc")
    assert row.numbers.text() == "momentum\u00a00.9"
    assert told == [row.error.text()]
    for label in (row.numbers, row.error):
        read = QAccessible.queryAccessibleInterface(label)
        assert read.text(QAccessible.Text.Name) == label.text()


@pytest.mark.parametrize("mend", ["leave", "escape", "another row", "step", "type"])
def test_a_refusal_that_was_read_does_not_hold_the_race(open_race, mend):
    """The box shows the old number again: the first press starts with it, or with a new one."""
    person = open_race()
    first, second = person.dialog.rows[0], person.dialog.rows[1]
    person.type(first.rate, "abc", KEY.Key_Return)
    assert "abc" in person.wrong[0]
    if mend == "leave":
        second.name_edit.setFocus()
    elif mend == "escape":
        person.qtbot.keyClick(first.rate, KEY.Key_Escape)
    elif mend == "another row":
        person.type(second.rate, "0.5")
    elif mend == "step":
        first.rate.setValue(0.5)
    else:
        person.type(first.rate, "0.02")
    wanted = 0.5 if mend == "step" else 0.02
    assert (first.rate.text(), first.wrong) == (str(wanted), False)
    person.go()
    assert person.asked[0][0][1].learning_rate == wanted


@pytest.mark.parametrize("box", ["rate", "epochs", "until_loss"])
def test_a_number_that_the_press_has_had_refused_is_read_first(open_race, box):
    """The sentence stands there and nothing starts; the next press starts with the old number."""
    person = open_race()
    dialog = person.dialog
    rate = dialog.rows[0].rate
    person.type({"rate": rate, "epochs": dialog.epochs}.get(box, dialog.until_loss), "abc", None)
    person.go()
    assert person.asked == []
    assert "abc" in f"{person.wrong[0]}{dialog.error.text()}"
    person.go()
    assert {settings.until_loss for _, settings in person.asked[0]} == {None}
    assert person.asked[0][0][1].learning_rate == 0.02


def pin_many(session):
    """Fill the list with twelve runs."""
    for seed in range(12):
        session.apply(session.settings.replace(seed=seed + 100))
        session.pin()


def test_every_run_of_a_long_list_can_take_part(open_race):
    """The first are ticked, the others a tick away.

    More than a race has are refused by their number.
    """
    person = open_race(then=pin_many)
    person.choose("runs")
    rows = person.dialog.rows
    assert len(person.shown) == len(rows) == 12
    assert [row.takes_part for row in rows] == [True] * MOST + [False] * (12 - MOST)
    assert [row.rate.isEnabled() for row in rows] == [row.takes_part for row in rows]
    last = rows[-1]
    last.tick.setFocus()  # as the Tab key does, which scrolls to it
    assert (
        person.dialog.table.viewport()
        .rect()
        .contains(last.tick.mapTo(person.dialog.table.viewport(), last.tick.rect().center()))
    )
    person.qtbot.mouseClick(last.tick, LEFT)
    person.go()
    assert person.asked == []
    assert f"2 to {MOST} runs: untick 1" in person.dialog.error.text()
    person.qtbot.mouseClick(rows[0].tick, LEFT)
    person.go()
    names = [name for name, _ in person.asked[0]]
    assert names == [row.name for row in rows[1:MOST]] + [last.name]


def test_the_tab_key_goes_from_row_to_row(open_race):
    """Also through those that were made later, for a longer list."""
    person = open_race(then=pin_many)
    person.choose("runs")
    parts = [
        part for row in person.dialog.rows[: MOST + 2] for part in row.parts if part.isEnabled()
    ]
    parts[0].setFocus()
    for part in parts:
        assert part.hasFocus(), part.objectName()
        person.qtbot.keyClick(person.dialog.focusWidget(), KEY.Key_Tab)


def test_the_first_wrong_row_is_scrolled_to(open_race):
    """A sentence that nobody sees would hold the race for no reason."""
    person = open_race(then=pin_many)
    person.choose("runs")
    last = person.dialog.rows[-1]
    person.qtbot.mouseClick(person.dialog.rows[0].tick, LEFT)
    last.tick.setFocus()
    person.qtbot.mouseClick(last.tick, LEFT)
    last.name_edit.setText("")
    person.dialog.table.verticalScrollBar().setValue(0)
    person.go()
    assert "needs a name" in last.error.text()
    view = person.dialog.table.viewport()
    person.qtbot.waitUntil(
        lambda: view.rect().contains(last.error.mapTo(view, last.error.rect().center()))
    )


def test_the_dialog_has_room_for_all_optimizers(open_race, monkeypatch):
    """Nothing is to be scrolled to; on a screen with text twice as large its buttons are seen."""

    def sit_before(width, height):
        screen = SimpleNamespace(availableGeometry=lambda: QRect(0, 0, width, height))
        for part in (RaceDialog, RaceTable):
            monkeypatch.setattr(part, "screen", lambda self: screen)
        return open_race()

    for width, height in ((720, 450), (800, 410), (880, 510)):
        small = sit_before(width, height).dialog
        assert small.frameGeometry().width() <= width
        assert small.frameGeometry().height() <= height
        row = next(row for row in small.rows if row.optimizer.name() == "nesterov")
        box = row.optimizer
        for part, text, frame in ((row.name_edit, row.name, 18), (box, box.currentText(), 40)):
            assert part.fontMetrics().horizontalAdvance(text) + frame < part.width(), width
    person = sit_before(1366, 768)
    assert not person.dialog.table.verticalScrollBar().isVisible()
    assert person.dialog.height() < 700
    longest = next(row for row in person.dialog.rows if row.optimizer.name() == "nesterov")
    other = next(row for row in person.dialog.rows if row.optimizer.name() == "momentum")
    other.optimizer.setCurrentIndex(longest.optimizer.currentIndex())
    longest.rate.show_value(0.0014)
    person.dialog.table.rename()
    assert longest.name == "Nesterov momentum, rate 0.0014"
    box = longest.optimizer
    for part, text, frame in ((longest.name_edit, longest.name, 24), (box, box.currentText(), 48)):
        assert part.fontMetrics().horizontalAdvance(text) + frame < part.width()
    monkeypatch.setattr(themes, "point_size", lambda: 13.0)  # the largest letters of a desktop
    assert open_race().dialog.width() == 1.3 * person.dialog.width()


def test_names_say_in_what_those_that_race_differ(open_race):
    """The optimizer alone, or also the rate where two have one optimizer; what was typed stays."""
    person = open_race()
    rows = person.dialog.rows
    person.type(rows[1].name_edit, "mine")
    person.type(rows[0].rate, "0.001")
    assert [row.name for row in rows[:3]] == ["SGD", "mine", "Nesterov momentum"]
    rows[2].optimizer.setCurrentIndex(rows[0].optimizer.currentIndex())
    assert [row.name for row in rows[:3]] == ["SGD, rate 0.001", "mine", "SGD, rate 0.02"]
    for row in rows[2:MOST]:
        person.qtbot.mouseClick(row.tick, LEFT)
    person.qtbot.mouseClick(rows[1].tick, LEFT)
    assert rows[0].name == "SGD"
    person.choose("rates")
    assert rows[0].name == "Rate 0.002"


def test_each_has_its_own_best_rate(open_race):
    """Of many the one that a run alone comes lowest with.

    The window is not held, and says what it looks for.
    """
    person = open_race(Settings("line", learning_rate=0.02, epochs=60))
    dialog = person.dialog
    before = dialog.height()
    dialog.go.setFocus()
    person.choose("best_rate")
    assert (dialog.go.isEnabled(), dialog.looking.isVisible()) == (False, True)
    person.qtbot.waitUntil(lambda: f"of {len(OPTIMIZERS)}, over 60 epochs" in dialog.looking.text())
    person.qtbot.waitUntil(lambda: dialog.go.isEnabled(), timeout=30_000)
    assert not dialog.looking.isVisible()
    assert dialog.height() == before  # what is to be pressed next has not moved
    assert dialog.focusWidget() is dialog._rates["best"]  # and not Cancel, which Space would press
    rates = {row.optimizer.name(): row.rate.value() for row in dialog.rows}
    assert len(set(rates.values())) > 3
    curve = finished(curve_work(Settings("line", learning_rate=0.02, epochs=60)))
    assert rates["sgd"] == curve.best_rate  # as the ruler says, and the advice
    assert person.shown[0][0] == "SGD"
    # The loss over Adam's rates is a jagged one.
    for optimizer, reach in (("sgd", 1.4), ("adam", 4.0)):
        losses = []
        for factor in (1 / reach, 1.0, reach):
            settings = Settings(
                "line", optimizer=optimizer, learning_rate=factor * rates[optimizer]
            )
            trainer = Trainer(settings)
            trainer.advance(60)
            losses.append(trainer.history.newest.loss if trainer.stopped is None else np.inf)
        assert min(losses) == losses[1]
    person.type(dialog.epochs, "61")
    assert not dialog.go.isEnabled()
    person.choose("same_rate")
    assert {rate for _, name, rate in person.shown if not OPTIMIZERS[name].search} == {0.02}
    assert dialog.go.isEnabled()
    person.choose("best_rate")
    assert dialog._search.running
    person.qtbot.keyClick(dialog, KEY.Key_Escape)
    assert not dialog._search.running  # nobody waits for it


def test_where_no_rate_is_found_the_rows_say_so(open_race, monkeypatch):
    """All but the one that finds its rates itself: its box says that."""

    def refuses(_):
        yield 0.0
        raise SettingsError("No curve.")

    monkeypatch.setattr(race_dialog, "curve_work", refuses)
    person = open_race()
    person.choose("best_rate")
    person.qtbot.waitUntil(person.dialog.go.isEnabled)
    found = {row.optimizer.name(): row for row in person.dialog.rows if row.shown}
    assert found.keys() == OPTIMIZERS.keys()
    said = {name for name, row in found.items() if row.error.text().startswith("No rate here")}
    assert found.keys() - said == {"line_search"}
    assert found["line_search"].rate.toolTip() == "No curve."


def test_the_end_of_the_race_is_chosen(open_race):
    """As the experiment has it at first.

    All have it. A loss that cannot be is said where it stands.
    """
    person = open_race(Settings("line", learning_rate=0.02, epochs=700, until_loss=3.0))
    dialog = person.dialog
    assert (dialog.epochs.value(), dialog.until_loss.value()) == (700, 3.0)
    person.type(dialog.epochs, "40")
    person.type(dialog.until_loss, "-1")
    person.go()
    assert person.asked == []
    assert "no loss here is negative" in person.wrong[0]
    person.type(dialog.until_loss, "0.5")
    person.go()
    assert {(s.epochs, s.until_loss) for _, s in person.asked[0]} == {(40, 0.5)}


def test_all_and_none_are_one_press(open_race):
    """The tick over the rows: off for nobody, on for as many as a race has."""
    person = open_race()
    every, rows = person.dialog.table.every, person.dialog.rows
    state = Qt.CheckState
    assert every.checkState() == state.Checked
    for _ in range(2):
        every.click()
        assert [row.takes_part for row in rows] == [False] * len(rows)
        assert every.checkState() == state.Unchecked
        rows[2].tick.click()
        assert every.checkState() == state.PartiallyChecked
        every.click()
        assert [row.takes_part for row in rows] == [row.index < MOST for row in rows]
        assert every.checkState() == state.Checked
    every.click()
    every.click()
    assert every.checkState() == state.Checked


def test_the_numbers_of_each_optimizer_are_named(open_race):
    """As they are in the experiment, else the usual ones; of another that is chosen its own."""
    person = open_race(Settings("and", optimizer="momentum", momentum=0.5))
    said = {
        row.optimizer.name(): row.numbers.text().replace("\u00a0", " ")
        for row in person.dialog.rows
    }
    assert said["momentum"] == said["nesterov"] == "momentum 0.5"
    assert (said["sgd"], said["rmsprop"]) == ("", "α 0.99 · ε 10⁻⁸")
    assert said["adagrad"] == "ε 10⁻⁸"
    first = person.dialog.rows[0]
    first.optimizer.setCurrentIndex(first.optimizer.findData("momentum"))
    assert first.numbers.text() == "momentum\u00a00.9"
    second = person.dialog.rows[1]  # one that has the same keeps its own
    second.optimizer.setCurrentIndex(second.optimizer.findData("nesterov"))
    assert second.numbers.text() == "momentum\u00a00.5"


def test_an_optimizer_that_the_experiment_cannot_have_is_refused_at_its_row(open_race):
    """It is dim, with the reason; who picks it reads the reason, and has the one before again."""
    person = open_race(Settings("gates"))
    box = person.dialog.rows[2].optimizer
    before, search = box.currentIndex(), box.findData("line_search")
    assert "one output" in box.itemData(search, Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(search)
    assert box.currentIndex() == before
    assert "one output" in person.wrong[2]
    person.go()
    assert len(person.asked) == 1


def test_runs_with_other_batches_do_not_race(open_race):
    """They would be at one step and at different epochs: the dialog stays, and says it."""

    def pin(session):
        session.advance(1)
        session.pin()
        session.apply(session.settings.replace(batch_size=1))
        session.advance(1)
        session.pin()

    person = open_race(Settings("line", learning_rate=0.001), pin)
    person.choose("runs")
    person.go()
    assert person.asked == []
    assert person.dialog.isVisible()
    assert "batches" in person.dialog.error.text()
