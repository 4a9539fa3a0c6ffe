"""The stages of an update: every number between gradient and new parameters, by its formula.

New state and new parameters are the run's own numbers to the last bit. The other numbers are
computed in float64 from the formula that is shown.

Newton's method asks the loss for its curvature besides the gradient, exact line search for the
rate. These functions are written here as a script prints them, and a run calls these very lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from neuroviz.core.lazy import np
from neuroviz.core.numbers import subscripted
from neuroviz.core.types import Floats, Unique

Operand = Floats | float

_LETTER = re.compile("Δ?[^\\W\\d_²][₀-₉]*′?")
"""A letter with everything that belongs to it: Δθ, β₁, ĝ, θ′."""
_SIGNS = str.maketrans({"·": "*", "−": "-", "²": "**2", "^": "**"})


class Rule(NamedTuple):
    """How a stage is computed from what comes before it."""

    symbol: str
    """Its letter in the formulas."""
    label: str
    """Its name in words."""
    formula: str
    """In letters: θ, g, η, t (1 at the first update), and those of the state, the hyperparameters
    and earlier stages."""


class UpdateStage(Unique):
    """One number on the way from the gradient to the new parameters, for every parameter."""

    symbol: str
    """Its letter in the formulas."""
    label: str
    """Its name in words."""
    formula: str
    """How it is computed from what comes before it, in letters."""
    values: Operand
    """(P,), or one number for all parameters."""
    before: Operand | None = None
    """(P,): its value before this step; None for what is made anew in every step."""
    pattern: str = ""
    """The formula with ``{}`` where numbers go."""
    operands: tuple[Operand, ...] = ()
    """The numbers for those places, each (P,) or one for all parameters."""
    told: bool = False
    """Whether a sentence about the whole step names it."""

    @property
    def equation(self) -> str:
        """The letter and its formula; the letter alone where it has no formula.

        An arrow between them means that the formula has its value before the step.
        """
        if self.formula == self.symbol:
            return self.symbol
        renewed = self.before is not None and self.symbol in _LETTER.findall(self.formula)
        return f"{self.symbol} {'←' if renewed else '='} {self.formula}"

    def of(self, parameter: int) -> float:
        """Return the number of the stage for a parameter."""
        return number_of(self.values, parameter)

    def operands_of(self, parameter: int) -> tuple[float, ...]:
        """Return the numbers of the operands for a parameter."""
        return tuple(number_of(operand, parameter) for operand in self.operands)


def number_of(values: Operand, parameter: int) -> float:
    """Return the number that belongs to a parameter: one of (P,), or the one for all."""
    numbers = np.asarray(values)
    return float(numbers[parameter] if numbers.ndim else numbers)


class Update(Unique):
    """One update, with the numbers before and after it."""

    parameters: Floats
    """(P,): θ."""
    grad: Floats
    """(P,): the gradient that the optimizer gets."""
    state: Floats
    """(S, P), in the order of the optimizer's names."""
    new_parameters: Floats
    """(P,): θ of the run after the update."""
    new_state: Floats
    """(S, P): the state of the run after the update."""
    rate: float
    """The learning rate after its schedule."""
    hyperparameters: Mapping[str, float]
    """Values in force at the row, by name."""
    count: int
    """Number of the update, 1 for the first."""
    ask: Callable[..., Any]
    """``ask(name, …)``: the result of one of the optimizer's functions here, in float64."""


def worked_out(
    rules: Iterable[Rule], before: Mapping[str, Operand], after: Mapping[str, Floats]
) -> tuple[UpdateStage, ...]:
    """Return the stages of an update.

    Parameters
    ----------
    rules
        How each stage is computed, in order.
    before
        The value of every letter before the update.
    after
        The run's own numbers for the letters that the update changes.

    Raises
    ------
    KeyError
        If a formula has a letter without a value.
    """
    known = dict(before)
    stages: list[UpdateStage] = []
    for symbol, label, formula in rules:
        letters, pattern, function = _read(formula)
        operands = tuple(known[letter] for letter in letters)
        values = after[symbol] if symbol in after else function(*operands)
        old = before.get(symbol.removesuffix("′"))
        stages.append(UpdateStage(symbol, label, formula, values, old, pattern, operands))
        known[symbol] = values
    return tuple(stages)


