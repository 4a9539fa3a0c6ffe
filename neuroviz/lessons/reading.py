"""Reading: turns a lesson file into a lesson, or into a list of what is wrong, by line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import structs

from neuroviz.core.catalogue import nearest
from neuroviz.core.types import Frozen
from neuroviz.files.reader import CANNOT_OPEN, read_bytes
from neuroviz.files.writer import FileError
from neuroviz.lessons.expressions import Expression, ExpressionError
from neuroviz.lessons.format import (
    LARGEST,
    OPTIONS,
    Lesson,
    LessonFile,
    LessonText,
    RunPlan,
    StepExperiment,
    TableError,
)
from neuroviz.session.saved import brief

Key = tuple[str | int, ...]
"""Where something stands: names of tables and keys, and indices where there are several."""
_DEEP = re.compile(r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){20}""")
"""A key with very many dots, for which the TOML parser takes quadratic time."""
_MOST_BYTES = 1 << 20
_MOST_KEYS = 10_000
"""Keys of a file, at most; each of them is read again in every round."""
_LONGEST = 1000
"""Letters of a sentence, at most: a longer one repeats something from the file."""
_MOST_PROBLEMS = 100
_MOST_ROUNDS = 30
"""Rounds in which problems are sought; each finds one or more."""
_EXPECTED = {
    "str": "a text in quotation marks",
    "int": f"a whole number from 1 to {LARGEST:,}",
    "float": f"a number above 0, up to {LARGEST:,}",
    "bool": "true or false",
    "object": "a table",
    "array": 'a list, such as ["one", "another"] of texts or [{…}, {…}] of tables',
    "sample": f'a whole number from 1 to {LARGEST:,}, or "all"',
    "kind": "choice, sign, number, curve or click",
}
"""What a value must be, by msgspec's word for its type, or by its key."""
_MISSING: Mapping[Key, str] = {
    ("predict", "kind"): "kind is missing: choice, sign, number, curve or click.",
    ("compare", "then"): "What the runs are to do is missing: then = {epochs = 40}.",
    (
        "predict",
        "feedback",
    ): "[step.predict.feedback] is missing: with grow, shrink and stay for a sign, "
    "with right, too_low and too_high for a number.",
}
_NEVER = "1 < 0"


class Problem(Frozen):
    """Something wrong with a lesson file."""

    line: int
    """The line, from 1; 0 for the whole file."""
    sentence: str
    """What is wrong, and what would work."""

    def __str__(self) -> str:
        sentence = " ".join(self.sentence.split())
        sentence = brief(sentence) if len(sentence) > _LONGEST else sentence
        return f"line {self.line}: {sentence}" if self.line else sentence


def in_file(path: object, problem: object) -> str:
    """Return the sentence of a problem with its file in front.

    One that says that the file cannot be opened already names it.
    """
    return str(problem) if str(problem).startswith(CANNOT_OPEN) else f"{path}, {problem}"


class LessonError(ValueError):
    """A file that cannot be opened as a lesson.

    Parameters
    ----------
    problems
        One or more, in the order of their lines.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(str(problems[0]))
        self.problems = tuple(problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by their lines, each once; those of the whole file come last."""
    return sorted(
        set(problems), key=lambda problem: (problem.line == 0, problem.line, problem.sentence)
    )


def read_lesson(path: Path) -> Lesson:
    """Return the lesson in a file.

    Raises
    ------
    LessonError
        If it is no valid lesson; with all problems that can be found at once.
    """
    said, place = read_document(path)
    lesson = Lesson(**structs.asdict(_converted(said, place)), name=path.stem, path=path)
    problems = list(_take_options(lesson, said, place))
    if lesson.path_again is not None and not os.path.exists(lesson.path_again):
        problems.append(
            Problem(
                place.at("again").line, f"There is no {lesson.path_again.name} beside this file."
            )
        )
    if problems:
        raise LessonError(in_order(problems)[:_MOST_PROBLEMS])
    return lesson


