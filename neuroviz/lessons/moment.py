"""Moment: what the names in a lesson mean, told by one frame of a run."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.curvature.rate_zones import rate_zones, zone_of
from neuroviz.core.neuron.boundary import crossings
from neuroviz.core.neuron.neuron import predict, right
from neuroviz.core.neuron.rounding import settled_loss
from neuroviz.core.numbers import format_number, with_real_minus
from neuroviz.core.training.held_out import held_out_at
from neuroviz.lessons.expressions import ExpressionError, Value
from neuroviz.session.frame import Frame, Look

_EXAMPLES = {"broken": 'broken("no_bias")', "setting": 'setting("optimizer")'}
_PARAMETER = re.compile(r"(w|g|x)([1-9][0-9]*)")


class Moment:
    """The newest row of a run, as lessons speak of it.

    Parameters
    ----------
    frame
        Of the session at that moment: frozen, so that this stays true when the run goes on.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = replace(frame, look=Look(phase=frame.look.phase, sample=frame.look.sample))

    @property
    def start(self) -> Moment:
        """The start of the same run."""
        moment = Moment(self.frame)
        moment.frame = replace(self.frame, look=Look(step=0, sample=self.frame.look.sample))
        return moment

    def value(self, path: tuple[str, ...]) -> Value:
        """Return what a name means; raises ExpressionError if it means nothing, or has no value here."""
        if path[0] == "start" and len(path) > 1:
            return self.start.value(path[1:])
        if len(path) > 1:
            raise ExpressionError(f"There is nothing called {'.'.join(path)} in a run.")
        name = path[0]
        if name in NAMES:
            return NAMES[name](self)
        if name in FUNCTIONS:
            raise ExpressionError(f"{name} needs to know of what: {name}(1).")
        return self._numbered(name)

    def call(self, path: tuple[str, ...], arguments: tuple[Value, ...]) -> Value:
        """Return what a function gives; raises likewise."""
        if path[0] == "start" and len(path) > 1:
            return self.start.call(path[1:], arguments)
        name = ".".join(path)
        if name in ("broken", "setting"):
            return self._setting(name, arguments)
        known = name in FUNCTIONS or re.fullmatch(r"x[1-9][0-9]*_of", name)
        if not known:
            raise ExpressionError(f"There is no function {name}; there are {', '.join(FUNCTIONS)}.")
        if len(arguments) != 1 or isinstance(arguments[0], str | bool) or not float(arguments[0]).is_integer():
            raise ExpressionError(f"{name} needs one whole number, such as {name}(1).")
        number = int(arguments[0])
        if name in FUNCTIONS:
            return FUNCTIONS[name](self, number)
        return self._numbered(name[:-3], self._index(number))

    def _setting(self, name: str, arguments: tuple[Value, ...]) -> Value:
        """Return whether a switch is on, or what is chosen."""
        said = arguments[0] if len(arguments) == 1 else None
        if not isinstance(said, str):
            raise ExpressionError(f"{name} needs a name in quotation marks, such as {_EXAMPLES[name]}.")
        if name == "broken":
            if said not in BREAKS:
                raise ExpressionError(f"There is no switch {said}; there are {', '.join(BREAKS)}.")
            return self.frame.settings.breaks_it(said)
        chosen = self.frame.settings.as_dict()
        if said not in chosen:
            raise ExpressionError(f"There is no setting {said} here; there are {', '.join(chosen)}.")
        value = chosen[said]
        return (
            value
            if isinstance(value, str | bool)
            else float(value)
            if isinstance(value, int | float)
            else str(value)
        )

    # --- what names need ---------------------------------------------------------------------------------

    def _numbered(self, name: str, sample: int | None = None) -> Value:
        """Return w₁ …, g₁ … or x₁ …, of a sample or of that in the neuron."""
        found = _PARAMETER.fullmatch(name)
        if found is None:
            raise ExpressionError(f"There is nothing called {name} in a run.")
        index = int(found[2]) - 1
        width = self.frame.settings.dataset.width
        if index >= width:
            raise ExpressionError(f"There is no {name}: the neuron has {width} input{'s' * (width > 1)}.")
        if found[1] == "x":
            return float(self.frame.settings.coded_inputs[self._picked() if sample is None else sample, index])
        return self.parameter(index) if found[1] == "w" else self.gradient(index)

    def parameter(self, index: int) -> float:
        """Return a parameter, the bias at −1."""
        parameters = self.frame.parameters
        if parameters is None:
            raise ExpressionError("The run is not ready yet.")
        return float(parameters[index])

    def gradient(self, index: int) -> float:
        """Return a component of the gradient of the next step."""
        row = self.frame.row
        if row is None:
            raise ExpressionError("The run is not ready yet.")
        return float(row.grad[index])

    def _picked(self) -> int:
        sample = self.frame.look.sample
        if sample is None:
            raise ExpressionError("No sample stands in the neuron: say sample = 1 in the experiment.")
        return sample

    def _index(self, number: int) -> int:
        samples = self.frame.settings.dataset.samples
        if not 1 <= number <= samples:
            raise ExpressionError(f"There is no sample {number}: they are 1 to {samples}.")
        return number - 1

    def of_sample(self, what: str, index: int) -> float:
        """Return "pre_activation", "output" or "losses" of a sample."""
        values = getattr(self.frame.prediction, what)
        return float(values[index])

    def right(self, index: int | None = None) -> float:
        """Return how many samples are right, or whether one is."""
        rows = self.frame.right
        if rows is None:
            raise ExpressionError("Nothing is right or wrong here: the targets are numbers, not classes.")
        return float(rows.sum() if index is None else rows[index])

    def mark(self, name: str) -> float:
        """Return a mark of the ruler: "safe", "best" or "limit"."""
        ruler = self.frame.ruler
        value = getattr(ruler, name) if ruler is not None else None
        if value is None:
            reason = ruler.reason if ruler is not None else None
            raise ExpressionError(f"Theory gives no {name} here. {reason or ''}".strip())
        return float(value)

    def curvature(self, name: str) -> float:
        """Return the "greatest" or "least" curvature."""
        value = getattr(self.frame.curvature, name)
        if value is None:
            raise ExpressionError("No curvature is positive here.")
        return float(value)

    def losses(self) -> tuple[float, float]:
        """Return the least and greatest loss so far."""
        rows = self.frame.rows_here
        if rows is None:
            raise ExpressionError("The run is not ready yet.")
        _, _, low, high = rows.loss_curve
        return float(low.min()), float(high.max())

    def crossing(self, index: int) -> float:
        """Return where the line between the classes crosses an axis of the data."""
        self.line_angle()  # refuses what has no line
        weight = self.parameter(index)
        if weight == 0:
            raise ExpressionError(f"The line does not cross the axis of x{index + 1}: w{index + 1} is 0.")
        return (threshold_of_z(self.frame) - self.parameter(-1)) / weight

    def line_angle(self) -> float:
        """Return the angle of the line between the classes to the first axis, in degrees from −90 to 90."""
        settings = self.frame.settings
        if settings.dataset.width != 2 or settings.threshold is None:
            raise ExpressionError("There is a line between classes only with two inputs and two classes.")
        first, second = self.parameter(0), self.parameter(1)
        if first == second == 0:
            raise ExpressionError("There is no line: both weights are 0.")
        return math.degrees(math.atan2(-first, second)) if second > 0 else math.degrees(math.atan2(first, -second))


