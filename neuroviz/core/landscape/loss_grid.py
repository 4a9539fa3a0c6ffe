"""Landscape: the loss over a plane of the parameters, and each sample's share of its gradient.

On a plane θ = origin + u·d₁ + v·d₂ the pre-activation of a sample is affine in (u, v): z = a +
u·p + v·q. So a grid of neurons costs three numbers a sample and no parameters; the loss is the
training's own.
"""

from __future__ import annotations

import math

import numpy as np

from neuroviz.core.choices.penalties import Penalty
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import has_quadratic_errors
from neuroviz.core.landscape.plane import Plane
from neuroviz.core.lazy import torch, torch_is_in
from neuroviz.core.model.model import dtype_of, is_logistic, model_of, predict, sigmoid
from neuroviz.core.model.penalty import penalty_at, penalty_gradient
from neuroviz.core.model.rounding import is_rounding_of_mean, may_be_rounding
from neuroviz.core.slices import Work, finished
from neuroviz.core.types import Floats, Tensor

FULL = 200
"""Points on each side of the full grid."""
_LIVE_SAMPLES = 50
"""Samples up to which the full grid is ready within a screen frame."""
_FEWEST = 20
"""Points on each side below which a landscape shows nothing."""
_BLOCK_NUMBERS = 2**15
"""Pre-activations computed at a time: few enough that memory is used again; from twice as many on
it is asked of the system anew for each block, which was measured to cost up to three times the
work."""


def loss_grid(settings: Settings, plane: Plane, u: Floats, v: Floats) -> Floats:
    """Return the loss (n, m) in float64 at coordinates u (m,) and v (n,) of a plane."""
    return finished(loss_grid_work(settings, plane, u, v))


