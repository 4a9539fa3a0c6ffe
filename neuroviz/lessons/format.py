"""Lesson: the tables of a lesson file with what each can say. What is right is not in it.

Runs tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct, field

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.choices.resolve import CHOICES, HYPERPARAMETERS
from neuroviz.lessons.expressions import Expression

VIEWS = ("neuron", "data", "loss", "landscape", "weights", "limit")
MOVING = ("run", "step", "parts", "reset", "pace", "undo")
"""Controls of the transport."""
TOUCHING = ("data", "line", "shift", "weights", "ball", "own_steps")
"""What can be taken hold of in the views; "shift" is the line, but not to turn it."""
VIEW_OF = {
    **dict.fromkeys(("data", "line", "shift"), "data"),
    **dict.fromkeys(("ball", "direction", "own_steps"), "landscape"),
    "curve": "loss",
}
"""What is taken hold of, clicked or drawn in a view, and the view."""
OTHERS = ("race", "sweep", "pin")
CONTROLS = (*MOVING, *TOUCHING, *OTHERS)
"""What a step can leave unlocked, beside the options of the experiment."""
OPTIONS = ("task", *CHOICES, *HYPERPARAMETERS)
"""What an experiment can say."""
GROWTH = ("grow", "shrink", "stay")
"""What a number does, by its sign."""
LARGEST = 10**9
"""A number in a lesson."""
SUFFIX = ".toml"
_MOST_LETTERS = 5000
"""Of a text."""
_MOST_TEXTS = 500
_HINTS = "A step with something to do has three hints: a slight one, a plainer one, nearly all."
_FIRST_VIEWS = ("neuron", "data", "loss")
_AT_THE_END = "at the end"
_NEAR = {"ball": 0.1, "line": 0.1, "direction": 30.0}
_MOST_STEPS = 50
_MOST_RUNS = 8
_MOST_COLUMNS = 8
_MOST_ROWS = 20


class TableError(ValueError):
    """A table that says what cannot be.

    ``names`` lead from it to the key at fault, one inside another.
    """

    def __init__(self, sentence: str, *names: str | int) -> None:
        super().__init__(sentence)
        self.names = names


def _need(holds: bool, sentence: str, *names: str | int) -> None:
    if not holds:
        raise TableError(sentence, *names)


class LessonText(str):
    """A text without blanks at its ends."""

    def __new__(cls, said: str = "") -> LessonText:
        """Take the blanks away; raises ValueError where it is too long."""
        if len(said) > _MOST_LETTERS:
            raise ValueError(f"has {len(said):,} letters: {_MOST_LETTERS:,} are the most.")
        return super().__new__(cls, said.strip())


def _one_of(known: Iterable[str]) -> str:
    """Return a pattern, from which the sentence about another text is made too."""
    return rf"^({'|'.join(known)})\Z"


Count = Annotated[int, Meta(ge=1, le=LARGEST)]
CountFromZero = Annotated[int, Meta(ge=0, le=LARGEST)]
Positive = Annotated[float, Meta(gt=0, le=LARGEST)]
Texts = Annotated[tuple[LessonText, ...], Meta(max_length=_MOST_TEXTS)]
View = Annotated[str, Meta(pattern=_one_of(VIEWS))]
Control = Annotated[str, Meta(pattern=_one_of((*CONTROLS, *OPTIONS)))]
Phase = Annotated[str, Meta(pattern=_one_of(PHASES))]
Target = Annotated[str, Meta(pattern=_one_of(_NEAR))]


class _TomlTable(Struct, forbid_unknown_fields=True):
    """A table of the file, or a TableError."""


# --- what is said and how far a run goes ----------------------------------------------------------


class Case(_TomlTable):
    """A text that is shown where its condition holds; without one, where nothing before it did."""

    text: LessonText
    condition: Expression | None = field(default=None, name="if")
    to: LessonText = LessonText()
    """To what answer, in words, for the key of a worksheet; empty for the right one,
    and for any other."""


def _check_last(cases: tuple[Case, ...]) -> None:
    sentence = "The last feedback needs no if: it is what is said where nothing else holds."
    _need(bool(cases) and cases[-1].condition is None, sentence, "feedback")


class RunLength(_TomlTable):
    """How far the run goes when an answer is given.

    Steps, or epochs, or until a condition holds.
    """

    steps: Count = 0
    epochs: Count = 0
    until: Expression | None = None

    def __post_init__(self) -> None:
        sentence = "then needs steps, or epochs; until needs epochs beside it, as the most."
        _need((self.steps > 0) != (self.epochs > 0), sentence)


# --- what there is to do --------------------------------------------------------------------------


class _Question(_TomlTable, kw_only=True, tag_field="kind"):
    """A question that comes before what it asks about."""

    label: ClassVar[str] = "Predict"
    """In a word what there is to do."""
    ask: LessonText
    """The question."""
    then: RunLength | None = None
    """What happens when it is answered; None for nothing."""
    button: LessonText = LessonText()
    """What the button says that lets it happen."""
    truth: LessonText = LessonText()
    """What was to be predicted, in words; empty for none."""

    def __post_init__(self) -> None:
        said = (
            "Answer" if self.then is None else "Take the step" if self.then.steps == 1 else "Run it"
        )
        self.button = self.button or LessonText(said)


class AnswerChoice(_TomlTable):
    """One of several answers."""

    text: LessonText
    true_if: Expression
    feedback: LessonText


class ChoiceQuestion(_Question, tag="choice"):
    """One of several answers is chosen."""

    choices: tuple[AnswerChoice, ...] = field(default=(), name="choice")
    shuffle: CountFromZero = 1
    """Which order they are shown in; 0 for that of the file."""

    def __post_init__(self) -> None:
        super().__post_init__()
        _need(2 <= len(self.choices) <= 5, "A choice has two to five [[step.predict.choice]].")

    @property
    def order(self) -> tuple[int, ...]:
        """Numbers of the choices, from 0.

        As they are shown one after another, on screen and on paper. It is always the same, and none
        that the right one has a place in.
        """
        texts = [f"{self.shuffle} {self.ask} {choice.text}" for choice in self.choices]
        keys = [sha256(text.encode()).digest() for text in texts]
        return tuple(
            sorted(range(len(keys)), key=lambda choice: keys[choice] if self.shuffle else choice)
        )


class SignFeedback(_TomlTable):
    """What is said to each answer about a sign."""

    grow: LessonText
    shrink: LessonText
    stay: LessonText

    @property
    def texts(self) -> tuple[str, str, str]:
        """They, in this order."""
        return self.grow, self.shrink, self.stay


class SignQuestion(_Question, tag="sign"):
    """Whether a number is above, below or at 0: three answers, with their words in this order."""

    of: Expression
    feedback: SignFeedback
    words: Texts = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.words = self.words or tuple(map(LessonText, GROWTH))
        _need(
            len(self.words) == len(GROWTH),
            "words has three: for growing, shrinking and staying.",
            "words",
        )


class NumberFeedback(_TomlTable):
    """What is said to a number."""

    right: LessonText
    too_low: LessonText
    too_high: LessonText


class TemptingNumber(_TomlTable):
    """A number that tempts to a wrong answer."""

    value: Expression
    feedback: LessonText


class NumberQuestion(_Question, tag="number"):
    """A number is typed."""

    of: Expression
    """The right one."""
    feedback: NumberFeedback
    within: Positive = 0.05
    within_absolute: Positive | None = None
    """How far off an answer may be: a share of the right one, or that much."""
    unit: LessonText = LessonText()
    """Stands behind the box."""
    tempting: tuple[TemptingNumber, ...] = ()

    def is_meant(self, answer: float, value: float) -> bool:
        """Return whether an answer is near enough to a value."""
        return abs(answer - value) <= (self.within_absolute or self.within * abs(value))


class CurveQuestion(_Question, tag="curve"):
    """A loss curve is drawn."""

    target: ClassVar = "curve"
    right_if: Expression
    feedback: tuple[Case, ...] = ()
    page: Positive = 2.0
    """How many times the loss at the start the page is high, on a linear axis."""

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_last(self.feedback)
        sentence = "A curve is drawn for epochs that are still to come: then = {epochs = 40}."
        _need(self.then is not None and self.then.epochs > 0, sentence)


class PointQuestion(_Question, tag="click"):
    """A place in a plot is clicked."""

    target: Target
    """One of "ball", "line" or "direction"."""
    near: Positive | None = None
    """How far off it may be: a share of the axes' ranges, or degrees;
    None for a tenth, or 30 degrees."""
    feedback: tuple[Case, ...] = ()
    """By the answer."""

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_last(self.feedback)

    def is_near(self, error: float) -> bool:
        """Return whether a click may be so far off."""
        return error <= (self.near or _NEAR[self.target])


class DoTask(_TomlTable):
    """Something to be done by hand, until a condition on the run holds."""

    label: ClassVar[str] = "Do"
    ask: LessonText
    until: Expression
    feedback: tuple[Case, ...] = ()
    meanwhile: tuple[Case, ...] = ()
    fails_if: Expression | None = None
    failed: LessonText | None = None

    def __post_init__(self) -> None:
        _check_last(self.feedback)
        sentence = "failed is missing: what is said where fails_if holds."
        _need(self.fails_if is None or self.failed is not None, sentence)


class CompareTask(_TomlTable):
    """Several runs that are to be run and compared."""

    label: ClassVar[str] = "Run and compare"
    then: RunLength
    ask: LessonText = LessonText()
    button: LessonText = LessonText("Run them all")


class LookTask(_TomlTable):
    """Nothing to do but to look."""

    label: ClassVar[str] = "Look"
    ask: LessonText = LessonText()


Prediction = ChoiceQuestion | SignQuestion | NumberQuestion | CurveQuestion | PointQuestion
LessonTask = Prediction | DoTask | CompareTask | LookTask

# --- a step ---------------------------------------------------------------------------------------


class RunPlan(Struct):
    """One of several runs: the options of the experiment that it changes."""

    key: LessonText
    name: LessonText
    options: dict[str, Any] = {}
    """Every other key of the table."""

    def __post_init__(self) -> None:
        _need(
            self.key.isidentifier(), "A key is one word of letters and digits, such as slow.", "key"
        )


class RunPosition(_TomlTable):
    """How far a run has come: a number of steps, or of epochs."""

    step: CountFromZero | None = None
    epoch: CountFromZero | None = None

    def __post_init__(self) -> None:
        sentence = "at needs either a step or an epoch, such as {epoch = 40}."
        _need((self.step is None) != (self.epoch is None), sentence)


class StepExperiment(Struct):
    """What a step begins with."""

    edits: tuple[dict[str, Any], ...] = ()
    """Changes in mid-run: tables with ``step`` or ``epoch``, and one hyperparameter."""
    at: RunPosition | None = None
    """How far it has run."""
    phase: Phase | None = None
    """Which part of a step is looked at; None for none."""
    sample: Count | Literal["all"] | None = None
    """The sample in the neuron, from 1; None for the task's own."""
    open: Count | None = None
    """The hidden neuron that is opened, from 1; None for the output."""
    options: dict[str, Any] = {}
    """Every other key: options of Settings by name; a learning rate may be
    ``{"times_limit": 0.98}``."""


