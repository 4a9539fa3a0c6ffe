"""The course of a lesson: which step one is at, and each step as it was left."""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.lessons.answers import Answered, withheld
from neuroviz.lessons.format import Lesson, LookTask
from neuroviz.lessons.plan import copied
from neuroviz.lessons.step_evaluator import Answer, StepEvaluator, Verdict
from neuroviz.session.session import Session
from neuroviz.ui.lesson.panel import StepWords
from neuroviz.ui.window.lesson.words import step_words


class Played:
    """One step as it is played: its stage, what was answered, and what came of it.

    Parameters
    ----------
    stage
        Its run, the judge.
    words
        What is said, as it was when the step was shown first.
    """

    def __init__(self, stage: StepEvaluator, words: StepWords) -> None:
        self.stage = stage
        self.words = words
        self.aside: Session | None = None
        self.answer: Answer | None = None
        self.verdict: Verdict | None = None
        self.said = ("", "")
        self.table: tuple[Sequence[str], Sequence[Sequence[str]]] = ((), ())
        self.done = isinstance(stage.step.task, LookTask)


class Course:
    """Goes from step to step; the session becomes the one that a step was left with, or begins with.

    Parameters
    ----------
    earlier
        Of a check: how many answers were right each time before.
    """

    def __init__(self, lesson: Lesson, session: Session, earlier: Sequence[int] = ()) -> None:
        self.lesson = lesson
        self.earlier = tuple(earlier)
        self.here = 0
        """The step that one is at, from 0; as many as there are at the end."""
        self._session = session
        self._played: dict[int, Played] = {}

    @property
    def now(self) -> Played | None:
        """The step that one is at; None at the end."""
        return self._played.get(self.here)

    @property
    def at_last(self) -> bool:
        """Whether no other step comes."""
        return self.here == len(self.lesson.steps) - 1

    @property
    def reached(self) -> int:
        """The last step that was played so far, from 0."""
        return max(self.here, *self._played)

    @property
    def withholds(self) -> bool:
        """Whether it is told only how many answers were right: of a check, the first time.

        Told more, such questions would measure nothing the second time but who remembers it.
        """
        return self.lesson.tells_at_end and not self.earlier

    def enter(self, index: int) -> Played:
        """Go to a step: as it was left, or at its beginning.

        Where it goes on from a step that was not played this time it is the one before with its own experiment.

        Raises
        ------
        SettingsError
            If the experiment of the step cannot be.
        ExpressionError
            If its texts cannot be filled in.
        """
        self.set_aside()
        while not ({index, index - 1} & self._played.keys() or self.lesson.steps[index].experiment):
            index -= 1
        played = self._played.get(index) or self._begun(index)
        self.here = index
        self._played[index] = played
        if played.aside is not None:
            self._session.become(played.aside)
        return played

    def forget_here(self) -> None:
        """Let this step begin anew when it is entered."""
        del self._played[self.here]

    def end(self) -> None:
        """Go behind the last step."""
        self.set_aside()
        self.here = len(self.lesson.steps)
        if self.lesson.tells_at_end and not self.withholds:
            for played in self._played.values():
                played.done = True  # what is right is told now: no answer counts any more

    def set_aside(self) -> None:
        """Keep the step as it stands now."""
        if self.now is not None:
            self.now.aside = self._session.parted()

    @property
    def right(self) -> int:
        """How many answers so far were right."""
        return sum(played.verdict.right for played in self._played.values() if played.verdict is not None)

    def answers(self) -> list[Answered]:
        """Return what was answered, in the order of the steps."""
        answers = [
            Answered(
                index + 1,
                played.words.ask,
                played.verdict.prediction,
                played.verdict.truth,
                played.verdict.right,
                played.verdict.feedback,
                played.verdict.right_answer,
            )
            for index, played in sorted(self._played.items())
            if played.verdict is not None
        ]
        return [withheld(answer) for answer in answers] if self.withholds else answers

    def _begun(self, index: int) -> Played:
        """Return a step at its beginning, which the session takes over."""
        before = self._played.get(index - 1)
        goes_on = self.lesson.steps[index].experiment is None
        if goes_on and before is not None and before.aside is not None:
            self._session.become(copied(before.aside))  # who goes back finds the step before as it was left
            if not before.done:
                before.stage.go()  # what was skipped happens all the same: what is said here speaks of it
        stage = StepEvaluator(self.lesson.steps[index], before.stage if before is not None else None)
        words = step_words(self.lesson, stage)  # may be refused: before the session takes anything
        self._session.become(stage.session.parted())
        stage.session = self._session
        return Played(stage, words)
