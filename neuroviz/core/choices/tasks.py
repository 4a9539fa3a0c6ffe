"""TASKS: the data and the defaults of every experiment that can be chosen by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec.structs import replace

from neuroviz.core.catalogue import Catalogue, Entry
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.generators import Recipe
from neuroviz.core.lazy import np
from neuroviz.core.numbers import elided
from neuroviz.core.types import Frozen

GROUPS = (
    "gates",
    "lines",
    "traps",
    "several neurons",
    "many inputs",
)
"""The headings that tasks are listed under, in this order."""
OWN = "own"
"""Name of the experiment on the user's own data, which is not a row of the table."""


class Defaults(Frozen):
    """What a task chooses where the user does not, by the names of fields of Settings."""

    activation: str = "sigmoid"
    loss: str = "bce"
    optimizer: str = "sgd"
    learning_rate: float = 1.0
    batch_size: int | str = "full"
    shuffle: bool = False
    epochs: int = 10_000
    seed: int = 0
    init: str = "uniform"
    hidden: int = 0
    hidden_activation: str = "tanh"
    weights: tuple[float, ...] | None = None
    bias: float = 0.0


class Task(Entry, kw_only=True):
    """One experiment."""

    data: Callable[[], Dataset]
    """Gives the data set, always the same object; the inputs of gates are 0 and 1."""
    defaults: Defaults = Defaults()
    """The choices that make the experiment."""
    gate: bool = False
    """Whether the inputs are truth values, which can be coded 0/1 or −1/+1."""
    group: str
    """One of GROUPS."""
    purpose: str
    """What there is to see in it, in one line."""
    opening: Mapping[str, Any] = {}
    """Choices with which the window opens the experiment instead of the defaults, unless the user
    makes others; they are those with which one sees it learn."""
    sample: int = 0
    """Index of the sample that the window shows first."""


_TRUTH_TABLE = ((1, 1), (1, 0), (0, 1), (0, 0))
BLOBS_SEED = 30
SPAM_SEED = 2026
SPAM_SHIFT = 0.5


def _gate(targets: tuple[int, ...]) -> Callable[[], Dataset]:
    return cache(lambda: Dataset(np.array(_TRUTH_TABLE), np.array(targets), classes=True))


def _regression(
    inputs: Sequence[Sequence[float]], targets: Sequence[float]
) -> Callable[[], Dataset]:
    return cache(lambda: Dataset(np.asarray(inputs), np.asarray(targets), classes=False))


@cache
def _spam() -> Dataset:
    """Return 200 made-up mails of 100 standardised word counts.

    The means of spam are shifted up or down.
    """
    generator = np.random.default_rng(SPAM_SEED)
    targets = np.repeat((0.0, 1.0), 100)
    direction = generator.choice((-1.0, 1.0), size=100)
    shift = 0.5 * SPAM_SHIFT * np.outer(2 * targets - 1, direction)
    mails = generator.standard_normal((200, 100)) + shift
    order = generator.permutation(200)
    return Dataset(mails[order], targets[order], classes=True)


@cache
def _ring() -> Dataset:
    """Return 200 points: class 1 in the middle, class 0 in a ring around it."""
    return replace(Recipe("ring", noise=0.1, count=200).dataset(), origin="")


@cache
def _sine() -> Dataset:
    """Return 64 points of a sine, evenly spaced from −π to π."""
    x = np.linspace(-np.pi, np.pi, 64)
    return Dataset(x[:, None], np.sin(x), classes=False)


@cache
def _blobs() -> Dataset:
    """Return 90 points in three clouds."""
    generator = np.random.default_rng(BLOBS_SEED)
    middles = np.repeat(((-1.0, -0.8), (1.0, -0.8), (0.0, 1.0)), 30, axis=0)
    places = middles + 0.35 * generator.standard_normal((90, 2))
    return Dataset(places, np.repeat((0.0, 1.0, 2.0), 30), True, class_names=("A", "B", "C"))


_FIVE = ("sum", "mean", "difference", "double", "opposite")


@cache
def _five() -> Dataset:
    """Return six rows of three numbers, and five sums of them that weights can learn."""
    rows = [[1, 2, 3], [0.5, 1.5, 2.5], [2, -1, 0.5], [-1, 0.5, 1], [0.5, 1, -2], [1.5, -0.5, -1]]
    inputs = np.array(rows)
    first, second, third = inputs.T
    sums = inputs.sum(axis=1)
    targets = np.column_stack((sums, sums / 3, first - second, 2 * third, 0 - first))
    return Dataset(inputs, targets, classes=False, target_names=_FIVE)


