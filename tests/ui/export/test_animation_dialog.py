"""Animations asked for in the dialog, drawn by another process.

With progress and a way to cancel.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QProgressBar, QPushButton

from neuroviz.pictures.caption import captioned
from neuroviz.pictures.render import render
from neuroviz.session.film import film_of
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.number_box import IntegerBox, NumberBox
from neuroviz.ui.export.animation_dialog import AnimationDialog
from tests.ui.person import Person

Open = Callable[..., Person]
CTRL = Qt.KeyboardModifier.ControlModifier


def opened(
    open_window: Open, monkeypatch: pytest.MonkeyPatch, path: Path
) -> tuple[Person, AnimationDialog]:
    """Return somebody who has run 100 epochs and opened the dialog of a short, small animation."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    person = open_window()
    person.press(Qt.Key.Key_F8, CTRL)
    person.action("animation").trigger()
    dialog = person.window.findChild(AnimationDialog)
    assert dialog is not None
    assert dialog.isVisible()
    choose(dialog, "view", "loss")
    choose(dialog, "pace", "even")
    dialog.findChild(NumberBox, "animation_seconds").setValue(2)  # type: ignore[union-attr]
    dialog.findChild(IntegerBox, "animation_rate").setValue(4)  # type: ignore[union-attr]
    dialog.findChild(IntegerBox, "animation_width").setValue(480)  # type: ignore[union-attr]
    return person, dialog


def choose(dialog: AnimationDialog, what: str, name: str) -> None:
    box = dialog.findChild(ChoiceBox, f"animation_{what}")
    assert box is not None
    box.setCurrentIndex(box.findData(name))


def press(dialog: AnimationDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, f"animation_{name}")
    assert button is not None
    button.click()


def told(dialog: AnimationDialog) -> str:
    label = dialog.findChild(QLabel, "animation_told")
    assert label is not None
    return label.text()


def test_an_animation_is_made(
    open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The dialog counts the pictures.

    The last one is the exported plot, and the run may go on meanwhile.
    """
    path = tmp_path / "and.png"
    person, dialog = opened(open_window, monkeypatch, path)
    choose(dialog, "kind", ".png")
    view = person.bench.views["loss"]
    page = person.window.preferences.figure_size()[:2]
    expected = render(
        captioned(view.figure(person.frame), person.frame.settings_at_start),
        ".png",
        *page,
        480 / page[0] * 25.4,
    )
    counted: list[tuple[int, int]] = []
    bar = dialog.findChild(QProgressBar, "animation_progress")
    assert bar is not None
    press(dialog, "make")
    bar.valueChanged.connect(lambda value: counted.append((value, bar.maximum())))
    assert bar.isVisible()
    person.press(Qt.Key.Key_F8)
    person.qtbot.waitUntil(lambda: "Written" in told(dialog), timeout=60_000)
    film = film_of(100, 1, 2, 4, "even")
    with Image.open(path) as image:
        pictures = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]
    assert len(pictures) == len(film.steps)
    assert np.array_equal(pictures[-1], np.asarray(Image.open(BytesIO(expected)).convert("RGB")))
    assert counted
    assert all(0 <= value < len(film.steps) == most for value, most in counted)
    assert not bar.isVisible()
    assert person.step == 101


def test_a_cancelled_animation_writes_nothing(
    open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It says so, and another can be made."""
    path = tmp_path / "and.webp"
    path.write_bytes(b"of before")
    person, dialog = opened(open_window, monkeypatch, path)
    press(dialog, "make")
    person.qtbot.waitUntil(lambda: "Picture" in told(dialog), timeout=60_000)
    press(dialog, "cancel")
    assert told(dialog) == "Cancelled: nothing is written."
    assert person.bench.exporter.queue.name is None
    assert path.read_bytes() == b"of before"
    assert list(tmp_path.iterdir()) == [path]
    make = dialog.findChild(QPushButton, "animation_make")
    assert make is not None
    assert make.isEnabled()
    press(dialog, "cancel")
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("typed", "written"),
    [("rate 0.5", "rate 0.5.gif"), ("run", "run.gif"), ("run.PNG", "run.PNG")],
)
def test_a_name_that_was_typed_stays_whole(
    open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str, written: str
) -> None:
    """The chosen kind is put behind it, unless it ends as another kind does."""
    person, dialog = opened(open_window, monkeypatch, tmp_path / typed)
    choose(dialog, "kind", ".gif")
    press(dialog, "make")
    assert person.bench.exporter.queue.name == written
    press(dialog, "cancel")


def test_what_cannot_be_made_is_said_in_the_dialog(
    open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No ffmpeg, too many pictures: nobody is asked for a file."""
    _, dialog = opened(open_window, monkeypatch, tmp_path / "x.mp4")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: pytest.fail("asked"))
    choose(dialog, "kind", ".mp4")
    press(dialog, "make")
    assert "ffmpeg is not on the path" in told(dialog)
    choose(dialog, "kind", ".webp")
    choose(dialog, "pace", "even")
    for name, value in (("rate", 30), ("width", 1920)):
        dialog.findChild(IntegerBox, f"animation_{name}").setValue(value)  # type: ignore[union-attr]
    dialog.findChild(NumberBox, "animation_seconds").setValue(60)  # type: ignore[union-attr]
    choose(dialog, "view", "all")
    press(dialog, "make")
    assert "GB of memory" in told(dialog)


def test_a_run_without_a_step_is_no_film(open_window: Open) -> None:
    """The line of words says what to do first."""
    person = open_window()
    person.action("animation").trigger()
    assert person.window.findChild(AnimationDialog) is None
    assert "press Run first" in person.text("sentence")


def test_closing_the_window_asks_before_an_animation_is_lost(
    open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Waiting goes on with it; stopping closes, and nothing is written. A signal asks nobody."""
    path = tmp_path / "and.webp"
    person, dialog = opened(open_window, monkeypatch, path)
    window = person.window
    press(dialog, "make")
    for answer in ("Wait", "Stop and quit"):
        assert not window.close()
        assert window.isVisible()
        (box,) = window.findChildren(QMessageBox, "export_going")
        assert "Still being written: and.webp." in box.text()
        next(button for button in box.buttons() if button.text() == answer).click()
        person.qtbot.waitUntil(lambda: not window.findChildren(QMessageBox, "export_going"))
        assert window.isVisible() == (answer == "Wait")
        assert (window.bench.exporter.queue.name is None) == (answer != "Wait")
    assert list(tmp_path.iterdir()) == []
    other, dialog = opened(open_window, monkeypatch, path)
    press(dialog, "make")
    other.window.end()
    assert not other.window.isVisible()
    assert list(tmp_path.iterdir()) == []


def test_closing_the_window_asks_before_an_export_of_the_sweep_is_lost(open_window: Open) -> None:
    """As before one of its own; the words name what is being written."""

    def endless() -> Generator[float, None, str]:
        while True:
            yield 0.01

    person = open_window()
    person.action("sweep").trigger()
    queue = person.bench._sweep.exporter.queue
    queue.add("line-sweep.png", endless())
    assert not person.window.close()
    (box,) = person.window.findChildren(QMessageBox, "export_going")
    assert "line-sweep.png" in box.text()
    next(button for button in box.buttons() if button.text() == "Stop and quit").click()
    assert not person.window.isVisible()
    assert queue.name is None
