import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.landscape.plane import distance, point_at
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.landscape.run_marks import OtherRun, OtherRuns
from neuroviz.session.figures import frame_of
from neuroviz.session.landscape.follower import LandscapeFollower

AND, LINE = Settings("and"), Settings("line")
FAR = Settings("and", weights=(-3.0, 5.0), bias=0.0)
"""What it loses at first is not told by the plane of equal changes."""


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
    follower.follow(settings, rows, "principal", anew=True, exact=True)
    path = np.column_stack([rows.parameter(i) for i in range(4)])
    values = np.linalg.svd(path - path.mean(axis=0), compute_uv=False) ** 2
    assert follower.plane.share == pytest.approx(values[:2].sum() / values.sum(), abs=1e-9)


def test_principal_directions_stay_until_they_are_asked_for_anew():
    settings = Settings("sum")
    follower = LandscapeFollower()
    follower.follow(settings, rows_of(settings, 5), "principal", anew=True)
    first = follower.plane
    follower.follow(settings, rows_of(settings, 50), "principal", anew=False)
    assert follower.plane is first
    follower.follow(settings, rows_of(settings, 50), "principal", anew=True)
    assert follower.plane is not first


def test_the_plane_of_hidden_neurons_turns_with_the_run_and_stays_where_the_ball_is_put_on_it():
    settings, follower = Settings("xor", learning_rate=1.0, hidden=3), LandscapeFollower()
    for steps in (0, 60, 120):
        rows = rows_of(settings, steps)
        follower.follow(settings, rows, "run", anew=True)
        ends = np.stack((rows.kept_before(0).parameters, rows.newest.parameters))
        assert distance(follower.plane, ends) == pytest.approx(0, abs=1e-9)
    first = follower.plane
    *weights, bias = point_at(first, 1.0, 0.5).tolist()
    elsewhere = settings.replace(weights=tuple(weights), bias=bias)
    follower.start_elsewhere(follower.bounds)
    follower.follow(elsewhere, rows_of(elsewhere, 0), "run", anew=True, exact=True)
    assert follower.plane is first


@pytest.mark.parametrize(("settings", "kind"), [(AND, "together"), (FAR, "along")])
def test_the_plane_of_a_run_that_moves_is_of_the_moment_of_its_map(settings, kind):
    """It is the old one as long as the map is; then it goes through where the run is by now."""
    follower = LandscapeFollower()
    follower.follow(settings, rows_of(settings, 10), "run", anew=True, exact=True)
    first, rows = follower.plane, rows_of(settings, 1000)
    assert first.kind == kind
    follower.follow(settings, rows, "run", anew=False)
    assert follower.plane is first
    now, start = rows.newest.parameters, rows.kept_before(0).parameters
    assert distance(first, now[None])[0] > 0.1
    follower.follow(settings, rows, "run", anew=True)
    assert (follower.plane.kind, follower.plane.names) == (kind, first.names)
    assert distance(follower.plane, now[None])[0] == pytest.approx(0, abs=1e-9)
    if kind == "together":
        assert follower.plane.held[0][1] == pytest.approx(now[1] - now[0])
    else:
        assert distance(follower.plane, start[None])[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "computed"),
    [
        ({"task": "sine", "hidden": 8, "l2": 0.01}, 0),
        ({"task": "spam", "batch_size": 50}, 190),
        ({"task": "and", "breaks": ("naive_bce",)}, 209),
    ],
)
def test_the_path_has_the_losses_of_its_places_and_those_that_the_run_knows_cost_nothing(
    changes, computed, monkeypatch
):
    trainer = Trainer(Settings(**changes))
    trainer.advance(3000)
    frame, follower, asked = frame_of(trainer), LandscapeFollower(), []
    follower.follow(frame.settings, frame.rows_here, (0, 1), anew=True)
    shown = follower.scene(frame, None, follower.bounds, None)
    own = losses_at(frame.settings, np.vstack(shown.parameters))

    def counted(settings, path):
        asked.append(len(path))
        return losses_at(settings, path)

    monkeypatch.setattr("neuroviz.pictures.landscape.scene.losses_at", counted)
    assert shown.losses == pytest.approx(own, rel=1e-9)
    assert sum(asked) <= computed
    before = shown.standing(shown.path[:3], shown.path[2])
    assert before.losses == pytest.approx(own[[0, 1, 2, 2, 2]], rel=1e-9)


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
    # What was in sight when another start was chosen stays so, in its own plane alone.
    follower = followed(AND, 300)
    follower.start_elsewhere((-50.0, 60.0, -70.0, 80.0))
    follower.follow(AND, rows_of(AND, 300), (0, 2), anew=True)
    assert follower.bounds == followed(AND, 300, (0, 2)).bounds


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
    """One landscape for all.

    Every path is in sight at every moment, and a range that still holds them stays.
    """
    fast, follower, before = (
        LINE.replace(optimizer="adam", learning_rate=0.5),
        LandscapeFollower(),
        None,
    )
    for steps in range(0, 60, 2):
        run = other(fast, steps)
        follower.follow(LINE, rows_of(LINE, steps), (0, 1), OtherRuns((run,)), anew=True)
        both = np.vstack((run.path, follower.path.parameters))
        assert holds(follower.bounds, both)
        if before is not None and _has_room(before, both):
            assert follower.bounds == before
        before = follower.bounds


def test_the_principal_plane_is_that_of_all_paths():
    settings, fast = (
        Settings("sum", learning_rate=1e-4),
        Settings("sum", optimizer="adam", learning_rate=0.05),
    )
    rows, run = rows_of(settings, 40), other(fast, 40)
    follower = LandscapeFollower()
    follower.follow(settings, rows, "principal", OtherRuns((run,)), anew=True, exact=True)
    both = np.vstack((np.column_stack([rows.parameter(i) for i in range(4)]), run.path))
    values = np.linalg.svd(both - both.mean(axis=0), compute_uv=False) ** 2
    assert follower.plane.share == pytest.approx(values[:2].sum() / values.sum(), abs=1e-9)
