"""Landscape: the loss over a plane of the parameters, and each sample's share of its gradient.

On a plane θ = origin + u·d₁ + v·d₂ the pre-activation of a sample in one neuron is affine in (u,
v): z = a + u·p + v·q. So a grid of neurons needs three numbers per sample and no parameters; the
loss is the one that is trained. With hidden neurons each point is a model of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import has_quadratic_errors
from neuroviz.core.landscape.plane import Plane
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import dtype_of, model_of, predict, sigmoid, without_torch
from neuroviz.core.model.penalty import penalty_at, penalty_gradient
from neuroviz.core.model.rounding import is_rounding_of_mean, may_be_rounding
from neuroviz.core.slices import Work, finished
from neuroviz.core.types import Floats, Tensor

FULL = 200
"""Points on each side of the full grid, where samples and neurons are not too many for it."""
_MOST_NUMBERS = 10**9
"""Pre-activations of a full grid, of which two cores compute some 10⁸ a second."""
_FEWEST_OF_FULL = 64
"""With fewer points on each side lines of equal loss have corners."""
_LIVE_SAMPLES = 50
"""Samples up to which the full grid is ready within a screen frame."""
_FEWEST = 20
"""With fewer points on each side a landscape shows nothing."""
_BLOCK_NUMBERS = 2**15
"""Pre-activations computed at a time, few enough that memory is used again. From twice as many on,
each block asks the system for new memory, which was measured to cost up to three times the work."""
Losses = Callable[[Floats, Floats], Floats | float]
"""Gives terms of the loss (n, m) at every pair of u (m,) and v (n,)."""


def loss_grid(settings: Settings, plane: Plane, u: Floats, v: Floats) -> Floats:
    """Return the loss (n, m) in float64 at coordinates u (m,) and v (n,) of a plane."""
    return finished(loss_grid_work(settings, plane, u, v))


def loss_grid_work(settings: Settings, plane: Plane, u: Floats, v: Floats) -> Work[Floats]:
    """Compute :func:`loss_grid` in slices of rows: the mean over all samples, and the penalties."""
    losses = _losses_over(settings, plane)
    penalty = _penalty(settings, plane)
    numbers_at_a_point = 1 if _is_plain(settings) else _numbers(settings)
    at_once = max(1, _BLOCK_NUMBERS // (len(u) * numbers_at_a_point))
    values: Floats = np.empty((len(v), len(u)))
    for start in range(0, len(v), at_once):
        part = slice(start, start + at_once)
        values[part] = losses(u, v[part]) + penalty(u, v[part])
        yield None
    return values


def _losses_over(settings: Settings, plane: Plane) -> Losses:
    """Return the mean losses over a plane.

    Those of one neuron are made from a, p and q of every sample, (3, N).
    """
    spanned = np.vstack((plane.origin, plane.directions))
    if not settings.parameters.linear:
        # z is not linear in the parameters, so there is a model at every point.
        inputs = torch.tensor(settings.coded_inputs, dtype=dtype_of(settings))
        model = model_of(settings)
        return _trained(settings, lambda part: model.pre_activation(part, inputs), spanned)
    affine = spanned @ settings.design.T
    if without_torch(settings):
        return _logistic(settings, affine)
    if _is_plain(settings):
        return _quadratic(settings, affine)
    samples = torch.as_tensor(affine, dtype=dtype_of(settings))
    return _trained(settings, lambda part: part @ samples)


def _is_plain(settings: Settings) -> bool:
    """Return whether the loss is that of one neuron and quadratic, so that a grid costs nothing."""
    return settings.parameters.linear and has_quadratic_errors(settings)


def loss_at(settings: Settings, parameters: Floats) -> float:
    """Return the loss at parameters (P,): the mean over all samples, with the penalties."""
    return float(losses_at(settings, parameters[np.newaxis])[0])


def losses_at(settings: Settings, path: Floats) -> Floats:
    """Return the losses (n,) at parameters (n, P): means over all samples, with the penalties."""
    together = max(1, _BLOCK_NUMBERS // _numbers(settings))
    means = np.concatenate(
        [_means(settings, path[k : k + together]) for k in range(0, len(path), together)]
    )
    return means + penalty_at(settings, path) if settings.penalties else means


def full_points(settings: Settings) -> int:
    """Return how many points per side the full grid has: fewer than FULL for very many samples."""
    if _is_plain(settings):
        return FULL
    affordable = int(math.sqrt(_MOST_NUMBERS / _numbers(settings)))
    return min(FULL, max(_FEWEST_OF_FULL, affordable))


def live_points(settings: Settings) -> int:
    """Return how many points per side a grid can have to be ready within a screen frame.

    It is the full grid where the loss is quadratic, or samples and neurons are few; else as many
    points as cost the same.
    """
    numbers = _numbers(settings)
    if numbers <= _LIVE_SAMPLES or _is_plain(settings):
        return FULL
    return max(_FEWEST, int(FULL * math.sqrt(_LIVE_SAMPLES / numbers)))


def _numbers(settings: Settings) -> int:
    """Return the number of pre-activations at a point: one per sample and neuron."""
    return settings.dataset.samples * (settings.hidden + settings.outputs)


def sample_gradients(settings: Settings, parameters: Floats) -> Floats:
    """Return each sample's share (N, P) of the gradient of the mean loss.

    The shares add up to that gradient, which is without penalties.
    """
    if without_torch(settings):
        errors = sigmoid(settings.design @ parameters) - settings.coded_targets
        return errors[:, None] / len(errors) * settings.design
    model = model_of(settings)
    dtype = dtype_of(settings)
    theta, inputs, targets = (
        torch.tensor(array, dtype=dtype)
        for array in (parameters, settings.coded_inputs, settings.coded_targets)
    )
    rows = model.slopes(theta, inputs)
    with torch.enable_grad():
        z = rows.mv(theta) if model.parameters.linear else model.pre_activation(theta, inputs)
        z = z.detach().requires_grad_()
        (slopes,) = torch.autograd.grad(model.losses(z, targets).sum(), z)
    shares = slopes[..., None] / len(targets) * rows
    if slopes.dim() > 1:
        shares = shares.sum(dim=1)
    return shares.to(torch.float64).numpy()


def gradient_of(settings: Settings, parameters: Floats) -> Floats:
    """Return the gradient (P,) of the loss at parameters (P,), with the penalties."""
    return gradient_of_shares(settings, parameters, sample_gradients(settings, parameters))


def gradient_of_shares(settings: Settings, parameters: Floats, shares: Floats) -> Floats:
    """Return the gradient (P,) of the loss where all samples' shares (N, P) of it are known."""
    own: Floats = shares.sum(axis=0)
    return own + penalty_gradient(settings, parameters) if settings.penalties else own


