"""Expressions: conditions and numbers of a lesson, and texts with numbers of the run.

They are written in a small language that can compute and do nothing else.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Protocol

from neuroviz.core.data.formula import ARITHMETIC
from neuroviz.core.numbers import capitalized, measured, printed

Value = float | str | bool


class ExpressionError(ValueError):
    """An expression that cannot be read, or has no value here; the message is one sentence."""


class Scope(Protocol):
    """The meaning of names in expressions."""

    def value(self, path: tuple[str, ...]) -> Value:
        """Return the value of a name such as ``before.w1``.

        Raises
        ------
        ExpressionError
            If there is no such name, or it has no value here.
        """

    def call(self, path: tuple[str, ...], arguments: tuple[Value, ...]) -> Value:
        """Return the value of a function of the run, such as ``loss_at(20)``.

        Raises ExpressionError if there is no such function, or it has no value here.
        """


def near(some: float, other: float, share: float = 0.05) -> bool:
    """Return whether a number differs from another by no more than a share of that other.

    Only 0 is near 0.
    """
    return abs(some - other) <= share * abs(other)


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "round": lambda value, digits=0.0: float(round(value, int(digits))),
    "sqrt": math.sqrt,
    "log10": math.log10,
    "exp": math.exp,
    "sign": lambda value: float((value > 0) - (value < 0)),
    "near": near,
}
_BINARY: dict[type, Callable[[float, float], float]] = {**ARITHMETIC, ast.Pow: math.pow}
_COMPARED: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_LONGEST = 500
_ALLOWED = (
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.UAdd,
    ast.IfExp,
    ast.BinOp,
    ast.Compare,
    ast.Call,
    ast.Attribute,
    ast.Name,
    ast.Load,
    ast.Constant,
    *_BINARY,
    *_COMPARED,
)


class Expression:
    """A condition or a number of a lesson.

    Parameters
    ----------
    text
        The expression as it stands in the file.

    Raises
    ------
    ExpressionError
        If it cannot be read, or would do more than compute.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        for node in ast.walk(self._tree):
            if not isinstance(node, _ALLOWED) or (
                isinstance(node, ast.Constant)
                and not isinstance(node.value, bool | int | float | str)
            ):
                raise ExpressionError(
                    f'"{self.text}" does more than a condition may: '
                    "numbers, texts, names of the run, "
                    "+ - * / **, comparisons, and, or, not."
                )
            if isinstance(node, ast.Call) and (
                node.keywords or not isinstance(node.func, ast.Name | ast.Attribute)
            ):
                raise ExpressionError(f'"{self.text}" calls something that is not a function.')
            if isinstance(node, ast.Attribute):
                _path(node)  # refuses a dot after anything but a name

    def value(self, scope: Scope) -> Value:
        """Return the value.

        Raises
        ------
        ExpressionError
            If a name does not exist or has no value, or the arithmetic fails.
        """
        try:
            return _value(self._tree, scope)
        except ExpressionError:
            raise
        except (ArithmeticError, TypeError, ValueError) as error:
            raise ExpressionError(f'"{self.text}" has no value here: {error}.') from None

    def holds(self, scope: Scope) -> bool:
        """Return whether a condition holds.

        Raises ExpressionError as :meth:`value` does, and if the value is neither true nor false.
        """
        value = self.value(scope)
        if not isinstance(value, bool):
            raise ExpressionError(
                f'"{self.text}" is not a condition: it is {value}, neither true nor false.'
            )
        return value

    def number(self, scope: Scope) -> float:
        """Return the value of a number.

        Raises ExpressionError as :meth:`value` does, and if the value is not a finite number.
        """
        value = self.value(scope)
        if isinstance(value, str | bool) or not math.isfinite(value):
            raise ExpressionError(f'"{self.text}" is {value}, and a number is needed.')
        return float(value)

    @property
    def names(self) -> Iterator[tuple[str, ...]]:
        """The names of the run that it uses, including those of functions."""
        inner = {id(node.value) for node in ast.walk(self._tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner:
                path = _path(node)
                if len(path) > 1 or path[0] not in _FUNCTIONS:
                    yield path

    @cached_property
    def _tree(self) -> ast.expr:
        if len(self.text) > _LONGEST:
            raise ExpressionError(f"A condition has {_LONGEST} letters at most.")
        try:
            return ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ExpressionError(
                f'"{self.text}" cannot be read as a condition or number.'
            ) from None


def _value(node: ast.expr, scope: Scope) -> Value:
    """Return the value of a node, all of whose parts are allowed."""
    match node:
        case ast.Constant(value=bool() | str() as value):
            return value
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Call():
            path = _path(node.func)
            arguments = tuple(_value(argument, scope) for argument in node.args)
            if len(path) == 1 and path[0] in _FUNCTIONS:
                return _FUNCTIONS[path[0]](*arguments)
            return scope.call(path, arguments)
        case ast.BinOp():
            left = _value(node.left, scope)
            right = _value(node.right, scope)
            if isinstance(left, str | bool) or isinstance(right, str | bool):
                raise ExpressionError("Only numbers can be computed with.")
            return _BINARY[type(node.op)](left, right)
        case ast.UnaryOp(op=ast.Not()):
            return not _condition(node.operand, scope, "not needs a condition behind it.")
        case ast.UnaryOp():
            value = _value(node.operand, scope)
            if isinstance(value, str | bool):
                raise ExpressionError("Only numbers have a sign.")
            return -value if isinstance(node.op, ast.USub) else value
        case ast.BoolOp():
            beside = "and and or need conditions beside them."
            parts = (_condition(part, scope, beside) for part in node.values)
            return any(parts) if isinstance(node.op, ast.Or) else all(parts)
        case ast.Compare():
            return _compared(node, scope)
        case ast.IfExp():
            holds = _condition(node.test, scope, "if needs a condition behind it.")
            return _value(node.body if holds else node.orelse, scope)
    return scope.value(_path(node))


def _condition(node: ast.expr, scope: Scope, otherwise: str) -> bool:
    value = _value(node, scope)
    if not isinstance(value, bool):
        raise ExpressionError(otherwise)
    return value


def _compared(node: ast.Compare, scope: Scope) -> bool:
    left = _value(node.left, scope)
    for operation, part in zip(node.ops, node.comparators, strict=True):
        right = _value(part, scope)
        if isinstance(left, str) != isinstance(right, str):
            raise ExpressionError("A text can only be compared with a text.")
        if not _COMPARED[type(operation)](left, right):
            return False
        left = right
    return True


def _path(node: ast.expr) -> tuple[str, ...]:
    """Return the parts of a dotted name."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        return (*_path(node.value), node.attr)
    raise ExpressionError("A dot stands only between names.")


# --- texts with placeholders ----------------------------------------------------------------------

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_CODE = re.compile(r"`[^`]*`")
_POINT = re.compile(r"`(\([−\d.]+(?:, [−\d.]+)+\))`")
_WORD_FIRST = re.compile(r"\{[^{}]*:word\}")
_DIGIT = re.compile(r"(?<![A-Za-z_₀-₉])\d+(?:[.,]\d+)?")
_WORDS = (
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
)
_DIGITS = 4


def filled(text: str, scope: Scope) -> str:
    """Return a text with its placeholders filled in.

    ``{loss}`` has four digits, ``{loss:2}`` two, ``{accuracy:%}`` is in percent, ``{samples:word}``
    is "four"; ``{{`` is a brace. A point in backquotes, as in "`(1, 1)`", becomes plain text
    without line breaks. A sentence that begins with a number as a word gets a capital.

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
    return capitalized(said) if begins_with_word else said


def typed_digits(text: str) -> list[str]:
    """Return the numbers typed into a text, outside placeholders and code."""
    return _DIGIT.findall(_CODE.sub(" ", _PLACEHOLDER.sub(" ", text)))


def words_in(text: str) -> int:
    """Return how many words a text has; a placeholder counts as one."""
    return len(_PLACEHOLDER.sub("x", text).split())


def _parts(inside: str) -> tuple[Expression, str]:
    expression, _, form = inside.partition(":")
    if not expression.strip():
        raise ExpressionError("A placeholder is empty: write {loss}, or {{ for a brace.")
    return Expression(expression.strip()), form.strip()


def _written(value: Value, form: str) -> str:
    digits = form.isdecimal() and 1 <= int(form) <= 12
    if not digits and form not in ("", "%", "word"):
        raise ExpressionError(
            f'"{form}" says nothing about how a number is written: 1 to 12 digits, % or word.'
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if form == "%":
        return f"{printed(100 * value, 3)} %"
    if form == "word":
        whole = value.is_integer() and 0 <= value < len(_WORDS)
        return _WORDS[int(value)] if whole else printed(value)
    return measured(value, int(form or _DIGITS))
