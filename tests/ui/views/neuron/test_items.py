"""Texts in boxes, and shapes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from neuroviz.pictures.neuron.fit import Box
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.theme.theme import numeric_font
from neuroviz.ui.views.neuron.items import CENTRE, LEFT, RIGHT, BoxedText, arrow_head, outlined, rect_of, rounded

BOX = Box(10, 20, 100, 30)


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
