"""Numbers of the moment in the sentences of an explanation."""

from __future__ import annotations

import string
from collections.abc import Callable

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import Curvature
from neuroviz.core.curvature.rate_ruler import Ruler
from neuroviz.core.glossary import Term
from neuroviz.core.neuron.rounding import loss_said
from neuroviz.core.numbers import format_number, rounded_down
from neuroviz.core.types import Floats
from neuroviz.session.frame import Frame

_MARKS = ("smooth", "fastest rate", "limit", "zig-zag", "overshoots", "blows up", "creeps")
"""Terms that are marks of the ruler, or stretches between them: the theory is that of the optimizer."""


def today(term: Term, frame: Frame) -> str:
    """Return what a term comes to at a moment; empty where that is not known, or another choice is in force.

    Parameters
    ----------
    term
        Its sentences are filled in; one with a number that is not known is left out.
    """
    if term.row is not None and not _in_force(term.row, frame.settings):
        return ""
    return " ".join(filter(None, (_filled(sentence, frame) for sentence in term.today)))


def sources(term: Term, frame: Frame) -> tuple[str, ...]:
    """Return the keys of what is said of the run under this name rests on, beside the term's own sources."""
    keys = []
    if frame.diagnosis is not None and frame.diagnosis.state == term.name:
        keys.append(frame.diagnosis.source)
    ruler = _ruler(frame) if term.name in _MARKS else None
    if ruler is not None:
        keys.append(ruler.source)
    return tuple(filter(None, keys))


def numbers_in(sentence: str) -> list[str]:
    """Return the names of the numbers that a sentence asks for."""
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]


def _in_force(row: tuple[str, str], settings: Settings) -> bool:
    table, name = row
    if table == "breaks":
        return settings.breaks_it(name)
    if table == "penalties":
        return True  # with a strength of 0 it is left out, which its number says
    chosen = {
        "activations": settings.activation,
        "losses": settings.loss,
        "optimizers": settings.optimizer,
        "schedules": settings.schedule,
        "scalings": settings.dataset.scaling.name,
    }
    return chosen[table] == name


def _filled(sentence: str, frame: Frame) -> str:
    values = {name: _NUMBERS[name](frame) for name in numbers_in(sentence)}
    return "" if None in values.values() else sentence.format_map(values)


# --- the numbers -----------------------------------------------------------------------------------------

Reading = Callable[[Frame], str | None]


def _number(value: float | None) -> str | None:
    return None if value is None else format_number(float(value))


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _hyperparameter(name: str) -> Reading:
    return lambda frame: _number(frame.settings.hyperparameters.get(name))


def _curvature(frame: Frame) -> Curvature | None:
    try:
        return frame.curvature
    except SettingsError:  # so far out that it is not finite
        return None


def _ruler(frame: Frame) -> Ruler | None:
    return None if _curvature(frame) is None else frame.ruler


def _of_curvature(read: Callable[[Curvature], float | None]) -> Reading:
    def number(frame: Frame) -> str | None:
        curvature = _curvature(frame)
        return None if curvature is None else _number(read(curvature))

    return number


def _mark(read: Callable[[Ruler], float | None]) -> Reading:
    def number(frame: Frame) -> str | None:
        ruler = _ruler(frame)
        mark = None if ruler is None else read(ruler)
        return None if mark is None else rounded_down(mark)

    return number


def _formula_of_mark(index: int) -> Reading:
    def formula(frame: Frame) -> str | None:
        ruler = _ruler(frame)
        return ruler.formulas[index] if ruler is not None and ruler.formulas else None

    return formula


def _sample(frame: Frame) -> int:
    """Return the index of the sample whose numbers are told: the one on show, else the first."""
    return frame.sample or 0


def _of_sample(name: str) -> Reading:
    def number(frame: Frame) -> str | None:
        return None if frame.prediction is None else _number(getattr(frame.prediction, name)[_sample(frame)])

    return number


def _target(frame: Frame) -> str | None:
    return _number(frame.settings.coded_targets[_sample(frame)])


def _residual(frame: Frame) -> str | None:
    if frame.prediction is None:
        return None
    index = _sample(frame)
    return _number(frame.prediction.output[index] - frame.settings.coded_targets[index])


