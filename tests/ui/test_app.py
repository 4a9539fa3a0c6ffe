"""The application and its window, as a first start shows them."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QSlider,
    QTabBar,
    QTableView,
    QWidget,
)

from neuroviz.core.choices.settings import Settings
from neuroviz.core.signals import ENDING
from neuroviz.files.log_file import last_lines
from neuroviz.files.session_file import read_session
from neuroviz.lessons.library import find_lesson
from neuroviz.ui import app as app_module
from neuroviz.ui.app import create_app, create_window
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.window import main_window as main_window_module
from neuroviz.ui.window.loader import TorchLoader
from tests.ui.person import KEY

CONTRACT = [
    *((QComboBox, name) for name in ("task", "activation", "loss", "optimizer", "schedule")),
    *((QAbstractSpinBox, name) for name in ("learning_rate", "batch_size", "seed")),
    *((QAction, f"action_{name}") for name in ("run", "step", "reset", "export_loss")),
    *((QLabel, name) for name in ("epoch", "current_loss", "state")),
    *((QWidget, f"{name}_plot") for name in ("loss", "data", "weights")),
    *((QTableView, name) for name in ("predictions", "weights")),
]
CONTROLS = (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QSlider,
    QTabBar,
    QTableView,
    Plot,
)


def controls(person):
    """Return every visible control, without the parts that Qt's own controls are made of."""
    return [
        widget
        for widget in person.window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.isVisible()
        and not isinstance(widget.parent(), CONTROLS)
        and widget.objectName() != "timeline_plot"  # its slider lies over it
    ]


def test_first_start_is_and_ready_to_run(open_window):
    """A first start shows AND at a rate at which one sees it learn.

    One sample of it, and Run can be pressed.
    """
    person = open_window(pace="kept", sample="first", plots="all")
    assert person.combo("task").currentData() == "and"
    assert person.frame.settings == Settings(learning_rate=1.0, epochs=1000)
    assert person.frame.sample == 0
    assert person.combo("pace").currentText() == "Time-lapse"
    assert (person.text("epoch"), person.text("state")) == ("0", "At the start")
    assert float(person.text("current_loss")) == pytest.approx(person.rows.newest.loss, rel=1e-3)
    assert person.action("run").isEnabled()
    assert person.action("run").iconText() == "Run"
    assert all(person.plot(name).isVisible() for name in ("loss", "data", "weights"))
    # Nothing of them is cut, in large letters either.
    person.settle()
    welcome = person.window.welcome
    for width, height in ((1024, 768), (960, 600), (1440, 900)):
        for size in (10, 17):
            welcome.setStyleSheet(f"* {{ font-size: {size}pt }}")
            person.window.resize(width, height + 1 if size > 10 else height)
            person.settle()
            assert person.bench.rect().contains(welcome.geometry()), (width, size)
            assert welcome.width() >= welcome.sizeHint().width(), (width, size)
            assert len(person.text("welcome_line").split()) == 11


def test_object_names_of_the_contract(open_window):
    """Scripts, tests and screen readers find the parts by their names, exactly one of each."""
    person = open_window(plots="all")
    person.box("learning_rate").setValue(1e-12)
    assert person.frame.settings.learning_rate == 1e-12
    person.box("learning_rate").setValue(1e12)
    assert person.frame.settings.learning_rate == 1e12
    person.box("seed").setValue(7)
    person.box("batch_size").setValue(2)
    assert (person.frame.settings.seed, person.frame.settings.batch_size) == (7, 2)
    assert (person.box("seed").value(), person.box("batch_size").value()) == (7, 2)
    # Scripts, tests and screen readers find the parts by their names, exactly one of each.
    found = {name: len(person.window.findChildren(kind, name)) for kind, name in CONTRACT}
    assert {name: times for name, times in found.items() if times != 1} == {}


def test_the_keyboard_reaches_every_control(open_window):
    """Tab walks through every visible control and comes round."""
    person = open_window(
        Settings("and_one_by_one", optimizer="momentum", schedule="step_decay"), plots="all"
    )
    for size in ((1440, 900), (1024, 768)):
        person.window.resize(*size)
        person.bench.form.more.set_open(True)
        person.settle()
        wanted = [widget for widget in controls(person) if widget.isEnabled()]
        reached = []
        for _ in range(3 * len(wanted)):
            person.press(KEY.Key_Tab)
            reached.append(QApplication.focusWidget())
            if len(reached) > len(wanted) and reached[-1] is reached[0]:
                break
        missed = [
            f"{type(each).__name__} {each.objectName()} {each.accessibleName()}"
            for each in wanted
            if each not in reached
        ]
        assert not missed, size


