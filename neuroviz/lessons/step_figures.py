"""The figures of a step of a lesson on paper: what its views show at that moment."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple, replace

from neuroviz.core.numbers import printed
from neuroviz.core.slices import finished
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.paper.blocks import Picture
from neuroviz.pictures.loss import runs_figure
from neuroviz.pictures.marks import (
    Arrow,
    ColouredCells,
    ColourMap,
    Curve,
    Figure,
    Mark,
    Points,
    Polygons,
    Text,
    Ticks,
)
from neuroviz.pictures.palette import ACCENT, PAPER
from neuroviz.pictures.weights import padded
from neuroviz.session.figures import FigureOptions, figure_maker, figure_work

_NEURON = (170.0, 62.0)
_NETWORK = (170.0, 104.0)
HALF = (83.0, 54.0)
"""Size in millimetres of a picture as wide as the page, and of one that leaves room beside it."""
_SQUARE = 57.0
"""Height of a picture with equal units on both axes."""
_LANDSCAPE_ROOM = 52.0, 30.0
"""Width and height of the plot in such a picture of a landscape."""
_BY_HAND = 70.0
"""Height of such a picture if the reader is to draw a line in it."""
_SAMPLES = "Samples"
_DRAWN = (83.0, 60.0)
_SURFACE = (130.0, 80.0)
"""Size of a surface, with room for the numbers at its edges."""
_SHAPES = {"o": "circle", "s": "square", "^": "triangle", "D": "diamond", "P": "cross"}
_ROOM = 0.5
_MARGIN = 0.15
"""Free space beyond the ends of an axis, as a share of its length."""
_MOST_TICKS = 16
_MOST_NAMES = 4
"""Curves of hidden neurons whose names have room in a small plot."""
_FEW, _SMALLER = 12, 0.55
"""Points up to which they keep the screen's size in a small plane, and the share of it of more."""
_THIN = 1.0
"""Curves thinner than this are contour lines."""


def pictures_of(
    evaluator: StepEvaluator, *, answered: bool = False, asked: Collection[str] = ()
) -> Iterator[Picture]:
    """Yield the pictures of a step as it stands now; two have room side by side.

    Parameters
    ----------
    answered
        Whether its answer has been given; before that, what is asked for is left out.
    asked
        What is to be found anywhere on the sheet, which no landscape on it may show.
    """
    step = evaluator.step
    has_sample = step.experiment is not None and step.experiment.sample is not None
    views = step.views if answered or step.paper.views is None else step.paper.views
    if not answered and "neuron" in views and not step.runs and has_sample:
        settings = evaluator.session.settings
        size = _NETWORK if settings.hidden or settings.outputs > 1 else _NEURON
        yield Picture(_neuron(evaluator), *size)
    plots = [_plot(evaluator, view, answered=answered, asked=asked) for view in views]
    figures = [figure for figure in plots if figure is not None]
    if not answered:
        figures += _data_of_each(evaluator)
    for figure in figures:
        size = HALF[0], _SQUARE if figure.equal_aspect else HALF[1]
        if figure.equal_aspect and figure.title == _SAMPLES:
            size = HALF[0], _BY_HAND
        is_surface = any(isinstance(mark, Polygons) for mark in figure.marks)
        yield Picture(figure, *(_SURFACE if is_surface else size))


def look_the_same(pictures: Sequence[Picture], others: Sequence[Picture]) -> bool:
    """Return whether two lists of pictures show the same."""
    return [_plain(each.figure) for each in pictures] == [_plain(each.figure) for each in others]


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    if isinstance(value, Struct):
        return type(value), _plain(astuple(value))
    return value


def drawing_page(evaluator: StepEvaluator, epochs: int) -> Picture:
    """Return an empty loss plot, up to an epoch, into which a curve can be drawn."""
    frame = evaluator.session.frame()
    low, high = evaluator.page()
    log = evaluator.step.loss_axis == "log"
    label = "loss (log scale)" if log else "loss"
    start = frame.current_loss or 0.0
    marks = (Points([0.0], [start], ACCENT, label="start"),)
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


