"""The tables of a lesson file, and what each can hold; what is right is left to the runs."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct, field

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.choices.resolve import CHOICES, HYPERPARAMETERS
from neuroviz.lessons.expressions import Expression
from neuroviz.session.figures import VIEWS

MOVING = ("run", "step", "parts", "reset", "pace", "undo")
"""Controls of the transport, which moves the run."""
TOUCHING = ("data", "line", "shift", "weights", "ball", "own_steps")
"""What can be dragged or clicked in the views; "shift" moves the line without turning it."""
VIEW_OF = {
    **dict.fromkeys(("data", "line", "shift"), "data"),
    **dict.fromkeys(("ball", "direction", "own_steps"), "landscape"),
    "curve": "loss",
}
"""What is dragged, clicked or drawn in a view, and that view."""
OTHERS = ("race", "sweep", "pin")
CONTROLS = (*MOVING, *TOUCHING, *OTHERS)
"""What a step can unlock, besides the options of the experiment."""
OPTIONS = ("task", *CHOICES, *HYPERPARAMETERS)
"""The options that an experiment can have."""
GROWTH = ("grow", "shrink", "stay")
"""What a number does, by its sign."""
LARGEST = 10**9
"""The largest number in a lesson."""
SUFFIX = ".toml"
_MOST_LETTERS = 5000
"""Letters of a text, at most."""
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
    """A table with an invalid value.

    ``names`` lead from the table to the key at fault, from the outside in.
    """

    def __init__(self, sentence: str, *names: str | int) -> None:
        super().__init__(sentence)
        self.names = names


def _need(holds: bool, sentence: str, *names: str | int) -> None:
    if not holds:
        raise TableError(sentence, *names)


class LessonText(str):
    """A text without whitespace at its ends."""

    def __new__(cls, said: str = "") -> LessonText:
        """Strip whitespace; raises ValueError where the text is too long."""
        if len(said) > _MOST_LETTERS:
            raise ValueError(f"has {len(said):,} letters, and {_MOST_LETTERS:,} is the limit.")
        return super().__new__(cls, said.strip())


def _one_of(known: Iterable[str]) -> str:
    """Return a pattern for one of several texts, which the error message lists too."""
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
    """A table of the file; invalid values raise TableError."""


# --- what is said and how far a run goes ----------------------------------------------------------


class Case(_TomlTable):
    """A text for when its condition holds or, without one, when none before it does."""

    text: LessonText
    condition: Expression | None = field(default=None, name="if")
    to: LessonText = LessonText()
    """The answer it is for, in words, for a worksheet's key; empty for the right answer and for any
    other."""


def _check_last(cases: tuple[Case, ...]) -> None:
    sentence = "The last feedback needs no if: it is what is said where nothing else holds."
    _need(bool(cases) and cases[-1].condition is None, sentence, "feedback")


class RunLength(_TomlTable):
    """How far the run goes after an answer: steps, or epochs, or until a condition holds."""

    steps: Count = 0
    epochs: Count = 0
    until: Expression | None = None

    def __post_init__(self) -> None:
        sentence = "then needs steps, or epochs; until needs epochs beside it, as the most."
        _need((self.steps > 0) != (self.epochs > 0), sentence)


# --- what there is to do --------------------------------------------------------------------------


class _Question(_TomlTable, kw_only=True, tag_field="kind"):
    """A question that is asked before what it is about."""

    label: ClassVar[str] = "Predict"
    """What there is to do, in a word."""
    ask: LessonText
    """The question."""
    then: RunLength | None = None
    """How far the run goes after the answer; None for not at all."""
    button: LessonText = LessonText()
    """Text of the button that starts that."""
    truth: LessonText = LessonText()
    """What was to be predicted, in words; may be empty."""

    def __post_init__(self) -> None:
        said = (
            "Answer" if self.then is None else "Take the step" if self.then.steps == 1 else "Run it"
        )
        self.button = self.button or LessonText(said)


class AnswerChoice(_TomlTable):
    """One of several answers to choose from."""

    text: LessonText
    true_if: Expression
    feedback: LessonText


class ChoiceQuestion(_Question, tag="choice"):
    """A question with several answers to choose from."""

    choices: tuple[AnswerChoice, ...] = field(default=(), name="choice")
    shuffle: CountFromZero = 1
    """Selects the order in which they are shown; 0 for that of the file."""

    def __post_init__(self) -> None:
        super().__post_init__()
        _need(2 <= len(self.choices) <= 5, "A choice has two to five [[step.predict.choice]].")

    @property
    def order(self) -> tuple[int, ...]:
        """Indices of the choices, from 0, in the order in which screen and paper show them.

        The order is always the same, and does not depend on which answer is right.
        """
        texts = [f"{self.shuffle} {self.ask} {choice.text}" for choice in self.choices]
        keys = [sha256(text.encode()).digest() for text in texts]
        return tuple(
            sorted(range(len(keys)), key=lambda choice: keys[choice] if self.shuffle else choice)
        )


class SignFeedback(_TomlTable):
    """The feedback to each answer about a sign."""

    grow: LessonText
    shrink: LessonText
    stay: LessonText

    @property
    def texts(self) -> tuple[str, str, str]:
        """The texts in the order of GROWTH."""
        return self.grow, self.shrink, self.stay


class SignQuestion(_Question, tag="sign"):
    """Whether a number is above, below or at 0; ``words`` are the three answers in this order."""

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
    """The feedback to a number."""

    right: LessonText
    too_low: LessonText
    too_high: LessonText


class TemptingNumber(_TomlTable):
    """A wrong answer that tempts."""

    value: Expression
    feedback: LessonText


class NumberQuestion(_Question, tag="number"):
    """A question whose answer is a number to type."""

    of: Expression
    """The right number."""
    feedback: NumberFeedback
    within: Positive = 0.05
    within_absolute: Positive | None = None
    """How far off an answer may be: a share of the right number, or an amount."""
    unit: LessonText = LessonText()
    """The unit, shown after the box."""
    tempting: tuple[TemptingNumber, ...] = ()

    def is_meant(self, answer: float, value: float) -> bool:
        """Return whether an answer is close enough to a value."""
        return abs(answer - value) <= (self.within_absolute or self.within * abs(value))


class CurveQuestion(_Question, tag="curve"):
    """A question whose answer is a loss curve to draw."""

    target: ClassVar = "curve"
    right_if: Expression
    feedback: tuple[Case, ...] = ()
    page: Positive = 2.0
    """Height of the page in losses at the start, on a linear axis."""

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_last(self.feedback)
        sentence = "A curve is drawn for epochs that are still to come: then = {epochs = 40}."
        _need(self.then is not None and self.then.epochs > 0, sentence)


class PointQuestion(_Question, tag="click"):
    """A question whose answer is a click in a plot."""

    target: Target
    """What to find: "ball", "line" or "direction"."""
    near: Positive | None = None
    """How far off it may be: a share of the axes' ranges, or degrees; None for a tenth, or 30
    degrees."""
    feedback: tuple[Case, ...] = ()
    """The feedback, by the answer."""

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_last(self.feedback)

    def is_near(self, error: float) -> bool:
        """Return whether a click with this error is right."""
        return error <= (self.near or _NEAR[self.target])


class DoTask(_TomlTable):
    """Something to do by hand until a condition on the run holds."""

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
    """Several runs to start and compare."""

    label: ClassVar[str] = "Run and compare"
    then: RunLength
    ask: LessonText = LessonText()
    button: LessonText = LessonText("Run them all")


class LookTask(_TomlTable):
    """Nothing to do but look."""

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
    """All other keys of the table."""

    def __post_init__(self) -> None:
        _need(
            self.key.isidentifier(), "A key is one word of letters and digits, such as slow.", "key"
        )


class RunPosition(_TomlTable):
    """How far a run has come, in steps or in epochs."""

    step: CountFromZero | None = None
    epoch: CountFromZero | None = None

    def __post_init__(self) -> None:
        sentence = "at needs either a step or an epoch, such as {epoch = 40}."
        _need((self.step is None) != (self.epoch is None), sentence)


class StepExperiment(Struct):
    """The experiment with which a step begins."""

    edits: tuple[dict[str, Any], ...] = ()
    """Changes in mid-run: tables with ``step`` or ``epoch``, and one hyperparameter."""
    at: RunPosition | None = None
    """How far the run has come."""
    phase: Phase | None = None
    """The part of a step to look at; None for none."""
    sample: Count | Literal["all"] | None = None
    """The sample in the neuron, from 1; None for the task's own."""
    open: Count | None = None
    """The hidden neuron to open, from 1; None for the output."""
    options: dict[str, Any] = {}
    """All other keys: options of Settings by name.

    A learning rate may be ``{"times_limit": 0.98}``.
    """


