"""A quadratic loss: its optimum, and its loss after any number of epochs without taking a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import is_quadratic, not_descending, quadratic_factors
from neuroviz.core.curvature.response import Response
from neuroviz.core.neuron.penalty import penalty_at, penalty_rows
from neuroviz.core.types import Floats, Ints

MOST_PIECES = 100_000
"""Epochs that are predicted where each has a learning rate of its own: some microseconds for each."""


@dataclass(frozen=True)
class Optimum:
    """The parameters of least loss, and that loss."""

    weights: tuple[float, ...]
    bias: float
    loss: float


def optimum(settings: Settings, near: Floats) -> Optimum | None:
    """Return the least-squares optimum, with L2 that of ridge regression; None where the loss is not quadratic.

    Where it is not unique it is the one nearest to the parameters ``near`` (P,): the one that gradient descent
    from there reaches.
    """
    if not is_quadratic(settings):
        return None
    right = quadratic_factors(settings).right
    # From 0, not from near: a run that diverged is at 1e38, from where no digit of the optimum is left.
    theta = -right @ errors_along(settings, np.zeros_like(near))
    if right.shape[1] < len(near):
        theta += near - right @ (right.T @ near)
    *weights, bias = theta.tolist()
    loss = np.square(_residuals(settings, theta)).mean() + penalty_at(settings, theta)
    return Optimum(tuple(weights), bias, float(loss))


def errors_along(settings: Settings, parameters: Floats) -> Floats:
    """Return how far parameters (P,) are from the optimum along each direction that has curvature, (r,)."""
    return _projected(settings, parameters) / quadratic_factors(settings).scales


def least_loss(settings: Settings) -> float:
    """Return the loss at the optimum."""
    left = quadratic_factors(settings).left
    samples = len(settings.coded_targets)
    targets = np.append(settings.coded_targets, np.zeros(len(left) - samples))
    return float(np.square(targets - left @ (left.T @ targets)).sum() / samples)


def start_losses(settings: Settings, parameters: Floats) -> Floats:
    """Return by how much each direction (r,) raises the loss at parameters (P,) above the least one."""
    return np.square(_projected(settings, parameters)) / 2


def no_prediction(settings: Settings, epochs: int) -> str | None:
    """Return why the loss of so many epochs cannot be predicted, None if it can."""
    if not is_quadratic(settings):
        return "Only a quadratic loss can be predicted: identity output and mean squared error."
    if broken := not_descending(settings):
        return broken
    if settings.optimizer_entry.quadratic is None:
        return f"Theory predicts no run of {settings.optimizer_entry.label}, even on a quadratic loss."
    if settings.batch_size != "full":
        return "Only full batches can be predicted: the gradients of mini-batches are noisy."
    if settings.schedule != "constant" and epochs > MOST_PIECES:
        return f"A schedule is predicted for {MOST_PIECES:,} epochs at most."
    return None


def predicted_losses(
    settings: Settings, parameters: Floats, epochs: Ints, edits: Sequence[Edit] = ()
) -> Floats | None:
    """Return the losses of a run at whole epochs (K,), ascending, by the eigenvectors of the Hessian.

    Parameters
    ----------
    parameters
        (P,): the start, where the optimizer has no velocity yet.
    epochs
        (K,): 0 or more, in ascending order.
    edits
        Changes in mid-run, by which other rates hold from a step on.

    Returns
    -------
    (K,), ∞ where it is beyond float64; None where :func:`no_prediction` says why. A run's own rounding is no part
    of it, and shows where an error shrinks to 0 before it grows, as under a warm-up to above the limit.
    """
    end = int(epochs.max(initial=0))
    method = settings.optimizer_entry.quadratic
    if method is None or no_prediction(settings, end):
        return None
    curvatures = quadratic_factors(settings).scales ** 2
    start = start_losses(settings, parameters)
    response = Response(curvatures.shape)
    losses = np.empty(len(epochs))
    for piece in _pieces(settings, end, edits):
        transition = method.transition(piece.rate * curvatures, piece.momentum)
        inside = slice(*np.searchsorted(epochs, [piece.first, piece.last]))
        steps = np.append(epochs[inside], piece.last) - piece.first
        responses = response.after(transition, steps)
        losses[inside] = responses.squares_times(start).sum(axis=-1)[:-1]
        response = responses.at(-1)
    losses[epochs == end] = response.squares_times(start).sum()
    return least_loss(settings) + losses


@dataclass(frozen=True)
class _Piece:
    """Epochs from ``first`` to ``last``, the end exclusive, with one learning rate and momentum."""

    first: int
    last: int
    rate: float
    momentum: float


def _pieces(settings: Settings, epochs: int, edits: Sequence[Edit]) -> Iterator[_Piece]:
    """Return the pieces of a run in which nothing changes."""
    values = {"learning_rate": settings.learning_rate, **settings.hyperparameters}
    inner = {edit.step for edit in edits if 0 < edit.step < epochs}
    marks = sorted({0, epochs} | inner) if settings.schedule == "constant" else range(epochs + 1)
    for first, last in pairwise(marks):
        values.update({edit.name: edit.value for edit in edits if edit.step == first})
        rate = values["learning_rate"] * settings.schedule_entry.factor(first, values)
        yield _Piece(first, last, rate, values.get("momentum", 0.0))


def _residuals(settings: Settings, parameters: Floats) -> Floats:
    return settings.design @ parameters - settings.coded_targets


def _projected(settings: Settings, parameters: Floats) -> Floats:
    """Return Uᵀ(Bθ − c): the errors times the scales."""
    residuals = _residuals(settings, parameters)
    samples = len(residuals)
    left = quadratic_factors(settings).left
    result: Floats = np.sqrt(2 / samples) * (left[:samples].T @ residuals)
    return result + left[samples:].T @ (penalty_rows(settings) @ parameters) if settings.penalties else result
