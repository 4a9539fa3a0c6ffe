"""torch comes in while the window is already there."""

import json
import os
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep import rate_curve
from neuroviz.pictures.marks import Text
from neuroviz.ui.canvas.jobs import REST, Job
from neuroviz.ui.window import loader as loader_module
from neuroviz.ui.window.loader import TorchLoader
from tests.ui.person import CTRL, KEY, NO_KEY, SHIFT
from tests.ui.window.test_first_screen import texts


@pytest.fixture
def gate(monkeypatch):
    """Let torch seem not to be loaded until the gate is opened."""
    opened = threading.Event()
    monkeypatch.setattr(TorchLoader, "is_loaded", staticmethod(lambda: False))
    monkeypatch.setattr(loader_module, "load_torch", lambda: opened.wait(20))
    yield opened
    opened.set()


def test_the_window_paints_before_torch(open_window, gate):
    """Without torch the window is there; what is not computed reads as a dash, never as 0.

    The loss has the axis that it keeps.
    """
    person = open_window(Settings(learning_rate=0.7), wait=False, plots="all")
    person.settle()
    assert (person.text("current_loss"), person.text("state")) == ("—", "At the start")
    assert "torch" not in person.text("sentence")
    assert person.plot("loss").getAxis("left").labelText == "loss (log scale)"
    predictions = person.cells("predictions")
    assert [row[0] for row in predictions] == ["(1, 1)", "(1, 0)", "(0, 1)", "(0, 0)"]
    assert {row[column] for row in predictions for column in (1, 2, 4)} == {"—"}
    assert {row[1] for row in person.cells("weights")} == {"—"}
    assert person.curves("loss") == []
    gate.set()
    person.qtbot.waitUntil(lambda: person.text("current_loss") != "—")
    assert person.plot("loss").getAxis("left").labelText == "loss (log scale)"


def test_the_first_start_is_drawn_before_torch(open_window, gate):
    """When torch comes, only what the curvature tells is written beside it, and nothing moves."""
    person = open_window(wait=False, pace="kept", sample="first", plots="kept")
    person.settle()
    seen = []
    closed = person.bench.form.more_settings.sections[0].header
    for _ in range(2):
        axes = [person.plot(name).box.viewRange() for name in ("data", "landscape")]
        parts = person.bench.findChildren(QWidget)
        places = {part: part.geometry() for part in parts if part.isVisible()}
        written = [*texts(person.bench.neuron), *texts(person.bench.transport)]
        written += [person.text("state"), person.text("sentence"), person.reading("data")]
        seen.append((axes, places, written))
        assert "—" not in written
        assert "torch" not in person.text("sentence")
        gate.set()
        person.qtbot.waitUntil(lambda: "λ max " in closed.accessibleDescription())
        person.settle()
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "settings",
    [Settings("gates"), Settings("blobs3"), Settings("xor", hidden=2)],
    ids=lambda settings: settings.task,
)
def test_the_neuron_that_is_opened_of_several_is_there_before_torch(open_window, gate, settings):
    """One sample and the list of all: what torch brings is written where dashes stood.

    Each word is the one that stays, and over the landscape lies nothing.
    """
    person = open_window(settings, wait=False, plots=())
    seen = []
    for _ in range(2):
        for sample in (None, 0):
            person.bench.look_control.pick(sample)
            person.settle()
            drawing = person.bench.neuron.diagram.drawing
            words = {key: mark.text for key, mark in drawing.marks.items() if is_name(key, mark)}
            seen.append((drawing.slots, words))
        offered = person.bench.views["landscape"].choice.buttons[0].isVisible()
        assert offered == gate.is_set()
        gate.set()
        person.qtbot.waitUntil(lambda: person.bench.session.ready)
    assert seen[:2] == seen[2:]


