"""What is said in Python, made settings and edits: plain numbers, and one sentence where something cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit, parse_edit, split
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset

_NAMES = {"task", "activation", "loss", "optimizer", "schedule", "init", "inputs", "coding", "precision"}
_LISTS = {"weights", "breaks"}
"""Settings that are a name, and those that are several of something."""


def experiment(task: str | None, choices: Mapping[str, Any]) -> Settings:
    """Return the settings of an experiment: of AND, where neither task nor data are said.

    numpy's numbers and lists are taken for what they hold.

    Raises
    ------
    SettingsError
        If they cannot work together.
    """
    if "lr" in choices:
        raise SettingsError("There is no setting named 'lr': the learning rate is learning_rate.", "learning_rate")
    said = {name: _plain(value) for name, value in {"task": task, **choices}.items() if value is not None}
    _check_kinds(said)
    if isinstance(said.get("breaks"), str):
        said["breaks"] = (said["breaks"],)
    return Settings(**said)


def edits_of(settings: Settings, edits: Iterable[Edit | str]) -> tuple[Settings, tuple[Edit, ...]]:
    """Return settings and later edits, those at step 0 made part of the settings.

    Raises
    ------
    SettingsError
        If an edit cannot be read, or made in these settings.
    """
    return split(settings, [parse_edit(edit) if isinstance(edit, str) else edit for edit in edits])


def _check_kinds(said: Mapping[str, Any]) -> None:
    """Refuse what is no name, no list or no data set where one is wanted."""
    for name in _NAMES & said.keys():
        if not isinstance(said[name], str):
            raise SettingsError(f"{name} must be a name in quotes, not {said[name]!r}.", name)
    for name in _LISTS & said.keys():
        if not isinstance(said[name], tuple | str):
            raise SettingsError(f"{name} must be a list, not {said[name]!r}.", name)
    if not isinstance(said.get("data"), Dataset | None):
        raise SettingsError("data must be a neuroviz.Dataset: Dataset(inputs, targets, classes=True).", "data")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    return tuple(map(_plain, value)) if isinstance(value, list) else value