def _sample_loss(frame: Frame) -> str | None:
    if frame.prediction is None or frame.prediction.losses is None:
        return None
    return _number(frame.prediction.losses[_sample(frame)])


def _parameter(index: int) -> Reading:
    def number(frame: Frame) -> str | None:
        parameters: Floats | None = frame.parameters
        return None if parameters is None else _number(parameters[index])

    return number


def _gradient(frame: Frame) -> str | None:
    if frame.row is None:
        return None
    grad = frame.row.grad
    return _number(grad[np.abs(grad).argmax()])


def _right(frame: Frame) -> str | None:
    return None if frame.right is None else f"{int(frame.right.sum()):,}"


def _loss(frame: Frame) -> str | None:
    return None if frame.current_loss is None else loss_said(frame.settings, frame.current_loss)


def _learning_rate(frame: Frame) -> str | None:
    return _number(frame.row.learning_rate if frame.row else frame.settings.learning_rate)


def _scheduled(frame: Frame) -> str | None:
    return frame.settings.schedule_entry.formula if frame.settings.schedule != "constant" else None


_NUMBERS: dict[str, Reading] = {
    "activation_formula": lambda frame: frame.settings.activation_entry.formula,
    "batch_size": lambda frame: f"{frame.settings.samples_per_step:,}",
    "best": _mark(lambda ruler: ruler.best),
    "best_formula": _formula_of_mark(1),
    "bias": _parameter(-1),
    "condition_number": _of_curvature(lambda curvature: curvature.condition_number),
    "epoch": lambda frame: f"{frame.row.epoch:,}" if frame.row else None,
    "epochs": lambda frame: f"{frame.settings.epochs:,}",
    "gamma": _hyperparameter("gamma"),
    "gradient": _gradient,
    "inputs": lambda frame: _counted(frame.settings.dataset.width, "input"),
    "l1": lambda frame: _number(frame.settings.l1),
    "l2": lambda frame: _number(frame.settings.l2),
    "lambda_max": _of_curvature(lambda curvature: curvature.greatest),
    "lambda_min": _of_curvature(lambda curvature: curvature.least),
    "learning_rate": _learning_rate,
    "limit": _mark(lambda ruler: ruler.limit),
    "limit_everywhere": _mark(lambda ruler: ruler.limit if ruler.quadratic else None),
    "limit_here": _mark(lambda ruler: None if ruler.quadratic else ruler.limit),
    "limit_formula": _formula_of_mark(2),
    "loss": lambda frame: _loss(frame),
    "loss_formula": lambda frame: frame.settings.loss_formula,
    "momentum": _hyperparameter("momentum"),
    "optimizer_formula": lambda frame: frame.settings.optimizer_entry.formula,
    "output": _of_sample("output"),
    "parameters": lambda frame: _counted(len(frame.settings.parameter_names), "parameter"),
    "penalty": lambda frame: _number(frame.penalty),
    "period": _hyperparameter("period"),
    "precision": lambda frame: frame.settings.precision,
    "residual": _residual,
    "right": _right,
    "safe": _mark(lambda ruler: ruler.safe),
    "safe_formula": _formula_of_mark(0),
    "sample": lambda frame: f"{_sample(frame) + 1:,}",
    "sample_count": lambda frame: f"{frame.settings.dataset.samples:,}",
    "samples": lambda frame: _counted(frame.settings.dataset.samples, "sample"),
    "sample_loss": _sample_loss,
    "schedule_formula": _scheduled,
    "seed": lambda frame: f"{frame.settings.seed}",
    "slope": _of_sample("slope"),
    "step": lambda frame: f"{frame.step:,}" if frame.row else None,
    "steps_per_epoch": lambda frame: _counted(frame.settings.steps_per_epoch, "step"),
    "steps_taken": lambda frame: _counted(frame.step, "step") if frame.row else None,
    "target": _target,
    "task": lambda frame: frame.settings.task_entry.formula,
    "threshold": lambda frame: _number(frame.settings.threshold),
    "weight_1": _parameter(0),
    "weight_decay": _hyperparameter("weight_decay"),
    "z": _of_sample("pre_activation"),
}
NAMES = frozenset(_NUMBERS)
"""What a sentence may ask for."""
