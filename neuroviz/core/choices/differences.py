"""Differences: in what experiments differ, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edit, editable
from neuroviz.core.choices.losses import CODING_LABELS
from neuroviz.core.choices.penalties import PENALTIES
from neuroviz.core.choices.resolve import HYPERPARAMETERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import LIMITS, TABLES, Settings, numeric_data
from neuroviz.core.choices.tasks import OWN
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import format_number, with_real_minus

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
"""Choices that are not called by the name of their field."""
_LABELS = {
    **{table.kind: table.labels for table in TABLES.values()},
    "schedule": {name: row.label.lower() for name, row in SCHEDULES.items()},
    "breaks": {name: row.spoken for name, row in BREAKS.items()},
    "inputs": CODING_LABELS,
    "coding": CODING_LABELS,
}
"""What is chosen from a list, as the window calls it."""
_LABELS["task"][OWN] = "own data"
_LABELS["hidden_activation"] = _LABELS["activation"]
_LEADING = ("task", "data", "hidden", "breaks", "seed", "loss")
"""Choices that others change with: they are the name of a change."""


def changed(old: Settings, new: Settings) -> tuple[str, ...]:
    """Return the names of the choices that are not the same, in the order of the settings."""
    before = _choices(old)
    after = _choices(new)
    names = dict.fromkeys((*before, *after))
    return tuple(name for name in names if before.get(name) != after.get(name))


def only_edits(old: Settings, new: Settings) -> bool:
    """Return whether a run can go on from one to the other.

    Hyperparameters and limits alone are not the same.
    """
    return set(changed(old, new)) <= {*LIMITS, *editable(new)}


def describe_change(old: Settings, new: Settings) -> str:
    """Return what changed between two experiments as the name of an action.

    As in "learning rate 0.5 → 5".
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
    """Return what was done to the data; None where they are the task's, or quite others."""
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
    """Return which inputs by formula came, and which went; all where only their order changed."""
    old, new = ([each.label for each in data.formulas] for data in (before, after))
    came = [label for label in new if label not in old]
    gone = [label for label in old if label not in new]
    if not came and not gone:
        return f"inputs {', '.join(new)}"
    parts = [f"input {', '.join(came)}"] if came else []
    parts += [f"without input {', '.join(gone)}"] if gone else []
    return ", ".join(parts)


def differences(runs: Sequence[tuple[Settings, tuple[Edit, ...]]]) -> list[str]:
    """Return for each run what it has of that in which they differ.

    As in "seed 3, from step 300 momentum 0.9".
    """
    choices = [_choices(settings) for settings, _ in runs]
    names = dict.fromkeys(name for own in choices for name in own if name not in LIMITS)
    differing = [
        name for name in names if any(own.get(name) != choices[0].get(name) for own in choices)
    ]
    return [_said(own, differing, edits) for own, (_, edits) in zip(choices, runs, strict=True)]


def _said(own: dict[str, Any], names: list[str], edits: tuple[Edit, ...]) -> str:
    # What a run began with is told too, where it was changed on the way.
    told = dict.fromkeys((*names, *(edit.name for edit in edits)))
    parts = [
        f"{_name(name)} {_value(name, own[name])}" for name in told if own.get(name) is not None
    ]
    return ", ".join((*parts, *map(edit_in_words, edits)))


def edit_in_words(edit: Edit) -> str:
    """Return what a change in mid-run is: "from step 300 momentum 0.9"."""
    return (
        f"from step {edit.step:,} {_name(edit.name)} {with_real_minus(format_number(edit.value))}"
    )


def _choices(settings: Settings) -> dict[str, Any]:
    return {**settings.as_dict(), "data": settings.data}


def _name(name: str) -> str:
    return _NAMES.get(name, name.replace("_", " "))


def _value(name: str, value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return with_real_minus(format_number(float(value), 6))
    if isinstance(value, tuple | list):
        shown = ", ".join(_value(name, item) for item in value[:4]) + (
            " …" if len(value) > 4 else ""
        )
        return shown or "nothing"
    if isinstance(value, Dataset):
        added = "".join(f", {formula.label}" for formula in value.formulas)
        return f"{value.samples:,} × {value.width:,}{added}"
    return _LABELS.get(name, {}).get(value, str(value))
