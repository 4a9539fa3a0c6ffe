import math
from itertools import combinations

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import FULL
from neuroviz.core.landscape.minimum import minimum
from neuroviz.core.landscape.plane import principal_plane
from neuroviz.core.landscape.relief import HEIGHT, VIEWS, project
from neuroviz.core.landscape.run_plane import path_of, run_plane
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.landscape.run_marks import OtherRun, OtherRuns, PathAhead
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.landscape.surface import POINTS, SurfaceScene, view_work
from neuroviz.pictures.marks import Curve, Points, Polygons, Text
from neuroviz.pictures.palette import INK_MUTED, PAPER, run_style
from neuroviz.pictures.render import render
from tests.pictures.declared import marks_of
from tests.pictures.landscape.landscapes import (
    LINE,
    line_loss,
    on_paper,
    scene_of,
    surface_figure,
)

EXTENT = (-5.0, 15.0, -1.0, 7.0)


def test_from_straight_above_the_surface_is_the_map():
    """Seen from 90° the pieces tile the square, each in its colour.

    Light where the polynomial is great.
    """
    figure = surface_figure(scene_of([[0.0, 0.5]], extent=EXTENT), azimuth=0, elevation=90)
    *_, surface = marks_of(figure, Polygons)
    assert surface.corners.shape == (1600, 4, 2)
    assert (surface.corners.min(), surface.corners.max()) == pytest.approx((-1, 1))
    middles = surface.corners.mean(axis=1)
    losses = line_loss(5 + 10 * middles[:, 0], 3 + 4 * middles[:, 1])
    seen = {1: 0.2126, 3: 0.7152, 5: 0.0722}  # how bright red, green and blue seem
    brightness = np.array(
        [
            sum(share * int(fill[i : i + 2], 16) for i, share in seen.items())
            for fill in surface.fills
        ]
    )
    by_loss = np.split(brightness[np.argsort(losses)], 8)  # light and shadow are on all of them
    assert (np.diff([part.mean() for part in by_loss]) > 0).all()
    assert brightness[losses.argmin()] < brightness.min() + 25 < brightness.max() - 30


@pytest.mark.parametrize("azimuth", [0, 40, 135, 200, 290])
def test_pieces_are_painted_from_the_back(azimuth):
    """Seen from straight above, what is farther from the viewer is higher on the paper.

    It comes first.
    """
    *_, surface = marks_of(
        surface_figure(scene_of([[0.0, 0.5]], extent=EXTENT), azimuth, 90), Polygons
    )
    assert (np.diff(surface.corners.mean(axis=1)[:, 1]) < 1e-12).all()


def test_path_and_ball_stand_at_their_own_losses():
    """Seen level, heights are the logarithms of the polynomial.

    The ball is at the path's end.
    """
    path = np.array([[0.0, 0.5], [4.0, 2.0], [9.0, 6.0]])
    figure = surface_figure(scene_of(path, extent=EXTENT), 0, 0)
    whole, hidden = (
        next(mark for mark in marks_of(figure, Curve) if mark.label == name)
        for name in ("path", "path dotted: behind or under the surface")
    )
    drawn = np.unique(np.hstack(((whole.x, whole.y), (hidden.x, hidden.y))), axis=1)
    logs = np.log(line_loss(*path.T))
    assert np.diff(drawn[1])[1] / np.diff(drawn[1])[0] == pytest.approx(
        np.diff(logs)[1] / np.diff(logs)[0]
    )
    assert drawn[0] == pytest.approx((path[:, 0] - 5) / 10)
    (ball,) = marks_of(figure, Points, "now")
    assert (ball.x[0], ball.y[0]) == tuple(drawn[:, -1])
    assert (bool(whole.dash), bool(hidden.dash)) == (False, True)


