"""The panel of a lesson: the page, its text, what is asked, and the way on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QWidget,
)

from neuroviz.core.types import Frozen
from neuroviz.lessons.format import LessonTask, LookTask
from neuroviz.ui.lesson.question import (
    QuestionBox,
    markdown_label,
    push_button,
    without_code_marks,
)
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    ENTER,
    SCROLL_BAR,
    STRETCH,
    ScrolledPage,
    in_column,
    in_row,
    keep_room,
    named,
    set_tip,
    show_text,
    small_button,
    text_label,
)
from neuroviz.ui.theme.read_aloud import announce

_DOT = 5.5
_SMALL = 3.0
_RING = 8.5
"""Radii of the dot of a reached page, of one still to come, and of the ring around the present
one."""
_TICK = ((-2.5, 0), (-0.5, 2), (2.5, -2))
_LEFT_HALF = (16 * 90, 16 * 180)
"""The start and the span of a pie, in sixteenths of a degree."""
_PITCH = 20
_ROOM = 24
"""Pixels from dot to dot, and the height, so that a dot can be hit."""


class StepWords(Frozen):
    """The texts of the panel at a step, filled in."""

    title: str
    text: str
    """Title of the page, and its text as Markdown."""
    task: LessonTask
    ask: str = ""
    choices: Sequence[str] = ()
    """The task, its question, and the texts of its choices."""
    hints: Sequence[str] = ()
    """Three hints, each plainer than the last, or none."""


class Dots(QWidget):
    """Shows which page it is, and the result on each; a click on a dot goes to its page.

    A disc with a tick means right, half a disc wrong, a full one done, and a hollow one skipped.

    Parameters
    ----------
    pages
        How many there are.
    """

    asked = Signal(int)
    """Number, from 0, of a page reached before, which a person wants to see again."""
    _here = 0
    marks: Sequence[str] = ()
    """Result on each page that was reached: "right", "wrong", "done", "skipped" or ""."""

    def __init__(self, pages: int) -> None:
        super().__init__()
        self.setObjectName("lesson_dots")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pages = pages

    def sizeHint(self) -> QSize:
        """Return the size of all dots together."""
        return QSize(self._pages * _PITCH, _ROOM)

    def show_marks(self, here: int, marks: Sequence[str]) -> None:
        """Show the number of the present page, from 0, and the results on those reached."""
        self._here = here
        self.marks = marks
        words = f"Page {min(here + 1, self._pages)} of {self._pages}"
        self.setAccessibleName(words)
        set_tip(self, f"{words}: click on a dot to go back there" if marks[1:] else words)
        self.update()

    def place_of(self, page: int) -> QRectF:
        """Return the area of the dot of a page."""
        return QRectF(page * _PITCH, (_ROOM - _PITCH) / 2, _PITCH, _PITCH)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dots."""
        painter = themes.painter(self)
        for page in range(self._pages):
            self._paint(painter, page, self.place_of(page).center())

    def _paint(self, painter: QPainter, page: int, at: QPointF) -> None:
        theme = themes.now
        mark = self.marks[page] if page < len(self.marks) else ""
        inks = {"right": theme.good.text, "wrong": theme.warn.text, "done": theme.accent}
        ink = QColor(inks.get(mark, theme.edge))
        line = Qt.PenStyle.DotLine if mark == "skipped" else Qt.PenStyle.SolidLine
        radius = _DOT if mark else _SMALL
        painter.setPen(QPen(ink, 1.5, line))
        painter.setBrush(Qt.BrushStyle.NoBrush if mark in ("wrong", "skipped") else ink)
        painter.drawEllipse(at, radius, radius)
        if mark == "wrong":
            painter.setBrush(ink)
            corner = QPointF(_DOT, _DOT)
            painter.drawPie(QRectF(at - corner, at + corner), *_LEFT_HALF)
        elif mark == "right":
            painter.setPen(QPen(QColor(theme.card), 1.5))
            painter.drawPolyline([at + QPointF(*corner) for corner in _TICK])
        if page == self._here:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, _RING, _RING)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Emit the page whose dot was hit."""
        page = int(event.position().x() // _PITCH)
        if page < len(self.marks):
            self.asked.emit(page)


class RunsTable(QFrame):
    """A table of plain text, with titles."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lesson_table")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self.hide()

    def show_table(self, titles: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Show a table; without lines it is hidden."""
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
        label = text_label("", role, text, wrap=column > 0)
        if role == "value":
            label.setFont(themes.numeric_font())
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, row, column)


class LessonPanel(QWidget):
    """The panel; it shows what it is given, and has buttons for what a person can ask for.

    Parameters
    ----------
    title
        Title of the lesson.
    pages
        How many it has.
    """

    _hints: Sequence[str] = ()
    _hints_shown = 0
    _last = False
    """Whether this is the last page."""

    def __init__(self, title: str, pages: int) -> None:
        super().__init__()
        self._pages = pages
        self.setObjectName("lesson")
        self.head = text_label("lesson_head", "muted")
        self.head.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        leave = "Leave the lesson: everything is again as it was before"
        self.leave = small_button("lesson_leave", "", leave, sign="close")
        self.lesson = text_label("lesson_title", "heading", title, wrap=True)
        self.dots = Dots(pages)
        self.title = text_label("lesson_step_title", "section", wrap=True)
        self.text = markdown_label("lesson_text", "reading")
        self.table = RunsTable()
        self.question = QuestionBox()
        hint = "Show a hint; there are three, each plainer than the last"
        self.hint = small_button("lesson_hint", "", hint, clicked=self._on_hint)
        self.hint_text = markdown_label("lesson_hint_text", "value")
        folded = "The experiment is folded away: F9 brings it back, and Shift+F9 the lesson."
        self.folded = text_label("lesson_folded", "muted", folded, wrap=True)
        self.own_title = text_label("lesson_own_title", "accent", wrap=True)
        self.own = named(QLabel(), "lesson_own")
        self.take_away = push_button("lesson_take_away", "Save the answers…")
        self.back = push_button("lesson_back", "‹ Back")
        self.next = push_button("lesson_next")
        self._place()

    def _place(self) -> None:
        # What does not scroll ends where the page does, before the bar.
        beside = (0, 0, SCROLL_BAR, 0)
        top = in_row((self.lesson, 1), margins=beside)
        top.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignTop)
        self.question.top.addWidget(self.hint)
        keep_room(self.hint)  # else all below moves up with an answer
        page = QWidget()
        self._at_end_only = self.own_title, self.own, self.take_away
        asked = (self.text, self.table, self.question, self.folded, self.hint_text)
        parts = (self.title, self.own_title, self.own, *asked, self.take_away, STRETCH)
        self._column = in_column(*parts, within=page, spacing=10, margins=(0, 0, 0, 4))
        self._scroll = ScrolledPage(page)
        bar = self._scroll.verticalScrollBar()
        # The bar always has its room, so that lines keep their length; with nothing to scroll it is
        # invisible.
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
        bar.setEnabled(False)
        self._rows = in_column(
            top,
            in_row((self.dots, 1), self.head, margins=beside),
            (self._scroll, 1),
            in_row((self.back, 1), (self.next, 2), spacing=themes.GRID, margins=beside),
            within=self,
            spacing=6,
            margins=(4, 0, 0, 4),
        )

    # --- showing ----------------------------------------------------------------------------------

    def show_step(self, words: StepWords, here: int, *, folded: bool = False) -> None:
        """Show a step that has not been answered yet.

        ``folded`` says that it needs the experiment, for which there is no room.
        """
        at_end = here == self._pages
        self.head.setText("the end" if at_end else f"page {here + 1} of {self._pages}")
        show_text(self.title, words.title)
        self.text.setText(words.text)
        self.table.show_table((), ())
        looks = isinstance(words.task, LookTask)
        self.question.setVisible(not looks)
        self.question.show_task(words.task, words.ask, words.choices)
        asked = self.question
        for before, after in pairwise(
            (self.hint, *asked.choices, asked.number, asked.clear, asked.go)
        ):
            self.setTabOrder(before, after)
        self._fit()
        self._hints = words.hints
        self._hints_shown = 0
        self._show_hints()
        self.folded.setVisible(folded)
        for widget in self._at_end_only:
            widget.hide()
        self._tell(words)
        self.back.setEnabled(here > 0)
        self._last = here == self._pages - 1
        self.show_way_on(done=looks)
        self._scroll.verticalScrollBar().setValue(0)

    def show_way_on(self, *, done: bool) -> None:
        """Highlight the button to go on if the step is done; otherwise it skips the step."""
        on = "Finish" if self._last else "Next"
        self.next.setText(f"{on} ›" if done else "Skip ›")
        self.next.setToolTip("" if done else "Go on without an answer; you can come back")
        themes.set_look(self.next, "primary", on=done)
        if done:
            self.hint.hide()

    def show_end(self, words: StepWords, *, another: str, can_take_away: bool) -> None:
        """Show the end of a lesson; ``another`` is the title of the next one, or empty."""
        self.show_step(words, self._pages)
        self.take_away.setVisible(can_take_away)
        self.back.setEnabled(True)
        self.next.setText("Next lesson ›" if another else "Back to the lab ›")
        self.next.setToolTip(another)

    def show_own(self, picture: QPixmap, made_at: str) -> None:
        """Show at the end what a learner made last, with the title of its page."""
        self.own_title.setText(f"Your own last picture: {made_at}")
        self.own_title.show()
        self.own.setPixmap(picture)
        self.own.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the choices for the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._rows.activate()  # otherwise the page still has its old width
        self.question.fit(self._scroll.viewport().width())

    # --- hearing ----------------------------------------------------------------------------------

    def _tell(self, words: StepWords) -> None:
        """Have the page read aloud, which has the keyboard."""
        page = self.head.text()
        self.setAccessibleName(f"Lesson: {self.lesson.text()}, {page}")
        head = ". ".join(filter(None, (page, words.title)))
        announce(self, without_code_marks(f"{head}. {words.text} {words.ask}".strip()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take digits for choices or the number, and Return for the next button to press."""
        key = event.key()
        number = self.question.number
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and self.question.choices:
            self.question.choose(key - Qt.Key.Key_1)
        elif key in ENTER:
            self._go_on()
        elif event.text() in {*"-,.0123456789"} and number.isVisible():
            number.setFocus()  # not before: the page that has the keyboard is read aloud
            number.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab go from a page that has come to its own buttons, not once around the window."""
        if forward and self.hasFocus():
            self.leave.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().focusNextPrevChild(forward)

    def _go_on(self) -> None:
        """Press the next button; a key never skips anything."""
        if self.question.go.isVisible():
            self.question.go.click()
        elif "primary" in themes.looks(self.next):
            self.next.click()

    def _on_hint(self) -> None:
        self._hints_shown += 1
        self._show_hints()

    def _show_hints(self) -> None:
        """Show all hints that have been asked for, in order."""
        shown = self._hints[: self._hints_shown]
        show_text(self.hint_text, "\n\n".join(shown))
        if shown:
            self.bring(self.hint_text)
        left = len(self._hints) - len(shown)
        self.hint.setText("Hint" if not shown else f"Plainer hint ({left} left)")
        self.hint.setVisible(left > 0)

    def bring(self, widget: QWidget) -> None:
        """Scroll to the end of a widget on the page, if the page does not fit."""
        self._column.activate()
        page = self._column.parentWidget()
        assert page is not None  # the next event would give the page the same height
        page.resize(page.width(), max(page.height(), self._column.heightForWidth(page.width())))
        end = widget.geometry().bottomLeft()
        self._scroll.ensureVisible(end.x(), end.y(), 0, 8)
