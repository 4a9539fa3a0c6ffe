"""The values of a moment: the name of each, how a frame gives it, and how it is written."""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import Ruler
from neuroviz.core.diagnosis.evidence import mistakes_until
from neuroviz.core.diagnosis.prospects import most_mistakes_of
from neuroviz.core.glossary import Term
from neuroviz.core.model.boundary import crossings
from neuroviz.core.model.rounding import settled_loss
from neuroviz.core.numbers import counted, format_number, measured, rounded_down
from neuroviz.core.training.held_out import held_out_at
from neuroviz.session.frame import Frame

_MARKS = ("smooth", "fastest rate", "limit", "zig-zag", "overshoots", "blows up", "creeps")
"""Terms that are marks of the ruler, or stretches between them: their source is the theory of the
optimizer."""

T = TypeVar("T")
Value = float | int | str | bool


class NoValue(ValueError):
    """There is no such value at this moment; the message is a sentence that says why."""


# --- how they are got -----------------------------------------------------------------------------


def known(value: T | None, otherwise: str = "The run is not ready yet.") -> T:
    """Return a value that is known; raise NoValue with the sentence where it is None."""
    if value is None:
        raise NoValue(otherwise)
    return value


def parameter(frame: Frame, name: str, *, grad: bool = False) -> float:
    """Return a parameter by its name, or its component of the next step's gradient.

    Raises NoValue where there is no such parameter.
    """
    row = known(frame.row)
    names = frame.settings.parameters.names
    if name not in names:
        raise NoValue(f"There is no {name} here; there are {', '.join(names)}.")
    return float((row.grad if grad else row.parameters)[names.index(name)])


def right_count(frame: Frame) -> int:
    """Return how many samples are right; raise NoValue where the targets are numbers."""
    right = known(
        frame.right, "Nothing is right or wrong here: the targets are numbers, not classes."
    )
    return int(right.sum())


def mark(frame: Frame, name: str) -> float:
    """Return a mark of the ruler: "safe", "best" or "limit".

    Raises NoValue where theory gives none.
    """
    ruler = frame.ruler
    reason = (ruler.reason if ruler is not None else None) or ""
    return float(
        known(getattr(ruler, name, None), f"Theory gives no {name} here. {reason}".strip())
    )


def held_out_value(frame: Frame, step: int, which: int) -> float:
    """Return the loss (0) or accuracy (1) of the rows held out, at a step.

    Raises NoValue where none are held out.
    """
    row = frame.row_at(step)
    found = held_out_at(frame.settings, row.parameters[np.newaxis]) if row is not None else None
    value = known(None if found is None else found[which], "No samples are held out here.")
    return float(value[0])


def threshold_of_z(frame: Frame) -> float:
    """Return the z at which the output crosses the threshold.

    Raises NoValue where it never does.
    """
    settings = frame.settings
    places = (
        crossings(settings.activation, settings.threshold) if settings.threshold is not None else ()
    )
    return known(next(iter(places), None), "The output crosses no threshold.")


def _curvature(name: str, frame: Frame) -> float:
    return float(known(getattr(known(frame.curvature), name), "No curvature is positive here."))


def _limit(everywhere: bool, frame: Frame) -> float:
    """Return the limit if it is the same everywhere, or if it is not, as ``everywhere`` asks."""
    value = mark(frame, "limit")
    is_so = frame.ruler is not None and frame.ruler.quadratic == everywhere
    return known(value if is_so else None, "The limit is of another kind here.")


def _formula_of_mark(index: int, frame: Frame) -> str:
    formulas = frame.ruler.formulas if frame.ruler is not None else None
    return known(formulas or None, "Theory gives no formula here.")[index]


def _rate_before(frame: Frame) -> float:
    """Return the learning rate of the last step; at the start, the rate in force.

    A rate that was changed at the row has not led to it.
    """
    row = frame.row_at(frame.step - 1) if frame.step > 0 else frame.row
    return math.nan if row is None else float(row.learning_rate)


def _rate(frame: Frame) -> float:
    return frame.row.learning_rate if frame.row else frame.settings.learning_rate


def _regime(frame: Frame) -> str:
    ruler = frame.ruler
    regime = None if ruler is None else ruler.regime(frame.settings.learning_rate)
    return known(regime, "Theory says nothing about learning rates here.").name


def _schedule(frame: Frame) -> str:
    entry = frame.settings.schedule_entry
    return known(
        None if entry.name == "constant" else entry.formula, "The learning rate has no schedule."
    )