@pytest.mark.parametrize(
    ("task", "rate"),
    [("line", None), ("line", 0.055), ("sum", None), ("and", None), ("or", None)],
)
def test_the_ball_of_a_run_is_seen_where_it_lies(task, rate):
    """No ground that is seen at its place is nearer than its top; behind such it is faint."""
    settings = Settings(task) if rate is None else Settings(task, learning_rate=rate)
    trainer = Trainer(settings)
    trainer.advance(200)
    path = path_of(trainer.history.rows(), 500).parameters
    scene = LandscapeScene(settings, run_plane(settings, path), path)
    loss_map = finished(scene.loss_map(POINTS))
    view = finished(view_work(scene))
    surface = SurfaceScene(scene, loss_map, *view)
    top = surface.ball + np.array((0, 0, 0.03))
    place = loss_map.relief.place_at(*surface.seen(top), view)
    ground = loss_map.relief.lifted(np.array((*place, -HEIGHT)))
    near, far = (project(point, *view)[1] for point in (top, ground))
    assert near < far + 0.05
    colour = surface.runs(PAPER)["ball"].color
    assert len(colour) == 7
    seen_through = {
        SurfaceScene(scene, loss_map, azimuth, 0.0).runs(PAPER)["ball"].color
        for azimuth in range(-180, 180, 20)
    }
    assert f"{colour}80" in seen_through


def test_marks_are_over_the_surface_and_named():
    settings = Settings("and", activation="identity", loss="mse")
    path = [[0.0, 0, 1], [0.1, 0.2, 0]]
    figure = surface_figure(scene_of(path, settings, minimum=minimum(settings, np.zeros(3))))
    kinds = [type(mark) for mark in figure.marks]
    first = kinds.index(Polygons)
    assert {Curve, Points} <= set(kinds[first + 1 :])
    labels = [
        mark.label for mark in (*marks_of(figure, Curve), *marks_of(figure, Points)) if mark.label
    ]
    assert labels[0] == "path dotted: behind or under the surface"
    assert any(label.startswith("minimum, off the slice, loss 0.0625") for label in labels)
    assert (figure.frame, figure.equal_aspect) == (False, True)
    assert "a slice at b = 0" in figure.subtitle


def test_on_a_sheet_letters_have_the_size_of_print_and_none_lies_on_another():
    figure = surface_figure(scene_of([[0.0, 0.5]], extent=EXTENT))
    axes, boxes = on_paper(figure, (130.0, 80.0))
    assert {text.get_fontsize() for text in axes.texts} == {8.0}
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))


@pytest.mark.parametrize("azimuth", [-35, 10, 80, 170, 260])
def test_ends_of_the_axes_stand_at_their_corners(azimuth):
    """A number at an end of an axis is nearest to a corner that has that value."""
    figure = surface_figure(scene_of([[0.0, 0.5]], extent=EXTENT), azimuth, 30)
    texts = {mark.text: mark for mark in marks_of(figure, Text)}
    assert len(texts) == 9  # that of the ball too
    assert texts.keys() >= {"w₁", "b"}
    for first, second, axis in (("−5", "15", 0), ("−1", "7", 1)):
        for text, side in ((first, -1), (second, 1)):
            corners = np.array([(x, y, -0.55) for x in (-1, 1) for y in (-1, 1)])
            away = np.hypot(*(project(corners, azimuth, 30)[0] - (texts[text].x, texts[text].y)).T)
            here = corners[:, axis] == side
            assert away[here].min() < away[~here].min()


@pytest.mark.parametrize("view", VIEWS)
def test_no_text_of_the_axes_stands_over_another(view):
    path = np.array([[-0.5, 0.4, -0.6], [7.4, 7.4, -11.3]])
    scene = LandscapeScene(Settings("and"), run_plane(Settings("and"), path), path)
    boxes = []
    for text in marks_of(surface_figure(scene, *view), Text):
        if text.text in scene.names or text.color == INK_MUTED:
            wide = 0.07 * len(text.text)  # on paper of the usual size
            left = text.x - wide * (1 if text.right else 0.5 if text.centred else 0)
            boxes.append((left, left + wide, text.y))
    assert len(boxes) == 8
    for one, other in combinations(boxes, 2):
        assert min(one[1], other[1]) < max(one[0], other[0]) or abs(one[2] - other[2]) > 0.12


def test_a_path_in_a_narrow_valley_lies_on_paper_as_on_the_screen():
    """The pieces do not reach down to its bottom: over them the path would be wavy."""
    settings = Settings("and", learning_rate=1.0)
    trainer = Trainer(settings)
    trainer.advance(1_000)
    path = path_of(trainer.history.rows(), 500).parameters
    scene = LandscapeScene(settings, run_plane(settings, path), path)
    view = (55.0, 35.0)
    on_screen = SurfaceScene(scene, finished(scene.loss_map(FULL)), *view).runs(PAPER)
    on_paper = marks_of(surface_figure(scene, *view), Curve, "path")[0]
    seen = on_screen["path", "on"]
    for x, y in zip(on_paper.x, on_paper.y, strict=True):
        assert np.hypot(seen.x - x, seen.y - y).min() < 0.005


