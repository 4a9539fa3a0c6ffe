"""What is drawn cheaply looks like what pyqtgraph draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from neuroviz.pictures.marks import Text
from neuroviz.ui.canvas.mark_items import ColourMapItem, CurveItem, Labels, PointsItem, TextItem
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme

Pixels = NDArray[np.int64]
Draw = Callable[..., Pixels]
SIZE = (420, 320)
PEN = pg.mkPen("#5b45c9", width=1.6, cosmetic=True)
X = np.linspace(0.0, 100.0, 901)


@pytest.fixture
def draw(qtbot: QtBot) -> Draw:
    """Return a function that shows items in a plot of their own.

    It returns the pixels (height, width, 3).
    """
    alive = []  # a plot takes its items with it

    def drawn(
        *items: object, top: float = 1.0, before: Callable[[Plot], object] | None = None
    ) -> Pixels:
        plot = Plot("plot", "x", "y")
        alive.append(plot)
        qtbot.addWidget(plot)
        plot.resize(*SIZE)
        for side in ("left", "bottom"):
            plot.getAxis(side).hide()
        for item in items:
            plot.addItem(item)
        plot.show_range(0, 100, 0, top)
        plot.show()
        plot.grab()
        if before is not None:
            before(plot)
        image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(
            image.height(), image.width(), 4
        )
        return pixels[:, :, :3].astype(np.int64)

    return drawn


def theirs(y: NDArray[np.float64], **options: object) -> pg.PlotCurveItem:
    """Return pyqtgraph's own curve."""
    return pg.PlotCurveItem(X[: len(y)], y, pen=PEN, **{"antialias": True, **options})


def ours(y: NDArray[np.float64], connect: str = "all") -> CurveItem:
    """Return our curve."""
    curve = CurveItem(connect)
    curve.setPen(PEN)
    curve.setData(X[: len(y)], y)
    return curve


@pytest.mark.parametrize(
    "y",
    [
        np.exp(-X / 20),
        0.5 + 0.4 * np.sin(X / 3) * np.exp(-X / 50),
        np.where(np.arange(len(X)) % 2, 0.2, 0.8),
        np.where(np.arange(len(X)) == 450, 0.9, 0.1),
    ],
    ids=["falling", "waves", "zig-zag", "one spike"],
)
def test_a_curve_looks_like_all_its_points(draw: Draw, y: NDArray[np.float64]) -> None:
    """No pixel differs from the one with every point by more than a tenth of white to black."""
    assert np.abs(draw(ours(y)) - draw(theirs(y))).max() <= 25
    assert (draw(theirs(y)) != draw()).any()


def test_few_points_are_drawn_to_the_bit(draw: Draw) -> None:
    """What is no longer than a few dozen points is the very curve."""
    y = np.random.default_rng(0).uniform(size=40)
    assert np.array_equal(draw(ours(y)), draw(theirs(y)))


def test_a_gap_is_left_out(draw: Draw) -> None:
    """Around a NaN nothing is drawn."""
    y = np.array([0.1, 0.9, np.nan, 0.9, 0.1])
    assert np.array_equal(draw(ours(y, "finite")), draw(theirs(y, connect="finite")))


def test_enormous_numbers_are_drawn_as_others(draw: Draw) -> None:
    """A diverging run looks like the same curve with small numbers."""
    y = np.linspace(0, 1, len(X)) ** 2
    assert np.array_equal(draw(ours(1e150 * y), top=1e150), draw(ours(y)))


def test_a_curve_follows_the_view_and_its_data(draw: Draw) -> None:
    """What was drawn before is forgotten when the range or the points change."""
    y = np.exp(-X / 20)
    curve = ours(y)

    def zoom(plot: Plot) -> None:
        plot.box.setRange(yRange=(0, 2), padding=0)

    assert np.abs(draw(curve, before=zoom) - draw(theirs(y), before=zoom)).max() <= 25
    other = ours(y)
    assert (
        np.abs(draw(other, before=lambda _: other.setData(X, 1 - y)) - draw(theirs(1 - y))).max()
        <= 25
    )
    gone = ours(y)
    assert np.array_equal(draw(gone, before=lambda _: gone.setData()), draw())


