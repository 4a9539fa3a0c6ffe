"""Rows: the history of a run at one moment, frozen."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from neuroviz.core.training.block import Row, RowBlock
from neuroviz.core.types import Floats, Ints, Parameters, Unique

Ends = tuple[Ints, Floats]
"""Indices and values, (k, 2) each, of the least and the greatest point of each of k blocks."""
_NONE: Ends = (np.empty((0, 2), dtype=np.int64), np.empty((0, 2)))


def outline(low: Floats, high: Floats, most: int) -> tuple[Ints, Floats]:
    """Return indices and values of at most ``2·most + 4`` points with the outline of a curve.

    The values must be evenly spaced. They are divided into blocks, and of each block the least and
    the greatest are kept, so that no spike is lost; the first and the last value are kept too.

    Parameters
    ----------
    low, high
        (N,): the extremes of the curve since the previous point; the same array where all points
        are known.
    most
        Pixel columns, from 1.
    """
    count = len(low)
    size = _size_of_blocks(count, most)
    if size <= 2 and (low is high or not count):
        return np.arange(count), low
    whole = count // size * size
    ends = [_ends(low[:whole], high, 0, size), _ends(low, high, whole, count - whole)]
    indices, values = zip(*ends, strict=True)
    last = low if low[-1] < low[-2:][0] else high
    return (
        np.concatenate(([0], *map(np.ravel, indices), [count - 1])),
        np.concatenate((low[:1], *map(np.ravel, values), last[-1:])),
    )


def _size_of_blocks(count: int, most: int) -> int:
    """Return the number of points in a block, 1 … 7 times a power of 2.

    Such sizes change seldom while a curve grows.
    """
    size = -(-count // max(1, most))
    step = 1 << max(0, size.bit_length() - 3)
    return -(-size // step) * step


def _ends(low: Floats, high: Floats, start: int, size: int) -> Ends:
    """Return the least and the greatest of each block of points, in the order they occur.

    Where both lie between the same two points, a curve that falls has the greatest first.
    """
    if start >= len(low):
        return _NONE
    blocks = low[start:].reshape(-1, size)
    starts = start + size * np.arange(len(blocks))
    least = starts + blocks.argmin(axis=1)
    greatest = starts + high[start : start + blocks.size].reshape(-1, size).argmax(axis=1)
    indices = np.column_stack((least, greatest))
    values = np.column_stack((low[least], high[greatest]))
    falls = low[least] < low[(least - 1).clip(0)]
    turned = (least > greatest) | ((least == greatest) & falls)
    indices[turned] = indices[turned, ::-1]
    values[turned] = values[turned, ::-1]
    return indices, values


LOSS, LOW, HIGH, BATCH_LOSS, LEARNING_RATE, LOSS_COLUMNS = range(6)
"""Columns of the kept rows; after them come parameters, gradient and the optimizer's state."""

Window = tuple[float, float]


