"""Which starts of a sweep end in which minimum."""

from __future__ import annotations

import numpy as np

from neuroviz.core.model.rounding import settled_losses
from neuroviz.core.numbers import measured
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.core.types import Bools, Floats, Ints, Unique

_AS_ONE = 1.25
"""Losses that starts lead to count as one minimum where they lie within a quarter of the least of
them."""
_NOTHING = 1e-9
"""And so do all those that are so small a share of the greatest loss at a start."""
_MOST_BASINS = 6
_LEAST_SHARE = 0.03
_MOST_LETTERS = 3
_LEAST_DEPTH = 2


class Basin(Unique):
    """Starts that lead to the same loss."""

    letter: str
    """Its name: "A" for the least loss, and so on."""
    low: float
    high: float
    """The least and the greatest of their losses."""
    share: float
    """Of all starts, above 0 and up to 1."""
    cells: Bools
    """(n₂, n₁) of bool: which starts of the map they are; of seeds (1, n)."""
    places: tuple[tuple[int, int], ...]
    """(row, column) of each cell that is to bear the letter, away from the border."""

    @property
    def loss(self) -> str:
        """The loss in words, or from where to where."""
        low = measured(self.low)
        high = measured(self.high)
        return low if low == high else f"{low} to {high}"

    @property
    def said(self) -> str:
        """What a legend says of it."""
        return f"{self.letter}: loss {self.loss}, {100 * self.share:.1f} % of the starts"


def basins(result: SweepResult) -> tuple[Basin, ...]:
    """Return the losses that most of the starts lead to, the least first."""
    shape = (1, *result.grid.shape)[-2:]
    size = len(result.grid)
    losses = settled_losses(result.grid.settings, result.losses)
    nothing = _NOTHING * float(result.first_losses.max())
    order = np.argsort(losses, kind="stable")
    order = order[~result.diverged[order] & np.isfinite(losses[order])]
    ends: list[list[int]] = []
    least = -np.inf
    for neuron, loss in zip(order.tolist(), losses[order].tolist(), strict=True):
        if not ends or loss > max(_AS_ONE * least, least + nothing):
            ends.append([])
            least = loss
        ends[-1].append(neuron)
    most = sorted(_joined(ends, losses, _LEAST_SHARE * size), key=len)[-_MOST_BASINS:]
    made = []
    for letter, end in zip(
        "ABCDEF", sorted(most, key=lambda end: float(losses[end[0]])), strict=False
    ):
        cells = np.isin(np.arange(size), end).reshape(shape)
        low = float(losses[end[0]])
        high = float(losses[end[-1]])
        made.append(Basin(letter, low, high, len(end) / size, cells, _places(cells)))
    return tuple(made)


def _joined(ends: list[list[int]], losses: Floats, least: float) -> list[list[int]]:
    """Return those of at least so many starts.

    What follows without a gap is one that has not come to its end.
    """
    made: list[list[int]] = []
    for end in ends:
        if len(end) < least:
            continue
        if made and losses[end[0]] <= _AS_ONE * losses[made[-1][-1]]:
            made[-1] = made[-1] + end
        else:
            made.append(end)
    return made


def _places(cells: Bools) -> tuple[tuple[int, int], ...]:
    """Return the cells farthest from the border, one for each of the greater pieces."""
    depth = _depth(cells)
    places: list[tuple[int, int]] = []
    rows, columns = np.indices(depth.shape)
    while len(places) < _MOST_LETTERS:
        row, column = divmod(int(depth.argmax()), depth.shape[1])
        deepest = int(depth[row, column])
        if deepest < (_LEAST_DEPTH if places else 1):
            break
        places.append((row, column))
        depth[np.maximum(abs(rows - row), abs(columns - column)) <= 2 * deepest] = 0
    return tuple(places)


def _depth(cells: Bools) -> Ints:
    """Return how many times a cell's neighbours can be taken off before it goes itself."""
    depth = np.zeros(cells.shape, dtype=np.int64)
    left = cells
    while left.any():
        depth += left
        edged = np.pad(left, 1)
        left = left & edged[:-2, 1:-1] & edged[2:, 1:-1] & edged[1:-1, :-2] & edged[1:-1, 2:]
    return depth
