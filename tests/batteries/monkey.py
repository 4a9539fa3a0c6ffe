"""A monkey at the window: ``python -m tests.batteries.monkey --actions 10000 --seed N``.

It clicks, types, turns the wheel, drags, rests, chooses from menus, copies from elsewhere, drops
files, begins lessons, changes sizes and themes, waits and opens the window anew, all at random, on
what a person can reach: of an open list or dialog only that. Files are asked for by a dialog of the
system, which is answered here with a file, good or damaged, with a name, a folder that is missing,
or nothing. Figures keep their usual size: one of half a metre takes its time.

A finding is an exception, a warning of Python or Qt, "nan" among the texts that are drawn, an
action of more than 2 s of processor time, a Reset that does not come to the same start, and an end
with 250 MB more than the first start took. The exit code is 1 if there is one.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_from_bytes

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QMimeData,
    QObject,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QEnterEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QFileDialog, QLineEdit, QMenu, QWidget
from shiboken6 import isValid

from neuroviz.core.training.trainer import Trainer
from neuroviz.lessons.library import lesson_paths
from neuroviz.ui.app import create_app, create_window
from neuroviz.ui.controls.commands import finish_typing
from neuroviz.ui.preferences import FIGURE_SIZE
from tests.batteries.monkey_files import TEXTS, fill
from tests.benchmarks.measure import resident_mb

MOST_SECONDS = 2.0
MOST_MEGABYTES = 250.0
"""What it may take beyond what it had when torch was in."""
_PATIENCE = 0.3
"""Seconds after which a dialog or menu that holds an action up is worked on, and in the end
closed."""
_SAID_BY_NOBODY = re.compile("This plugin does not support|(Mouse|Keyboard) event|QTest::")
"""Messages of the offscreen platform, and of Qt's own test functions."""
_LIKING = 0.7
"""How often it is a control that is clicked, and a field that is typed into."""
_ATTENTION = 0.3
"""How often it is the lesson that is clicked, where one is open."""
_NAN = re.compile(r"\bnan\b", re.IGNORECASE)
_SIZES = (
    (300, 200),
    (640, 480),
    (800, 600),
    (960, 600),
    (1024, 768),
    (1440, 900),
    (1700, 1100),
    (4000, 2000),
)
_TEXTS = (
    "0",
    "1",
    "-1",
    "0.5",
    "0,5",
    "1e-12",
    "1e308",
    "-1e308",
    "1e-320",
    "9" * 40,
    "-",
    "",
    "1e",
    "0x1f",
    "½",
)
_TEXTS += (
    "1, 2",
    "1; 2; 3",
    "a b",
    "<b>x</b>",
    "ä€😀",
    " ",
    "50",
    "3470",
    "1000",
    "0.01",
    "7",
    "100",
)
_NUMBERS_ONLY = ("nan", "inf", "-inf")
_KEYS = (
    *(
        "Tab",
        "Backtab",
        "Return",
        "Escape",
        "Space",
        "Up",
        "Down",
        "Left",
        "Right",
        "Home",
        "End",
        "PageUp",
    ),
    *(
        "PageDown",
        "Delete",
        "Backspace",
        "F2",
        "F4",
        "F5",
        "F6",
        "F7",
        "F8",
        "F9",
        "F10",
        "A",
        "Menu",
    ),
    *("Z", "N", "P", "R", "E", "C", "V", "X", "Plus", "Minus", "0", "1", "5"),
)
_NO_MODIFIER = Qt.KeyboardModifier.NoModifier
_MODIFIERS = (
    *[_NO_MODIFIER] * 4,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
_LEFT = Qt.MouseButton.LeftButton


class _Findings:
    """What has been found, each thing once, with what the monkey did before."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.recent: deque[str] = deque(maxlen=8)

    def add(self, what: str, details: str = "") -> None:
        """Keep a finding, unless there was the same before."""
        if what not in self.texts:
            self.texts[what] = f"{what}\n  after: {' | '.join(self.recent)}\n{details}"

    # --- what is heard of Python and Qt -----------------------------------------------------------

    def on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Take an exception that nobody caught."""
        last = traceback.extract_tb(trace)[-1:]
        where = f"{last[0].filename}:{last[0].lineno}" if last else "nowhere"
        details = "".join(traceback.format_exception(kind, error, trace))
        self.add(f"{kind.__name__}: {error} ({where})", details)

    def on_unraisable(self, said: Any) -> None:
        """Take an exception where none can be raised."""
        self.on_exception(said.exc_type, said.exc_value, said.exc_traceback)

    def on_warning(
        self, message: Warning | str, category: type[Warning], file: str, line: int, *_: Any
    ) -> None:
        """Take a warning of Python's."""
        self.add(
            f"{category.__name__}: {message} ({file}:{line})",
            "".join(traceback.format_stack(limit=12)),
        )

    def on_message(self, _kind: object, _context: object, text: str) -> None:
        """Take a message of Qt's."""
        if not _SAID_BY_NOBODY.search(text):
            self.add(f"Qt: {text}", "".join(traceback.format_stack(limit=12)))


@contextmanager
def watched() -> Iterator[_Findings]:
    """Hear everything that Python and Qt complain of, and read every text that is drawn."""
    found = _Findings()
    draw_text = QPainter.drawText

    def read(painter: QPainter, *what: Any) -> Any:
        for text in what:
            if isinstance(text, str) and _NAN.search(text):
                found.add(f"drawn: {text!r}", "".join(traceback.format_stack(limit=8)))
        return draw_text(painter, *what)

    hooks = patch.multiple(sys, excepthook=found.on_exception, unraisablehook=found.on_unraisable)
    before = qInstallMessageHandler(found.on_message)
    try:
        with hooks, warnings.catch_warnings(), patch.object(QPainter, "drawText", read):
            warnings.simplefilter("always")
            warnings.showwarning = found.on_warning
            with patch.object(threading, "excepthook", lambda said: found.on_unraisable(said)):
                yield found
    finally:
        qInstallMessageHandler(before)


class Monkey(QObject):
    """Sits before the window.

    Parameters
    ----------
    seed
        Of everything that it does.
    found
        What is found goes there.
    files
        What can be dropped on the window.
    """

    def __init__(self, seed: int, found: _Findings, files: list[Path]) -> None:
        super().__init__()
        self._draw = random.Random(seed)
        self.found = found
        self._files = files
        self._first_mb: float | None = None
        self._held: object = None
        self._app = create_app()
        self._began: float | None = None
        self._tries = 0
        self._keeper = QTimer(self, interval=20)
        self._keeper.timeout.connect(self._on_held_up)
        self._keeper.start()
        self.window = self._open()
        self._acts: tuple[tuple[int, Callable[[], str]], ...] = (
            (30, self.click),
            (14, self.key),
            (14, self.choose),
            (14, self.type),
            (8, self.drag),
            (6, self.hover),
            (4, self.rest),
            (2, self.copy),
            (1, self.drop),
            (1, self.begin_lesson),
            (5, self.wheel),
            (3, self.resize),
            (4, self.wait),
            (3, self.reset),
        )

    def play(self, actions: int, every: int = 500) -> None:
        """Do so many things; after so many the window is closed and opened anew."""
        acts = [act for _, act in self._acts]
        weights = [weight for weight, _ in self._acts]
        for number in range(1, actions + 1):
            act = self.reopen if number % every == 0 else self._draw.choices(acts, weights)[0]
            self.do(act)

    def do(self, act: Callable[[], str]) -> None:
        """Do one thing and let the window deal with it."""
        # While torch comes in, its import takes processor time too.
        measured = self.window.bench.session.ready
        if measured and self._first_mb is None:
            self._first_mb = resident_mb()
        self._tries = 0
        self._began = time.perf_counter()
        spent = time.process_time()
        self.found.recent.append(act.__name__)
        try:
            did = act()
            self.found.recent[-1] = did
            self.settle()
        except Exception as error:
            self.found.on_exception(type(error), error, error.__traceback__)
        spent = time.process_time() - spent
        self._began = None
        if measured and spent > MOST_SECONDS:
            self.found.add(f"{spent:.1f} s of processor time: {self.found.recent[-1]}")

    @property
    def grown_mb(self) -> float:
        """What it takes beyond what it had when torch was in."""
        return resident_mb() - (self._first_mb or resident_mb())

    def settle(self) -> None:
        """Let what waits be done, and deliver what is to be deleted."""
        self._app.processEvents()
        self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self._app.processEvents()

    def close(self) -> None:
        """Close the window, and have everything of it deleted."""
        for widget in (self._app.activePopupWidget(), self._app.activeModalWidget()):
            if widget is not None:
                widget.close()
        # What opens in the midst of a click has its release, and Qt goes on taking it for pressed.
        for button in (_LEFT, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
            if self._app.mouseButtons() & button:
                QTest.mouseRelease(self.window.windowHandle(), button)
        self.window.close()
        if self.window.isVisible():  # it asks, since an export would be lost
            self.window.end()
        self.window.deleteLater()
        self.settle()

    # --- what it does -----------------------------------------------------------------------------

    def click(self) -> str:
        """Click somewhere, mostly once and with the left button."""
        target, place = self.somewhere()
        if target is None:
            return "click on nothing"
        button = self._draw.choices(
            (_LEFT, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton), (12, 2, 1)
        )[0]
        click = self._draw.choices((_click, QTest.mouseDClick), (6, 1))[0]
        name = _named(target)
        click(target, button, self._draw.choice(_MODIFIERS), place)
        # Qt's test functions ask for no menu.
        if button == Qt.MouseButton.RightButton and _is_there(target):
            by = self._draw.choice(
                (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard)
            )
            self._app.sendEvent(target, QContextMenuEvent(by, place, target.mapToGlobal(place)))
        return f"{click.__name__.strip('_')} {name} at {place.x()}, {place.y()}"

    def key(self) -> str:
        """Press a key where the keyboard is."""
        name = self._draw.choice(_KEYS)
        modifier = self._draw.choice(_MODIFIERS)
        target = self._keyboard()
        where = _named(target)
        QTest.keyClick(target, getattr(Qt.Key, f"Key_{name}"), modifier)
        return f"key {modifier.name} {name} in {where}"

    def type(self) -> str:
        """Type something into a field or where the keyboard is, and mostly finish it."""
        fields = [field for field in self._tops()[0].findChildren(QWidget) if _is_field(field)]
        if fields and self._draw.random() < _LIKING:
            self._draw.choice(fields).setFocus(Qt.FocusReason.MouseFocusReason)
        target = self._keyboard()
        name = _named(target)
        texts = _TEXTS + (_NUMBERS_ONLY if isinstance(target, QAbstractSpinBox) else ())
        text = self._draw.choice(texts)
        QTest.keyClick(target, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        for letter in text:
            # QTest knows no other letters than ASCII.
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                self._app.sendEvent(self._keyboard(), QKeyEvent(kind, 0, _NO_MODIFIER, letter))
        end = self._draw.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, None))
        if end is not None:
            QTest.keyClick(self._keyboard(), end)
        return f"type {text!r} {end.name if end else ''} in {name}"

    def choose(self) -> str:
        """Trigger an action of a menu that is there to be chosen."""
        if self._held_up:
            return self.key()
        if self._draw.random() < 0.03:
            return self._open_recent()
        actions = [
            action
            for action in self.window.findChildren(QAction)
            if action.isEnabled() and action.objectName() and action.objectName() != "action_quit"
        ]
        action = self._draw.choice(actions)
        self.window.preferences.set_figure_size(FIGURE_SIZE)
        name = action.objectName()
        action.trigger()
        return name

    def _open_recent(self) -> str:
        menu = self.window.findChild(QMenu, "recent")
        menu.aboutToShow.emit()
        action = self._draw.choice(menu.actions())
        name = action.text()
        action.trigger()
        return f"recent {name}"

    def begin_lesson(self) -> str:
        """Begin a lesson, as the gallery, the palette and the cards do."""
        if self._held_up:
            return self.key()
        name = self._draw.choice(lesson_paths()).stem
        self.window.lessons.open_named(name)
        return f"lesson {name}"

    def copy(self) -> str:
        """Copy something in another program."""
        text = self._draw.choice(TEXTS)
        QGuiApplication.clipboard().setText(text)
        return f"copy {text[:20]!r}"

    def drop(self) -> str:
        """Drop a file or a text on the window."""
        if self._held_up:
            return self.key()
        mime = QMimeData()
        dropped = self._draw.choice((*self._files, *TEXTS, "https://example.org/a.csv"))
        if isinstance(dropped, Path) or dropped.startswith("https"):
            mime.setUrls([_url(dropped)] * self._draw.choice((1, 1, 1, 1, 2)))
        else:
            mime.setText(dropped)
        place = self.window.rect().center()
        how = (Qt.DropAction.CopyAction, mime, _LEFT, _NO_MODIFIER)
        for event in (QDragEnterEvent(place, *how), QDropEvent(QPointF(place), *how)):
            self._app.sendEvent(self.window, event)
        return f"drop {str(dropped)[:60]!r}"

    def rest(self) -> str:
        """Let the pointer rest, until a card or a tip comes."""
        target, place = self.somewhere()
        if target is None:
            return "rest on nothing"
        name = _named(target)
        at = target.mapToGlobal(place)
        self._app.sendEvent(target, QEnterEvent(QPointF(place), QPointF(place), QPointF(at)))
        self._app.sendEvent(target, QHelpEvent(QEvent.Type.ToolTip, place, at))
        return f"rest on {name}"

    def drag(self) -> str:
        """Press, move and release."""
        target, place = self.somewhere()
        if target is None:
            return "drag nothing"
        name = _named(target)
        QTest.mousePress(target, _LEFT, self._draw.choice(_MODIFIERS), place)
        for _ in range(self._draw.randint(1, 5)):
            if not _is_there(target):
                return f"drag {name}, which went away"
            QTest.mouseMove(
                target, QPoint(*(self._draw.randint(-40, side + 40) for side in _size(target)))
            )
            self._app.processEvents()
        if _is_there(target):
            QTest.mouseRelease(target, _LEFT, _NO_MODIFIER, target.rect().center())
        return f"drag {name}"

    def hover(self) -> str:
        """Move the pointer."""
        target, place = self.somewhere()
        if target is None:
            return "hover over nothing"
        name = _named(target)
        for step in range(3):
            if _is_there(target):
                QTest.mouseMove(target, place + QPoint(step, -step))
                self._app.processEvents()
        return f"hover {name}"

    def wheel(self) -> str:
        """Turn the wheel, often far."""
        target, place = self.somewhere()
        if target is None:
            return "wheel over nothing"
        name = _named(target)
        notches = self._draw.choice((1, -1, 3, -3, 40, -40))
        for _ in range(abs(notches)):
            if not _is_there(target):
                break
            turn = QPoint(0, 120 if notches > 0 else -120)
            at = QPointF(place)
            everywhere = QPointF(target.mapToGlobal(place))
            phase = Qt.ScrollPhase.NoScrollPhase
            no_button = Qt.MouseButton.NoButton
            event = QWheelEvent(
                at, everywhere, QPoint(), turn, no_button, _NO_MODIFIER, phase, False
            )
            self._app.sendEvent(target, event)
        return f"wheel {notches} over {name}"

    def resize(self) -> str:
        """Give a window another size."""
        window = self._draw.choice(self._tops())
        size = self._draw.choice(_SIZES)
        window.resize(*size)
        return f"resize {_named(window)} to {size}"

    def wait(self) -> str:
        """Let things go on for a moment."""
        seconds = self._draw.choice((0.02, 0.1, 0.3))
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._app.processEvents()
            time.sleep(0.002)
        return f"wait {seconds}"

    def reset(self) -> str:
        """Press Reset, and see whether it comes to the same start.

        That of a fresh run, to the bit.
        """
        frame = self.window.bench.session.frame()
        action = self.window.bench.commands["reset"]
        # A lesson locks what it does not need; what was put down is taken up before any run starts.
        if not self.window.bench.session.ready or self._held_up or not action.isEnabled():
            return "no reset"
        if not finish_typing():  # what cannot be read is refused first, with a sentence
            return "no reset"
        start = frame.row_at(0)
        action.trigger()
        after = self.window.bench.session.frame()
        fresh = Trainer(after.settings).history.newest
        now = after.row
        # What is only held has a start of its own, and a person's own steps begin at the ball.
        for before in (fresh,) if frame.preview or frame.own is not None else (start, fresh):
            same = (
                now is not None
                and now.step == 0
                and np.array_equal(before.parameters, now.parameters)
            )
            if not same:
                self.found.add(
                    "Reset came to another start", f"{before}\n{now}\n{after.settings}\n"
                )
        return "reset"

    def reopen(self) -> str:
        """Close the window and open it again."""
        self.close()
        self.window = self._open()
        return "reopen"

    # --- what it can reach ------------------------------------------------------------------------

    def _open(self) -> Any:
        window = create_window()
        window.resize(*self._draw.choice(_SIZES))
        window.show()
        window.activateWindow()
        self.settle()
        return window

    @property
    def _held_up(self) -> QWidget | None:
        """The open list or dialog that alone takes mouse and keys; None where there is none."""
        return self._app.activePopupWidget() or self._app.activeModalWidget()

    def _tops(self) -> list[QWidget]:
        """Return the windows that take mouse and keys now."""
        alone = self._held_up
        if alone is not None:
            return [alone]
        shown = [
            top
            for top in self._app.topLevelWidgets()
            if top.isVisible() and not isinstance(top, QMenu)
        ]
        return sorted(shown, key=_named) or [self.window]

    def somewhere(self) -> tuple[QWidget | None, QPoint]:
        """Return a part of a window that can be seen, and a place on it."""
        top = self._draw.choice(self._tops())
        lesson = top.findChild(QWidget, "lesson")
        if lesson is not None and lesson.isVisible() and self._draw.random() < _ATTENTION:
            parts = [part for part in lesson.findChildren(QWidget) if _can_be_seen(part, top)]
            return self._place_on(top, parts)
        parts = [part for part in (top, *top.findChildren(QWidget)) if _can_be_seen(part, top)]
        return self._place_on(top, parts)

    def _place_on(self, top: QWidget, parts: list[QWidget]) -> tuple[QWidget | None, QPoint]:
        controls = [
            part
            for part in parts
            if part.focusPolicy() != Qt.FocusPolicy.NoFocus and part.isEnabled()
        ]
        if not parts:
            return None, QPoint()
        part = self._draw.choice(controls if controls and self._draw.random() < _LIKING else parts)
        region = part.visibleRegion().boundingRect()
        x = self._draw.randint(region.left(), max(region.left(), region.right()))
        y = self._draw.randint(region.top(), max(region.top(), region.bottom()))
        on_top = top.childAt(part.mapTo(top, QPoint(x, y))) or top
        # PySide takes what it knows of a list's parts for gone when it forgets the list.
        self._held = (top, parts)
        if not on_top.isEnabled():
            return None, QPoint()
        return on_top, on_top.mapFrom(top, part.mapTo(top, QPoint(x, y)))

    def _keyboard(self) -> QWidget:
        top = self._held_up
        focus = self._app.focusWidget()
        if focus is not None and (top is None or focus.window() is top):
            return focus
        return top or self.window

    def _on_held_up(self) -> None:
        """Work on a dialog or the menu of a button that the action waits for.

        After a while close it.
        """
        waits_for = self._held_up
        if (
            self._began is None
            or waits_for is None
            or time.perf_counter() - self._began < _PATIENCE
        ):
            return
        self._tries += 1
        if self._tries > 4:
            waits_for.close()
        else:
            key = self._draw.choice(
                (Qt.Key.Key_Tab, Qt.Key.Key_5, Qt.Key.Key_Down, Qt.Key.Key_Return)
            )
            # Not in the event of the timer, which does not come again before that event has ended:
            # a key that opens a dialog would wait for ever.
            QTimer.singleShot(0, lambda: self._press(key))

    def _press(self, key: Qt.Key) -> None:
        if self._held_up is not None:
            QTest.keyClick(self._keyboard(), key)


def _click(target: QWidget, *how: Any) -> None:
    """Press and release.

    QTest.mouseClick would crash where the press has the target deleted, which Qt minds.
    """
    QTest.mousePress(target, *how)
    if isValid(target):
        QTest.mouseRelease(target, *how)


def _can_be_seen(part: QWidget, top: QWidget) -> bool:
    return part.isVisible() and part.window() is top and not part.visibleRegion().isEmpty()


def _is_field(part: QWidget) -> bool:
    return isinstance(part, QAbstractSpinBox | QLineEdit) and part.isVisible() and part.isEnabled()


def _is_there(target: QWidget) -> bool:
    """Return whether a widget has not been deleted or hidden meanwhile."""
    try:
        return target.isVisible()
    except RuntimeError:
        return False


def _size(target: QWidget) -> tuple[int, int]:
    return target.width(), target.height()


def _named(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()}".strip()


def _url(of: Path | str) -> QUrl:
    if isinstance(of, str):
        return QUrl(of)
    return QUrl.fromEncoded(b"file://" + quote_from_bytes(os.fsencode(of)).encode())


@contextmanager
def _answered(folder: Path, files: list[Path], seed: int) -> Iterator[None]:
    """Answer the dialogs for a file.

    With one to open, with a name, a folder that is missing, or with nothing.
    """
    draw = random.Random(seed)
    names = (
        "a.png",
        "b.svg",
        "c.pdf",
        "d.csv",
        "e.py",
        "f",
        "s.neuroviz",
        "missing/g.png",
        "h.webp",
        "i.html",
        "",
    )

    def save(*_: Any) -> tuple[str, str]:
        name = draw.choice(names)
        return (str(folder / name) if name else "", "")

    def load(*_: Any) -> tuple[str, str]:
        return (str(draw.choice(files)), "") if draw.random() < 0.7 else save()

    with (
        patch.object(QFileDialog, "getSaveFileName", save),
        patch.object(QFileDialog, "getOpenFileName", load),
    ):
        yield


def play(actions: int, seed: int, folder: Path, every: int = 500) -> tuple[_Findings, float]:
    """Let the monkey do so many things.

    Return what it found, and the megabytes that it took beyond the start.
    """
    files = fill(folder)
    with watched() as found, _answered(folder, files, seed):
        monkey = Monkey(seed, found, files)
        monkey.play(actions, every)
        grown = monkey.grown_mb
        if grown > MOST_MEGABYTES:
            found.add(f"{grown:.0f} MB more than at the start")
        monkey.close()
    return found, grown


def main(arguments: list[str] | None = None) -> int:
    """Run the battery and return its exit code."""
    parser = argparse.ArgumentParser(description="A monkey at the window.")
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.dict(os.environ, XDG_CONFIG_HOME=folder, XDG_STATE_HOME=folder),
    ):
        found, grown = play(args.actions, args.seed, Path(folder))
    for text in found.texts.values():
        print(text, flush=True)
    seconds = time.perf_counter() - began
    print(
        f"seed {args.seed}: {args.actions} actions in {seconds:.0f} s, "
        f"{len(found.texts)} findings, {grown:+.0f} MB"
    )
    return 1 if found.texts else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # what Python still holds of Qt could crash the end of the interpreter
