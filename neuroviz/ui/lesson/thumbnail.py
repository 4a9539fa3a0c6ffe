"""A lesson's small picture.

What its first experiment looks like, drawn from the experiment itself.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from neuroviz.core.data.dataset import Dataset
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.model.boundary import output_scale
from neuroviz.core.types import Floats
from neuroviz.lessons.format import Lesson
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.session.frame import Frame
from neuroviz.ui.theme.colours import Theme

SIZE = (208, 96)
_CELLS = (208, 96)
_AHEAD = 40
"""Epochs of a loss curve."""
_LEVELS = 8


def thumbnail(lesson: Lesson, theme: Theme, ratio: float) -> QPixmap:
    """Return the picture of a lesson, from the view that its first step shows first.

    Parameters
    ----------
    ratio
        Pixels of the screen for one of the picture.

    Raises
    ------
    SettingsError
        If the first experiment cannot be.
    """
    evaluator = StepEvaluator(lesson.steps[0])
    image = QPixmap(QSize(*SIZE) * ratio)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.field))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = evaluator.session.frame()
    plots = [view for view in evaluator.step.views if view != "neuron"]
    if plots[0] == "landscape":
        _draw_landscape(painter, frame, theme)
    elif plots[0] == "data" and frame.settings.dataset.width <= 2:
        _draw_data(painter, frame, theme)
    else:
        evaluator.session.advance(evaluator.session.steps_to_epoch(_AHEAD))
        _draw_loss(painter, evaluator.session.frame(), theme)
    painter.end()
    return image


def _draw_data(painter: QPainter, frame: Frame, theme: Theme) -> None:
    """Draw the samples, over what the neuron says, or with the neuron's own line through them."""
    settings = frame.settings
    inputs = settings.coded_inputs
    targets = settings.coded_targets
    if inputs.shape[1] == 1:
        low, high = _ends(inputs[:, 0])
        x = np.linspace(low, high, 40)
        y = frame.output_at(x[:, None])
        assert y is not None
        place = _Placing((low, high), _ends(np.concatenate((targets, y))))
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.drawPolyline(QPolygonF([place(*point) for point in zip(x, y, strict=True)]))
        _draw_points(
            painter,
            [place(*point) for point in zip(inputs[:, 0], targets, strict=True)],
            theme,
            None,
        )
        return
    aside = settings.held_out
    hidden = settings.coded_inputs_of(aside) if aside is not None else inputs[:0]
    seen = np.concatenate((inputs, hidden))
    first, second = _ends(seen[:, 0], 0.5), _ends(seen[:, 1], 0.4)
    grid = _grid(first, second)
    outputs = frame.output_at(grid)
    assert outputs is not None
    least, greatest = output_scale(settings)
    share = np.clip((outputs - least) / (greatest - least), 0, 1)
    _draw_map(painter, share, theme.negative, theme.field, theme.positive)
    place = _Placing(first, second)
    _draw_points(painter, [place(*point) for point in inputs], theme, _classes(settings.dataset))
    if aside is not None:
        _draw_points(
            painter, [place(*point) for point in hidden], theme, _classes(aside), hollow=True
        )


def _classes(data: Dataset) -> Floats | None:
    """Return which samples are of the positive class; None where the targets are numbers."""
    return data.targets == 1 if data.classes else None


def _draw_loss(painter: QPainter, frame: Frame, theme: Theme) -> None:
    """Draw the loss of the first epochs."""
    assert frame.rows is not None
    epochs, losses = frame.rows.drawn_loss(SIZE[0])
    heights = (
        np.log10(np.maximum(losses, 1e-12)) if losses.max() > 50 * losses.min() > 0 else losses
    )
    place = _Placing(_ends(epochs), _ends(heights))
    painter.setPen(QPen(QColor(theme.accent), 2))
    points = [place(*point) for point in zip(epochs, heights, strict=True)]
    painter.drawPolyline(QPolygonF(points))
    painter.setBrush(QColor(theme.accent))
    painter.drawEllipse(points[-1], 3.0, 3.0)


def _draw_landscape(painter: QPainter, frame: Frame, theme: Theme) -> None:
    """Draw the loss round the ball, in levels."""
    parameters = frame.parameters
    assert parameters is not None
    reach = max(2.0, *(1.5 * np.abs(parameters[:2])))
    first, second = ((float(value) - reach, float(value) + reach) for value in parameters[:2])
    points = np.tile(parameters, (_CELLS[0] * _CELLS[1], 1))
    points[:, :2] = _grid(first, second)
    losses = np.log10(1e-9 + losses_at(frame.settings, points))
    low, high = _ends(losses)
    share = np.floor(_LEVELS * (losses - low) / (high - low)) / _LEVELS
    _draw_map(
        painter,
        share,
        theme.ink if theme.name == "light" else theme.background,
        theme.accent,
        theme.selected,
    )
    painter.setBrush(QColor(theme.accent))
    painter.setPen(QPen(QColor("#ffffff"), 2))
    painter.drawEllipse(_Placing(first, second)(*parameters[:2]), 5.0, 5.0)


def _draw_points(
    painter: QPainter,
    places: list[QPointF],
    theme: Theme,
    classes: Floats | None,
    *,
    hollow: bool = False,
) -> None:
    """Draw samples: the positive class round and orange, the other square and blue.

    Numbers in ink.
    """
    for index, at in enumerate(places):
        positive = classes is None or bool(classes[index])
        colour = theme.ink if classes is None else theme.positive if positive else theme.negative
        painter.setPen(QPen(QColor(colour if hollow else theme.card), 1.5))
        painter.setBrush(QColor(theme.field if hollow else colour))
        if positive:
            painter.drawEllipse(at, 4.5, 4.5)
        else:
            painter.drawRect(QRectF(at.x() - 4, at.y() - 4, 8, 8))


def _draw_map(painter: QPainter, share: Floats, low: str, middle: str, high: str) -> None:
    """Fill the picture with a map of shares, 0 … 1, in three colours."""
    names = (QColor(colour) for colour in (low, middle, high))
    ends = np.array([(each.red(), each.green(), each.blue()) for each in names], dtype=np.float64)
    colours = np.column_stack([np.interp(share, (0, 0.5, 1), channel) for channel in ends.T])
    pixels = np.ascontiguousarray(colours.reshape(_CELLS[1], _CELLS[0], 3)[::-1].astype(np.uint8))
    image = QImage(pixels.data, *_CELLS, 3 * _CELLS[0], QImage.Format.Format_RGB888)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(0, 0, *SIZE), image.copy())


def _grid(first: tuple[float, float], second: tuple[float, float]) -> Floats:
    """Return the points (n, 2) of the cells, row by row from the bottom."""
    x, y = np.meshgrid(np.linspace(*first, _CELLS[0]), np.linspace(*second, _CELLS[1]))
    return np.column_stack((x.ravel(), y.ravel()))


def _ends(values: Floats, room: float = 0.05) -> tuple[float, float]:
    """Return least and greatest, with a share of their distance more on each side."""
    low, high = float(values.min()), float(values.max())
    span = (high - low) or 1.0
    return low - room * span, high + room * span


class _Placing:
    """Places points of ranges in the picture."""

    def __init__(self, first: tuple[float, float], second: tuple[float, float]) -> None:
        self._first = first
        self._second = second

    def __call__(self, x: float, y: float) -> QPointF:
        across = (x - self._first[0]) / (self._first[1] - self._first[0])
        up = (y - self._second[0]) / (self._second[1] - self._second[0])
        return QPointF(across * SIZE[0], (1 - up) * SIZE[1])