@pytest.mark.parametrize("view", [*VIEWS, (20.0, 60.0), (45.0, 85.0)])
def test_a_file_shows_all_of_it(view):
    """Seen from high above its farthest corner was cut off."""
    figure = surface_figure(scene_of([[0.0, 0.5]], extent=EXTENT), *view)
    low, high = figure.y_limits
    up = np.concatenate([mark.corners[..., 1].ravel() for mark in marks_of(figure, Polygons)])
    below = [mark.y for mark in marks_of(figure, Text) if not mark.halo]
    assert low + 0.05 < min(up.min(), *below)
    assert up.max() < high


def test_no_height_no_trouble():
    """A loss that is the same everywhere is a flat surface; a principal plane has one too."""
    flat = Settings("and", activation="identity", loss="cross_entropy")
    *_, surface = marks_of(surface_figure(scene_of([[0.0, 0, 0]], flat), 0, 0), Polygons)
    assert np.ptp(surface.corners[..., 1]) < 1e-12
    path = np.random.default_rng(0).normal(size=(20, 3))
    settings = Settings("and")
    figure = surface_figure(LandscapeScene(settings, principal_plane(path), path))
    assert render(figure, ".svg", dpi=50)
    assert math.isfinite(sum(np.ravel(marks_of(figure, Polygons)[0].corners)))


def test_a_run_that_diverged_is_drawn():
    assert render(surface_figure(scene_of([[0.0, 0.5], [1e200, -1e200]])), ".png", dpi=50)


def test_other_runs_stand_at_their_own_losses():
    """Seen level, their balls are higher than the ball by as much as their log losses."""
    rows = Trainer(LINE).history.rows()
    ends = np.array([[4.0, 2.0], [2.0, 1.0], [9.0, 6.0]])
    runs = tuple(OtherRun(f"run {i}", i, end[None], rows) for i, end in enumerate(ends[:2]))
    figure = surface_figure(
        scene_of(ends[2:], extent=EXTENT, other_runs=OtherRuns(runs, 0, "own", 4)), 0, 0
    )
    balls = [marks_of(figure, Points, name)[0] for name in ("run 0", "run 1", "own")]
    heights = np.array([ball.y[0] for ball in balls])
    logs = np.log(line_loss(*ends.T))
    assert np.diff(heights) / np.diff(logs) == pytest.approx(
        np.full(2, (heights[0] - heights[2]) / (logs[0] - logs[2]))
    )
    assert balls[2].marker == run_style(4).shape


def test_a_runner_that_blew_up_does_not_turn_the_race():
    """It is seen from where the race is seen best without the rows that left the box."""
    rows = Trainer(LINE).history.rows()
    own, other = np.array([[[0.0, 0.5], [4.0, 2.0], [9.0, 6.0]], [[0.0, 0.5], [2.0, 1.0], [4, 1]]])
    views = []
    for path in (other, np.vstack((other, [[1e200, -1e200]]))):
        race = OtherRuns((OtherRun("b", 1, path, rows, "2"),), 0, "a", 0, said="1")
        scene = scene_of(own, extent=EXTENT, other_runs=race)
        views.append(SurfaceScene(scene, finished(scene.loss_map(POINTS)), *VIEWS[0]).best_view())
    assert views[0] == views[1] != VIEWS[0]


def test_a_path_that_nobody_has_taken_says_how_it_ends_where_it_leaves_the_surface():
    """One that stays says nothing."""
    scene = scene_of([[0.0, 0.0]], LINE)
    surface = SurfaceScene(scene, finished(scene.loss_map(POINTS)), 30.0, 35.0)
    out = np.array([[0.0, 0.0], [1.0, 0.5], [1e3, 1e3], [-1e6, 1e6]])
    marks = surface.ahead_marks(PathAhead(out, end="blows up at step 3"), PAPER)
    end = marks["ahead end"]
    line = np.column_stack((marks["ahead"].x, marks["ahead"].y))
    assert end.text == "blows up at step 3"
    assert (end.x, end.y) == pytest.approx(line[np.isfinite(line[:, 0])][-1], abs=0.1)
    stays = surface.ahead_marks(PathAhead(out[:2], end="rises"), PAPER)
    assert "ahead end" not in stays
