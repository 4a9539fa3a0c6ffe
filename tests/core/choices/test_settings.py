import itertools
import json

import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.edits import moved_data
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import Dataset
from tests.core.their_tasks import DEFAULTS
from tests.for_each import for_each

OWN = Dataset(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]]), np.array([0.0, 1.0]), classes=True)

HIDDEN = {"xor_two": (2, "tanh"), "sine": (8, "tanh")}


@for_each("task", TASKS)
def test_what_is_not_said_is_as_experiments_has_it(task):
    """Every task's defaults are those of the table."""
    settings = Settings(task)
    names = (
        "activation",
        "loss",
        "learning_rate",
        "batch_size",
        "epochs",
        "init",
        "weights",
        "bias",
    )
    assert tuple(getattr(settings, name) for name in names) == DEFAULTS[task]
    assert (settings.hidden, settings.hidden_activation) == HIDDEN.get(task, (0, None))
    assert (settings.optimizer, settings.schedule, settings.precision) == (
        "adam" if task == "sine" else "sgd",
        "constant",
        "float64",
    )
    assert settings.shuffle == {"and_one_by_one": False, "spam": True}.get(task)
    gate = TASKS[task].gate
    assert settings.inputs == ("01" if gate else None)
    assert (settings.coding, settings.threshold) == (
        ("01", 0.5) if settings.dataset.classes and task != "blobs3" else (None, None)
    )
    assert settings.outputs == {"blobs3": 3, "gates": 3, "five": 5}.get(task, 1)
    assert settings.until_loss is None
    assert settings.data is None


def refusal_of(choices):
    """Return sentence and field of the refusal of these choices."""
    with pytest.raises(SettingsError) as refusal:
        Settings(**choices)
    return str(refusal.value), refusal.value.field


