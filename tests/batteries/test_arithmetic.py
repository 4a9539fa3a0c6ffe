"""A sample of the battery of the arithmetic, and that it finds what does not hold."""

import pytest
from msgspec.structs import replace

from neuroviz.core.anatomy import formula_text
from neuroviz.core.anatomy.explain import Quantity, explain
from tests.batteries.arithmetic import CHOICES, moments, objection, objections

ALIKE = ("or", "nand", "nor", "xor", "or_by_hand")
"""Gates of which the numbers alone are others than those of "and": left to the battery."""


@pytest.mark.parametrize(
    "choices",
    [each for each in CHOICES if len(each) > 1 or each.get("task") not in ALIKE],
    ids=lambda choices: " ".join(
        str(getattr(value, "origin", value)) for value in choices.values()
    ),
)
def test_what_is_written_gives_what_is_shown(choices):
    """At two moments of every run, of the batch and of one sample."""
    number, wrong = objections(choices, 2, 1)
    assert number > 50
    assert wrong == []


def test_the_battery_finds_what_does_not_hold(monkeypatch):
    """Four digits of everything, as it was, leave "0.9999 − 1 = −5.3e-5" and "log 1 = 9.8e-38"."""
    monkeypatch.setattr(formula_text, "_follows", lambda *_: True)
    assert objections({"task": "and", "learning_rate": 3_000.0}, 6)[1]


def test_the_battery_reads_the_result(monkeypatch):
    """One unit more of the fourth digit is not the number."""
    anatomy = next(moments({"task": "line"}))
    found = explain(anatomy, Quantity("grad", 0), 0)
    assert objection(found) == ""
    text, _, result = found.arithmetic.rpartition(" = ")
    for factor in (1.01, 0.99):
        wrong = f"{text} = {float(result) * factor:.4g}"
        assert objection(replace(found, arithmetic=wrong))
