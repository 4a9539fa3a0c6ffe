"""The data as a figure, by the number of inputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.model import predict, right
from neuroviz.core.model.rounding import without_rounding
from neuroviz.core.numbers import measured
from neuroviz.core.types import Floats
from neuroviz.pictures.data.one_input import OneInputScene
from neuroviz.pictures.data.plane import PlaneScene
from neuroviz.pictures.data.scene import OUTLINE, DataScene, Now, finite
from neuroviz.pictures.data.target import TargetScene
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import Mark, Marks, Points, Text
from neuroviz.pictures.palette import PAPER

_CELLS = (200, 160)
"""Columns and rows of a map on paper."""
_MOST_WEIGHTS = 4
_SIZE = 0.7
"""Of markers on paper, beside those on screen, which are made to be taken hold of."""


def data_scene(settings: Settings, *, two_colours: bool = False) -> DataScene:
    """Return what is to be seen of the data of an experiment, by the number of inputs."""
    scenes: dict[int, type[DataScene]] = {1: OneInputScene, 2: PlaneScene}
    return scenes.get(settings.dataset.width, TargetScene)(settings, two_colours)


def data_figure(settings: Settings, parameters: Floats, two_colours: bool = False) -> Figure:
    """Declare what the data view shows.

    Parameters
    ----------
    settings
        The experiment; its number of inputs decides: a map of the output over the plane for two,
        the neuron's curve with residuals for one, prediction against target for more.
    parameters
        (P,), the bias last.
    two_colours
        For two inputs and classes: two flat colours, one on each side of the threshold.
    """
    parameters = np.asarray(parameters, dtype=np.float64)
    scene = data_scene(settings, two_colours=two_colours)
    output = finite(predict(settings, parameters, settings.coded_inputs).output)
    now = Now(parameters, output, right(settings, output))
    marks = scene.marks(now, scene.bounds, _CELLS, PAPER)
    if isinstance(scene, PlaneScene):
        marks.update(_texts(scene, now))
    return Figure(
        scene.title,
        *scene.labels,
        tuple(map(_smaller, marks.values())),
        x_limits=scene.bounds[:2],
        subtitle=_parameter_text(without_rounding(settings, parameters)),
        equal_aspect=scene.equal_aspect,
        x_ticks=scene.x_ticks,
    )


def _texts(scene: PlaneScene, now: Now) -> Marks:
    above = _SIZE * (scene.size + OUTLINE) / 2  # clear of the outline of a wrong sample
    places = zip(scene.outputs(now), scene.positions(now).tolist(), strict=False)
    return {
        ("output", index): Text(x, y, text, PAPER.ink, raised=above)
        for index, (text, (x, y)) in enumerate(places)
    }


def _smaller(mark: Mark) -> Mark:
    return replace(mark, size=_SIZE * mark.size) if isinstance(mark, Points) else mark


def _parameter_text(parameters: Floats) -> str:
    """Return w and b, or their number where they are many."""
    *weights, bias = (measured(number) for number in parameters)
    if len(weights) > _MOST_WEIGHTS:
        return f"{len(parameters)} parameters"
    return f"w = {weights[0] if len(weights) == 1 else '(' + ', '.join(weights) + ')'}, b = {bias}"
