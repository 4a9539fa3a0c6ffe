"""ACTIVATIONS: what turns the pre-activation z into the output ŷ.

Every function is elementwise and broadcasts; values and derivatives are tensors of z's shape and
precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property, partial

from neuroviz.core.catalogue import Catalogue, Entry
from neuroviz.core.lazy import torch
from neuroviz.core.types import Frozen, Tensor, Thunk

LEAKY_SLOPE = 0.01
# torch's threshold of 20 drops e^-20 = 2e-9, which float64 still resolves; e^-40 it does not.
_SOFTPLUS_THRESHOLD = 40.0


class Kernels(Frozen):
    """The kernels that the fast step calls: autograd's own, bound to existing tensors.

    They must give what ``value`` and autograd give, to the last bit. Where both are None, ŷ is z
    itself.
    """

    forward: Callable[[Tensor, Tensor], Thunk] | None = None
    """``forward(z, out)``: the call that writes φ(z)."""
    backward: Callable[[Tensor, Tensor, Tensor, Tensor], Thunk] | None = None
    """``backward(grad_output, z, output, out)``: the call that writes ∂loss/∂z; it must be
    proportional to ``grad_output``.
    """


FLAT = "The Heaviside activation is flat but for one jump, so it cannot be trained"
"""Why a neuron with this activation cannot be trained; the remedy is to follow."""


Elementwise = Callable[["Tensor"], "Tensor"]


class Activation(Entry, dict=True):
    """One activation function."""

    value: Elementwise
    """φ(z)."""
    derivative: Elementwise
    """φ'(z), in closed form; at a kink the value that autograd takes."""
    derivative_formula: str
    """The derivative in one line of plain text, by ŷ and z; Φ and σ are as in ``formula``."""
    second_derivative: Elementwise
    """φ''(z), in closed form, accurate to the last digits however flat φ is; 0 at a kink."""
    output_range: tuple[float, float]
    """Least and greatest value, including bounds that are not reached."""
    torch_code: str
    """The expression of ``z`` that a reader of the notebook would write."""
    kinks: tuple[float, ...] = ()
    """Values of z without a derivative."""
    trainable: bool = True
    """Whether the gradient tells anything: False for the step function."""
    dies: bool = False
    """Whether the gradient is exactly 0 for all z ≤ 0, so that the neuron can die."""
    saturates: int = 0
    """Where it is flat: 1 for large z (or for both large and small z), −1 for small z, 0
    nowhere."""
    kernels: Kernels | None = None
    """The kernels for the fast step; None if autograd is to take the steps."""
    above_low: Elementwise | None = None
    """ŷ − low by z, where ŷ is rounded to a finite lower bound; None where it is not."""
    below_high: Elementwise | None = None
    """high − ŷ by z, where ŷ is rounded to a finite upper bound; None where it is not."""

    @property
    def fast(self) -> bool:
        """Whether the fast step supports it."""
        return self.kernels is not None

    def error(self, z: Tensor, target: Tensor) -> Tensor:
        """Return ŷ − target, with all its digits even where ŷ is rounded to the target."""
        error = self.value(z) - target
        low, high = self.output_range
        if self.above_low is not None:
            error = torch.where(target == low, self.above_low(z), error)
        if self.below_high is not None:
            error = torch.where(target == high, -self.below_high(z), error)
        return error

    @cached_property
    def greatest_slope(self) -> float:
        """The greatest |φ'(z)| for z = −20, −19.99 … 20."""
        return float(
            self.derivative(torch.arange(-2000, 2001, dtype=torch.float64) / 100).abs().max()
        )

    @property
    def bounded(self) -> bool:
        """Whether the output has two finite bounds, and so can saturate."""
        return all(math.isfinite(limit) for limit in self.output_range)


def _normal_density(z: Tensor) -> Tensor:
    return torch.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _sigmoid_derivative(z: Tensor) -> Tensor:
    # σ(−z) is 1 − σ(z) without the cancellation that makes it exactly 0 from z = 37 on.
    return z.sigmoid() * (-z).sigmoid()


def _tanh_derivative(z: Tensor) -> Tensor:
    return 4 * _sigmoid_derivative(2 * z)


