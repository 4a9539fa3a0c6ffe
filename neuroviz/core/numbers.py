"""The only parser and the only formatter of numbers in the program.

Numbers to be read, on screen and on paper, have a real minus, commas and powers of ten: given ones
(`printed`), results of a run (`measured`), and numbers inside a text (`with_real_minus`). Numbers
that may be typed again are plain (`format_number`, `fixed`); in a file or on a command line they
are exact (`exact`). Typed numbers are read in the same way under every locale (`parse_number`,
`parse_numbers`).
"""

import math
import re
import reprlib
from collections.abc import Sequence
from decimal import ROUND_DOWN, Context

from neuroviz.core.outside import printable

DASH = "—"
"""Stands for a number that has not been computed."""
MAX_SEED = 2**31 - 1

_INFINITY = "∞"
_PLAIN_LOW = 1e-4
_LAST_BITS = 1e-12
_PLAIN_HIGH = 1e6
_MINUS_SIGNS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{NO-BREAK SPACE}": " "})
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:([,'’ \u202f\xa0])[0-9]{3})(?:\1[0-9]{3})*")
# Nobody ends decimals after a comma in 0, nor writes decimals in a whole number: thousands may be
# meant.
_THOUSANDS_OR_DECIMALS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{2}0")
_THOUSANDS_OR_WHOLE = re.compile(r"[+-]?[1-9][0-9]{0,2}\.000")
_MANY_MARKS = re.compile(r"[+-]?[0-9]*[.,][0-9]*[.,][0-9.,]*(?:[eE][+-]?[0-9]+)?")
_EXAMPLES = "write it like 0.05, 1e-3 or 2,5"
_WHOLE_EXAMPLES = "write it like 10000 or 1e4"
_EXACT = 10**15  # whole numbers up to here are certainly as typed
_ASCII_MINUS = re.compile(r"(?<![\w)])-(?=[\d.])")
_EXPONENT = re.compile(r"(?<![\w.])(?:1(?=e)|(\d+(?:\.\d+)?))e([+-]?\d+)\b")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_EXPONENTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_GROUPED = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PRINTED = re.compile(rf"([+−]?)(?:({_GROUPED})(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?|10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))")
_LOOKED_AT = 1000  # letters of a name that are used, since one from outside may have millions
_QUOTATION = reprlib.Repr()
_QUOTATION.maxstring = 60


def counted(count: int, what: str) -> str:
    """Return a number of things in words, such as "1 row" and "1,200 rows"."""
    return f"{count:,} {what}{'s' * (count != 1)}"


def joined(names: Sequence[str], last: str = "and") -> str:
    """Return names one after the other, as in "h₁, h₂ and h₃"."""
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def format_number(value: float | None, digits: int = 4) -> str:
    """Write a number with ``digits`` significant digits, 1 or more.

    None means a number that has not been computed. Plain decimals are used where 1e-4 <= abs(value)
    < 1e6, otherwise an exponent such as "3.7e-5". There are no trailing zeros and no negative zero,
    and the minus is ASCII so that the number can be typed again; "∞", "−∞" or "—" where it is not
    finite.
    """
    return _written(value, digits)


def operand(value: float | None, digits: int = 4) -> str:
    """Write a number of an arithmetic as :func:`format_number`; a rounded one keeps its zeros."""
    return _written(value, digits, zeros=True)


def printed(value: float | None, digits: int = 4) -> str:
    """Write a given or round number to be read: a setting, an input, the end of an axis.

    It is written as by :func:`format_number`, but as "−0.5", "20,000", "3.7·10⁻⁵".
    """
    return with_real_minus(_written(value, digits, grouped=True))


def measured(value: float | None, digits: int = 4, *, signed: bool = False) -> str:
    """Write a result of a run: a loss, an output, a weight, a gradient.

    It is written as by :func:`printed`, but one that was rounded keeps its zeros: "0.2420". A
    positive number has a sign where numbers are ``signed``.
    """
    text = with_real_minus(_written(value, digits, grouped=True, zeros=True))
    return f"+{text}" if signed and value is not None and value > 0 else text


def rounded_down(value: float | None, digits: int = 4) -> str:
    """Write a bound above 0, such as a largest learning rate, never larger than it is.

    It is written as by :func:`format_number`, but rounded down, so whoever types it is on the safe
    side. A number below a round one by only its last bits is written as the round one.
    """
    if value is None or not math.isfinite(value):
        return format_number(value)
    return format_number(
        float(Context(digits, ROUND_DOWN).create_decimal(value * (1 + _LAST_BITS))), digits
    )


def fixed(value: float | None, decimals: int = 4, *, grouped: bool = False) -> str:
    """Write a number for a column of a table, such as "-0.0310", with thousands grouped or not.

    The number of decimals is always the same, so that nothing jumps. From 1e6 on the form with an
    exponent has them. A value that rounds to zero has no sign, and None means a number that has not
    been computed.
    """
    if value is None or not math.isfinite(value):
        return format_number(value)
    if abs(value) >= _PLAIN_HIGH:
        mantissa, exponent = f"{value:.{decimals}e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    text = f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def round_up(number: float, digits: Sequence[float] = (1, 2, 5)) -> float:
    """Return the least of 1, 2, 5, 10, 20 … (or tenths of them …) that is not below a number.

    More ``digits``, ascending from 1, bring it closer.
    """
    exponent = math.floor(math.log10(number))
    steps = (*digits, 10, 20)
    return next(step for k in steps if (step := float(f"{k}e{exponent}")) >= number * (1 - 1e-12))


def exact(value: float) -> str:
    """Write a number for files and command lines.

    It is the shortest text that reads back to the same bits, without ".0".
    """
    # int first: a float detour would lose the digits of a large int.
    if isinstance(value, int):
        return str(int(value))
    text = repr(float(value))
    return text.removesuffix(".0").replace("e-0", "e-").replace("e+", "e")


def subscripted(name: str) -> str:
    """Return a name with its digits as subscripts: w1 is w₁."""
    return name.translate(_SUBSCRIPTS)


def power_of_ten(exponent: int) -> str:
    """Return 10 to an exponent as people write it, such as 10⁻⁷."""
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}"


def with_real_minus(text: str) -> str:
    """Return a text with real minus signs and powers of ten in its numbers.

    Hyphens in words stay.
    """
    return _ASCII_MINUS.sub("−", _EXPONENT.sub(_with_power, text))


def _with_power(number: re.Match[str]) -> str:
    power = power_of_ten(int(number[2]))
    return power if number[1] is None else f"{number[1]}·{power}"


def without_power(text: str) -> str:
    """Return a number as :func:`printed` writes it as programs read it, such as "-3.7e-5".

    Other texts stay as they are.
    """
    found = _PRINTED.fullmatch(text)
    if found is None:
        return text
    sign, number, power, alone = found.groups()
    exponent = (power or alone or "").translate(_EXPONENTS)
    plain = (number or "1").replace(",", "")
    return f"{'-' if sign == '−' else ''}{plain}{f'e{exponent}' if exponent else ''}"


def parse_number(text: str, examples: str = _EXAMPLES) -> float:
    """Read one finite number as a person types it: "0.5", "0,5", "1e-3" or "−2".

    Spaces around it do not matter. The message for a text that is not a number gives ``examples``.

    Raises
    ------
    ValueError
        With one sentence saying what is wrong and what would work.
    """
    stripped = text.translate(_MINUS_SIGNS).strip()
    if not stripped:
        raise ValueError(f"A number is missing: {examples}.")
    if _THOUSANDS_OR_DECIMALS.fullmatch(stripped):
        raise _in_two_ways(stripped)
    if _MANY_MARKS.fullmatch(stripped):
        raise ValueError(
            f"{quoted(stripped)} has more than one decimal mark: "
            "write thousands without, as in 1234.5."
        )
    if not _NUMBER.fullmatch(stripped):
        raise ValueError(f"{quoted(stripped)} is not a number: {examples}.")
    number = float(stripped.replace(",", "."))
    if not math.isfinite(number):
        raise ValueError(f"{quoted(stripped)} is too large: write a smaller number.")
    return number


def parse_whole(text: str) -> int:
    """Read one whole number as a person types it, with or without marks between thousands.

    Raises
    ------
    ValueError
        With one sentence saying what is wrong and what would work.
    """
    stripped = text.strip()
    if _THOUSANDS_OR_WHOLE.fullmatch(stripped):
        raise _in_two_ways(stripped)
    # A comma cannot be a decimal mark here: "20,000" is what this program itself writes.
    grouped = _THOUSANDS.fullmatch(stripped)
    plain = stripped.replace(grouped[1], "") if grouped else stripped
    number = parse_number(plain, _WHOLE_EXAMPLES)
    if not number.is_integer():
        raise ValueError(f"{quoted(stripped)} is not a whole number: {_WHOLE_EXAMPLES}.")
    if abs(number) > _EXACT:
        raise ValueError(f"{quoted(stripped)} is not a whole number up to 1e15: {_WHOLE_EXAMPLES}.")
    return int(number)


def _in_two_ways(text: str) -> ValueError:
    """Return the error about a mark before three digits, of thousands or of decimals."""
    thousands = re.sub("[.,]", "", text)
    decimal = exact(float(text.replace(",", ".")))
    return ValueError(f"{quoted(text)} can be read in two ways: write {thousands} or {decimal}.")


def parse_numbers(text: str) -> tuple[float, ...]:
    """Read one or more finite numbers separated by commas, semicolons or spaces.

    Examples are "1, -1", "0.5 2" and "0,5; 1". Where semicolons separate, a comma is a decimal
    mark; elsewhere a comma separates and the point is the decimal mark.

    Raises
    ------
    ValueError
        With one sentence about a part that is missing or is not a number, or about a text such as
        "0,5 1", in which a comma may mean either thing.
    """
    plain = text.translate(_MINUS_SIGNS).strip()
    if ";" in plain:
        return tuple(parse_number(part.replace(",", ".")) for part in plain.split(";"))
    if re.search(r"[0-9],[0-9]", plain) and re.search(r"[0-9]\s+[0-9+.-]", plain):
        raise ValueError(
            f"{quoted(plain)} can be read in two ways: separate the numbers by ';', as in 0,5; 1."
        )
    return tuple(parse_number(word) for part in plain.split(",") for word in part.split() or [""])


def quoted(text: str) -> str:
    """Return typed text in quotation marks for a sentence, shortened in the middle if long."""
    return _QUOTATION.repr(text)


def elided(name: str, longest: int = 60) -> str:
    """Return a name as it can be shown: printable, in one line, shortened at the end if long."""
    name = printable(" ".join(name[:_LOOKED_AT].split()))
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def capitalized(text: str) -> str:
    """Return words with a capital first letter; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def _written(
    value: float | None, digits: int, *, grouped: bool = False, zeros: bool = False
) -> str:
    """Write a number with ``digits`` digits, with the zeros of a rounded one or without."""
    if value is None or math.isnan(value):
        return DASH
    if math.isinf(value):
        return _INFINITY if value > 0 else f"−{_INFINITY}"
    if value == 0.0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    # The rounded value decides, so that 999999.9 does not come out as a seven-digit "1000000".
    rounded = float(f"{mantissa}e{exponent}")
    zeros = zeros and not math.isclose(rounded, value, rel_tol=_LAST_BITS)
    if _PLAIN_LOW <= abs(rounded) < _PLAIN_HIGH:
        decimals = max(0, digits - 1 - int(exponent))
        text = f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"
        return text if zeros else _trimmed(text)
    return f"{mantissa if zeros else _trimmed(mantissa)}e{int(exponent)}"


def _trimmed(decimals: str) -> str:
    return decimals.rstrip("0").rstrip(".") if "." in decimals else decimals
