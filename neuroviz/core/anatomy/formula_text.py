"""Arithmetic as text, true as it is written: formulas with numbers in place of letters.

Whoever computes what is written gets the result that is written. Four digits of each operand are
enough for that unless they cancel. Then more digits are written, or the small difference that
matters, such as 1 − ŷ, as a number by itself.
"""

from __future__ import annotations

import decimal
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import numpy as np

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.forward_backward import Values
from neuroviz.core.choices.optimizer_stages import UpdateStage
from neuroviz.core.choices.penalties import Penalty
from neuroviz.core.numbers import format_number, operand, subscripted
from neuroviz.core.types import Floats, Frozen

DIGITS = 4
"""Significant digits of a result."""
_MOST_DIGITS = 17
_PRECISION = 40
_MOST_PRECISION = 400
_LEAST = Decimal("1e-300")
"""Smaller numbers are 0 in the floats of a run."""
_NUMBER = re.compile(r"(?<![\w.₀-₉′])\d+(?:\.\d+)?(?:e[-−]?\d+)?|∞")
_SIGNS = str.maketrans({"·": "*", "−": "-", "^": "@", "≤": "<=", "[": "(", "]": ")"})


class Writing(Frozen):
    """How the numbers of an equation are written."""

    digits: int = DIGITS
    """Significant digits of every operand."""
    gap: str = ""
    """How ŷ is written where it is near 1 or −1: "" as it is; "output" as 1 − 5e-5, with the
    distance of the run's own ŷ; "z" with the distance computed from z, which has digits even where
    ŷ is 1 to the last bit."""


PLAIN = Writing()
_WRITINGS = tuple(
    Writing(digits, gap)
    for some in (range(DIGITS, 7), range(7, _MOST_DIGITS + 1))
    for gap in ("", "output", "z")
    for digits in some
)
"""In the order in which they are tried, since fewer digits are easier to read."""


def equation(write: Callable[[Writing], str], value: float) -> str:
    """Return an arithmetic with its result: "= 0.5·1 + 0.25 = 0.75", once if both are the same.

    Parameters
    ----------
    write
        Gives the text of the arithmetic in a writing.
    value
        Its result in the run.

    Returns
    -------
    str
        The first writing whose digits give the result to one unit of its last digit, the fourth.
        Where there is none, because the run's floats are rounded, the result has fewer digits;
        "≈ 0" stands for a result that is nothing but rounding.
    """
    if not math.isfinite(value):
        return _joined(write(PLAIN), value)
    texts = dict.fromkeys(map(write, _WRITINGS))
    for digits in range(DIGITS, 0, -1):
        for text in texts:
            if _follows(text, value, digits):
                return _joined(text, value, digits)
    # With the digits that make the terms cancel as well as in the run.
    return f"= {min(texts, key=lambda text: abs(worked_out(text)))} ≈ 0"


def worked_out(text: str) -> Decimal:
    """Return the result of an arithmetic in numbers, NaN where it has none.

    Parameters
    ----------
    text
        An arithmetic such as "−[0·log 0.5 + (1 − 0)·log(1 − 0.5)]", in the signs that formulas of
        the catalogues have.
    """
    text, _, difference = text.partition(", d = ")
    with decimal.localcontext(_context(text)):
        names = {**_NAMES, "d": worked_out(difference)} if difference else _NAMES
        try:
            # The text is always made by this package.
            return Decimal(eval(_code(text), {"__builtins__": {}}, names))
        except (ArithmeticError, ValueError):
            return Decimal("NaN")


def _context(text: str) -> decimal.Context:
    """Return a context with enough digits to tell 1 + 5e-30, and 1 + e⁻ᶻ, from 1."""
    numbers = [float(number.replace("−", "-")) for number in _NUMBER.findall(text.replace("∞", ""))]
    powers = [abs(math.log10(number)) for number in numbers if number > 0]
    powers += numbers if "e^" in text else []
    digits = int(min(_PRECISION + max(powers, default=0.0), _MOST_PRECISION))
    return decimal.Context(prec=digits, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[])


