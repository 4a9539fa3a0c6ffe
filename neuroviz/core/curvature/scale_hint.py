"""What inputs of very different size do to the learning rate, and what scaling would mend."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import own_task
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.penalty import penalty_bend, penalty_kinks
from neuroviz.core.numbers import format_number, rounded_down
from neuroviz.core.types import Floats, Frozen

_WORTH = 10.0
"""How many times as large a rate has to become before scaling is worth a word,
unless it mends the first rate."""
_LARGE_TARGET = 1e4
_MOST_WORK = 2e9
"""Products in XᵀX, beyond which nothing is said rather than waited for."""


class ScaleHint(Frozen):
    """Inputs that ask for scaling."""

    sentence: str
    """What is so, and what standardised inputs would allow."""
    rate: float
    """The largest rate that is stable as the inputs are."""


def stable_rate(data: Dataset, bend: float = 0.0) -> float:
    """Return the largest learning rate at which full batches of plain gradient descent are stable.

    Wherever one is. ``bend`` is what penalties add to the curvature of each weight.

    For numbers, an identity and the mean squared error this is the exact limit 2/λmax. For classes,
    a sigmoid and cross-entropy the curvature is nowhere larger than with all weights 0, where it is
    XᵀX/(4N), and for more than two, softmax and cross-entropy nowhere larger than XᵀX/(2N): up to
    2/λmax of that no start can diverge. Of several targets the loss is the mean. References:
    Nesterov 2004, Introductory Lectures on Convex Optimization, 2.1; Böhning 1992, Ann. Inst.
    Stat. Math. 44, 197-200.
    """
    training = data.training
    design = np.column_stack((training.scaled_inputs, np.ones(training.rows)))
    size = float(np.abs(design).max())  # the square of a large input would be no float
    design /= size
    of_classes = 0.25 if len(data.class_names) <= 2 else 0.5
    share = (of_classes if data.classes else 2.0) / training.targets.size
    bends = np.append(np.full(training.width, bend / share / size / size), 0.0)
    largest = float(np.linalg.eigvalsh(design.T @ design + np.diag(bends))[-1])
    return 2 / (share * largest) / size / size


def scale_hint(data: Dataset, bend: float = 0.0) -> ScaleHint | None:
    """Return what the sizes of the inputs do to the rate.

    None where standardising would not help by much.

    Parameters
    ----------
    data
        As they are scaled now.
    bend
        What penalties add to the curvature of each weight.
    """
    if data.rows * data.width**2 > _MOST_WORK or data.rows < 2:
        return None
    rate = stable_rate(data, bend)
    scaled_rate = stable_rate(data.scaled("standardise"), bend)
    begins = 0.0 if data.classes else own_task(data).defaults.learning_rate
    if not (scaled_rate > _WORTH * rate or rate < begins <= scaled_rate):
        return None
    said, scaled = (rounded_down(each, 2) for each in (rate, scaled_rate))
    rates = f"the largest stable rate is {said}; standardised it is {scaled}"
    if data.classes:
        rates = f"a rate is safe from any start up to {said}; standardised, up to {scaled}"
    return ScaleHint(f"{_sizes(data)}: {rates}.", rate)


def target_hint(data: Dataset) -> str:
    """Return what large targets do to a run on numbers, and what they do not, in words.

    Empty for nothing. The curvature of a squared error does not ask for the targets. Reference:
    Kingma and Ba 2015, Adam, 2.1, on the size of its steps.
    """
    largest = 0.0 if data.classes else float(np.abs(data.training.targets).max())
    if largest < _LARGE_TARGET:
        return ""
    size, square = (format_number(float(f"{number:.0e}")) for number in (largest, largest**2))
    return (
        f"Targets up to {size} make losses up to {square}. That changes no rate of SGD; "
        "a step of Adam is no larger than about its rate, whatever the targets."
    )


def opened_on(data: Dataset) -> Settings:
    """Return the settings with which the window opens data of the user's own.

    For numbers with a learning rate below the limit, where the usual one is not and one can be set.
    """
    usual = Settings.opened(data=data)
    if data.classes or data.rows * data.width**2 > _MOST_WORK:
        return usual
    limit = stable_rate(data)
    rate = float(rounded_down(limit / 2, 1))
    high = usual.learning_rate >= limit and rate >= LEARNING_RATE.low
    return usual.replace(learning_rate=rate) if high else usual


def hint_for(settings: Settings) -> ScaleHint | None:
    """Return the hint of an experiment on own data.

    None where it would speak of another neuron than that one.
    """
    data = settings.data
    if data is None or settings.hidden or penalty_kinks(settings).any():
        return None
    pair = ("sigmoid", "bce") if data.classes else ("identity", "mse")
    return (
        _hint_of(data, penalty_bend(settings))
        if (settings.activation, settings.loss) == pair
        else None
    )


@lru_cache(maxsize=4)
def _hint_of(data: Dataset, bend: float) -> ScaleHint | None:
    """Return the hint of data; what is said of a run asks for it again and again."""
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
    """Return a factor in two digits; thousands in groups, as a person would write them."""
    rounded = float(f"{times:.2g}")
    return f"about {rounded:,.0f}" if 1e3 <= rounded < 1e6 else format_number(times, 2)


def _smallest(sizes: Floats) -> int:
    return int(np.where(sizes > 0, sizes, np.inf).argmin())
