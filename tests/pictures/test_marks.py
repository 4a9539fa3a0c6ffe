import dataclasses

import numpy as np
import pytest

from neuroviz.pictures.marks import (
    Arrow,
    ColourMap,
    Curve,
    EndLabel,
    Points,
    Polygons,
    Segments,
    Text,
)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Curve([0, 1], [0], "#3355D6"), r"x \(2,\), y \(1,\)"),
        (lambda: Points([[0]], [[0]], "#3355D6"), "shape"),
        (lambda: Segments([0], [0], [0], [], "#3355D6"), "shape"),
        (
            lambda: ColourMap(np.zeros(3), (0, 1, 0, 1), ("#FFFFFF", "#000000"), 0, 1),
            "rows, columns",
        ),
        (
            lambda: ColourMap(np.zeros((2, 2)), (0, 1, 0, 1), ("#FFFFFF", "#000000"), 1, 1),
            "low < high",
        ),
        (
            lambda: ColourMap(np.zeros((0, 2)), (0, 1, 0, 1), ("#FFFFFF", "#000000"), 0, 1),
            "rows, columns",
        ),
        (
            lambda: ColourMap(np.zeros((2, 2)), (0, 0, 0, 1), ("#FFFFFF", "#000000"), 0, 1),
            "left < right",
        ),
        (lambda: ColourMap(np.zeros((2, 2)), (0, 1, 0, 1), ("#FFFFFF",), 0, 1), "two stops"),
        (
            lambda: ColourMap(
                np.zeros((2, 2)), (0, 1, 0, 1), ("#FFFFFF", "#000000"), 0, 1, middle=1
            ),
            "middle",
        ),
        (lambda: Polygons(np.zeros((2, 4, 2)), ("#FFFFFF",)), r"\(1, C, 2\)"),
        (lambda: Polygons(np.zeros((1, 4, 3)), ("#FFFFFF",)), r"\(1, C, 2\)"),
    ],
)
def test_mark_that_makes_no_sense_is_refused(make, said):
    """Columns of different lengths and incomplete maps are refused by name.

    Extent, range or colours are missing.
    """
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize("columns", [((), ()), ([1], [2]), (np.arange(3), (0.5, 1.5, 2.5))])
def test_any_columns_of_one_length_are_taken(columns):
    """Lists, tuples and arrays will do, empty ones too."""
    assert Curve(*columns, "#000000").x is columns[0]
    assert Points(*columns, "#000000").y is columns[1]
    assert Segments(*columns, *columns, "#000000").x1 is columns[0]


def test_marks_do_not_change():
    """A mark that was declared stays as it was."""
    for mark in (
        Arrow(0, 0, 1, 1, "#000000"),
        Text(0, 0, "w", "#000000"),
        EndLabel(0, 0, "b", "#000000"),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
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
