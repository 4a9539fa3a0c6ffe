"""The list of runs through actions and the panel's signals."""

from neuroviz.core.choices.settings import Settings
from neuroviz.session.going import MOST
from neuroviz.ui.runs.race_dialog import RaceDialog
from tests.ui.person import CTRL, KEY, LEFT


def test_a_race_goes_in_lockstep(open_window):
    """Every run has taken the same steps, from one start."""
    person = open_window()
    person.bench.run_list_control.race([("alone", person.frame.settings)])
    assert f"A race has 2 to {MOST} runs, not 1." in person.text("sentence")
    assert person.frame.runs == ()
    person.begin(Settings(learning_rate=1.0, epochs=500))
    settings = person.frame.settings
    person.bench.run_list_control.race(
        [("slow", settings), ("fast", settings.replace(learning_rate=5.0))]
    )
    person.run_until(lambda: not person.bench.player.running and person.step == 500)
    runs = person.frame.runs
    assert [(run.name, run.rows.newest.step) for run in runs] == [("slow", 500), ("fast", 500)]
    starts = {run.rows.kept_before(0).parameters.tobytes() for run in runs}
    assert len(starts) == 1
    assert runs[0].rows.newest.loss != runs[1].rows.newest.loss
    # A pinned run stays when another begins; it can be renamed, hidden, brought back and
    # deleted.
    person.begin(Settings(learning_rate=1.0))
    person.press(KEY.Key_F8, CTRL)
    person.press(KEY.Key_P, CTRL)
    assert not person.action("pin").isEnabled()
    assert person.text("sentence").startswith("Run 1 is kept")
    person.type_into("seed", "7")
    (pinned,) = person.frame.runs
    assert (pinned.active, pinned.rows.newest.step, person.step) == (False, 100, 0)
    listing = person.bench.run_list_control
    listing.rename(pinned.number, "first")
    listing.show_run(pinned.number, False)
    assert [(run.name, run.visible) for run in person.frame.runs] == [("first", False)]
    assert person.frame.others == ()
    listing.bring_back(pinned.number)
    assert (person.frame.settings.seed, person.step) == (0, 0)
    listing.delete(pinned.number)
    assert person.frame.runs == ()
    assert person.text("sentence").startswith("first is deleted: Ctrl+Z brings it back.")
    person.press(KEY.Key_Z, CTRL)
    assert [run.name for run in person.frame.runs] == ["first"]


def test_start_race_starts_the_race_and_it_ends_by_itself(open_window):
    """The words say who has won, and by what; another press goes on."""
    person = open_window(Settings("line", learning_rate=0.02, epochs=90))
    person.bench.open_race()
    dialog = person.find(RaceDialog, "race_dialog")
    person.qtbot.mouseClick(dialog.go, LEFT)
    person.qtbot.waitUntil(lambda: person.step == 90 and not person.bench.player.running)
    runs = [run for run in person.frame.runs if not run.stopped]
    lowest = min(runs, key=lambda run: run.rows.newest.loss)
    assert {run.rows.newest.step for run in runs} == {90}
    assert person.text("state") == f"{lowest.name} wins"
    assert person.text("race_sentence").startswith("Loss ")
    assert person.text("sentence").startswith("Epoch 90 is reached.")
    assert person.button("run").toolTip() == "Run on to epoch 180 (Space)"


def test_quitting_asks_nothing_and_pinned_runs_come_back(open_window):
    """By themselves, at the next start, with their names."""
    person = open_window(Settings("and"))
    person.press(KEY.Key_F8)
    person.press(KEY.Key_P, CTRL)
    person.bench.run_list_control.rename(1, "the first")
    person.type_into("seed", "3")
    person.action("quit").trigger()
    assert not person.window.isVisible()
    again = open_window()
    assert [(run.name, run.rows.newest.step) for run in again.frame.runs] == [("the first", 1)]
    assert (again.frame.settings.seed, again.step) == (3, 0)
