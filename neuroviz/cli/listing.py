"""``neuroviz list``: everything that can be picked by name."""

from __future__ import annotations

import argparse
import json
import textwrap
from typing import Any

from neuroviz.cli.output import emit
from neuroviz.cli.text import COLUMNS
from neuroviz.core.catalogue import Catalogue, Entry
from neuroviz.core.choices.activations import ACTIVATIONS, Activation
from neuroviz.core.choices.breaks import BREAKS, Break
from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.losses import LOSSES, Loss
from neuroviz.core.choices.optimizers import OPTIMIZERS, Optimizer
from neuroviz.core.choices.penalties import PENALTIES, Penalty
from neuroviz.core.choices.schedules import SCHEDULES, Schedule
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS, Task
from neuroviz.core.data.generators import GENERATORS
from neuroviz.core.data.scaling import SCALINGS

_TABLES: dict[str, Catalogue[Entry]] = {
    "tasks": TASKS,
    "activations": ACTIVATIONS,
    "losses": LOSSES,
    "penalties": PENALTIES,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
    "breaks": BREAKS,
    "generators": GENERATORS,
    "scalings": SCALINGS,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``list``."""
    parser.add_argument("--json", action="store_true", help="one JSON object instead, for programs")


def run(args: argparse.Namespace) -> int:
    """List every table."""
    if args.json:
        tables = {
            title: [_as_dict(entry) for entry in table.values()] for title, table in _TABLES.items()
        }
        emit(json.dumps(tables, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        emit("\n\n".join(_section(title, table) for title, table in _TABLES.items()))
    return 0


def _section(title: str, table: Catalogue[Entry]) -> str:
    width = max(len(name) for names in _TABLES.values() for name in names) + 4
    lines = [title.capitalize()]
    for entry in table.values():
        indent = " " * width
        whose = f"{entry.label} — {entry.reference}" if entry.reference else entry.label
        lines += _wrapped(whose, f"  {entry.name}".ljust(width))
        lines += _wrapped(entry.formula, indent)
        if isinstance(entry, Task):
            lines.append(f"{indent}{entry.group}: {entry.purpose}")
        if options := _options(entry):
            lines += _wrapped(options, indent)
        if _is_slow(entry):
            lines.append(f"{indent}(steps by autograd: the fast way does not know it)")
    return "\n".join(lines)


def _wrapped(text: str, start: str) -> list[str]:
    indent = " " * len(start)
    return textwrap.wrap(
        text, COLUMNS, initial_indent=start, subsequent_indent=indent, break_on_hyphens=False
    )


def _options(entry: Entry) -> str:
    hyperparameters = getattr(entry, "hyperparameters", ())
    return ", ".join(f"{option(h.name)} ({h.help})" for h in hyperparameters)


def _is_slow(entry: Entry) -> bool:
    return not getattr(entry, "fast", True)


def _as_dict(entry: Entry) -> dict[str, Any]:
    result: dict[str, Any] = {
        name: getattr(entry, name) for name in ("name", "label", "formula", "reference")
    }
    if isinstance(entry, Task):
        result.update(group=entry.group, purpose=entry.purpose)
        result.update(
            {
                name: value
                for name, value in Settings(entry.name).as_dict().items()
                if name != "task"
            }
        )
    if isinstance(entry, Break):
        result.update(effect=entry.effect, look_for=entry.look_for)
    if isinstance(entry, Activation | Loss):
        result["fast"] = entry.fast
    if isinstance(entry, Optimizer | Schedule | Penalty):
        result["hyperparameters"] = [
            {
                "name": h.name,
                "label": h.label,
                "low": h.low,
                "high": h.high,
                "default": h.default,
                "help": h.help,
            }
            for h in entry.hyperparameters
        ]
    return result
