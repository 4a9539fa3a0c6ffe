"""The figures of a step of a lesson, for paper: what the views of the step show at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from neuroviz.core.slices import finished
from neuroviz.lessons.format import Click, Curve, Predict, Step
from neuroviz.lessons.stage import Stage
from neuroviz.paper.blocks import Picture, Pictures
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import Arrow, ColourMap, Mark, Points
from neuroviz.pictures.marks import Curve as Line
from neuroviz.pictures.runs import runs_figure
from neuroviz.session.figures import Shown, figure_work

_WIDE = (150.0, 70.0)
_HALF = (83.0, 64.0)
_ALONE = (112.0, 66.0)
_THIN = 1.0
"""Curves thinner than that are contour lines."""


def pictures_of(stage: Stage, *, answered: bool = False) -> Iterator[Pictures]:
    """Give the pictures of a step as it stands now.

    Parameters
    ----------
    answered
        Whether its answer has been given; before that, what is asked for is left out.
    """
    step = stage.step
    if not answered and "neuron" in step.views and not step.runs and _has_sample(step):
        yield Pictures((Picture(_neuron(stage), *_WIDE),))
    figures = [figure for view in step.views if (figure := _plot(stage, view, answered=answered)) is not None]
    if not answered:  # the line below a title names the experiment, and what is broken in it
        figures = [replace(figure, subtitle=None) for figure in figures]
    sizes = _HALF if len(figures) > 1 else _ALONE
    if figures:
        yield Pictures(tuple(Picture(figure, *sizes) for figure in figures))


def drawing_page(stage: Stage, epochs: int) -> Pictures:
    """Return an empty loss plot that a curve is drawn into, up to an epoch."""
    frame = stage.session.frame()
    low, high = stage.page()
    log = stage.step.loss_axis == "log"
    label = "loss (log scale)" if log else "loss"
    start = frame.current_loss or 0.0
    marks = (Points([0.0], [start], "#5B45C9", label="start"),)
    figure = Figure(
        "Draw the loss", "epoch", label, marks, log_y=log, x_limits=(0.0, float(epochs)), y_limits=(low, high)
    )
    return Pictures((Picture(figure, 150.0, 84.0),))


def _has_sample(step: Step) -> bool:
    return step.experiment is not None and step.experiment.sample is not None


def _neuron(stage: Stage) -> Figure:
    return finished(figure_work("neuron", stage.session.frame(), Shown()))


def _plot(stage: Stage, view: str, *, answered: bool) -> Figure | None:
    """Return the figure of a view; None where it has nothing to tell on paper, or is to be drawn by hand."""
    step = stage.step
    frame = stage.session.frame()
    if view == "neuron" or (view == "loss" and (frame.step == 0 or _is_drawn(step, answered=answered))):
        return None
    log = step.loss_axis == "log"
    if view == "loss" and step.runs:
        runs = [(run.name, run.slot, run.settings, run.rows) for run in frame.runs if run.rows is not None]
        return runs_figure(runs, log)
    if view == "data" and step.runs:
        return None
    shown = Shown(log=log, surface=step.landscape == "surface")
    figure = finished(figure_work(view, frame, shown))
    return figure if answered else _hidden(figure, view, stage)


def _is_drawn(step: Step, *, answered: bool) -> bool:
    return not answered and isinstance(step.task, Predict) and isinstance(step.task.answer, Curve)


def _hidden(figure: Figure, view: str, stage: Stage) -> Figure:
    """Leave out of a figure what a click is to find, and the numbers that would tell it."""
    task = stage.step.task
    if not isinstance(task, Predict) or not isinstance(task.answer, Click):
        return figure
    if view == "landscape" and stage.ground_tells:
        return replace(figure, marks=())
    target = task.answer.target
    if target == "line" and view == "data":
        marks = tuple(mark for mark in figure.marks if isinstance(mark, Points))
        return replace(figure, marks=marks, subtitle=None)
    if target == "ball" and view == "data":
        return replace(figure, subtitle=None)
    if view == "landscape" and target in ("ball", "direction"):
        return replace(figure, marks=tuple(_without_arrow(mark) for mark in figure.marks if _stays(mark, target)))
    return figure


def _without_arrow(mark: Mark) -> Mark:
    """Let the ball's name say nothing of the arrow that is left out."""
    if isinstance(mark, Points) and mark.label:
        return replace(mark, label=mark.label.partition(";")[0])
    return mark


def _stays(mark: Mark, target: str) -> bool:
    """Return whether a mark of a landscape tells neither the next step nor, if that is asked for, the ball."""
    if isinstance(mark, ColourMap):
        return True
    if isinstance(mark, Arrow):
        return False
    if isinstance(mark, Line):
        return mark.width < _THIN
    if isinstance(mark, Points):
        label = mark.label or ""
        return label.startswith("minimum") or (target == "direction" and not label.startswith("next step"))
    return True
