import math

import mpmath
import pytest
import torch

from neuroviz.core.choices.activations import ACTIVATIONS
from tests.core.their_functions import EXACT, OUTPUTS
from tests.for_each import for_each

every_activation = for_each("activation", ACTIVATIONS.values())


def usual_z():
    """Return 801 values of z between −20 and 20, with 0 among them."""
    return torch.linspace(-20, 20, 801, dtype=torch.float64)


@every_activation
def test_value_is_what_torch_s_own_module_gives(activation):
    """The value agrees with torch's module, or the closed form in torch, over −20 … 20."""
    z = usual_z()
    torch.testing.assert_close(
        activation.value(z), OUTPUTS[activation.name](z), rtol=1e-14, atol=1e-16
    )


@every_activation
@for_each("z", [-3.0, -1.0, -0.25, 0.0, 0.125, 1.0, 3.5])
def test_value_is_the_closed_form(activation, z):
    """The value agrees with the formula, computed to 40 digits."""
    value = activation.value(torch.tensor(z, dtype=torch.float64)).item()
    with mpmath.workdps(40):
        exact = float(EXACT[activation.name](mpmath.mpf(z)))
    assert value == pytest.approx(exact, rel=1e-14, abs=1e-16)


@every_activation
def test_derivative_is_autograd_s(activation):
    """The closed derivative is the one autograd takes, at kinks too."""
    z = usual_z()
    leaf = z.clone().requires_grad_()
    (grad,) = torch.autograd.grad(activation.value(leaf).sum(), leaf)
    torch.testing.assert_close(activation.derivative(z), grad, rtol=1e-9, atol=1e-15)


@every_activation
def test_derivative_is_the_slope_of_the_value(activation):
    """The derivative agrees with central finite differences away from 0.

    Where the pieces of some meet.
    """
    z, h = usual_z(), 1e-5
    for join in (0.0, *activation.kinks):
        z = z[(z - join).abs() > 10 * h]
    assert len(z) >= 799
    slope = (activation.value(z + h) - activation.value(z - h)) / (2 * h)
    torch.testing.assert_close(activation.derivative(z), slope, rtol=1e-8, atol=1e-9)


@every_activation
@for_each("z", [-1e6, -800.0, -37.0, 37.0, 800.0, 1e6])
@for_each("dtype", [torch.float32, torch.float64])
def test_extreme_z_gives_finite_numbers(activation, z, dtype):
    """Value, derivative and autograd's gradient stay finite far out, in both precisions."""
    leaf = torch.tensor([z], dtype=dtype, requires_grad=True)
    value = activation.value(leaf)
    (grad,) = torch.autograd.grad(value.sum(), leaf)
    derivative = activation.derivative(leaf.detach())
    assert value.dtype == derivative.dtype == dtype
    assert torch.isfinite(torch.cat((value.detach(), grad, derivative))).all()


@every_activation
def test_output_range_holds_and_is_neared(activation):
    """No output leaves the range, and each limit is come near."""
    low, high = activation.output_range
    values = activation.value(torch.linspace(-800, 800, 160_001, dtype=torch.float64))
    assert low <= values.min()
    assert values.max() <= high
    assert values.min() < low + 1e-3 if math.isfinite(low) else values.min() <= -8
    assert values.max() > high - 1e-3 if math.isfinite(high) else values.max() >= 800
    assert activation.bounded == (math.isfinite(low) and math.isfinite(high))


@every_activation
def test_kinks_are_where_the_slopes_of_both_sides_differ(activation):
    """A listed kink has two one-sided slopes; and at 0 there is none that is not listed."""
    h = 1e-7
    for z in {0.0, *activation.kinks}:
        left, middle, right = activation.value(
            torch.tensor([z - h, z, z + h], dtype=torch.float64)
        ).tolist()
        assert (abs((right - middle) / h - (middle - left) / h) > 1e-3) == (z in activation.kinks)


@every_activation
def test_torch_code_gives_the_value(activation):
    """The expression shown to the reader evaluates to the value, to the last bit."""
    z = usual_z()
    shown = eval(activation.torch_code, {"torch": torch, "z": z})
    assert torch.equal(shown, activation.value(z))


@every_activation
def test_flags_say_what_the_gradient_does(activation):
    """``trainable`` and ``dies`` agree with the gradient at negative and at positive z."""
    z = torch.linspace(-3, 3, 100, dtype=torch.float64)
    slope = activation.derivative(z)
    assert activation.trainable == bool(slope.any())
    assert activation.dies == (activation.trainable and not slope[z < 0].any())


@every_activation
def test_the_greatest_slope_is_autograd_s(activation):
    """The steepest of many places between −20 and 20.

    ¼ for the sigmoid, 1 for tanh, more than 1 for GELU.
    """
    z = torch.linspace(-20, 20, 400_001, dtype=torch.float64, requires_grad=True)
    (slopes,) = torch.autograd.grad(activation.value(z).sum(), z, materialize_grads=True)
    assert activation.greatest_slope == pytest.approx(slopes.abs().max().item(), rel=1e-4)
    known = {"sigmoid": 0.25, "tanh": 1.0, "step": 0.0, "gelu": 1.12890, "silu": 1.09984}
    assert activation.greatest_slope == pytest.approx(
        known.get(activation.name, activation.greatest_slope), rel=1e-5
    )


def test_sigmoid_s_derivative_does_not_vanish_before_it_must():
    """At z = 40, where 1 − σ(z) is exactly 0 in float64, the derivative is still e⁻⁴⁰."""
    z = torch.tensor(40.0, dtype=torch.float64)
    assert ACTIVATIONS["sigmoid"].derivative(z).item() == pytest.approx(math.exp(-40), rel=1e-12)


def test_softplus_does_not_round_early():
    """Softplus at z = 25 still holds the 1.4e-11 that torch's default threshold drops."""
    z = torch.tensor(25.0, dtype=torch.float64)
    assert ACTIVATIONS["softplus"].value(z).item() - 25 == pytest.approx(
        math.log1p(math.exp(-25)), rel=1e-3
    )