def without_rounding_of_gradient(settings: Settings, parameters: Floats, grad: Floats) -> Floats:
    """Return a gradient (P,) at parameters (P,), with 0 where it is only rounding.

    That is where the shares of samples and penalties cancel, but for rounding.
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


def _penalty(settings: Settings, plane: Plane) -> Losses:
    """Return the penalties over a plane, row by row: a grid of all parameters may be too large."""
    spanned = np.vstack((plane.origin, plane.directions))

    def at(u: Floats, v: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.array([penalty_at(settings, row @ spanned) for row in _pairs(u, v)])

    return at if settings.penalties else lambda u, v: 0.0


def _trained(
    settings: Settings, sums: Callable[[Tensor], Tensor], spanned: Floats | None = None
) -> Losses:
    """Return the loss that is trained, computed for as many points at a time as a block holds.

    Parameters
    ----------
    sums
        Gives z of points (k, 3), each (1, u, v); or of parameters (k, P), if ``spanned`` is given.
    spanned
        (3, P): origin and directions that make parameters of points.
    """
    model = model_of(settings)
    dtype = dtype_of(settings)
    targets = torch.tensor(settings.coded_targets, dtype=dtype)
    together = max(1, _BLOCK_NUMBERS // _numbers(settings))

    def at(u: Floats, v: Floats) -> Floats:
        points = _pairs(u, v).reshape(-1, 3)
        if spanned is not None:
            with np.errstate(over="ignore"):
                points = points @ spanned
        with torch.inference_mode():
            parts = torch.split(torch.as_tensor(points, dtype=dtype), together)
            means = [model.losses(sums(part), targets).mean(dim=-1) for part in parts]
            values: Floats = torch.cat(means).to(torch.float64).numpy()
        return values.reshape(len(v), len(u))

    return at


def _logistic(settings: Settings, affine: Floats) -> Losses:
    """Return the loss of the very first start, in numpy: it is drawn while torch is loading."""

    def at(u: Floats, v: Floats) -> Floats:
        z = _pairs(u, v) @ affine
        return (np.logaddexp(0.0, z) - settings.coded_targets * z).mean(axis=-1)

    return at


def _quadratic(settings: Settings, affine: Floats) -> Losses:
    """Return the mean squared error of an identity output in closed form.

    Its cost does not depend on the number of samples. The residuals are M·(1, u, v) with M (N, 3).
    With M = Q·R and orthonormal Q, the sum of their squares is that of R·(1, u, v), which has three
    terms and is never below 0.
    """
    residuals = affine.T - np.outer(settings.coded_targets, (1.0, 0.0, 0.0))
    triangle = np.linalg.qr(residuals / math.sqrt(len(residuals)), mode="r")

    def at(u: Floats, v: Floats) -> Floats:
        with np.errstate(over="ignore"):  # an overflow is an infinite loss
            squares = [(a + b * u + (c * v)[:, None]) ** 2 for a, b, c in triangle]
            return np.sum(squares, axis=0)

    return at


def _pairs(u: Floats, v: Floats) -> Floats:
    """Return (1, u, v) of every pair of u (m,) and v (n,), (n, m, 3)."""
    return np.stack(np.broadcast_arrays(1.0, u, v[:, None]), axis=-1)


def _means(settings: Settings, parameters: Floats) -> Floats:
    losses = predict(settings, parameters).losses
    with np.errstate(over="ignore"):  # an overflow is an infinite loss
        return losses.mean(axis=-1)
