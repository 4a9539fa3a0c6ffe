"""The explanations in ``resources/``, read when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from neuroviz.core.choices.settings import TABLES
from neuroviz.core.glossary import Glossary, Term
from neuroviz.files.places import resource_path

EXPLAINED = {name: table for name, table in TABLES.items() if name not in ("tasks", "generators")}
"""Tables to whose rows explanations may refer."""


@cache
def load_glossary() -> Glossary:
    """Return all terms with their explanations."""
    return Glossary(_term(name, entry) for name, entry in _read("explanations.toml").items())


def reference(source: str) -> str:
    """Return the complete reference that "KEY" or "KEY, section" stands for.

    Raises
    ------
    KeyError
        If there is no such key.
    """
    key, comma, place = source.partition(", ")
    return f"{_read('sources.toml')[key]['work']}{comma}{place}"


@cache
def _read(name: str) -> dict[str, Any]:
    import tomllib  # here, since the start does not need it

    return tomllib.loads(resource_path(name).read_text(encoding="utf-8"))


def _term(name: str, entry: Mapping[str, Any]) -> Term:
    """Return a term; one that refers to a row of a table has its label, formula and reference."""
    says = tuple(entry.get("says", ()))
    formula = entry.get("formula", "")
    today = _listed(entry.get("today", ()))
    found = [*map(reference, _listed(entry.get("source", ())))]
    row = None
    if "row" in entry:
        table, _, row_name = entry["row"].partition(".")
        choice = EXPLAINED[table][row_name]
        row = table, row_name
        says = (*says, choice.label)
        formula = choice.formula
        if properties := getattr(choice, "properties", ""):
            today = (*today, f"Of a good loss: {properties}.")
        found.insert(0, choice.reference)
    return Term(
        name=name,
        text=entry["text"],
        says=tuple(spelling for spelling in dict.fromkeys(says) if spelling != name),
        alone=tuple(entry.get("alone", ())),
        formula=formula,
        today=today,
        sources=tuple(found),
        row=row,
        see=tuple(entry.get("see", ())),
    )


def _listed(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
