"""Edits: changes of a hyperparameter in mid-run, and what they make of the settings at a step."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.choices.hyperparameters import LEARNING_RATE, Hyperparameter
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import exact, parse_number, quoted

_MOST_DIGITS = 15
"""Of a step: no run is that long."""


@dataclass(frozen=True)
class Edit:
    """From the update that leaves this row on, the hyperparameter has this value.

    Parameters
    ----------
    step
        The row, 0 or more.
    name
        ``learning_rate``, or a hyperparameter of the run's optimizer or schedule.
    value
        The new value; of the learning rate, what the schedule multiplies.

    Raises
    ------
    SettingsError
        If they are no such.
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
        most = sys.float_info.max
        if (
            isinstance(value, bool)
            or not isinstance(value, Real)
            or not -most <= float(value) <= most
        ):
            raise SettingsError(
                f"The value of an edit must be a finite number, not {told(value)}.", "edit"
            )

    def __str__(self) -> str:
        return f"{self.step}:{self.name}={exact(self.value)}"


def editable(settings: Settings) -> dict[str, Hyperparameter]:
    """Return what can change in mid-run, by name."""
    own = (*settings.optimizer_entry.hyperparameters, *settings.schedule_entry.hyperparameters)
    return {row.name: row for row in (LEARNING_RATE, *own)}


def in_order(settings: Settings, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return edits in the order of their steps; of several at one step with one name the last.

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
        # What is made anew comes last among those of its step.
        last.pop((edit.step, edit.name), None)
        last[edit.step, edit.name] = Edit(edit.step, edit.name, known[edit.name].check(edit.value))
    return tuple(sorted(last.values(), key=lambda edit: edit.step))


def split(settings: Settings, edits: Iterable[Edit]) -> tuple[Settings, tuple[Edit, ...]]:
    """Return settings and edits with the edits at step 0 made part of the settings.

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
    """Return the edits at a step after which settings are in force, in place of others."""
    return [
        Edit(step, name, getattr(new, name))
        for name in editable(new)
        if getattr(new, name) != getattr(old, name)
    ]


def settings_at(settings: Settings, edits: Iterable[Edit], step: int) -> Settings:
    """Return the settings in force at a step: those of the start, with the edits up to it made."""
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
            f"{quoted(text)} is no edit: write STEP:NAME=VALUE, as in 500:learning_rate=0.1.",
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
