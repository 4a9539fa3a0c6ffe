"""What a step asks for: an answer is taken in the panel or a plot, and the run judges it.

The other kind is a thing that is done by hand.
"""

from __future__ import annotations

from PySide6.QtCore import Signal

from neuroviz.lessons.answers import Answer, CurveAnswer, PointAnswer
from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import CurveQuestion, PointQuestion
from neuroviz.lessons.step_evaluator import MOST_OF_CURVE, StepEvaluator
from neuroviz.session.frame import Frame
from neuroviz.ui.bench.player import Control
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.lesson.lab import Lab
from neuroviz.ui.lesson.lesson_run import StepResult
from neuroviz.ui.lesson.marks import ClickedPlace, DrawnCurve
from neuroviz.ui.lesson.question import QuestionBox
from neuroviz.ui.views import DataView, LandscapeView, LossView

_AT_ONCE = 3
"""Most steps that are taken at once, as there is nothing to watch."""


class AnswerController(Control):
    """Asks the question of the present step, in the panel or a plot, or watches what is done.

    Parameters
    ----------
    bench
        Its session goes on when an answer is given, and pauses when a thing is done or has failed;
        the controller ends with it.
    lab
        Leaves out what would give the answer away.
    question
        The box of the question; the answer is given in it too, unless it belongs in a plot.
    told_at_end
        Whether the run goes on unseen, and the result is told at the end.
    """

    judged = Signal()
    """The step is done: the run has gone as far as needed, and has judged the answer."""
    put_in = Signal()
    """What was drawn or clicked in a plot has become an answer that can be given."""
    impossible = Signal(str)
    """The lesson cannot go on, for this reason."""
    _result: StepResult | None = None
    _goal: int | None = None
    """The step of the run at which the answer is judged; None while the run is not on its
    way."""
    marks: DrawnCurve | ClickedPlace | None = None
    """The marks of an answer in a plot; None if the step's answer is not given in one."""

    def __init__(
        self, bench: Workbench, lab: Lab, question: QuestionBox, *, told_at_end: bool
    ) -> None:
        super().__init__(bench.player)
        self._bench = bench
        self._lab = lab
        self._question = question
        self._told_at_end = told_at_end
        question.changed.connect(self.offer)
        bench.player.advanced.connect(self._on_advanced)
        bench.player.paused.connect(self._on_advanced)

    def open(self, result: StepResult) -> None:
        """Ask the question of a step, or show its answer."""
        self._result = result
        task = result.step.task
        if result.done and result.answer is None:
            return  # it was answered before the lesson was left, or can no longer be answered
        if isinstance(task, CurveQuestion):
            self.marks = _curve(self._bench, result)
        elif isinstance(task, PointQuestion):
            self.marks = _place(self._bench, task, result.answer)
        if self.marks is not None:
            self.marks.changed.connect(self.offer)
            self.marks.entered.connect(self._question.go.click)
        if not self._told_at_end:
            self.compare(result)

    def close(self) -> None:
        """Stop asking, and restore the plots."""
        self._result = self._goal = None
        self._bench.view(LossView).log.setEnabled(True)
        if self.marks is not None:
            self.marks.remove()
            self.marks = None

    def clear(self) -> None:
        """Clear the answer in a plot."""
        if self.marks is not None:
            self.marks.clear()

    def compare(self, result: StepResult) -> None:
        """Show how far off an answer in a plot is, once it is judged."""
        if result.verdict is None:
            return
        rows = self._session.frame().rows
        if isinstance(self.marks, DrawnCurve) and rows is not None:
            self.marks.compare(*rows.drawn_loss(MOST_OF_CURVE))
        elif isinstance(self.marks, ClickedPlace) and result.verdict.leads is not None:
            self.marks.compare(*result.verdict.leads)

    @property
    def _answer(self) -> Answer | None:
        """The answer in a plot or in the panel; None as long as there is no valid one."""
        in_plot = None if self.marks is None else self.marks.answer
        return self._question.answer if in_plot is None else in_plot

    def offer(self) -> None:
        """Enable the button for an answer once there is one."""
        result = self._result
        if result is None or result.done or result.step.do or self.on_the_way:
            return
        ready = result.step.compare is not None or self._answer is not None
        in_plot = self.marks is not None
        begins = in_plot and ready and not self._question.go.isEnabled()
        self._question.offer(ready=ready, in_plot=in_plot)
        if begins:
            self.put_in.emit()

    def take(self) -> None:
        """Take the answer, and let the run go to where it is judged."""
        result = self._result
        question = self._question
        if result is None:
            return
        result.answer = self._answer
        if self.marks is not None:
            self.marks.settle()
        try:
            if self._told_at_end:
                result.evaluator.go()
                self._judge()
                return
            result.evaluator.ask()
            steps = result.evaluator.steps_to_go()
        except ExpressionError as error:
            self._give_up(error)
            return
        if steps <= _AT_ONCE:
            self._session.advance(steps)
            self._judge()
            return
        question.stop_asking(button="To the end at once")
        question.go.setFocus()
        self._lab.show_all()
        self._goal = self._session.step + steps
        self._player.start(steps, paced=True)

    @property
    def on_the_way(self) -> bool:
        """Whether the run is on its way, at the chosen pace, to where the answer is judged."""
        return self._goal is not None

    def hurry(self) -> None:
        """Let the run arrive at once, if it is on its way."""
        if self._goal is None:
            return
        self._player.pause()
        self._session.advance(self._goal - self._session.step)
        self._on_advanced()

    def _on_advanced(self) -> None:
        """Judge the answer once the run has arrived, or cannot go on."""
        if self._goal is not None and not self._player.running:
            self._goal = None
            self._judge()

    def _judge(self) -> None:
        result = self._result
        if result is None:
            return
        evaluator = result.evaluator
        try:
            if result.answer is not None:
                result.verdict = evaluator.judge(result.answer)
            result.table = evaluator.table()
        except ExpressionError as error:
            self._give_up(error)
            return
        if self._told_at_end:  # a person who comes back to the question sees the same as before
            self._session.become(StepEvaluator(result.step).session)
        elif result.verdict is not None:
            right = f"; {result.verdict.right_answer}; "
            for run in self._session.runs.snapshot.listed:
                if f"; {run.name}; " in right:  # marked where its curve is, too
                    run.name += " ✓"
        result.done = True
        self.judged.emit()

    def _give_up(self, error: ExpressionError) -> None:
        self.impossible.emit(f"The lesson cannot go on: {error}")

    # --- what is done by hand ---------------------------------------------------------------------

    def look(self, result: StepResult, frame: Frame) -> bool:
        """Look at a moment, and show in the box how far a thing to do is.

        Return whether it is done now.
        """
        own = frame.own
        question = self._question
        if result.done or result.step.do is None or frame.preview:
            return False
        result.evaluator.more = dict(own.result()) if own else {"own_steps": 0.0, "sgd_done": False}
        try:
            result.said = result.evaluator.doing()
        except ExpressionError:  # not yet: its condition needs a step first
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


