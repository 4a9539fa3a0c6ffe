"""Tape: the calls of a block of steps, update and evaluation in turn, with their arguments bound once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from neuroviz.core.batches import Batches
from neuroviz.core.block import Block, Thunk
from neuroviz.core.optimizers import Optimizer

__all__ = ["Evaluate", "Tape"]

Evaluate = Callable[[int, bool], "tuple[Thunk, ...]"]


class Tape:
    """What is to be called, in order, to take steps from row 0 of a block.

    Parameters
    ----------
    block
        Where the rows are.
    batches
        Say which steps have a short batch.
    optimizer
        Gives the calls that update.
    evaluate
        ``evaluate(row, short)``: the calls that write the gradient of a row.
    """

    def __init__(self, block: Block, batches: Batches, optimizer: Optimizer, evaluate: Evaluate) -> None:
        self._block, self._batches, self._optimizer, self._evaluate = block, batches, optimizer, evaluate
        self._evaluations: dict[tuple[int, bool], tuple[Thunk, ...]] = {}
        self._updates: list[tuple[Thunk, ...]] = []
        self._bound: dict[str, float] = {}
        self._calls: list[Thunk] = []
        self._ends: list[int] = []

    def evaluation(self, row: int, step: int) -> tuple[Thunk, ...]:
        """Return the calls that write the gradient of a row, which is at a step."""
        key = row, self._batches.is_short(step)
        if key not in self._evaluations:
            self._evaluations[key] = self._evaluate(*key)
        return self._evaluations[key]

    def steps(self, first_step: int, count: int, hyperparameters: Mapping[str, float]) -> list[Thunk]:
        """Return the calls of so many steps, the first of which leaves ``first_step``.

        As long as they would be the same, those of the block before are returned.
        """
        bound = {name: value for name, value in hyperparameters.items() if name != "learning_rate"}
        if bound != self._bound:
            self._updates, self._bound = [], bound
            self._calls, self._ends = [], []
        if self._batches.last_is_short:
            self._calls, self._ends = [], []
        for row in range(len(self._ends), count):
            self._calls += self._update(row)
            self._calls += self.evaluation(row + 1, first_step + row + 1)
            self._ends.append(len(self._calls))
        end = self._ends[count - 1]
        return self._calls if end == len(self._calls) else self._calls[:end]

    def _update(self, row: int) -> tuple[Thunk, ...]:
        if row == len(self._updates):
            now, then = self._block.points[row], self._block.points[row + 1]
            self._updates.append(self._optimizer.calls(now, then, self._bound))
        return self._updates[row]
