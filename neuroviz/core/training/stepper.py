"""Stepper: takes a block of steps at a time and gives their rows as numbers.

Steps are taken in the fast way where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.edits import changed, editable
from neuroviz.core.choices.settings import LIMITS, Settings
from neuroviz.core.lazy import torch, use_threads_for
from neuroviz.core.model.model import dtype_of, initial_parameters, model_of
from neuroviz.core.training.batches import Batches
from neuroviz.core.training.block import Block, Row, RowBlock
from neuroviz.core.training.step import FastStep, ReadableStep, Step, fast_step
from neuroviz.core.types import Point, Thunk, Thunks

_DATA = {"task", "data"}
_SERVED = {"weights", "bias", "init", "seed", *_DATA}
"""Choices in which runs may differ that share tensors, besides hyperparameters and limits."""
_STEPS = 512
"""Most steps in a block, unless fewer are asked for."""
_HIDDEN_STEPS = 48
"""Most with a hidden layer: its steps have so many calls that those of more would not stay in the
processor's cache until the next block makes them again."""
_FIRST_PACE = 2000.0
_NUMBERS = 2**18
"""Numbers in each buffer of a block; where more would be needed, a block has fewer steps."""


class Stepper:
    """The tensors of a run, and what is done to them.

    Row 0 of the block is where the run is. After steps have been taken, :meth:`accept` must be
    called with the number of them that count.

    Parameters
    ----------
    readable
        Whether autograd is to take the steps even where there is a fast way.
    at_most
        Most steps in a block.
    """

    def __init__(
        self, settings: Settings, *, readable: bool = False, at_most: int = _STEPS
    ) -> None:
        self._settings = settings
        self._code = settings.optimizer_entry.code
        self._model = model_of(settings)
        self._per_epoch = settings.steps_per_epoch
        self._width = settings.parameters.count
        self._numbers_per_step = settings.samples_per_step * self._width
        self.size = min(at_most, _block_size(settings))
        """Most steps that can be taken at once."""
        self.pace = _FIRST_PACE / (self._width if settings.optimizer_entry.search else 1)
        """Steps a second, as last timed."""
        self._block = block_of(settings, self.size)
        self._batches = Batches(settings, self.size, dtype_of(settings))
        way = fast_step if self._model.fast and not readable else ReadableStep
        self._use(way(self._model, self._block, self._batches))

    def take_over(self, settings: Settings) -> bool:
        """Serve another run; return False if these tensors cannot, and are of no more use.

        The run may differ in its start, its hyperparameters, its limits, and the numbers of its
        data.
        """
        differs = set(changed(self._settings, settings))
        if not differs <= {*_SERVED, *LIMITS, *editable(settings)}:
            return False
        if differs & _DATA and not (self._batches.take_over(settings) and self._way.take_over()):
            return False
        self._settings = settings
        self._batches.settings = settings
        return True

    @property
    def fast(self) -> bool:
        """Whether the steps are taken in the fast way."""
        return isinstance(self._way, FastStep)

    def begin(self, start: Row | None, rate: float) -> RowBlock:
        """Go to a kept row, or to the start of the run, and return that row as numbers."""
        step = start.step if start else 0
        use_threads_for(self._numbers_per_step)
        self._block.grow(1)
        self._batches.gather(0, step, 1)
        with torch.inference_mode():
            if start is None:
                self._block.clear(0)
                self._block.points[0].parameters.copy_(initial_parameters(self._settings))
            else:
                self._block.write(
                    0, np.concatenate((start.parameters, start.grad, start.state.ravel()))
                )
            self._do(lambda: self._tape.evaluation(0, step), 0, 1)
            if start is not None:  # with what accumulated before, where it is not set to 0
                self._block.points[0].grad.copy_(torch.from_numpy(start.grad))
            return self._rows(0, step, np.array([rate]))

    def take(
        self, newest: RowBlock, rates: list[float], hyperparameters: Mapping[str, float]
    ) -> RowBlock:
        """Take steps; return the row they begin at and the rows after each of them.

        Parameters
        ----------
        newest
            The row that the run is at.
        rates
            Learning rate of the step taken from each of the rows that are returned.
        hyperparameters
            Values in force by name; the learning rate is in ``rates``.
        """
        first = newest.first_step
        steps = len(rates) - 1
        use_threads_for(self._numbers_per_step)
        self._block.grow(steps + 1)
        self._batches.gather(1, first + 1, steps)
        self._block.set_scalars(self._scalars(first, rates[:-1], hyperparameters))
        with torch.inference_mode():
            self._do(lambda: self._tape.steps(first, steps, hyperparameters), 1, steps + 1)
            return newest.then(self._rows(1, first + 1, np.array(rates[1:])))

    def accept(self, steps: int) -> None:
        """Move the run on by the first ``steps`` of the steps last taken."""
        self._block.restart_from(steps)

    def _do(self, calls: Callable[[], Iterable[Thunk]], first: int, last: int) -> None:
        """Write rows from ``first`` to ``last``, exclusive.

        They are done again, with care, where numbers got too small.
        """
        self._way.make_ready(first, last)
        _call(calls())
        careful = self._way.instead(first, last)
        if careful is not None:
            self._use(careful)
            self._way.make_ready(first, last)
            _call(calls())

    def _use(self, way: Step) -> None:
        self._way = way
        self._tape = Tape(self._block, self._batches, self._settings, way.evaluate)

    def _scalars(
        self, first: int, rates: list[float], hyperparameters: Mapping[str, float]
    ) -> list[tuple[float, ...]]:
        """Return the optimizer's numbers for each step."""
        scalars = self._code.scalars
        if not self._code.counts and rates.count(rates[0]) == len(rates):
            return [scalars(rates[0], hyperparameters, first)] * len(rates)
        return [
            scalars(rate, hyperparameters, step) for step, rate in enumerate(rates, start=first)
        ]

    def _rows(self, first: int, first_step: int, rates: np.ndarray) -> RowBlock:
        """Return rows of the block as numbers, from ``first`` on, which is at ``first_step``."""
        last = first + len(rates)
        batch_losses = self._way.batch_losses(first, last, first_step).to(torch.float64).numpy()
        losses = batch_losses
        if not self._batches.full:
            losses = np.full(len(rates), np.nan)
            ends = range(first + -first_step % self._per_epoch, last, self._per_epoch)
            if ends:
                losses[ends.start - first :: self._per_epoch] = self._way.full_losses(ends).numpy()
        numbers = self._block.numbers(last)[first:]
        return RowBlock(
            first_step, self._per_epoch, self._width, losses, batch_losses, rates, numbers
        )


