"""Landscapes of the line, whose loss is a polynomial, and what is declared of them."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.plane import slice_plane
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.landscape.figure import landscape_work
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.landscape.surface import surface_work
from neuroviz.pictures.matplotlib.drawing import compose, styled

LINE = Settings("line")


def line_loss(w, b):
    """Give the loss of the line, y = 10x + 5 at x = 1 … 6, as a polynomial."""
    return (w - 10) ** 2 * 91 / 6 + 7 * (w - 10) * (b - 5) + (b - 5) ** 2


def path_of(settings, steps):
    """Return the parameters (n, P) of a run from its start to that step."""
    trainer = Trainer(settings)
    trainer.advance(steps)
    rows = trainer.history.rows()
    return np.column_stack([rows.parameter(i) for i in range(len(settings.parameters.names))])


def scene_of(path, settings=LINE, **others):
    """Give a path in the plane of the first two parameters."""
    path = np.array(path, dtype=np.float64)
    return LandscapeScene(settings, slice_plane(settings, path[-1], 0, 1), path, **others)


def landscape_figure(scene):
    """Declare the map."""
    return finished(landscape_work(scene))


def on_paper(figure, size=(160.0, 100.0)):
    """Return the axes of a figure on paper of so many millimetres, and the boxes of its texts."""
    inches = size[0] / 25.4, size[1] / 25.4
    with styled(*inches):
        canvas = Canvas(figsize=inches, layout="constrained")
        axes = compose(figure, canvas)
        boxes = {text.get_text(): text.get_window_extent() for text in axes.texts}
    return axes, boxes


def surface_figure(scene, azimuth=-35.0, elevation=35.0):
    """Declare the surface."""
    return finished(surface_work(scene, azimuth, elevation))


def off_the_normal(figure, gradient, size=(160.0, 100.0)):
    """Return how many degrees a step against the gradient is off the normal of the contour line.

    As drawn.

    Parameters
    ----------
    gradient
        (2,), in units of the axes.
    size
        Of the paper, in millimetres.
    """
    inches = size[0] / 25.4, size[1] / 25.4
    with styled(*inches):
        canvas = Canvas(figsize=inches, layout="constrained")
        to_pixels = compose(figure, canvas).transData
        canvas.draw_without_rendering()
        unit = to_pixels.transform((1.0, 1.0)) - to_pixels.transform((0.0, 0.0))
    step, normal = -gradient * unit, -gradient / unit
    cosine = step @ normal / np.linalg.norm(step) / np.linalg.norm(normal)
    return np.degrees(np.arccos(min(1.0, cosine)))