class RunsColumn(_TomlTable):
    """A column of a table of runs, or epochs: its title, and what stands in it."""

    title: LessonText
    value: LessonText


class OnPaper(_TomlTable):
    """What stands on a worksheet in place of what the screen says and shows.

    Empty, or None, for the same.
    """

    title: LessonText = LessonText()
    text: LessonText = LessonText()
    ask: LessonText = LessonText()
    way: LessonText = LessonText()
    """On the key: how the thing is done."""
    views: tuple[View, ...] | None = None
    epochs: Annotated[tuple[CountFromZero, ...], Meta(max_length=_MOST_ROWS)] = ()
    columns: tuple[RunsColumn, ...] = ()
    """A table to read the run from: a row for each of these epochs."""

    def __post_init__(self) -> None:
        sentence = f"A table on paper has epochs, and up to {_MOST_COLUMNS} columns."
        _need(bool(self.epochs) == bool(self.columns), sentence, "columns")
        _need(len(self.columns) <= _MOST_COLUMNS, sentence, "columns")


class StepTable(_TomlTable):
    """The table of several runs."""

    columns: tuple[RunsColumn, ...] = ()

    def __post_init__(self) -> None:
        sentence = f"A table has up to {_MOST_COLUMNS} columns."
        _need(len(self.columns) <= _MOST_COLUMNS, sentence, "columns")


