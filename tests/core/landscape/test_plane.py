import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.plane import (
    components,
    coordinates,
    distance,
    point_at,
    principal_plane,
    slice_plane,
)

AND = Settings("and")
SPAM = Settings("spam")


def rotation(width, seed=0):
    """Give an orthonormal matrix."""
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(width, width)))[0]


def circle(turns=1.0, points=200):
    angle = 2 * np.pi * turns * np.arange(points) / points
    return np.cos(angle), np.sin(angle)


def test_one_input_is_the_whole():
    """A neuron of one input has no parameter that is held, in whichever order the axes are."""
    plane = slice_plane(Settings("line"), np.array([3.0, -2.0]), 0, 1)
    assert (plane.kind, plane.held, plane.names, plane.share) == ("whole", (), ("w1", "b"), None)
    turned = slice_plane(Settings("line"), np.array([3.0, -2.0]), 1, 0)
    assert turned.names == ("b", "w1")
    assert coordinates(turned, np.array([3.0, -2.0])).tolist() == [-2, 3]


def test_a_slice_goes_through_the_present_point_and_reads_in_values():
    """Coordinates are the two parameters themselves.

    The others are named with what they are held at.
    """
    parameters = np.array([1.5, -2.0, 0.25])
    plane = slice_plane(AND, parameters, 0, 2)
    assert (plane.kind, plane.names, plane.held) == ("slice", ("w1", "b"), (("w2", -2.0),))
    assert coordinates(plane, parameters).tolist() == [1.5, 0.25]
    assert point_at(plane, 1.5, 0.25).tolist() == parameters.tolist()
    assert distance(plane, parameters) == 0
    assert parameters.tolist() == [1.5, -2.0, 0.25]


def test_distance_is_what_the_held_parameters_differ_by():
    """Off a slice by (3, 4) is off by 5, wherever it is seen on it."""
    width = SPAM.parameters.count
    plane = slice_plane(SPAM, np.zeros(width), 5, 100)
    off = np.zeros((2, width))
    off[:, [1, 7]] = 3.0, 4.0
    off[1, [5, 100]] = 1e3, -2e3
    assert distance(plane, off) == pytest.approx([5, 5], rel=1e-14)
    assert coordinates(plane, off).tolist() == [[0, 0], [1e3, -2e3]]


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 3), (-1, 1)])
def test_no_two_parameters_no_slice(first, second):
    with pytest.raises(SettingsError, match="two different parameters out of w1, w2, b"):
        slice_plane(AND, np.zeros(3), first, second)


def test_gradients_have_components_along_the_axes():
    plane = slice_plane(AND, np.ones(3), 2, 0)
    assert components(plane, np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])).tolist() == [
        [3, 1],
        [6, 4],
    ]


def test_principal_directions_are_those_of_an_ellipse():
    """An ellipse in a plane of nine dimensions.

    Its axes are found, and the plane holds all of it.
    """
    settings = Settings("spam", data=None)
    width = len(settings.parameters.names)
    axes, (x, y) = rotation(width)[:, :2].T, circle()
    path = 7.0 + 3 * np.outer(x, axes[0]) + np.outer(y, axes[1])
    plane = principal_plane(path)
    assert np.abs((plane.directions * axes).sum(axis=1)) == pytest.approx([1, 1], abs=1e-12)
    assert plane.origin == pytest.approx(np.full(width, 7.0))
    assert plane.share == pytest.approx(1)
    assert distance(plane, path).max() < 1e-12
    assert point_at(plane, *coordinates(plane, path).T) == pytest.approx(path, abs=1e-12)


def test_the_share_is_that_of_the_squares():
    """Independent ±a, ±b, ±c along three axes have shares a², b², c² over their sum."""
    signs = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, -1).T
    plane = principal_plane(signs * [3.0, 1.0, 2.0])
    assert plane.share == pytest.approx(13 / 14, rel=1e-12)
    assert plane.kind == "principal"
    np.testing.assert_allclose(plane.directions, [[1, 0, 0], [0, 0, 1]], atol=1e-12)
    assert distance(plane, signs * [3.0, 1.0, 2.0]) == pytest.approx(np.ones(8))


