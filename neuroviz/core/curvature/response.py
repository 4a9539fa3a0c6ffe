"""Response: what is left of an error of 1, along many directions at once, after any number of steps."""

from __future__ import annotations

import numpy as np

from neuroviz.core.types import Floats, Ints

_FAR = 4_000
"""Powers of two beyond float64, either way."""


class Response:
    """Error and velocity of each direction, begun as (1, 0), each times a power of two of its own.

    So neither the growth of a run that diverges nor the decay of one that converges ever leaves the numbers.

    Parameters
    ----------
    shape
        (…,): of the directions, and whatever else is to be followed at once.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._state: Floats = np.zeros((*shape, 2))
        self._state[..., 0] = 1.0
        self._powers: Ints = np.zeros(shape, dtype=np.int64)

    def after(self, transition: Floats, steps: Ints) -> Response:
        """Return the response (K, …) after each of these numbers of steps (K,), by repeated squaring.

        Parameters
        ----------
        transition
            (…, 2, 2): what takes error and velocity over one step.
        steps
            (K,): each 0 or more.
        """
        result = Response((len(steps), *self._powers.shape))
        result._state[:], result._powers[:] = self._state, self._powers
        matrices, powers = _normal(transition, np.zeros(transition.shape[:-2], dtype=np.int64), (-2, -1))
        for bit in range(int(steps.max(initial=0)).bit_length()):
            taken = (steps >> bit & 1).astype(bool)
            result._state[taken] = (matrices @ result._state[taken][..., None])[..., 0]
            result._powers[taken] += powers
            matrices, powers = _normal(matrices @ matrices, 2 * powers, (-2, -1))
        result._state, result._powers = _normal(result._state, result._powers, (-1,))
        return result

    def at(self, index: int) -> Response:
        """Return one of the first axis."""
        result = Response(self._powers.shape[1:])
        result._state[:], result._powers[:] = self._state[index], self._powers[index]
        return result

    def squares_times(self, losses: Floats) -> Floats:
        """Return the squares of the errors times what they cost at the start; ∞ beyond float64."""
        mantissa, powers = np.frexp(losses)
        exponents = np.clip(2 * self._powers + powers, -_FAR, _FAR)
        with np.errstate(over="ignore"):
            result: Floats = np.ldexp(np.square(self._state[..., 0]) * mantissa, exponents)
        return result

    def log_squares_times(self, losses: Floats) -> Floats:
        """Return their logarithms to base 2; −∞ for nothing."""
        with np.errstate(divide="ignore"):
            errors = np.log2(np.abs(self._state[..., 0]))
            return 2 * (errors + self._powers.astype(np.float64)) + np.log2(losses)


def _normal(numbers: Floats, powers: Ints, axes: tuple[int, ...]) -> tuple[Floats, Ints]:
    """Take from each group of numbers the power of two that brings the largest to ½ … 1."""
    _, own = np.frexp(np.abs(numbers).max(axis=axes))
    return np.ldexp(numbers, -np.expand_dims(own, axes)), powers + own
