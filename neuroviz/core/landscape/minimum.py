"""Minimum: the parameters of least loss where they are known, else a sentence that says why not."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.penalties import PENALTIES
from neuroviz.core.choices.settings import Keyed, Settings
from neuroviz.core.curvature.growth import is_convex
from neuroviz.core.curvature.hessian import (
    bending_rows,
    curvature_at,
    gradient_at,
    hessian_at,
    is_quadratic,
)
from neuroviz.core.curvature.quadratic import optimum
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.model.model import predict
from neuroviz.core.model.penalty import penalty_kinks, penalty_rows
from neuroviz.core.model.rounding import without_rounding
from neuroviz.core.model.separability import endless_targets, no_finite_best
from neuroviz.core.slices import Work, finished
from neuroviz.core.types import Floats, Unique

_MOST_STEPS = 100
_ARRIVED = 1e-9
"""A Newton step below this share of the parameters has arrived at the minimum. Where a loss only
levels off towards infinity, as that of a sigmoid does, steps do not become shorter."""
_ENOUGH = 1e-4
"""Share of the fall promised by the slope that a step must give (Armijo)."""
_HALVINGS = 40
_LONGEST = 10.0
"""Greatest length of a step along one direction, in multiples of the parameters' size."""


class Minimum(Unique):
    """What is known of the minimum of the mean loss."""

    parameters: Floats | None
    """(P,); None where there is no finite minimum, or none is known."""
    loss: float | None
    """The mean loss there; None where there is none."""
    sentence: str
    """What the minimum is, or why there is none, for the screen."""


def minimum(settings: Settings, near: Floats) -> Minimum:
    """Return the minimum of the mean loss over all samples.

    The search for it begins at ``near`` (P,).
    """
    return finished(minimum_work(settings, near))


def minimum_work(settings: Settings, near: Floats) -> Work[Minimum]:
    """Search for the minimum in slices: a closed form at once, or one Newton step for each.

    Parameters
    ----------
    near
        (P,): where Newton's method starts; of many least-squares minima the nearest is taken.

    References
    ----------
    Dauphin et al. 2014, arXiv:1406.2572, on Newton's method with absolute curvatures; Andrew and
    Gao 2007, ICML, on steps within an orthant, where L1 has no kinks.
    """
    # In float64 and from z, whatever the run has, or the gradient would be only rounding before a
    # step is short enough.
    breaks = tuple(name for name in settings.breaks if name != "naive_bce")
    settings = settings.replace(precision="float64", breaks=breaks)
    if is_quadratic(settings):
        return _least_squares(settings, near)
    if reason := _unknown(settings):
        return Minimum(None, None, reason)
    parameters = _start(settings, near)
    endless_below = _endless_below(settings)
    for steps in range(1, _MOST_STEPS + 1):
        try:
            # So far out that no step lowers the loss.
            with np.errstate(over="ignore", invalid="ignore"):
                there = _stepped(settings, parameters, endless_below)
        except SettingsError:  # no longer finite
            there = None
        yield None
        if isinstance(there, Minimum):
            return there
        if there is None or steps == _MOST_STEPS:
            break
        parameters = there
        if settings.softmax and _endless(settings, parameters):
            break
    reason = "No minimum found: Newton's method from here reaches none."
    return Minimum(None, None, _endless(settings, parameters) or reason)


def _stepped(
    settings: Settings, parameters: Floats, endless_below: float
) -> Floats | Minimum | None:
    """Return where a Newton step leads, or the minimum where it has arrived.

    It is None where no step lowers the loss, or where the loss falls for ever.
    """
    find = _step_within_orthant if penalty_kinks(settings).any() else _step
    step, slope, side = find(settings, parameters)
    if np.abs(step).max() <= _ARRIVED * (1 + np.abs(parameters).max()):
        return _arrived(settings, parameters)

    def along(share: float) -> Floats:
        """Return the point after a share of the step; a weight that would change its sign is 0."""
        there = parameters + share * step
        return np.where(there * side < 0, 0.0, there)

    loss = loss_at(settings, parameters)
    share = _share(settings, along, slope, loss)
    return None if share is None or loss < endless_below else along(share)


