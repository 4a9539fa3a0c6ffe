"""What is to be seen of runs on a plane, in numbers of the trainer's own."""

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import loss_at, losses_at, sample_gradients
from neuroviz.core.landscape.minimum import minimum
from neuroviz.core.landscape.plane import slice_plane
from neuroviz.core.slices import finished
from neuroviz.pictures.landscape.run_marks import OtherRun, OtherRuns
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.landscape.surface import SurfaceScene
from neuroviz.pictures.landscape.words import at_rest
from neuroviz.pictures.palette import PAPER, run_style
from tests.pictures.landscape.landscapes import path_of

AND, LINE = Settings("and"), Settings("line")
SIDES = (-5.0, 5.0, -5.0, 5.0)


def scene_at(point, sample=None):
    point = np.array(point, dtype=np.float64)
    return LandscapeScene(
        AND, slice_plane(AND, point, 0, 1), point[None], extent=SIDES, sample=sample
    )


def drawn(marks, *key):
    """Give the points (k, 2) of a path that are drawn under a key; none where it is not there."""
    mark = marks.get(key)
    points = np.empty((0, 2)) if mark is None else np.column_stack((mark.x, mark.y))
    return points[np.isfinite(points[:, 0])]


def test_the_share_of_a_sample_has_the_scale_of_the_gradient():
    """All shares together are the arrow.

    Where one would be too long both are drawn shorter, at one scale.
    """
    point = (0.7, -0.3, 0.2)
    shares = -sample_gradients(AND, np.array(point))[:, :2]
    for sample in range(4):
        scene = scene_at(point, sample)
        down, share = scene.arrows
        scale = np.hypot(*down) / np.hypot(*shares.sum(axis=0))
        assert share == pytest.approx(scale * shares[sample], abs=1e-12)
        assert down == pytest.approx(scale * shares.sum(axis=0))
        assert np.hypot(*share) <= 2.5 * np.hypot(*scene.arrow) + 1e-9


def test_boxes_that_keep_names_off_the_arrow_lie_along_it():
    """Each has the size of a letter, and its middle on the arrow from the ball to its tip."""
    scene = scene_at((0.7, -0.3, 0.2))
    left, right, bottom, top = np.transpose(scene.along_arrow((0.4, 0.2)))
    assert (right - left, top - bottom) == (pytest.approx(0.4), pytest.approx(0.2))
    middles = np.transpose((left + right, bottom + top)) / 2 - (0.7, -0.3)
    shares = middles @ scene.arrow / (scene.arrow @ scene.arrow)
    assert middles == pytest.approx(np.outer(shares, scene.arrow), abs=1e-9)
    assert 0 < shares.min() < shares.max() == pytest.approx(1)


def test_no_sample_no_share():
    assert "share" not in scene_at((1, 1, 1)).marks(PAPER, 1.0)
    assert "share" not in scene_at((1, 1, 1), 99).marks(PAPER, 1.0)
    assert "share" in scene_at((1, 1, 1), 1).marks(PAPER, 1.0)
    assert "share" not in scene_at((50, 50, -75), 1).marks(PAPER, 1.0)  # next to no gradient


def test_the_path_is_pale_where_the_slice_is_wrong_about_it():
    path = path_of(AND, 300)
    scene = LandscapeScene(AND, slice_plane(AND, path[-1], 0, 1), path, extent=SIDES)
    marks = scene.marks(PAPER, 1.0)
    assert drawn(marks, "path", "off")[0] == pytest.approx(path[0, :2])
    assert drawn(marks, "path", "on")[-1] == pytest.approx(path[-1, :2])
    assert (marks["ball"].x[0], marks["ball"].y[0]) == pytest.approx(path[-1, :2])


