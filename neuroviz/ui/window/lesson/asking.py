"""Asking: an answer is taken, what it is about happens, and the run judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import CompareTask, DoTask
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.ui.lesson.question import Question
from neuroviz.ui.window.lesson.answer_plots import AnswerPlots
from neuroviz.ui.window.lesson.course import Played
from neuroviz.ui.window.lesson.going import Going
from neuroviz.ui.window.lesson.lab import Lab

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow


class Asking(QObject):
    """Asks what the step on show asks, in the panel or in a plot.

    Parameters
    ----------
    window
        Whose session goes on when an answer is given; with it this ends.
    lab
        Leaves out what would give the answer away.
    """

    judged = Signal()
    """The step is done: the run has gone where it was to go, and has judged what was answered."""
    impossible = Signal(str)
    """The lesson cannot go on, and why."""

    def __init__(self, window: MainWindow, lab: Lab) -> None:
        super().__init__(window)
        self._session = window.session
        self._lab = lab
        self._played: Played | None = None
        self._question: Question | None = None
        self._told_at_end = False
        self.plots = AnswerPlots(window)
        self.plots.changed.connect(self.offer)
        self.plots.entered.connect(self._on_entered)
        self.going = Going(window.session, window.player, self)
        self.going.arrived.connect(self._judge)

    def open(self, played: Played, question: Question, *, told_at_end: bool) -> None:
        """Ask what a step asks, or show what was answered to it.

        Parameters
        ----------
        question
            Where it is asked, and answered unless that is done in a plot.
        told_at_end
            Whether the run goes on unseen: what was true is told later.
        """
        self._played = played
        self._question = question
        self._told_at_end = told_at_end
        self.plots.open(played)

    def close(self) -> None:
        """Ask no more."""
        self.going.forget()
        self.plots.close()
        self._played = self._question = None

    def offer(self) -> None:
        """Let the answer be given once there is one."""
        played = self._played
        if played is None or self._question is None or played.done or self.going:
            return
        task = played.stage.step.task
        if isinstance(task, DoTask):
            return
        answered = self.plots.answer is not None or self._question.answer is not None
        ready = isinstance(task, CompareTask) or answered
        self._question.offer(ready=ready, in_plot=self.plots.marks is not None)

    def take(self) -> None:
        """Take the answer, and let happen what it is about."""
        played, question = self._played, self._question
        if played is None or question is None:
            return
        in_plot = self.plots.answer
        played.answer = in_plot if in_plot is not None else question.answer
        self.plots.settle()
        try:
            if self._told_at_end:
                played.stage.go()
                self._judge()
                return
            played.stage.ask()
            self._session.look_at(None)  # from the part of a step that is shown, go on
            steps = played.stage.steps_to_go()
        except ExpressionError as error:
            self._give_up(error)
            return
        if self.going.is_watched(steps):
            question.stop_asking(button="To the end at once")
            question.go.setFocus()
            self._lab.show_all()
        self.going.go(steps)

    def _on_entered(self) -> None:
        """Press the button, if it can be pressed."""
        if self._question is not None:
            self._question.go.click()

    def _judge(self) -> None:
        played = self._played
        if played is None:
            return
        stage = played.stage
        try:
            if played.answer is not None:
                played.verdict = stage.judge(played.answer)
            if stage.step.columns:
                played.table = stage.table()
        except ExpressionError as error:
            self._give_up(error)
            return
        if self._told_at_end:  # who comes back to the question sees what was to be seen before
            self._session.become(StepEvaluator(stage.step).session)
        played.done = True
        self.judged.emit()

    def _give_up(self, error: ExpressionError) -> None:
        self.impossible.emit(f"The lesson cannot go on: {error}")