def test_the_ruler_asks_for_no_torch_before_it_is_in(open_window, gate, monkeypatch):
    """The stored start is drawn with its numbers; to work on would hold the window until then."""
    begun = []
    work = rate_curve.curve_work
    monkeypatch.setattr(
        rate_curve, "curve_work", lambda settings: begun.append(settings) or work(settings)
    )
    person = open_window(wait=False, plots="kept")
    person.settle()
    assert person.text("current_loss") != "—"
    assert not begun
    gate.set()
    person.qtbot.waitUntil(lambda: bool(begun))


def is_name(key, mark):
    """Return whether a mark is the name of something, and no number."""
    return isinstance(mark, Text) and any(word in str(key) for word in ("head", "name"))


def test_the_first_picture_needs_no_torch(open_window, tmp_path):
    """In a program of its own, which cannot import it, the same is written as with it."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},  # it keeps the size that it has
    )
    person = open_window(pace="kept", sample="first", plots="kept")
    person.settle()
    assert json.loads(done.stdout.splitlines()[-1]) == _read(person.window)


def _read(window):
    bench = window.bench
    return sorted((*texts(bench.neuron), *texts(bench.transport), *texts(bench.grid)))


WITHOUT_TORCH = """
import json, sys
sys.modules["torch"] = None
from neuroviz.ui.app import create_app, create_window
from neuroviz.ui.window.loader import TorchLoader
from tests.ui.window.test_loader import _read
TorchLoader.is_loaded = staticmethod(lambda: False)
TorchLoader.start = lambda self: None
app = create_app()
window = create_window()
window.resize(1440, 900)
window.show()
for _ in range(20):
    app.processEvents()
