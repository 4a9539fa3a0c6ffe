"""Block: memory for the rows of consecutive steps, written by torch in place.

A row is one stretch of memory with parameters, gradient and optimizer's state, each of which begins
at a boundary. So a step writes its results straight to where they are kept, and a whole block goes
to the history at once, as numbers in a RowBlock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from neuroviz.core.lazy import torch
from neuroviz.core.types import Bools, Floats, Ints, Point, Tensor, Unique

# Where a stretch does not begin at the boundary of a register, BLAS takes its first numbers one by
# one and rounds differently from the middle. So all that a step reads and writes begins at a
# boundary, as fresh tensors do; then the same numbers give the same bits wherever in a block they
# stand.
BOUNDARY = 64
"""Bytes between boundaries: the alignment of torch's memory, and the width of the widest vector
registers."""


def padded(count: int, unit: int) -> int:
    """Return the least number ≥ ``count`` of units of ``unit`` bytes that ends at a boundary."""
    whole = BOUNDARY // math.gcd(BOUNDARY, unit)
    return -(-count // whole) * whole


class Block:
    """Rows 0 to ``size``; the steps of a block begin at row 0.

    Parameters
    ----------
    size
        Most steps in one block.
    width
        Number P of all parameters.
    states, scalars, scratch
        How many state tensors the optimizer has, how many numbers for one update, and how many
        tensors for intermediate results.
    """

    def __init__(
        self, size: int, width: int, states: int, scalars: int, scratch: int, dtype: torch.dtype
    ) -> None:
        self.size = size
        self._width = width
        with torch.inference_mode():
            self._room = torch.zeros(
                size + 1, 2 + states, padded(width, dtype.itemsize), dtype=dtype
            )
            self._scalars = torch.zeros(size + 1, scalars, dtype=dtype)
            self._scratch = tuple(torch.zeros(scratch, width, dtype=dtype))
        self._written: tuple[tuple[float, ...], int] | None = None
        self.points: list[Point] = []

    def grow(self, count: int) -> None:
        """Make the points of the first ``count`` rows, unless they exist."""
        with torch.inference_mode():
            for index in range(len(self.points), count):
                parameters, grad, *state = self._room[index, :, : self._width]
                scalars = tuple(self._scalars[index])
                self.points.append(Point(parameters, grad, tuple(state), scalars, self._scratch))

    def parameters(self, first: int, last: int) -> Tensor:
        """Return the parameters (last − first, P) of rows, as a view of the memory."""
        return self._room[first:last, 0, : self._width]

    def grads(self, first: int, last: int) -> Tensor:
        """Return the gradients (last − first, P) of rows, as a view of the memory."""
        return self._room[first:last, 1, : self._width]

    def numbers(self, count: int) -> Floats:
        """Return the first ``count`` rows in float64, (count, (2 + states)·P), as a copy."""
        rows: Floats = self._room[:count, :, : self._width].numpy().astype(np.float64)
        return rows.reshape(count, -1)

    def set_scalars(self, scalars: list[tuple[float, ...]]) -> None:
        """Set the numbers of the updates from rows 0, 1 ….

        Where all are the same, they are set only once.
        """
        first = scalars[0]
        count = len(scalars)
        uniform = scalars.count(first) == count
        if (
            uniform
            and self._written is not None
            and self._written[0] == first
            and self._written[1] >= count
        ):
            return
        self._scalars.numpy()[:count] = scalars
        self._written = (first, count) if uniform else None

    def write(self, index: int, numbers: Floats) -> None:
        """Set a whole row from numbers ((2 + states)·P,)."""
        with torch.inference_mode():
            self._room[index, :, : self._width].copy_(
                torch.from_numpy(numbers).view(-1, self._width)
            )

    def clear(self, index: int) -> None:
        """Set a whole row to 0, which is the optimizer's state at the start of a run."""
        with torch.inference_mode():
            self._room[index].zero_()

    def restart_from(self, index: int) -> None:
        """Copy a row to row 0."""
        with torch.inference_mode():
            self._room[0].copy_(self._room[index])


class Row(Unique):
    """One state of a run."""

    step: int
    """Updates done."""
    epoch: int
    """Whole epochs done."""
    loss: float | None
    """Mean loss over all samples; None inside an epoch of mini-batches, where it was not
    computed."""
    batch_loss: float
    learning_rate: float
    """The learning rate of the step taken from the row."""
    parameters: Floats
    """(P,), the bias last."""
    grad: Floats
    """(P,): the gradient of the step taken from the row."""
    state: Floats
    """(S, P): the optimizer's state in the order of its names."""


