import itertools
import math

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QRegion

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.landscape.contour_levels import levels
from neuroviz.core.landscape.plane import slice_plane
from neuroviz.core.landscape.relief import VIEWS, SurfaceBox, floor_corners, project
from neuroviz.pictures.landscape.contours import LossMap
from neuroviz.pictures.landscape.run_marks import OtherRun, OtherRuns
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.marks import Curve
from neuroviz.pictures.palette import SHAPES, run_style
from neuroviz.ui.canvas.drag import Drag, Handle
from neuroviz.ui.canvas.handles import DragMe, HandlesItem
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.views.landscape.relief_picture import relief_picture
from neuroviz.ui.views.landscape.surface import SurfaceCanvas
from neuroviz.ui.views.landscape.tools import PlaneChoice
from tests.ui.person import KEY, LEFT

U = np.linspace(-1, 1, 81)
SIDES = (-1.0, 1.0, -1.0, 1.0)
BOWL = Settings(
    data=Dataset(
        np.array([[-1.0], [-1.0], [1.0], [1.0]]), np.array([1.0, -1.0, 1.0, -1.0]), classes=False
    ),
    activation="identity",
    loss="mse",
)


def scene_with(**others):
    """Give a run of two rows with inputs ±1, whose loss is 1 + w² + b², as on the map."""
    path = np.array(((-1.0, -1.0), (0.0, 0.0)))
    return LandscapeScene(BOWL, slice_plane(BOWL, path[-1], 0, 1), path, extent=SIDES, **others)


@pytest.fixture
def canvas(qtbot):
    widget = SurfaceCanvas()
    qtbot.addWidget(widget)
    widget.resize(420, 300)
    losses = 1 + U**2 + U[:, None] ** 2
    widget.show_surface(LossMap(U, U, losses), scene_with())
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.mark.parametrize(
    ("key", "turned"),
    [
        (KEY.Key_Left, (-5, 0)),
        (KEY.Key_Right, (5, 0)),
        (KEY.Key_Up, (0, 5)),
        (KEY.Key_Down, (0, -5)),
    ],
)
def test_the_arrow_keys_turn_it_and_home_turns_it_back(canvas, qtbot, key, turned):
    before, picture = (canvas.azimuth, canvas.elevation), canvas.grab().toImage()
    qtbot.keyClick(canvas, key)
    assert (canvas.azimuth - before[0], canvas.elevation - before[1]) == turned
    assert canvas.grab().toImage() != picture
    qtbot.keyClick(canvas, KEY.Key_Home)
    assert (canvas.azimuth, canvas.elevation) == before


def test_the_viewer_stays_above_the_ground_and_comes_round(canvas, qtbot):
    for _ in range(80):
        qtbot.keyClick(canvas, KEY.Key_Up)
        qtbot.keyClick(canvas, KEY.Key_Right)
    assert canvas.elevation == 90
    assert -180 <= canvas.azimuth < 180
    for _ in range(80):
        qtbot.keyClick(canvas, KEY.Key_Down)
    assert canvas.elevation == 0


def test_the_mouse_turns_it(canvas, qtbot):
    before = canvas.azimuth
    qtbot.mousePress(canvas, LEFT, pos=QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(140, 100))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(140, 100))
    assert canvas.azimuth == pytest.approx(before - 20)
    qtbot.mouseMove(canvas, QPoint(200, 100))
    assert canvas.azimuth == pytest.approx(before - 20)


def test_points_are_seen_where_the_projection_puts_them(canvas):
    """To the right and up are that on screen too, at one scale each, and fill a wide card."""
    for width, wider in ((420, 1.0), (900, 2.0)):
        canvas.resize(width, 300)
        points = np.array(((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)))
        flat = project(points, canvas.azimuth, canvas.elevation)[0]
        moved = canvas.on_paper(points) - canvas.on_paper(np.zeros(3))
        across, up = moved[0] / flat[0]
        assert moved == pytest.approx(flat * (across, up))
        assert wider <= round(-across / up, 3) <= 2.0


