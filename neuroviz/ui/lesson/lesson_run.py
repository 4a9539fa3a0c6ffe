"""A lesson that is being played: which step one is at, each as it was left, and what is said.

What is said at a step stands in the panel, and so does what remains at the end.
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

NOTED = "Noted. The end says how many are right."
LATE = "Not answered. The end has told what is right, so no answer counts any more."
"""What is said to a question of a check that was answered, or that takes no answer any more."""


class StepResult:
    """One step as it is played: what was answered, and what came of it.

    Parameters
    ----------
    evaluator
        Has its run, the judge.
    words
        What is said, as it was when the step was shown first.
    """

    def __init__(self, evaluator: StepEvaluator, words: StepWords) -> None:
        self.evaluator = evaluator
        self.step = evaluator.step
        self.words = words
        self.session: Session | None = None
        self.answer: Answer | None = None
        self.verdict: Verdict | None = None
        self.said = ("", "")
        self.table: Table = ((), ())
        self.done = isinstance(self.step.task, LookTask)


class LessonRun:
    """Goes from step to step.

    The session becomes the one that a step was left with, or begins with.

    Parameters
    ----------
    before
        How far it was played before, and what was answered then.
    earlier
        Of a check: how many answers were right each time before.
    """

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
        self.here = 0
        """The step that one is at, from 0; as many as there are at the end."""
        self._session = session
        self._results: dict[int, StepResult] = {}

    @property
    def now(self) -> StepResult | None:
        """The step that one is at; None at the end."""
        return self._results.get(self.here)

    @property
    def first(self) -> int:
        """Where to go on: at the last step that was reached, or before it, that can be begun."""
        steps = self.lesson.steps
        return max((index for index in self._marks if steps[index].experiment), default=0)

    @property
    def marks(self) -> tuple[str, ...]:
        """What came of each step that was reached."""
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
        """Whether it is told only how many answers were right: of a check, the first time.

        Told more, such questions would measure nothing the second time but who remembers it.
        """
        return self.lesson.tells_at_end and not self.earlier

    def enter(self, index: int) -> StepResult:
        """Go to a step: as it was left, or at its beginning.

        Where it goes on from a step that was not played this time it is the one before with its own
        experiment.

        Raises
        ------
        SettingsError
            If the experiment of the step cannot be.
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
        """Let this step begin anew when it is entered."""
        del self._results[self.here]

    def end(self) -> None:
        """Go behind the last step."""
        self.keep_step()
        self._finished = True
        self.here = len(self.lesson.steps)
        if self.lesson.tells_at_end and not self.withholds:
            for result in self._results.values():
                result.done = True  # what is right is told now: no answer counts any more

    def keep_step(self) -> None:
        """Keep the session of the step as it is now."""
        if self.now is not None:
            self.now.session = self._session.parted()

    @property
    def right(self) -> int:
        """How many answers so far were right."""
        return sum(answer.verdict.right is True for answer in self._judged)

    @property
    def own(self) -> list[StepResult]:
        """The steps in which a learner answered or did something, those done by hand last."""
        made = [self._results[index] for index in sorted(self._results)]
        by_hand = [each for each in made if each.done and each.step.do is not None]
        return [each for each in made if each.verdict is not None] + by_hand

    def answers(self) -> list[Answered]:
        """Return what was answered, in the order of the steps."""
        return [withheld(answer) for answer in self._judged] if self.withholds else self._judged

    @property
    def progress(self) -> LessonProgress:
        """How far it was played, and what was answered; once it was finished no more than that."""
        if self._finished:
            return LessonProgress(finished=True)
        return LessonProgress(self.marks, tuple(self.answers()), self.lesson.title)

    @property
    def _judged(self) -> list[Answered]:
        """The last answer to each step, also where that was given before."""
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
            # Who goes back finds the step before as it was left.
            self._session.become(copied(before.session))
            if isinstance(before.step.task, LookTask):
                self._session.look_at(None, before.session.selection.phase)
            elif not before.done:
                # What was skipped happens all the same: what is said here speaks of it.
                before.evaluator.go()
        evaluator = StepEvaluator(
            self.lesson.steps[index], before.evaluator if before is not None else None
        )
        # May be refused: before the session takes anything.
        words = step_words(self.lesson, evaluator)
        self._session.become(evaluator.session.parted())
        evaluator.session = self._session
        result = StepResult(evaluator, words)
        if index in self._answers:
            evaluator.go()
            result.verdict = self._answers[index].verdict
            result.table = evaluator.table()
            result.done = True
        return result


def step_words(lesson: Lesson, evaluator: StepEvaluator) -> StepWords:
    """Return what is said at a step, filled in; raises ExpressionError where it cannot be."""
    step = evaluator.step
    return StepWords(
        lesson=lesson.title,
        title=evaluator.text(step.title),
        text=evaluator.text(step.text),
        task=step.task,
        ask=evaluator.text(step.task.ask),
        choices=evaluator.choices,
        hints=[evaluator.text(hint) for hint in step.hints],
    )


def end_words(run: LessonRun, another: Lesson | None) -> StepWords:
    """Return what remains of a lesson, what was predicted right, and what comes next.

    Of a check how many were right now, and each time before.
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
    return StepWords(lesson.title, home, text, LookTask())


def _told_at_end(run: LessonRun) -> str:
    """Return how many answers were right, and each with what there is to say to it, as Markdown.

    The first time none is marked: who knows which was wrong has one choice less the second time.
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
        f"{MARKS[answer.verdict.right]}{answer.step}. {sentences_on(answer.verdict)}"
        for answer in answers
    ]
    together = "\n\n" if run.earlier else "  \n"  # without what is right each is a line or two
    return "\n\n".join((*lines, together.join(said)))