REFUSALS = [
    (
        {"activation": "identity"},
        "activation",
        "Binary cross-entropy needs outputs between 0 and 1, and Identity gives others: "
        "use sigmoid, or the loss mse.",
    ),
    (
        {"task": "and_by_hand", "loss": "bce"},
        "loss",
        "Binary cross-entropy needs outputs between 0 and 1, and Heaviside (by hand) gives others: "
        "use sigmoid, or the loss mse.",
    ),
    (
        {"task": "line", "loss": "hinge"},
        "loss",
        (
            "Hinge compares two classes, and the targets of line are numbers: "
            "use the loss mse, mae or huber."
        ),
    ),
    (
        {"activation": "step", "loss": "mse", "epochs": 1},
        "epochs",
        "The Heaviside activation cannot be trained, since its gradient is 0 everywhere: "
        "use epochs 0, or another activation.",
    ),
    (
        {"batch_size": 5},
        "batch_size",
        "batch_size 5 is more than the 4 samples there are: use 1 to 4, or full.",
    ),
    ({"batch_size": 0}, "batch_size", "batch_size must be a whole number from 1 to 4, not 0."),
    ({"batch_size": -1}, "batch_size", "batch_size must be a whole number from 1 to 4, not -1."),
    (
        {"batch_size": True},
        "batch_size",
        "batch_size must be a whole number from 1 to 4, not True.",
    ),
    (
        {"batch_size": "half"},
        "batch_size",
        "batch_size must be a whole number from 1 to 4, not 'half'.",
    ),
    ({"batch_size": 2.0}, "batch_size", "batch_size must be a whole number from 1 to 4, not 2.0."),
    (
        {"shuffle": True},
        "shuffle",
        (
            "shuffle means nothing for the full batch: use a batch_size below the 4 samples, "
            "or leave it out."
        ),
    ),
    ({"epochs": -1}, "epochs", "epochs must be a whole number from 0 to 2,147,483,647, not -1."),
    ({"epochs": 1.5}, "epochs", "epochs must be a whole number from 0 to 2,147,483,647, not 1.5."),
    (
        {"until_loss": -1e-9},
        "until_loss",
        "A loss to stop at must be 0 or more: no loss here is negative.",
    ),
    ({"until_loss": float("nan")}, "until_loss", "until_loss must be a finite number, not nan."),
    ({"seed": -1}, "seed", "seed must be a whole number from 0 to 2,147,483,647, not -1."),
    (
        {"seed": 2**31},
        "seed",
        "seed must be a whole number from 0 to 2,147,483,647, not 2147483648.",
    ),
    ({"init": "ones"}, "init", "init must be one of uniform, normal, zeros, not 'ones'."),
    (
        {"init": "zeros", "weights": (1, 1)},
        "init",
        "init and typed weights exclude each other: leave one of them out.",
    ),
    ({"bias": 1.0}, "bias", "bias alone is no start: give weights too."),
    ({"weights": (1,)}, "weights", "weights needs 2 numbers, one for each input of and, not 1."),
    (
        {"task": "line", "weights": (1, 2)},
        "weights",
        "weights needs 1 number, one for each input of line, not 2.",
    ),
    (
        {"task": "and_by_hand", "l1": 0.1},
        "l1",
        "The Heaviside (by hand) activation is not trained, so l1 means nothing: leave it out, or "
        "use another activation.",
    ),
    ({"weights": (1, float("inf"))}, "weights", "weights must be a finite number, not inf."),
    ({"weights": (1, 1), "bias": float("nan")}, "bias", "bias must be a finite number, not nan."),
    ({"inputs": "10"}, "inputs", "inputs must be one of 01, pm1, not '10'."),
    (
        {"task": "line", "inputs": "pm1"},
        "inputs",
        "inputs means nothing for the task line: the inputs are numbers.",
    ),
    (
        {"task": "line", "coding": "01"},
        "coding",
        "coding means nothing for the task line: the targets are numbers, not classes.",
    ),
    (
        {"task": "sum", "threshold": 0.5},
        "threshold",
        "threshold means nothing for the task sum: the targets are numbers, not classes.",
    ),
    (
        {"coding": "pm1"},
        "coding",
        (
            "Binary cross-entropy needs classes coded 01, not pm1: "
            "leave the coding out, or use the loss mse."
        ),
    ),
    (
        {"loss": "hinge", "coding": "01"},
        "coding",
        "Hinge needs classes coded pm1, not 01: leave the coding out, or use the loss mse.",
    ),
    ({"threshold": float("inf")}, "threshold", "threshold must be a finite number, not inf."),
    (
        {"precision": "float16"},
        "precision",
        "precision must be one of float64, float32, not 'float16'.",
    ),
    (
        {"momentum": 0.5},
        "momentum",
        (
            "momentum means nothing for the optimizer sgd: "
            "leave it out, or use the optimizer momentum or nesterov."
        ),
    ),
    (
        {"gamma": 0.5},
        "gamma",
        "gamma means nothing for the schedule constant: "
        "leave it out, or use the schedule step_decay or exponential.",
    ),
    ({"colour": 3}, "colour", "There is no setting named 'colour'."),
]


@for_each(("choices", "field", "sentence"), REFUSALS)
def test_what_cannot_work_is_refused_with_a_sentence(choices, field, sentence):
    """The sentence says why and what would work; the field says where to show it."""
    assert refusal_of(choices) == (sentence, field)


@pytest.mark.parametrize("field", ["task", "activation", "loss", "optimizer", "schedule"])
def test_an_unknown_name_is_refused_with_the_known_ones(field):
    """Each of the five tables is asked."""
    sentence, at = refusal_of({field: "nothing"})
    assert at == field
    assert sentence.startswith(f"There is no {field} named 'nothing'; ")
    assert "nown are: " in sentence


@for_each("rate", [0, -1, 1e-13, 1e13, float("nan"), float("inf"), "1", True])
def test_a_learning_rate_is_a_positive_finite_number_in_range(rate):
    """1e-12 … 1e12 and nothing else."""
    sentence, field = refusal_of({"learning_rate": rate})
    assert field == "learning_rate"
    assert sentence.startswith("learning_rate must be a number from 1e-12 to ")
    assert Settings(learning_rate=1e-12).learning_rate == 1e-12
    assert Settings(learning_rate=1e12).learning_rate == 1e12


