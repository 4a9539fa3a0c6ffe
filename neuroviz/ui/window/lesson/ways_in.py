"""The ways into a lesson: gallery, names, files; what is wrong with one is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from neuroviz.lessons.format import Lesson
from neuroviz.lessons.library import find_lesson, listed_lessons
from neuroviz.lessons.reading import LessonError, in_file, read_lesson
from neuroviz.ui.lesson.gallery import Gallery
from neuroviz.ui.window.lesson.control import LessonControl
from neuroviz.ui.window.lesson.progress import in_words
from neuroviz.ui.window.lesson.words import CHECK

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow


class WaysIn(QObject):
    """Finds and reads the lesson that is wanted, and opens it as soon as torch is there."""

    def __init__(self, window: MainWindow, control: LessonControl) -> None:
        super().__init__(window)
        self._window = window
        self._control = control
        self._waits: Path | None = None
        window.loader.loaded.connect(self._on_loaded)

    def open_gallery(self) -> None:
        """Show all lessons."""
        window = self._window
        try:
            lessons = listed_lessons()
        except LessonError as error:
            window.tell_trouble(str(error))
            return
        progress = {lesson.name: in_words(window.preferences, lesson) for lesson in lessons}
        check = window.preferences.check_results(CHECK) if _file_of(CHECK) is not None else None
        gallery = Gallery(lessons, progress, window.theme, ready=window.session.ready, check=check, parent=window)
        gallery.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        gallery.chosen.connect(self._on_chosen)
        gallery.file_asked.connect(gallery.reject)
        gallery.file_asked.connect(self.ask_for_file)
        gallery.check_asked.connect(gallery.reject)
        gallery.check_asked.connect(self._open_check)
        gallery.open()

    def ask_for_file(self) -> None:
        """Let a person choose the file of a lesson, and open it."""
        folder = self._window.preferences.folder()
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a lesson", folder, "Lessons (*.toml)")
        if name:
            self.open_file(Path(name))

    def open_named(self, name: str) -> None:
        """Open a lesson of the program."""
        path = _file_of(name)
        if path is not None:
            self.open_file(path)

    def open_file(self, path: Path) -> None:
        """Open the lesson in a file, as soon as torch is there; what is wrong with it is told."""
        if not self._window.session.ready:
            self._waits = path
            return
        try:
            lesson = self._in_turn(read_lesson(path))
        except LessonError as error:
            more = len(error.problems) - 1
            rest = f"\n\nThere is more ({more}): neuroviz lesson --check tells all of it." if more else ""
            self._window.tell_trouble(f"{in_file(path.name, error)}{rest}")
            return
        self._control.open(lesson)

    def _in_turn(self, lesson: Lesson) -> Lesson:
        """Return the lesson, or the other numbers of a check every second time; both are kept under one name."""
        times = len(self._window.preferences.check_results(lesson.name))
        if lesson.path_again is None or times % 2 == 0:
            return lesson
        return replace(read_lesson(lesson.path_again), name=lesson.name)

    def _on_loaded(self) -> None:
        if self._waits is not None:
            path, self._waits = self._waits, None
            self.open_file(path)

    def _on_chosen(self, path: str) -> None:
        self.open_file(Path(path))

    def _open_check(self) -> None:
        self.open_named(CHECK)


def _file_of(name: str) -> Path | None:
    try:
        return find_lesson(name)
    except LessonError:
        return None
