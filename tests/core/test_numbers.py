"""Numbers: shown short, written exactly, read the same way under every locale."""

import math
import random
import struct

import pytest

from neuroviz.core.numbers import (
    counted,
    exact,
    fixed,
    format_number,
    measured,
    parse_number,
    parse_numbers,
    parse_whole,
    printed,
    rounded_down,
    with_real_minus,
    without_power,
)
from tests.for_each import for_each


@for_each(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (None, "—"),
        (math.nan, "—"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (0.5, "0.5"),
        (-12.041, "-12.04"),
        (1e-4, "0.0001"),
        (0.0001234567, "0.0001235"),
        (3.7e-5, "3.7e-5"),
        (9.99999e-5, "0.0001"),
        (99999.9, "100000"),
        (123456.7, "123457"),
        (999999.7, "1e6"),
        (1e6, "1e6"),
        (-1.5e300, "-1.5e300"),
        (5e-324, "4.941e-324"),
        (100, "100"),
    ],
)
def test_a_number_is_shown_short(value, text):
    assert format_number(value) == text


@for_each(
    ("value", "given", "seen"),
    [
        (0.24199, "0.242", "0.2420"),
        (-2.0, "−2", "−2"),
        (1852.3, "1,852", "1,852"),
        (1.86001e-5, "1.86·10⁻⁵", "1.860·10⁻⁵"),
        (-1e153, "−10¹⁵³", "−10¹⁵³"),
        (0.0, "0", "0"),
        (None, "—", "—"),
    ],
)
def test_what_is_read_has_a_real_minus_thousands_and_powers_of_ten(value, given, seen):
    """What a run has come to keeps the zeros of a rounded number: 0.5 is 0.5, 0.50001 is 0.5000."""
    assert (printed(value), measured(value)) == (given, seen)


@pytest.mark.parametrize("digits", [1, 2, 4, 6, 12])
def test_a_shown_number_can_be_typed_back(digits):
    source = random.Random(digits)
    for _ in range(500):
        value = source.choice((-1, 1)) * 10 ** source.uniform(-12, 12)
        assert parse_number(format_number(value, digits)) == pytest.approx(
            value, rel=10.0 ** (1 - digits)
        )


def test_a_number_that_is_read_by_people_can_be_read_by_programs():
    """However large or small, and whole powers of ten too; what is no number stays."""
    source = random.Random(0)
    for written in (printed, measured):
        for value in (0.0, 1e-7, -1e153, *(10 ** source.uniform(-12, 12) for _ in range(500))):
            assert float(without_power(written(value))) == pytest.approx(value, rel=1e-3)
    for text in ("—", "", "1,2", "w₁", "α 10⁻⁵", "(1, 0)", "10:30"):
        assert without_power(text) == text


@for_each(
    ("value", "decimals", "text"),
    [
        (0.5, 3, "0.500"),
        (-0.0, 3, "0.000"),
        (-0.0004, 3, "0.000"),
        (-0.031, 4, "-0.0310"),
        (2.0, 0, "2"),
        (1.5e7, 2, "1.50e7"),
        (-1.5e7, 2, "-1.50e7"),
        (-999_999.0, 1, "-999999.0"),
        (-1e6, 1, "-1.0e6"),
        (None, 3, "—"),
        (math.nan, 3, "—"),
        (-math.inf, 3, "−∞"),
    ],
)
def test_a_column_keeps_its_decimals(value, decimals, text):
    assert fixed(value, decimals) == text


@for_each(
    ("value", "text"),
    [
        (5.0, "5"),
        (0.1, "0.1"),
        (1e-7, "1e-7"),
        (1e22, "1e22"),
        (-0.0, "-0"),
        (2**63 - 1, str(2**63 - 1)),
    ],
)
def test_an_exact_text_is_short(value, text):
    assert exact(value) == text


def test_an_exact_text_reads_back_to_the_same_bits():
    source = random.Random(0)
    values = [struct.unpack("d", source.randbytes(8))[0] for _ in range(3000)]
    for value in filter(math.isfinite, [*values, -0.0, 5e-324, 1.7976931348623157e308]):
        assert struct.pack("d", parse_number(exact(value))) == struct.pack("d", value)
        assert len(exact(value)) <= len(repr(value))


@for_each(
    ("text", "value"),
    [
        ("0,5", 0.5),
        ("0.5", 0.5),
        (" 1e-3 ", 1e-3),
        ("1E-3", 1e-3),
        ("+2", 2.0),
        ("−2,5", -2.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("-,5e2", -50.0),
        ("\N{NO-BREAK SPACE}7", 7.0),
    ],
)
def test_a_typed_number_is_read(text, value):
    assert parse_number(text) == value


@for_each(
    "text",
    [
        "",
        "  ",
        "abc",
        "1e-",
        "1e",
        "-",
        ".",
        "1 2",
        "nan",
        "inf",
        "∞",
        "1e999",
        "1_0",
        "0x1",
        "١",
        "1,234.5",
    ],
)
def test_what_is_no_number_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match=r"^[^\n]+(: write )[^\n]+\.$"):
        parse_number(text)


