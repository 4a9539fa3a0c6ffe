"""What the landscape says in a line."""

from __future__ import annotations

import re

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.landscape.plane import Plane, coordinates, point_at
from neuroviz.core.numbers import subscripted
from neuroviz.core.types import Floats
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.landscape.surface import HIDDEN
from neuroviz.pictures.weights import printed

LOADING = "Drawn in a moment."
LEGEND = (
    "Disc: the run now; drag it to start a run elsewhere\nArrow: −gradient\n"
    "Ring: where the next step leads\n"
    "Square: the start\nCross: the minimum\nDashes, hollow cross: off the plane"
)
_MOST_NAMED = 4


def title(scene: LandscapeScene) -> str:
    """Return a title short enough for the window."""
    return {"principal": "Loss, principal plane", "slice": "Loss, a slice"}.get(
        scene.plane.kind, scene.title
    )


def short_title(scene: LandscapeScene) -> str:
    """Return a title of one word, for a card that is narrow beside its buttons."""
    return {"principal": "Plane", "slice": "Slice"}.get(scene.plane.kind, "Loss")


def at_place(settings: Settings, plane: Plane, u: float, v: float) -> str:
    """Return coordinates and loss of a place on a plane."""
    loss = printed(loss_at(settings, point_at(plane, u, v)), 6)
    return f"{place(plane, u, v)}   loss {loss}"


def place(plane: Plane, u: float, v: float) -> str:
    """Return the coordinates of a place on a plane."""
    names = ("u", "v") if plane.kind == "principal" else tuple(map(subscripted, plane.names))
    return f"{names[0]} {printed(u)}   {names[1]} {printed(v)}"


def at_start(scene: LandscapeScene, parameters: Floats) -> str:
    """Return where the ball is held, with its loss."""
    u, v = coordinates(scene.plane, parameters).tolist()
    return f"start here: {at_place(scene.settings, scene.plane, u, v)}"


def at_step(settings: Settings, step: int, steps_per_epoch: int, parameters: Floats) -> str:
    """Return step, loss and the first parameters of a row of the run."""
    loss = printed(loss_at(settings, parameters), 6)
    named = zip(map(subscripted, settings.parameters.names[:_MOST_NAMED]), parameters, strict=False)
    values = "   ".join(f"{name} {printed(value)}" for name, value in named)
    return f"step {step:,}, epoch {step / steps_per_epoch:,.10g}   loss {loss}   {values}"


def at_rest(
    scene: LandscapeScene, sample: int | None, *, whole: bool = False, surface: bool = False
) -> str:
    """Return what is known of the minimum.

    What the plane holds fixed, and whose the second arrow is. Of the minimum the first clause fits
    a line; ``whole`` is for where there is room. A ``surface`` has no arrows and no dashes; of it
    is said what it hides.
    """
    said = [
        *_of_minimum(scene, whole=whole),
        *([HIDDEN] if surface else []),
        *scene.plane_in_words(),
    ]
    if not surface and not scene.is_on(scene.path).all():
        said.append(f"path dashed: off the {scene.plane_noun}")
    if sample is not None and not surface and scene.arrow.any():
        said.append(f"dashed arrow: the share of sample {sample + 1}")
    if scene.other_runs.sentence is not None:
        said.append(scene.other_runs.sentence)
    return " · ".join(said)


def _of_minimum(scene: LandscapeScene, *, whole: bool) -> list[str]:
    """Return what is known of the minimum, which comes first.

    The end of a line is cut where there is no room.
    """
    lowest = scene.minimum
    if lowest is None:
        return []
    sentence = lowest.sentence if whole else re.split("[:,.]", lowest.sentence)[0]
    if scene.plane.held:  # the lines of a slice may close round a place of their own
        sentence = sentence.replace("No finite minimum", "No finite minimum over all parameters")
    said = (
        sentence
        if lowest.loss is None
        else f"{sentence.rstrip('.')}: loss {printed(scene.least_loss)}"
    )
    return [said if scene.minimum_is_on else f"{said}, off the {scene.plane_noun}"]
