"""A session that was put down and taken up again goes on as if nobody had stopped it."""

import itertools
import json

import numpy as np
import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.record import LookRecord
from neuroviz.core.slices import finished
from neuroviz.session import saved
from neuroviz.session.session import Session
from tests.for_each import for_each
from tests.session.fresh import ready

_BATCHES = (
    {"batch_size": "full"},
    {"batch_size": 1, "shuffle": False},
    {"batch_size": 5, "shuffle": True},
)
_KINDS = [
    (name, {} if OPTIMIZERS[name].search else batches)
    for name, batches in zip(OPTIMIZERS, itertools.cycle(_BATCHES), strict=False)
]


def _own_data():
    source = np.random.default_rng(7)
    data = Dataset(
        source.normal(size=(9, 2)) * (1, 1000), (source.random(9) > 0.5).astype(float), classes=True
    )
    return data.scaled("standardise").holding_out(0.2)


def _session(**choices):
    session = ready(Settings(**choices))
    return session


def _again(session):
    """Return what a file would bring back, and what is told of it."""
    record = session.record()
    text = json.dumps(to_builtins(record))
    assert json.loads(text) == json.loads(
        json.dumps(to_builtins(Session.of_record(record).record()))
    )
    again = Session.of_record(record)
    told = finished(again.restoring())
    again.prepare()
    return again, told


def _assert_same(one, other, *, rows=True):
    """Compare what two sessions show to the last bit; the rows that both have kept in any case."""
    here = one.frame()
    there = other.frame()
    assert (here.number, here.settings, here.edits, here.selection) == (
        there.number,
        there.settings,
        there.edits,
        there.selection,
    )
    assert here.newest_step == there.newest_step
    columns = here.rows.columns()
    others = there.rows.columns()
    assert not rows or len(columns["step"]) == len(others["step"])
    both = np.intersect1d(columns["step"], others["step"])
    assert set(others["step"]) <= set(columns["step"])
    for name, column in columns.items():
        assert _bits(column, columns["step"], both) == _bits(others[name], others["step"], both), (
            name
        )
    assert here.evidence_now.recent.numbers.tobytes() == there.evidence_now.recent.numbers.tobytes()
    assert here.diagnosis == there.diagnosis


def _bits(column, steps, chosen):
    return np.ma.filled(
        np.ma.asarray(column, dtype=float)[np.isin(steps, chosen)], np.nan
    ).tobytes()


@pytest.mark.parametrize(("optimizer", "batches"), _KINDS)
def test_a_run_goes_on_as_if_never_stopped(optimizer, batches, monkeypatch):
    """With data and penalties inside and an edit; computed again, and with rows that are kept."""
    session = _session(
        data=_own_data(), optimizer=optimizer, learning_rate=0.5, l1=0.01, l2=0.02, **batches
    )
    _goes_on(session, monkeypatch)


@pytest.mark.parametrize("name", [*SCHEDULES, *BREAKS])
def test_so_it_does_in_float32_with_every_schedule_and_every_break(name, monkeypatch):
    """What a schedule has come to and what a forgotten zero_grad has heaped up is there again."""
    of_schedule = {"schedule": name, "optimizer": "adam"}
    choices = of_schedule if name in SCHEDULES else {"breaks": (name,), "optimizer": "momentum"}
    if name in BREAKS and BREAKS[name].least_hidden:
        choices["hidden"] = 2
    session = _session(
        data=_own_data(),
        precision="float32",
        learning_rate=0.01,
        batch_size=3,
        shuffle=True,
        seed=4,
        **choices,
    )
    _goes_on(session, monkeypatch)


@pytest.mark.parametrize("hidden", [0, 2])
@pytest.mark.parametrize("several", ["classes", "targets"])
def test_so_does_one_of_several_outputs(several, hidden, monkeypatch):
    """With hidden neurons and without, of classes and of targets."""
    inputs = np.random.default_rng(8).normal(size=(11, 2))
    data = Dataset(inputs, np.arange(11) % 4.0, classes=True, class_names=tuple("abcd"))
    if several == "targets":
        data = Dataset(inputs, np.cos(inputs), classes=False, target_names=("up", "down"))
    session = _session(data=data, hidden=hidden, optimizer="adam", learning_rate=0.1, batch_size=3)
    _goes_on(session, monkeypatch)


