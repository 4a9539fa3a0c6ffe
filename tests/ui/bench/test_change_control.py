"""Changes that the window's parts ask for, and what is said where they cannot be."""

from collections import Counter

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.losses import CODINGS, LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.resolve import Resolver
from neuroviz.core.choices.settings import LIMITS, Settings
from neuroviz.core.sweep import rate_curve
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.landscape.follower import LandscapeFollower
from neuroviz.session.session import Session
from neuroviz.ui.sweep.window import SweepWindow
from neuroviz.ui.views import LandscapeView
from tests.ui.person import CTRL, KEY, SHIFT


def start_at(person, *parameters):
    """Start where a ball on the landscape would be dropped."""
    asked_by = person.bench.view(LandscapeView)
    person.bench.change_control.start_at(np.array(parameters), asked_by)


def test_the_menu_names_what_can_be_undone(open_window):
    """Three changes are taken back one by one, last first, and made again."""
    person = open_window(Settings(learning_rate=1.0))
    person.press(KEY.Key_F8)
    person.type_into("learning_rate", "5")
    person.type_into("seed", "7")
    assert person.choose("optimizer", "momentum")
    names = []
    for _ in range(3):
        names.append(person.action("undo").text().removeprefix("&Undo: "))
        person.press(KEY.Key_Z, CTRL)
    assert [name.split()[0] for name in names] == ["optimizer", "seed", "learning"]
    assert names[-1] == "learning rate 1 → 5"
    assert (person.frame.settings, person.step) == (Settings(learning_rate=1.0), 1)
    assert person.action("undo").text() == "&Undo: steps"
    assert person.action("redo").text() == "&Redo: learning rate 1 → 5"
    for _ in range(3):
        person.press(KEY.Key_Z, CTRL | SHIFT)
    assert (person.frame.settings.optimizer, person.frame.settings.seed) == ("momentum", 7)
    # A dropped ball is a start that can be undone.
    person.begin(Settings("double"))
    person.press(KEY.Key_F8)
    before = person.frame.parameters.tolist()
    start_at(person, 3.0, -1.0)
    assert (person.step, person.frame.parameters.tolist()) == (0, [3.0, -1.0])
    person.press(KEY.Key_Z, CTRL)
    assert (person.step, person.frame.parameters.tolist()) == (1, before)
    # Another task pauses the run: it is to be looked at first. A gate comes at a rate at which
    # one sees it learn, with a sample on show.
    person.begin(Settings("line", epochs=10**7))
    person.run_until(lambda: person.step > 10)
    person.bench.look_control.pick(3)
    assert person.choose("task", "or")
    assert not person.bench.player.running
    assert person.step == 0
    assert person.frame.settings == Settings("or", learning_rate=1.0, epochs=1000)
    assert person.frame.sample == 0


def test_a_run_that_goes_is_said_to_come_back(open_window):
    """Another task, start, or Reset tells what is put aside, until a step is taken.

    Also by the person alone. Where none is lost, nothing.
    """
    person = open_window(Settings("double"), plots=())
    assert person.choose("task", "xor")
    assert "put aside" not in person.text("sentence")
    for _ in range(3):
        person.press(KEY.Key_F8)
    start_at(person, 3.0, -1.0, 0.0)
    told = "The run of 3 epochs is put aside: Ctrl+Z brings it back."
    assert person.text("sentence").startswith(told)
    for _ in ("begun", "ended"):
        person.click("you_optimize")
        person.settle()
        assert "put aside" not in person.text("sentence")
    person.press(KEY.Key_Z, CTRL)
    assert person.step == 3
    assert "put aside" not in person.text("sentence")
    assert person.choose("task", "and")
    assert person.text("sentence").startswith(told)
    person.press(KEY.Key_F8)
    person.press(KEY.Key_R, CTRL)
    assert person.text("sentence").startswith(
        "The run of 1 epoch is put aside: Ctrl+Z brings it back."
    )
    person.press(KEY.Key_F8)
    assert "put aside" not in person.text("sentence")
    # A pinned run is not put aside.
    person.begin(Settings("double"))
    person.press(KEY.Key_F8)
    person.action("pin").trigger()
    start_at(person, 3.0, -1.0)
    assert "put aside" not in person.text("sentence")
    # One that is not finite is refused where it was asked for, by landscape or sweep; the run
    # stays.
    person.begin(Settings("double"))
    start_at(person, 1e300, 0.0)
    assert "not finite" in person.reading("landscape")
    person.action("sweep").trigger()
    window = person.find(SweepWindow, "sweep_window")
    window.start_asked.emit(np.array([1e300, 0.0]))
    assert "not finite" in window.message.text()
    assert (person.frame.settings, person.frame.undo_label) == (Settings("double"), None)


# --- how much is done for it ----------------------------------------------------------------------


@pytest.fixture
def made(monkeypatch):
    """Return what has been made since it was cleared: settings, trainers, frames.

    The search for the minimum and the curve of rates make settings too, whenever they get to it:
    there are none.
    """
    counts = Counter()

    def count(owner, method, name):
        done = getattr(owner, method)

        def counted(*args, **options):
            counts[name] += 1
            return done(*args, **options)

        monkeypatch.setattr(owner, method, counted)

    def no_curve(settings):
        yield from ()
        return "no curve"

    monkeypatch.setattr(LandscapeFollower, "search", lambda self, settings, rows: iter(()))
    monkeypatch.setattr(rate_curve, "curve_work", no_curve)
    count(Resolver, "resolve", "settings")
    count(Trainer, "__init__", "trainers")
    count(Session, "frame", "frames")
    return counts


