"""Animations of the run.

Asked for in a dialog, drawn in a process of their own, in the queue of the exports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from neuroviz.core.slices import Work
from neuroviz.files.writer import FileError, check_writable, writing
from neuroviz.pictures.render import ANIMATIONS, check_animation, sheet_of
from neuroviz.session.figures import captioned_maker
from neuroviz.session.film import at_end, film_of
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.card import Card
from neuroviz.ui.export.dialogs import ALL, AnimationChoice, AnimationDialog
from neuroviz.ui.export.drawing import FilmDrawing, animated
from neuroviz.ui.export.queue import ExportQueue

_FILTERS = {
    ".webp": "WebP animation (*.webp)",
    ".gif": "GIF animation (*.gif)",
    ".png": "Animated PNG (*.png)",
    ".mp4": "MP4 video (*.mp4)",
}


class Animator(QObject):
    """Makes the animations that its dialog is asked for.

    Parameters
    ----------
    ask
        Asks for a path: given a title, a name and the filter, returns it, or None.
    named
        Gives the name to be proposed, from how it ends.
    moment, page
        Return the moment, and the size of figures in millimetres.
    """

    def __init__(
        self,
        parent: QWidget,
        views: Mapping[str, Card],
        queue: ExportQueue,
        ask: Callable[[str, str, str], Path | None],
        named: Callable[[str], str],
        moment: Callable[[], Frame],
        page: Callable[[], tuple[float, float]],
    ) -> None:
        super().__init__(parent)
        self._views = views
        self._queue = queue
        self._ask = ask
        self._named = named
        self._moment = moment
        self._page = page
        self._work: Work[str] | None = None
        self.dialog = AnimationDialog(
            {name: view.menu_title for name, view in views.items()}, parent
        )
        self.dialog.asked.connect(self._on_asked)
        self.dialog.cancelled.connect(self._on_cancelled)

    def _on_asked(self, choice: AnimationChoice) -> None:
        frame = at_end(self._moment())
        names = tuple(self._views) if choice.view == ALL else (choice.view,)
        film = film_of(
            frame.newest_step,
            frame.settings.steps_per_epoch,
            choice.seconds,
            choice.rate,
            choice.pace,
        )
        sheet = sheet_of(len(names), choice.width, self._page())
        try:
            check_animation(sheet, len(film.steps), choice.ending)
        except ValueError as error:
            self.dialog.show_message(str(error), wrong=True)
            return
        path = self._ask(
            "Make an animation",
            self._named(f"{choice.view}{choice.ending}"),
            _FILTERS[choice.ending],
        )
        if path is None:
            return
        path = (
            path if path.suffix.lower() in ANIMATIONS else path.with_name(path.name + choice.ending)
        )
        makers = tuple(captioned_maker(self._views[name].figure_maker()) for name in names)
        self._work = self._file(path, FilmDrawing(frame, makers, film, sheet))
        self.dialog.begin()
        self._queue.add(path.name, self._work)

    def _file(self, path: Path, drawing: FilmDrawing) -> Work[str]:
        """Make an animation, and write it to a file.

        The dialog shows how far it is, and how it ends.
        """
        said = "Cancelled: nothing is written."
        wrong = False
        try:
            check_writable(path)
            data = yield from animated(drawing, path.suffix.lower(), self.dialog.show_progress)
            said = f"Written: {(yield from writing(path, [data]))}."
            return said
        except (FileError, ValueError) as error:
            said = str(error)
            wrong = True
            raise
        finally:
            self.dialog.end(said, wrong=wrong)

    def _on_cancelled(self) -> None:
        if self._work is not None:
            self._queue.leave_off(self._work)
            self.dialog.end("Cancelled: nothing is written.")
