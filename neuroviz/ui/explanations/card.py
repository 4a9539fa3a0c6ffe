"""The card that explains a term, beside the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QToolButton, QWidget
from shiboken6 import isValid

from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import in_column, in_row, small_button, text_label

if TYPE_CHECKING:  # the first paint must not import lessons
    from neuroviz.lessons.format import Lesson


_WIDTH = 344
_GAP = 6
"""Pixels between a term and its card, and between the card and the window's edge."""


class ExplanationCard(QFrame):
    """Two sentences, formula, numbers and source of a term.

    It is a child of the window, so that it does not take the focus.

    Parameters
    ----------
    tip
        What the control at this place does; empty for none.
    paragraphs
        What is said about the term: role in the style sheet, and text.
    lesson
        The lesson that shows it; None for none.
    """

    more_asked = Signal(str)
    """The glossary should show this term."""
    lesson_asked = Signal(str)
    """The lesson of this name should be opened."""
    closed = Signal()
    """It was closed with the keyboard."""
    stepped_aside = Signal()
    """It was pressed beside its buttons and passes the press on to what lies below; from then on it
    deletes itself."""
    _under: QWidget | None = None

    def __init__(
        self,
        window: QWidget,
        name: str,
        tip: str,
        paragraphs: list[tuple[str, str]],
        lesson: Lesson | None = None,
    ) -> None:
        super().__init__(window)
        self.setObjectName("explanation")
        themes.set_look(self, "explanation")
        self.setAccessibleName(f"Explanation: {name}")
        self.setAccessibleDescription(" ".join(text for _, text in paragraphs))
        self.name = name
        self._window = window
        self.more = small_button(
            "explanation_more",
            "More",
            spoken=f"More on {name}, in the glossary",
            clicked=lambda: self.more_asked.emit(name),
        )
        self._lesson = lesson
        self._place(tip, paragraphs)
        self.setFixedWidth(min(_WIDTH, window.width() - 2 * _GAP))
        self.ensurePolished()
        self.setFixedHeight(self._rows.totalHeightForWidth(self.width()))

    def show_beside(self, place: QRect, column: QRect | None) -> None:
        """Show the card beside a rectangle of the window, in its pixels, and beside its column."""
        self.move(room_for(self.rect(), place, self._window.rect(), column))
        self.show()
        self.raise_()

    def update_paragraphs(self, paragraphs: list[tuple[str, str]]) -> bool:
        """Show the same with another moment's numbers; return whether there is room for it."""
        if len(paragraphs) != len(self._paragraphs):
            return False
        for label, (_, text) in zip(self._paragraphs, paragraphs, strict=True):
            label.setText(text)
        return True

    def event(self, event: QEvent) -> bool:
        """Keep Esc, which the window also uses, as long as the card has the focus."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
        return event.isAccepted()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Close on Tab, since it has only one control."""
        self.closed.emit()
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Get out of the way, and pass the press and what follows on to what lies below."""
        place = self.mapTo(self._window, event.position().toPoint())
        # Moved instead of hidden, since a hidden widget gets no more events of a drag.
        self.move(-self.width(), 0)
        self._under = self._window.childAt(place)
        self.stepped_aside.emit()
        if self._under is not None and self._under.focusPolicy() & Qt.FocusPolicy.ClickFocus:
            self._under.setFocus(Qt.FocusReason.MouseFocusReason)
        self._pass_on(event)
        if QApplication.activePopupWidget() is not None:  # it gets the remaining events
            self.deleteLater()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pass a drag on to what was pressed below the card."""
        self._pass_on(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pass the release on, and delete the card."""
        self._pass_on(event)
        if self._under is not None:
            self.deleteLater()

    def _pass_on(self, event: QMouseEvent) -> None:
        if self._under is None or not isValid(self._under):
            return
        everywhere = event.globalPosition()
        here = QPointF(self._under.mapFromGlobal(everywhere))
        keys = event.modifiers()
        passed = QMouseEvent(event.type(), here, everywhere, event.button(), event.buttons(), keys)
        QApplication.sendEvent(self._under, passed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _place(self, tip: str, paragraphs: list[tuple[str, str]]) -> None:
        rows = self._rows = in_column(within=self, spacing=6, margins=(14, 10, 10, 10))
        if tip:
            rows.addWidget(_words(tip, "value"))
            line = QFrame()
            themes.set_look(line, "hairline")
            line.setFixedHeight(1)
            rows.addWidget(line)
        head = in_row((_words(self.name, "section"), 1), spacing=themes.GRID)
        head.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        rows.addLayout(head)
        self._paragraphs = [_words(text, role) for role, text in paragraphs]
        for label in self._paragraphs:
            rows.addWidget(label)
        if self._lesson is not None:
            rows.addWidget(self._lesson_button(self._lesson), 0, Qt.AlignmentFlag.AlignLeft)

    def _lesson_button(self, lesson: Lesson) -> QToolButton:
        text = f"Lesson: {lesson.title}".replace("&", "&&")
        spoken = f"Open the lesson {lesson.title}, {lesson.minutes} minutes"
        return small_button(
            "explanation_lesson",
            text,
            spoken=spoken,
            clicked=lambda: self.lesson_asked.emit(lesson.name),
        )


def _words(text: str, role: str) -> QLabel:
    return text_label("", role, text, wrap=True)


def room_for(card: QRect, place: QRect, window: QRect, column: QRect | None = None) -> QPoint:
    """Return where a card goes: beside the column of a place, else below, above or beside it."""
    right = window.width() - card.width() - _GAP
    bottom = window.height() - card.height() - _GAP
    x = min(max(place.left(), _GAP), right)
    y = min(max(place.top(), _GAP), max(_GAP, bottom))
    if column is not None:
        for left in (column.right() + _GAP, column.left() - _GAP - card.width()):
            if _GAP <= left <= right:
                return QPoint(left, y)
    for top in (place.bottom() + _GAP, place.top() - _GAP - card.height()):
        if _GAP <= top <= bottom:
            return QPoint(x, top)
    beside = place.right() + _GAP
    return QPoint(beside if beside <= right else max(_GAP, place.left() - _GAP - card.width()), y)