@pytest.mark.parametrize("symbol", ["o", "s"])
def test_points_look_like_pyqtgraphs_wherever_they_move(draw: Draw, symbol: str) -> None:
    """Moved points, and another number of them, are drawn as if there from the first."""
    first, then = np.array([[20.0, 0.2], [60.0, 0.7]]), np.array([[30.0, 0.9], [77.7, 0.123]])
    look = {"symbol": symbol, "size": 13, "brush": "#e69f00", "pen": pg.mkPen("w", width=1.5)}
    expected = draw(pg.ScatterPlotItem(*then.T, **look))
    points = PointsItem(**look)
    points.setData(*first.T)
    assert np.array_equal(draw(points, before=lambda _: points.setData(*then.T)), expected)
    more = PointsItem(**look)
    more.setData(*first[:1].T)
    assert np.array_equal(draw(more, before=lambda _: more.setData(*then.T)), expected)
    assert [column.tolist() for column in more.getData()] == then.T.tolist()


def test_points_take_another_colour(draw: Draw) -> None:
    """A change of theme reaches points that have been drawn."""
    points = PointsItem(size=13, brush="#e69f00")
    points.setData(np.array([50.0]), np.array([0.5]))
    expected = draw(pg.ScatterPlotItem([50.0], [0.5], size=13, brush="#0072b2"))
    assert np.array_equal(draw(points, before=lambda _: points.setBrush("#0072b2")), expected)


@pytest.mark.parametrize("fill", [None, QColor(200, 220, 240, 200)])
def test_labels_look_like_pyqtgraphs(draw: Draw, fill: QColor | None) -> None:
    """Texts stand where pyqtgraph's own, anchored at the middle of their left edge, would."""
    texts = [("w1 -0.005294", 20.0, 0.3), ("b 7.5", 50.3, 0.71)]
    items = []
    for text, x, y in texts:
        item = pg.TextItem(text, color="#1b2230", anchor=(0, 0.5), fill=fill)
        item.textItem.setFont(theme.numeric_font())
        item.setPos(x, y)
        items.append(item)
    labels = Labels(["#1b2230"] * 2, theme.numeric_font(), fill)
    labels.show_texts(texts)
    assert len(labels) == 2
    assert np.abs(draw(labels) - draw(*items)).max() <= 2
    assert (draw(labels) != draw()).any()


def test_an_empty_text_is_not_shown(draw: Draw) -> None:
    """Where there is no text there is no ground for it."""
    labels = Labels(["#1b2230"], theme.numeric_font(), QColor("red"))
    labels.show_texts([("", 20.0, 0.3)])
    assert np.array_equal(draw(labels), draw())


def test_a_text_in_a_halo_hides_little_beside_its_letters(draw: Draw) -> None:
    """Less than half of what a box hides, and nothing at the box's corner."""
    hidden = []
    for halo in (False, True):
        labels = Labels(["#1b2230"], theme.numeric_font(), QColor("red"), halo=halo)
        labels.show_texts([("1.1", 20.0, 0.5)])
        pixels = draw(labels)
        hidden.append(int((pixels[:, :, 2] - pixels[:, :, 0] > 200).sum()))
    assert 0 < hidden[1] < hidden[0] / 2