class LessonStep(_TomlTable):
    """One step of a lesson."""

    title: LessonText
    text: LessonText
    """LessonText is Markdown with placeholders."""
    predict: Prediction | None = None
    do: DoTask | None = None
    compare: CompareTask | None = None
    """What there is to do: one of them, or nothing."""
    experiment: StepExperiment | None = None
    """What it begins with; None goes on from the step before."""
    runs: tuple[RunPlan, ...] = field(default=(), name="run")
    """Several runs in the place of one."""
    table: StepTable | None = None
    views: tuple[View, ...] = ()
    """Names of what is seen; those of the step before where the file says none."""
    controls: frozenset[Control] = frozenset()
    """What is unlocked."""
    loss_axis: Annotated[str, Meta(pattern=_one_of(("linear", "log")))] = "linear"
    landscape: Annotated[str, Meta(pattern=_one_of(("map", "surface")))] = "map"
    hints: Texts = ()
    """In three grades; empty where there is nothing to do."""
    paper: OnPaper = field(default_factory=OnPaper)

    @property
    def task(self) -> LessonTask:
        """What there is to do."""
        return self.predict or self.do or self.compare or LookTask()

    @property
    def target(self) -> str:
        """What is clicked or drawn for an answer, a name in VIEW_OF; empty for nothing."""
        return getattr(self.task, "target", "")

    @property
    def then(self) -> RunLength | None:
        """How far the run goes when an answer is given; None for not at all."""
        return getattr(self.task, "then", None)

    @property
    def by_hand(self) -> frozenset[str]:
        """Controls by which something is to be done; none where nothing is."""
        return frozenset() if self.do is None else self.controls

    @property
    def columns(self) -> tuple[RunsColumn, ...]:
        """Those of the table of its runs."""
        return self.table.columns if self.table is not None else ()

    @property
    def has_parts(self) -> bool:
        """Whether it goes into the parts of a training step."""
        return "parts" in self.controls or (
            self.experiment is not None and self.experiment.phase is not None
        )

    def __post_init__(self) -> None:
        kinds = [kind for kind in ("predict", "do", "compare") if getattr(self, kind) is not None]
        _need(
            len(kinds) < 2, f"A step has one thing to do, not {' and '.join(kinds)}.", *kinds[1:2]
        )
        hints = len(self.hints)
        asks = self.predict is not None or self.do is not None
        _need(asks or not hints, "Hints are for steps with a [step.predict] or [step.do].", "hints")
        _need(hints in (0, 3), _HINTS, "hints")
        runs = [run.key for run in self.runs]
        twice = next((key for key in runs if runs.count(key) > 1), None)
        _need(twice is None, f'Two runs have the key "{twice}".', "run")
        _need(
            len(runs) != 1 and len(runs) <= _MOST_RUNS,
            "A step has two to eight [[step.run]], or none.",
            "run",
        )
        sentence = "A step with [[step.run]] needs a [step.experiment] that the runs change."
        _need(not runs or self.experiment is not None, sentence, "run")
        sentence = "Runs are compared: the step needs two or more [[step.run]]."
        _need(bool(runs) or self.compare is None, sentence, "compare")
        _need(
            bool(runs) or self.table is None,
            "A table compares runs: it needs [[step.run]].",
            "table",
        )


