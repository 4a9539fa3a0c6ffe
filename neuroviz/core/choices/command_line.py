"""The experiment as a command line."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from neuroviz.core.choices.data_words import data_words
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import OWN
from neuroviz.core.numbers import exact

_OPTIONS = {"learning_rate": "--lr", "breaks": "--break"}
"""Where the option is not called as the field is."""


def option(field: str) -> str:
    """Return the option that sets a field of Settings: ``--batch-size``, and ``--lr`` for the learning rate."""
    return _OPTIONS.get(field) or "--" + field.replace("_", "-")


def command_line(settings: Settings, edits: Sequence[Edit] = ()) -> str:
    """Return the shell line that makes this run again: the task or the data, and what differs from the defaults.

    Up to 50 rows of own data stand in the line itself, made-up data by their recipe; others are read from a file.
    What the line cannot give says :func:`left_out`.
    """
    words = ["neuroviz", "train", *([] if settings.task == OWN else ["--task", settings.task])]
    words += [] if settings.data is None else data_words(settings.data)
    for name, value in _needed(settings).items():
        words += _words(name, value)
    words += [word for edit in edits for word in ("--edit", str(edit))]
    return shlex.join(words)


def _needed(settings: Settings) -> dict[str, Any]:
    """Return the fewest of the choices that still give these settings."""
    needed = {name: value for name, value in settings.choices.items() if name != "data"}
    for name in tuple(needed):
        others = {other: value for other, value in needed.items() if other != name}
        if _gives(settings, others):
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
    return [option(name), ",".join(part if isinstance(part, str) else exact(part) for part in values)]
