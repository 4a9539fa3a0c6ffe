"""The window as a whole: the experiment, the run, and what can be undone."""

import shlex
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QTextBrowser,
)

from neuroviz.cli import options
from neuroviz.cli.command import COMMANDS
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.session import Session
from neuroviz.ui.preferences import THEMES, Preferences
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import LIGHT, stronger
from neuroviz.ui.window.main_window import MainWindow
from neuroviz.ui.window.opening import Opening
from tests.eye import colours_in
from tests.ui.person import CTRL, KEY, NO_KEY, SHIFT

OF_THE_LINE = ("action_copy", "action_paste")


def start(person):
    """Return the parameters of row 0."""
    return [float(person.rows.parameter(i)[0]) for i in range(len(person.rows.newest.parameters))]


# --- stepping -------------------------------------------------------------------------------------


def test_step_by_keys_and_by_mouse(open_window):
    """F8 takes one update, with Shift one epoch, with Ctrl 100 epochs.

    The button does the same with the same keys held. A point comes only with a step.
    """
    person = open_window()
    for press in (partial(person.press, KEY.Key_F8), partial(person.click, "step")):
        for modifier, steps in ((NO_KEY, 1), (SHIFT, 4), (CTRL, 400)):
            person.begin(Settings("and_one_by_one"))
            press(modifier)
            person.qtbot.waitUntil(lambda: not person.bench.player.running)
            assert person.step == steps
            assert len(person.rows) == steps + 1
            assert person.text("epoch") == f"{steps // 4}"


def test_a_step_is_the_trainers_and_pauses_a_run(open_window):
    """What is on show after three steps is what the trainer computes, in labels and tables."""
    person = open_window(Settings())
    for _ in range(3):
        person.press(KEY.Key_F8)
    trainer = Trainer(Settings())
    trainer.advance(3)
    newest = trainer.history.newest
    assert np.array_equal(person.rows.newest.parameters, newest.parameters)
    assert float(person.text("current_loss")) == pytest.approx(newest.loss, rel=1e-3)
    shown = [float(row[1].replace("−", "-")) for row in person.cells("weights")]
    assert shown == pytest.approx(newest.parameters.tolist(), rel=5e-3)
    assert "not started" not in person.text("state")
    # Stepping takes over from running.
    person.begin(Settings(learning_rate=1.0, epochs=10**7))
    person.run_until(lambda: person.step > 0)
    person.press(KEY.Key_F8)
    at = person.step
    assert person.action("run").iconText() == "Run"
    person.settle()
    assert person.step == at


# --- running --------------------------------------------------------------------------------------


def test_space_runs_and_pauses(open_window):
    """A paused run stands still."""
    person = open_window(Settings(learning_rate=1.0, epochs=10**7))
    first = person.rows.newest.loss
    person.run_until(lambda: person.step > 200)
    assert person.action("run").iconText() == "Pause"
    person.press(KEY.Key_Space)
    assert person.action("run").iconText() == "Run"
    at = person.step
    person.settle()
    assert (person.step, person.text("epoch")) == (at, f"{at:,}")
    assert person.rows.newest.loss < first


def test_run_stops_where_it_was_asked_to_and_says_so(open_window):
    """Run pauses by itself at the epoch, says so, and goes on from there when pressed again."""
    person = open_window(Settings(learning_rate=1.0))
    person.type_into("epochs", "300")
    person.run_until(lambda: not person.bench.player.running)
    assert (person.step, person.action("run").iconText()) == (300, "Run")
    assert "Epoch 300" in person.text("sentence")
    person.run_until(lambda: person.step > 300)
    # Run pauses at the first loss at or below the wanted one, and says so.
    person.begin(Settings(learning_rate=1.0))
    person.type_into("until_loss", "0,3")
    person.run_until(lambda: not person.bench.player.running)
    assert person.rows.loss[-1] <= 0.3 < person.rows.loss[-2]
    assert "0.3" in person.text("sentence")
    assert person.frame.edits == ()
    # XOR from zeros at lr 1: nothing moves, Run pauses by itself and says why.
    person.begin(Settings("xor", init="zeros"))
    person.run_until(lambda: not person.bench.player.running)
    assert "changed nothing" in person.text("sentence")
    assert person.action("run").isEnabled()


def _hear(heard, name, _checked=False):
    heard.append(name)


