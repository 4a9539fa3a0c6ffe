"""Glossary: the terms of the screen, what each means, and where in a text they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from neuroviz.core.catalogue import fold, nearest
from neuroviz.core.types import Frozen

_LETTERS = 3
"""Shorter spellings are symbols: their case counts, and they may have a number behind them."""
_NEAREST = 3
_AROUND = " \n.:;,…=()"
_NUMBERS = "0123456789₀₁₂₃₄₅₆₇₈₉ "


class Term(Frozen):
    """A word of the field or of the program, and what it means."""

    name: str
    """What it is called; the key of the table."""
    text: str
    """Two plain sentences."""
    says: tuple[str, ...] = ()
    """Other spellings that mean it wherever they stand."""
    alone: tuple[str, ...] = ()
    """Spellings that mean it only as the whole of a text; the name itself may be among them."""
    formula: str = ""
    """In one line; empty for none."""
    today: tuple[str, ...] = ()
    """Sentences with numbers of a moment, to be filled in by their names."""
    sources: tuple[str, ...] = ()
    """Where it can be read, as whole references."""
    row: tuple[str, str] | None = None
    """Table and name of the choice that it explains; None for what is no choice."""
    see: tuple[str, ...] = ()
    """Names of related terms."""

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every spelling, the name first."""
        return tuple(dict.fromkeys((self.name, *self.says, *self.alone)))


class Span(Frozen):
    """A stretch of a text, ``text[start:end]``, that is a term."""

    start: int
    end: int
    term: Term


class Glossary(Mapping[str, Term]):
    """The terms by their names, in the order of the table.

    Parameters
    ----------
    references
        What a source's key, with a place behind it or not, stands for.

    Raises
    ------
    ValueError
        If two terms have a spelling in common.
    """

    def __init__(self, terms: Iterable[Term], references: Mapping[str, str] | None = None) -> None:
        self._terms = {term.name: term for term in terms}
        self._references = dict(references or {})
        self._spelled: dict[str, Term] = {}
        for term in self._terms.values():
            for spelling in term.spellings:
                if self._spelled.setdefault(spelling, term) is not term:
                    raise ValueError(
                        f"{spelling!r} means {self._spelled[spelling].name!r} and {term.name!r}."
                    )

    def __getitem__(self, name: str) -> Term:
        return self._terms[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)

    def reference(self, source: str) -> str:
        """Return what "KEY" or "KEY, place" stands for, in full.

        Raises
        ------
        KeyError
            If there is no such key.
        """
        key, _, place = source.partition(", ")
        return ", ".join(filter(None, (self._references[key], place)))

    def find(self, text: str) -> Term | None:
        """Return the term that a whole text is, whatever its case and the number behind it.

        None for none.
        """
        plain = text.strip(_AROUND)
        readings = (text.strip(), plain, plain.strip(_NUMBERS))
        exact = (self._spelled.get(reading) for reading in readings)
        folded = (self._folded.get(fold(reading)) for reading in readings)
        return next((term for term in (*exact, *folded) if term is not None), None)

    def spans(self, text: str) -> list[Span]:
        """Return where terms stand in a text, from left to right and without overlap."""
        whole = self.find(text)
        if whole is not None:
            start = len(text) - len(text.lstrip(_AROUND + "0123456789"))
            return [Span(start, max(start + 1, len(text.rstrip(_AROUND))), whole)]
        matches = [*self._symbols.finditer(text), *self._words.finditer(text.lower())]
        matches.sort(key=lambda match: (match.start(), -match.end()))
        found: list[Span] = []
        for match in matches:
            start, end = match.span()
            if not found or start >= found[-1].end:
                found.append(Span(start, end, self._meant(text[start:end])))
        return found

    def nearest(self, word: str) -> list[str]:
        """Return the names of the terms that are spelled most like a word, the likest first."""
        known = {
            part: term for spelling, term in self._folded.items() for part in spelling.split()
        } | self._folded
        near = nearest(word, known, 3 * _NEAREST)
        return list(dict.fromkeys(known[spelling].name for spelling in near))[:_NEAREST]

    @cached_property
    def _folded(self) -> dict[str, Term]:
        folded: dict[str, Term] = {}
        for spelling, term in self._spelled.items():
            folded.setdefault(fold(spelling), term)
        return folded

    @cached_property
    def _symbols(self) -> re.Pattern[str]:
        """A pattern for the spellings whose case counts."""
        return _any_of(spelling for spelling in self._in_text if _is_symbol(spelling))

    @cached_property
    def _words(self) -> re.Pattern[str]:
        """A pattern for the others, in small letters."""
        return _any_of(spelling.lower() for spelling in self._in_text if not _is_symbol(spelling))

    @property
    def _in_text(self) -> list[str]:
        """The spellings that count in the midst of a text, the longest first."""
        return sorted(
            (each for each, term in self._spelled.items() if each not in term.alone),
            key=len,
            reverse=True,
        )

    def _meant(self, spelled: str) -> Term:
        """Return what a text means that the pattern found."""
        bare = spelled.rstrip(_NUMBERS)
        return self._spelled.get(spelled) or self._spelled.get(bare) or self._folded[fold(spelled)]


def _is_symbol(spelling: str) -> bool:
    return len(spelling) < _LETTERS or not re.search("[a-z]", spelling)


def _any_of(spellings: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for spellings that stand by themselves.

    A symbol may have a number behind it.
    """
    patterns = (f"{re.escape(each)}[₀-₉{'' if len(each) > 1 else '0-9'}]*" for each in spellings)
    return re.compile(rf"(?<![\w′])(?:{'|'.join(patterns)})(?!\w)")
