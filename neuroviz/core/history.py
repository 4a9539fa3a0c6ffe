"""History: the rows of a run, in columns, bounded in memory.

Row k is the state after k updates: its parameters, the loss over all samples there, and of the step that leaves
it the learning rate, the loss of its batch and the gradient. The newest row is held apart until it is left, so
that what has been handed out never changes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.tasks import Floats

__all__ = ["History", "Row", "Rows"]

T = TypeVar("T", bound=np.generic)

MAX_ROWS = 2**17
"""Kept rows of a small neuron."""
MAX_BYTES = 32 * 2**20
"""Memory of the kept rows of a wide one."""
_RECENT = 64
_LOSS, _LOW, _HIGH, _BATCH_LOSS, _LEARNING_RATE, _PARAMETERS = range(6)


@dataclass(frozen=True, eq=False)
class Row:
    """One state of a run.

    Parameters
    ----------
    step, epoch
        Updates and whole epochs done.
    loss
        Mean loss over all samples; None inside an epoch of mini-batches, where it was not computed.
    batch_loss, learning_rate, grad
        Of the step that leaves the row; grad is (P,).
    parameters
        (P,), the bias last.
    """

    step: int
    epoch: int
    loss: float | None
    batch_loss: float
    learning_rate: float
    parameters: Floats
    grad: Floats


@dataclass(frozen=True, eq=False)
class Rows:
    """A view of the rows of a run at one moment; it does not change when the run goes on.

    Parameters
    ----------
    kept_steps, kept, known
        (n,), (columns, n) and (n,) of the rows that were left: step, numbers, and whether the loss was computed.
    newest
        The row the run is at.
    steps_per_epoch
        Updates in one epoch.
    stride
        Every so many steps a row is kept; 1 while all are.
    gap
        Least and greatest of the losses between the last kept row and the newest; None if there were none.
    """

    kept_steps: NDArray[np.int64]
    kept: Floats
    known: NDArray[np.bool_]
    newest: Row
    steps_per_epoch: int
    stride: int
    gap: tuple[float, float] | None = None

    def __len__(self) -> int:
        return len(self.kept_steps) + 1

    @cached_property
    def steps(self) -> NDArray[np.int64]:
        """(n + 1,): the step of every row."""
        return np.append(self.kept_steps, self.newest.step)

    @cached_property
    def epochs(self) -> Floats:
        """(n + 1,): passes over the data at every row, with their fraction, for an axis."""
        return self.steps / self.steps_per_epoch

    def parameter(self, index: int) -> Floats:
        """Return one parameter over all rows, (n + 1,)."""
        return np.append(self.kept[_PARAMETERS + index], self.newest.parameters[index])

    def grad(self, index: int) -> Floats:
        """Return one component of the gradient over all rows, (n + 1,)."""
        width = len(self.newest.parameters)
        return np.append(self.kept[_PARAMETERS + width + index], self.newest.grad[index])

    @cached_property
    def loss(self) -> np.ma.MaskedArray:
        """(n + 1,): the stored losses, masked where none was computed."""
        values = np.append(self.kept[_LOSS], self.newest.loss or 0.0)
        return np.ma.MaskedArray(values, mask=~np.append(self.known, self.newest.loss is not None))

    @cached_property
    def loss_curve(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Epochs, stored losses, and the least and greatest loss since the row before; each (m,)."""
        loss = self.newest.loss
        chosen = slice(None) if self.known.all() else self.known
        steps, values, low, high = self.kept_steps, self.kept[_LOSS], self.kept[_LOW], self.kept[_HIGH]
        if loss is None:
            return steps[chosen] / self.steps_per_epoch, values[chosen], low[chosen], high[chosen]
        around = (loss, *(self.gap or ()))
        epochs = np.append(steps[chosen], self.newest.step) / self.steps_per_epoch
        losses = np.append(values[chosen], loss)
        if self.stride == 1:  # no gaps: one column is all three
            return epochs, losses, losses, losses
        return epochs, losses, np.append(low[chosen], min(around)), np.append(high[chosen], max(around))

    def columns(self) -> dict[str, NDArray[np.int64] | Floats | np.ma.MaskedArray]:
        """Return all numbers of the history by the names of the CSV's columns."""
        width = len(self.newest.parameters)
        names = (*(f"w{i + 1}" for i in range(width - 1)), "b")
        result: dict[str, NDArray[np.int64] | Floats | np.ma.MaskedArray] = {
            "step": self.steps,
            "epoch": self.steps // self.steps_per_epoch,
            "loss": self.loss,
            "batch_loss": np.append(self.kept[_BATCH_LOSS], self.newest.batch_loss),
            "learning_rate": np.append(self.kept[_LEARNING_RATE], self.newest.learning_rate),
        }
        result.update({name: self.parameter(i) for i, name in enumerate(names)})
        result.update({f"grad_{name}": self.grad(i) for i, name in enumerate(names)})
        return result


