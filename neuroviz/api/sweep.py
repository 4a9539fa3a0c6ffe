"""Many neurons trained at once: over learning rates, learning rates and momenta, or starts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import NDArray

from neuroviz.api.checks import number, size_of, two
from neuroviz.api.choices import Choices, experiment
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import Ruler, track_ends
from neuroviz.core.model.rounding import plain_loss
from neuroviz.core.slices import advance
from neuroviz.core.sweep.grid import (
    MOMENTA,
    MOMENTUM_POINTS,
    POINTS,
    START_REACH,
    Grid,
    momentum_axis,
    rate_axis,
    rate_grid,
    ruler_at_start,
    seed_grid,
    start_grid,
)
from neuroviz.core.sweep.sweep import Sweep, SweepResult
from neuroviz.core.types import Unique
from neuroviz.files.table import plain_columns, sweep_columns
from neuroviz.pictures.sweep.figure import sweep_figure

if TYPE_CHECKING:
    from neuroviz.pictures.matplotlib.drawing import NotebookFigure

_REACH = (0.0, 1e300)
_SLICE = 0.02  # seconds between two looks at the clock

Rates = tuple[float | None, float | None]
"""Least and greatest; None for what the ruler gives, or for the usual momentum."""


class SweepOutcome(Unique):
    """A sweep that has ended.

    Parameters
    ----------
    result
        Losses and parameters of every neuron at the end.
    ruler
        The marks of learning rates at the start.
    seconds
        Wall time of the training, without loading torch.
    interrupted
        Whether it was ended early.
    """

    result: SweepResult
    ruler: Ruler
    seconds: float
    interrupted: bool

    def __repr__(self) -> str:
        grid = self.result.grid
        best = self.best
        said = f"best loss {plain_loss(grid.settings, best['loss'])}" if best else "all diverged"
        return f"<Sweep of {grid.settings.task}: {len(grid):,} {grid.kind}, {said}>"

    @property
    def stopped(self) -> str:
        """How it ended: "done", "diverged" if all did, or "interrupted"."""
        if self.interrupted:
            return "interrupted"
        return "done" if self.result.best is not None else "diverged"

    @property
    def best(self) -> dict[str, float | None] | None:
        """The row of the neuron with the lowest loss; None if all diverged.

        Its ``diverged_at`` is None.
        """
        at = self.result.best
        if at is None:
            return None
        columns = sweep_columns(self.result).items()
        return {name: np.ma.asarray(column)[at : at + 1].tolist()[0] for name, column in columns}

    def table(self) -> dict[str, NDArray[Any]]:
        """Return a row for each neuron as columns (M,), ready for ``pandas.DataFrame`` or polars.

        The columns are what the neurons differ in, the loss, the step of divergence (0 for none)
        and the parameters at the end. A loss that is not finite is NaN.
        """
        return plain_columns(sweep_columns(self.result))

    def figure(self, *, width: float = 160.0, height: float = 100.0) -> NotebookFigure:
        """Return the losses as a matplotlib figure, which a notebook shows; size in millimetres."""
        from neuroviz.pictures.matplotlib.drawing import notebook_figure  # loads matplotlib

        page = size_of(width, height)
        return notebook_figure(sweep_figure(self.result, page), *page)


def sweep(
    task: str | None = None,
    *,
    rates: Rates = (None, None),
    points: int | None = None,
    momenta: Rates | None = None,
    momentum_points: int | None = None,
    starts: int | None = None,
    reach: float | None = None,
    seeds: int | None = None,
    **choices: Unpack[Choices],
) -> SweepOutcome:
    """Train many neurons at once, each to the last epoch.

    Parameters
    ----------
    task, **choices
        As for :func:`neuroviz.train`.
    rates
        Least and greatest learning rate; None for the ends of the window's slider, which are powers
        of ten.
    points
        Number of learning rates, evenly spaced in the logarithm; 40 if not given.
    momenta
        Least and greatest momentum, for a map of both; None for learning rates alone.
    momentum_points
        Number of momenta; 20 if not given.
    starts
        Instead of rates: starts along each side of a map of the first two parameters.
    reach
        Starts lie from −reach to reach; 10 if not given.
    seeds
        Instead of rates: number of starts, drawn by the seeds 0, 1 ….

    Raises
    ------
    SettingsError
        If the choices cannot work together, or there are too many neurons.
    """
    said = {
        "rates": None if two(rates, "rates") == (None, None) else rates,
        "points": points,
        "momenta": momenta,
        "momentum_points": momentum_points,
        "starts": starts,
        "reach": reach,
        "seeds": seeds,
        **choices,
    }
    refuse_together({name: name for name, value in said.items() if value is not None})
    if reach is not None:
        number(reach, "reach", *_REACH)
    settings = experiment(task, choices)
    return swept(grid_of(settings, rates, points, momenta, momentum_points, starts, reach, seeds))


def refuse_together(said: Mapping[str, str]) -> None:
    """Refuse choices that would have no effect beside others.

    Parameters
    ----------
    said
        Name of a choice in :func:`sweep` -> what it is called where it was made.

    Raises
    ------
    SettingsError
        With the first of them, and why.
    """
    over = said.get("seeds") or said.get("starts")
    for applies, names, why in (
        (
            not over,
            ("learning_rate", "lr"),
            "is one rate, and a sweep has many: give the lowest and the highest instead",
        ),
        (not over, ("reach",), "is for a map of starts: say how many, too"),
        (
            over,
            ("rates", "points", "momentum_points", "momenta"),
            f"does not go with {over}, whose neurons have one learning rate",
        ),
        (
            "seeds" in said,
            ("starts", "reach", "seed"),
            f"does not go with {over}, which draws all starts",
        ),
        ("momenta" in said, ("momentum",), "is one momentum, and the map has many: leave it out"),
        ("momenta" not in said, ("momentum_points",), "is for a map of momenta: give them, too"),
    ):
        for name in names:
            if applies and name in said:
                raise SettingsError(f"{said[name]} {why}.", name)


def grid_of(
    settings: Settings,
    rates: Rates,
    points: int | None,
    momenta: Rates | None,
    momentum_points: int | None,
    starts: int | None,
    reach: float | None,
    seeds: int | None,
) -> Grid:
    """Return the neurons of :func:`sweep`, with the usual counts where none are given.

    Raises
    ------
    SettingsError
        If there are no such neurons, or too many.
    """
    if settings.until_loss is not None:
        raise SettingsError("A sweep trains to the last epoch: leave until_loss out.", "until_loss")
    if seeds is not None:
        return seed_grid(settings, seeds)
    if starts is not None:
        reach = START_REACH if reach is None else reach
        return start_grid(settings, reach, starts)
    many = POINTS if points is None else points
    low, high = rates
    if low is None or high is None:
        first, last = track_ends(settings)
        low = first if low is None else low
        high = last if high is None else high
    axis = rate_axis(low, high, many)
    if momenta is None:
        return rate_grid(settings, axis)
    many = MOMENTUM_POINTS if momentum_points is None else momentum_points
    least, greatest = (
        usual if said is None else said
        for said, usual in zip(two(momenta, "momenta"), MOMENTA, strict=True)
    )
    return rate_grid(settings, axis, momentum_axis(settings, least, greatest, many))


def swept(grid: Grid, goes_on: Callable[[float], bool] = lambda _: True) -> SweepOutcome:
    """Train the neurons of a grid to the last epoch, or until ``goes_on`` returns False.

    ``goes_on`` is called with the number of epochs done.

    Raises
    ------
    SettingsError
        If a start is not finite.
    """
    ruler = ruler_at_start(grid.settings)  # before the work, since it can be refused
    sweep = Sweep(grid)
    work = sweep.work()
    began = time.perf_counter()
    while True:
        if not (sweep.done or goes_on(sweep.progress * grid.settings.epochs)):
            sweep.stop()
        try:
            advance(work, _SLICE)
        except StopIteration as end:
            seconds = time.perf_counter() - began
            return SweepOutcome(end.value, ruler, seconds, interrupted=not sweep.done)