def _neuron(evaluator: StepEvaluator) -> Figure:
    """Return the neuron without its gradients, which would answer many questions."""
    frame = evaluator.session.frame()
    # Without a phase, no part of it is paler than another.
    frame = replace(frame, selection=replace(frame.selection, phase=None))
    figure = figure_maker("neuron", FigureOptions(backward=False))(frame)
    return replace(finished(figure), subtitle=None)


def _data_of_each(evaluator: StepEvaluator) -> Iterator[Figure]:
    """Yield the samples of each of several runs that have different data.

    The neurons' outputs are left out, since they are the answer.
    """
    step = evaluator.step
    frames = evaluator.frames
    if "data" in step.views and len({frame.settings.data for frame in frames}) > 1:
        for run, frame in zip(step.runs, frames, strict=True):
            figure = finished(figure_work("data", frame, FigureOptions()))
            yield replace(_only_samples(figure), title=run.name, subtitle=None)


def _plot(
    evaluator: StepEvaluator, view: str, *, answered: bool, asked: Collection[str]
) -> Figure | None:
    """Return the figure of a view; None where it says nothing on paper, or is drawn by hand."""
    step = evaluator.step
    frame = evaluator.session.frame()
    is_drawn = not answered and step.target == "curve"
    if view == "neuron" or (view == "loss" and (frame.step == 0 or is_drawn)):
        return None
    log = step.loss_axis == "log"
    if view == "loss" and step.runs:
        # The active run is drawn last, on top, as on the screen.
        ordered = sorted(frame.runs, key=lambda run: run.active)
        runs = [
            (run.name, run.slot, run.settings, run.rows) for run in ordered if run.rows is not None
        ]
        return replace(runs_figure(runs, log), subtitle=None)
    if view == "data" and step.runs:
        return None
    surface = step.landscape == "surface"
    shown = FigureOptions(log=log, surface=surface, room=None if surface else _LANDSCAPE_ROOM)
    # The subtitle would name the experiment, and what is broken in it.
    figure = replace(finished(figure_work(view, frame, shown)), subtitle=None)
    if not answered:
        figure = _hidden(figure, view, evaluator, asked)
    if view == "landscape":
        if step.target == "direction":
            # The label with the ball's loss stands where the arrow goes.
            marks = tuple(
                mark
                for mark in figure.marks
                if not (isinstance(mark, Text) and mark.halo is not None and mark.text[0].isdigit())
            )
            figure = replace(figure, marks=marks)
        return _in_units(figure, ticks="ball" in asked)
    if view == "data":
        return _in_print(figure) if frame.settings.dataset.own_width == 2 else _uncrowded(figure)
    return figure


def _in_units(figure: Figure, *, ticks: bool) -> Figure:
    """Return a landscape whose colours are labelled with losses, as the contour lines are.

    Parameters
    ----------
    ticks
        Whether the axes have ticks at whole numbers, since a place is read or marked there.
    """
    marks = tuple(
        replace(mark, label="loss", powers=True)
        if isinstance(mark, ColourMap) and mark.label.startswith("log")
        else mark
        for mark in figure.marks
    )
    x, y = (_whole(ends) if ticks else None for ends in (figure.x_limits, figure.y_limits))
    return replace(figure, marks=marks, x_ticks=x, y_ticks=y)


def _whole(ends: tuple[float, float] | None) -> Ticks | None:
    if ends is None or ends[1] - ends[0] > _MOST_TICKS:
        return None
    each = 1 if ends[1] - ends[0] <= _MOST_TICKS / 2 else 2
    whole = range(math.ceil(ends[0]), math.floor(ends[1]) + 1)
    return tuple((n, "" if n % each else printed(n)) for n in whole)


def _uncrowded(figure: Figure) -> Figure:
    """Replace the names of many hidden neurons' curves by one subtitle, for lack of room."""
    texts = (mark for mark in figure.marks if isinstance(mark, Text))
    names = [text for text in texts if text.halo and "·h" in text.text]
    if len(names) <= _MOST_NAMES:
        return figure
    marks = tuple(mark for mark in figure.marks if mark not in names)
    return replace(figure, marks=marks, subtitle="thin: what each hidden neuron adds, v·h")


