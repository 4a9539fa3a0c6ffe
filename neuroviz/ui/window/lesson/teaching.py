"""Teaching: the way into lessons; what plays them is imported with the first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from neuroviz.session.frame import Frame
from neuroviz.ui.theme.colours import Theme

if TYPE_CHECKING:
    from neuroviz.ui.window.lesson.control import LessonControl
    from neuroviz.ui.window.lesson.ways_in import WaysIn
    from neuroviz.ui.window.main_window import MainWindow


class Teaching(QObject):
    """The slots of menus, links and the command line; the window waits for none of it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._control: LessonControl | None = None
        self._ways: WaysIn | None = None

    @property
    def control(self) -> LessonControl:
        """What plays the lessons, made at the first use."""
        if self._control is None:
            from neuroviz.ui.window.lesson.control import LessonControl

            self._control = LessonControl(self._window)
        return self._control

    @property
    def _ways_in(self) -> WaysIn:
        if self._ways is None:
            from neuroviz.ui.window.lesson.ways_in import WaysIn

            self._ways = WaysIn(self._window, self.control)
        return self._ways

    def open_gallery(self) -> None:
        """Show all lessons."""
        self._ways_in.open_gallery()

    def ask_for_file(self) -> None:
        """Let a person choose the file of a lesson, and open it."""
        self._ways_in.ask_for_file()

    def open_named(self, name: str) -> None:
        """Open a lesson of the program."""
        self._ways_in.open_named(name)

    def open_file(self, path: Path) -> None:
        """Open the lesson in a file; what is wrong with it is told."""
        self._ways_in.open_file(path)

    def leave(self) -> None:
        """Leave the lesson, if one is open: everything is as it was before it."""
        if self._control is not None:
            self._control.leave()

    def show_frame(self, frame: Frame) -> None:
        """Show a moment to the lesson that is open."""
        if self._control is not None:
            self._control.show_frame(frame)

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        if self._control is not None:
            self._control.apply_theme(theme)
