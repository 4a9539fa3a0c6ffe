"""History: the rows of a run in columns, in bounded memory.

Row k is the state after k updates. It has the parameters and the loss over all samples there; the
learning rate, the batch's loss and the gradient of the step taken from it; and the optimizer's
state, so that the run can be taken up again at every kept row. The newest row is held apart until
the run leaves it, so that rows that were handed out never change.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.record import RowsRecord
from neuroviz.core.training.block import Row, RowBlock
from neuroviz.core.training.history_view import (
    BATCH_LOSS,
    HIGH,
    LEARNING_RATE,
    LOSS,
    LOSS_COLUMNS,
    LOW,
    Rows,
)
from neuroviz.core.types import Floats, Ints

T = TypeVar("T", bound=np.generic)

MAX_ROWS = 2**17
"""Most kept rows of a small neuron."""
MAX_BYTES = 32 * 2**20
"""Memory for the kept rows of a wide neuron; their successor takes as much again."""
_FEW = 1024
"""Number of rows that there is room for at first."""
RECENT = 64
"""Number of last rows, and of last stored losses, that are available whether kept or not."""


class History:
    """Takes the rows of a run and keeps a bounded number of them.

    Beyond the cap every second row is dropped. The first thinning of a run with mini-batches drops
    all rows but the ends of epochs. Row 0 and the newest row always stay, and a kept row has the
    extremes of the loss in the gap before it.

    Parameters
    ----------
    max_rows
        The cap; that of a wide neuron is lower, by its bytes.
    """

    def __init__(self, start: RowBlock, max_rows: int = MAX_ROWS) -> None:
        columns = LOSS_COLUMNS + start.numbers.shape[1]
        self._max_rows = self._cap = max(64, min(max_rows, MAX_BYTES // (8 * columns)))
        self._kept = KeptRows(columns, min(_FEW, self._max_rows))
        self._successor: Successor | None = None
        self.recent = start.copied()
        """The last rows, the newest included, whether kept or not."""
        self._recent_losses = np.array([start.steps[start.known], start.losses[start.known]])
        self.first_loss = float(start.losses[0])
        """The loss at the first row."""

    @property
    def newest(self) -> Row:
        """The row that the run is at."""
        return self.recent.row(-1)

    @property
    def recent_losses(self) -> tuple[Floats, Floats]:
        """Steps and losses of the last stored losses, the newest included."""
        steps, losses = self._recent_losses
        return steps, losses

    @property
    def size(self) -> int:
        """Bytes of the kept rows."""
        return self._kept.size + (self._successor.rows.size if self._successor else 0)

    def extend(self, block: RowBlock) -> None:
        """Take rows that begin at the newest one so far.

        The last of them is the newest from now on.
        """
        if block.first_step != self.recent.first_step + len(self.recent) - 1:
            raise ValueError("rows must begin at the newest one")
        self._settle(block.cut(0, len(block) - 1))
        # The rate of the former newest row may have been edited since, so it is replaced too.
        whole = (
            self.recent.cut(0, len(self.recent) - 1).then(block) if len(block) < RECENT else block
        )
        self.recent = whole.cut(max(0, len(whole) - RECENT), len(whole)).copied()
        new = block.cut(1, len(block))
        told = np.array([new.steps[new.known], new.losses[new.known]])
        self._recent_losses = np.concatenate((self._recent_losses, told), axis=1)[:, -RECENT:]

    def set_learning_rate(self, rate: float) -> None:
        """Correct the learning rate of the newest row."""
        self.recent = self.recent.copied()
        self.recent.learning_rates[-1] = rate

    def rows(self) -> Rows:
        """Return the present history without copying the kept rows."""
        kept = self._kept
        return Rows(
            _read_only(kept.steps[: kept.count]),
            _read_only(kept.data[:, : kept.count]),
            self.newest,
            self.recent.steps_per_epoch,
            kept.stride,
            (int(self._recent_losses[0, -1]), float(self._recent_losses[1, -1])),
            kept.gap,
        )

    def until(self, step: int) -> History:
        """Return a new history that ends at the last kept row at or before a step."""
        kept = self._kept
        steps = kept.steps[: kept.count]
        index = int(np.searchsorted(steps, step, side="right")) - 1
        result = History(self.rows().kept_block(index, index + 1), self._max_rows)
        result._cap = self._cap
        result._kept = KeptRows(len(kept.data), min(max(_FEW, index), self._max_rows), kept.stride)
        result._kept.take(kept, 0, index)
        result.first_loss = self.first_loss
        if kept.stride > 1:
            result._kept.gap = float(kept.data[LOW, index]), float(kept.data[HIGH, index])
        losses = kept.data[LOSS, : index + 1]
        known = np.flatnonzero(np.isfinite(losses))[-RECENT:]
        result._recent_losses = np.array([steps[known], losses[known]])
        return result

    # --- as plain data ----------------------------------------------------------------------------

    def record(self, max_numbers: int) -> RowsRecord:
        """Return the history as plain data, thinned to ``max_numbers`` numbers or 64 rows.

        The history itself does not change.
        """
        most = max(64, max_numbers // len(self._kept.data))
        thinned = self._thinned(self._stride_for(most), most)
        return RowsRecord(
            every=thinned.stride,
            kept=_plain(thinned.data[:, : thinned.count].T),
            gap=thinned.gap,
            recent=_plain(np.column_stack(self.recent.columns)),
            losses=self.recent_losses[1].tolist(),
        )

    @classmethod
    def of_record(cls, record: RowsRecord, step: int, start: RowBlock) -> History:
        """Return the history of a record, at a step.

        Parameters
        ----------
        record
            As :meth:`record` returned it.
        step
            The step of its newest row.
        start
            Row 0 of the run, which the record must match in its columns and its first row.

        Raises
        ------
        ValueError
            If these are not the rows of such a run at that step.
        """
        result = cls(start)
        count = len(record.kept)
        columns = len(result._kept.data)
        kept = _array(record.kept, columns)
        recent = _array(record.recent, columns - 2)
        per_epoch = start.steps_per_epoch
        block = (*recent.T[:3], recent[:, 3:])
        newest = RowBlock(step + 1 - len(recent), per_epoch, start.width, *block)
        whole = record.every == 1 or (record.every > 0 and record.every % per_epoch == 0)
        fits = count <= result._max_rows and 0 < len(recent) <= min(RECENT, step + 1)
        if not (whole and fits and count == -(-step // record.every)):
            raise ValueError("its rows are not those of a run that has come so far")
        if newest.first_not_finite() or not _all_finite(
            kept[:: per_epoch if record.every == 1 else 1]
        ):
            raise ValueError("its rows have numbers that are not finite")
        if not np.array_equal(
            kept[0, LOSS_COLUMNS:][: start.width], start.numbers[0, : start.width]
        ):
            raise ValueError("its first row is not where such a run starts")
        result._kept = KeptRows(columns, min(max(_FEW, count), result._max_rows), record.every)
        result._kept.data[:, :count], result._kept.steps[:count] = (
            kept.T,
            record.every * np.arange(count),
        )
        result._kept.count = count
        result._kept.gap = record.gap
        result.recent = newest
        result._recent_losses = _last_losses(record, step, per_epoch)
        return result

    # --- fewer rows -------------------------------------------------------------------------------

    def shrink(self, max_rows: int) -> None:
        """Keep no more than ``max_rows`` rows from now on; what was handed out does not change."""
        self._max_rows = min(self._max_rows, max(64, max_rows))
        self._successor = None
        stride = self._stride_for(self._max_rows)
        if stride > self._kept.stride or self._kept.room > self._max_rows:
            self._replace(self._thinned(stride, min(self._kept.room, self._max_rows)))

    def grow_again(self) -> None:
        """Allow as many rows again as before :meth:`shrink`."""
        self._max_rows = self._cap

    def _settle(self, rows: RowBlock) -> None:
        """Keep every row of these that the stride takes.

        Where there is no room, the history goes on with more room or with fewer rows.
        """
        while len(rows := self._kept.keep(rows)):
            self._replace((self._successor or self._next()).complete())
        if 4 * self._kept.count > self._kept.room:
            if self._successor is None:
                self._successor = self._next()
            self._successor.follow()

    def _next(self) -> Successor:
        """Return the successor of the kept rows.

        It has twice as much room, up to the cap, and at the cap a larger stride.
        """
        kept = self._kept
        grows = kept.room < self._max_rows
        stride = kept.stride if grows else self._coarser(kept.stride)
        return Successor(kept, KeptRows(len(kept.data), min(2 * kept.room, self._max_rows), stride))

    def _replace(self, kept: KeptRows) -> None:
        self._kept = kept
        self._successor = None

    def _thinned(self, stride: int, room: int) -> KeptRows:
        """Return the rows that another stride takes of the kept rows."""
        return Successor(self._kept, KeptRows(len(self._kept.data), room, stride)).complete()

    def _stride_for(self, rows: int) -> int:
        """Return the stride that leaves no more than ``rows`` rows."""
        stride = self._kept.stride
        while -(-self._kept.count * self._kept.stride // stride) > rows:
            stride = self._coarser(stride)
        return stride

    def _coarser(self, stride: int) -> int:
        """Return the next larger stride: at first whole epochs, then twice as many steps."""
        per_epoch = self.recent.steps_per_epoch
        return per_epoch if stride == 1 and per_epoch > 1 else 2 * stride


def _read_only(view: NDArray[T]) -> NDArray[T]:
    """Return a view, made read-only."""
    view.flags.writeable = False
    return view


def _plain(rows: Floats) -> list[list[float | None]]:
    """Return rows as lists, None for what was not computed."""
    plain = rows.astype(object)
    plain[np.isnan(rows)] = None
    return plain.tolist()


def _array(rows: list[list[float | None]], columns: int) -> Floats:
    """Return rows as an array (n, columns), NaN for what was not computed.

    It raises a ValueError if there are no rows, or if they have other columns.
    """
    if any(len(row) != columns for row in rows) or not rows:
        raise ValueError("its rows have other columns than such a run has")
    return np.array(rows, dtype=np.float64)


def _all_finite(kept: Floats) -> bool:
    """Return whether all numbers of rows (n, columns) except the extremes of gaps are finite."""
    return bool(np.isfinite(np.delete(kept, (LOW, HIGH), axis=1)).all())


def _last_losses(record: RowsRecord, step: int, per_epoch: int) -> Floats:
    """Return the last stored losses, (2, n): steps and losses."""
    last = step // per_epoch
    count = len(record.losses)
    steps = [per_epoch * epoch for epoch in range(last + 1 - count, last + 1)]
    if not 0 < count <= min(RECENT, last + 1):
        raise ValueError("its last losses are not those of a run that has come so far")
    return np.array([steps, record.losses], dtype=np.float64)


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
        data = self._room_for(fits.steps[chosen])
        data[LOSS] = fits.losses[chosen]
        data[BATCH_LOSS] = fits.batch_losses[chosen]
        data[LEARNING_RATE] = fits.learning_rates[chosen]
        data[LOSS_COLUMNS:] = fits.numbers[chosen].T
        self._fold(fits.losses, fits.losses, data, first, self.stride)
        return rows.cut(fitting, max(fitting, len(rows)))

    def take(self, other: KeptRows, begin: int, end: int) -> None:
        """Keep what the stride takes of rows kept elsewhere, whose stride divides this one."""
        if begin == end:
            return
        factor = self.stride // other.stride
        first = int(-other.steps[begin] % self.stride) // other.stride
        chosen = slice(begin + first, end, factor)
        data = self._room_for(other.steps[chosen])
        data[:] = other.data[:, chosen]
        if factor > 1:
            self._fold(other.data[LOW, begin:end], other.data[HIGH, begin:end], data, first, factor)

    def _room_for(self, steps: Ints) -> Floats:
        """Return the columns (columns, n) for the next rows, at these steps (n,)."""
        here = slice(self.count, self.count + len(steps))
        self.steps[here] = steps
        self.count = here.stop
        return self.data[:, here]

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
