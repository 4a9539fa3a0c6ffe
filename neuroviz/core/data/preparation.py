"""How data are prepared: inputs scaled to one size (SCALINGS), and rows held out.

The rows held out show how the neuron does on what it was never trained on.
"""

from __future__ import annotations

from collections.abc import Callable

from neuroviz.core.catalogue import Catalogue, Entry, SettingsError, told
from neuroviz.core.lazy import np
from neuroviz.core.numbers import counted
from neuroviz.core.types import Floats, Frozen, Ints, Parameters


class Kind(Entry):
    """One way to scale."""

    said: str
    """The words for data that are scaled so; empty for unscaled ones."""
    numbers: Callable[[Floats], tuple[Floats, Floats]]
    """Gives, for inputs (N, D), what is subtracted from each and what it is divided by, (D,)
    each."""


def _as_they_are(inputs: Floats) -> tuple[Floats, Floats]:
    width = inputs.shape[1]
    return np.zeros(width), np.ones(width)


def _standardised(inputs: Floats) -> tuple[Floats, Floats]:
    size = _size(inputs)  # the square of a large number would overflow
    return inputs.mean(axis=0), (inputs / size).std(axis=0) * size


def _to_unit(inputs: Floats) -> tuple[Floats, Floats]:
    low = inputs.min(axis=0)
    return low, inputs.max(axis=0) - low


def _size(inputs: Floats) -> Floats:
    size = np.abs(inputs).max(axis=0)
    return np.where(size > 0, size, 1.0)


SCALINGS: Catalogue[Kind] = Catalogue(
    "scaling",
    (
        Kind("none", "As they are", "x", "", "", _as_they_are),
        Kind(
            "standardise",
            "Standardised",
            "(x − mean) / deviation",
            "LeCun et al. 1998, Efficient BackProp, section 4.3",
            "inputs standardised",
            _standardised,
        ),
        Kind(
            "unit",
            "From 0 to 1",
            "(x − least) / (greatest − least)",
            "Han, Kamber and Pei 2011, Data mining: concepts and techniques, "
            "3rd edition, section 3.5.2",
            "inputs from 0 to 1",
            _to_unit,
        ),
    ),
)


class Scaling(Frozen):
    """The inputs as the neuron gets them: (x − shift) / scale, with two numbers for each input.

    The numbers are kept, not found anew, so that a point that moves does not move all others.
    """

    name: str = "none"
    """A name in SCALINGS."""
    shift: tuple[float, ...] = ()
    """D numbers; empty where nothing is scaled."""
    scale: tuple[float, ...] = ()
    """D numbers above 0; empty where nothing is scaled."""

    def apply(self, inputs: Floats) -> Floats:
        """Return inputs (…, D), given in the data's own units, as the neuron gets them."""
        return (
            inputs
            if self.name == "none"
            else (inputs - np.array(self.shift)) / np.array(self.scale)
        )

    def undo(self, inputs: Floats) -> Floats:
        """Return inputs (…, D), given as the neuron gets them, in the data's own units."""
        return (
            inputs if self.name == "none" else inputs * np.array(self.scale) + np.array(self.shift)
        )

    def of_first(self, count: int) -> Scaling:
        """Return the scaling of only the first inputs."""
        return Scaling(self.name, self.shift[:count], self.scale[:count])

    def own_units(self, values: Floats, parameters: Parameters) -> Floats:
        """Return the parameters (P,) that give the same z from unscaled inputs.

        Only those of the neurons that read the inputs change: the hidden ones, or the only one.
        """
        result = values.copy()
        if self.name == "none":
            return result
        for unit in range(parameters.hidden) if parameters.hidden else (None,):
            *weights, bias = parameters.of_unit(unit)
            result[weights] /= np.array(self.scale)
            result[bias] -= (result[weights] * np.array(self.shift)).sum()
        return result


UNSCALED = Scaling()


def scaling_of(name: str, inputs: Floats) -> Scaling:
    """Return the scaling of that name for inputs (N, D).

    An input that never changes is only shifted.

    Raises
    ------
    SettingsError
        If there is none of that name.
    """
    kind = SCALINGS.find(name)
    if kind.name == "none":
        return UNSCALED
    shift, scale = kind.numbers(inputs)
    scale = np.where((scale > 0) & np.isfinite(scale), scale, 1.0)
    return Scaling(name, tuple(shift.tolist()), tuple(scale.tolist()))


LARGEST_SHARE = 0.9


def held_out_rows(targets: Floats, classes: bool, share: float, seed: int) -> tuple[int, ...]:
    """Return the indices, ascending, of a share of the rows, drawn by a seed.

    One row of each class always stays for training.

    Parameters
    ----------
    targets
        (N,); classes as indices, from 0.
    classes
        Whether each class holds out its own share.
    share
        0 … 0.9.
    seed
        0 or more.

    Raises
    ------
    SettingsError
        If the share is out of range, or holds out no row.
    """
    if not isinstance(share, int | float) or not 0 <= share <= LARGEST_SHARE:
        raise SettingsError(
            f"The share held out must be from 0 to {LARGEST_SHARE}, not {told(share)}.", "held_out"
        )
    if not isinstance(seed, int) or seed < 0:
        raise SettingsError(f"The seed must be a whole number from 0, not {told(seed)}.", "seed")
    if share == 0:
        return ()
    generator = np.random.default_rng(seed)
    groups = (
        [np.flatnonzero(targets == c) for c in range(int(targets.max()) + 1)]
        if classes
        else [np.arange(len(targets))]
    )
    drawn = [_drawn(group, share, generator) for group in groups if len(group)]
    rows = np.sort(np.concatenate(drawn))
    if not len(rows):
        each = ", taken of each class," if classes else ""
        rows_there = counted(len(targets), "row")
        raise SettingsError(
            f"{100 * share:.3g} % of {rows_there}{each} is not a whole row: "
            "hold out a larger share, or nothing.",
            "held_out",
        )
    return tuple(rows.tolist())


def _drawn(group: Ints, share: float, generator: np.random.Generator) -> Ints:
    """Return a share of the rows, drawn at random; at least one row is left."""
    count = min(round(share * len(group)), len(group) - 1)
    return generator.permutation(group)[:count]
