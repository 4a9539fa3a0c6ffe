"""Films asked for in the dialog: a preview that plays, progress, and a way to cancel."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QProgressBar, QPushButton

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.number_box import NumberBox
from neuroviz.ui.export.film_dialog import FilmDialog
from tests.ui.person import CTRL, KEY, LEFT


def opened(open_window, monkeypatch, path):
    """Return somebody who has run 100 epochs and opened the dialog of a short film."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    person = open_window()
    person.press(KEY.Key_F8, CTRL)
    person.action("film").trigger()
    dialog = person.window.findChild(FilmDialog)
    assert dialog.isVisible()
    choose(dialog, "file", ".gif")
    dialog.findChild(NumberBox, "film_seconds").setValue(1)
    return person, dialog


def choose(dialog, what, name):
    box = dialog.findChild(ChoiceBox, f"film_{what}")
    box.setCurrentIndex(box.findData(name))


def button(dialog, name):
    return dialog.findChild(QPushButton, f"film_{name}")


def label(dialog, name):
    return dialog.findChild(QLabel, f"film_{name}")


def told(dialog):
    return label(dialog, "told").text()


def test_a_length_that_cannot_be_is_refused_in_words(open_window, monkeypatch, tmp_path):
    """By Enter, or by the button that is pressed."""
    path = tmp_path / "x.gif"
    person, dialog = opened(open_window, monkeypatch, path)
    box = dialog.findChild(NumberBox, "film_seconds")
    dialog.activateWindow()
    person.qtbot.waitUntil(dialog.isActiveWindow)
    outside, no_number = "write a number from 1 to 30", "'abc' is not a number"
    for typed, said, way in (
        ("31", outside, "enter"),
        ("31", outside, "save"),
        ("abc", no_number, "enter"),
        ("abc", no_number, "save"),
    ):
        person.qtbot.mouseClick(box.lineEdit(), LEFT)
        box.lineEdit().selectAll()
        person.qtbot.keyClicks(box, typed)
        if way == "enter":
            person.qtbot.keyClick(box, KEY.Key_Return)
        else:
            button(dialog, "save").setFocus()
            button(dialog, "save").click()
        assert said in told(dialog)
    assert box.value() == 1
    assert button(dialog, "save").isEnabled()  # nothing is being made


def test_a_preview_plays_before_anything_is_made(open_window, monkeypatch, tmp_path):
    """It changes by itself, has the chosen shape and colours, and stops where nobody sees it.

    It goes on where it was only minimized. The landscape is made once.
    """
    person, dialog = opened(open_window, monkeypatch, tmp_path / "x.gif")
    preview = label(dialog, "preview")

    def picture():
        return preview.pixmap().toImage() if not preview.pixmap().isNull() else None

    person.qtbot.waitUntil(lambda: picture() is not None)
    first = picture()
    person.qtbot.waitUntil(lambda: picture() != first)
    monkeypatch.setattr(
        "neuroviz.session.film.landscape_scene",
        lambda *_: pytest.fail("the landscape was made anew"),
    )
    for shape, taller in (("tall", True), ("wide", False)):
        choose(dialog, "shape", shape)
        person.qtbot.waitUntil(lambda: picture() is not None)
        size = preview.pixmap().size()
        assert (size.height() > size.width()) == taller
    dark = preview.pixmap().toImage().pixelColor(0, 0)
    choose(dialog, "theme", "dark" if dark.lightness() > 128 else "light")
    person.qtbot.waitUntil(lambda: picture() is not None)
    assert abs(preview.pixmap().toImage().pixelColor(0, 0).lightness() - dark.lightness()) > 100
    dialog.showMinimized()
    person.settle()
    last = picture()
    assert last is not None
    dialog.showNormal()
    person.qtbot.waitUntil(lambda: picture() not in (None, last))
    dialog.hide()
    last = picture()
    person.qtbot.wait(250)
    assert picture() == last
    assert person.bench.exporter.queue.name is None


def test_a_film_is_made(open_window, monkeypatch, tmp_path):
    """The dialog counts the pictures, may be closed and opened, and the run may go on meanwhile."""
    path = tmp_path / "and.gif"
    person, dialog = opened(open_window, monkeypatch, path)
    counted = []
    bar = dialog.findChild(QProgressBar, "film_progress")
    bar.valueChanged.connect(lambda value: counted.append((value, bar.maximum())))
    button(dialog, "save").click()
    assert bar.isVisible()
    person.press(KEY.Key_F8)
    dialog.hide()
    person.action("film").trigger()
    person.qtbot.waitUntil(lambda: not label(dialog, "preview").pixmap().isNull())
    assert "Save it" not in told(dialog)  # how far it is stays
    person.qtbot.waitUntil(lambda: "Written" in told(dialog), timeout=60_000)
    with Image.open(path) as image:
        assert (image.size, image.n_frames) == (
            (720, 405),
            len({at for at, _ in counted} - {0, -1}),
        )
    assert not bar.isVisible()
    assert person.step == 101