@cache
def _gates() -> Dataset:
    """Return the outputs of three gates for the same four rows."""
    targets = np.column_stack((_AND, _OR, _NAND))
    names = ("AND", "OR", "NAND")
    return Dataset(np.array(_TRUTH_TABLE), targets, classes=True, target_names=names)


_MOST_NAMED = 4
"""Most inputs that are named one by one."""
_SLOWLY = {"learning_rate": 1.0, "epochs": 1_000}
"""With these a gate is learned while one watches, and not in three steps."""
_AND = (1, 0, 0, 0)
_OR = (1, 1, 1, 0)
_NAND = (0, 1, 1, 1)
NOTEBOOK = "the notebook on the neuron"
"""The source of the tasks that it has."""
_MINSKY = "Minsky and Papert 1969, Perceptrons"
_MCCULLOCH = (
    "McCulloch and Pitts 1943, A logical calculus of the ideas immanent in nervous activity"
)


def _by_hand(bias: float) -> Defaults:
    return Defaults(activation="step", loss="mse", epochs=0, weights=(1.0, 1.0), bias=bias)


def _line_fit(
    learning_rate: float, epochs: int, *, activation: str = "identity", seed: int = 0
) -> Defaults:
    return Defaults(activation, "mse", learning_rate=learning_rate, epochs=epochs, seed=seed)


