from dataclasses import fields

import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.resolve import CHOICES, INITS, MAX_EPOCHS, PRECISIONS, Resolver
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.numbers import MAX_SEED
from tests.for_each import for_each


@for_each("task", TASKS)
def test_all_of_settings_is_resolved(task):
    """The result has every field of Settings but the task and the choices."""
    resolved = Resolver(TASKS[task], {}).resolve()
    names = {field.name for field in fields(Settings)} - {"task", "choices"}
    assert set(resolved) == names
    assert (names | {"features"}) - {"hyperparameters"} == set(CHOICES)  # a part of the data


@for_each("init", INITS)
@for_each("precision", PRECISIONS)
def test_every_listed_choice_is_accepted(init, precision):
    """What the tables offer beside the catalogues can be chosen."""
    resolved = Resolver(TASKS["and"], {"init": init, "precision": precision}).resolve()
    assert (resolved["init"], resolved["precision"]) == (init, precision)


@pytest.mark.parametrize(("name", "most"), [("seed", MAX_SEED), ("epochs", MAX_EPOCHS)])
def test_the_greatest_number_is_allowed_and_the_next_is_not(name, most):
    """The ends of the ranges are where they are said to be."""
    assert Resolver(TASKS["and"], {name: most}).resolve()[name] == most
    assert Resolver(TASKS["and"], {name: 0}).resolve()[name] == 0
    with pytest.raises(SettingsError, match=f"to {most:,}, not {most + 1}"):
        Resolver(TASKS["and"], {name: most + 1}).resolve()


def test_typed_weights_without_a_bias_mean_bias_zero():
    """Also where the task has a bias of its own; a bias alone goes with the task's weights."""
    assert Resolver(TASKS["and_by_hand"], {"weights": (2, 2)}).resolve()["bias"] == 0
    alone = Resolver(TASKS["and_by_hand"], {"bias": -0.5}).resolve()
    assert (alone["weights"], alone["bias"]) == ((1.0, 1.0), -0.5)
