"""The activation's box."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QGraphicsPathItem, QGraphicsScene

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.pictures.neuron.fit import Box
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.views.neuron.curve import ActivationBox, reach_of

BOX = Box(0, 0, 92, 92)


@pytest.mark.parametrize(
    ("largest", "old", "reach"), [(1, 4, 4), (4, 4, 4), (5, 4, 8), (100, 4, 128), (30, 128, 64), (1e300, 4, 2**40)]
)
def test_the_axis_holds_z(largest: float, old: float, reach: float) -> None:
    """It doubles when z leaves it, and shrinks only when a quarter would do."""
    assert reach_of(largest, old) == reach


@pytest.mark.parametrize("name", ["sigmoid", "relu", "identity", "tanh"])
def test_the_point_lies_on_the_curve(qapp: QApplication, name: str) -> None:
    """Where φ says, for a z on the axis."""
    scene = QGraphicsScene()
    box = ActivationBox(scene, BOX, ACTIVATIONS[name], LIGHT)
    z = np.array([2.0])
    value = {"sigmoid": 1 / (1 + np.exp(-z)), "relu": z, "identity": z, "tanh": np.tanh(z)}[name]
    box.show_points(z, value)
    paths = [item for item in scene.items() if isinstance(item, QGraphicsPathItem)]
    point = next(item for item in paths if item.zValue() == 2.5).path().boundingRect().center()
    curve = max((item for item in paths if item.zValue() == 2), key=lambda item: item.path().elementCount()).path()
    points = np.array([(e.x, e.y) for e in (curve.elementAt(i) for i in range(curve.elementCount()))])
    assert point.x() == pytest.approx(6 + 80 * (2 + 4) / 8)
    assert point.y() == pytest.approx(np.interp(point.x(), *points.T), abs=0.1)


def test_no_points_before_there_are_any(qapp: QApplication) -> None:
    """And none of it raises where z is beyond all bounds."""
    scene = QGraphicsScene()
    box = ActivationBox(scene, BOX, ACTIVATIONS["identity"], LIGHT)
    box.show_points(np.zeros(0), np.zeros(0))
    box.show_points(np.array([1e300, -1e300]), np.array([1e300, -1e300]))
    assert scene.itemsBoundingRect().width() < 120