def test_every_shortcut_works_with_the_keyboard_in_a_box(open_window):
    """No box keeps a command of the window to itself, such as Ctrl+E, which on X11 ends a line.

    But it copies and pastes.
    """
    person = open_window()
    heard = []
    wanted = []

    for action in person.window.findChildren(QAction):
        of_window = action.objectName().startswith("action_")
        of_window = of_window and action.objectName() not in ("action_quit", *OF_THE_LINE)
        if of_window and not action.shortcut().isEmpty() and action.isEnabled():
            action.triggered.disconnect()
            action.triggered.connect(partial(_hear, heard, action.objectName()))
            wanted.append(action)
    for box in ("learning_rate", "until_loss"):
        edit = person.window.findChild(QAbstractSpinBox, box) or person.find(QLineEdit, box)
        for action in wanted:
            person.focus(edit)
            combination = action.shortcut()[0]
            person.qtbot.keyClick(edit, combination.key(), combination.keyboardModifiers())
            assert heard.pop() == action.objectName()
    assert not heard


def test_reset_gives_the_same_start(open_window):
    """Reset goes back to the same weights to the last bit, and the run repeats itself."""
    person = open_window()
    at_start, loss = start(person), person.text("current_loss")
    person.press(KEY.Key_F8, CTRL)
    history = person.rows.loss.tolist()
    person.press(KEY.Key_R, CTRL)
    assert (person.step, start(person), person.text("current_loss")) == (0, at_start, loss)
    person.press(KEY.Key_F8, CTRL)
    assert person.rows.loss.tolist() == history
    # Reset stops the run and stands at the start.
    person.begin(Settings(learning_rate=1.0, epochs=10**7))
    at_start = start(person)
    person.run_until(lambda: person.step > 50)
    person.press(KEY.Key_R, CTRL)
    person.settle()
    assert (person.step, start(person), person.action("run").iconText()) == (0, at_start, "Run")
    # Choosing a task in the midst of a run shows the new one; the old one is an undo away.
    person.begin(Settings(learning_rate=1.0, epochs=10**7))
    person.run_until(lambda: person.step > 50)
    assert person.choose("task", "line")
    person.settle()
    assert person.frame.settings.task == "line"
    assert person.rows.newest.parameters.shape == (2,)
    person.press(KEY.Key_Z, CTRL)
    assert (person.frame.settings.task, person.step > 50) == ("and", True)
    # What is refused does not disturb the run.
    person.begin(Settings(learning_rate=1.0, epochs=10**7))
    person.run_until(lambda: person.step > 5)
    person.choose("activation", "identity")
    at = person.step
    person.qtbot.waitUntil(lambda: person.step > at)
    # Run pauses where it cannot go on.
    person.begin(Settings("and", loss="mse", learning_rate=1.0, epochs=10**7))
    person.run_until(lambda: person.step > 5)
    assert person.choose("activation", "step")
    assert not person.bench.player.running
    assert person.action("run").iconText() == "Run"
    # Closing in the midst of a run leaves nothing running.
    person.begin(Settings(learning_rate=1.0, epochs=10**7))
    person.run_until(lambda: person.step > 50)
    person.press(KEY.Key_Q, CTRL)
    assert not person.window.isVisible()
    assert not person.bench.player.running


# --- the learning rate ----------------------------------------------------------------------------


def test_the_learning_rate_changes_in_mid_run(open_window):
    """However it is changed: the run goes on, the edit is recorded, and the column follows."""
    person = open_window()
    person.bench.player.set_speed(200)
    for way in ("typing", "arrows", "slider"):
        person.begin(Settings(learning_rate=1.0, epochs=10**7))
        person.run_until(lambda: person.step > 3)
        box = person.box("learning_rate")
        if way == "typing":
            person.type_into("learning_rate", "0,5")
        elif way == "arrows":
            person.focus(box)
            person.press(KEY.Key_Down)
        else:
            person.focus(person.bench.form.ruler.slider)
            person.press(KEY.Key_Left)
        rate = box.value()
        edit = person.frame.edits[-1]
        assert rate == 0.5 if way != "slider" else 0.5 < rate < 1
        assert (edit.name, edit.value) == ("learning_rate", rate)
        assert person.bench.form.ruler.slider.number() == rate
        person.qtbot.waitUntil(lambda at=edit.step: person.step > at + 3)
        assert person.bench.player.running
        rates = person.rows.columns()["learning_rate"]
        assert rates[: edit.step].tolist() == [1.0] * edit.step
        assert set(rates[edit.step :].tolist()) == {rate}
        person.press(KEY.Key_Space)
        person.press(KEY.Key_Z, CTRL)
        assert (person.step, person.frame.edits, person.frame.settings.learning_rate) == (
            edit.step,
            (),
            1.0,
        )
    # A hyperparameter of the optimizer is an edit too. The history is that of the same edit
    # replayed.
    settings = Settings("or", optimizer="momentum", learning_rate=1.0)
    person.begin(settings)
    for _ in range(5):
        person.press(KEY.Key_F8)
    person.type_into("momentum", "0.25")
    for _ in range(5):
        person.press(KEY.Key_F8)
    edits = (Edit(5, "momentum", 0.25),)
    assert person.frame.edits == edits
    trainer = Trainer(settings, edits)
    trainer.advance(10)
    assert person.rows.loss.tolist() == trainer.history.rows().loss.tolist()


