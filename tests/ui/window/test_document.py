"""Sessions as files of the user's, and what is kept without being asked for."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QProgressDialog,
    QPushButton,
)

from neuroviz.core.choices.settings import Settings
from neuroviz.files import state_file
from neuroviz.files.session_file import read_session, write_session
from neuroviz.files.state_file import StateFile, kept_sessions
from neuroviz.session import saved
from neuroviz.session.session import Session
from neuroviz.ui.app import create_window
from neuroviz.ui.data.import_dialog import ImportDialog
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.window import autosaver
from tests.ui.person import CTRL, KEY, LEFT, NO_KEY


@pytest.fixture
def chosen(monkeypatch):
    """Return what a person chooses in dialogs of files, the last first."""
    paths = []
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (paths.pop(), ""))
    return paths


def _complaint(person):
    """Return what a box of the window says, and close it."""
    box = person.find(QMessageBox, "file_error")
    text = box.text()
    box.accept()
    box.setObjectName("")
    return text


def _answered(person, name):
    """Press a button of a box of the window, and return what it asks."""
    box = person.find(QMessageBox, "file_error")
    box.setObjectName("")
    next(each for each in box.buttons() if each.text().replace("&", "") == name).click()
    return box.text()


def _drop(person, *paths):
    data = QMimeData()
    data.setUrls(
        [path if isinstance(path, QUrl) else QUrl.fromLocalFile(str(path)) for path in paths]
    )
    buttons = (LEFT, NO_KEY)
    copied = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(400, 300), copied, data, *buttons)
    QApplication.sendEvent(person.plot("data").viewport(), enter)  # which has no use for it
    assert enter.isAccepted()
    QApplication.sendEvent(person.window, QDropEvent(QPointF(400, 300), copied, data, *buttons))


def test_save_close_open_go_on(open_window, chosen, tmp_path):
    """With Ctrl+S and Ctrl+O; the title names the file, and says when something is not in it."""
    person = open_window(Settings("or", learning_rate=2.0))
    person.press(KEY.Key_F8, CTRL)
    person.press(KEY.Key_P, CTRL)
    person.bench.grid.choose(["loss"])
    chosen.append(str(tmp_path / "mein erstes ä"))
    person.press(KEY.Key_S, CTRL)
    path = tmp_path / "mein erstes ä.neuroviz"
    assert f"Saved: '{path}'." in person.text("sentence")
    window = person.window
    assert (window.windowTitle(), window.isWindowModified()) == (
        "mein erstes ä.neuroviz[*] — NeuroViz",
        False,
    )
    person.press(KEY.Key_F8)
    person.qtbot.waitUntil(window.isWindowModified)
    there = person.frame.row_at(101).parameters.tobytes()
    person.action("new_session").trigger()
    assert (person.frame.settings, person.frame.runs, window.windowTitle()) == (
        Settings.opened(),
        (),
        "AND gate[*] — NeuroViz",
    )
    assert person.text("sentence").startswith(
        "What was here stays in File, Open recent. Press Run, or Step for one update."
    )
    person.action("new_session").trigger()
    # Of a session that nobody has touched there is nothing to keep.
    assert "stays" not in person.text("sentence")
    chosen.append(str(path))
    person.press(KEY.Key_O, CTRL)
    person.qtbot.waitUntil(lambda: person.step == 100)
    assert window.bench.grid.chosen == ["loss"]
    assert [run.name for run in person.frame.runs] == ["Run 1"]
    assert not window.isWindowModified()
    person.press(KEY.Key_F8)
    assert person.frame.row.parameters.tobytes() == there
    assert person.action("undo").text() == "&Undo: steps from step 100"


def test_open_takes_a_table_too(open_window, tmp_path, monkeypatch):
    """As a drop and the command line do; its dialog left out what is no session."""
    person = open_window()
    table = tmp_path / "points.csv"
    table.write_text("x,y\n1,2\n2,4\n3,6\n")

    def choose(parent, title, folder, filters):
        shown = filters.split("(")[1].split(")")[0].split()
        assert {"*.neuroviz", "*.csv", "*.toml"} <= set(shown)
        return str(table), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose)
    person.press(KEY.Key_O, CTRL)
    person.qtbot.waitUntil(lambda: person.window.findChild(ImportDialog) is not None)
    person.qtbot.waitUntil(lambda: "points.csv" in person.text("import_title"))


def test_what_was_there_before_open_is_kept(open_window, tmp_path):
    """It stands in Open recent, and comes back from there; a file's content tells a session."""
    path = write_session(tmp_path / "a.csv", Session(Settings("xor")).record())
    person = open_window(Settings("or"))
    person.press(KEY.Key_F8, CTRL)
    _drop(person, path)
    person.qtbot.waitUntil(lambda: person.frame.settings.task == "xor")
    menu = person.find(QMenu, "recent")
    menu.aboutToShow.emit()
    recent, _, _, earlier, _, clear = menu.actions()
    assert recent.text() == str(path)
    assert earlier.text().startswith("OR gate, 20")
    earlier.trigger()
    person.qtbot.waitUntil(lambda: person.frame.settings.task == "or")
    assert person.step == 100
    assert person.window.windowTitle() == "OR gate[*] — NeuroViz"
    assert person.window.isWindowModified()
    clear.trigger()
    menu.aboutToShow.emit()
    assert str(path) not in [action.text() for action in menu.actions()]
    assert Preferences().recent_files() == []
    assert path.exists()


