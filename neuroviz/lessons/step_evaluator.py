"""StepEvaluator: a step of a lesson as it is played, judged by its runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy

import numpy as np
from msgspec.structs import replace

from neuroviz.core.numbers import printed
from neuroviz.core.types import Floats
from neuroviz.lessons.answers import Answer, CurveAnswer, PointAnswer, Verdict
from neuroviz.lessons.expressions import Expression, ExpressionError, Value, filled
from neuroviz.lessons.format import (
    GROWTH,
    Case,
    ChoiceQuestion,
    CurveQuestion,
    DoTask,
    LessonStep,
    NumberQuestion,
    PointQuestion,
    Prediction,
    RunsColumn,
    SignQuestion,
)
from neuroviz.lessons.plan import TOO_LONG, begun, copied, is_too_long
from neuroviz.lessons.run_variables import LessonScope, RunVariables
from neuroviz.session.frame import Frame
from neuroviz.session.live_values import NoValue, threshold_of_z

_FAR = 0.1
"""Share of a page's height from which a drawn curve is not near the run's."""
MOST_OF_CURVE = 500
"""Points of a run's loss curve beside a drawn one."""
_LOOK = 50
"""Cost of looking whether a condition holds, in steps of a small neuron."""

Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Titles, and rows with as many cells."""


class StepEvaluator:
    """A step of a lesson with its session.

    Parameters
    ----------
    before
        The evaluator of the step before, whose session goes on where this step has no experiment.

    Raises
    ------
    SettingsError
        If the experiment of the step is not possible.
    """

    def __init__(self, step: LessonStep, before: StepEvaluator | None = None) -> None:
        self.step = step
        if step.experiment is not None or before is None:
            self.session, self.keys = begun(step)
        else:
            self.session = before.session
            self.keys = before.keys
        self.more: dict[str, Value] = {}
        """What only the window knows, such as own_steps and own_loss of a person who optimizes by
        hand."""
        self._first_step = self.session.step
        self._first_number = self.session.number
        self._asked = self._now()
        self._shown = self.scope()

    # --- words ------------------------------------------------------------------------------------

    def text(self, template: str) -> str:
        """Return a text with the numbers from when the step is shown.

        Raises ExpressionError if it cannot be filled in.
        """
        return filled(template, self._shown)

    @property
    def choices(self) -> tuple[str, ...]:
        """The answers to choose from, in the order in which they are shown, if any."""
        task = self.step.task
        if isinstance(task, ChoiceQuestion):
            return tuple(self.text(task.choices[choice].text) for choice in task.order)
        return task.words if isinstance(task, SignQuestion) else ()

    def said(self, template: str, more: Mapping[str, Value] | None = None) -> str:
        """Return a text with the present numbers; raises ExpressionError."""
        return filled(template, self.scope(more))

    @property
    def frames(self) -> list[Frame]:
        """The moments of all runs, or of the only one."""
        return [*map(self.session.frame_of, self.keys.values())] or [self.session.frame()]

    def table(self) -> Table:
        """Return titles and rows of the present table of runs, if any; raises ExpressionError."""
        columns = self.step.columns
        titles = map(self.said, (column.title for column in columns))
        return _table(titles, columns, map(RunVariables, self.frames if columns else ()))

    def epochs_table(self) -> Table:
        """Return the table of epochs that stands in for the program on paper.

        Raises ExpressionError if it cannot be filled in.
        """
        paper = self.step.paper
        frame = self._ahead().frame
        per_epoch = frame.settings.steps_per_epoch
        moments = (RunVariables(frame, epoch * per_epoch) for epoch in paper.epochs)
        titles = map(self.text, (column.title for column in paper.columns))
        return _table(titles, paper.columns, moments)

    def way(self) -> str:
        """Return how the task is done on paper, at the last epoch of its table.

        Raises ExpressionError if it cannot be filled in.
        """
        scope = self.scope()
        if self.step.paper.epochs:
            scope.now = self._ahead()
        return filled(self.step.paper.way, scope)

    def _ahead(self) -> RunVariables:
        twin = copied(self.session)
        last = max(self.step.paper.epochs) * twin.settings.steps_per_epoch
        if is_too_long(twin, last):
            raise ExpressionError(TOO_LONG)
        twin.advance(max(0, last - twin.step))
        if twin.step < last:
            raise ExpressionError(f"The run ends before epoch {max(self.step.paper.epochs)}.")
        return RunVariables(twin.frame())

    def scope(
        self, more: Mapping[str, Value] | None = None, drawn: CurveAnswer | None = None
    ) -> LessonScope:
        """Return the present meaning of names."""
        frame = self.session.frame()
        since = self._first_step if frame.number == self._first_number else 0
        counts: dict[str, Value] = {
            "steps_taken": float(frame.newest_step - since),
            "runs_begun": float(max(0, frame.number - self._first_number)),
        }
        there = {run.number for run in frame.runs}
        runs = {
            key: RunVariables(self.session.frame_of(number))
            for key, number in self.keys.items()
            if number in there
        }
        told = {**counts, **self.more, **(more or {})}
        return LessonScope(RunVariables(frame), self._asked, runs, told, drawn)

    def _now(self) -> RunVariables:
        return RunVariables(self.session.frame())

    @property
    def touched(self) -> bool:
        """Whether anything was done since the step began."""
        frame = self.session.frame()
        moved = frame.newest_step != self._first_step or bool(self.more.get("own_steps"))
        return moved or frame.undo_label is not None

    # --- going on ---------------------------------------------------------------------------------

    def ask(self) -> None:
        """Remember the moment of the answer as ``before``, and look at the newest row again."""
        self._asked = self._now()
        self.session.look_at(None)

    def steps_to_go(self) -> int:
        """Return how many steps the run takes after the answer; raises ExpressionError."""
        then = self.step.then
        if then is None:
            return 0
        steps = then.steps or self.session.steps_to_epoch(then.epochs)
        looks = _LOOK * then.epochs if then.until is not None else 0
        if is_too_long(self.session, steps + looks):
            raise ExpressionError(TOO_LONG)
        return steps if then.until is None else self._steps_until(then.until, then.epochs)

    def _steps_until(self, until: Expression, epochs: int) -> int:
        """Return the steps to the end of the first epoch at which a condition holds.

        They are found on a copy of the run.
        """
        twin = copy(self)
        twin.session = copied(self.session)
        numbers = [run.number for run in twin.session.frame().runs if run.racing]
        twin.keys = dict(zip(self.keys, numbers, strict=False))
        taken = 0
        for _ in range(epochs):
            if until.holds(twin.scope()):
                return taken
            went = twin.session.advance(twin.session.steps_to_epoch(1))
            taken += went
            if not went:
                break
        if until.holds(twin.scope()):
            return taken
        raise ExpressionError(f'"{until.text}" is not true within {epochs} epochs.')

    def go(self) -> None:
        """Remember the moment, and take the steps that follow an answer; raises ExpressionError."""
        self.ask()
        steps = self.steps_to_go()
        if steps:
            self.session.advance(steps)

    @property
    def ground_tells(self) -> bool:
        """Whether the ground of the landscape answers the question where the ball goes by itself.

        Contour lines and the minimum show where descent leads, but tell nothing of a ball that was
        put somewhere.
        """
        goes = self.step.then is not None or self.session.step > 0
        return goes and self.step.target == "ball"

    # --- judging ----------------------------------------------------------------------------------

    def judge(self, answer: Answer) -> Verdict:
        """Return the verdict on an answer, now that the run has taken the steps after it.

        Raises
        ------
        ExpressionError
            If the run cannot tell.
        """
        task = self.step.task
        assert isinstance(task, Prediction)
        verdict = _JUDGES[type(task)](self, task, answer)
        truth = self.said(task.truth) if task.truth else verdict.truth
        return replace(verdict, truth=truth, right_answer=verdict.truth)

    def true_choices(self, question: ChoiceQuestion) -> list[int]:
        """Return the indices, from 0, of the choices that are true of the run."""
        scope = self.scope()
        return [
            index for index, choice in enumerate(question.choices) if choice.true_if.holds(scope)
        ]

    def true_sign(self, question: SignQuestion) -> int:
        """Return the index in GROWTH of what the number does in the run."""
        value = question.of.number(self.scope())
        return 0 if value > 0 else 1 if value < 0 else 2

    def _judge_choice(self, question: ChoiceQuestion, answer: Answer) -> Verdict:
        assert isinstance(answer, int)
        true = self.true_choices(question)
        chosen = question.choices[answer]
        truth = "; ".join(self.text(question.choices[index].text) for index in true)
        feedback = self.said(chosen.feedback)
        return Verdict(answer in true, self.text(chosen.text), truth, feedback)

    def _judge_sign(self, question: SignQuestion, answer: Answer) -> Verdict:
        true = self.true_sign(question)
        given = GROWTH.index(str(answer))
        feedback = self.said(question.feedback.texts[given])
        words = question.words
        return Verdict(given == true, words[given], words[true], feedback)

    def _judge_number(self, question: NumberQuestion, answer: Answer) -> Verdict:
        assert isinstance(answer, int | float)
        scope = self.scope({"answer": float(answer)})
        true = question.of.number(scope)
        off = question.feedback.too_low if answer < true else question.feedback.too_high
        tempting = (
            each.feedback
            for each in question.tempting
            if question.is_meant(answer, each.value.number(scope))
        )
        right = question.is_meant(answer, true)
        said = question.feedback.right if right else next(tempting, off)
        given, in_truth = (
            f"{printed(number)} {question.unit}".strip() for number in (float(answer), true)
        )
        return Verdict(right, given, in_truth, filled(said, scope))

    def page(self) -> tuple[float, float]:
        """Return the least and the greatest loss of the page on which a curve is drawn."""
        loss = float(self._asked.frame.current_loss or 1.0)
        if self.step.loss_axis == "log":
            return loss / 1e4, 100 * loss
        task = self.step.task
        assert isinstance(task, CurveQuestion)
        return 0.0, task.page * loss

    def _judge_curve(self, question: CurveQuestion, answer: Answer) -> Verdict:
        assert isinstance(answer, CurveAnswer)
        bottom, top = self.page()
        scope = self.scope(
            {"page_bottom": bottom, "page_top": top, "leaves": answer.leaves(top)}, answer
        )
        right = question.right_if.holds(scope)
        scope.more = {**scope.more, "right_answer": right}
        feedback = f"{self._nearness(answer)} {_chosen_text(question.feedback, scope)}"
        return Verdict(right, "", "", feedback)

    def _nearness(self, drawn: CurveAnswer) -> str:
        """Say how far a drawn curve stays near the run's, as both look on the page."""
        rows = self.session.frame().rows
        assert rows is not None
        epochs, losses = rows.drawn_loss(MOST_OF_CURVE)
        curves = np.clip([np.interp(epochs, drawn.epochs, drawn.losses), losses], *self.page())
        ends = np.array(self.page())
        if self.step.loss_axis == "log":
            curves = np.log10(curves)
            ends = np.log10(ends)
        off = (curves[0] - curves[1]) / (ends[1] - ends[0])
        far = np.flatnonzero(np.abs(off) > _FAR)
        if not len(far):
            return "Your curve stays near the run's to the end."
        way = "downwards" if off[far[0]] < 0 else "upwards"
        end = "near" if abs(off[-1]) <= _FAR else "below" if off[-1] < 0 else "above"
        epoch = int(epochs[far[0]])
        return (
            f"Your curve leaves the run's at epoch {epoch}, {way}, and ends {end} it on the page."
        )

    def _judge_point(self, question: PointQuestion, answer: Answer) -> Verdict:
        assert isinstance(answer, PointAnswer)
        truth, error = self._error(question.target, answer)
        right = question.is_near(error)
        more = {"error": error, "x": answer.x, "y": answer.y, "right_answer": right}
        scope = self.scope({**more, "truth_x": truth[0], "truth_y": truth[1]})
        if question.target == "direction":
            here = self._asked.frame.parameters
            assert here is not None
            truth = tuple(here[list(answer.axes)].tolist())
        return Verdict(right, "", "", _chosen_text(question.feedback, scope), leads=truth)

    def _error(self, target: str, clicked: PointAnswer) -> tuple[tuple[float, float], float]:
        """Return where the click should have been, and how far off it was."""
        frame = self.session.frame()
        if target == "line":
            return nearest_on_line(frame, clicked)
        place = frame.parameters if target == "ball" else self._asked.frame.following
        here = self._asked.frame.parameters
        if place is None or here is None:
            raise ExpressionError("The next step cannot be taken.")
        axes = list(clicked.axes)
        x, y = (float(value) for value in place[axes])
        if target == "ball":
            return (x, y), math.hypot(
                (clicked.x - x) / clicked.width, (clicked.y - y) / clicked.height
            )
        return (x, y), _angle_between(here[axes], np.array((x, y)), clicked)

    # --- doing ------------------------------------------------------------------------------------

    def doing(self) -> tuple[str, str]:
        """Return how a task stands, "done", "failed" or "open", and what is said about it.

        Raises
        ------
        ExpressionError
            If the run cannot tell.
        """
        task = self.step.task
        assert isinstance(task, DoTask)
        scope = self.scope()
        if task.until.holds(scope):
            return "done", _chosen_text(task.feedback, scope)
        if task.fails_if is not None and task.fails_if.holds(scope):
            return "failed", filled(task.failed or "", scope)
        return "open", _chosen_text(task.meanwhile, scope)


