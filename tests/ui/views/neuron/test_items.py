"""Texts in boxes, and shapes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QGraphicsPathItem, QGraphicsScene

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.pictures.neuron.fit import Rect, laid_out
from neuroviz.pictures.neuron.layout import place
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.theme.theme import numeric_font
from neuroviz.ui.views.neuron.items import (
    CENTRE,
    LEFT,
    RIGHT,
    ActivationBox,
    BoxedText,
    WeightLine,
    arrow_head,
    outlined,
    reach_of,
    rect_of,
    rounded,
    width_of,
)
from tests.pictures.neuron.test_fit import measure

AREA = Rect(0, 0, 92, 92)


@pytest.mark.parametrize(
    ("largest", "old", "reach"),
    [(1, 4, 4), (4, 4, 4), (5, 4, 8), (100, 4, 128), (30, 128, 64), (1e300, 4, 2**40)],
)
def test_the_axis_holds_z(largest: float, old: float, reach: float) -> None:
    """It doubles when z leaves it, and shrinks only when a quarter would do."""
    assert reach_of(largest, old) == reach


@pytest.mark.parametrize("name", ["sigmoid", "relu", "identity", "tanh"])
def test_the_point_lies_on_the_curve(qapp: QApplication, name: str) -> None:
    """Where φ says, for a z on the axis."""
    scene = QGraphicsScene()
    box = ActivationBox(scene, AREA, ACTIVATIONS[name], LIGHT)
    z = np.array([2.0])
    value = {"sigmoid": 1 / (1 + np.exp(-z)), "relu": z, "identity": z, "tanh": np.tanh(z)}[name]
    box.show_points(z, value)
    paths = [item for item in scene.items() if isinstance(item, QGraphicsPathItem)]
    point = next(item for item in paths if item.zValue() == 2.5).path().boundingRect().center()
    curve = max(
        (item for item in paths if item.zValue() == 2), key=lambda item: item.path().elementCount()
    ).path()
    points = np.array(
        [(e.x, e.y) for e in (curve.elementAt(i) for i in range(curve.elementCount()))]
    )
    assert point.x() == pytest.approx(6 + 80 * (2 + 4) / 8)
    assert point.y() == pytest.approx(np.interp(point.x(), *points.T), abs=0.1)


def test_no_points_before_there_are_any(qapp: QApplication) -> None:
    """And none of it raises where z is beyond all bounds."""
    scene = QGraphicsScene()
    box = ActivationBox(scene, AREA, ACTIVATIONS["identity"], LIGHT)
    box.show_points(np.zeros(0), np.zeros(0))
    box.show_points(np.array([1e300, -1e300]), np.array([1e300, -1e300]))
    assert scene.itemsBoundingRect().width() < 120


def test_the_width_goes_with_the_size() -> None:
    """The largest is the widest, and nothing is invisible."""
    widths = [width_of(value, 8.0) for value in (0.0, 0.1, -2.0, 4.0, -8.0)]
    assert widths == sorted(widths)
    assert widths[0] > 1
    assert width_of(-3, 8) == width_of(3, 8)
    assert width_of(1.0, math.inf) == width_of(0.0, 0.0) == widths[0]


def test_colour_and_style_go_with_the_sign(qapp: QApplication) -> None:
    """Orange, blue, and dots for 0; faint where the input is 0."""
    layout = place(800, 200, (0, 1), 2, laid_out(800, 200, 2, measure))
    scene = QGraphicsScene()
    line = WeightLine(scene, layout.rows[0], layout, LIGHT)
    pens = [
        item for item in scene.items() if isinstance(item, QGraphicsPathItem) and item.zValue() == 0
    ]
    for value, colour in ((2.0, LIGHT.positive_line), (-2.0, LIGHT.negative)):
        line.show_value(value, 2.0, carries=True)
        assert pens[0].pen().color().name() == colour
        assert pens[0].pen().style() == Qt.PenStyle.SolidLine
    line.show_value(0.0, 2.0, carries=False)
    assert pens[0].pen().style() == Qt.PenStyle.DotLine
    assert pens[0].opacity() < 1


BOX = Rect(10, 20, 100, 30)


@pytest.mark.parametrize(("align", "share"), [(LEFT, 0.0), (CENTRE, 0.5), (RIGHT, 1.0)])
def test_a_text_stands_in_its_box(qapp: QApplication, align: float, share: float) -> None:
    """Left, in the middle or right, and in the middle of the height."""
    item = BoxedText(BOX, numeric_font(), align)
    item.show_text("0.25", LIGHT.ink)
    width = QFontMetricsF(numeric_font()).horizontalAdvance("0.25")
    assert item.x() == pytest.approx(10 + share * (100 - width))
    place = item.sceneBoundingRect()
    assert place.center().y() == pytest.approx(35, abs=1)
    assert item.brush().color().name() == LIGHT.ink


def test_a_long_text_is_cut(qapp: QApplication) -> None:
    """And still knows what it was to say."""
    item = BoxedText(BOX, numeric_font(), CENTRE)
    item.show_text("Binary cross-entropy with logits", LIGHT.ink)
    assert item.text().endswith("…")
    assert item.cut
    assert item.sceneBoundingRect().width() <= 101
    assert item.whole_text() == "Binary cross-entropy with logits"
    item.show_text("short", LIGHT.ink)
    assert not item.cut


def test_shapes_fill_their_boxes(qapp: QApplication) -> None:
    """Round corners are never larger than the box; an arrow's tip is where it points."""
    assert rounded(BOX, 999).boundingRect() == rect_of(BOX)
    item = outlined(rounded(BOX, 4), LIGHT.edge, LIGHT.card)
    assert item.pen().color().name() == LIGHT.edge
    assert arrow_head(5, 5, 4, 1).boundingRect().right() == 5
    assert arrow_head(5, 5, 4, -1).boundingRect().left() == 5
