"""The options of an experiment, made from the catalogues, for the commands and the window."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from neuroviz.cli.data import add_data, data_of
from neuroviz.cli.output import UsageError, add_option, remark
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edits, late, parse_edit, split
from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.penalties import PENALTIES
from neuroviz.core.choices.resolve import CHOICES, INITS, MAX_HIDDEN, PRECISIONS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import TABLES, Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import MOST_CLASSES
from neuroviz.core.numbers import parse_number, parse_numbers, parse_whole

T = TypeVar("T")


def number(text: str) -> float:
    """Read a number, for argparse."""
    return _read(parse_number, text)


def numbers(text: str) -> tuple[float, ...]:
    """Read numbers separated by commas, for argparse."""
    return _read(parse_numbers, text)


def whole(text: str) -> int:
    """Read a whole number, for argparse; 1e4 is one too."""
    return _read(parse_whole, text)


def seed(text: str) -> int:
    """Read the seed of a lesson's random numbers, a whole number from 0, for argparse."""
    number = whole(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0, not {number}.")
    return number


def batch_size(text: str) -> int | str:
    """Read a batch size, for argparse."""
    if text.strip() == "full":
        return "full"
    try:
        return whole(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{str(error).removesuffix('.')}, or full.") from None


def names(text: str) -> tuple[str, ...]:
    """Read names separated by commas, for argparse."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def add_experiment(parser: argparse.ArgumentParser) -> None:
    """Add the options of an experiment; what is not given is None."""
    group = parser.add_argument_group("experiment", "What you leave out is as in the task.")
    add = partial(add_option, group)
    for table in TABLES.values():
        if table.kind in ("task", *CHOICES):
            default = " (default and)" if table is TASKS else ""
            add(table.kind, str, "NAME", ", ".join(table) + default)
    for penalty in PENALTIES.values():
        add(penalty.name, number, "X", f"{penalty.strength.help} (default 0)")
    add("learning_rate", number, "X", f"{LEARNING_RATE.help}, 1e-12 to 1e12")
    for name, words in hyperparameters().items():
        add(name, number, "X", words)
    add("batch_size", batch_size, "N|full", "samples per step")
    group.add_argument(
        "--shuffle",
        action=argparse.BooleanOptionalAction,
        help="a new order of the samples in each epoch, or not",
    )
    add("epochs", whole, "N", "passes over the data")
    add("until_loss", number, "X", "stop at the first loss, over all samples, of at most X")
    _add_start_and_layers(add)
    group.add_argument(
        "--feature",
        action="append",
        dest="features",
        metavar="FORMULA",
        help='an input computed from the data\'s own, as in "x1*x2" or "height/weight^2"; '
        "can be repeated",
    )
    group.add_argument(
        "--edit",
        action="append",
        default=[],
        metavar="STEP:NAME=VALUE",
        help="from that step on, another learning rate or hyperparameter; can be repeated",
    )
    add_data(parser)


def _add_start_and_layers(add: Callable[..., None]) -> None:
    """Add the options of the start, the coding of data, and the neurons."""
    add("seed", whole, "N", "seed of the start and of the order of the samples")
    add("init", str, "NAME", f"how the start is drawn: {', '.join(INITS)}")
    add(
        "weights",
        numbers,
        "W1,...",
        "a typed start, a number for each input; for several neurons all parameters but the last",
    )
    add(
        "bias",
        number,
        "B",
        "with --weights (default 0); for several neurons the last parameter, the bias of an output",
    )
    add(
        "inputs",
        str,
        "CODE",
        f"how truth values are written: {', '.join(CODINGS)}; with --data, names of columns",
    )
    add("coding", str, "CODE", f"how classes are written: {', '.join(CODINGS)}")
    add("threshold", number, "X", "class 1 is an output above X")
    add("precision", str, "NAME", ", ".join(PRECISIONS))
    add("hidden", whole, "N", f"neurons before the output, 0 to {MAX_HIDDEN} (default 0)")
    add("hidden_activation", str, "NAME", "activation of the hidden neurons (default tanh)")
    add(
        "outputs",
        whole,
        "N",
        f"1, or one for each class or target, 2 to {MOST_CLASSES} "
        "(default 1, or with several targets, or more than two classes, one for each)",
    )
    add("breaks", names, "NAME,...", f"break it on purpose: {', '.join(BREAKS)}")


def said(args: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that were given; a person's own data are read or generated.

    Raises
    ------
    SettingsError
        If that is not possible.
    """
    values = {name: getattr(args, name) for name in ("task", *CHOICES, *hyperparameters())}
    values["data"] = data_of(args)
    if values["data"] is not None:
        values["inputs"] = None  # with data, --inputs names columns
    return {name: value for name, value in values.items() if value is not None}


def refuse_experiment(args: argparse.Namespace) -> None:
    """Refuse options of an experiment beside a session.

    Raises
    ------
    UsageError
        If there are any.
    SettingsError
        If they include data that cannot be read.
    """
    if said(args) or args.edit:
        raise UsageError(
            "a session has its own experiment: leave the file out, or the options of an experiment."
        )


def experiment(args: argparse.Namespace) -> tuple[Settings, Edits]:
    """Return the settings and the later edits that the options ask for; say which come too late.

    Raises
    ------
    SettingsError
        If they cannot work together.
    """
    settings = Settings(**said(args))
    if settings.data is not None:
        from neuroviz.core.curvature.scale_hint import below_limit  # here, to keep the help quick

        settings = below_limit(settings)
    try:
        settings, edits = split(settings, [parse_edit(text) for text in args.edit])
    except SettingsError as error:
        # The sentence names the hyperparameter, which must not be replaced by the option.
        raise SettingsError(f"--edit: {error}", "edit") from error
    for sentence in late(settings, edits):
        remark(f"--{sentence}")
    return settings, edits


def experiment_at_start(args: argparse.Namespace, command: str) -> Settings:
    """Return the settings for a command that ignores later edits.

    Raises
    ------
    SettingsError
        If they cannot work together.
    UsageError
        If there are later edits.
    """
    settings, edits = experiment(args)
    if edits:
        raise UsageError(
            f"{command} looks at the start, before any --edit of a later step: leave it out."
        )
    return settings


def hyperparameters() -> dict[str, str]:
    """Return name and help of every hyperparameter; those with the same name are one option."""
    owners: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    rows = (row for table in (OPTIMIZERS, SCHEDULES) for row in table.values())
    for row in rows:
        for hyperparameter in row.hyperparameters:
            owners.setdefault(hyperparameter.name, []).append(row.name)
            words.setdefault(hyperparameter.name, hyperparameter.help)
    return {name: f"{text} ({', '.join(owners[name])})" for name, text in words.items()}


def _read(parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
