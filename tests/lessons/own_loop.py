"""A training loop of the tests' own: torch's autograd and nothing of the program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

GATE = [[1, 1], [1, 0], [0, 1], [0, 0]]
TARGETS = {"and": [1, 0, 0, 0], "or": [1, 1, 1, 0], "nand": [0, 1, 1, 1], "xor": [0, 1, 1, 0]}
LINE_X = [[1], [2], [3], [4], [5], [6]]
LINE_Y = [15, 25, 35, 45, 55, 65]
DOUBLE_X = [[1], [2], [3]]
DOUBLE_Y = [2, 4, 6]
SINE_X = np.linspace(-np.pi, np.pi, 64)[:, None]
SINE_Y = np.sin(SINE_X[:, 0])
PHI = {"tanh": torch.tanh, "identity": lambda z: z, "relu": torch.relu}


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
        theta = torch.tensor(self.theta[step])
        return _z(torch.tensor(self.x), theta, self.hidden, self.classes).numpy()

    def h(self, step=-1):
        """Return what the hidden neurons give (N, H) at a step."""
        return _h(torch.tensor(self.x), torch.tensor(self.theta[step]), self.hidden).numpy()

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
        How many hidden neurons there are, and a name of PHI; empty for none.
    classes
        Outputs under softmax, with targets from 0 on; 1 for an output alone.
    """
    inputs = torch.tensor(x, dtype=torch.float64)
    targets = torch.tensor(y, dtype=torch.float64)
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    kept = torch.tensor([1.0] * (len(start) - 1) + [float(bias)], dtype=torch.float64)
    velocity = torch.zeros_like(kept)
    total = torch.zeros_like(kept)
    rows = []
    for _ in range(steps + 1):
        value = _loss(_z(inputs, theta, hidden, classes), targets, loss)
        (grad,) = torch.autograd.grad(value, theta)
        total = total + grad * kept if sum_up else grad * kept
        rows.append((theta.detach().numpy().copy(), value.item(), total.numpy().copy()))
        velocity = momentum * velocity + total
        with torch.no_grad():
            theta += sign * rate * velocity
    parameters, losses, grads = (np.array(column) for column in zip(*rows, strict=True))
    x, y = np.array(x, dtype=float), np.array(y, dtype=float)
    return Rows(parameters, losses, grads, x, y, hidden, classes)


def _h(x, theta, hidden):
    if not hidden:
        return x
    count, phi = hidden
    weights = theta[: count * x.shape[1]].reshape(count, x.shape[1])
    biases = theta[count * x.shape[1] :][:count]
    return PHI[phi](x @ weights.T + biases)


def _z(x, theta, hidden, classes=1):
    h = _h(x, theta, hidden)
    weights = theta[-classes * (h.shape[1] + 1) : -classes].reshape(classes, -1)
    z = h @ weights.T + theta[-classes:]
    return z if classes > 1 else z[:, 0]


def curvatures(x, y, theta, loss, hidden):
    """Return the eigenvalues of the Hessian of the loss at theta (P,), ascending: by autograd."""
    x, y, theta = (torch.tensor(np.array(each, dtype=float)) for each in (x, y, theta))

    def of(theta):
        return _loss(_z(x, theta, hidden), y, loss)

    return np.linalg.eigvalsh(torch.autograd.functional.hessian(of, theta).numpy())


def _loss(z, targets, loss):
    if z.ndim > 1:
        return cross_entropy(z, targets.long())
    if loss == "bce":
        return binary_cross_entropy_with_logits(z, targets)
    outputs = torch.sigmoid(z) if loss == "squared" else z
    return ((outputs - targets) ** 2).mean()


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
