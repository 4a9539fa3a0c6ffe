"""Landscape: the mean loss over a plane of the parameters, and each sample's share of its gradient.

On a plane θ = origin + u·d₁ + v·d₂ the pre-activation of a sample is affine in (u, v): z = a + u·p + v·q. So a
grid of neurons costs three numbers a sample and no parameters; the loss is the training's own.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import design, is_quadratic
from neuroviz.core.landscape.plane import Plane
from neuroviz.core.lazy import torch
from neuroviz.core.neuron.neuron import Neuron, dtype_of, predict
from neuroviz.core.types import Floats

if TYPE_CHECKING:
    from torch import Tensor

FULL = 200
"""Points on each side of the full grid."""
_LIVE_SAMPLES = 50
"""Samples up to which the full grid is ready within a screen frame."""
_FEWEST = 20
"""Points on each side below which a landscape shows nothing."""
_BLOCK_NUMBERS = 2**15
"""Pre-activations computed at a time: few enough that memory is used again; from twice as many on it is asked
of the system anew for each block, which was measured to cost up to three times the work."""


class LossGrid:
    """The mean loss over all samples at every point of a grid, computed in slices of rows.

    Parameters
    ----------
    settings
        Data, activation, loss and precision.
    u, v
        (m,) and (n,): coordinates of its columns and rows.

    Attributes
    ----------
    values
        (n, m) in float64; row k is at v[k]. NaN where it has not been computed yet.
    """

    def __init__(self, settings: Settings, plane: Plane, u: Floats, v: Floats) -> None:
        self.values: Floats = np.full((len(v), len(u)), np.nan)
        self._u = u
        self._v = v
        self._filled = 0
        affine = _affine(settings, plane)
        self._losses = (_Quadratic if is_quadratic(settings) else _Elementwise)(settings, affine)

    @property
    def done(self) -> bool:
        """Whether all of it has been computed."""
        return self._filled == len(self.values)

    @property
    def progress(self) -> float:
        """The share, 0 … 1, that has been computed."""
        return self._filled / len(self.values)

    def advance_for(self, seconds: float) -> bool:
        """Compute rows from the bottom for so long, at least one slice; return whether the grid is done."""
        end = time.perf_counter() + seconds
        while not self.done:
            stop = min(len(self.values), self._filled + self._losses.rows_at_once(len(self._u)))
            self.values[self._filled : stop] = self.rows(self._filled, stop)
            self._filled = stop
            if time.perf_counter() >= end:
                break
        return self.done

    def rows(self, start: int, stop: int) -> Floats:
        """Return rows start … stop − 1, (stop − start, m)."""
        return self._losses.at(self._u, self._v[start:stop])


def loss_grid(settings: Settings, plane: Plane, u: Floats, v: Floats) -> Floats:
    """Return the mean loss (n, m) in float64 at coordinates u (m,) and v (n,) of a plane."""
    grid = LossGrid(settings, plane, u, v)
    grid.advance_for(math.inf)
    return grid.values


def loss_at(settings: Settings, parameters: Floats) -> float:
    """Return the mean loss over all samples at parameters (P,)."""
    return float(losses_at(settings, parameters[np.newaxis])[0])


def losses_at(settings: Settings, path: Floats) -> Floats:
    """Return the mean loss (n,) over all samples at each of parameters (n, P)."""
    together = max(1, _BLOCK_NUMBERS // settings.dataset.samples)
    return np.concatenate([_means(settings, path[k : k + together]) for k in range(0, len(path), together)])


def live_points(settings: Settings) -> int:
    """Return how many points each side of a grid can have that is ready within a screen frame.

    The full grid where the loss is quadratic or the samples are few; above, as many points as cost the same.
    """
    samples = settings.dataset.samples
    if samples <= _LIVE_SAMPLES or is_quadratic(settings):
        return FULL
    return max(_FEWEST, int(FULL * math.sqrt(_LIVE_SAMPLES / samples)))


def sample_gradients(settings: Settings, parameters: Floats) -> Floats:
    """Return each sample's share (N, P) of the gradient of the mean loss; their sum is the gradient.

    Parameters
    ----------
    settings
        Data, activation, loss and precision.
    parameters
        (P,).
    """
    neuron = Neuron.of(settings)
    dtype = dtype_of(settings)
    rows, targets = (torch.tensor(array, dtype=dtype) for array in (design(settings), settings.coded_targets))
    with torch.enable_grad():
        z = rows.mv(torch.tensor(parameters, dtype=dtype)).requires_grad_()
        (slopes,) = torch.autograd.grad(neuron.losses(z, targets).sum(), z)
    shares = slopes[:, None] / len(targets) * rows
    return shares.to(torch.float64).numpy()


class _Elementwise:
    """The loss of the training, over as many points at a time as a block of memory takes."""

    def __init__(self, settings: Settings, affine: Floats) -> None:
        self._neuron = Neuron.of(settings)
        self._dtype = dtype_of(settings)
        self._affine = torch.as_tensor(affine, dtype=self._dtype)
        self._targets = torch.tensor(settings.coded_targets, dtype=self._dtype)

    def rows_at_once(self, columns: int) -> int:
        return max(1, self._points // columns)

    @property
    def _points(self) -> int:
        return max(1, _BLOCK_NUMBERS // len(self._targets))

    def at(self, u: Floats, v: Floats) -> Floats:
        """Return the mean loss (n, m) at every pair of u (m,) and v (n,)."""
        pairs = np.stack(np.broadcast_arrays(1.0, u, v[:, None]), axis=-1).reshape(-1, 3)
        with torch.inference_mode():
            points = torch.as_tensor(pairs, dtype=self._dtype)
            means = [self._means(part) for part in torch.split(points, self._points)]
            values: Floats = torch.cat(means).to(torch.float64).numpy()
        return values.reshape(len(v), len(u))

    def _means(self, points: Tensor) -> Tensor:
        return self._neuron.losses(points @ self._affine, self._targets).mean(dim=-1)


class _Quadratic:
    """The mean squared error of an identity output in closed form: its cost does not know the samples.

    The residuals are M·(1, u, v) with M (N, 3); M = Q·R with orthonormal Q, so their squares add up to those of
    R·(1, u, v), three of them, never below 0.
    """

    def __init__(self, settings: Settings, affine: Floats) -> None:
        residuals = affine.T - np.outer(settings.coded_targets, (1.0, 0.0, 0.0))
        self._triangle = np.linalg.qr(residuals / math.sqrt(len(residuals)), mode="r")

    def rows_at_once(self, columns: int) -> int:
        return max(1, _BLOCK_NUMBERS // columns)

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
    result: Floats = np.vstack((plane.origin, plane.directions)) @ design(settings).T
    return result