def _code(text: str) -> str:
    code = re.sub(r"\((\d+) more: ", "(", text)
    code = re.sub(r"\|([^|]*)\|", r"abs(\1)", code).replace("½d²", "half*d²").replace("½", "half")
    code = re.sub(r"e\^(\([^()]*\)|[\w.−-]+)", r"exp(\1)", code)
    code = re.sub(r"√(\([^()]*\)|[\w.−-]+)", r"sqrt(\1)", code)
    code = re.sub(r"log (softmax\([^()]*\)|\([^()]*\)|[\w.−-]+)", r"log(\1)", code)
    code = code.replace("Φ′", "density").replace("Φ", "probability")
    code = _NUMBER.sub(lambda found: f"number('{found.group().replace('−', '-')}')", code)
    return code.replace("²", "**number('2')").translate(_SIGNS).replace("@", "**")


def _number(text: str) -> Decimal:
    return Decimal("Infinity" if text == "∞" else text)


_NAMES: dict[str, object] = {
    "number": _number,
    "half": Decimal("0.5"),
    "exp": Decimal.exp,
    "sqrt": Decimal.sqrt,
    "log": Decimal.ln,
    "sign": lambda value: Decimal((value > 0) - (value < 0)),
    "softmax": lambda value: Decimal(1),
    "density": lambda z: (-z * z / 2).exp() / Decimal(2 * math.pi).sqrt(),
    "probability": lambda z: Decimal(math.erfc(-float(z) / math.sqrt(2)) / 2),
    "abs": abs,
    "max": max,
    "min": min,
}


def _follows(text: str, value: float, digits: int) -> bool:
    """Return whether an arithmetic gives a value to one unit of the last of ``digits`` digits."""
    result = format_number(value, digits)
    with decimal.localcontext(_context(text)):
        return abs(worked_out(text) - Decimal(result)) <= _unit(
            value, digits, written="e" not in result
        )


def _unit(value: float, digits: int, *, written: bool) -> Decimal:
    """Return one unit of the last digit; 1 at most for a number ``written`` without exponent."""
    if value == 0.0:
        return _LEAST
    place = int(f"{value:.{digits - 1}e}".partition("e")[2]) - digits + 1
    return Decimal(1).scaleb(min(place, 0) if written else place)


def _joined(text: str, value: float, digits: int = DIGITS) -> str:
    result = operand(value, digits)
    return f"= {result}" if text == result else f"= {text} = {result}"


_LETTER = re.compile(r"e⁻ᶻ|eᶻ|\(1 − ŷ\)|ŷ|(?<![A-Za-z′])[yz](?![A-Za-z])")
_NEAR = 0.01
"""Where ŷ is nearer than this to 1 or −1, it may be written by its distance."""
_LONGEST = 14
"""Most letters of a name from the user's data in a formula."""
_TERMS = 5
"""Most terms of a sum that are written out, as many as there can be outputs."""


def bracketed(
    value: float, writing: Writing = PLAIN, *, first: bool = False, power: bool = False
) -> str:
    """Return a number as it stands in a formula: in brackets if it has a sign.

    A number that comes ``first`` needs no brackets, since no sign precedes it. Before a ``power`` a
    sign or an exponent would be misread, so both are bracketed.
    """
    text = operand(value, writing.digits)
    signed = text[0] in "-−"
    return f"({text})" if (signed and not first) or (power and (signed or "e" in text)) else text


def summed(terms: Sequence[str]) -> str:
    """Return a sum of terms; of more than five, only four are written.

    The minus of a term becomes the sign between it and the term before.
    """
    shown = (
        terms
        if len(terms) <= _TERMS
        else [*terms[: _TERMS - 1], f"… {len(terms) - _TERMS + 1} more"]
    )
    signs = (f" − {term[1:]}" if term[0] in "-−" else f" + {term}" for term in shown[1:])
    return shown[0] + "".join(signs)


def folded(write: Callable[[int], str], values: Floats, writing: Writing) -> str:
    """Return a sum of numbers as text; of more than five, all but four are put together.

    Parameters
    ----------
    write
        Gives the text of the term with an index.
    values
        (n,): the values of the terms.
    writing
        How the sum of the remaining terms is written.
    """
    if len(values) <= _TERMS:
        return summed([write(number) for number in range(len(values))])
    shown = _TERMS - 1
    rest = f"({len(values) - shown} more: {operand(math.fsum(values[shown:]), writing.digits)})"
    return summed([*map(write, range(shown)), rest])


