from types import SimpleNamespace

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape import loss_grid
from neuroviz.core.landscape.loss_grid import FULL
from neuroviz.core.landscape.plane import slice_plane
from neuroviz.core.slices import CostLimiter, finished
from neuroviz.session.landscape import maps as module
from neuroviz.session.landscape.maps import MapMaker, contour_work

AND, EXTENT = Settings("and"), (-5.0, 5.0, -4.0, 4.0)


def plane_at(bias):
    return slice_plane(AND, np.array((0.0, 0.0, bias)), 0, 1)


def bce(w1, w2, b):
    """Mean binary cross-entropy of AND, from its definition."""
    z = np.array([w1 * x1 + w2 * x2 + b for x1, x2 in ((0, 0), (0, 1), (1, 0), (1, 1))])
    return np.mean(np.log1p(np.exp(z)) - z * np.array((0, 0, 0, 1)))


def made(maker, plane, extent=EXTENT):
    for _ in maker.refine(AND, plane, extent):
        pass
    return maker.loss_map


@pytest.fixture
def clock(monkeypatch):
    """Time that stands still until a test moves it."""
    now = SimpleNamespace(seconds=0.0)

    def passing():
        now.seconds += 1e-3
        return now.seconds

    monkeypatch.setattr(module, "CostLimiter", lambda share: CostLimiter(share, passing))
    return now


def test_the_full_map_is_the_loss_from_edge_to_edge():
    maker = MapMaker()
    loss_map = made(maker, plane_at(1.0))
    assert loss_map.losses.shape == (FULL, FULL)
    assert (loss_map.u[0], loss_map.u[-1], loss_map.v[0], loss_map.v[-1]) == EXTENT
    for row, column in ((0, 0), (17, 120), (199, 3)):
        assert loss_map.losses[row, column] == pytest.approx(
            bce(loss_map.u[column], loss_map.v[row], 1.0), rel=1e-6
        )
    assert maker.is_full(AND, plane_at(1.0), EXTENT)
    assert not maker.is_full(AND, plane_at(1.0 + 1e-9), EXTENT)
    assert not maker.is_full(AND, plane_at(1.0), (-5.0, 5.0, -4.0, 4.1))


def test_the_full_map_of_very_many_samples_has_fewer_points(monkeypatch):
    monkeypatch.setattr(loss_grid, "_MOST_NUMBERS", 40_000)
    maker = MapMaker()
    assert made(maker, plane_at(1.0)).losses.shape == (100, 100)
    assert maker.is_full(AND, plane_at(1.0), EXTENT)


def test_what_has_not_moved_is_not_computed_again(clock):
    maker = MapMaker()
    made(maker, plane_at(1.0))
    points = maker.points
    clock.seconds += 10
    assert maker.follow(AND, plane_at(1.0), EXTENT) is None
    # A ten-thousandth of what is in sight.
    assert maker.follow(AND, plane_at(1.001), EXTENT) is None
    assert maker.points == points


def test_a_slice_that_moves_has_a_coarse_map_when_it_is_time(clock):
    """The clock says when; a share of a twenty-fifth of the time is the map's."""
    maker = MapMaker()
    first = maker.follow(AND, plane_at(1.0), EXTENT)
    assert first.losses.shape[0] < FULL
    assert maker.follow(AND, plane_at(2.0), EXTENT) is None
    clock.seconds += 10
    moved = maker.follow(AND, plane_at(2.0), EXTENT)
    assert moved.losses[0, 0] == pytest.approx(bce(-5, -4, 2.0), rel=1e-6)


def test_other_ranges_are_shown_at_once(clock):
    """A hole beside a map would be seen."""
    maker = MapMaker()
    maker.follow(AND, plane_at(1.0), EXTENT)
    wider = maker.follow(AND, plane_at(1.0), (-9.0, 9.0, -4.0, 4.0))
    assert wider.u[0] == -9


def test_after_forgetting_everything_is_made_anew():
    maker = MapMaker()
    made(maker, plane_at(1.0))
    maker.forget()
    assert (maker.loss_map, maker.due) == (None, True)


def test_lines_are_where_the_loss_is_theirs():
    loss_map = made(MapMaker(), plane_at(1.0))
    found = contour_work(loss_map, np.empty((0, 2)), (0.2, 0.4)).found
    assert len(found) >= 5
    for line in found:
        x, y = (values[np.isfinite(line.x)] for values in (line.x, line.y))
        losses = [bce(*point, 1.0) for point in zip(x[::20], y[::20], strict=True)]
        assert losses == pytest.approx([float(line.text)] * len(losses), rel=0.02)
    right = max(float(np.nanmax(line.x)) for line in found)
    assert right == pytest.approx(loss_map.u[-1], abs=1e-9)  # up to the edge of the map


def test_the_numbers_of_a_moving_map_come_one_by_one():
    """The lines are there at once; with their numbers they are those that are made in one go."""
    loss_map = made(MapMaker(), plane_at(1.0))
    lines = contour_work(loss_map, np.empty((0, 2)), (0.2, 0.4))
    first = lines.found
    assert {line.label for line in first} == {None}
    slices = len(list(lines.work()))
    found = lines.found
    assert slices == len(first)
    whole = finished(contour_work(loss_map, np.empty((0, 2)), (0.2, 0.4)).work())
    assert [line.label for line in found] == [line.label for line in whole]
    assert sum(line.label is not None for line in found) >= 3
    for line, bare in zip(found, first, strict=True):
        kept = np.isfinite(line.x)
        assert np.array_equal(line.x[kept], bare.x[kept])
