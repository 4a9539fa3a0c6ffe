"""What the values of a column are, as classes.

Which there are, how they are called, and what a sentence says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from neuroviz.core.numbers import elided
from neuroviz.core.types import Floats
from neuroviz.files.data.table import ParsedTable

_MOST_NAMED = 3
_MOST_CLASSES = 8
_NOES = frozenset(
    (
        "0",
        "no",
        "not",
        "none",
        "false",
        "wrong",
        "incorrect",
        "off",
        "n",
        "f",
        "nein",
        "nicht",
        "kein",
        "keine",
    )
) | {"falsch", "aus", "non", "faux", "nej", "nee", "nie", "não", "falso", "нет"}
"""First words of what is not so, which is class 0 whatever the alphabet says."""
_SLIPS = 0.1
"""The share of rows up to which a third word in a target is no class,
but one of the two, written wrongly."""


def different_values(words: Sequence[str], numbers: Floats) -> dict[str, int]:
    """Return how often each different value is there.

    Numbers by size, then a no, then words by the alphabet. Of words that differ only in case there
    is one, the most common.
    """
    spelling: dict[str, str] = {}
    often: Counter[str] = Counter()
    for word, count in Counter(words).most_common():
        often[spelling.setdefault(word.lower(), word)] += count
    ordered = sorted(spelling, key=lambda word: (word.split()[0] not in _NOES, word))
    values, counts = np.unique(numbers, return_counts=True)
    found = dict(zip(map(number_name, values.tolist()), counts.tolist(), strict=True))
    return found | {spelling[word]: often[spelling[word]] for word in ordered}


def main_two(found: Mapping[str, int]) -> tuple[str, ...]:
    """Return the values of a target.

    Only two of them where any other is so rare that it is a slip.
    """
    often = sorted(found.values())
    if len(found) > 2 and sum(often[:-2]) <= _SLIPS * sum(often) and often[-3] < often[-2]:
        return tuple(name for name, count in found.items() if count > often[-3])
    return tuple(found)


def number_name(number: float) -> str:
    """Return what a class is called that is a number."""
    return f"{number:g}" if float(f"{number:g}") == number else repr(number)


def classes_told(names: Sequence[str]) -> str:
    """Return how many classes there are, and which, a part of a sentence."""
    return f"{len(names):,} classes, {_classes_listed(names)}, and a neuron parts two"


def _classes_listed(names: Sequence[str]) -> str:
    return listed([elided(name, 30) for name in names], most=_MOST_CLASSES)


def codes_of(names: Sequence[str], words: Iterable[str]) -> dict[str, float]:
    """Return the codes of the classes as they are called.

    Words that differ from them by their case alone have them too.
    """
    codes = {name: float(code) for code, name in enumerate(names)}
    small = {name.lower(): code for name, code in codes.items()}
    if len(small) < len(codes):  # told apart by nothing else, as a person wanted
        return codes
    return {word: small[word.lower()] for word in words if word.lower() in small} | codes


def coded(table: ParsedTable, target: int, names: Sequence[str]) -> Floats:
    """Return (N,): 0 and 1 for the two classes, nan for any other value."""
    codes = codes_of(names, table.words[target].values())
    values = table.values[:, target]
    codes_there = np.full(len(values), np.nan)
    for value in set(values[~np.isnan(values)].tolist()):
        code = codes.get(number_name(value))
        if code is not None:
            codes_there[values == value] = code
    for row, word in table.words[target].items():
        codes_there[row] = codes.get(word, np.nan)
    return codes_there


def shown(table: ParsedTable, row: int, column: int) -> str:
    """Return a cell as a class is called; empty for an empty one."""
    return table.words[column].get(int(row)) or (
        "" if np.isnan(table.values[row, column]) else number_name(float(table.values[row, column]))
    )


def listed(names: Iterable[object], between: str = ", ", most: int = _MOST_NAMED) -> str:
    """Return the first names, and how many more there are."""
    every = [in_line(str(name)) for name in names]
    more = len(every) - most
    return between.join(every[:most]) + (f" and {more:,} more" if more > 0 else "")


def in_line(text: str) -> str:
    """Return a name for a sentence.

    Without line breaks, and without its end where it is very long.
    """
    return elided(text, 200)


def capital(text: str) -> str:
    """Return the beginning of a sentence."""
    return text[:1].upper() + text[1:]