def _in_print(figure: Figure) -> Figure:
    """Return a plane of the data that is readable in grey, with its names below the title.

    In the plot the names would cover the outputs of the samples.
    """
    points = sum(np.size(mark.x) for mark in figure.marks if isinstance(mark, Points))
    share = 1.0 if points <= _FEW else _SMALLER
    marks: list[Mark] = []
    names: list[str] = []
    of_classes = any(isinstance(mark, ColouredCells) for mark in figure.marks)
    line = "where two shares are equal" if of_classes else "the neuron's line"
    for mark in figure.marks:
        if isinstance(mark, Arrow) or _said(mark) == "w":
            continue
        if isinstance(mark, ColourMap) and mark.stops == PAPER.diverging:
            # A longer label would shrink the plane. The outputs stand at the samples.
            short = mark.label.removesuffix(" (cut off at the ends)")
            mark = replace(mark, stops=(PAPER.ground, PAPER.diverging[-1]), label=short)
        if isinstance(mark, Text):
            mark = replace(mark, halo=PAPER.ground)
        if isinstance(mark, Points):
            mark = replace(mark, size=share * mark.size)
        label = getattr(mark, "label", None)
        if label and isinstance(mark, Points):
            shape = "ring" if label == "wrong" else _SHAPES.get(mark.marker, mark.marker)
            hollow = "hollow " if label.startswith("held out") else ""
            names.append(f"{hollow}{shape}: {label}")
        elif label and isinstance(mark, Curve):
            names.append(f"dashed: {line}")
        marks.append(mark)
    # A small plane has no room for hidden neurons' names beside the samples; bold ones go on top.
    marks.sort(key=lambda mark: isinstance(mark, Text) and mark.bold)
    return replace(figure, marks=tuple(marks), subtitle=", ".join(names), named=False)


def _hidden(figure: Figure, view: str, evaluator: StepEvaluator, asked: Collection[str]) -> Figure:
    """Remove from a figure what a click is to find, and the numbers that would tell it."""
    step = evaluator.step
    if view == "landscape" and evaluator.ground_tells:
        return replace(figure, marks=())
    if view == "data" and (step.target == "line" or step.by_hand & {"line", "shift"}):
        lines = [mark.y for mark in figure.marks if isinstance(mark, Curve)]
        figure = _only_samples(figure)
        if figure.y_limits is None and lines:  # data with one input
            figure = replace(figure, y_limits=padded(np.concatenate(lines), _MARGIN))
        return figure
    if view != "landscape":
        return figure
    marks: Sequence[Mark] = figure.marks
    if "ball" in asked:
        marks = [mark for mark in marks if not _said(mark).startswith("minimum")]
    if step.target == "ball" or "direction" in asked:
        marks = [mark for mark in marks if _stays(mark, step.target)]
    return replace(figure, marks=tuple(marks))


def _only_samples(figure: Figure) -> Figure:
    """Remove the neuron's output from the data, and leave room to draw the line."""
    ground = next((mark for mark in figure.marks if isinstance(mark, ColourMap)), None)
    if ground is not None:
        x, y = (padded(np.array(ends), _ROOM) for ends in (ground.extent[:2], ground.extent[2:]))
        figure = replace(figure, x_limits=x, y_limits=y)
    marks = (mark for mark in figure.marks if isinstance(mark, Points) and mark.label != "wrong")
    return replace(figure, title=_SAMPLES, marks=tuple(marks))


def _said(mark: Mark) -> str:
    """Return the text of a mark, or its name in the legend."""
    return mark.text if isinstance(mark, Text) else getattr(mark, "label", None) or ""


def _stays(mark: Mark, target: str) -> bool:
    """Return whether a mark of a landscape reveals neither the next step nor a ball asked for."""
    if isinstance(mark, Curve):
        return mark.width < _THIN
    said = _said(mark)
    is_of_run = isinstance(mark, Points) or (isinstance(mark, Text) and mark.halo is not None)
    if not is_of_run or said.startswith("minimum"):
        return not isinstance(mark, Arrow)
    return target != "ball" and said not in ("next step", "−gradient")
