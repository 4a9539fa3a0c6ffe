import math

import numpy as np
import pytest
import torch

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import CODINGS, LOSSES, NAIVE_BCE, PROPERTIES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import hessian_at
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.lazy import load_torch
from neuroviz.core.model.model import initial_parameters, neuron_of
from neuroviz.core.training.trainer import Trainer
from tests.core.their_functions import SAMPLE_LOSSES
from tests.for_each import for_each

FUSED = [(ACTIVATIONS[name], loss) for loss in LOSSES.values() for name in loss.fused]


every_loss = for_each("loss", LOSSES.values())
every_fused = for_each(("activation", "loss"), FUSED)


def samples_for(loss):
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
def test_value_is_torch_s_own(loss):
    """The loss of every sample agrees with torch.nn's."""
    outputs, targets = samples_for(loss)
    expected = SAMPLE_LOSSES[loss.name](outputs, targets)
    torch.testing.assert_close(loss.value(outputs, targets), expected, rtol=1e-13, atol=1e-15)


@every_loss
def test_derivative_is_autograd_s(loss):
    """∂loss/∂output in closed form is autograd's."""
    outputs, targets = samples_for(loss)
    leaf = outputs.clone().requires_grad_()
    (grad,) = torch.autograd.grad(loss.value(leaf, targets).sum(), leaf)
    torch.testing.assert_close(loss.derivative(outputs, targets), grad, rtol=1e-11, atol=1e-13)


@for_each("loss", [row for row in LOSSES.values() if row.kinks])
def test_at_a_kink_the_derivative_is_autograd_s(loss):
    """Exactly on the kink the closed form takes the side that autograd takes."""
    target = torch.ones(1, dtype=torch.float64)
    for kink in loss.kinks:
        output = (target + kink if loss.margin == "difference" else kink / target).requires_grad_()
        (grad,) = torch.autograd.grad(loss.value(output, target).sum(), output)
        assert torch.equal(loss.derivative(output.detach(), target), grad)


@every_loss
def test_torch_code_gives_the_mean(loss):
    """The expression shown to the reader evaluates to the mean loss."""
    outputs, targets = samples_for(loss)
    shown = eval(loss.torch_code, {"torch": torch, "output": outputs, "target": targets})
    assert shown.item() == pytest.approx(
        loss.value(outputs, targets).mean().item(), rel=1e-13, abs=1e-16
    )


@every_loss
def test_the_loss_is_zero_at_perfection_and_never_negative(loss):
    """An output equal to the target costs 0, and none costs less than 0."""
    outputs, targets = samples_for(loss)
    assert (loss.value(outputs, targets) >= 0).all()
    assert not loss.value(targets, targets).any()


@every_loss
def test_informative_says_whether_the_gradient_does(loss):
    """``informative`` is False exactly where loss and gradient are 0 whatever the neuron says."""
    outputs, targets = samples_for(loss)
    assert loss.informative == bool(loss.value(outputs, targets).any())
    assert loss.informative == bool(loss.derivative(outputs, targets).any())


@every_fused
def test_fused_is_the_unfused_where_both_are_finite(activation, loss):
    """The form from z gives the same loss and the same gradient as activation and loss."""
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


@for_each("dtype", [torch.float32, torch.float64])
def test_bce_from_z_is_exact_far_out(dtype):
    """At z = ±1000 the loss is |z| or 0 and the gradient ŷ − y, finite; at z = 0 it is ½ − y."""
    z = torch.tensor([1000.0, -1000.0, 1000.0, -1000.0, 0.0, 0.0], dtype=dtype, requires_grad=True)
    targets = torch.tensor([0.0, 1.0, 1.0, 0.0, 0.0, 1.0], dtype=dtype)
    losses = LOSSES["bce"].fused["sigmoid"].value(z, targets)
    (grad,) = torch.autograd.grad(losses.sum(), z)
    assert losses[:4].tolist() == [1000.0, 1000.0, 0.0, 0.0]
    assert losses[4:].tolist() == pytest.approx(
        [math.log(2)] * 2, rel=1e-6 if dtype == torch.float32 else 1e-15
    )
    assert grad.tolist() == [1.0, -1.0, 0.0, 0.0, 0.5, -0.5]


