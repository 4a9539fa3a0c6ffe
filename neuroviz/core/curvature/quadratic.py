"""A quadratic loss: its optimum, its loss after any number of epochs, and the best rate.

All of it is computed without taking a step, and so is which direction diverges, and how fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import (
    Curvature,
    curvature_at,
    flat_slopes,
    is_quadratic,
    not_descending,
    quadratic_factors,
)
from neuroviz.core.curvature.rate_ruler import ruler_of
from neuroviz.core.model.penalty import penalty_at, penalty_rows
from neuroviz.core.numbers import format_number, subscripted
from neuroviz.core.types import Floats, Frozen, Ints, Unique

MOST_PIECES = 100_000
"""Most epochs that are predicted where each has its own learning rate; each takes some
microseconds."""


class Optimum(Frozen):
    """The parameters with the least loss, and that loss."""

    weights: tuple[float, ...]
    """All parameters but the last, in their order; with several outputs the other biases are among
    them."""
    bias: float
    loss: float


def optimum(settings: Settings, near: Floats) -> Optimum | None:
    """Return the least-squares optimum, with L2 that of ridge regression.

    It is None where the loss is not quadratic. Where it is not unique, it is the one nearest to the
    parameters ``near`` (P,), which gradient descent from there reaches.
    """
    if not is_quadratic(settings):
        return None
    right = quadratic_factors(settings).right
    # From 0, not from ``near``: for a run that diverged to 1e38 no digit of the optimum would be
    # left.
    theta = -right @ errors_along(settings, np.zeros_like(near))
    if right.shape[1] < len(near):
        theta += near - right @ (right.T @ near)
    *weights, bias = theta.tolist()
    loss = np.square(_residuals(settings, theta)).mean() + penalty_at(settings, theta)
    return Optimum(tuple(weights), bias, float(loss))


def errors_along(settings: Settings, parameters: Floats) -> Floats:
    """Return the distances (r,) of parameters (P,) from the optimum along curved directions."""
    return _projected(settings, parameters) / quadratic_factors(settings).scales


def least_loss(settings: Settings) -> float:
    """Return the loss at the optimum."""
    left = quadratic_factors(settings).left
    samples = settings.coded_targets.size
    targets = np.append(settings.coded_targets, np.zeros(len(left) - samples))
    return float(np.square(targets - left @ (left.T @ targets)).sum() / samples)


def start_losses(settings: Settings, parameters: Floats) -> Floats:
    """Return how much each direction (r,) adds to the least loss, at parameters (P,)."""
    return np.square(_projected(settings, parameters)) / 2


def no_prediction(settings: Settings, epochs: int) -> str | None:
    """Return why the loss after ``epochs`` epochs cannot be predicted; None if it can."""
    if not is_quadratic(settings):
        return "Only a quadratic loss can be predicted: identity output and mean squared error."
    if broken := not_descending(settings):
        return broken
    if settings.optimizer_entry.quadratic is None:
        return (
            f"Theory predicts no run of {settings.optimizer_entry.label}, even on a quadratic loss."
        )
    if settings.batch_size != "full":
        return "Only full batches can be predicted: the gradients of mini-batches are noisy."
    if settings.schedule != "constant" and epochs > MOST_PIECES:
        return f"A schedule is predicted for {MOST_PIECES:,} epochs at most."
    return None


def predicted_losses(
    settings: Settings, parameters: Floats, epochs: Ints, edits: Sequence[Edit] = ()
) -> Floats | None:
    """Return the losses of a run at whole epochs (K,), by the Hessian's eigenvectors.

    Parameters
    ----------
    parameters
        (P,): the start, where the optimizer has no velocity yet.
    epochs
        (K,): 0 or more, in ascending order.
    edits
        Changes in mid-run, such as another rate from a step on.

    Returns
    -------
    (K,), ∞ beyond float64; None where :func:`no_prediction` gives a reason. The rounding of a run
    is not predicted; it shows where an error shrinks to 0 before it grows, as under a warm-up to
    above the limit.
    """
    end = int(epochs.max(initial=0))
    method = settings.optimizer_entry.quadratic
    if method is None or no_prediction(settings, end):
        return None
    curvatures = quadratic_factors(settings).scales ** 2
    start = start_losses(settings, parameters)
    response = Response.begun(curvatures.shape)
    losses = np.empty(len(epochs))
    for first, last, rate, momentum in _pieces(settings, end, edits):
        transition = method.transition(rate * curvatures, momentum)
        inside = slice(*np.searchsorted(epochs, [first, last]))
        steps = np.append(epochs[inside], last) - first
        responses = response.after(transition, steps)
        losses[inside] = responses.squares_times(start).sum(axis=-1)[:-1]
        response = responses.at(-1)
    losses[epochs == end] = response.squares_times(start).sum()
    return least_loss(settings) + losses


def _pieces(
    settings: Settings, epochs: int, edits: Sequence[Edit]
) -> Iterator[tuple[int, int, float, float]]:
    """Yield the pieces of a run in which nothing changes.

    They are first and last epoch, exclusive, with learning rate and momentum.
    """
    values = settings.editable_values
    inner = {edit.step for edit in edits if 0 < edit.step < epochs}
    marks = sorted({0, epochs} | inner) if settings.schedule == "constant" else range(epochs + 1)
    for first, last in pairwise(marks):
        values.update({edit.name: edit.value for edit in edits if edit.step == first})
        rate = values["learning_rate"] * settings.schedule_entry.factor(first, values)
        yield first, last, rate, values.get("momentum", 0.0)


def _residuals(settings: Settings, parameters: Floats) -> Floats:
    return flat_slopes(settings) @ parameters - settings.coded_targets.ravel()


def _projected(settings: Settings, parameters: Floats) -> Floats:
    """Return Uᵀ(Bθ − c), which is the errors times the scales."""
    residuals = _residuals(settings, parameters)
    samples = len(residuals)
    left = quadratic_factors(settings).left
    result: Floats = np.sqrt(2 / samples) * (left[:samples].T @ residuals)
    return (
        result + left[samples:].T @ (penalty_rows(settings) @ parameters)
        if settings.penalties
        else result
    )


_FAR = 4_000
"""Greatest exponent of two, in either direction; it is far outside float64."""


class Response(Unique):
    """Error and velocity of each direction, starting at (1, 0), with a power of two for each.

    So neither the growth of a run that diverges nor the decay of one that converges leaves the
    range of floats.
    """

    state: Floats
    """(…, 2)."""
    powers: Ints
    """(…)."""

    @classmethod
    def begun(cls, shape: tuple[int, ...]) -> Response:
        """Return the start for directions (…) and any other axes to follow at once."""
        state = np.zeros((*shape, 2))
        state[..., 0] = 1.0
        return cls(state, np.zeros(shape, dtype=np.int64))

    def after(self, transition: Floats, steps: Ints) -> Response:
        """Return the response (K, …) after numbers of steps (K,), by repeated squaring.

        Parameters
        ----------
        transition
            (…, 2, 2): the matrices that take error and velocity over one step.
        steps
            (K,): each 0 or more.
        """
        state = self.state[None].repeat(len(steps), axis=0)
        own = self.powers[None].repeat(len(steps), axis=0)
        matrices, powers = _normal(
            transition, np.zeros(transition.shape[:-2], dtype=np.int64), (-2, -1)
        )
        for bit in range(int(steps.max(initial=0)).bit_length()):
            taken = (steps >> bit & 1).astype(bool)
            state[taken] = (matrices @ state[taken][..., None])[..., 0]
            own[taken] += powers
            matrices, powers = _normal(matrices @ matrices, 2 * powers, (-2, -1))
        return Response(*_normal(state, own, (-1,)))

    def at(self, index: int) -> Response:
        """Return one response by its index on the first axis."""
        return Response(self.state[index], self.powers[index])

    def squares_times(self, losses: Floats) -> Floats:
        """Return the squared errors times their losses at the start; ∞ beyond float64."""
        mantissa, powers = np.frexp(losses)
        exponents = np.clip(2 * self.powers + powers, -_FAR, _FAR)
        with np.errstate(over="ignore"):
            return np.ldexp(np.square(self.state[..., 0]) * mantissa, exponents)

    def log_squares_times(self, losses: Floats) -> Floats:
        """Return the logarithms of :meth:`squares_times` to base 2; −∞ for 0."""
        with np.errstate(divide="ignore"):
            errors = np.log2(np.abs(self.state[..., 0]))
            return 2 * (errors + self.powers.astype(np.float64)) + np.log2(losses)


def _normal(numbers: Floats, powers: Ints, axes: tuple[int, ...]) -> tuple[Floats, Ints]:
    """Divide each group of numbers by a power of two, so that the largest is ½ … 1."""
    _, own = np.frexp(np.abs(numbers).max(axis=axes))
    return np.ldexp(numbers, -np.expand_dims(own, axes)), powers + own


_MOST_NUMBERS = 2**16
"""Rates that are tried in a round, times directions."""
_ROUNDS = 5
_VALLEYS = 8
_ZOOM = 16


def best_rate(settings: Settings, parameters: Floats, epochs: int) -> float | None:
    """Return the learning rate to take.

    Parameters
    ----------
    settings
        The experiment; its own learning rate does not matter.
    parameters
        (P,): the start.
    epochs
        The number of epochs after which the loss counts, 0 or more.

    Returns
    -------
    Where a run can be predicted and its rate is constant, the rate up to the limit with the least
    predicted loss; elsewhere the rate that is the fastest in the worst case, None where there is
    none.
    """
    ruler = ruler_of(settings, curvature_at(settings, parameters))
    if (
        ruler.limit is None
        or ruler.best is None
        or not epochs
        or settings.schedule != "constant"
        or no_prediction(settings, epochs)
    ):
        return ruler.best
    losses = start_losses(settings, parameters)
    if not losses.any():
        return ruler.best
    # A rate far below 1/(λmax·epochs²) has too little time to do anything, whatever the momentum.
    lowest = min(ruler.limit, 1 / quadratic_factors(settings).scales[-1] ** 2) / (16.0 * epochs**2)
    found = _search(settings, losses, epochs, lowest, ruler.limit)
    mark, least = least_loss(settings) + np.exp2(
        _log_excess(settings, losses, epochs, np.array([ruler.best, found]))
    )
    # Where both reach the optimum, to the precision of floats, take the one that is good from every
    # start.
    return ruler.best if mark <= least else found


def _search(settings: Settings, losses: Floats, epochs: int, lowest: float, limit: float) -> float:
    """Return the best rate of a fine grid, refined around its several lowest points."""
    count = max(64, min(4096, _MOST_NUMBERS // len(losses)))
    rates = np.concatenate(
        (np.geomspace(lowest, limit, count), np.linspace(limit / count, limit, count))
    )
    rates.sort()
    width = np.gradient(rates)
    for _ in range(_ROUNDS):
        excess = _log_excess(settings, losses, epochs, rates)
        chosen = np.argsort(excess, kind="stable")[:_VALLEYS]
        centres = rates[chosen, None]
        reach = width[chosen, None]
        steps = np.linspace(-1, 1, 2 * _ZOOM + 1)
        rates = np.clip(centres + reach * steps, lowest, limit).ravel()
        width = np.broadcast_to(reach / _ZOOM, (len(chosen), len(steps))).ravel()
    return float(rates[_log_excess(settings, losses, epochs, rates).argmin()])


def _log_excess(settings: Settings, losses: Floats, epochs: int, rates: Floats) -> Floats:
    """Return the logarithm of the loss above the least one, for every rate (R,)."""
    moving = losses > 0
    curvatures = quadratic_factors(settings).scales[moving] ** 2
    x = np.multiply.outer(rates, curvatures)
    method = settings.optimizer_entry.quadratic
    assert method is not None  # else no run could be predicted
    transition = method.transition(x, settings.momentum_or_zero)
    left = Response.begun(x.shape).after(transition, np.array([epochs])).at(0)
    return np.logaddexp2.reduce(left.log_squares_times(losses[moving]), axis=-1)


_TERMS = 4
"""Most parameters that are named in a sentence."""
_SAME = 1e-9
"""Relative distance within which two curvatures are the same, and their directions a plane."""


def growing_error(settings: Settings, parameters: Floats, rate: float) -> str:
    """Return in a sentence which error of a diverging run grows, and how fast.

    It is empty where the run does not diverge at this rate, or where theory does not tell, as with
    a loss that is not quadratic: its curvature here does not tell how a next step ends.

    Parameters
    ----------
    parameters
        (P,): where the run is. Among the directions that grow, the one that raises the loss most
        there is named.
    rate
        The learning rate of the step, after its schedule.
    """
    if not is_quadratic(settings) or settings.batch_size != "full":
        return ""
    curvature = curvature_at(settings, parameters)
    method = settings.optimizer_entry.quadratic
    if method is None or not ruler_of(settings, curvature).overshoots(rate):
        return ""
    momentum = settings.momentum_or_zero
    size, direction = _grown(settings, parameters, curvature, method.limit(momentum) / rate)
    largest = np.sort(np.argsort(-np.abs(direction), kind="stable")[:_TERMS])
    names = settings.parameters.names
    terms = ", ".join(f"{subscripted(names[i])} {format_number(direction[i], 2)}" for i in largest)
    more = ", …" if len(direction) > _TERMS else ""
    factor = format_number(method.factor(rate * size, momentum))
    steps = f"in every step{', in the long run' if momentum else ''}"
    return (
        f"The error along the direction ({terms}{more}), "
        f"where the curvature is {format_number(size)}, grows {factor}-fold {steps}."
    )


def _grown(
    settings: Settings, parameters: Floats, curvature: Curvature, stable: float
) -> tuple[float, Floats]:
    """Return the curvature above ``stable`` that adds most to the loss, and its direction."""
    sizes = curvature.curvatures
    directions = curvature.directions
    errors = errors_along(settings, parameters)
    chosen = int(np.where(sizes > stable, sizes * errors**2, -1.0).argmax())
    plane = np.isclose(sizes, sizes[chosen], rtol=_SAME, atol=0.0)
    error = directions[:, plane] @ errors[plane]
    length = float(np.linalg.norm(error))
    return float(sizes[chosen]), error / length if length else directions[:, chosen]
