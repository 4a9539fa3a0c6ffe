import numpy as np
import pytest

from neuroviz.pictures.landscape.contours import Contour, LossMap
from neuroviz.pictures.palette import PAPER


def rising(high=3.0):
    """Give a map whose loss rises from 1 from left to right, evenly in what is shown."""
    u, v = np.linspace(-1, 1, 5), np.linspace(0, 6, 4)
    losses = np.tile(np.geomspace(1, high, 5) if high > 100 else np.linspace(1, high, 5), (4, 1))
    return LossMap(u, v, losses)


def test_cells_reach_half_beyond_the_outermost_points():
    assert rising().marks(PAPER)["losses"].extent == pytest.approx((-1.25, 1.25, -1, 7))


@pytest.mark.parametrize("high", [3.0, 1e4])
def test_colours_are_even_on_the_scale_and_what_is_no_loss_has_the_highest(high):
    loss_map = rising(high)
    loss_map.losses[0, 0] = np.nan
    loss_map.losses[0, 1] = np.inf
    colours = loss_map.marks(PAPER)["losses"]
    assert colours.shares[1] == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert colours.shares[0] == pytest.approx([1, 1, 0.5, 0.75, 1])
    assert colours.label == ("loss" if high == 3 else "log₁₀ of the loss")


def test_a_line_has_its_number_where_there_is_room():
    lines = [
        Contour(np.zeros(2), np.zeros(2), text, place)
        for text, place in (("1", (0.5, 2.0)), ("2", None))
    ]
    marks = rising().marks(PAPER, lines)
    assert [key for key in marks if key[0] == "number"] == [("number", 0)]
    number = marks["number", 0]
    assert (number.x, number.y, number.text, number.centred) == (0.5, 2.0, "1", True)
