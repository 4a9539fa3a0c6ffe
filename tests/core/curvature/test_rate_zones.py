"""The words of the ruler hold.

Each says of a rate what the run, or the theory of its steps, does there.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.rate_ruler import ruler_of
from neuroviz.core.curvature.rate_zones import Zone, rate_zones, track_ends, zone_of
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.training.trainer import Trainer

QUADRATIC = [
    Settings("line"),
    Settings("double"),
    Settings("sum"),
    Settings("and", activation="identity", loss="mse"),
    Settings("line", optimizer="momentum"),
    Settings("line", optimizer="nesterov", momentum=0.5),
]


def zones(settings: Settings) -> tuple[Zone, ...]:
    """Return the zones at the start."""
    start = Trainer(settings).history.newest.parameters
    return rate_zones(ruler_of(settings, curvature_at(settings, start)))


@pytest.mark.parametrize("settings", QUADRATIC, ids=str)
def test_there_is_no_gap_and_every_rate_has_one_word(settings: Settings) -> None:
    """From 0 to ∞, each zone begins where the one before ends."""
    found = zones(settings)
    assert (found[0].low, found[-1].high) == (0.0, math.inf)
    assert all(
        before.high == pytest.approx(after.low, rel=1e-9) for before, after in pairwise(found)
    )
    assert all(zone_of(found, zone.high) == zone for zone in found[:-1])


@pytest.mark.parametrize("settings", QUADRATIC, ids=str)
def test_only_what_is_said_to_blow_up_does(settings: Settings) -> None:
    """Just above the limit the run ends far above where it was, just below it near or below it."""
    limit = zones(settings)[-1].low
    ends = []
    for share in (0.999, 1.01):
        trainer = Trainer(settings.replace(learning_rate=share * limit, epochs=20_000))
        trainer.advance(1)
        first = trainer.history.newest.loss
        trainer.advance(2_000)
        ends.append(trainer.history.newest.loss / first)
    assert ends[0] < 1.0 < 1e3 < ends[1]


@pytest.mark.parametrize("settings", QUADRATIC, ids=str)
def test_the_fastest_are_at_least_half_as_fast_as_any(settings: Settings) -> None:
    """At the ends of the zone the slowest direction needs twice the best rate's epochs.

    Or no whole epoch.
    """
    start = Trainer(settings).history.newest.parameters
    ruler = ruler_of(settings, curvature_at(settings, start))
    fastest = next(zone for zone in rate_zones(ruler) if zone.word == "fastest")
    rates = np.geomspace(fastest.low / 100, fastest.high * 1.5, 400)
    least = min(ruler.epochs_to_shrink(float(rate)) for rate in rates)
    for end in (fastest.low, fastest.high):
        assert ruler.epochs_to_shrink(end) == pytest.approx(max(2 * least, 0.5), rel=0.05)


def test_what_creeps_needs_more_than_a_thousand_epochs() -> None:
    """On the line the error along the slow direction shrinks by e in 1,000 epochs.

    At the end of the zone.
    """
    settings = Settings("line")
    inputs = np.column_stack((np.arange(1.0, 7.0), np.ones(6)))
    slowest = np.linalg.eigvalsh(2 * inputs.T @ inputs / 6)[0]
    creeps = zones(settings)[0]
    assert creeps.word == "creeps"
    assert (1 - creeps.high * slowest) ** 1000 == pytest.approx(math.exp(-1), rel=1e-6)


def test_where_the_marks_are_local_nothing_is_said_to_blow_up() -> None:
    """AND at rate 50 overshoots from its start, and gets there all the same."""
    words = [zone.word for zone in zones(Settings("and"))]
    assert words[-1] == "overshoots"
    assert "blows up" not in words


@pytest.mark.parametrize(
    "settings", [Settings("and", optimizer="adam"), Settings("line", loss="mae")], ids=str
)
def test_without_marks_there_are_no_zones(settings: Settings) -> None:
    """What theory does not have is not said."""
    assert zones(settings) == ()
    assert zone_of((), 1.0) is None


@pytest.mark.parametrize("task", TASKS)
def test_every_task_s_rate_and_limit_are_on_the_track(task: str) -> None:
    """The slider reaches the default rate.

    Where there is a limit at the start it reaches half a decade beyond that.
    """
    settings = Settings(task)
    low, high = track_ends(settings)
    assert low < settings.learning_rate < high
    assert all(math.log10(end) == round(math.log10(end)) for end in (low, high))
    if found := zones(settings):
        assert 10 * low < found[-1].low < high / 3


@pytest.mark.parametrize("size", [1e100, 1e60, 1.0, 1e-160, 5e-324])
def test_data_of_any_size_have_a_track_of_rates_that_can_be_chosen(size: float) -> None:
    """2/λ of inputs whose square is no float lies beyond all rates.

    The track ends where rates do.
    """
    data = Dataset(np.array([[size, 0.0], [0.0, size]]), np.array([0.0, 1.0]), classes=True)
    low, high = track_ends(Settings(data=data))
    assert LEARNING_RATE.low <= low <= high / 1000 <= LEARNING_RATE.high / 1000
    if size > 1:
        assert low == LEARNING_RATE.low