# --- what restarts, and the way back --------------------------------------------------------------


def test_a_choice_restarts_and_can_be_undone(open_window):
    """Choosing restarts the run; undo brings back run and settings, redo the new ones."""
    person = open_window()
    for field, name in {
        "task": "or",
        "activation": "relu",
        "loss": "mse",
        "optimizer": "adam",
        "schedule": "cosine",
        "init": "zeros",
    }.items():
        person.begin(Settings("and", loss="mse" if field == "activation" else "bce"))
        person.press(KEY.Key_F8, SHIFT)
        before, history = person.frame.settings, person.rows.loss.tolist()
        old = person.combo(field).currentData()
        assert person.choose(field, name)
        assert (person.step, getattr(person.frame.settings, field)) == (0, name)
        person.press(KEY.Key_Z, CTRL)
        assert (person.frame.settings, person.rows.loss.tolist()) == (before, history)
        assert (person.combo(field).currentData(), person.text("epoch")) == (old, "1")
        person.press(KEY.Key_Z, CTRL | SHIFT)
        assert (person.combo(field).currentData(), person.step) == (name, 0)


def test_a_number_or_a_task_restarts_and_can_be_undone(open_window):
    """Batch size and seed restart too."""
    person = open_window()
    for field, text, value in (("batch_size", "2", 2), ("seed", "41", 41)):
        person.begin(Settings())
        person.press(KEY.Key_F8, SHIFT)
        old = person.box(field).value()
        person.type_into(field, text)
        assert (person.step, getattr(person.frame.settings, field)) == (0, value)
        person.press(KEY.Key_Z, CTRL)
        assert (person.box(field).value(), person.step) == (old, 1)
    # Choosing a task sets everything to that task's own defaults, on every control.
    person.begin(Settings("and", optimizer="adam", seed=9, learning_rate=3.0, schedule="cosine"))
    assert person.choose("task", "line")
    assert person.frame.settings == Settings("line")
    assert person.combo("activation").currentData() == "identity"
    assert person.combo("loss").currentData() == "mse"
    assert person.combo("optimizer").currentData() == "sgd"
    assert person.combo("schedule").currentData() == "constant"
    assert (person.box("learning_rate").value(), person.box("seed").value()) == (0.001, 0)
    assert person.box("epochs").value() == 1000
    # New seed restarts from other weights, and can be undone.
    person.begin(Settings())
    first, seed = start(person), person.box("seed").value()
    person.click("new_seed")
    assert person.box("seed").value() != seed or start(person) == first
    person.press(KEY.Key_Z, CTRL)
    assert (start(person), person.box("seed").value()) == (first, seed)
    # While a number is being typed Ctrl+Z is the box's. When it has been taken, it undoes the
    # restart.
    person.begin(Settings())
    seed = person.box("seed")
    person.type_into("seed", "4", KEY.Key_End)
    person.press(KEY.Key_Z, CTRL)
    assert (seed.text(), seed.value()) == ("0", 0)
    person.type_into("seed", "4")
    person.press(KEY.Key_Z, CTRL)
    assert seed.value() == 0
    person.press(KEY.Key_Z, CTRL | SHIFT)
    assert seed.value() == 4


# --- what is refused ------------------------------------------------------------------------------


