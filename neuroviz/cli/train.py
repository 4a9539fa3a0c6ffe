"""``neuroviz train``: a run without a window."""

from __future__ import annotations

import argparse
import math
import textwrap
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from neuroviz.api.run import Run, trained
from neuroviz.cli.options import add_experiment, experiment, numbers
from neuroviz.cli.output import (
    COLUMNS,
    JSON,
    UsageError,
    hanging,
    json_text,
    neuron_lines,
    parameters_told,
    settings_told,
    table,
    training_words,
    watched,
)
from neuroviz.cli.results import (
    Result,
    check_results,
    ended,
    figure_bytes,
    show,
    table_bytes,
    write_all,
)
from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.scale_hint import hint_for
from neuroviz.core.data.preparation import SCALINGS
from neuroviz.core.diagnosis import remedies
from neuroviz.core.diagnosis.limits import why_no_limits
from neuroviz.core.model.model import rule_aside
from neuroviz.core.model.rounding import plain_loss, without_rounding
from neuroviz.core.numbers import counted, fixed, format_number
from neuroviz.core.signals import Interrupt
from neuroviz.core.types import Floats
from neuroviz.files.glossary import reference
from neuroviz.pictures.input_names import (
    class_title,
    input_name,
    output_labels,
    target_label,
    target_of_each,
)
from neuroviz.session.figures import FigureOptions

_ROWS = 12
"""Samples in the table of predictions, at most."""
_PARAMETERS = 6
"""Parameters that are shown, where there are too many to read."""
_INPUTS = 3
_LONGEST_NAME = 16
"""Inputs of a sample, and letters of an input's name, at most."""
_VERDICTS = {None: "", True: "right", False: "wrong"}
"""The word after a sample, by whether it is right."""

Inputs = Sequence[Sequence[float]]

EPILOG = """\
examples:
  neuroviz train --task and
  neuroviz train --task double --predict 10
  neuroviz train --task xor --epochs 2000 --plot loss.svg --log
  neuroviz train --task and --lr 5 --edit 500:lr=0.5 --csv run.csv --json

exit codes: 0 done, 1 diverged, 2 bad input, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
"""


_OPTION_WORDS = {
    remedies.BEGIN: "Use --epochs 1 or more.",
    remedies.TABLE: "(--scale standardise)",
}
"""Words about the window in a remedy, and what replaces them here."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``train``."""
    add_experiment(parser)
    group = parser.add_argument_group("results")
    group.add_argument("--json", **JSON)
    group.add_argument(
        "--csv", "--history", metavar="FILE.csv", help="write every recorded step as CSV"
    )
    group.add_argument(
        "--limit",
        action="store_true",
        help="with a column for the limit of the learning rate at each row, empty where there is "
        "none",
    )
    group.add_argument(
        "--plot",
        action="append",
        default=[],
        metavar="FILE",
        help="draw the loss as .png, .svg or .pdf; can be repeated",
    )
    group.add_argument("--log", action="store_true", help="with a logarithmic loss axis")
    group.add_argument(
        "--predict",
        action="append",
        default=[],
        type=numbers,
        metavar="X1,...",
        help="the trained neuron's answer for these inputs; can be repeated",
    )


def run(args: argparse.Namespace) -> int:
    """Train, write what was asked for, and report."""
    # Not inside Interrupt, so that Ctrl-C ends the reading of a large table at once.
    settings, edits = experiment(args)
    _check(args, settings)
    with Interrupt() as interrupt:
        with watched(interrupt, settings.epochs) as goes_on:
            outcome = trained(settings, edits, goes_on)
        files = _results(args, outcome)
        # Do not replace an earlier result by one without a step.
        begun = outcome.trainer.step > 0 or not outcome.interrupted
        problem = write_all(files) if begun else None
    answer = partial(_asked, outcome, args.predict) if args.predict else None
    show(files, lambda: summary(outcome, args.predict), answer)
    return ended(outcome.stopped, problem, interrupt)


def _check(args: argparse.Namespace, settings: Settings) -> None:
    """Refuse, before the training, what could not be done after it."""
    width = settings.dataset.own_width
    whose = settings.task if settings.data is None else "your data"
    for asked in args.predict:
        if len(asked) != width:
            raise UsageError(
                f"--predict needs {counted(width, 'number')}, "
                f"one for each input of {whose}, not {len(asked)}."
            )
    if args.log and not args.plot:
        raise UsageError("--log is about the loss plot: give --plot FILE too.")
    if args.limit and args.csv is None:
        raise UsageError("--limit is a column of the history: give --csv FILE.csv too.")
    if args.limit and (reason := why_no_limits(settings)):
        raise UsageError(reason)
    check_results(args)


def _results(args: argparse.Namespace, outcome: Run) -> list[Result]:
    def plot(path: str) -> bytes:
        return figure_bytes(path, outcome.declared("loss", FigureOptions(log=args.log)))

    return [
        (args.csv, lambda _: _history(outcome, limit=args.limit)),
        *((path, plot) for path in args.plot),
        (args.json, lambda _: as_json(outcome, args.predict)),
    ]


