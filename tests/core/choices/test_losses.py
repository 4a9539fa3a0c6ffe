import math
from typing import NamedTuple

import numpy as np
import pytest
import torch

from neuroviz.core.choices.activations import ACTIVATIONS, Activation
from neuroviz.core.choices.losses import CODINGS, LOSSES, Loss
from neuroviz.core.neuron.neuron import Neuron
from tests.core.their_functions import SAMPLE_LOSSES

PAIRS = [
    (activation, loss)
    for activation in ACTIVATIONS.values()
    for loss in LOSSES.values()
    if loss.objection(activation) is None
]
FUSED = [(ACTIVATIONS[name], loss) for loss in LOSSES.values() for name in loss.fused]


def named(pairs: list[tuple[Activation, Loss]]) -> list[str]:
    """Return the names of pairs, for pytest."""
    return [f"{activation.name}-{loss.name}" for activation, loss in pairs]


every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))
every_pair = pytest.mark.parametrize(("activation", "loss"), PAIRS, ids=named(PAIRS))
every_fused = pytest.mark.parametrize(("activation", "loss"), FUSED, ids=named(FUSED))


def samples_for(loss: Loss) -> tuple[torch.Tensor, torch.Tensor]:
    """Return 400 outputs that the loss accepts, and targets: classes in its coding, or numbers."""
    generator = torch.Generator().manual_seed(3)
    outputs = 3 * torch.randn(400, dtype=torch.float64, generator=generator)
    if math.isfinite(loss.accepts[0]):
        outputs = outputs.sigmoid()
    targets = 2 * torch.randn(400, dtype=torch.float64, generator=generator)
    if loss.classes_only:
        low, high = CODINGS[loss.coding or "01"]
        targets = torch.where(targets > 0, high, low)
    return outputs, targets.to(torch.float64)


@every_loss
def test_value_is_torch_s_own(loss: Loss) -> None:
    """The loss of every sample agrees with torch.nn's."""
    outputs, targets = samples_for(loss)
    expected = SAMPLE_LOSSES[loss.name](outputs, targets)
    torch.testing.assert_close(loss.value(outputs, targets), expected, rtol=1e-13, atol=1e-15)


