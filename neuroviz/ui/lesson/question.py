"""The box of a step: the question, the answer, what happened, and what is said about it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from neuroviz.core.numbers import parse_number
from neuroviz.lessons.answers import Answer, Verdict
from neuroviz.lessons.format import (
    GROWTH,
    ChoiceQuestion,
    CompareTask,
    CurveQuestion,
    DoTask,
    LessonTask,
    NumberQuestion,
    PointQuestion,
    Prediction,
    SignQuestion,
)
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    MarkdownLabel,
    in_column,
    in_row,
    named,
    show_text,
    text_label,
)
from neuroviz.ui.theme.read_aloud import ReadButton, announce

_DOT = "● "
_VERDICTS = {"right": "✓ ", "wrong": "✗ ", "": ""}
_LINE = 30
"""Letters that fit into a line of a choice."""
_IN_PLOT = {
    "curve": "Draw the curve in the loss plot, from the start at the left to the right edge. "
    "With the keyboard: click into the plot or go there with Tab, use the arrow keys, then Enter.",
    "ball": "Click on the landscape; the arrow keys move the place, Enter confirms it.",
    "direction": "Click on the landscape; the arrow keys move the place, Enter confirms it.",
    "line": "Click in the plot of the data; the arrow keys move the place, Enter confirms it.",
}

_MISSED = {
    "curve": "The run goes another way.",
    "ball": "It is elsewhere.",
    "line": "It passes elsewhere.",
    "direction": "It points elsewhere.",
}


class QuestionBox(QFrame):
    """The box; it knows the answer that is given, but not which one is right."""

    changed = Signal()
    """Another answer is chosen, or none."""
    _missed = ""
    _values: Sequence[Answer] = ()
    _words: Sequence[str] = ()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("question")
        themes.set_look(self, "question")
        self.kind = text_label("question_kind", "accent", wrap=True)
        self.ask = markdown_label("question_ask", "section")
        self.how = text_label("question_how", "muted", wrap=True)
        self.choices: list[ChoiceButton] = []
        self.number = named(QLineEdit(), "lesson_number")
        self.unit = text_label("question_unit", "value", wrap=True)
        self.clear = push_button("lesson_clear")
        """Clears what was put into a plot, or puts back what was done."""
        self.go = push_button("lesson_go")
        """Gives the answer: what was asked about may then happen."""
        themes.set_look(self.go, "primary")
        self.status = markdown_label("lesson_told", "section")
        self.right = markdown_label("lesson_right", "value")
        self.truth = markdown_label("lesson_truth", "value")
        self.feedback = markdown_label("lesson_feedback", "value")
        self._told = self.status, self.right, self.truth, self.feedback
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self.changed)
        self._place()
        self.number.textChanged.connect(self.changed)

    def _place(self) -> None:
        self._choice_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._choice_row.setSpacing(themes.GRID)
        self._number_row = QWidget()
        in_row((self.number, 1), self.unit, within=self._number_row)
        self.top = in_row((self.kind, 1))
        self._rows = in_column(
            self.top,
            self.ask,
            self.how,
            self._choice_row,
            self._number_row,
            in_row(self.clear, (self.go, 1), spacing=themes.GRID),
            *self._told,
            within=self,
            spacing=10,
            margins=(14, 12, 14, 14),
        )

    # --- asking -----------------------------------------------------------------------------------

    def show_task(self, task: LessonTask, ask: str, words: Sequence[str]) -> None:
        """Show a task.

        ``words`` are the texts of its choices, if it has any, in the order of the task.
        """
        self.kind.setText(task.label)
        show_text(self.ask, unbroken(ask))
        self._show_choices(words)
        choices = task.order if isinstance(task, ChoiceQuestion) else ()
        self._values = GROWTH if isinstance(task, SignQuestion) else choices
        self._number_row.setVisible(isinstance(task, NumberQuestion))
        self._number_row.setEnabled(True)
        self.number.clear()
        self.number.setAccessibleName(ask)
        self.unit.setText(task.unit if isinstance(task, NumberQuestion) else "")
        how = task.target if isinstance(task, PointQuestion | CurveQuestion) else ""
        show_text(self.how, _IN_PLOT.get(how, ""))
        self._missed = _MISSED.get(how, "")
        does = isinstance(task, DoTask)
        self.clear.setText("Put back" if does else "Clear")
        self.clear.setVisible(bool(how) or does)
        self.clear.setEnabled(False)
        self.go.setText(task.button if isinstance(task, Prediction | CompareTask) else "Again")
        self.go.setVisible(not does)
        self.go.setEnabled(isinstance(task, CompareTask))
        for label in self._told:
            label.hide()

    def _show_choices(self, words: Sequence[str]) -> None:
        for button in self.choices:
            self._group.removeButton(button)
            self._choice_row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._words = words
        self.choices = [
            self._choice(index, without_code_marks(text)) for index, text in enumerate(words)
        ]

    def fit(self, width: int) -> None:
        """Put the choices side by side if they fit into a box of this many pixels."""
        edges = self._rows.contentsMargins() + self.contentsMargins()
        room = width - edges.left() - edges.right() + themes.GRID
        for choice in self.choices:
            choice.ensurePolished()  # so that it has the width of the style sheet
            room -= choice.sizeHint().width() + themes.GRID
        direction = (
            QBoxLayout.Direction.LeftToRight if room >= 0 else QBoxLayout.Direction.TopToBottom
        )
        self._choice_row.setDirection(direction)

    def _choice(self, index: int, text: str) -> ChoiceButton:
        button = named(ChoiceButton(text), f"lesson_choice_{index + 1}")
        self._group.addButton(button, index)
        self._choice_row.addWidget(button)
        return button

    @property
    def answer(self) -> Answer | None:
        """The answer that is given in the box; None if there is none, or it is given in a plot."""
        index = self._group.checkedId()
        if index >= 0:
            return self._values[index]
        return None if isinstance(self._typed, str) else self._typed

    @property
    def objection(self) -> str:
        """Why what is typed is not an answer; empty if it is one, or nothing is typed."""
        return self._typed if isinstance(self._typed, str) else ""

    @property
    def _typed(self) -> float | str | None:
        """The number that is typed, or why it is not one; None if nothing is typed."""
        text = self.number.text().strip()
        if self._number_row.isHidden() or not text:
            return None
        try:
            return parse_number(text)
        except ValueError as error:
            return str(error)

    def choose(self, index: int) -> None:
        """Take a choice, as if it had been pressed."""
        if index < len(self.choices) and self.choices[index].isEnabled():
            self.choices[index].setChecked(True)
            self.choices[index].setFocus()

    def offer(self, *, ready: bool, in_plot: bool) -> None:
        """Enable giving the answer and clearing a plot; show what is wrong with a typed number."""
        self.go.setEnabled(ready)
        self.clear.setEnabled(in_plot)
        show_text(self.status, self.objection)

    # --- telling ----------------------------------------------------------------------------------

    def stop_asking(self, *, button: str = "") -> None:
        """Take no other answer; a button that stays says what it can still do."""
        for choice in self.choices:
            choice.setEnabled(False)
        self._number_row.setEnabled(False)
        self.clear.hide()
        self.how.hide()
        self.go.setText(button)
        self.go.setVisible(bool(button))
        self.go.setEnabled(bool(button))

    def show_given(self, answer: Answer) -> None:
        """Show again what was answered here; what was put into a plot is there."""
        if answer in self._values:
            self.choices[self._values.index(answer)].setChecked(True)
        elif isinstance(answer, float):
            self.number.setText(f"{answer:g}")

    def show_verdict(self, verdict: Verdict) -> None:
        """Mark the prediction and the truth, and say what there is to say about them."""
        self.stop_asking()
        for choice, words in zip(self.choices, self._words, strict=True):
            choice.setChecked(words == verdict.answer)
            choice.tell(right=f"; {words}; " in f"; {verdict.right_answer}; ")
        self._number_row.hide()
        themes.set_role(self.status, "section")  # it is short; whole sentences are not bold
        mark = "✓" if verdict.right else "✗"
        if verdict.answer:
            self.status.setText(f"{mark} You predicted: {verdict.answer}")
        else:
            self.status.setText(
                f"{mark} {'Your prediction holds.' if verdict.right else self._missed}"
            )
        self.status.setVisible(not self.choices)
        other = not self.choices and verdict.right_answer not in ("", verdict.answer)
        shown = (
            (self.right, f"✓ In truth: {verdict.right_answer}" if other else ""),
            (self.truth, "" if verdict.truth == verdict.right_answer else verdict.truth),
            (self.feedback, verdict.feedback),
        )
        for label, text in shown:
            show_text(label, text)
        truth = verdict.right_answer and f" In truth: {verdict.right_answer}."
        judged = "Right." if verdict.right else f"Not right.{truth}"
        told = " ".join(filter(None, (judged, *(text for _, text in shown[1:]))))
        announce(self, without_code_marks(told))

    def show_status(self, text: str, *, mark: str = "") -> None:
        """Say how a thing to do stands; a mark says that it is over."""
        show_text(self.status, f"{mark} {text}".strip() if mark else "")
        themes.set_role(self.status, "value")
        show_text(self.feedback, "" if mark else text)
        if mark:
            announce(self, without_code_marks(text))


class ChoiceButton(QPushButton):
    """An answer that can be chosen.

    A dot marks the chosen one, so that colour is not the only sign.
    """

    read_by = ReadButton

    def __init__(self, text: str) -> None:
        lines = "\n".join(_even_lines(text))  # a button does not break lines by itself
        super().__init__(lines)
        self.setCheckable(True)
        themes.set_look(self, "choice")
        self._text = lines
        self.setAccessibleName(text)
        self.toggled.connect(lambda on: self.setText(f"{_DOT * on}{self._text}"))

    def sizeHint(self) -> QSize:
        """Return a size with room for a mark in bold, so that an answer moves nothing beside it."""
        bold = self.font()
        bold.setWeight(QFont.Weight.DemiBold)  # as in the style sheet, whose weight Qt leaves out
        marked = (f"{mark}{self._text}" for mark in (_DOT, *_VERDICTS.values()))
        widest = max(QFontMetrics(bold).size(0, text).width() for text in marked)
        size = super().sizeHint()
        room = widest - self.fontMetrics().size(0, self.text()).width()
        return QSize(size.width() + room, size.height())

    def minimumSizeHint(self) -> QSize:
        """Return the same size."""
        return self.sizeHint()

    def tell(self, *, right: bool) -> None:
        """Mark the right answer with a tick, and a wrong one that was chosen with a cross."""
        mark = "right" if right else "wrong" if self.isChecked() else ""
        themes.restyle(self, "verdict", mark)
        self.setText(f"{_VERDICTS[mark]}{self._text}")
        chosen = ", your prediction" if self.isChecked() else ""
        self.setAccessibleName(f"{self.accessibleName()}{chosen}{mark and f': {mark}'}")


def _even_lines(text: str) -> list[str]:
    """Break a text between words into as few lines as it takes, all of about one length."""
    broken_at = partial(textwrap.wrap, text, break_long_words=False)
    fewest = len(broken_at(_LINE))
    broken = (broken_at(width) for width in range(len(text) // fewest, _LINE + 1))
    return next((lines for lines in broken if len(lines) == fewest), [text])


def unbroken(ask: str) -> str:
    """Return a question in which no line break separates the dots from the rest."""
    return ask.replace(" …", "\N{NO-BREAK SPACE}…")


def without_code_marks(text: str) -> str:
    """Return a text without its marks of code, for places that do not draw Markdown."""
    return text.replace("`", "")


def push_button(name: str, text: str = "") -> QPushButton:
    """Return a button of the usual size."""
    return named(QPushButton(text), name)


def markdown_label(name: str, role: str) -> QLabel:
    """Return a wrapping label of Markdown with a role."""
    label = named(MarkdownLabel(), name)
    themes.set_role(label, role)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    return label
