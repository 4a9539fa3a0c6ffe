"""What is painted cheaply looks like what pyqtgraph draws, or like every piece by itself."""

import numpy as np
import pyqtgraph as pg
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage, QPainter, QPicture, QTransform

from neuroviz.pictures.marks import HOLLOW, ColourMap, Curve, Mark, Points, Text
from neuroviz.ui.canvas.painted_marks import PaintedMarks, paint_marks
from neuroviz.ui.canvas.plot import Plot

SIZE = (420, 320)
COLOUR = "#5b45c9"
X = np.linspace(0.0, 100.0, 901)
SHIVERING = np.exp(-X / 20) + np.random.default_rng(0).uniform(-1e-4, 1e-4, len(X))
"""By a fifteenth of a pixel: a weight of a network whose rate is near its limit."""


@pytest.fixture
def draw(qtbot):
    """Return a function that shows items, or marks, in a plot of their own.

    It returns the pixels (height, width, 3).
    """
    alive = []  # a plot takes its items with it

    def drawn(*shown, top=1.0, before=None):
        plot = Plot("plot", "x", "y")
        alive.append(plot)
        qtbot.addWidget(plot)
        plot.resize(*SIZE)
        plot.setBackground("black")
        for side in ("left", "bottom"):
            plot.getAxis(side).hide()
        for one in shown:
            plot.addItem(item_of(one) if isinstance(one, Mark) else one)
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


def item_of(*marks):
    """Return an item that paints marks."""
    item = PaintedMarks()
    item.show_marks(dict(enumerate(marks)))
    return item


def theirs(y, **options):
    """Return pyqtgraph's own curve."""
    pen = pg.mkPen(COLOUR, width=1.6, cosmetic=True)
    return pg.PlotCurveItem(X[: len(y)], y, pen=pen, **{"antialias": True, **options})


def ours(y):
    """Return our curve."""
    return Curve(X[: len(y)], y, COLOUR)


@pytest.mark.parametrize(
    "y",
    [
        np.exp(-X / 20),
        0.5 + 0.4 * np.sin(X / 3) * np.exp(-X / 50),
        np.where(np.arange(len(X)) % 2, 0.2, 0.8),
        np.where(np.arange(len(X)) == 450, 0.9, 0.1),
        SHIVERING,
    ],
    ids=["falling", "waves", "zig-zag", "one spike", "shivers"],
)
def test_a_curve_looks_like_all_its_points(draw, y):
    """No pixel differs from the one with every point by more than a tenth of white to black.

    Of one that swings so often that it is stroked in pieces, hardly one of those it fills.
    """
    with_every_point = draw(theirs(y))
    off = np.abs(draw(ours(y)) - with_every_point).max(axis=2) > 25
    swings = np.abs(np.diff(y)).sum() > 100 * np.ptp(y)
    assert off.sum() <= swings * 0.001 * (with_every_point != draw()).any(axis=2).sum()
    assert (with_every_point != draw()).any()


def test_of_a_curve_that_shivers_unseen_few_points_are_stroked(qapp):
    """Of 25 weights of a network nearly all points were, in as long as all other plots take."""
    sizes = []
    for y in (SHIVERING, np.where(np.arange(len(X)) % 2, 0.2, 0.8)):
        picture = QPicture()
        painter = QPainter(picture)
        paint_marks(painter, {"curve": ours(y)}, QTransform.fromScale(4.2, -320.0))
        painter.end()
        sizes.append(picture.size())
    assert sizes[0] < sizes[1] / 3


def test_few_points_are_drawn_to_the_bit(draw):
    """What is no longer than a few dozen points is the very curve."""
    y = np.random.default_rng(0).uniform(size=40)
    assert np.array_equal(draw(ours(y)), draw(theirs(y)))


def test_a_gap_is_left_out(draw):
    """Around a NaN nothing is drawn."""
    y = np.array([0.1, 0.9, np.nan, 0.9, 0.1])
    assert np.array_equal(draw(ours(y)), draw(theirs(y, connect="finite")))


def test_enormous_numbers_are_drawn_as_others(draw):
    """A diverging run looks like the same curve with small numbers."""
    y = np.linspace(0, 1, len(X)) ** 2
    assert np.array_equal(draw(ours(1e150 * y), top=1e150), draw(ours(y)))


@pytest.mark.parametrize("marker", ["o", "s", "x"])
def test_many_points_look_like_each_by_itself(draw, marker):
    """To within half a pixel: of many one is painted, and stamped where the others are."""
    places = np.random.default_rng(1).uniform((5, 0.1), (95, 0.9), (120, 2))
    points = Points(*places.T, "#e69f00", marker, size=11.0, outline="#1b2230")
    each = [replace(points, x=[x], y=[y]) for x, y in places]
    stamped, painted = draw(points), draw(item_of(*each))
    assert np.abs(stamped - painted).mean() < 0.1 * np.abs(painted - draw()).mean() + 1


