"""Expressions, against Python's own arithmetic, and that they can do nothing else."""

import math

import pytest

from neuroviz.lessons.expressions import (
    Expression,
    ExpressionError,
    filled,
    typed_digits,
    words_in,
)
from tests.for_each import for_each


class Names:
    """A scope with three names and a function."""

    def value(self, path):
        known = {("w1",): -2.0, ("before", "w1"): 3.0, ("state",): "learning", ("stopped",): False}
        if path not in known:
            raise ExpressionError(f"There is nothing called {'.'.join(path)}.")
        return known[path]

    def call(self, path, arguments):
        return 10 * arguments[0]


@for_each(
    ("text", "value"),
    [
        ("1 + 2 * 3 ** 2 / 4", 1 + 2 * 3**2 / 4),
        ("-w1 - before.w1", -1.0),
        ("abs(w1) + sqrt(16) + log10(100) + exp(0)", 2.0 + 4 + 2 + 1),
        ("max(w1, before.w1) - min(w1, before.w1)", 5.0),
        ("sign(w1) + round(2.3449, 2)", 1.34),
        ("loss_at(4)", 40.0),
        ("1 < 2 < 3 and not (3 < 2)", True),
        ("1 < 2 > 3 or w1 == -2", True),
        ("near(104, 100) and not near(106, 100) and near(130, 100, 0.3)", True),
        ('state == "learning" and state != "slow"', True),
        ("stopped", False),
        ("1 if w1 > 0 else 2", 2.0),
    ],
)
def test_a_value_is_that_of_the_arithmetic(text, value):
    got = Expression(text).value(Names())
    assert type(got) is type(value)
    assert got == value if isinstance(value, bool) else math.isclose(got, value)


@for_each(
    "text",
    [
        '__import__("os")',
        "().__class__",
        "[1][0]",
        "w1[0]",
        "lambda: 1",
        "(x := 3)",
        'f"{w1}"',
        "w1.__class__.__mro__()",
        "1 if",
        "2 @ 3",
        "{1: 2}",
        "w1; w1",
        "open('x')",
        "near(*w1)",
        "near(a=1)",
        "1j",
        "b'x'",
        "x" * 501,
        "(" * 300 + ")" * 300,
        "w1.w1()()",
        "9 ** 9 ** 9 ** 9",
        "1 / 0",
        "sqrt(-1)",
        "'a' * 9",
        "1 < 'a'",
        "nothing",
        "not 1",
        "1 and 2",
        "1 if 2 else 3",
        "abs()",
        "-'a'",
    ],
)
def test_what_does_more_or_has_no_value_is_refused_with_a_sentence(text):
    class Nothing(Names):
        def call(self, path, arguments):
            raise ExpressionError(f"There is no function {path}.")

    with pytest.raises(ExpressionError, match=r"\.$"):
        Expression(text).value(Nothing())


def test_a_condition_is_true_or_false_and_a_number_is_a_number():
    with pytest.raises(ExpressionError, match="neither true nor false"):
        Expression("w1").holds(Names())
    with pytest.raises(ExpressionError, match="a number is needed"):
        Expression("w1 < 1").number(Names())


def test_names_that_are_asked_for():
    names = set(Expression("near(w1, before.w1) or loss_at(3) > slow.loss").names)
    assert names == {("w1",), ("before", "w1"), ("loss_at",), ("slow", "loss")}


@for_each(
    ("text", "shown"),
    [
        ("w₁ is {w1} and was {before.w1}.", "w₁ is −2 and was 3."),
        ("{1 / 3}, {1 / 3:2}, {1 / 8:%}, {4:word}, {13:word}", "0.3333, 0.33, 12.5 %, four, 13"),
        ("{1852.4:1}, {42660.4:3} and {1.2e7:2}", "1,852, 42,660 and 1.2·10⁷"),
        ("{0.20998:3}, {0.5:3}, {4:2}", "0.210, 0.5, 4"),
        ("{4:word} are right, `(1, 0)` too.", "Four are right, (1,\N{NO-BREAK SPACE}0) too."),
        ("{4:word} of how many?", "Four of how many?"),
        ("{4:word} of four", "four of four"),
        ("{4:word}", "four"),
        ("{{braces}} and {state}", "{braces} and learning"),
        ("{stopped}", "no"),
    ],
)
def test_placeholders_are_filled_in(text, shown):
    assert filled(text, Names()) == shown


@for_each("text", ["{}", "{w1:three}", "{w1:0}", "{state:three}", "{1 +}", "{nothing}"])
def test_a_placeholder_that_cannot_be_filled_in_is_refused(text):
    with pytest.raises(ExpressionError):
        filled(text, Names())


def test_digits_that_are_typed_are_found_and_words_counted():
    assert typed_digits("w1 and x₂ are {loss:3}, not 0.5 or 12; `y = 3`") == ["0.5", "12"]
    assert words_in("The loss is {loss_at(20) - loss} now") == 5
