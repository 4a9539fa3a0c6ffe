"""Which rows are kept aside, to see how the neuron does on what it has never been trained on."""

from __future__ import annotations

from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.lazy import np
from neuroviz.core.numbers import counted
from neuroviz.core.types import Floats, Ints

LARGEST_SHARE = 0.9


def held_out_rows(targets: Floats, classes: bool, share: float, seed: int) -> tuple[int, ...]:
    """Return the indices, ascending, of a share of the rows, drawn by a seed.

    Of each class its share. Of every class a row stays for training.

    Parameters
    ----------
    targets
        (N,); classes by their places, from 0 on.
    classes
        Whether each class gives its own share.
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
    """Return so many of the rows, but not the last of them."""
    count = min(round(share * len(group)), len(group) - 1)
    return generator.permutation(group)[:count]
