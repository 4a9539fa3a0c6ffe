import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import loss_at, sample_gradients
from neuroviz.core.landscape.plane import slice_plane
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.landscape.other_runs import OtherRun, OtherRuns
from neuroviz.pictures.landscape.run_marks import arrows, run_marks
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.landscape.surface import run_in_space
from neuroviz.session.landscape_follower import LandscapeFollower

AND, LINE = Settings("and"), Settings("line")


def rows_of(settings, steps):
    trainer = Trainer(settings)
    trainer.advance(steps)
    return trainer.history.rows()


def followed(settings, steps, axes=(0, 1)):
    follower = LandscapeFollower()
    follower.follow(settings, rows_of(settings, steps), axes, anew=True)
    return follower


def test_a_slice_goes_through_the_newest_row_and_its_ranges_hold_the_path():
    follower, rows = followed(AND, 300), rows_of(AND, 300)
    assert follower.plane.held == (("b", pytest.approx(rows.newest.parameters[2])),)
    left, right, bottom, top = follower.bounds
    assert left <= rows.parameter(0).min()
    assert rows.parameter(0).max() <= right
    assert bottom <= rows.parameter(1).min()
    assert rows.parameter(1).max() <= top


def test_the_principal_plane_holds_the_share_that_singular_values_say():
    settings = Settings("sum", learning_rate=1e-4)
    follower, rows = LandscapeFollower(), rows_of(settings, 400)
    follower.follow(settings, rows, None, anew=True, exact=True)
    path = np.column_stack([rows.parameter(i) for i in range(4)])
    values = np.linalg.svd(path - path.mean(axis=0), compute_uv=False) ** 2
    assert follower.plane.share == pytest.approx(values[:2].sum() / values.sum(), abs=1e-9)


def test_principal_directions_stay_until_they_are_asked_for_anew():
    settings = Settings("sum")
    follower = LandscapeFollower()
    follower.follow(settings, rows_of(settings, 5), None, anew=True)
    first = follower.plane
    follower.follow(settings, rows_of(settings, 50), None, anew=False)
    assert follower.plane is first
    follower.follow(settings, rows_of(settings, 50), None, anew=True)
    assert follower.plane is not first


def test_the_minimum_of_the_line_is_found_and_of_and_there_is_none():
    """y = 10x + 5."""
    for settings, expected in ((LINE, (10, 5)), (AND, None)):
        follower = followed(settings, 3)
        list(follower.search(settings, rows_of(settings, 3)))
        found = follower.minimum.parameters
        assert (found is None) if expected is None else found == pytest.approx(expected)


def test_other_axes_have_other_ranges():
    follower = followed(AND, 300)
    follower.follow(AND, rows_of(AND, 300), (0, 2), anew=True)
    assert follower.bounds[2] < rows_of(AND, 300).newest.parameters[2] < 0


def scene_at(point, settings=AND):
    point = np.array(point, dtype=np.float64)
    return LandscapeScene(settings, slice_plane(settings, point, 0, 1), point[None], extent=(-5.0, 5.0, -5.0, 5.0))


def test_the_share_of_a_sample_has_the_scale_of_the_gradient():
    """All shares together are the arrow; where one would be too long both are drawn shorter, at one scale."""
    point = (0.7, -0.3, 0.2)
    shares = -sample_gradients(AND, np.array(point))[:, :2]
    for sample in range(4):
        down, share = arrows(scene_at(point), sample)
        scale = np.hypot(*down) / np.hypot(*shares.sum(axis=0))
        assert share == pytest.approx(scale * shares[sample], abs=1e-12)
        assert down == pytest.approx(scale * shares.sum(axis=0))
        assert np.hypot(*share) <= 2.5 * np.hypot(*scene_at(point).arrow) + 1e-9


def test_no_sample_no_share():
    assert arrows(scene_at((1, 1, 1)), None)[1] is None
    assert arrows(scene_at((1, 1, 1)), 99)[1] is None


