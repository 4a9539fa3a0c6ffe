"""The curve of the ruler: the loss at the last epoch of a run over its learning rate.

A rate that blows up is found here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.rate_ruler import Ruler, curve_key, flattens, track_ends
from neuroviz.core.model.model import model_of
from neuroviz.core.model.rounding import settled_losses
from neuroviz.core.numbers import printed
from neuroviz.core.slices import Work
from neuroviz.core.sweep.grid import rate_grid, track_axis
from neuroviz.core.sweep.population import columns_of
from neuroviz.core.sweep.sweep import LEVEL, SEARCHES, Sweep, SweepResult
from neuroviz.core.training.look_ahead import LookAhead
from neuroviz.core.training.rewind import STEP_NUMBERS
from neuroviz.core.training.stepper import Stepper
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Bools, Floats, Unique

_DIGITS = 3
"""Digits of a rate that a slider gives."""
_PER_DECADE = (100, 50, 20, 10)
"""Rates per decade: every one that the slider can stop at, or fewer where that takes too long."""
_STEP = 6_000
"""Numbers whose arithmetic takes as long as the fixed cost of a step."""
_NETWORK = 3
"""Factor by which the numbers of several neurons take longer."""
_SOON, _MOST = 2**27, 2**29
"""Most numbers that are computed for many rates, in some 0.3 s, and at all."""
_LEAST_SPAN = 0.3
"""Least number of decades of loss from top to bottom, so that rounding does not look like a
valley."""
_TRIED = 8
"""Most rates, besides the middle one of the level ones, with which the run itself is trained."""
_SAME = 1.5
"""Factor of the sweep's loss up to which the run itself may end."""
_SLICE = 0.004
"""Seconds of a run that is tried, between two pauses."""
_NEAR = 1.2
"""Factor up to which two rates count as the same."""


