"""Plan: makes a session for the experiment that a step of a lesson asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit, Edits
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.training.rewind import cost
from neuroviz.lessons.format import (
    LARGEST,
    LessonStep,
    RunLength,
    RunPlan,
    RunPosition,
    StepExperiment,
)
from neuroviz.session.live_values import NoValue, mark
from neuroviz.session.saved import MOST_INPUTS
from neuroviz.session.session import Session

TOO_LONG = "That takes too long: use fewer steps, or less data."
_MARKS = {"times_limit": "limit", "times_best": "best", "times_safe": "safe"}
_DATA = ("inputs", "targets", "classes", "scale", "held_out")
_MOST_WORK = 2.0**18
"""Steps of a small neuron that all runs of a step may take together: some seconds."""


def begun(step: LessonStep) -> tuple[Session, dict[str, int]]:
    """Return a session as a step begins, and the numbers of its runs by their keys.

    Raises
    ------
    SettingsError
        If the experiment is not possible; the field at fault is one of its options.
    """
    experiment = step.experiment
    assert experiment is not None
    if step.runs:
        session, keys = _race(experiment, step.runs, step.then)
    else:
        settings = settings_of(experiment.options, _limit(experiment, step.then))
        session = Session(settings, edits_of(experiment, settings))
        session.prepare()
        keys = {}
    _go_to(session, experiment)
    session.pick(_sample(session, experiment))
    session.open_unit(_unit(session, experiment))
    if experiment.phase is not None:
        session.look_at(_steps_at(experiment, session.settings), experiment.phase)
    return session, keys


def is_too_long(session: Session, steps: int, edits: Sequence[Edit] = ()) -> bool:
    """Return whether the runs would take too long for so many steps, with these edits."""
    frame = session.frame()
    runs = [run.settings for run in frame.runs if run.racing] or [frame.settings_at_start]
    return sum(cost(settings, steps, edits) for settings in runs) > _MOST_WORK


def copied(session: Session) -> Session:
    """Return another session with the same active run, or the same race, at the same step."""
    frame = session.frame()
    racing = [run for run in frame.runs if run.racing]
    twin = Session(frame.settings_at_start, frame.edits)
    twin.prepare()
    if racing:
        twin.race([(run.name, run.settings) for run in racing])
    twin.advance(frame.newest_step)
    twin.pick(frame.selection.sample)
    twin.open_unit(frame.unit)
    return twin


def settings_of(options: Mapping[str, Any], epochs: int | None = None) -> Settings:
    """Return the settings of an experiment, as the window opens its task.

    Parameters
    ----------
    options
        Options by name; a learning rate may be relative to a mark of the ruler at the start.
    epochs
        How far it goes where the options do not say.

    Raises
    ------
    SettingsError
        If they are not valid.
    """
    said = {"epochs": epochs, **options}
    rate = said.get("learning_rate")
    if isinstance(said.get("data"), dict):
        said["data"] = _data(said["data"], str(said.get("task", "and")))
    for name in ("weights", "breaks"):
        if name in said:
            if not isinstance(said[name], list | tuple):
                raise SettingsError(f"{name} is a list, in square brackets.", name)
            said[name] = tuple(said[name])
    if isinstance(rate, dict):
        said["learning_rate"] = _relative(rate, {**said, "learning_rate": None})
    try:
        return Settings.opened(**said)
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError) as error:
        if isinstance(error, SettingsError):
            raise
        raise SettingsError(f"The experiment cannot be read: {error}.") from None


def edits_of(experiment: StepExperiment, settings: Settings) -> Edits:
    """Return the changes in mid-run; raises SettingsError where one cannot be read."""
    edits = []
    for said in experiment.edits:
        where = {name: said[name] for name in ("step", "epoch") if name in said}
        what = {name: value for name, value in said.items() if name not in where}
        if len(where) != 1 or len(what) != 1:
            raise SettingsError("An edit has a step or an epoch, and one hyperparameter.", "edits")
        ((unit, count),) = where.items()
        ((name, value),) = what.items()
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise SettingsError(f"The {unit} of an edit must be a whole number from 0 on.", "edits")
        steps = count * settings.steps_per_epoch if unit == "epoch" else count
        edits.append(Edit(steps, name, value))
    return tuple(edits)


def _race(
    experiment: StepExperiment, plans: tuple[RunPlan, ...], ahead: RunLength | None
) -> tuple[Session, dict[str, int]]:
    base = dict(experiment.options)
    limit = _limit(experiment, ahead)
    race = [(plan.name, settings_of({**base, **plan.options}, limit)) for plan in plans]
    session = Session(race[0][1])
    session.prepare()
    session.race(race)
    numbers = [run.number for run in session.frame().runs if run.racing]
    return session, {plan.key: number for plan, number in zip(plans, numbers, strict=True)}


def _limit(experiment: StepExperiment, ahead: RunLength | None) -> int | None:
    """Return the epoch to which Run goes, where the question is answered; None without one."""
    if ahead is None or not ahead.epochs:
        return None
    begun_at = experiment.at.epoch if experiment.at is not None else None
    return (begun_at or 0) + ahead.epochs


def _steps_at(experiment: StepExperiment, settings: Settings) -> int:
    at = experiment.at or RunPosition(step=0)
    return at.step or (at.epoch or 0) * settings.steps_per_epoch


def _go_to(session: Session, experiment: StepExperiment) -> None:
    wanted = _steps_at(experiment, session.settings)
    if is_too_long(session, wanted, session.frame().edits):
        raise SettingsError(TOO_LONG, "at")
    taken = session.advance(wanted)
    if taken < wanted:
        reason = session.obstacle() or ""
        raise SettingsError(
            f"The run reaches only step {taken}, not {wanted}. {reason}".strip(), "at"
        )


def _sample(session: Session, experiment: StepExperiment) -> int | None:
    """Return the index of the sample in the neuron; None for all of them."""
    if experiment.sample is None:
        return session.settings.first_sample
    if experiment.sample == "all":
        return None
    samples = session.settings.dataset.samples
    if experiment.sample > samples:
        raise SettingsError(
            f"sample must be from 1 to {samples}, not {experiment.sample}.", "sample"
        )
    return experiment.sample - 1


def _unit(session: Session, experiment: StepExperiment) -> int | None:
    """Return the index of the hidden neuron to open; None for the output."""
    if experiment.open is None:
        return None
    hidden = session.settings.hidden
    if experiment.open > hidden:
        raise SettingsError(
            f"There is no hidden neuron {experiment.open} to open: there are {hidden}.", "open"
        )
    return experiment.open - 1


def _relative(rate: Mapping[str, Any], said: dict[str, Any]) -> float:
    """Return a learning rate that is given as a multiple of a mark of the ruler at the start."""
    if len(rate) != 1 or next(iter(rate)) not in _MARKS:
        raise SettingsError(
            f"learning_rate is a number or one of {', '.join(_MARKS)}.", "learning_rate"
        )
    ((name, factor),) = rate.items()
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 < factor <= LARGEST:
        raise SettingsError(f"{name} must be a number above 0, up to {LARGEST:,}.", "learning_rate")
    session = Session(settings_of(said))
    session.prepare()
    try:
        return float(factor) * mark(session.frame(), _MARKS[name])
    except NoValue as error:
        raise SettingsError(f"{name} says nothing here. {error}", "learning_rate") from None


def _data(said: Mapping[str, Any], task: str) -> Dataset:
    """Return the data given in the file, or the task's with scaled inputs."""
    unknown = [name for name in said if name not in _DATA]
    if unknown:
        raise SettingsError(f"data knows no {unknown[0]}; it knows {', '.join(_DATA)}.", "data")
    own = TASKS.find(task).data()
    try:
        inputs = np.array(said.get("inputs", own.inputs), dtype=np.float64)
        # In place, so that it cannot broadcast the inputs.
        inputs *= np.asarray(said.get("scale", 1.0), dtype=np.float64)
        targets = np.asarray(said.get("targets", own.targets), dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise SettingsError(
            "data needs inputs, one list for each sample, and as many targets.", "data"
        ) from None
    if inputs.ndim == 2 and inputs.shape[1] > MOST_INPUTS:
        raise SettingsError(
            f"data has {inputs.shape[1]:,} inputs, and {MOST_INPUTS:,} is the limit.", "data"
        )
    classes = said.get("classes", own.classes) is True
    held_out = _held_out(said.get("held_out", []))
    # Without the names, a class without samples would lose its output.
    names = own.class_names if classes else ()
    return Dataset(inputs, targets, classes, class_names=names, held_out=held_out)


def _held_out(said: Any) -> tuple[int, ...]:
    """Return the indices of the rows held out, which a lesson counts from 1."""
    if not isinstance(said, list) or not all(type(row) is int and row > 0 for row in said):
        raise SettingsError("held_out is a list of samples, counted from 1.", "data")
    return tuple(sorted(row - 1 for row in said))
