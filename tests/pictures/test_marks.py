import dataclasses

import numpy as np
import pytest

from neuroviz.pictures.marks import Arrow, ColourMap, Curve, EndLabel, Points, Polygons, Segments, Text


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Curve([0, 1], [0], "#3355D6"), r"x \(2,\), y \(1,\)"),
        (lambda: Points([[0]], [[0]], "#3355D6"), "shape"),
        (lambda: Segments([0], [0], [0], [], "#3355D6"), "shape"),
        (lambda: ColourMap(np.zeros(3), (0, 1, 0, 1), ("#FFFFFF", "#000000"), 0, 1), "rows, columns"),
        (lambda: ColourMap(np.zeros((2, 2)), (0, 1, 0, 1), ("#FFFFFF", "#000000"), 1, 1), "low < high"),
        (lambda: ColourMap(np.zeros((0, 2)), (0, 1, 0, 1), ("#FFFFFF", "#000000"), 0, 1), "rows, columns"),
        (lambda: ColourMap(np.zeros((2, 2)), (0, 0, 0, 1), ("#FFFFFF", "#000000"), 0, 1), "left < right"),
        (lambda: ColourMap(np.zeros((2, 2)), (0, 1, 0, 1), ("#FFFFFF",), 0, 1), "two stops"),
        (lambda: Polygons(np.zeros((2, 4, 2)), ("#FFFFFF",), "#000000"), r"\(1, C, 2\)"),
        (lambda: Polygons(np.zeros((1, 4, 3)), ("#FFFFFF",), "#000000"), r"\(1, C, 2\)"),
    ],
)
def test_mark_that_makes_no_sense_is_refused(make, said):
    """Columns of different lengths and maps without extent, range or colours are refused by name."""
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
    for mark in (Arrow(0, 0, 1, 1, "#000000"), Text(0, 0, "w", "#000000"), EndLabel(0, 0, "b", "#000000")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            mark.x = 1.0