def curve_work(settings: Settings) -> Work[RateCurve]:
    """Train a run from the start with each rate of the slider.

    Raises
    ------
    SettingsError
        If the start is not finite, there is nothing to train, or a single epoch takes too long.
    """
    if not settings.epochs or not settings.activation_entry.trainable:
        raise SettingsError("No curve: nothing is trained here.")
    low, high = track_ends(settings)
    columns = columns_of(model_of(settings), settings.samples_per_step)
    times = SEARCHES if settings.optimizer_entry.search else 1
    times *= 1 if settings.parameters.linear else _NETWORK
    for per_decade in _PER_DECADE:
        points = per_decade * round(np.log10(high / low)) + 1
        epoch = (_STEP + points * columns) * settings.steps_per_epoch * times
        if settings.epochs * epoch <= _SOON:
            break
    epochs = min(settings.epochs, _MOST // epoch)
    if not epochs:
        raise SettingsError("No curve: an epoch at so many rates takes too long here.")
    yield None
    axis = track_axis(settings, points, _DIGITS)
    sweep = Sweep(rate_grid(settings.replace(epochs=epochs), axis))
    result = yield from sweep.work()
    curve = RateCurve(result, settings.epochs)
    proved = yield from _proved(curve)
    return replace(curve, proved=proved)


def _proved(curve: RateCurve) -> Work[tuple[int, float, float] | None]:
    """Find the rate that ends lowest, and the last and the highest loss of the run itself with it.

    It is None where the run ends much higher at each rate that is tried. Among runs that swing for
    ever the last bits decide where one ends, and those of a sweep differ from the run's.
    """
    settings = curve.result.grid.settings.replace(until_loss=None)
    run = LookAhead()
    level = curve.result.level
    lowest = np.argsort(curve.losses, kind="stable")
    first = level[len(level) // 2] if len(level) else 0
    if search := settings.optimizer_entry.search:  # its own rate, unless another is better
        usual = int(np.abs(np.log(curve.rates / search.learning_rate)).argmin())
        first = usual if curve.losses[usual] <= (1 + LEVEL) * curve.losses.min() else first
    for at in (first, *lowest[:_TRIED]):
        loss = float(curve.losses[at])
        if not np.isfinite(loss):
            return None
        begun = settings.replace(learning_rate=float(curve.rates[at]))
        run.begin(begun, (), None, settings.epochs * settings.steps_per_epoch)
        while not (ahead := run.advance_for(_SLICE)).ends:
            yield None
        own = float(settled_losses(settings, ahead.losses[-1:])[0])
        if ahead.stopped is None and own <= _SAME * loss:
            return int(at), own, float(np.nanmax(ahead.losses))
        yield None
    return None


class RateCurve(Unique):
    """The losses of the runs at n rates."""

    result: SweepResult
    epochs: int
    """The last epoch of the run; the curve may end before it."""
    proved: tuple[int, float, float] | None = None
    """Index of the rate that ends lowest, the loss at which the run itself ends with it, and the
    highest on its way."""

    @property
    def rates(self) -> Floats:
        """(n,): the rates, ascending."""
        return self.result.grid.axes[0].values

    @cached_property
    def blows_up(self) -> Bools:
        """(n,): which runs left the finite numbers or will do so."""
        return self.result.diverged

    @cached_property
    def losses(self) -> Floats:
        """(n,): the losses at the last epoch; ∞ where the run blows up."""
        losses = settled_losses(self.result.grid.settings, self.result.losses)
        return np.where(self.blows_up, np.inf, losses)

    @cached_property
    def heights(self) -> Floats:
        """(n,): the logarithmic height of each loss, 0 for the least, 1 at the start's or above."""
        good = self.losses[~self.blows_up & (self.losses > 0)]
        top = float(self.result.first_losses[0]) or float(good.max(initial=1.0))
        bottom = min(float(good.min(initial=top)), top * 10**-_LEAST_SPAN)
        with np.errstate(divide="ignore"):
            # Differences, since the quotient of a loss and one of almost 0 is no finite number.
            fall = np.log(top) - np.log(self.losses)
        heights: Floats = 1 - fall / (np.log(top) - np.log(bottom))
        return heights.clip(0.0, 1.0)

    def height(self, rate: float) -> float:
        """Return the height of the curve at a rate, or at its nearer end."""
        return float(np.interp(np.log(rate), np.log(self.rates), self.heights))

    def is_of(self, settings: Settings) -> bool:
        """Return whether it is the curve of an experiment, whose own rate does not matter."""
        own = self.result.grid.settings.replace(epochs=self.epochs)
        return curve_key(own) == curve_key(settings)

    def loss(self, rate: float) -> float:
        """Return the loss at the rate of the curve that is nearest to one."""
        return float(self.losses[np.abs(np.log(self.rates / rate)).argmin()])

    @property
    def best_rate(self) -> float | None:
        """The best rate, the middle one where many are level; None where none is certain."""
        return None if self.proved is None else float(self.rates[self.proved[0]])

    @cached_property
    def best(self) -> tuple[float, float] | None:
        """The least and the greatest of the best rates; None where none is certain."""
        if self.proved is None or self.best_rate is None:
            return None
        span = self.result.level_span
        return span if span and self.proved[0] in self.result.level else (self.best_rate,) * 2

    @cached_property
    def cliff(self) -> tuple[float, float] | None:
        """The last rate that does not blow up, or 0, and the first that does; None without such."""
        if not self.blows_up[-1]:
            return None
        rates = [0.0, *self.rates.tolist()]
        last = int(np.flatnonzero([True, *~self.blows_up])[-1])
        return rates[last], rates[last + 1]

    def limit(self, ruler: Ruler | None) -> float | None:
        """Return the rate from which runs blow up: theory's limit if it lies in the cliff."""
        if self.cliff is None:
            return None
        low, high = self.cliff
        theory = ruler.limit if ruler is not None else None
        return theory if theory is not None and low <= theory < high else high

    def otherwise(self, ruler: Ruler | None) -> str:
        """Say why runs do not blow up at theory's limit; empty where they do or it is unknown."""
        if ruler is None or ruler.limit is None or ruler.limit > self.rates[-1]:
            return ""
        limit = self.limit(ruler) or np.inf
        if limit / _NEAR < ruler.limit < limit * _NEAR:
            return ""
        if not ruler.quadratic:
            return "The curvature holds here, not later."
        return f"The limit is that of {ruler.conditions}." if ruler.conditions else ""

    def sentences(self) -> Iterator[str]:
        """Yield what is drawn, and which rate is best, in words."""
        done = int(self.result.epochs)
        far = "" if done == self.epochs else f" ({self.epochs:,} would take too long)"
        yield f"Curve: the loss at epoch {done:,}{far} over the rate."
        if self.best is None:
            blown = self.blows_up.all()
            yield "Every rate here blows up." if blown else "Which ends lowest is chance here."
            return
        yield f"Best: {' to '.join(map(printed, dict.fromkeys(self.best)))}."


# --- a rate that blows up, tried before it is named -----------------------------------------------

_TRIAL_EPOCHS = 200
_ADAPTIVE = 0.3
"""The largest rate that is worth trying where an optimizer scales its steps itself."""
_TRIAL_WORK = 2**19
"""Numbers that the steps of a trial handle, in some hundredths of a second."""
_BEYOND = (1.5, 3.0, 10.0, 100.0, 1e4)
"""The rates that are tried, as multiples of the largest one by the curvature."""
_BLOWN = 1e3
"""A run has blown up above this many times its first loss."""


def rate_that_blows_up(settings: Settings) -> float | None:
    """Return a learning rate with which a run from the start blows up, found by trial.

    It is None where none of the rates that are tried does, up to 10,000 times what the curvature
    allows.
    """
    epoch = settings.steps_per_epoch
    numbers = epoch * (STEP_NUMBERS + settings.samples_per_step * settings.parameters.count)
    steps = max(1, epoch * min(_TRIAL_EPOCHS, _TRIAL_WORK // numbers))
    stepper = Stepper(settings)
    start = Trainer(settings, stepper=stepper).history.newest
    limit = _largest_rate(settings, start.parameters)
    if flattens(settings) or not 0 < limit < np.inf:
        return None
    for times in _BEYOND:
        rate = float(f"{times * limit:.2g}")
        trainer = Trainer(settings, [Edit(0, "learning_rate", rate)], start=start, stepper=stepper)
        trainer.advance(steps)
        loss = trainer.history.recent_losses[1][-1]
        if trainer.stopped is not None or loss > _BLOWN * trainer.first_loss:
            return rate
    return None


def _largest_rate(settings: Settings, start: Floats) -> float:
    """Return the largest rate that is worth trying from the parameters (P,) of the start."""
    method = settings.optimizer_entry.quadratic
    if method is None:
        return _ADAPTIVE
    try:
        greatest = curvature_at(settings, start).greatest
    except (SettingsError, np.linalg.LinAlgError):
        greatest = None
    return np.inf if greatest is None else method.limit(settings.momentum_or_zero) / greatest
