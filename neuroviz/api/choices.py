"""What is said in Python, made settings and edits.

Plain numbers, and one sentence where something cannot be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.choices.edits import Edit, parse_edit, split
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import exact

MILLIMETRES = (10.0, 2_000.0)
"""The least and the greatest width or height of a figure."""
_NAMES = {
    "task",
    "activation",
    "loss",
    "optimizer",
    "schedule",
    "init",
    "inputs",
    "coding",
    "precision",
    "hidden_activation",
}
_LISTS = {"weights", "breaks"}
"""Settings that are a name, and those that are several of something."""


class Choices(TypedDict, total=False):
    """What can be said of an experiment beside its task, as :class:`neuroviz.Settings` has it.

    None is not said.
    """

    activation: str | None
    loss: str | None
    l1: float | None
    l2: float | None
    optimizer: str | None
    learning_rate: float | None
    momentum: float | None
    alpha: float | None
    beta1: float | None
    beta2: float | None
    eps: float | None
    weight_decay: float | None
    schedule: str | None
    period: float | None
    gamma: float | None
    batch_size: int | str | None
    shuffle: bool | None
    epochs: int | None
    until_loss: float | None
    seed: int | None
    init: str | None
    weights: Sequence[float] | NDArray[Any] | None
    bias: float | None
    inputs: str | None
    coding: str | None
    threshold: float | None
    precision: str | None
    hidden: int | None
    hidden_activation: str | None
    breaks: str | Sequence[str] | None
    features: Sequence[str] | None
    data: Dataset | None


def experiment(task: str | None, choices: Mapping[str, Any]) -> Settings:
    """Return the settings of an experiment: of AND, where neither task nor data are said.

    numpy's numbers and lists are taken for what they hold.

    Raises
    ------
    SettingsError
        If they cannot work together.
    """
    if "lr" in choices:
        raise SettingsError(
            "There is no setting named 'lr': the learning rate is learning_rate.", "learning_rate"
        )
    said = {
        name: _plain(value)
        for name, value in {"task": task, **choices}.items()
        if value is not None
    }
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
    if isinstance(edits, str) or not isinstance(edits, Iterable):
        raise SettingsError(
            f"edits must be a list, as in ['500:lr=0.5'], not {told(edits)}.", "edit"
        )
    read = [parse_edit(edit) if isinstance(edit, str) else edit for edit in edits]
    for edit in read:
        if not isinstance(edit, Edit):
            raise SettingsError(
                f"An edit is a text such as '500:lr=0.5', or a neuroviz.Edit, not {told(edit)}.",
                "edit",
            )
    return split(settings, read)


def whole(value: Any, name: str, low: int, high: int) -> int:
    """Return a whole number.

    Raises
    ------
    SettingsError
        If it is none, or not from low to high.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, int | np.integer)
        or not low <= value <= high
    ):
        raise SettingsError(
            f"{name} must be a whole number from {low:,} to {high:,}, not {told(value)}.", name
        )
    return int(value)


def number(value: Any, name: str, low: float, high: float) -> float:
    """Return a number.

    Raises
    ------
    SettingsError
        If it is none, or not from low to high.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float | np.number)
        or not low <= value <= high
    ):
        raise SettingsError(
            f"{name} must be a number from {exact(low)} to {exact(high)}, not {told(value)}.", name
        )
    return float(value)


def two(value: Any, name: str) -> tuple[Any, Any]:
    """Return two things, as in (least, greatest).

    Raises
    ------
    SettingsError
        If they are not two.
    """
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise SettingsError(
            f"{name} must be two numbers, (least, greatest), not {told(value)}.", name
        )
    return value[0], value[1]


def switches(**values: Any) -> None:
    """Refuse what is neither True nor False.

    Raises
    ------
    SettingsError
        One sentence.
    """
    for name, value in values.items():
        if not isinstance(value, bool):
            raise SettingsError(f"{name} must be True or False, not {told(value)}.", name)


def path_of(value: Any) -> Path:
    """Return the path that a text names.

    Raises
    ------
    SettingsError
        If it is no text, or none of a path.
    """
    if (
        not isinstance(value, str | PathLike)
        or isinstance(fspath(value), bytes)
        or not fspath(value)
    ):
        raise SettingsError(f"A file is named by a text or a path, not by {told(value)}.", "path")
    return Path(value)


def _check_kinds(said: Mapping[str, Any]) -> None:
    """Refuse what is no name, no list or no data set where one is wanted."""
    for name in _NAMES & said.keys():
        if not isinstance(said[name], str):
            raise SettingsError(f"{name} must be a name in quotes, not {told(said[name])}.", name)
    for name in _LISTS & said.keys():
        if not isinstance(said[name], tuple | str):
            raise SettingsError(f"{name} must be a list, not {told(said[name])}.", name)
    switches(shuffle=said.get("shuffle", False))


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    return tuple(map(_plain, value)) if isinstance(value, list) else value
