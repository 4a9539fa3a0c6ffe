"""Binary cross-entropy as commonly written: torch's own numbers, and the freeze it is there to show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.naive_bce import NAIVE_BCE
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import hessian_at
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.lazy import load_torch
from neuroviz.core.neuron.neuron import Neuron, initial_parameters
from neuroviz.core.training.trainer import Trainer

load_torch()
Z = torch.tensor([-1000.0, -110.0, -40.0, -3.0, 0.0, 2.0, 17.0, 40.0, 800.0], dtype=torch.float64)


def naive(task: str = "and", **choices: Any) -> Settings:
    """Return settings with the loss as commonly written."""
    return Settings(task, breaks=("naive_bce",), **choices)


@pytest.mark.parametrize("target", [0.0, 1.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_value_and_derivative_are_torchs(target: float, dtype: torch.dtype) -> None:
    """The loss, and its derivative by ŷ, to the last digit as F.binary_cross_entropy and autograd have them."""
    output = Z.to(dtype).sigmoid().requires_grad_()
    targets = torch.full_like(output, target)
    losses = torch.nn.functional.binary_cross_entropy(output, targets, reduction="none")
    (grad,) = torch.autograd.grad(losses.sum(), output)
    assert torch.equal(NAIVE_BCE.value(output, targets), losses)
    torch.testing.assert_close(NAIVE_BCE.derivative(output.detach(), targets), grad, rtol=1e-6, atol=0.0)


def test_it_broadcasts_and_keeps_what_is_no_number() -> None:
    """A grid of outputs against one row of targets; NaN stays NaN instead of raising torch's error."""
    output = torch.tensor([[0.5, torch.nan], [1.0, 0.25]])
    losses = NAIVE_BCE.value(output, torch.tensor([1.0, 0.0]))
    assert losses.shape == (2, 2)
    assert losses.isnan().tolist() == [[False, True], [False, False]]


def test_it_is_not_fused() -> None:
    """No form from z, so the neuron takes the sigmoid first; otherwise the row is BCE's."""
    assert not NAIVE_BCE.fused
    assert not Neuron.of(naive()).fast
    assert Neuron.of(naive()).fused is None
    assert (NAIVE_BCE.name, NAIVE_BCE.coding) == ("bce", LOSSES["bce"].coding)
    assert "bce" in LOSSES
    assert LOSSES["bce"] is not NAIVE_BCE


@pytest.mark.parametrize("task", ["nand", "or"])
def test_float32_freezes_as_in_torch(task: str) -> None:
    """At rate 50 the same starts as in a plain loop end with a gradient of exactly 0 and a large loss."""
    seeds = range(12)
    ours = [_ours(task, seed) for seed in seeds]
    assert ours == [_torchs(Settings(task, seed=seed, precision="float32")) for seed in seeds]
    assert any(frozen and loss > 1 for frozen, loss in ours)


def test_from_z_it_does_not_freeze() -> None:
    """Where the common form is frozen from the first steps on, the form from z goes on."""
    frozen, loss = _ours("nand", 0)
    sound = Trainer(Settings("nand", learning_rate=50.0, seed=0, precision="float32"))
    sound.advance(60)
    assert frozen
    assert loss > 1 > sound.history.newest.batch_loss


def _ours(task: str, seed: int) -> tuple[bool, float]:
    """Return whether the gradient is exactly 0 after 60 steps, and the loss there."""
    trainer = Trainer(naive(task, learning_rate=50.0, seed=seed, precision="float32"))
    trainer.advance(60)
    row = trainer.history.newest
    return not row.grad.any(), row.batch_loss


def _torchs(settings: Settings) -> tuple[bool, float]:
    """Return the same of a loop of tensors with sigmoid and BCELoss."""
    x, y = (torch.tensor(values) for values in (settings.design, settings.coded_targets))
    x, y = x.float(), y.float()
    theta = initial_parameters(settings).requires_grad_()
    optimizer = torch.optim.SGD([theta], lr=50.0)
    for step in range(61):
        optimizer.zero_grad()
        loss = torch.nn.BCELoss()((x @ theta).sigmoid(), y)
        loss.backward()
        if step < 60:
            optimizer.step()
    assert theta.grad is not None
    return not theta.grad.any(), float(loss.detach())


@pytest.mark.parametrize("parameters", [(0.3, -0.7, 0.2), (2.0, 3.0, -4.0)])
def test_hessian_and_losses_are_those_from_z(parameters: tuple[float, ...]) -> None:
    """Where ŷ is not rounded it is the same function: equal curvature and loss."""
    theta, plain = np.array(parameters), Settings("and")
    np.testing.assert_allclose(hessian_at(naive(), theta), hessian_at(plain, theta), rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(losses_at(naive(), theta[None]), losses_at(plain, theta[None]), rtol=1e-12)


@pytest.mark.parametrize("output", [1e-14, 0.3, 1 - 1e-14])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_the_formula_says_what_torch_does(output: float, target: float) -> None:
    """With the divisor that torch takes in place of one that is too small."""
    ŷ = torch.tensor([output], dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.binary_cross_entropy(ŷ, torch.tensor([target], dtype=torch.float64))
    (truth,) = torch.autograd.grad(loss, ŷ)
    code = NAIVE_BCE.derivative_formula.replace("−", "-").replace("·", "*")
    assert eval(code, {"ŷ": output, "y": target}) == pytest.approx(float(truth), rel=1e-7)