def _run_name(frame: Frame) -> str:
    name = next((run.name for run in frame.runs if run.number == frame.number), None)
    return known(name, "Only one of several runs has a name.")


def _mistakes(frame: Frame) -> int:
    """Return how many mistakes the perceptron's rule has made."""
    made = mistakes_until(frame.step, frame.settings, known(frame.rows))
    return known(made, "Mistakes are counted for the perceptron's rule, while every step is kept.")


def _crossing(index: int, frame: Frame) -> float:
    """Return where the line between the classes crosses an axis of the data."""
    _line_angle(frame)  # refuses what has no line
    weight = parameter(frame, f"w{index + 1}")
    if weight == 0:
        raise NoValue(f"The line does not cross the axis of x{index + 1}: w{index + 1} is 0.")
    return (threshold_of_z(frame) - parameter(frame, "b")) / weight


def _line_angle(frame: Frame) -> float:
    """Return the angle of the line between the classes to the first axis, −90 to 90 degrees."""
    settings = frame.settings
    if settings.dataset.width != 2 or settings.threshold is None:
        raise NoValue("There is a line between classes only with two inputs and two classes.")
    first = parameter(frame, "w1")
    second = parameter(frame, "w2")
    if first == second == 0:
        raise NoValue("There is no line: both weights are 0.")
    return (
        math.degrees(math.atan2(-first, second))
        if second > 0
        else math.degrees(math.atan2(first, -second))
    )


LIVE_VALUES: Mapping[str, Callable[[Frame], Value]] = {
    "w1": lambda frame: parameter(frame, "w1"),
    "b": lambda frame: parameter(frame, "b"),
    "gb": lambda frame: parameter(frame, "b", grad=True),
    "gradient": lambda frame: float(np.linalg.norm(known(frame.row).grad)),
    "greatest_gradient": lambda frame: float(max(known(frame.row).grad, key=abs)),
    "loss": lambda frame: settled_loss(frame.settings, known(frame.current_loss)),
    "loss_min": lambda frame: float(known(frame.rows_here).loss_curve[2].min()),
    "loss_max": lambda frame: float(known(frame.rows_here).loss_curve[3].max()),
    "penalty": lambda frame: known(frame.penalty, "Nothing is penalised here."),
    "epoch": lambda frame: known(frame.row).epoch,
    "step": lambda frame: known(frame.row).step,
    "steps_per_epoch": lambda frame: frame.settings.steps_per_epoch,
    "name": _run_name,
    "samples": lambda frame: frame.settings.dataset.samples,
    "inputs": lambda frame: frame.settings.dataset.width,
    "parameters": lambda frame: len(frame.settings.parameters.names),
    "rate": _rate_before,
    "rate_now": _rate,
    "schedule_formula": _schedule,
    "limit": lambda frame: mark(frame, "limit"),
    "limit_everywhere": partial(_limit, True),
    "limit_here": partial(_limit, False),
    "best": lambda frame: mark(frame, "best"),
    "safe": lambda frame: mark(frame, "safe"),
    "safe_formula": partial(_formula_of_mark, 0),
    "best_formula": partial(_formula_of_mark, 1),
    "limit_formula": partial(_formula_of_mark, 2),
    "regime": _regime,
    "state": lambda frame: known(frame.diagnosis).state,
    "mistakes": _mistakes,
    "most_mistakes": lambda frame: known(
        most_mistakes_of(known(frame.evidence)), "No bound on the mistakes is known here."
    ),
    "right": right_count,
    "wrong": lambda frame: frame.settings.dataset.samples - right_count(frame),
    "accuracy": lambda frame: right_count(frame) / frame.settings.dataset.samples,
    "held_out_loss": lambda frame: held_out_value(frame, frame.step, 0),
    "held_out_accuracy": lambda frame: held_out_value(frame, frame.step, 1),
    "stopped": lambda frame: (
        frame.evidence_now is not None and frame.evidence_now.stopped is not None
    ),
    "curvature_max": partial(_curvature, "greatest"),
    "curvature_min": partial(_curvature, "least"),
    "condition_number": partial(_curvature, "condition_number"),
    "line_x1": partial(_crossing, 0),
    "line_x2": partial(_crossing, 1),
    "line_angle": _line_angle,
}
"""The values of a whole run by name; settings are written ``settings.NAME`` instead."""
_MEASURED = (
    *("w1", "b", "gb", "gradient", "greatest_gradient", "loss", "loss_min", "loss_max", "penalty"),
    *("held_out_loss", "z", "output", "slope", "residual", "sample_loss"),
)
_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(("limit", "limit_everywhere", "limit_here", "best", "safe"), rounded_down),
    **dict.fromkeys(_MEASURED, measured),
}
"""How values are written that have a form of their own."""