def _arrived(settings: Settings, parameters: Floats) -> Minimum | None:
    """Return the minimum at parameters where the gradient is 0; None if they are no minimum."""
    curvature = curvature_at(settings, parameters)
    own = bending_rows(settings)[: None if settings.loss_entry.informative else 0]
    rows = np.vstack((own, penalty_rows(settings)))
    zeros = len(parameters) - int(np.linalg.matrix_rank(rows))
    # A sample far out on a sigmoid seems to have no curvature, but its loss still falls. That of
    # ReLU is really flat.
    flat = curvature.zeros > zeros and not settings.activation_entry.dies
    if flat or curvature.negatives or not len(curvature.curvatures):
        return None
    which = "A minimum near here, one of perhaps several"
    if is_convex(settings):
        which = "One of many minima, all equally low" if curvature.zeros else "The only minimum"
        if curvature.zeros and settings.penalties:  # L1 may rise where nothing else does
            which = "A minimum as low as any"
    return Minimum(
        without_rounding(settings, parameters),
        loss_at(settings, parameters),
        f"{which}, found by Newton's method{_at_kink(settings, parameters)}.",
    )


def _at_kink(settings: Settings, parameters: Floats) -> str:
    """Return the words for the weights of the minimum that are at the kink of a penalty."""
    kinked = [row.short for row, _ in settings.penalties if row.kinked]
    zeros = int(((parameters == 0) & (penalty_kinks(settings) > 0)).sum())
    return f"; {' and '.join(kinked)} holds {zeros} weight{'s' * (zeros > 1)} at 0" if zeros else ""


def least_convex_loss(settings: Settings) -> float | None:
    """Return the least mean loss of a convex one; None where none exists or is known.

    The result is cached, since diagnosing a run asks for it again and again.
    """
    if not is_convex(settings):
        return None
    names = ("dataset", "activation", "loss", "inputs", "coding", "breaks", *PENALTIES)
    choices = tuple(getattr(settings, name) for name in names)
    return _least_convex_loss(Keyed(choices, settings))


@lru_cache(maxsize=8)
def _least_convex_loss(keyed: Keyed) -> float | None:
    return minimum(keyed.settings, np.zeros(keyed.settings.parameters.count)).loss


def _start(settings: Settings, near: Floats) -> Floats:
    """Return where Newton's method starts; with an identity output the least-squares optimum.

    Far from its only minimum the Huber loss has no curvature, so the way to it would be long.
    """
    squares = None
    if settings.activation == "identity" and not settings.softmax:
        squares = optimum(settings.replace(loss="mse"), near)
    return (
        np.array(near, dtype=np.float64)
        if squares is None
        else np.array((*squares.weights, squares.bias))
    )


def _least_squares(settings: Settings, near: Floats) -> Minimum:
    """Return the minimum of a quadratic loss; of many, the one nearest to ``near``."""
    found = optimum(settings, near)
    assert found is not None  # called only for quadratic losses
    many = curvature_at(settings, near).zeros
    which = "The nearest of many least-squares minima" if many else "The least-squares minimum"
    which += ", with L2 that of ridge regression" if settings.penalties else ""
    parameters = without_rounding(settings, np.array((*found.weights, found.bias)))
    return Minimum(parameters, found.loss, f"{which}, in closed form.")


def _unknown(settings: Settings) -> str | None:
    """Return why there is no minimum to search for; None if there may be one."""
    if not (settings.loss_entry.informative or settings.penalties):
        return "No minimum: the loss is the same everywhere."
    if not settings.activation_entry.trainable:
        return "No minimum to mark: with this activation the loss is flat in pieces."
    if settings.hidden:
        return (
            "No minimum looked for: with hidden neurons there are many, and each is there again "
            "with its neurons in any other order."
        )
    kinked = [settings.loss_entry.label] if settings.loss_entry.kinks else []
    if not is_convex(settings):
        kinked += [row.label for row, _ in settings.penalties if row.kinked]
    if kinked:
        return f"No minimum known: {kinked[0]} has kinks, at which Newton's method fails."
    if settings.penalties and not settings.breaks_it("no_bias") and not settings.softmax:
        first = settings.coded_targets[0]
        same = np.ptp(settings.coded_targets, axis=0) == 0
        if (same & np.isin(first, settings.activation_entry.output_range)).any():
            return (
                "No finite minimum: all samples are of one class, "
                "so an ever larger bias lowers the loss."
            )
    return _endless(settings) if is_convex(settings) else None