_JUDGES: Mapping[type, Callable[..., Verdict]] = {
    ChoiceQuestion: StepEvaluator._judge_choice,
    SignQuestion: StepEvaluator._judge_sign,
    NumberQuestion: StepEvaluator._judge_number,
    CurveQuestion: StepEvaluator._judge_curve,
    PointQuestion: StepEvaluator._judge_point,
}


def _table(
    titles: Iterable[str], columns: Sequence[RunsColumn], moments: Iterable[RunVariables]
) -> Table:
    """Return a table with a row for each moment."""
    scopes = [LessonScope(moment, moment, {}) for moment in moments]
    lines = (tuple(filled(column.value, scope) for column in columns) for scope in scopes)
    return tuple(titles), tuple(lines)


def _chosen_text(cases: tuple[Case, ...], scope: LessonScope) -> str:
    """Return the text of the first case that holds, filled in; empty if none does."""
    chosen = (case.text for case in cases if case.condition is None or case.condition.holds(scope))
    return filled(next(chosen, ""), scope)


def nearest_on_line(frame: Frame, clicked: PointAnswer) -> tuple[tuple[float, float], float]:
    """Return the point of the line in the data nearest to a click on the screen, and its distance.

    With two inputs it is the line between the classes, with one input the neuron's own.
    The distance is a share of the axes' ranges.

    Raises
    ------
    ExpressionError
        If there is no line.
    """
    parameters = frame.parameters
    if parameters is None or len(parameters) > 3 or frame.settings.features:
        raise ExpressionError("There is a line only with one or two inputs.")
    if len(parameters) == 2:
        y = float(frame.output_at(np.array([[clicked.x]]))[0])  # type: ignore[index]
        return (clicked.x, y), abs(clicked.y - y) / clicked.height
    scaled = parameters[:2] * np.array((clicked.width, clicked.height))
    length = float(np.hypot(*scaled))
    if length == 0:
        raise ExpressionError("There is no line: both weights are 0.")
    here = np.array((clicked.x / clicked.width, clicked.y / clicked.height))
    try:
        threshold = threshold_of_z(frame)
    except NoValue as error:
        raise ExpressionError(str(error)) from None
    off = (float(scaled @ here) + float(parameters[2]) - threshold) / length
    x, y = here - off * scaled / length
    return (float(x) * clicked.width, float(y) * clicked.height), abs(off)


def _angle_between(here: Floats, there: Floats, clicked: PointAnswer) -> float:
    """Return the angle on the screen at ``here`` between ``there`` and the click, in degrees."""
    scale = np.array((1 / clicked.width, clicked.aspect / clicked.height))
    wanted = (there - here) * scale
    given = (np.array((clicked.x, clicked.y)) - here) * scale
    if not wanted.any() or not given.any():
        raise ExpressionError("There is no direction here: the next step goes nowhere.")
    cosine = float(wanted @ given / (np.linalg.norm(wanted) * np.linalg.norm(given)))
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))