def read_document(path: Path) -> tuple[dict[str, Any], KeyPlace]:
    """Return the tables of a file as they stand there, and the place of the outermost.

    Raises
    ------
    LessonError
        If it cannot be read, or is not TOML.
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
        raise LessonError(
            [Problem(line, "No key of a lesson has so many parts with dots between them.")]
        )
    if text.count("=") > _MOST_KEYS:
        raise LessonError(
            [
                Problem(
                    0, f"It has more keys than any lesson needs, and {_MOST_KEYS:,} is the limit."
                )
            ]
        )
    try:
        return tomllib.loads(text), KeyPlace(key_lines(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LessonError([_no_toml(str(error), text)]) from None
    except ValueError:  # Python refuses integers of thousands of digits
        raise LessonError([Problem(0, "A number in it has thousands of digits.")]) from None


def _no_toml(message: str, text: str) -> Problem:
    """Return the error of the TOML parser as a problem, with its line."""
    found = re.search(r"\(at line (\d+), column \d+\)", message)
    line = int(found[1]) if found else len(text.splitlines()) if "end of document" in message else 0
    said = re.sub(r"\s*\(at .*\)$", "", message)
    return Problem(line, f"This is no TOML: {said[:1].lower()}{said[1:]}.")


# --- from tables to a lesson ----------------------------------------------------------------------


def _converted(said: dict[str, Any], place: KeyPlace) -> LessonFile:
    """Return the lesson in tables; raises LessonError.

    A wrong value is replaced by an empty text, and then removed, so that other problems are found
    too.
    """
    problems: dict[Key, Problem] = {}
    for _ in range(_MOST_ROUNDS):
        try:
            lesson = msgspec.convert(said, LessonFile, dec_hook=_value)
            break
        except msgspec.ValidationError as error:
            wrong = list(islice(_wrong(error, said), _MOST_PROBLEMS))
        keys = [_without_index(key) for key, _ in wrong]
        mended = [_mended(said, key, empty=key not in problems) for key in keys]
        for key, (where, sentence) in zip(keys, wrong, strict=True):
            problems.setdefault(key, Problem(place.at(*where).line, sentence))
        if not any(mended) or len(problems) >= _MOST_PROBLEMS:
            break
    if problems:
        raise LessonError(in_order(problems.values())[:_MOST_PROBLEMS])
    return lesson


def _value(kind: Any, value: Any) -> LessonText | Expression:
    """Return a text or an expression; an expression may be written as a number."""
    if kind is Expression and isinstance(value, int | float) and not isinstance(value, bool):
        value = repr(value)
    if not isinstance(value, str):
        raise TypeError("must be a text in quotation marks.")
    return _made(kind, value)


@lru_cache(maxsize=1 << 15)
def _made(kind: Hashable, text: str) -> LessonText | Expression:
    return Expression(LessonText(text) or _NEVER) if kind is Expression else LessonText(text)


def _without_index(key: Key) -> Key:
    return key[:-1] if isinstance(key[-1], int) else key


def _inside(said: Any, key: Iterable[str | int]) -> Any:
    for name in key:
        said = said[name]
    return said


def _mended(said: dict[str, Any], key: Key, *, empty: bool) -> bool:
    """Replace a wrong value by an empty text, or remove it; return whether it was there."""
    *outer, name = key
    table = _inside(said, outer)
    if empty:
        table[name] = ""
        return True
    return table.pop(name, None) is not None


def _take_options(lesson: Lesson, said: dict[str, Any], place: KeyPlace) -> Iterator[Problem]:
    """Fill in the options of the experiments, which are all keys that are not their own fields.

    Yield a problem for each option that does not exist.
    """
    for index, (step, table) in enumerate(zip(lesson.steps, said["step"], strict=True)):
        plans: list[tuple[RunPlan | StepExperiment, Key]] = [
            (run, ("run", n)) for n, run in enumerate(step.runs)
        ]
        plans += [(step.experiment, ("experiment",))] if step.experiment is not None else []
        for plan, key in plans:
            own = {field.name for field in structs.fields(plan)} - {"options"}
            plan.options = {
                name: value for name, value in _inside(table, key).items() if name not in own
            }
            for name in plan.options.keys() - set(OPTIONS):
                sentence = f"There is no setting {name}; `neuroviz train --help` lists them."
                yield Problem(place.at("step", index, *key, name).line, sentence)


# --- what is wrong, in words ----------------------------------------------------------------------


def _wrong(error: msgspec.ValidationError, said: dict[str, Any]) -> Iterator[tuple[Key, str]]:
    """Yield what msgspec found wrong: the key, and a sentence about it."""
    message = str(error)
    cause = error.__cause__
    found = re.search(r" - at `\$\.?([\w.\[\]]*)`$", message)
    parts = re.findall(r"\w+", found[1] if found else "")
    key: Key = tuple(int(part) if part.isdecimal() else part for part in parts)
    if isinstance(cause, TableError):
        yield (*key, *cause.names), str(cause)
    elif isinstance(cause, ExpressionError):
        yield key, str(cause)
    elif missing := re.match(r"Object missing required field `(\w+)`", message):
        key = (*key, missing[1])
        yield key, _MISSING.get(key[-2:], f"{missing[1]} is missing.")
    elif message.startswith("Object contains unknown field"):
        # The outermost table comes first:
        # only there can a hostile key look like a path in the message.
        at_the_top = any(_not_known((), said))
        yield from _not_known(() if at_the_top else key, said)
    else:
        name = str(_without_index(key)[-1])
        name = name if key[-1] == name else f"each of {name}"
        yield key, f"{name} {cause or _mistyped(name, message, _inside(said, key))}"


def _mistyped(name: str, message: str, value: object) -> str:
    if known := re.search(r"regex '\^\((.*)\)", message):
        return f'knows no "{value}"; it knows {known[1].replace("|", ", ")}.'
    found = re.match(r"Expected `(\w+)", message)
    expected = name if name in _EXPECTED else found[1] if found else "float"
    return (
        "must be "
        f"{_EXPECTED[expected].replace('from 1', 'from 0' if '>= 0' in message else 'from 1')}."
    )


def _not_known(key: Key, said: dict[str, Any]) -> Iterator[tuple[Key, str]]:
    """Yield the unknown keys of a table."""
    kind = _kind_of(key, said)
    known = [field.encode_name for field in structs.fields(kind)]
    for name in _inside(said, key):
        if name not in (*known, kind.__struct_config__.tag_field):
            near = nearest(name, known)
            more = f'do you mean "{near[0]}"?' if near else f"known here are {', '.join(known)}."
            yield (*key, name), f"{name} means nothing here; {more}"


def _kind_of(key: Key, said: Any) -> Any:
    """Return the Struct of the table at a key; for a question, that of the kind it names."""
    kind: Any = LessonFile
    for name in key:
        said = said[name]
        if isinstance(name, str):
            field = next(field for field in structs.fields(kind) if field.encode_name == name)
            tag = said.get("kind") if isinstance(said, dict) else None
            kinds = _structs_in(field.type)
            kind = next(kind for kind in kinds if kind.__struct_config__.tag in (None, tag))
    return kind


def _structs_in(kind: Any) -> Iterator[Any]:
    if hasattr(kind, "__struct_config__"):
        yield kind
    for part in get_args(kind):
        yield from _structs_in(part)


# --- where each key stands ------------------------------------------------------------------------

_HEADER = re.compile(r"\[(\[)?([\w.\- \t]+)\]")
_KEY = re.compile(r"([A-Za-z0-9_.\-]+)\s*=\s*(.*)")
_QUOTES = ('"""', "'''")


class KeyPlace(Frozen):
    """A key or table of a file, with the lines of all of them."""

    lines: Mapping[Key, int]
    key: Key = ()

    def at(self, *names: str | int) -> KeyPlace:
        """Return the place of a key inside this one."""
        return KeyPlace(self.lines, (*self.key, *names))

    @property
    def line(self) -> int:
        """Its line, from 1, or that of the innermost table around it with a line; 0 for none."""
        key = self.key
        while key and not {key, (*key, 0)} & self.lines.keys():
            key = key[:-1]
        return self.lines.get(key, self.lines.get((*key, 0), 0))


def key_lines(text: str) -> dict[Key, int]:
    """Return the line, from 1, of every key and table that begins a line of TOML.

    What stands inside an inline table has no line of its own; its key's line is used.
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
    """Return the key of a table by its header, with indices where there are several of one name."""
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
