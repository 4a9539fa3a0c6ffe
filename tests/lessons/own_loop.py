"""A training loop of the tests' own, and nothing of the program.

Gradients are written out by the chain rule, and along every run they must be those of autograd.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, linear

GATE = [[1, 1], [1, 0], [0, 1], [0, 0]]
TARGETS = {"and": [1, 0, 0, 0], "or": [1, 1, 1, 0], "nand": [0, 1, 1, 1], "xor": [0, 1, 1, 0]}
LINE_X = [[1], [2], [3], [4], [5], [6]]
LINE_Y = [15, 25, 35, 45, 55, 65]
DOUBLE_X = [[1], [2], [3]]
DOUBLE_Y = [2, 4, 6]
SINE_X = np.linspace(-np.pi, np.pi, 64)[:, None]
SINE_Y = np.sin(SINE_X[:, 0])
_KINDS = {"bce": ("sigmoid", "bce"), "mse": ("identity", "mse"), "squared": ("sigmoid", "mse")}


class Unknown(Exception):
    """What the tests have no value of their own for."""


@dataclass(frozen=True)
class Rows:
    """Parameters (n + 1, P), bias last, losses (n + 1,), and gradients (n + 1, P) of n steps.

    With hidden neurons parameters are their weights, one neuron after another, and their biases,
    then the output's. Several outputs have their weights, one after another, then their biases.
    """

    theta: np.ndarray
    loss: np.ndarray
    grad: np.ndarray
    x: np.ndarray
    y: np.ndarray
    hidden: tuple = ()
    classes: int = 1

    def outputs(self, step=-1):
        """Return σ(z) of every sample at a step."""
        return answered("sigmoid", self.z(step))

    def shares(self, step=-1):
        """Return softmax of the sums (N, K) of every sample at a step."""
        return shares(self.z(step))

    def z(self, step=-1):
        """Return z of every sample at a step: (N,), or (N, K) for K classes."""
        return sums_of(self.x, self.theta[step], self.hidden, self.classes)

    def h(self, step=-1):
        """Return what the hidden neurons give (N, H) at a step."""
        return hidden_of(self.x, self.theta[step], self.hidden)

    def right(self, step=-1):
        """Return which classes are right at a step."""
        if self.classes > 1:
            return self.z(step).argmax(axis=1) == self.y
        return (self.z(step) > 0) == (self.y == 1)

    def right_since(self, sample):
        """Return the step from which on a sample stays right."""
        wrong = [step for step in range(len(self.loss)) if not self.right(step)[sample]]
        return max(wrong, default=-1) + 1


def descend(
    x,
    y,
    start,
    rate,
    steps,
    loss="bce",
    *,
    bias=True,
    sum_up=False,
    sign=-1.0,
    momentum=0.0,
    hidden=(),
    classes=1,
):
    """Take steps of full batches from a start.

    Parameters
    ----------
    x, y
        (N, D) and (N,).
    start
        (P,), the bias last.
    rate, steps, momentum
        Of plain descent, or with torch's momentum.
    loss
        "bce" of σ(z), "mse" of z, or "squared" of σ(z).
    bias
        Whether there is one.
    sum_up
        Whether gradients are never set to 0.
    sign
        1 to go up.
    hidden
        How many hidden neurons there are, and tanh or identity; empty for none.
    classes
        Outputs under softmax, with targets from 0 on; 1 for an output alone.
    """
    x, y = np.array(x, dtype=float), np.array(y, dtype=float)
    theta = np.array(start, dtype=float)
    kept = np.array([1.0] * (len(theta) - 1) + [float(bias)])
    velocity, total = np.zeros_like(theta), np.zeros_like(theta)
    rows = []
    for step in range(steps + 1):
        with np.errstate(all="ignore"):
            z = sums_of(x, theta, hidden, classes)
            value = losses_of(_KINDS[loss], z, y).mean()
            grad = gradient(x, theta, pull_of(_KINDS[loss], z, y), hidden, classes)
            if step % 200 == 0 or step == steps:
                _agrees_with_autograd(value, grad, (x, y, theta, loss, hidden, classes))
            total = total + grad * kept if sum_up else grad * kept
            rows.append((theta, value, total))
            velocity = momentum * velocity + total
            theta = theta + sign * rate * velocity
    parameters, losses, grads = (np.array(column) for column in zip(*rows, strict=True))
    return Rows(parameters, losses, grads, x, y, hidden, classes)


def gradient(x, theta, pull, hidden, classes):
    """Return the gradient (P,) for ∂ℓ/∂z of a batch, by the chain rule written out."""
    pull, h = pull.reshape(len(pull), -1), hidden_of(x, theta, hidden)
    parts = [pull.T @ h, pull.sum(axis=0)]
    if hidden:
        weights = theta[-classes * (h.shape[1] + 1) : -classes].reshape(classes, -1)
        back = pull @ weights * (1 - h**2 if hidden[1] == "tanh" else 1.0)
        parts = [back.T @ x, back.sum(axis=0), *parts]
    return np.concatenate([part.ravel() for part in parts]) / len(pull)


def answered(activation, z):
    """Return the outputs for z."""
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-z))
    if activation == "tanh":
        return np.tanh(z)
    return (z > 0).astype(float) if activation == "step" else z


def shares(z):
    """Return softmax (n, K) of sums."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def losses_of(kind, z, targets):
    """Return the loss (N,) of each sample."""
    if z.ndim > 1:
        return -np.log(shares(z)[np.arange(len(z)), targets.astype(int)])
    if kind == ("sigmoid", "bce"):
        return np.logaddexp(0, z) - targets * z
    if kind == ("identity", "perceptron"):
        return np.maximum(0, -targets * z)
    return (answered(kind[0], z) - targets) ** 2


