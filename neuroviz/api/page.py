"""A run as one HTML page, with a slider through its recorded pictures, numbers and sentences.

Everything in it is worked out here; the page itself computes nothing, and loads nothing.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.command_line import command_line, left_out
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.remedies import on_paper
from neuroviz.core.landscape.run_plane import path_of
from neuroviz.core.model.rounding import loss_said, without_rounding
from neuroviz.core.numbers import counted, exact, printed
from neuroviz.core.outside import printable
from neuroviz.core.slices import Work, finished
from neuroviz.files.places import resource_path
from neuroviz.pictures.caption import edits_in_words, experiment
from neuroviz.pictures.data.figure import data_figure
from neuroviz.pictures.input_names import (
    input_name,
    output_labels,
    parameter_labels,
    target_label,
    target_of_each,
)
from neuroviz.pictures.landscape.figure import landscape_work, runs_on_paper
from neuroviz.pictures.loss import loss_figure
from neuroviz.pictures.marks import Figure, Points
from neuroviz.pictures.palette import PAPER
from neuroviz.pictures.svg import Known, pieces
from neuroviz.session.figures import FigureOptions, figure_maker
from neuroviz.session.film import even_steps
from neuroviz.session.frame import Frame
from neuroviz.session.landscape.follower import landscape_scene

_MOMENTS = 72
"""Moments of a run that are recorded, at most."""
_ROWS, _INPUTS, _PARAMETERS = 12, 4, 12
"""Samples, inputs of each, and parameters of one neuron that the tables show, at most."""
_USUAL = 400.0, 320.0
"""Size of a plot."""
_LANDSCAPE_ROOM = 65.0, 50.0
"""What a landscape has of it, as millimetres in which letters are as large as in a file."""
_POINT_OF_NEURON, _POINT = 1.55, 1.4
"""The size of a point on paper, in the neuron and in the plots."""
_POINTS = 60
"""Points of a path, at most."""
_NARROW = 5
"""Columns of a table that has room beside two others, at most."""
_NAME = 24
"""Letters of a name, at most."""
_GAP = re.compile(r"\[\[([A-Z]+)\]\]")
"""A place in the page's template where something is filled in."""

Draw = Callable[[Frame], Figure]


def page_work(frame: Frame) -> Work[str]:
    """Return in slices the page of a run that has begun, up to its newest step.

    The other runs drawn beside it are left out.
    """
    steps_per_epoch = frame.settings_at_start.steps_per_epoch
    end = replace(frame, runs=(), selection=frame.selection.resting)
    steps = sorted(set(even_steps(end.newest_step, steps_per_epoch, _MOMENTS)))
    moments = [replace(end, selection=replace(end.selection, step=step)) for step in steps]
    landscape = yield from _landscape(end)
    panes = []
    for name, size, point, draw in (
        ("neuron", _neuron(end).own_size or _USUAL, _POINT_OF_NEURON, _neuron),
        ("data", _USUAL, _POINT, _data),
        ("landscape", _USUAL, _POINT, landscape),
        ("loss", _USUAL, _POINT, _loss(end)),
    ):
        panes.append((yield from _pane(name, size, point, map(draw, moments))))
    data = {"moments": [_told(moment) for moment in moments], "panes": panes}
    return _written(end, data)


def _pane(
    name: str, size: tuple[float, float], point: float, figures: Iterable[Figure]
) -> Work[dict[str, Any]]:
    """Return a picture at every moment as the page reads it, with each piece stored only once."""
    kept: dict[str, int] = {}
    known: Known = {}
    frames = []
    titles = []
    for figure in figures:
        found = pieces(figure, name, *size, point, known)
        frames.append([kept.setdefault(each, len(kept)) for each in found])
        titles.append(" · ".join(filter(None, (figure.title, figure.subtitle))))
        yield None
    return {"name": name, "size": size, "pieces": list(kept), "frames": frames, "titles": titles}


def _neuron(moment: Frame) -> Figure:
    shown = replace(moment.selection, sample=moment.sample or 0)
    return finished(figure_maker("neuron", FigureOptions())(replace(moment, selection=shown)))


def _data(moment: Frame) -> Figure:
    assert moment.parameters is not None
    return data_figure(moment.settings, moment.parameters)


def _landscape(end: Frame) -> Work[Draw]:
    """Return what draws the run on a landscape that is the same at all moments."""
    scene = (yield from landscape_scene(end)).filling(_LANDSCAPE_ROOM)
    whole = yield from landscape_work(scene)
    runs = len(list(runs_on_paper(scene)))
    still = whole.marks[: len(whole.marks) - runs]

    def draw(moment: Frame) -> Figure:
        rows = moment.rows_here
        assert rows is not None
        path = path_of(rows, _POINTS).parameters
        now = replace(scene, path=path, following=moment.following, extent=scene.bounds)
        marks = (*still, *runs_on_paper(now))
        return replace(whole, marks=marks) if whole.frame else whole

    return draw