def test_a_film_is_copied_as_a_file(open_window, monkeypatch, tmp_path):
    """It is made once: saved afterwards it is the same."""
    path = tmp_path / "and.gif"
    person, dialog = opened(open_window, monkeypatch, path)
    reported = []
    person.bench.exporter.reported.connect(reported.append)
    button(dialog, "copy").click()
    person.qtbot.waitUntil(lambda: "clipboard" in told(dialog), timeout=60_000)
    assert reported[-1] == "The film is made."
    (url,) = QGuiApplication.clipboard().mimeData().urls()
    copied = Path(url.toLocalFile())
    assert copied.name == "and-run.gif"
    button(dialog, "save").click()
    person.qtbot.waitUntil(lambda: "Written" in told(dialog))
    assert path.read_bytes() == copied.read_bytes()


COPIED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton
from neuroviz.ui.app import create_app, run
from neuroviz.ui.export.film_dialog import FilmDialog
from tests.ui.export.test_film_dialog import choose, told
app = create_app()
def go_on():
    (window,) = (each for each in app.topLevelWidgets() if each.objectName() == "main_window")
    dialog = window.findChild(FilmDialog)
    QTimer.singleShot(10, go_on)
    if dialog is None:  # at first torch is loading, and no step is taken
        for name in ("step", "film"):
            window.findChild(QAction, f"action_{name}").trigger()
        dialog = window.findChild(FilmDialog)
        if dialog is not None:
            choose(dialog, "file", ".gif")
            dialog.findChild(QPushButton, "film_copy").click()
    elif "clipboard" in told(dialog):
        print(app.clipboard().mimeData().urls()[0].toLocalFile())
        app.clipboard().clear()  # without a screen Qt deletes what it holds after Python has ended
        window.close()
QTimer.singleShot(0, go_on)
sys.exit(run())
"""


def test_a_copied_film_is_gone_when_the_program_has_ended(tmp_path):
    """The folder of its file is, too."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", COPIED],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, Path(done.stdout.strip()).name) == (0, "and-run.gif"), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_film_writes_nothing(open_window, monkeypatch, tmp_path):
    """It says so, and another can be made."""
    path = tmp_path / "and.webp"
    path.write_bytes(b"of before")
    person, dialog = opened(open_window, monkeypatch, path)
    button(dialog, "save").click()
    bar = dialog.findChild(QProgressBar, "film_progress")
    person.qtbot.waitUntil(lambda: bar.value() > 0, timeout=60_000)
    person.qtbot.keyClick(dialog, KEY.Key_Escape)
    assert told(dialog) == "Cancelled: nothing is written."
    assert person.bench.exporter.queue.name is None
    assert path.read_bytes() == b"of before"
    assert list(tmp_path.iterdir()) == [path]
    assert button(dialog, "save").isEnabled()
    button(dialog, "cancel").click()
    assert not dialog.isVisible()


def test_a_name_that_was_typed_stays_whole(open_window, monkeypatch, tmp_path):
    """The chosen kind is put behind it, unless it ends as another kind does.

    The file is asked for over the dialog, to which the keyboard then returns.
    """
    person, dialog = opened(open_window, monkeypatch, tmp_path)
    dialog.activateWindow()
    person.qtbot.waitUntil(dialog.isActiveWindow)
    over = []
    for typed, written in (("rate 0.5", "rate 0.5.gif"), ("run.WEBP", "run.WEBP")):
        path = str(tmp_path / typed)

        def ask(asker, *_, path=path):
            over.append(asker)
            return path, ""

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        button(dialog, "save").click()
        assert person.bench.exporter.queue.name == written
        button(dialog, "cancel").click()
    assert over == [dialog, dialog]


def test_what_cannot_be_made_is_said_in_the_dialog(open_window, monkeypatch, tmp_path):
    """No encoder, no race: nobody is asked for a file, and it says how to get one."""
    _, dialog = opened(open_window, monkeypatch, tmp_path / "x.mp4")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: pytest.fail("asked"))
    choose(dialog, "file", ".mp4")
    button(dialog, "save").click()
    assert "pip install imageio-ffmpeg" in told(dialog)
    choose(dialog, "file", ".gif")
    choose(dialog, "kind", "race")
    button(dialog, "save").click()
    assert "No race is on" in told(dialog)


