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
        return 1 / (1 + np.exp(-self.z(step)))

    def shares(self, step=-1):
        """Return softmax of the sums (N, K) of every sample at a step."""
        return torch.softmax(torch.tensor(self.z(step)), dim=1).numpy()

    def z(self, step=-1):
        """Return z of every sample at a step: (N,), or (N, K) for K classes."""
        z = _z(self.x, self.theta[step], self.hidden, self.classes)
        return z if self.classes > 1 else z[:, 0]

    def h(self, step=-1):
        """Return what the hidden neurons give (N, H) at a step."""
        return _h(self.x, self.theta[step], self.hidden)

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
            value, grad = _by_the_chain_rule(x, y, theta, loss, hidden, classes)
            if step % 200 == 0 or step == steps:
                _agrees_with_autograd(value, grad, (x, y, theta, loss, hidden, classes))
            total = total + grad * kept if sum_up else grad * kept
            rows.append((theta, value, total))
            velocity = momentum * velocity + total
            theta = theta + sign * rate * velocity
    parameters, losses, grads = (np.array(column) for column in zip(*rows, strict=True))
    return Rows(parameters, losses, grads, x, y, hidden, classes)


def _by_the_chain_rule(x, y, theta, loss, hidden, classes):
    """Return the loss and its gradient (P,)."""
    h = _h(x, theta, hidden)
    z = _z(x, theta, hidden, classes, h)
    value, pull = _pulled(z, y, loss) if classes == 1 else _pulled_to_classes(z, y)
    parts = [(pull.T @ h).ravel(), pull.sum(axis=0)]
    if hidden:
        weights = theta[-classes * (h.shape[1] + 1) : -classes].reshape(classes, -1)
        back = pull @ weights * (1 - h * h if hidden[1] == "tanh" else 1.0)
        parts = [(back.T @ x).ravel(), back.sum(axis=0), *parts]
    return value, np.concatenate(parts)


def _pulled(z, y, loss):
    """Return the loss, and its slope (N, 1) by the sums (N, 1)."""
    y = y[:, None]
    outputs = z if loss == "mse" else 1 / (1 + np.exp(-z))
    if loss == "bce":
        return np.mean(np.logaddexp(0, -z) + (1 - y) * z), (outputs - y) / len(y)
    bent = 1.0 if loss == "mse" else outputs * (1 - outputs)
    return np.mean((outputs - y) ** 2), 2 * (outputs - y) * bent / len(y)


def _pulled_to_classes(z, y):
    """Return the loss of softmax, and its slope (N, K) by the sums (N, K)."""
    shares = np.exp(z - z.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    asked = y[:, None] == np.arange(z.shape[1])
    return -np.mean(np.log(shares[asked])), (shares - asked) / len(y)


def _agrees_with_autograd(value, grad, at):
    x, y, theta, loss, hidden, classes = at
    x, y, theta = (torch.tensor(each) for each in (x, y, theta))
    wanted = _loss_of_torch(x, y, theta.requires_grad_(), loss, hidden, classes)
    (slope,) = torch.autograd.grad(wanted, theta)
    np.testing.assert_allclose(value, wanted.item(), rtol=1e-9, atol=1e-12)
    close = 1e-12 * (1 + slope.abs().max().item())
    np.testing.assert_allclose(grad, slope.numpy(), rtol=1e-9, atol=close)


def _h(x, theta, hidden):
    if not hidden:
        return x
    count, phi = hidden
    weights = theta[: count * x.shape[1]].reshape(count, x.shape[1])
    z = x @ weights.T + theta[count * x.shape[1] :][:count]
    return np.tanh(z) if phi == "tanh" else z


def _z(x, theta, hidden, classes=1, h=None):
    """Return the sums (N, K) of the outputs."""
    h = _h(x, theta, hidden) if h is None else h
    weights = theta[-classes * (h.shape[1] + 1) : -classes].reshape(classes, -1)
    return h @ weights.T + theta[-classes:]


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
