"""A formula f(x) that somebody types, computed on arrays: numbers, x, the usual functions. Nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.lazy import np
from neuroviz.core.numbers import quoted
from neuroviz.core.types import Floats

FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sqrt", "abs", "tanh")
"""What can be taken of one number."""
_OPERATORS: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.USub: "negative",
    ast.UAdd: "positive",
}
"""What each sign is called in numpy."""
_MOST_LETTERS = 100


def evaluated(formula: str, x: Floats) -> Floats:
    """Return f(x), of the shape of x.

    Parameters
    ----------
    formula
        Such as "2*x + 1", "sin(3*x)" or "x^2"; with pi and e.
    x
        Any numbers.

    Raises
    ------
    SettingsError
        If it is no such formula, or not finite somewhere.
    """
    try:
        if len(formula) > _MOST_LETTERS:
            raise ValueError(f"it has more than {_MOST_LETTERS} letters")
        tree = ast.parse(formula.strip().replace("^", "**").replace("−", "-"), mode="eval")
        with np.errstate(all="ignore"):
            values = np.broadcast_to(_value(tree.body, x), x.shape)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = "" if isinstance(error, SyntaxError | MemoryError) else f": {error}"
        raise SettingsError(
            f"{quoted(formula)} is no formula of x{reason}; write it like 2*x + 1, x^2 or sin(3*x).", "data"
        ) from None
    if not np.isfinite(values).all():
        raise SettingsError(f"{quoted(formula)} is not a finite number for every x from −1 to 1.", "data")
    result: Floats = np.array(values, dtype=np.float64)
    return result


def _value(node: ast.AST, x: Floats) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value is not True:
        return np.float64(node.value)
    if isinstance(node, ast.Name):
        return _named(node.id, x)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _function(_OPERATORS[type(node.op)])(_value(node.left, x), _value(node.right, x))
    if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
        return _function(_OPERATORS[type(node.op)])(_value(node.operand, x))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        if len(node.args) == 1 and not node.keywords:
            return _function(node.func.id)(_value(node.args[0], x))
        raise ValueError(f"{node.func.id} takes one number")
    raise ValueError(f"it may hold numbers, x, pi, e, + - * / ^ and {', '.join(FUNCTIONS)}")


def _named(name: str, x: Floats) -> Any:
    if name == "x":
        return x
    if name in ("pi", "e"):
        return np.float64(getattr(np, name))
    raise ValueError(f"{quoted(name)} is not known")


def _function(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(np, name)
    return function