def _history(outcome: Run, *, limit: bool) -> bytes:
    columns = outcome.columns(limit=limit)
    if limit:  # it is infinite where the loss bends nowhere, and no number of a table
        columns["limit"] = np.ma.masked_invalid(columns["limit"])
    return table_bytes(columns)


def as_json(outcome: Run, asked: Inputs) -> str:
    """Return the outcome as one JSON object; a number that is not finite is null."""
    settings = outcome.settings
    newest = outcome.trainer.history.newest
    diagnosis = outcome.diagnosis
    epochs = newest.step / settings.steps_per_epoch
    data = settings.dataset
    by_name = settings.softmax or (settings.data is not None and data.classes)
    named = {"classes": [*data.class_names]} if by_name else {}
    named |= {"targets": [*data.target_names]} if settings.independent else {}
    result: dict[str, Any] = {
        "settings": {
            **settings_told(settings),
            "edit": [str(edit) for edit in outcome.trainer.edits],
        },
        "epochs": newest.epoch,
        "steps": newest.step,
        "loss": _finite(outcome.loss),
        **({"penalty": _finite(outcome.penalty)} if settings.penalties else {}),
        **parameters_told(settings, newest.parameters.tolist()),
        "accuracy": outcome.accuracy,
        **_about_data(outcome, newest.parameters),
        **named,
        "predictions": _finite(outcome.prediction.output.tolist()),
    }
    if asked:
        result["predicted"] = _finite(outcome.predicted(asked))
    result.update(
        seconds=outcome.seconds,
        epochs_per_second=epochs / outcome.seconds if epochs else 0.0,
        stopped=outcome.stopped,
        state=diagnosis.state,
        reason=diagnosis.reason,
    )
    return json_text(result)


def _about_data(outcome: Run, parameters: Floats) -> dict[str, Any]:
    """Return entries about scaled data, and about rows held out."""
    settings = outcome.settings
    said: dict[str, Any] = {}
    if settings.dataset.scaling.name != "none":
        said["own_units"] = parameters_told(settings, _own_units(settings, parameters))
    if settings.held_out is not None and outcome.held_out is not None:
        loss, accuracy = outcome.held_out
        rows = settings.held_out.samples
        said["held_out"] = {"rows": rows, "loss": _finite(loss), "accuracy": accuracy}
    return said


def summary(outcome: Run, asked: Inputs) -> str:
    """Return the outcome in readable lines."""
    blocks = [
        _heading(outcome),
        _state(outcome),
        _parameters(outcome),
        _predictions(outcome),
        *([_asked(outcome, asked)] if asked else []),
    ]
    return "\n\n".join(blocks)


def _state(outcome: Run) -> str:
    diagnosis = outcome.diagnosis
    source = f"Source: {reference(diagnosis.source)}." if diagnosis.source else ""
    said = [
        diagnosis.on_purpose,
        f"{diagnosis.state}: {diagnosis.sentence}",
        _as_options(diagnosis.remedy),
        source,
    ]
    return "\n".join(textwrap.fill(sentence, COLUMNS) for sentence in said if sentence)


def _as_options(remedy: str) -> str:
    """Return a remedy with an option in place of the window's button or menu."""
    for words, option_words in _OPTION_WORDS.items():
        remedy = remedy.replace(words, option_words)
    return remedy


def _heading(outcome: Run) -> str:
    settings = outcome.settings
    edits = outcome.trainer.edits
    newest = outcome.trainer.history.newest
    ending = {"done": "", "diverged": ", diverged", "interrupted": ", interrupted"}[outcome.stopped]
    length = counted(newest.epoch, "epoch")
    if settings.steps_per_epoch > 1:
        length += f" ({newest.step:,} steps)"
    lines = [
        *neuron_lines(settings),
        (
            "training",
            training_words(settings) + (f", {counted(len(edits), 'edit')}" if edits else ""),
        ),
        ("length", f"{length} in {fixed(outcome.seconds, 2)} s{ending}"),
        ("loss", plain_loss(settings, outcome.loss)),
    ]
    if settings.penalties:
        strengths = ", ".join(
            f"{option(row.name)[2:]} {format_number(value)}" for row, value in settings.penalties
        )
        lines.append(("penalty", f"{format_number(outcome.penalty, 6)} of the loss ({strengths})"))
    if outcome.right is not None:
        share = f"{sum(outcome.right):,} of {len(outcome.right):,} right"
        rule = "the class with the largest ŷ"
        if settings.threshold is not None:
            limit = format_number(settings.threshold, 6)
            rule = f"{class_title(settings, 1)} is ŷ > {limit}, classes coded {settings.coding}"
            rule += rule_aside(settings)
        lines.append(("accuracy", f"{format_number(outcome.accuracy, 6)} ({share}; {rule})"))
    lines += [*_held_out(outcome), *_scaling(settings)]
    return "\n".join(hanging(f"{name:10}", text) for name, text in lines)


