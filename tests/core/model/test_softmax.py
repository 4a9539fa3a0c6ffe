"""Several outputs: their slopes, curvatures, shares and minimum, from outside."""

import itertools

import numpy as np
import torch

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at, gradient_at, hessian_at
from neuroviz.core.data.dataset import MOST_CLASSES, Dataset
from neuroviz.core.model.model import predict
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats
from tests.core.same_bits import random_data
from tests.for_each import for_each

F = torch.nn.functional
TRAINABLE = [name for name, row in ACTIVATIONS.items() if row.trainable]


def networks(count: int) -> list[tuple[int, Settings]]:
    """Return so many random networks with numbers, the same every time."""
    generator = np.random.default_rng(11)

    def drawn() -> Settings:
        classes, hidden = int(generator.integers(2, MOST_CLASSES + 1)), int(generator.integers(4))
        return Settings(
            data=random_data(classes + 2, int(generator.integers(1, 4)), classes),
            outputs=classes,
            hidden=hidden,
            hidden_activation=str(generator.choice(TRAINABLE)) if hidden else None,
            l2=float(generator.choice([0.0, 0.07])),
            breaks=("no_bias",) if generator.random() < 0.2 else (),
        )

    return list(enumerate(drawn() for _ in range(count)))


def torchs_loss(settings: Settings, theta: torch.Tensor) -> torch.Tensor:
    """Return the loss that is trained at parameters (P,), written with torch's functions."""
    width, hidden, outputs = settings.dataset.width, settings.hidden, settings.outputs
    shapes = ((hidden, width), (outputs, hidden)) if hidden else ((outputs, width),)
    z, weights, first = torch.tensor(settings.coded_inputs), [], 0
    for rows, columns in shapes:
        if first:
            phi = ACTIVATIONS[str(settings.hidden_activation)].torch_code
            z = eval(phi, {"torch": torch, "z": z})
        last = first + rows * columns
        weights.append(theta[first:last])
        z = F.linear(z, weights[-1].view(rows, columns), settings.bias_input * theta[last:][:rows])
        first = last + rows
    loss = F.cross_entropy(z, torch.tensor(settings.dataset.targets).long())
    return loss + settings.l2 * torch.cat(weights).square().sum()


@for_each(("number", "settings"), networks(100))
def test_gradient_and_hessian_are_autograds(number: int, settings: Settings) -> None:
    """To 1e-9 of their size; the Hessian by its product with a random direction."""
    theta, direction = np.random.default_rng(number).standard_normal((2, settings.parameters.count))
    at = torch.tensor(theta, requires_grad=True)
    (slope,) = torch.autograd.grad(torchs_loss(settings, at), at, create_graph=True)
    (bend,) = torch.autograd.grad(slope @ torch.tensor(direction), at)
    for mine, theirs in (
        (gradient_at(settings, theta), slope.detach()),
        (hessian_at(settings, theta) @ direction, bend),
    ):
        assert np.abs(mine - theirs.numpy()).max() <= 1e-9 * theirs.abs().max()


@for_each("scale", [1.0, 30.0])
def test_of_two_classes_softmax_is_the_sigmoid_of_a_difference(scale: float) -> None:
    """So two outputs say what one neuron says whose weights are the difference of theirs."""
    data = random_data(40, 3)
    theta = scale * np.random.default_rng(1).standard_normal((2, 4))
    two = Settings(data=data, outputs=2)
    one = Settings(data=data)
    said = predict(two, np.concatenate((theta[:, :3].ravel(), theta[:, 3])))
    difference = said.pre_activation[:, 1] - said.pre_activation[:, 0]
    assert np.abs(said.output[:, 1] - 1 / (1 + np.exp(-difference))).max() <= 1e-15
    alone = predict(one, theta[1] - theta[0])
    np.testing.assert_allclose(said.losses, alone.losses, rtol=1e-12, atol=1e-15)


def test_two_layers_without_a_bend_are_one() -> None:
    """z = V·(W·x + b) + c = (V·W)·x + (V·b + c)."""
    data, generator = random_data(20, 3, 4), np.random.default_rng(2)
    W, b, V, c = (generator.standard_normal(shape) for shape in ((2, 3), 2, (4, 2), 4))
    deep = Settings(data=data, hidden=2, hidden_activation="identity")
    said = predict(deep, np.concatenate([part.ravel() for part in (W, b, V, c)]))
    one = predict(Settings(data=data), np.concatenate([(V @ W).ravel(), V @ b + c]))
    np.testing.assert_allclose(said.pre_activation, one.pre_activation, rtol=0, atol=1e-12)
    np.testing.assert_allclose(said.output, one.output, rtol=0, atol=1e-12)


def clouds() -> Dataset:
    """Return three classes of 50 in four inputs, two of which overlap."""
    generator = np.random.default_rng(5)
    means = np.array([[-2.0, 1, -2, -2], [0.3, -1, 0.5, 0.3], [1.2, 0, 1.2, 1.4]])
    inputs = np.concatenate([mean + 0.7 * generator.standard_normal((50, 4)) for mean in means])
    return Dataset(inputs, np.repeat([0.0, 1.0, 2.0], 50), classes=True)


def newtons_minimum(data: Dataset, strength: float) -> Floats:
    """Return (3, 5), the weights and biases of multinomial logistic regression, by Newton's method.

    scikit-learn's objective Σℓ + ‖W‖²/(2·C) with C = 1/(2·N·strength), divided by N.
    """
    rows = np.column_stack((data.inputs, np.ones(len(data.inputs))))
    truth = np.eye(3)[data.targets.astype(int)]
    on = np.tile([1.0, 1, 1, 1, 0], 3)
    theta = np.zeros((3, 5))
    for _ in range(12):
        sums = np.exp(rows @ theta.T)
        shares = sums / sums.sum(axis=1, keepdims=True)
        slope = ((shares - truth).T @ rows / len(rows)).ravel() + 2 * strength * on * theta.ravel()
        bend = np.diag(2 * strength * on)
        for p, x in zip(shares, rows, strict=True):
            bend += np.kron(np.diag(p) - np.outer(p, p), np.outer(x, x)) / len(rows)
        theta = theta - (np.linalg.pinv(bend) @ slope).reshape(3, 5)
    assert np.abs(slope).max() < 1e-12
    return theta


def test_a_run_with_l2_comes_to_the_minimum_of_logistic_regression() -> None:
    """Weights to 1e-6; intercepts too, up to what all of them have in common."""
    data = clouds()
    trainer = Trainer(Settings(data=data, l2=0.01, learning_rate=0.8, init="zeros"))
    trainer.advance(1_500)
    theta = trainer.history.newest.parameters
    wanted = newtons_minimum(data, 0.01)
    assert np.abs(theta[:12].reshape(3, 4) - wanted[:, :4]).max() < 1e-6
    shift = theta[12:] - wanted[:, 4]
    assert np.ptp(shift) < 1e-6


@for_each(("inputs", "classes"), itertools.product((1, 2, 3), (2, 3, 4, 5)))
def test_what_all_classes_have_in_common_has_no_curvature(inputs: int, classes: int) -> None:
    """D + 1 curvatures are exactly 0, without a penalty; L2 leaves only that of the biases."""
    data = random_data(40, inputs, classes)
    for l2, zeros in ((0.0, inputs + 1), (0.01, 1)):
        settings = Settings(data=data, outputs=classes, l2=l2)
        theta = np.random.default_rng(classes).standard_normal(settings.parameters.count)
        curvature = curvature_at(settings, theta)
        assert curvature.zeros == zeros
        assert curvature.curvatures.min() > 1e-6
