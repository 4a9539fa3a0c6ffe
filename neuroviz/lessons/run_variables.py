"""The meaning of the names in a lesson: values of a run at a moment, of a sample or of an epoch."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from neuroviz.core.anatomy.unit import hidden_outputs
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.model.model import predict, right
from neuroviz.core.model.rounding import settled_loss
from neuroviz.core.numbers import counted, printed
from neuroviz.lessons.answers import CurveAnswer
from neuroviz.lessons.expressions import ExpressionError, Value
from neuroviz.session.frame import Frame
from neuroviz.session.live_values import (
    LIVE_VALUES,
    SAMPLE_VALUES,
    NoValue,
    held_out_value,
    known,
    parameter,
    right_count,
)

_EXAMPLES = {"broken": 'broken("no_bias")', "setting": 'setting("optimizer")'}
_OF_A_SAMPLE = re.compile(r"([xhzp])([1-9][0-9]*)")
_IN_WORDS = {"x": "input", "h": "hidden neuron", "z": "output", "p": "output"}
_OF_ALL = re.compile(r"(g?)([wvbc]?[0-9]*)")


class RunVariables:
    """The values at the newest row of a run, or at another, under the names of lessons.

    Parameters
    ----------
    frame
        The moment of the session, frozen, so that the values stay when the run goes on.
    step
        The row; None for the newest.
    """

    def __init__(self, frame: Frame, step: int | None = None) -> None:
        self.frame = replace(frame, selection=replace(frame.selection.resting, step=step))

    def value(self, path: tuple[str, ...]) -> Value:
        """Return the value of a name.

        Raises ExpressionError if there is no such name, or it has no value here.
        """
        if len(path) > 1:
            raise ExpressionError(f"There is nothing called {'.'.join(path)} in a run.")
        if path[0] in FUNCTIONS:
            raise ExpressionError(f"{path[0]} needs to know of what: {path[0]}(1).")
        try:
            value = self._named(path[0])
        except NoValue as error:
            raise ExpressionError(str(error)) from None
        return value if isinstance(value, str | bool) else float(value)

    def call(self, path: tuple[str, ...], arguments: tuple[Value, ...]) -> Value:
        """Return the value of a function.

        Raises ExpressionError if there is no such function, or it has no value here.
        """
        name = ".".join(path)
        if name in _EXAMPLES:
            return self._setting(name, arguments)
        if name not in FUNCTIONS and not re.fullmatch(r"[xhzp][1-9][0-9]*_of", name):
            raise ExpressionError(f"There is no function {name}; there are {', '.join(FUNCTIONS)}.")
        if (
            len(arguments) != 1
            or isinstance(arguments[0], str | bool)
            or not float(arguments[0]).is_integer()
        ):
            raise ExpressionError(f"{name} needs one whole number, such as {name}(1).")
        number = int(arguments[0])
        try:
            if name in FUNCTIONS:
                return FUNCTIONS[name](self.frame, number)
            return self._of_a_sample(name.removesuffix("_of"), _index(self.frame, number))
        except NoValue as error:
            raise ExpressionError(str(error)) from None

    def _setting(self, name: str, arguments: tuple[Value, ...]) -> Value:
        """Return whether a switch is on, or the value of a setting."""
        said = arguments[0] if len(arguments) == 1 else None
        if not isinstance(said, str):
            raise ExpressionError(
                f"{name} needs a name in quotation marks, such as {_EXAMPLES[name]}."
            )
        if name == "broken":
            if said not in BREAKS:
                raise ExpressionError(f"There is no switch {said}; there are {', '.join(BREAKS)}.")
            return self.frame.settings.breaks_it(said)
        chosen = self.frame.settings.as_dict()
        if said not in chosen:
            raise ExpressionError(
                f"There is no setting {said} here; there are {', '.join(chosen)}."
            )
        value = chosen[said]
        if isinstance(value, str | bool):
            return value
        return float(value) if isinstance(value, int | float) else str(value)

    def _named(self, name: str) -> float | str | bool:
        if name in LIVE_VALUES:
            return LIVE_VALUES[name](self.frame)
        if name in SAMPLE_VALUES:
            return SAMPLE_VALUES[name](self.frame, self._picked())
        if name == "sample":
            inputs = self.frame.settings.coded_inputs[self._picked()]
            point = f"({', '.join(map(printed, inputs))})"
            return point.replace(" ", "\N{NO-BREAK SPACE}")  # no line breaks it
        if _OF_A_SAMPLE.fullmatch(name):
            return self._of_a_sample(name, self._picked())
        return self._of_all(name)

    def _of_a_sample(self, name: str, sample: int) -> float:
        """Return a sample's input x₁ …, hidden output h₁ …, sum z₁ … or share p₁ …."""
        settings = self.frame.settings
        letter = name[0]
        number = int(name[1:])
        shape = settings.parameters
        width = {"x": shape.inputs, "h": shape.hidden}.get(letter, shape.outputs)
        if number > width:
            raise ExpressionError(f"There is no {name}: {_has(width, _IN_WORDS[letter])}.")
        if letter in "zp":
            said = known(self.frame.prediction)
            column = said.pre_activation if letter == "z" else said.output
            return float(column.reshape(settings.dataset.samples, -1)[sample, number - 1])
        if letter == "x":
            return float(settings.coded_inputs[sample, number - 1])
        outputs = hidden_outputs(settings, known(self.frame.parameters))
        return float(outputs[sample, number - 1])

    def _of_all(self, name: str) -> float:
        """Return a parameter by its name, or after a g its gradient: g1 is that of w1."""
        found = _OF_ALL.fullmatch(name)
        if found is None or name in ("", "g"):
            raise ExpressionError(f"There is nothing called {name} in a run.")
        parameters = self.frame.settings.parameters
        called = f"w{found[2]}" if found[1] and found[2].isdecimal() else found[2]
        if called[0] == "w" and parameters.linear and called not in parameters.names:
            raise ExpressionError(f"There is no {name}: {_has(parameters.inputs, 'input')}.")
        return parameter(self.frame, called, grad=found[1] == "g")

    def _picked(self) -> int:
        sample = self.frame.selection.sample
        if sample is None:
            raise ExpressionError(
                "No sample stands in the neuron: say sample = 1 in the experiment."
            )
        return sample


