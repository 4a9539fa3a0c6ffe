"""Arithmetic that is true as it is written.

Whoever computes what is written gets the result that is written. Four digits of each operand are
enough for that unless they cancel. Then more digits are written, or the small difference that
matters, such as 1 − ŷ, as a number by itself.
"""

from __future__ import annotations

import decimal
import math
import re
from collections.abc import Callable
from decimal import Decimal

from neuroviz.core.numbers import format_number, operand
from neuroviz.core.types import Frozen

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