def _curve(bench: Workbench, result: StepResult) -> DrawnCurve:
    """Let a curve be drawn into the plot of the loss, or show the one that was drawn."""
    evaluator = result.evaluator
    view = bench.view(LossView)
    frame = evaluator.session.frame()
    ahead = 0 if result.done else evaluator.steps_to_go()
    epochs = (frame.newest_step + ahead) // evaluator.session.settings.steps_per_epoch
    log = result.step.loss_axis == "log"
    curve = DrawnCurve(view.plot, epochs, frame.current_loss or 0.0, evaluator.page(), log=log)
    curve.fit()
    view.log.setEnabled(False)  # the curve was drawn for this axis
    if isinstance(result.answer, CurveAnswer):
        curve.take(result.answer)
    return curve


def _place(bench: Workbench, question: PointQuestion, answer: Answer | None) -> ClickedPlace:
    """Let a place in the data or the landscape be clicked, or show the one that was."""
    if question.target == "line":
        data = bench.view(DataView)
        place = ClickedPlace(data.plot)
    else:
        landscape = bench.view(LandscapeView)
        landscape.choice.choose(landscape.choice.axes)
        place = ClickedPlace(landscape.plot, landscape.choice.axes)
    if isinstance(answer, PointAnswer):
        place.take(answer)
    return place