@for_each(("activation", "loss"), list(itertools.product(ACTIVATIONS, LOSSES)))
def test_a_pair_is_allowed_exactly_where_the_loss_does_not_object(activation, loss):
    """Settings refuse what the table refuses, with the table's words, and allow the rest."""
    objection = LOSSES[loss].objection(ACTIVATIONS[activation])
    if objection:
        assert refusal_of({"activation": activation, "loss": loss})[0] == objection
    else:
        settings = Settings(activation=activation, loss=loss)
        coding = LOSSES[loss].coding or "01"
        assert (settings.coding, settings.threshold) == (coding, {"01": 0.5, "pm1": 0.0}[coding])
        assert settings.epochs == (0 if activation == "step" else 10_000)


@for_each(("optimizer", "schedule"), list(itertools.product(OPTIMIZERS, SCHEDULES)))
def test_hyperparameters_read_as_fields(optimizer, schedule):
    """Exactly those of the chosen rows are there, as attributes.

    In the mapping and in the dictionary.
    """
    settings = Settings(optimizer=optimizer, schedule=schedule)
    rows = (*OPTIMIZERS[optimizer].hyperparameters, *SCHEDULES[schedule].hyperparameters)
    assert list(settings.hyperparameters) == [row.name for row in rows]
    for row in rows:
        assert (
            getattr(settings, row.name)
            == settings.hyperparameters[row.name]
            == settings.as_dict()[row.name]
        )
        assert row.default in (None, settings.hyperparameters[row.name])
    every = {
        row.name
        for table in (OPTIMIZERS, SCHEDULES)
        for entry in table.values()
        for row in entry.hyperparameters
    }
    assert {"momentum", "eps", "period"} <= every
    for name in every - {row.name for row in rows}:
        assert not hasattr(settings, name)


def test_settings_are_frozen():
    """Neither fields nor hyperparameters nor choices can be changed."""
    settings = Settings(optimizer="adam")
    with pytest.raises(AttributeError):
        settings.seed = 3
    with pytest.raises(TypeError):
        settings.hyperparameters["beta1"] = 0.1
    with pytest.raises(TypeError):
        settings.choices["seed"] = 1


def test_the_same_choices_are_equal_settings_however_they_were_said():
    """Said or by default makes no difference; None counts as not said; N samples are "full".

    A dict finds them, too.
    """
    runs = {Settings("or"): 1, Settings(optimizer="adam"): 2, Settings(optimizer="adamw"): 3}
    assert runs[Settings("and", optimizer="adam", beta1=0.9)] == 2
    assert Settings() == Settings(
        "and", learning_rate=50, loss="bce", seed=0, activation=None, batch_size=4
    )
    assert Settings() != Settings(seed=1)
    assert Settings() != Settings("or")
    assert Settings(optimizer="momentum") != Settings(optimizer="momentum", momentum=0.8)
    assert Settings(batch_size=4).batch_size == "full"
    assert Settings("weather", batch_size=1).batch_size == "full"


# start, changes, and the settings that come out of it, said anew
REPLACED = [
    ({"seed": 3}, {"learning_rate": 2}, {"seed": 3, "learning_rate": 2}),
    ({"optimizer": "momentum", "momentum": 0.5}, {"optimizer": "sgd"}, {"optimizer": "sgd"}),
    (
        {"optimizer": "momentum", "momentum": 0.5},
        {"optimizer": "nesterov"},
        {"optimizer": "nesterov", "momentum": 0.5},
    ),
    ({"schedule": "cosine", "period": 5}, {"schedule": "constant"}, {"schedule": "constant"}),
    ({"schedule": "exponential", "gamma": 0.3}, {"schedule": "cosine"}, {"schedule": "cosine"}),
    ({"batch_size": 2, "shuffle": True}, {"batch_size": "full"}, {}),
    ({"batch_size": 2, "shuffle": True}, {"batch_size": 4}, {}),
    ({"batch_size": 2, "shuffle": True}, {"batch_size": 3}, {"batch_size": 3, "shuffle": True}),
    ({"init": "zeros"}, {"weights": (1, 2)}, {"weights": (1, 2)}),
    ({"weights": (1, 2), "bias": 3}, {"init": "normal"}, {"init": "normal"}),
    ({"weights": (1, 2), "bias": 3}, {"weights": (4, 5)}, {"weights": (4, 5), "bias": 3}),
    (
        {"loss": "mse", "coding": "pm1", "threshold": 0.2},
        {"loss": "bce"},
        {"loss": "bce"},
    ),
    ({"loss": "mse", "coding": "pm1"}, {"coding": "01"}, {"loss": "mse", "coding": "01"}),
    (
        {"activation": "identity", "loss": "hinge", "threshold": -0.3},
        {"loss": "mse"},
        {"activation": "identity", "loss": "mse"},
    ),
    ({"loss": "mse", "threshold": 0.4}, {"loss": "huber"}, {"loss": "huber", "threshold": 0.4}),
    ({"epochs": 50, "loss": "mse"}, {"activation": "step"}, {"activation": "step", "loss": "mse"}),
    ({"seed": 3, "learning_rate": 2}, {"task": "line"}, {"task": "line"}),
    ({"seed": 3}, {"task": "xor", "seed": 4}, {"task": "xor", "seed": 4}),
]