class RowBlock(Unique):
    """Consecutive rows of a run."""

    first_step: int
    """Step of the first row."""
    steps_per_epoch: int
    """Updates in one epoch."""
    width: int
    """Number P of all parameters."""
    losses: Floats
    """(n,): mean loss over all samples, NaN where it was not computed."""
    batch_losses: Floats
    learning_rates: Floats
    """(n,): the learning rate of the step taken from each row."""
    numbers: Floats
    """(n, (2 + S)·P): parameters, gradient and the optimizer's state of each row."""

    def __len__(self) -> int:
        return len(self.losses)

    @property
    def known(self) -> slice:
        """The rows whose loss over all samples was computed: the ends of epochs."""
        return slice(-self.first_step % self.steps_per_epoch, None, self.steps_per_epoch)

    @property
    def steps(self) -> Ints:
        """(n,): the step of every row."""
        return np.arange(self.first_step, self.first_step + len(self))

    @property
    def _unknown(self) -> Bools:
        return self.steps % self.steps_per_epoch != 0

    @property
    def parameters(self) -> Floats:
        """(n, P): the parameters of every row."""
        return self.numbers[:, : self.width]

    @property
    def grads(self) -> Floats:
        """(n, P): the gradient of every row."""
        return self.numbers[:, self.width : 2 * self.width]

    @property
    def columns(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Losses, batch losses, learning rates and numbers of the rows, in this order."""
        return self.losses, self.batch_losses, self.learning_rates, self.numbers

    def cut(self, first: int, last: int) -> RowBlock:
        """Return the rows from ``first`` to ``last``, exclusive."""
        return self._with(self.first_step + first, (each[first:last] for each in self.columns))

    @property
    def last(self) -> RowBlock:
        """The last row, as a block."""
        return self.cut(len(self) - 1, len(self))

    def copied(self) -> RowBlock:
        """Return a copy with memory of its own."""
        return self._with(self.first_step, (each.copy() for each in self.columns))

    def repeated(self, count: int) -> RowBlock:
        """Return the only row repeated for ``count`` consecutive steps."""
        return self._with(self.first_step, (each.repeat(count, axis=0) for each in self.columns))

    def then(self, other: RowBlock) -> RowBlock:
        """Return these rows and the rows that follow them as one block."""
        pairs = zip(self.columns, other.columns, strict=True)
        return self._with(self.first_step, map(np.concatenate, pairs))

    def _with(self, first_step: int, columns: Iterable[Floats]) -> RowBlock:
        return RowBlock(first_step, self.steps_per_epoch, self.width, *columns)

    def row(self, index: int) -> Row:
        """Return one row, with memory of its own."""
        loss = float(self.losses[index])
        step = self.first_step + index % len(self)
        parameters, grad, *state = self.numbers[index].reshape(-1, self.width).copy()
        return Row(
            step=step,
            epoch=step // self.steps_per_epoch,
            loss=None if np.isnan(loss) else loss,
            batch_loss=float(self.batch_losses[index]),
            learning_rate=float(self.learning_rates[index]),
            parameters=parameters,
            grad=grad,
            state=np.array(state).reshape(-1, self.width),
        )

    def still_at_the_end(self) -> int:
        """Return how many of the last steps changed no bit of parameters and optimizer state."""
        steps = len(self) - 1
        return next((back for back in range(steps) if self._moves(steps - 1 - back)), steps)

    def _moves(self, index: int) -> bool:
        # Compared as bits, since −0 differs from 0 and leads elsewhere.
        now = self.numbers[index].view(np.int64)
        then = self.numbers[index + 1].view(np.int64)
        changed = now != then
        width = self.width
        return bool(changed[:width].any() or changed[2 * width :].any())

    def first_not_finite(self) -> tuple[int, str] | None:
        """Return the first row with a number that is not finite, and the name of that part.

        It is None if all numbers are finite.
        """
        known = self.known
        if all(
            np.isfinite(part).all()
            for part in (self.numbers, self.batch_losses, self.losses[known])
        ):
            return None
        width = self.width
        losses = np.isfinite(self.batch_losses) & (np.isfinite(self.losses) | self._unknown)
        parts = {
            "parameters": _finite(self.parameters),
            "optimizer state": _finite(self.numbers[:, 2 * width :]),
            "loss": losses,
            "gradient": _finite(self.grads),
        }
        index = int((~np.logical_and.reduce(list(parts.values()))).argmax())
        return index, next(what for what, good in parts.items() if not good[index])


def _finite(numbers: Floats) -> Bools:
    """Return which rows (n,) of numbers (n, m) are finite."""
    return np.logical_and.reduce(np.isfinite(numbers), axis=1)
