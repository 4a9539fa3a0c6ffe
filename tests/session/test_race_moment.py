"""A race at one moment: who stands where, who leads, and what comes next."""

import math
import re

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.race_moment import RaceMoment, own_numbers
from neuroviz.session.race_reason import why
from neuroviz.session.saved import record_of, snapshot_of
from neuroviz.session.session import Session
from tests.session.fresh import ready, state

MOMENTS = 250
"""As many random ones in each of four races: a thousand together."""
LINE = Settings("line", epochs=100)
BEST = {"sgd": 0.06, "momentum": 0.0154, "adagrad": 17.3, "rmsprop": 1.66, "adam": 7.91}
OPTIMIZERS = {name: LINE.replace(optimizer=name, learning_rate=r) for name, r in BEST.items()}
RATES = {f"{rate}": LINE.replace(learning_rate=rate) for rate in (0.3, 0.065, 0.06, 0.03)}
WILD = {f"{rate}": LINE.replace(learning_rate=rate) for rate in (1.0, 0.3, 0.1)}
BATCHES = {
    name: Settings("and", optimizer=name, batch_size=3, learning_rate=0.3)
    for name in ("sgd", "momentum", "adam")
}

SIGNS = {"activation": "tanh", "loss": "mse", "coding": "pm1"}


def raced(runs, steps):
    session = ready(next(iter(runs.values())).replace(learning_rate=0.001))
    session.race([*runs.items()], beside=True)
    if steps:
        session.advance(steps)
    return session


def race_of(session):
    race = session.frame().race
    assert race is not None
    return race


def alone(settings, steps):
    """Return the last stored loss at each step of a run by itself, and the step it stopped at."""
    trainer = Trainer(settings)
    losses = [trainer.history.newest.loss]
    for _ in range(steps):
        if not trainer.advance(1):
            return np.array(losses), len(losses) - 1
        row = trainer.history.newest
        losses.append(losses[-1] if row.loss is None else row.loss)
    return np.array(losses), None


@pytest.mark.parametrize(
    ("runs", "steps"),
    [(OPTIMIZERS, 260), (RATES, 260), (WILD, 444), (BATCHES, 260)],
    ids=("best", "rates", "wild", "batches"),
)
def test_the_standings_are_those_of_the_moment(runs, steps):
    """The losses of runs by themselves, in their order, at any step; who blew up is last.

    The first that did so is the very last.
    """
    session = raced(runs, steps)
    known = {name: alone(settings, steps) for name, settings in runs.items()}
    for step in (steps, *np.random.default_rng(3).integers(0, steps + 1, MOMENTS).tolist()):
        session.look_at(step)
        race = race_of(session)
        assert race.step == step
        for one in race.runners:
            losses, last = known[one.name]
            gone = last is not None and step > last
            assert one.stopped is gone
            assert one.loss == losses[min(step, len(losses) - 1)]
            assert one.said == (
                f"blew up at step {last + 1}" if gone else loss_said(runs[one.name], one.loss)
            )
        going = [one.loss for one in race.runners if not one.stopped]
        assert going == sorted(going)
        assert [one.stopped for one in race.runners] == sorted(one.stopped for one in race.runners)
        gone = [known[one.name][1] for one in race.runners if one.stopped]
        assert gone == sorted(gone, reverse=True)
        ranks = [1 + sum(other < loss for other in going) for loss in going]
        if step:
            assert [one.rank for one in race.runners[: len(going)]] == list(map(str, ranks))
        assert all(0 <= one.share <= 1 for one in race.runners)


@pytest.mark.parametrize(
    ("runs", "steps"), [(OPTIMIZERS, 200), (RATES, 200), (WILD, 444)], ids=("best", "rates", "wild")
)
def test_the_ribbon_is_who_is_lowest_at_every_epoch(runs, steps):
    """From where one is lower than all others on; it has no gap after that."""
    leads = race_of(raced(runs, steps)).leads
    losses = {name: alone(settings, steps)[0] for name, settings in runs.items()}
    at = {
        step: min((own[step], name) for name, own in losses.items() if step < len(own))[1]
        for step in range(1, steps)
    }
    drawn = {
        step: next(lead.name for lead in leads if lead.begin <= step < lead.end) for step in at
    }
    assert drawn == at
    assert [lead.begin for lead in leads[1:]] == [lead.end for lead in leads[:-1]]
    assert leads[-1].end == steps


