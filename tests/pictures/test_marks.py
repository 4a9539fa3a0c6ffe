import numpy as np
import pytest

from neuroviz.pictures.marks import Arrow, ColourMap, EndLabel, Text


def test_marks_do_not_change():
    """A mark that was declared stays as it was."""
    for mark in (
        Arrow(0, 0, 1, 1, "#000000"),
        Text(0, 0, "w", "#000000"),
        EndLabel(0, 0, "b", "#000000"),
    ):
        with pytest.raises(AttributeError):
            mark.x = 1.0


@pytest.mark.parametrize("middle", [0.2, 0.5, 0.8])
def test_a_colour_map_may_have_its_middle_anywhere(middle):
    """Linear from the low end to the middle and from there to the high end, and no farther."""
    values = np.array([[-5.0, 0.0, middle / 2, middle, (1 + middle) / 2, 1.0, 1e308]])
    colours = ColourMap(values, (0, 1, 0, 1), ("#FFFFFF", "#000000"), 0, 1, middle=middle)
    assert colours.shares[0] == pytest.approx([0, 0, 0.25, 0.5, 0.75, 1, 1])


def test_a_colour_map_without_a_middle_is_linear():
    """From end to end, and no farther."""
    colours = ColourMap(
        np.array([[-9.0, 1.0, 2.0, 5.0, 1e308]]), (0, 1, 0, 1), ("#FFFFFF", "#000000"), 1, 5
    )
    assert colours.shares[0].tolist() == [0, 0, 0.25, 1, 1]
