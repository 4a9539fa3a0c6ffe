"""What the battery of scripts covers, and that it finds a difference."""

import dataclasses

import pytest

from neuroviz.core.choices.settings import Settings
from tests.batteries import scripts


def test_a_sample_of_the_product_is_equal() -> None:
    """Every 4,001st combination: nothing differs."""
    rows = list(scripts.product())
    result = scripts.summary(map(scripts.compare, rows[::4001]), 0.0)
    assert (result["unequal"], result["the first unequal"]) == (0, [])
    assert result["compared"] > 5
    assert len({str(row) for row in rows}) == len(rows)
    for name, values in scripts.FACTORS.items():
        assert {row[name] for row in rows} == set(values)


def test_a_difference_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another schedule in the script than in the run."""
    row = {"task": "xor", "loss": "bce", "activation": "sigmoid", "optimizer": "sgd", "schedule": "cosine"}
    assert scripts.compare(row).difference is None
    other = dataclasses.replace(Settings(schedule="cosine").schedule_entry, torch_code="0.999")
    monkeypatch.setattr(Settings, "schedule_entry", property(lambda self: other))
    outcome = scripts.compare(row)
    assert outcome.difference is not None
    assert scripts.summary([outcome], 0.0)["unequal"] == 1
