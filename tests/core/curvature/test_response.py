import numpy as np
import pytest

from neuroviz.core.choices.quadratic_dynamics import HEAVY_BALL, NESTEROV, PLAIN, Method
from neuroviz.core.curvature.response import Response

X = np.array([0.0, 1e-3, 0.3, 1.0, 1.9, 2.1, 5.0])


@pytest.mark.parametrize(("method", "momentum"), [(PLAIN, 0.0), (HEAVY_BALL, 0.6), (NESTEROV, 0.6)])
def test_repeated_squaring_is_step_after_step(method: Method, momentum: float) -> None:
    """After 0 to 60 steps the error is what so many single steps make of 1."""
    state, errors = (np.ones_like(X), np.zeros_like(X)), []
    for _ in range(61):
        errors.append(state[0])
        state = method.step(*state, X, momentum)
    transition = method.transition(X, momentum)
    responses = Response(X.shape).after(transition, np.arange(61))
    expected = np.square(errors)
    np.testing.assert_allclose(responses.squares_times(np.ones(7)), expected, rtol=1e-11, atol=1e-24)
    np.testing.assert_allclose(responses.at(7).squares_times(np.full(7, 3.0)), 3 * expected[7], 1e-11, 1e-24)


def test_one_piece_after_another() -> None:
    """Steps with one matrix, then with another, go on from where the first ended."""
    first, second = (HEAVY_BALL.transition(rate * X, 0.5) for rate in (0.1, 0.2))
    between = Response(X.shape).after(first, np.array([5])).at(0)
    states = np.linalg.matrix_power(second, 3) @ np.linalg.matrix_power(first, 5) @ np.array([1.0, 0.0])
    np.testing.assert_allclose(
        between.after(second, np.array([3])).squares_times(np.ones(7))[0], states[:, 0] ** 2, rtol=1e-12
    )


def test_beyond_float64() -> None:
    """What no float can hold is ∞ or 0, its logarithm is right, and nothing is NaN, whatever it costs at first."""
    transition = PLAIN.transition(np.array([0.5, 1.0, 5.0]), 0.0)
    left = Response((3,)).after(transition, np.array([10_000])).at(0)
    assert left.squares_times(np.ones(3)).tolist() == [0, 0, np.inf]
    assert left.squares_times(np.zeros(3)).tolist() == [0, 0, 0]
    assert left.log_squares_times(np.full(3, 8.0)).tolist() == [-20_000 + 3, -np.inf, 40_000 + 3]


def test_no_step() -> None:
    """After 0 steps, and after none asked for, everything is as it was."""
    transition = PLAIN.transition(np.array([0.5]), 0.0)
    assert Response((1,)).after(transition, np.array([0])).squares_times(np.array([7.0])) == 7
    assert len(Response((1,)).after(transition, np.array([], dtype=np.int64)).squares_times(np.ones(1))) == 0
