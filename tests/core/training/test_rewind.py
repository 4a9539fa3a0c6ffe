"""What was known earlier, and runs wound back, against fresh runs to the same step."""

from unittest.mock import patch

import numpy as np
import pytest

from neuroviz.core.choices.edits import Edit, settings_at
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import EvidenceAt, evidence_of
from neuroviz.core.slices import finished
from neuroviz.core.training.rewind import Rewinder, wound_back
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import assert_same_bits, assert_same_row, known_of

RUNS = {
    "gate": ({"learning_rate": 300.0}, ()),
    "edited": (
        {"optimizer": "momentum"},
        (
            Edit(100, "momentum", 0.5),
            Edit(101, "learning_rate", 1.0),
            Edit(290, "learning_rate", 0.1),
        ),
    ),
    "adam, batches, cosine": (
        {
            "task": "xor",
            "optimizer": "adam",
            "batch_size": 3,
            "shuffle": True,
            "schedule": "cosine",
            "period": 100,
        },
        (Edit(111, "beta1", 0.5), Edit(259, "learning_rate", 0.5), Edit(260, "beta2", 0.9)),
    ),
    "adamw, float32, step decay": (
        {
            "optimizer": "adamw",
            "learning_rate": 0.05,
            "precision": "float32",
            "schedule": "step_decay",
            "period": 30,
            "batch_size": 1,
        },
        (Edit(64, "weight_decay", 0.2), Edit(166, "gamma", 0.9)),
    ),
    "spam": (
        {"task": "spam", "optimizer": "rmsprop", "learning_rate": 0.001},
        (Edit(55, "alpha", 0.7),),
    ),
    "by autograd": ({"loss": "cross_entropy", "optimizer": "nesterov"}, ()),
    "hidden neurons, batches": (
        {
            "task": "xor",
            "hidden": 3,
            "optimizer": "adam",
            "learning_rate": 0.05,
            "batch_size": 3,
            "shuffle": True,
        },
        (Edit(111, "beta1", 0.5),),
    ),
    "hidden neurons, float32": (
        {"task": "xor", "hidden": 2, "precision": "float32", "l2": 0.001},
        (Edit(166, "learning_rate", 0.5),),
    ),
    "not a power of two": ({"task": "line", "optimizer": "adagrad", "learning_rate": 1.0}, ()),
}


def evidence_at(rewinder, rows, step):
    """Return what was known when a run stood at a step."""
    return finished(EvidenceAt(rewinder, rows, step).work())


@pytest.mark.parametrize("kind", RUNS)
def test_every_row_that_was_thinned_out_comes_back(kind):
    """Computed again from the kept row before it, it is to the last bit what the whole run has.

    State included.
    """
    choices, edits = RUNS[kind]
    settings, steps = Settings(**choices), 371
    whole, thinned = Trainer(settings, edits), Trainer(settings, edits, max_rows=64)
    whole.advance(steps)
    thinned.advance(steps)
    every, rows = whole.history.rows(), thinned.history.rows()
    assert every.stride == 1
    assert rows.stride > 1
    around = {edit.step + offset for edit in edits for offset in (-1, 0, 1)}
    chosen = {
        *np.random.default_rng(len(kind)).integers(0, steps + 1, 40).tolist(),
        *around,
        0,
        steps,
    }
    rewinder = Rewinder(settings, edits)  # one for all of them, to and fro
    for step in np.random.default_rng(0).permutation(sorted(chosen)).tolist():
        assert_same_row(rewinder.row_at(rows, step), every.kept_before(step))
        assert rewinder.settings_at(step) == settings_at(settings, edits, step)


def test_a_row_of_a_run_edited_live_comes_back():
    """Edits made while the run ran, at thinned rows too, are those that the replay makes."""
    settings = Settings(optimizer="adam", batch_size=2)
    whole, thinned = Trainer(settings), Trainer(settings, max_rows=64)
    for trainer in (whole, thinned):
        for steps, name, value in (
            (131, "learning_rate", 0.2),
            (300, "beta1", 0.3),
            (1, "learning_rate", 0.02),
        ):
            trainer.advance(steps)
            trainer.edit(name, value)
        trainer.advance(500)
    rows = thinned.history.rows()
    assert rows.stride > 1
    rewinder = Rewinder(settings, thinned.edits)
    for step in (0, 130, 131, 132, 430, 431, 432, 433, 700, 931, 932):
        assert_same_row(rewinder.row_at(rows, step), whole.history.rows().kept_before(step))


def test_an_old_view_gives_the_rows_it_had():
    """From a view of the run as it was, the same rows come.

    Though the run went on and was edited.
    """
    settings = Settings(learning_rate=1.0)
    trainer = Trainer(settings, max_rows=64)
    trainer.advance(500)
    rows, newest = trainer.history.rows(), trainer.history.newest
    row = Rewinder(settings).row_at(rows, 333)
    trainer.advance(77)
    trainer.edit("learning_rate", 9.0)
    trainer.advance(1000)
    assert_same_row(Rewinder(settings).row_at(rows, 333), row)
    assert_same_row(Rewinder(settings).row_at(rows, 500), newest)


def test_kept_rows_are_not_computed_again(monkeypatch):
    """What is there is handed out, without a trainer."""
    settings = Settings()
    trainer = Trainer(settings, max_rows=64)
    trainer.advance(300)
    rows = trainer.history.rows()
    monkeypatch.setattr(
        "neuroviz.core.training.rewind.Trainer", lambda *args, **more: pytest.fail("it computed")
    )
    for step in rows.steps:
        assert Rewinder(settings).row_at(rows, int(step)).step == step


