"""The experiment and its data as a command line."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import OWN
from neuroviz.core.data.dataset import Dataset, with_features
from neuroviz.core.data.generators import parse_recipe
from neuroviz.core.data.preparation import UNSCALED
from neuroviz.core.data.table_text import csv_rows, data_text, is_number
from neuroviz.core.numbers import exact

_OPTIONS = {"learning_rate": "--lr", "breaks": "--break", "features": "--feature"}
"""Options with other names than their fields."""

MOST_ROWS = 50
"""Most rows that are written in the line itself."""


def option(field: str) -> str:
    """Return the option for a field of Settings.

    For ``batch_size`` that is ``--batch-size``, and for the learning rate ``--lr``.
    """
    return _OPTIONS.get(field) or "--" + field.replace("_", "-")


def command_line(settings: Settings, edits: Sequence[Edit] = (), most_rows: int = MOST_ROWS) -> str:
    """Return the shell line that makes this run again.

    It has the task or the data, and what differs from the defaults. Up to ``most_rows`` rows of the
    user's own data are written in the line itself, and made-up data by their recipe; other data are
    read from a file. :func:`left_out` tells what the line cannot give.
    """
    words = ["neuroviz", "train", *([] if settings.task == OWN else ["--task", settings.task])]
    words += [] if settings.data is None else _data_words(settings, most_rows)
    for name, value in _needed(settings).items():
        words += _words(name, value)
    words += [word for edit in edits for word in ("--edit", str(edit))]
    return shlex.join(words)


def _data_words(settings: Settings, most_rows: int) -> list[str]:
    """Return the words that give the data, and their inputs by formula.

    Where only these differ from the task, they are enough.
    """
    assert settings.data is not None
    features = [word for text in settings.features for word in ("--feature", text)]
    plain = with_features(settings.data, ())
    task = settings.task != OWN and settings.task_entry
    return [*([] if task and task.data() == plain else data_words(plain, most_rows)), *features]


def _needed(settings: Settings) -> dict[str, Any]:
    """Return the fewest choices that still give these settings."""
    needed = {name: value for name, value in settings.choices.items() if name != "data"}
    rate = {}
    if settings.task == OWN and not settings.dataset.classes:
        # It is always said: where it is not, the command takes one below the limit of the data.
        rate = {"learning_rate": settings.learning_rate}
    needed |= rate
    for name in tuple(needed):
        others = {other: value for other, value in needed.items() if other != name}
        if name not in rate and _gives(settings, others):
            needed = others
    return needed


def _gives(settings: Settings, choices: dict[str, Any]) -> bool:
    try:
        return Settings(settings.task, data=settings.data, **choices) == settings
    except ValueError:
        return False


def _words(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [option(name if value else f"no_{name}")]
    if isinstance(value, str):
        return [option(name), value]
    values = value if isinstance(value, tuple | list) else [value]
    return [
        option(name),
        ",".join(part if isinstance(part, str) else exact(part) for part in values),
    ]


_READ_AS_CLASSES = ([0.0, 1.0], [-1.0, 1.0])
_FILE = "data.csv"


def data_words(data: Dataset, most_rows: int) -> list[str]:
    """Return the words that give the data, with their scaling and the rows held out.

    The data are given by recipe, by rows, or by the name of a file.
    """
    words = [*_source(data, most_rows)]
    if data.scaling.name != "none":
        words += ["--scale", data.scaling.name]
    if data.held_out and len(data.held_out) <= MOST_ROWS:
        words += ["--held-out", ",".join(str(row + 1) for row in data.held_out)]
    return words


def left_out(data: Dataset | None) -> str:
    """Return what those words cannot give, in plain words; empty where they give the same data."""
    if data is None:
        return ""
    data = with_features(data, ())
    said = []
    if not _is_made(data) and data.rows > MOST_ROWS:
        said.append(
            f"The data have more than {MOST_ROWS} rows: the command reads them from {_file(data)}."
        )
    elif not _is_made(data) and _never_changes(data):
        said.append("The target never changes, and the command refuses that.")
    if len(data.held_out) > MOST_ROWS:
        said.append("It does not say which rows are held out.")
    if data.scaled(data.scaling.name).scaling != data.scaling:
        said.append("It works out the scaling again.")
    return " ".join(said)


def _is_made(data: Dataset) -> bool:
    """Return whether a recipe gives these data."""
    try:
        recipe = parse_recipe(data.origin)
        return recipe is not None and recipe.dataset() == replace(
            data, scaling=UNSCALED, held_out=()
        )
    except SettingsError:
        return False


def _source(data: Dataset, most_rows: int) -> list[str]:
    if _is_made(data):
        return ["--data", data.origin]
    if data.rows > most_rows:
        columns = [*_targets(data), *_option("--inputs", _listed(data.input_names))]
        # Rows that could not be used are no longer in the data, but still in the file.
        return ["--data", _file(data), *columns, *_classes(data), "--leave-out"]
    header = ["--header"] if any(map(is_number, data.column_names)) else []
    several = _targets(data) if data.target_count > 1 else []
    return ["--data", data_text(data), *header, *several, *_classes(data)]


def _targets(data: Dataset) -> list[str]:
    names = data.column_names[data.width :]
    return [word for name in names for word in _option("--target", name)]


def _option(name: str, value: str) -> list[str]:
    """Return the words of an option, as one where its value looks like an option itself."""
    return [f"{name}={value}"] if value.startswith("-") else [name, value]


def _never_changes(data: Dataset) -> bool:
    targets = data.targets.reshape(data.rows, -1)
    return bool((targets == targets[0]).all(axis=0).any())


def _classes(data: Dataset) -> list[str]:
    if data.classes:
        return (
            []
            if data.class_names == ("0", "1")
            else _option("--classes", _listed(data.class_names))
        )
    columns = data.targets.reshape(data.rows, -1).T.tolist()
    read = any(sorted(set(column)) in _READ_AS_CLASSES for column in columns)
    return ["--classes", "none"] if read else []


def _file(data: Dataset) -> str:
    return data.origin if "." in data.origin and ":" not in data.origin else _FILE


def _listed(names: Sequence[str]) -> str:
    return csv_rows([names], end="")
