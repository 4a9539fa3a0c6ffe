import numpy as np
import pytest
import torch

from neuroviz.core.choices.optimizers import OPTIMIZERS
from tests.for_each import for_each

METHODS = {name: row.quadratic for name, row in OPTIMIZERS.items() if row.quadratic}
MOMENTA = [0.0, 0.3, 0.9, 0.99]
CASES = [(name, momentum) for name in METHODS for momentum in (MOMENTA if name != "sgd" else [0.0])]


def factor(name, x, momentum):
    return METHODS[name].factor(x, momentum)


@for_each(("name", "momentum"), CASES)
def test_a_step_is_torch_s(name, momentum):
    """On ½λθ² the error after each of ten steps is torch.optim's own parameter."""
    curvature, rate = 3.0, 0.2
    theta = torch.tensor([1.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD(
        [theta], lr=rate, momentum=momentum, nesterov=name == "nesterov" and momentum > 0
    )
    state = np.array(1.0), np.array(0.0)
    for _ in range(10):
        optimizer.zero_grad()
        (0.5 * curvature * theta.square()).sum().backward()
        optimizer.step()
        state = METHODS[name].step(*state, np.array(rate * curvature), momentum)
        assert theta.item() == pytest.approx(float(state[0]), rel=1e-12)


@for_each(("name", "momentum"), CASES)
@for_each("x", [1e-4, 0.2, 1.0, 1.3, 2.5])
def test_the_factor_is_the_spectral_radius(name, momentum, x):
    """The closed form is the greatest eigenvalue of the transition matrix, as numpy finds it."""
    matrix = METHODS[name].transition(np.array(x), momentum)
    expected = np.abs(np.linalg.eigvals(matrix)).max()
    assert factor(name, x, momentum) == pytest.approx(expected, abs=1e-7)


@for_each(("name", "momentum"), CASES)
def test_the_limit_parts_shrinking_from_growing(name, momentum):
    """Just below it the factor is under 1, above it over 1, and under 1 all the way down to 0."""
    limit = METHODS[name].limit(momentum)
    assert factor(name, limit, momentum) == pytest.approx(1)
    assert factor(name, 1.001 * limit, momentum) > 1
    assert all(
        factor(name, share * limit, momentum) < 1 for share in np.linspace(0.001, 0.999, 200)
    )


@pytest.mark.parametrize(("name", "momentum"), CASES)
def test_up_to_the_smooth_mark_no_error_changes_its_sign(name, momentum):
    """Four thousand steps below the mark leave the error positive.

    Well above it one is negative.
    """
    smooth = METHODS[name].smooth(momentum)
    signs = []
    for x in (0.5 * smooth, 0.999 * smooth, 1.5 * smooth):
        state, lowest = (np.array(1.0), np.array(0.0)), 1.0
        for _ in range(4000):
            state = METHODS[name].step(*state, np.array(x), momentum)
            lowest = min(lowest, float(state[0]))
        signs.append(lowest < 0)
    assert signs == [False, False, True]


@for_each(("name", "momentum"), CASES)
@for_each("condition", [1.0, 3.0, 88.0, 3000.0])
def test_no_rate_is_faster_in_the_worst_case(name, momentum, condition):
    """Of 2,000 rates up to the limit none makes its slowest direction faster than the best mark."""
    method, least, greatest = METHODS[name], 0.7, 0.7 * condition

    def worst(rate):
        return max(method.factor(rate * least, momentum), method.factor(rate * greatest, momentum))

    best = method.best(least, greatest, momentum)
    rates = np.linspace(0, method.limit(momentum) / greatest, 2001)[1:]
    # 1e-7: where both roots of a direction meet, their square root makes 1e-8 of a rounding error.
    assert worst(best) <= min(map(worst, rates)) + 1e-7


def test_without_momentum_all_are_gradient_descent():
    """With μ = 0 each gives 1/λmax, 2/(λmin + λmax) and 2/λmax."""
    for method in METHODS.values():
        assert (method.smooth(0.0), method.limit(0.0)) == (1, 2)
        assert method.best(0.5, 3.0, 0.0) == pytest.approx(2 / 3.5, rel=1e-14)
