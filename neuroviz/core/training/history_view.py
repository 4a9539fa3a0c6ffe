"""Rows: the history of a run at one moment, frozen."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from neuroviz.core.training.block import Row, RowBlock
from neuroviz.core.training.downsampling import outline
from neuroviz.core.types import Floats, Ints, Parameters, Unique

LOSS, LOW, HIGH, BATCH_LOSS, LEARNING_RATE, LOSS_COLUMNS = range(6)
"""Columns of the kept rows; behind them stand parameters, gradient and the optimizer's state."""

Window = tuple[float, float]


class Rows(Unique):
    """A view of the rows of a run at one moment; it does not change when the run goes on."""

    kept_steps: Ints
    kept: Floats
    """(n,) and (columns, n) of the rows that were left: step and numbers;
    the loss is NaN where none was computed.
    """
    newest: Row
    """The row the run is at."""
    steps_per_epoch: int
    """Updates in one epoch."""
    stride: int
    """Every so many steps a row is kept; 1 while all are."""
    last_loss: tuple[int, float]
    """Step and value of the last loss over all samples that was stored."""
    gap: tuple[float, float] | None = None
    """Least and greatest of the losses between the last kept row and the newest;
    None if there were none."""

    def __len__(self) -> int:
        return len(self.kept_steps) + 1

    @property
    def end(self) -> float:
        """The epoch, with its fraction, at which the run is."""
        return self.newest.step / self.steps_per_epoch

    def kept_parameters(self, *, grad: bool = False) -> Floats:
        """Return the parameters of the kept rows, or their gradients, (P, n), as a view."""
        first = LOSS_COLUMNS + (self._width if grad else 0)
        return self.kept[first : first + self._width]

    # --- whole columns, for files and figures -----------------------------------------------------

    @cached_property
    def steps(self) -> Ints:
        """(n + 1,): the step of every row."""
        return np.append(self.kept_steps, self.newest.step)

    @cached_property
    def epochs(self) -> Floats:
        """(n + 1,): passes over the data at every row, with their fraction, for an axis."""
        return self.steps / self.steps_per_epoch

    def parameter(self, index: int) -> Floats:
        """Return one parameter over all rows, (n + 1,)."""
        return np.append(self.kept_parameters()[index], self.newest.parameters[index])

    def grad(self, index: int) -> Floats:
        """Return one component of the gradient over all rows, (n + 1,)."""
        return np.append(self.kept_parameters(grad=True)[index], self.newest.grad[index])

    @cached_property
    def loss(self) -> np.ma.MaskedArray:
        """(n + 1,): the stored losses, masked where none was computed."""
        return np.ma.masked_invalid(np.append(self.kept[LOSS], _number(self.newest.loss)))

    @cached_property
    def loss_curve(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Epochs, stored losses, and the least and greatest loss since the row before.

        Each (m,).
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
            What the parameters are; None for those of one neuron.
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
        """Return what there was when the run stood at a row of its own.

        Without copying the kept rows.
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
        """Return epochs and values of one parameter, or of its component of the gradient.

        At most ``2·most + 5`` points with the same outline.

        Parameters
        ----------
        index
            Of the parameter, 0 … P − 1, the bias last.
        most
            Pixel columns of the plot, from 1.
        window
            Epochs in sight; None for all.
        """
        seen = self._seen(slice(None), window)
        kept = self.kept_parameters(grad=grad)[index][seen]
        chosen, values = outline(kept, kept, most)
        epochs = np.append(self.kept_steps[seen][chosen], self.newest.step) / self.steps_per_epoch
        newest = self.newest.grad if grad else self.newest.parameters
        return epochs, np.append(values, newest[index])

    def drawn_map(self, most: int, *, grad: bool = False) -> Floats:
        """Return all parameters, or their gradients, (P, m).

        Of m ≤ ``most`` evenly spaced steps the nearest rows.
        The first and the newest row are among them.
        """
        nearest = self._nearest(min(most, len(self)))
        kept = self.kept_parameters(grad=grad).take(nearest, axis=1)
        return np.column_stack((kept, self.newest.grad if grad else self.newest.parameters))

    def spread(self, most: int) -> NDArray[np.intp]:
        """Return indices of fewer than ``most`` kept rows.

        Evenly spaced over the steps, each once.
        """
        return np.unique(self._nearest(min(most, len(self))))

    def drawn_loss(self, most: int, window: Window | None = None) -> tuple[Floats, Floats]:
        """Return epochs and stored losses for a curve.

        With the extremes of what was left out between them.
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
        """The extremes of the gap and the last stored loss.

        Where it is of a row behind the kept ones.
        """
        step, loss = self.last_loss
        behind = not len(self.kept_steps) or step > self.kept_steps[-1]
        return (*(self.gap or ()), loss) if behind else ()

    def _seen(self, rows: slice, window: Window | None) -> slice:
        """Return which of these kept rows are in sight.

        One more on each side, so that lines run to the edge.
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
        """Return the kept rows nearest to so many evenly spaced steps but the last.

        That is the newest row.
        """
        wanted = np.linspace(0, self.newest.step, count)[:-1]
        after = np.searchsorted(self.kept_steps, wanted).clip(0, len(self.kept_steps) - 1)
        before = (after - 1).clip(0)
        nearer = wanted - self.kept_steps[before] < self.kept_steps[after] - wanted
        return np.where(nearer, before, after)

    @property
    def _known(self) -> slice:
        """The kept rows whose loss was computed; thinning leaves whole epochs only."""
        if self.stride > 1 or not len(self.kept_steps):
            return slice(None)
        return slice(int(-self.kept_steps[0] % self.steps_per_epoch), None, self.steps_per_epoch)

    @property
    def _width(self) -> int:
        return len(self.newest.parameters)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
