"""The dialog of animations, which are drawn in a process of their own, in the queue of exports."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from neuroviz.core.slices import Work
from neuroviz.files.writer import FileError
from neuroviz.pictures.render import ANIMATIONS, check_animation, sheet_of
from neuroviz.session.figures import captioned_maker
from neuroviz.session.film import LENGTHS, PACES, RATES, WIDTHS, at_end, film_of
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.card import Card
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.number_box import IntegerBox, NumberBox
from neuroviz.ui.export.drawing import animated
from neuroviz.ui.export.figures import FigureExporter
from neuroviz.ui.export.queue import written
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import STRETCH, arrange, text_label

ALL = "all"
"""The choice of all views in one picture."""
_PACES = {"time_lapse": "Time-lapse", "even": "Even"}
_KINDS = {".webp": "WebP", ".gif": "GIF", ".png": "Animated PNG", ".mp4": "MP4 video"}
_KIND_TIPS = {
    ".webp": "Small, for web pages and slides; maps and surfaces with some loss",
    ".gif": "Plays everywhere, in 256 colours",
    ".png": "Without any loss",
    ".mp4": "Made by ffmpeg",
}
_NO_FFMPEG = "ffmpeg is not on the path: install it for MP4."
_CANCELLED = "Cancelled: nothing is written."
_AT_FIRST = (10.0, 15, 800)
_WIDTH = 420
_FILTERS = {
    ".webp": "WebP animation (*.webp)",
    ".gif": "GIF animation (*.gif)",
    ".png": "Animated PNG (*.png)",
    ".mp4": "MP4 video (*.mp4)",
}


class AnimationDialog(QDialog):
    """Asks what an animation of the run is to show, makes it and shows how far it is.

    The window behind it stays alive.

    Parameters
    ----------
    exporter
        Asks for the file, and has the queue.
    views
        What can be seen, by name.
    moment
        Returns the moment.
    """

    def __init__(
        self, exporter: FigureExporter, views: Mapping[str, Card], moment: Callable[[], Frame]
    ) -> None:
        super().__init__(exporter.widget)
        self.setObjectName("animation_dialog")
        self.setWindowTitle("Animation of the run")
        self.setMinimumWidth(_WIDTH)
        self._exporter = exporter
        self._views = views
        self._moment = moment
        self._work: Work[str] | None = None
        """The animation that is being made."""
        titles = {name: view.menu_title for name, view in views.items()}
        self._view = ChoiceBox({**titles, ALL: "All views in one picture"})
        self._pace = ChoiceBox(_PACES, PACES)
        self._seconds = NumberBox(step=1)
        self._rate = IntegerBox()
        self._width = IntegerBox()
        self._kind = ChoiceBox(_KINDS, _KIND_TIPS)
        self._message = text_label("animation_told", "", wrap=True)
        self._progress = QProgressBar()
        self._make = QPushButton("Make…")
        self._cancel = QPushButton("Close")
        self._place()
        self._show_state()
        self._make.clicked.connect(self._on_make_clicked)
        self._cancel.clicked.connect(self._on_cancel_clicked)

    def open_for(self, view: str) -> None:
        """Come to the front, with a view chosen unless one is being made."""
        if self._work is None:
            self._view.set_name(view)
            self._show_message("")
            without = None if shutil.which("ffmpeg") else _NO_FFMPEG
            self._kind.set_objections({".mp4": without})
        self.show()
        self.raise_()

    def _place(self) -> None:
        rows: tuple[tuple[str, str, QWidget], ...] = (
            ("view", "Shows", self._view),
            ("pace", "Pace", self._pace),
            ("seconds", "Length (s)", self._seconds),
            ("rate", "Pictures a second", self._rate),
            ("width", "Width (pixels)", self._width),
            ("kind", "File", self._kind),
        )
        form = QFormLayout()
        for name, caption, control in rows:
            control.setObjectName(f"animation_{name}")
            control.setAccessibleName(caption)
            form.addRow(caption, control)
        boxes = zip(
            (self._seconds, self._rate, self._width),
            (LENGTHS, RATES, WIDTHS),
            _AT_FIRST,
            strict=True,
        )
        for box, limits, value in boxes:
            box.setRange(*limits)
            box.setValue(value)
        self._progress.setObjectName("animation_progress")
        self._progress.setTextVisible(False)
        self._make.setObjectName("animation_make")
        self._cancel.setObjectName("animation_cancel")
        self._make.setDefault(True)
        self._make.setProperty("primary", True)
        buttons = arrange(QHBoxLayout(), STRETCH, self._cancel, self._make)
        arrange(
            QVBoxLayout(self), form, self._progress, self._message, buttons, spacing=2 * themes.GRID
        )

    def _show_state(self) -> None:
        making = self._work is not None
        self._progress.setVisible(making)
        self._make.setEnabled(not making)
        self._cancel.setText("Cancel" if making else "Close")

    def _show_message(self, sentence: str, *, wrong: bool = False) -> None:
        """Say what was done, or why it could not be."""
        self._message.setProperty("role", "error" if wrong else "muted")
        themes.repolish(self._message)
        self._message.setText(sentence)

    def _show_progress(self, done: int, count: int) -> None:
        """Show how many pictures are drawn."""
        self._progress.setRange(0, count)
        self._progress.setValue(done)
        self._show_message(
            f"Picture {done:,} of {count:,}" if done < count - 1 else "Writing the file …"
        )

    def _on_make_clicked(self) -> None:
        if self._kind.name() == ".mp4" and shutil.which("ffmpeg") is None:
            self._show_message(_NO_FFMPEG, wrong=True)
            return
        frame = at_end(self._moment())
        view, ending = self._view.name(), self._kind.name()
        names = tuple(self._views) if view == ALL else (view,)
        film = film_of(
            frame.newest_step,
            frame.settings.steps_per_epoch,
            self._seconds.value(),
            self._rate.value(),
            self._pace.name(),
        )
        page = self._exporter.preferences.figure_size()[:2]
        sheet = sheet_of(len(names), self._width.value(), page)
        try:
            check_animation(sheet, len(film.steps), ending)
        except ValueError as error:
            self._show_message(str(error), wrong=True)
            return
        name = self._exporter.file_name(f"{view}{ending}")
        path = self._exporter.ask("Make an animation", name, _FILTERS[ending], ANIMATIONS)
        if path is not None:
            makers = [captioned_maker(self._views[name].figure_maker()) for name in names]
            ending = path.suffix.lower()
            self._begin(path, animated(frame, makers, film, sheet, ending, self._show_progress))

    def _begin(self, path: Path, made: Work[list[bytes]]) -> None:
        """Have an animation made in its turn, and show that it is."""
        self._work = self._file(path, made)
        self._progress.setRange(0, 0)
        self._show_message("Making the pictures …")
        self._show_state()
        self._exporter.queue.add(path.name, self._work)

    def _file(self, path: Path, made: Work[list[bytes]]) -> Work[str]:
        """Make an animation, write it to a file, and show how it ends."""
        said = _CANCELLED
        wrong = False
        try:
            said = yield from written(path, made)
            return said
        except (FileError, ValueError) as error:
            said = str(error)
            wrong = True
            raise
        finally:
            self._end(said, wrong=wrong)

    def _end(self, sentence: str, *, wrong: bool = False) -> None:
        self._work = None
        self._show_message(sentence, wrong=wrong)
        self._show_state()

    def _on_cancel_clicked(self) -> None:
        if self._work is None:
            self.reject()
        else:
            self._exporter.queue.leave_off(self._work)
            self._end(_CANCELLED)