@every_loss
def test_derivative_is_autograd_s(loss: Loss) -> None:
    """∂loss/∂output in closed form is autograd's."""
    outputs, targets = samples_for(loss)
    leaf = outputs.clone().requires_grad_()
    (grad,) = torch.autograd.grad(loss.value(leaf, targets).sum(), leaf)
    torch.testing.assert_close(loss.derivative(outputs, targets), grad, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("loss", [row for row in LOSSES.values() if row.kinks], ids=lambda row: row.name)
def test_at_a_kink_the_derivative_is_autograd_s(loss: Loss) -> None:
    """Exactly on the kink the closed form takes the side that autograd takes."""
    target = torch.ones(1, dtype=torch.float64)
    for kink in loss.kinks:
        output = (target + kink if loss.margin == "difference" else kink / target).requires_grad_()
        (grad,) = torch.autograd.grad(loss.value(output, target).sum(), output)
        assert torch.equal(loss.derivative(output.detach(), target), grad)


@every_loss
def test_torch_code_gives_the_mean(loss: Loss) -> None:
    """The expression shown to the reader evaluates to the mean loss."""
    outputs, targets = samples_for(loss)
    shown = eval(loss.torch_code, {"torch": torch, "output": outputs, "target": targets})
    assert shown.item() == pytest.approx(loss.value(outputs, targets).mean().item(), rel=1e-13, abs=1e-16)


@every_loss
def test_the_loss_is_zero_at_perfection_and_never_negative(loss: Loss) -> None:
    """An output equal to the target costs 0, and none costs less than 0."""
    outputs, targets = samples_for(loss)
    assert (loss.value(outputs, targets) >= 0).all()
    assert not loss.value(targets, targets).any()


@every_loss
def test_informative_says_whether_the_gradient_does(loss: Loss) -> None:
    """``informative`` is False exactly where loss and gradient are 0 whatever the neuron says."""
    outputs, targets = samples_for(loss)
    assert loss.informative == bool(loss.value(outputs, targets).any())
    assert loss.informative == bool(loss.derivative(outputs, targets).any())


@every_fused
def test_fused_is_the_unfused_where_both_are_finite(activation: Activation, loss: Loss) -> None:
    """The form from z gives the same loss and the same gradient as activation then loss, at usual z."""
    z = torch.linspace(-12, 12, 241, dtype=torch.float64)
    for target in CODINGS[loss.coding or "01"]:
        targets = torch.full_like(z, target)
        one, two = z.clone().requires_grad_(), z.clone().requires_grad_()
        fused = loss.fused[activation.name].value(one, targets)
        unfused = loss.value(activation.value(two), targets)
        torch.testing.assert_close(fused, unfused, rtol=1e-9, atol=1e-10)
        (grad_fused,) = torch.autograd.grad(fused.sum(), one)
        (grad_unfused,) = torch.autograd.grad(unfused.sum(), two)
        torch.testing.assert_close(grad_fused, grad_unfused, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_bce_from_z_is_exact_far_out(dtype: torch.dtype) -> None:
    """At z = ±1000 the loss is |z| or 0 and the gradient ŷ − y, finite; at z = 0 it is ½ − y."""
    z = torch.tensor([1000.0, -1000.0, 1000.0, -1000.0, 0.0, 0.0], dtype=dtype, requires_grad=True)
    targets = torch.tensor([0.0, 1.0, 1.0, 0.0, 0.0, 1.0], dtype=dtype)
    losses = LOSSES["bce"].fused["sigmoid"].value(z, targets)
    (grad,) = torch.autograd.grad(losses.sum(), z)
    assert losses[:4].tolist() == [1000.0, 1000.0, 0.0, 0.0]
    assert losses[4:].tolist() == pytest.approx([math.log(2)] * 2, rel=1e-6 if dtype == torch.float32 else 1e-15)
    assert grad.tolist() == [1.0, -1.0, 0.0, 0.0, 0.5, -0.5]


def test_bce_from_z_sees_what_float64_cannot_say_of_the_output() -> None:
    """At z = 45 with target 1 the output is exactly 1, and the loss still e⁻⁴⁵; on the wrong side it pulls."""
    z = torch.tensor([45.0, -45.0], dtype=torch.float64, requires_grad=True)
    losses = LOSSES["bce"].fused["sigmoid"].value(z, torch.ones(2, dtype=torch.float64))
    (grad,) = torch.autograd.grad(losses.sum(), z)
    assert losses[0].item() == pytest.approx(math.exp(-45), rel=1e-9)
    assert grad[1].item() == -1.0


def test_cross_entropy_over_one_output_is_zero_and_not_minus_zero() -> None:
    """It is +0 with gradient 0, whatever the output: also as a mean, which the notebook printed as −0."""
    outputs = torch.tensor([-1000.0, -1.0, 0.0, 3.0, 1000.0], dtype=torch.float64, requires_grad=True)
    for target in (0.0, 1.0):
        losses = LOSSES["cross_entropy"].value(outputs, torch.full_like(outputs, target))
        (grad,) = torch.autograd.grad(losses.mean(), outputs)
        assert losses.tolist() == [0.0] * 5
        assert math.copysign(1, losses.mean().item()) == 1.0
        assert all(math.copysign(1, value) == 1.0 for value in losses.tolist())
        assert grad.tolist() == [0.0] * 5


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=list(ACTIVATIONS))
def test_bce_objects_to_outputs_beyond_0_and_1(activation: Activation) -> None:
    """Only sigmoid stays strictly between 0 and 1; every other is refused with what would work."""
    objection = LOSSES["bce"].objection(activation)
    if activation.name == "sigmoid":
        assert objection is None
    else:
        assert objection is not None
        for word in ("Binary cross-entropy", "between 0 and 1", activation.label, "sigmoid", "mse"):
            assert word in objection


@pytest.mark.parametrize("name", ["mse", "cross_entropy", "mae", "huber", "hinge"])
def test_other_losses_take_every_activation(name: str) -> None:
    """Nothing but BCE refuses an output."""
    assert [LOSSES[name].objection(activation) for activation in ACTIVATIONS.values()] == [None] * len(ACTIVATIONS)


def test_hinge_wants_the_coding_it_is_made_for() -> None:
    """Hinge takes −1 and +1, BCE and cross-entropy 0 and 1, the rest either."""
    codings = {"mse": None, "bce": "01", "cross_entropy": "01", "mae": None, "huber": None, "hinge": "pm1"}
    assert {name: LOSSES[name].coding for name in codings} == codings


class Data(NamedTuple):
    """A data set for a gradient check."""

    inputs: torch.Tensor
    targets: torch.Tensor


def gradient_data(loss: Loss) -> list[Data]:
    """Return the gates in both input codings and two random sets, with targets as the loss wants them."""
    generator = np.random.default_rng(11)
    gates = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=float)
    low, high = CODINGS[loss.coding or "01"]
    sets = [
        (inputs, np.where(np.array(classes), high, low))
        for inputs in (gates, 2 * gates - 1)
        for classes in ([1, 0, 0, 0], [1, 1, 1, 0], [0, 1, 1, 0])
    ]
    for samples, width in ((20, 3), (7, 1)):
        classes = np.where(generator.random(samples) < 0.5, high, low)
        targets = classes if loss.classes_only else 2 * generator.standard_normal(samples)
        sets.append((generator.standard_normal((samples, width)), targets))
    return [Data(torch.from_numpy(inputs), torch.from_numpy(targets)) for inputs, targets in sets]


