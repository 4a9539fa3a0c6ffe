import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.frame import Frame
from neuroviz.session.loss_curves import OtherLosses, PredictedLosses
from neuroviz.session.session import Session
from tests.session.fresh import ready

LINE = Settings("line", learning_rate=0.01)
ADAM = LINE.replace(optimizer="adam")


def racing(*race_runs, steps=20):
    session = ready(race_runs[0])
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


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_it_comes_true(optimizer, schedule):
    """The losses are those of the run, which it has still to take, with an edit in its midst."""
    session = ready(Settings("line", optimizer=optimizer, schedule=schedule, learning_rate=0.001))
    session.advance(20)
    session.apply(session.settings.replace(learning_rate=0.0005))
    epochs, losses = PredictedLosses().between(session.frame(), 0.0, 300.0, 1000)
    session.advance(280)
    rows = session.frame().rows
    assert epochs.tolist() == list(range(301))
    assert losses == pytest.approx(rows.loss, rel=1e-9)


def test_as_many_as_asked_for():
    """Whole epochs with both ends, none twice, however far; less where there are less."""
    frame, theory = ready(Settings("line")).frame(), PredictedLosses()
    epochs, losses = theory.between(frame, 0.0, 1e9, 500)
    assert (len(epochs), epochs[0], epochs[-1]) == (500, 0.0, 1e9)
    assert (np.diff(epochs) > 0).all()
    assert len(losses) == 500
    assert theory.between(frame, 2.4, 6.1, 500)[0].tolist() == [2, 3, 4, 5, 6, 7]
    assert theory.between(frame, -1e300, 1e300, 3)[0].tolist() == [0, 2**52, 2**53]


def test_only_what_a_float_can_hold():
    """A run that diverges is predicted as far as its loss is a float."""
    _, losses = PredictedLosses().between(
        ready(Settings("line", learning_rate=0.07)).frame(), 0.0, 5000.0, 5001
    )
    assert 1000 < len(losses) < 5000
    assert np.isfinite(losses).all()


@pytest.mark.parametrize(
    "settings",
    [Settings("and"), Settings("line", optimizer="adam"), Settings("line", batch_size=2)],
)
def test_none_where_theory_has_none(settings):
    """Other losses, optimizers and mini-batches have no prediction.

    Nor has anything before torch is there.
    """
    for session in (ready(settings), Session(Settings("line"))):
        assert not PredictedLosses().exist(session.frame())
        assert [
            len(part) for part in PredictedLosses().between(session.frame(), 0.0, 10.0, 10)
        ] == [0, 0]
    assert PredictedLosses().exist(ready(Settings("line")).frame())


def test_it_is_made_anew_only_when_it_would_be_another(monkeypatch):
    """More steps of one run are no reason; another stretch, an edit and another start are."""
    asked = []
    ask = Frame.predicted_losses
    monkeypatch.setattr(
        Frame, "predicted_losses", lambda self, e: (asked.append(1), ask(self, e))[1]
    )
    session, theory = ready(Settings("line")), PredictedLosses()

    def number(right=100.0):
        theory.between(session.frame(), 0.0, right, 50)
        return len(asked)

    assert number() == 1
    session.advance(10)
    assert number() == 1
    assert number(200.0) == 2
    session.apply(session.settings.replace(learning_rate=0.002))
    assert number(200.0) == 3
    session.apply(session.settings.replace(seed=1))
    assert number(200.0) == 4


def test_a_schedule_is_predicted_as_far_as_it_is_cheap():
    """Each epoch of a schedule has a cost of its own: a thousand, and no more."""
    epochs, _ = PredictedLosses().between(
        ready(Settings("line", schedule="cosine")).frame(), 0.0, 10_000.0, 50
    )
    assert epochs[-1] == 1000.0