def test_a_hollow_point_lets_its_ground_be_seen(draw):
    """A ring is an outline; what has no place on a logarithmic axis is left out."""
    ring = Points([50.0], [0.5], HOLLOW, size=30.0, outline="#ff0000")
    pixels = draw(ring)
    middle = SIZE[1] // 2, SIZE[0] // 2
    assert np.array_equal(pixels[middle], draw()[middle])
    assert (pixels[middle[0], :, 2] - pixels[middle[0], :, 0] > 200).any()
    assert np.array_equal(draw(replace(ring, y=[np.nan])), draw())


def test_a_text_in_a_halo_hides_little_beside_its_letters(draw):
    """Less than half of what a box hides."""
    text = Text(20.0, 0.5, "1.1", "#1b2230")
    hidden = [
        int((pixels[:, :, 2] - pixels[:, :, 0] > 200).sum())
        for pixels in map(draw, (replace(text, ground="#ff0000"), replace(text, halo="#ff0000")))
    ]
    assert 0 < hidden[1] < hidden[0] / 2


@pytest.mark.parametrize(
    ("how", "sides"),
    [
        ({}, (False, True, True)),
        ({"centred": True}, (True, True, True)),
        ({"right": True}, (True, False, True)),
        ({"raised": 4.0}, (True, True, False)),
    ],
)
def test_a_text_stands_where_it_is_told(draw, how, sides):
    """To the right, to both sides, to the left, or above; else with its middle at its height."""
    pixels = draw(Text(50.0, 0.5, "MMMM", "#1b2230", ground="#ff0000", **how))
    red = (pixels == (0, 0, 255)).all(axis=2)
    rows, columns = (np.flatnonzero(red.any(axis=axis)) for axis in (1, 0))
    left, right = red.shape[1] / 2 - columns.min(), columns.max() - red.shape[1] / 2
    level = abs(rows.mean() - red.shape[0] / 2) < 1.5
    assert (left > 15, right > 15, level) == sides
    assert level or rows.max() <= red.shape[0] / 2 - 3


# --- maps -----------------------------------------------------------------------------------------


def map_of(values, stops, **options):
    """Return a map of numbers 0 … 1 that fills the plot."""
    return ColourMap(np.array(values), (0.0, 100.0, 0.0, 1.0), stops, 0.0, 1.0, **options)


def test_a_smooth_map_shows_no_cells(draw):
    """From one cell to the next its colours go by steps that hardly an eye sees."""
    steps = []
    for smooth in (False, True):
        cells = map_of([[0.0, 0.5, 1.0]], ("#000000", "#ffffff"), smooth=smooth)
        row = draw(cells)[SIZE[1] // 2, 9:-9, 0]  # without the frame
        steps.append(int(np.abs(np.diff(row)).max()))
    assert steps[0] > 100
    assert steps[1] < 4


def test_a_map_has_the_colours_of_its_stops(draw):
    """Each cell of a flat one is the stop that its value lies at.

    The first row is at the bottom.
    """
    stops = ("#ff0000", "#00ff00", "#0000ff", "#090909")
    pixels = draw(map_of([[0.0, 0.3], [0.6, 1.0]], stops, flat=True))
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


def test_a_map_is_empty_where_it_has_no_value(draw):
    """What lies behind is seen through a NaN, and through nothing else."""
    pixels, bare = draw(map_of([[np.nan, 1.0]], ("#ff0000", "#0000ff"))), draw()
    half = pixels.shape[1] // 2
    assert np.array_equal(pixels[:, 5 : half - 5], bare[:, 5 : half - 5])
    assert (pixels[5:-5, half + 5 : -5] == (255, 0, 0)).all()


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("direction", [(1, 1), (1, -40), (-1, 90), (-1, -1), (0, 1), (0, 0)])
def test_a_map_along_a_direction_looks_like_its_cells(draw, direction, flat):
    """It is filled by a gradient, also where a unit is wider than high."""
    values = 1 / (1 + np.exp(-np.linspace(-6, 6, 500)))
    stops = ("#ff0000", "#0000ff")
    if flat:
        values = values.round()
    if direction == (0, 0):
        values[:] = 0.25
    ramp = map_of([values], stops, flat=flat, direction=direction)
    cells = replace(ramp, values=ramp.cells(*SIZE), direction=None)
    away = np.abs(draw(ramp) - draw(cells)).max(axis=-1)
    assert (away > 12).mean() < 0.006  # pixels that an edge goes through
    assert away.mean() < 1.5


@pytest.mark.parametrize("make", [ours, lambda y: Points(X, y, COLOUR)])
def test_a_mark_is_drawn_wherever_the_view_has_gone(draw, make):
    """A loss of 0.7 and then one of a million.

    What is in sight is asked anew, and not what once was.
    """
    y = np.where(np.arange(len(X)) < 450, 0.5, 3e6)
    pixels = draw(make(y), before=lambda plot: plot.show_range(60, 100, 2e6, 4e6))
    blue, green = pixels[:, :, 0], pixels[:, :, 1]
    assert (blue - green > 40).sum() > 300  # the pen, on a ground and lines of grey
