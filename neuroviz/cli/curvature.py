"""``neuroviz curvature``: what the curvature at the start says about the learning rate."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

import numpy as np

from neuroviz.api.curvature import CurvatureAtStart, at_start
from neuroviz.cli.options import add_experiment, experiment_at_start
from neuroviz.cli.output import (
    COLUMNS,
    JSON,
    PIPE,
    emit,
    hanging,
    json_text,
    neuron_lines,
    parameters_told,
    put,
)
from neuroviz.core.curvature.growth import is_convex
from neuroviz.core.curvature.quadratic import best_rate, no_prediction, predicted_losses
from neuroviz.core.curvature.rate_ruler import flat_directions
from neuroviz.core.curvature.scale_hint import hint_for
from neuroviz.core.model.rounding import plain_loss, without_rounding
from neuroviz.core.numbers import DASH, format_number, rounded_down
from neuroviz.files.glossary import reference

_SHOWN = 4
"""Eigenvalues or weights that are shown at each end, where there are too many to read."""


EPILOG = """\
examples:
  neuroviz curvature --task line
  neuroviz curvature --task and --activation identity --loss mse --lr 0.6
  neuroviz curvature --task sum --json
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``curvature``."""
    add_experiment(parser)
    group = parser.add_argument_group("results")
    group.add_argument("--json", **JSON)


def run(args: argparse.Namespace) -> int:
    """Print eigenvalues, marks, regime and optimum."""
    findings = at_start(experiment_at_start(args, "curvature"))
    if args.json is not None:
        put(args.json, _as_json(findings))
    if args.json != PIPE:
        emit(_summary(findings))
    return 0


def _as_json(findings: CurvatureAtStart) -> str:
    best = findings.optimum
    result: dict[str, Any] = {
        "eigenvalues": findings.eigenvalues.tolist(),
        "condition_number": findings.condition_number,
        "rates": findings.ruler.rates,
        "regime": findings.regime,
        "quadratic": findings.curvature.quadratic,
        "optimum": best
        and {
            **parameters_told(findings.settings, [*best.weights, best.bias]),
            "loss": best.loss,
        },
    }
    return json_text(result)


def _summary(findings: CurvatureAtStart) -> str:
    settings = findings.settings
    curvature = findings.curvature
    where = "quadratic, the same everywhere" if curvature.quadratic else "local, at the start"
    lines = [
        *neuron_lines(settings),
        ("curvature", where),
        ("eigenvalues", _numbers(curvature.eigenvalues.tolist())),
        ("condition number", format_number(curvature.condition_number, 6)),
        *_rates(findings),
        *_optimum(findings),
    ]
    hint = hint_for(settings)
    said = [hint.sentence] if hint else []
    if source := findings.ruler.source:
        said.append(f"The marks: {reference(source)}.")
    sentences = [findings.ruler.reason, *findings.ruler.notes, *said]
    blocks = [
        _aligned(lines),
        *[textwrap.fill(sentence, COLUMNS) for sentence in sentences if sentence],
    ]
    return "\n\n".join(blocks)


def _rates(findings: CurvatureAtStart) -> list[tuple[str, str]]:
    """Return a line for each mark of the ruler, and one for the learning rate."""
    settings = findings.settings
    ruler = findings.ruler
    formulas = ruler.formulas or ("",) * len(ruler.marks)
    lines = [
        (name, f"{rounded_down(mark, 6)}  ({formula})" if mark else DASH)
        for (name, mark), formula in zip(ruler.marks.items(), formulas, strict=True)
    ]
    regime = ruler.regime(settings.learning_rate)
    words = f"{regime.name}. {regime.sentence}" if regime else DASH
    return [*lines, (f"learning rate {format_number(settings.learning_rate)}", words)]


def _optimum(findings: CurvatureAtStart) -> list[tuple[str, str]]:
    """Return the lines on the minimum of a convex loss and, for a quadratic one, on its rates."""
    settings = findings.settings
    best = findings.optimum
    if best is None:
        told = is_convex(settings) or not settings.parameters.linear
        return [("optimum", findings.minimum.sentence if told else DASH)]
    several = findings.curvature.quadratic and flat_directions(settings, findings.curvature)
    nearest = ", the one nearest to the start" if several else ""
    values = without_rounding(settings, np.array((*best.weights, best.bias))).tolist()
    where = f"parameters {_numbers(values)}"
    if settings.parameters.linear:
        where = f"weights {_numbers(values[:-1])}; bias {format_number(values[-1], 6)}"
    lines = [("optimum", f"loss {plain_loss(settings, best.loss)} at {where}{nearest}")]
    return lines if no_prediction(settings, settings.epochs) else [*lines, *_predicted(findings)]


def _predicted(findings: CurvatureAtStart) -> list[tuple[str, str]]:
    """Return the predicted loss at the last epoch, and the rate at which it is lowest."""
    settings = findings.settings
    rate = best_rate(settings, findings.start, settings.epochs)
    rates = {"predicted loss": settings.learning_rate, "at the suggested rate": rate}
    lines = []
    for name, value in rates.items():
        if value is None:
            continue
        losses = predicted_losses(
            settings.replace(learning_rate=value), findings.start, np.array([settings.epochs])
        )
        loss = None if losses is None else float(losses[0])
        after = f"after {settings.epochs:,} epochs at learning rate {format_number(value, 6)}"
        lines.append((name, f"{plain_loss(settings, loss)} {after}"))
    return lines


def _numbers(values: list[float]) -> str:
    texts = [format_number(value, 6) for value in values]
    if len(texts) > 2 * _SHOWN:
        texts = [*texts[:_SHOWN], "…", *texts[-_SHOWN:]]
    return ", ".join(texts)


def _aligned(lines: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in lines) + 2
    return "\n".join(hanging(name.ljust(width), text) for name, text in lines)
