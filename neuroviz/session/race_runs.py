"""The runs that could race, found in an experiment and its list of runs; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.rate_ruler import ruler_of
from neuroviz.core.numbers import printed
from neuroviz.core.types import Frozen
from neuroviz.session.frame import Frame
from neuroviz.session.going import START
from neuroviz.session.race_moment import name_of

_FACTORS = (0.1, 0.3, 1.0, 3.0)


class RaceRun(Frozen):
    """A run that could race."""

    name: str
    """Name that the run would have in list and legends."""
    settings: Settings
    """Its settings, before another start is put into them."""
    own_name: bool = False
    """Whether the name says more than how the runs differ."""


def entered(settings: Settings, start: Settings) -> Settings:
    """Return settings with the start of others.

    Raises
    ------
    SettingsError
        If they cannot have that start: other data or other neurons have other weights.
    """
    if settings.task != start.task or settings.data is not start.data:
        raise SettingsError(
            "It has other data, so it cannot start where this experiment does.", "task"
        )
    if settings.parameters != start.parameters:
        raise SettingsError(
            "It has other neurons, so it cannot start where this experiment does.", "hidden"
        )
    return settings.replace(**{name: start.choices.get(name) for name in START})


def _of_optimizers(frame: Frame) -> list[RaceRun]:
    own = frame.experiment
    able = (name for name in OPTIMIZERS if not own.objection(optimizer=name))
    changed = [own.replace(optimizer=name) for name in able]
    # those that need full batches take fewer steps than mini-batches do
    changed = [each for each in changed if each.steps_per_epoch == own.steps_per_epoch]
    return [RaceRun(name_of(settings, changed), settings) for settings in changed]


def _of_rates(frame: Frame) -> list[RaceRun]:
    """Take the present rate times a few factors, and the ruler's marks at the start, if any."""
    own = frame.experiment.learning_rate
    rates: dict[float, str] = dict.fromkeys(
        (float(f"{own * factor:.15g}") for factor in _FACTORS), "Rate"
    )
    for name, rate in _marks(frame):
        rates.setdefault(rate, name)
    return [
        RaceRun(
            f"{name} {printed(rate)}",
            frame.experiment.replace(learning_rate=rate),
            own_name=name != "Rate",
        )
        for rate, name in rates.items()
        if LEARNING_RATE.low <= rate <= LEARNING_RATE.high
    ]


def _marks(frame: Frame) -> list[tuple[str, float]]:
    if frame.start is None:
        return []
    try:
        ruler = ruler_of(frame.experiment, curvature_at(frame.experiment, frame.start))
    except SettingsError:  # so far out that the curvature is not finite
        return []
    named = (("Best in theory", ruler.best), ("Limit", ruler.limit))
    return [(name, rate) for name, rate in named if rate is not None]


def _of_runs(frame: Frame) -> list[RaceRun]:
    """Return the runs of the list at their start.

    Edits in mid-run are left out, and the name says so.
    """
    return [
        RaceRun(f"{run.name}, unedited" if run.edits else run.name, run.settings, True)
        for run in frame.runs
    ]


FIELDS: dict[str, tuple[str, Callable[[Frame], list[RaceRun]]]] = {
    "optimizers": ("Optimizers", _of_optimizers),
    "rates": ("Learning rates", _of_rates),
    "runs": ("Runs of the list", _of_runs),
}
"""By what the runs would differ in: the label, and the function that gives the runs."""


def runners(frame: Frame, field: str) -> Sequence[RaceRun]:
    """Return the runs that could race, by what they would differ in."""
    return FIELDS[field][1](frame)
