"""What is painted in pixels, as it is seen on black.

The marks of a run, and a picture that is kept.
"""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QTransform

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.minimum import Minimum
from neuroviz.core.landscape.plane import slice_plane
from neuroviz.pictures.landscape.contours import Contour, LossMap
from neuroviz.pictures.landscape.run_marks import BALL, OtherRun, OtherRuns
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.marks import Segments, Text
from neuroviz.pictures.palette import LOSS, SHAPES, run_style
from neuroviz.ui.canvas.painted_marks import KeptMarks, PaintedMarks, paint_marks
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import LIGHT, colour_table
from neuroviz.ui.theme.icons import picture_of

PINK = replace(LIGHT, accent="#ff00ff").palette
LINE = Settings("line")
PLANE = slice_plane(LINE, np.zeros(2), 0, 1)
PATH = np.array(((1.0, 1.0), (5.0, 5.0), (8.0, 5.0)))
SIDE = (0.0, 10.0, 0.0, 10.0)
NO_ARROW = np.zeros(2)


def marks_with(**others):
    """Give the marks of a run in the plane, which stands still unless it is said where it goes."""
    chosen = {
        "settings": LINE,
        "plane": PLANE,
        "path": PATH,
        "extent": SIDE,
        "grad": NO_ARROW,
    } | others
    return LandscapeScene(**chosen).marks(PINK, 1.0)


@pytest.fixture
def drawn(qtbot):
    """Return a function that draws marks on black, and gives the colour at a place of the plane."""
    plot, item = Plot("p", "", ""), PaintedMarks()
    qtbot.addWidget(plot)
    plot.resize(400, 400)
    plot.setBackground("#000000")
    plot.axes.hide()
    plot.getAxis("bottom").setHeight(43)  # 35.5 pixels a unit: lines lie in the middle of one
    plot.addItem(item)
    plot.show()
    qtbot.waitExposed(plot)
    plot.show_range(*SIDE)

    def at(marks):
        item.show_marks(marks)
        return colours_of(plot)

    return at


def colours_of(plot):
    picture = plot.grab().toImage()

    def colour(x, y, dx=0, dy=0):
        place = plot.mapFromScene(plot.box.mapViewToScene(QPointF(x, y)))
        return picture.pixelColor(place.x() + dx, place.y() + dy)

    return colour


