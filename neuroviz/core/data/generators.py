"""GENERATORS: data that are made up.

They have noise, a count and a seed, and one kind has a formula that somebody types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from neuroviz.core.catalogue import Catalogue, Entry, SettingsError
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.formula import evaluated
from neuroviz.core.lazy import np
from neuroviz.core.numbers import MAX_SEED, exact, parse_number, parse_whole, quoted
from neuroviz.core.types import Floats, Frozen

if TYPE_CHECKING:
    from numpy.random import Generator as Random

MOST_SAMPLES = 100_000
_MOST_NOISE = 100.0

Made = tuple[Floats, Floats]
"""Inputs (N, D) and targets (N,), before any noise."""


class Generator(Entry):
    """One kind of made-up data."""

    make: Callable[[Random, int, str], Made]
    """Makes the data without noise from a source of random numbers, N and the typed formula."""
    classes: bool
    """Whether the targets are two classes; noise is then added to the inputs, else to the
    targets."""
    noise: float
    """Default standard deviation of the noise."""
    typed: str = ""
    """Default formula, for a kind that has one."""


def _halves(count: int) -> Floats:
    """Return N targets, class 0 in the first half and class 1 in the second."""
    return np.repeat((0.0, 1.0), (count - count // 2, count // 2))


def _directions(angle: Floats) -> Floats:
    """Return the points (N, 2) of the unit circle at angles (N,) in radians."""
    return np.column_stack((np.cos(angle), np.sin(angle)))


def _blobs(random: Random, count: int, typed: str) -> Made:
    targets = _halves(count)
    return np.outer(2 * targets - 1, (1.0, 1.0)), targets


def _ring(random: Random, count: int, typed: str) -> Made:
    targets = _halves(count)
    angle = random.uniform(0, 2 * np.pi, count)
    radius = np.where(targets == 1, random.uniform(0, 0.5, count), random.uniform(1.2, 1.6, count))
    return radius[:, None] * _directions(angle), targets


def _spiral(random: Random, count: int, typed: str) -> Made:
    targets = _halves(count)
    way = np.sqrt(random.uniform(0.02, 1, count))
    angle = 3 * np.pi * way + np.pi * targets
    return 2 * way[:, None] * _directions(angle), targets


def _xor(random: Random, count: int, typed: str) -> Made:
    targets = _halves(count)
    first = random.choice((-1.0, 1.0), count)
    return np.column_stack((first, np.where(targets == 1, -first, first))), targets


def _moons(random: Random, count: int, typed: str) -> Made:
    targets = _halves(count)
    upper = _directions(random.uniform(0, np.pi, count))
    return np.where(targets[:, None] == 0, upper, (1.0, 0.5) - upper), targets


def _line(random: Random, count: int, typed: str) -> Made:
    x = random.uniform(-1, 1, count)
    return x[:, None], 2 * x + 1


def _parabola(random: Random, count: int, typed: str) -> Made:
    x = random.uniform(-1, 1, count)
    return x[:, None], x**2


def _above(random: Random, count: int, typed: str) -> Made:
    """Return points above and below f(x), at random distances."""
    targets = _halves(count)
    x = random.uniform(-1, 1, count)
    away = random.uniform(0.1, 1, count) * (2 * targets - 1)
    return np.column_stack((x, evaluated(typed, x) + away)), targets


GENERATORS: Catalogue[Generator] = Catalogue(
    "generator",
    (
        Generator("blobs", "Two blobs", "x ~ N(±(1, 1), noise²)", "", _blobs, True, 0.5),
        Generator(
            "ring",
            "Ring",
            "class 1 inside, class 0 around it",
            "TensorFlow Playground",
            _ring,
            True,
            0.1,
        ),
        Generator(
            "spiral", "Spiral", "two arms that wind", "Lang and Witbrock 1988", _spiral, True, 0.05
        ),
        Generator(
            "xor_blobs",
            "XOR blobs",
            "x ~ N((±1, ±1), noise²)",
            "Minsky and Papert 1969",
            _xor,
            True,
            0.3,
        ),
        Generator(
            "moons", "Moons", "two half circles", "scikit-learn's make_moons", _moons, True, 0.1
        ),
        Generator("noisy_line", "Noisy line", "y = 2x + 1 + noise", "", _line, False, 0.3),
        Generator("parabola", "Parabola", "y = x² + noise", "", _parabola, False, 0.1),
        Generator(
            "above",
            "Above and below f(x)",
            "class 1 is above f(x)",
            "",
            _above,
            True,
            0.0,
            "sin(3*x)",
        ),
    ),
)


class Recipe(Frozen):
    """What data to make; the same recipe gives the same data.

    Raises
    ------
    SettingsError
        If a value is out of its range, or the formula is not valid.
    """

    name: str
    """A name in GENERATORS."""
    noise: float
    """Standard deviation, 0 … 100."""
    count: int = 100
    """Total number of samples, 2 … 100,000."""
    seed: int = 0
    """0 … 2³¹ − 1."""
    typed: str = ""
    """The formula, for a kind that has one; else empty."""

    def __post_init__(self) -> None:
        for name, low, high in (
            ("noise", 0, _MOST_NOISE),
            ("count", 2, MOST_SAMPLES),
            ("seed", 0, MAX_SEED),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(
                    f"{name} must be from {low} to {exact(high)}, not {exact(value)}.", "data"
                )
        if GENERATORS.find(self.name).typed:
            evaluated(self.typed, np.linspace(-1, 1, 101))

    @classmethod
    def of(cls, name: str) -> Recipe:
        """Return the default recipe of a kind.

        Raises
        ------
        SettingsError
            If there is no such kind.
        """
        kind = GENERATORS.find(name)
        return cls(name, kind.noise, typed=kind.typed)

    def __str__(self) -> str:
        formula = f",f={self.typed}" if self.typed else ""
        return f"{self.name}:noise={exact(self.noise)},count={self.count},seed={self.seed}{formula}"

    def dataset(self) -> Dataset:
        """Return the data; their origin is the recipe's text."""
        kind = GENERATORS[self.name]
        random = np.random.default_rng(self.seed)
        inputs, targets = kind.make(random, self.count, self.typed)
        if kind.classes:
            inputs = inputs + self.noise * random.standard_normal(inputs.shape)
        else:
            targets = targets + self.noise * random.standard_normal(targets.shape)
        names = ("x",) if inputs.shape[1] == 1 else ()
        return Dataset(inputs, targets, kind.classes, names, origin=str(self))


