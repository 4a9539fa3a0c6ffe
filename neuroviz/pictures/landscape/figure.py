"""The loss landscape as a figure.

It has colours and contour lines over a plane of the parameters, and the runs over them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from msgspec.structs import replace

from neuroviz.core.landscape.loss_grid import full_points, live_points, loss_at
from neuroviz.core.landscape.plane import is_off_the_page
from neuroviz.core.numbers import elided, measured
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats
from neuroviz.pictures.landscape.scene import OFF_THE_PAGE, LandscapeScene
from neuroviz.pictures.marks import Curve, Figure, Mark, Marks, Points
from neuroviz.pictures.palette import PAPER

HIDDEN = "path dotted: behind or under the surface"
"""The words for a part of the path that the surface hides."""
_LONGEST = 20
"""Most letters of a name in the legend; longer ones would make it a single column, and leave the
plot no room."""
SIZE = 0.7
"""Size of markers on paper, relative to the screen."""


def nothing_to_see(scene: LandscapeScene) -> Figure:
    """Return a page that says why nothing is drawn on it."""
    return Figure(scene.title, "", "", (), subtitle=scene.said(OFF_THE_PAGE), frame=False)


def landscape_work(scene: LandscapeScene) -> Work[Figure]:
    """Declare the landscape as a map, in slices.

    It has colours, contour lines with their losses, and the runs over them.
    """
    if is_off_the_page(scene.bounds):
        return nothing_to_see(scene)
    # The grid is finer than on the screen if that costs little, so that narrow valleys have smooth
    # lines.
    loss_map = yield from scene.loss_map(
        max(full_points(scene.settings), 2 * live_points(scene.settings))
    )
    yield None
    runs = tuple(runs_on_paper(scene))
    lines = yield from loss_map.contour_work(scene.under(runs, scene.letter), scene.letter).work()
    return Figure(
        scene.title,
        *scene.labels,
        (*loss_map.marks(PAPER, lines).values(), *runs),
        x_limits=scene.bounds[:2],
        y_limits=scene.bounds[2:],
        named=bool(scene.other_runs.runs),
        subtitle=scene.said(
            "" if scene.equal_units else "the two axes have different scales",
            scene.parabola_in_words or "",
        ),
        equal_aspect=scene.equal_units,
    )


def runs_on_paper(scene: LandscapeScene) -> Iterator[Mark]:
    """Return the marks of runs as they are drawn over a map on paper."""
    wide, high = scene.letter.tolist()
    # Beside others the legend names them all.
    letter = (0.0, 0.0) if scene.other_runs.runs else (wide, high)
    return labelled(scene, scene.marks(PAPER, scene.ratio, SIZE, letter))


def labelled(scene: LandscapeScene, marks: Marks) -> Iterator[Mark]:
    """Yield the marks of runs with their labels for the legend, without a minimum out of sight."""
    labels = _labels(scene)
    hidden = scene.lowest is not None and not scene.is_in_sight(scene.lowest)
    for key, mark in marks.items():
        if hidden and key in ("minimum", "least loss"):
            continue
        if isinstance(mark, Curve | Points):
            yield replace(mark, label=labels.get(key))
        else:
            yield mark


def _labels(scene: LandscapeScene) -> dict[Hashable, str]:
    alone = not scene.other_runs.runs
    off = f"off the {scene.plane_noun}"
    minimum = "minimum" if scene.minimum_is_on else f"minimum, {off}"
    # With other runs the legend names them all, and more labels would leave the plot little room.
    labels: dict[Hashable, str] = {
        **({("path", "on"): "path"} if alone else {}),
        ("path", "off"): scene.astray_in_words or "path",
        **({("path", "hidden"): HIDDEN} if alone else {}),
        "start": "start",
        "minimum": f"{minimum}, loss {measured(scene.least_loss)}",
        "next step": "next step",
        "ball": _named(scene, scene.other_runs.name or "now", scene.ball),
    }
    for number, run in enumerate(scene.other_runs.runs):
        labels["ball", number] = _named(scene, run.name, run.path[-1])
    return labels


def _named(scene: LandscapeScene, name: str, parameters: Floats) -> str:
    """Return the name of a run, with its loss below."""
    return f"{elided(name, _LONGEST)}\nloss {measured(loss_at(scene.settings, parameters))}"