def test_a_smooth_map_shows_no_cells(draw: Draw) -> None:
    """From one cell to the next its colours go by steps that hardly an eye sees."""
    table = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    steps = []
    for smooth in (False, True):
        image = ColourMapItem()
        image.smooth = smooth
        image.show_map(np.array([[0.0, 0.5, 1.0]]), table, (0.0, 100.0, 0.0, 1.0))
        row = draw(image)[SIZE[1] // 2, 9:-9, 0]  # without the frame
        steps.append(int(np.abs(np.diff(row)).max()))
    assert steps[0] > 100
    assert steps[1] < 4


def test_a_map_has_the_colours_of_its_table(draw: Draw) -> None:
    """Each cell is the entry of the table that its value points at.

    The first row is at the bottom.
    """
    table = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]], dtype=np.uint8)
    image = ColourMapItem()
    image.show_map(np.array([[0.0, 0.3], [0.6, 1.0]]), table, (0.0, 100.0, 0.0, 1.0))
    pixels = draw(image)
    height, width = pixels.shape[:2]
    at = {
        (x, y): tuple(pixels[round(y * height), round(x * width)][::-1])
        for x in (0.4, 0.8)
        for y in (0.2, 0.6)
    }
    assert at == {
        (0.4, 0.6): (255, 0, 0),
        (0.8, 0.6): (0, 255, 0),
        (0.4, 0.2): (0, 0, 255),
        (0.8, 0.2): (9, 9, 9),
    }
    assert image.mapRectToParent(image.boundingRect()) == QRectF(0, 0, 100, 1)


def test_a_map_is_empty_where_it_has_no_value(draw: Draw) -> None:
    """What lies behind is seen through a NaN, and through nothing else."""
    table = np.array([[255, 0, 0], [0, 0, 255]], dtype=np.uint8)
    image, place = ColourMapItem(), (0.0, 100.0, 0.0, 1.0)
    image.show_map(np.array([[np.nan, 1.0]]), table, place)
    pixels, bare = draw(image), draw()
    half = pixels.shape[1] // 2
    assert np.array_equal(pixels[:, 5 : half - 5], bare[:, 5 : half - 5])
    assert (pixels[5:-5, half + 5 : -5] == (255, 0, 0)).all()


@pytest.mark.parametrize(("centred", "sides"), [(False, (0, 1)), (True, (1, 1))])
def test_a_text_begins_at_its_place_or_has_its_middle_there(
    draw: Draw, centred: bool, sides: tuple[int, int]
) -> None:
    """As far above its place as below it, to the right or to both sides."""
    item = TextItem(theme.numeric_font())
    item.show_text(
        Text(50.0, 0.5, "MMMM", "#1b2230", centred=centred, ground="#ff0000"), QPointF(50.0, 0.5)
    )
    pixels = draw(item)
    red = (pixels == (0, 0, 255)).all(axis=2)
    rows, columns = (np.flatnonzero(red.any(axis=axis)) for axis in (1, 0))
    assert rows.mean() == pytest.approx(red.shape[0] / 2, abs=1.5)
    left, right = red.shape[1] / 2 - columns.min(), columns.max() - red.shape[1] / 2
    assert (left > 15, right > 15) == tuple(map(bool, sides))


def test_a_map_takes_other_values_and_another_place(draw: Draw) -> None:
    """A map of another size elsewhere is drawn as if it were the first."""
    table = np.array([[255, 0, 0], [0, 0, 255]], dtype=np.uint8)
    small, large, place = np.zeros((2, 2)), np.eye(3), (20.0, 80.0, 0.2, 0.8)
    expected, moved = ColourMapItem(), ColourMapItem()
    expected.show_map(large, table, place)
    moved.show_map(small, table, (0.0, 100.0, 0.0, 1.0))
    seen = draw(moved, before=lambda _: moved.show_map(large, table, place))
    assert np.array_equal(seen, draw(expected))


@pytest.mark.parametrize(
    "make", [lambda y: ours(y), lambda y: PointsItem(x=X, y=y, size=6, pen=PEN)]
)
def test_a_mark_is_drawn_wherever_the_view_has_gone(
    draw: Draw, make: Callable[[Pixels], object]
) -> None:
    """A loss of 0.7 and then one of a million.

    What is in sight is asked anew, and not what once was.
    """
    y = np.where(np.arange(len(X)) < 450, 0.5, 3e6)
    pixels = draw(make(y), before=lambda plot: plot.show_range(60, 100, 2e6, 4e6))
    blue, green = pixels[:, :, 0], pixels[:, :, 1]
    assert (blue - green > 40).sum() > 300  # the pen, on a ground and lines of grey