def _forward(kernel: str, *numbers: float) -> Callable[[Tensor, Tensor], Thunk]:
    """Return a function that binds the kernel of this name, with its arguments after z."""
    return lambda z, out: partial(getattr(torch.ops.aten, kernel).out, z, *numbers, out=out)


def _backward(
    kernel: str, *numbers: float, of_output: bool = False
) -> Callable[[Tensor, Tensor, Tensor, Tensor], Thunk]:
    """Return a function that binds the kernel of a gradient, which takes z or the output."""
    return lambda grad, z, output, out: partial(
        getattr(torch.ops.aten, kernel).grad_input,
        grad,
        output if of_output else z,
        *numbers,
        grad_input=out,
    )


ACTIVATIONS: Catalogue[Activation] = Catalogue(
    "activation",
    (
        Activation(
            name="identity",
            label="Identity",
            formula="ŷ = z",
            reference="Widrow and Hoff 1960, Adaptive switching circuits",
            value=lambda z: z,
            derivative=lambda z: torch.ones_like(z),
            derivative_formula="1",
            second_derivative=lambda z: torch.zeros_like(z),
            output_range=(-math.inf, math.inf),
            torch_code="z",
            kernels=Kernels(),
        ),
        Activation(
            name="relu",
            label="ReLU",
            formula="ŷ = max(0, z)",
            reference="Nair and Hinton 2010, "
            "Rectified linear units improve restricted Boltzmann machines, ICML",
            value=lambda z: z.relu(),
            derivative=lambda z: (z > 0).to(z.dtype),
            derivative_formula="1 if z > 0 else 0",
            second_derivative=lambda z: torch.zeros_like(z),
            output_range=(0.0, math.inf),
            saturates=-1,
            torch_code="torch.relu(z)",
            kernels=Kernels(_forward("relu"), _backward("threshold_backward", 0, of_output=True)),
            kinks=(0.0,),
            dies=True,
        ),
        Activation(
            name="tanh",
            label="Tanh",
            formula="ŷ = (eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ)",
            reference="LeCun et al. 1998, Efficient BackProp, section 4.4",
            value=lambda z: z.tanh(),
            derivative=_tanh_derivative,
            derivative_formula="1 − ŷ²",
            second_derivative=lambda z: -2 * z.tanh() * _tanh_derivative(z),
            output_range=(-1.0, 1.0),
            saturates=1,
            torch_code="torch.tanh(z)",
            kernels=Kernels(
                lambda z, out: partial(torch.tanh, z, out=out),
                _backward("tanh_backward", of_output=True),
            ),
            above_low=lambda z: 2 * (2 * z).sigmoid(),
            below_high=lambda z: 2 * (-2 * z).sigmoid(),
        ),
        Activation(
            name="sigmoid",
            label="Sigmoid",
            formula="ŷ = 1/(1 + e⁻ᶻ)",
            reference="Rumelhart, Hinton and Williams 1986, "
            "Learning representations by back-propagating errors",
            value=lambda z: z.sigmoid(),
            derivative=_sigmoid_derivative,
            derivative_formula="ŷ·(1 − ŷ)",
            second_derivative=lambda z: -_sigmoid_derivative(z) * (z / 2).tanh(),
            output_range=(0.0, 1.0),
            saturates=1,
            torch_code="torch.sigmoid(z)",
            kernels=Kernels(
                lambda z, out: partial(torch.sigmoid, z, out=out),
                _backward("sigmoid_backward", of_output=True),
            ),
            above_low=lambda z: z.sigmoid(),
            below_high=lambda z: (-z).sigmoid(),
        ),
        Activation(
            name="step",
            label="Heaviside (by hand)",
            formula="ŷ = 1 if z > 0 else 0",
            reference="McCulloch and Pitts 1943, "
            "A logical calculus of the ideas immanent in nervous activity",
            value=lambda z: z.sign().clamp(min=0),
            derivative=lambda z: torch.zeros_like(z),
            derivative_formula="0",
            second_derivative=lambda z: torch.zeros_like(z),
            output_range=(0.0, 1.0),
            torch_code="(z > 0).to(z.dtype)",
            kinks=(0.0,),
            trainable=False,
        ),
        Activation(
            name="leaky_relu",
            label="Leaky ReLU",
            formula="ŷ = z if z > 0 else 0.01·z",
            reference="Maas, Hannun and Ng 2013, "
            "Rectifier nonlinearities improve neural network acoustic models",
            value=lambda z: torch.nn.functional.leaky_relu(z, LEAKY_SLOPE),
            derivative=lambda z: torch.ones_like(z).masked_fill(z <= 0, LEAKY_SLOPE),
            derivative_formula="1 if z > 0 else 0.01",
            second_derivative=lambda z: torch.zeros_like(z),
            output_range=(-math.inf, math.inf),
            torch_code=f"torch.nn.functional.leaky_relu(z, {LEAKY_SLOPE})",
            kernels=Kernels(
                _forward("leaky_relu", LEAKY_SLOPE),
                _backward("leaky_relu_backward", LEAKY_SLOPE, False),
            ),
            kinks=(0.0,),
        ),
        Activation(
            name="elu",
            label="ELU",
            formula="ŷ = z if z > 0 else eᶻ − 1",
            reference="Clevert, Unterthiner and Hochreiter 2016, "
            "Fast and accurate deep network learning by ELUs, arXiv:1511.07289",
            value=lambda z: torch.nn.functional.elu(z),
            derivative=lambda z: z.clamp(max=0).exp(),
            derivative_formula="1 if z > 0 else eᶻ",
            second_derivative=lambda z: z.clamp(max=0).exp().masked_fill(z > 0, 0),
            output_range=(-1.0, math.inf),
            saturates=-1,
            torch_code="torch.nn.functional.elu(z)",
            kernels=Kernels(
                _forward("elu"),
                lambda grad, z, output, out: partial(
                    torch.ops.aten.elu_backward.grad_input, grad, 1, 1, 1, False, z, grad_input=out
                ),
            ),
            above_low=lambda z: z.clamp(max=0).exp() + z.clamp(min=0),
        ),
        Activation(
            name="softplus",
            label="Softplus",
            formula="ŷ = log(1 + eᶻ)",
            reference="Dugas et al. 2001, "
            "Incorporating second-order functional knowledge for better option pricing",
            value=lambda z: torch.nn.functional.softplus(z, threshold=_SOFTPLUS_THRESHOLD),
            derivative=lambda z: z.sigmoid(),
            derivative_formula="1/(1 + e⁻ᶻ)",
            second_derivative=_sigmoid_derivative,
            output_range=(0.0, math.inf),
            saturates=-1,
            torch_code=f"torch.nn.functional.softplus(z, threshold={_SOFTPLUS_THRESHOLD:g})",
            kernels=Kernels(
                _forward("softplus", 1, _SOFTPLUS_THRESHOLD),
                _backward("softplus_backward", 1, _SOFTPLUS_THRESHOLD),
            ),
        ),
        Activation(
            name="gelu",
            label="GELU",
            formula="ŷ = z·Φ(z), Φ the normal distribution",
            reference="Hendrycks and Gimpel 2016, Gaussian error linear units, arXiv:1606.08415",
            value=lambda z: torch.nn.functional.gelu(z),
            derivative=lambda z: 0.5 * torch.erfc(-z / math.sqrt(2)) + z * _normal_density(z),
            derivative_formula="Φ(z) + z·Φ′(z)",
            second_derivative=lambda z: _normal_density(z) * (2 - z * z),
            output_range=(-0.17, math.inf),
            saturates=-1,
            torch_code="torch.nn.functional.gelu(z)",
            kernels=Kernels(_forward("gelu"), _backward("gelu_backward")),
        ),
        Activation(
            name="silu",
            label="SiLU",
            formula="ŷ = z/(1 + e⁻ᶻ)",
            reference="Elfwing, Uchibe and Doya 2018, Sigmoid-weighted linear units, "
            "arXiv:1702.03118",
            value=lambda z: torch.nn.functional.silu(z),
            derivative=lambda z: z.sigmoid() * (1 + z * (-z).sigmoid()),
            derivative_formula="(1 + z − ŷ)/(1 + e⁻ᶻ)",
            second_derivative=lambda z: _sigmoid_derivative(z) * (2 - z * (z / 2).tanh()),
            output_range=(-0.2785, math.inf),
            saturates=-1,
            torch_code="torch.nn.functional.silu(z)",
            kernels=Kernels(_forward("silu"), _backward("silu_backward")),
        ),
    ),
)
