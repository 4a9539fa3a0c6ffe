"""Animations of the run.

Asked for in a dialog, drawn in a process of their own, in the queue of the exports.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
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
_AT_FIRST = (10.0, 15, 800)
_WIDTH = 420


@dataclass(frozen=True)
class AnimationChoice:
    """What a person has chosen: the name of a view or ALL, and the numbers of the film."""

    view: str
    pace: str
    seconds: float
    rate: int
    width: int
    ending: str


class AnimationDialog(QDialog):
    """Chooses one of the views (name -> title) and shows how far it is.

    The window behind it stays alive.
    """

    asked = Signal(object)
    """An animation is wanted: its AnimationChoice."""
    cancelled = Signal()
    """The animation under way is to be left off."""

    def __init__(self, views: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("animation_dialog")
        self.setWindowTitle("Animation of the run")
        self.setMinimumWidth(_WIDTH)
        self.view = ChoiceBox({**views, ALL: "All views in one picture"})
        self.pace = ChoiceBox(_PACES, PACES)
        self.seconds = NumberBox(step=1)
        self.rate = IntegerBox()
        self.width_box = IntegerBox()
        self.kind = ChoiceBox(_KINDS, _KIND_TIPS)
        self.message = text_label("animation_told", "", wrap=True)
        self.progress = QProgressBar()
        self.make = QPushButton("Make…")
        self.cancel = QPushButton("Close")
        self._making = False
        self._place()
        self._show_state()
        self.make.clicked.connect(self._on_make_clicked)
        self.cancel.clicked.connect(self._on_cancel_clicked)

    @property
    def choice(self) -> AnimationChoice:
        """What is chosen now."""
        numbers = self.seconds.value(), self.rate.value(), self.width_box.value()
        return AnimationChoice(self.view.name(), self.pace.name(), *numbers, self.kind.name())

    def open_for(self, view: str) -> None:
        """Come to the front, with a view chosen unless one is being made."""
        if not self._making:
            self.view.set_name(view)
            self.show_message("")
            without = None if shutil.which("ffmpeg") else _NO_FFMPEG
            self.kind.set_objections({".mp4": without})
        self.show()
        self.raise_()

    def show_message(self, sentence: str, *, wrong: bool = False) -> None:
        """Say what was done, or why it could not be."""
        self.message.setProperty("role", "error" if wrong else "muted")
        themes.repolish(self.message)
        self.message.setText(sentence)

    def begin(self) -> None:
        """Show that an animation is being made."""
        self._making = True
        self.progress.setRange(0, 0)
        self.show_message("Making the pictures …")
        self._show_state()

    def show_progress(self, done: int, count: int) -> None:
        """Show how many pictures are drawn."""
        self.progress.setRange(0, count)
        self.progress.setValue(done)
        self.show_message(
            f"Picture {done:,} of {count:,}" if done < count - 1 else "Writing the file …"
        )

    def end(self, sentence: str, *, wrong: bool = False) -> None:
        """Show that it is over, and how."""
        self._making = False
        self.show_message(sentence, wrong=wrong)
        self._show_state()

    def _place(self) -> None:
        rows: tuple[tuple[str, str, QWidget], ...] = (
            ("view", "Shows", self.view),
            ("pace", "Pace", self.pace),
            ("seconds", "Length (s)", self.seconds),
            ("rate", "Pictures a second", self.rate),
            ("width", "Width (pixels)", self.width_box),
            ("kind", "File", self.kind),
        )
        form = QFormLayout()
        for name, caption, control in rows:
            control.setObjectName(f"animation_{name}")
            control.setAccessibleName(caption)
            form.addRow(caption, control)
        boxes = zip(
            (self.seconds, self.rate, self.width_box),
            (LENGTHS, RATES, WIDTHS),
            _AT_FIRST,
            strict=True,
        )
        for box, limits, value in boxes:
            box.setRange(*limits)
            box.setValue(value)
        self.progress.setObjectName("animation_progress")
        self.progress.setTextVisible(False)
        self.make.setObjectName("animation_make")
        self.cancel.setObjectName("animation_cancel")
        self.make.setDefault(True)
        self.make.setProperty("primary", True)
        buttons = arrange(QHBoxLayout(), STRETCH, self.cancel, self.make)
        arrange(
            QVBoxLayout(self), form, self.progress, self.message, buttons, spacing=2 * themes.GRID
        )

    def _show_state(self) -> None:
        self.progress.setVisible(self._making)
        self.make.setEnabled(not self._making)
        self.cancel.setText("Cancel" if self._making else "Close")

    def _on_make_clicked(self) -> None:
        if self.kind.name() == ".mp4" and shutil.which("ffmpeg") is None:
            self.show_message(_NO_FFMPEG, wrong=True)
        else:
            self.asked.emit(self.choice)

    def _on_cancel_clicked(self) -> None:
        if self._making:
            self.cancelled.emit()
        else:
            self.reject()


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
    exporter
        Asks for the file, and has the queue.
    moment
        Returns the moment.
    """

    def __init__(
        self, exporter: FigureExporter, views: Mapping[str, Card], moment: Callable[[], Frame]
    ) -> None:
        super().__init__(exporter)
        self._exporter = exporter
        self._views = views
        self._moment = moment
        self._work: Work[str] | None = None
        self.dialog = AnimationDialog(
            {name: view.menu_title for name, view in views.items()}, exporter.widget
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
        page = self._exporter.preferences.figure_size()[:2]
        sheet = sheet_of(len(names), choice.width, page)
        try:
            check_animation(sheet, len(film.steps), choice.ending)
        except ValueError as error:
            self.dialog.show_message(str(error), wrong=True)
            return
        path = self._exporter.ask(
            "Make an animation",
            self._exporter.file_name(f"{choice.view}{choice.ending}"),
            _FILTERS[choice.ending],
            ANIMATIONS,
        )
        if path is None:
            return
        makers = tuple(captioned_maker(self._views[name].figure_maker()) for name in names)
        ending = path.suffix.lower()
        made = animated(frame, makers, film, sheet, ending, self.dialog.show_progress)
        self._work = self._file(path, made)
        self.dialog.begin()
        self._exporter.queue.add(path.name, self._work)

    def _file(self, path: Path, made: Work[list[bytes]]) -> Work[str]:
        """Make an animation, and write it to a file.

        The dialog shows how far it is, and how it ends.
        """
        said = "Cancelled: nothing is written."
        wrong = False
        try:
            said = yield from written(path, made)
            return said
        except (FileError, ValueError) as error:
            said = str(error)
            wrong = True
            raise
        finally:
            self.dialog.end(said, wrong=wrong)

    def _on_cancelled(self) -> None:
        if self._work is not None:
            self._exporter.queue.leave_off(self._work)
            self.dialog.end("Cancelled: nothing is written.")
