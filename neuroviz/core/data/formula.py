"""Formulas that people type, by x or by the columns of a table; they are evaluated, never run."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from keyword import iskeyword
from typing import Any

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.lazy import np, torch
from neuroviz.core.numbers import elided, quoted, subscripted
from neuroviz.core.types import Floats, Frozen, Tensor

FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sqrt", "abs", "tanh")
"""Functions of one number."""
ARITHMETIC: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
"""What + - * / mean."""
_OPERATORS: dict[type, Callable[..., Any]] = {
    **ARITHMETIC,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}
_CONSTANTS = {"pi": 3.141592653589793, "e": 2.718281828459045}
_MOST_LETTERS = 100
_AS_SHOWN = str.maketrans(
    {
        **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
        **{"^": "**", "²": "**2", "³": "**3", "−": "-", "·": "*", "×": "*", "≥": ">=", "≤": "<="},
    }
)
"""Signs in a formula as the screen shows them, and as Python writes them."""
_IN_BACKQUOTES = re.compile(r"`([^`]*)`")
_STRANGERS = re.compile(r"#|\b_\d+\b")
"""What Python would skip, and the internal names of columns."""
_COLUMN = re.compile(r"\b_(\d+)")
_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")
_CALL = re.compile(rf"\b({'|'.join(FUNCTIONS)})\(")
_POWER = re.compile(r"\^([23])(?![\w.^])")


class Formula(Frozen):
    """A formula of the columns of a table, such as ``x1*x2`` or ``height/weight^2``.

    It may have numbers, pi, e, + - * / ^, comparisons (1 where they hold, else 0), FUNCTIONS, and
    columns by their names or by x1, x2 … in their order, the only one also by x. A name that is not
    a word is written in backquotes.

    Raises
    ------
    SettingsError
        If it is not such a formula.
    """

    text: str
    columns: tuple[str, ...]
    """The names of the columns, in their order."""

    def __post_init__(self) -> None:
        _read(*self._key)

    def value(self, columns: Floats) -> Floats:
        """Return its values (…) at columns (…, D); not finite where it has none."""
        places = [np.ascontiguousarray(columns[..., i]) for i in range(len(self.columns))]
        with np.errstate(all="ignore"):
            values = _value(_read(*self._key), places, np, np.float64)
        return np.array(np.broadcast_to(values, columns.shape[:-1]), dtype=np.float64)

    def torch_value(self, columns: Tensor) -> Tensor:
        """Return the result (N,) of :meth:`torch_code` for a tensor (N, D) of float64."""

        def number(value: Any) -> Any:
            return value if isinstance(value, float) else value.double()

        value = _value(_read(*self._key), columns.unbind(-1), torch, number)
        return torch.as_tensor(value, dtype=columns.dtype).expand(len(columns))

    def torch_code(self, table: str) -> str:
        """Return it as Python with torch, for a tensor (N, D) named ``table``."""
        text = _COLUMN.sub(rf"{table}[:, \1]", self._plain)
        return _CALL.sub(r"torch.\1(", text)

    @property
    def _plain(self) -> str:
        """The formula as Python, with columns as indices and no decimals on whole numbers."""
        return re.sub(r"\.0\b", "", ast.unparse(_read(*self._key)))

    @property
    def _key(self) -> tuple[str, tuple[str, ...]]:
        return self.text, self.columns

    def with_numbers(self, numbers: Sequence[str]) -> str:
        """Return it with a number in place of each column, such as 1·0."""

        def number(place: re.Match[str]) -> str:
            text = numbers[int(place[1])]
            return text if text.replace(".", "").isdigit() else f"({text})"

        return _COLUMN.sub(number, _as_read(self._plain.replace(".double()", "")))

    @property
    def label(self) -> str:
        """The formula as people read it, with the columns' names: x₁·x₂, height²."""
        indices = _indices(self.columns)
        parts = _parts(self.text)
        parts[1::2] = [f"_{indices[name]}" for name in parts[1::2]]
        parts[::2] = [
            _WORD.sub(lambda word: f"_{indices[word[0]]}" if word[0] in indices else word[0], part)
            for part in parts[::2]
        ]
        return _COLUMN.sub(
            lambda place: _called(self.columns, int(place[1])), _as_read("".join(parts).strip())
        )


def _called(columns: Sequence[str], index: int) -> str:
    """Return the name of a column on the screen, in one line: x, x₁ or its own name."""
    name = columns[index]
    return subscripted(name) if name == f"x{index + 1}" else elided(name)


def _as_read(text: str) -> str:
    """Return a formula in Python as people write it, such as x·y² ≥ −0.5."""
    text = re.sub(r"\s*\*\*\s*", "^", text).replace(">=", "≥").replace("<=", "≤")
    text = re.sub(r"\s*\*\s*", "·", text).replace("-", "−")
    return _POWER.sub(lambda power: "²³"[int(power[1]) - 2], text)


def _parts(text: str) -> list[str]:
    """Return a formula in Python, split at its backquotes: every second part was inside them."""
    parts = _IN_BACKQUOTES.split(text)
    parts[::2] = [part.translate(_AS_SHOWN) for part in parts[::2]]
    return parts


def _indices(columns: Sequence[str]) -> dict[str, int]:
    """Return the index of each column by the names it may have in a formula."""
    indices = {f"x{i + 1}": i for i in range(len(columns))}
    if len(columns) == 1:
        indices["x"] = 0  # as the screen calls it
    return indices | {name: i for i, name in enumerate(columns)}


