"""Document: a lesson file as tables and texts, each of which knows its line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuroviz.files.reader import CANNOT_OPEN, read_bytes
from neuroviz.files.writer import FileError
from neuroviz.session.saved import brief

Key = tuple[str | int, ...]
"""Where something stands: names of tables and keys, and numbers of those of which there are several."""

_HEADER = re.compile(r"\[(\[)?([\w.\- \t]+)\]")
_KEY = re.compile(r"([A-Za-z0-9_.\-]+)\s*=\s*(.*)")
_QUOTES = ('"""', "'''")
_DEEP = re.compile(r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){20}""")
"""A key in a key in a key …, for which the parser of TOML takes time by the square of their number."""
_MOST_BYTES = 1 << 20
_MOST_LETTERS = 5000
"""Of a text."""
_LONGEST = 1000
"""Letters of a sentence: what is longer repeats something from the file."""
_MOST_PROBLEMS = 100
"""That are looked for."""
_LARGEST = 10**9
"""A number in a lesson."""


@dataclass(frozen=True)
class Problem:
    """Something wrong with a lesson file."""

    line: int
    """From 1; 0 where it concerns the whole file."""
    sentence: str
    """What is wrong, and what would work."""

    def __str__(self) -> str:
        sentence = " ".join(self.sentence.split())
        sentence = brief(sentence) if len(sentence) > _LONGEST else sentence
        return f"line {self.line}: {sentence}" if self.line else sentence


def in_file(path: object, problem: object) -> str:
    """Return the sentence of a problem with its file before it, unless that cannot be opened and is named in it."""
    return str(problem) if str(problem).startswith(CANNOT_OPEN) else f"{path}, {problem}"


class LessonError(ValueError):
    """A lesson file that cannot be opened as a lesson.

    Parameters
    ----------
    problems
        One or more, in the order of their lines.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(str(problems[0]))
        self.problems = tuple(problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems, each once, by their lines; those of the whole file come last."""
    return sorted(set(problems), key=lambda problem: (problem.line == 0, problem.line, problem.sentence))


class Fields:
    """A table of the file; what is wrong with it is noted, and reading goes on.

    Parameters
    ----------
    key
        Where it stands.
    lines
        The line of each key.
    problems
        Where what is wrong is noted.
    """

    def __init__(
        self, said: Mapping[str, Any], key: Key, lines: Mapping[Key, int], problems: list[Problem]
    ) -> None:
        self._said = said
        self._key = key
        self._lines = lines
        self._asked: dict[str, None] = {}
        self.problems = problems

    def __contains__(self, name: str) -> bool:
        return name in self._said

    @property
    def said(self) -> Mapping[str, Any]:
        """The table as it stands in the file."""
        return self._said

    def line(self, *names: str | int) -> int:
        """Return the line of a key, or of the nearest that is above it; 0 if there is none."""
        key = (*self._key, *names)
        while key and not {key, (*key, 0)} & self._lines.keys():
            key = key[:-1]
        return self._lines.get(key, self._lines.get((*key, 0), 0))

    def wrong(self, sentence: str, *names: str | int) -> None:
        """Note what is wrong with a key; raises LessonError where that is too much to be read."""
        self.problems.append(Problem(self.line(*names), sentence))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise LessonError(in_order(self.problems))

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; where it has to be said and is not, that is noted."""
        value = self._get(name)
        if isinstance(value, str) and len(value) > _MOST_LETTERS:
            self.wrong(f"{name} has {len(value):,} letters: {_MOST_LETTERS:,} are the most.", name)
            return ""
        if isinstance(value, str):
            return value.strip()
        if value is not None:
            self.wrong(f"{name} must be a text in quotation marks.", name)
        elif default is None:
            self.wrong(f"{name} is missing.")
        return default or ""

    def written(self, name: str) -> str:
        """Return a text that has to be said, such as a condition; a number may stand in its place."""
        value = self._said.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            self._asked[name] = None
            return repr(value)
        return self.text(name)

    def texts(self, name: str, known: Collection[str] | None = None) -> tuple[str, ...]:
        """Return a list of texts, each one of those that are known, if these are given."""
        value = self._get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.wrong(f'{name} must be a list of texts, such as ["one", "another"].', name)
            return ()
        if sum(map(len, value)) > _MOST_LETTERS:
            self.wrong(f"{name} has more than {_MOST_LETTERS:,} letters in all.", name)
            return ()
        return tuple(each for each in value if self._is_known(name, each, known))

    def one_of(self, name: str, known: Collection[str], default: str | None = None) -> str:
        """Return a text that is one of those that are known."""
        value = self.text(name, default)
        if name in self and isinstance(self._said[name], str) and not self._is_known(name, value, known):
            return default or next(iter(known))
        return value or next(iter(known))

    def whole(self, name: str, default: int | None, low: int = 0) -> int | None:
        """Return a whole number from ``low`` on."""
        value = self._get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= _LARGEST:
            self.wrong(f"{name} must be a whole number from {low} to {_LARGEST:,}.", name)
            return default
        return value

    def number(self, name: str, default: float | None) -> float | None:
        """Return a number above 0."""
        value = self._get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LARGEST:
            self.wrong(f"{name} must be a number above 0, up to {_LARGEST:,}.", name)
            return default
        return float(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._get(name)
        if value is not None and not isinstance(value, bool):
            self.wrong(f"{name} must be true or false.", name)
        return value if isinstance(value, bool) else default

    def table(self, name: str) -> Fields | None:
        """Return a table inside; None if there is none."""
        value = self._get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(f"{name} must be a table.", name)
            return None
        return Fields(value, (*self._key, name), self._lines, self.problems)

    def tables(self, name: str) -> list[Fields]:
        """Return the tables of a list."""
        value = self._get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.wrong(f"{name} must be one or more tables.", name)
            return []
        return [
            Fields(each, (*self._key, name, index), self._lines, self.problems) for index, each in enumerate(value)
        ]

    def refuse_others(self, where: str) -> None:
        """Note every key that nobody asked for."""
        for name in self._said:
            if name not in self._asked:
                self.wrong(f"{name} means nothing in {where}{_like(name, self._asked)}.", name)

    def others(self) -> dict[str, Any]:
        """Return what nobody has asked for so far; now somebody has."""
        rest = {name: value for name, value in self._said.items() if name not in self._asked}
        self._asked.update(dict.fromkeys(rest))
        return rest

    def _get(self, name: str) -> Any:
        self._asked[name] = None
        return self._said.get(name)

    def _is_known(self, name: str, value: str, known: Collection[str] | None) -> bool:
        if known is None or value in known:
            return True
        self.wrong(f'{name} knows no "{value}"; it knows {", ".join(known)}.', name)
        return False


def read_document(path: Path) -> tuple[Fields, list[Problem]]:
    """Return the tables of a file, and the list in which what is wrong with them is noted.

    Raises
    ------
    LessonError
        If it cannot be read, or is no TOML.
    """
    try:
        raw = read_bytes(path, _MOST_BYTES)
        text = raw.decode("utf-8-sig")
    except FileError as error:
        raise LessonError([Problem(0, str(error))]) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise LessonError([Problem(line, "The file must be saved as UTF-8.")]) from None
    if deep := _DEEP.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise LessonError([Problem(line, "No key of a lesson has so many parts with dots between them.")])
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LessonError([_no_toml(str(error), text)]) from None
    except ValueError:  # of Python, on more digits than it reads
        raise LessonError([Problem(0, "A number in it has thousands of digits.")]) from None
    problems: list[Problem] = []
    return Fields(said, (), key_lines(text), problems), problems


def key_lines(text: str) -> dict[Key, int]:
    """Return the line, from 1, of every key and table that begins a line of TOML.

    What stands inside an inline table has no line of its own: it is found at the key of that.
    """
    lines: dict[Key, int] = {}
    counts: dict[Key, int] = {}
    table: Key = ()
    closing = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        stripped = line.strip()
        if header := _HEADER.match(stripped):
            table = _entered(header[2], several=header[1] is not None, counts=counts)
            lines.setdefault(table, number)
        elif key := _KEY.match(stripped):
            lines.setdefault((*table, *key[1].split(".")), number)
            closing = next((mark for mark in _QUOTES if key[2].count(mark) == 1), "")
    return lines


def _entered(header: str, *, several: bool, counts: dict[Key, int]) -> Key:
    """Return the key of a table by its header, with the numbers of those in which it stands."""
    *outer, last = (part.strip() for part in header.split("."))
    key: Key = ()
    for part in outer:
        key = (*key, part)
        if key in counts:
            key = (*key, counts[key])
    key = (*key, last)
    if several:
        counts[key] = counts.get(key, -1) + 1
    return (*key, counts[key]) if key in counts else key


def _no_toml(message: str, text: str) -> Problem:
    """Return the problem that the parser of TOML has, at its line."""
    found = re.search(r"\(at line (\d+), column \d+\)", message)
    line = int(found[1]) if found else len(text.splitlines()) if "end of document" in message else 0
    said = re.sub(r"\s*\(at .*\)$", "", message)
    return Problem(line, f"This is no TOML: {said[:1].lower()}{said[1:]}.")


def _like(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f'; do you mean "{near[0]}"?' if near else f"; it knows {', '.join(known)}"