@pytest.mark.parametrize("kind", RUNS)
def test_a_run_goes_on_from_any_kept_row(kind):
    """Taken up at a kept row a run ends where the whole run ends.

    The state of the optimizer is in the row.
    """
    choices, edits = RUNS[kind]
    settings = Settings(**choices)
    whole = Trainer(settings, edits)
    whole.advance(300)
    rows = whole.history.rows()
    for step in (1, 37, 100, 111, 299):
        branch = Trainer(settings, edits, start=rows.kept_before(step))
        assert branch.step == step
        assert_same_row(branch.history.newest, rows.kept_before(step))
        branch.advance(300 - step)
        assert_same_row(branch.history.newest, rows.newest)
        assert branch.hyperparameters() == whole.hyperparameters()


LAST = 300
STEPS = (0, 1, 64, 65, 111, LAST)


def fresh(settings, edits, step):
    trainer = Trainer(settings, tuple(edit for edit in edits if edit.step <= step))
    trainer.advance(step)
    return trainer


@pytest.mark.parametrize("kind", RUNS)
def test_a_run_wound_back_is_the_run_as_it_was(kind):
    """To the last bit, history and optimizer's state included, and so is the way it goes on."""
    choices, edits = RUNS[kind]
    settings = Settings(**choices)
    run = fresh(settings, edits, LAST)
    for step in STEPS:
        back, other = wound_back(run, step), fresh(settings, edits, step)
        assert_same_bits(back, other)
        for trainer in (back, other):
            trainer.edit("learning_rate", 0.125)
            trainer.advance(70)
        assert_same_bits(back, other)
    assert_same_bits(run, fresh(settings, edits, LAST))


def found_in_slices(rewinder, rows, step):
    """Return what was known, found in slices as short as can be.

    With one look elsewhere in between.
    """
    past = EvidenceAt(rewinder, rows, step)
    slices = 0
    with patch("neuroviz.core.diagnosis.evidence.SLICE", 0.0):
        for _ in past.work():
            slices += 1
            if slices == 5:
                rewinder.row_at(rows, step // 2)
    assert slices > 5 or step < 10
    assert past.found is not None
    return past.found


@pytest.mark.parametrize("kind", RUNS)
def test_what_was_known_is_what_a_fresh_run_to_that_step_knows(kind):
    """At a step that was thinned out, and at one that is kept, which is read without a step."""
    choices, edits = RUNS[kind]
    settings = Settings(**choices)
    thinned = Trainer(settings, edits, max_rows=64)
    thinned.advance(LAST)
    rows, kept = thinned.history.rows(), fresh(settings, edits, LAST).history.rows()
    assert rows.stride > 1
    assert kept.stride == 1
    rewinder = Rewinder(settings, edits)
    for step in STEPS:
        expected = evidence_of(fresh(settings, edits, step))
        assert known_of(evidence_at(rewinder, rows, step)) == known_of(expected)
        assert known_of(found_in_slices(rewinder, rows, step)) == known_of(expected)
        seen = evidence_at(Rewinder(settings, edits), kept, step)
        assert known_of(seen) == known_of(expected)
        assert seen.prediction.output.tobytes() == expected.prediction.output.tobytes()
        assert (seen.greatest_grad, seen.wrong) == (expected.greatest_grad, expected.wrong)


def test_a_thinned_run_wound_back_keeps_the_extremes_of_its_gaps():
    """The rows that are left stay those of the run.

    So do the least and the greatest loss between them.
    """
    settings = Settings(learning_rate=300.0)
    run = Trainer(settings, max_rows=64)
    run.advance(1000)
    before = run.history.rows()
    back = wound_back(run, 700)
    after = back.history.rows()
    inner = slice(0, len(after.kept_steps))
    assert after.newest.step == 700
    assert after.kept_steps.tobytes() == before.kept_steps[inner].tobytes()
    assert (
        np.ascontiguousarray(after.kept).tobytes()
        == np.ascontiguousarray(before.kept[:, inner]).tobytes()
    )
    back.advance(300)
    assert_same_bits(back, run)


def test_a_run_wound_back_can_have_other_edits_from_there():
    """The edit at the step itself is left out, or another is made."""
    settings = Settings(learning_rate=1.0)
    run = fresh(settings, (Edit(100, "learning_rate", 5.0),), 300)
    for edits in ((), (Edit(100, "learning_rate", 0.5),)):
        back = wound_back(run, 100, edits)
        back.advance(50)
        assert_same_bits(back, fresh(settings, edits, 150) if edits else fresh(settings, (), 150))


def test_a_shrunken_history_still_gives_every_row():
    """Rows that were left out come back exactly, and what was handed out before has not changed."""
    settings = Settings(optimizer="adam", batch_size=3)
    run = fresh(settings, (), 2000)
    handed_out = run.history.rows()
    steps = handed_out.steps.copy()
    size = run.history.size
    run.history.shrink(64)
    assert run.history.size < size / 8
    assert handed_out.steps.tobytes() == steps.tobytes()
    for step in (0, 1, 777, 1999, 2000):
        assert_same_row(wound_back(run, step).history.newest, handed_out.kept_before(step))