def near_a_kink(activation: Activation, loss: Loss, theta: torch.Tensor, data: Data, reach: float) -> bool:
    """Return whether z or the loss's margin of any sample lies within reach of a kink."""
    z = data.inputs @ theta[:-1] + theta[-1]
    output = activation.value(z)
    margin = output - data.targets if loss.margin == "difference" else output * data.targets
    distances = [(z - kink).abs().min() for kink in activation.kinks]
    distances += [(margin - kink).abs().min() for kink in loss.kinks]
    return any(distance < reach for distance in distances)


@every_pair
def test_gradient_is_a_central_finite_difference(activation: Activation, loss: Loss) -> None:
    """Autograd's gradient of the mean loss agrees with finite differences at random parameters."""
    neuron, h, checked = Neuron(activation, loss), 3e-6, 0
    generator = torch.Generator().manual_seed(5)
    for data in gradient_data(loss):
        for scale in (0.3, 1.0, 1.0, 3.0):
            theta = scale * torch.randn(data.inputs.shape[1] + 1, dtype=torch.float64, generator=generator)
            if near_a_kink(activation, loss, theta, data, 100 * h):
                continue

            def mean_loss(parameters: torch.Tensor, data: Data = data) -> torch.Tensor:
                return neuron.losses(neuron.pre_activation(parameters, data.inputs), data.targets).mean()

            leaf = theta.clone().requires_grad_()
            value = mean_loss(leaf)
            (grad,) = torch.autograd.grad(value, leaf)
            steps = h * torch.eye(len(theta), dtype=torch.float64)
            difference = torch.stack(
                [(mean_loss(theta + step) - mean_loss(theta - step)) / (2 * h) for step in steps]
            )
            allowed = max(1e-6 * grad.norm().item(), 1e-9 * max(1.0, value.item()))
            assert (grad - difference).norm().item() < allowed
            checked += 1
    assert checked >= (0 if loss.name == "mae" and activation.name == "step" else 10)


def test_the_zero_start_has_the_right_gradient() -> None:
    """At θ = 0 on AND the gradient of sigmoid and BCE is the mean of (½ − y)·(x, 1)."""
    neuron = Neuron(ACTIVATIONS["sigmoid"], LOSSES["bce"])
    data = gradient_data(LOSSES["bce"])[0]
    theta = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    (grad,) = torch.autograd.grad(
        neuron.losses(neuron.pre_activation(theta, data.inputs), data.targets).mean(), theta
    )
    assert grad.tolist() == [0.0, 0.0, 0.25]
