"""Catalogue: an ordered, read-only table from stable names to entries; what typed words mean."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Integral
from typing import Any, TypeVar

from neuroviz.core.types import Frozen

_NEAR = 0.6
"""How similar two spellings must be, from 0 to 1, for one to be suggested for the other."""
_TELLING = reprlib.Repr()
_TELLING.maxstring = _TELLING.maxother = _TELLING.maxlong = 60


class SettingsError(ValueError):
    """What was chosen cannot work; the message is one sentence with the reason and a remedy.

    Parameters
    ----------
    field
        The field name of the setting at fault, so that a form can show the sentence next to it.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def told(value: object) -> str:
    """Return a value as a sentence can show it: in one line, shortened in the middle if long."""
    try:
        return " ".join(_TELLING.repr(value).split())
    except Exception:  # a number of thousands of digits, or a repr that fails
        return f"something of the type {type(value).__name__}"


def whole(value: Any, name: str, low: int, high: int) -> int:
    """Return a whole number.

    Raises
    ------
    SettingsError
        If it is not one, or not from low to high.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= int(value) <= high:
        raise SettingsError(
            f"{name} must be a whole number from {low:,} to {high:,}, not {told(value)}.", name
        )
    return int(value)


def nearest(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return the spellings most similar to a word, whatever its case, best first."""
    folded: dict[str, str] = {}
    for spelling in known:
        folded.setdefault(fold(spelling), spelling)
    near = difflib.get_close_matches(fold(word), folded, most, _NEAR)
    return [folded[spelling] for spelling in near]


def fold(text: str) -> str:
    """Return a text without the variations in how people write it: case, hyphens, spaces."""
    return re.sub(r"[\s_-]+", " ", text.casefold()).strip()


def known_names(name: object, known: Iterable[str]) -> str:
    """Return the end of a sentence about an unknown name: the nearest one, and all known names."""
    names = list(known)
    near = nearest(name, names) if isinstance(name, str) else []
    hint = f"did you mean {near[0]}? Known" if near else "known"
    return f"{hint} are: {', '.join(names)}."


class _Noted(Frozen, kw_only=True):
    # Keyword-only, so that subclasses can add fields without a default after those of Entry.
    note: str = ""
    """What else a choice does, or what its formula does not show; empty for nothing."""


class Entry(_Noted):
    """The fields that every row of a table has."""

    name: str
    """Stable name, for files and the command line."""
    label: str
    """Name on the screen."""
    formula: str
    """The mathematics in one line of plain text."""
    reference: str
    """The source of the method."""


E_co = TypeVar("E_co", bound=Entry, covariant=True)


class Catalogue(Mapping[str, E_co]):
    """An ordered, read-only table of entries by their stable names.

    Parameters
    ----------
    kind
        What an entry is: the name of its setting.
    entries
        The rows, in their order on the screen.
    """

    def __init__(self, kind: str, entries: Iterable[E_co]) -> None:
        self.kind = kind
        self._entries = {entry.name: entry for entry in entries}

    def __getitem__(self, name: str) -> E_co:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def labels(self) -> dict[str, str]:
        """Name of each entry -> its label on the screen."""
        return {name: entry.label for name, entry in self.items()}

    def find(self, name: str) -> E_co:
        """Return the entry of that name.

        Raises
        ------
        SettingsError
            If there is none; the sentence lists the known names.
        """
        if not isinstance(name, str) or name not in self._entries:
            known = known_names(name, self._entries)
            raise SettingsError(f"There is no {self.kind} named {told(name)}; {known}", self.kind)
        return self._entries[name]


_UNLIKE = (4, True)


def found(typed: str, spellings: Sequence[Sequence[str]]) -> list[int]:
    """Return the indices of the things that a typed text finds, best first; empty finds all.

    Things whose name it is come first, then those with a spelling that begins with it, then those
    with a spelling in which all its words begin words, then those that contain its words anywhere.
    Where nothing is found, an unknown word is replaced by the nearest known one.

    Parameters
    ----------
    spellings
        The spellings of each thing: its name, empty for a thing that comes after others, then all
        other spellings.
    """
    if not typed.strip():
        return [*range(len(spellings))]
    known = [[fold(spelling) for spelling in each] for each in spellings]
    words = {word for each in known for spelling in each for word in spelling.split()}
    for wanted in (fold(typed), _spelled_right(fold(typed), sorted(words))):
        ranks = [_rank(wanted, each) for each in known]
        if places := [place for place, rank in enumerate(ranks) if rank < _UNLIKE]:
            return sorted(places, key=ranks.__getitem__)
    return []


def _spelled_right(typed: str, words: Sequence[str]) -> str:
    """Return a text with each unknown word replaced by the nearest known one, if there is one."""
    known = "\n".join(words)
    return " ".join(
        (nearest(word, words) or [word])[0] if word not in known else word for word in typed.split()
    )


def _rank(wanted: str, spellings: Sequence[str]) -> tuple[int, bool]:
    """Return how badly spellings fit a text, and whether another than the name fits best."""
    words = wanted.split()
    whole = " ".join(spellings)

    def misses(spelling: str) -> int:
        if spelling.startswith(wanted):
            return 1
        begun = all(re.search(rf"\b{re.escape(word)}", spelling) for word in words)
        return 2 if begun else 3

    if spellings[0] == wanted:
        return 0, False
    best = min((misses(each), place > 0) for place, each in enumerate(spellings) if each)
    return best if best[0] < 3 or all(word in whole for word in words) else _UNLIKE
