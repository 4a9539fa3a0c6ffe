"""Template: text with placeholders, filled in from the run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from neuroviz.core.numbers import format_number, with_real_minus
from neuroviz.lessons.expressions import Expression, ExpressionError, Scope, Value

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_CODE = re.compile(r"`[^`]*`")
_POINT = re.compile(r"`(\([−\d.]+(?:, [−\d.]+)+\))`")
_WORD_FIRST = re.compile(r"\{[^{}]*:word\}")
_DIGIT = re.compile(r"(?<![A-Za-z_₀-₉])\d+(?:[.,]\d+)?")
_WORDS = (
    *(
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
)
_DIGITS = 4


def filled(text: str, scope: Scope) -> str:
    """Return a text with its placeholders filled in.

    ``{loss}`` has four digits, ``{loss:2}`` two, ``{accuracy:%}`` is in percent, ``{samples:word}``
    is "four"; ``{{`` is a brace. A point in code marks, as in "`(1, 1)`", comes out as plain text
    that no line breaks; a sentence that begins with a word for a number begins with a capital.

    Raises
    ------
    ExpressionError
        If a placeholder cannot be read, or has no value here.
    """

    def value(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        expression, form = _parts(found[1])
        return _written(expression.value(scope), form)

    said = _POINT.sub(
        lambda point: point[1].replace(" ", "\N{NO-BREAK SPACE}"), _PLACEHOLDER.sub(value, text)
    )
    begins_with_word = _WORD_FIRST.match(text) and text.rstrip().endswith((".", "?"))
    return said[:1].upper() + said[1:] if begins_with_word else said


def placeholders(text: str) -> Iterator[Expression]:
    """Give the expressions of a text; raises ExpressionError at one that cannot be read."""
    for found in _PLACEHOLDER.finditer(text):
        if found[1] is not None:
            expression, form = _parts(found[1])
            _written(1.0, form)
            yield expression


def typed_digits(text: str) -> list[str]:
    """Return the numbers that are typed into a text, outside of placeholders and code."""
    return _DIGIT.findall(_CODE.sub(" ", _PLACEHOLDER.sub(" ", text)))


def words_in(text: str) -> int:
    """Return how many words a reader meets; a placeholder is one."""
    return len(_PLACEHOLDER.sub("x", text).split())


def _parts(inside: str) -> tuple[Expression, str]:
    expression, _, form = inside.partition(":")
    if not expression.strip():
        raise ExpressionError("A placeholder is empty: write {loss}, or {{ for a brace.")
    return Expression(expression.strip()), form.strip()


def _written(value: Value, form: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if form == "%":
        return with_real_minus(f"{format_number(100 * value, 3)} %")
    if form == "word":
        whole = value.is_integer() and 0 <= value < len(_WORDS)
        return _WORDS[int(value)] if whole else with_real_minus(format_number(value))
    if form and not (form.isdecimal() and 1 <= int(form) <= 12):
        raise ExpressionError(
            f'"{form}" says nothing about how a number is written: 1 to 12 digits, % or word.'
        )
    return with_real_minus(format_number(value, int(form or _DIGITS)))
