"""The lines of an update, run by Python as a script runs them, and as calls."""

import math

import pytest
import torch

from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.update_code import UpdateCode
from neuroviz.core.types import Point
from tests.core.their_optimizers import THEIRS
from tests.for_each import for_each

WIDTH = 5
STEPS = 4
MADE_UP = {
    "what lies between waits for both sides": (
        "state = (state + grad) * (state - grad)",
        "theta -= state",
    ),
    "the target is read last": (
        "state = state * eps + (grad - state) / (1 + grad * grad)",
        "theta -= state",
    ),
    "one of its own is read and written": (
        "own = grad * 2",
        "own = (own + theta) * (own - grad)",
        "theta -= own",
    ),
    "a number first": (
        "state = eps - rate / (2 + grad * grad)",
        "theta += rate * (step + 1) * state",
    ),
    "a chain of methods": ("state.mul_(eps).add_(grad).abs_().sqrt_()", "theta.sub_(state)"),
    "the state before and after": (
        "theta -= rate * state / (grad + eps)",
        "state = grad.sqrt().maximum(state)",
    ),
}


def tensors(count, seed, dtype):
    """Return positive numbers, no two the same."""
    return list(
        torch.rand(count, WIDTH, generator=torch.Generator().manual_seed(seed)).to(dtype) + 0.1
    )


def by_python(lines, state, numbers, dtype):
    """Return θ and the state after some steps of the lines as they stand."""
    theta, *kept = tensors(1 + len(state), 1, dtype)
    space = {
        "math": math,
        "rate": 0.3,
        **numbers,
        "theta": theta,
        **dict(zip(state, kept, strict=True)),
    }
    for step, grad in enumerate(tensors(STEPS, 2, dtype)):
        exec("\n".join(lines), space | {"step": step, "grad": grad}, space)
    return [space[name] for name in ("theta", *state)]


def by_calls(code, state, numbers, dtype, *, in_place):
    """Return the same by calls: from one point to another and back, or at one point in place."""
    points = [point(code, len(state), dtype) for _ in range(1 if in_place else 2)]
    for tensor, value in zip(
        (points[0].parameters, *points[0].state), tensors(1 + len(state), 1, dtype), strict=True
    ):
        tensor.copy_(value)
    for step, grad in enumerate(tensors(STEPS, 2, dtype)):
        now, then = points[step % len(points)], points[(step + 1) % len(points)]
        now.grad.copy_(grad)
        for tensor, number in zip(now.scalars, code.scalars(0.3, numbers, step), strict=True):
            tensor.fill_(number)
        for call in code.calls(now, then, numbers):
            call()
        assert now.grad.tolist() == grad.tolist()
    last = points[STEPS % len(points)]
    return [last.parameters, *last.state]


def point(code, states, dtype):
    """Return zeros, but for the scratch, in which anything may stand."""
    parameters, grad, *state = torch.zeros(2 + states, WIDTH, dtype=dtype)
    scalars, scratch = (
        torch.zeros(len(code.numbers), dtype=dtype),
        torch.full((code.scratch, WIDTH), torch.nan),
    )
    return Point(parameters, grad, tuple(state), tuple(scalars), tuple(scratch.to(dtype)))


@for_each("in_place", [False, True])
@for_each("dtype", [torch.float64, torch.float32])
@for_each("optimizer", THEIRS)
def test_the_calls_are_the_lines_to_the_last_bit(optimizer, dtype, in_place):
    """From one row to the next, as a run goes, and in place, as a sweep does."""
    row, state, numbers = (
        OPTIMIZERS[optimizer],
        tuple(OPTIMIZERS[optimizer].state),
        THEIRS[optimizer].numbers,
    )
    found = by_calls(row.code, state, numbers, dtype, in_place=in_place)
    assert told(found) == told(by_python(row.tensor_code, state, numbers, dtype))


@for_each("in_place", [False, True])
@for_each("name", MADE_UP)
def test_no_line_reads_what_another_has_overwritten(name, in_place):
    """Whatever the lines read twice, or write before they read it."""
    lines, numbers = MADE_UP[name], {"eps": 0.037}
    found = by_calls(
        UpdateCode(lines, ["state"]), ["state"], numbers, torch.float64, in_place=in_place
    )
    assert told(found) == told(by_python(lines, ["state"], numbers, torch.float64))


def told(tensors):
    """Return all bits."""
    return repr([tensor.tolist() for tensor in tensors])


@pytest.mark.parametrize(
    ("lines", "quoted"),
    [
        (("theta -= rate * grad ** 2",), "grad ** 2"),
        (("theta -= torch.sign(grad) @ grad",), "torch.sign(grad) @ grad"),
        (("if step: theta -= grad",), "if step:"),
        (("grad.sqrt()",), "grad.sqrt()"),
    ],
)
def test_what_cannot_be_a_call_is_quoted(lines, quoted):
    """Nothing is left out in silence."""
    with pytest.raises(ValueError, match="An update cannot have") as refusal:
        UpdateCode(lines, ())
    assert quoted in str(refusal.value)
