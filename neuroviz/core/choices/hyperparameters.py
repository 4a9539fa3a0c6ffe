"""Hyperparameter: a number of an optimizer or a schedule, declared once."""

from __future__ import annotations

import math

from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.numbers import exact, format_number
from neuroviz.core.types import Frozen


class Hyperparameter(Frozen):
    """A number of an optimizer or a schedule; its control and its option are made from this."""

    name: str
    """Stable name."""
    label: str
    """Name on the screen."""
    low: float
    """Least value, itself allowed."""
    high: float
    """Greatest value, itself allowed unless ``below`` excludes it."""
    default: float | None
    """The value where none is chosen; None if it follows from the task's epochs."""
    help: str
    """One line for the command line and the tooltip."""
    below: float | None = None
    """An upper bound that must not be reached, where there is one."""
    logarithmic: bool = False
    """Whether its control steps through 1, 2, 5 … rather than by a tenth."""
    whole: bool = False
    """Whether it is a whole number."""
    symbol: str = ""
    """Its letter in the formulas of an update; empty for a schedule's."""

    def check(self, value: float) -> float:
        """Return the value as a float.

        Raises
        ------
        SettingsError
            If it is not a finite number in the range; the sentence gives the range.
        """
        fits = (
            not isinstance(value, bool)
            and isinstance(value, int | float)
            and self.low <= value <= self.high
            and (self.below is None or value < self.below)
            and (not self.whole or value == int(value))
        )
        if not fits:
            raise SettingsError(
                f"{self.name} must be {self._range_in_words()}, not {_shown(value)}.", self.name
            )
        return float(value)

    def _range_in_words(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if self.below is not None:
            return f"{kind} from {format_number(self.low)} to below {format_number(self.below)}"
        return f"{kind} from {format_number(self.low)} to {format_number(self.high)}"


def _shown(value: object) -> str:
    finite = isinstance(value, float) and math.isfinite(value)
    return exact(value) if finite else told(value)  # type: ignore[arg-type]  # finite is a float


LEARNING_RATE = Hyperparameter(
    "learning_rate",
    "Learning rate",
    1e-12,
    1e12,
    None,
    "size of a step against the gradient",
    logarithmic=True,
    symbol="η",
)
"""Every optimizer has one; the schedule multiplies it."""
