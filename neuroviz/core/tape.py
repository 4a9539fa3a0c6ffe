"""Tape: the calls of a block of steps, update and evaluation in turn, with their arguments bound once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.training.batches import Batches
from neuroviz.core.training.block import Block, Point, Thunk

__all__ = ["Evaluate", "Tape", "update_calls"]

Evaluate = Callable[[int, bool], "tuple[Thunk, ...]"]


def update_calls(
    settings: Settings, now: Point, then: Point, hyperparameters: Mapping[str, float]
) -> tuple[Thunk, ...]:
    """Return the calls of the optimizer's update; on gradient ascent it is given −gradient, as by ``maximize``."""
    calls = settings.optimizer_entry.calls
    if not settings.breaks_it("ascent"):
        return calls(now, then, hyperparameters)
    turned = torch.empty_like(now.grad)
    return (partial(torch.neg, now.grad, out=turned), *calls(replace(now, grad=turned), then, hyperparameters))


class Tape:
    """What is to be called, in order, to take steps from row 0 of a block.

    Parameters
    ----------
    block
        Where the rows are.
    batches
        Say which steps have a short batch.
    settings
        Give the optimizer, and what of its work is broken on purpose.
    evaluate
        ``evaluate(row, short)``: the calls that write the gradient of a row.
    """

    def __init__(self, block: Block, batches: Batches, settings: Settings, evaluate: Evaluate) -> None:
        self._block, self._batches, self._settings, self._evaluate = block, batches, settings, evaluate
        self._accumulates = settings.breaks_it("no_zero_grad")
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
            self._calls += self._accumulation(row)
            self._ends.append(len(self._calls))
        end = self._ends[count - 1]
        return self._calls if end == len(self._calls) else self._calls[:end]

    def _accumulation(self, row: int) -> tuple[Thunk, ...]:
        """Return the call that adds what was in the gradient before, if nobody set it to 0."""
        if not self._accumulates:
            return ()
        now, then = self._block.points[row], self._block.points[row + 1]
        return (partial(then.grad.add_, now.grad),)

    def _update(self, row: int) -> tuple[Thunk, ...]:
        if row == len(self._updates):
            now, then = self._block.points[row], self._block.points[row + 1]
            self._updates.append(update_calls(self._settings, now, then, self._bound))
        return self._updates[row]
