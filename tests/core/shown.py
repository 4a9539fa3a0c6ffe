"""Shown arithmetic, read and worked out as a reader would."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

import mpmath

_NUMBER = re.compile(r"(?<![\w.₀-₉])\d+(?:\.\d+)?(?:e[-−]?\d+)?")
_NAMES = {
    "exp": math.exp,
    "log": math.log,
    "sign": lambda x: (x > 0) - (x < 0),
    "max": max,
    "abs": abs,
    "sqrt": math.sqrt,
    "density": lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
    "probability": lambda z: math.erfc(-z / math.sqrt(2)) / 2,
    "softmax": lambda x: 1.0,
    "euler": math.e,
}
_SIGNS = {
    "²": "**2", "·": "*", "−": "-", "^": "**", "≤": "<=", "[": "(", "]": ")", "½": "0.5*",
    "Φ′": "density", "Φ": "probability",
}  # fmt: skip
_TYPED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def as_typed(words: str) -> str:
    """Return words whose numbers are written as Python reads them: -2.5e-7 and 1852."""
    words = re.sub(r"(?<=\d),(?=\d{3}\b)", "", words).replace("−", "-")
    return re.sub(r"(\d·)?(?<![\d.])10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", _exponent, words)


def _exponent(power: re.Match[str]) -> str:
    first = power[1][:-1] if power[1] else "1"
    return f"{first}e{power[2].translate(_TYPED)}"


def worked_out(text: str, **letters: float) -> float:
    """Return what an expression of numbers comes to, or of letters that stand for some."""
    text, _, difference = text.removesuffix(", Φ the normal distribution").partition(", d = ")
    code = text.replace("else |d| − ½", "else |d| − 0.5")
    code = re.sub(r"e\^", "euler^", code.replace("e⁻ᶻ", "e^(-z)").replace("eᶻ", "e^z"))
    code = re.sub(r"\|([^|]*)\|", r"abs(\1)", code)
    code = re.sub(r"√(\([^()]*\)|[\w.−-]+)", r"sqrt(\1)", code)
    code = re.sub(r"log (softmax\([^()]*\)|\([^()]*\)|[\w.]+)", r"log(\1)", code)
    for sign, meaning in _SIGNS.items():
        code = code.replace(sign, meaning)
    names = {**_NAMES, **letters}
    names |= {"d": worked_out(difference, **letters)} if difference else {}
    return float(eval(code, {"__builtins__": {}}, names))  # texts of this package's own


def worked_out_exactly(text: str) -> mpmath.mpf:
    """Return the same with 450 digits, so that nothing but what is written cancels."""
    with mpmath.workdps(450):
        text, _, difference = text.replace("e^", "exp ").partition(", d = ")
        code = as_typed(
            re.sub(r"\(\d+ more: ", "(", text)
            .replace("else |d| − ½", "else |d| − 0.5")
            .replace("½d²", "0.5·d²")
        )
        code = re.sub(r"\|([^|]*)\|", r"abs(\1)", code).replace("log softmax", "log 1·softmax")
        code = re.sub(rf"√({_NUMBER.pattern})", r"sqrt(\1)", code).replace("√(", "sqrt(")
        code = re.sub(rf"\b(log|exp) ({_NUMBER.pattern})", r"\1(\2)", code).replace("log (", "log(")
        code = code.replace("exp (", "exp(").replace("Φ′", "npdf").replace("Φ", "ncdf")
        code = _NUMBER.sub(lambda found: f"mpf('{found.group()}')", code)
        for sign, meaning in _SIGNS.items():
            code = code.replace(sign, meaning)
        names = {
            name: getattr(mpmath, name) for name in ("mpf", "exp", "sqrt", "sign", "npdf", "ncdf")
        }
        names |= {"abs": abs, "max": max, "softmax": lambda x: mpmath.mpf(1), "log": _log}
        names |= {"d": worked_out_exactly(difference)} if difference else {}
        return mpmath.mpf(eval(code, {"__builtins__": {}}, names))


def _log(value: mpmath.mpf) -> mpmath.mpf:
    return mpmath.log(value) if value else -mpmath.inf


def numbers_of(text: str) -> list[float]:
    """Return the numbers of a text in their order, without their signs."""
    return [float(number) for number in _NUMBER.findall(as_typed(text))]


def letters_of(formula: str, numbers: Mapping[str, float]) -> list[float]:
    """Return the numbers that belong where a formula has letters, without signs.

    Those of the formula too, in order.
    """
    found = re.findall(_alternatives(numbers) + "|" + _NUMBER.pattern, formula)
    return [abs(numbers[item]) if item in numbers else float(item) for item in found]


def _alternatives(names: Iterable[str]) -> str:
    """Return a pattern of any of these names, the longest first."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
