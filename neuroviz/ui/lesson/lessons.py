"""The lessons of a window: they are found, read and opened, each on its own bench.

Any errors in one are shown. The code that plays lessons is imported with the first one, so that the
window does not wait for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from neuroviz.ui.bench.stack import BenchStack
from neuroviz.ui.preferences import Preferences

if TYPE_CHECKING:
    from neuroviz.lessons.format import Lesson
    from neuroviz.ui.lesson.control import LessonControl


class Lessons(QObject):
    """Opens one lesson at a time, in front of a person's own bench, which stays as it is.

    Parameters
    ----------
    window
        The window over which dialogs open.
    """

    refused = Signal(str)
    """Why a lesson is not opened, or cannot go on."""
    shown = Signal(str)
    """The title of the lesson that is opened; empty when it is left."""
    control: LessonControl | None = None
    """Plays the lesson that is open; None while none is."""
    _waits: Path | None = None

    def __init__(self, window: QWidget, benches: BenchStack, preferences: Preferences) -> None:
        super().__init__(window)
        self._window = window
        self._benches = benches
        self._preferences = preferences

    @property
    def words(self) -> list[str]:
        """The command's words for the lesson that is open; empty while none is."""
        if self.control is None:
            return []
        from neuroviz.lessons.riddles import NAME

        lesson = self.control.lesson
        name, _, seed = lesson.name.rpartition("-")
        if name == NAME:  # its file is gone
            return ["lesson", NAME, "--seed", seed]
        return ["lesson", str(lesson.path)]

    def open(self, lesson: Lesson) -> None:
        """Open a lesson where it was left the last time."""
        from neuroviz.ui.lesson.control import LessonControl

        self.leave()
        control = self.control = LessonControl(self._benches.open(), lesson, self._preferences)
        control.leave_asked.connect(self.leave)
        control.another_asked.connect(self.open)
        control.impossible.connect(self._give_up)
        self.shown.emit(lesson.title)
        control.begin()

    def leave(self) -> None:
        """Close the lesson, if one is open, and show again what was there before it."""
        if self.control is not None:
            self.control.answer_controller.close()
            self.control = None
            self._benches.close_front()
            self.shown.emit("")
            self._window.setFocus()  # not on any control

    def _give_up(self, sentence: str) -> None:
        self.leave()
        self.refused.emit(sentence)

    def open_riddle(self) -> None:
        """Open a random riddle."""
        from neuroviz.lessons.riddles import random_seed, riddle  # here: few ever open one

        self.open(riddle(random_seed()))

    def open_gallery(self) -> None:
        """Show the gallery of all lessons."""
        from neuroviz.lessons.library import listed_lessons
        from neuroviz.lessons.reading import LessonError
        from neuroviz.ui.lesson.gallery import CHECKS, Gallery

        try:
            lessons = listed_lessons()
        except LessonError as error:
            self.refused.emit(str(error))
            return
        progress = {lesson.name: self._progress(lesson) for lesson in lessons}
        front = self._benches.front
        gallery = Gallery(
            lessons,
            progress,
            ready=front.session.ready,
            checks={name: self._preferences.check_results(name) for name in CHECKS},
            parent=self._window,
        )
        gallery.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        gallery.chosen.connect(self.open_file)
        gallery.file_asked.connect(gallery.reject)
        gallery.file_asked.connect(self.ask_for_file)
        gallery.paper_asked.connect(front.exporter.export_lesson)
        gallery.open()

    def _progress(self, lesson: Lesson) -> str:
        """Return the progress that the gallery shows for a lesson; empty if it was not begun."""
        from neuroviz.lessons.answers import LessonProgress
        from neuroviz.ui.lesson.gallery import DONE

        progress = LessonProgress.read(self._preferences.lesson_progress(lesson.name))
        if progress.finished:
            return DONE
        pages = len(lesson.steps)
        reached = min(len(progress.marks), pages)
        return f"page {reached} of {pages}" if reached > 1 else ""

    def ask_for_file(self) -> None:
        """Let a person choose the file of a lesson, and open it."""
        folder = self._preferences.folder()
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open a lesson", folder, "Lessons (*.toml)"
        )
        if name:
            self.open_file(Path(name))

    def open_named(self, name: str) -> None:
        """Open a lesson of the program."""
        from neuroviz.lessons.library import find_lesson

        self.open_file(find_lesson(name))

    def open_first(self) -> None:
        """Open lesson 1."""
        from neuroviz.lessons.library import listed_lessons

        self.open_file(listed_lessons()[0].path)

    def open_file(self, path: Path) -> None:
        """Open the lesson in a file as soon as torch is loaded; any errors in it are shown."""
        if not self._benches.front.session.ready:
            self._waits = path
            return
        from msgspec.structs import replace

        from neuroviz.lessons.reading import LessonError, in_file, read_lesson

        try:
            lesson = read_lesson(path)
            times = len(self._preferences.check_results(lesson.name))
            if lesson.path_again is not None and times % 2:
                # A check has other numbers every second time; both are kept under one name.
                lesson = replace(read_lesson(lesson.path_again), name=lesson.name)
        except LessonError as error:
            more = len(error.problems) - 1
            rest = (
                f"\n\nThere is more ({more}): neuroviz lesson --check tells all of it."
                if more
                else ""
            )
            self.refused.emit(f"{in_file(path.name, error)}{rest}")
            return
        self.open(lesson)

    def open_waiting(self) -> None:
        """Open the lesson that waits for torch, if there is one."""
        if self._waits is not None:
            path = self._waits
            self._waits = None
            self.open_file(path)
