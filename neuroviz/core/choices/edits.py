"""Edits: changes of a hyperparameter in mid-run, and of samples by hand.

What two experiments differ in is put into words here too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any

from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.hyperparameters import LEARNING_RATE, Hyperparameter
from neuroviz.core.choices.losses import CODING_LABELS
from neuroviz.core.choices.penalties import PENALTIES
from neuroviz.core.choices.resolve import HYPERPARAMETERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import LIMITS, TABLES, Settings, numeric_data
from neuroviz.core.choices.tasks import OWN
from neuroviz.core.data.dataset import Dataset, with_rows, without_rows
from neuroviz.core.lazy import np
from neuroviz.core.numbers import exact, parse_number, printed, quoted
from neuroviz.core.types import Floats, Frozen

_MOST_DIGITS = 15
"""Most digits of a step, since no run is that long."""


class Edit(Frozen):
    """From the step taken at this row on, a hyperparameter has this value.

    Parameters
    ----------
    step
        The row, 0 or more.
    name
        ``learning_rate``, or a hyperparameter of the run's optimizer or schedule.
    value
        The new value; for the learning rate that is the value before its schedule.

    Raises
    ------
    SettingsError
        If one of them has another type, or is out of its range.
    """

    step: int
    name: str
    value: float

    def __post_init__(self) -> None:
        self._check(self.step, self.name, self.value)

    @staticmethod
    def _check(step: Any, name: Any, value: Any) -> None:
        if isinstance(step, bool) or not isinstance(step, Integral) or step < 0:
            raise SettingsError(
                f"The step of an edit must be a whole number from 0, not {told(step)}.", "edit"
            )
        if not isinstance(name, str):
            raise SettingsError(f"An edit needs the name of a quantity, not {told(name)}.", "edit")
        if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
            raise SettingsError(
                f"The value of an edit must be a finite number, not {told(value)}.", "edit"
            )

    def __str__(self) -> str:
        return f"{self.step}:{self.name}={exact(self.value)}"


Edits = tuple[Edit, ...]
"""Changes in mid-run."""


def editable(settings: Settings) -> dict[str, Hyperparameter]:
    """Return the hyperparameters that can change in mid-run, by name."""
    own = (*settings.optimizer_entry.hyperparameters, *settings.schedule_entry.hyperparameters)
    return {row.name: row for row in (LEARNING_RATE, *own)}


def in_order(settings: Settings, edits: Iterable[Edit]) -> Edits:
    """Return edits in the order of their steps; the last of several for one step and name.

    Raises
    ------
    SettingsError
        If a name cannot be edited in these settings, or a value is out of its range.
    """
    known = editable(settings)
    last: dict[tuple[int, str], Edit] = {}
    for edit in edits:
        if edit.name not in known:
            raise SettingsError(
                f"{edit.name} cannot change in mid-run; in this run these can: {', '.join(known)}.",
                "edit",
            )
        # An edit that is made again comes last among those of its step.
        last.pop((edit.step, edit.name), None)
        last[edit.step, edit.name] = Edit(edit.step, edit.name, known[edit.name].check(edit.value))
    return tuple(sorted(last.values(), key=lambda edit: edit.step))


def split(settings: Settings, edits: Iterable[Edit]) -> tuple[Settings, Edits]:
    """Return settings with the edits at step 0 made, and the later edits.

    Raises
    ------
    SettingsError
        If an edit cannot be made in these settings.
    """
    later = in_order(settings, edits)
    first = {edit.name: edit.value for edit in later if edit.step == 0}
    rest = tuple(edit for edit in later if edit.step > 0)
    return (settings.replace(**first) if first else settings), rest


def edits_to(new: Settings, old: Settings, step: int) -> list[Edit]:
    """Return the edits at a step that put new settings in force in place of old ones."""
    return [
        Edit(step, name, getattr(new, name))
        for name in editable(new)
        if getattr(new, name) != getattr(old, name)
    ]


def settings_at(settings: Settings, edits: Iterable[Edit], step: int) -> Settings:
    """Return the settings in force at a step: those of the start, with all edits up to it."""
    made = {edit.name: edit.value for edit in edits if edit.step <= step}
    return settings.replace(**made) if made else settings


def parse_edit(text: str) -> Edit:
    """Return the edit that STEP:NAME=VALUE means; ``lr`` stands for the learning rate.

    Raises
    ------
    SettingsError
        If the text has another form, or the step has more digits than that of any run.
    """
    step, colon, rest = text.partition(":")
    name, equals, value = rest.partition("=")
    if not (colon and equals and step.strip().isdecimal() and value.strip()):
        raise SettingsError(
            f"{quoted(text)} is not an edit: write STEP:NAME=VALUE, as in 500:learning_rate=0.1.",
            "edit",
        )
    try:
        number = parse_number(value)
    except ValueError as error:
        raise SettingsError(str(error), "edit") from None
    digits = step.strip().lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS:
        raise SettingsError(
            f"{quoted(text)} is an edit after the end of any run: write a step below 1e15.", "edit"
        )
    name = name.strip().replace("-", "_")
    return Edit(int(digits), "learning_rate" if name == "lr" else name, number)


_NAMES = {
    **{name: row.label.lower() for name, row in HYPERPARAMETERS.items()},
    **{row.name: f"{row.short} penalty" for row in PENALTIES.values()},
    "init": "start",
    "hidden": "hidden neurons",
    "inputs": "input coding",
    "coding": "target coding",
    "until_loss": "until loss",
    "breaks": "on purpose",
}
"""Names of choices that differ from the name of their field."""
_LABELS = {
    **{table.kind: table.labels for table in TABLES.values()},
    "schedule": {name: row.label.lower() for name, row in SCHEDULES.items()},
    "breaks": {name: row.spoken for name, row in BREAKS.items()},
    "inputs": CODING_LABELS,
    "coding": CODING_LABELS,
}
"""Values that are chosen from a list, as the window names them."""
_LABELS["task"][OWN] = "own data"
_LABELS["hidden_activation"] = _LABELS["activation"]
_LEADING = ("task", "data", "hidden", "breaks", "seed", "loss")
"""Choices that others change with, so that a change is named after them."""


def changed(old: Settings, new: Settings) -> tuple[str, ...]:
    """Return the names of the choices that differ, in the order of the settings."""
    before = _choices(old)
    after = _choices(new)
    names = dict.fromkeys((*before, *after))
    return tuple(name for name in names if before.get(name) != after.get(name))


def only_edits(old: Settings, new: Settings) -> bool:
    """Return whether a run can go on with the new settings.

    It can where only hyperparameters and limits differ.
    """
    return set(changed(old, new)) <= {*LIMITS, *editable(new)}


def describe_change(old: Settings, new: Settings) -> str:
    """Return what changed between two experiments, as the name of an action.

    An example is "learning rate 0.5 → 5".
    """
    names = changed(old, new)
    leading = next((name for name in _LEADING if name in names), None)
    if leading is None and ("weights" in names or "bias" in names):
        return "typed weights" if new.weights is not None else "start"
    told = _data_change(old, new) if leading in ("task", "data") else None
    if told is not None:
        return told
    name = leading or next(iter(names), None)
    if name is None:
        return "settings"
    return (
        f"{_name(name)} {_value(name, _choices(old).get(name))} → "
        f"{_value(name, _choices(new).get(name))}"
    )


def _data_change(old: Settings, new: Settings) -> str | None:
    """Return what was done to the data; None for the task's own, and for entirely other data."""
    if new.data is None and not old.features:
        return None
    if new.task != old.task:
        return new.task_label
    before = numeric_data(old)
    after = numeric_data(new)
    if before.features != after.features:
        return _inputs_change(before, after)
    kinds = [(each.width, each.classes, each.target_count) for each in (before, after)]
    if kinds[0] != kinds[1]:
        return None
    more = after.rows - before.rows
    if more:
        return f"{'added' if more > 0 else 'removed'} point{'s' * (abs(more) != 1)}"
    if (before.inputs == after.inputs).all() and (before.targets == after.targets).all():
        return "scaling" if before.held_out == after.held_out else "rows held out"
    return "moved points"


