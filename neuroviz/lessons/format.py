"""Lesson: what a lesson file says, read and typed. What is right is not in it: runs tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuroviz.lessons.expressions import Expression

VIEWS = ("neuron", "data", "loss", "landscape", "weights")
MOVING = ("run", "step", "parts", "reset", "pace", "undo")
"""Controls of the transport."""
TOUCHING = ("data", "line", "weights", "ball", "own_steps")
"""What can be taken hold of in the views."""
OTHERS = ("race", "sweep", "pin")
CONTROLS = (*MOVING, *TOUCHING, *OTHERS)
"""What a step can leave unlocked, beside the options of the experiment."""
GROWTH = ("grow", "shrink", "stay")
"""What a number does, by its sign."""


@dataclass(frozen=True)
class Case:
    """A text that is shown where its condition holds; without one, where nothing before it did."""

    condition: Expression | None
    text: str
    to: str = ""
    """To what answer, in words, for the key of a worksheet; empty for the right one, and for any other."""


@dataclass(frozen=True)
class Going:
    """How far the run goes when an answer is given: steps, or epochs, or until a condition holds."""

    steps: int = 0
    epochs: int = 0
    until: Expression | None = None


@dataclass(frozen=True)
class Choice:
    """One of several answers."""

    text: str
    true_if: Expression
    feedback: str


@dataclass(frozen=True)
class Sign:
    """Whether a number is above, below or at 0: three answers, with their words and feedback in this order."""

    of: Expression
    words: tuple[str, ...]
    feedback: tuple[str, ...]


@dataclass(frozen=True)
class Number:
    """A number that is typed."""

    of: Expression
    """The right one."""
    within: float
    absolute: bool
    """How far off an answer may be: a share of the right one, or that much."""
    unit: str
    """Stands behind the box."""
    right: str
    too_low: str
    too_high: str
    """Feedback."""
    tempting: tuple[tuple[Expression, str], ...]
    """Numbers that tempt, each with its feedback."""


@dataclass(frozen=True)
class Curve:
    """A loss curve that is drawn."""

    right_if: Expression
    feedback: tuple[Case, ...]
    page: float
    """How many times the loss at the start the page is high, on a linear axis."""


@dataclass(frozen=True)
class Click:
    """A place in a plot."""

    target: str
    """One of "ball", "line" or "direction"."""
    near: float
    """How far off it may be: a share of the axes' ranges, or degrees."""
    feedback: tuple[Case, ...]
    """By the answer."""


AnswerKind = tuple[Choice, ...] | Sign | Number | Curve | Click
"""What kind of answer a question wants, and what is said to it."""


@dataclass(frozen=True)
class Predict:
    """A question that comes before what it asks about."""

    ask: str
    """The question."""
    answer: AnswerKind
    """What kind of answer it wants, and what is said to it: choices, or one of the others."""
    going: Going | None
    """What happens then; None for nothing."""
    button: str
    """What the button says that lets it happen."""
    truth: str
    """What was to be predicted, in words; empty for none."""
    order: tuple[int, ...] = ()
    """Numbers of the choices, from 0, as they are shown one after another: on screen, on a sheet and in its key."""


@dataclass(frozen=True)
class Do:
    """Something to be done by hand, until a condition on the run holds."""

    ask: str
    until: Expression
    fails_if: Expression | None
    failed: str
    feedback: tuple[Case, ...]
    meanwhile: tuple[Case, ...]


@dataclass(frozen=True)
class Compare:
    """Several runs that are to be run and compared."""

    ask: str
    going: Going
    button: str


@dataclass(frozen=True)
class Look:
    """Nothing to do but to look."""

    ask: str = ""


Task = Predict | Do | Compare | Look


@dataclass(frozen=True)
class RunPlan:
    """One of several runs: the options of the experiment that it changes."""

    key: str
    name: str
    options: Mapping[str, Any]
    line: int


@dataclass(frozen=True)
class Experiment:
    """What a step begins with."""

    options: Mapping[str, Any]
    """Options of Settings by name; a learning rate may be ``{"times_limit": 0.98}``."""
    edits: tuple[Mapping[str, Any], ...] = ()
    """Changes in mid-run: tables with ``step`` or ``epoch``, and one hyperparameter."""
    at: Mapping[str, int] | None = None
    """How far it has run: a number of "step" or "epoch"."""
    phase: str | None = None
    """Which part of a step is looked at; None for none."""
    sample: int | None = None
    """The sample in the neuron, from 1; 0 for all of them, None for the task's own."""
    line: int = 0
    """Where it stands."""


@dataclass(frozen=True)
class OnPaper:
    """What stands on a worksheet in place of what the screen says and shows; empty, or None, for the same."""

    text: str = ""
    ask: str = ""
    way: str = ""
    """On the key: how the thing is done."""
    views: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Column:
    """A column of the table of runs: its title, and what stands in it."""

    title: str
    value: str


@dataclass(frozen=True)
class Step:
    """One step of a lesson."""

    title: str
    text: str
    """Text is Markdown with placeholders."""
    task: Task
    experiment: Experiment | None
    """What it begins with; None goes on from the step before."""
    runs: tuple[RunPlan, ...]
    """Several runs in the place of one."""
    columns: tuple[Column, ...]
    """Of the table of these runs."""
    views: tuple[str, ...]
    """Names of what is seen; empty for as before."""
    controls: frozenset[str]
    """What is unlocked."""
    loss_axis: str
    landscape: str
    """Either "linear" or "log"; either "map" or "surface"."""
    hints: tuple[str, ...]
    """In three grades; empty where there is nothing to do."""
    paper: OnPaper
    line: int
    """Where it begins in the file."""


@dataclass(frozen=True)
class Lesson:
    """A whole lesson.

    Parameters
    ----------
    name
        The file's, without its ending.
    path
        Where it came from.
    title, minutes, goal, take_home
        What it is called, how long it takes, what it is for, what remains.
    number
        Its place in the list; None for one of the user's own.
    calculus
        Whether it needs any.
    listed
        Whether gallery and list show it.
    terms, states
        Words that link to it.
    locked
        Why controls are locked.
    tells_at_end
        Whether answers are told right or wrong only after the last step, as in a check.
    again
        Of a check: the file that asks the same in other numbers, every second time; None for none.
    steps
        In order, one or more.
    """

    name: str
    path: Path
    title: str
    number: int | None
    minutes: int
    goal: str
    take_home: str
    calculus: bool
    listed: bool
    terms: tuple[str, ...]
    states: tuple[str, ...]
    locked: str
    tells_at_end: bool
    again: Path | None
    steps: tuple[Step, ...]

    @property
    def has_parts(self) -> bool:
        """Whether a step of it goes into the parts of a training step."""
        return any(map(_has_parts, self.steps))

    @property
    def has_gradients(self) -> bool:
        """Whether the neuron shows its gradients: it does not where nobody has been told what they are."""
        return self.calculus or self.has_parts


def _has_parts(step: Step) -> bool:
    return "parts" in step.controls or (step.experiment is not None and step.experiment.phase is not None)
