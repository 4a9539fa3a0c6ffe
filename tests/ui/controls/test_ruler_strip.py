"""What is painted under the slider.

The zones of a learning rate, in words, under their stretch of the track.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from neuroviz.core.curvature.rate_zones import Zone
from neuroviz.ui.controls.ruler_strip import RulerStrip, under_bars
from neuroviz.ui.controls.slider import LogSlider
from neuroviz.ui.theme.colours import DARK, LIGHT

BAR = 5  # a row of pixels through the bars
WIDTH = 268.0
ZONES = (
    Zone("creeps", 0.0, 2.74e-3),
    Zone("smooth", 2.74e-3, 0.0311),
    Zone("fastest", 0.0311, 0.0622),
    Zone("zig-zags", 0.0622, 0.0626),
    Zone("blows up", 0.0626, math.inf),
)


@pytest.fixture
def strip(qtbot: QtBot) -> Iterator[RulerStrip]:
    """Give a strip under its slider from 1e-4 to 10, 268 pixels wide."""
    page = QWidget()
    qtbot.addWidget(page)
    slider = LogSlider(1e-4, 10.0)
    made = RulerStrip(slider, LIGHT)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(slider)
    layout.addWidget(made)
    page.setFixedWidth(268)
    page.show()
    yield made
    page.close()


def lit(strip: RulerStrip, colour: str) -> list[int]:
    """Return the columns of the bars that have a colour."""
    image = strip.grab().toImage()
    return [x for x in range(image.width()) if image.pixelColor(x, BAR) == QColor(colour)]


@pytest.mark.parametrize(
    ("rate", "word"), [(1e-3, "creeps"), (0.01, "smooth"), (0.05, "fastest"), (1.0, "blows up")]
)
def test_the_zone_of_the_rate_is_lit_where_the_slider_has_it(
    strip: RulerStrip, rate: float, word: str
) -> None:
    """The bar of the rate's zone, and no other, is lit.

    From the pixel of one end to that of the other.
    """
    strip.show_zones(ZONES, rate)
    zone = next(zone for zone in ZONES if zone.word == word)
    slider = strip.parent().findChild(LogSlider)
    low = slider.pixel_of(zone.low) if zone.low else 0.0
    high = slider.pixel_of(zone.high) if zone.high < math.inf else WIDTH
    found = lit(strip, LIGHT.error if word == "blows up" else LIGHT.accent)
    assert (found[0], found[-1]) == pytest.approx((low, high), abs=3.0)
    assert low <= slider.pixel_of(rate) <= high
    assert strip.word == word
    assert word in strip.accessibleDescription()


@pytest.mark.parametrize("rate", [1e-3, 0.01, 0.05, 0.0624, 0.0661, 1.0])
def test_every_word_stands_under_its_own_zone(strip: RulerStrip, rate: float) -> None:
    """But the bold one, which is always there.

    Where its zone is narrower than it, it stands round it.
    """
    strip.show_zones(ZONES, rate)
    slider = strip.parent().findChild(LogSlider)
    assert strip.word in strip.words
    for word in strip.words:
        places = [x for x in range(int(WIDTH)) if strip.text_at(QPoint(x, 12)) == word]
        zone = next(zone for zone in ZONES if zone.word == word)
        low = slider.pixel_of(zone.low) if zone.low else 0.0
        high = slider.pixel_of(zone.high) if zone.high < math.inf else WIDTH
        if word == strip.word:
            assert places[0] <= (low + high) / 2 <= places[-1]
        else:
            assert low - 4 <= places[0], word
            assert places[-1] <= high + 4, word


def test_a_word_without_room_is_there_only_while_the_rate_is(strip: RulerStrip) -> None:
    """It does not stand under the zone beside its own.

    A knob over "fastest" is not where a run blows up.
    """
    strip.show_zones(ZONES, 0.0661)
    assert strip.words == ["creeps", "smooth", "blows up"]
    strip.show_zones(ZONES, 0.05)
    assert "fastest" in strip.words
    strip.show_zones(ZONES, 0.0624)
    assert "zig-zags" in strip.words
    assert "fastest" not in strip.words


def test_zones_beyond_the_track_have_no_word(strip: RulerStrip) -> None:
    """Where the whole track creeps, that is the only word."""
    strip.show_zones(
        (Zone("creeps", 0.0, 1e3), Zone("smooth", 1e3, 1e6), Zone("overshoots", 1e6, math.inf)), 1.0
    )
    assert strip.words == ["creeps"]


def test_without_marks_there_is_a_line_and_no_word(strip: RulerStrip) -> None:
    """What is not known is not said."""
    strip.show_zones(ZONES, 0.05)
    strip.show_zones((), 0.05)
    assert (strip.words, strip.word, strip.accessibleDescription()) == ([], "", "")
    assert lit(strip, LIGHT.accent) == []


def test_another_theme(strip: RulerStrip) -> None:
    """The bars wear the theme."""
    strip.show_zones(ZONES, 0.01)
    strip.apply_theme(DARK)
    assert lit(strip, DARK.accent)
    assert not lit(strip, LIGHT.accent)


@pytest.mark.parametrize("lit", [None, 0, 1, 2])
@pytest.mark.parametrize(
    "edges",
    [
        (89.0, 178.0),
        (30.0, 60.0),
        (5.0, 250.0),
        (100.0, 112.0),
        (-20.0, 300.0),
        (45.5, 71.0),
        (50.0, 78.0),
    ],
)
def test_words_do_not_overlap(edges: tuple[float, float], lit: int | None) -> None:
    """Words stand in their order, a space apart, and inside; but for the lit one under their bars.

    Also where the bars are just as long as their words.
    """
    widths = (45.0, 25.0, 30.0)
    bars = [
        (0.0, max(edges[0], 0.0)),
        (max(edges[0], 0.0), min(edges[1], WIDTH)),
        (edges[1], WIDTH),
    ]
    lefts = under_bars(bars, widths, lit, WIDTH)
    shown = [
        (left, left + width) for left, width in zip(lefts, widths, strict=True) if left is not None
    ]
    for (_, end), (begin, _) in pairwise(shown):
        assert begin - end >= 5
    for i, left in enumerate(lefts):
        if left is not None:
            assert 0 <= left <= left + widths[i] <= WIDTH
            assert i == lit or bars[i][0] <= left <= left + widths[i] <= bars[i][1]


def test_a_word_with_room_is_centred() -> None:
    """Where nothing is in the way a word stands in the middle of its zone."""
    assert under_bars([(0.0, 100.0), (100.0, 200.0)], (20.0, 40.0), 1, WIDTH) == [40.0, 130.0]
