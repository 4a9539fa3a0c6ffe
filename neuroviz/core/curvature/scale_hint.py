"""What inputs of very different size do to the learning rate, and what scaling would improve."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import OWN, own_task
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.penalty import penalty_bend, penalty_kinks
from neuroviz.core.numbers import format_number, rounded_down
from neuroviz.core.types import Floats, Frozen

_WORTH = 10.0
"""Factor by which the largest stable rate must grow for scaling to be mentioned, unless scaling
makes the first rate stable."""
_SMALL = 0.01
"""Size of an input, beside the 1 of the bias, below which a step of its weight changes next to
nothing.
"""
_LARGE_TARGET = 1e4
_MOST_WORK = 2e9
"""Products in XᵀX beyond which no hint is given, since it would take too long."""


class ScaleHint(Frozen):
    """A hint that inputs should be scaled."""

    sentence: str
    """What the inputs are like, and what standardised inputs would allow."""
    rate: float
    """The largest rate that is stable for the inputs as they are."""
    creeps: bool = False
    """Whether the hint is that a step of a weight changes next to nothing at any stable rate."""


def stable_rate(data: Dataset, bend: float = 0.0) -> float:
    """Return the largest learning rate at which plain full-batch descent is stable everywhere.

    ``bend`` is what penalties add to the curvature of each weight.

    For numbers, with an identity and the mean squared error, this is the exact limit 2/λmax. For
    classes, with a sigmoid and cross-entropy, the curvature is greatest where all weights are 0,
    where it is XᵀX/(4N); with more than two classes, softmax and cross-entropy, it is nowhere
    greater than XᵀX/(2N). Up to 2/λmax of that no start can diverge. With several targets the loss
    is the mean over them. References: Nesterov 2004, Introductory Lectures on Convex Optimization,
    2.1; Böhning 1992, Ann. Inst. Stat. Math. 44, 197-200.
    """
    training = data.training
    design = np.column_stack((training.scaled_inputs, np.ones(training.rows)))
    size = float(np.abs(design).max())  # the square of a large input would overflow
    design /= size
    of_classes = 0.25 if len(data.class_names) <= 2 else 0.5
    share = (of_classes if data.classes else 2.0) / training.targets.size
    bends = np.append(np.full(training.width, bend / share / size / size), 0.0)
    largest = float(np.linalg.eigvalsh(design.T @ design + np.diag(bends))[-1])
    return 2 / (share * largest) / size / size


def scale_hint(data: Dataset, bend: float = 0.0) -> ScaleHint | None:
    """Return the hint about the inputs of data; None where standardising would not help much.

    Parameters
    ----------
    data
        The data as they are scaled now.
    bend
        What penalties add to the curvature of each weight.
    """
    if data.rows * data.width**2 > _MOST_WORK or data.rows < 2:
        return None
    rate = stable_rate(data, bend)
    scaled_rate = stable_rate(data.scaled("standardise"), bend)
    begins = 0.0 if data.classes else own_task(data).defaults.learning_rate
    if not (scaled_rate > _WORTH * rate or rate < begins <= scaled_rate):
        return _creeping(data, rate)
    said, scaled = (rounded_down(each, 2) for each in (rate, scaled_rate))
    rates = f"the largest stable rate is {said}; standardised it is {scaled}"
    if data.classes:
        rates = f"a rate up to {said} is safe from any start; standardised, up to {scaled}"
    return ScaleHint(f"{_sizes(data)}: {rates}.", rate)


def _creeping(data: Dataset, rate: float) -> ScaleHint | None:
    """Return the hint about an input far smaller than the 1 of the bias; None if there is none."""
    sizes = np.abs(data.training.scaled_inputs).max(axis=0)
    least = _smallest(sizes)
    if not 0 < sizes[least] < _SMALL:
        return None
    name = data.shown_name(least)
    size = format_number(float(sizes[least]), 3)
    return ScaleHint(
        f"{name} goes up to {size}: a step of its weight changes next to nothing; "
        "standardised inputs change that.",
        rate,
        creeps=True,
    )


def target_hint(data: Dataset) -> str:
    """Return what large targets do to a run on numbers, in words; "" where they are not large.

    The curvature of a squared error does not depend on the targets. Reference: Kingma and Ba 2015,
    Adam, 2.1, on the size of its steps.
    """
    largest = 0.0 if data.classes else float(np.abs(data.training.targets).max())
    if largest < _LARGE_TARGET:
        return ""
    size, square = (format_number(float(f"{number:.0e}")) for number in (largest, largest**2))
    return (
        f"Targets up to {size} make losses up to {square}. That changes no rate of SGD; "
        "a step of Adam is no larger than about its rate, whatever the targets."
    )


def below_limit(settings: Settings) -> Settings:
    """Return the settings with a rate that the user's own numbers allow, if none was chosen.

    The rate is half the limit, where the usual one is not below the limit and such a rate can be
    set. Settings for which theory knows no limit stay as they are.
    """
    data = settings.data
    if data is None or settings.task != OWN or "learning_rate" in settings.choices:
        return settings
    line = (settings.activation, settings.loss, settings.hidden) == ("identity", "mse", 0)
    known = line and settings.optimizer_entry.quadratic is not None
    if not known or data.rows * data.width**2 > _MOST_WORK:
        return settings
    limit = stable_rate(data, penalty_bend(settings))
    rate = float(rounded_down(limit / 2, 1))
    high = settings.learning_rate >= limit and rate >= LEARNING_RATE.low
    return settings.replace(learning_rate=rate) if high else settings


def hint_for(settings: Settings) -> ScaleHint | None:
    """Return the hint for an experiment on the user's own data.

    It is None for experiments whose neuron is not the one that the hint is about.
    """
    data = settings.data
    if data is None or settings.hidden or penalty_kinks(settings).any():
        return None
    pair = ("sigmoid", "bce") if data.classes else ("identity", "mse")
    known = settings.softmax or (settings.activation, settings.loss) == pair
    return _hint_of(data, penalty_bend(settings)) if known else None


@lru_cache(maxsize=4)
def _hint_of(data: Dataset, bend: float) -> ScaleHint | None:
    """Return the hint for data, cached, since it is asked for again and again."""
    return scale_hint(data, bend=bend)


def _sizes(data: Dataset) -> str:
    """Return which input is larger than which, or how large the only one is."""
    sizes = np.abs(data.training.scaled_inputs).max(axis=0)
    large = int(sizes.argmax())
    small = _smallest(sizes)
    times = sizes[large] / sizes[small]
    larger, smaller = (data.shown_name(index) for index in (large, small))
    if times < _WORTH:
        return f"{larger} goes up to {format_number(sizes[large], 3)}"
    return f"{larger} is {_about(float(times))} times as large as {smaller}"


def _about(times: float) -> str:
    """Return a factor with two digits, thousands grouped as a person would write them."""
    rounded = float(f"{times:.2g}")
    return f"about {rounded:,.0f}" if 1e3 <= rounded < 1e6 else format_number(times, 2)


def _smallest(sizes: Floats) -> int:
    return int(np.where(sizes > 0, sizes, np.inf).argmin())
