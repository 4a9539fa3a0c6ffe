import json

import pytest

from neuroviz.core.activations import ACTIVATIONS
from neuroviz.core.losses import LOSSES
from neuroviz.core.optimizers import OPTIMIZERS
from neuroviz.core.schedules import SCHEDULES
from neuroviz.core.settings import Settings
from neuroviz.core.tasks import TASKS

TABLES = {
    "tasks": TASKS,
    "activations": ACTIVATIONS,
    "losses": LOSSES,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
}


@pytest.mark.parametrize("title", TABLES)
def test_readable(title, neuroviz):
    """Every row is listed with name, label, formula and reference, within 100 columns."""
    out = neuroviz("list").out
    assert max(map(len, out.splitlines())) <= 100
    flat = " ".join(out.split())
    for entry in TABLES[title].values():
        for text in (f"{entry.name} {entry.label}", entry.formula, entry.reference):
            assert " ".join(text.split()) in flat


def test_json(neuroviz):
    """--json gives one object with the same, tasks with their defaults, optimizers with their numbers."""
    result = neuroviz("list", "--json")
    tables = json.loads(result.out)
    assert list(tables) == list(TABLES)
    for title, table in TABLES.items():
        assert [row["name"] for row in tables[title]] == list(table)
        for row in tables[title]:
            entry = table[row["name"]]
            assert (row["label"], row["formula"], row["reference"]) == (
                *(entry.label, entry.formula),
                entry.reference,
            )
    for row in tables["tasks"]:
        defaults = Settings(row["name"])
        assert (row["activation"], row["learning_rate"]) == (defaults.activation, defaults.learning_rate)
        assert row["epochs"] == defaults.epochs
    momentum = next(row for row in tables["optimizers"] if row["name"] == "momentum")
    assert [(h["name"], h["default"]) for h in momentum["hyperparameters"]] == [("momentum", 0.9)]
