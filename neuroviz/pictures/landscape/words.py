"""The words of the landscape, one line of them."""

from __future__ import annotations

import re

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.landscape.plane import Plane, coordinates, distance, point_at
from neuroviz.core.numbers import measured, subscripted
from neuroviz.core.types import Floats
from neuroviz.pictures.landscape.run_marks import TAIL
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.race import runner_name

LOADING = "Drawn in a moment."
_MOST_NAMED = 4
_LINE = 0.05
"""Share of the plane's width or height from which on a step is seen as a straight line."""


def at_place(settings: Settings, plane: Plane, u: float, v: float) -> str:
    """Return the coordinates of a place on a plane, and the loss there."""
    loss = measured(loss_at(settings, point_at(plane, u, v)))
    return f"{place(plane, u, v)}   loss {loss}"


def place(plane: Plane, u: float, v: float) -> str:
    """Return the coordinates of a place on a plane."""
    by_parameter = plane.kind in ("whole", "slice")
    names = tuple(map(subscripted, plane.names)) if by_parameter else plane.names
    return f"{names[0]} {measured(u)}   {names[1]} {measured(v)}"


def at_start(scene: LandscapeScene, parameters: Floats) -> str:
    """Return the place and the loss of the ball while it is held."""
    u, v = coordinates(scene.plane, parameters).tolist()
    return f"start here: {at_place(scene.settings, scene.plane, u, v)}"


def at_step(settings: Settings, step: int, steps_per_epoch: int, parameters: Floats) -> str:
    """Return the step, the loss and the first parameters of a row of the run."""
    loss = measured(loss_at(settings, parameters))
    named = zip(map(subscripted, settings.parameters.names[:_MOST_NAMED]), parameters, strict=False)
    values = "   ".join(f"{name} {measured(value)}" for name, value in named)
    return f"step {step:,}, epoch {step / steps_per_epoch:,.10g}   loss {loss}   {values}"


def at_rest(scene: LandscapeScene, sample: int | None, *, whole: bool = False) -> str:
    """Return what the plane holds fixed, how far it is wrong, and what is known about the minimum.

    The text is kept short to fit a line, unless ``whole``. If a ``sample`` is given, whose arrow is
    dashed, it is named.
    """
    astray = scene.most_astray
    said = [
        *scene.plane_in_words(),
        scene.astray_in_words if whole else astray and f"path: loss {astray} off",
        *_of_minimum(scene, whole=whole),
        f"dashed arrow: the share of sample {sample + 1:,}"
        if sample is not None and scene.arrow.any()
        else None,
        _off_plane(scene, [(run.name, run.path[-1]) for run in scene.other_runs.runs]),
        scene.other_runs.sentence,
        scene.parabola_in_words,
    ]
    return " · ".join(filter(None, said))


def _off_plane(scene: LandscapeScene, ends: list[tuple[str, Floats]]) -> str:
    """Return which run's end (P,) is farthest off the plane, and how far; empty if none is off."""
    off = {name: float(distance(scene.plane, end)) for name, end in ends if not scene.is_on(end)}
    if not off:
        return ""
    farthest = max(off, key=off.__getitem__)
    away = measured(off[farthest], 2)
    return f"{runner_name(farthest)} is {away} off the {scene.plane_noun}"


def _of_minimum(scene: LandscapeScene, *, whole: bool) -> list[str]:
    """Return what is known about the minimum, or if it is not ``whole`` only the first clause.

    With several neurons that is why no minimum is sought, and it is said only if ``whole``.
    """
    lowest = scene.minimum
    if lowest is None or not (whole or scene.settings.parameters.linear):
        return []
    sentence = lowest.sentence
    if not whole:  # one of several clauses of a line
        sentence = sentence[0].lower() + re.split("[:,.]", sentence)[0][1:]
        # The lines of a slice may close around a place of its own.
        none = "the whole has no lowest point" if scene.plane.held else "no lowest point"
        sentence = sentence.replace("no finite minimum", none)
    said = (
        sentence
        if lowest.loss is None
        else f"{sentence.rstrip('.')}: loss {measured(scene.least_loss)}"
    )
    return [said if scene.minimum_is_on else f"{said}, off the {scene.plane_noun}"]


def of_race(scene: LandscapeScene) -> str:
    """Return what the plane holds fixed, and which runners are out of sight or off the plane.

    It says how far each of them is; what may be cut without room comes last.
    """
    race = scene.other_runs
    runs = [(run.name, run.path) for run in race.runs]
    if race.said:
        runs.append((race.name or "", scene.path))
    seen = [run for run in runs if scene.is_in_sight(run[1][-1])]
    off = _off_plane(scene, [(name, path[-1]) for name, path in seen])
    said = scene.plane_in_words()
    gone = [
        f"{runner_name(name)} by {measured(scene.beyond(path[-1]), 2)}"
        for name, path in runs
        if not scene.is_in_sight(path[-1])
    ]
    if gone:
        said.append(f"beyond the edge: {', '.join(gone)}")
    if off:
        said.append(f"{off}, and stands at its own loss")
    if any(_has_lines(scene, path) for _, path in seen):
        said.append("a straight line is one step")
    return " · ".join(said)


def _has_lines(scene: LandscapeScene, path: Floats) -> bool:
    """Return whether a step in the tail of a path (m, P) is long enough to be seen as a line."""
    steps = np.diff(coordinates(scene.plane, path[-TAIL:]), axis=0)
    return bool((np.abs(steps) >= _LINE * scene.size).any())
