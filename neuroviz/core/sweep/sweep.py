"""Sweep: the neurons of a grid trained together, and their losses."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.growth import must_grow
from neuroviz.core.diagnosis.states import flat_by_nature
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.lazy import load_torch, use_threads_for
from neuroviz.core.model.model import dtype_of
from neuroviz.core.slices import SLICE, Work
from neuroviz.core.sweep.grid import Grid
from neuroviz.core.sweep.population import Population, rows_of, workspace_for
from neuroviz.core.training.batches import Batches
from neuroviz.core.types import Bools, Floats, Ints, Unique

_GROUP_NUMBERS = 2**14
"""Pre-activations or parameters of neurons that are trained together, few enough for the
processor's cache."""
_BLOCK_NUMBERS = 2**21
"""The same, times steps, that are computed between two checks for divergence."""
_STEPS = 64
"""Most steps between two checks for divergence."""


class SweepResult(Unique):
    """The losses and parameters of the neurons, as far as they are trained."""

    grid: Grid
    steps: int
    """Updates that each neuron has done, unless it diverged before."""
    first_losses: Floats
    """(M,): the mean loss over all samples at the start."""
    losses: Floats
    """(M,): the same at the end, or at the last finite row of a neuron that diverged; ∞ where that
    loss is not finite."""
    parameters: Floats
    """(M, P): the parameters at the end."""
    diverged_at: Ints
    """(M,): the update that led out of the finite numbers; 0 for neurons that stayed finite."""
    diverging: Bools | bool = False
    """(M,): which neurons are finite at the end, but diverge all the same; False for none."""

    @property
    def epochs(self) -> float:
        """Passes over the data that each neuron has done."""
        return self.steps / self.grid.settings.steps_per_epoch

    @property
    def diverged(self) -> Bools:
        """Which neurons (M,) left the finite numbers or will do so."""
        return (self.diverged_at > 0) | self.diverging

    @property
    def best(self) -> int | None:
        """The index of the first neuron with the least loss; None if all diverged."""
        return (
            None
            if self.diverged.all()
            else int(np.where(self.diverged, np.inf, self.losses).argmin())
        )

    @property
    def level(self) -> NDArray[np.intp]:
        """The indices (k,) of the neurons whose loss is the least but for rounding."""
        if self.best is None:
            return np.zeros(0, dtype=np.intp)
        least = float(self.losses[self.best])
        return np.flatnonzero(~self.diverged & (self.losses <= least + LEVEL * abs(least)))

    @property
    def level_span(self) -> tuple[float, float] | None:
        """The first and the last value of the only axis at which neurons are level.

        It is None where there are two axes, gaps, or fewer than two such neurons.
        """
        level = self.level
        if len(level) < 2 or len(self.grid.axes) > 1 or np.ptp(level) != len(level) - 1:
            return None
        numbers = self.grid.axes[0].values[level]
        return float(numbers[0]), float(numbers[-1])


SEARCHES = 50
"""Factor by which a step that asks for the loss itself takes longer, about."""
LEVEL = 1e-9
"""Losses that differ by no more than this share of themselves are the same, since a sweep sums in
another order than a run."""


