"""The panel of a lesson: where in it one is, what is said, what is asked, and the way on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from neuroviz.lessons.format import LessonTask, LookTask
from neuroviz.ui.lesson.question import QuestionBox, text_label, words_of
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.parts import small_button

_DOT = 8
_LONG = 24
_GAP = 8
_ROOM = 24
"""Pixels of height, so that a dot can be hit."""


@dataclass(frozen=True)
class StepWords:
    """What stands in the panel at a step, filled in."""

    head: str
    lesson: str
    title: str
    text: str
    """Over the lesson, its title, the step's title and text; that is Markdown."""
    task: LessonTask
    ask: str
    choices: Sequence[str]
    """What there is to do, and in which words."""
    hints: Sequence[str]
    """In three grades, or none."""


class Dots(QWidget):
    """Which step of how many it is; a click on one that was reached before goes there."""

    asked = Signal(int)
    """Number of a step, from 0."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("lesson_dots")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._steps = 1
        self._here = 0
        self._reached = 0

    def sizeHint(self) -> QSize:
        """Return the size of all dots."""
        return QSize(_LONG + (self._steps - 1) * (_DOT + _GAP), _ROOM)

    def show_step(self, here: int, steps: int, reached: int) -> None:
        """Show that it is this step of so many, counted from 0, and how far a person has come."""
        self._here = here
        self._steps = steps
        self._reached = reached
        words = f"Step {here + 1} of {steps}"
        self.setAccessibleName(words)
        self.setToolTip(words if not reached else f"{words}: click on a dot to go back there")
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self._theme = theme
        self.update()

    def place_of(self, step: int) -> QRectF:
        """Return where the dot of a step is."""
        left = step * (_DOT + _GAP) + (_LONG - _DOT if step > self._here else 0)
        return QRectF(left, (_ROOM - _DOT) / 2, _LONG if step == self._here else _DOT, _DOT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dots: those that were reached in the accent."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(self._steps):
            painter.setBrush(
                QColor(self._theme.accent if step <= self._reached else self._theme.edge)
            )
            painter.drawRoundedRect(self.place_of(step), _DOT / 2, _DOT / 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the step whose dot was hit."""
        hit = QPointF(event.position().x(), _ROOM / 2)
        for step in range(self._reached + 1):
            if self.place_of(step).adjusted(-_GAP / 2, 0, _GAP / 2, 0).contains(hit):
                self.asked.emit(step)
                return


class RunsTable(QFrame):
    """Titles and lines as plain text."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lesson_table")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self.hide()

    def show_table(self, titles: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Show a table; one without lines is hidden."""
        while item := self._grid.takeAt(0):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for column, title in enumerate(titles):
            self._put(title, 0, column, "caption")
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                self._put(cell, row + 1, column, "value")
        self.setVisible(bool(lines))

    def _put(self, text: str, row: int, column: int, role: str) -> None:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        label.setWordWrap(column > 0)
        if role == "value":
            label.setFont(themes.numeric_font())
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, row, column)