def light(colour, x, y):
    """Return the greatest lightness within a pixel of a place."""
    return max(colour(x, y, dx, dy).lightness() for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def test_ball_path_and_start_are_where_they_belong(drawn):
    colour = drawn(marks_with())
    assert colour(8, 5).name() == "#ff00ff"
    assert colour(8, 5, round(BALL / 2) - 3).name() == "#ff00ff"
    # A thin line that lies between two pixels is less than white in both.
    assert light(colour, 3, 3) > 150
    assert light(colour, 6.5, 5) > 150
    assert colour(1, 1).lightness() > 200
    assert light(colour, 3, 6) < 60


def test_a_path_that_the_plane_is_wrong_about_is_pale(drawn):
    """A slice of three parameters, which the first two rows are far from."""
    three = Settings("and")
    off = np.column_stack((PATH, (9.0, 9.0, 0.0)))
    whole = drawn(marks_with())
    pale = drawn(
        marks_with(
            settings=three, plane=slice_plane(three, off[-1], 0, 1), path=off, grad=np.zeros(3)
        )
    )
    places = np.linspace(1.6, 4.4, 60)
    assert all(light(whole, x, x) > 150 for x in places)
    assert all(100 < light(pale, x, x) < light(whole, x, x) for x in places)


def test_a_zigzag_is_thin_and_leaves_its_ground_seen(drawn):
    """A line that goes to and fro ten times covers less than its rims would."""
    to_and_fro = np.column_stack((np.tile((1.0, 9.0), 10), np.linspace(4.0, 5.9, 20)))
    colour = drawn(marks_with(path=to_and_fro))
    across = [colour(5, 5, 0, dy).lightness() for dy in range(-8, 9)]
    assert max(across) > 100
    assert min(across) == 0


def test_the_arrow_ends_at_its_tip(drawn):
    """Light just before the tip, nothing behind it.

    Of the plot's 10.4 it has a fifth at a slope of 100, 0 at 1e-6, and log(3e6) / log(1e8) of
    that at 3: 1.68.
    """
    colour = drawn(marks_with(grad=np.array((0.0, -3.0))))
    assert light(colour, 8, 6.5) > 150
    assert light(colour, 8, 7.0) < 60


def test_next_step_and_minimum_have_their_marks(drawn):
    found = Minimum(np.array((2.0, 8.0)), 0.0, "Here.")
    colour = drawn(marks_with(following=np.array((8.0, 2.0)), minimum=found))
    assert light(colour, 2, 8) > 150
    assert max(colour(8, 2, dx).lightness() for dx in range(3, 8)) > 150
    assert light(drawn(marks_with()), 2, 8) < 60


def test_a_minimum_off_the_plane_has_a_hollow_cross(drawn):
    three = Settings("and")
    path = np.column_stack((PATH, np.zeros(3)))
    place = {
        "settings": three,
        "plane": slice_plane(three, path[-1], 0, 1),
        "path": path,
        "grad": np.zeros(3),
    }
    full, hollow = (
        drawn(marks_with(**place, minimum=Minimum(np.array((2.0, 8.0, away)), 0.0, "Here.")))
        for away in (0.0, 9.0)
    )
    assert full(2, 8).lightness() > 150
    assert hollow(2, 8).lightness() < 80
    assert max(hollow(2, 8, dx, 0).lightness() for dx in range(1, 6)) > 150


def test_nothing_to_show_draws_nothing(drawn):
    assert light(drawn({}), 8, 5) < 60


def test_a_path_beyond_all_numbers_is_drawn(drawn):
    drawn(marks_with(path=np.array(((0.0, 0.0), (1e300, -1e300), (8.0, 5.0)))))


def test_other_runs_have_their_own_colours_and_the_run_its_accent(drawn):
    """Ball and path in the colour of the slot.

    The run's own path is no longer white beside them.
    """
    path = np.array(((1.0, 9.0), (5.0, 9.0), (9.0, 9.0)))
    colour = drawn(marks_with(other_runs=OtherRuns((OtherRun("other", 1, path),))))
    green = run_style(1).colour.lower()
    assert colour(9, 9).name() == green
    assert green in {colour(3, 9, 0, dy).name() for dy in (-1, 0, 1)}
    assert "#ff00ff" in {colour(6.5, 5, 0, dy).name() for dy in (-1, 0, 1)}
    assert colour(8, 5).name() == "#ff00ff"


def test_the_ball_has_its_shape(drawn):
    """A square reaches into its corners; a diamond does not."""
    corner = round(0.4 * BALL)
    lit = {
        shape: drawn(marks_with(other_runs=OtherRuns(slot=SHAPES.index(shape))))(
            8, 5, corner, corner
        ).lightness()
        for shape in ("s", "D")
    }
    assert lit["s"] > 60
    assert lit["D"] <= 60


# --- a map, which is kept as a picture ------------------------------------------------------------


@pytest.fixture
def ground(qtbot):
    """Return a plot with a map whose loss is 1 … 3 from left to right, and what draws on it."""
    plot, item = Plot("p", "", ""), KeptMarks()
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.addItem(item)
    plot.show()
    qtbot.waitExposed(plot)
    plot.show_range(-1, 1, 0, 6)
    u, v = np.linspace(-1, 1, 201), np.linspace(0, 6, 101)
    losses = np.broadcast_to(u + 2, (101, 201)).copy()
    return plot, lambda lines: item.show_marks(LossMap(u, v, losses).marks(PINK, lines))


def test_the_picture_shows_the_map_where_it_is(ground):
    """Dark where the loss is low, light where it is high, to the eye at the right place."""
    plot, show = ground
    show([])
    colour = colours_of(plot)
    for x in (-0.9, 0.0, 0.9):
        seen = colour(x, 3)
        expected = colour_table(LOSS)[round((x + 1) / 2 * 255)]
        assert (seen.red(), seen.green(), seen.blue()) == pytest.approx(expected, abs=6)


def test_a_line_is_lighter_than_the_map_under_it_and_its_number_stands_on_a_veil(ground):
    plot, show = ground
    show([])
    before = colours_of(plot)
    show([Contour(np.array((-0.6, -0.4)), np.array((3.0, 3.0)), "1.5", (0.6, 3.0))])
    after = colours_of(plot)
    assert (
        max(after(-0.5, 3, 0, dy).lightness() for dy in (-1, 0, 1))
        > before(-0.5, 3).lightness() + 20
    )
    beside = range(-14, 15)
    assert min(after(0.6, 3, dx).lightness() for dx in beside) < before(0.6, 3).lightness() - 20
    assert max(after(0.6, 3, dx).lightness() for dx in beside) > 200


@pytest.mark.parametrize("ratio", [0.375, 1.0, 2.0])
@pytest.mark.parametrize(("x", "side"), [(50.0, 1), (90.0, -1)])
def test_a_name_turns_to_the_left_only_where_there_is_no_room_at_the_right(qapp, ratio, x, side):
    """In a picture of other pixels, too: in films most names stood over the lines they name."""

    def paint(painter):
        painter.scale(1.5, 1.5)
        paint_marks(painter, {"name": Text(x, 20.0, "name", "#ffffff", aside=4.0)}, QTransform())

    picture = picture_of(paint, QSize(150, 60), ratio, "#000000").toImage()
    pixels = np.array(picture.constBits()).reshape(picture.height(), picture.width(), 4)
    lit = np.flatnonzero(pixels[:, :, :3].max(axis=(0, 2)) > 60) / ratio / 1.5
    assert (side * (lit - x) > 0).all()
    assert len(lit)


def test_letters_with_a_halo_are_as_fine_where_the_painter_enlarges(qapp):
    """As in a film: painted twice as large they are what a screen of two pixels for one shows."""
    marks = {"loss": Text(30.0, 20.0, "0.64", "#ff00ff", halo="#000000", centred=True)}

    def picture(ratio, scale):
        def paint(painter):
            painter.scale(scale, scale)
            painter.setFont(themes.numeric_font())
            paint_marks(painter, marks, QTransform())

        return picture_of(paint, QSize(60, 40) * scale, ratio, "#000000").toImage()

    fine, enlarged = picture(2.0, 1), picture(1.0, 2)
    assert bytes(fine.constBits()) == bytes(enlarged.constBits())


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_upright_lines_are_equally_wide_wherever_they_stand(qapp, ratio):
    """Of the residuals of a line some were twice as thick as others."""
    x = 6.0 + 13.37 * np.arange(8)
    residuals = {"residuals": Segments(x, 5.0 + 0 * x, x, 35.0 + 0 * x, "#ff0000", width=1.4)}
    picture = picture_of(
        lambda painter: paint_marks(painter, residuals, QTransform()),
        QSize(120, 40),
        ratio,
        "#000000",
    ).toImage()
    pixels = np.array(picture.constBits()).reshape(picture.height(), picture.width(), 4)
    lit = np.flatnonzero(pixels[picture.height() // 2, :, 2] > 0)
    runs = np.split(lit, np.flatnonzero(np.diff(lit) > 1) + 1)
    assert [len(run) for run in runs] == [len(runs[0])] * 8
