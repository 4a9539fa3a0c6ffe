"""LOSSES: how wrong the output ŷ is, compared with the target y.

Every function is elementwise, with one loss per sample; the loss of a batch is their mean. Where
torch's textbook form loses its value or its gradient in floating point, the form from z is used
instead ("fused").
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from msgspec.structs import replace

from neuroviz.core.catalogue import Catalogue, Entry
from neuroviz.core.choices.activations import Activation
from neuroviz.core.lazy import torch
from neuroviz.core.types import Frozen, Tensor, Thunks

CODINGS: dict[str, tuple[float, float]] = {"01": (0.0, 1.0), "pm1": (-1.0, 1.0)}
"""The two ways to write classes as numbers: name -> (class 0, class 1)."""
CODING_LABELS = {"01": "0 and 1", "pm1": "−1 and +1"}
"""Names of the codings on the screen."""

_ALL_REALS = (-math.inf, math.inf)


PerSample = Callable[["Tensor", "Tensor"], "Tensor"]
Backward = Callable[["Tensor", "Tensor", "Tensor"], "Thunks"]


class Fused(Frozen):
    """A loss and an activation in one formula of z, equal in value and better in floating point."""

    value: PerSample
    """Loss per sample of (pre-activation, target)."""
    derivative: PerSample
    """∂loss/∂z per sample of (pre-activation, target), as autograd has it."""
    derivative_formula: str
    """The derivative in one line of plain text, by ŷ and y."""
    second_derivative: PerSample
    """∂²loss/∂z² per sample of (pre-activation, target), accurate to the last digits wherever it is
    flat."""
    by_output: PerSample
    """∂loss/∂output per sample of (pre-activation, target), without the cancellation in 1 − ŷ."""
    torch_code: str
    """As in :class:`Loss`, by ``z`` and ``target``."""
    sample_code: str
    """As in :class:`Loss`, by ``z`` and ``target``."""
    backward: Backward | None = None
    """``backward(pre_activation, target, out)``: the calls that write ∂loss/∂z per sample, as in
    :attr:`Loss.backward`."""


PROPERTIES = {
    "positive": "never below 0",
    "zero": "0 where ŷ is y",
    "slope": "a slope wherever it is not",
    "grows": "larger for a larger error",
    "smooth": "smooth",
}
"""The properties of a good loss, by name and in words; a test checks them for each loss."""


class Loss(Entry):
    """One loss function."""

    value: PerSample
    """Loss per sample of (output, target)."""
    derivative: PerSample
    """∂loss/∂output per sample of (output, target); at a kink the value that autograd takes."""
    sample_formula: str
    """The loss of one sample in one line of plain text, by ŷ and y: ``formula`` without the
    mean."""
    derivative_formula: str
    """The derivative in one line of plain text, by ŷ and y."""
    torch_code: str
    """The mean as a reader of the notebook would write it, by ``output`` and ``target``."""
    sample_code: str
    """The same for each sample; it equals ``value`` to the bit."""
    accepts: tuple[float, float] = _ALL_REALS
    """Two bounds; outputs must be strictly between them."""
    accepts_in_words: str = "any output"
    """The same, for a sentence."""
    coding: str | None = None
    """The coding of classes that it needs, a key of :data:`CODINGS`; None if any will do."""
    classes_only: bool = False
    """Whether the targets must be classes."""
    fused: Mapping[str, Fused] = {}
    """Activation name -> the form from z that replaces both."""
    backward: Backward | None = None
    """``backward(output, target, out)``: the calls that write ∂loss/∂output per sample, for the
    fast step, as autograd does to the last bit. None if autograd itself is to take the steps."""
    slopes: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] | None = None
    """∂loss/∂output and ∂²loss/∂output² per sample of (output − target, target), the second 0 at a
    kink; None if every use of the loss has a fused form."""
    informative: bool = True
    """False if gradient and loss are 0 whatever the neuron gives."""
    refuses_nan: bool = False
    """Whether its ``torch_code`` raises an error where an output is NaN."""
    kinks: tuple[float, ...] = ()
    """Values of the :attr:`margin` without a derivative."""
    margin: str = "difference"
    """What the kinks are values of: "difference" means output − target, "product" output ·
    target."""
    brings: Mapping[str, Any] = {}
    """Field of Settings -> its value with this loss where none is chosen, instead of the task's;
    for a rule that is more than a loss."""

    lacks: tuple[str, ...] = ()
    """The names in PROPERTIES of the properties that it lacks."""

    @property
    def properties(self) -> str:
        """The properties of a good loss that it has and lacks, in one line."""
        return ", ".join(
            f"{'✗' if name in self.lacks else '✓'} {words}" for name, words in PROPERTIES.items()
        )

    @property
    def fast(self) -> bool:
        """Whether the fast step supports it, with every activation that both allow."""
        return self.backward is not None or any(fused.backward for fused in self.fused.values())

    def objection(self, activation: Activation) -> str | None:
        """Return why this loss cannot take that activation's outputs; None if it can."""
        low, high = activation.output_range
        inside = self.accepts[0] <= low and high <= self.accepts[1]
        # A trainable activation comes near its bounds; the step function is on them, where log 0 is
        # infinite.
        if inside and (activation.trainable or self.accepts == _ALL_REALS):
            return None
        return (
            f"{self.label} needs {self.accepts_in_words}, and {activation.label} gives others: "
            "use sigmoid, or the loss mse."
        )


