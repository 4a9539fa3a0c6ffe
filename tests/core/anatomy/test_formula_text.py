import math

import numpy as np
import pytest
import torch

from neuroviz.core.anatomy.formula_text import (
    bracketed,
    delta_formula,
    grad_term,
    of_input,
    parameter,
    put_in,
    summed,
)
from neuroviz.core.anatomy.phases import listed
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import subscripted
from neuroviz.core.training.trainer import Trainer
from tests.core.anatomies import anatomy_of
from tests.core.shown import worked_out
from tests.for_each import for_each


def test_numbers_in_their_places():
    """Signs that would run into another get brackets, others do not."""
    numbers = {"z": -0.5, "ŷ": 0.25, "y": 1.0}
    assert put_in("2·(ŷ − y)", numbers) == "2·(0.25 − 1)"
    assert put_in("1/(1 + e⁻ᶻ)", numbers) == "1/(1 + e^0.5)"
    assert put_in("z if z > 0 else eᶻ − 1", numbers) == "-0.5 if -0.5 > 0 else e^(-0.5) − 1"
    assert put_in("1 − ŷ²", {**numbers, "ŷ": -0.25}) == "1 − (-0.25)²"
    assert put_in("sign(ŷ − y)", numbers) == "sign(0.25 − 1)"
    assert put_in("Φ(z) + z·Φ′(z)", numbers) == "Φ(-0.5) + (-0.5)·Φ′(-0.5)"


def test_brackets():
    """A power makes an exponent ambiguous, and the first place makes a sign harmless."""
    assert [bracketed(-2), bracketed(-2, first=True), bracketed(2)] == ["(-2)", "-2", "2"]
    assert [bracketed(1e-9), bracketed(1e-9, power=True)] == ["1e-9", "(1e-9)"]
    assert bracketed(-math.inf) == "(−∞)"


def test_sums_take_signs_and_fold():
    """A minus becomes the sum's own; beyond five terms four stand, and the rest is counted."""
    assert summed(["1", "-2", "3"]) == "1 − 2 + 3"
    assert summed(list("abcde")) == "a + b + c + d + e"
    assert summed(list("abcdef")) == "a + b + c + d + … 2 more"
    assert listed(list("abcd")) == "a, b, c, d"
    assert listed(list("abcdef")) == "a, b, c and 3 more"
    assert subscripted("w12") == "w₁₂"


POINTS = (-2.3, -0.4, 0.7, 1.9)


@for_each("name", ACTIVATIONS)
def test_the_activation_s_texts_are_true(name):
    """Value and derivative, worked out from their texts, are those of the functions."""
    activation = ACTIVATIONS[name]
    for z in POINTS:
        point = torch.tensor([z], dtype=torch.float64)
        output = activation.value(point).item()
        slope = activation.derivative(point).item()
        formula = activation.formula.removeprefix("ŷ = ")
        assert worked_out(formula, z=z) == pytest.approx(output, rel=1e-12)
        assert worked_out(activation.derivative_formula, z=z, ŷ=output) == pytest.approx(
            slope, rel=1e-12
        )


@for_each("name", LOSSES)
def test_the_loss_s_texts_are_true(name):
    """One sample's loss and its derivative, from their texts, are those of the functions."""
    loss = LOSSES[name]
    outputs = (0.2, 0.9) if loss.accepts == (0.0, 1.0) else POINTS
    for output in outputs:
        for target in (-1.0, 1.0) if loss.coding == "pm1" else (0.0, 1.0):
            pair = torch.tensor([[output], [target]], dtype=torch.float64)
            value, slope = loss.value(*pair).item(), loss.derivative(*pair).item()
            numbers = {"ŷ": output, "y": target}
            assert worked_out(loss.sample_formula, **numbers) == pytest.approx(value, rel=1e-12)
            assert worked_out(loss.derivative_formula, **numbers) == pytest.approx(slope, rel=1e-12)
    assert loss.formula.startswith(f"mean {loss.sample_formula}")


def test_delta_is_the_product_or_the_fused_form():
    """Sigmoid with BCE is ŷ − y.

    As commonly written, and elsewhere, it is the product of two slopes.
    """
    deltas = {
        "ŷ − y": {},
        "2·(ŷ − y)·ŷ·(1 − ŷ)": {"loss": "mse"},
        "2·(ŷ − y)": {"loss": "mse", "activation": "identity"},
        "0": {"loss": "mse", "activation": "step"},
        "2·(ŷ − y)·(1 if z > 0 else 0)": {"loss": "mse", "activation": "relu"},
        "(ŷ − y)/max(ŷ·(1 − ŷ), 1e-12)·ŷ·(1 − ŷ)": {"breaks": ("naive_bce",)},
    }
    for formula, choices in deltas.items():
        settings = Settings(**choices)
        anatomy = anatomy_of(Trainer(settings))
        assert delta_formula(anatomy) == formula
        assert grad_term(anatomy, 2).endswith("·1")


def test_names_of_parameters_and_inputs():
    """w₁ goes with x₁, the bias with 1, or with 0 where it is left out."""
    for breaks, one in (((), "1"), (("no_bias",), "0")):
        settings = Settings(breaks=breaks)
        anatomy = anatomy_of(Trainer(settings))
        assert [parameter(anatomy, i) for i in range(3)] == ["w₁", "w₂", "b"]
        assert [of_input(anatomy, i) for i in range(3)] == ["x₁", "x₂", one]
    data = Dataset(np.eye(2), np.arange(2.0), False, ("living area in m²", "x2"))
    settings = Settings(data=data)
    anatomy = anatomy_of(Trainer(settings))
    assert [of_input(anatomy, i) for i in range(3)] == ["living area i…", "x₂", "1"]