@cache
def _read(formula: str) -> tuple[tuple[str, ...], str, Callable[..., Operand]]:
    """Return the letters of a formula, the text between them, and its function."""
    formula = formula.replace("ᵗ", "^t")
    letters = tuple(_LETTER.findall(formula))
    pattern = _LETTER.sub("{}", formula)
    names = [f"_{place}" for place in range(len(letters))]
    code = re.sub(r"√(\{\}|\([^()]*\))", r"sqrt(\1)", pattern).translate(_SIGNS).format(*names)
    function: Callable[..., Operand] = eval(f"lambda {', '.join(names)}: {code}", {"sqrt": np.sqrt})
    return letters, pattern, function


NEWTON = '''\
def hessian_of(loss_of, theta):
    """The second derivatives of the loss."""
    with torch.enable_grad():
        theta = theta.detach().requires_grad_()
        (grad,) = torch.autograd.grad(loss_of(theta).sum(), theta, create_graph=True)
        grad = grad + 0 * theta  # straight pieces depend on theta, too
        rows = [
            torch.autograd.grad(part.sum(), theta, retain_graph=True)[0]
            for part in grad.unbind(-1)
        ]
    return torch.stack(rows, -2)


def newton_parts(loss_of, theta, grad):
    """Curvatures, their directions, the damping, the step along each."""
    hessian = hessian_of(loss_of, theta)
    finite = hessian.isfinite().all(-1).all(-1)[..., None]
    curvatures, directions = torch.linalg.eigh(hessian.nan_to_num(0, 0, 0))
    along = (directions.mT @ grad[..., None])[..., 0]
    largest = curvatures.abs().amax(-1, keepdim=True)
    flat = largest * theta.shape[-1] * torch.finfo(theta.dtype).eps
    unit = largest.where(largest > 0, 1)
    loss = loss_of(theta)[..., None]
    damping = 0 * unit
    steps = (0 * along).where(finite, torch.nan)
    searching = finite
    # Undamped, then damped more and more until the loss does not rise
    for factor in (0, *(10.0**power for power in range(-3, 13))):
        divisors = curvatures + factor * unit
        tried = (-along / divisors).where(divisors > flat, 0)
        there = theta + (directions @ tried[..., None])[..., 0]
        # Damping that leaves a direction flat would leave it out of the step
        convex = ((divisors > flat) | (curvatures >= -flat)).all(-1, keepdim=True)
        down = (tried * along).sum(-1, keepdim=True) < 0
        good = searching & convex & down & (loss_of(there)[..., None] <= loss)
        damping = (factor * unit).where(good, damping)
        steps = tried.where(good, steps)
        searching = searching & ~good
        if not searching.any():
            break
    return curvatures, directions, damping, steps


def newton_step(loss_of, theta, grad):
    """The step to the bottom of the local parabola."""
    _, directions, _, steps = newton_parts(loss_of, theta, grad)
    return (directions @ steps[..., None])[..., 0]
'''
"""Curvatures up to P·ε times the largest count as 0, and their directions are left out, which gives
the step of least norm. Where a curvature is below 0, or the loss would rise, a multiple of the
identity is added: the first of 10⁻³, 10⁻², … 10¹² times the largest absolute curvature, or times 1
if that is 0, that avoids it. Where the loss rises even then, there is no step. Reference: Nocedal
and Wright 2006, section 3.4."""

LINE_SEARCH = '''\
def slope_along(loss_of, theta, grad, rate):
    """The slope of the loss, at this rate against the gradient."""
    with torch.enable_grad():
        there = (theta - rate * grad).detach().requires_grad_()
        (grad_there,) = torch.autograd.grad(loss_of(there).sum(), there)
    return -(grad_there * grad).sum(-1, keepdim=True)


def rate_along(loss_of, theta, grad, most):
    """The rate with the least loss against the gradient."""
    low = 0 * grad[..., :1]
    most = low + most
    high = most / 4**10
    high = high.where(high > 0, most)
    falls = slope_along(loss_of, theta, grad, low)
    rises = slope_along(loss_of, theta, grad, high)
    while (on := (rises < 0) & (high < most)).any():
        low, falls = high.where(on, low), rises.where(on, falls)
        high = (4 * high).minimum(most).where(on, high)
        rises = slope_along(loss_of, theta, grad, high)
    low = high.where(rises < 0, low)  # it falls up to the end
    side = 0 * low
    for _ in range(50):
        # Where a straight line crosses 0 (Illinois algorithm)
        rate = high - (high - low) * rises / (rises - falls)
        rate = rate.where(rate.isfinite(), (low + high) / 2)
        if not ((low < rate) & (rate < high)).any():
            break
        slope = slope_along(loss_of, theta, grad, rate)
        up = ~(slope < 0)
        half = 1 - 0.5 * (side == 2.0 * up - 1)
        side = 2.0 * up - 1
        low, high = low.where(up, rate), rate.where(up, high)
        falls, rises = (falls * half).where(up, slope), slope.where(up, rises * half)
    return rate
'''
"""The rate is quadrupled, from a millionth of the longest, or from the longest itself where that
rounds to 0, until the slope is upwards; the zero of the slope in between is then found to the last
digits. Where the slope is downwards at the longest rate, that one is taken. Reference: Dowell and
Jarratt 1971, A modified regula falsi method, BIT 11, 168-174."""

