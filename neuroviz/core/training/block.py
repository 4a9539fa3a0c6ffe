"""Block: room for the rows of some consecutive steps, written by torch in place.

A row is one stretch of memory, (parameters, gradient, optimizer's state), each beginning at a
boundary, so that a step writes what it computes straight to where it is kept, and a whole block
goes to the history at once.
"""

from __future__ import annotations

import math

import numpy as np

from neuroviz.core.lazy import torch
from neuroviz.core.types import Floats, Point, Tensor

# BLAS takes the first numbers of a stretch that does not begin at its register's boundary one by
# one, with other roundings than in the middle. What a step reads and writes therefore always begins
# at a boundary, as fresh tensors do; then the same numbers give the same bits wherever in a block
# they stand.
BOUNDARY = 64
"""Bytes between boundaries: what torch aligns its memory to, and as wide as any vector register."""


def padded(count: int, unit: int) -> int:
    """Return the least number ≥ ``count`` of units of so many bytes that end at a boundary."""
    whole = BOUNDARY // math.gcd(BOUNDARY, unit)
    return -(-count // whole) * whole


class Block:
    """Rows 0 to ``size``; row 0 is where the steps of the block begin.

    Parameters
    ----------
    size
        Most steps in one block.
    width
        Parameters P of the neuron, the bias among them.
    states, scalars, scratch
        Number of the optimizer's state tensors, of its numbers for one update,
        and of tensors for what lies between.
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
        """Make the points of the first so many rows, if they are not there yet."""
        with torch.inference_mode():
            for index in range(len(self.points), count):
                parameters, grad, *state = self._room[index, :, : self._width]
                scalars = tuple(self._scalars[index])
                self.points.append(Point(parameters, grad, tuple(state), scalars, self._scratch))

    def parameters(self, first: int, last: int) -> Tensor:
        """Return the parameters (last − first, P) of rows, as a part of the memory."""
        return self._room[first:last, 0, : self._width]

    def grads(self, first: int, last: int) -> Tensor:
        """Return the gradients (last − first, P) of rows, as a part of the memory."""
        return self._room[first:last, 1, : self._width]

    def numbers(self, count: int) -> Floats:
        """Return the first so many rows (count, (2 + states)·P) in float64, as a copy."""
        rows: Floats = self._room[:count, :, : self._width].numpy().astype(np.float64)
        return rows.reshape(count, -1)

    def set_scalars(self, scalars: list[tuple[float, ...]]) -> None:
        """Set the numbers of the updates that leave rows 0, 1 ….

        The same for all need setting once.
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
        """Set a whole row to 0, as the optimizer's state is where a run begins."""
        with torch.inference_mode():
            self._room[index].zero_()

    def restart_from(self, index: int) -> None:
        """Make a row the first one."""
        with torch.inference_mode():
            self._room[0].copy_(self._room[index])
