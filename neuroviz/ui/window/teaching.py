"""Teaching: the way into lessons; what plays them is imported with the first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from neuroviz.ui.bench.stack import BenchStack
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.window.loader import TorchLoader

if TYPE_CHECKING:
    from neuroviz.ui.lesson.control import LessonControl
    from neuroviz.ui.lesson.lessons import Lessons


class Teaching(QObject):
    """The slots of menus, links and the command line; the window waits for none of it.

    Parameters
    ----------
    benches
        A lesson plays on a bench of its own in front of the others.
    loader
        A lesson that is opened before torch is loaded waits for it.
    """

    refused = Signal(str)
    """Why a lesson is not opened, or cannot go on."""

    def __init__(
        self, window: QWidget, benches: BenchStack, preferences: Preferences, loader: TorchLoader
    ) -> None:
        super().__init__(window)
        self._window = window
        self._benches = benches
        self._preferences = preferences
        self._loader = loader
        self._made: Lessons | None = None

    @property
    def control(self) -> LessonControl | None:
        """What plays the lesson that is open; None while none is."""
        return None if self._made is None else self._made.control

    @property
    def _lessons(self) -> Lessons:
        if self._made is None:
            from neuroviz.ui.lesson.lessons import Lessons

            self._made = Lessons(self._window, self._benches, self._preferences)
            self._made.refused.connect(self.refused)
            self._loader.loaded.connect(self._made.open_waiting)
        return self._made

    def open_gallery(self) -> None:
        """Show all lessons."""
        self._lessons.open_gallery()

    def open_riddle(self) -> None:
        """Open a lesson in which something is broken."""
        self._lessons.open_riddle()

    def ask_for_file(self) -> None:
        """Let a person choose the file of a lesson, and open it."""
        self._lessons.ask_for_file()

    def open_named(self, name: str) -> None:
        """Open a lesson of the program."""
        self._lessons.open_named(name)

    def open_first(self) -> None:
        """Open lesson 1."""
        from neuroviz.lessons.library import listed_lessons

        self.open_file(listed_lessons()[0].path)

    def open_file(self, path: Path) -> None:
        """Open the lesson in a file; what is wrong with it is told."""
        self._lessons.open_file(path)

    def leave(self) -> None:
        """Leave the lesson, if one is open."""
        if self._made is not None:
            self._made.leave()

    def apply_theme(self) -> None:
        """Apply a theme."""
        if self.control is not None:
            self.control.apply_theme()