def test_a_change_makes_no_more_than_it_needs(open_window, made):
    """An edit resolves what the form says once, with limits thrice.

    No second run is made to know the next step.
    """
    person = open_window(Settings(optimizer="momentum", learning_rate=1.0))
    person.press(KEY.Key_F8)
    for name, value in (("learning_rate", 0.25), ("momentum", 0.5), ("threshold", 0.25)):
        made.clear()
        person.bench.form.changed.emit({name: value})
        person.settle()
        assert 1 <= made["settings"] <= 3
        assert (made["trainers"], made["frames"]) == (0, 1)
        assert getattr(person.frame.settings, name) == value
    # A step and a look make one frame and nothing else, also of a run with an edit and other
    # limits.
    person.begin(Settings(learning_rate=1.0))
    person.press(KEY.Key_F8)
    person.bench.form.changed.emit({"learning_rate": 0.5})
    person.bench.form.changed.emit({"epochs": 70})
    person.settle()
    for key in (KEY.Key_F8, KEY.Key_F8, KEY.Key_F7, KEY.Key_F4, KEY.Key_F6, KEY.Key_F6):
        made.clear()
        person.press(key)
        person.settle()
        assert (made["trainers"], made["frames"]) == (0, 1), key
        assert made["settings"] <= (2 if key == KEY.Key_F7 else 0), key  # those in force there
    # A new run makes one trainer: at the start, by another rate, and from an earlier row.
    person.begin(Settings(learning_rate=1.0))
    for rate, looked_at in ((0.5, None), (0.25, 3)):
        person.bench.look_control.look_at(looked_at) if looked_at else None
        person.settle()
        made.clear()
        person.bench.form.ruler.rate_asked.emit(rate)
        person.qtbot.waitUntil(lambda: made["trainers"] > 0)
        assert made["settings"] <= 2
        person.settle()
        assert made["trainers"] == 1
        person.press(KEY.Key_F8, CTRL)


def objections(person):
    """Return why what cannot be chosen cannot, as the form says it in the tooltips."""
    said = {}
    for name in ("activation", "loss", "coding", "optimizer"):
        box = person.combo(name)
        for index in range(box.count()):
            dim = box.itemData(index, Qt.ItemDataRole.ForegroundRole) is not None
            said[name, box.itemData(index)] = (
                box.itemData(index, Qt.ItemDataRole.ToolTipRole) if dim else None
            )
    for name, row in BREAKS.items():
        box = person.find(QCheckBox, name)
        said["breaks", name] = (
            None if box.isEnabled() else box.toolTip().removeprefix(f"{row.formula}\n")
        )
    return said


def true_objections(settings):
    """Return what settings object to, each asked by itself."""
    chosen = {
        (name, key): settings.objection(**{name: key})
        for name, keys in (
            ("activation", ACTIVATIONS),
            ("loss", LOSSES),
            ("coding", CODINGS),
            ("optimizer", OPTIMIZERS),
        )
        for key in keys
    }
    on = settings.breaks
    more = {
        ("breaks", key): None if key in on else settings.objection(breaks=(*on, key))
        for key in BREAKS
    }
    return {**chosen, **more}


CHANGES = (
    {"learning_rate": 0.5},
    {"loss": "mse"},
    {"activation": "tanh"},
    {"momentum": 0.5},
    {"coding": "pm1"},
    {"threshold": 0.25},
    {"breaks": ("no_zero_grad",)},
    {"learning_rate": 0.25},
    {"weights": (1.0, 2.0), "bias": 3.0},
    {"activation": "sigmoid"},
    {"loss": "bce"},
    {"epochs": 3},
    {"hidden": 2},
    {"task": "line"},
    {"seed": 3},
)


def test_objections_follow_every_change_and_are_not_sought_for_edits(open_window, monkeypatch):
    """After each change the form objects to what the settings object to.

    A rate or a limit asks them nothing.
    """
    person = open_window(Settings(optimizer="momentum", learning_rate=1.0))
    person.press(KEY.Key_F8)
    asked = []
    objection = Settings.objection

    def noted(settings, **changes):
        asked.append(changes)
        return objection(settings, **changes)

    monkeypatch.setattr(Settings, "objection", noted)
    for changes in CHANGES:
        asked.clear()
        person.bench.form.changed.emit(changes)
        name = next(iter(changes))
        assert bool(asked) == (name not in (*LIMITS, "learning_rate", "momentum")), changes
        said, true = objections(person), true_objections(person.frame.settings)
        assert {key: said[key] for key in true} == true, changes
        assert any(true.values())


def test_the_notebooks_rate_is_a_press_away(open_window):
    """The task from its start, as train has it, in the midst of a run too.

    One undo brings back what was.
    """
    person = open_window()
    assert person.frame.settings.learning_rate == 1.0
    for _ in range(3):
        person.press(KEY.Key_F8)
    assert person.button("as_in_notebook").text() == "Rate 50, 10,000 epochs, as in the notebook"
    person.click("as_in_notebook")
    assert (person.frame.settings, person.step, person.frame.edits) == (Settings("and"), 0, ())
    assert not person.button("as_in_notebook").isVisible()
    person.press(KEY.Key_Z, CTRL)
    assert (person.frame.settings.learning_rate, person.step) == (1.0, 3)
    assert person.choose("task", "line")
    assert not person.button("as_in_notebook").isVisible()
    # Minsky's XOR is not in the notebook.
    assert person.choose("task", "xor")
    assert person.button("as_in_notebook").text() == "Rate 1, 10,000 epochs, the task's own"


def test_a_neuron_that_cannot_be_trained_has_no_opening():
    """What is said wins, and what it rules out is left out."""
    assert Settings.opened("and", activation="step", loss="mse").epochs == 0
    assert Settings.opened("and", learning_rate=50.0) == Settings(
        "and", learning_rate=50.0, epochs=1000
    )
    assert Settings.opened("line") == Settings("line")