def _output(name: str, frame: Frame, index: int) -> float:
    """Return a sample's value in a column of the prediction, such as its output.

    Of several outputs it is that of the opened one; for classes with none opened, that of the
    sample's own class.
    """
    column = known(getattr(known(frame.prediction), name))[index]
    return float(column if np.ndim(column) == 0 else column[_output_index(frame, index)])


def _output_index(frame: Frame, index: int) -> int:
    settings = frame.settings
    if settings.independent:
        return frame.output
    if frame.unit is not None and frame.unit >= settings.hidden:
        return frame.unit - settings.hidden
    return int(settings.coded_targets[index])


def _target(frame: Frame, index: int) -> float:
    """Return the target of the output; of several classes 1 for the sample's own class, else 0."""
    if frame.settings.independent:
        return float(frame.settings.coded_targets[index, frame.output])
    target = float(frame.settings.coded_targets[index])
    return target if frame.settings.outputs == 1 else float(target == _output_index(frame, index))


SAMPLE_VALUES: Mapping[str, Callable[[Frame, int], Value]] = {
    "sample_number": lambda frame, index: index + 1,
    "z": partial(_output, "pre_activation"),
    "output": partial(_output, "output"),
    "slope": partial(_output, "slope"),
    "target": _target,
    "residual": lambda frame, index: _output("output", frame, index) - _target(frame, index),
    "sample_loss": partial(_output, "losses"),
}
"""The values of one sample by name; each takes the sample's index."""


# --- how they are written -------------------------------------------------------------------------


def sentences(term: Term, frame: Frame) -> str:
    """Return the sentences of a term about a moment, with their values filled in.

    A sentence with an unknown value is left out, and any with a value where another choice is in
    force than the term is about.

    Parameters
    ----------
    term
        Its sentences are filled in; one with a value that is not known is left out.
    """
    told = term.today
    if term.row is not None and not _in_force(term.row, frame.settings):
        told = tuple(sentence for sentence in told if "{" not in sentence)
    return " ".join(filter(None, (_filled(sentence, frame) for sentence in told)))


def sources(term: Term, frame: Frame) -> tuple[str, ...]:
    """Return the keys of the sources for what the state and the ruler say under a term's name.

    The sources of the term itself are not among them.
    """
    keys = []
    if frame.diagnosis is not None and frame.diagnosis.state == term.name:
        keys.append(frame.diagnosis.source)
    ruler = _ruler(frame) if term.name in _MARKS else None
    if ruler is not None:
        keys.append(ruler.source)
    return tuple(filter(None, keys))


def _in_force(row: tuple[str, str], settings: Settings) -> bool:
    table, name = row
    if table == "breaks":
        return settings.breaks_it(name)
    if table == "penalties":
        return True  # a strength of 0 leaves it out, and its sentence gives that number
    chosen = {
        "activations": settings.activation,
        "losses": settings.loss,
        "optimizers": settings.optimizer,
        "schedules": settings.schedule,
        "scalings": settings.dataset.scaling.name,
    }
    return chosen[table] == name


def _ruler(frame: Frame) -> Ruler | None:
    try:
        return frame.ruler
    except SettingsError:  # so far out that the curvature is not finite
        return None


def _filled(sentence: str, frame: Frame) -> str:
    try:
        return _Sentence(frame).format(sentence)
    except (NoValue, SettingsError, AttributeError):  # an attribute that these settings lack
        return ""


class _Sentence(string.Formatter):
    """Formats values: ``{loss}`` as any number, ``{samples:sample}`` as a count, "4 samples"."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        name = str(key)
        if name == "settings":
            return self._frame.settings
        value = (
            SAMPLE_VALUES[name](self._frame, self._frame.sample or 0)  # the first if none is picked
            if name in SAMPLE_VALUES
            else LIVE_VALUES[name](self._frame)
        )
        return _WRITTEN[name](value) if name in _WRITTEN else value

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return counted(value, format_spec)
        if isinstance(value, str):
            return value
        return f"{value:,}" if isinstance(value, int) else format_number(known(value))
