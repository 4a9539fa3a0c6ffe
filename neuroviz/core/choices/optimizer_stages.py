"""The stages of an update: every number between gradient and new parameters, by its formula.

New state and new parameters are the run's own numbers to the last bit. The other numbers are
computed in float64 from the formula that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from neuroviz.core.lazy import np
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
