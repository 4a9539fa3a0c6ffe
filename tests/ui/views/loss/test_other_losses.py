import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.session import Session
from neuroviz.ui.views.loss.other_losses import OtherLosses

LINE = Settings("line", learning_rate=0.01)
ADAM = LINE.replace(optimizer="adam")


def racing(*race_runs, steps=20):
    session = Session(race_runs[0])
    session.prepare()
    session.race([(f"run {i}", settings) for i, settings in enumerate(race_runs)])
    session.advance(steps)
    return session


def losses_of(settings, steps):
    trainer = Trainer(settings)
    trainer.advance(steps)
    return trainer.history.rows().loss.filled()


def follow(others, session, *, most=400):
    return others.follow(session.frame(), most, None)


def test_the_curve_is_the_history_of_the_other_run():
    (run,) = follow(OtherLosses(), racing(LINE, ADAM))
    assert run.epochs.tolist() == list(range(21))
    assert run.losses.tolist() == losses_of(ADAM, 20).tolist()
    assert (run.epoch[0], run.loss[0]) == (20, run.losses[-1])
    assert (run.name, run.slot, run.active) == ("run 1", 1, False)


def test_at_an_earlier_step_the_ball_stands_there():
    session = racing(LINE, ADAM)
    session.look_at(7)
    (run,) = follow(OtherLosses(), session)
    assert (run.epoch[0], run.loss[0]) == (7, losses_of(ADAM, 20)[7])
    assert len(run.epochs) == 21


def test_ends_hold_every_loss():
    runs = follow(OtherLosses(), racing(LINE, ADAM, ADAM.replace(learning_rate=1.0)))
    for run, rate in zip(runs, (0.01, 1.0), strict=True):
        losses = losses_of(ADAM.replace(learning_rate=rate), 20)
        assert run.ends.tolist() == run.ends_above_zero.tolist() == [losses.min(), losses.max()]


def test_what_has_not_changed_is_the_one_before():
    others, session = OtherLosses(), racing(LINE, ADAM)
    (before,) = follow(others, session)
    (same,) = follow(others, session)
    assert same is before
    session.rename(session.frame().runs[1].number, "another name")
    (renamed,) = follow(others, session)
    assert renamed.name == "another name"
    session.advance(1)
    (after,) = follow(others, session)
    assert after.epochs[-1] == 21


def test_a_hidden_run_has_no_curve_and_comes_back():
    others, session = OtherLosses(), racing(LINE, ADAM)
    number = session.frame().runs[1].number
    assert len(follow(others, session)) == 1
    session.show_run(number, visible=False)
    assert follow(others, session) == []
    session.show_run(number, visible=True)
    assert len(follow(others, session)) == 1


@pytest.mark.parametrize("most", [5, 50])
def test_a_long_run_has_few_points(most):
    (run,) = follow(OtherLosses(), racing(LINE, ADAM, steps=500), most=most)
    assert len(run.epochs) <= 2 * most + 5
    assert np.all(np.diff(run.epochs) >= 0)