class Rows(Unique):
    """The rows of a run at one moment, as a view that does not change when the run goes on."""

    kept_steps: Ints
    kept: Floats
    """(n,) and (columns, n): step and numbers of the kept rows; the loss is NaN where none was
    computed."""
    newest: Row
    """The row that the run is at."""
    steps_per_epoch: int
    """Updates in one epoch."""
    stride: int
    """Steps from one kept row to the next; 1 while all are kept."""
    last_loss: tuple[int, float]
    """Step and value of the last stored loss over all samples."""
    gap: tuple[float, float] | None = None
    """Least and greatest loss between the last kept row and the newest; None if there is none."""

    def __len__(self) -> int:
        return len(self.kept_steps) + 1

    @property
    def end(self) -> float:
        """The epoch that the run is at, with its fraction."""
        return self.newest.step / self.steps_per_epoch

    def kept_parameters(self, *, grad: bool = False) -> Floats:
        """Return the parameters of the kept rows, or their gradients, as a view (P, n)."""
        first = LOSS_COLUMNS + (self._width if grad else 0)
        return self.kept[first : first + self._width]

    # --- whole columns, for files and figures -----------------------------------------------------

    @cached_property
    def steps(self) -> Ints:
        """(n + 1,): the step of every row."""
        return np.append(self.kept_steps, self.newest.step)

    @cached_property
    def epochs(self) -> Floats:
        """(n + 1,): passes over the data at every row, with their fraction."""
        return self.steps / self.steps_per_epoch

    def parameter(self, index: int) -> Floats:
        """Return one parameter over all rows, (n + 1,)."""
        return np.append(self.kept_parameters()[index], self.newest.parameters[index])

    def grad(self, index: int) -> Floats:
        """Return one component of the gradient over all rows, (n + 1,)."""
        return np.append(self.kept_parameters(grad=True)[index], self.newest.grad[index])

    def parameters(self) -> Floats:
        """Return all parameters over all rows, (n + 1, P)."""
        return np.vstack((self.kept_parameters().T, self.newest.parameters))

    @cached_property
    def losses(self) -> Floats:
        """(n + 1,): the stored losses, NaN where none was computed."""
        return np.append(self.kept[LOSS], np.nan if self.newest.loss is None else self.newest.loss)

    @property
    def loss(self) -> np.ma.MaskedArray:
        """(n + 1,): the stored losses, masked where none was computed."""
        return np.ma.masked_invalid(self.losses)

    @cached_property
    def loss_curve(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Epochs, stored losses, and the least and the greatest loss since the row before.

        Each has the shape (m,).
        """
        known = self._known
        steps, values, low, high = self.kept_steps[known], *self.kept[[LOSS, LOW, HIGH]][:, known]
        if self._tail:
            steps = np.append(steps, self.last_loss[0])
            values = np.append(values, self.last_loss[1])
            low = np.append(low, min(self._tail))
            high = np.append(high, max(self._tail))
        return steps / self.steps_per_epoch, values, low, high

    def columns(
        self, parameters: Parameters | None = None
    ) -> dict[str, Ints | Floats | np.ma.MaskedArray]:
        """Return all numbers of the history by the names of the CSV's columns.

        Parameters
        ----------
        parameters
            The parameters, for their names; None for those of one neuron.
        """
        names = (parameters or Parameters(self._width - 1)).names
        result: dict[str, Ints | Floats | np.ma.MaskedArray] = {
            "step": self.steps,
            "epoch": self.steps // self.steps_per_epoch,
            "loss": self.loss,
            "batch_loss": np.append(self.kept[BATCH_LOSS], self.newest.batch_loss),
            "learning_rate": np.append(self.kept[LEARNING_RATE], self.newest.learning_rate),
        }
        result.update({name: self.parameter(i) for i, name in enumerate(names)})
        result.update({f"grad_{name}": self.grad(i) for i, name in enumerate(names)})
        return result

    # --- single rows ------------------------------------------------------------------------------

    def kept_before(self, step: int) -> Row:
        """Return the last kept row at or before a step."""
        if step >= self.newest.step:
            return self.newest
        index = int(np.searchsorted(self.kept_steps, step, side="right")) - 1
        return self.kept_block(index, index + 1).row(0)

    def kept_block(self, first: int, last: int) -> RowBlock:
        """Return the kept rows from ``first`` to ``last``, exclusive, as a block."""
        kept = self.kept[:, first:last]
        columns = (kept[LOSS], kept[BATCH_LOSS], kept[LEARNING_RATE], kept[LOSS_COLUMNS:].T)
        return RowBlock(int(self.kept_steps[first]), self.steps_per_epoch, self._width, *columns)

    def until(self, row: Row) -> Rows:
        """Return the rows as they were when the run stood at one of them.

        The kept rows are not copied.
        """
        if row.step >= self.newest.step:
            return self
        index = int(np.searchsorted(self.kept_steps, row.step))
        losses = self.kept[LOSS, :index]
        if row.loss is not None:
            last = row.step, row.loss
        else:
            known = int(np.flatnonzero(np.isfinite(losses))[-1])
            last = int(self.kept_steps[known]), float(losses[known])
        steps = self.kept_steps[:index]
        kept = self.kept[:, :index]
        return replace(self, kept_steps=steps, kept=kept, newest=row, last_loss=last, gap=None)

    # --- what a picture can show ------------------------------------------------------------------

    def drawn_parameter(
        self, index: int, most: int, window: Window | None = None, *, grad: bool = False
    ) -> tuple[Floats, Floats]:
        """Return epochs and values of a parameter, or of its gradient, to be drawn.

        There are at most ``2·most + 5`` points, with the same outline.

        Parameters
        ----------
        index
            Index of the parameter, 0 … P − 1, the bias last.
        most
            Pixel columns of the plot, from 1.
        window
            First and last visible epoch; None for all.
        """
        seen = self._seen(slice(None), window)
        kept = self.kept_parameters(grad=grad)[index][seen]
        chosen, values = outline(kept, kept, most)
        epochs = np.append(self.kept_steps[seen][chosen], self.newest.step) / self.steps_per_epoch
        newest = self.newest.grad if grad else self.newest.parameters
        return epochs, np.append(values, newest[index])

    def drawn_map(self, most: int, *, grad: bool = False) -> Floats:
        """Return all parameters, or their gradients, (P, m), with m ≤ ``most``.

        They are those of the rows nearest to evenly spaced steps, the first and the newest row
        among them.
        """
        nearest = self._nearest(min(most, len(self)))
        kept = self.kept_parameters(grad=grad).take(nearest, axis=1)
        return np.column_stack((kept, self.newest.grad if grad else self.newest.parameters))

    def spread(self, most: int) -> NDArray[np.intp]:
        """Return the indices of fewer than ``most`` kept rows, evenly spaced over the steps."""
        return np.unique(self._nearest(min(most, len(self))))

    def drawn_loss(self, most: int, window: Window | None = None) -> tuple[Floats, Floats]:
        """Return epochs and stored losses for a curve.

        The extremes of the rows between two drawn ones are among them.
        """
        seen = self._seen(self._known, window)
        low = high = self.kept[LOSS][seen]
        if self.stride > 1:
            low = self.kept[LOW][seen]
            high = self.kept[HIGH][seen]
        chosen, values = outline(low, high, most)
        steps = self.kept_steps[seen][chosen]
        steps = np.append(steps, [self.last_loss[0]] * len(self._tail))
        return steps / self.steps_per_epoch, np.append(values, self._tail)

    @property
    def _tail(self) -> tuple[float, ...]:
        """The extremes of the gap and the last stored loss, where it comes after the kept rows."""
        step, loss = self.last_loss
        behind = not len(self.kept_steps) or step > self.kept_steps[-1]
        gap = sorted(self.gap or (), key=lambda extreme: -abs(extreme - loss))
        return (*gap, loss) if behind else ()

    def _seen(self, rows: slice, window: Window | None) -> slice:
        """Return the slice of these kept rows that is visible.

        It has one more row on each side, so that lines run to the edge.
        """
        if window is None:
            return rows
        start = rows.start or 0
        step = rows.step or 1
        first, last = np.searchsorted(
            self.kept_steps[rows], [epoch * self.steps_per_epoch for epoch in window]
        )
        return slice(start + max(0, int(first) - 1) * step, start + (int(last) + 1) * step, step)

    def _nearest(self, count: int) -> NDArray[np.intp]:
        """Return the kept rows nearest to evenly spaced steps, without the last of these.

        The last one is at the newest row, which is not a kept one.
        """
        wanted = np.linspace(0, self.newest.step, count)[:-1]
        after = np.searchsorted(self.kept_steps, wanted).clip(0, len(self.kept_steps) - 1)
        before = (after - 1).clip(0)
        nearer = wanted - self.kept_steps[before] < self.kept_steps[after] - wanted
        return np.where(nearer, before, after)

    @property
    def _known(self) -> slice:
        """The kept rows whose loss was computed; thinning leaves only whole epochs."""
        if self.stride > 1 or not len(self.kept_steps):
            return slice(None)
        return slice(int(-self.kept_steps[0] % self.steps_per_epoch), None, self.steps_per_epoch)

    @property
    def _width(self) -> int:
        return len(self.newest.parameters)
