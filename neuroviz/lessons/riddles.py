"""Riddles: lessons made by a seed in which something is broken, and the learner finds out what.

Each level has a run and a question. The run judges the answer, as in every lesson.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from msgspec.structs import replace

from neuroviz.core.types import Frozen
from neuroviz.lessons.format import Lesson
from neuroviz.lessons.reading import read_lesson

NAME = "riddle"
"""Name of these lessons, where one is named."""
_NO_BREAK = "not (broken('no_zero_grad') or broken('ascent'))"


class Cause(Frozen):
    """Something that may be wrong with a run."""

    text: str
    """The answer to choose."""
    options: str
    """Lines of the experiment that cause it; ``%(…)s`` stands for what the seed draws."""
    true_if: str
    """The condition on the run that it is this."""
    shows: str
    """How it is recognised."""
    would: str
    """What would be seen if it were this, said when it is chosen wrongly."""


class Level(Frozen):
    """A kind of run, and the causes from which one is drawn."""

    title: str
    text: str
    tasks: tuple[str, ...]
    settings: str
    """Lines of the experiment that all causes share."""
    causes: tuple[Cause, ...]


_HEALTHY = Cause(
    "nothing at all",
    "",
    f"{_NO_BREAK} and not (broken('no_bias') or broken('x1_times_100') "
    "or broken('saturated_start')) and setting('activation') == 'sigmoid'",
    "Each step goes against the gradient, by the rate, the gradients are those of the moment, and "
    "the loss falls.",
    "Then each step would go against the gradient, by the rate, and the loss would fall at once.",
)
_ZERO_GRAD = Cause(
    "`zero_grad` is missing",
    "breaks = ['no_zero_grad']",
    "broken('no_zero_grad')",
    "From the second step on the gradient has the old ones in it: it grows while the loss falls.",
    "Then gradients would pile up: they would grow while the loss falls.",
)
_ASCENT = Cause(
    "the update has the wrong sign",
    "breaks = ['ascent']",
    "broken('ascent')",
    "Each weight moves along its gradient: where the gradient is above zero, it grows. So the loss "
    "rises from the first step on, at any rate.",
    "Then each weight would move along its gradient, and the loss would rise at any rate.",
)

_RATE = "learning_rate = %(some)s"
LEVELS = (
    Level(
        "The curve",
        "A line is to be learned, and one thing is wrong with the run. Take steps, or run, and "
        "look at the loss and at the gradients, one step after another.",
        ("line", "double"),
        "",
        (
            Cause(
                "the rate is too large",
                "learning_rate = { times_limit = %(large)s }",
                f"{_NO_BREAK} and rate > limit",
                "Each step goes against the gradient, but past the bottom and higher up the other "
                "side: the gradient changes its sign at every step.",
                "Then every step would land on the other side, farther up: the gradient would "
                "change its sign each time.",
            ),
            Cause(
                "the rate is far too small",
                "learning_rate = { times_limit = %(tiny)s }",
                f"{_NO_BREAK} and rate < 0.01 * limit",
                "All is as it should be, but a step changes almost nothing: the gradient is large, "
                "and the rate tiny.",
                "Then the loss would hardly change, with a large gradient all the while.",
            ),
            replace(_ASCENT, options=f"{_ASCENT.options}\n{_RATE}"),
            replace(_ZERO_GRAD, options=f"{_ZERO_GRAD.options}\n{_RATE}"),
        ),
    ),
    Level(
        "The numbers",
        "A gate is to be learned, and one thing may be wrong. Take steps, and look at the numbers "
        "in the neuron, sample by sample: inputs, sum, slope of the curve, gradients.",
        ("and", "or", "nand", "nor"),
        "learning_rate = 1",
        (
            Cause(
                "the bias is missing",
                "breaks = ['no_bias']",
                "broken('no_bias')",
                "The bias is zero and stays zero, and the line turns about the origin.",
                "Then b would stay at zero, and the line would never leave the origin.",
            ),
            Cause(
                "the first input arrives a hundred times too large",
                "breaks = ['x1_times_100']",
                "broken('x1_times_100')",
                "The first input is a hundred where the gate has a one; the gradient of its weight "
                "has it as a factor.",
                "Then the neuron would show a hundred for the first input of two samples.",
            ),
            Cause(
                "it starts on the flat side of the curve",
                "breaks = ['saturated_start']",
                "broken('saturated_start')",
                "Every sum is far from zero at the start, on one side, where the sigmoid hardly "
                "rises: wrong samples are very sure.",
                "Then every sum would be far out on one side of zero at the start.",
            ),
            _HEALTHY,
        ),
    ),
    Level(
        "The steps",
        "This should be an AND gate with a sigmoid and squared errors, at a rate of one half; one "
        "thing may be wrong. Take steps, and compare each with what it should be.",
        ("and",),
        "learning_rate = 0.5\nloss = 'mse'",
        (
            Cause(
                "the activation was forgotten",
                "activation = 'identity'",
                "setting('activation') == 'identity'",
                "In every sample the output is the sum itself; a sigmoid makes one half of a sum "
                "of zero.",
                "Then the output would be the sum itself, and could be below zero.",
            ),
            _ASCENT,
            _ZERO_GRAD,
            _HEALTHY,
        ),
    ),
)
_ORDER = ("first", "second", "third")


def random_seed() -> int:
    """Return the seed of a random riddle."""
    return random.randrange(10_000)


def riddle(seed: int) -> Lesson:
    """Return the riddle of a seed from 0 on; the same seed gives the same riddle."""
    with tempfile.TemporaryDirectory() as folder:
        return read_lesson(write_riddle(Path(folder), seed))


def next_riddle(lesson: Lesson) -> Lesson | None:
    """Return the riddle of the seed after that of a riddle; None after another lesson."""
    name, _, seed = lesson.name.rpartition("-")
    return riddle(int(seed) + 1) if name == NAME and seed.isdecimal() else None


def write_riddle(folder: Path, seed: int) -> Path:
    """Write the riddle of a seed as a lesson file into a folder, and return its path."""
    path = folder / f"{NAME}-{seed}.toml"
    path.write_text(riddle_text(seed), encoding="utf-8")
    return path


class Page(Frozen):
    """What a seed has drawn for a level."""

    level: Level
    cause: Cause
    """What is wrong."""
    experiment: str
    """Lines of the run's experiment."""
    shuffle: int


