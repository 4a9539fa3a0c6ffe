"""Taking away: the answers of a lesson as a page, or as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from neuroviz.files.writer import FileError, write_bytes
from neuroviz.lessons.answers import as_dict
from neuroviz.lessons.handout import handout
from neuroviz.ui.window.lesson.course import Course

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow

_PAGES = "Page (*.pdf);;Web page (*.html);;Data (*.json)"
_ENDINGS = (".pdf", ".html", ".json")


def take_away(window: MainWindow, course: Course) -> None:
    """Write the answers so far into a file of a person's choice."""
    start = str(Path(window.preferences.folder()) / f"{course.lesson.name}.pdf")
    name, _ = QFileDialog.getSaveFileName(window, "Save the answers", start, _PAGES)
    if not name:
        return
    ending = Path(name).suffix.lower()
    try:
        if ending not in _ENDINGS:
            raise FileError(f"{name} must end in .pdf, .html or .json.")
        write_bytes(name, _taken_away(window, course, ending))
    except FileError as error:
        window.tell_trouble(str(error))
        return
    window.preferences.set_folder(str(Path(name).parent))
    window.showing.tell(f"The answers are in {name}.")


def _taken_away(window: MainWindow, course: Course, ending: str) -> bytes:
    """Return the answers as a page, with the figures on show, or as JSON."""
    lesson = course.lesson
    answers = course.answers()
    if ending == ".json":
        return f"{json.dumps(as_dict(lesson, answers, course.right), ensure_ascii=False, indent=2)}\n".encode()
    from neuroviz.paper.write import page_bytes  # here: matplotlib, which the window does not wait for

    frame = window.session.frame()
    names = [name for name in lesson.steps[-1].views if name != "neuron"]
    figures = [view.figure(frame) for name, view in window.views.items() if name in names]
    seen = [figure for figure in figures if figure is not None]
    return page_bytes(handout(lesson, answers, course.right, seen), ending)