def parse_recipe(text: str) -> Recipe | None:
    """Return the recipe that a text such as "blobs:noise=0.2,count=50,seed=1" means.

    It is None if the text names no kind.

    Raises
    ------
    SettingsError
        If it names a kind and the rest cannot be read.
    """
    name, _, rest = text.partition(":")
    if name not in GENERATORS:
        return None
    recipe = Recipe.of(name)
    before, found, formula = rest.partition("f=")  # last, since it may hold anything
    if found:
        if not recipe.typed:
            raise SettingsError(
                f"{name} has no formula to be typed; f is for the generator above.", "data"
            )
        recipe = replace(recipe, typed=formula.strip())
        rest = before.rstrip().removesuffix(",")
    said = dict(_said(name, part) for part in rest.split(",") if part.strip())
    return replace(recipe, **said)


def _said(generator: str, part: str) -> tuple[str, Any]:
    name, equals, value = (piece.strip() for piece in part.partition("="))
    if not equals or name not in ("noise", "count", "seed"):
        raise SettingsError(
            f"{quoted(part.strip())} means nothing for {generator}: write it like "
            f"{generator}:noise=0.2,count=50,seed=1.",
            "data",
        )
    try:
        return name, parse_number(value) if name == "noise" else parse_whole(value)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}", "data") from None