def test_what_cannot_be_chosen_says_why(open_window):
    """Identity does not go with cross-entropy: who picks it all the same is told the reason."""
    person = open_window()
    person.press(KEY.Key_F8)
    before, history = person.frame.settings, person.rows.loss.tolist()
    box = person.combo("activation")
    assert "sigmoid" in box.itemData(box.findData("identity"), Qt.ItemDataRole.ToolTipRole)
    person.choose("activation", "identity")
    assert "sigmoid" in person.error("activation")
    assert (person.frame.settings, person.rows.loss.tolist()) == (before, history)
    assert box.currentData() == "sigmoid"
    person.choose("loss", "mse")
    assert person.error("activation") == ""
    # The same from a script: refused at the control, and the window stays as it was.
    person.begin(Settings("line"))
    person.press(KEY.Key_F8)
    before, history = person.frame.settings, person.rows.loss.tolist()
    box = person.combo("loss")
    box.setCurrentIndex(box.findData("bce"))
    assert "numbers" in person.error("loss")
    assert (person.frame.settings, person.rows.loss.tolist(), box.currentData()) == (
        before,
        history,
        "mse",
    )
    assert person.action("undo").text() == "&Undo: steps"
    # A neuron that cannot be trained can be looked at; the buttons say why they are grey.
    person.begin(Settings("and", loss="mse"))
    assert person.choose("activation", "step")
    for name in ("run", "step", "step_epoch", "step_100_epochs"):
        assert not person.action(name).isEnabled()
    for name in ("run", "step"):
        assert "flat but for one jump, so it cannot be trained" in person.button(name).toolTip()
    person.press(KEY.Key_Space)
    person.press(KEY.Key_F8)
    assert (person.step, person.bench.player.running) == (0, False)
    assert person.text("sentence").split(".")[0] == person.button("run").toolTip().split(":")[0]


# --- divergence -----------------------------------------------------------------------------------


def test_a_diverging_run_stops_and_goes_on_at_a_smaller_rate(open_window):
    """The line at lr 1 stops at its last finite row, says why.

    It goes on when the rate is lowered.
    """
    person = open_window(Settings("line", learning_rate=1.0, epochs=10**6))
    person.run_until(lambda: not person.bench.player.running)
    person.settle()
    assert np.isfinite(person.rows.loss.compressed()).all()
    assert np.isfinite(person.rows.newest.parameters).all()
    assert person.text("state") == "Overflow: the run has stopped"
    assert "above the limit" in person.text("sentence")
    assert "no longer finite" in person.find(QLabel, "sentence").toolTip()
    assert not person.action("run").isEnabled()
    assert "finite" in person.button("run").toolTip()
    at = person.step
    person.type_into("learning_rate", "0.001")
    assert person.action("run").isEnabled()
    person.press(KEY.Key_F8)
    assert person.step == at + 1
    assert person.frame.edits[-1] == Edit(at, "learning_rate", 0.001)
    # Reset leads out of a divergence.
    person.begin(Settings("line", learning_rate=1.0, epochs=10**6))
    person.run_until(lambda: not person.bench.player.running)
    person.click("reset")
    assert (person.step, person.action("run").isEnabled()) == (0, True)
    # lr 1e9 on AND: nothing breaks, every number on show is finite, and the state has a name.
    person.begin(Settings())
    person.type_into("learning_rate", "1e9")
    person.run_until(lambda: person.step >= 200 or not person.bench.player.running)
    person.settle()
    assert np.isfinite(person.rows.loss.compressed()).all()
    assert np.isfinite(person.rows.newest.parameters).all()
    assert person.text("state")


# --- words that are taken away --------------------------------------------------------------------


def parsed(line):
    """Return what the command line makes of a copied line."""
    words = shlex.split(line)
    assert words[:2] == ["neuroviz", "train"]
    return options.experiment(COMMANDS["train"].parser().read(words[2:]))


def test_copy_as_command_is_the_same_experiment(open_window):
    """The copied line parses back to settings and edits, and its run to the same bits."""
    person = open_window(
        Settings("or", optimizer="momentum", learning_rate=0.1 + 0.2, weights=(-1.0, 1 / 3))
    )
    for _ in range(3):
        person.press(KEY.Key_F8)
    person.type_into("learning_rate", "0,125")
    person.type_into("momentum", "0.5")
    person.type_into("epochs", "77")
    person.press(KEY.Key_F8)
    person.press(KEY.Key_C, CTRL | SHIFT)
    settings, edits = parsed(QApplication.clipboard().text())
    assert settings == person.frame.settings_at_start
    assert set(edits) == {Edit(3, "learning_rate", 0.125), Edit(3, "momentum", 0.5)}
    trainer = Trainer(settings, edits)
    trainer.advance(4)
    assert trainer.history.rows().loss.tolist() == person.rows.loss.tolist()
    assert "clipboard" in person.text("sentence")


def test_a_window_opened_with_edits_replays_them(open_window):
    """`neuroviz --edit` shows the learning rate of the start.

    That of the edit is shown when it comes.
    """
    person = open_window(Settings(), (Edit(2, "learning_rate", 3.0),))
    person.press(KEY.Key_F8)
    assert person.box("learning_rate").value() == 50.0
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F8)
    assert person.rows.columns()["learning_rate"].tolist() == [50.0, 50.0, 3.0, 3.0]
    assert person.box("learning_rate").value() == 3.0


