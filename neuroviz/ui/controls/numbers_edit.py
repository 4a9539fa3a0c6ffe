"""Line edits for numbers that may be absent, and for several numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from neuroviz.core.numbers import exact, parse_number, parse_numbers
from neuroviz.ui.theme import theme


class NumbersEdit(QLineEdit):
    """Any number of numbers, separated by commas; an empty text is none.

    A text that cannot be read is marked and rejected with a sentence; Escape or leaving restores what was.

    Parameters
    ----------
    single
        Whether at most one number is taken.
    """

    committed = Signal(tuple)
    """The numbers changed: a tuple of floats."""
    rejected = Signal(str)
    """What is wrong with what was typed; empty once that is gone."""
    _told = False

    def __init__(self, *, single: bool = False) -> None:
        super().__init__()
        self.single = single
        self._values: tuple[float, ...] = ()
        self.setFont(theme.numeric_font())
        self.textEdited.connect(self._forget_error)

    def values(self) -> tuple[float, ...]:
        """Return the numbers held."""
        return self._values

    def set_values(self, values: Sequence[float]) -> None:
        """Show numbers without a signal."""
        self._values = tuple(values)
        self._restore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit on Enter, restore on Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
        elif event.key() == Qt.Key.Key_Escape and self.text() != self._shown():
            self._restore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit, or restore what cannot be read."""
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            known = bool(self.property("invalid"))
            if not self._commit():
                self._restore()
                if known:  # it was read before the keyboard left, and is about what stands here no more
                    self._withdraw()
        super().focusOutEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take back what was said of a text that is gone."""
        if not self.property("invalid"):
            self._withdraw()
        super().focusInEvent(event)

    def _shown(self) -> str:
        return ", ".join(exact(value) for value in self._values)

    def _restore(self) -> None:
        self.setText(self._shown())
        self._forget_error()

    def _commit(self) -> bool:
        if self.text() == self._shown():
            return True
        try:
            values = self._parsed(self.text())
        except ValueError as error:
            self._mark(True)
            self._told = True
            self.rejected.emit(str(error))
            return False
        self._values = values
        self._restore()
        self.committed.emit(values)
        return True

    def _parsed(self, text: str) -> tuple[float, ...]:
        if not text.strip():
            return ()
        return (parse_number(text),) if self.single else parse_numbers(text)

    def _forget_error(self) -> None:
        if self.property("invalid"):
            self._mark(False)
        # Where the keyboard has just left, the numbers come back by themselves: the sentence is still to be read.
        if self.hasFocus():
            self._withdraw()

    def _withdraw(self) -> None:
        if self._told:
            self._told = False
            self.rejected.emit("")

    def _mark(self, invalid: bool) -> None:
        self.setProperty("invalid", invalid)
        theme.repolish(self)
