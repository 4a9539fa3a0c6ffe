"""Own numbers: lessons with numbers drawn by a seed, so that each pupil has others.

There is also a sheet of the first five steps, worked out by hand, with a key for the teacher.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import structs

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.lazy import np
from neuroviz.core.numbers import printed
from neuroviz.core.training.trainer import Trainer
from neuroviz.lessons.checking import problems_of
from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import ChoiceQuestion, Lesson, LessonStep, LessonText, SignQuestion
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.lessons.step_figures import HALF
from neuroviz.paper.blocks import (
    Beside,
    Blocks,
    PaperDocument,
    Paragraphs,
    Picture,
    Pictures,
    SectionHeading,
    TextTable,
    WritingLines,
)
from neuroviz.pictures.loss import runs_figure
from neuroviz.pictures.marks import Figure, Points
from neuroviz.pictures.palette import ACCENT

_FACTORS = (0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4)
_TRIES = 40


class OwnNumbersError(ValueError):
    """A lesson whose words are true only of its own numbers; the message says what would work."""


def with_own_numbers(lesson: Lesson, seed: int) -> Lesson:
    """Return a lesson that begins with other weights of the same signs, drawn by a seed from 0 on.

    Its questions have the same answers, its runs have the same states, and the loss moves the same
    way. The author vouches that its words stay true.

    Raises
    ------
    OwnNumbersError
        If they are true only of its own numbers.
    SettingsError, ExpressionError
        If the lesson cannot be played.
    """
    alone = OwnNumbersError(
        f"What “{lesson.title}” says holds only for its own numbers: leave out --seed, or choose "
        "another lesson."
    )
    if not lesson.own_numbers:
        raise alone
    starts, answers = _played(lesson)
    for attempt in range(_TRIES):
        drawn = structs.replace(
            lesson,
            title=LessonText(f"{lesson.title}: sheet {seed}"),
            steps=tuple(_drawn(step, f"{seed} {attempt}") for step in lesson.steps),
        )
        try:
            own, same = _played(drawn)
        except (SettingsError, ExpressionError):
            continue
        if own != starts and same == answers and not problems_of(drawn):
            return drawn
    raise alone


def _drawn(step: LessonStep, seed: str) -> LessonStep:
    if step.experiment is None:
        return step
    experiment = structs.replace(
        step.experiment, options=_options(step.experiment.options, seed, begins=True)
    )
    runs = (structs.replace(run, options=_options(run.options, seed)) for run in step.runs)
    return structs.replace(step, experiment=experiment, runs=tuple(runs))


def _options(said: Mapping[str, Any], seed: str, *, begins: bool = False) -> dict[str, Any]:
    """Return options with other weights; equal values in several steps stay equal."""
    options = dict(said)
    if "weights" in said:
        options["weights"] = [_number(weight, seed) for weight in said["weights"]]
    if "bias" in said:
        options["bias"] = _number(said["bias"], seed)
    if begins and not {"weights", "bias"} & said.keys():
        options["seed"] = random.Random(f"{seed} {said.get('seed')}").randrange(10_000)
    return options


def _number(value: float, seed: str) -> float:
    return round(value * random.Random(f"{seed} {abs(value)}").choice(_FACTORS), 2)


def _played(lesson: Lesson) -> tuple[list[object], list[object]]:
    """Return the weights with which the steps of a lesson begin, and what is true of each."""
    starts: list[object] = []
    answers: list[object] = []
    before: StepEvaluator | None = None
    for step in lesson.steps:
        before = StepEvaluator(step, before)
        losses = [frame.current_loss or 0.0 for frame in before.frames]
        for frame in before.frames:
            starts.append(None if frame.parameters is None else frame.parameters.tolist())
            answers.append(None if frame.diagnosis is None else frame.diagnosis.state)
        before.go()
        answers += [
            (frame.current_loss or 0.0) < loss
            for frame, loss in zip(before.frames, losses, strict=True)
        ]
        if isinstance(step.task, ChoiceQuestion):
            answers.append(before.true_choices(step.task))
        elif isinstance(step.task, SignQuestion):
            answers.append(before.true_sign(step.task))
    return starts, answers


_STEPS = 5
_RATES = (
    (0.1, "First rate", "a small one"),
    (0.5, "Second rate", "half of the limit"),
    (1.1, "Third rate", "above the limit"),
)
"""Rates as shares of the limit, their names, and what the key says about them."""
_HIGHEST = 7.0
"""Upper end of the loss plot, in losses at the start: the third rate stays below it."""
_DRAWN = (130.0, 75.0)
"""Size of that plot in millimetres."""
_TITLES = ("step", "w", "b", "ŷ", "loss", "∂ℓ/∂w", "∂ℓ/∂b", "rate · ∂ℓ/∂w", "rate · ∂ℓ/∂b")


def five_steps(seed: int, *, is_key: bool) -> PaperDocument:
    """Return the sheet of a seed from 0 on, or its key, whose numbers are computed by runs.

    There are one sample and one input, so that everything can be worked out with a pencil, at three
    rates from one start.
    """
    source = random.Random(f"five steps {seed}")
    x, y = source.randint(1, 3), source.randint(5, 9)  # from 5: no start is right by chance
    weight = source.randint(-10, 10) / 10
    bias = source.randint(-10, 10) / 10
    limit = 1 / (x * x + 1)
    title = f"Five steps by hand: sheet {seed}{', key' if is_key else ''}"
    given = (
        f"One sample: x = {x}, and the target is y = {y}. The neuron says ŷ = w·x + b.\\\n"
        f"It begins with w = {_said(weight)} and b = {_said(bias)}."
    )
    rules = (
        "The loss is ℓ = (ŷ − y)², so ∂ℓ/∂w = 2·(ŷ − y)·x and ∂ℓ/∂b = 2·(ŷ − y).\\\n"
        "A step subtracts rate · gradient from w and from b. Write four digits."
    )
    head = () if is_key else (TextTable(("Name", "Date"), ()),)
    first = (*head, Paragraphs(given), Paragraphs(rules))
    blocks = []
    runs = []
    for times, name, said in _RATES:
        rate = float(f"{times * limit:.3g}")
        run = Trainer(
            Settings(
                data=Dataset(np.array([[x]]), np.array([y]), classes=False),
                weights=[weight],
                bias=bias,
                learning_rate=rate,
            )
        )
        run.advance(_STEPS)
        runs.append(run)
        heading = SectionHeading(f"{name}{f', {said}' if is_key else ''}: {_said(rate)}")
        # The small table of a key breaks no title.
        titles = tuple(title.replace(" · ", "·") for title in _TITLES) if is_key else _TITLES
        blocks.append((heading, TextTable(titles, _rows(run, x, is_key=is_key), small=is_key)))
    ask = (
        "Draw the three losses over the steps. What do the three rates do, and why? "
        "Compare the signs of ŷ − y from step to step."
    )
    answer = (
        "Each step multiplies ŷ − y by 1 − 2·rate·(x² + 1). With the small rate that is near 1, "
        "and the error shrinks slowly; at half of the limit it is 0, and one step is enough; above "
        "the limit it is below −1: the sign changes at every step, and the error grows."
    )
    losses = _losses(runs, is_key=is_key)
    last: Blocks = Pictures((Picture(losses, *_DRAWN),)), WritingLines(ask, 3)
    if is_key:
        last = (Beside(Picture(losses, *HALF), (Paragraphs(answer),)),)
    return PaperDocument(title, (first, *blocks, last), f"NeuroViz · {title}")


def _rows(run: Trainer, x: int, *, is_key: bool) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a table, filled in or with only the first two numbers."""
    rows = run.history.rows()
    w = rows.parameter(0)
    b = rows.parameter(1)
    gw = rows.grad(0)
    gb = rows.grad(1)
    rate = run.settings.learning_rate
    found = []
    for step in range(_STEPS + 1):
        numbers = [w[step], b[step], w[step] * x + b[step], rows.loss[step]]
        if step < _STEPS:
            numbers += [gw[step], gb[step], rate * gw[step], rate * gb[step]]
        told = [_said(float(number)) for number in numbers]
        known = len(told) if is_key else 2 if step == 0 else 0
        last = ["—"] * (8 - len(told))
        found.append((str(step), *told[:known], *[""] * (len(told) - known), *last))
    return tuple(found)


def _losses(runs: Sequence[Trainer], *, is_key: bool) -> Figure:
    """Return a plot of the losses over the steps, with curves or with only the start."""
    title = "The three losses"
    if is_key:
        # With one sample, a step is an epoch.
        named = [
            (name.lower(), slot, run.settings, run.history.rows())
            for slot, (run, (_, name, _)) in enumerate(zip(runs, _RATES, strict=True))
        ]
        return structs.replace(runs_figure(named), title=title, subtitle=None, x_label="step")
    start = float(runs[0].history.rows().loss[0])
    mark = Points([0.0], [start], ACCENT, label="start")
    width = float(_STEPS)
    height = _HIGHEST * start
    figure = Figure(title, "step", "loss", (mark,))
    return structs.replace(figure, x_limits=(0.0, width), y_limits=(0.0, height))


def _said(number: float) -> str:
    # No number on a sheet is this close to 0 except by rounding.
    return printed(round(number, 12))
