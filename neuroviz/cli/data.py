"""Options for a person's own data: file, generator or rows, columns, scaling, and rows held out."""

from __future__ import annotations

import argparse
import csv
import os
import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from neuroviz.cli.output import Progress, add_option, readable, refuse, remark
from neuroviz.core.catalogue import SettingsError, nearest
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import MOST_CLASSES, Dataset
from neuroviz.core.data.generators import GENERATORS, parse_recipe
from neuroviz.core.data.preparation import SCALINGS
from neuroviz.core.data.table_text import csv_rows
from neuroviz.core.numbers import exact, parse_numbers

if TYPE_CHECKING:
    from neuroviz.files.data.source import Source
    from neuroviz.files.data.understood import Understood

_OF_THE_TABLE = (
    "target",
    "classes",
    "separator",
    "decimal",
    "encoding",
    "header",
    "sheet",
    "leave_out",
)
_OF_THE_DATA = ("scale", "held_out")
_LONGEST_LINE = 150


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add the options; what is not given is None."""
    group = parser.add_argument_group(
        "data of your own", "What you leave out is found in the table."
    )
    add = partial(add_option, group)
    add(
        "data",
        str,
        "FILE|NAME:...",
        "a table, - for standard input, or made-up data as in "
        f"blobs:noise=0.2,count=50,seed=1: {', '.join(GENERATORS)}",
    )
    add(
        "target",
        str,
        "COLUMN",
        "what the neuron should predict (default: the last that can be); repeat for more outputs",
        action="append",
    )
    add(
        "classes",
        _columns,
        "A,B|none",
        "2 to 5 classes as written in the target's column, class 0 first; none for numbers",
    )
    add("scale", str, "NAME", f"how the inputs are scaled: {', '.join(SCALINGS)} (default none)")
    add(
        "held_out",
        str,
        "SHARE",
        "keep a share of the rows aside, drawn by --seed; "
        "or samples by their numbers from 1: 3,8,12",
    )
    add(
        "separator",
        str,
        "MARK",
        "what separates two cells: one letter, or tab, space, comma, semicolon, bar",
    )
    add("decimal", str, "MARK", ". or ,")
    add("encoding", str, "NAME", "encoding of a text file, such as utf-8 or latin-1")
    group.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="the first row holds names, or not"
    )
    add("sheet", str, "NAME", "sheet of a spreadsheet")
    group.add_argument(
        "--leave-out",
        action="store_const",
        const=True,
        help="leave out rows that cannot be used, and say which",
    )


def data_of(args: argparse.Namespace) -> Dataset | None:
    """Return the data given by the options, None for none; a table is read at the first call.

    Raises
    ------
    SettingsError
        If they cannot be read.
    UsageError
        If an option is given without the one that it belongs to.
    """
    if args.data is None:
        refuse(args, (*_OF_THE_TABLE, *_OF_THE_DATA), "is about your own data: give --data too")
        return None
    if not isinstance(args.data, Dataset):
        data = _made(args) or _read(args)
        if args.scale is not None:
            data = data.scaled(args.scale)
        args.data = data if args.held_out is None else _held_out(data, args)
    return args.data


def _made(args: argparse.Namespace) -> Dataset | None:
    recipe = parse_recipe(args.data)
    if recipe is None:
        return None
    why = f"is about a table, and {recipe.name} is made up: leave it out"
    refuse(args, ("inputs", *_OF_THE_TABLE), why)
    return recipe.dataset()


def _read(args: argparse.Namespace) -> Dataset:
    """Return the data of a table."""
    from neuroviz.files.data.source import file_source, text_source

    if "\n" in args.data:
        return _read_from(text_source(args.data, "command line"), args)
    args.table = args.data  # no result may be written over it
    with readable(args.data, "standard input") as file:
        try:
            source = file_source(file)
        except SettingsError as error:
            raise SettingsError(f"{error}{_meant(file)}", "data") from None
        return _read_from(source, args)


def _meant(file: Path) -> str:
    """Return a hint at made-up data or a task that was meant instead of a file; empty for none."""
    name = file.name.partition(":")[0]
    if os.path.exists(file) or "." in name:
        return ""
    near = nearest(name, (*GENERATORS, *TASKS))
    options = [f"--{'data' if found in GENERATORS else 'task'} {found}" for found in near]
    return f" Did you mean {options[0]}?" if options else ""


def _read_from(source: Source, args: argparse.Namespace) -> Dataset:
    """Return the data of a table, and say on standard error what was understood of it."""
    # Imported here, since only tables need it.
    from neuroviz.files.data.faults import DataError
    from neuroviz.files.data.form import SEPARATORS, Wishes
    from neuroviz.files.data.table import TableReading
    from neuroviz.files.data.understood import ImportChoice, understood

    marks = {name: mark for mark, name in SEPARATORS.items()}
    separator = marks.get(args.separator, args.separator)
    reading = TableReading(
        source, Wishes(args.encoding, separator, args.decimal, args.header, args.sheet)
    )
    with Progress(lambda share, _: f"reading {share:4.0%}") as progress:
        work = reading.work()
        try:
            while True:
                next(work)
                progress.update(reading.share)
        except StopIteration as end:
            table = end.value
    if table.form.kind != "spreadsheet":
        refuse(
            args, ("sheet",), f"is for a spreadsheet, and {source.origin!r} is none: leave it out"
        )
    targets = args.target or [None]
    choice = ImportChoice(
        targets[0],
        None if args.inputs is None else _columns(args.inputs),
        None if args.classes is None else args.classes != ("none",),
        _class_names(args.classes),
        bool(args.leave_out),
        tuple(targets[1:]),
    )
    found = understood(table, choice)
    try:
        data = found.dataset()
    except DataError as error:
        # Add the options that would help.
        sentence = str(error)
        if found.too_many_classes:
            sentence = f"{sentence.removesuffix('.')}: {_rows_of_two(found)}."
        elif found.objection is None and found.faults and not found.choice.leave_out:
            sentence = f"{sentence} --leave-out leaves them out.{_as_classes(found)}"
        raise DataError(sentence) from None
    over = found.passed_over
    for sentence in filter(None, (table.form.doubt, *found.sentences())):
        remark(sentence)
    if over is not None and over.too_many_classes:
        options = _rows_of_two(over, "--target", table.names[over.target])
        remark(f"To use it as the target, with the rows of two: {options}.")
    return data


def _as_classes(found: Understood) -> str:
    """Return the option that takes all values of the target as classes; empty for none."""
    line = shlex.join(["--classes", csv_rows([found.all_classes], end="")])
    return f" {line} takes them all as classes." if found.all_classes and line.isprintable() else ""


def _rows_of_two(found: Understood, *words: str) -> str:
    """Return the options that keep the rows of two classes of a target with more."""
    two = csv_rows([found.class_names[:2]], end="")
    line = shlex.join([*words, "--classes", two, "--leave-out"])
    return (
        line if line.isprintable() and len(line) <= _LONGEST_LINE else "--classes A,B --leave-out"
    )


def _columns(text: str) -> tuple[str, ...]:
    """Return the names between commas; a name with a comma in it is quoted."""
    return tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), []))


def _class_names(classes: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if classes is None or classes == ("none",):
        return None
    if not 2 <= len(classes) == len(set(classes)) <= MOST_CLASSES:
        raise SettingsError(
            f"--classes needs 2 to {MOST_CLASSES} different values, as in no,yes, "
            f"not {', '.join(classes)}.",
            "data",
        )
    return classes


def _held_out(data: Dataset, args: argparse.Namespace) -> Dataset:
    """Return the data with rows held out: a share of them, or samples by number."""
    try:
        numbers = parse_numbers(args.held_out)
    except ValueError as error:
        raise SettingsError(f"held_out: {error}", "held_out") from None
    if len(numbers) == 1 and numbers[0] < 1:
        return data.holding_out(numbers[0], args.seed or 0)
    for number in numbers:
        if not (number.is_integer() and 1 <= number <= data.rows):
            raise SettingsError(
                f"held_out: there is no sample {exact(number)}; they go from 1 to {data.rows:,}.",
                "held_out",
            )
    return data.keeping_aside([int(number) - 1 for number in numbers])
