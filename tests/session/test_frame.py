"""Frame: one frozen moment, and what views ask of it."""

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.frame import DRAWN
from neuroviz.session.session import Session
from tests.core.same_bits import assert_same_row
from tests.session.fresh import assert_as_fresh, fresh, ready


def test_before_torch_nothing_is_computed():
    """Without torch there is no row, no prediction and no loss, rather than zeros."""
    frame = Session(Settings()).frame()
    assert (frame.newest_step, frame.step, frame.looks_back) == (0, 0, False)
    assert frame.anatomy is frame.following is frame.curvature is frame.ruler is None
    assert frame.why_it_diverges == ""
    assert (
        frame.rows_here
        is frame.start
        is frame.following
        is frame.predicted_losses(np.arange(3))
        is None
    )
    nothing = (
        frame.rows,
        frame.row,
        frame.parameters,
        frame.prediction,
        frame.right,
        frame.current_loss,
    )
    assert nothing == (None,) * 6
    assert frame.diagnosis is None
    assert frame.output_at(np.zeros((1, 2))) is None


def test_a_frame_does_not_change_when_the_run_goes_on():
    """A frame handed out keeps its rows, parameters and words."""
    session = ready(Settings(), 5)
    frame = session.frame()
    theta, losses = frame.row.parameters.copy(), frame.rows.loss.copy()
    session.advance(200)
    assert frame.row.step == 5
    assert np.array_equal(frame.parameters, theta)
    assert np.array_equal(frame.rows.loss, losses)
    with pytest.raises(AttributeError):
        frame.selection = None


def test_right_is_by_the_threshold_of_now():
    """Class 1 is an output above the threshold, and a change of it counts at once."""
    session = ready(Settings("and_by_hand"))
    assert session.frame().right.tolist() == [True] * 4
    session.apply(session.settings.replace(threshold=1.0))
    assert session.frame().right.tolist() == [False, True, True, True]


def test_numbers_are_neither_right_nor_wrong():
    """A regression has no accuracy."""
    assert ready(Settings("line")).frame().right is None


def test_the_loss_inside_an_epoch_is_computed_for_display():
    """Inside an epoch of mini-batches the loss on show is that over all samples.

    None is stored.
    """
    session = ready(Settings("and_one_by_one"), 2)
    frame = session.frame()
    assert frame.row.loss is None
    assert frame.current_loss == pytest.approx(frame.prediction.losses.mean())
    session.advance(2)
    frame = session.frame()
    assert frame.current_loss == frame.row.loss


def test_output_at_is_what_the_neuron_says():
    """On its own data the output on a grid is the prediction, to the last bit."""
    frame = ready(Settings("or"), 3).frame()
    assert np.array_equal(frame.output_at(frame.settings.coded_inputs), frame.prediction.output)


def test_words_and_predictions_are_computed_once():
    """What views ask for is the same object each time."""
    frame = ready(Settings(), 3).frame()
    assert frame.diagnosis is frame.diagnosis
    assert frame.prediction is frame.prediction
    assert frame.right is frame.right


def edited(settings):
    """Return a session with an edit at step 100 and a trainer that has gone the same way.

    Both at step 201.
    """
    session, whole = ready(settings, 100), Trainer(settings)
    session.apply(settings.replace(learning_rate=0.01))
    session.advance(101)
    whole.advance(100)
    whole.edit("learning_rate", 0.01)
    whole.advance(101)
    return session, whole


def test_any_row_of_the_run_can_be_asked_for():
    """A row that was thinned out is computed again, with the edits made on the way.

    Before torch there is none.
    """
    settings = Settings(optimizer="adam", learning_rate=0.05, batch_size=3)
    session, whole = edited(settings)
    frame = session.frame()
    session.advance(50)
    for step in (0, 1, 99, 100, 101, 150, 201):
        assert_same_row(frame.row_at(step), whole.history.rows().kept_before(step))
    assert Session(settings).frame().row_at(0) is None