def test_what_cannot_be_opened_or_saved_changes_nothing(open_window, chosen, tmp_path, monkeypatch):
    """The session has no file then, and the next place is asked for.

    One sentence says why; a run that goes on is not even paused.
    """
    person = open_window(Settings("or"))
    chosen.append(str(tmp_path / "no" / "a.neuroviz"))
    person.press(KEY.Key_S, CTRL)
    assert "its folder does not exist" in _complaint(person)
    assert person.window.windowTitle() == "OR gate[*] — NeuroViz"
    (tmp_path / "a.neuroviz").write_bytes(b"precious")
    chosen.append(str(tmp_path / "a"))
    person.press(KEY.Key_S, CTRL)
    assert "enter its whole name" in _complaint(person)
    assert (tmp_path / "a.neuroviz").read_bytes() == b"precious"
    # One sentence says why; a run that goes on is not even paused.
    path = tmp_path / "a.neuroviz"
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.press(KEY.Key_P, CTRL)
    before = person.frame
    for content in (b"", b"{}", b'{"format":"NeuroViz session","version":99}', b"[" * 10**5):
        path.write_bytes(content)
        _drop(person, path)
        person.qtbot.waitUntil(
            lambda: person.window.findChild(QMessageBox, "file_error") is not None
        )
        assert _complaint(person).startswith(f"Cannot open '{path}': ")
        assert person.window.findChild(QMessageBox, "file_error") is None
        assert (person.frame.settings, len(person.frame.runs)) == (before.settings, 1)
        assert person.window.windowTitle() == "OR gate[*] — NeuroViz"
    # One at a time.
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    _drop(person, tmp_path / "a.neuroviz", tmp_path / "b.neuroviz")
    person.qtbot.waitUntil(lambda: "Drop one file at a time." in person.text("sentence"))
    _drop(person, QUrl("https://example.org/table.csv"))
    person.qtbot.waitUntil(lambda: "save the file, and drop that" in person.text("sentence"))
    # What turns out to be wrong only when a run is taken up.
    monkeypatch.setattr(saved, "_AT_ONCE", 0)
    session = Session(Settings("xor"))
    session.prepare()
    session.advance(50)
    path = write_session(tmp_path / "a.neuroviz", session.record())
    path.write_text(
        path.read_text().replace('"every":1', '"every":2').replace('"every": 1', '"every": 2')
    )
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    _drop(person, path)
    person.qtbot.waitUntil(lambda: person.window.findChild(QMessageBox, "file_error") is not None)
    assert "Run 1 cannot be restored: its rows" in _complaint(person)
    assert person.frame.settings.task == "or"


def test_what_another_window_saved_meanwhile_is_not_replaced_unasked(open_window, chosen, tmp_path):
    """Not after a restart either; a file that is as it was, or gone, is written without a word."""
    path, other = tmp_path / "a.neuroviz", Session(Settings("xor")).record()
    person = open_window(Settings("or"))
    chosen.append(str(path))
    person.press(KEY.Key_S, CTRL)
    person.press(KEY.Key_F8)
    person.press(KEY.Key_S, CTRL)
    assert read_session(path).runs[0].step == 1
    write_session(path, other)
    there = path.read_bytes()
    for answer in ("Cancel", "Save as…"):
        person.press(KEY.Key_F8)
        person.press(KEY.Key_S, CTRL)
        chosen.append(str(tmp_path / "b.neuroviz"))
        assert f"'{path}' was changed by another program" in _answered(person, answer)
        assert path.read_bytes() == there
    assert read_session(tmp_path / "b.neuroviz").runs[0].step == 3
    assert person.window.document.path == tmp_path / "b.neuroviz"
    person.window.close()
    write_session(tmp_path / "b.neuroviz", other)
    person = open_window()
    person.press(KEY.Key_F8)
    person.press(KEY.Key_S, CTRL)
    assert "was changed" in _answered(person, "Replace")
    assert read_session(tmp_path / "b.neuroviz").runs[0].step == 4
    (tmp_path / "b.neuroviz").unlink()
    person.press(KEY.Key_S, CTRL)
    assert read_session(tmp_path / "b.neuroviz").runs[0].step == 4
    # Nor is one that is opened in its place compared with what that was.
    chosen.append(str(path))
    person.press(KEY.Key_O, CTRL)
    person.qtbot.waitUntil(lambda: person.window.document.path == path)
    person.press(KEY.Key_F8)
    person.press(KEY.Key_S, CTRL)
    assert read_session(path).runs[0].step == 1


