"""What is painted under the slider: ticks of the marks, and the rate among them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from neuroviz.core.curvature.rate_ruler import Ruler
from neuroviz.ui.controls.log_slider import LogSlider
from neuroviz.ui.controls.ruler_strip import RulerStrip
from neuroviz.ui.theme.colours import DARK, LIGHT, Theme

LINE, TICK = 19, 5  # rows of the zoom's line, and up to where its ticks reach


def ruler(safe: float, best: float | None, limit: float) -> Ruler:
    """Return a ruler with these marks."""
    return Ruler(safe, best, limit, ("", "", ""), True, None, (), lambda rate: 0.0)


@pytest.fixture
def strip(qtbot: QtBot) -> Iterator[RulerStrip]:
    """Give a strip under its slider, 268 pixels wide."""
    page = QWidget()
    qtbot.addWidget(page)
    slider = LogSlider()
    made = RulerStrip(slider, LIGHT)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(slider)
    layout.addWidget(made)
    page.setFixedWidth(268)
    page.show()
    yield made
    page.close()


def columns(image: QImage, colour: str, row: int) -> list[int]:
    """Return where a row has a colour."""
    return [x for x in range(image.width()) if image.pixelColor(x, row) == QColor(colour)]


def test_the_zoom_has_a_tick_for_each_mark(strip: RulerStrip) -> None:
    """Three marks that merge on the track stand apart in the zoom, each at its pixel and in its colour."""
    marks = ruler(0.3138595, 0.5714286, 0.6277187)
    strip.show_marks(marks, 1e-3)
    image, zoom = strip.grab().toImage(), strip.zoom
    assert [len(group) for group in strip.groups] == [3]
    assert zoom is not None
    for rate, colour in ((0.3138595, LIGHT.muted), (0.5714286, LIGHT.good.text), (0.6277187, LIGHT.error)):
        place = round(zoom.place(rate))
        assert {place - 1, place} == set(columns(image, colour, LINE - TICK)) & {
            place - 2,
            place - 1,
            place,
            place + 1,
        }


@pytest.mark.parametrize(("rate", "where"), [(0.45, "inside"), (1e-5, "left"), (40.0, "right")])
def test_the_rate_among_the_marks(strip: RulerStrip, rate: float, where: str) -> None:
    """The rate is a ring at its pixel; beyond an end it is a triangle there."""
    strip.show_marks(ruler(0.3138595, 0.5714286, 0.6277187), rate)
    found = columns(strip.grab().toImage(), LIGHT.accent, LINE)
    assert strip.zoom is not None
    ends = {"inside": strip.zoom.place(rate), "left": 3.0, "right": 265.0}
    assert found
    assert (found[0] + found[-1]) / 2 == pytest.approx(ends[where], abs=2.0)


def test_marks_apart_need_no_zoom(strip: RulerStrip) -> None:
    """Where all stand apart on the track there is no zoom: names only."""
    strip.show_marks(ruler(1e-3, 0.1, 1.0), 0.1)
    assert strip.zoom is None
    assert columns(strip.grab().toImage(), LIGHT.accent, LINE) == []


def test_one_alone_and_two_merged(strip: RulerStrip) -> None:
    """With momentum smooth stands alone on the track, and best and limit are parted."""
    strip.show_marks(ruler(8.238e-5, 0.1175, 0.1189), 0.1)
    assert [[mark.name for mark in group] for group in strip.groups] == [["smooth"], ["best", "limit"]]
    assert [mark.name for mark in strip.merged] == ["best", "limit"]


@pytest.mark.parametrize("marks", [None, ruler(8.9e6, None, 1.78e7), ruler(1e-9, 1.5e-9, 2e-9)])
def test_no_marks_and_marks_beyond_the_track(strip: RulerStrip, marks: Ruler | None) -> None:
    """Marks outside the slider's track are in the zoom all the same; without marks nothing is."""
    strip.show_marks(marks, 1.0)
    image = strip.grab().toImage()
    assert bool(columns(image, LIGHT.error, LINE - TICK)) == (marks is not None)


def test_another_theme(strip: RulerStrip) -> None:
    """The ticks wear the theme."""
    strip.show_marks(ruler(0.3138595, 0.5714286, 0.6277187), 0.1)
    strip.apply_theme(DARK)
    image = strip.grab().toImage()
    assert columns(image, DARK.good.text, LINE - TICK)
    assert not columns(image, LIGHT.good.text, LINE - TICK)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_names_can_be_read(theme: Theme) -> None:
    """Small text in the colours of the marks has a contrast of 4.5:1 on a card."""

    def luminance(colour: str) -> float:
        parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in (theme.muted, theme.good.text, theme.error):
        dark, light = sorted((luminance(colour), luminance(theme.card)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5