def pull_of(kind, z, targets):
    """Return ∂ℓ/∂z of a batch, written out: (n,), or (n, K) for K outputs."""
    if z.ndim > 1:
        return shares(z) - (targets[:, None] == np.arange(z.shape[1]))
    output = answered(kind[0], z)
    if kind == ("sigmoid", "bce"):
        pull = output - targets
    elif kind == ("sigmoid", "mse"):
        pull = 2 * (output - targets) * output * (1 - output)
    elif kind == ("identity", "mse"):
        pull = 2 * (output - targets)
    elif kind == ("identity", "perceptron"):
        pull = np.where(targets * z <= 0, -targets, 0)
    elif kind[0] == "step":
        pull = np.zeros(len(targets))
    else:
        raise Unknown(str(kind))
    return pull


def _agrees_with_autograd(value, grad, at):
    x, y, theta, loss, hidden, classes = at
    x, y, theta = (torch.tensor(each) for each in (x, y, theta))
    wanted = _loss_of_torch(x, y, theta.requires_grad_(), loss, hidden, classes)
    (slope,) = torch.autograd.grad(wanted, theta)
    np.testing.assert_allclose(value, wanted.item(), rtol=1e-9, atol=1e-12)
    close = 1e-12 * (1 + slope.abs().max().item())
    np.testing.assert_allclose(grad, slope.numpy(), rtol=1e-9, atol=close)


def hidden_of(x, theta, hidden):
    """Return what the hidden neurons give (N, H), or the inputs (N, D) where there are none."""
    if not hidden:
        return x
    count, kind = hidden
    weights = theta[: count * x.shape[1]].reshape(count, -1)
    return answered(kind, x @ weights.T + theta[weights.size :][:count])


def sums_of(x, theta, hidden, classes):
    """Return z (N,), or (N, K) for K outputs."""
    h = hidden_of(x, theta, hidden)
    weights = theta[-classes * (h.shape[1] + 1) : -classes].reshape(classes, -1)
    z = h @ weights.T + theta[-classes:]
    return z if classes > 1 else z[:, 0]


def curvatures(x, y, theta, loss, hidden):
    """Return the eigenvalues of the Hessian of the loss at theta (P,), ascending: by autograd."""
    x, y, theta = (torch.tensor(np.array(each, dtype=float)) for each in (x, y, theta))

    def of(theta):
        return _loss_of_torch(x, y, theta, loss, hidden, 1)

    return np.linalg.eigvalsh(torch.autograd.functional.hessian(of, theta).numpy())


def _loss_of_torch(x, y, theta, loss, hidden, classes):
    """Return the loss of tensors, as torch's own functions have it."""
    if hidden:
        count, phi = hidden
        inner, theta = theta[: count * (x.shape[1] + 1)], theta[count * (x.shape[1] + 1) :]
        x = linear(x, inner[:-count].reshape(count, -1), inner[-count:])
        x = torch.tanh(x) if phi == "tanh" else x
    z = linear(x, theta[:-classes].reshape(classes, -1), theta[-classes:])
    if classes > 1:
        return cross_entropy(z, y.long())
    z = z[:, 0]
    if loss == "bce":
        return binary_cross_entropy_with_logits(z, y)
    return (((torch.sigmoid(z) if loss == "squared" else z) - y) ** 2).mean()


def limit(x, *, bias=True):
    """Return 2/λmax of the mean squared error over inputs x.

    From the eigenvalues of its Hessian.
    """
    design = (
        np.column_stack((np.array(x, dtype=float), np.ones(len(x))))
        if bias
        else np.array(x, dtype=float)
    )
    return 2 / np.linalg.eigvalsh(2 * design.T @ design / len(x)).max()