@for_each(("start", "changes", "result"), REPLACED)
def test_replace_drops_what_loses_its_meaning(start, changes, result):
    """Other choices stay, and what the change makes meaningless goes.

    A task brings all its own defaults.
    """
    before = Settings(**start)
    assert before.replace(**changes) == Settings(**result)
    assert before == Settings(**start)


def test_replace_refuses_what_cannot_work():
    """A change of one thing that does not fit the rest is refused like settings said anew."""
    with pytest.raises(ValueError, match="Binary cross-entropy needs outputs"):
        Settings().replace(activation="tanh")


@for_each("task", TASKS)
def test_as_dict_is_what_json_can_hold(task):
    """Fields by their options' names, tuples as lists, without data and choices.

    It makes the same settings.
    """
    settings = Settings(task)
    values = json.loads(json.dumps(settings.as_dict(), allow_nan=False))
    assert values == settings.as_dict()
    assert "learning_rate" in values
    assert not {"data", "choices", "hyperparameters"} & set(values)
    assert Settings(**values) == settings


def test_how_far_it_goes_is_no_part_of_what_defines_a_run():
    """Epochs, until-loss and the threshold do not count, all else does."""
    same = Settings(epochs=5, until_loss=0.1, threshold=0.7)
    assert same.defining == Settings().defining
    for change in (
        {"seed": 1},
        {"learning_rate": 2},
        {"precision": "float32"},
        {"inputs": "pm1"},
        {"task": "or"},
    ):
        assert Settings(**change).defining != Settings().defining
    assert Settings(data=OWN).defining != Settings().defining
    momentum = {"optimizer": "momentum"}
    assert Settings(**momentum, momentum=0.1).defining != Settings(**momentum).defining


