"""What is to be swept, as the form holds it, and the neurons that result; no Qt."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import FLAT
from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import (
    MOMENTA,
    MOMENTUM_POINTS,
    POINTS,
    START_REACH,
    Grid,
    momentum_axis,
    rate_axis,
    rate_grid,
    seed_grid,
    start_grid,
    why_no_seeds,
)
from neuroviz.core.types import Frozen

Over = Literal["rates", "momenta", "starts", "seeds"]
OVER: dict[Over, str] = {
    "rates": "Learning rate",
    "momenta": "Rate, momentum",
    "starts": "Start weights",
    "seeds": "Seed of the start",
}
"""What the neurons can differ in: names and labels."""
_FORM_OF_THE_START = ("init", "weights", "bias")


class SweepChoice(Frozen):
    """The values in the form."""

    over: Over = "rates"
    """What the neurons differ in."""
    low: float = 1e-4
    high: float = 1.0
    """The smallest and the largest learning rate."""
    rates: int = POINTS
    """Number of learning rates, from 2."""
    least_momentum: float = MOMENTA[0]
    greatest_momentum: float = MOMENTA[1]
    """The smallest and the largest momentum."""
    momenta: int = MOMENTUM_POINTS
    """Number of momenta, from 2."""
    reach: float = START_REACH
    """Start weights lie from −reach to reach."""
    starts: int = 40
    """Number of starts along each side of the map."""
    seeds: int = 100
    """Number of starts that are drawn, from 2."""
    epochs: int = 1000
    """Passes over the data that each neuron is trained for, from 1."""


DEFAULT = SweepChoice()
"""The form's first values, except for rates and epochs, which are the experiment's."""


def grid_of(settings: Settings, choice: SweepChoice) -> Grid:
    """Return the neurons that a choice asks for.

    Raises
    ------
    SettingsError
        If there are no such neurons; the field is one of the experiment's, or None.
    """
    settings = settings.replace(epochs=choice.epochs)
    if choice.over == "starts":
        return start_grid(settings, choice.reach, choice.starts)
    if choice.over == "seeds":
        return seed_grid(settings, choice.seeds)
    rates = rate_axis(choice.low, choice.high, choice.rates)
    if choice.over == "rates":
        return rate_grid(settings, rates)
    momenta = momentum_axis(
        settings, choice.least_momentum, choice.greatest_momentum, choice.momenta
    )
    return rate_grid(settings, rates, momenta)


def objection(settings: Settings, over: Over) -> str | None:
    """Return why an experiment cannot be swept over this, None if it can."""
    if not settings.activation_entry.trainable:
        return f"{FLAT}: use another activation to sweep."
    if over == "seeds":
        return why_no_seeds(settings)
    if over != "momenta":
        return None
    try:
        momentum_axis(settings, DEFAULT.least_momentum, DEFAULT.greatest_momentum, DEFAULT.momenta)
    except SettingsError as error:
        return str(error)
    return None


def same_neurons(grid: Grid, settings: Settings, choice: SweepChoice) -> bool:
    """Return whether a choice would make the same neurons, whatever the settings' own rate."""
    try:
        other = grid_of(settings, choice)
    except SettingsError:
        return False
    return (
        _shared(grid) == _shared(other)
        and np.array_equal(grid.starts, other.starts)
        and grid.hyperparameters.keys() == other.hyperparameters.keys()
        and all(
            np.array_equal(values, other.hyperparameters[name])
            for name, values in grid.hyperparameters.items()
        )
    )


def _shared(grid: Grid) -> dict[str, Any]:
    """Return what defines the runs, without starts and numbers that differ among neurons."""
    settings = grid.settings
    own = {*grid.hyperparameters, *_FORM_OF_THE_START}
    if not settings.shuffle:
        own.add("seed")
    return {name: value for name, value in settings.defining.items() if name not in own}
