"""History: the rows of a run, in columns, bounded in memory.

Row k is the state after k updates: its parameters, the loss over all samples there, and of the step that leaves
it the learning rate, the loss of its batch and the gradient; beside them the optimizer's state, so that the run
can be taken up again at every kept row. The newest row is held apart until it is left, so that what has been
handed out never changes.
"""

from __future__ import annotations

from copy import copy
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.record import RowsRecord
from neuroviz.core.training.downsampling import Outline
from neuroviz.core.training.history_view import BATCH_LOSS, HIGH, LEARNING_RATE, LOSS, LOSS_COLUMNS, LOW, Rows
from neuroviz.core.training.row import Row, RowBlock
from neuroviz.core.types import Floats

T = TypeVar("T", bound=np.generic)

MAX_ROWS = 2**17
"""Kept rows of a small neuron."""
MAX_BYTES = 32 * 2**20
"""Memory of the kept rows of a wide one."""
RECENT = 64
"""Last rows, and last stored losses, that are at hand whether kept or not."""


class History:
    """Take the rows of a run and keep a bounded number of them.

    Beyond the cap every second row is dropped (in the first thinning of a run of mini-batches all but the ends
    of epochs); row 0 and the newest always stay, and a kept row knows the extremes of the loss in the gap
    before it.

    Parameters
    ----------
    start
        The first row, as a block of one.
    max_rows
        The cap; a wide neuron has a lower one, by its bytes.
    """

    def __init__(self, start: RowBlock, max_rows: int = MAX_ROWS) -> None:
        columns = LOSS_COLUMNS + start.numbers.shape[1]
        self._max_rows = self._cap = max(64, min(max_rows, MAX_BYTES // (8 * columns)))
        self._stride = 1
        self._count = 0
        room = min(1024, self._max_rows)
        self._data: Floats = np.zeros((columns, room))
        self._steps: NDArray[np.int64] = np.zeros(room, dtype=np.int64)
        self._gap: tuple[float, float] | None = None
        self._outlines: dict[int, Outline] = {}
        self.recent = start.copied()
        """The last rows, the newest included, whether kept or not."""
        self._recent_losses = np.array([start.steps[start.known], start.losses[start.known]])
        self.first_loss = float(start.losses[0])
        """The loss at the first row."""

    @property
    def newest(self) -> Row:
        """The row the run is at."""
        return self.recent.row(-1)

    @property
    def recent_losses(self) -> tuple[Floats, Floats]:
        """Steps and losses of the last stored losses, the newest included."""
        steps, losses = self._recent_losses
        return steps, losses

    @property
    def size(self) -> int:
        """Bytes of the kept rows."""
        return self._data.nbytes + self._steps.nbytes

    def extend(self, block: RowBlock) -> None:
        """Take rows: the first is the newest so far, which is settled by that, the last the newest from now on."""
        if block.first_step != self.recent.first_step + len(self.recent) - 1:
            raise ValueError("rows must begin at the newest one")
        self._settle(block.cut(0, len(block) - 1))
        # The rate of the row that was the newest may have been edited since: its new self takes its place.
        whole = self.recent.cut(0, len(self.recent) - 1).then(block) if len(block) < RECENT else block
        self.recent = whole.cut(max(0, len(whole) - RECENT), len(whole)).copied()
        new = block.cut(1, len(block))
        told = np.array([new.steps[new.known], new.losses[new.known]])
        self._recent_losses = np.concatenate((self._recent_losses, told), axis=1)[:, -RECENT:]

    def set_learning_rate(self, rate: float) -> None:
        """Correct the learning rate of the newest row."""
        self.recent = self.recent.copied()
        self.recent.learning_rates[-1] = rate

    def rows(self) -> Rows:
        """Return what there is now, without copying the kept rows."""
        return Rows(
            _read_only(self._steps[: self._count]),
            _read_only(self._data[:, : self._count]),
            self.newest,
            self.recent.steps_per_epoch,
            self._stride,
            (int(self._recent_losses[0, -1]), float(self._recent_losses[1, -1])),
            self._gap,
            self._outlines,
        )

    def until(self, step: int) -> History:
        """Return a history of its own that ends at the last kept row at or before a step."""
        steps = self._steps[: self._count]
        index = int(np.searchsorted(steps, step, side="right")) - 1
        result = History(self._kept_block(index), self._max_rows)
        result._stride, result._cap = self._stride, self._cap
        result._grow(index)
        result._data[:, :index], result._steps[:index] = self._data[:, :index], steps[:index]
        result._count, result.first_loss = index, self.first_loss
        if self._stride > 1:
            result._gap = float(self._data[LOW, index]), float(self._data[HIGH, index])
        losses = self._data[LOSS, : index + 1]
        known = np.flatnonzero(np.isfinite(losses))[-RECENT:]
        result._recent_losses = np.array([steps[known], losses[known]])
        return result

    # --- as plain data -----------------------------------------------------------------------------------

    def record(self, max_numbers: int) -> RowsRecord:
        """Return the history as plain data, thinned to so many numbers or 64 rows; it is not touched itself."""
        thinned = copy(self)  # thinning makes new columns
        thinned._thin_to(max(64, max_numbers // len(self._data)))
        recent = self.recent
        columns = (recent.losses, recent.batch_losses, recent.learning_rates, recent.numbers)
        return RowsRecord(
            every=thinned._stride,
            kept=_plain(thinned._data[:, : thinned._count].T),
            gap=thinned._gap,
            recent=_plain(np.column_stack(columns)),
            losses=self.recent_losses[1].tolist(),
        )

    @classmethod
    def of_record(cls, record: RowsRecord, step: int, start: RowBlock) -> History:
        """Return the history that was put down, at a step.

        Parameters
        ----------
        record
            As :meth:`record` returned it.
        step
            That of its newest row.
        start
            Row 0 of the run, by which it must have its form and its first row.

        Raises
        ------
        ValueError
            If these are no rows of such a run that has come so far.
        """
        result = cls(start)
        count = len(record.kept)
        kept = _array(record.kept, len(result._data))
        recent = _array(record.recent, len(result._data) - 2)
        per_epoch = start.steps_per_epoch
        newest = RowBlock(
            step + 1 - len(recent), per_epoch, start.width, recent[:, 0], recent[:, 1], recent[:, 2], recent[:, 3:]
        )
        whole = record.every == 1 or (record.every > 0 and record.every % per_epoch == 0)
        fits = count <= result._max_rows and 0 < len(recent) <= min(RECENT, step + 1)
        if not (whole and fits and count == -(-step // record.every)):
            raise ValueError("its rows are not those of a run that has come so far")
        if newest.first_not_finite() or not _all_finite(kept[:: per_epoch if record.every == 1 else 1]):
            raise ValueError("its rows have numbers that are not finite")
        if not np.array_equal(kept[0, LOSS_COLUMNS:][: start.width], start.numbers[0, : start.width]):
            raise ValueError("its first row is not where such a run starts")
        result._stride = record.every
        result._grow(count)
        result._data[:, :count], result._steps[:count] = kept.T, record.every * np.arange(count)
        result._count, result._gap, result.recent = count, record.gap, newest
        result._recent_losses = _last_losses(record, step, per_epoch)
        return result

    # --- fewer rows --------------------------------------------------------------------------------------

    def shrink(self, max_rows: int) -> None:
        """Keep no more than so many rows from now on; what has been handed out does not change."""
        self._max_rows = min(self._max_rows, max(64, max_rows))
        self._thin_to(self._max_rows)
        if len(self._steps) > self._max_rows:
            self._data, self._steps = self._data[:, : self._max_rows].copy(), self._steps[: self._max_rows].copy()

    def grow_again(self) -> None:
        """Keep as many rows from now on as before it was shrunk."""
        self._max_rows = self._cap

    def _kept_block(self, index: int) -> RowBlock:
        numbers = self._data[:, index : index + 1]
        per_epoch = self.recent.steps_per_epoch
        columns = (numbers[LOSS], numbers[BATCH_LOSS], numbers[LEARNING_RATE], numbers[LOSS_COLUMNS:].T)
        return RowBlock(int(self._steps[index]), per_epoch, self.recent.width, *columns)

    def _settle(self, rows: RowBlock) -> None:
        """Keep what the stride takes of these rows, as much as there is room for, then thin and go on."""
        while len(rows):
            first = -rows.first_step % self._stride
            room = self._max_rows - self._count
            fitting = first + room * self._stride  # the rows up to the one that finds no room
            self._keep(rows.cut(0, fitting), first)
            rows = rows.cut(fitting, len(rows)) if fitting < len(rows) else rows.cut(0, 0)
            if len(rows):
                self._thin(self._coarser(self._stride))

    def _keep(self, rows: RowBlock, first: int) -> None:
        """Write every ``stride``-th of the rows from ``first`` on; of the others only the extremes stay."""
        chosen = slice(first, None, self._stride)
        steps = rows.steps[chosen]
        here = slice(self._count, self._count + len(steps))
        self._grow(here.stop)
        kept = self._data[:, here]
        kept[LOSS] = rows.losses[chosen]
        kept[BATCH_LOSS] = rows.batch_losses[chosen]
        kept[LEARNING_RATE] = rows.learning_rates[chosen]
        kept[LOSS_COLUMNS:] = rows.numbers[chosen].T
        self._steps[here], self._count = steps, here.stop
        self._note_extremes(kept, rows.losses, first)

    def _note_extremes(self, kept: Floats, losses: Floats, first: int) -> None:
        """Write the least and greatest loss since the row before; the open gap takes those after the last row."""
        if self._stride == 1:
            kept[LOW] = kept[HIGH] = losses
            return
        low, high = self._gap or (np.nan, np.nan)
        with_gap_low = np.append(low, losses)
        with_gap_high = np.append(high, losses)
        # Element 0 is the open gap; a kept row ends its gap.
        ends = np.arange(first + 1, len(losses) + 1, self._stride)
        starts = np.append(0, ends + 1)
        starts = starts[starts < len(with_gap_low)]
        lows = np.fmin.reduceat(with_gap_low, starts)
        highs = np.fmax.reduceat(with_gap_high, starts)
        kept[LOW], kept[HIGH] = lows[: len(ends)], highs[: len(ends)]
        rest = len(starts) > len(ends)
        self._gap = (float(lows[-1]), float(highs[-1])) if rest and np.isfinite(lows[-1]) else None

    def _grow(self, needed: int) -> None:
        """Double the room, up to the cap; what was handed out keeps the old columns."""
        room = len(self._steps)
        if needed <= room:
            return
        room = min(max(2 * room, needed), self._max_rows)
        data, steps = self._empty(room)
        data[:, : self._count], steps[: self._count] = self._data[:, : self._count], self._steps[: self._count]
        self._data = data
        self._steps = steps

    def _empty(self, room: int) -> tuple[Floats, NDArray[np.int64]]:
        """Return columns for so many rows, not filled: what is not written to takes no memory yet."""
        return np.empty((len(self._data), room)), np.empty(room, dtype=np.int64)

    def _thin_to(self, rows: int) -> None:
        """Leave no more than so many rows."""
        stride = self._stride
        while -(-self._count * self._stride // stride) > rows:
            stride = self._coarser(stride)
        if stride > self._stride:
            self._thin(stride)

    def _coarser(self, stride: int) -> int:
        """Return the stride that follows: whole epochs at first, then twice as many."""
        per_epoch = self.recent.steps_per_epoch
        return per_epoch if stride == 1 and per_epoch > 1 else 2 * stride

    def _thin(self, stride: int) -> None:
        """Take another stride; move the extremes of what goes to what stays."""
        before = self._stride
        self._stride = stride
        # The kept steps are even, so that those that stay are every so manieth.
        stays = slice(int(-self._steps[0] % self._stride) // before, self._count, self._stride // before)
        steps = self._steps[stays]
        low, high = self._extremes(stays)
        data, all_steps = self._empty(len(self._steps))
        data[:, : len(steps)], all_steps[: len(steps)] = self._data[:, stays], steps
        # The last of the extremes belong to rows after the last that stays: the gap before the next kept row.
        data[LOW, : len(steps)], data[HIGH, : len(steps)] = low[:-1], high[:-1]
        self._data = data
        self._steps = all_steps
        self._outlines = {}  # what was handed out keeps the old ones
        self._count = len(steps)
        self._gap = (float(low[-1]), float(high[-1])) if np.isfinite(low[-1]) else None

    def _extremes(self, stays: slice) -> tuple[Floats, Floats]:
        """Return the least and greatest loss of each gap with its row, and of the rows after the last of them."""
        low, high = self._gap or (np.nan, np.nan)  # of rows already dropped after the last kept one
        lows = np.append(self._data[LOW, : self._count], low)
        highs = np.append(self._data[HIGH, : self._count], high)
        kept = np.arange(self._count)[stays]
        starts = np.append(0, kept + 1)  # a gap begins behind the row before it
        return np.fmin.reduceat(lows, starts), np.fmax.reduceat(highs, starts)


def _read_only(view: NDArray[T]) -> NDArray[T]:
    """Return a view through which nothing can be changed."""
    view.flags.writeable = False
    return view


def _plain(rows: Floats) -> list[list[float | None]]:
    """Return rows as lists, None for what was not computed."""
    if np.isnan(rows).any():
        return [[None if np.isnan(number) else number for number in row] for row in rows.tolist()]
    plain: list[list[float | None]] = rows.tolist()
    return plain


def _array(rows: list[list[float | None]], columns: int) -> Floats:
    """Return rows as an array (n, columns), NaN for what was not computed; raise a ValueError if they are none."""
    if any(len(row) != columns for row in rows) or not rows:
        raise ValueError("its rows have other columns than such a run has")
    return np.array(rows, dtype=np.float64)


def _all_finite(kept: Floats) -> bool:
    """Return whether all numbers of rows (n, columns) but the extremes of gaps are finite."""
    return bool(np.isfinite(np.delete(kept, (LOW, HIGH), axis=1)).all())


def _last_losses(record: RowsRecord, step: int, per_epoch: int) -> Floats:
    """Return the last stored losses, (2, n): steps and losses."""
    last = step // per_epoch
    count = len(record.losses)
    steps = [per_epoch * epoch for epoch in range(last + 1 - count, last + 1)]
    if not 0 < count <= min(RECENT, last + 1):
        raise ValueError("its last losses are not those of a run that has come so far")
    return np.array([steps, record.losses], dtype=np.float64)