def test_the_ball_is_drawn_at_its_own_loss(canvas):
    """The lowest of the map: the middle of the floor."""
    place = canvas.on_paper(np.array((0.0, 0.0, -0.55)))
    assert (
        canvas.grab().toImage().pixelColor(QPoint(*place.round().astype(int).tolist())).name()
        == LIGHT.accent
    )


def valley(canvas, *, moving=False, way=1):
    """Show a valley that falls towards greater b, or less, and a run that has gone down in it."""
    losses = 2 + U**2 - way * U[:, None]
    path = np.column_stack((np.zeros(30), way * np.linspace(-0.9, 0.9, 30)))
    scene = LandscapeScene(BOWL, slice_plane(BOWL, path[-1], 0, 1), path, extent=SIDES)
    canvas.show_surface(LossMap(U, U, losses), scene, moving=moving)
    return scene


def test_at_first_it_is_looked_at_from_where_it_stays(qtbot, monkeypatch):
    """What is seen while a run moves, or the window opens, does not turn when all rests."""
    monkeypatch.setattr(Ease, "reduced", False)
    canvas = SurfaceCanvas()
    qtbot.addWidget(canvas)
    valley(canvas)
    first = canvas.view
    assert abs(first[0]) > 135
    seen = canvas.grab().toImage()
    valley(canvas, moving=True)
    valley(canvas)
    assert canvas.view == first
    # Nor does it come by a motion, or roughly first: all of it is there at once.
    assert [ease for ease in canvas.findChildren(Ease) if ease.state() == Ease.State.Running] == []
    assert canvas.grab().toImage() == seen


def test_ranges_that_change_before_anything_was_seen_do_not_fade(qtbot, monkeypatch):
    monkeypatch.setattr(Ease, "reduced", False)
    fresh = SurfaceCanvas()
    qtbot.addWidget(fresh)
    valley(fresh)
    fresh.show()
    wide = 2 * U
    path = np.array(((0.0, 0.0), (1.5, -1.5)))
    scene = LandscapeScene(BOWL, slice_plane(BOWL, path[-1], 0, 1), path, extent=(-2, 2, -2, 2))
    fresh.show_surface(LossMap(wide, wide, 1 + wide**2 + wide[:, None] ** 2), scene)
    assert [ease for ease in fresh.findChildren(Ease) if ease.state() == Ease.State.Running] == []


def test_at_rest_it_is_looked_at_from_where_the_path_comes_to(canvas, qtbot):
    before = canvas.view
    valley(canvas, moving=True, way=-1)
    assert canvas.view == before
    valley(canvas, moving=True)  # behind the hill
    assert abs(canvas.azimuth) > 135
    valley(canvas)
    assert abs(canvas.azimuth) > 135
    found = canvas.view
    qtbot.keyClick(canvas, KEY.Key_Left)
    valley(canvas)
    assert canvas.azimuth == found[0] - 5  # a person has turned it
    qtbot.keyClick(canvas, KEY.Key_Home)
    assert canvas.azimuth != found[0] - 5
    assert abs(canvas.azimuth) > 135


def test_its_picture_is_made_again_only_when_something_of_it_has_changed(canvas, monkeypatch):
    made = []

    def counted(*given):
        made.append(given)
        return relief_picture(*given)

    monkeypatch.setattr("neuroviz.ui.views.landscape.surface.relief_picture", counted)
    scene = valley(canvas)
    first = canvas.grab().toImage()
    moved = replace(scene, path=scene.path[:9])
    canvas.show_surface(canvas._map, moved, moving=True)
    assert canvas.grab().toImage() != first  # the ball is elsewhere
    assert len(made) == 1
    canvas.turn(5.0, 0.0)
    canvas.grab()
    assert len(made) == 2


