"""``neuroviz list``: everything that can be chosen by name."""

from __future__ import annotations

import argparse
from typing import Any

from neuroviz.cli.output import JSON, PIPE, emit, hanging, json_text, put
from neuroviz.core.catalogue import Catalogue, Entry
from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.settings import TABLES, Settings
from neuroviz.core.choices.tasks import Task

_FIELDS = (
    "name",
    "label",
    "formula",
    "reference",
    "group",
    "purpose",
    "effect",
    "look_for",
    "fast",
    "properties",
)
"""The fields to print of a row, where it has them."""
_BY_AUTOGRAD = "(steps by autograd: the fast way does not know it)"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``list``."""
    parser.add_argument(
        "table",
        nargs="?",
        choices=TABLES,
        metavar="TABLE",
        help="only this one, such as optimizers",
    )
    parser.add_argument("--json", **JSON)


def run(args: argparse.Namespace) -> int:
    """List every table, or one."""
    titles = [args.table] if args.table else list(TABLES)
    if args.json is not None:
        tables = {title: [_as_dict(entry) for entry in TABLES[title].values()] for title in titles}
        put(args.json, json_text(tables, indent=2))
    if args.json != PIPE:
        emit("\n\n".join(_section(title, TABLES[title]) for title in titles))
    return 0


def _section(title: str, table: Catalogue[Entry]) -> str:
    width = max(len(name) for names in TABLES.values() for name in names) + 4
    lines = [title.capitalize()]
    for entry in table.values():
        indent = " " * width
        whose = f"{entry.label} — {entry.reference}" if entry.reference else entry.label
        lines.append(hanging(f"  {entry.name}".ljust(width), whose))
        texts = (
            entry.formula,
            f"{entry.group}: {entry.purpose}" if isinstance(entry, Task) else "",
            entry.note,
            _options(entry),
            getattr(entry, "properties", ""),
            "" if getattr(entry, "fast", True) else _BY_AUTOGRAD,
        )
        lines += [hanging(indent, text) for text in texts if text]
    return "\n".join(lines)


def _options(entry: Entry) -> str:
    hyperparameters = getattr(entry, "hyperparameters", ())
    return ", ".join(f"{option(h.name)} ({h.help})" for h in hyperparameters)


def _as_dict(entry: Entry) -> dict[str, Any]:
    result = {name: getattr(entry, name) for name in _FIELDS if hasattr(entry, name)}
    if isinstance(entry, Task):
        result.update(Settings(entry.name).as_dict())
        del result["task"]
    if hasattr(entry, "hyperparameters"):
        fields = ("name", "label", "low", "high", "default", "help")
        result["hyperparameters"] = [
            {field: getattr(row, field) for field in fields} for row in entry.hyperparameters
        ]
    return result
