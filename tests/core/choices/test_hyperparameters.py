import math
import re

import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from tests.for_each import for_each

ROWS = {
    f"{row.name}-{h.name}": h
    for table in (OPTIMIZERS, SCHEDULES)
    for row in table.values()
    for h in row.hyperparameters
}
ROWS["learning_rate"] = LEARNING_RATE

every_row = for_each("row", ROWS.values())


@every_row
def test_both_ends_are_allowed_and_what_lies_beyond_is_not(row):
    """Values at the ends pass as floats; just outside they are refused with name and range."""
    assert isinstance(row.check(row.low), float)
    assert row.check(row.low) == row.low
    outside = [math.nextafter(row.low, -math.inf)]
    if row.below is None:
        assert row.check(row.high) == row.high
        outside.append(math.nextafter(row.high, math.inf))
    else:
        assert row.check(math.nextafter(row.below, 0)) < row.below
        outside.append(row.below)
    for value in outside:
        with pytest.raises(SettingsError, match=row.name) as refusal:
            row.check(value)
        assert refusal.value.field == row.name


@every_row
@for_each("value", [math.nan, math.inf, -math.inf, "1", None, True, 1 + 0j])
def test_what_is_no_finite_number_is_refused(row, value):
    """NaN, infinities, text, None, booleans and complex numbers are no values."""
    with pytest.raises(SettingsError, match=f"^{row.name} must be a "):
        row.check(value)


@every_row
def test_the_default_lies_in_the_range(row):
    """A row with a default accepts it, and every row helps."""
    if row.default is not None:
        assert row.check(row.default) == row.default
    assert row.label
    assert row.help


@for_each(
    ("row", "value", "kind", "end"),
    [
        (LEARNING_RATE, 0, "a number", "to 1e12"),
        (LEARNING_RATE, -0.5, "a number", "to 1e12"),
        (LEARNING_RATE, 1e13, "a number", "to 1e12"),
        (ROWS["momentum-momentum"], 1.0, "a number", "to below 1"),
        (ROWS["cosine-period"], 2.5, "a whole number", "to 1e9"),
    ],
)
def test_the_sentence_gives_the_range(row, value, kind, end):
    """The refusal is one sentence with the name, the range, and what was said."""
    with pytest.raises(SettingsError) as refusal:
        row.check(value)
    words = re.fullmatch(
        r"(\w+) must be (.*) from (\S+) (to|to below) (\S+), not (\S+)\.", str(refusal.value)
    )
    assert words[1] == row.name
    assert words[2] == kind
    assert [float(words[3]), float(words[6])] == [row.low, value]
    assert words[4] == end.rpartition(" ")[0]
    assert float(words[5]) == float(end.rpartition(" ")[2])


def test_names_are_not_shared_with_different_meaning():
    """An optimizer and a schedule, which are chosen together, never own the same name."""
    of_optimizers = {h.name for row in OPTIMIZERS.values() for h in row.hyperparameters}
    of_schedules = {h.name for row in SCHEDULES.values() for h in row.hyperparameters}
    assert not of_optimizers & of_schedules
    assert LEARNING_RATE.name not in of_optimizers | of_schedules
