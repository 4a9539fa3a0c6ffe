"""What a step asks for: an answer is taken, the run goes on and judges it.

Or something is done by hand.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import CompareTask, DoTask
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.bench.player import Player
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.lesson.lab import Lab
from neuroviz.ui.lesson.lesson_run import StepResult
from neuroviz.ui.lesson.plot_answers import PlotAnswers
from neuroviz.ui.lesson.question import QuestionBox
from neuroviz.ui.views.landscape.own_steps import OwnSteps

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


class AnswerController(QObject):
    """Asks what the step on show asks, in the panel or in a plot.

    Parameters
    ----------
    bench
        Whose session goes on when an answer is given; with it this ends.
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


class TaskController:
    """Looks at every moment that is shown.

    Parameters
    ----------
    player
        Pauses when the thing is done, or has failed.
    own
        The steps of a person who is the optimizer.
    """

    def __init__(self, player: Player, own: OwnSteps) -> None:
        self._player = player
        self._own = own

    def look(self, result: StepResult, frame: Frame, question: QuestionBox) -> bool:
        """Look at a moment, show in the question how far it is.

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
        self._tell(result, question)
        return result.done

    def _tell(self, result: StepResult, question: QuestionBox) -> None:
        status, said = result.said
        question.go.setVisible(status == "failed")
        question.go.setEnabled(status == "failed")
        if status == "open":
            question.show_status(said)
            return
        self._player.pause()
        result.done = status == "done"
        question.show_status(said, mark="✓" if result.done else "✗")
