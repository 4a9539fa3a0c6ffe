"""The figures of a step of a lesson, for paper: what the views of the step show at that moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace

import numpy as np

from neuroviz.core.slices import finished
from neuroviz.lessons.format import CurveQuestion, PointQuestion
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.paper.blocks import Picture
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import Arrow, ColourMap, Curve, Mark, Points, Polygons, Text
from neuroviz.pictures.runs import runs_figure
from neuroviz.session.figures import FigureOptions, figure_maker, figure_work

_NEURON = (170.0, 62.0)
HALF = (83.0, 54.0)
"""Millimetres of a picture as wide as the page, and of one that leaves room beside it."""
_SQUARE = 57.0
"""Height of one with equal units on both axes."""
_DRAWN = (83.0, 60.0)
_SURFACE = (130.0, 80.0)
"""The numbers at its edges need room."""
_THIN = 1.0
"""Curves thinner than that are contour lines."""


def pictures_of(
    evaluator: StepEvaluator, *, gradients: bool = True, answered: bool = False, arrows: bool = True
) -> Iterator[Picture]:
    """Give the pictures of a step as it stands now: two have room beside each other.

    Parameters
    ----------
    gradients
        Whether the neuron is shown with them.
    answered
        Whether its answer has been given; before that, what is asked for is left out.
    arrows
        Whether a landscape shows the way of the next step:
        not where it is asked for elsewhere on the sheet.
    """
    step = evaluator.step
    has_sample = step.experiment is not None and step.experiment.sample is not None
    views = step.views if answered or step.paper.views is None else step.paper.views
    if not answered and "neuron" in views and not step.runs and has_sample:
        yield Picture(_neuron(evaluator, gradients=gradients), *_NEURON)
    plots = [_plot(evaluator, view, answered=answered, arrows=arrows) for view in views]
    figures = [figure for figure in plots if figure is not None]
    if not answered:
        figures += _data_of_each(evaluator)
    for figure in figures:
        size = HALF[0], _SQUARE if figure.equal_aspect else HALF[1]
        is_surface = any(isinstance(mark, Polygons) for mark in figure.marks)
        # The line below the title names the experiment, and what is broken in it.
        yield Picture(replace(figure, subtitle=None), *(_SURFACE if is_surface else size))


def look_the_same(pictures: Sequence[Picture], others: Sequence[Picture]) -> bool:
    """Return whether one row of pictures shows what another shows."""
    return [_plain(each.figure) for each in pictures] == [_plain(each.figure) for each in others]


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    if is_dataclass(value):
        return type(value), tuple(_plain(getattr(value, each.name)) for each in fields(value))
    return value


def drawing_page(evaluator: StepEvaluator, epochs: int) -> Picture:
    """Return an empty loss plot that a curve is drawn into, up to an epoch."""
    frame = evaluator.session.frame()
    low, high = evaluator.page()
    log = evaluator.step.loss_axis == "log"
    label = "loss (log scale)" if log else "loss"
    start = frame.current_loss or 0.0
    marks = (Points([0.0], [start], "#5B45C9", label="start"),)
    figure = Figure(
        "Draw the loss",
        "epoch",
        label,
        marks,
        log_y=log,
        x_limits=(0.0, float(epochs)),
        y_limits=(low, high),
    )
    return Picture(figure, *_DRAWN)


def _neuron(evaluator: StepEvaluator, *, gradients: bool) -> Figure:
    frame = evaluator.session.frame()
    if frame.phase == "loss":  # on paper nothing steps back
        frame = replace(frame, selection=replace(frame.selection, phase=None))
        gradients = False
    return finished(figure_maker("neuron", FigureOptions(backward=gradients))(frame))


def _data_of_each(evaluator: StepEvaluator) -> Iterator[Figure]:
    """Give the samples of each of several runs, where these differ.

    What a neuron says to them is the answer.
    """
    frames = {
        run.name: evaluator.session.frame_of(run.number) for run in evaluator.session.frame().runs
    }
    if (
        "data" not in evaluator.step.views
        or len({frame.settings.data for frame in frames.values()}) < 2
    ):
        return
    for name, frame in frames.items():
        figure = finished(figure_work("data", frame, FigureOptions()))
        yield replace(_only_samples(figure), title=name)


def _plot(evaluator: StepEvaluator, view: str, *, answered: bool, arrows: bool) -> Figure | None:
    """Return the figure of a view.

    None where it has nothing to tell on paper, or is to be drawn by hand.
    """
    step = evaluator.step
    frame = evaluator.session.frame()
    is_drawn = not answered and isinstance(step.task, CurveQuestion)
    if view == "neuron" or (view == "loss" and (frame.step == 0 or is_drawn)):
        return None
    log = step.loss_axis == "log"
    if view == "loss" and step.runs:
        # On top is the same as on the screen.
        ordered = sorted(frame.runs, key=lambda run: run.active)
        runs = [
            (run.name, run.slot, run.settings, run.rows) for run in ordered if run.rows is not None
        ]
        return runs_figure(runs, log)
    if view == "data" and step.runs:
        return None
    shown = FigureOptions(log=log, surface=step.landscape == "surface")
    figure = finished(figure_work(view, frame, shown))
    return figure if answered else _hidden(figure, view, evaluator, arrows=arrows)


def _hidden(figure: Figure, view: str, evaluator: StepEvaluator, *, arrows: bool) -> Figure:
    """Leave out of a figure what a click is to find, and the numbers that would tell it."""
    task = evaluator.step.task
    target = task.target if isinstance(task, PointQuestion) else ""
    if view == "landscape" and evaluator.ground_tells:
        return replace(figure, marks=())
    by_hand = evaluator.step.controls if evaluator.step.do is not None else frozenset()
    if view == "data" and (target == "line" or by_hand & {"line", "shift"}):
        return _only_samples(figure)
    if target == "ball" and view == "data":
        return replace(figure, subtitle=None)
    if view != "landscape":
        return figure
    marks: Sequence[Mark] = figure.marks
    if "ball" in (target, *by_hand):
        marks = [mark for mark in marks if not _said(mark).startswith("minimum")]
    if target in ("ball", "direction") or not arrows:
        marks = [mark for mark in marks if _stays(mark, target)]
    return replace(figure, marks=tuple(marks))


def _only_samples(figure: Figure) -> Figure:
    """Leave out of the data what a neuron says to them."""
    ground = next((mark for mark in figure.marks if isinstance(mark, ColourMap)), None)
    if ground is not None:
        left, right, bottom, top = ground.extent
        figure = replace(figure, x_limits=(left, right), y_limits=(bottom, top))
    marks = (mark for mark in figure.marks if isinstance(mark, Points) and mark.label != "wrong")
    return replace(figure, marks=tuple(marks), subtitle=None)


def _said(mark: Mark) -> str:
    """Return what stands at a mark, or what it is called in the legend."""
    return mark.text if isinstance(mark, Text) else getattr(mark, "label", None) or ""


def _stays(mark: Mark, target: str) -> bool:
    """Return whether a mark of a landscape tells neither the next step.

    Nor, if that is asked for, the ball.
    """
    if isinstance(mark, Curve):
        return mark.width < _THIN
    said = _said(mark)
    is_of_run = isinstance(mark, Points) or (isinstance(mark, Text) and mark.halo is not None)
    if not is_of_run or said.startswith("minimum"):
        return not isinstance(mark, Arrow)
    return target != "ball" and said not in ("next step", "−gradient")