def pages(seed: int) -> list[Page]:
    """Return what a seed draws for each level."""
    source = random.Random(f"riddle {seed}")
    return [_drawn(source, level) for level in LEVELS]


def _drawn(source: random.Random, level: Level) -> Page:
    cause = source.choice(level.causes)
    numbers = {
        "large": round(source.uniform(1.05, 1.4), 3),
        "tiny": round(source.uniform(0.0002, 0.001), 5),
        "some": round(source.uniform(0.001, 0.004), 4),
    }
    lines = (
        "[step.experiment]",
        f"task = '{source.choice(level.tasks)}'",
        f"seed = {source.randrange(1, 1000)}",
        level.settings,
        cause.options % numbers,
    )
    return Page(level, cause, "\n".join(lines), source.randrange(1, 1000))


def riddle_text(seed: int) -> str:
    """Return the riddle of a seed as the text of a lesson file."""
    head = f"""title = "What was broken? Riddle {seed}"
minutes = 8
goal = "Find out from what a run shows what is wrong with it."
take_home = "Compare a step with what it should be: which way, how far, and by which gradient."
quiet = true
locked = "In a riddle only what the page names can be used: the rest would tell."
"""
    return "".join((head, *map(_written, pages(seed), _ORDER)))


def _written(page: Page, which: str) -> str:
    """Return the two steps of a level: to look, and to say what is wrong."""
    level = page.level
    views = '["neuron", "data", "loss"]'
    return f"""
[[step]]
title = "{level.title}"
text = "{level.text}"
views = {views}
controls = ["step", "parts", "run", "reset"]
hints = [
    "Which way does a weight go in a step, and which way should it?",
    "Press Part to go through a step, and All in the neuron to see every sample.",
    "Take a few steps more. Then go on to the question.",
]

{page.experiment}

[step.do]
ask = "Take at least three steps."
until = "steps_taken >= 3"

[[step.do.feedback]]
text = "Look as long as you like. The next page asks what is wrong."

[[step]]
title = "{level.title}: what is wrong?"
text = "The same run after {{step:word}} steps. The loss went from {{start.loss:3}} to {{loss:3}}."
views = {views}
hints = [
    "Go back to the page before to look again.",
    "Compare the change of a weight with the rate times its gradient.",
    "What each of them would show is said when it is chosen.",
]

{page.experiment}
at = {{ step = 3 }}

[step.predict]
kind = "choice"
shuffle = {page.shuffle}
ask = "What is wrong with the {which} run?"
{"".join(_choice(cause, page.cause) for cause in level.causes)}"""


def _choice(cause: Cause, right: Cause) -> str:
    said = right.shows if cause is right else rf"{cause.would}\n\n{right.shows}"
    return f"""
[[step.predict.choice]]
text = "{cause.text}"
true_if = "{cause.true_if}"
feedback = "{said}"
"""