# --- the window -----------------------------------------------------------------------------------


def test_panels_fold_and_dialogs_close(open_window):
    """The help fits a small window, and ends where its page does."""
    person = open_window()
    size = 1008, 720
    person.window.resize(*size)
    person.press(KEY.Key_F1)
    dialog = person.find(QDialog, "help")
    assert dialog.height() <= size[1]
    assert dialog.width() <= size[0]
    page = person.find(QTextBrowser, "help_page")
    assert page.horizontalScrollBar().maximum() == 0
    for _ in range(4):
        QTest.keyClick(page, KEY.Key_PageDown)
    assert page.toPlainText().endswith("Home turns it back.")
    assert page.verticalScrollBar().value() == page.verticalScrollBar().maximum()
    QTest.keyClick(dialog, KEY.Key_Escape)
    assert not dialog.isVisible()
    # F9 folds the experiment away and brings it back.
    person.window.resize(1440, 900)
    person.press(KEY.Key_F9)
    assert not person.combo("task").isVisible()
    person.press(KEY.Key_F9)
    assert person.combo("task").isVisible()
    # Words that quote what was typed are never read as markup.
    for name in ("sentence", "weights_note"):
        assert person.find(QLabel, name).textFormat() == Qt.TextFormat.PlainText
    # The window does not leave a dialog behind, nor wait for its answer.
    person.action("figure_size").trigger()
    dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog)]
    assert any(dialog.isVisible() for dialog in dialogs)
    person.window.close()
    assert not any(widget.isVisible() for widget in QApplication.topLevelWidgets())


def test_contrast_is_followed_while_it_runs(open_window, monkeypatch):
    """Where the desktop turns it on: window, neuron and plots are painted anew, and go back."""
    person = open_window(Settings("and"), plots="kept")
    person.action("theme_light").trigger()
    hints = QGuiApplication.styleHints()  # held: PySide has what is theirs end with them
    changed = hints.accessibility().contrastPreferenceChanged

    def prefer(preference):
        strong = preference == Qt.ContrastPreference.HighContrast
        monkeypatch.setattr(themes, "desktop_prefers_contrast", lambda: strong)
        changed.emit(preference)
        person.settle()
        return colours_in(person.bench.neuron.grab().toImage())

    strong = stronger(LIGHT)
    assert strong.edge != LIGHT.edge
    seen = prefer(Qt.ContrastPreference.HighContrast)
    assert themes.now is strong
    assert {strong.edge.lower(), "#000000"} <= seen
    seen = prefer(Qt.ContrastPreference.NoPreference)
    assert themes.now is LIGHT
    assert LIGHT.edge in seen
    assert "#000000" not in seen


def test_themes_are_worn_at_once(open_window):
    """Choosing a theme dresses window and plots, in mid-experiment."""
    person = open_window(plots=("data", "loss", "weights"))
    person.press(KEY.Key_F8, CTRL)
    for theme in ("light", "dark", "system", "dark"):
        person.action(f"theme_{theme}").trigger()
        card = themes.now.card
        assert themes.now.name == ("dark" if theme == "dark" else "light")
        assert [name for name in THEMES if person.action(f"theme_{name}").isChecked()] == [theme]
        for name in ("loss", "data", "weights"):
            assert person.plot(name).backgroundBrush().color().name() == card
        assert person.step == 100


def test_many_steps_at_once_leave_the_window_answering(open_window):
    """100 epochs of 200 steps are taken in slices, and Run shows that it is running.

    They end where they should.
    """
    person = open_window(Settings("spam", batch_size=1))
    person.qtbot.keyClick(person.window, KEY.Key_F8, CTRL)
    running, step = person.bench.player.running, person.step
    person.qtbot.waitUntil(lambda: not person.bench.player.running, timeout=30_000)

    assert running
    assert 0 < step < 20_000
    assert person.step == 20_000


def test_the_first_window_has_room_on_the_screen(qapp):
    """Nothing of it, nor of a frame round it, is beyond the edge, unless it could be no smaller."""
    window = MainWindow(Opening(Session(Settings("and"))), Preferences())
    free = qapp.primaryScreen().availableGeometry()
    width, height, smallest = window.width(), window.height(), window.minimumSize()
    window.close()
    window.deleteLater()
    assert width in range(smallest.width(), max(free.width() - 8, smallest.width() + 1))
    assert free.height() - 64 < height <= free.height() - 32
