"""The minima that the starts of a sweep end in."""

from __future__ import annotations

import numpy as np

from neuroviz.core.model.rounding import settled_losses
from neuroviz.core.numbers import measured
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.core.types import Bools, Floats, Ints, Unique

_AS_ONE = 1.25
"""Factor of the least loss of a minimum up to which losses reached count as the same minimum."""
_NOTHING = 1e-9
"""Share of the greatest loss at a start up to which a difference of losses counts as none."""
_MOST_BASINS = 6
_LEAST_SHARE = 0.03
_MOST_LETTERS = 3
_LEAST_DEPTH = 2


class Basin(Unique):
    """Starts that lead to the same loss."""

    letter: str
    """Its name, "A" for the lowest loss and so on."""
    low: float
    high: float
    """The least and the greatest of their losses."""
    share: float
    """Share of all starts, above 0 and up to 1."""
    cells: Bools
    """(n₂, n₁): which starts of the map lead here; for seeds (1, n)."""
    places: tuple[tuple[int, int], ...]
    """(row, column) of each cell that shows the letter, away from the border."""

    @property
    def loss(self) -> str:
        """The loss in words, or its range."""
        low = measured(self.low)
        high = measured(self.high)
        return low if low == high else f"{low} to {high}"

    @property
    def said(self) -> str:
        """The text of the legend."""
        return f"{self.letter}: loss {self.loss}, {100 * self.share:.1f} % of the starts"


def basins(result: SweepResult) -> tuple[Basin, ...]:
    """Return the losses that most starts lead to, the lowest first."""
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


def elsewhere(result: SweepResult, found: tuple[Basin, ...]) -> int:
    """Return how many starts lead to none of these minima, without those that diverged."""
    return int((~result.diverged).sum()) - sum(int(basin.cells.sum()) for basin in found)


def said_of(result: SweepResult, found: tuple[Basin, ...]) -> list[str]:
    """Return the lines of the legend: one for each minimum, and one for the other starts."""
    lines = [basin.said for basin in found]
    others = elsewhere(result, found)
    if lines and others:
        lines.append(f"others: {100 * others / len(result.grid):.1f} % of the starts")
    return lines


def _joined(ends: list[list[int]], losses: Floats, least: float) -> list[list[int]]:
    """Return the ends that at least so many starts lead to.

    Ends that follow each other without a gap are joined: those runs are still converging.
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
    """Return the cells furthest from the border, one for each of the larger pieces."""
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
    """Return how many times the border can be removed before a cell itself goes."""
    depth = np.zeros(cells.shape, dtype=np.int64)
    left = cells
    while left.any():
        depth += left
        edged = np.pad(left, 1)
        left = left & edged[:-2, 1:-1] & edged[2:, 1:-1] & edged[1:-1, :-2] & edged[1:-1, 2:]
    return depth