# --- the whole lesson -----------------------------------------------------------------------------


class LessonFile(_TomlTable, kw_only=True):
    """What stands in the file of a lesson."""

    title: LessonText
    goal: LessonText
    """What it is for."""
    take_home: LessonText
    """What remains."""
    number: Count | None = None
    """Its place in the list; None for one of the user's own."""
    minutes: Count = 5
    topic: LessonText = LessonText()
    """What it is about: the gallery puts lessons of one topic together."""
    calculus: bool = True
    """Whether it needs any."""
    listed: bool = True
    """Whether gallery and list show it."""
    terms: Texts = ()
    states: Texts = ()
    """Words that link to it."""
    locked: LessonText = LessonText()
    """Why controls are locked."""
    quiet: bool = False
    """Whether foot and code say nothing of the run, which is to be found out by whoever plays;
    the foot says it where a question is answered, and at the end."""
    own_numbers: bool = False
    """Whether its words stay true with other weights at the start, so that a seed may draw them."""
    tell: Annotated[str, Meta(pattern=_one_of(("at once", _AT_THE_END)))] = "at once"
    """When answers are told right or wrong."""
    again: LessonText = LessonText()
    """Of a check: the name of the lesson that asks the same in other numbers,
    every second time; empty for none."""
    steps: tuple[LessonStep, ...] = field(default=(), name="step")
    """In order, one or more."""

    @property
    def tells_at_end(self) -> bool:
        """Whether answers are told right or wrong only after the last step, as in a check."""
        return self.tell == _AT_THE_END

    def __post_init__(self) -> None:
        locked = f"Locked while the lesson “{self.title}” is open: this page does without it."
        self.locked = self.locked or LessonText(locked)
        sentence = f"A lesson needs 1 to {_MOST_STEPS} [[step]], not {len(self.steps):,}."
        _need(1 <= len(self.steps) <= _MOST_STEPS, sentence, "step")
        sentence = 'again means something only where answers are told "at the end".'
        _need(self.tells_at_end or not self.again, sentence, "again")
        sentence = f"again is the name of a file beside this one, without {SUFFIX}."
        _need(Path(self.again).name == self.again, sentence, "again")
        views: tuple[str, ...] = _FIRST_VIEWS
        for index, step in enumerate(self.steps):
            views = step.views = step.views or views
            self._check(step, index)

    def _check(self, step: LessonStep, index: int) -> None:
        plots = [view for view in step.views if view != "neuron"]
        sentence = (
            "A step shows one or two of data, loss, landscape, weights and limit, "
            "beside the neuron."
        )
        _need(1 <= len(plots) <= 2, sentence, "step", index, "views")
        asks = step.predict is not None or step.do is not None
        _need(self.tells_at_end or not asks or bool(step.hints), _HINTS, "step", index, "hints")
        if step.experiment is None:
            sentence = (
                "The first step needs a [step.experiment]: there is none before it to go on from."
            )
            _need(index > 0, sentence, "step", index)
            sentence = (
                "Where answers are told at the end each step needs a [step.experiment]: "
                "none goes on unseen."
            )
            _need(not self.tells_at_end, sentence, "step", index)


class Lesson(LessonFile, kw_only=True):
    """A whole lesson."""

    name: str
    """The file's, without its ending."""
    path: Path
    """Where it came from."""

    @property
    def path_again(self) -> Path | None:
        """The file beside this one that asks the same in other numbers; None for none."""
        return self.path.with_name(f"{self.again}{SUFFIX}") if self.again else None

    @property
    def has_parts(self) -> bool:
        """Whether a step of it goes into the parts of a training step."""
        return any(step.has_parts for step in self.steps)

    @property
    def has_gradients(self) -> bool:
        """Whether the neuron shows its gradients.

        It does not where nobody has been told what they are.
        """
        return self.calculus or self.has_parts