def out_of_order(top):
    """Return each stop of Tab that stands above or left of the one before it, and not beside.

    Of a landscape's axes the horizontal one is the first, wherever they are turned.
    """
    stops, places = [], []
    widget = top.nextInFocusChain()
    while widget is not top:
        inner = isinstance(widget, QLineEdit) and isinstance(widget.parent(), QAbstractSpinBox)
        tabbed = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if (
            not widget.visibleRegion().isEmpty()  # scrolled out of sight it stands nowhere
            and widget.isEnabled()
            and tabbed
            and not inner
            and not widget.objectName().endswith("_axis")
        ):
            stops.append(widget)
            places.append(
                widget.visibleRegion().boundingRect().translated(widget.mapTo(top, QPoint()))
            )
        widget = widget.nextInFocusChain()
    assert len(stops) > 3
    return [
        f"{stops[i + 1].objectName()} after {stops[i].objectName()}"
        for i, (one, next_one) in enumerate(pairwise(places))
        if (next_one.bottom() <= one.top() and next_one.left() < one.right())
        or (next_one.right() <= one.left() and next_one.top() < one.bottom())
    ]


def test_tab_goes_as_one_reads(open_window):
    """From left to right and downwards, column by column, in the window and in its dialogs."""
    person = open_window(plots="all")
    person.bench.columns.show("side")
    person.settle()
    assert out_of_order(person.window) == []
    wrong = {}
    for name in ("race", "sweep", "new_data", "data_table", "preferences", "lessons"):
        before = {*QApplication.topLevelWidgets()}
        person.action(name).trigger()
        (opened,) = (w for w in QApplication.topLevelWidgets() if w.isVisible() and w not in before)
        wrong[name] = out_of_order(opened)
        opened.close()
    assert not any(wrong.values()), wrong


def test_the_application_is_made_once(qapp):
    """A second call gives the same application, by its own name."""
    assert create_app() is create_app() is qapp
    assert qapp.applicationName() == "NeuroViz"


PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox
from neuroviz.ui.app import create_app, run
app = create_app()
def tell():
    (window,) = (each for each in app.topLevelWidgets() if each.objectName() == "main_window")
    task = window.findChild(QComboBox, "task")
    task.setCurrentIndex(task.findData("or"))
    print("shown", "torch" in sys.modules, flush=True)
QTimer.singleShot(0, tell)
sys.exit(run())
"""


@pytest.mark.parametrize("number", ENDING)
@pytest.mark.usefixtures("signals_heard")
def test_a_signal_closes_the_window(number):
    """Ctrl-C, SIGTERM and SIGHUP end it as closing does.

    Even while torch is loaded, but for the exit code.
    """
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "shown False\n"
    os.kill(process.pid, number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 128 + number, errors
    assert "Traceback" not in errors
    (kept,) = Path(os.environ["XDG_CONFIG_HOME"]).rglob("NeuroViz.json")
    assert "geometry" in kept.read_text(encoding="utf-8")
    (session,) = Path(os.environ["XDG_CONFIG_HOME"]).rglob("*.neuroviz*")
    assert read_session(session).runs[0].settings["task"] == "or"
    assert last_lines(1)[0].endswith(f" End, exit code {128 + number}")


PAINTED = """
import sys
from neuroviz.ui.app import create_app, create_window
app, window = create_app(), create_window()
window.loader.start = lambda: None
window.bench.columns.change(wanted={"panel", "side"})
window.resize(1440, 900)
window.show()
while not window.bench.predictions.table.isVisible():
    app.processEvents()