def _huber_backward(output: Tensor, target: Tensor, out: Tensor) -> Thunks:
    kernel = torch.ops.aten.huber_loss_backward.out
    ones = torch.ones_like(out)
    return (partial(kernel, ones, output, target, 0, 1.0, grad_input=out),)


def _hinge_backward(output: Tensor, target: Tensor, out: Tensor) -> Thunks:
    kernel = torch.ops.aten.threshold_backward.grad_input
    ones = torch.ones_like(out)
    return (
        partial(torch.mul, target, output, out=out),
        partial(torch.sub, ones, out, out=out),
        partial(kernel, ones, out, 0, grad_input=out),
        out.neg_,
        partial(out.mul_, target),
    )


LOSSES: Catalogue[Loss] = Catalogue(
    "loss",
    (
        Loss(
            name="mse",
            label="Mean squared error",
            formula="mean (ŷ − y)²",
            reference="Gauss 1809, Theoria motus corporum coelestium",
            value=lambda output, target: (output - target).square(),
            derivative=lambda output, target: 2 * (output - target),
            sample_formula="(ŷ − y)²",
            derivative_formula="2·(ŷ − y)",
            slopes=lambda error, target: (2 * error, torch.full_like(error, 2.0)),
            torch_code="torch.nn.functional.mse_loss(output, target)",
            sample_code="(output - target) ** 2",
            # d + d is 2d, and faster.
            backward=lambda output, target, out: (
                partial(torch.sub, output, target, out=out),
                partial(out.add_, out),
            ),
        ),
        Loss(
            name="bce",
            label="Binary cross-entropy",
            formula="mean −[y·log ŷ + (1 − y)·log(1 − ŷ)], in nats",
            reference="Cox 1958, The regression analysis of binary sequences",
            value=lambda output, target: (
                -(torch.xlogy(target, output) + torch.xlogy(1 - target, 1 - output))
            ),
            derivative=lambda output, target: (output - target) / (output * (1 - output)),
            sample_formula="−[y·log ŷ + (1 − y)·log(1 − ŷ)]",
            derivative_formula="(ŷ − y)/(ŷ·(1 − ŷ))",
            torch_code="torch.nn.functional.binary_cross_entropy(output, target)",
            sample_code="-(torch.xlogy(target, output) + torch.xlogy(1 - target, 1 - output))",
            accepts=(0.0, 1.0),
            accepts_in_words="outputs between 0 and 1",
            coding="01",
            classes_only=True,
            fused={
                "sigmoid": Fused(
                    value=lambda z, target: torch.nn.functional.binary_cross_entropy_with_logits(
                        z, target.expand_as(z), reduction="none"
                    ),
                    derivative=lambda z, target: z.sigmoid() - target,
                    derivative_formula="ŷ − y",
                    second_derivative=lambda z, target: z.sigmoid() * (-z).sigmoid(),
                    by_output=lambda z, target: (
                        (1 - target) / (-z).sigmoid() - target / z.sigmoid()
                    ),
                    torch_code="torch.nn.functional.binary_cross_entropy_with_logits(z, target)",
                    sample_code="torch.nn.functional.binary_cross_entropy_with_logits(z, target, "
                    'reduction="none")',
                    backward=lambda z, target, out: (
                        partial(torch.sigmoid, z, out=out),
                        partial(out.sub_, target),
                    ),
                )
            },
        ),
        Loss(
            name="cross_entropy",
            label="Cross-entropy (one output)",
            formula="mean −y·log softmax(ŷ), 0 over one output",
            lacks=("slope", "grows"),
            reference="Bridle 1990, Probabilistic interpretation of feedforward "
            "classification network outputs",
            # Softmax over the single output: log(e^o / e^o) = 0 for every o.
            # "+ 0" turns the notebook's −0 into 0.
            value=lambda output, target: (
                -target * output.unsqueeze(-1).log_softmax(-1).squeeze(-1) + 0.0
            ),
            derivative=lambda output, target: torch.zeros_like(output),
            sample_formula="−y·log softmax(ŷ)",
            derivative_formula="0",
            slopes=lambda error, target: (torch.zeros_like(error), torch.zeros_like(error)),
            torch_code="torch.nn.functional.cross_entropy(output[:, None], target[:, None])",
            sample_code="-target * torch.log_softmax(output[:, None], dim=1)[:, 0] + 0.0",
            coding="01",
            classes_only=True,
            informative=False,
        ),
        Loss(
            name="mae",
            label="Mean absolute error",
            formula="mean |ŷ − y|",
            lacks=("smooth",),
            reference="Laplace 1774, Mémoire sur la probabilité des causes par les évènements",
            value=lambda output, target: (output - target).abs(),
            derivative=lambda output, target: (output - target).sign(),
            sample_formula="|ŷ − y|",
            derivative_formula="sign(ŷ − y)",
            slopes=lambda error, target: (error.sign(), torch.zeros_like(error)),
            torch_code="torch.nn.functional.l1_loss(output, target)",
            sample_code="(output - target).abs()",
            kinks=(0.0,),
            backward=lambda output, target, out: (
                partial(torch.sub, output, target, out=out),
                out.sgn_,
            ),
        ),
        Loss(
            name="huber",
            label="Huber (δ = 1)",
            formula="mean ½d² if |d| ≤ 1 else |d| − ½, d = ŷ − y",
            reference="Huber 1964, Robust estimation of a location parameter, "
            "Annals of Mathematical Statistics",
            value=lambda output, target: torch.nn.functional.huber_loss(
                output, target.expand_as(output), reduction="none"
            ),
            derivative=lambda output, target: (output - target).clamp(-1, 1),
            sample_formula="½d² if |d| ≤ 1 else |d| − ½, d = ŷ − y",
            derivative_formula="ŷ − y if |ŷ − y| ≤ 1 else sign(ŷ − y)",
            slopes=lambda error, target: (error.clamp(-1, 1), (error.abs() < 1).to(error.dtype)),
            torch_code="torch.nn.functional.huber_loss(output, target)",
            sample_code='torch.nn.functional.huber_loss(output, target, reduction="none")',
            backward=_huber_backward,
        ),
        Loss(
            name="hinge",
            label="Hinge",
            formula="mean max(0, 1 − y·ŷ), y = ±1",
            lacks=("slope", "grows", "smooth"),
            reference="Cortes and Vapnik 1995, Support-vector networks, Machine Learning",
            value=lambda output, target: (1 - target * output).relu(),
            derivative=lambda output, target: -target * (target * output < 1).to(output.dtype),
            sample_formula="max(0, 1 − y·ŷ)",
            derivative_formula="−y if y·ŷ < 1 else 0",
            slopes=lambda error, target: (-target * (target * error < 0), torch.zeros_like(error)),
            torch_code="torch.relu(1 - target * output).mean()",
            sample_code="torch.relu(1 - target * output)",
            coding="pm1",
            classes_only=True,
            kinks=(1.0,),
            margin="product",
            backward=_hinge_backward,
        ),
        Loss(
            name="perceptron",
            label="Perceptron",
            formula="mean max(0, −y·ŷ), y = ±1",
            lacks=("slope", "grows", "smooth"),
            reference="Rosenblatt 1958, The perceptron, Psychological Review",
            # Not relu, whose slope at 0 is 0. An output of 0 must count as a mistake, or nothing
            # would move a neuron whose weights are all 0.
            value=lambda output, target: (0 - target * output).clamp(min=0),
            derivative=lambda output, target: -target * (target * output <= 0).to(output.dtype),
            sample_formula="max(0, −y·ŷ)",
            derivative_formula="−y if y·ŷ ≤ 0 else 0",
            slopes=lambda error, target: (
                -target * (target * error <= -1),
                torch.zeros_like(error),
            ),
            torch_code="torch.clamp(0 - target * output, min=0).mean()",
            sample_code="torch.clamp(0 - target * output, min=0)",
            coding="pm1",
            classes_only=True,
            kinks=(0.0,),
            margin="product",
            backward=lambda output, target, out: (
                partial(torch.mul, target, output, out=out),
                partial(torch.le, out, 0, out=out),
                out.neg_,
                partial(out.mul_, target),
            ),
            brings={
                "activation": "identity",
                "optimizer": "sgd",
                "schedule": "constant",
                "l1": 0.0,
                "l2": 0.0,
                "batch_size": 1,
                "learning_rate": 1.0,
                "init": "zeros",
            },
            note="Sets up the perceptron's rule: identity, plain SGD, one sample a step, rate 1, "
            "a start at 0. An output of exactly 0 is a mistake too.",
        ),
    ),
)