def evaluated(formula: str, x: Floats) -> Floats:
    """Return f(x), of the shape of x.

    Parameters
    ----------
    formula
        A formula of x alone, such as "2*x + 1", "sin(3*x)" or "x^2"; pi and e are known.
    x
        Any numbers.

    Raises
    ------
    SettingsError
        If it is not such a formula, or not finite somewhere.
    """
    values = Formula(formula, ("x",)).value(x[..., np.newaxis])
    if not np.isfinite(values).all():
        raise SettingsError(
            f"{quoted(formula)} is not a finite number for every x from −1 to 1.", "data"
        )
    return values


def word_for(column: str) -> str:
    """Return the name of a column as it is typed in a formula."""
    plain = re.fullmatch("[A-Za-z]\\w*", column, re.ASCII) and not iskeyword(column)
    return column if plain else f"`{column}`"


@lru_cache(maxsize=64)
def _read(text: str, columns: tuple[str, ...]) -> ast.expr:
    """Return a checked formula, with every column named by its index: _0, _1."""
    indices = _indices(columns)
    try:
        if len(text) > _MOST_LETTERS:
            raise ValueError(f"it has more than {_MOST_LETTERS} letters")
        parts = _parts(text)
        for stranger in _STRANGERS.findall("".join(parts[::2])):
            raise ValueError(f"{quoted(stranger)} is not known")
        parts[1::2] = [f" _{_index(name, indices)} " for name in parts[1::2]]
        tree = ast.parse("".join(parts).strip(), mode="eval").body
        indices |= {f"_{i}": i for i in range(len(columns))}
        return _checked(tree, indices)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = "" if isinstance(error, SyntaxError | MemoryError | UnicodeError) else f": {error}"
        raise SettingsError(
            f"{quoted(text)} is no formula of {_like(columns, reason)}.", "features"
        ) from None


def _like(columns: tuple[str, ...], reason: str) -> str:
    if columns == ("x",):
        return f"x{reason}; write it like 2*x + 1, x^2 or sin(3*x)"
    first, *others = map(word_for, columns[:2])
    last = others[0] if others else first
    return f"the inputs{reason}; write it like {first}*{last}, {first}^2 or {last} > 0.5"


def _index(name: str, indices: Mapping[str, int]) -> int:
    if name not in indices:
        raise ValueError(f"there is no input {quoted(name)}")
    return indices[name]


def _checked(node: ast.expr, indices: Mapping[str, int]) -> ast.expr:
    """Return a formula with columns named by their indices; a part without columns is a number.

    It raises a ValueError for what a formula may not have.
    """
    part = _known(node, indices)
    if any(isinstance(each, ast.Name) and each.id not in FUNCTIONS for each in ast.walk(part)):
        return part
    with np.errstate(all="ignore"):
        value = float(_value(part, (), np, np.float64))
    if not math.isfinite(value):
        raise ValueError("a part of it is not a finite number")
    number = ast.Constant(abs(value))
    return ast.UnaryOp(ast.USub(), number) if math.copysign(1.0, value) < 0 else number


def _known(node: ast.expr, indices: Mapping[str, int]) -> ast.expr:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return ast.Constant(float(value))
        case ast.Name() if node.id in indices:
            return ast.Name(f"_{indices[node.id]}")
        case ast.Name() if node.id in _CONSTANTS:
            return ast.Constant(_CONSTANTS[node.id])
        case ast.Name():
            raise ValueError(f"{quoted(node.id)} is not known")
        case ast.BinOp() if type(node.op) in _OPERATORS:
            left = _checked(node.left, indices)
            right = _checked(node.right, indices)
            return ast.BinOp(left, node.op, right)
        case ast.UnaryOp() if type(node.op) in _OPERATORS:
            return ast.UnaryOp(node.op, _checked(node.operand, indices))
        case ast.Compare(ops=[op], comparators=[right]) if type(op) in _OPERATORS:
            holds = ast.Compare(_checked(node.left, indices), [op], [_checked(right, indices)])
            return ast.Call(ast.Attribute(holds, "double"), [], [])  # a number, as in torch
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            if len(node.args) != 1 or node.keywords:
                raise ValueError(f"{name} takes one number")
            return ast.Call(node.func, [_checked(node.args[0], indices)], [])
    raise ValueError(
        f"it may hold numbers, inputs, pi, e, + - * / ^ > < and {', '.join(FUNCTIONS)}"
    )


def _value(node: ast.expr, columns: Any, library: Any, number: Callable[[Any], Any]) -> Any:
    """Return the value of a checked formula, by numpy or torch.

    Parameters
    ----------
    number
        Makes a number of a constant, and numbers of the results of comparisons.
    """

    def of(part: ast.expr) -> Any:
        return _value(part, columns, library, number)

    match node:
        case ast.Constant():
            return number(node.value)
        case ast.Name():
            return columns[int(node.id[1:])]
        case ast.BinOp():
            return _OPERATORS[type(node.op)](of(node.left), of(node.right))
        case ast.UnaryOp():
            return _OPERATORS[type(node.op)](of(node.operand))
        case ast.Call(func=ast.Attribute(value=ast.Compare() as holds)):
            return number(_OPERATORS[type(holds.ops[0])](of(holds.left), of(holds.comparators[0])))
        case ast.Call(func=ast.Name(id=name)):
            return getattr(library, name)(of(node.args[0]))
    raise ValueError(f"no formula: {ast.dump(node)}")
