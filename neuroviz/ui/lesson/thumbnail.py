"""Small pictures of a lesson: of its first experiment, and of what a learner made."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QTransform

from neuroviz.core.landscape.loss_grid import loss_grid
from neuroviz.core.landscape.plane import slice_plane
from neuroviz.core.training.held_out import held_out_curve
from neuroviz.core.types import Extent
from neuroviz.lessons.format import Lesson
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.pictures.data.figure import data_scene
from neuroviz.pictures.landscape.contours import LossMap
from neuroviz.pictures.marks import Arrow, Curve, Marks, Points, Text
from neuroviz.pictures.palette import Palette
from neuroviz.pictures.weights import padded
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.painted_marks import paint_marks
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import picture_of

SIZE = (208, 96)
_AHEAD = 40
"""Epochs of the loss curve."""
_MARGIN = 0.08
"""Margin around a curve, as a share of its range."""


def thumbnail(lesson: Lesson, ratio: float) -> QPixmap:
    """Return the picture of a lesson, as the first plot of its first step.

    Parameters
    ----------
    ratio
        Pixels of the screen for one pixel of the picture.

    Raises
    ------
    SettingsError
        If the first experiment is impossible.
    """
    evaluator = StepEvaluator(lesson.steps[0])
    session = evaluator.session
    view = next(view for view in evaluator.step.views if view != "neuron")
    if view not in ("data", "landscape"):
        session.advance(session.steps_to_epoch(_AHEAD))
    return small_picture(session.frame(), view, ratio)


def small_picture(frame: Frame, view: str, ratio: float) -> QPixmap:
    """Return what a view shows of a moment, without axes."""
    draw = {"data": _data, "landscape": _landscape}.get(view, _loss)
    marks, (left, right, bottom, top) = draw(frame, themes.now.palette)
    scale = QTransform.fromScale(SIZE[0] / (right - left), SIZE[1] / (bottom - top))  # y goes up

    def paint(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        paint_marks(painter, marks, QTransform.fromTranslate(-left, -top) * scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(themes.now.border))
        painter.drawRect(0, 0, SIZE[0] - 1, SIZE[1] - 1)

    return picture_of(paint, QSize(*SIZE), ratio, themes.now.field)


def _data(frame: Frame, palette: Palette) -> tuple[Marks, Extent]:
    """Return the samples with the neuron's predictions, and the extent."""
    settings = frame.settings
    scene = data_scene(settings)
    output = frame.output_at(settings.coded_inputs)
    assert frame.parameters is not None
    assert output is not None
    now = scene.now(frame.parameters, output, None)
    marks = scene.marks(now, scene.bounds, SIZE, palette)
    # There is no room for an arrow and its letter.
    kept: Marks = {key: mark for key, mark in marks.items() if not isinstance(mark, Arrow | Text)}
    return kept, scene.bounds


def _loss(frame: Frame, palette: Palette) -> tuple[Marks, Extent]:
    """Return the loss over the epochs, with that of held-out rows, and the extent.

    A loss that falls far is given by its logarithm.
    """
    assert frame.rows is not None
    curves = [(*frame.rows.drawn_loss(SIZE[0]), palette.accent)]
    held = held_out_curve(frame.settings, frame.rows)
    if held is not None:
        curves.append((held.epochs, held.losses, palette.ink))
    every = np.concatenate([losses for _, losses, _ in curves])
    scaled = np.log10 if every.max() > 50 * every.min() > 0 else np.positive
    marks: Marks = {}
    for epochs, losses, colour in curves:
        heights = scaled(losses)
        marks["curve", colour] = Curve(epochs, heights, colour, width=2.0)
        marks["ball", colour] = Points(epochs[-1:], heights[-1:], colour, size=7.0)
    return marks, (*padded(curves[0][0], _MARGIN), *padded(scaled(every), _MARGIN))


def _landscape(frame: Frame, palette: Palette) -> tuple[Marks, Extent]:
    """Return the losses around the ball, over the first two parameters, and the extent."""
    parameters = frame.parameters
    assert parameters is not None
    x, y = parameters[:2].tolist()
    reach = max(2.0, 1.5 * abs(x), 1.5 * abs(y))
    away = np.linspace(-reach, reach, SIZE[1])
    u = x + away
    v = y + away
    losses = loss_grid(frame.settings, slice_plane(frame.settings, parameters, 0, 1), u, v)
    loss_map = LossMap(u, v, losses)
    ball = Points([x], [y], palette.accent, size=10.0, outline="#ffffff")
    return {**loss_map.marks(palette), "ball": ball}, loss_map.extent