class RunsColumn(_TomlTable):
    """A column of a table of runs or epochs: its title, and the text of its cells."""

    title: LessonText
    value: LessonText


class OnPaper(_TomlTable):
    """What a worksheet has instead of the screen's texts and views; empty or None for the same."""

    title: LessonText = LessonText()
    text: LessonText = LessonText()
    ask: LessonText = LessonText()
    way: LessonText = LessonText()
    """How the task is done, for the key."""
    views: tuple[View, ...] | None = None
    epochs: Annotated[tuple[CountFromZero, ...], Meta(max_length=_MOST_ROWS)] = ()
    columns: tuple[RunsColumn, ...] = ()
    """A table that shows the run, with a row for each of these epochs."""

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
    """The title and the text, in Markdown with placeholders."""
    predict: Prediction | None = None
    do: DoTask | None = None
    compare: CompareTask | None = None
    """What there is to do: one of these, or nothing."""
    experiment: StepExperiment | None = None
    """The experiment it begins with; None to go on from the step before."""
    runs: tuple[RunPlan, ...] = field(default=(), name="run")
    """Several runs instead of one."""
    table: StepTable | None = None
    views: tuple[View, ...] = ()
    """Names of the views; where the file has none, those of the step before."""
    controls: frozenset[Control] = frozenset()
    """The controls that are unlocked."""
    loss_axis: Annotated[str, Meta(pattern=_one_of(("linear", "log")))] = "linear"
    landscape: Annotated[str, Meta(pattern=_one_of(("map", "surface")))] = "map"
    hints: Texts = ()
    """Three hints, each plainer than the last; empty where there is nothing to do."""
    paper: OnPaper = field(default_factory=OnPaper)

    @property
    def task(self) -> LessonTask:
        """What there is to do."""
        return self.predict or self.do or self.compare or LookTask()

    @property
    def target(self) -> str:
        """What is clicked or drawn as the answer, a name in VIEW_OF; empty for nothing."""
        return getattr(self.task, "target", "")

    @property
    def then(self) -> RunLength | None:
        """How far the run goes after the answer; None for not at all."""
        return getattr(self.task, "then", None)

    @property
    def by_hand(self) -> frozenset[str]:
        """The controls with which something is to be done; empty where there is nothing to do."""
        return frozenset() if self.do is None else self.controls

    @property
    def columns(self) -> tuple[RunsColumn, ...]:
        """The columns of the table of its runs."""
        return self.table.columns if self.table is not None else ()

    @property
    def has_parts(self) -> bool:
        """Whether it looks at the parts of a training step."""
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
    """The content of a lesson file."""

    title: LessonText
    goal: LessonText
    """What the lesson is for."""
    take_home: LessonText
    """What to remember."""
    number: Count | None = None
    """Its place in the list; None for a person's own lesson."""
    minutes: Count = 5
    topic: LessonText = LessonText()
    """What it is about; the gallery groups lessons by topic."""
    calculus: bool = True
    """Whether it needs calculus."""
    listed: bool = True
    """Whether the gallery and the list show it."""
    terms: Texts = ()
    states: Texts = ()
    """Terms and states that link to it."""
    locked: LessonText = LessonText()
    """Why controls are locked."""
    quiet: bool = False
    """Whether foot and code say nothing of the run, which is to be found out by whoever plays;
    the foot says it where a question is answered, and at the end."""
    own_numbers: bool = False
    """Whether its words stay true with other start weights, so that a seed may draw them."""
    tell: Annotated[str, Meta(pattern=_one_of(("at once", _AT_THE_END)))] = "at once"
    """When it is told whether answers are right."""
    again: LessonText = LessonText()
    """For a check, the name of the lesson that asks the same in other numbers every second time;
    may be empty."""
    steps: tuple[LessonStep, ...] = field(default=(), name="step")
    """The steps in order, at least one."""

    @property
    def tells_at_end(self) -> bool:
        """Whether it is told only after the last step which answers were right, as in a check."""
        return self.tell == _AT_THE_END

    def __post_init__(self) -> None:
        locked = f"Locked while the lesson “{self.title}” is open: this page does not need it."
        self.locked = self.locked or LessonText(locked)
        sentence = f"A lesson needs 1 to {_MOST_STEPS} [[step]], not {len(self.steps):,}."
        _need(1 <= len(self.steps) <= _MOST_STEPS, sentence, "step")
        sentence = 'again has a meaning only where answers are told "at the end".'
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
    """A lesson, and where it came from."""

    name: str
    """Name of the file, without its ending."""
    path: Path
    """Path of the file."""

    @property
    def path_again(self) -> Path | None:
        """Path of the lesson that asks the same in other numbers; None for none."""
        return self.path.with_name(f"{self.again}{SUFFIX}") if self.again else None

    @property
    def has_parts(self) -> bool:
        """Whether any of its steps looks at the parts of a training step."""
        return any(step.has_parts for step in self.steps)

    @property
    def has_gradients(self) -> bool:
        """Whether the neuron shows its gradients, as it does only where they are explained."""
        return self.calculus or self.has_parts
