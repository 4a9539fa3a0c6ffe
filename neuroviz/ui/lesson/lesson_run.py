"""A lesson that is being played: the present step, the others as they were left, and the words.

The words of a step stand in the panel, as do those of the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.lessons.answers import (
    MARKS,
    TOLD_LATER,
    Answer,
    Answered,
    LessonProgress,
    Verdict,
    sentences_on,
    withheld,
)
from neuroviz.lessons.format import Lesson, LookTask
from neuroviz.lessons.plan import copied
from neuroviz.lessons.step_evaluator import StepEvaluator, Table
from neuroviz.session.session import Session
from neuroviz.ui.lesson.panel import StepWords
from neuroviz.ui.lesson.question import unbroken, without_code_marks

NOTED = "Noted. At the end you learn how many are right."
LATE = "Not answered. The end has shown what is right, so no answer counts any more."
"""Said about a question of a check that was answered, or that takes no answer any more."""


class StepResult:
    """One step as it is played: the answer, and what came of it.

    Parameters
    ----------
    evaluator
        Has the step's run, and judges the answer.
    words
        The texts as they were when the step was first shown.
    """

    answer: Answer | None = None
    verdict: Verdict | None = None
    said = ("", "")
    table: Table = ((), ())
    session: Session | None = None

    def __init__(self, evaluator: StepEvaluator, words: StepWords) -> None:
        self.evaluator = evaluator
        self.step = evaluator.step
        self.words = words
        self.done = isinstance(self.step.task, LookTask)


class LessonRun:
    """Goes from step to step.

    At each step the session is replaced by the one that the step was left with, or begins with.

    Parameters
    ----------
    before
        How far the lesson was played before, and what was answered then.
    earlier
        For a check, how many answers were right each time before.
    """

    here = 0
    """The present step, from 0; at the end the number of steps."""

    def __init__(
        self,
        lesson: Lesson,
        session: Session,
        before: LessonProgress,
        earlier: Sequence[int] = (),
    ) -> None:
        self.lesson = lesson
        self.earlier = tuple(earlier)
        self._finished = before.finished
        if before.finished or before.title not in ("", lesson.title) or lesson.tells_at_end:
            before = LessonProgress()
        steps = range(len(lesson.steps))
        self._marks = dict(zip(steps, before.marks, strict=False))
        self._answers = {each.step - 1: each for each in before.answers if each.step - 1 in steps}
        self._session = session
        self._results: dict[int, StepResult] = {}

    @property
    def now(self) -> StepResult | None:
        """The present step; None at the end."""
        return self._results.get(self.here)

    @property
    def first(self) -> int:
        """The step to go on at: the last one reached that has its own experiment."""
        steps = self.lesson.steps
        return max((index for index in self._marks if steps[index].experiment), default=0)

    @property
    def marks(self) -> tuple[str, ...]:
        """The result of each step that was reached."""
        return tuple(map(self._mark, range(max({**self._marks, **self._results}) + 1)))

    def _mark(self, index: int) -> str:
        result = self._results.get(index)
        before = self._marks.get(index, "")
        if result is None or (before not in ("", "skipped") and not result.done):
            return before
        if not result.done:
            return "" if index == self.here else "skipped"
        if self.lesson.tells_at_end:
            return "skipped" if result.answer is None else "done"
        if result.verdict is None:
            return "done"
        return "right" if result.verdict.right else "wrong"

    @property
    def withholds(self) -> bool:
        """Whether only the number of right answers is told, as for a check taken the first time.

        If more were told, its questions would measure no more than memory the second time.
        """
        return self.lesson.tells_at_end and not self.earlier

    def enter(self, index: int) -> StepResult:
        """Go to a step, as it was left or at its beginning.

        If it continues a step that was not played this time, the nearest step before it with its
        own experiment is entered instead.

        Raises
        ------
        SettingsError
            If the step's experiment is impossible.
        ExpressionError
            If its texts cannot be filled in.
        """
        self.keep_step()
        while not (
            {index, index - 1} & self._results.keys() or self.lesson.steps[index].experiment
        ):
            index -= 1
        result = self._results.get(index) or self._begun(index)
        self.here = index
        self._results[index] = result
        if result.session is not None:
            self._session.become(result.session)
        return result

    def forget_here(self) -> None:
        """Let the present step begin anew when it is next entered."""
        del self._results[self.here]

    def end(self) -> None:
        """Go to the end, after the last step."""
        self.keep_step()
        self._finished = True
        self.here = len(self.lesson.steps)
        if self.lesson.tells_at_end and not self.withholds:
            for result in self._results.values():
                result.done = True  # what is right is told now, so no answer counts any more

    def keep_step(self) -> None:
        """Keep the present session of the step."""
        if self.now is not None:
            self.now.session = self._session.parted()

    @property
    def right(self) -> int:
        """How many of the answers so far were right."""
        return sum(answer.verdict.right is True for answer in self._judged)

    @property
    def own(self) -> list[StepResult]:
        """The steps in which a learner answered, then those in which something was done by hand."""
        made = [self._results[index] for index in sorted(self._results)]
        by_hand = [each for each in made if each.done and each.step.do is not None]
        return [each for each in made if each.verdict is not None] + by_hand

    def answers(self) -> list[Answered]:
        """Return the answers in the order of the steps."""
        return [withheld(answer) for answer in self._judged] if self.withholds else self._judged

    @property
    def progress(self) -> LessonProgress:
        """How far it was played, and the answers; of a finished lesson only that it is finished."""
        if self._finished:
            return LessonProgress(finished=True)
        return LessonProgress(self.marks, tuple(self.answers()), self.lesson.title)

    @property
    def _judged(self) -> list[Answered]:
        """The last answer to each step, including those from before."""
        now = {
            index: Answered(index + 1, result.words.ask, result.verdict)
            for index, result in self._results.items()
            if result.verdict is not None
        }
        return [answer for _, answer in sorted((self._answers | now).items())]

    def _begun(self, index: int) -> StepResult:
        """Return a step at its beginning, which the session takes over."""
        before = self._results.get(index - 1)
        goes_on = self.lesson.steps[index].experiment is None
        if goes_on and before is not None and before.session is not None:
            # A copy, so that the step before is as it was left when one goes back.
            self._session.become(copied(before.session))
            if isinstance(before.step.task, LookTask):
                self._session.look_at(None, before.session.selection.phase)
            elif not before.done:
                # A step that was skipped is run all the same, since the texts speak of it.
                before.evaluator.go()
        evaluator = StepEvaluator(
            self.lesson.steps[index], before.evaluator if before is not None else None
        )
        # This may be refused, so it comes before the session takes anything.
        words = step_words(evaluator)
        self._session.become(evaluator.session.parted())
        evaluator.session = self._session
        result = StepResult(evaluator, words)
        if index in self._answers:
            evaluator.go()
            result.verdict = self._answers[index].verdict
            result.table = evaluator.table()
            result.done = True
        return result


def step_words(evaluator: StepEvaluator) -> StepWords:
    """Return the texts of a step, filled in; raise ExpressionError if that fails."""
    step = evaluator.step
    return StepWords(
        title=evaluator.text(step.title),
        text=evaluator.text(step.text),
        task=step.task,
        ask=evaluator.text(step.task.ask),
        choices=evaluator.choices,
        hints=[evaluator.text(hint) for hint in step.hints],
    )


def end_words(run: LessonRun, another: Lesson | None) -> StepWords:
    """Return the texts of the end: the predictions that came true, and what comes next.

    For a check they say how many answers are right, now and each time before.
    """
    lesson = run.lesson
    answers = run.answers()
    said = []
    if lesson.tells_at_end:
        said.append(_told_at_end(run))
    elif answers:
        lines = (f"{MARKS[answer.verdict.right]}{unbroken(answer.ask)}" for answer in answers)
        asked = "  \n".join(lines)
        said += [f"**{run.right} of {len(answers)} predictions came true.**  \n{asked}"]
    if another is not None:
        said.append(f"**Next: {another.title}.** {another.goal}")
    text = "\n\n".join(said)
    home = without_code_marks(f"To take home: {lesson.take_home}")
    return StepWords(home, text, LookTask())


def _told_at_end(run: LessonRun) -> str:
    """Return how many answers were right, and what there is to say about each, as Markdown.

    The first time no answer is marked: to know which was wrong leaves one choice less the second
    time.
    """
    answers = run.answers()
    right = run.right
    asked = len(run.lesson.steps)
    lines = [f"**{right} of {asked} right.**"]
    if run.earlier:
        first, *others = run.earlier
        since = "".join(f"then {count}, " for count in others)
        lines = [f"**The first time {first} of {asked} were right, {since}now {right}.**"]
    elif answers:
        lines.append(TOLD_LATER)
    said = [
        # No list of Markdown, which would count on where one was skipped.
        f"{MARKS[answer.verdict.right]}{answer.step}\\. {sentences_on(answer.verdict)}"
        for answer in answers
    ]
    together = "\n\n" if run.earlier else "  \n"  # without answers each takes a line or two
    return "\n\n".join((*lines, together.join(said)))