def threshold_of_z(frame: Frame) -> float:
    """Return the z at which the output crosses the threshold; raises ExpressionError where it never does."""
    settings = frame.settings
    places = crossings(settings.activation, settings.threshold) if settings.threshold is not None else ()
    if not places:
        raise ExpressionError("The output crosses no threshold.")
    return places[0]


def _loss(m: Moment) -> float:
    loss = m.frame.current_loss
    if loss is None:
        raise ExpressionError("The run is not ready yet.")
    return settled_loss(m.frame.settings, loss)


def _row(m: Moment) -> int:
    return m.frame.step


def _rate(m: Moment) -> float:
    """Return the rate that the last step was taken with; at the start the one in force.

    A rate that is changed when the run has come somewhere did not bring it there.
    """
    row = m.frame.row_at(m.frame.step - 1) if m.frame.step > 0 else m.frame.row
    return math.nan if row is None else float(row.learning_rate)


def _zone(m: Moment) -> str:
    ruler = m.frame.ruler
    zone = zone_of(rate_zones(ruler), m.frame.settings.learning_rate) if ruler is not None else None
    if zone is None:
        raise ExpressionError("Theory has no word for learning rates here.")
    return zone.word


def _state(m: Moment) -> str:
    if m.frame.diagnosis is None:
        raise ExpressionError("The run is not ready yet.")
    return m.frame.diagnosis.state


def _sample(m: Moment) -> str:
    inputs = m.frame.settings.coded_inputs[m._picked()]
    return with_real_minus(f"({', '.join(format_number(float(value)) for value in inputs)})")


def _run_name(m: Moment) -> str:
    name = next((run.name for run in m.frame.runs if run.number == m.frame.number), None)
    if name is None:
        raise ExpressionError("Only one of several runs has a name.")
    return name