print(json.dumps(_read(window)))
"""


F8, SPACE, R = KEY.Key_F8, KEY.Key_Space, KEY.Key_R
PLAIN, SHIFT, CTRL = (
    NO_KEY,
    SHIFT,
    CTRL,
)


def test_steps_pressed_before_torch_wait(open_window, gate):
    """They are taken in their order when torch is in.

    Until then the words say so. Reset takes them back, and a pause takes Run back alone.
    """
    person = open_window(Settings("and_one_by_one"), wait=False)
    # The last: a step, the rest of its epoch, a hundred more, and one step.
    for presses, words in (
        ([(F8, SHIFT)], "4 steps wait for it"),
        ([(R, CTRL)], "a press on Run or Step waits for it"),
        ([(F8, PLAIN)], "1 step waits for it"),
        ([(SPACE, PLAIN), (SPACE, PLAIN)], "1 step waits for it"),
        ([(F8, SHIFT), (F8, CTRL), (F8, PLAIN)], "405 steps wait for it"),
    ):
        for press in presses:
            QTest.keyClick(person.window, *press)
        person.settle()
        assert words in person.text("sentence")
        assert person.frame.rows is None
    gate.set()
    person.qtbot.waitUntil(lambda: person.bench.session.ready and not person.bench.player.running)
    assert person.step == 405
    assert "wait" not in person.text("sentence")
    assert person.action("undo").text() == "&Undo: steps"


@pytest.mark.parametrize("keys", [(F8, SPACE), (SPACE, F8)])
def test_run_waits_with_the_steps(open_window, gate, keys):
    """A step before or after Run does not cancel it."""
    person = open_window(Settings(learning_rate=1.0, epochs=10**7), wait=False)
    for key in keys:
        QTest.keyClick(person.window, key)
    person.settle()
    assert "1 step and then Run wait for it" in person.text("sentence")
    assert (person.action("run").iconText(), person.text("epoch")) == ("Pause", "0")
    gate.set()
    person.qtbot.waitUntil(lambda: person.bench.session.ready and person.step > 5)
    assert person.bench.player.running


def test_what_waited_is_done_before_anything_is_drawn(open_window, gate):
    """The first moment shown with torch is the one after the step, also at one step a second."""
    person = open_window(wait=False)
    person.bench.transport.set_pace("speed/0")
    person.press(KEY.Key_Space)
    shown = []
    person.window.loader.loaded.connect(lambda: shown.append(int(person.text("epoch"))))
    gate.set()
    person.qtbot.waitUntil(lambda: bool(shown))
    assert shown == [1]
    assert float(person.text("current_loss")) == pytest.approx(person.rows.loss[1], rel=1e-3)


def test_nothing_breaks_before_torch(open_window, gate):
    """Every command does what it can, or says that torch is being loaded; the whole form works.

    There is nothing to write before torch: no file is asked for. A lesson opens once it is in.
    """
    person = open_window(wait=False)
    for name in ("export_loss", "export_history"):
        person.action(name).trigger()
        assert "torch is still being loaded" in person.text("sentence"), name
    for name in ("reset", "new_seed", "undo", "copy_loss", "copy_command"):
        person.action(name).trigger()
        person.settle()
    assert person.choose("task", "sum")
    person.type_into("learning_rate", "0.002")
    assert person.choose("init", "zeros")
    person.window.lessons.open_named("three-rates")  # as `neuroviz lesson three-rates` does
    gate.set()
    person.qtbot.waitUntil(lambda: person.window.lessons.control is not None)
    assert person.frame.settings.task == "line"
    person.action("leave_lesson").trigger()
    assert (person.frame.settings.task, person.rows.newest.learning_rate) == ("sum", 0.002)
    assert (person.step, person.rows.newest.parameters.any()) == (0, False)


def test_closing_while_torch_is_being_loaded(open_window, gate):
    """The window is gone at once, and what comes in afterwards does not matter to it."""
    person = open_window(wait=False)
    person.qtbot.waitUntil(lambda: person.window.loader.loading)
    assert Job.waiting
    person.window.close()
    assert person.window.loader.loading
    assert not person.window.isVisible()
    assert not Job.waiting  # that of another window
    gate.set()
    person.qtbot.waitUntil(lambda: not person.window.loader.loading)
    person.settle()
    assert not person.bench.session.ready


def test_torch_that_cannot_be_loaded_is_told(open_window, monkeypatch):
    """A broken torch gives one sentence, and Run does not wait for ever."""

    def fail():
        raise ImportError("libtorch.so is missing")

    monkeypatch.setattr(TorchLoader, "is_loaded", staticmethod(lambda: False))
    monkeypatch.setattr(loader_module, "load_torch", fail)
    person = open_window(wait=False)
    person.press(KEY.Key_Space)
    person.qtbot.waitUntil(lambda: bool(person.window.findChildren(QMessageBox)))
    box = person.window.findChildren(QMessageBox)[0]
    assert "libtorch.so is missing" in box.text()
    assert not person.bench.player.running
    box.close()


def test_a_start_that_is_not_finite_gives_way_to_the_tasks_own(open_window, gate):
    """Weights that overflow are found out only with torch.

    They are told, and the task's own start comes.
    """
    person = open_window(Settings("line", weights=(1e200,), bias=0.0), wait=False)
    gate.set()
    person.qtbot.waitUntil(lambda: person.bench.session.ready)
    assert "not finite" in person.error("init")
    assert person.frame.settings == Settings("line")
    person.press(KEY.Key_F8)
    assert person.step == 1
    person.run_until(lambda: person.step > 5)


def test_the_loader_tells_of_its_end(qtbot, monkeypatch):
    """`loaded` comes on the GUI thread, once; work that can wait does until then."""
    opened = threading.Event()
    monkeypatch.setattr(loader_module, "load_torch", lambda: opened.wait(20))
    loader = TorchLoader()
    assert loader.is_loaded()  # by the tests
    threads = []
    done = []
    loader.loaded.connect(lambda: threads.append(threading.current_thread()))
    loader.start()
    work = Job(loader)
    work.start(iter(()), lambda _: done.append(loader.loading))
    QTest.qWait(2 * REST)
    assert (threads, done) == ([], [])
    with qtbot.waitSignal(loader.loaded):
        opened.set()
    assert threads == [threading.main_thread()]
    qtbot.waitUntil(lambda: done == [False])
    loader.stop()
    loader.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