@pytest.mark.parametrize("text", ["1,234.5", "1.234,5", "1,234,567", "..5"])
def test_marks_for_thousands_are_named(text):
    with pytest.raises(ValueError, match="more than one decimal mark"):
        parse_number(text)


@for_each(
    ("text", "values"),
    [
        ("1,-1", (1.0, -1.0)),
        ("1, -1", (1.0, -1.0)),
        ("1,2, 3", (1.0, 2.0, 3.0)),
        ("0.5 2", (0.5, 2.0)),
        ("0,5; 1", (0.5, 1.0)),
        ("0.5;1e-3", (0.5, 1e-3)),
        ("−2", (-2.0,)),
    ],
)
def test_a_list_is_read(text, values):
    assert parse_numbers(text) == values


@for_each("text", ["", "1,,2", "1;", "a, b", "0,5 1", "1,2 -3"])
def test_a_list_with_holes_or_two_meanings_is_refused(text):
    with pytest.raises(ValueError, match=r"\.$"):
        parse_numbers(text)


@for_each(
    ("text", "number"),
    [
        ("20,000", 20_000),
        ("1,234,567", 1_234_567),
        ("10 000", 10_000),
        ("10\N{NARROW NO-BREAK SPACE}000", 10_000),
        ("10\N{NO-BREAK SPACE}000", 10_000),
        ("1'000'000", 1_000_000),
        ("10’000", 10_000),
        ("1e4", 10_000),
        ("-3", -3),
    ],
)
def test_whole_numbers_may_have_thousands(text, number):
    """What the program writes with thousands it reads back.

    Where a decimal mark would mean nothing.
    """
    assert parse_whole(text) == number


@pytest.mark.parametrize(
    ("parse", "text", "ways"),
    [
        (parse_number, "10,000", "10000 or 10"),
        (parse_number, "2,500", "2500 or 2.5"),
        (parse_number, "-1,250", "-1250 or -1.25"),
        (parse_numbers, "0.5 10,000", None),
        (parse_whole, "10.000", "10000 or 10"),
    ],
)
def test_what_may_be_thousands_or_decimals_is_asked_for(parse, text, ways):
    """Nobody who means 10 writes 10,000, nor 10.000 for a whole number.

    It was read so without a word.
    """
    with pytest.raises(
        ValueError, match=f"can be read in two ways: {f'write {ways}' if ways else ''}"
    ):
        parse(text)


@pytest.mark.parametrize(
    ("text", "value"), [("2,125", 2.125), ("0,250", 0.25), ("10.000", 10.0), ("1234,5", 1234.5)]
)
def test_three_decimals_are_decimals_where_no_thousands_can_be_meant(text, value):
    """With a 0 before the comma.

    With a last digit that counts, and behind the program's own point.
    """
    assert parse_number(text) == value
    assert parse_numbers(f"{text}; 1,250") == (value, 1.25)


@for_each("text", ["2,5", "0.5", "0,001", "1,23,456", "x", "", "1e300", "-1e16", "9" * 20])
def test_what_is_no_whole_number_is_refused(text):
    """Anything else is refused with a sentence."""
    with pytest.raises(ValueError, match=r"write|number"):
        parse_whole(text)


@for_each("parse", [parse_number, parse_whole, parse_numbers])
@for_each("text", ["9" * 5_000, "x" * 5_000, "1.5" * 2_000])
def test_a_long_text_is_not_quoted_whole(parse, text):
    """A sentence stays one that can be read, whatever was typed."""
    with pytest.raises(ValueError, match=r"^'.{20,60}' (is|has)") as refusal:
        parse(text)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("= (0.5599 - 1)·1 = -0.4401", "= (0.5599 - 1)·1 = −0.4401"),
        ("(-1, -.5), 3e-7, -1e5", "(−1, −.5), 3·10⁻⁷, −10⁵"),
        ("least-squares, 5.4-fold, cross-entropy", "least-squares, 5.4-fold, cross-entropy"),
    ],
)
def test_numbers_in_a_text_get_real_minus_signs_and_words_keep_their_hyphens(text, shown):
    assert with_real_minus(text) == shown


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")]
)
def test_one_thing_is_counted_without_an_s(count, text):
    assert counted(count, "row") == text


@pytest.mark.parametrize("digits", [2, 4, 6])
def test_a_bound_is_never_written_larger(digits):
    """Typed back it is on the safe side, by less than a unit of the last digit; 0.3 stays 0.3."""
    draw = random.Random(5)
    for value in [
        0.18029527,
        0.00015816320,
        1e12,
        9.9999e-5,
        *(10 ** draw.uniform(-12, 12) for _ in range(2000)),
    ]:
        read = float(rounded_down(value, digits))
        assert read <= value * (1 + 1e-11)
        assert read > value * (1 - 10.0 ** (1 - digits))
    assert rounded_down(0.1 + 0.2) == rounded_down(1 - 0.7) == "0.3"
    assert rounded_down(0.18029527) == "0.1802"
    assert (rounded_down(None), rounded_down(math.inf)) == ("—", "∞")
