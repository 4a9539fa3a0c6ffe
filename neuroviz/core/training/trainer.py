"""Trainer: takes the steps of a run, a block of rows at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit, Edits, in_order
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import load_torch
from neuroviz.core.training.block import Row, RowBlock
from neuroviz.core.training.history import MAX_ROWS, History
from neuroviz.core.training.stepper import Stepper
from neuroviz.core.types import Frozen


class NonFinite(Frozen):
    """Why a run cannot go on."""

    step: int
    """The update whose result was not finite; the row before it is the last."""
    what: str
    """What was no longer finite: "parameters", "optimizer state", "loss" or "gradient"."""


class Trainer:
    """One run: its parameters, its optimizer's state and its history.

    The same settings and edits give the same history to the last bit, on one machine and one
    version of torch, however the steps are divided into calls.

    Parameters
    ----------
    edits
        Changes in mid-run, in the order of their steps.
    max_rows
        Most rows that the history keeps; beyond that, every other one is dropped.
    start
        A kept row of this run to go on from; None for its start.
    history
        The rows of this run up to the one to go on from, which the trainer takes over; None for
        none.
    readable
        Whether autograd is to take the steps even where there is a fast way.
    stepper
        Tensors for these settings that no other trainer needs any more; None for new ones.

    Raises
    ------
    SettingsError
        If the start is not finite.
    """

    def __init__(
        self,
        settings: Settings,
        edits: Iterable[Edit] = (),
        max_rows: int = MAX_ROWS,
        *,
        start: Row | None = None,
        history: History | None = None,
        readable: bool = False,
        stepper: Stepper | None = None,
    ) -> None:
        load_torch()
        self.settings = settings
        self.edits: Edits = tuple(edits)
        self.stopped: NonFinite | None = None
        self._hyperparameters = settings.editable_values
        self._unchanged = 0
        self._stepper = stepper or Stepper(settings, readable=readable)
        first = self._begin(history.newest if history else start)
        self.history = history or History(first, max_rows)
        self.history.set_learning_rate(float(first.learning_rates[0]))

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy makes its own tensors and calls, so that it does not write into those of the
        # original.
        stands = {"stopped": self.stopped, "_unchanged": self._unchanged}
        return _going_on, (self.settings, self.edits, self.history), stands

    @property
    def step(self) -> int:
        """Updates done."""
        return self.history.recent.first_step + len(self.history.recent) - 1

    @property
    def first_loss(self) -> float:
        """The loss at the first row; NaN where that is inside an epoch of mini-batches."""
        return self.history.first_loss

    @property
    def fast(self) -> bool:
        """Whether the steps are taken in the fast way."""
        return self._stepper.fast

    @property
    def settled(self) -> bool:
        """Whether a whole epoch changed no bit of the parameters and the optimizer's state."""
        return self._unchanged >= self.settings.steps_per_epoch

    @property
    def _stands_still(self) -> bool:
        """Whether every step to come changes nothing, as the last ones did."""
        settings = self.settings
        alike = settings.batch_size == "full" and settings.schedule == "constant"
        counts = settings.optimizer_entry.code.counts
        return self.settled and alike and not counts and not settings.breaks

    def hyperparameters(self) -> dict[str, float]:
        """Return the values in force at the newest row, the learning rate before its schedule."""
        return dict(self._hyperparameters)

    def advance(self, steps: int = 1, until_loss: float | None = None) -> int:
        """Take ``steps`` steps; return how many were taken.

        There are fewer if numbers cease to be finite, or if a stored loss over all samples falls to
        ``until_loss`` or below, from above it.
        """
        return self._go(steps, until_loss)[0]

    def advance_for(self, seconds: float, at_most: int, until_loss: float | None = None) -> int:
        """Take steps for about this many seconds, as :meth:`advance` does; return their number.

        Where the run has settled, one block is enough.
        """
        end = time.perf_counter() + seconds
        taken = 0
        left = seconds
        while taken < at_most:
            wanted = min(
                at_most - taken, max(1, int(self._stepper.pace * left)), self._stepper.size
            )
            began = time.perf_counter()
            done, reached = self._go(wanted, until_loss)
            now = time.perf_counter()
            taken = taken + done
            left = end - now
            if done < wanted or reached or self.settled:
                break
            self._stepper.pace = done / max(now - began, 1e-9)  # a coarse clock may stand still
            if left <= 0:  # the pace of what took too long counts above all
                break
        return taken

    def edit(self, name: str, value: float) -> None:
        """Change a hyperparameter from the newest row on.

        Raises
        ------
        SettingsError
            If the name cannot be edited in this run, or the value is out of its range.
        """
        self.edits = in_order(self.settings, (*self.edits, Edit(self.step, name, value)))
        self._apply_edits(self.step)
        self.history.set_learning_rate(self._rates(self.step, 1)[0])
        self._unchanged, self.stopped = 0, None  # with other values the run may go on

    def _go(self, steps: int, until_loss: float | None) -> tuple[int, bool]:
        """Take ``steps`` steps; return how many were taken, and whether the mark was reached.

        The mark is ``until_loss``.
        """
        taken = 0
        reached = False
        while taken < steps and not reached and not self.stopped:
            wanted = min(steps - taken, self._stepper.size, self._steps_to_edit())
            done, reached = self._take(wanted, until_loss)
            taken += done
        return taken, reached

    # --- blocks of steps --------------------------------------------------------------------------

    def _begin(self, start: Row | None) -> RowBlock:
        """Return the first row.

        Raises
        ------
        SettingsError
            If a number of it is not finite.
        """
        step = start.step if start else 0
        for edit in self.edits:
            if edit.step <= step:
                self._hyperparameters[edit.name] = edit.value
        row = self._stepper.begin(start, self._rates(step, 1)[0])
        wrong = row.first_not_finite()
        if wrong:
            raise SettingsError(
                f"The {wrong[1]} at this start is not finite: take smaller weights or inputs.",
                "weights",
            )
        return row

    def _take(self, steps: int, until_loss: float | None) -> tuple[int, bool]:
        """Take steps within one block; return how many count, and whether the mark was reached.

        The mark is ``until_loss``.
        """
        newest = self.history.recent.last
        if self._stands_still:  # one Newton step takes as long as a hundred others
            self._accept(newest.repeated(steps + 1), 0)
            return steps, False
        rates = self._rates(self.step, steps + 1)
        rows = self._stepper.take(newest, rates, self._hyperparameters)
        good = steps
        reached = False
        wrong = rows.first_not_finite()
        if wrong:
            good = wrong[0] - 1
            self.stopped = NonFinite(rows.first_step + wrong[0], wrong[1])
        if until_loss is not None:
            before = float(self.history.recent_losses[1][-1])
            low = _first_low(rows.cut(1, good + 1), before, until_loss)
            if low is not None:
                good = low + 1
                reached = True
                self.stopped = None
        if good:
            self._accept(rows.cut(0, good + 1), good)
        return good, reached

    def _accept(self, rows: RowBlock, steps: int) -> None:
        """Add rows that count to the history, and go on from the last of them.

        The first row is already the history's newest. The last one is the row after ``steps`` of
        the steps last taken.
        """
        still = rows.still_at_the_end()
        self._unchanged = self._unchanged + still if still == len(rows) - 1 else still
        self.history.extend(rows)
        self._stepper.accept(steps)
        if self._apply_edits(self.step):
            self._unchanged = 0  # with other values it may go on
            self.history.set_learning_rate(self._rates(self.step, 1)[0])

    # --- hyperparameters --------------------------------------------------------------------------

    def _steps_to_edit(self) -> int:
        later = [edit.step - self.step for edit in self.edits if edit.step > self.step]
        return min(later, default=self._stepper.size)

    def _apply_edits(self, step: int) -> bool:
        """Put the edits of a step in force; return whether there were any."""
        here = {edit.name: edit.value for edit in self.edits if edit.step == step}
        self._hyperparameters.update(here)
        return bool(here)

    def _rates(self, first: int, count: int) -> list[float]:
        """Return the learning rates of the steps taken from ``count`` rows."""
        per_epoch = self.settings.steps_per_epoch
        if self.settings.schedule == "constant":
            return [self._rate(0)] * count
        epochs = range(first // per_epoch, (first + count - 1) // per_epoch + 1)
        rates = [rate for rate in map(self._rate, epochs) for _ in range(per_epoch)]
        return rates[first % per_epoch :][:count]

    def _rate(self, epoch: int) -> float:
        factor = self.settings.schedule_entry.factor(epoch, self._hyperparameters)
        return self._hyperparameters["learning_rate"] * factor


def _going_on(settings: Settings, edits: Edits, history: History) -> Trainer:
    return Trainer(settings, edits, history=history)


def _first_low(new: RowBlock, before: float, until_loss: float) -> int | None:
    """Return the first of these rows where the loss falls to ``until_loss`` from above it.

    It is None if there is none.
    """
    losses = new.losses[new.known]
    crossed = (np.append(before, losses[:-1]) > until_loss) & (losses <= until_loss)
    if not crossed.any():
        return None
    return int(new.known.start + crossed.argmax() * new.steps_per_epoch)