def test_other_ranges_are_there_at_once_and_only_the_ground_fades(canvas, qtbot, monkeypatch):
    """A run that leaves them is in sight again, where it is now, and nowhere else."""
    monkeypatch.setattr(Ease, "reduced", False)
    canvas.clearFocus()
    canvas.grab()  # a surface was just made: another of the same ranges would wait
    before = canvas.ball.toPoint()
    wide = 9 * U
    losses = 1 + wide**2 + wide[:, None] ** 2
    path = np.array(((0.0, 0.0), (5.0, -5.0)))
    extent = (-9.0, 9.0, -9.0, 9.0)
    scene = LandscapeScene(BOWL, slice_plane(BOWL, path[-1], 0, 1), path, extent=extent)
    with qtbot.waitSignal(canvas.turned):  # the names of the axes make room for other numbers
        canvas.show_surface(LossMap(wide, wide, losses), scene, moving=True)
    place = SurfaceBox(extent, levels(losses)).place(5.0, -5.0, 51.0)
    assert (canvas.ball.x(), canvas.ball.y()) == pytest.approx(canvas.on_paper(place))
    picture = canvas.grab().toImage()
    assert picture.pixelColor(canvas.ball.toPoint()).name() == LIGHT.accent
    assert picture.pixelColor(before).name() != LIGHT.accent


def test_a_name_at_a_ball_and_a_number_of_an_axis_never_cover_each_other(canvas):
    """Of those that race, wherever one is: it stands beside the number, or that gives way."""
    losses = 2.6 + U**2 + U[:, None] ** 2
    beside = gone = 0
    for view, *ball in itertools.product(VIEWS, (-1.0, 1.0), (-1.0, 0.9, 1.0)):
        race = OtherRuns(name="momentum", slot=1, said="0.0123")
        scene = replace(scene_with(), path=np.array(((0.0, 0.0), ball)), other_runs=race)
        canvas.turn(view[0] - canvas.azimuth, view[1] - canvas.elevation)
        canvas.show_surface(LossMap(U, U, losses), scene)
        canvas.clearFocus()
        picture = canvas.grab().toImage()
        (tag,) = (mark for key, mark in canvas.run_marks.items() if key[0] == "tag")
        bold = QFont(themes.numeric_font())
        bold.setBold(True)
        metrics = QFontMetricsF(bold)
        width, height = metrics.horizontalAdvance(tag.text), metrics.height()
        at = canvas._to_pixels().map(QPointF(tag.x, tag.y))
        said = QRectF(at.x() - tag.right * width, at.y() - height / 2, width, height)
        for number in canvas.numbers:
            seen = QRegion(number.toRect()) - QRegion(said.adjusted(-5, -1, 5, 1).toAlignedRect())
            if number.intersects(said):
                gone += 1
                ink = {
                    picture.pixelColor(x, y).name()
                    for box in seen
                    for x in range(box.left(), box.right() + 1)
                    for y in range(box.top(), box.bottom() + 1)
                }
                assert LIGHT.muted not in ink
            else:
                beside += 1
    assert beside > 10 * gone


def test_nothing_yet_draws_nothing(canvas):
    canvas.show_surface(None, None)
    picture = canvas.grab().toImage()
    assert picture.pixelColor(210, 150) == picture.pixelColor(2, 150)


def test_it_can_be_reached_and_has_a_name(canvas):
    assert canvas.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert "turn" in canvas.accessibleName()


def test_other_runs_are_drawn_at_their_own_losses(canvas):
    """Each ball in its colour, behind the run's own."""
    others = OtherRuns(
        (OtherRun("other", 1, np.array(((-0.5, -0.5), (0.5, -0.5)))),), slot=SHAPES.index("*")
    )
    losses = 1 + U**2 + U[:, None] ** 2
    loss_map = LossMap(U, U, losses)
    canvas.show_surface(loss_map, scene_with(other_runs=others))
    box = SurfaceBox(SIDES, loss_map.scale)
    picture = canvas.grab().toImage()
    for place, colour in (
        (box.place(0.5, -0.5, 1.5), run_style(1).colour),
        (box.place(0.0, 0.0, 1.0), LIGHT.accent),
    ):
        at = QPoint(*canvas.on_paper(place).round().astype(int).tolist())
        assert picture.pixelColor(at).name() == colour.lower()