def _inputs_change(before: Dataset, after: Dataset) -> str:
    """Return which inputs by formula came and which went; all where only their order changed."""
    old, new = ([each.label for each in data.formulas] for data in (before, after))
    came = [label for label in new if label not in old]
    gone = [label for label in old if label not in new]
    if not came and not gone:
        return f"inputs {', '.join(new)}"
    parts = [f"input {', '.join(came)}"] if came else []
    parts += [f"without input {', '.join(gone)}"] if gone else []
    return ", ".join(parts)


def differences(runs: Sequence[tuple[Settings, Edits]]) -> list[str]:
    """Return for each run its values of the choices in which the runs differ.

    An example is "seed 3, from step 300 momentum 0.9".
    """
    choices = [_choices(settings) for settings, _ in runs]
    names = dict.fromkeys(name for own in choices for name in own if name not in LIMITS)
    differing = [
        name for name in names if any(own.get(name) != choices[0].get(name) for own in choices)
    ]
    return [_said(own, differing, edits) for own, (_, edits) in zip(choices, runs, strict=True)]


def _said(own: dict[str, Any], names: list[str], edits: Edits) -> str:
    # The initial value is told too where it was changed on the way.
    told = dict.fromkeys((*names, *(edit.name for edit in edits)))
    parts = [
        f"{_name(name)} {_value(name, own[name])}" for name in told if own.get(name) is not None
    ]
    return ", ".join((*parts, *map(edit_in_words, edits)))