def test_nobody_leads_once_two_are_level():
    """From the moment on at which both losses are only rounding, and read 0."""
    both = {f"{rate}": LINE.replace(learning_rate=rate) for rate in (0.05, 0.055)}
    race = race_of(raced(both, 6000))
    end = int(race.leads[-1].end)
    assert end < 6000
    assert [one.rank for one in RaceMoment(race.runs, end).runners] == ["1", "1"]
    assert [one.rank for one in RaceMoment(race.runs, end - 1).runners] == ["1", "2"]
    assert race.headline == "0.05 and 0.055 end level"


def test_with_mini_batches_the_ribbon_ends_at_the_epoch():
    """Of two steps each."""
    race = race_of(raced(BATCHES, 60))
    assert race.epoch == 30
    assert race.leads[-1].end == 30


def test_who_blew_up_leaves_the_race_to_the_others():
    """Also where it was the run that all others are seen beside."""
    session = raced({"wild": LINE.replace(learning_rate=1.0), "calm": LINE}, 400)
    race = race_of(session)
    assert session.frame().newest_step == race.step == 400
    assert [(one.name, one.rank) for one in race.runners] == [("calm", "1"), ("wild", "–")]
    assert "wild blew up." in race.sentence


@pytest.mark.parametrize(
    ("steps", "headline"), [(0, "At the start"), (4, "rmsprop leads"), (100, "rmsprop wins")]
)
def test_it_says_who_leads_and_who_has_won(steps, headline):
    """By how much, and since when: as the numbers are."""
    race = race_of(raced(OPTIMIZERS, steps))
    assert race.headline == headline
    if steps:
        first, second = race.runners[:2]
        assert f"Loss {first.said} at epoch {steps}" in race.sentence
        since = next(lead.begin for lead in race.leads[::-1] if lead.begin < steps)
        assert race.sentence.endswith(f"{second.name}; ahead since epoch {since:g}.")
    assert (race.end is None) == (race.next is None) == (steps < 100)


def random_race(random):
    """Return runs that differ in their rates, or in their optimizers, or of which most blow up."""
    task = str(random.choice(["line", "and", "double", "xor"]))
    base = Settings(task, epochs=int(random.choice([20, 60])))
    rate = base.learning_rate
    if random.random() < 0.5:
        spread = 10 ** random.uniform(-1, random.choice([1.5, 6.0]), 3)
        return {f"{rate * s:.3g}": base.replace(learning_rate=float(rate * s)) for s in spread}
    names = random.choice(["sgd", "momentum", "nesterov", "adam", "rmsprop", "adagrad"], 3, False)
    rate = float(rate * 10 ** random.uniform(-0.5, 1.0))
    return {str(name): base.replace(optimizer=str(name), learning_rate=rate) for name in names}


def test_what_is_said_of_the_winner_is_true_of_it():
    """Each claim of 25 races, by runs by themselves, their losses, steps and curvature."""
    wild = {f"{rate:g}": LINE.replace(learning_rate=rate) for rate in (1e2, 1e3)}
    tamed = [{**wild, "calm": LINE.replace(learning_rate=rate)} for rate in (0.03, 0.06)]
    claims = dict.fromkeys(("finite", "nearest", "largest", "add up", "rose", ""), 0)
    random = np.random.default_rng(4)  # whose races have each claim twice
    for runs in (*tamed, *(random_race(random) for _ in range(23))):
        session = raced(runs, 0)
        session.advance_for(math.inf)
        race = race_of(session)
        said = why(race)
        claims[next(claim for claim in claims if claim in said)] += 1
        known = {name: alone(settings, race.step) for name, settings in runs.items()}
        losses = {
            name: np.array([0.0 if loss_said(runs[name], x) == "0" else x for x in own])
            for name, (own, _) in known.items()
        }
        rises = {name: int((np.diff(own) > 0).sum()) for name, own in losses.items()}
        rates = {name: settings.learning_rate for name, settings in runs.items()}
        first, second = (one.name for one in race.runners[:2])
        gone = {name for name, (_, stopped) in known.items() if stopped is not None}
        numbers = [float(part) for part in re.findall(r"[\d.]*\d", said.replace(second, ""))]
        if "finite" in said:
            assert gone == runs.keys() - {first}
        elif "nearest" in said:
            design = runs[first].design
            low, *_, high = np.linalg.eigvalsh(2 * design.T @ design / len(design))
            best = 2 / (low + high)
            assert numbers == pytest.approx([best], rel=1e-3)
            assert min(rates, key=lambda name: abs(rates[name] - best)) == first
        elif "largest" in said:
            assert rises[first] == 0
            assert all(rates[name] <= rates[first] or name in gone or rises[name] for name in runs)
        elif "add up" in said:
            assert runs[first].optimizer in ("momentum", "nesterov")
            trainer = Trainer(runs[first])
            trainer.advance(race.step)
            rows = trainer.history.rows()
            path = np.column_stack([rows.parameter(i) for i in range(len(rows.newest.parameters))])
            slopes = np.column_stack([rows.grad(i) for i in range(path.shape[1])])[:-1]
            ratio = np.linalg.norm(np.diff(path, axis=0), axis=1).sum() / (
                rates[first] * np.linalg.norm(slopes, axis=1).sum()
            )
            assert numbers == pytest.approx([ratio], rel=0.06)
        elif "rose" in said:
            assert numbers[-1] == rises[second]
            assert rises[first] == (0 if "never" in said else numbers[0])
            assert rises[second] > 2 * rises[first]
    assert min(claims.values()) >= 2


