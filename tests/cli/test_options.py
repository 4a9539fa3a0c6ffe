import argparse

import pytest

from neuroviz.cli.command import COMMANDS
from neuroviz.cli.options import (
    add_experiment,
    batch_size,
    experiment,
    hyperparameters,
    said,
    whole,
)
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.command_line import command_line, option
from neuroviz.core.choices.edits import Edit, parse_edit
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.resolve import CHOICES
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings

EVERYTHING = """
--task and --activation tanh --loss hinge --optimizer momentum --lr 0,5 --momentum 0.8
--schedule step_decay --period 1e1 --gamma .25 --batch-size 2 --shuffle --epochs 1e3
--until-loss 1e-3 --seed 7 --weights -1,2 --bias -1e-3 --inputs pm1 --threshold -0.25
--precision float32 --edit 5:lr=0,1 --edit 5:momentum=0.5 --edit 0:lr=2
"""


def read(*words):
    """Give the experiment that words make."""
    return experiment(COMMANDS["train"].parser().read(words))


def test_every_choice_has_an_option():
    """Every field of Settings that can be said has an option of its name.

    So have the hyperparameters.
    """
    parser = argparse.ArgumentParser()
    add_experiment(parser)
    options = {word for action in parser._actions for word in action.option_strings}
    rows = (*OPTIMIZERS.values(), *SCHEDULES.values())
    fields = {"task", *CHOICES, *(h.name for row in rows for h in row.hyperparameters)} - {"data"}
    assert {option(field) for field in fields} <= options
    assert set(hyperparameters()) <= fields


def test_nothing_said():
    """Without options there is nothing said, so that the window can take its last experiment."""
    assert said(COMMANDS["train"].parser().read([])) == {}


def test_options_make_settings():
    """Each option reaches its field.

    Whole numbers as integers, decimal commas and exponents read.
    """
    settings, edits = read(*EVERYTHING.split())
    expected = Settings(
        "and",
        activation="tanh",
        loss="hinge",
        optimizer="momentum",
        learning_rate=2.0,
        momentum=0.8,
        schedule="step_decay",
        period=10.0,
        gamma=0.25,
        batch_size=2,
        shuffle=True,
        epochs=1000,
        until_loss=1e-3,
        seed=7,
        weights=(-1.0, 2.0),
        bias=-1e-3,
        inputs="pm1",
        threshold=-0.25,
        precision="float32",
    )
    assert settings == expected
    assert edits == (Edit(5, "learning_rate", 0.1), Edit(5, "momentum", 0.5))


def test_round_trip_of_the_copied_command():
    """What "Copy as command" gives reads back to the same experiment, edits included."""
    settings = Settings(
        "spam", optimizer="adam", beta1=0.5, shuffle=False, init="zeros", learning_rate=1e-3
    )
    edits = (parse_edit("30:beta1=0.25"),)
    words = command_line(settings, edits).split()
    assert read(*words[2:]) == (settings, edits)


def test_edit_errors_name_the_option():
    """An edit that cannot be made is told as the edit's fault, though it names a hyperparameter."""
    with pytest.raises(SettingsError, match=r"^--edit: learning_rate must be"):
        read("--edit", "5:lr=-1")


@pytest.mark.parametrize("text", ["1.5", "1e300", "many"])
def test_whole_numbers(text):
    """A fraction, a number beyond 1e15 and a word are no whole numbers."""
    with pytest.raises(argparse.ArgumentTypeError):
        whole(text)


def test_batch_size():
    """The batch is a number of samples or all of them."""
    assert (batch_size("full"), batch_size("2"), batch_size("1e1")) == ("full", 2, 10)


def test_switches_by_name():
    """Names with commas between them, in any order, as the settings take them."""
    parser = argparse.ArgumentParser()
    add_experiment(parser)
    settings, _ = experiment(parser.parse_args(["--break", "ascent, no_bias"]))
    assert settings.breaks == ("no_bias", "ascent")