def test_why_a_film_is_not_written_is_said_once(open_window, monkeypatch, tmp_path):
    """In the dialog, or in a box of its own where the dialog was closed meanwhile."""
    path = tmp_path / "gone" / "and.gif"
    person, dialog = opened(open_window, monkeypatch, path)
    boxes = partial(person.window.findChildren, QMessageBox, "export_error")
    queue = person.bench.exporter.queue
    for closed in (False, True):
        button(dialog, "save").click()
        dialog.setVisible(not closed)
        person.qtbot.waitUntil(lambda: queue.name is None)
        assert told(dialog).startswith(f"Cannot write '{path}'")
        assert [box.text() for box in boxes()] == [told(dialog)] * closed


def test_a_run_without_a_step_is_no_film(open_window):
    """The line of words says what to do first."""
    person = open_window()
    person.action("film").trigger()
    assert person.window.findChild(FilmDialog) is None
    said = person.text("sentence")
    assert "no step has been taken" in said
    assert said.count("ress Run") == 1


def test_a_film_is_offered_where_a_run_or_a_race_ends(open_window):
    """Not before, nor where an earlier step is looked at; of a race it is the race."""
    person = open_window(Settings("xor", learning_rate=1.0, epochs=300))
    steps = [person.button(name) for name in ("next_step", "other_step")]
    for task, seen in (("xor", True), ("and", False)):
        person.begin(Settings(task, learning_rate=1.0, epochs=300))
        for _ in range(3):
            person.press(KEY.Key_F8, CTRL)
        person.settle()
        assert steps[1].isVisible() == seen
        assert person.button("share_film").isVisible() != seen
    person.begin(Settings("and", learning_rate=1.0, epochs=200))
    share = person.button("share_film")
    for seen in (False, True):
        person.press(KEY.Key_F8, CTRL)
        person.settle()
        assert share.isVisible() == seen
    person.action("step_back").trigger()
    assert not share.isVisible()
    settings = person.frame.settings
    person.bench.session.race([("one", settings), ("other", settings.replace(learning_rate=2.0))])
    person.press(KEY.Key_F8, CTRL)
    person.press(KEY.Key_F8, CTRL)
    person.settle()
    share.click()
    dialog = person.window.findChild(FilmDialog)
    box = dialog.findChild(ChoiceBox, "film_kind")
    assert box.name() == "race"


def test_closing_the_window_asks_before_a_film_is_lost(open_window, monkeypatch, tmp_path):
    """Waiting goes on with it; stopping closes, and nothing is written. A signal asks nobody."""
    path = tmp_path / "and.webp"
    person, dialog = opened(open_window, monkeypatch, path)
    window = person.window
    button(dialog, "save").click()
    for answer in ("Wait", "Stop and quit"):
        assert not window.close()
        assert window.isVisible()
        (box,) = window.findChildren(QMessageBox, "export_going")
        assert "Still being written: and.webp." in box.text()
        next(each for each in box.buttons() if each.text().replace("&", "") == answer).click()
        person.qtbot.waitUntil(lambda: not window.findChildren(QMessageBox, "export_going"))
        assert window.isVisible() == (answer == "Wait")
        assert (window.bench.exporter.queue.name is None) == (answer != "Wait")
    assert list(tmp_path.iterdir()) == []
    other, dialog = opened(open_window, monkeypatch, path)
    button(dialog, "save").click()
    other.window.end()
    assert not other.window.isVisible()
    assert list(tmp_path.iterdir()) == []


def test_closing_the_window_asks_before_an_export_of_the_sweep_is_lost(open_window):
    """As before one of its own; the words name what is being written, for as long as it is."""
    going = [True]

    def written():
        while going[0]:
            yield 0.01
        return "Written."

    person = open_window()
    person.action("sweep").trigger()
    queue = person.bench._sweep.exporter.queue
    queue.add("line-sweep.png", written())
    assert not person.window.close()
    assert person.window.findChildren(QMessageBox, "export_going")
    going[0] = False
    person.qtbot.waitUntil(lambda: not person.window.findChildren(QMessageBox, "export_going"))
    assert person.window.isVisible()
    going[0] = True
    queue.add("line-sweep.png", written())
    queue.add("line-sweep.csv", written())  # it waits, and would be lost too
    assert not person.window.close()
    (box,) = person.window.findChildren(QMessageBox, "export_going")
    assert "line-sweep.png, line-sweep.csv." in box.text()
    stop = next(each for each in box.buttons() if each.text().replace("&", "") == "Stop and quit")
    stop.click()
    assert not person.window.isVisible()
    assert queue.name is None
