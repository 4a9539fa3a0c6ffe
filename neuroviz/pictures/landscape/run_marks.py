"""What of a run is drawn on a landscape, in coordinates of the plane."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.landscape.loss_grid import gradient_of_shares, sample_gradients
from neuroviz.core.landscape.plane import components, coordinates
from neuroviz.core.types import Floats
from neuroviz.pictures.landscape.scene import LandscapeScene

_LONGEST = 2.5
"""How many times as long as −gradient is drawn a sample's share of it may be, before both are drawn shorter."""


@dataclass(frozen=True, eq=False)
class OtherRunMarks:
    """What there is to draw of another run."""

    path: Floats
    """(m, 2), m at least 1: the run is at the last."""
    on: NDArray[np.bool_]
    """(m,): which of them lie on the plane."""
    slot: int
    """Number of its colour, shape and dashes, from 0; see :func:`~neuroviz.pictures.run_styles.run_style`."""


@dataclass(frozen=True, eq=False)
class RunMarks:
    """What there is to draw, in coordinates of the plane."""

    path: Floats
    """(m, 2), the run at the last."""
    on: NDArray[np.bool_]
    """(m,): which of them lie on the plane; the path is dashed beside it."""
    ball: Floats
    """(2,): where the run is, or where a person holds the ball."""
    down: Floats
    """(2,): −gradient, at a length to be drawn; 0 for none."""
    share: Floats | None = None
    """(2,): what the picked sample has of it, at the same scale; None if none is picked."""
    following: Floats | None = None
    """(2,): where the next step leads; None if there is none."""
    minimum: Floats | None = None
    """(2,); None if there is none to mark."""
    minimum_on: bool = True
    """Whether it lies on the plane."""
    looked_at: Floats | None = None
    """(2,): the step under the pointer; None if there is none."""
    shape: str = "circle"
    """Of the ball."""
    others: tuple[OtherRunMarks, ...] = ()
    """The other runs, from back to front."""


def run_marks(scene: LandscapeScene, sample: int | None, held: Floats | None, looked_at: Floats | None) -> RunMarks:
    """Return what of a run is drawn on the map.

    Parameters
    ----------
    sample
        The picked one; None for none.
    held
        (P,): where a person holds the ball; None if it is let be.
    looked_at
        (P,): a step under the pointer; None for none.
    """
    plane = scene.plane
    at = scene if held is None else replace(scene, path=held[np.newaxis])
    lowest = scene.minimum.parameters if scene.minimum else None
    down, share = arrows(at, sample)
    return RunMarks(
        path=coordinates(plane, scene.path),
        on=scene.is_on(scene.path),
        ball=coordinates(plane, at.ball),
        down=down,
        share=share,
        following=None if at.following is None else coordinates(plane, at.following),
        minimum=None if lowest is None else coordinates(plane, lowest),
        minimum_on=scene.minimum_is_on,
        looked_at=None if looked_at is None else coordinates(plane, looked_at),
        shape=scene.other_runs.shape,
        others=tuple(
            OtherRunMarks(coordinates(plane, run.path), scene.is_on(run.path), run.slot)
            for run in scene.other_runs.runs
        ),
    )


def arrows(scene: LandscapeScene, sample: int | None) -> tuple[Floats, Floats | None]:
    """Return −gradient (2,) as it is drawn, and at its scale a sample's share; None if none is picked."""
    down = scene.arrow
    if sample is None or sample >= scene.settings.dataset.samples:
        return down, None
    by_sample = sample_gradients(scene.settings, scene.ball)
    gradient = gradient_of_shares(scene.settings, scene.ball, by_sample)
    shares = -components(scene.plane, by_sample)
    whole = float(np.hypot(*components(scene.plane, gradient)))
    if not down.any() or not whole > 0:
        return down, None
    share = shares[sample] * (np.hypot(*down) / whole)
    shorter = max(1.0, float(np.hypot(*(share / scene.size)) / np.hypot(*(down / scene.size))) / _LONGEST)
    return down / shorter, share / shorter
