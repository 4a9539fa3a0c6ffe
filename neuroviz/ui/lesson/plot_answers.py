"""The plots in which answers are given.

A curve in that of the loss, a place in data or landscape.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from neuroviz.lessons.format import CurveQuestion, PointQuestion
from neuroviz.lessons.step_evaluator import MOST_OF_CURVE, Answer, CurveAnswer, PointAnswer
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.lesson.lesson_run import StepResult
from neuroviz.ui.lesson.marks import ClickedPlace, DrawnCurve
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views import DataView, LandscapeView, LossView


class PlotAnswers(QObject):
    """Puts the marks of an answer into a plot, and takes them away again."""

    changed = Signal()
    """Something was put into the plot, or taken from it."""
    entered = Signal()
    """What is in the plot is the answer: Enter was pressed there."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self.marks: DrawnCurve | ClickedPlace | None = None
        """What is in a plot; None where the answer of the step is not given in one."""

    @property
    def answer(self) -> Answer | None:
        """What was drawn or clicked; None as long as it is no answer."""
        return None if self.marks is None else self.marks.answer

    def open(self, result: StepResult) -> None:
        """Let a plot take the answer of a step.

        If it is given in one, or show the one that was given.
        """
        task = result.evaluator.step.task
        if isinstance(task, CurveQuestion):
            self._open_curve(result)
        elif isinstance(task, PointQuestion):
            self._open_place(task, result.answer)
        if self.marks is not None:
            self.marks.changed.connect(self.changed)
            self.marks.entered.connect(self.entered)

    def settle(self) -> None:
        """Take no more: the answer is given."""
        if self.marks is not None:
            self.marks.settle()

    def clear(self) -> None:
        """Begin anew with the answer."""
        if self.marks is not None:
            self.marks.clear()

    def close(self) -> None:
        """Leave the plots as they were."""
        self._bench.view(LossView).log.setEnabled(True)
        if self.marks is not None:
            self.marks.remove()
            self.marks = None

    def compare(self, result: StepResult) -> None:
        """Show how far off an answer was, once it is judged."""
        if result.verdict is None:
            return
        rows = self._bench.session.frame().rows
        if isinstance(self.marks, DrawnCurve) and rows is not None:
            self.marks.compare(*rows.drawn_loss(MOST_OF_CURVE))
        elif isinstance(self.marks, ClickedPlace) and result.verdict.leads is not None:
            self.marks.compare(*result.verdict.leads)

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        if self.marks is not None:
            self.marks.apply_theme(theme)

    def _open_curve(self, result: StepResult) -> None:
        evaluator = result.evaluator
        view = self._bench.view(LossView)
        rows = evaluator.session.frame()
        ahead = 0 if result.done else evaluator.steps_to_go()
        epochs = (rows.newest_step + ahead) // evaluator.session.settings.steps_per_epoch
        log = evaluator.step.loss_axis == "log"
        curve = self.marks = DrawnCurve(
            view.plot, view.theme, epochs, rows.current_loss or 0.0, evaluator.page(), log=log
        )
        curve.fit()
        view.log.setEnabled(False)  # it was drawn for this axis
        if isinstance(result.answer, CurveAnswer):
            curve.take(result.answer)

    def _open_place(self, question: PointQuestion, answer: Answer | None) -> None:
        if question.target == "line":
            data = self._bench.view(DataView)
            place = ClickedPlace(data.plot, data.theme)
        else:
            landscape = self._bench.view(LandscapeView)
            landscape.choice.choose(landscape.choice.axes)
            place = ClickedPlace(landscape.plot, landscape.theme, landscape.choice.axes)
        self.marks = place
        if isinstance(answer, PointAnswer):
            place.take(answer)