def edit_in_words(edit: Edit) -> str:
    """Return an edit in words, such as "from step 300 momentum 0.9"."""
    return f"from step {edit.step:,} {_name(edit.name)} {printed(edit.value, 6)}"


def _choices(settings: Settings) -> dict[str, Any]:
    return {**settings.as_dict(), "data": settings.data}


def _name(name: str) -> str:
    return _NAMES.get(name, name.replace("_", " "))


def _value(name: str, value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return printed(value, 6)
    if isinstance(value, tuple | list):
        shown = ", ".join(_value(name, item) for item in value[:4]) + (
            " …" if len(value) > 4 else ""
        )
        return shown or "nothing"
    if isinstance(value, Dataset):
        added = "".join(f", {formula.label}" for formula in value.formulas)
        return f"{value.samples:,} × {value.width:,}{added}"
    return _LABELS.get(name, {}).get(value, str(value))


def moved_data(
    settings: Settings, sample: int, inputs: Floats, target: float | None = None
) -> Dataset:
    """Return the data with one sample moved.

    Truth values become the numbers that the neuron gets.

    Parameters
    ----------
    sample
        Index of the sample.
    inputs
        (own_width,): the new inputs of the sample, as the neuron gets them.
    target
        Its new target, where targets are numbers; None for its present one.
    """
    data = numeric_data(settings)
    row = data.training_rows[sample]
    moved_inputs = np.array(data.inputs)
    moved_inputs[row, : data.own_width] = settings.in_own_units(inputs)
    targets = np.array(data.targets)
    if target is not None:
        targets[row] = target
    return replace(data, inputs=moved_inputs, targets=targets)


def data_with(settings: Settings, inputs: Floats, target: float, output: int = 0) -> Dataset:
    """Return the data with one more sample at the end.

    Truth values become the numbers that the neuron gets.

    Parameters
    ----------
    inputs
        (own_width,): the inputs of the sample, as the neuron gets them.
    target
        Its target; 0 or 1 for classes.
    output
        Index of the target, of several; the others are those of the nearest sample.
    """
    data = numeric_data(settings)
    row = np.zeros(data.width)
    row[: data.own_width] = settings.in_own_units(inputs)
    targets = np.array([target])
    if settings.independent:
        away = settings.coded_inputs[:, : data.own_width] - inputs
        targets = settings.dataset.targets[[np.square(away).sum(axis=1).argmin()]].copy()
        targets[0, output] = target
    return with_rows(data, row, targets)


def data_without(settings: Settings, sample: int) -> Dataset:
    """Return the data without a sample, given by its index; truth values become numbers.

    Raises
    ------
    SettingsError
        If it is the only one left.
    """
    data = numeric_data(settings)
    return without_rows(data, [data.training_rows[sample]])


def late(settings: Settings, edits: Iterable[Edit]) -> list[str]:
    """Return a sentence on each edit after the last step, which can change nothing."""
    end = settings.epochs * settings.steps_per_epoch
    return [
        f"edit {edit} changes nothing: the run ends at step {end:,}."
        for edit in edits
        if edit.step >= end
    ]