@pytest.mark.parametrize("size", [(200, 150), (260, 180), (420, 300)])
def test_the_texts_beside_it_are_whole(canvas, size, qtbot):
    """From whatever side, there is room for them between the edges and the corners."""
    losses = 12.3456 + U**2 + 99 * U[:, None] ** 2
    canvas.show_surface(LossMap(U, U, losses), scene_with(), runs=False)
    canvas.resize(*size)
    width = QFontMetricsF(themes.numeric_font()).horizontalAdvance
    longest = max(width(text) for text in ("loss", "12.3", "111"))
    line = QFontMetricsF(themes.numeric_font()).height()
    for _ in range(18):
        corner = canvas.on_paper(floor_corners(canvas.azimuth) * (1.06, 1.06, 1.0))[:, 0].min()
        assert corner - 4 - longest >= 0
        nearest, second, _, last = floor_corners(canvas.azimuth)
        lowest = [
            canvas.on_paper((0.8 * nearest + 0.2 * end) * (1.14, 1.14, 1.0))[1]
            for end in (second, last)
        ]
        assert max(lowest) + line <= canvas.height()
        # No number at the end of an axis touches the edges in front.
        feet = np.array(sorted(canvas.on_paper(np.array((second, nearest, last))).tolist()))
        canvas.grab()
        for number in (*canvas.numbers[:3:2], *canvas.numbers[3:6:2]):
            ends = [x for x in (number.left(), number.right()) if feet[0, 0] < x < feet[-1, 0]]
            assert (np.interp(ends, *feet.T) < number.top()).all()
        canvas.turn(5.0, 0.0)


@pytest.mark.parametrize("size", [(500, 130), (460, 165), (620, 340)])
def test_the_lower_end_of_the_height_is_clear_of_the_axis_below_it(canvas, size):
    """In a card of half the height the two numbers lay on each other."""
    canvas.show_surface(LossMap(U, U, 12.3456 + U**2 + 99 * U[:, None] ** 2), scene_with())
    canvas.resize(*size)
    for _ in range(18):
        canvas.turn(20.0, 0.0)
        canvas.grab()
        letters = [number.adjusted(0, 2, 0, -2) for number in canvas.numbers]
        for one, other in itertools.combinations(letters, 2):
            assert not one.intersects(other), canvas.azimuth


@pytest.mark.parametrize("size", [(690, 150), (470, 270), (620, 340)])
def test_names_that_are_buttons_cover_nothing_of_it(canvas, size, qtbot):
    """From whatever side, and in a wide card it is as large as the height allows."""
    canvas.resize(*size)
    canvas.show_surface(canvas._map, scene_with(), runs=False)
    canvas.clearFocus()
    choice = PlaneChoice(canvas)
    choice.offer(("w₁", "w₂", "b"))
    choice.name(("weights along the path", "b"), (None, "#7a6540"))
    canvas.buttons = choice.size
    for _ in range(12):
        canvas.turn(30.0, 0.0)
        for button in choice.buttons:
            button.hide()
        picture = canvas.grab().toImage()
        choice.place(canvas.middles_of_axes(), canvas.rect(), canvas.taken)
        for button in choice.buttons:
            box = button.geometry()
            assert canvas.rect().contains(box)
            beside = QRectF(box).adjusted(-3, 0, 3, 0)  # a number there would be read with it
            assert not any(map(beside.intersects, canvas.numbers)), canvas.azimuth
            covered = picture.copy(box)
            blank = covered.copy(0, 0, 1, 1).scaled(covered.size())
            assert covered == blank, canvas.azimuth
    top, bottom = (canvas.on_paper(np.array((0, 0, z)))[1] for z in (0.55, -0.55))
    assert bottom - top > 0.2 * size[1]