def test_notes_belong_to_the_session(open_window):
    """They are written under the list of runs, kept, and go with it."""
    person = open_window(Settings("or"))
    person.bench.columns.show("side")
    person.bench.side.bring(person.bench.runs)
    note = person.find(QPlainTextEdit, "note")
    note.setFocus()
    person.qtbot.keyClicks(note, "rate 5 is too fast")
    assert person.frame.note == "rate 5 is too fast"
    assert not person.bench.player.running
    person.action("new_session").trigger()
    assert note.toPlainText() == ""
    menu = person.find(QMenu, "recent")
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    person.qtbot.waitUntil(lambda: note.toPlainText() == "rate 5 is too fast")
    person.window.close()
    assert open_window().frame.note == "rate 5 is too fast"


def test_after_a_crash_the_work_is_offered(open_window):
    """A line says what there is; it comes back at a press, and the window goes on keeping it."""
    _crash(Settings("or"), 30)
    person = open_window()
    assert person.step == 0
    assert person.text("offer_line").startswith(
        "NeuroViz did not close properly last time. It has kept: OR gate, 20"
    )
    person.qtbot.mouseClick(person.button("offer_take"), LEFT)
    person.qtbot.waitUntil(lambda: person.step == 30)
    assert person.frame.settings.task == "or"
    assert not person.window.offer_bar.isVisible()
    person.window.close()
    assert len(kept_sessions()) == 1
    assert open_window().step == 30


def test_what_is_not_wanted_after_a_crash_stays(open_window):
    """It is among the earlier sessions."""
    _crash(Settings("or"), 30)
    person = open_window()
    person.qtbot.mouseClick(person.button("offer_leave"), LEFT)
    assert "It stays in File, Open recent." in person.text("sentence")
    menu = person.find(QMenu, "recent")
    menu.aboutToShow.emit()
    assert menu.actions()[-1].text().startswith("OR gate, 20")


def test_what_a_crash_has_left_in_pieces_is_told(open_window):
    """Nothing is offered then, nor said to stay among the sessions that can be opened."""
    _crash(Settings("or"), 30)
    (kept,) = kept_sessions()
    kept.write_bytes(kept.read_bytes()[:100])
    person = open_window()
    assert person.text("offer_line").endswith(f"What it has kept cannot be read: {kept.name}")
    assert not person.button("offer_take").isVisible()
    person.qtbot.mouseClick(person.button("offer_leave"), LEFT)
    assert not person.window.offer_bar.isVisible()
    assert "It stays" not in person.text("sentence")


def _crash(settings, steps):
    """Leave what a program leaves that was killed."""
    session = Session(settings)
    session.prepare()
    session.advance(steps)
    state = StateFile()
    state.write(session.record())
    state.release()
    state.path.with_name(f"{state.path.name}.lock").touch()


def test_two_windows_keep_what_is_theirs(open_window):
    """Each change by itself, within seconds; neither writes over the other's.

    The second begins anew.
    """
    one = open_window()
    one.choose("task", "or")
    one.qtbot.waitUntil(lambda: len(kept_sessions()) == 1)
    one.press(KEY.Key_F8)
    (path,) = kept_sessions()
    one.qtbot.waitUntil(lambda: read_session(path).runs[0].step == 1)
    other = open_window()
    assert other.frame.settings == Settings.opened()
    other.choose("task", "xor")
    other.window.close()
    one.window.close()
    tasks = {read_session(path).runs[0].settings["task"] for path in kept_sessions()}
    assert tasks == {"or", "xor"}


