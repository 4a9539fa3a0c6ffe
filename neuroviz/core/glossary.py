"""Glossary: the terms on the screen, what each means, and where they are in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from neuroviz.core.catalogue import fold, nearest
from neuroviz.core.types import Frozen

_LETTERS = 3
"""Shorter spellings are symbols: their case counts, and a number may follow them."""
_NEAREST = 3
_AROUND = " \n.:;,…=()"
_NUMBERS = "0123456789₀₁₂₃₄₅₆₇₈₉ "


class Term(Frozen):
    """A term of the field or of the program, and what it means."""

    name: str
    """Its name, the key of the table."""
    text: str
    """Two plain sentences."""
    says: tuple[str, ...] = ()
    """Other spellings that mean it anywhere in a text."""
    alone: tuple[str, ...] = ()
    """Spellings that mean it only as a whole text; its name may be among them."""
    formula: str = ""
    """Its formula in one line; empty for none."""
    today: tuple[str, ...] = ()
    """Sentences with numbers of a moment, which are filled in by their names."""
    sources: tuple[str, ...] = ()
    """Where one can read about it, as complete references."""
    row: tuple[str, str] | None = None
    """Table and name of the choice that it explains; None for a term that is not a choice."""
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


class Glossary(dict[str, Term]):
    """The terms by their names, in the order of the table.

    Raises
    ------
    ValueError
        If two terms have a spelling in common.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        super().__init__({term.name: term for term in terms})
        self._spelled: dict[str, Term] = {}
        for term in self.values():
            for spelling in term.spellings:
                if self._spelled.setdefault(spelling, term) is not term:
                    raise ValueError(
                        f"{spelling!r} means {self._spelled[spelling].name!r} and {term.name!r}."
                    )

    def find(self, text: str) -> Term | None:
        """Return the term that a whole text is, whatever its case and the number after it.

        It is None if the text is not a term.
        """
        plain = text.strip(_AROUND)
        readings = (text.strip(), plain, plain.strip(_NUMBERS))
        exact = (self._spelled.get(reading) for reading in readings)
        folded = (self._folded.get(fold(reading)) for reading in readings)
        return next((term for term in (*exact, *folded) if term is not None), None)

    def spans(self, text: str) -> list[Span]:
        """Return where terms are in a text, from left to right and without overlap."""
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
        """Return the names of the terms spelled most like a word, best first."""
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
        """A pattern for the other spellings, in lower case."""
        return _any_of(spelling.lower() for spelling in self._in_text if not _is_symbol(spelling))

    @property
    def _in_text(self) -> list[str]:
        """The spellings that count inside a text, the longest first."""
        return sorted(
            (each for each, term in self._spelled.items() if each not in term.alone),
            key=len,
            reverse=True,
        )

    def _meant(self, spelled: str) -> Term:
        """Return the term that a match of a pattern means."""
        bare = spelled.rstrip(_NUMBERS)
        return self._spelled.get(spelled) or self._spelled.get(bare) or self._folded[fold(spelled)]


def _is_symbol(spelling: str) -> bool:
    return len(spelling) < _LETTERS or not re.search("[a-z]", spelling)


def _any_of(spellings: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for spellings that are not part of a longer word.

    A number may follow a symbol.
    """
    patterns = (f"{re.escape(each)}[₀-₉{'' if len(each) > 1 else '0-9'}]*" for each in spellings)
    return re.compile(rf"(?<![\w′])(?:{'|'.join(patterns)})(?!\w)")