def _endless(settings: Settings, parting: Floats | None = None) -> str | None:
    """Return the sentence about a loss that falls for ever with larger weights, else None."""
    if not no_finite_best(settings, parting):
        return None
    whose = f" of {endless_targets(settings, parting)}" if settings.independent else ""
    return (
        f"No finite minimum: the classes{whose} can be separated, "
        "so some larger weights always have a lower loss."
    )


def _endless_below(settings: Settings) -> float:
    """Return the mean loss below which a downhill search never comes to a minimum.

    It is −∞ where there is no such loss. Where a line separates the classes, the loss can fall
    towards 0. Once it is below that of a single sample on the boundary, all samples are on their
    side and stay there; larger parameters then always have a lower loss.
    """
    if _endless(settings) is None:
        return -math.inf
    at_boundary = predict(settings, np.zeros(settings.parameters.count)).losses
    return float(at_boundary.min()) / len(at_boundary)


def _step(settings: Settings, parameters: Floats) -> tuple[Floats, float, Floats]:
    """Return Newton's step (P,), the slope of the loss along it, and no sides to keep to, (P,).

    Where the curvature is nearly 0, as far from a minimum of the Huber loss, it is a step of
    bounded length. By the absolute values of the curvatures it goes downhill, and away from
    saddles.
    """
    gradient = gradient_at(settings, parameters)
    curvature = curvature_at(settings, parameters)
    along = curvature.directions.T @ gradient
    rest = gradient - curvature.directions @ along
    if np.linalg.norm(rest) < 1e-12 * np.linalg.norm(gradient):
        rest = np.zeros_like(rest)
    longest = _LONGEST * (1 + np.abs(parameters).max())
    bounded = np.clip(along / np.abs(curvature.curvatures), -longest, longest)
    step = -curvature.directions @ bounded - rest
    return step, float(gradient @ step), np.zeros_like(step)


def _step_within_orthant(settings: Settings, parameters: Floats) -> tuple[Floats, float, Floats]:
    """Return a step of the weights that can move, the slope, and the side each keeps to, (P,).

    A weight that would change its sign stops at 0, the kink of L1.
    """
    downhill = -_least_subgradient(settings, parameters)
    free = penalty_kinks(settings) == 0  # biases
    moving = (parameters != 0) | (downhill != 0) | free
    hessian = hessian_at(settings, parameters)[np.ix_(moving, moving)]
    step = np.zeros_like(parameters)
    step[moving] = np.linalg.lstsq(hessian, downhill[moving], rcond=None)[0]
    # Where there is no curvature, as along what is added to the sums of all classes, L1 falls
    # straight until a weight is at 0.
    level = np.zeros_like(parameters)
    level[moving] = downhill[moving] - hessian @ step[moving]
    if np.linalg.norm(level) > _ARRIVED * penalty_kinks(settings).max():
        shrinking = level * parameters < 0
        step += level * np.abs(parameters[shrinking] / level[shrinking]).min(initial=1.0)
    side = np.where(parameters == 0, np.sign(downhill), np.sign(parameters))
    side[free] = 0.0
    return step, float(downhill @ -step), side


def _least_subgradient(settings: Settings, parameters: Floats) -> Floats:
    """Return the shortest subgradient (P,).

    Where a weight is 0, L1 takes off as much of its slope as it can.
    """
    slopes = gradient_at(settings, parameters)  # with a slope of 0 at the kink
    rest = np.sign(slopes) * np.maximum(0.0, np.abs(slopes) - penalty_kinks(settings))
    return np.where(parameters == 0, rest, slopes)


def _share(
    settings: Settings, along: Callable[[float], Floats], slope: float, loss: float
) -> float | None:
    """Return the largest share of a step that lowers the loss enough; None if none does."""
    rounding = 4 * np.finfo(np.float64).eps * loss
    for share in (0.5**halvings for halvings in range(_HALVINGS)):
        if loss_at(settings, along(share)) <= loss + _ENOUGH * share * slope + rounding:
            return share
    return None
