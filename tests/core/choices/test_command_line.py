import shlex

from neuroviz.core.choices.command_line import command_line, option
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from tests.for_each import for_each

WHOLE = {"epochs", "seed", "hidden"}
TEXTS = {
    "task",
    "activation",
    "loss",
    "optimizer",
    "schedule",
    "init",
    "inputs",
    "coding",
    "precision",
    "hidden_activation",
}
EXPERIMENTS = [
    *({"task": name} for name in TASKS),
    *({"optimizer": name} for name in OPTIMIZERS),
    *({"schedule": name, "epochs": 123} for name in SCHEDULES),
    {"activation": "tanh", "loss": "mse", "coding": "pm1", "inputs": "pm1", "threshold": -0.25},
    {"activation": "identity", "loss": "hinge"},
    {"weights": (-1.0, 1 / 3), "bias": -1.5},
    {"weights": (1, 2)},
    {"task": "or_by_hand", "bias": -0.25},
    {"task": "and_by_hand", "init": "zeros"},
    {"task": "spam", "shuffle": False},
    {"batch_size": 3, "shuffle": True, "seed": 2**31 - 1, "precision": "float32"},
    {"task": "spam", "batch_size": "full"},
    {
        "optimizer": "adamw",
        "beta1": 0.5,
        "beta2": 0.75,
        "eps": 1e-3,
        "weight_decay": 0.125,
        "learning_rate": 1e-12,
    },
    {"schedule": "step_decay", "period": 7, "gamma": 0.3, "until_loss": 1e-3},
    {"init": "normal", "learning_rate": 0.1 + 0.2},
    {"activation": "step", "loss": "mse", "epochs": 0},
    {"activation": "relu", "loss": "mae"},
    {"task": "xor", "hidden": 2, "weights": (0.5, -1, 1 / 3, 4, 5, 6, 7, 8), "bias": 0.25},
    {"task": "line", "hidden": 8, "hidden_activation": "relu", "init": "zeros"},
]
EDITS = (Edit(5, "learning_rate", 0.1 + 0.2), Edit(900, "learning_rate", 1e-9))


def read(line):
    """Return choices and edits of a command line, read by the words of the contract alone."""
    program, command, *words = shlex.split(line)
    assert (program, command) == ("neuroviz", "train")
    said = {}
    edits = []
    while words:
        word = words.pop(0)
        assert word.startswith("--")
        name = word.removeprefix("--").replace("-", "_")
        if name in ("shuffle", "no_shuffle"):
            said["shuffle"] = name == "shuffle"
            continue
        text = words.pop(0)
        if name == "edit":
            edits.append(text)
        elif name in TEXTS or text == "full":
            said[name] = text
        elif name == "weights":
            said[name] = tuple(float(number) for number in text.split(","))
        else:
            number = int(text) if name in WHOLE | {"batch_size"} else float(text)
            said["learning_rate" if name == "lr" else name] = number
    return said, edits


@for_each("choices", EXPERIMENTS)
def test_the_line_gives_the_experiment_back(choices):
    """Split by a shell's rules and read word by word, it makes equal settings, edits included."""
    settings = Settings(**choices)
    said, edits = read(command_line(settings, EDITS))
    assert Settings(**said) == settings
    steps_names_values = [
        (*text.partition("=")[0].split(":"), float(text.partition("=")[2])) for text in edits
    ]
    assert steps_names_values == [("5", "learning_rate", 0.1 + 0.2), ("900", "learning_rate", 1e-9)]


@for_each("choices", EXPERIMENTS)
def test_no_word_can_be_left_out(choices):
    """Each choice of the line is needed: without it the settings are others, or none."""
    settings = Settings(**choices)
    said, edits = read(command_line(settings))
    assert edits == []
    for name in set(said) - {"task"}:
        others = {other: value for other, value in said.items() if other != name}
        try:
            assert Settings(**others) != settings, name
        except ValueError:
            continue


def test_the_default_experiment_is_a_short_line():
    """What the task has by default is not said, even where it was chosen."""
    assert command_line(Settings()) == "neuroviz train --task and"
    assert (
        command_line(Settings(learning_rate=50, seed=0, loss="bce")) == "neuroviz train --task and"
    )
    assert command_line(Settings(learning_rate=5.0)) == "neuroviz train --task and --lr 5"


def test_replaced_settings_have_the_line_of_what_they_are():
    """After changes in the form the line says the result, not the way there."""
    settings = (
        Settings()
        .replace(optimizer="momentum")
        .replace(momentum=0.5)
        .replace(optimizer="sgd", seed=4)
    )
    assert command_line(settings) == "neuroviz train --task and --seed 4"


def test_an_option_is_its_field_with_dashes():
    """Only the learning rate has a short name."""
    assert [
        option(name)
        for name in ("learning_rate", "batch_size", "seed", "until_loss", "weight_decay")
    ] == [
        *("--lr", "--batch-size", "--seed", "--until-loss", "--weight-decay"),
    ]