def test_directions_do_not_flip_from_frame_to_frame():
    """A plane that follows a growing, winding path turns a little at each frame.

    Never to the other side.
    """
    x, y = circle(turns=3, points=300)
    path = np.column_stack((x * np.linspace(5, 6, 300), y * 2, 0.3 * x * y)) @ rotation(3).T
    plane, worst = None, 1.0
    for end in range(150, 300):
        following = principal_plane(path[:end], plane)
        if plane is not None:
            worst = min(worst, (following.directions * plane.directions).sum(axis=1).min())
        plane = following
    assert worst > 0.9


def test_signs_follow_the_plane_before_and_else_the_greatest_component():
    """From a plane turned to the other side the same path gives the plane on that side."""
    x, y = circle()
    path = np.column_stack((-4 * x, 2 * y, x * y))
    plain = principal_plane(path)
    assert plain.directions[0, 0] == pytest.approx(1, abs=1e-9)
    turned = type(plain)(plain.origin, -plain.directions, plain.names, plain.kind)
    np.testing.assert_array_equal(principal_plane(path, turned).directions, -plain.directions)


def test_a_straight_path_has_a_second_direction_that_stays():
    """Where rounding alone would choose the second direction, the first frame's stays in force."""
    rng, along = np.random.default_rng(1), np.array([2.0, 1.0, -2.0]) / 3
    plane = None
    for points in range(2, 40):
        path = np.outer(np.arange(points), along) + 1e-14 * rng.normal(size=(points, 3))
        following = principal_plane(path, plane)
        np.testing.assert_allclose(
            following.directions @ following.directions.T, np.eye(2), atol=1e-12
        )
        assert np.abs(following.directions[0] @ along) == pytest.approx(1)
        if plane is not None:
            np.testing.assert_allclose(following.directions, plane.directions, atol=1e-9)
        plane = following
    assert plane.share == pytest.approx(1)


def test_a_second_direction_that_has_become_the_first_is_replaced():
    """The old second direction cannot stay where the path now runs along it."""
    x_axis, line = slice_plane(AND, np.zeros(3), 1, 0), np.outer(np.arange(5.0), [1, 0, 0])
    plane = principal_plane(line, x_axis)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)


@pytest.mark.parametrize("points", [1, 2])
def test_a_path_that_has_hardly_begun_has_a_plane(points):
    """One row, or the same row twice: any plane through it holds all of the path."""
    start = np.array([0.5, -0.25, 2.0])
    plane = principal_plane(np.tile(start, (points, 1)))
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2))
    assert coordinates(plane, start).tolist() == [0, 0]
    assert plane.share == 1


def test_the_largest_numbers_have_a_plane():
    """A run that diverges reaches parameters whose squares are infinite."""
    signs = np.array([[1, 1, 1], [-1, 1, 2], [1, -1, 3], [-1, -1, 4.0]])
    plane, plain = principal_plane(1e300 * signs), principal_plane(signs)
    np.testing.assert_allclose(plane.directions, plain.directions, atol=1e-12)
    assert plane.share == pytest.approx(plain.share)
    assert distance(plane, 1e300 * signs) / 1e300 == pytest.approx(distance(plain, signs))


def test_what_is_too_far_away_for_a_float_lies_in_its_direction():
    """Seen from one end of the floats the other is no float away.

    It is put far away, where it belongs.
    """
    plane = slice_plane(AND, np.zeros(3), 0, 1)
    assert coordinates(plane, np.array([1.7e308, -1.7e308, 0])).tolist() == [1e306, -1e306]
    far = principal_plane(np.array([[1.7e308, 1.7e308, 0], [1.7e308, 1.7e308, 1]]))
    assert np.isfinite(coordinates(far, np.array([-1.7e308, -1.7e308, 0]))).all()
    assert np.isfinite(distance(far, np.array([-1.7e308, 1.7e308, 0])))
