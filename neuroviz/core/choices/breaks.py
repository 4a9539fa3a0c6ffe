"""BREAKS: switches that break a run on purpose, to show what each of its parts is good for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from neuroviz.core.catalogue import Catalogue, Entry, SettingsError
from neuroviz.core.choices.activations import Activation
from neuroviz.core.choices.losses import SOFTMAX, Loss
from neuroviz.core.choices.optimizers import Optimizer
from neuroviz.core.lazy import np
from neuroviz.core.types import Floats

MAGNIFIED = 100.0
"""Factor of x₁ where it is magnified."""
SATURATED = 4.0
"""Size of the weights of the saturated start, and least size of z for every sample; σ' is 0.018
there."""


def _never(activation: Activation, loss: Loss, optimizer: Optimizer) -> str | None:
    return None


def _follows(activation: Activation, loss: Loss, optimizer: Optimizer) -> str | None:
    if optimizer.search is None:
        return None
    return (
        f"{optimizer.label} looks for a lower loss by the gradient itself: "
        "leave that as it is, or use another optimizer."
    )


def _saturates(activation: Activation, loss: Loss, optimizer: Optimizer) -> str | None:
    if activation.saturates:
        return None
    if loss is SOFTMAX:
        return "Several outputs have no flat side to start on: this switch is for one output."
    return f"{activation.label} has no flat side to start on: use sigmoid, tanh or ReLU."


def _has_naive_form(activation: Activation, loss: Loss, optimizer: Optimizer) -> str | None:
    if loss.name == "bce" and activation.name == "sigmoid":
        return None
    if loss is SOFTMAX:
        return "The cross-entropy of several outputs has no such form: this switch is for one."
    return (
        "Only sigmoid with binary cross-entropy is commonly written in a form that breaks, "
        f"not {activation.label} with {loss.label}: use these two."
    )


class Break(Entry):
    """One thing to break on purpose."""

    effect: str
    """What is done, one sentence."""
    look_for: str
    """What to look for, one sentence."""
    objection: Callable[[Activation, Loss, Optimizer], str | None] = _never
    """Why it is impossible with an activation, a loss and an optimizer; None if it is possible."""
    changes_step: bool = True
    """Whether it changes the step itself, not only the inputs or the start."""
    least_hidden: int = 0
    """Number of hidden neurons that it needs."""
    alone: bool = False
    """Whether it is for one neuron, without hidden neurons and other outputs."""

    def misfit(self, hidden: int, outputs: int) -> str | None:
        """Return why it is impossible with these numbers of hidden neurons and outputs, or None."""
        if hidden < self.least_hidden:
            return f"'{self.label}' needs two or more hidden neurons: use hidden 2."
        others = ["hidden 0"] * (hidden > 0) + ["data with one target"] * (outputs > 1)
        if self.alone and others:
            needed = " and ".join(others)
            return f"'{self.label}' is for one neuron alone: use {needed}."
        return None

    @property
    def spoken(self) -> str:
        """The label inside a sentence; abbreviations stay as they are."""
        return self.label if self.label[:2].isupper() else self.label[0].lower() + self.label[1:]

    @property
    def explanation(self) -> str:
        """What it does and what to look for."""
        return f"{self.effect} {self.look_for}"


BREAKS: Catalogue[Break] = Catalogue(
    "break",
    (
        Break(
            name="no_bias",
            label="No bias",
            formula="z = w·x",
            reference="torch.nn.Linear(bias=False)",
            effect="The bias is left out: it is 0 and stays 0.",
            look_for="Look for a boundary that turns about the origin and never leaves it.",
        ),
        Break(
            name="no_zero_grad",
            label="Forgotten zero_grad",
            formula="g ← g + ∂L/∂θ",
            reference="torch.optim.Optimizer.zero_grad",
            effect="The gradients are never set to 0, "
            "so each step uses the sum of all gradients so far.",
            look_for="Look for steps that grow, shoot past the minimum and swing back.",
            objection=_follows,
        ),
        Break(
            name="ascent",
            label="Gradient ascent",
            formula="θ ← θ + η·g",
            reference="torch.optim.SGD(maximize=True)",
            effect="The update uses the gradient with the wrong sign, "
            "so it goes up the loss instead of down.",
            look_for="Look for a loss that rises and predictions that turn to the wrong side.",
            objection=_follows,
        ),
        Break(
            name="saturated_start",
            label="Saturated start",
            formula="|w| = 4, |z| ≥ 4 on the flat side",
            reference="Glorot and Bengio 2010, "
            "Understanding the difficulty of training deep networks, AISTATS",
            effect="The weights start with size 4, and the bias so that the activation is flat "
            "for every sample (without a bias, not for every one).",
            look_for="Look for a gradient of almost 0 although the neuron is wrong; "
            "with cross-entropy it stays large.",
            objection=_saturates,
            changes_step=False,
            alone=True,
        ),
        Break(
            name="equal_start",
            label="Equal hidden neurons",
            formula="w_j = w₁, b_j = b₁, v_j = v₁",
            reference="Goodfellow, Bengio and Courville 2016, Deep Learning, section 8.4",
            effect="All hidden neurons start with the parameters that the first one draws.",
            look_for="Look for hidden neurons that get the same gradient and stay equal, but for "
            "rounding: together they do no more than one could.",
            changes_step=False,
            least_hidden=2,
        ),
        Break(
            name="x1_times_100",
            label="x₁ times 100",
            formula="x₁ ← 100·x₁",
            reference="LeCun et al. 1998, Efficient BackProp",
            effect="The first input is 100 times as large, as if in other units.",
            look_for="Look for a condition number often thousands of times as large: "
            "w₁ zig-zags or explodes while the others creep.",
            changes_step=False,
        ),
        Break(
            name="naive_bce",
            label="BCE as commonly written",
            formula="ŷ = σ(z), then −y·log ŷ − (1 − y)·log(1 − ŷ)",
            reference="torch.nn.BCELoss, which clamps the logarithms at −100",
            effect="The loss is computed from the rounded ŷ instead of from z.",
            look_for="Look for ŷ of exactly 0 or 1 in a wrong sample, "
            "as in float32 with a large learning rate: its gradient is exactly 0.",
            objection=_has_naive_form,
        ),
    ),
)


def check_breaks(
    names: Sequence[str],
    activation: Activation,
    loss: Loss,
    optimizer: Optimizer,
    *,
    hidden: int = 0,
    outputs: int = 1,
) -> tuple[str, ...]:
    """Return the names in the order of the table.

    Raises
    ------
    SettingsError
        If one is unknown, or impossible with this activation, loss, optimizer or network.
    """
    for name in names:
        try:
            row = BREAKS.find(name)
            objection = row.objection(activation, loss, optimizer)
            objection = objection or row.misfit(hidden, outputs)
        except SettingsError as error:
            raise SettingsError(str(error), "breaks") from None
        if objection:
            raise SettingsError(objection, "breaks")
    return tuple(name for name in BREAKS if name in names)


def coded(inputs: Floats, code: str | None, breaks: Sequence[str]) -> Floats:
    """Return inputs (N, D) as the neuron gets them.

    Truth values are written in their code, and x₁ is magnified if that break is on.
    """
    if code == "pm1":
        inputs = 2 * inputs - 1
    if "x1_times_100" in breaks:
        inputs = inputs * np.where(np.arange(inputs.shape[1]) == 0, MAGNIFIED, 1.0)
    return inputs


def saturated_bias(inputs: Floats, side: int) -> float:
    """Return the bias with which z at all inputs (N, D) is on the flat side.

    It is a whole number, 4 or more in size.

    Parameters
    ----------
    inputs
        (N, D): the inputs as the neuron gets them; the weights are ``4·side``.
    side
        1 if the activation is flat for large z, −1 for small z.
    """
    least = float((SATURATED * inputs.sum(axis=1)).min())
    return side * (SATURATED + math.ceil(max(0.0, -least)))