def _call(calls: Iterable[Thunk]) -> None:
    for call in calls:
        call()


def _block_size(settings: Settings) -> int:
    """Return the number of steps in a block."""
    width = settings.parameters.count
    samples = settings.samples_per_step
    numbers = max(samples if settings.batch_size == "full" else samples * width, 4 * width)
    return max(1, min(_HIDDEN_STEPS if settings.hidden else _STEPS, _NUMBERS // numbers))


def block_of(settings: Settings, size: int) -> Block:
    """Return a block with room for ``size`` steps of a run."""
    optimizer = settings.optimizer_entry
    scalars = len(optimizer.code.numbers)
    return Block(
        size,
        settings.parameters.count,
        len(optimizer.state),
        scalars,
        optimizer.code.scratch,
        dtype_of(settings),
    )


Evaluate = Callable[[int, bool], "Thunks"]


def update_calls(
    batches: Batches, now: Point, then: Point, hyperparameters: Mapping[str, float]
) -> Thunks:
    """Return the calls of the optimizer's update.

    In gradient ascent they get −gradient, as with ``maximize``.
    """
    settings = batches.settings
    calls = partial(settings.optimizer_entry.code.calls, loss_of=batches.loss_of)
    if not settings.breaks_it("ascent"):
        return calls(now, then, hyperparameters)
    turned = torch.empty_like(now.grad)
    return (
        partial(torch.neg, now.grad, out=turned),
        *calls(replace(now, grad=turned), then, hyperparameters),
    )


class Tape:
    """The calls, in order, that take steps from row 0 of a block.

    Parameters
    ----------
    evaluate
        ``evaluate(row, short)``: the calls that write the gradient of a row.
    """

    def __init__(
        self, block: Block, batches: Batches, settings: Settings, evaluate: Evaluate
    ) -> None:
        self._block = block
        self._batches = batches
        self._settings = settings
        self._evaluate = evaluate
        self._accumulates = settings.breaks_it("no_zero_grad")
        self._evaluations: dict[tuple[int, bool], Thunks] = {}
        self._updates: list[Thunks] = []
        self._bound: dict[str, float] = {}
        self._calls: list[Thunk] = []
        self._ends: list[int] = []

    def evaluation(self, row: int, step: int) -> Thunks:
        """Return the calls that write the gradient of a row, which is at a step."""
        key = row, self._batches.is_short(step)
        if key not in self._evaluations:
            self._evaluations[key] = self._evaluate(*key)
        return self._evaluations[key]

    def steps(
        self, first_step: int, count: int, hyperparameters: Mapping[str, float]
    ) -> list[Thunk]:
        """Return the calls of ``count`` steps, the first of them from ``first_step``.

        The calls of the block before are used again, as long as they would be the same.
        """
        bound = {name: value for name, value in hyperparameters.items() if name != "learning_rate"}
        if bound != self._bound:
            self._updates = []
            self._bound = bound
            self._calls = []
            self._ends = []
        if self._batches.last_is_short:
            self._calls = []
            self._ends = []
        for row in range(len(self._ends), count):
            self._calls += self._update(row)
            self._calls += self.evaluation(row + 1, first_step + row + 1)
            self._calls += self._accumulation(row)
            self._ends.append(len(self._calls))
        end = self._ends[count - 1]
        return self._calls if end == len(self._calls) else self._calls[:end]

    def _accumulation(self, row: int) -> Thunks:
        """Return the call that adds the gradient of the row before, if that is not set to 0."""
        if not self._accumulates:
            return ()
        now = self._block.points[row]
        then = self._block.points[row + 1]
        return (partial(then.grad.add_, now.grad),)

    def _update(self, row: int) -> Thunks:
        if row == len(self._updates):
            now = self._block.points[row]
            then = self._block.points[row + 1]
            self._updates.append(update_calls(self._batches, now, then, self._bound))
        return self._updates[row]