def test_the_path_is_marked_where_it_is_off_the_slice():
    rows = rows_of(AND, 300)
    path = np.column_stack([rows.parameter(i) for i in range(3)])
    scene = LandscapeScene(AND, slice_plane(AND, path[-1], 0, 1), path, extent=(-5.0, 5.0, -5.0, 5.0))
    marks = run_marks(scene, None, None, None)
    assert marks.path == pytest.approx(path[:, :2])
    assert marks.on[-1]
    assert not marks.on[0]
    assert marks.ball == pytest.approx(path[-1, :2])


def test_a_ball_that_is_held_is_where_the_hand_is():
    """Its arrow is −gradient there, and no step is known from there."""
    marks = run_marks(scene_at((0, 0, 0)), None, np.array((2.0, 1.0, 0.0)), None)
    down = -sample_gradients(AND, np.array((2.0, 1.0, 0.0))).sum(axis=0)[:2]
    assert (marks.ball.tolist(), marks.following) == ([2, 1], None)
    assert marks.down[0] * down[1] == pytest.approx(marks.down[1] * down[0])
    assert marks.down @ down > 0


def test_on_the_surface_everything_has_its_own_loss():
    rows = rows_of(LINE, 20)
    path = np.column_stack([rows.parameter(i) for i in range(2)])
    run = run_in_space(LandscapeScene(LINE, slice_plane(LINE, path[-1], 0, 1), path))
    assert run.losses == pytest.approx(rows.loss.filled(), rel=1e-5)
    assert run.minimum is None


def other(settings, steps, slot=0):
    rows = rows_of(settings, steps)
    path = np.column_stack([rows.parameter(i) for i in range(len(settings.parameters.names))])
    return OtherRun("other", slot, path, rows)


def holds(bounds, points):
    left, right, bottom, top = bounds
    x, y = points.T
    return left <= x.min() and x.max() <= right and bottom <= y.min() and y.max() <= top


def _has_room(bounds, points):
    """Return whether there is room for a ball round all points: a twenty-fifth of the ranges."""
    low, high = np.array(bounds).reshape(2, 2).T
    free = 0.04 * (high - low)
    return bool(((points >= low + free) & (points <= high - free)).all())


def test_the_ranges_hold_all_runs_and_change_only_when_one_leaves_them():
    """One landscape for all: every path is in sight at every moment, and a range that still holds them stays."""
    fast, follower, before = LINE.replace(optimizer="adam", learning_rate=0.5), LandscapeFollower(), None
    for steps in range(0, 60, 2):
        run = other(fast, steps)
        follower.follow(LINE, rows_of(LINE, steps), (0, 1), OtherRuns((run,)), anew=True)
        both = np.vstack((run.path, follower.path.parameters))
        assert holds(follower.bounds, both)
        if before is not None and _has_room(before, both):
            assert follower.bounds == before
        before = follower.bounds


def test_the_principal_plane_is_that_of_all_paths():
    settings, fast = Settings("sum", learning_rate=1e-4), Settings("sum", optimizer="adam", learning_rate=0.05)
    rows, run = rows_of(settings, 40), other(fast, 40)
    follower = LandscapeFollower()
    follower.follow(settings, rows, None, OtherRuns((run,)), anew=True, exact=True)
    both = np.vstack((np.column_stack([rows.parameter(i) for i in range(4)]), run.path))
    values = np.linalg.svd(both - both.mean(axis=0), compute_uv=False) ** 2
    assert follower.plane.share == pytest.approx(values[:2].sum() / values.sum(), abs=1e-9)


def test_other_runs_are_projected_and_marked_where_they_are_off_the_slice():
    run = other(AND.replace(optimizer="adam", learning_rate=1.0), 50, 3)
    at = run.path[-1]
    scene = LandscapeScene(
        AND, slice_plane(AND, at, 0, 2), at[None], extent=(-5.0, 5.0, -5.0, 5.0), other_runs=OtherRuns((run,))
    )
    (marks,) = run_marks(scene, None, None, None).others
    assert marks.path == pytest.approx(run.path[:, [0, 2]])
    assert marks.on.tolist() == (np.abs(run.path[:, 1] - at[1]) <= 0.01 * np.hypot(10, 10)).tolist()
    (space,) = run_in_space(scene).others
    assert (marks.slot, space.slot) == (3, 3)
    assert space.losses == pytest.approx([loss_at(AND, point) for point in run.path])