class History:
    """Take the rows of a run one by one and keep a bounded number of them.

    Beyond the cap every second row is dropped (in the first thinning of a run of mini-batches all but the ends
    of epochs); row 0 and the newest always stay, and a kept row knows the extremes of the loss in the gap
    before it.

    Parameters
    ----------
    parameters
        P.
    steps_per_epoch
        Updates in one epoch.
    max_rows
        The cap; a wide neuron has a lower one, by its bytes.
    """

    def __init__(self, parameters: int, steps_per_epoch: int, max_rows: int = MAX_ROWS) -> None:
        self._columns = _PARAMETERS + 2 * parameters
        self._max_rows = max(64, min(max_rows, MAX_BYTES // (8 * self._columns)))
        self._parameters, self._steps_per_epoch = parameters, steps_per_epoch
        self._stride, self._count = 1, 0
        self._data: Floats = np.zeros((self._columns, 1024))
        self._steps: NDArray[np.int64] = np.zeros(1024, dtype=np.int64)
        self._known: NDArray[np.bool_] = np.zeros(1024, dtype=np.bool_)
        self._newest: Row | None = None
        self._gap: tuple[float, float] | None = None
        self.recent_rows: deque[Row] = deque(maxlen=_RECENT)
        """The last rows, the newest included, whether kept or not."""
        self.recent_losses: deque[tuple[int, float]] = deque(maxlen=_RECENT)
        """(step, loss) of the last stored losses, the newest included."""

    @property
    def newest(self) -> Row:
        """The row the run is at."""
        if self._newest is None:
            raise LookupError("the history has no row yet")
        return self._newest

    @property
    def size(self) -> int:
        """Bytes of the kept rows."""
        return self._data.nbytes + self._steps.nbytes + self._known.nbytes

    def push(self, row: Row) -> None:
        """Add the next row; the one before it is settled by that."""
        if self._newest is not None:
            self._settle(self._newest)
        self._newest = row
        self.recent_rows.append(row)
        if row.loss is not None:
            self.recent_losses.append((row.step, row.loss))

    def replace_newest(self, row: Row) -> None:
        """Put a corrected row in place of the newest, whose step it must have."""
        if row.step != self.newest.step:
            raise ValueError("only the newest row can be replaced")
        self._newest = self.recent_rows[-1] = row

    def rows(self) -> Rows:
        """Return what there is now, without copying the kept rows."""
        return Rows(
            _read_only(self._steps[: self._count]),
            _read_only(self._data[:, : self._count]),
            _read_only(self._known[: self._count]),
            self.newest,
            self._steps_per_epoch,
            self._stride,
            self._gap,
        )

    def _grow(self) -> None:
        """Double the room, up to the cap; what was handed out keeps the old columns."""
        more = min(self._count, self._max_rows - self._count)
        self._data = np.pad(self._data, ((0, 0), (0, more)))
        self._steps, self._known = np.pad(self._steps, (0, more)), np.pad(self._known, (0, more))

    def _settle(self, row: Row) -> None:
        if row.step % self._stride:
            self._widen_gap(row)
            return
        if self._count == self._max_rows:
            self._thin()
            self._settle(row)
            return
        if self._count == len(self._steps):
            self._grow()
        self._keep(row)

    def _widen_gap(self, row: Row) -> None:
        if row.loss is not None:
            low, high = self._gap or (row.loss, row.loss)
            self._gap = min(low, row.loss), max(high, row.loss)

    def _keep(self, row: Row) -> None:
        index, loss = self._count, row.loss or 0.0
        self._widen_gap(row)
        low, high = self._gap or (0.0, 0.0)
        self._data[:_PARAMETERS, index] = loss, low, high, row.batch_loss, row.learning_rate
        self._data[_PARAMETERS : _PARAMETERS + self._parameters, index] = row.parameters
        self._data[_PARAMETERS + self._parameters :, index] = row.grad
        self._steps[index], self._known[index] = row.step, row.loss is not None
        self._count, self._gap = index + 1, None

    def _thin(self) -> None:
        """Double the stride (go to whole epochs at first); move the extremes of what goes to what stays."""
        first_of_batches = self._stride == 1 and self._steps_per_epoch > 1
        self._stride = self._steps_per_epoch if first_of_batches else 2 * self._stride
        stays = np.flatnonzero(self._steps[: self._count] % self._stride == 0)
        low, high = self._extremes(stays)
        self._data, self._steps, self._known = self._data[:, stays], self._steps[stays], self._known[stays]
        # The last of the sums belongs to rows after the last that stays: the gap before the next kept row.
        self._data[_LOW], self._data[_HIGH] = low[:-1], high[:-1]
        self._gap = (low[-1], high[-1]) if np.isfinite(low[-1]) else None
        self._count = len(stays)

    def _extremes(self, stays: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return the least and greatest loss of each gap with its row, and of the rows after the last of them."""
        known = self._known[: self._count]
        open_low, open_high = self._gap or (np.inf, -np.inf)  # of rows already dropped after the last kept one
        low = np.append(np.where(known, self._data[_LOW, : self._count], np.inf), open_low)
        high = np.append(np.where(known, self._data[_HIGH, : self._count], -np.inf), open_high)
        starts = np.append(0, stays + 1)  # a gap begins behind the row before it
        return np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)


def _read_only(view: NDArray[T]) -> NDArray[T]:
    """Return a view through which nothing can be changed."""
    view.flags.writeable = False
    return view