TASKS: Catalogue[Task] = Catalogue(
    "task",
    (
        Task(
            "and",
            "AND gate",
            "y = x₁ AND x₂",
            NOTEBOOK,
            data=_gate(_AND),
            defaults=Defaults(learning_rate=50.0),
            gate=True,
            group="gates",
            purpose="true only when both inputs are true",
            opening=_SLOWLY,
        ),
        Task(
            "or",
            "OR gate",
            "y = x₁ OR x₂",
            NOTEBOOK,
            data=_gate(_OR),
            defaults=Defaults(learning_rate=50.0),
            gate=True,
            group="gates",
            purpose="true when at least one input is true",
            opening=_SLOWLY,
        ),
        Task(
            "nand",
            "NAND gate",
            "y = NOT (x₁ AND x₂)",
            NOTEBOOK,
            data=_gate(_NAND),
            gate=True,
            group="gates",
            purpose="AND inverted: 0 only for two 1s",
            opening=_SLOWLY,
        ),
        Task(
            "nor",
            "NOR gate",
            "y = NOT (x₁ OR x₂)",
            NOTEBOOK,
            data=_gate((0, 0, 0, 1)),
            gate=True,
            group="gates",
            purpose="OR inverted: 1 only for two 0s",
            opening=_SLOWLY,
        ),
        Task(
            "xor",
            "XOR gate",
            "y = x₁ XOR x₂",
            _MINSKY,
            data=_gate((0, 1, 1, 0)),
            gate=True,
            group="traps",
            purpose="no line separates its samples",
            opening=_SLOWLY,
        ),
        Task(
            "ring",
            "Ring",
            "y = 1 where x₁² + x₂² is small",
            _MINSKY,
            data=_ring,
            group="traps",
            purpose="no line goes round its middle",
            opening=_SLOWLY,
        ),
        Task(
            "xor_two",
            "XOR, two hidden neurons",
            "y = x₁ XOR x₂",
            "Rumelhart, Hinton and Williams 1986, Nature 323, 533-536",
            data=_gate((0, 1, 1, 0)),
            defaults=Defaults(hidden=2),
            gate=True,
            group="several neurons",
            purpose="two lines separate what one cannot",
            opening=_SLOWLY,
        ),
        Task(
            "sine",
            "Sine",
            "y = sin x",
            "Cybenko 1989, Approximation by superpositions of a sigmoidal function",
            data=_sine,
            defaults=Defaults(
                activation="identity",
                loss="mse",
                optimizer="adam",
                learning_rate=0.02,
                epochs=3_000,
                hidden=8,
            ),
            group="several neurons",
            purpose="a curve built from bends",
            sample=47,
        ),
        Task(
            "blobs3",
            "Three classes",
            "90 points in three clouds",
            "Bridle 1990, Probabilistic interpretation of feedforward classification network "
            "outputs",
            data=_blobs,
            defaults=Defaults(epochs=1_000),
            group="several neurons",
            purpose="softmax turns sums into shares",
        ),
        Task(
            "gates",
            "Three gates at once",
            "y₁, y₂, y₃ = AND, OR, NAND of x₁ and x₂",
            NOTEBOOK,
            data=_gates,
            gate=True,
            group="several neurons",
            purpose="three neurons read two inputs",
            opening=_SLOWLY,
        ),
        Task(
            "five",
            "Five sums of three",
            "y₁ … y₅ = five sums of x₁, x₂ and x₃",
            NOTEBOOK,
            data=_five,
            defaults=_line_fit(0.3, 1_000),
            group="several neurons",
            purpose="a layer of five: nn.Linear(3, 5)",
        ),
        Task(
            "and_by_hand",
            "AND by hand",
            "y = step(x₁ + x₂ − 1.5)",
            _MCCULLOCH,
            data=_gate(_AND),
            defaults=_by_hand(-1.5),
            gate=True,
            group="gates",
            purpose="right at once: weights set by hand",
        ),
        Task(
            "or_by_hand",
            "OR by hand",
            "y = step(x₁ + x₂ − 0.5)",
            _MCCULLOCH,
            data=_gate(_OR),
            defaults=_by_hand(-0.5),
            gate=True,
            group="gates",
            purpose="AND's weights, with another bias",
        ),
        Task(
            "and_one_by_one",
            "AND, one by one",
            "y = x₁ AND x₂",
            NOTEBOOK,
            data=_gate(_AND),
            defaults=Defaults(learning_rate=10.0, batch_size=1, init="normal"),
            gate=True,
            group="gates",
            purpose="AND, with a step after each sample",
            opening=_SLOWLY,
        ),
        Task(
            "double",
            "Double",
            "y = 2x",
            NOTEBOOK,
            data=_regression([[1], [2], [3]], [2, 4, 6]),
            defaults=_line_fit(0.01, 10_000),
            group="lines",
            purpose="one weight is to become 2",
        ),
        Task(
            "line",
            "Line",
            "y = 10x + 5",
            NOTEBOOK,
            data=_regression([[1], [2], [3], [4], [5], [6]], [15, 25, 35, 45, 55, 65]),
            defaults=_line_fit(0.001, 1_000),
            group="lines",
            purpose="slope 10 and offset 5 from six points",
        ),
        Task(
            "sum",
            "Sum of three",
            "y = x₁ + x₂ + x₃",
            NOTEBOOK,
            data=_regression(
                [[1, 2, 3], [0.5, 1.5, 2.5], [10, 11, 12], [101, 102, 103], [1.21, 2.21, 3.21]],
                [6, 4.5, 33, 306, 6.63],
            ),
            defaults=_line_fit(0.0001, 1_000),
            group="traps",
            purpose="large inputs allow only a tiny rate",
        ),
        Task(
            "weather",
            "Weather (one sample)",
            "y = 65 at temperature 65, pressure 1013, wind 10",
            NOTEBOOK,
            data=_regression([[65, 1013, 10]], [65]),
            # Seed 1 starts with z = −240, where ReLU's gradient is 0.
            defaults=_line_fit(1e-7, 1_000, activation="relu", seed=1),
            group="traps",
            purpose="a ReLU that is dead from the start",
        ),
        Task(
            "spam",
            "Spam (100 inputs)",
            "200 made-up mails, two classes with shifted means",
            NOTEBOOK,
            data=_spam,
            defaults=Defaults(learning_rate=0.1, batch_size=20, shuffle=True, epochs=1_000),
            group="many inputs",
            purpose="a hundred weights, two kinds of mail",
        ),
    ),
)


def own_task(data: Dataset) -> Task:
    """Return the experiment on the user's own data.

    It has a sigmoid for two classes, and a line for numbers.
    """
    defaults = Defaults(epochs=1_000) if data.classes else _line_fit(0.1, 1_000)
    names = f"{data.own_width:,} inputs"
    if data.own_width <= _MOST_NAMED:
        names = ", ".join(map(elided, data.input_names[: data.own_width]))
    target = ", ".join(map(elided, data.column_names[data.width :]))
    return Task(
        OWN,
        f"Own data, {elided(data.origin)}" if data.origin else "Own data",
        f"{target} from {names}",
        "the user",
        data=lambda: data,
        defaults=defaults,
        group="own data",
        purpose="what you brought",
    )