def test_bce_from_z_sees_what_float64_cannot_say_of_the_output():
    """At z = 45 with target 1 the output is exactly 1, and the loss still e⁻⁴⁵.

    On the wrong side it pulls.
    """
    z = torch.tensor([45.0, -45.0], dtype=torch.float64, requires_grad=True)
    losses = LOSSES["bce"].fused["sigmoid"].value(z, torch.ones(2, dtype=torch.float64))
    (grad,) = torch.autograd.grad(losses.sum(), z)
    assert losses[0].item() == pytest.approx(math.exp(-45), rel=1e-9)
    assert grad[1].item() == -1.0


def test_cross_entropy_over_one_output_is_zero_and_not_minus_zero():
    """It is +0 with gradient 0, whatever the output.

    Also as a mean, which the notebook printed as −0.
    """
    outputs = torch.tensor(
        [-1000.0, -1.0, 0.0, 3.0, 1000.0], dtype=torch.float64, requires_grad=True
    )
    for target in (0.0, 1.0):
        losses = LOSSES["cross_entropy"].value(outputs, torch.full_like(outputs, target))
        (grad,) = torch.autograd.grad(losses.mean(), outputs)
        assert losses.tolist() == [0.0] * 5
        assert math.copysign(1, losses.mean().item()) == 1.0
        assert all(math.copysign(1, value) == 1.0 for value in losses.tolist())
        assert grad.tolist() == [0.0] * 5


@for_each("activation", ACTIVATIONS.values())
def test_bce_objects_to_outputs_beyond_0_and_1(activation):
    """Only sigmoid stays strictly between 0 and 1; every other is refused with what would work."""
    objection = LOSSES["bce"].objection(activation)
    if activation.name == "sigmoid":
        assert objection is None
    else:
        assert objection is not None
        for word in ("Binary cross-entropy", "between 0 and 1", activation.label, "sigmoid", "mse"):
            assert word in objection


@for_each("name", [name for name in LOSSES if name != "bce"])
def test_other_losses_take_every_activation(name):
    """Nothing but BCE refuses an output."""
    assert [LOSSES[name].objection(activation) for activation in ACTIVATIONS.values()] == [
        None
    ] * len(ACTIVATIONS)


def test_the_zero_start_has_the_right_gradient():
    """At θ = 0 on AND the gradient of sigmoid and BCE is the mean of (½ − y)·(x, 1)."""
    start = Trainer(Settings("and", init="zeros"), readable=True).history.newest
    assert start.grad.tolist() == [0.0, 0.0, 0.25]


load_torch()
Z = torch.tensor([-1000.0, -110.0, -40.0, -3.0, 0.0, 2.0, 17.0, 40.0, 800.0], dtype=torch.float64)


def naive(task="and", **choices):
    """Return settings with the loss as commonly written."""
    return Settings(task, breaks=("naive_bce",), **choices)


@for_each("target", [0.0, 1.0])
@for_each("dtype", [torch.float32, torch.float64])
def test_value_and_derivative_are_torchs(target, dtype):
    """The loss, and its derivative by ŷ.

    To the last digit as F.binary_cross_entropy and autograd have them.
    """
    output = Z.to(dtype).sigmoid().requires_grad_()
    targets = torch.full_like(output, target)
    losses = torch.nn.functional.binary_cross_entropy(output, targets, reduction="none")
    (grad,) = torch.autograd.grad(losses.sum(), output)
    assert torch.equal(NAIVE_BCE.value(output, targets), losses)
    torch.testing.assert_close(
        NAIVE_BCE.derivative(output.detach(), targets), grad, rtol=1e-6, atol=0.0
    )


def test_it_broadcasts_and_keeps_what_is_no_number():
    """A grid of outputs against one row of targets.

    NaN stays NaN instead of raising torch's error.
    """
    output = torch.tensor([[0.5, torch.nan], [1.0, 0.25]])
    losses = NAIVE_BCE.value(output, torch.tensor([1.0, 0.0]))
    assert losses.shape == (2, 2)
    assert losses.isnan().tolist() == [[False, True], [False, False]]


def test_it_is_not_fused():
    """No form from z, so the neuron takes the sigmoid first; otherwise the row is BCE's."""
    assert not NAIVE_BCE.fused
    assert not neuron_of(naive()).fast
    assert neuron_of(naive()).fused is None
    assert (NAIVE_BCE.name, NAIVE_BCE.coding) == ("bce", LOSSES["bce"].coding)
    assert "bce" in LOSSES
    assert LOSSES["bce"] is not NAIVE_BCE


