"""What the battery of scripts covers, and that it finds a difference."""

import pytest
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from tests.batteries import scripts
from tests.core.same_bits import steady_pairwise


def test_a_sample_of_the_product_is_equal():
    """Every 4,001st combination, some with hidden neurons and some with several outputs."""
    rows = list(scripts.product())
    kinds = scripts.NETWORK, scripts.SEVERAL, scripts.TARGETS
    networks = [row for own in kinds for row in scripts.networks(4, own)]
    some = [*rows[::4001], *networks]
    result = scripts.summary(map(scripts.compare, some), 0.0)
    assert (result["unequal"], result["the first unequal"]) == (0, [])
    assert result["compared"] > 15
    for name, values in scripts.FACTORS.items():
        assert {row[name] for row in rows} == set(values)


@pytest.mark.parametrize(
    ("name", "first"), [("activation", True), ("optimizer", False), ("break", False)]
)
def test_a_new_row_of_a_table_leaves_the_cover_as_it_was(name, first, monkeypatch):
    """It adds rows of its own, in which it meets every other value.

    Wherever it stands, all others stay.
    """
    like, before = scripts.FACTORS[name][1], scripts.known_cover()
    values = ("new", *scripts.FACTORS[name]) if first else (*scripts.FACTORS[name], "new")
    real = scripts.settings_of
    monkeypatch.setattr(
        scripts,
        "settings_of",
        lambda row: real({**row, name: like} if row.get(name) == "new" else row),
    )
    monkeypatch.setitem(scripts.FACTORS, name, values)
    after = scripts.cover()
    assert [row for row in after if row[name] != "new"] == before
    for other in scripts.FACTORS.keys() - {name}:
        met = {row[other] for row in after if row[name] == "new"}
        assert met == {row[other] for row in before if row[name] == like}, other


def test_two_new_rows_meet():
    """Also each other, in rows that neither of them alone would add."""
    known = {"a": (1, 2), "b": (1, 2), "c": (1, 2)}
    one = steady_pairwise(known, {**known, "a": (3, 1, 2)}, lambda row: True)
    both = steady_pairwise(known, {"a": (3, 1, 2), "b": (1, 2, 4), "c": (1, 2)}, lambda row: True)
    assert [row for row in both if row["b"] != 4] == one
    assert sum(row["a"] == 3 and row["b"] == 4 for row in both) == 1
    assert {row["b"] for row in one if row["a"] == 3} == {1, 2}


def test_the_known_values_are_all_there():
    """A renamed row is found here, not by another cover."""
    assert all(set(values) <= set(scripts.FACTORS[name]) for name, values in scripts.KNOWN.items())


def test_a_difference_is_counted(monkeypatch):
    """Another schedule in the script than in the run."""
    row = {
        "task": "xor",
        "loss": "bce",
        "activation": "sigmoid",
        "optimizer": "sgd",
        "schedule": "cosine",
    }
    assert scripts.compare(row).difference is None
    other = replace(Settings(schedule="cosine").schedule_entry, torch_code="0.999")
    monkeypatch.setattr(Settings, "schedule_entry", property(lambda self: other))
    outcome = scripts.compare(row)
    assert outcome.difference is not None
    assert scripts.summary([outcome], 0.0)["unequal"] == 1
