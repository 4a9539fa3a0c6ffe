"""Why one neuron cannot part two classes, in dashes over the data and in words."""

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.pictures.data.figure import data_scene
from neuroviz.pictures.data.overlap import overlap_marks, reason
from neuroviz.pictures.palette import PAPER

TRIANGLE = [[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]]


def dashes_of(settings):
    """Give the places of the dashed lines, each by its two ends."""
    scene = data_scene(settings)
    return {
        frozenset(((x0, y0), (x1, y1)))
        for mark in overlap_marks(scene, PAPER).values()
        for x0, y0, x1, y1 in zip(mark.x0, mark.y0, mark.x1, mark.y1, strict=True)
    }


@pytest.mark.parametrize(
    ("inputs", "targets", "lines", "said"),
    [
        (
            [*TRIANGLE, [1.0, 1.0]],
            [0, 0, 0, 1],
            {((0, 0), (4, 0)), ((4, 0), (0, 4)), ((0, 4), (0, 0)), ((1, 1), (1, 1))},
            "a point of class 1 lies within the dashed triangle of class 0",
        ),
        (
            [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]],
            [0, 0, 1, 1],
            {((0, 0), (1, 1)), ((0, 1), (1, 0))},
            "the dashed lines, each within a class, cross",
        ),
        (
            [[0.0, 0.0], [0.0, 0.0]],
            [0, 1],
            {((0, 0), (0, 0))},
            "points of both classes are at the same place",
        ),
        ([*TRIANGLE, [3.0, 3.0]], [0, 0, 0, 1], set(), None),
    ],
    ids=["within a triangle", "crossing", "at one place", "parted"],
)
def test_what_no_line_parts_is_joined_by_every_side(inputs, targets, lines, said):
    """A triangle has three, a point one without a length; of what can be parted there is none."""
    settings = Settings("own", data=Dataset(inputs, targets, classes=True))
    assert dashes_of(settings) == {frozenset(ends) for ends in lines}
    words = reason(settings)
    assert (words is None) == (said is None)
    assert said is None or said in words
