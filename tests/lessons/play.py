"""A lesson played without a window: each question with every kind of answer."""

from __future__ import annotations

from dataclasses import dataclass

from neuroviz.lessons.format import GROWTH, Click, Curve, Do, Number, Predict, Sign
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.stage import Clicked, Drawn, Stage


@dataclass(frozen=True)
class Played:
    """A step after its answer was given, and what is said to each answer."""

    number: int
    stage: Stage
    start: tuple[float, ...]
    verdicts: dict[object, object]


def played(path, do):
    """Play a lesson; give each step.

    Parameters
    ----------
    path
        Of the lesson.
    do
        Called with the name of the lesson, the number of the step and its stage where something is to be done.
    """
    before = None
    lesson = read_lesson(path)
    for number, step in enumerate(lesson.steps, 1):
        stage = Stage(step, before)
        start = tuple(stage.session.frame().parameters.tolist())
        stage.ask()
        verdicts = {}
        if isinstance(step.task, Predict):
            stage.go()
            verdicts = {answer: stage.judge(answer) for answer in answers(stage)}
        elif isinstance(step.task, Do):
            do(lesson.name, number, stage)
        yield Played(number, stage, start, verdicts)
        before = stage


def answers(stage):
    """Return answers of every kind to a question: all there are to choose from, else right and nonsensical ones."""
    kind = stage.step.task.answer
    if isinstance(kind, tuple):
        return list(range(len(kind)))
    if isinstance(kind, Sign):
        return list(GROWTH)
    if isinstance(kind, Number):
        true = kind.of.number(stage.scope())
        return [true, -1e300, 0.0, 1e300, *(value.number(stage.scope()) for value, _ in kind.tempting)]
    if isinstance(kind, Curve):
        return [*_curves(stage)]
    assert isinstance(kind, Click)
    return _clicks(stage, kind.target)


def _curves(stage):
    """Give the run's own curve within the page, and others: flat, falling, rising, far beyond, up and down."""
    frame = stage.session.frame()
    epochs = frame.step // frame.settings.steps_per_epoch
    _, top = stage.page()
    start = top / 2
    own = [min(frame.row_at(epoch * frame.settings.steps_per_epoch).loss, top) for epoch in range(epochs + 1)]
    yield Drawn(tuple(map(float, range(epochs + 1))), tuple(own))
    ends = (0.0, float(epochs))
    for end in (start, 0.0, top, 1e300):
        yield Drawn(ends, (start, end))
    yield Drawn(tuple(map(float, range(9))), tuple(start * (n % 2) for n in range(9)))


def _clicks(stage, target):
    """Return a click where it should be, one with swapped axes, one beside it, and one far out of the plot."""
    frame = stage.session.frame()
    w, b = (float(value) for value in frame.parameters)
    if target == "line":
        places = [(2.0, 2 * w + b), (w, b), (2.0, 2 * w + b + 5)]
    elif target == "ball":
        places = [(w, b), (b, w), (w + 3, b + 3)]
    else:
        here = frame.row_at(frame.step)
        x, y = here.parameters - here.grad
        places = [(float(x), float(y)), (2.0, 0.0), (2 * w - float(x), 2 * b - float(y))]
    return [Clicked(x, y, 8.0, 12.0) for x, y in (*places, (1e6, -1e6))]
