"""A session converted to plain data and back."""

from __future__ import annotations

from typing import Any

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import parse_edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.record import RunRecord, SessionRecord
from neuroviz.core.training.rewind import cost
from neuroviz.session.run import SessionRun
from neuroviz.session.runs import Snapshot

MOST_RUNS = 1000
"""Runs that a saved session can have, at most."""
MOST_EDITS = 30_000
"""Edits of all runs together, at most: with more, reading and writing them would block the
window."""
_AT_ONCE = 2**17
"""Steps of a small neuron, of all runs together, that are computed again instead of being kept,
which takes about a second."""
_AT_MOST = 16 * _AT_ONCE
"""Steps of a small neuron above which a run without rows is refused."""
_NUMBERS = 2**15
"""Numbers that are kept of a longer run."""
_MOST_NUMBERS = 4_000_000
"""Numbers of data that a saved session can have, at most: 100,000 rows of 40 inputs."""
MOST_INPUTS = 2_000
"""Inputs of a neuron, at most; the curvature takes their square. Twice as many as a table can
have."""
MOST_LETTERS = 10**6
"""Letters of a note, at most."""
_NAME = 200
"""Letters of a name after which the rest is cut off."""
_SENTENCE = 300
"""Letters of an error message, at most: what stands in a file may be of any length."""


def record_of(snapshot: Snapshot) -> SessionRecord:
    """Return the runs of a session as plain data: how to make each, and rows of long ones.

    Raises
    ------
    ValueError
        If there are more runs, edits or data than can be kept.
    """
    runs = snapshot.runs
    data = list(dict.fromkeys(run.settings.data for run in runs if run.settings.data is not None))
    numbers = sum(dataset.inputs.size + dataset.rows for dataset in data)
    edits = sum(len(run.edits) for run in runs)
    for count, most, what, mend in (
        (len(snapshot.listed), MOST_RUNS, "runs", "delete some"),
        (edits, MOST_EDITS, "edits", "delete some runs"),
        (numbers, _MOST_NUMBERS, "numbers of data", "use fewer rows"),
    ):
        if count > most:
            raise ValueError(f"A session can hold up to {most:,} {what}, not {count:,}: {mend}.")
    left = float(_AT_ONCE)
    records = {}
    for run in runs:
        price = cost(run.settings, _step(run), run.edits)
        records[run] = _run_record(run, data, again=price <= left, listed=run in snapshot.listed)
        left -= price if price <= left else 0.0
    return SessionRecord(
        runs=[
            *(record for record in records.values() if not record.listed),
            *(records[run] for run in snapshot.listed),
        ],
        active=snapshot.active.number,
        racing=[run.number for run in snapshot.racing],
        aside=0 if snapshot.home is None else snapshot.home.number,
        data=[dataset.record for dataset in data],
    )


def snapshot_of(record: SessionRecord) -> Snapshot:
    """Return the runs that were saved, each at its start until it is restored.

    Raises
    ------
    SettingsError
        If a run is invalid, or they contradict each other; the sentence says which and why.
    """
    try:
        return _snapshot_of(record)
    except SettingsError as error:
        raise SettingsError(brief(str(error)), error.field) from error


def brief(sentence: str) -> str:
    """Return a sentence, without its middle where it is long."""
    half = _SENTENCE // 2
    return sentence if len(sentence) <= _SENTENCE else f"{sentence[:half]} … {sentence[-half:]}"


def _snapshot_of(record: SessionRecord) -> Snapshot:
    if not 0 < len(record.runs) <= MOST_RUNS + 1:
        raise SettingsError(
            f"It has {len(record.runs):,} runs, and a session has 1 to {MOST_RUNS:,}."
        )
    data = [Dataset.from_dict(one) for one in record.data]
    for count, most, what in (
        (sum(len(run.edits) for run in record.runs), MOST_EDITS, "edits"),
        (sum(one.inputs.size + one.rows for one in data), _MOST_NUMBERS, "numbers of data"),
        (max((one.width for one in data), default=0), MOST_INPUTS, "inputs"),
        (len(record.note), MOST_LETTERS, "letters in its note"),
    ):
        if count > most:
            raise SettingsError(f"It has {count:,} {what}, and a session has up to {most:,}.")
    runs = {one.number: _run_of(one, data) for one in record.runs}
    racing = [runs.get(number) for number in record.racing]
    known = [run for run in racing if run is not None]
    aside = runs.get(record.aside)
    active = runs.get(record.active)
    sound = len(runs) == len(record.runs) and min(runs) > 0 and len({*known}) == len(racing)
    if active is None or not sound or (racing and (len(racing) < 2 or active not in known)):
        raise SettingsError("Its numbers of runs contradict each other.")
    listed = tuple(runs[one.number] for one in record.runs if one.listed)
    if not {*runs.values()} <= {active, *listed, aside} or not {*known} <= {*listed}:
        raise SettingsError("It has runs that are in no list.")
    return Snapshot(active, listed, tuple(known), max(runs), aside if racing else None)


# --- a run ----------------------------------------------------------------------------------------


def _step(run: SessionRun) -> int:
    return run.saved.step if run.saved else run.step


def _run_record(run: SessionRun, data: list[Dataset], *, again: bool, listed: bool) -> RunRecord:
    settings = run.settings_with_limits()
    choices = {"task": settings.task, **settings.choices}  # data sets are saved separately
    return RunRecord(
        number=run.number,
        name=run.name,
        settings={name: _plain(value) for name, value in choices.items() if name != "data"},
        edits=[str(edit) for edit in run.edits],
        step=_step(run),
        parameters=run.parameters,
        stopped=run.saved.stopped if run.saved else run.stopped,
        data=None if settings.data is None else data.index(settings.data),
        listed=listed,
        slot=run.slot,
        visible=run.visible,
        rows=None if again else run.rows_record(_NUMBERS),
    )


def _run_of(record: RunRecord, data: list[Dataset]) -> SessionRun:
    name = record.name[:_NAME] or f"Run {record.number}"
    try:
        settings = _settings_of(record, data)
        run = SessionRun.of(settings, tuple(map(parse_edit, record.edits)), name=name)
        if record.step < 0 or record.slot < 0 or record.number > 10**9:
            raise SettingsError("a number in it is out of range.")
        if record.rows is None and cost(run.settings, record.step, run.edits) > _AT_MOST:
            raise SettingsError(
                f"no rows of its {record.step:,} steps were kept, "
                "and computing them again would take too long."
            )
    except SettingsError as error:
        raise SettingsError(f"{name} in it is not valid: {error}", error.field) from error
    run.number = record.number
    run.slot = record.slot
    run.visible = record.visible
    run.saved = record if record.step or record.stopped else None
    return run


def _settings_of(record: RunRecord, data: list[Dataset]) -> Settings:
    choices: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in record.settings.items()
    }
    if record.data is not None:
        if not 0 <= record.data < len(data):
            raise SettingsError("its data are not in the file.", "data")
        choices["data"] = data[record.data]
    try:
        return Settings(**choices)
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError) as error:
        if isinstance(error, SettingsError):
            raise
        raise SettingsError("its settings are not those of an experiment.") from error


def _plain(value: Any) -> Any:
    """Return a choice in the types of JSON."""
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return float(value) if isinstance(value, float) else value  # numpy.float64 is a float too