def test_a_place_that_cannot_be_written_is_told_until_it_can_and_the_program_goes_on(
    open_window, monkeypatch, tmp_path
):
    """An unwritable home: the words say so, and everything else works."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(state_file, "_folder", lambda: tmp_path / "file" / "sessions")
    monkeypatch.setattr(autosaver, "_AGAIN", 0.1)
    person = open_window(Settings("or"))
    person.qtbot.waitUntil(
        lambda: person.text("sentence").startswith("What you do is not being kept: Cannot write")
    )
    person.press(KEY.Key_F8)
    assert person.step == 1
    assert not person.text("sentence").startswith("What you do")
    assert not person.window.close()
    assert person.window.findChildren(QMessageBox, "file_error")
    (tmp_path / "file").unlink()
    person.qtbot.waitUntil(lambda: person.text("sentence").startswith("What you do is kept again."))
    # The question whether to lose it is over.
    person.qtbot.waitUntil(lambda: not person.window.findChildren(QMessageBox, "file_error"))
    (kept,) = (tmp_path / "file" / "sessions").glob("*.neuroviz")
    assert read_session(kept).runs[0].step == 1
    person.window.end()  # as a signal does
    assert not person.window.isVisible()


@pytest.mark.parametrize("way", ["close", "new_session"])
def test_what_cannot_be_kept_is_not_lost_without_a_question(
    open_window, monkeypatch, chosen, tmp_path, way
):
    """Closing, or a new session in its place, waits for the answer: saved elsewhere, it may go."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(state_file, "_folder", lambda: tmp_path / "file" / "sessions")
    person = open_window(Settings("or"))
    if way == "new_session":  # what is done after it was saved would be lost as well
        chosen.append(str(tmp_path / "mine.neuroviz"))
        person.press(KEY.Key_S, CTRL)
    person.press(KEY.Key_F8)
    leave = person.window.close if way == "close" else person.action(way).trigger
    leave()
    box = person.find(QMessageBox, "file_error")
    assert box.text().startswith("What you did would be lost. Cannot write")
    box.button(QMessageBox.StandardButton.Cancel).click()
    box.setObjectName("")
    assert person.window.isVisible()
    assert person.step == 1
    leave()
    chosen.append(str(tmp_path / "mine.neuroviz"))
    person.find(QMessageBox, "file_error").defaultButton().click()
    assert read_session(tmp_path / "mine.neuroviz").runs[0].step == 1
    assert person.window.isVisible() == (way == "new_session")
    assert person.bench.session.settings.task == ("or" if way == "close" else "and")
    person.window.end()


@pytest.mark.parametrize(("took", "pause"), [(0.01, 0.2), (3.0, 2.0)])
def test_what_is_slow_to_write_is_written_less_often_but_soon_enough(
    qtbot, monkeypatch, took, pause
):
    """The pause is twenty times what the last write took, and two seconds at most."""
    clock = SimpleNamespace(now=1.0, changes=0)
    written = []

    def write(record):
        clock.now += took
        written.append(record)

    monkeypatch.setattr(autosaver, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(autosaver, "_LOOK", 1)
    parent = QObject()
    file = SimpleNamespace(write=write)
    keeper = autosaver.Autosaver(file, lambda: clock.changes, lambda: clock.changes, parent)
    keeper.keep()
    clock.changes = 1
    clock.now += pause - 0.01
    keeper.look_soon()
    qtbot.wait(50)
    assert written == [0]
    clock.now += 0.02
    qtbot.waitUntil(lambda: written == [0, 1])


def test_a_file_that_is_opened_at_the_start(open_window, qtbot, tmp_path):
    """As ``neuroviz FILE`` does.

    A name whose bytes are no text, and an edit that is still to come.
    """
    session = Session(Settings("or", epochs=40))
    session.prepare()
    session.advance(20)
    session.apply(session.settings.replace(learning_rate=0.5))
    session.note = "what I saw"
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.neuroviz"))
    write_session(path, session.record())
    window = create_window(file=path)
    window.show()
    assert window.windowTitle() == "\ufffd.neuroviz[*] — NeuroViz"
    qtbot.waitUntil(lambda: window.bench.session.ready)
    frame = window.bench.session.frame()
    assert (frame.newest_step, frame.settings.learning_rate) == (20, 0.5)
    assert window.preferences.recent_files() == [path]
    window.document.save()
    assert read_session(path).note == "what I saw"
    window.close()
    window.deleteLater()
    again = open_window()
    assert again.window.document.path == path
    assert not again.window.isWindowModified()
    again.window.close()
    shutil.rmtree(tmp_path)


def test_opening_can_be_cancelled(open_window, tmp_path):
    """What is there stays, and the file can be opened afterwards.

    A dialog says so once it takes long.
    """
    long = Session(Settings("or", learning_rate=0.5))
    long.prepare()
    long.advance(60_000)
    path = tmp_path / "long.neuroviz"
    write_session(path, long.record())
    person = open_window(Settings("xor"))
    document = person.window.document
    document.open(path)
    assert document.slices.running
    dialog = person.find(QProgressDialog, "opening")
    assert path.name in dialog.labelText()
    dialog.findChild(QPushButton).click()
    assert not document.slices.running
    person.settle()
    assert (person.frame.settings.task, document.path) == ("xor", None)
    assert "is not opened" in person.text("sentence")
    document.open(path)
    person.qtbot.waitUntil(lambda: document.path == path, timeout=30_000)
    assert person.step == 60_000