def loss_grid_work(settings: Settings, plane: Plane, u: Floats, v: Floats) -> Work[Floats]:
    """Compute the same in slices of rows: the mean over all samples, and the penalties."""
    losses = _kind_of(settings)(settings, _affine(settings, plane))
    penalty = _PenaltyGrid(settings, plane)
    at_once = max(1, _BLOCK_NUMBERS // (len(u) * losses.numbers_at_a_point))
    values: Floats = np.empty((len(v), len(u)))
    for start in range(0, len(v), at_once):
        part = slice(start, start + at_once)
        values[part] = losses.at(u, v[part]) + penalty.at(u, v[part])
        yield None
    return values


def _kind_of(settings: Settings) -> type[_Logistic | _Quadratic | _Elementwise]:
    if not torch_is_in() and is_logistic(settings):
        return _Logistic
    return _Quadratic if has_quadratic_errors(settings) else _Elementwise


def loss_at(settings: Settings, parameters: Floats) -> float:
    """Return the loss at parameters (P,): the mean over all samples, and the penalties."""
    return float(losses_at(settings, parameters[np.newaxis])[0])


def losses_at(settings: Settings, path: Floats) -> Floats:
    """Return the loss (n,) at each of parameters (n, P).

    The mean over all samples, and the penalties.
    """
    together = max(1, _BLOCK_NUMBERS // settings.dataset.samples)
    means = np.concatenate(
        [_means(settings, path[k : k + together]) for k in range(0, len(path), together)]
    )
    return means + penalty_at(settings, path) if settings.penalties else means


def live_points(settings: Settings) -> int:
    """Return how many points each side of a grid can have that is ready within a screen frame.

    The full grid where the loss is quadratic or the samples are few; above,
    as many points as cost the same.
    """
    samples = settings.dataset.samples
    if samples <= _LIVE_SAMPLES or has_quadratic_errors(settings):
        return FULL
    return max(_FEWEST, int(FULL * math.sqrt(_LIVE_SAMPLES / samples)))


def sample_gradients(settings: Settings, parameters: Floats) -> Floats:
    """Return each sample's share (N, P) of the gradient of their mean loss.

    Without penalties they add up to it.
    """
    if not torch_is_in() and is_logistic(settings):
        errors = sigmoid(settings.design @ parameters) - settings.coded_targets
        return np.asarray(errors[:, None] / len(errors) * settings.design)
    model = model_of(settings)
    dtype = dtype_of(settings)
    rows, targets = (
        torch.tensor(array, dtype=dtype) for array in (settings.design, settings.coded_targets)
    )
    with torch.enable_grad():
        z = rows.mv(torch.tensor(parameters, dtype=dtype)).requires_grad_()
        (slopes,) = torch.autograd.grad(model.losses(z, targets).sum(), z)
    shares = slopes[:, None] / len(targets) * rows
    return shares.to(torch.float64).numpy()


def gradient_of(settings: Settings, parameters: Floats) -> Floats:
    """Return the gradient (P,) of the loss at parameters (P,).

    The shares of all samples and of the penalties.
    """
    return gradient_of_shares(settings, parameters, sample_gradients(settings, parameters))


def gradient_of_shares(settings: Settings, parameters: Floats, shares: Floats) -> Floats:
    """Return the same where the shares (N, P) of all samples are known."""
    own: Floats = shares.sum(axis=0)
    return own + penalty_gradient(settings, parameters) if settings.penalties else own


def without_rounding_of_gradient(settings: Settings, parameters: Floats, grad: Floats) -> Floats:
    """Return a gradient (P,) at parameters (P,).

    0 where it is only what rounding leaves of shares that cancel.
    """
    if not any(may_be_rounding(settings, slope) for slope in grad.tolist()):
        return grad
    shares = np.vstack(
        (sample_gradients(settings, parameters), penalty_gradient(settings, parameters))
    )
    noise = [
        is_rounding_of_mean(settings, slope / len(shares), own)
        for slope, own in zip(grad, shares.T, strict=True)
    ]
    return np.where(noise, 0.0, grad)


class _PenaltyGrid:
    """The penalties over a plane, on which every parameter is affine in (u, v): a + b·u + c·v."""

    def __init__(self, settings: Settings, plane: Plane) -> None:
        affine = np.vstack((plane.origin, plane.directions))
        moving = np.asarray(affine[1:].any(axis=0))
        self._still = float(penalty_at(settings, np.where(moving, 0.0, affine[0])))
        self._moving: list[tuple[Penalty, float, Floats]] = []
        for row, strength in settings.penalties:
            part = settings.parameters.where(row.kind)
            self._moving.append((row, strength, affine[:, part][:, moving[part]].T))

    def at(self, u: Floats, v: Floats) -> Floats | float:
        """Return what is added to the mean loss (n, m) at every pair of u (m,) and v (n,)."""
        result: Floats | float = self._still
        together = max(1, _BLOCK_NUMBERS // (len(u) * len(v)))
        with np.errstate(over="ignore", invalid="ignore"):
            for row, strength, moving in self._moving:
                for start in range(0, len(moving), together):
                    a, b, c = moving[start : start + together].T[:, :, None, None]
                    result = result + strength * row.value(a + b * u + c * v[:, None]).sum(axis=0)
        return result


class _Elementwise:
    """The loss of the training, over as many points at a time as a block of memory takes."""

    def __init__(self, settings: Settings, affine: Floats) -> None:
        self._model = model_of(settings)
        self._dtype = dtype_of(settings)
        self._affine = torch.as_tensor(affine, dtype=self._dtype)
        self._targets = torch.tensor(settings.coded_targets, dtype=self._dtype)
        self.numbers_at_a_point = len(self._targets)

    def at(self, u: Floats, v: Floats) -> Floats:
        """Return the mean loss (n, m) at every pair of u (m,) and v (n,)."""
        pairs = np.stack(np.broadcast_arrays(1.0, u, v[:, None]), axis=-1).reshape(-1, 3)
        with torch.inference_mode():
            points = torch.as_tensor(pairs, dtype=self._dtype)
            together = max(1, _BLOCK_NUMBERS // self.numbers_at_a_point)
            means = [self._means(part) for part in torch.split(points, together)]
            values: Floats = torch.cat(means).to(torch.float64).numpy()
        return values.reshape(len(v), len(u))

    def _means(self, points: Tensor) -> Tensor:
        return self._model.losses(points @ self._affine, self._targets).mean(dim=-1)


class _Logistic:
    """The loss of the very first start, in numpy: it is drawn while torch is being loaded."""

    def __init__(self, settings: Settings, affine: Floats) -> None:
        self._affine = affine
        self._targets = settings.coded_targets
        self.numbers_at_a_point = len(self._targets)

    def at(self, u: Floats, v: Floats) -> Floats:
        """Return the mean loss (n, m) at every pair of u (m,) and v (n,)."""
        pairs = np.stack(np.broadcast_arrays(1.0, u, v[:, None]), axis=-1)
        z = pairs @ self._affine
        return np.asarray((np.logaddexp(0.0, z) - self._targets * z).mean(axis=-1))


class _Quadratic:
    """The mean squared error of an identity output in closed form.

    Its cost does not know the samples. The residuals are M·(1, u, v) with M (N, 3); M = Q·R with
    orthonormal Q, so their squares add up to those of R·(1, u, v), three of them, never below 0.
    """

    numbers_at_a_point = 1

    def __init__(self, settings: Settings, affine: Floats) -> None:
        residuals = affine.T - np.outer(settings.coded_targets, (1.0, 0.0, 0.0))
        self._triangle = np.linalg.qr(residuals / math.sqrt(len(residuals)), mode="r")

    def at(self, u: Floats, v: Floats) -> Floats:
        """Return the mean loss (n, m) at every pair of u (m,) and v (n,)."""
        with np.errstate(over="ignore"):  # what is no float is an infinite loss
            squares = [(a + b * u + (c * v)[:, None]) ** 2 for a, b, c in self._triangle]
            values: Floats = np.sum(squares, axis=0)
        return values


def _means(settings: Settings, parameters: Floats) -> Floats:
    losses = predict(settings, parameters, settings.coded_inputs, settings.coded_targets).losses
    assert losses is not None  # targets were given
    with np.errstate(over="ignore"):  # a mean that is no float is an infinite loss
        means: Floats = losses.mean(axis=-1)
    return means


def _affine(settings: Settings, plane: Plane) -> Floats:
    """Return a, p, q (3, N) of every sample's z = a + u·p + v·q."""
    return np.vstack((plane.origin, plane.directions)) @ settings.design.T
