import re

import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.tasks import TASKS
from tests.for_each import for_each

TABLES = [TASKS, ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES]
ROWS = [(table.kind, row) for table in TABLES for row in table.values()]
EXPECTED = {
    "task": (
        "and or nand nor xor ring and_by_hand or_by_hand and_one_by_one "
        "double line sum weather spam"
    ),
    "activation": "identity relu tanh sigmoid step leaky_relu elu softplus gelu silu",
    "loss": "mse bce cross_entropy mae huber hinge perceptron",
    "optimizer": "sgd momentum nesterov adagrad rmsprop adam adamw",
    "schedule": "constant step_decay exponential cosine warmup",
}

every_table = pytest.mark.parametrize("table", TABLES, ids=[table.kind for table in TABLES])


@every_table
def test_all_names_of_the_contract_are_there(table):
    """The stable names are a contract: none may go or be renamed."""
    assert set(EXPECTED[table.kind].split()) <= set(table)


@every_table
def test_a_table_is_ordered_and_read_only(table):
    """It keeps the order of its rows and cannot be written to."""
    assert [row.name for row in table.values()] == list(table)
    assert len(table) == len(list(table))
    with pytest.raises(TypeError):
        table["another"] = None
    with pytest.raises(TypeError):
        del table[next(iter(table))]


@every_table
def test_an_unknown_name_lists_the_known_ones(table):
    """The refusal names what was asked, every name there is, and the field at fault."""
    with pytest.raises(SettingsError) as refusal:
        table.find("transformer")
    expected = f"There is no {table.kind} named 'transformer'; known are: {', '.join(table)}."
    assert str(refusal.value) == expected
    assert refusal.value.field == table.kind
    with pytest.raises(KeyError):
        table["transformer"]


@for_each(("kind", "row"), ROWS)
def test_every_row_says_what_it_is(kind, row):
    """Names fit a command line; label, formula and reference are one line of text each."""
    assert re.fullmatch(r"[a-z][a-z0-9_]*", row.name)
    for text in (row.label, row.formula, row.reference):
        assert text == text.strip() != ""
        assert "\n" not in text


@every_table
def test_labels_are_told_apart(table):
    """No two rows look the same on the screen."""
    labels = [row.label for row in table.values()]
    assert len(set(labels)) == len(labels)