def test_a_row_that_was_thinned_out_is_computed_with_the_run_s_edits():
    """The frame gives its own settings and edits, those the run started with.

    Not those the controls show.
    """
    settings = Settings(optimizer="adam", learning_rate=0.05, batch_size=3)
    session, whole = edited(settings)
    thinned = Trainer(settings, whole.edits, max_rows=64)
    thinned.advance(201)
    frame = replace(session.frame(), rows=thinned.history.rows())
    assert frame.rows.stride > 1
    for step in (3, 99, 101, 103, 197):
        assert_same_row(frame.row_at(step), whole.history.rows().kept_before(step))


MIXED = Settings("xor", optimizer="adam", batch_size=3, shuffle=True, learning_rate=0.05)


@pytest.mark.parametrize("step", [0, 1, 2, 7, 39, 40, 41, 79])
def test_an_earlier_row_is_seen_as_when_the_run_stood_there(step):
    """Also inside an epoch of mini-batches, and around an edit.

    Row, words, prediction, loss and history.
    """
    session = ready(MIXED, 40)
    session.apply(session.settings.replace(learning_rate=0.5))
    session.advance(40)
    session.look_at(step)
    frame = session.frame()
    then = ready(MIXED, min(step, 40))
    if step >= 40:
        then.apply(then.settings.replace(learning_rate=0.5))
        then.advance(step - 40)
    seen = then.frame()
    assert (frame.step, frame.looks_back, frame.newest_step) == (step, True, 80)
    assert frame.settings == seen.settings_now
    assert frame.current_loss == seen.current_loss
    assert frame.diagnosis == seen.diagnosis
    assert frame.right.tolist() == seen.right.tolist()
    assert frame.rows_here.loss.tolist() == seen.rows.loss.tolist()
    assert_as_fresh(session)


def test_the_row_under_the_pointer_is_looked_at_while_it_is_there():
    """Hovering shows another row, without its part-step.

    Neither looks nor controls change by it.
    """
    session = ready(Settings(), 20)
    session.apply(session.settings.replace(learning_rate=0.5))
    session.advance(20)
    session.look_at(30, "loss")
    session.hover(5)
    frame = session.frame()
    assert (frame.step, frame.phase, frame.settings.learning_rate) == (5, None, 50.0)
    assert session.settings.learning_rate == 0.5
    session.hover(1000)
    assert (session.frame().step, session.frame().looks_back) == (40, False)
    session.hover(-3)
    assert session.frame().step == 0
    session.hover(None)
    assert (session.frame().step, session.frame().phase) == (30, "loss")


@pytest.mark.parametrize("look", [None, 12, 19])
@pytest.mark.parametrize(
    "settings",
    [
        MIXED,
        MIXED.replace(schedule="cosine", period=7, breaks=("no_zero_grad", "ascent")),
        MIXED.replace(optimizer="adamw", schedule="step_decay", period=5, precision="float32"),
        Settings("spam", optimizer="nesterov", batch_size=64, learning_rate=0.01),
    ],
    ids=["batches", "cosine, broken", "step decay, float32", "momentum"],
)
def test_the_step_that_follows_is_the_one_the_run_takes(settings, look):
    """At the newest row it is computed ahead, with the edit made there.

    At an earlier one it is the next row.
    """
    session = ready(settings, 20)
    session.apply(session.settings.replace(learning_rate=0.5))
    session.look_at(look)
    frame = session.frame()
    expected = fresh(settings, session.frame().edits, frame.step + 1).history.newest
    assert np.array_equal(frame.following, expected.parameters)
    assert np.array_equal(frame.anatomy.new_parameters, expected.parameters)
    assert np.array_equal(frame.anatomy.new_state, expected.state)
    assert frame.anatomy.row.step == frame.step


@pytest.mark.parametrize("step", [1, 12, 20])
def test_in_the_phase_of_the_update_the_anatomy_is_of_the_step_that_led_here(step):
    """The parameters on show are already the new ones."""
    session = ready(MIXED, 20)
    session.look_at(step, "update")
    frame = session.frame()
    before = fresh(MIXED, (), step - 1).history.newest
    assert_same_row(frame.anatomy.row, before)
    assert np.array_equal(frame.anatomy.new_parameters, frame.parameters)


