"""The dialogs of the exports: the size of figures.

What an animation shows, how long and large, how far it is.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from neuroviz.session.film import LENGTHS, PACES, RATES, WIDTHS
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.number_box import IntegerBox, NumberBox
from neuroviz.ui.preferences import FIGURE_LIMITS
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import STRETCH, arrange, text_label


class FigureSizeDialog(QDialog):
    """Width, height and resolution of exported figures."""

    def __init__(self, size: tuple[float, float, int], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Size of figures")
        self._width = NumberBox(step=5)
        self._height = NumberBox(step=5)
        self._dpi = IntegerBox()
        form = QFormLayout()
        rows: tuple[tuple[QWidget, str], ...] = (
            (self._width, "Width (mm)"),
            (self._height, "Height (mm)"),
            (self._dpi, "Resolution of PNG (dpi)"),
        )
        for box, caption in rows:
            box.setAccessibleName(caption)
            form.addRow(caption, box)
        self._width.setObjectName("figure_width")
        self._height.setObjectName("figure_height")
        self._dpi.setObjectName("figure_dpi")
        for box, limits, value in zip(
            (self._width, self._height, self._dpi), FIGURE_LIMITS, size, strict=True
        ):
            box.setRange(*limits)
            box.setValue(value)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        arrange(QVBoxLayout(self), form, buttons)

    def size_chosen(self) -> tuple[float, float, int]:
        """Return width and height in mm and the resolution in dpi."""
        return self._width.value(), self._height.value(), self._dpi.value()


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