def _held_out(outcome: Run) -> list[tuple[str, str]]:
    """Return the line about the rows held out."""
    data = outcome.settings.held_out
    if data is None or outcome.held_out is None:
        return []
    loss, accuracy = outcome.held_out
    share = "" if accuracy is None else f", accuracy {format_number(accuracy, 6)}"
    kept = f"{counted(data.samples, 'row')} never trained on"
    alone = " without penalty" if outcome.settings.penalties else ""
    return [("held out", f"loss {plain_loss(outcome.settings, loss)}{alone}{share} ({kept})")]


def _scaling(settings: Settings) -> list[tuple[str, str]]:
    """Return the line on how the inputs are scaled, or on what scaling would gain."""
    scaling = settings.dataset.scaling
    if scaling.name != "none":
        kind = SCALINGS[scaling.name]
        return [
            (
                "scaling",
                f"{kind.label}, {kind.formula}: x and weights below are of the scaled inputs",
            )
        ]
    hint = hint_for(settings)
    return [("hint", f"{hint.sentence} Take --scale standardise.")] if hint else []


def _parameters(outcome: Run) -> str:
    settings = outcome.settings
    values = without_rounding(settings, outcome.trainer.history.newest.parameters)
    names = _parameter_names(settings)
    named = list(zip(names, values.tolist(), strict=True))
    more = ""
    if len(named) > (2 if settings.parameters.linear else 6) * _PARAMETERS:
        weights, biases = (
            np.array(named, dtype=object)[settings.parameters.where(kind)].tolist()
            for kind in ("weights", "biases")
        )
        largest = sorted(weights, key=lambda pair: -abs(pair[1]))[:_PARAMETERS]
        said = "bias" if len(biases) == 1 else "biases"
        more = f"\nthe {_PARAMETERS} largest of {len(weights)} weights, and the {said}"
        named = [*largest, *biases]
    rows = [(name, format_number(value, 6)) for name, value in named]
    if settings.dataset.scaling.name == "none":
        return table(("parameter", "value"), rows) + more
    own = dict(zip(names, _own_units(settings, values), strict=True))
    both = [(name, text, format_number(own[name], 6)) for name, text in rows]
    return table(("parameter", "value", "in the data's own units"), both) + more


def _parameter_names(settings: Settings) -> list[str]:
    """Return the names that can be typed, with own data's names of inputs: w1 (worst area)."""
    names = settings.parameters.names
    reads = settings.parameters.sizes[0]
    width = settings.dataset.width
    own = [settings.dataset.own_name(index % width) for index in range(reads)]
    named = zip(names, [*own, *[""] * (len(names) - reads)], strict=True)
    return [f"{name} ({own})" if own else name for name, own in named]


def _own_units(settings: Settings, parameters: Floats) -> list[float]:
    """Return the parameters that give the same output for inputs without scaling."""
    scaling = settings.dataset.scaling
    return scaling.own_units(parameters, settings.parameters).tolist()


def _predictions(outcome: Run) -> str:
    settings = outcome.settings
    right: Sequence[bool | None] = outcome.right or [None] * settings.dataset.samples
    samples = zip(
        settings.coded_inputs[:_ROWS].tolist(),
        outcome.prediction.output.tolist(),
        target_of_each(settings, format_number),
        right,
        strict=False,
    )
    rows = [(_point(x), *_fixed(output), y, _VERDICTS[ok]) for x, output, y, ok in samples]
    left = settings.dataset.samples - len(rows)
    header = (_inputs_named(settings), *output_labels(settings), target_label(settings, "y"), "")
    return table(header, rows) + (f"\nand {counted(left, 'more sample')}" if left else "")


def _asked(outcome: Run, asked: Inputs) -> str:
    rows = [
        (_point(x), *_fixed(output))
        for x, output in zip(asked, outcome.predicted(asked), strict=True)
    ]
    first, *others = output_labels(outcome.settings)
    return table((_inputs_named(outcome.settings), f"predicted {first}", *others), rows)


def _fixed(output: float | list[float]) -> list[str]:
    """Return the output for a sample as cells of a table, one for each class."""
    return [fixed(each) for each in (output if isinstance(output, list) else [output])]


def _inputs_named(settings: Settings) -> str:
    """Return the name of a point's inputs: x, or the names that own data have for them."""
    data = settings.dataset
    if not any(data.own_name(index) for index in range(data.width)):
        return "x"
    return _bracketed([input_name(settings, index, _LONGEST_NAME) for index in range(data.width)])


def _point(x: Sequence[float]) -> str:
    return _bracketed([format_number(value) for value in x])


def _bracketed(parts: Sequence[str]) -> str:
    """Return the texts of the first inputs in brackets; a single one without them."""
    shown = ", ".join(parts[:_INPUTS])
    return f"({shown}{', …' if len(parts) > _INPUTS else ''})" if len(parts) > 1 else shown


def _finite(value: Any) -> Any:
    """Return a number, or a list of them, with None for what is not finite."""
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return value if math.isfinite(value) else None