def weighted(anatomy: Anatomy, values: Values, writing: Writing) -> str:
    """Return z as the sum of its terms: wᵢ·xᵢ, and the bias where there is one."""
    factors = [*zip(anatomy.weights.tolist(), values.inputs.tolist(), strict=True)]
    terms = [
        f"{bracketed(weight, writing, first=True)}·{bracketed(value, writing)}"
        for weight, value in factors
    ]
    numbers = values.products
    if not anatomy.breaks("no_bias"):
        terms.append(operand(anatomy.bias, writing.digits))
        numbers = np.append(numbers, anatomy.bias)
    return folded(terms.__getitem__, numbers, writing)


def put_in(formula: str, numbers: Mapping[str, float], writing: Writing = PLAIN) -> str:
    """Return a formula of ŷ, y and z with numbers in place of the letters.

    Parameters
    ----------
    formula
        A formula such as "2·(ŷ − y)" or "1/(1 + e⁻ᶻ)".
    numbers
        Letter of the formula -> its value, and "gap of z" where :func:`letters` gives it.
    """
    formula = formula.partition(", Φ")[0]  # the rest says what Φ is

    def number(match: re.Match[str]) -> str:
        letter = match.group()
        if letter == "eᶻ":
            return f"e^{bracketed(numbers['z'], writing)}"
        if letter == "e⁻ᶻ":
            return f"e^{bracketed(-numbers['z'], writing)}"
        first = _is_first(formula, match.start())
        power = formula[match.end() :].startswith("²")
        end, gap = _gap(numbers, writing)
        if letter == "(1 − ŷ)":
            if end == 1:
                # A word such as log needs a space before a number without brackets.
                space = " " if formula[: match.start()].endswith("log") else ""
                return space + bracketed(gap, writing)
            return f"(1 − {bracketed(numbers['ŷ'], writing)})"
        if letter == "ŷ" and end:
            return f"({end:.0f} {'−' if end > 0 else '+'} {operand(gap, writing.digits)})"
        return bracketed(numbers[letter], writing, first=first, power=power)

    return _LETTER.sub(number, formula).replace("log (", "log(")


def _gap(numbers: Mapping[str, float], writing: Writing) -> tuple[int, float]:
    """Return 1 or −1, whichever ŷ is written from, or 0 for neither, and its distance from it."""
    output = numbers.get("ŷ", 0.0)
    if not writing.gap or 1 - abs(output) > _NEAR:
        return 0, 0.0
    end = 1 if output > 0 else -1
    gap = numbers.get("gap of z", 0.0) if writing.gap == "z" else 1 - abs(output)
    return (end, gap) if gap > 0 else (0, 0.0)


def _is_first(formula: str, position: int) -> bool:
    """Return whether no sign or factor precedes a letter, so that a minus needs no brackets."""
    return (
        position == 0
        or formula[position - 1] in "([|"
        or formula[:position].endswith(("if ", "d = "))
    )


_INSIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\|[^|]*\|")


def parameter(anatomy: Anatomy, index: int) -> str:
    """Return the name of a parameter: w₁ … b."""
    return subscripted(anatomy.settings.parameters.names[index])


def of_input(anatomy: Anatomy, index: int) -> str:
    """Return what a parameter is multiplied by: the input's name, or 1 or 0 for the bias.

    An input without a name of its own is x₁ …; the factor of the bias is 0 where there is no bias.
    """
    if index < anatomy.settings.dataset.width:
        return anatomy.settings.dataset.own_name(index, _LONGEST) or subscripted(f"x{index + 1}")
    return format_number(anatomy.settings.bias_input)


def letters(anatomy: Anatomy, sample: int) -> dict[str, float]:
    """Return the numbers of a sample by their letters in formulas.

    "gap of z" is 1 − ŷ computed from z, for a sigmoid whose z is above 0.
    """
    z, output, target = (
        float(column[sample])
        for column in (anatomy.pre_activation, anatomy.output, anatomy.targets)
    )
    numbers = {"z": z, "ŷ": output, "y": target}
    others = anatomy.settings.others
    z -= 0.0 if others is None else float(others[sample])
    if anatomy.settings.activation == "sigmoid" and z > 0:
        numbers["gap of z"] = math.exp(-z) / (1 + math.exp(-z))
    return numbers