def _loss_at(m: Moment, epoch: int) -> float:
    frame = m.frame
    step = epoch * frame.settings.steps_per_epoch
    if not 0 <= step <= frame.step:
        raise ExpressionError(
            f"The run has not come to epoch {epoch}: it stands at {frame.row.epoch if frame.row else 0}."
        )
    row = frame.row_at(step)
    assert row is not None
    assert row.loss is not None
    return settled_loss(frame.settings, row.loss)


def _right_since(m: Moment, number: int) -> float:
    """Return the epoch since which a sample has stayed right; raises where it is wrong now."""
    index = m._index(number)
    if not m.right(index):
        raise ExpressionError(f"Sample {number} is not right.")
    frame = m.frame
    settings = frame.settings
    step = frame.step
    while step > 0:
        row = frame.row_at(step - 1)
        assert row is not None
        outputs = predict(settings, row.parameters, settings.coded_inputs, settings.coded_targets).output
        rows = right(settings, outputs)
        if rows is None or not rows[index]:
            break
        step -= 1
    return float(math.ceil(step / settings.steps_per_epoch))


def _held_out(m: Moment, step: int, which: int) -> float:
    """Return loss (0) or accuracy (1) of the samples held out at a step; raises where none are held out."""
    row = m.frame.row_at(step)
    found = held_out_at(m.frame.settings, row.parameters[np.newaxis]) if row is not None else None
    value = None if found is None else found[which]
    if value is None:
        raise ExpressionError("No samples are held out here.")
    return float(value[0])


def _held_out_loss_at(m: Moment, epoch: int) -> float:
    _loss_at(m, epoch)  # refuses an epoch to which the run has not come
    return _held_out(m, epoch * m.frame.settings.steps_per_epoch, 0)


NAMES: Mapping[str, Callable[[Moment], Value]] = {
    "b": lambda m: m.parameter(-1),
    "gb": lambda m: m.gradient(-1),
    "gradient": lambda m: float(np.linalg.norm(m.frame.row.grad)) if m.frame.row is not None else math.nan,
    "loss": _loss,
    "loss_min": lambda m: m.losses()[0],
    "loss_max": lambda m: m.losses()[1],
    "epoch": lambda m: float(_row(m) // m.frame.settings.steps_per_epoch),
    "step": lambda m: float(_row(m)),
    "steps_per_epoch": lambda m: float(m.frame.settings.steps_per_epoch),
    "name": _run_name,
    "samples": lambda m: float(m.frame.settings.dataset.samples),
    "inputs": lambda m: float(m.frame.settings.dataset.width),
    "rate": _rate,
    "limit": lambda m: m.mark("limit"),
    "best": lambda m: m.mark("best"),
    "safe": lambda m: m.mark("safe"),
    "zone": _zone,
    "state": _state,
    "right": lambda m: m.right(),
    "wrong": lambda m: m.frame.settings.dataset.samples - m.right(),
    "accuracy": lambda m: m.right() / m.frame.settings.dataset.samples,
    "held_out_loss": lambda m: _held_out(m, m.frame.step, 0),
    "held_out_accuracy": lambda m: _held_out(m, m.frame.step, 1),
    "sample": _sample,
    "z": lambda m: m.of_sample("pre_activation", m._picked()),
    "output": lambda m: m.of_sample("output", m._picked()),
    "target": lambda m: float(m.frame.settings.coded_targets[m._picked()]),
    "sample_loss": lambda m: m.of_sample("losses", m._picked()),
    "stopped": lambda m: m.frame.evidence_now is not None and m.frame.evidence_now.stopped is not None,
    "curvature_max": lambda m: m.curvature("greatest"),
    "curvature_min": lambda m: m.curvature("least"),
    "line_x1": lambda m: m.crossing(0),
    "line_x2": lambda m: m.crossing(1),
    "line_angle": lambda m: m.line_angle(),
}
"""What a run has a name for, beside w1 …, g1 … and x1 …."""
FUNCTIONS: Mapping[str, Callable[[Moment, int], Value]] = {
    "loss_at": _loss_at,
    "held_out_loss_at": _held_out_loss_at,
    "output_of": lambda m, number: m.of_sample("output", m._index(number)),
    "target_of": lambda m, number: float(m.frame.settings.coded_targets[m._index(number)]),
    "z_of": lambda m, number: m.of_sample("pre_activation", m._index(number)),
    "loss_of": lambda m, number: m.of_sample("losses", m._index(number)),
    "right_of": lambda m, number: bool(m.right(m._index(number))),
    "right_since": _right_since,
}
"""What it tells of a sample or an epoch, beside x1_of …; samples count from 1."""
