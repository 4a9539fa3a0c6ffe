import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import losses_at
from neuroviz.core.landscape.minimum import minimum
from neuroviz.core.landscape.plane import Plane, slice_plane
from neuroviz.pictures.landscape import words
from neuroviz.pictures.landscape.run_marks import OtherRun, OtherRuns
from neuroviz.pictures.landscape.scene import LandscapeScene

AND, LINE = Settings("and"), Settings("line")


def scene(settings, point, **others):
    point = np.array(point, dtype=np.float64)
    return LandscapeScene(settings, slice_plane(settings, point, 0, 1), point[None], **others)


def test_a_place_is_read_with_its_loss():
    """The line is exact at w = 10, b = 5; one off in b it has a loss of 1."""
    plane = slice_plane(LINE, np.zeros(2), 0, 1)
    assert words.at_place(LINE, plane, 10, 6) == "w₁ 10   b 6   loss 1"


def test_a_step_is_read_with_epoch_loss_and_parameters():
    said = words.at_step(AND, 10, 4, np.zeros(3))
    assert said.startswith("step 10, epoch 2.5   loss 0.6931   w₁ 0")


def test_what_is_held_fixed_is_said_and_where_the_minimum_is():
    said = words.at_rest(scene(AND, (1, 2, 3), minimum=minimum(AND, np.zeros(3))), 1)
    assert said == (
        "a slice at b = 3 · the whole has no lowest point · dashed arrow: the share of sample 2"
    )
    line = words.at_rest(scene(LINE, (0, 0), minimum=minimum(LINE, np.zeros(2))), None)
    assert line == "the least-squares minimum: loss 0"  # and not what rounding leaves of it
    whole = words.at_rest(scene(LINE, (0, 0), minimum=minimum(LINE, np.zeros(2))), None, whole=True)
    assert whole == "The least-squares minimum, in closed form: loss 0"


def test_a_minimum_off_the_slice_is_said_to_be():
    """The least squares of AND have b = -1/4: on that slice nothing is said."""
    settings = Settings("and", activation="identity", loss="mse")
    off, on = (
        scene(settings, (0, 0, b), minimum=minimum(settings, np.zeros(3))) for b in (0.9, -0.25)
    )
    assert words.at_rest(off, None).endswith(
        " · the least-squares minimum: loss 0.0625, off the slice"
    )
    assert words.at_rest(on, None).endswith(" · the least-squares minimum: loss 0.0625")


def test_a_pale_path_is_explained():
    """By how much the slice is wrong about it."""
    on = scene(AND, (1, 2, 3))
    off = replace(on, path=np.array(((1.0, 2.0, 9.0), (1.0, 2.0, 3.0))))
    assert "faded" not in words.at_rest(on, None)
    own, seen = losses_at(AND, off.path[:1])[0], losses_at(AND, on.path)[0]
    most = f"up to {100 * (own - seen) / own:.0f} %"
    assert f"path: loss {most} off" in words.at_rest(off, None)
    assert f"differs by {most} from the slice's" in words.at_rest(off, None, whole=True)


def test_the_plane_of_hidden_neurons_says_what_it_goes_through_and_what_of_the_path_it_holds():
    settings = Settings("xor", hidden=3)
    path = np.zeros((3, 13))
    path[1, :3], path[2, :2] = (1, 2, 1), (4, 0)  # 1 of 5 + 1 + 16 squared is off the plane
    plane = Plane(path[0], np.eye(13)[:2], ("direction 1", "direction 2"), "path")
    said = words.at_rest(LandscapeScene(settings, plane, path), None)
    assert said.startswith("a slice through start, ball and 95.4 % of the path")
    alone = LandscapeScene(settings, plane, path[:1])
    assert words.at_rest(alone, None) == "a slice through the ball"


def test_of_a_race_it_is_said_how_far_off_each_is_and_who_is_not_seen():
    """Off the slice at its own loss; out of sight, from the edge.

    Of one that is both only that it is not seen: it stands at the edge.
    """
    ends = {"on": (1, 2, 3), "off": (1, 2, 3.5), "far": (8, 9, 3), "both": (1, -9, 13)}
    runs = tuple(
        OtherRun(name, slot, np.array([point], dtype=float), said=f"0.{slot}")
        for slot, (name, point) in enumerate(ends.items())
    )
    race = OtherRuns(runs, name="own", slot=9, said="0.9")
    said = words.of_race(scene(AND, (1, 2, 3), other_runs=race, extent=(0, 5, 0, 5)))
    assert said == (
        "a slice at b = 3 · beyond the edge: far by 5, both by 9"
        " · off is 0.5 off the slice, and stands at its own loss"
    )
    pinned = scene(AND, (1, 2, 3), other_runs=OtherRuns(runs[:2]), extent=(0, 5, 0, 5))
    assert words.at_rest(pinned, None) == "a slice at b = 3 · off is 0.5 off the slice"
    alone = scene(AND, (1, 2, 3), other_runs=OtherRuns(runs[:1]), extent=(0, 5, 0, 5))
    assert words.at_rest(alone, None) == "a slice at b = 3"


def test_that_lines_are_steps_is_said_where_there_are_lines():
    """Of a tail that is all in one place there is nothing to see, nor of one that has left."""

    def said(length):
        way = np.array([(1, 2, 3), (1 + length, 2, 3)], dtype=float)
        race = OtherRuns((OtherRun("one", 0, way, said="0.1"),), name="own", slot=9, said="0.9")
        return words.of_race(scene(AND, (1, 2, 3), other_runs=race, extent=(0, 5, 0, 5)))

    assert said(0.2) == "a slice at b = 3"
    assert said(0.3) == "a slice at b = 3 · a straight line is one step"
    assert said(5) == "a slice at b = 3 · beyond the edge: one by 1"