@for_each("task", ["nand", "or"])
def test_float32_freezes_as_in_torch(task):
    """At rate 50 the same starts as in a plain loop end.

    With a gradient of exactly 0 and a large loss.
    """
    seeds = range(6)
    ours = [_ours(task, seed) for seed in seeds]
    assert ours == [_torchs(Settings(task, seed=seed, precision="float32")) for seed in seeds]
    assert any(frozen and loss > 1 for frozen, loss in ours)


def test_from_z_it_does_not_freeze():
    """Where the common form is frozen from the first steps on, the form from z goes on."""
    frozen, loss = _ours("nand", 0)
    sound = Trainer(Settings("nand", learning_rate=50.0, seed=0, precision="float32"))
    sound.advance(60)
    assert frozen
    assert loss > 1 > sound.history.newest.batch_loss


def _ours(task, seed):
    """Return whether the gradient is exactly 0 after 60 steps, and the loss there."""
    trainer = Trainer(naive(task, learning_rate=50.0, seed=seed, precision="float32"))
    trainer.advance(60)
    row = trainer.history.newest
    return not row.grad.any(), row.batch_loss


def _torchs(settings):
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
    return not theta.grad.any(), float(loss.detach())


@for_each("parameters", [(0.3, -0.7, 0.2), (2.0, 3.0, -4.0)])
def test_hessian_and_losses_are_those_from_z(parameters):
    """Where ŷ is not rounded it is the same function: equal curvature and loss."""
    theta, plain = np.array(parameters), Settings("and")
    np.testing.assert_allclose(
        hessian_at(naive(), theta), hessian_at(plain, theta), rtol=1e-8, atol=1e-10
    )
    np.testing.assert_allclose(
        losses_at(naive(), theta[None]), losses_at(plain, theta[None]), rtol=1e-12
    )


@for_each("output", [1e-14, 0.3, 1 - 1e-14])
@for_each("target", [0.0, 1.0])
def test_the_formula_says_what_torch_does(output, target):
    """With the divisor that torch takes in place of one that is too small."""
    ŷ = torch.tensor([output], dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.binary_cross_entropy(ŷ, torch.tensor([target], dtype=torch.float64))
    (truth,) = torch.autograd.grad(loss, ŷ)
    code = NAIVE_BCE.derivative_formula.replace("−", "-").replace("·", "*")
    assert eval(code, {"ŷ": output, "y": target}) == pytest.approx(float(truth), rel=1e-7)


@for_each("name", LOSSES)
def test_what_a_good_loss_has_is_what_is_found(name):
    """Each of the five, on a grid of outputs, by autograd.

    Smooth is a slope without jumps: where it has one, a grid ten times as fine finds as large a
    jump between two places.
    """
    loss = LOSSES[name]
    targets = {"01": (0.0, 1.0), "pm1": (-1.0, 1.0), None: (-0.7, 0.4)}[loss.coding]
    if name == "cross_entropy":
        targets = (0.0, 1.0)
    found = dict.fromkeys(PROPERTIES, True)
    jumps = []
    for points in (3_001, 30_001):
        greatest = 0.0
        for target in targets:
            low, high = (max(end, -3.0) if end < 0 else min(end, 3.0) for end in loss.accepts)
            inside = 1e-9 * (low > -3.0)
            output = torch.linspace(low + inside, high - inside, points, dtype=torch.float64)
            output.requires_grad_()
            y = torch.full_like(output, target)
            value = loss.value(output, y)
            (slope,) = torch.autograd.grad(value.sum(), output)
            error = (output - y).detach()
            off = error.abs() > 1e-6
            at = loss.value(torch.tensor([target], dtype=torch.float64).clamp(*loss.accepts), y[:1])
            found["positive"] &= bool((value >= 0).all())
            found["zero"] &= float(at.detach()) == pytest.approx(0, abs=1e-12)
            found["slope"] &= bool((slope[off].abs() > 1e-12).all())
            for side in (error > 1e-6, error < -1e-6):
                ordered = value[side].detach()[error[side].abs().argsort()]
                found["grows"] &= bool((ordered.diff() > 0).all())
            middle = (error.abs() < 2.5) & (slope.abs() < 20)
            greatest = max(greatest, float(slope[middle].diff().abs().max()))
        jumps.append(greatest)
    found["smooth"] = jumps[1] < 0.5 * jumps[0] or jumps[0] == 0

    assert loss.lacks == tuple(name for name, has in found.items() if not has)
    assert [word[0] for word in loss.properties.split(", ")] == [
        "✓" if has else "✗" for has in found.values()
    ]
