"""The figure of a sweep: the loss against the learning rate, or as a map over two axes."""

from __future__ import annotations

from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.palette import PAPER
from neuroviz.pictures.sweep.scene import sweep_scene, sweep_subtitle, sweep_title

_LETTER = 0.0125
"""About how wide a letter is, as a share of the plot."""
_LINE = 0.055
"""How high a line of text is, as a share of the plot."""


def sweep_figure(result: SweepResult) -> Figure:
    """Show the losses that the neurons of a sweep came to.

    Parameters
    ----------
    result
        Over one axis: a curve,
        with the ruler's marks and the neurons that diverged at the top. Over two: a map.
    """
    scene = sweep_scene(result)
    return Figure(
        sweep_title(result),
        *scene.labels,
        tuple(scene.marks(PAPER, scene.across, scene.up, _LETTER, _LINE).values()),
        log_x=scene.across.log,
        log_y=scene.up.log,
        x_limits=scene.across.ends,
        y_limits=scene.up.ends,
        subtitle=sweep_subtitle(result),
    )
