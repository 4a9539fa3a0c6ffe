"""Run, pause, step and reset at the wrong time."""

from PySide6.QtWidgets import QApplication, QFileDialog

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.bench import run_control
from tests.ui.person import CTRL, KEY, SHIFT


def test_reset_and_steps_at_an_earlier_row(open_window):
    """A new run begins with what was in force at the step that was looked at."""
    person = open_window(Settings(learning_rate=1.0))
    for _ in range(4):
        person.press(KEY.Key_F8)
    person.type_into("learning_rate", "3")
    person.press(KEY.Key_F8)
    person.bench.look_control.look_at(2)
    person.press(KEY.Key_R, CTRL)
    assert (person.step, person.frame.edits, person.frame.settings.learning_rate) == (0, (), 1.0)
    assert not person.frame.looks_back
    # With Shift a step goes to the end of the epoch, and never beyond the newest row.
    person.begin(Settings("and_one_by_one"))
    person.press(KEY.Key_F8, CTRL)
    person.bench.look_control.look_at(6)
    person.press(KEY.Key_F8, SHIFT)
    assert (person.frame.step, person.step) == (8, 400)
    person.press(KEY.Key_F8, CTRL)
    assert (person.frame.step, person.step, person.frame.looks_back) == (400, 400, False)
    # After Run the neuron shows everything again.
    person.begin(Settings(learning_rate=1.0, epochs=50))
    person.press(KEY.Key_F6)
    assert person.frame.phase == "forward"
    person.run_until(lambda: person.step == 50 and not person.bench.player.running)
    assert person.frame.phase is None


def test_a_step_ends_the_look_at_the_row_under_the_pointer(open_window):
    """The landscape goes on with the others, until the pointer moves again."""
    person = open_window(plots=())
    person.window.resize(1440, 900)
    landscape = person.bench.views["landscape"]
    landscape.surface_shown.setChecked(False)
    for key in (KEY.Key_F8, KEY.Key_F7, KEY.Key_F6):
        person.begin(Settings("line", learning_rate=0.01))
        for _ in range(5):
            person.press(KEY.Key_F8)
        person.settle()
        row = person.frame.row_at(2)
        person.hover("landscape", *row.parameters)
        assert (person.frame.step, "looked at" in landscape.map.runs.marks) == (2, True)
        person.press(key)
        assert person.frame.step == {KEY.Key_F8: 6, KEY.Key_F7: 4}.get(key, 5)
        assert "looked at" not in landscape.map.runs.marks
        assert not person.reading("landscape").startswith("step 2")
        person.hover("landscape", *row.parameters)
        assert person.frame.step == 2


def test_at_its_limit_run_says_how_far_it_goes_on(open_window, monkeypatch):
    """In the words, at the button, and after the press in the form; it ends there again.

    Reset goes back to the epochs that were chosen, also in the command that makes the run again.
    """
    person = open_window(Settings(learning_rate=1.0, epochs=50))
    button = person.button("run")
    assert button.toolTip() == "Run to epoch 50 (Space)"
    for epochs in (50, 100, 200):
        person.run_until(
            lambda epochs=epochs: person.step == epochs and not person.bench.player.running
        )
        assert person.box("epochs").value() == epochs
        assert person.text("sentence").startswith(
            f"Epoch {epochs} is reached. Run goes on to epoch {2 * epochs}."
        )
        assert button.toolTip() == f"Run on to epoch {2 * epochs} (Space)"
    # Somebody who meant to pause it, and came too late, begins nothing, and reads what to do.
    monkeypatch.setattr(run_control, "SEEN", 0)
    person.run_until(lambda: person.step == 400 and not person.bench.player.running)
    monkeypatch.setattr(run_control, "TOO_LATE", 10**9)
    person.press(KEY.Key_Space)
    assert (person.step, person.bench.player.running) == (400, False)
    assert person.text("sentence").startswith("The run had just ended by itself.")
    person.run_until(lambda: person.step == 800)
    person.click("reset")
    person.press(KEY.Key_Space)  # nothing had ended by itself
    assert person.bench.player.running
    person.click("reset")
    assert person.box("epochs").value() == 50
    assert person.button("run").toolTip() == "Run to epoch 50 (Space)"
    person.press(KEY.Key_C, CTRL | SHIFT)
    assert QApplication.clipboard().text().endswith("--lr 1 --epochs 50")


def test_on_the_way_to_the_end_a_key_is_heard(open_window):
    """Where it is paused, and where it ends, the last moment is shown."""
    person = open_window(Settings(learning_rate=1.0, epochs=10**7), pace="to_end")
    person.run_until(lambda: person.step > 10_000)
    person.press(KEY.Key_Space)
    assert not person.bench.player.running
    assert person.text("epoch") == f"{person.step:,}"
    person.type_into("epochs", str(person.step + 5000))
    person.run_until(lambda: not person.bench.player.running)
    assert person.text("epoch") == f"{person.step:,}"
    assert person.text("sentence").startswith("Epoch")


def test_what_is_typed_counts_though_the_keyboard_stays_in_its_box(
    open_window, tmp_path, monkeypatch
):
    """A press on the bar, or a key of the window, first takes the number; copying does not."""
    person = open_window(Settings(learning_rate=1.0))
    rate = person.box("learning_rate")

    def types(text):
        person.focus(rate)
        rate.selectAll()
        person.qtbot.keyClicks(rate, text)

    types("3")
    person.click("step")
    assert (person.step, person.frame.settings.learning_rate) == (1, 3.0)
    types("4")
    person.run_until(lambda: person.step > 1)
    person.press(KEY.Key_Space)
    assert (rate.text(), person.frame.settings.learning_rate) == ("4", 4.0)
    types("5")
    path = tmp_path / "typed.neuroviz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    person.press(KEY.Key_S, CTRL)
    assert path.exists()
    assert (person.frame.settings.learning_rate, person.window.isWindowModified()) == (5.0, False)
    types("6x")
    rate.lineEdit().setSelection(0, 1)
    person.press(KEY.Key_C, CTRL)
    assert (QApplication.clipboard().text(), person.error("learning_rate")) == ("6", "")
    # What cannot be read stays to be mended, and the run goes on as it was.
    person.press(KEY.Key_F8)
    assert "6x" in person.error("learning_rate")
    assert (rate.text(), person.frame.settings.learning_rate) == ("6x", 5.0)
    types("7")
    person.press(KEY.Key_W, CTRL)
    assert (person.window.isVisible(), person.frame.settings.learning_rate) == (False, 7.0)