LEAST_SLOPE = 1e-12
"""Where torch divides by ŷ·(1 − ŷ), it takes at least this."""


def _value(output: Tensor, target: Tensor) -> Tensor:
    # torch raises an error at NaN, but a run must stop by itself.
    known = output.nan_to_num(nan=0.5)
    losses = torch.nn.functional.binary_cross_entropy(
        known, target.expand_as(known), reduction="none"
    )
    return torch.where(output.isnan(), output, losses)


def _from_sums(pre_activation: Tensor, target: Tensor) -> Tensor:
    # −log of the share of the target's class, as in torch.nn.functional.cross_entropy.
    classes = target.long().expand(pre_activation.shape[:-1]).unsqueeze(-1)
    return -pre_activation.log_softmax(-1).gather(-1, classes).squeeze(-1)


SOFTMAX: Loss = replace(
    LOSSES["cross_entropy"],
    label="Cross-entropy",
    formula="mean −log softmax(z)ₜ, t the target's class, in nats",
    lacks=(),
    value=_from_sums,
    sample_formula="−log softmax(z)ₜ",
    derivative=lambda output, target: output.softmax(-1) - _one_hot(output, target),
    derivative_formula="softmax(z) − (1 for the target's class, else 0)",
    slopes=None,
    torch_code="torch.nn.functional.cross_entropy(z, target)",
    sample_code='torch.nn.functional.cross_entropy(z, target, reduction="none")',
    informative=True,
)
"""Cross-entropy of outputs z (…, K), each the sum of a class, with targets (…) that are indices of
classes. The softmax is a part of it, as in torch."""


def _one_hot(output: Tensor, target: Tensor) -> Tensor:
    return torch.nn.functional.one_hot(target.long(), output.shape[-1]).to(output.dtype)


NAIVE_BCE: Loss = replace(
    LOSSES["bce"],
    label="BCE of the rounded ŷ",
    formula="mean −[y·log ŷ + (1 − y)·log(1 − ŷ)], each log at least −100, in nats",
    reference="torch.nn.BCELoss",
    sample_formula="−[y·max(log ŷ, −100) + (1 − y)·max(log(1 − ŷ), −100)]",
    value=_value,
    derivative=lambda output, target: (
        (output - target) / ((1 - output) * output).clamp(min=LEAST_SLOPE)
    ),
    derivative_formula=f"(ŷ − y)/max(ŷ·(1 − ŷ), {LEAST_SLOPE:g})",
    sample_code='torch.nn.functional.binary_cross_entropy(output, target, reduction="none")',
    fused={},
    refuses_nan=True,
)
"""ŷ = σ(z) is computed first, then its loss. Where ŷ is rounded to 0 or 1, the slope of the sigmoid
is exactly 0, and with it the gradient, however wrong the neuron is."""