def delta_formula(anatomy: Anatomy) -> str:
    """Return ∂ℓ/∂z in letters, from the formulas of loss and activation."""
    activation = anatomy.settings.activation_entry
    loss = anatomy.settings.loss_entry
    if (fused := anatomy.settings.fused) is not None:
        return fused.derivative_formula
    factors = [
        text for text in (loss.derivative_formula, activation.derivative_formula) if text != "1"
    ]
    if "0" in factors:
        return "0"
    return "·".join(map(as_factor, factors)) if len(factors) > 1 else "".join(factors)


def grad_term(
    anatomy: Anatomy, index: int, sample: int | None = None, writing: Writing = PLAIN
) -> str:
    """Return ∂ℓ/∂θᵢ in letters, or with the numbers of a sample."""
    delta = delta_formula(anatomy)
    if sample is None:
        return f"{as_factor(delta)}·{of_input(anatomy, index)}"
    numbers = put_in(as_factor(delta), letters(anatomy, sample), writing)
    return f"{numbers}·{bracketed(anatomy.extended[sample, index], writing)}"


def penalty_numbers(anatomy: Anatomy, writing: Writing) -> str:
    """Return the penalties with the numbers of all weights: 0.1·(0.5² + (−0.25)²)."""
    whole = anatomy.whole
    weights = whole.row.parameters[whole.settings.parameters.where("weights")]
    return " + ".join(
        _penalty(row, strength, weights, writing) for row, strength in whole.settings.penalties
    )


def penalty_slope(anatomy: Anatomy, index: int, writing: Writing | None = None) -> str:
    """Return what the penalties add to the gradient of a parameter.

    It is in letters, or with numbers if a writing is given, and "" for a bias.
    """
    settings = anatomy.settings
    penalties = () if settings.parameters.is_bias(index) else settings.penalties
    if writing is None:
        letter = parameter(anatomy, index)
        return " + ".join(
            f"{row.strength.symbol}·{row.derivative_formula.format(letter)}" for row, _ in penalties
        )
    value = float(anatomy.row.parameters[index])
    return " + ".join(
        f"{bracketed(strength, writing)}·{_in_place(row.derivative_formula, value, writing)}"
        for row, strength in penalties
    )


def _penalty(row: Penalty, strength: float, weights: Floats, writing: Writing) -> str:
    terms = folded(
        lambda number: _in_place(row.term_formula, float(weights[number]), writing),
        row.value(weights),
        writing,
    )
    sum_of_terms = terms if len(weights) == 1 else f"({terms})"
    return f"{bracketed(strength, writing)}·{sum_of_terms}"


def _in_place(formula: str, weight: float, writing: Writing) -> str:
    """Return a formula of a weight with the weight's number in it."""
    before, _, after = formula.partition("{}")
    first = before.endswith(("(", "|")) or not (before or after)
    return f"{before}{bracketed(weight, writing, first=first, power=after == '²')}{after}"


def staged(stage: UpdateStage, index: int) -> str:
    """Return how a stage of the update is computed, with the numbers of a parameter.

    An example is "= 0.5·0.25 = 0.125".
    """
    if not stage.pattern:
        return f"= {format_number(stage.of(index))}"
    return equation(lambda writing: _operation(stage, index, writing), stage.of(index))


def _operation(stage: UpdateStage, index: int, writing: Writing) -> str:
    pieces = stage.pattern.split("{}")
    text = pieces[0]
    for number, piece in zip(stage.operands_of(index), pieces[1:], strict=True):
        first = not text or text.endswith("(")
        text += bracketed(number, writing, first=first, power=piece[:1] in ("²", "^")) + piece
    return text


def as_factor(text: str) -> str:
    """Return a formula as a factor: in brackets if it is a sum, has cases or begins with "−"."""
    outside = text
    while _INSIDE.search(outside):
        outside = _INSIDE.sub("", outside)
    return f"({text})" if " " in outside or outside.startswith("−") else text