def _loss(end: Frame) -> Draw:
    """Return what draws the losses of the whole run, with a ball at a moment."""
    assert end.rows is not None
    whole = loss_figure(end.settings, end.rows, log=True)
    still = tuple(mark for mark in whole.marks if not isinstance(mark, Points))

    def draw(moment: Frame) -> Figure:
        at = moment.step / moment.settings.steps_per_epoch
        loss = np.nan if moment.current_loss is None else moment.current_loss
        ball = Points(np.array([at]), np.array([loss]), PAPER.accent, size=8.0)
        return replace(whole, marks=(*still, ball))

    return draw


def _told(moment: Frame) -> dict[str, Any]:
    """Return what is said of a moment, and its numbers, rounded and in full."""
    settings = moment.settings
    diagnosis = moment.diagnosis
    prediction = moment.prediction
    assert diagnosis is not None
    assert moment.parameters is not None
    assert prediction is not None
    shown = without_rounding(settings, moment.parameters)
    words = diagnosis.on_purpose, diagnosis.sentence, on_paper(diagnosis.remedy)
    return {
        "epoch": f"{moment.step / settings.steps_per_epoch:,.10g}",
        "step": f"{moment.step:,}",
        "loss": loss_said(settings, moment.current_loss),
        "wholeLoss": "" if moment.current_loss is None else exact(moment.current_loss),
        "state": diagnosis.headline,
        "said": " ".join(filter(None, words)),
        "weights": [_number(value) for value in shown[_first(settings)].tolist()],
        "whole": [exact(value) for value in moment.parameters[_first(settings)].tolist()],
        "outputs": [
            [_number(each) for each in np.atleast_1d(output).tolist()]
            for output in prediction.output[:_ROWS]
        ],
        "right": [] if moment.right is None else moment.right[:_ROWS].tolist(),
    }


def _first(settings: Settings) -> list[int]:
    """Return the indices of the parameters in the table; the bias is among them."""
    count = settings.parameters.count
    if not settings.parameters.linear:
        return [*range(count)]
    return [*range(min(count, _PARAMETERS) - 1), count - 1]


def _number(value: float) -> str:
    return printed(value, 6)


def _written(end: Frame, data: dict[str, Any]) -> str:
    """Return the page: what never changes as markup, what changes as data."""
    settings = end.settings_at_start
    names = [parameter_labels(settings, _NAME)[i] for i in _first(settings)]
    rows = settings.dataset.samples
    words = [*experiment(settings), *edits_in_words(end.edits_so_far)]
    head = [*_inputs(settings), target_label(settings, "y"), *output_labels(settings), ""]
    empty = "<td>" * settings.outputs
    command = command_line(settings, end.edits_so_far)
    parts = {
        "TITLE": _escaped(f"{_who(settings)}: {settings.task_label}"),
        "SETTINGS": _escaped(" · ".join(words)),
        "PARAMETERS": f"Weights and bias{'es' * (not settings.parameters.linear)}",
        "WEIGHTS": "".join(f"<tr><th scope=row>{_escaped(name)}<td>" for name in names),
        "HEAD": _cells("th scope=col", head),
        "BREADTH": "wide" * (len(head) > _NARROW),
        "ROWS": "".join(f"<tr>{_cells('td', row)}{empty}<td>" for row in _samples(settings)),
        "MORE": f"and {counted(rows - _ROWS, 'more sample')}" if rows > _ROWS else "",
        "LENGTH": "wide" * ("\n" in command),
        "COMMAND": _escaped(command),
        "LACKING": _escaped(left_out(settings.data)),
        "DATA": _packed(data),
    }
    page = resource_path("page.html").read_text(encoding="utf-8")
    return _GAP.sub(lambda gap: parts[gap[1]], page)


def _who(settings: Settings) -> str:
    who = [counted(settings.hidden, "hidden neuron")] if settings.hidden else []
    who += [f"{settings.outputs} outputs"] if settings.outputs > 1 else []
    return " and ".join(who) or "One neuron"


def _packed(data: dict[str, Any]) -> str:
    """Return data compressed to a tenth, in letters that are no markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _inputs(settings: Settings) -> list[str]:
    width = settings.dataset.width
    names = [input_name(settings, i, _NAME) for i in range(min(width, _INPUTS))]
    return names if width <= _INPUTS else [*names, "…"]


def _samples(settings: Settings) -> Iterable[list[str]]:
    targets = target_of_each(settings, _number)
    for inputs, target in zip(settings.coded_inputs[:_ROWS].tolist(), targets, strict=False):
        shown = [_number(value) for value in inputs[:_INPUTS]]
        yield [*shown, *(["…"] if len(inputs) > _INPUTS else []), target]


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f"<{tag}>{_escaped(text)}" for text in texts)


def _escaped(text: str) -> str:
    return html.escape(printable(text))