def test_the_winners_settings_come_next():
    """Its own, to the last number."""
    race = race_of(raced(OPTIMIZERS, 100))
    asked = race.next
    (winner,) = [run for run in race.runs if run.number == asked.winner]
    assert (asked.label, winner.settings) == ("Use rmsprop", OPTIMIZERS["rmsprop"])


def test_a_level_race_offers_one_that_tells_them_apart():
    """To a loss that one of them is first at."""
    level = {f"{rate}": LINE.replace(learning_rate=rate, epochs=2000) for rate in (0.06, 0.05)}
    session = raced(level, 2000)
    race = race_of(session)
    assert race.headline == "0.06 and 0.05 end level"
    asked = race.next
    session.race(asked.runs, beside=True)
    session.advance_for(math.inf)
    again = race_of(session)
    assert again.headline in ("0.06 wins", "0.05 wins")
    more = {f"{rate}": LINE.replace(learning_rate=rate) for rate in (0.06, 0.05, 0.055)}
    assert race_of(raced(more, 2000)).headline == "3 runs end level"


def test_where_all_blow_up_smaller_rates_race_next():
    """Under their own names: a tenth of each."""
    wild = {f"Rate {rate:g}": LINE.replace(learning_rate=rate) for rate in (0.5, 1.0)}
    race = race_of(raced(wild, 10**4))
    assert race.headline == "All blew up"
    assert [(name, own.learning_rate) for name, own in race.next.runs] == [
        ("Rate 0.05", 0.05),
        ("Rate 0.1", 0.1),
    ]
    # Also where none has blown up yet: the lowest of those that rose is nothing to go on with.
    race = race_of(raced(wild, 100))
    assert race.headline == "No run came down"
    assert race.runners[0].said in race.sentence
    assert race.next.winner is None
    assert [own.learning_rate for _, own in race.next.runs] == [0.05, 0.1]
    assert race_of(raced(wild, 50)).headline == "Rate 0.5 leads"


@pytest.mark.parametrize(
    ("own", "other"),
    [({}, {"loss": "mse"}), ({}, {"l2": 0.1}), (SIGNS, {**SIGNS, "coding": "01"})],
    ids=("loss", "penalty", "coding"),
)
def test_losses_of_two_kinds_have_no_leader(own, other):
    """They are shown, in the order of the list, and nothing is made of it at the end."""
    both = {"a": Settings("and", epochs=20, **own), "b": Settings("and", epochs=20, **other)}
    race = race_of(raced(both, 20))
    assert race.headline == "Different losses"
    assert [one.rank for one in race.runners] == ["–", "–"]
    assert (race.leads, race.over, race.next) == ((), True, None)


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("Adam", {"optimizer": "adam", "learning_rate": 0.5}, "rate 0.5"),
        ("Rate 0.5", {"learning_rate": 0.5}, ""),
        ("M", {"optimizer": "momentum", "momentum": 0.5}, "rate 1 · momentum 0.5"),
        ("M", {"optimizer": "momentum", "momentum": 0.99998}, "rate 1 · momentum 0.99998"),
    ],
)
def test_what_is_not_usual_is_said(name, options, said):
    """Nothing that the name says already."""
    assert own_numbers(name, Settings("and", **{"learning_rate": 1.0, **options})) == said


