"""KeptRows: every n-th row of a run in columns.

The extremes of the loss in the gaps between rows are kept too.
"""

from __future__ import annotations

import numpy as np

from neuroviz.core.training.block import RowBlock
from neuroviz.core.training.history_view import (
    BATCH_LOSS,
    HIGH,
    LEARNING_RATE,
    LOSS,
    LOSS_COLUMNS,
    LOW,
)
from neuroviz.core.types import Floats, Ints


class KeptRows:
    """Takes rows in order until there is no room; what was written never changes.

    Parameters
    ----------
    columns
        Numbers in a row, its losses among them.
    stride
        Steps from one kept row to the next.
    """

    def __init__(self, columns: int, room: int, stride: int = 1) -> None:
        # Left unfilled, since memory that is not written to is not taken yet.
        self.data: Floats = np.empty((columns, room))
        self.steps: Ints = np.empty(room, dtype=np.int64)
        self.stride = stride
        self.count = 0
        self.gap: tuple[float, float] | None = None
        """Least and greatest of the losses since the last kept row; None if there were none."""

    @property
    def room(self) -> int:
        """Number of rows there is room for."""
        return len(self.steps)

    @property
    def size(self) -> int:
        """Memory in bytes."""
        return self.data.nbytes + self.steps.nbytes

    def keep(self, rows: RowBlock) -> RowBlock:
        """Keep the rows that the stride takes, as long as there is room; return the rest."""
        first = -rows.first_step % self.stride
        fitting = first + (self.room - self.count) * self.stride  # up to the row that finds no room
        fits = rows.cut(0, fitting)
        chosen = slice(first, None, self.stride)
        steps = fits.steps[chosen]
        here = slice(self.count, self.count + len(steps))
        data = self.data[:, here]
        data[LOSS] = fits.losses[chosen]
        data[BATCH_LOSS] = fits.batch_losses[chosen]
        data[LEARNING_RATE] = fits.learning_rates[chosen]
        data[LOSS_COLUMNS:] = fits.numbers[chosen].T
        self.steps[here] = steps
        self.count = here.stop
        self._fold(fits.losses, fits.losses, data, first, self.stride)
        return rows.cut(fitting, max(fitting, len(rows)))

    def take(self, other: KeptRows, begin: int, end: int) -> None:
        """Keep what the stride takes of rows kept elsewhere, whose stride divides this one."""
        if begin == end:
            return
        factor = self.stride // other.stride
        first = int(-other.steps[begin] % self.stride) // other.stride
        chosen = slice(begin + first, end, factor)
        steps = other.steps[chosen]
        here = slice(self.count, self.count + len(steps))
        data = self.data[:, here]
        data[:] = other.data[:, chosen]
        self.steps[here] = steps
        self.count = here.stop
        if factor > 1:
            self._fold(other.data[LOW, begin:end], other.data[HIGH, begin:end], data, first, factor)

    def take_gap(self, other: KeptRows) -> None:
        """Add the gap behind the last row kept elsewhere, once all rows have been taken."""
        gaps = [gap for gap in (self.gap, other.gap) if gap]
        self.gap = (min(low for low, _ in gaps), max(high for _, high in gaps)) if gaps else None

    def _fold(self, lows: Floats, highs: Floats, kept: Floats, first: int, every: int) -> None:
        """Write the extremes since the row before into every n-th row.

        The extremes after the last such row go into the gap.
        """
        if every == 1:
            kept[LOW] = lows
            kept[HIGH] = highs
            return
        low, high = self.gap or (np.nan, np.nan)
        # Element 0 is the open gap; a kept row ends its gap.
        lows = np.append(low, lows)
        highs = np.append(high, highs)
        ends = np.arange(first + 1, len(lows), every)
        starts = np.append(0, ends + 1)
        starts = starts[starts < len(lows)]
        lows = np.fmin.reduceat(lows, starts)
        highs = np.fmax.reduceat(highs, starts)
        kept[LOW], kept[HIGH] = lows[: len(ends)], highs[: len(ends)]
        rest = len(starts) > len(ends)
        self.gap = (float(lows[-1]), float(highs[-1])) if rest and np.isfinite(lows[-1]) else None


class Successor:
    """Takes the place of kept rows that have no more room.

    It is prepared bit by bit while they fill. To copy megabytes at once would hold up everything
    for some ten milliseconds, and the first write to memory takes longer than the copying.

    Parameters
    ----------
    before
        The rows that are filling up.
    rows
        Empty, with more room or another stride.
    """

    def __init__(self, before: KeptRows, rows: KeptRows) -> None:
        self._before = before
        self._began = before.count
        self.rows = rows
        self._taken = 0
        self._touched = 0

    def follow(self) -> None:
        """Do the share of the work that is due, so that all is done when there is no room.

        Memory is written to first, then rows are copied.
        """
        before = self._before
        rows = self.rows
        share = (before.count - self._began) / max(1, before.room - self._began)
        touched = min(len(rows.data), round(2 * share * len(rows.data)))
        rows.data[self._touched : touched] = 0.0
        self._touched = touched
        if share > 0.5:
            self._take(round((2 * share - 1) * before.count))

    def complete(self) -> KeptRows:
        """Return the rows with everything kept so far."""
        self._take(self._before.count)
        self.rows.take_gap(self._before)
        return self.rows

    def _take(self, until: int) -> None:
        self.rows.take(self._before, self._taken, until)
        self._taken = until
