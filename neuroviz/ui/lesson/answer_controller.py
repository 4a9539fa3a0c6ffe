"""What a step asks for: an answer is taken, in the panel or a plot; the run goes on and judges it.

Or something is done by hand.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from neuroviz.lessons.answers import Answer, CurveAnswer, PointAnswer
from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import CompareTask, CurveQuestion, DoTask, PointQuestion
from neuroviz.lessons.step_evaluator import MOST_OF_CURVE, StepEvaluator
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.bench.player import Player
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.lesson.lab import Lab
from neuroviz.ui.lesson.lesson_run import StepResult
from neuroviz.ui.lesson.marks import ClickedPlace, DrawnCurve
from neuroviz.ui.lesson.question import QuestionBox
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views import DataView, LandscapeView, LossView

_AT_ONCE = 3
"""Steps that are taken at once: there is nothing to watch."""


class RunToAnswer(QObject):
    """Lets a run take the steps that follow an answer, at the pace that is chosen."""

    arrived = Signal()
    """The run has gone where it was to go, or cannot go on."""

    def __init__(self, session: Session, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._player = player
        self._goal: int | None = None
        """The step at which it has arrived; None while it does not go."""
        player.advanced.connect(self._on_advanced)
        player.paused.connect(self._on_advanced)

    def __bool__(self) -> bool:
        """Return whether it is on its way."""
        return self._goal is not None

    @staticmethod
    def is_watched(steps: int) -> bool:
        """Return whether so many steps are watched one after another."""
        return steps > _AT_ONCE

    def go(self, steps: int) -> None:
        """Take so many steps."""
        if not self.is_watched(steps):
            self._session.advance(steps)
            self.arrived.emit()
            return
        self._goal = self._session.step + steps
        self._player.start(steps, paced=True)

    def hurry(self) -> None:
        """Arrive at once, if it is on its way."""
        if self._goal is None:
            return
        self._player.pause()
        self._session.advance(self._goal - self._session.step)
        self._on_advanced()

    def forget(self) -> None:
        """Arrive nowhere any more."""
        self._goal = None

    def _on_advanced(self) -> None:
        if self._goal is not None and not self._player.running:
            self._goal = None
            self.arrived.emit()


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


class AnswerController(QObject):
    """Asks what the step on show asks, in the panel or in a plot, or looks at what is done.

    Parameters
    ----------
    bench
        Whose session goes on when an answer is given, and pauses when a thing is done or has
        failed; with it this ends.
    lab
        Leaves out what would give the answer away.
    """

    judged = Signal()
    """The step is done: the run has gone where it was to go, and has judged what was answered."""
    impossible = Signal(str)
    """The lesson cannot go on, and why."""

    def __init__(self, bench: Workbench, lab: Lab) -> None:
        super().__init__(bench)
        self._session = bench.session
        self._player = bench.player
        self._own = bench.view(LandscapeView).own
        self._lab = lab
        self._result: StepResult | None = None
        self._question: QuestionBox | None = None
        self._told_at_end = False
        self.plots = PlotAnswers(bench)
        self.plots.changed.connect(self.offer)
        self.plots.entered.connect(self._on_entered)
        self.run_to_answer = RunToAnswer(bench.session, bench.player, self)
        self.run_to_answer.arrived.connect(self._judge)

    def open(self, result: StepResult, question: QuestionBox, *, told_at_end: bool) -> None:
        """Ask what a step asks, or show what was answered to it.

        Parameters
        ----------
        question
            Where it is asked, and answered unless that is done in a plot.
        told_at_end
            Whether the run goes on unseen: what was true is told later.
        """
        self._result = result
        self._question = question
        self._told_at_end = told_at_end
        self.plots.open(result)
        if not told_at_end:
            self.plots.compare(result)

    def close(self) -> None:
        """Ask no more."""
        self.run_to_answer.forget()
        self.plots.close()
        self._result = self._question = None

    def offer(self) -> None:
        """Let the answer be given once there is one."""
        result = self._result
        if result is None or self._question is None or result.done or self.run_to_answer:
            return
        task = result.evaluator.step.task
        if isinstance(task, DoTask):
            return
        answered = self.plots.answer is not None or self._question.answer is not None
        ready = isinstance(task, CompareTask) or answered
        self._question.offer(ready=ready, in_plot=self.plots.marks is not None)

    def take(self) -> None:
        """Take the answer, and let happen what it is about."""
        result, question = self._result, self._question
        if result is None or question is None:
            return
        in_plot = self.plots.answer
        result.answer = in_plot if in_plot is not None else question.answer
        self.plots.settle()
        try:
            if self._told_at_end:
                result.evaluator.go()
                self._judge()
                return
            result.evaluator.ask()
            self._session.look_at(None)  # from the part of a step that is shown, go on
            steps = result.evaluator.steps_to_go()
        except ExpressionError as error:
            self._give_up(error)
            return
        if self.run_to_answer.is_watched(steps):
            question.stop_asking(button="To the end at once")
            question.go.setFocus()
            self._lab.show_all()
        self.run_to_answer.go(steps)

    def _on_entered(self) -> None:
        """Press the button, if it can be pressed."""
        if self._question is not None:
            self._question.go.click()

    def _judge(self) -> None:
        result = self._result
        if result is None:
            return
        evaluator = result.evaluator
        try:
            if result.answer is not None:
                result.verdict = evaluator.judge(result.answer)
            if evaluator.step.columns:
                result.table = evaluator.table()
        except ExpressionError as error:
            self._give_up(error)
            return
        if self._told_at_end:  # who comes back to the question sees what was to be seen before
            self._session.become(StepEvaluator(evaluator.step).session)
        result.done = True
        self.judged.emit()

    def _give_up(self, error: ExpressionError) -> None:
        self.impossible.emit(f"The lesson cannot go on: {error}")

    # --- what is done by hand ---------------------------------------------------------------------

    def look(self, result: StepResult, frame: Frame, question: QuestionBox) -> bool:
        """Look at a moment, show in the question how far a thing to do is.

        Return whether it has become done.
        """
        if result.done or not isinstance(result.evaluator.step.task, DoTask):
            return False
        own = self._own
        if frame.preview and not own.points:
            return False
        result.evaluator.more = (
            dict(own.result()) if own.points else {"own_steps": 0.0, "sgd_done": False}
        )
        try:
            result.said = result.evaluator.doing()
        except ExpressionError:  # not yet: what it asks for comes with a step
            return False
        status, said = result.said
        question.go.setVisible(status == "failed")
        question.go.setEnabled(status == "failed")
        if status == "open":
            question.show_status(said)
            return False
        self._player.pause()
        result.done = status == "done"
        question.show_status(said, mark="✓" if result.done else "✗")
        return result.done
