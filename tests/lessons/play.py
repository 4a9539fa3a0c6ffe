"""A lesson played without a window: each question with every kind of answer."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from neuroviz.lessons.answers import CurveAnswer, PointAnswer
from neuroviz.lessons.format import (
    GROWTH,
    ChoiceQuestion,
    CurveQuestion,
    DoTask,
    NumberQuestion,
    PointQuestion,
    Prediction,
    SignQuestion,
)
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.step_evaluator import StepEvaluator
from tests.lessons.own_words import ANYTHING, OwnTelling, untrue


@dataclass(frozen=True)
class Played:
    """A step after its answer was given, and what is said to each answer."""

    number: int
    evaluator: StepEvaluator
    start: tuple[float, ...]
    verdicts: dict[object, object]
    untrue: list[str]
    """Where text, hints and what is said to an answer are not true of a run that the tests
    train."""


def played(path, do):
    """Play a lesson; give each step.

    Parameters
    ----------
    path
        Of the lesson.
    do
        Called with the name of the lesson,
        the number of the step and its evaluator where something is to be done.
    """
    before = None
    lesson = read_lesson(path)
    written = tomllib.loads(path.read_text(encoding="utf-8"))["step"]
    for number, (step, said) in enumerate(zip(lesson.steps, written, strict=True), 1):
        evaluator = StepEvaluator(step, before)
        telling = OwnTelling(evaluator.session.frame(), evaluator.keys)
        shown = [(text, evaluator.text(text)) for text in (said["text"], *said.get("hints", ()))]
        wrong = [each for texts in shown for each in untrue(*texts, telling.names())]
        start = tuple(evaluator.session.frame().parameters.tolist())
        evaluator.ask()
        verdicts = {}
        if isinstance(step.task, Prediction):
            evaluator.go()
            verdicts = {answer: evaluator.judge(answer) for answer in answers(evaluator)}
            names = telling.names(evaluator.session.frame())
            for answer, verdict in verdicts.items():
                wrong += untrue_verdict(
                    said["predict"], answer, verdict.truth, verdict.feedback, names
                )
        elif isinstance(step.task, DoTask):
            do(lesson.name, number, evaluator)
        yield Played(number, evaluator, start, verdicts, wrong)
        before = evaluator


def untrue_verdict(said, answer, truth, feedback, names):
    """Return what is untrue of what was said to an answer.

    Parameters
    ----------
    said
        The question as it stands in the file.
    answer
        What was answered: which of several texts is said to a number,
        a curve or a place, the judge alone knows.
    truth, feedback
        As they are shown.
    names
        What placeholders mean now.
    """
    wrong = untrue(said["truth"], truth, names) if "truth" in said else []
    return wrong + untrue(feedback_to(said, answer), feedback, names)


def feedback_to(said, answer):
    """Return what is said to an answer as it stands in the file.

    ANYTHING where the judge alone can tell which.
    """
    if "choice" in said:
        return said["choice"][answer]["feedback"]
    return said["feedback"][answer] if said["kind"] == "sign" else f"{{{ANYTHING}}}"


def answers(evaluator):
    """Return answers of every kind to a question.

    All there are to choose from, else right and nonsensical ones.
    """
    kind = evaluator.step.task
    if isinstance(kind, ChoiceQuestion):
        return list(range(len(kind.choices)))
    if isinstance(kind, SignQuestion):
        return list(GROWTH)
    if isinstance(kind, NumberQuestion):
        true = kind.of.number(evaluator.scope())
        return [
            true,
            -1e300,
            0.0,
            1e300,
            *(value.value.number(evaluator.scope()) for value in kind.tempting),
        ]
    if isinstance(kind, CurveQuestion):
        return [*_curves(evaluator)]
    assert isinstance(kind, PointQuestion)
    return _clicks(evaluator, kind.target)


def _curves(evaluator):
    """Give the run's own curve within the page, and others.

    Flat, falling, rising, far beyond, up and down.
    """
    frame = evaluator.session.frame()
    epochs = frame.step // frame.settings.steps_per_epoch
    _, top = evaluator.page()
    start = frame.row_at(0).loss
    own = [
        min(frame.row_at(epoch * frame.settings.steps_per_epoch).loss, top)
        for epoch in range(epochs + 1)
    ]
    yield CurveAnswer(tuple(map(float, range(epochs + 1))), tuple(own))
    ends = (0.0, float(epochs))
    for end in (start, 0.0, top, 1e300):
        yield CurveAnswer(ends, (start, end))
    yield CurveAnswer(tuple(map(float, range(9))), tuple(start * (n % 2) for n in range(9)))


def _clicks(evaluator, target):
    """Return a click where it should be, one with swapped axes.

    One beside it, and one far out of the plot.
    """
    frame = evaluator.session.frame()
    w, b = (float(value) for value in frame.parameters)
    if target == "line":
        places = [(2.0, 2 * w + b), (w, b), (2.0, 2 * w + b + 5)]
    elif target == "ball":
        places = [(w, b), (b, w), (w + 3, b + 3)]
    else:
        here = frame.row_at(frame.step)
        x, y = here.parameters - here.grad
        places = [(float(x), float(y)), (2.0, 0.0), (2 * w - float(x), 2 * b - float(y))]
    return [PointAnswer(x, y, 8.0, 12.0) for x, y in (*places, (1e6, -1e6))]
