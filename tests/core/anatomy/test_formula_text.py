import math

from neuroviz.core.anatomy.formula_text import bracketed, put_in, subscripted, summed


def test_numbers_in_their_places() -> None:
    """Signs that would run into another get brackets, others do not."""
    numbers = {"z": -0.5, "ŷ": 0.25, "y": 1.0}
    assert put_in("2·(ŷ − y)", numbers) == "2·(0.25 − 1)"
    assert put_in("1/(1 + e⁻ᶻ)", numbers) == "1/(1 + e^0.5)"
    assert put_in("z if z > 0 else eᶻ − 1", numbers) == "-0.5 if -0.5 > 0 else e^(-0.5) − 1"
    assert put_in("1 − ŷ²", {**numbers, "ŷ": -0.25}) == "1 − (-0.25)²"
    assert put_in("sign(ŷ − y)", numbers) == "sign(0.25 − 1)"
    assert put_in("Φ(z) + z·Φ′(z)", numbers) == "Φ(-0.5) + (-0.5)·Φ′(-0.5)"


def test_brackets() -> None:
    """A power makes an exponent ambiguous, and the first place makes a sign harmless."""
    assert [bracketed(-2), bracketed(-2, first=True), bracketed(2)] == ["(-2)", "-2", "2"]
    assert [bracketed(1e-9), bracketed(1e-9, power=True)] == ["1e-9", "(1e-9)"]
    assert bracketed(-math.inf) == "(−∞)"


def test_sums_take_signs_and_fold() -> None:
    """A minus becomes the sum's own; beyond four terms three stand, and the rest is counted."""
    assert summed(["1", "-2", "3"]) == "1 − 2 + 3"
    assert summed(list("abcd")) == "a + b + c + d"
    assert summed(list("abcdef")) == "a + b + c + … 3 more"
    assert subscripted("w12") == "w₁₂"