_ROUNDING = 1e-9
"""A curvature below 0 is named as such only if it exceeds this share of the largest."""
_ROUNDED = 1e-7
"""Largest share of a number that float32 rounds away."""
_MOST = 8
"""Most parameters for which the directions are shown one by one."""


def newton_stages(update: Update) -> tuple[UpdateStage, ...]:
    """Return the stages from the gradient to Newton's step p, one direction after another."""
    curvatures, directions, damping, steps = update.ask("newton_parts")
    whole = directions @ steps
    if not whole.any():
        why = "with any the loss would rise" if update.grad.any() else "the gradient is 0"
        return (UpdateStage("p", f"no step: {why}", "p", whole, told=True),)
    tau = float(damping[0])
    stages: list[UpdateStage] = []
    if tau:
        why = "the loss would rise without it"
        if not curvatures.any():
            why = "the loss does not bend here"
        elif curvatures[0] < -_ROUNDING * np.abs(curvatures).max():
            why = "a curvature is below 0"
        stages.append(UpdateStage("τ", f"damping: {why}", "τ", tau, told=True))
    if len(steps) > _MOST:
        formula = "−(H + τ·I)⁻¹·g" if tau else "−H⁻¹·g"
        return (*stages, UpdateStage("p", "Newton's step", formula, whole))
    terms: list[str] = []
    operands: list[Operand] = []
    for place, direction in enumerate(directions.T):
        curvature = float(curvatures[place])
        step = float(steps[place])
        stages += _along(place + 1, direction, update.grad, curvature, tau, step)
        if step:
            terms.append(f"{stages[-1].symbol}·{subscripted(f'q{place + 1}')}")
            operands += (step, direction)
    pattern = " + ".join(["{}·{}"] * len(terms))
    formula = " + ".join(terms)
    whole_step = UpdateStage("p", "Newton's step", formula, whole, None, pattern, tuple(operands))
    return (*stages, whole_step)


def _along(
    number: int, direction: Floats, grad: Floats, curvature: float, tau: float, step: float
) -> Iterator[UpdateStage]:
    """Yield the stages of Newton's step along one direction q."""
    curved, slope, direct, went = (subscripted(f"{letter}{number}") for letter in "λcqs")
    along = f"along direction {number}"
    yield UpdateStage(curved, f"curvature {along}", curved, curvature)
    products = tuple(map(float, np.column_stack((direction, grad)).ravel()))
    pattern = " + ".join(["{}·{}"] * len(grad))
    share = float(direction @ grad)
    yield UpdateStage(slope, f"gradient {along}", f"{direct}·g", share, None, pattern, products)
    if not step:
        yield UpdateStage(went, f"no step {along}: no {'bend' if share else 'pull'}", went, 0.0)
        return
    formula = f"−{slope}/({curved} + τ)" if tau else f"−{slope}/{curved}"
    pattern = "−{}/({} + {})" if tau else "−{}/{}"
    operands = (share, curvature, tau) if tau else (share, curvature)
    yield UpdateStage(went, f"step {along}", formula, step, None, pattern, operands)


def line_search_stages(update: Update) -> tuple[UpdateStage, ...]:
    """Return the stage of the rate that is found along the negative gradient."""
    rate, longest = found_rate(update.ask, update.rate)
    label = "rate found along −g"
    if longest:
        label = "the longest rate: the loss falls up to it"
    if not update.grad.any():
        label = "any rate: the gradient is 0"
    return (UpdateStage("α", label, "α", rate, told=True),)


def found_rate(ask: Callable[..., Any], longest: float) -> tuple[float, bool]:
    """Return the rate found along the negative gradient, and whether it is the longest.

    Parameters
    ----------
    ask
        As in :class:`Update`.
    """
    rate = float(ask("rate_along", longest)[0][0])
    # A run in float32 rounds the longest rate before it takes it.
    return (longest, True) if rate >= longest * (1 - _ROUNDED) else (rate, False)