def test_behind_the_last_finite_row_nothing_follows():
    """A stopped run has no next step; its earlier rows have, and tell nothing of the end."""
    session = ready(Settings("line", learning_rate=1.0), 10_000)
    frame = session.frame()
    assert frame.following is None
    assert frame.evidence.stopped is not None
    assert frame.diagnosis.state == "overflow"
    session.look_at(frame.newest_step - 1)
    back = session.frame()
    assert np.array_equal(back.following, frame.parameters)
    assert back.evidence.stopped is None


@pytest.mark.parametrize(
    "settings",
    [
        Settings("line", learning_rate=1.0),
        Settings("and", loss="mae", activation="relu", learning_rate=1e12, breaks=("ascent",)),
        Settings("double", learning_rate=1e9, optimizer="adagrad"),
    ],
)
def test_a_step_out_of_the_finite_numbers_leads_nowhere_before_it_is_tried(
    settings,
):
    """Parameters may be finite there, and the loss not."""
    last = ready(settings, 3000).frame()
    assert (last.evidence.stopped is None) == (last.newest_step == 3000)
    session = ready(settings, last.newest_step)
    assert session.frame().evidence.stopped is None
    assert (session.frame().following is None) == (session.advance(1) == 0)


def test_others_are_the_runs_to_be_drawn_beside_the_active_one():
    """Neither the active one itself nor what is hidden."""
    session = ready(Settings(), 3)
    session.pin()
    session.apply(session.settings.replace(seed=3))
    session.pin()
    assert [run.number for run in session.frame().others] == [1]
    assert [(run.number, run.active) for run in session.frame().runs] == [(1, False), (2, True)]
    session.show_run(1, visible=False)
    assert session.frame().others == ()


def test_the_predicted_losses_know_the_edits():
    """On a quadratic loss theory and training agree, with the rate that was changed on the way."""
    session = ready(Settings("line", learning_rate=1e-4), 10)
    session.apply(session.settings.replace(learning_rate=1e-3))
    session.advance(30)
    frame = session.frame()
    predicted = frame.predicted_losses(np.arange(41))
    assert predicted == pytest.approx(frame.rows.loss.data, rel=1e-9)


def test_of_many_runs_the_last_are_drawn_and_the_others_counted():
    """No more than can be told apart, those that race along among them.

    Hiding some makes room for others.
    """
    session = ready()
    for seed in range(DRAWN + 6):
        session.pin()
        session.apply(session.settings.replace(seed=seed + 1))
    session.race([("one", Settings()), ("two", Settings(optimizer="adam"))])
    frame = session.frame()
    assert [run.name for run in frame.others] == [f"Run {n}" for n in range(8, DRAWN + 7)] + ["two"]
    assert frame.not_drawn == 7
    for run in frame.others[:3]:
        session.show_run(run.number, visible=False)
    after = session.frame()
    assert [run.name for run in after.others] == [
        f"Run {n}" for n in (5, 6, 7, *range(11, DRAWN + 7))
    ] + ["two"]
    assert after.not_drawn == 4
    assert {run.name for run in after.named} == {"one", *(run.name for run in after.others)}


def test_a_run_of_the_list_that_stands_still_is_the_same_object():
    """What is kept and does not change costs no frame anything; what changes is another."""
    session = ready()
    session.advance(5)
    session.pin()
    session.apply(session.settings.replace(seed=3))
    session.pin()
    first, active = session.frame().runs
    session.advance(2)
    still, moved = session.frame().runs
    assert still is first
    assert moved is not active
    assert moved.rows.newest.step == 2
    session.rename(first.number, "another")
    assert session.frame().runs[0].name == "another"
    session.show_run(first.number, visible=False)
    assert not session.frame().runs[0].visible
    assert session.frame().runs[0].differs == first.differs