def test_a_ball_that_is_held_is_where_the_hand_is():
    """Its arrow is −gradient there, and no step is known from there."""
    scene = replace(scene_at((0, 0, 0)), held=np.array((2.0, 1.0, 0.0)))
    marks = scene.marks(PAPER, 1.0)
    down = -sample_gradients(AND, np.array((2.0, 1.0, 0.0))).sum(axis=0)[:2]
    ball, arrow = marks["ball"], marks["arrow"]
    assert (ball.x.tolist(), ball.y.tolist(), arrow.x, arrow.y) == ([2], [1], 2, 1)
    assert "next step" not in marks
    assert arrow.dx * down[1] == pytest.approx(arrow.dy * down[0])
    assert np.array((arrow.dx, arrow.dy)) @ down > 0


def test_newton_s_parabola_is_drawn_where_the_plane_shows_all_parameters():
    """Its outer contour goes through the ball, its middle is where rate 1 leads."""
    settings = Settings("line", optimizer="newton")
    ball = np.array((3.0, 1.0))
    plane = slice_plane(settings, ball, 0, 1)
    scene = LandscapeScene(settings, plane, ball[None], following=np.array((10.0, 5.0)))
    contour = scene.marks(PAPER, 1.0)["parabola"]
    outer, inner = np.split(np.column_stack((contour.x, contour.y)), 2)
    for ellipse, share in ((outer, 1.0), (inner, 0.25)):
        middle = (np.nanmax(ellipse, axis=0) + np.nanmin(ellipse, axis=0)) / 2
        np.testing.assert_allclose(middle, (10, 5), rtol=0.01)
        losses = losses_at(settings, ellipse[:-1])
        np.testing.assert_allclose(losses, share * losses_at(settings, ball[None])[0], rtol=1e-9)
    assert "in dots" in at_rest(scene, None)
    for right, is_off in ((11.0, False), (9.0, True)):
        said = at_rest(replace(scene, extent=(0.0, right, 0.0, 6.0)), None)
        assert ("whose bottom is off the map" in said) == is_off

    path = path_of(AND.replace(optimizer="newton"), 3)
    scene = LandscapeScene(
        AND.replace(optimizer="newton"), slice_plane(AND, path[-1], 0, 1), path, following=path[-1]
    )
    assert "parabola" not in scene.marks(PAPER, 1.0)
    assert "does not show all parameters" in at_rest(scene, None)


def test_the_row_under_the_pointer_has_a_ring_round_it():
    marks = replace(scene_at((0, 0, 0)), looked_at=np.array((2.0, -1.0, 0.0))).marks(PAPER, 1.0)
    assert (marks["looked at"].x[0], marks["looked at"].y[0]) == (2, -1)
    assert marks["looked at"].size > marks["ball"].size


def test_other_runs_are_projected_and_pale_where_the_slice_is_wrong_about_them():
    path = path_of(AND.replace(optimizer="adam", learning_rate=1.0), 50)
    at = path[-1]
    others = OtherRuns((OtherRun("other", 3, path),))
    scene = LandscapeScene(
        AND, slice_plane(AND, at, 0, 2), at[None], extent=SIDES, other_runs=others
    )
    marks = scene.marks(PAPER, 1.0)
    shown = np.column_stack((path[:, 0], np.full(len(path), at[1]), path[:, 2]))
    own = losses_at(AND, path)
    on = np.abs(losses_at(AND, shown) - own) <= 0.02 * own
    both = on[1:] & on[:-1]
    solid = {tuple(point) for point in drawn(marks, ("path", 0), "on")}
    assert solid == {
        tuple(point) for point in path[np.append(both, False) | np.append(False, both)][:, [0, 2]]
    }
    assert not marks[("path", 0), "off"].dash
    assert marks["ball", 0].color == PAPER.run(3)


def test_losses_are_those_of_all_that_is_drawn():
    """Of the path, of where the ball is held, and of the minimum."""
    path = path_of(LINE, 3)
    plane = slice_plane(LINE, path[-1], 0, 1)
    scene = LandscapeScene(LINE, plane, path, minimum(LINE, path[-1]), held=np.array((1.0, 2.0)))
    own, ball, lowest = scene.parted(scene.losses)
    assert own == pytest.approx([loss_at(LINE, point) for point in path])
    assert ball == pytest.approx(loss_at(LINE, scene.held))
    assert lowest == pytest.approx(0, abs=1e-20)