window.grab()
slow = {"torch", "matplotlib", "hashlib", "scipy", "importlib.metadata", "numpy.ma", "tomllib"}
print(slow & {*sys.modules} or "nothing")
window.close()
"""


def test_what_is_painted_first_needs_nothing_that_takes_long_to_import():
    """Each costs from 2 to 1,000 ms.

    OpenSSL came by a name for data, numpy's masked arrays by np.unique and by contourpy.
    """
    command = [sys.executable, "-W", "error", "-c", PAINTED]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout == "nothing\n"


AT_A_POINT = """
import runpy, signal, sys
point = sys.argv.pop()

def at(name):
    if name == point:
        signal.raise_signal(signal.SIGINT)

class Importing:
    def find_spec(self, name, path=None, target=None):
        at(name)
        if name == "pyqtgraph":
            from PySide6.QtWidgets import QApplication, QMainWindow
            show, run = QMainWindow.show, QApplication.exec
            QMainWindow.show = lambda window: (at("show"), show(window))
            QApplication.exec = lambda app: (at("exec"), run())[1]

sys.meta_path.insert(0, Importing())
runpy.run_module("neuroviz", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("point", ["PySide6.support", "show", "exec"])
def test_ctrl_c_at_any_point_of_the_start_ends_it(point):
    """In mid-import of Qt, where an exception aborts, before the window is shown, before the loop.

    No word.
    """
    line = [sys.executable, "-W", "error", "-c", AT_A_POINT, point]
    done = subprocess.run(line, capture_output=True, text=True, timeout=30, check=False)
    said = [line for line in done.stderr.splitlines() if "This plugin does not support" not in line]
    assert (done.returncode, done.stdout, said) == (130, "", [])


ENDLESS = """
import sys, time
from PySide6.QtCore import QTimer
from neuroviz.ui.app import create_app, run
from neuroviz.ui.window import loader
loader.load_torch = lambda: time.sleep(600)
app = create_app()
def close():
    window = next(widget for widget in app.topLevelWidgets() if widget.objectName() == \
"main_window")
    if not window.loader.loading:
        QTimer.singleShot(10, close)
        return
    print("closed", flush=True)
    window.close()
QTimer.singleShot(0, close)
sys.exit(run())
"""


def test_closing_does_not_wait_for_torch():
    """The program ends with code 0 and without a word.

    Though the import would go on for minutes.
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ENDLESS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "closed\n"), done.stderr
    assert [
        line for line in done.stderr.splitlines() if "This plugin does not support" not in line
    ] == []
    assert last_lines(1)[0].endswith(" End, exit code 0")


def test_the_style_sheet_is_put_on_what_is_built(qapp, monkeypatch, open_window):
    """Each widget is looked at once, not at every move of what it stands in."""
    in_force = []
    build = main_window_module.BenchStack

    def built(*given):
        in_force.append(qapp.styleSheet())
        return build(*given)

    monkeypatch.setattr(main_window_module, "BenchStack", built)
    open_window(plots="all")
    assert in_force == [""]
    assert qapp.styleSheet()


def test_a_small_screen_holds_the_window(open_window, monkeypatch):
    """On a screen of 800 x 600 all of the window is seen.

    Nothing in it stands over anything else.
    """
    monkeypatch.setattr(main_window_module, "room_on_screen", lambda: QSize(784, 552))
    person = open_window(plots="all")
    person.window.resize(784, 552)
    person.settle()
    assert (person.window.width(), person.window.height()) == (784, 552)
    assert person.window.centralWidget().minimumSizeHint().width() <= 784
    assert (
        person.window.centralWidget().minimumSizeHint().height() + person.window.menuBar().height()
        <= 552
    )
    assert not person.bench.form.isVisible()
    for name in ("run", "step", "part", "reset", "panel", "side"):
        button = person.button(name)
        assert button.isVisible()
        assert button.width() >= button.minimumSizeHint().width()
    person.click("panel")
    person.settle()
    assert person.bench.form.isVisible()
    assert not person.bench.neuron.isVisible()  # its parts would lie upon each other


def test_the_very_first_start_says_what_to_press(open_window):
    """Below Run, which it leaves free; a press takes it away and nothing moves.

    By the keyboard, from Run on, it leads to the first lesson. At the next start it is not there.
    """
    person = open_window(plots="kept", pace="kept", sample="first")
    what = "This is one neuron. It learns AND by many small steps."
    assert person.text("welcome_line") == what
    bench, welcome = person.bench, person.window.welcome
    parts = (bench.transport, bench.form, bench.grid, *bench.views.values())
    before = [part.geometry() for part in parts]
    assert welcome.isVisible()
    assert not welcome.geometry().intersects(_area(bench.transport.run, bench))
    person.click("welcome_close")
    person.settle()
    assert not welcome.isVisible()
    assert [part.geometry() for part in parts] == before
    welcome.show()
    person.focus(bench.transport.run)
    person.press(KEY.Key_Tab)
    assert person.window.focusWidget() is person.button("welcome_lesson")
    person.press(KEY.Key_Space)
    assert person.window.lessons.control.lesson.number == 1
    assert not welcome.isVisible()
    person.window.close()
    assert not open_window(plots="kept").window.welcome.isVisible()


def _area(part, of):
    """Return where a part is in another."""
    return QRect(part.mapTo(of, QPoint(0, 0)), part.size())


ENLARGED = """
from neuroviz.ui.app import create_app
print(create_app().primaryScreen().devicePixelRatio())
"""
OPENED = """
import os
from neuroviz.ui.app import create_window
create_window().show()
os._exit(0)  # plots that outlive the interpreter would end it in another way
"""


def test_projector_opens_the_window_again_larger_with_all_that_was_in_it(
    open_window, monkeypatch, tmp_path
):
    """All that is drawn has so many pixels more, and the window still fits on the screen."""
    person = open_window(Settings("or", learning_rate=0.5), plots="all")
    person.press(KEY.Key_F8)
    assert person.window.lessons.words == []
    person.action("riddle").trigger()
    assert person.window.lessons.words[:3] == ["lesson", "riddle", "--seed"]
    person.window.lessons.open_named("three-rates")
    person.action("projector").trigger()
    assert not person.window.isVisible()
    words = person.window.opens_again
    assert words == ["lesson", str(find_lesson("three-rates"))]
    screen = tmp_path / "screen.json"
    for wide, high, factor, expected in (
        (1920, 1080, "", 1.4),
        (2880, 1620, "1.5", 2.1),
        (1366, 768, "", 768 / 648),
        (1280, 720, "", 720 / 648),
        (1024, 768, "", 1024 / 976),
        (800, 600, "", 1.0),
    ):
        screen.write_text(json.dumps({"screens": [{"name": "", "width": wide, "height": high}]}))
        done = subprocess.run(
            [sys.executable, "-c", ENLARGED],
            capture_output=True, text=True, timeout=60, check=True,
            env={
                **os.environ,
                "QT_SCALE_FACTOR": factor,
                "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
            },
        )  # fmt: skip
        assert float(done.stdout) == pytest.approx(expected, rel=1e-3)
    begun = []
    monkeypatch.setattr(os, "execv", lambda program, words: begun.append([program, *words]))
    monkeypatch.setenv("QT_SCALE_FACTOR", "1.4")
    app_module._open_again(words, person.window.benches.own.session, ran=True)
    assert begun == [[sys.executable, sys.executable, "-m", "neuroviz", *words]]
    assert "QT_SCALE_FACTOR" not in os.environ
    monkeypatch.setattr(TorchLoader, "is_loaded", lambda: False)  # as in a new process
    again = create_window()
    session = again.bench.session
    assert session.settings.task == "or"
    assert again.commands["projector"].isChecked()
    again.show()
    person.qtbot.waitUntil(lambda: session.ready)
    person.qtbot.waitUntil(lambda: session.step > 1)  # a run that was going on goes on
    undo = again.bench.commands["undo"]
    undo.trigger()
    assert session.step == 1
    undo.trigger()  # what was done before can be undone, and redone
    assert session.step == 0
    again.bench.commands["redo"].trigger()
    assert session.step == 1
    again.bench.commands["run"].trigger()
    again.commands["projector"].trigger()
    assert again.ran
    again.close()
    subprocess.run([sys.executable, "-c", OPENED], timeout=60, check=True)


def test_projector_leaves_the_window_where_nothing_can_be_kept(open_window, monkeypatch):
    person = open_window()
    monkeypatch.setattr(person.window.preferences, "save", lambda: False)
    person.action("projector").trigger()
    assert person.window.isVisible()
    assert not person.action("projector").isChecked()
    assert "cannot be written" in person.text("sentence")
