"""The weights as lines."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QGraphicsPathItem, QGraphicsScene

from neuroviz.pictures.neuron.fit import laid_out
from neuroviz.pictures.neuron.layout import place
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.views.neuron.lines import WeightLine, width_of
from tests.pictures.neuron.test_fit import measure


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
    pens = [item for item in scene.items() if isinstance(item, QGraphicsPathItem) and item.zValue() == 0]
    for value, colour in ((2.0, LIGHT.positive), (-2.0, LIGHT.negative)):
        line.show_value(value, 2.0, carries=True)
        assert pens[0].pen().color().name() == colour
        assert pens[0].pen().style() == Qt.PenStyle.SolidLine
    line.show_value(0.0, 2.0, carries=False)
    assert pens[0].pen().style() == Qt.PenStyle.DotLine
    assert pens[0].opacity() < 1
