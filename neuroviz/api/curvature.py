"""What the curvature at a start says about the learning rate."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from neuroviz.api.choices import Choices, experiment
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.growth import is_convex
from neuroviz.core.curvature.hessian import Curvature, curvature_at
from neuroviz.core.curvature.quadratic import Optimum
from neuroviz.core.curvature.rate_ruler import Ruler, ruler_of
from neuroviz.core.landscape.minimum import Minimum, minimum
from neuroviz.core.numbers import rounded_down
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats, Unique


class CurvatureAtStart(Unique):
    """The curvature of the mean loss where a run starts, and which rates it allows.

    Parameters
    ----------
    start
        (P,): the parameters there, the bias last.
    curvature
        The Hessian of the loss, and its eigenvalues.
    ruler
        The marks of learning rates, with reasons and notes in words.
    """

    settings: Settings
    start: Floats
    curvature: Curvature
    ruler: Ruler

    def __repr__(self) -> str:
        said = ", ".join(
            f"{name} {rounded_down(rate, 6)}" for name, rate in self.ruler.rates.items()
        )
        return f"<Curvature of {self.settings.task}: {said}>"

    @property
    def eigenvalues(self) -> Floats:
        """(P,): the eigenvalues of the Hessian, ascending."""
        return self.curvature.eigenvalues

    @property
    def condition_number(self) -> float | None:
        """Greatest eigenvalue over the least above 0; None if none is above 0, or one below."""
        return self.curvature.condition_number

    @property
    def safe(self) -> float | None:
        """The greatest rate whose steps are smooth; None where it is not known."""
        return self.ruler.safe

    @property
    def best(self) -> float | None:
        """The rate that is the fastest in the worst case; None where it is not known."""
        return self.ruler.best

    @property
    def limit(self) -> float | None:
        """The rate above which steps overshoot, or diverge; None where it is not known."""
        return self.ruler.limit

    @property
    def regime(self) -> str | None:
        """What the settings' learning rate does, in a word or two; None where it is not known."""
        regime = self.ruler.regime(self.settings.learning_rate)
        return None if regime is None else regime.name

    @cached_property
    def optimum(self) -> Optimum | None:
        """The minimum of a convex loss; None for other losses, and where no finite one is known."""
        theta = self.minimum.parameters
        loss = self.minimum.loss
        if theta is None or loss is None or not is_convex(self.settings):
            return None
        return Optimum(tuple(theta[:-1].tolist()), float(theta[-1]), loss)

    @cached_property
    def minimum(self) -> Minimum:
        """What is known of the minimum found from the start, with a sentence."""
        return minimum(self.settings, self.start)


def curvature(task: str | None = None, **choices: Unpack[Choices]) -> CurvatureAtStart:
    """Return what the curvature at the start of an experiment says about the learning rate.

    Parameters
    ----------
    task, **choices
        As for :func:`neuroviz.train`.

    Raises
    ------
    SettingsError
        If the choices cannot work together, or the start is not finite.
    """
    return at_start(experiment(task, choices))


def at_start(settings: Settings) -> CurvatureAtStart:
    """Return what the curvature at the start says, for complete settings."""
    start = Trainer(settings).history.newest.parameters
    found = curvature_at(settings, start)
    return CurvatureAtStart(settings, start, found, ruler_of(settings, found, start))
