"""UpdateCode: the lines of an optimizer's update, as a script has them, as calls of kernels.

Run as they are, the lines make a new tensor for every intermediate result. Here each operation is
one call that writes into memory that is already there, with the same bits. Numbers that change from
step to step come in tensors, so that a call is bound once and used for every step.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from neuroviz.core.lazy import torch
from neuroviz.core.types import Frozen, LossOf, Point, Tensor, Thunk, Thunks

_KERNELS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
}

Keywords = tuple[tuple[str, ast.expr], ...]


class _Operation(Frozen):
    """One call of a kernel."""

    kernel: str
    """Its name in torch."""
    operands: tuple[str, ...]
    """Names of tensors, or numbers as they are written in the lines."""
    target: str
    """The tensor that it writes to."""
    keywords: tuple[tuple[str, Callable[[Mapping[str, float]], float]], ...]
    """Arguments that are plain numbers, each with its value by the hyperparameters."""


class UpdateCode:
    """The lines of an update, to be bound to the points where a step begins and ends.

    Parameters
    ----------
    lines
        Python on tensors (P,): ``theta``, ``grad``, the optimizer's state, and tensors that the
        lines name themselves. Numbers are ``rate``, ``step`` (0 at the first update) and the
        hyperparameters. There may be assignments, + − · / and methods of a tensor, with an
        underscore where the tensor itself is changed. A keyword argument of a method, except
        ``alpha``, does not change from step to step.
    state
        Names of the state's tensors.
    functions
        Functions that a line may call, as ``name = function(loss_of, theta, …)``.

    Attributes
    ----------
    numbers
        The numbers that come in tensors, as they are written in the lines.
    scratch
        Number of tensors that intermediate results need.
    counts
        Whether a number depends on the step.

    Raises
    ------
    ValueError
        If a line has something else; the message quotes it.
    """

    def __init__(self, lines: Sequence[str], state: Iterable[str], functions: str = "") -> None:
        self._source = functions
        self._state = tuple(state)
        self._kept = ("theta", *self._state)
        self._operations: list[_Operation] = []
        self._between: dict[str, None] = {}
        self._numbers: dict[str, ast.expr] = {}
        for statement in ast.parse("\n".join(lines)).body:
            target, expression = _assignment(statement)
            self._write(expression, target, temporaries=0)
        self.numbers = tuple(self._numbers)
        self.scratch = len(self._between)
        self.counts = any("step" in _names(number) for number in self._numbers.values())
        self._values: Callable[[float, Mapping[str, float], int], tuple[float, ...]]
        self._values = _function(
            "rate, h, step", ast.Tuple(list(self._numbers.values()), ast.Load())
        )

    def scalars(
        self, rate: float, hyperparameters: Mapping[str, float], step: int
    ) -> tuple[float, ...]:
        """Return the numbers of the update from a step.

        ``rate`` is the learning rate after its schedule.
        """
        return self._values(rate, hyperparameters, step)

    def calls(
        self,
        now: Point,
        then: Point,
        hyperparameters: Mapping[str, float],
        loss_of: LossOf | None = None,
    ) -> Thunks:
        """Return the calls that write parameters and state of ``then`` from ``now``.

        Hyperparameters are read here where a method takes them by keyword; the others come in the
        scalars. ``loss_of`` is passed to the functions.
        """
        written = {name: then.scratch[index] for index, name in enumerate(self._between)}
        written.update(zip(self._kept, (then.parameters, *then.state), strict=True))
        read = dict(zip(self._kept, (now.parameters, *now.state), strict=True))
        read.update(zip(self.numbers, now.scalars, strict=True), grad=now.grad)
        calls: list[Thunk] = []
        for operation in self._operations:
            out = written[operation.target]
            operands = [read[name] for name in operation.operands]
            if operation.kernel in self._functions:
                assert loss_of is not None  # given by everyone who takes steps
                calls.append(partial(self._ask, operation.kernel, loss_of, operands, out))
            else:
                keywords = {name: value(hyperparameters) for name, value in operation.keywords}
                calls.append(_bound(operation.kernel, operands, keywords, out))
            read[operation.target] = out
        return tuple(calls)

    def ask(self, name: str, loss_of: LossOf, *operands: Tensor) -> Any:
        """Return what a function gives for copies of tensors that a run may change later."""
        with torch.inference_mode(False):
            return self._functions[name](loss_of, *(operand.clone() for operand in operands))

    def _ask(self, name: str, loss_of: LossOf, operands: Sequence[Tensor], out: Tensor) -> None:
        out.copy_(self.ask(name, loss_of, *operands))

    @cached_property
    def _functions(self) -> dict[str, Any]:
        space: dict[str, Any] = {"torch": torch}
        exec(self._source, space)  # the program's own lines
        return space

    # --- reading the lines ------------------------------------------------------------------------

    def _write(self, expression: ast.expr, target: str, temporaries: int) -> None:
        """Add the operations that leave an expression in a tensor.

        ``temporaries`` is the number of temporaries in use.
        """
        kernel, parts, keywords = self._operation(expression)
        operands: list[str] = []
        for part in parts:
            if not isinstance(part, ast.Name) and not self._is_number(part):
                # The target itself holds the intermediate result, unless it is still to be read.
                others = [other for other in parts if other is not part]
                if target in operands or any(target in _names(other) for other in others):
                    name = f"temporary {temporaries}"
                    temporaries += 1
                else:
                    name = target
                self._write(part, name, temporaries)
                operands.append(name)
            else:
                operands.append(self._leaf(part))
        if target not in self._kept:
            self._between[target] = None
        values = tuple((name, _function("h", value)) for name, value in keywords)
        self._operations.append(_Operation(kernel, tuple(operands), target, values))

    def _leaf(self, part: ast.expr) -> str:
        text = ast.unparse(part)
        if self._is_number(part):
            self._numbers.setdefault(text, part)
        return text

    def _operation(self, expression: ast.expr) -> tuple[str, tuple[ast.expr, ...], Keywords]:
        """Return a kernel, its operands and its keyword arguments."""
        match expression:
            case ast.BinOp(
                start, ast.Sub(), ast.BinOp(ast.BinOp(factor, ast.Mult(), above), ast.Div(), below)
            ) if self._is_number(factor):
                minus = ast.BinOp(ast.UnaryOp(ast.USub(), factor), ast.Mult(), above)
                return "addcdiv", (start, minus, below), ()
            case ast.BinOp(number, ast.Mult(), tensor) if self._is_number(number):
                return "mul", (tensor, number), ()
            case ast.BinOp(number, ast.Div(), tensor) if self._is_number(number):
                # As torch's tensors do it, with other bits than a division has.
                return "mul", (ast.Call(ast.Attribute(tensor, "reciprocal"), [], []), number), ()
            case ast.BinOp(left, operator, right) if type(operator) in _KERNELS:
                return _KERNELS[type(operator)], (left, right), ()
            case ast.Call(ast.Name(function), [ast.Name("loss_of"), *operands]):
                return function, tuple(operands), ()
            case ast.Call(
                ast.Attribute(tensor, "add" | "add_"), [other], [ast.keyword("alpha", alpha)]
            ):
                return "addcmul", (tensor, other, alpha), ()
            case ast.Call(ast.Attribute(tensor, method), arguments, keywords):
                named = tuple((str(keyword.arg), keyword.value) for keyword in keywords)
                return method.removesuffix("_"), (tensor, *arguments), named
        raise ValueError(
            f"An update cannot have {ast.unparse(expression)!r}: "
            "only + - * / and methods of tensors."
        )

    def _is_number(self, expression: ast.expr) -> bool:
        return _names(expression).isdisjoint(("grad", *self._kept, *self._between))


def _assignment(statement: ast.stmt) -> tuple[str, ast.expr]:
    """Return the tensor that a statement changes, and the expression for its new value."""
    match statement:
        case ast.Assign([ast.Name(target)], expression):
            return target, expression
        case ast.AugAssign(ast.Name(target), operator, expression):
            return target, ast.BinOp(ast.Name(target), operator, expression)
        case ast.Expr(ast.Call(ast.Attribute(_, method)) as expression) if method.endswith("_"):
            return _changed(expression), expression
    raise ValueError(f"An update cannot have {ast.unparse(statement)!r}: a line changes a tensor.")


def _changed(expression: ast.expr) -> str:
    """Return the tensor at the beginning of a chain of methods."""
    match expression:
        case ast.Call(ast.Attribute(before)):
            return _changed(before)
    return ast.unparse(expression)


def _names(expression: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(expression) if isinstance(part, ast.Name)}


class _OfHyperparameters(ast.NodeTransformer):
    """Takes every name except the rate and the step from ``h``, the hyperparameters by name."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in ("rate", "step", "math"):
            return node
        return ast.Subscript(ast.Name("h", ast.Load()), ast.Constant(node.id), ast.Load())


def _function(parameters: str, expression: ast.expr) -> Any:
    text = ast.unparse(_OfHyperparameters().visit(ast.parse(ast.unparse(expression), mode="eval")))
    return eval(f"lambda {parameters}: {text}", {"math": math})  # the program's own lines


def _bound(
    kernel: str, operands: Sequence[Tensor], keywords: Mapping[str, float], out: Tensor
) -> Thunk:
    """Return a call that writes a tensor.

    It works in place where the first operand is the tensor itself, since torch then has less to
    check.
    """
    first, *others = operands
    if first is out:
        return partial(getattr(out, f"{kernel}_"), *others, **keywords)
    return partial(getattr(torch, kernel), *operands, **keywords, out=out)