def test_the_output_that_was_opened_stays_so():
    """Whatever is opened beside it, however many hidden neurons there are, and in the file."""
    session = _session(task="gates", hidden=3)
    session.open_unit(4)
    session.apply(session.settings.replace(hidden=5))
    assert (session.frame().unit, session.frame().output) == (6, 1)
    session.open_unit(2)
    again, _ = _again(session)
    assert (again.frame().unit, again.frame().output) == (2, 1)
    again.apply(again.settings.replace(hidden=0))
    assert (again.frame().unit, again.frame().output) == (1, 1)
    # As it was written before outputs had a number of their own.
    old = replace(session.record(), look=LookRecord(unit=7))
    assert Session.of_record(old).frame().output == 2


def _goes_on(session, monkeypatch):
    """Compare it, advanced and edited, with two that were put down.

    One is computed again, one has rows.
    """
    # A step that searches takes as long as fifty others.
    first, then, last = (70, 9, 11) if session.settings.optimizer_entry.search else (101, 46, 77)
    session.advance(first)
    session.apply(session.settings.replace(learning_rate=0.25))
    session.advance(then)
    again, told = _again(session)
    assert told == []
    monkeypatch.setattr(saved, "_AT_ONCE", 0)
    monkeypatch.setattr(saved, "_NUMBERS", 0)
    kept, told = _again(session)
    assert len(told) == 1
    for steps in (0, 1, last):
        for one in (session, again, kept):
            one.advance(steps)
        _assert_same(session, again)
        _assert_same(session, kept, rows=False)
        assert session.record() == again.record() == kept.record()  # with the extremes of all gaps


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_row_that_was_not_kept_is_computed_again(precision, schedule, monkeypatch):
    monkeypatch.setattr(saved, "_AT_ONCE", 0)
    monkeypatch.setattr(saved, "_NUMBERS", 0)
    session = _session(task="or", optimizer="adam", precision=precision, schedule=schedule)
    session.advance(3001)
    again, told = _again(session)
    assert told == [
        "Run 1 is long: one step in 64 was kept, and any other is computed when you look at it."
    ]
    for step in (0, 1, 63, 64, 1500, 3000, 3001):
        assert (
            session.frame().row_at(step).parameters.tobytes()
            == again.frame().row_at(step).parameters.tobytes()
        )


def test_everything_of_a_session_comes_back():
    """The list with its names, looks and edits, who races, the note, and what is looked at."""
    session = _session(task="and", learning_rate=2.0)
    session.advance(30)
    session.apply(session.settings.replace(epochs=77, threshold=0.25))
    session.pin()
    session.rename(1, "Ünruly <b>")
    session.show_run(1, visible=False)
    session.race(
        [("slow", Settings("and", learning_rate=0.1)), ("fast", Settings("and", learning_rate=9.0))]
    )
    session.advance(12)
    session.note = "So: „schneller“\nis not better."
    session.pick(2)
    session.look_at(5, "loss")
    again, told = _again(session)
    assert told == []
    assert again.note == session.note
    _assert_same(session, again)
    for one, other in zip(session.frame().runs, again.frame().runs, strict=True):
        names = (
            "number",
            "name",
            "differs",
            "slot",
            "settings",
            "edits",
            "visible",
            "active",
            "racing",
            "stopped",
        )
        assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
        assert one.rows.newest.parameters.tobytes() == other.rows.newest.parameters.tobytes()
    assert again.racing
    again.look_at(None)
    again.advance(3)
    assert {run.rows.newest.step for run in again.frame().runs if run.racing} == {15}


def test_a_run_that_has_stopped_is_stopped_again():
    session = _session(task="line", learning_rate=1e12)
    session.advance(1000)
    assert session.frame().evidence_now.stopped
    again, told = _again(session)
    assert told == []
    assert again.obstacle() == session.obstacle() is not None
    _assert_same(session, again)


def test_what_is_not_taken_up_yet_is_put_down_as_it_was():
    """The program may end before torch is there."""
    session = _session(task="and")
    session.advance(30)
    record = session.record()
    assert Session.of_record(record).record() == record


def test_another_outcome_is_told():
    """As on a machine that rounds otherwise."""
    session = _session(task="and")
    session.advance(30)
    record = session.record()
    (run,) = record.runs
    moved = replace(
        record, runs=[replace(run, parameters=[run.parameters[0] + 1e-9, *run.parameters[1:]])]
    )
    assert finished(Session.of_record(moved).restoring()) == [
        (
            "Run 1 is not where it was when it was saved: "
            "this machine or version computes other digits."
        )
    ]


def _wrong(**changes):
    return lambda record: replace(record, runs=[replace(record.runs[0], **changes)])