def test_inputs_and_targets_are_coded_as_said():
    """0/1 or −1/+1 for a gate's inputs, and for its targets."""
    settings = Settings(inputs="pm1", loss="mse", coding="pm1")
    assert settings.coded_inputs.tolist() == [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    assert settings.coded_targets.tolist() == [1, -1, -1, -1]
    assert settings.threshold == 0
    assert Settings().coded_inputs.tolist() == [[1, 1], [1, 0], [0, 1], [0, 0]]
    assert Settings().coded_targets.tolist() == [1, 0, 0, 0]
    assert Settings("double").coded_targets.tolist() == [2, 4, 6]


@pytest.mark.parametrize(("batch", "steps"), [("full", 1), (3, 2), (2, 2), (1, 4), (4, 1)])
def test_a_short_last_batch_counts_as_a_step(batch, steps):
    """Four samples make ⌈4 / B⌉ steps."""
    assert Settings(batch_size=batch).steps_per_epoch == steps


def test_a_data_set_of_one_s_own_takes_the_place_of_the_task_s():
    """Width and samples are its own.

    The task's typed weights, batch size and inputs do not apply.
    """
    settings = Settings(data=OWN)
    assert settings.dataset is OWN
    assert (settings.dataset.width, settings.steps_per_epoch) == (3, 1)
    assert settings.inputs is None
    assert settings.coding == "01"
    assert settings.parameters.names == ("w1", "w2", "w3", "b")
    assert Settings("spam", data=OWN).batch_size == "full"
    assert Settings("and_by_hand", data=OWN).weights is None
    numbers = Dataset(OWN.inputs, np.array([3.0, 9.0]), classes=False)
    assert Settings("line", data=numbers).threshold is None
    assert "numbers" in refusal_of({"task": "and", "data": numbers})[0]
    assert refusal_of({"data": OWN, "inputs": "pm1"})[1] == "inputs"
    assert settings.replace(seed=2).data is OWN


@pytest.mark.parametrize(
    ("origin", "stem"),
    [
        ("blobs:noise=0.5,count=100,seed=0", "blobs"),
        ("above:noise=0,count=9,seed=0,f=sin(3*x)/2", "above"),
        ("my data 1.5.csv", "my-data-1.5"),
        ("", "own"),
    ],
)
def test_files_are_called_after_the_file_or_the_kind_of_own_data(origin, stem):
    """And not after half of a recipe."""
    data = Dataset(np.array([[0.0], [1.0]]), np.array([0.0, 1.0]), classes=True, origin=origin)
    assert Settings.opened(data=data).file_stem == stem


def test_no_attribute_is_made_up():
    """An unknown attribute is an AttributeError, also while settings are being copied."""
    with pytest.raises(AttributeError, match="nothing"):
        Settings().nothing  # noqa: B018
    with pytest.raises(AttributeError, match="momentum"):
        Settings().momentum  # noqa: B018


def test_objection_says_why_a_change_cannot_be():
    """A choice that cannot be gives its sentence, one that can gives None."""
    assert Settings().objection(loss="mse") is None
    assert "Identity" in str(Settings().objection(activation="identity"))


def test_the_perceptron_brings_its_rule_by_one_choice():
    """Start, batch, rate and all else of the rule, whatever was said before; and it goes again."""
    opened = Settings.opened("and")
    said = {"activation": "tanh", "loss": "mse", "optimizer": "momentum", "momentum": 0.5}
    said |= {"schedule": "cosine", "period": 9.0, "l2": 0.1, "weights": (1.0, 2.0), "bias": 3.0}
    for before in (opened, Settings("and", **said, learning_rate=7.0, epochs=1000)):
        rule = before.replace(loss="perceptron")
        assert rule == Settings("and", loss="perceptron", epochs=1000)
        assert (rule.activation, rule.coding, rule.threshold) == ("identity", "pm1", 0.0)
        assert (rule.optimizer, rule.schedule, rule.l2) == ("sgd", "constant", 0.0)
        assert (rule.init, rule.batch_size, rule.learning_rate) == ("zeros", 1, 1.0)
        assert not rule.shuffle
    assert opened.replace(loss="perceptron").replace(loss="bce") == opened
    other = rule.replace(batch_size=2, init="uniform")
    assert (other.batch_size, other.init, other.loss) == (2, "uniform", "perceptron")
    assert other.replace(loss="perceptron") == other
    assert "use the loss mse" in str(Settings("line").objection(loss="perceptron"))


@pytest.mark.parametrize(
    ("choices", "place", "given"),
    [
        ({}, (0.5, 2.0), (0.5, 2.0)),
        ({"inputs": "pm1"}, (0.5, 2.0), (0.5, 2.0)),
        ({"breaks": ("x1_times_100",)}, (50.0, 2.0), (0.5, 2.0)),
    ],
)
def test_a_moved_sample_is_where_the_neuron_is_to_see_it(choices, place, given):
    """All others stay where the neuron saw them.

    Also where truth values were coded or x₁ is magnified.
    """
    before = Settings("and", **choices)
    after = before.replace(data=moved_data(before, 1, np.array(place)))
    assert after.coded_inputs[1].tolist() == list(place)
    assert after.dataset.inputs[1].tolist() == list(given)
    others = [0, 2, 3]
    assert after.coded_inputs[others].tolist() == before.coded_inputs[others].tolist()
    assert after.coded_targets.tolist() == before.coded_targets.tolist()


@pytest.mark.parametrize("task", ["and_by_hand", "and_one_by_one", "double", "and"])
def test_with_a_moved_sample_all_else_is_as_before(task):
    """Start, batches, rate and length: what the task chose stays chosen."""
    before = Settings(task)
    after = before.replace(data=moved_data(before, 0, before.coded_inputs[0] + 0.25))
    dropped = {"inputs", "data"}
    kept = {name: value for name, value in before.defining.items() if name not in dropped}
    assert {name: value for name, value in after.defining.items() if name not in dropped} == kept
    assert (after.epochs, after.task_label) == (before.epochs, f"{before.task_label}, moved points")
