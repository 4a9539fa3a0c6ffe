"""Ruler: what the curvature tells about learning rates, as marks and in words.

The ends of a slider of learning rates are found here too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.growth import must_grow
from neuroviz.core.curvature.hessian import Curvature, curvature_at, gradient_at, not_descending
from neuroviz.core.model.penalty import penalty_bend
from neuroviz.core.model.separability import (
    endless_targets,
    is_perceptron_rule,
    no_finite_best,
    starts_at_zero,
)
from neuroviz.core.numbers import rounded_down
from neuroviz.core.types import Floats, Frozen

CRAWL_EPOCHS = 1_000
"""A run is slow where the error needs more epochs than this to shrink by a factor of e; a quadratic
loss shrinks twice as fast."""
_ROUNDING = 1e-12
"""Relative distance within which a rate is on a mark, since the last bits of eigenvalues are
wrong."""
_TOO_FAST = "The best rate of full batches diverges with these."
_TRUSTED = 10.0
"""Local marks are useful while a step at the smooth mark changes the curvature by no more than this
factor."""


class Regime(Frozen):
    """Where a learning rate is among the marks."""

    name: str
    """One of "smooth", "zig-zags", "diverges" or, where the marks are local, "overshoots here"; the
    first two may end in "and creeps".
    """
    sentence: str
    """The regime in one sentence, with numbers."""


class Ruler(Frozen):
    """The marks of a learning rate."""

    safe: float | None
    """Up to this rate no step overshoots: 1/λmax for plain gradient descent."""
    best: float | None
    """The rate that is fastest in the worst case, over all starts: 2/(λmin + λmax); None where
    there is no worst case."""
    limit: float | None
    """Above this rate errors grow: 2/λmax."""
    formulas: tuple[str, ...]
    """The formulas of the three; empty where there are none."""
    quadratic: bool
    """Whether the marks hold everywhere, or else only locally."""
    reason: str | None
    """Why marks are absent; None if all three are there."""
    notes: tuple[str, ...]
    """What else a reader of the marks must know, in a sentence each."""
    # Neither is a local function, which could not be pickled.
    epochs_to_shrink: Callable[[float], float]
    """Gives, for a learning rate, the number of epochs in which the slowest direction shrinks by a
    factor of e: ∞ if it does not, and 0 where there is no slowest one, as with negative
    curvature."""
    grows: Callable[[float], bool]
    """Tells, for a learning rate, whether mini-batches in their order are known to diverge at
    it."""
    velocity: bool = False
    """Whether the optimizer keeps a velocity, so that no single step tells what the next one
    does."""
    source: str = ""
    """The source of the theory of the marks, a key of the table of sources; empty where there are
    none."""
    conditions: str = ""
    """What the limit holds for where the run differs from it, such as "full batches"."""

    @property
    def rates(self) -> dict[str, float | None]:
        """The three marks by the names of their fields."""
        return {"safe": self.safe, "best": self.best, "limit": self.limit}

    @property
    def marks(self) -> dict[str, float | None]:
        """The three marks by their names, ascending."""
        verb = "diverge" if self.quadratic else "overshoot"
        beyond = f"{self.conditions} {verb}" if self.conditions else f"{verb}s"
        return {
            "smooth up to": self.safe,
            "fastest in the worst case": self.best,
            f"{beyond} above": self.limit,
        }

    def overshoots(self, learning_rate: float) -> bool:
        """Return whether a learning rate is above the limit."""
        return self.limit is not None and _above(learning_rate, self.limit)

    def regime(self, learning_rate: float) -> Regime | None:
        """Return where a learning rate is among the marks; None where there are no marks."""
        if self.safe is None or self.limit is None:
            return None
        safe = rounded_down(self.safe)
        limit = rounded_down(self.limit)
        if self.grows(learning_rate):
            return Regime("diverges", "At this rate an epoch of these batches enlarges the error.")
        if self.overshoots(learning_rate):
            if self.quadratic:
                beyond = "every step overshoots further than the last in the steepest direction"
                if self.velocity:
                    error = "the error in the steepest direction grows"
                    beyond = f"{error}, in the long run in every step"
                return Regime("diverges", f"Above {limit} {beyond}.")
            return Regime(
                "overshoots here",
                f"Above {limit}, the limit here and now, a step overshoots and the loss may rise; "
                "later steps may differ.",
            )
        if _above(learning_rate, self.safe):
            fading = "and the swings die away" if self.velocity else "by less each time"
            between = f"Between {safe} and {limit} steps overshoot in the steepest direction"
            return self._creeping(learning_rate, "zig-zags", f"{between}, {fading}")
        at_rest = ", if the run begins at rest" * self.velocity
        sentence = f"Up to {safe} no step overshoots in any direction{at_rest}"
        return self._creeping(learning_rate, "smooth", sentence)

    def _creeping(self, learning_rate: float, name: str, sentence: str) -> Regime:
        if not self.quadratic:
            sentence += ", as long as the curvature stays as it is here"
        epochs = self.epochs_to_shrink(learning_rate)
        if epochs <= CRAWL_EPOCHS:
            return Regime(name, f"{sentence}.")
        left = f"needs {epochs:,.0f} epochs to shrink its error to 37 % (1/e)"
        needs = left if epochs < math.inf else "does not shrink"
        return Regime(f"{name} and creeps", f"{sentence}; the slowest direction {needs}.")


def ruler_of(settings: Settings, curvature: Curvature, parameters: Floats | None = None) -> Ruler:
    """Return the marks for the optimizer and a curvature.

    Parameters
    ----------
    parameters
        (P,): where the curvature was taken. Local marks that mean nothing there are left out; None
        keeps them anyway.
    """
    method = settings.optimizer_entry.quadratic
    momentum = settings.momentum_or_zero
    least = curvature.least
    greatest = curvature.greatest
    reason = _why_none(settings, curvature) or _why_not_trusted(settings, curvature, parameters)
    notes = tuple(_notes(settings, curvature))
    shrink = partial(_epochs_to_shrink, settings, curvature)
    grows = partial(_grows, settings)
    if method is None or greatest is None or reason is not None:
        return Ruler(None, None, None, (), curvature.quadratic, reason, notes, shrink, grows)
    best = None if least is None else method.best(least, greatest, momentum)
    too_fast = best is not None and grows(best)
    return Ruler(
        safe=method.smooth(momentum) / greatest,
        best=None if too_fast else best,
        limit=method.limit(momentum) / greatest,
        formulas=method.formulas,
        quadratic=curvature.quadratic,
        reason=_TOO_FAST if too_fast else _why_no_best(settings, curvature),
        notes=notes,
        epochs_to_shrink=shrink,
        grows=grows,
        velocity=momentum > 0,
        source=method.source,
        conditions=_conditions(settings),
    )


def _conditions(settings: Settings) -> str:
    """Return what the marks hold for, where the run has mini-batches or a schedule, else ""."""
    batches = "full batches" if settings.batch_size != "full" else ""
    rate = "constant rates" if settings.schedule != "constant" else ""
    return f"{batches} at {rate}" if batches and rate else batches or rate


def _grows(settings: Settings, learning_rate: float) -> bool:
    """Return whether mini-batches diverge at a rate; for full batches the limit tells."""
    batches = settings.batch_size != "full"
    return batches and must_grow(settings, learning_rate, settings.momentum_or_zero)


def _above(learning_rate: float, mark: float) -> bool:
    return learning_rate > mark * (1 + _ROUNDING)


def _epochs_to_shrink(settings: Settings, curvature: Curvature, learning_rate: float) -> float:
    method = settings.optimizer_entry.quadratic
    least = curvature.least
    greatest = curvature.greatest
    if method is None or least is None or greatest is None:
        return 0.0
    # A factor falls and then rises with x, so the slowest direction is at one of the ends.
    ends = (learning_rate * each for each in (least, greatest))
    factor = max(method.factor(x, settings.momentum_or_zero) for x in ends)
    if factor > 1 - _ROUNDING:
        return math.inf
    return -1 / (settings.steps_per_epoch * math.log(factor)) if factor > 0 else 0.0


def _why_none(settings: Settings, curvature: Curvature) -> str | None:
    """Return why there are no marks at all; None if there are some."""
    label = settings.optimizer_entry.label
    broken = not_descending(settings)
    if broken:
        return broken
    if settings.optimizer_entry.search:
        return settings.optimizer_entry.search.rate_words
    if settings.optimizer_entry.quadratic is None:
        known = ", ".join(row.label for row in OPTIMIZERS.values() if row.quadratic)
        return (
            f"Theory has no marks for {label}, only for {known}: "
            "its steps do not follow the gradient alone."
        )
    if settings.optimizer_entry.state and not curvature.quadratic:
        return (
            f"Theory has marks for {label} on a quadratic loss only: "
            "its velocity comes from other curvatures."
        )
    if curvature.greatest is not None:
        limit = settings.optimizer_entry.quadratic.limit(settings.momentum_or_zero)
        flat = not curvature.quadratic and limit / curvature.greatest > LEARNING_RATE.high
        return "The loss is flat here: no rate can be read from its curvature." if flat else None
    if curvature.negatives:
        return "Not convex here: no curvature is positive, so no rate can be read from it."
    if is_perceptron_rule(settings) and starts_at_zero(settings):
        return (
            "From a start at 0 the perceptron's rule draws the same lines at any rate, but for "
            "rounding: the rate only scales the weights."
        )
    return (
        "No curvature is positive here: the loss is flat or made of straight pieces, "
        "so it gives no rate."
    )


def _why_not_trusted(
    settings: Settings, curvature: Curvature, parameters: Floats | None
) -> str | None:
    """Return why local marks mean nothing here; None where they mean something."""
    if parameters is None or curvature.quadratic or curvature.greatest is None:
        return None
    rate = 1 / curvature.greatest
    gradient = gradient_at(settings, parameters)
    with np.errstate(over="ignore", invalid="ignore"):
        there = parameters - rate * gradient
        try:
            after = curvature_at(settings, there).greatest or 0.0
        except (SettingsError, np.linalg.LinAlgError):  # so far out that it is not finite
            after = 0.0
    ratio = after / curvature.greatest
    if 1 / _TRUSTED <= ratio <= _TRUSTED:
        return None
    return (
        f"No mark means anything here: one step at {rounded_down(rate)}, "
        "up to which none should overshoot, leads to where the curvature is quite different."
    )


def _why_no_best(settings: Settings, curvature: Curvature) -> str | None:
    if not curvature.negatives:
        return None
    return (
        f"Not convex here: {curvature.negatives} of {settings.trained_count} curvatures are "
        "negative, so no rate is the fastest in the worst case."
    )


def flat_directions(settings: Settings, curvature: Curvature) -> int:
    """Return in how many of the trained directions the loss has no curvature."""
    return curvature.zeros - (settings.parameters.count - settings.trained_count)


def _notes(settings: Settings, curvature: Curvature) -> Iterator[str]:
    if not curvature.quadratic and curvature.greatest is not None:
        yield "Local: worked out for the weights as they are now; the marks move with them."
    kinked = [row.short for row, _ in settings.penalties if row.kinked]
    if kinked and curvature.greatest is not None:
        yield (
            f"{' and '.join(kinked)} has a kink where a weight is 0, which no curvature shows: "
            "there steps can swing to and fro, by about the learning rate times λ₁."
        )
    zeros = flat_directions(settings, curvature)
    if zeros > 0 and curvature.greatest is not None:
        exactly = "0 but for rounding" if settings.hidden else "exactly 0"
        number = f"{zeros} of {settings.trained_count} curvatures are {exactly}"
        # Where the loss is not quadratic there may be a slope all the same, as in the straight arms
        # of the Huber loss.
        effect = (
            "nothing moves along these directions"
            if curvature.quadratic
            else "the loss does not bend there"
        )
        yield f"{number}: {effect}, and they do not count as λmin."
    if no_finite_best(settings) and not settings.hyperparameters.get("weight_decay"):
        parted = "these classes"
        if settings.independent:
            parted = f"the two classes of {endless_targets(settings)}"
        yield (
            f"There are no best weights: a line separates {parted}, "
            "and larger weights lower the loss for ever."
        )
    if settings.batch_size != "full":
        yield ("For noise-free gradients: those of mini-batches scatter about these.")
    if settings.schedule != "constant":
        yield (
            "For the rate of a single step: "
            f"{settings.schedule_entry.label} changes it automatically."
        )


# --- the slider -----------------------------------------------------------------------------------

_BELOW = 3
"""Least number of decades of the slider below the largest rate that the data are sure to allow."""
_ABOVE = 1
"""Least number of decades of the slider above it."""
_LEAST = 3
"""Least number of decades of the whole slider."""
_USUAL = 1e9
"""With larger inputs, products of them and of rates may overflow."""
_ADAPTIVE = (1e-5, 10.0)
"""Ends of the slider where an optimizer scales its steps itself, so that the data do not matter."""


def flattens(settings: Settings) -> bool:
    """Return whether the loss flattens out, so that no learning rate blows up.

    An output between two bounds bounds the gradient of every sample, and so every step: parameters
    grow at most linearly. That is not so with a penalty, which is curved everywhere, nor with a
    break, nor with hidden neurons, where the gradient of one layer is as large as the weights of
    the other.
    """
    low, high = settings.output_range
    usual = float(np.abs(settings.coded_inputs).max()) < _USUAL
    changed = settings.hidden or settings.breaks or settings.penalties
    return math.isfinite(high - low) and usual and not changed


def track_ends(settings: Settings) -> tuple[float, float]:
    """Return the ends of a slider of learning rates, which are powers of ten.

    They lie around 2/λ, as far as a rate can be chosen, where λ is about the greatest possible
    curvature: that of (1/N)·X̃ᵀX̃, times a quarter of the distance between the bounds of the
    activation, or a half for softmax, and divided by the number of targets, since the loss is the
    mean over them; plus that of L2. The ends do not depend on the run, so that it never moves the
    handle.
    """
    if search := settings.optimizer_entry.search:
        return search.learning_rate * 1e-4, search.learning_rate * 10
    if settings.optimizer_entry.quadratic is None:
        return _ADAPTIVE
    inputs = np.column_stack((settings.coded_inputs, np.ones(settings.dataset.samples)))
    low, high = settings.output_range
    share = (high - low) / (2 if settings.softmax else 4)
    # In logarithms, and with inputs scaled to 1, since the square of a very large one overflows.
    largest = float(np.abs(inputs).max())
    norm = math.log10(largest) + math.log10(float(np.linalg.norm(inputs / largest, 2)))
    losses = len(inputs) * settings.dataset.target_count
    curvature = math.log10(min(1.0, share)) + 2 * norm - math.log10(losses)
    if bend := penalty_bend(settings):
        curvature = float(np.logaddexp(curvature * math.log(10), math.log(bend))) / math.log(10)
    limit = math.log10(2) - curvature
    least, most = (round(math.log10(end)) for end in (LEARNING_RATE.low, LEARNING_RATE.high))
    first = min(max(math.floor(limit - _BELOW), least), most - _LEAST)
    last = min(max(math.ceil(limit + _ABOVE), first + _LEAST), most)
    return 10.0**first, 10.0**last


def curve_key(settings: Settings) -> dict[str, Any]:
    """Return what the final losses of runs depend on that differ only in their rate."""
    return {**settings.defining, "learning_rate": None, "epochs": settings.epochs}
