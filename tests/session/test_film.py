"""Which step is seen when, and the run as it stood there."""

import math

import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.figures import frame_of
from neuroviz.session.film import PACES, check_film, film_of, moments
from neuroviz.session.session import Session


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("last", [0, 1, 7, 300, 10_000, 2_000_000])
@pytest.mark.parametrize(("seconds", "rate"), [(10, 15), (1, 1), (2.5, 7), (60, 30)])
def test_a_film_goes_from_start_to_end_in_its_time(pace, last, seconds, rate):
    """Every step is seen once, in order, the first and the last too.

    Whole ticks of a GIF make the whole length.
    """
    film = film_of(last, 1, seconds, rate, pace)
    assert (film.steps[0], film.steps[-1]) == (0, last)
    assert list(film.steps) == sorted(set(film.steps))
    assert sum(film.milliseconds) == pytest.approx(1000 * seconds, abs=10)
    assert all(length > 0 and length % 10 == 0 for length in film.milliseconds)
    assert len(film.steps) <= max(2, seconds * rate)


def test_even_steps_are_even():
    """Of ten seconds the run moves in eight and a half: after half of that it is half done."""
    film = film_of(1000, 1, 10, 20, "even")
    seen_at = np.cumsum([0, *film.milliseconds[:-1]])
    place = int(np.searchsorted(seen_at, 4250))
    assert film.steps[place] == pytest.approx(500, abs=1000 / 170)
    assert np.ptp(np.diff(film.steps)) <= 1
    assert film.milliseconds[-1] == 1500


def test_time_lapse_shows_the_first_epochs_one_by_one():
    """The first ten are all there; the greatest leap is at the end.

    By half-time a fraction of the way is gone.
    """
    film = film_of(10_000, 1, 10, 15, "time_lapse")
    assert film.steps[:11] == tuple(range(11))
    leaps = np.diff(film.steps)
    assert leaps.argmax() >= len(leaps) - 2
    half = int(np.searchsorted(np.cumsum(film.milliseconds), 5000))
    assert film.steps[half] < 1000


def test_time_lapse_counts_epochs_of_batches():
    """With four steps in an epoch a film of as many steps has a quarter of the epochs to show."""
    film = film_of(400, 4, 10, 15, "time_lapse")
    assert (film.steps[0], film.steps[-1]) == (0, 400)
    assert film_of(100, 1, 10, 15, "time_lapse").steps[-1] == 100


def test_each_moment_is_the_run_that_has_come_so_far():
    """Its history is that of a run that ended there; so is that of another run in the list."""
    settings = Settings("and", optimizer="momentum", learning_rate=2.0)
    session = Session(settings)
    session.prepare()
    session.race([("one", settings), ("other", settings.replace(learning_rate=0.5))])
    session.advance(30)
    frame = session.frame()
    film = film_of(30, 1, 2, 5, "even")
    for moment, step in zip(moments(frame, film), film.steps[:-1], strict=True):
        for rows, its in (
            (moment.rows, settings),
            (moment.others[0].rows, settings.replace(learning_rate=0.5)),
        ):
            alone = Trainer(its)
            alone.advance(step)
            theirs = alone.history.rows().columns()
            assert all(
                np.array_equal(column, theirs[name]) for name, column in rows.columns().items()
            )
        assert (moment.step, moment.newest_step, moment.looks_back) == (step, step, False)


def test_an_edit_is_in_force_from_its_step_on():
    """Before it the settings are those of the start."""
    trainer = Trainer(Settings("and"))
    trainer.advance(10)
    trainer.edit("learning_rate", 0.25)
    trainer.advance(10)
    film = film_of(20, 1, 4, 6, "even")
    rates = {
        step: moment.settings.learning_rate
        for moment, step in zip(moments(frame_of(trainer), film), film.steps, strict=False)
    }
    assert rates == {step: 50.0 if step < 10 else 0.25 for step in film.steps[:-1]}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"seconds": 0}, "seconds"),
        ({"seconds": math.nan}, "seconds"),
        ({"rate": 31}, "rate"),
        ({"width": 10}, "320"),
        ({"pace": "slow"}, "slow"),
    ],
)
def test_what_no_film_can_be(wrong, words):
    """One sentence says what would work."""
    with pytest.raises(SettingsError, match=words):
        check_film(**{"seconds": 10, "rate": 15, "pace": "even", "width": 800, **wrong})