def test_a_search_says_how_far_it_goes():
    """In a row of the standings there is room for twelve letters beside its long name."""
    search = Settings("and", optimizer="line_search")
    assert own_numbers("Exact line search", search) == "rate ≤ 1,000"


def test_no_bar_is_left_of_a_loss_of_0():
    """Though there is no way down to it from a start whose loss is 0, as the perceptron's is."""
    rates = {f"Rate {rate}": Settings("and", loss="perceptron", learning_rate=rate, epochs=30)
             for rate in (0.5, 1.0)}  # fmt: skip
    runners = race_of(raced(rates, 120)).runners
    assert [(one.loss, one.share) for one in runners] == [(0.0, 0.0)] * 2


def test_a_race_leaves_the_experiment_as_it_was():
    """The run, what it shows, and who is drawn; the runs stay in the list, and undo races again."""
    session = ready(LINE, 7)
    before = state(session)
    session.race([*OPTIMIZERS.items()], beside=True)
    session.advance(20)
    assert session.frame().home == LINE
    session.look_at(5)
    session.end_race()
    frame = session.frame()
    assert (state(session), frame.race, frame.home, frame.others) == (before, None, None, ())
    assert [run.name for run in frame.runs] == [*OPTIMIZERS]
    for _ in range(2):
        assert not any(run.visible for run in session.frame().runs)
        session.undo()
        assert race_of(session).newest == 20
        assert len(session.frame().others) == 4
        assert all(run.visible for run in session.frame().runs)  # and exported with the others
        session.redo()


def test_the_experiment_that_stands_aside_is_kept_with_the_race():
    """In the file too: it can be left as before."""
    session = ready(LINE, 7)
    before = state(session)
    session.race([*OPTIMIZERS.items()], beside=True)
    session.advance(20)
    again = Session.of_record(session.record())
    again.prepare()
    assert record_of(again.runs.snapshot) == record_of(session.runs.snapshot)
    assert snapshot_of(session.record()).home is not None
    again.end_race()
    assert state(again) == before


def test_run_goes_on_from_where_all_are():
    """And not from an earlier step that is looked at: nobody leaves a race by that."""
    session = raced(OPTIMIZERS, 20)
    session.look_at(4)
    session.advance(1)
    assert race_of(session).step == 21


def test_losses_of_several_kinds_are_not_all_gone_because_one_is():
    """Nor is a loss told as everybody's that is only the first's."""
    kinds = {
        "gone": LINE.replace(learning_rate=1.0),
        "stays": LINE.replace(loss="mae", learning_rate=0.01),
    }
    begun = race_of(raced(kinds, 0))
    assert begun.sentence == "Losses of several kinds cannot be compared, so nobody leads."
    race = race_of(raced(kinds, 400))
    assert [one.stopped for one in race.runners] == [True, False]
    assert (race.headline, race.leader, race.next) == ("Different losses", None, None)
    starts = {name: Settings("and", activation=name, loss="mse") for name in ("sigmoid", "relu")}
    assert race_of(raced(starts, 0)).sentence == "All are at one start."


def test_a_slower_race_has_names_that_are_true_of_it():
    """A rate in a name is another one then, and is no limit; a number that is no rate stays."""
    wild = {f"Limit {rate:g}": LINE.replace(learning_rate=rate) for rate in (1.0, 2.0)}
    asked = race_of(raced({**wild, "Run 12": LINE.replace(learning_rate=3.0)}, 10**4)).next
    assert [name for name, _ in asked.runs] == ["Rate 0.1", "Rate 0.2", "Run 12"]


def test_a_race_of_one_epoch_that_ends_level_is_not_offered_again():
    twins = {name: LINE.replace(epochs=1) for name in ("one", "two")}
    race = race_of(raced(twins, 1))
    assert (race.headline, race.next) == ("one and two end level", None)


def test_a_long_name_is_cut_in_its_middle():
    """The rate at its end tells it from others; wherever it is named it is cut alike."""
    name = "Nesterov momentum, rate 0.0219"
    race = race_of(raced({name: LINE.replace(learning_rate=0.0219), "slow": LINE}, 5))
    first = next(one for one in race.runners if one.name != "slow")
    assert (first.name, first.own) == ("Nesterov m…, rate 0.0219", "")
    assert race.headline == f"{race.runners[0].name} leads"
    assert {lead.name for lead in race.leads} <= {one.name for one in race.runners}