@pytest.mark.parametrize("azimuth", [None, 20.0, 200.0])
@pytest.mark.parametrize("away", [(1e9, 2.0), (-30.0, -1e140), (5.5, 2.5)])
def test_one_of_a_race_that_is_out_of_sight_stands_at_the_edge_with_an_arrow(azimuth, away):
    """On the map and on the surface: towards where it is, in its colour, with name and loss."""
    settings = Settings("line")
    way = np.array(((1.0, 1.0), away))
    race = OtherRuns((OtherRun("fast", 3, way, said="7"),), name="own", slot=0, said="1")
    plane, extent = slice_plane(settings, np.zeros(2), 0, 1), (0.0, 4.0, 0.0, 4.0)
    own = np.array(((1.0, 1.0), (2.0, 2.0)))
    scene = LandscapeScene(settings, plane, own, other_runs=race, extent=extent)
    if azimuth is None:
        marks, middle, corner = scene.marks(PAPER, 1.0), np.array((2.0, 2.0)), 4.0
    else:
        surface = SurfaceScene(scene, finished(scene.loss_map(21)), azimuth, 90.0)
        marks, middle, corner = surface.runs(PAPER), np.zeros(2), 1.5
    ball, arrow = marks["ball", 3], marks["beyond", 3]
    place = np.array((ball.x[0], ball.y[0]))
    assert (ball.color, ball.marker) == (PAPER.run(3), run_style(3).shape)
    assert arrow.color == ball.color
    assert (arrow.x, arrow.y) == pytest.approx(place)
    outward, along = place - middle, np.array((arrow.dx, arrow.dy))
    assert np.hypot(*outward) > 0.6 * corner / 2
    assert np.abs(outward + along).max() <= corner
    assert outward @ along == pytest.approx(np.hypot(*outward) * np.hypot(*along))
    assert marks["tag", 3].text == "fast  7"
    if azimuth is None:
        aim = np.divide(np.array(away) - middle, max(map(abs, away)))
        assert outward / np.hypot(*outward) == pytest.approx(aim / np.hypot(*aim), abs=1e-9)


def test_a_minimum_that_the_surface_hides_is_not_marked_in_a_race():
    """Else it would seem to lie on the wall in front."""
    settings = Settings("line")
    path = np.array(((0.0, 0.0), (1.0, 1.0)))
    race = OtherRuns(name="own", slot=0, said="1")
    plane, lowest = slice_plane(settings, np.zeros(2), 0, 1), minimum(settings, np.zeros(2))
    scene = LandscapeScene(
        settings, plane, path, lowest, extent=(-20.0, 40.0, -20.0, 30.0), other_runs=race
    )
    loss_map = finished(scene.loss_map(61))
    seen = {
        up: "minimum" in SurfaceScene(scene, loss_map, 0.0, up).runs(PAPER) for up in (10.0, 85.0)
    }
    alone = replace(scene, other_runs=OtherRuns())
    assert seen == {
        up: "minimum" in SurfaceScene(alone, loss_map, 0.0, up).runs(PAPER) for up in seen
    }
    assert seen == {10.0: False, 85.0: True}


def test_of_those_of_a_race_at_one_place_the_first_is_named_uppermost():
    start = np.array(((1.0, 2.0),))
    runs = tuple(OtherRun(f"run {slot}", slot, start, said="1") for slot in (1, 2, 3))
    race = OtherRuns(runs, name="own", slot=0, said="1")
    plane = slice_plane(Settings("line"), start[0], 0, 1)
    scene = LandscapeScene(
        Settings("line"), plane, start, other_runs=race, extent=(0.0, 4.0, 0.0, 4.0)
    )
    marks = scene.marks(PAPER, 1.0, letter=(0.1, 0.2))
    heights = [marks["tag", slot].y for slot in range(4)]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 4