def test_what_was_placed_beside_nothing_is_placed_again(canvas, qtbot):
    """Another run has no surface at first, and then one that looks as that before."""
    losses = 1 + U**2 + U[:, None] ** 2
    scene, loss_map = scene_with(), LossMap(U, U, losses)
    canvas.show_surface(loss_map, scene)
    with qtbot.assertNotEmitted(canvas.turned):
        canvas.show_surface(loss_map, scene)
    canvas.forget()
    assert canvas.taken.isEmpty()
    with qtbot.waitSignal(canvas.turned):
        canvas.show_surface(loss_map, scene)


def test_the_loss_beside_the_ball_covers_no_number_of_an_axis_and_no_button(canvas):
    """A ball low on the edge in front stands near the end of an axis; it has a free side."""
    losses = 2.6 + U**2 + U[:, None] ** 2
    metrics = QFontMetricsF(themes.numeric_font())
    for view, *ball in itertools.product(VIEWS, (-1.0, 1.0), (-1.0, 1.0)):
        scene = replace(scene_with(), path=np.array(((0.0, 0.0), ball)))
        canvas.turn(view[0] - canvas.azimuth, view[1] - canvas.elevation)
        canvas.covered = []
        canvas.show_surface(LossMap(U, U, losses), scene)
        for covered in (QRectF(), QRectF(canvas.ball.x() + 15, 0, 400, 300)):
            canvas.covered = [covered] * (covered.isValid() and canvas.ball.x() > 210)
            canvas.grab()
            loss = canvas.run_marks["loss"]
            width, height = metrics.horizontalAdvance(loss.text), metrics.height()
            x = canvas.ball.x() + loss.aside - (width if loss.aside < 0 else 0)
            said = QRectF(x, canvas.ball.y() - height / 2, width, height)
            taken = canvas.covered or canvas.numbers
            assert not any(map(said.intersects, taken)), (view, ball, covered)


def test_no_number_lies_on_another_however_low_the_box_is_seen(canvas, qtbot):
    """Up to straight from above, where the heights have no room between them."""
    for height in (300, 160):
        canvas.resize(420, height)
        for _ in range(18):
            qtbot.keyClick(canvas, KEY.Key_Up)
            canvas.grab()
            left = [box for box in canvas.numbers if box.right() < 0.45 * canvas.width()]
            pairs = itertools.combinations(left, 2)
            assert not [(one, other) for one, other in pairs if one.intersects(other)]
        assert canvas.elevation == 90
        qtbot.keyClick(canvas, KEY.Key_Home)


def test_drag_me_keeps_off_what_is_said_of_the_run(canvas):
    """With the start at the right and above, where it stands else."""
    drag = Drag(canvas, tuple)
    words = DragMe(drag, "ball")
    words.shown = True
    ball = Handle(lambda to: {}, at=canvas.ball, name="ball")
    canvas.handles = HandlesItem(drag, words=words, handles=lambda: [ball])
    covered = []
    canvas.handles.paint_handles = lambda painter, sight, boxes: covered.extend(boxes)
    canvas.grab()
    start = canvas.run_marks["start loss"]
    at = canvas._to_pixels().map(QPointF(start.x, start.y))
    assert any(box.contains(at + QPointF((start.aside or 0) * 1.5, 0)) for box in covered)
    assert any(box.contains(at) for box in covered)  # the dot itself
    # Nor on the way that led to the ball.
    way = canvas.run_marks["path", "on"]
    for share in (0.05, 0.2, 0.4):
        x, y = (np.interp(-share, (-1, 0), ends) for ends in (way.x, way.y))
        at = canvas._to_pixels().map(QPointF(x, y))
        assert math.hypot(*(at - canvas.ball).toTuple()) < 120
        assert any(box.adjusted(-1, -1, 1, 1).contains(at) for box in covered)
    # However far a run has jumped to and fro, that stays little work.
    far = Curve(np.tile((-1e9, 1e9), 5000), np.linspace(-1.0, 1.0, 10_000), way.color)
    assert len([*canvas._way_to_ball({("path", "on"): far})]) < 1000
