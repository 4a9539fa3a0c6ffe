"""The values of a column as classes: which there are, and how they are named and described."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from neuroviz.core.data.dataset import MOST_CLASSES
from neuroviz.core.numbers import elided, quoted
from neuroviz.core.types import Floats
from neuroviz.files.data.table import ParsedTable

_MOST_NAMED = 3
_MOST_NAMED_CLASSES = 8
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
"""First words of negative values, which are class 0 even if they come later in the alphabet."""
_SLIPS = 0.1
"""Share of rows up to which a third word in a target is taken for one of the two classes,
misspelt."""
_OFTEN_A_SLIP = 2
"""Rows up to which such words count as slips, within that share,"""
_SLIPS_OF_TWO = 0.02
"""or the share of rows up to which they do, if that is more."""
_SLIPS_OF_MANY = 0.01
"""The same share for a word beside three or more classes."""
_MOST_LOOKED_AT = 1_000
"""Numbers that are enough, in most cases, to see that a target has more than two values."""


def different_values(words: Sequence[str], numbers: Floats) -> dict[str, int]:
    """Return how often each different value occurs.

    Numbers come first, by size, then negative words, then others in alphabetical order; beside more
    than one other word, n and f are letters like all. Words that differ only in case count as one,
    in its most common spelling.
    """
    spelling: dict[str, str] = {}
    often: Counter[str] = Counter()
    for word, count in Counter(words).most_common():
        often[spelling.setdefault(word.lower(), word)] += count
    shortest = 1 if len(spelling) <= 2 else 2
    ordered = sorted(
        spelling,
        key=lambda word: (len(word) < shortest or word.split()[0] not in _NOES, word),
    )
    values, counts = np.unique(numbers, return_counts=True)
    found = dict(zip(map(number_name, values.tolist()), counts.tolist(), strict=True))
    return found | {spelling[word]: often[spelling[word]] for word in ordered}


def main_classes(found: Mapping[str, int]) -> tuple[str, ...]:
    """Return the values of a target that are its classes.

    They are two where all others are so rare that they are slips, or up to five that are not very
    rare, or else all.
    """
    often = sorted(found.values())
    most = min(_SLIPS * sum(often), max(_OFTEN_A_SLIP, _SLIPS_OF_TWO * sum(often)))
    if len(found) > 2 and sum(often[:-2]) <= most and often[-3] < often[-2]:
        return tuple(name for name, count in found.items() if count > often[-3])
    usual = tuple(name for name, count in found.items() if count > _SLIPS_OF_MANY * sum(often))
    return usual if 2 < len(usual) <= MOST_CLASSES else tuple(found)


def number_name(number: float) -> str:
    """Return the name of a class that is a number."""
    return f"{number:g}" if float(f"{number:g}") == number else repr(number)


def classes_told(names: Sequence[str]) -> str:
    """Return how many classes there are, with their names, as part of a sentence."""
    shown = listed([elided(name, 30) for name in names], most=_MOST_NAMED_CLASSES)
    return f"{len(names):,} classes, {shown}"


def filled(table: ParsedTable, column: int) -> tuple[list[str], Floats]:
    """Return the words and the numbers of a column, without empty cells."""
    words = [word for word in table.words[column].values() if word]
    numbers = table.values[:, column]
    return words, numbers[~np.isnan(numbers)]


def meaning(
    table: ParsedTable, target: int, classes: bool | None, class_names: tuple[str, ...] | None
) -> tuple[bool, tuple[str, ...], str | None]:
    """Return whether the target's values are classes, their names, and any objection to them.

    The objection is a sentence that says why no data can be made, or None.
    """
    if class_names is not None:
        return True, class_names, None
    words, numbers = filled(table, target)
    if len(words) <= len(numbers) and classes is not True:
        pair = sorted(set(numbers[:_MOST_LOOKED_AT].tolist())) if classes is None else []
        if pair in ([0.0, 1.0], [-1.0, 1.0]) and set(pair) == set(numbers.tolist()):
            return True, tuple(map(number_name, pair)), None
        return False, (), None
    if classes is False:
        return False, (), None
    found = different_values(words, numbers)
    names = main_classes(found)
    if 2 <= len(names) <= MOST_CLASSES:
        return True, names, None
    name = quoted(table.names[target])
    if not found:
        return True, (), f"The target {name} is empty, so there is nothing to learn."
    if len(found) == 1:
        everywhere = len(words) + len(numbers) == len(table.lines)
        where = "in every row" if everywhere else "wherever it is anything"
        said = f"The target {name} is {quoted(names[0])} {where}, so there is nothing to learn."
        return True, names, said
    too_many = f"The target {name} has {classes_told(names)}, and there can be {MOST_CLASSES}"
    return True, names, f"{too_many}: choose another target, or keep the rows of two."


def codes_of(names: Sequence[str], words: Iterable[str]) -> dict[str, float]:
    """Return the codes of the classes by their names, also for words that differ only in case."""
    codes = {name: float(code) for code, name in enumerate(names)}
    small = {name.lower(): code for name, code in codes.items()}
    if len(small) < len(codes):  # classes that differ only in case, as a person wanted
        return codes
    return {word: small[word.lower()] for word in words if word.lower() in small} | codes


def coded(table: ParsedTable, target: int, names: Sequence[str]) -> Floats:
    """Return (N,): the index 0, 1 … of each row's class, nan for any other value."""
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
    """Return a cell in the form of a class name; empty for an empty cell."""
    return table.words[column].get(int(row)) or (
        "" if np.isnan(table.values[row, column]) else number_name(float(table.values[row, column]))
    )


def listed(names: Iterable[object], between: str = ", ", most: int = _MOST_NAMED) -> str:
    """Return the first names, and how many more there are."""
    every = [in_line(str(name)) for name in names]
    more = len(every) - most
    return between.join(every[:most]) + (f" and {more:,} more" if more > 0 else "")


def in_line(text: str) -> str:
    """Return a name for a sentence, without line breaks, and cut off where it is very long."""
    return elided(text, 200)