@for_each(
    ("change", "sentence"),
    [
        (_wrong(step=10**9), "no rows of its"),
        (_wrong(step=-1), "out of range"),
        (_wrong(settings={"task": "and", "learning_rate": "fast"}), "learning_rate must be"),
        (_wrong(settings={"task": "and", "weights": ["a", 1.0]}), "weights must be"),
        (_wrong(settings={"task": "and", "data": "own"}), "data must be"),
        (_wrong(settings={"task": "nand?"}), "There is no task"),
        (_wrong(edits=["now"]), "is not an edit"),
        (_wrong(data=0), "data are not in the file"),
        (lambda record: replace(record, active=9), "contradict"),
        (lambda record: replace(record, racing=[1]), "contradict"),
        (lambda record: replace(record, runs=record.runs * 2), "contradict"),
        (lambda record: replace(record, runs=record.runs * 2000), "2,000 runs"),
        (
            lambda record: replace(
                record, data=[{"inputs": [[float("nan")]], "targets": [1.0], "classes": True}]
            ),
            "numbers up to 10¹⁰⁰",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence(change, sentence):
    session = _session(task="and")
    session.advance(3)
    session.pin()
    with pytest.raises(SettingsError, match=sentence) as told:
        Session.of_record(change(session.record()))
    assert "\n" not in str(told.value)


def test_what_is_too_much_to_keep_is_said():
    """Rather than written and not read again."""
    data = Dataset(np.zeros((100_000, 41)), np.zeros(100_000), classes=False)
    with pytest.raises(ValueError, match="up to 4,000,000 numbers of data, not 4,200,000"):
        Session(Settings(data=data)).record()
    session = Session(Settings("and"))
    runs = session.runs.snapshot
    session.runs.snapshot = replace(runs, listed=(runs.active,) * 1001)
    with pytest.raises(ValueError, match="up to 1,000 runs, not 1,001"):
        session.record()
    edits = tuple(Edit(step, "learning_rate", 0.1) for step in range(1, 30_002))
    with pytest.raises(ValueError, match="up to 30,000 edits, not 30,001"):
        Session(Settings("and"), edits).record()
    session = Session(Settings("and"))
    session.note = "a" * (10**6 + 1)
    with pytest.raises(ValueError, match="up to 1,000,000 letters"):
        session.record()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"edits": [f"{step}:lr=0.1" for step in range(1, 30_002)]},
            "30,001 edits, and a session has up to 30,000",
        ),
        ({"note": "a" * (10**6 + 1)}, "1,000,001 letters in its note, .* up to 1,000,000"),
        ({"inputs": [[0.0] * 2_001]}, "2,001 inputs, .* up to 2,000"),
        ({"inputs": [[0.0]] * 2_000_001}, "4,000,002 numbers of data, .* up to 4,000,000"),
    ],
)
def test_what_could_not_be_kept_is_not_opened(change, sentence):
    """It would hold the window for long, or could never be saved."""
    record = _session(task="and").record()
    if "edits" in change:
        record = replace(record, runs=[replace(record.runs[0], **change)])
    elif "note" in change:
        record = replace(record, **change)
    else:
        record = replace(
            record, data=[{**change, "targets": [0.0] * len(change["inputs"]), "classes": False}]
        )
    with pytest.raises(SettingsError, match=sentence):
        Session.of_record(record)


def test_rows_of_another_run_are_refused(monkeypatch):
    monkeypatch.setattr(saved, "_AT_ONCE", 0)
    session = _session(task="and")
    session.advance(300)
    record = session.record()
    (run,) = record.runs
    for rows in (
        replace(run.rows, every=2),
        replace(run.rows, kept=run.rows.kept[1:]),
        replace(run.rows, recent=[row[1:] for row in run.rows.recent]),
        replace(run.rows, kept=[[None] * len(row) for row in run.rows.kept]),
        replace(run.rows, kept=run.rows.kept[::-1]),
        replace(run.rows, losses=[]),
    ):
        wrong = replace(record, runs=[replace(run, rows=rows)])
        with pytest.raises(SettingsError, match="Run 1 cannot be restored: its"):
            finished(Session.of_record(wrong).restoring())


def test_a_session_becomes_another_and_comes_back():
    """As when a file is opened, or a lesson is entered and left."""
    session = _session(task="and")
    session.advance(10)
    other = _session(task="or")
    aside = session.parted()
    session.become(other)
    assert (session.settings.task, session.frame().newest_step) == ("or", 0)
    session.become(aside)
    assert (session.settings.task, session.frame().newest_step) == ("and", 10)
