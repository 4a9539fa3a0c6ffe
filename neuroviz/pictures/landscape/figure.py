"""The loss landscape as a figure: colours and contour lines over a plane of the parameters, and the run on it."""

from __future__ import annotations

import math

from neuroviz.core.landscape.axis_ranges import is_off_the_page
from neuroviz.core.landscape.contour_levels import Levels, levels
from neuroviz.core.landscape.loss_grid import FULL, live_points, loss_at
from neuroviz.core.landscape.plane import coordinates, distance
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.landscape.contours import Contour, contours
from neuroviz.pictures.landscape.other_runs import ball_marks, pieces, short
from neuroviz.pictures.landscape.scene import OFF_THE_PAGE, LandscapeScene
from neuroviz.pictures.marks import DASHED, Arrow, ColourMap, Curve, Mark, Points, Text
from neuroviz.pictures.run_styles import marker
from neuroviz.pictures.weights import printed


def nothing_to_see(scene: LandscapeScene) -> Figure:
    """Declare a page that says why nothing is drawn on it."""
    return Figure(scene.title, "", "", (), subtitle=scene.said(OFF_THE_PAGE), frame=False)


def landscape_work(scene: LandscapeScene) -> Work[Figure]:
    """Declare the landscape as a map, in slices: colours, contours and their losses, path, gradient, minimum."""
    if is_off_the_page(scene.bounds):
        return nothing_to_see(scene)
    # Finer than on the screen where that costs little: narrow valleys have smooth lines then.
    u, v, losses = yield from scene.grid(max(FULL, 2 * live_points(scene.settings)))
    scale = levels(losses)
    yield None
    found = contours(u, v, losses, scale.values, scene.marked, scene.letter)
    yield None
    return Figure(
        scene.title,
        *scene.labels,
        (
            _colours(scene, u, v, losses, scale),
            *_lines(found),
            *_others(scene),
            *_path(scene),
            *_minimum(scene),
            *_step(scene),
            *_ball(scene),
        ),
        x_limits=scene.bounds[:2],
        y_limits=scene.bounds[2:],
        subtitle=scene.said(
            *(["colours and contour lines by the logarithm of the loss"] if scale.log else []),
            *([] if scene.equal_units else ["the two axes have different scales"]),
        ),
        equal_aspect=scene.equal_units,
    )


def _colours(scene: LandscapeScene, u: Floats, v: Floats, losses: Floats, scale: Levels) -> ColourMap:
    """Return the losses as colours, even in their logarithm where their range asks for it."""
    half_u = (u[1] - u[0]) / 2
    half_v = (v[1] - v[0]) / 2
    extent = (u[0] - half_u, u[-1] + half_u, v[0] - half_v, v[-1] + half_v)
    shown = losses
    low = scale.low
    high = scale.high
    label = "loss"
    if scale.log:
        low = math.log10(scale.low)
        high = math.log10(scale.high)
        label = "log₁₀ of the loss"
        shown = low + (high - low) * scale.heights(losses)
    return ColourMap(shown, extent, palette.LOSS_ON_PAPER, low, high, label)


def _lines(found: list[Contour]) -> list[Mark]:
    """Return the contour lines, and the loss of each where it has room for its number."""
    marks: list[Mark] = [Curve(line.x, line.y, palette.INK_MUTED, width=0.6) for line in found]
    for line in found:
        if line.label is not None:
            marks.append(Text(*line.label, line.text, palette.INK, centred=True))
    return marks


def _path(scene: LandscapeScene) -> list[Mark]:
    """Return the path on a light ground, so that it is seen on any colour; in dashes where it is off the plane."""
    if len(scene.path) < 2:
        return []
    x, y = coordinates(scene.plane, scene.path).T
    on = scene.is_on(scene.path)
    # A piece is on the plane if both of its ends are.
    both = on[1:] & on[:-1]
    marks: list[Mark] = [Curve(x, y, palette.BACKGROUND, width=4.0)]
    if both.any():
        marks.append(
            Curve(*pieces(x, y, both), palette.ACCENT, None if scene.other_runs.runs else "path", width=2.0)
        )
    if not both.all():
        farthest = printed(float(distance(scene.plane, scene.path).max()), 3)
        label = f"path off the {scene.plane_noun}, at most by {farthest}"
        marks.append(Curve(*pieces(x, y, ~both), palette.ACCENT, label, dash=DASHED, width=1.6))
    return [*marks, Points(x[:1], y[:1], palette.BACKGROUND, "s", "start", 6.0, palette.ACCENT)]


def _others(scene: LandscapeScene) -> list[Mark]:
    """Return path and ball of every other run, named with its loss."""
    marks: list[Mark] = []
    for run in scene.other_runs.runs:
        x, y = coordinates(scene.plane, run.path).T
        loss = printed(loss_at(scene.settings, run.path[-1]), 3)
        marks += ball_marks(run, x, y, loss, ~scene.is_on(run.path))
    return marks


def _minimum(scene: LandscapeScene) -> list[Mark]:
    """Return a cross at the minimum, smaller where it is off the plane."""
    if scene.lowest is None:
        return []
    x, y = coordinates(scene.plane, scene.lowest)
    left, right, bottom, top = scene.bounds
    if not (left <= x <= right and bottom <= y <= top):
        return []
    on = scene.minimum_is_on
    loss = printed(scene.least_loss, 3)
    label = f"minimum, loss {loss}" if on else f"minimum, off the {scene.plane_noun}, loss {loss}"
    return [Points([x], [y], palette.INK, "x", label, 9.0 if on else 6.0)]


def _step(scene: LandscapeScene) -> list[Mark]:
    x, y = coordinates(scene.plane, scene.ball)
    marks: list[Mark] = []
    if scene.following is not None:
        to_x, to_y = coordinates(scene.plane, scene.following)
        marks.append(Curve([x, to_x], [y, to_y], palette.INK, dash=DASHED, width=1.2))
        marks.append(Points([to_x], [to_y], palette.BACKGROUND, "o", "next step", 7.0, palette.INK))
    return [*marks, *([Arrow(x, y, scene.arrow[0], scene.arrow[1], palette.INK)] if scene.arrow.any() else [])]


def _ball(scene: LandscapeScene) -> list[Mark]:
    x, y = coordinates(scene.plane, scene.ball)
    loss = loss_at(scene.settings, scene.ball)
    label = f"{short(scene.other_runs.name or 'now')}, loss {printed(loss, 3)}"
    if not scene.other_runs.runs:  # else the legend, which names them all, would leave the plot little room
        label += "; arrow: −gradient"
    return [Points([x], [y], palette.ACCENT, marker(scene.other_runs.shape), label, 9.0, palette.BACKGROUND)]
