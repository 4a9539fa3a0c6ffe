"""The choice of the sample that the neuron shows: one of them, or the whole batch."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import in_row, named, set_tip, small_button

MOVES = {
    Qt.Key.Key_Right: "next",
    Qt.Key.Key_Down: "next",
    Qt.Key.Key_Left: "previous",
    Qt.Key.Key_Up: "previous",
    Qt.Key.Key_Home: "first",
    Qt.Key.Key_End: "last",
    Qt.Key.Key_0: "mean",
}
"""Key -> how it changes the sample."""
_OF_ALL = ("back", "mean")
"""The same for the button of the whole batch, as it is up or down."""


class SampleChoice(QWidget):
    """The sample on show, as "sample 2 of 4", with buttons to others and to the whole batch."""

    moved = Signal(str)
    """"next", "previous", "first", "last", "mean" for the whole batch, or "back" from that."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "sample_choice", "Sample that the neuron shows")
        self._previous = self._button(
            "", "sample_previous", "Previous sample (left arrow)", "previous", "back"
        )
        self.shown = named(QLabel(), "sample_shown")
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.shown.setFont(themes.numeric_font())
        self._next = self._button("", "sample_next", "Next sample (right arrow)", "next", "on")
        self.all = self._button("All", "sample_all", "All of the batch, and their mean", "")
        self.all.setCheckable(True)
        row = in_row(self._previous, self.shown, self._next, within=self, spacing=2)
        row.addSpacing(themes.GRID)
        row.addWidget(self.all)

    def show_sample(self, sample: int | None, samples: int, batch: int) -> None:
        """Show the index of the sample, or None for the whole batch.

        ``samples`` and ``batch`` are how many samples there are, and how many of them are in a
        batch.
        """
        text = "all of the batch" if sample is None else f"sample {sample + 1:,} of {samples:,}"
        if text != self.shown.text():
            self.shown.setText(text)
            texts = f"sample {'8' * len(str(samples))} of {samples:,}", "all of the batch"
            width = max(map(self.shown.fontMetrics().horizontalAdvance, texts))
            self.shown.setMinimumWidth(width + 8)
        set_tip(
            self.all,
            f"All {batch:,} of the batch: output, loss and gradient of each, and their mean",
        )
        self.all.setChecked(sample is None)
        self._previous.setEnabled(sample != 0)
        self._next.setEnabled(sample is None or sample < samples - 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose another sample by an arrow key, while one of the buttons has the keyboard."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        move = MOVES.get(Qt.Key(event.key()))
        if move is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        self.moved.emit(move)
        return True

    def _button(self, text: str, name: str, tip: str, move: str, sign: str = "") -> QToolButton:
        button = small_button(
            name, text, tip, sign=sign, clicked=lambda on: self.moved.emit(move or _OF_ALL[on])
        )
        button.setMinimumHeight(24)
        button.installEventFilter(self)
        return button
