"""Boxes for typing numbers.

`NumberBox` takes a float, `IntegerBox` a whole number, `NumbersEdit` several floats and
`OptionalNumberEdit` one or none.
"""

import math
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QDynamicPropertyChangeEvent, QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleValueChangeEvent,
    QFocusEvent,
    QKeyEvent,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit

from neuroviz.core.numbers import exact, format_number, parse_number, parse_numbers, parse_whole
from neuroviz.ui.theme import theme
from neuroviz.ui.theme.parts import ENTER, TakeButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget as _Widget
else:
    _Widget = object

LARGEST_INTEGER = 2**31 - 1
"""The largest whole number that an `IntegerBox` holds; a Qt signal carries 32 bits."""

_LONGEST_EXACT = 10
_ALL_DIGITS = 15
_TEXT_MARGIN = 6
_FRAME_WIDTH = 40
_FRAME_HEIGHT = 12
_PAGE = 10
_DECADE = 3
_LEAST_LOG_STEP = 1e-6
_MANTISSAS = (1, 2, 5)


class _TypedNumbers(_Widget):
    """A mixin that takes what was typed on Enter and when the keyboard leaves.

    Escape brings back what was there. Subclasses say where it is typed, how to read it, and what to
    do with the result.
    """

    rejected = Signal(str)
    """What is wrong with what was typed; empty once the text is edited, or restored by Escape."""
    _shown = ""
    _error_reported = False
    lineEdit: Callable[[], QLineEdit]

    def _parsed(self, text: str) -> Any:
        raise NotImplementedError

    def _take(self, parsed: Any) -> None:
        raise NotImplementedError

    def _text_of_value(self) -> str:
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit on Enter, and restore the text on Escape.

        Escape closes a dialog only if nothing was typed.
        """
        refused = event.key() in ENTER and not self.commit()
        if event.key() == Qt.Key.Key_Escape and self.lineEdit().text() != self._shown:
            self._restore()
            event.accept()
            return
        super().keyPressEvent(event)
        if refused:  # else a dialog would take the number of before
            event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit what was typed, or restore the text where it cannot be read."""
        # A menu of the box itself, or another window coming up, does not end typing.
        stays = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in stays:
            known = bool(self.property("invalid"))
            if not self.commit():
                self._restore()
                button = theme.application().focusWidget()
                if isinstance(button, TakeButton):
                    button.unread = button.autoDefault()
                elif known:
                    # The sentence was read before the keyboard left, and no longer fits what is in
                    # the box.
                    self._withdraw_error()
        super().focusOutEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Withdraw the error about a text that is gone."""
        if not self.property("invalid"):
            self._withdraw_error()
        super().focusInEvent(event)

    def commit(self) -> bool:
        """Take the typed text as the value; say what is wrong where that fails."""
        # The text is a rounded form of the value: to read it back untouched would change the value.
        if self.lineEdit().text() == self._shown:
            return True
        try:
            parsed = self._parsed(self.lineEdit().text())
        except ValueError as error:
            self._reject(str(error))
            return False
        self._take(parsed)
        return True

    def _reject(self, sentence: str) -> None:
        self._error_reported = True
        self._mark_invalid(True)
        self.rejected.emit(sentence)

    def _forget_error(self) -> None:
        if self.property("invalid"):
            self._mark_invalid(False)
        # Where the keyboard has just left, the number comes back by itself, and the sentence is
        # still to be read.
        if self.hasFocus():
            self._withdraw_error()

    def _withdraw_error(self) -> None:
        if self._error_reported:
            self._error_reported = False
            self.rejected.emit("")

    def _mark_invalid(self, invalid: bool) -> None:
        self.setProperty("invalid", invalid)
        theme.repolish(self)

    def _restore(self) -> None:
        self._shown = self._text_of_value()
        self.lineEdit().setText(self._shown)
        self._forget_error()


class _SpinBox(_TypedNumbers, QAbstractSpinBox):
    """The common part of both boxes for one number; subclasses say how to read and to step."""

    steps = False
    """Whether a key or an arrow is changing it now, rather than typing."""
    _value: float = 0
    _low: float = 0
    _high: float = 0
    _hint = ""
    valueChanged: Signal

    def __init__(self) -> None:
        super().__init__()
        # Not WheelFocus: scrolling the form over a box must not change it.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(theme.numeric_font())
        # Qt lets nobody style this line edit, so the padding of the style sheet does not reach the
        # text.
        self.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)
        self.lineEdit().textEdited.connect(self._forget_error)

    def value(self) -> float:
        """Return the number held."""
        raise NotImplementedError

    def _stepped(self, steps: int) -> float:
        raise NotImplementedError

    def setValue(self, value: float) -> None:
        """Take a number as if it were typed; `valueChanged` is emitted if it is another one."""
        before = self._value
        self.show_value(value)
        if self._value != before:
            self.valueChanged.emit(self.value())

    def show_value(self, value: float) -> None:
        """Show a number without a signal, clamped to the range.

        Raises
        ------
        ValueError
            If it is not finite.
        """
        if not math.isfinite(value):
            raise ValueError(f"A box holds finite numbers, not {value}.")
        clamped = min(max(value, self._low), self._high)
        changed = clamped != self._value
        self._value = clamped
        self._restore()
        self.setProperty("value", clamped)  # Qt reads these three aloud
        if changed:
            QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self, clamped))

    def setRange(self, low: float, high: float) -> None:
        """Set the least and the greatest number; the number held is clamped to them."""
        if not low <= high:
            raise ValueError(f"The range {low} to {high} is empty.")
        self._low = low
        self._high = high
        self.setProperty("minimum", low)
        self.setProperty("maximum", high)
        self.show_value(self._value)

    def event(self, event: QEvent) -> bool:
        """Take a number that a screen reader has set."""
        if isinstance(event, QDynamicPropertyChangeEvent) and event.propertyName() == b"value":
            self.setValue(self.property("value"))
        return super().event(event)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let every text be typed: it is judged when it is committed, never before."""
        return QValidator.State.Acceptable, text, position

    def _take(self, parsed: float) -> None:
        self.setValue(parsed)

    def _checked(self, value: float) -> float:
        if self._low <= value <= self._high:
            return value
        raise ValueError(
            f"{_shortest(value)} is out of range: "
            f"write a number from {_shortest(self._low)} to {_shortest(self._high)}."
        )

    def _text_of_value(self) -> str:
        text = exact(self._value)
        if self._value == 0:
            return "0"
        short = isinstance(self._value, int) or len(text) <= _LONGEST_EXACT
        return text if short else format_number(self._value, 6)

    def _reject(self, sentence: str) -> None:
        if self.property("invalid"):
            return
        self._hint = self.toolTip()
        # The sentence quotes what was typed, which Qt must not take for HTML.
        self.setToolTip(sentence)
        self.setAccessibleDescription(sentence)
        super()._reject(sentence)

    def _forget_error(self) -> None:
        if self.property("invalid"):
            self.setToolTip(self._hint)
            self.setAccessibleDescription("")
        super()._forget_error()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Allow the steps that stay in the range."""
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self.isReadOnly():
            return flags
        if self._value < self._high:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self._value > self._low:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def stepBy(self, steps: int) -> None:
        """Step up or down from what is typed; a text that cannot be read stays and is rejected."""
        if self.commit():
            self.steps = True
            self.setValue(self._stepped(steps))
            self.steps = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step with the wheel only if the keyboard is here; otherwise let the form scroll."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def sizeHint(self) -> QSize:
        """Leave room for the longest text, so that nothing moves when the value changes."""
        return self._room_for(_LONGEST_EXACT + 1)

    def minimumSizeHint(self) -> QSize:
        """Shrink to about six digits where the form is narrow."""
        return self._room_for(6)

    def _room_for(self, digits: int) -> QSize:
        metrics = self.fontMetrics()
        return QSize(
            metrics.horizontalAdvance("0" * digits) + _FRAME_WIDTH, metrics.height() + _FRAME_HEIGHT
        )


class NumberBox(_SpinBox):
    """A box for a float, which keeps what was typed to the last bit but shows it short.

    Parameters
    ----------
    stepping
        "log" steps through 1, 2, 5, 10 ... (Page Up and Page Down by a decade);
        "linear" adds `step`.
    step
        What a linear step adds; positive.
    """

    valueChanged = Signal(float)

    def __init__(self, stepping: Literal["log", "linear"] = "linear", step: float = 0.1) -> None:
        super().__init__()
        self._logarithmic = stepping == "log"
        self._step = step
        self.setRange(-sys.float_info.max, sys.float_info.max)

    def value(self) -> float:
        """Return the number held, unrounded."""
        return float(self._value)

    def _parsed(self, text: str) -> float:
        return self._checked(parse_number(text))

    def _stepped(self, steps: int) -> float:
        if not self._logarithmic:
            # In decimals, as a person counts: 0.1 three times is 0.3.
            return float(Decimal(repr(self.value())) + steps * Decimal(repr(self._step)))
        # Qt asks for ten steps on Page Up; on a log scale a decade is meant.
        count = _DECADE if abs(steps) == _PAGE else abs(steps)
        value = self.value()
        for _ in range(count):
            value = self._next_mark(value, upwards=steps > 0)
        return value

    def _next_mark(self, value: float, *, upwards: bool) -> float:
        """Return the next of ..., -1, -0.5, ..., 0, ..., 0.5, 1, 2, 5, ... from a value."""
        if value < 0 or (value == 0 and not upwards):
            return -self._next_mark(-value, upwards=not upwards)
        if value == 0:
            return _LEAST_LOG_STEP
        # Division never reaches zero: a step below the least mark goes to 0, if the range has it.
        if not upwards and value <= _LEAST_LOG_STEP and self._low <= 0:
            return 0.0
        exponent = math.floor(math.log10(value))
        marks = [float(f"{m}e{e}") for e in range(exponent - 1, exponent + 3) for m in _MANTISSAS]
        if upwards:
            return min(mark for mark in marks if mark > value)
        return max(mark for mark in marks if mark < value)


class IntegerBox(_SpinBox):
    """A box for a whole number up to 2**31 - 1, such as a batch size or a seed."""

    valueChanged = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, LARGEST_INTEGER)

    def value(self) -> int:
        """Return the number held."""
        return int(self._value)

    def _parsed(self, text: str) -> int:
        return int(self._checked(parse_whole(text)))

    def _stepped(self, steps: int) -> int:
        return self.value() + steps


class NumbersEdit(_TypedNumbers, QLineEdit):
    """Any number of floats, separated by commas; an empty text is none."""

    valueChanged = Signal(object)
    """A new value was typed and taken; it is what :meth:`value` returns."""

    def __init__(self) -> None:
        super().__init__()
        self._value: Any = self._parsed("")
        self.setFont(theme.numeric_font())
        self.textEdited.connect(self._forget_error)

    def lineEdit(self) -> QLineEdit:
        """Return the line edit in which the numbers are typed, which is this widget."""
        return self

    def value(self) -> Any:
        """Return the numbers held, a tuple of floats."""
        return self._value

    def show_value(self, value: Any) -> None:
        """Show numbers without a signal; None shows an empty text."""
        self._value = self._parsed("") if value is None else value
        self._restore()

    def _parsed(self, text: str) -> Any:
        return parse_numbers(text) if text.strip() else ()

    def _take(self, parsed: Any) -> None:
        self.show_value(parsed)
        self.valueChanged.emit(parsed)

    def _text_of_value(self) -> str:
        return ", ".join(map(exact, self._value))


class OptionalNumberEdit(NumbersEdit):
    """One float, or an empty text for None."""

    def _parsed(self, text: str) -> float | None:
        return parse_number(text) if text.strip() else None

    def _text_of_value(self) -> str:
        return "" if self._value is None else exact(self._value)


class FormulasEdit(NumbersEdit):
    """Inputs by formula, separated by commas; an empty text is none.

    :meth:`value` returns them as a tuple of texts.
    """

    def __init__(self) -> None:
        self.objection: Callable[[tuple[str, ...]], str | None] = lambda formulas: None
        """Returns why the data set cannot have such inputs, None if it can."""
        super().__init__()
        self.setPlaceholderText("none; as in x1*x2")

    def _parsed(self, text: str) -> tuple[str, ...]:
        # A name in backquotes is that of a column, and may contain a comma.
        parts = map(str.strip, re.findall(r"(?:`[^`]*`?|[^`,])+", text))
        formulas = tuple(filter(None, parts))
        if reason := self.objection(formulas):
            raise ValueError(reason)
        return formulas

    def _text_of_value(self) -> str:
        return ", ".join(self._value)


def _shortest(value: float) -> str:
    """Write a number with all its digits, or with an exponent where that is shorter."""
    text = exact(value)
    if len(text) <= _LONGEST_EXACT:
        return text
    return min(text, format_number(value, _ALL_DIGITS), key=len)
