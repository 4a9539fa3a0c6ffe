"""PENALTIES: terms that are added to the mean loss to keep weights small, without the bias.

A penalty is a term of the loss and comes with its gradient. The weight decay of AdamW is something
else: it acts on weights and bias directly, not through the gradient, which Adam would rescale. With
plain SGD, ``torch.optim.SGD(weight_decay=2·λ₂)`` for the weights alone takes the steps of L2
(Loshchilov and Hutter 2019, arXiv:1711.05101).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from neuroviz.core.catalogue import Catalogue, Entry
from neuroviz.core.choices.hyperparameters import Hyperparameter
from neuroviz.core.lazy import np, torch
from neuroviz.core.types import Floats, Tensor, Thunks

_STRONGEST = 1e6


class Penalty(Entry):
    """One penalty of the weights: its strength times a sum with a term for each weight.

    Its name is that of its strength in Settings.
    """

    strength: Hyperparameter
    """λ, 0 or more; 0 leaves the penalty out."""
    short: str
    """Its name next to that of the loss."""
    value: Callable[[Any], Any]
    """The term of a weight, elementwise, for arrays and tensors."""
    derivative: Callable[[Floats], Floats]
    """Its derivative, elementwise, for arrays; at a kink the value that autograd takes."""
    curvature: float
    """Its second derivative, the same for all weights except at a kink."""
    backward: Callable[[Tensor, float, Tensor], Thunks]
    """``backward(weights, strength, out)``: the calls that write strength times derivative, for the
    fast step, as autograd does to the last bit."""
    torch_code: str
    """The sum as a reader of the notebook would write it, by ``weights``; it equals the sum of
    ``value`` to the bit."""
    term_formula: str
    """The term in one line of plain text; ``{}`` stands for the weight."""
    derivative_formula: str
    """Its derivative in one line of plain text; ``{}`` stands for the weight."""
    kinked: bool = False
    """Whether it has no derivative where a weight is 0."""

    @property
    def hyperparameters(self) -> tuple[Hyperparameter, ...]:
        """Its numbers: the strength."""
        return (self.strength,)

    @property
    def sum_formula(self) -> str:
        """What it adds to the loss, in letters."""
        return self.formula.partition(",")[0]

    @property
    def grad_formula(self) -> str:
        """What it adds to the gradient of a weight, in letters."""
        return f"{self.strength.symbol}·{self.derivative_formula.format('w')}"


PENALTIES: Catalogue[Penalty] = Catalogue(
    "penalty",
    (
        Penalty(
            name="l1",
            label="L1 regularisation",
            formula="λ₁·Σ|wᵢ|, added to the loss",
            reference="Tibshirani 1996, Regression shrinkage and selection via the lasso",
            strength=Hyperparameter(
                "l1",
                "L1 penalty λ₁",
                0.0,
                _STRONGEST,
                0.0,
                "strength λ₁ of λ₁·Σ|w|, added to the loss; scikit-learn's C is 1/(N·λ₁), "
                "Lasso's alpha λ₁/2",
                logarithmic=True,
                symbol="λ₁",
            ),
            short="L1",
            value=abs,
            derivative=lambda weights: np.sign(weights),
            curvature=0.0,
            backward=lambda weights, strength, out: (
                partial(torch.sign, weights, out=out),
                partial(out.mul_, strength),
            ),
            torch_code="weights.abs().sum()",
            term_formula="|{}|",
            derivative_formula="sign({})",
            kinked=True,
        ),
        Penalty(
            name="l2",
            label="L2 regularisation",
            formula="λ₂·Σwᵢ², added to the loss",
            reference="Hoerl and Kennard 1970, Ridge regression: "
            "biased estimation for nonorthogonal problems",
            strength=Hyperparameter(
                "l2",
                "L2 penalty λ₂",
                0.0,
                _STRONGEST,
                0.0,
                "strength λ₂ of λ₂·Σw², added to the loss; scikit-learn's C is 1/(2·N·λ₂), "
                "Ridge's alpha N·λ₂",
                logarithmic=True,
                symbol="λ₂",
            ),
            short="L2",
            # Not weights * weights, for which autograd adds two halves, each rounded near 0.
            value=lambda weights: weights**2,
            derivative=lambda weights: 2 * weights,
            curvature=2.0,
            backward=lambda weights, strength, out: (
                partial(torch.mul, weights, 2 * strength, out=out),
            ),
            torch_code="weights.square().sum()",
            term_formula="{}²",
            derivative_formula="2·{}",
        ),
    ),
)
"""In the order in which they are added; several at once are an elastic net (Zou and Hastie
2005)."""


ActivePenalties = tuple[tuple[Penalty, float], ...]
"""Penalties that are in force, each with its strength above 0."""


def active_penalties(strengths: dict[str, float]) -> ActivePenalties:
    """Return the penalties with a strength above 0, by the strengths of all."""
    return tuple((row, strengths[name]) for name, row in PENALTIES.items() if strengths[name] > 0)