class LessonPanel(QWidget):
    """The panel; it shows what it is given, and asks for what a person wants."""

    next_asked = Signal()
    back_asked = Signal()
    leave_asked = Signal()
    step_asked = Signal(int)
    """Number of a step that was reached before, from 0."""
    take_away_asked = Signal()
    another_asked = Signal()
    """The next lesson is wanted, at the end of this one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("lesson")
        self.head = text_label("muted", "lesson_head")
        self.head.setWordWrap(False)
        self.head.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.leave = _button(
            "lesson_leave", "", "Leave the lesson: everything is as it was before it", "close"
        )
        self.lesson = text_label("heading", "lesson_title")
        self.dots = Dots(theme)
        self.title = text_label("section", "lesson_step_title")
        self.text = text_label("reading", "lesson_text", markdown=True)
        self.table = RunsTable()
        self.question = QuestionBox()
        self.hint = _button(
            "lesson_hint", "", "Show a hint; there are three, each plainer than the last"
        )
        self.hint.clicked.connect(self._on_hint)
        self.hint_text = text_label("value", "lesson_hint_text", markdown=True)
        self.folded = text_label("muted", "lesson_folded")
        self.folded.setText(
            "The experiment is folded away: F9 brings it, and F10 brings the lesson back."
        )
        self.take_away = QPushButton("Save the answers…")
        self.take_away.setObjectName("lesson_take_away")
        self.coming = text_label("muted", "lesson_coming")
        self.back = QPushButton("‹ Back")
        self.back.setObjectName("lesson_back")
        self.next = QPushButton()
        self.next.setObjectName("lesson_next")
        self._hints: Sequence[str] = ()
        self._hints_shown = 0
        self._at_end = False
        self._place()
        self._connect()

    def _place(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.lesson, 1)
        top.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignTop)
        where = QHBoxLayout()
        where.addWidget(self.dots, 1)
        where.addWidget(self.head)
        self.question.top.addWidget(self.hint)
        page = QWidget()
        page.setProperty("page", True)
        column = self._column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(10)
        said = (self.title, self.text, self.table, self.question, self.folded, self.hint_text)
        for widget in (*said, self.take_away, self.coming):
            column.addWidget(widget)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(page)
        bar = self._scroll.verticalScrollBar()
        # Its room is always there, so that lines stay as long as they are;
        # with nothing to scroll it is not seen.
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
        bar.setEnabled(False)
        foot = QHBoxLayout()
        foot.setSpacing(themes.GRID)
        foot.addWidget(self.back, 1)
        foot.addWidget(self.next, 2)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(4, 0, 4, 4)
        rows.setSpacing(6)
        rows.addLayout(top)
        rows.addLayout(where)
        rows.addWidget(self._scroll, 1)
        rows.addLayout(foot)

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_asked)
        self.next.clicked.connect(self._on_next)
        self.leave.clicked.connect(self.leave_asked)
        self.dots.asked.connect(self.step_asked)
        self.take_away.clicked.connect(self.take_away_asked)

    # --- showing ----------------------------------------------------------------------------------

    def show_step(
        self, words: StepWords, here: int, steps: int, reached: int, *, folded: bool = False
    ) -> None:
        """Show a step that has not been answered yet.

        ``folded``: it needs the experiment, which has no room.
        """
        self._at_end = False
        self.head.setText(words.head)
        self.lesson.setText(words.lesson)
        self.dots.show_step(here, steps, reached)
        self.title.setText(words.title)
        self.title.setVisible(bool(words.title))
        self.text.setText(words.text)
        self.table.show_table((), ())
        looks = isinstance(words.task, LookTask)
        self.question.setVisible(not looks)
        self.question.ask_again()
        self.question.show_task(words.task, words.ask, words.choices, words_of(words.task))
        self._fit()
        self._hints = words.hints
        self._hints_shown = 0
        self._show_hints()
        self.folded.setVisible(folded)
        self.take_away.hide()
        self.coming.hide()
        self.back.setEnabled(here > 0)
        self.show_way_on(done=looks, last=here == steps - 1)
        self._scroll.verticalScrollBar().setValue(0)

    def show_outcome(self) -> None:
        """Bring what was said to an answer into sight.

        Where the panel is not high enough for everything.
        """
        self._column.activate()
        self._scroll.ensureWidgetVisible(self.question, 0, 8)

    def show_way_on(self, *, done: bool, last: bool) -> None:
        """Let the way on stand out where the step is done; before that it skips it."""
        on = "Finish" if last else "Next"
        self.next.setText(f"{on} ›" if done else "Skip ›")
        self.next.setToolTip("" if done else "Go on without an answer; you can come back")
        if self.next.property("primary") != done:
            self.next.setProperty("primary", done)
            themes.repolish(self.next)
        if done:
            self.hint.hide()

    def show_end(self, words: StepWords, steps: int, *, another: str, can_take_away: bool) -> None:
        """Show what remains of a lesson that is over.

        Below it the lesson that comes next, if one does.
        """
        self.show_step(words, steps, steps, steps - 1)
        self._at_end = True
        self.take_away.setVisible(can_take_away)
        self.coming.setText(f"The next lesson: {another}")
        self.coming.setVisible(bool(another))
        self.back.setEnabled(True)
        self.next.setText("Next lesson ›" if another else "Back to the lab ›")
        self.next.setToolTip(another)

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.dots.apply_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the choices anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()  # else the page is as wide as before
        self.question.fit(self._scroll.viewport().width())

    # --- hearing ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take digits for choices, and Return for the button that is the next to be pressed."""
        key = event.key()
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and self.question.choices:
            self.question.choose(key - Qt.Key.Key_1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_on()
        else:
            super().keyPressEvent(event)

    def _go_on(self) -> None:
        """Press what is to be pressed next; nothing is skipped by a key."""
        if self.question.go.isVisible():
            self.question.go.click()
        elif self.next.property("primary"):
            self.next.click()

    def _on_next(self) -> None:
        (self.another_asked if self._at_end else self.next_asked).emit()

    def _on_hint(self) -> None:
        self._hints_shown += 1
        self._show_hints()

    def _show_hints(self) -> None:
        """Show the hints that were asked for; what was said before stays."""
        shown = self._hints[: self._hints_shown]
        self.hint_text.setText("\n\n".join(shown))
        self.hint_text.setVisible(bool(shown))
        if shown:
            self._column.activate()
            page = self._column.parentWidget()
            assert page is not None  # and is now as high as it will be with the next event
            page.resize(page.width(), max(page.height(), self._column.heightForWidth(page.width())))
            self._scroll.ensureWidgetVisible(self.hint_text, 0, 8)
        left = len(self._hints) - len(shown)
        self.hint.setText("Hint" if not shown else f"Plainer hint ({left} left)")
        self.hint.setVisible(left > 0)


def _button(name: str, text: str, tip: str, sign: str = "") -> QToolButton:
    button = small_button(name, text, tip, sign=sign)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