class Sweep:
    """A job that trains the neurons of a grid to the last epoch of the settings.

    Each neuron gets what the trainer gives a run with its numbers: the same samples in the same
    order, the same schedule and optimizer, and the same rule for keeping rows. Since mm is not mv,
    last bits differ: losses agree to about 1e-12, unless a run magnifies differences, as a chaotic
    one does. A neuron that leaves the finite numbers keeps its last finite row; the others go on.

    Parameters
    ----------
    grid
        The neurons, with settings whose epochs tell how far they go.

    Raises
    ------
    SettingsError
        If a start is not finite.
    """

    def __init__(self, grid: Grid) -> None:
        load_torch()
        settings = grid.settings
        self.grid = grid
        self.step = 0
        self.steps = settings.epochs * settings.steps_per_epoch
        """Number of updates to be done."""
        width = settings.parameters.count
        search = settings.optimizer_entry.search
        # A search needs a Hessian of each neuron, and the loss several times in each step.
        columns = max(settings.samples_per_step, width * width if search else width)
        self._per_group = min(len(grid), max(1, _GROUP_NUMBERS // columns))
        self._per_block = _steps_per_block(
            settings, self._per_group * columns * (SEARCHES if search else 1)
        )
        use_threads_for(self._per_group * columns)
        self._batches = Batches(settings, self._per_block, dtype_of(settings))
        self._workspace = workspace_for(self._per_group, settings)
        self._rows = np.zeros((rows_of(settings), len(grid)), dtype=settings.precision)
        self._rows[:width] = grid.starts.T
        self._diverged_at = np.zeros(len(grid), dtype=np.int64)
        self._groups = self._alive()
        self._slice_ends = self._cost = 0.0
        """When the present slice ends, and how long the last step took, in seconds."""
        self._block = 0
        self._stopped = False
        self._begin()

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return self.step >= self.steps

    @property
    def progress(self) -> float:
        """The share of the work that is done, 0 … 1."""
        return self.step / self.steps if self.steps else 1.0

    def work(self) -> Work[SweepResult]:
        """Train the neurons to the last epoch, or until :meth:`stop`, in slices."""
        while not (self.done or self._stopped):
            yield from self._train_block()
        return self._result((yield from self._must_grow()))

    def stop(self) -> None:
        """Let the work end as soon as all neurons are at the same step."""
        self._stopped = True

    def _result(self, grows: Bools) -> SweepResult:
        settings = self.grid.settings
        parameters = self._rows[: settings.parameters.count].T.astype(np.float64)
        first_losses = np.broadcast_to(losses_at(settings, self.grid.starts), len(self.grid))
        losses = losses_at(settings, parameters)
        # Inside an epoch of mini-batches a row may have such a loss.
        losses[~np.isfinite(losses)] = np.inf
        diverged_at = self._diverged_at.copy()
        return SweepResult(
            self.grid, self.step, first_losses, losses, parameters, diverged_at, grows
        )

    def _must_grow(self) -> Work[Bools]:
        """Find the finite neurons (M,) whose loss must grow without end.

        It is known only after the last step; before that it is False for all.
        """
        settings = self.grid.settings
        if not 0 < self.step == self.steps or flat_by_nature(settings):
            return np.zeros(len(self.grid), dtype=bool)
        finite: Bools = self._diverged_at == 0
        epoch = self.step // settings.steps_per_epoch
        factor, _ = settings.schedule_entry.range_from(epoch, settings.hyperparameters)
        own = self.grid.hyperparameters
        rates = factor * np.broadcast_to(own["learning_rate"], len(self.grid))
        momenta = np.broadcast_to(own.get("momentum", settings.momentum_or_zero), rates.shape)
        numbers, of_neuron = np.unique(
            np.array([rates, momenta])[:, finite], axis=1, return_inverse=True
        )
        grows = []
        for rate, momentum in numbers.T.tolist():
            grows.append(must_grow(settings, rate, momentum))
            yield None
        finite[finite] = np.array(grows, dtype=bool)[of_neuron.ravel()]
        return finite

    # --- slices of a block of steps ---------------------------------------------------------------

    def _begin(self) -> None:
        """Evaluate the starts.

        Raises
        ------
        SettingsError
            If one is not finite.
        """
        self._batches.gather(0, 0, 1)
        for group in self._groups:
            group.population.evaluate(0, 0)
            if not group.population.finite(0, 0).all():
                raise SettingsError(
                    "A start is not finite: use smaller weights or inputs.", "weights"
                )
            self._keep(group)

    def _pause(self) -> Work[None]:
        """End the present slice, and begin another one."""
        yield None
        self._slice_ends = time.perf_counter() + SLICE

    def _train_block(self) -> Work[None]:
        """Let one group after another take the steps of a block, with pauses.

        Divergence is checked only at the end of the block, wherever the pauses are: last bits
        depend on how many neurons are trained together, and must not depend on the clock.
        """
        self._block = min(self._per_block, self.steps - self.step)
        self._batches.gather(0, self.step + 1, self._block)
        for group in self._groups:
            yield from self._train(group)
        self.step += self._block
        self._regroup()

    def _train(self, group: _Group) -> Work[None]:
        """Take the steps of the block at full speed.

        Neurons whose numbers may have overflowed take them once more, with care.
        """
        done = 0
        while done < self._block:
            began = time.perf_counter()
            fitting = int((self._slice_ends - began) / self._cost) if self._cost else 1
            count = max(1, min(fitting, self._block - done))
            group.population.advance(done, self.step + done, count)
            done += count
            now = time.perf_counter()
            self._cost = (now - began) / count
            if now >= self._slice_ends:
                yield from self._pause()
        near = group.population.near()
        if near.all():
            self._keep(group)
            return
        self._rows[:, group.neurons[near]] = group.population.numbers[:, near]
        yield from self._train_with_care(group.neurons[~near])
        group.population.numbers[:] = self._rows[:, group.neurons]

    def _train_with_care(self, neurons: Ints) -> Work[None]:
        """Take the steps of the block one by one.

        A neuron keeps the row before its first that is not finite.
        """
        population = self._population(neurons)
        alive = np.ones(len(neurons), dtype=bool)
        for offset in range(self._block):
            population.advance(offset, self.step + offset, 1)
            good = alive & population.finite(offset, self.step + offset + 1)
            self._diverged_at[neurons[alive & ~good]] = self.step + offset + 1
            alive = good
            self._rows[:, neurons[alive]] = population.numbers[:, alive]
            if time.perf_counter() >= self._slice_ends:
                yield from self._pause()

    # --- groups -----------------------------------------------------------------------------------

    def _keep(self, group: _Group) -> None:
        self._rows[:, group.neurons] = group.population.numbers

    def _alive(self) -> list[_Group]:
        """Return the neurons that did not diverge, in groups that are trained together."""
        neurons = np.flatnonzero(self._diverged_at == 0)
        parts = [neurons[k : k + self._per_group] for k in range(0, len(neurons), self._per_group)]
        return [_Group(part, self._population(part)) for part in parts]

    def _regroup(self) -> None:
        """Drop the neurons that diverged, and end the work if none is left."""
        if any(self._diverged_at[group.neurons].any() for group in self._groups):
            self._groups = self._alive()
        if not self._groups:
            self.step = self.steps

    def _population(self, neurons: Ints) -> Population:
        hyperparameters = {
            name: values[neurons] for name, values in self.grid.hyperparameters.items()
        }
        population = Population(self.grid.settings, hyperparameters, self._batches, self._workspace)
        population.numbers[:] = self._rows[:, neurons]
        return population


class _Group(Unique):
    neurons: Ints
    population: Population


def _steps_per_block(settings: Settings, numbers: int) -> int:
    """Return the number of steps between two checks for divergence.

    Each of them handles ``numbers`` numbers.
    """
    samples = (
        0
        if settings.batch_size == "full"
        else settings.samples_per_step * settings.parameters.count
    )
    return max(1, min(_STEPS, _BLOCK_NUMBERS // max(numbers, samples)))