class LessonScope(Struct):
    """The meaning of names at a step of a lesson: moments, runs by key, and what an answer adds."""

    now: RunVariables
    before: RunVariables
    runs: Mapping[str, RunVariables]
    more: Mapping[str, Value] = {}
    drawn: CurveAnswer | None = None

    def value(self, path: tuple[str, ...]) -> Value:
        """Return the value of a name; raises ExpressionError."""
        if len(path) == 1 and path[0] in self.more:
            return self.more[path[0]]
        moment, rest = self._moment(path)
        return moment.value(rest)

    def call(self, path: tuple[str, ...], arguments: tuple[Value, ...]) -> Value:
        """Return the value of a function; raises ExpressionError."""
        if path == ("drawn",):
            return self._drawn(arguments)
        moment, rest = self._moment(path)
        return moment.call(rest, arguments)

    def _drawn(self, arguments: tuple[Value, ...]) -> float:
        if self.drawn is None:
            raise ExpressionError("drawn has a meaning only where a curve is drawn.")
        if len(arguments) != 1 or isinstance(arguments[0], str):
            raise ExpressionError("drawn needs one epoch, such as drawn(20).")
        return self.drawn.at(float(arguments[0]))

    def _moment(self, path: tuple[str, ...]) -> tuple[RunVariables, tuple[str, ...]]:
        moments = {"before": self.before, **self.runs}
        moment = self.now
        if len(path) > 1 and path[0] in moments:
            moment = moments[path[0]]
            path = path[1:]
        if len(path) > 1 and path[0] == "start":
            return RunVariables(moment.frame, 0), path[1:]
        return moment, path


def _has(count: int, kind: str) -> str:
    return f"there {'is' if count == 1 else 'are'} {counted(count, kind)}"


def _index(frame: Frame, number: int) -> int:
    samples = frame.settings.dataset.samples
    if not 1 <= number <= samples:
        raise ExpressionError(f"There is no sample {number}: they are 1 to {samples}.")
    return number - 1


def _of_sample(name: str) -> Callable[[Frame, int], Value]:
    return lambda frame, number: SAMPLE_VALUES[name](frame, _index(frame, number))


def _loss_at(frame: Frame, epoch: int) -> float:
    step = epoch * frame.settings.steps_per_epoch
    if not 0 <= step <= frame.step:
        stands = frame.row.epoch if frame.row else 0
        raise ExpressionError(f"The run has not reached epoch {epoch}: it stands at {stands}.")
    row = frame.row_at(step)
    assert row is not None
    return settled_loss(frame.settings, known(row.loss))


def _held_out_loss_at(frame: Frame, epoch: int) -> float:
    _loss_at(frame, epoch)  # refuses an epoch to which the run has not come
    return held_out_value(frame, epoch * frame.settings.steps_per_epoch, 0)


def _right_of(frame: Frame, number: int) -> bool:
    index = _index(frame, number)
    right_count(frame)  # refuses numbers
    assert frame.right is not None
    return bool(frame.right[index])


def _right_since(frame: Frame, number: int) -> float:
    """Return the epoch since which a sample has been right; raises where it is wrong now."""
    if not _right_of(frame, number):
        raise ExpressionError(f"Sample {number} is not right.")
    settings = frame.settings
    step = frame.step
    while step > 0:
        row = frame.row_at(step - 1)
        assert row is not None
        rows = right(settings, predict(settings, row.parameters).output)
        if rows is None or not rows[number - 1]:
            break
        step -= 1
    return float(math.ceil(step / settings.steps_per_epoch))


FUNCTIONS: Mapping[str, Callable[[Frame, int], Value]] = {
    "loss_at": _loss_at,
    "held_out_loss_at": _held_out_loss_at,
    "output_of": _of_sample("output"),
    "target_of": _of_sample("target"),
    "z_of": _of_sample("z"),
    "loss_of": _of_sample("sample_loss"),
    "right_of": _right_of,
    "right_since": _right_since,
}
"""Functions of a sample or an epoch, besides x1_of …; samples count from 1."""
