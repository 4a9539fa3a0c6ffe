"""Turns what is given in Python into settings and edits, or refuses it in one sentence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, Protocol, TypedDict

import numpy as np
from numpy.typing import ArrayLike

from neuroviz.api.checks import switches
from neuroviz.api.dataset import dataset_of
from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edit, parse_edit, split
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.resolve import CHOICES, INITS, PRECISIONS
from neuroviz.core.choices.settings import TABLES, Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.curvature.scale_hint import below_limit
from neuroviz.core.data.dataset import Dataset

_IN = "    "
_LISTS = {"weights", "breaks"}
"""Settings that are lists."""


class Table(Protocol):
    """A table with named columns, such as a DataFrame of pandas or polars."""

    @property
    def columns(self) -> Any:
        """The names of the columns."""

    def __getitem__(self, name: Any, /) -> Any:
        """Return a column, which has ``to_list()``."""


Data = Dataset | str | PathLike[str] | tuple[ArrayLike, ArrayLike] | Table


class Choices(TypedDict, total=False):
    """The settings of an experiment besides its task, as in :class:`neuroviz.Settings`.

    None means that nothing is given.
    """

    activation: str | None
    loss: str | None
    l1: float | None
    l2: float | None
    optimizer: str | None
    learning_rate: float | None
    lr: float | None
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
    weights: ArrayLike | None
    bias: float | None
    inputs: str | None
    coding: str | None
    threshold: float | None
    precision: str | None
    hidden: int | None
    hidden_activation: str | None
    outputs: int | None
    breaks: str | Sequence[str] | None
    features: Sequence[str] | None
    data: Data | None


def experiment(task: str | None, choices: Mapping[str, Any]) -> Settings:
    """Return the settings of an experiment: AND, where neither a task nor data are given.

    numpy's numbers and arrays are accepted for what they hold.

    Raises
    ------
    SettingsError
        If they cannot work together.
    """
    if task is not None and (not isinstance(task, str) or "." in task):
        raise SettingsError(
            f"A task is a name such as 'and', not {told(task)}: give your own data as data=….",
            "task",
        )
    given = {name: value for name, value in {"task": task, **choices}.items() if value is not None}
    if "lr" in given:
        if "learning_rate" in given:
            raise SettingsError("lr is learning_rate: give only one of them.", "learning_rate")
        given["learning_rate"] = given.pop("lr")
    if "data" in given:
        given["data"] = dataset_of(given["data"])
    said = {name: _plain(value) for name, value in given.items()}
    for name in ("breaks", "features"):
        if isinstance(said.get(name), str):
            said[name] = (said[name],)
    _check_kinds(said)
    return below_limit(Settings(**said))


def known_choices() -> dict[str, tuple[str, ...]]:
    """Return the possible names for each setting that is chosen by name."""
    tables = {table.kind: tuple(table) for table in TABLES.values()}
    codings = dict.fromkeys(("inputs", "coding"), tuple(CODINGS))
    trainable = tuple(name for name, row in ACTIVATIONS.items() if row.trainable)
    hidden = {"hidden_activation": trainable, "breaks": tuple(BREAKS)}
    starts = {"init": tuple(INITS), "precision": PRECISIONS}
    rows = {name: tables[name] for name in ("task", *CHOICES) if name in tables}
    return {**rows, **hidden, **starts, **codings}


def choices_told() -> str:
    """Return a section for a docstring that lists them, and the names of all other choices."""
    known = known_choices()
    others = tuple(name for name in Choices.__annotations__ if name not in known)
    lines = (
        textwrap.fill(
            f"{name}: {', '.join(values)}", 88, initial_indent=_IN, subsequent_indent=2 * _IN
        )
        for name, values in {**known, "others": others}.items()
    )
    return "\n".join((f"{_IN}Choices", f"{_IN}-------", *lines, _IN))


def tasks() -> dict[str, str]:
    """Return the experiments by name, each with what it is and shows."""
    return {name: f"{task.label}: {task.purpose}" for name, task in TASKS.items()}


def edits_of(settings: Settings, edits: Iterable[Edit | str]) -> tuple[Settings, tuple[Edit, ...]]:
    """Return the settings and later edits; edits at step 0 become part of the settings.

    Raises
    ------
    SettingsError
        If an edit cannot be read, or not be made with these settings.
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


def _check_kinds(said: Mapping[str, Any]) -> None:
    """Refuse values that are not names, lists or switches where such are needed."""
    for name in (known_choices().keys() - _LISTS) & said.keys():
        if not isinstance(said[name], str):
            raise SettingsError(f"{name} must be a name in quotes, not {told(said[name])}.", name)
    for name in _LISTS & said.keys():
        if not isinstance(said[name], tuple):
            raise SettingsError(f"{name} must be a list, not {told(said[name])}.", name)
    switches(shuffle=said.get("shuffle", False))


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    return tuple(map(_plain, value)) if isinstance(value, list) else value
