import json
import re

import pytest

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.penalties import PENALTIES
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.generators import GENERATORS
from neuroviz.core.data.preparation import SCALINGS

TABLES = {
    "tasks": TASKS,
    "activations": ACTIVATIONS,
    "losses": LOSSES,
    "penalties": PENALTIES,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
    "breaks": BREAKS,
    "generators": GENERATORS,
    "scalings": SCALINGS,
}


def test_readable(neuroviz):
    """Every row is listed with name, label, formula and reference, within 100 columns.

    A table alone is listed as among the others.
    """
    out = neuroviz("list").out
    assert max(map(len, out.splitlines())) <= 100
    flat = " ".join(out.split())
    for entry in (entry for table in TABLES.values() for entry in table.values()):
        properties = getattr(entry, "properties", "")
        named = f"{entry.name} {entry.label}"
        for text in (named, entry.formula, entry.reference, properties):
            assert " ".join(text.split()) in flat
    only = neuroviz("list", "optimizers").out
    assert only in out
    assert only.startswith("Optimizers\n")
    assert "Schedules" not in only


def test_what_a_task_is_for(neuroviz):
    """Every task is listed with its group and with what there is to see in it.

    With --json gives both.
    """
    out = neuroviz("list").out
    rows = {row["name"]: row for row in json.loads(neuroviz("list", "--json").out)["tasks"]}
    for name, task in TASKS.items():
        assert f"  {task.group}: {task.purpose}\n" in out
        assert (rows[name]["group"], rows[name]["purpose"]) == (task.group, task.purpose)


def test_json(neuroviz):
    """--json gives one object with the same.

    Tasks with their defaults, optimizers with their numbers.
    """
    result = neuroviz("list", "--json")
    tables = json.loads(result.out)
    assert tables.pop("version") == 1
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
        assert (row["activation"], row["learning_rate"]) == (
            defaults.activation,
            defaults.learning_rate,
        )
        assert row["epochs"] == defaults.epochs
    momentum = next(row for row in tables["optimizers"] if row["name"] == "momentum")
    assert [(h["name"], h["default"]) for h in momentum["hyperparameters"]] == [("momentum", 0.9)]


@pytest.mark.parametrize("title", ["activations", "losses"])
def test_what_the_fast_way_knows(title, neuroviz):
    """--json says of every activation and loss whether the fast way knows it.

    The plain text marks the others.
    """
    rows = json.loads(neuroviz("list", "--json").out)[title]
    assert {row["name"]: row["fast"] for row in rows} == {
        name: row.fast for name, row in TABLES[title].items()
    }
    slow = [row["name"] for row in rows if row["fast"] is False]
    assert {"activations": "step", "losses": "cross_entropy"}[title] in slow
    assert {"activations": "sigmoid", "losses": "bce"}[title] not in slow
    section = neuroviz("list").out.split(f"{title.capitalize()}\n")[1].split("\n\n")[0]
    entries = re.split(r"(?m)^  (?=\S)", section)[1:]
    assert [entry.split()[0] for entry in entries] == list(TABLES[title])
    assert [entry.split()[0] for entry in entries if "steps by autograd" in entry] == slow


def test_only_activations_and_losses_are_fast_or_slow(neuroviz):
    """Of tasks, optimizers and schedules nothing is said: both ways know them all."""
    tables = json.loads(neuroviz("list", "--json").out)
    tables.pop("version")
    fast = {title: [row.get("fast") for row in rows] for title, rows in tables.items()}
    assert {title for title, told in fast.items() if {*told} != {None}} == {"activations", "losses"}
    slow = [*fast["activations"], *fast["losses"]].count(False)
    assert neuroviz("list").out.count("steps by autograd") == slow
