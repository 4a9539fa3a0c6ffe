import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import start_grid
from neuroviz.pictures.sweep.basins import basins, said_of
from tests.pictures.sweep.test_figure import result_of

STARTS = start_grid(Settings("and"), 5.0, 10)


def of_starts(losses, diverged_at=None):
    """Give a result of a map of ten by ten starts."""
    return result_of(losses, diverged_at, Settings("and"), 1.0, STARTS)


def test_starts_that_end_close_to_each_other_share_a_letter():
    """Two minima, a few on the way between them that have none, the lowest first."""
    losses = np.repeat([0.01, 0.25], 50) * np.linspace(1, 1.01, 100)
    losses[49] = 0.08
    result = of_starts(losses, [0] * 99 + [5])
    low, high = found = basins(result)
    assert (low.letter, low.share, high.letter, high.share) == ("A", 0.49, "B", 0.49)
    assert (low.low, high.high) == (losses[:49].min(), losses[:99].max())
    assert low.cells.sum() == 49
    assert said_of(result, found) == [low.said, high.said, "others: 1.0 % of the starts"]


def test_a_loss_that_goes_on_without_a_gap_is_one_minimum():
    """Starts that have not come to their end differ by more than a quarter.

    From their neighbours they do not.
    """
    (one,) = basins(of_starts(np.geomspace(0.01, 0.03, 100)))
    assert one.share == 1
    assert one.loss == "0.01 to 0.03"


def test_losses_next_to_nothing_are_one_minimum():
    (one,) = basins(of_starts(np.geomspace(1e-30, 1e-12, 100)))
    assert one.letter == "A"


def test_those_that_diverged_end_in_no_minimum():
    (one,) = basins(of_starts(np.full(100, 0.1), [0] * 60 + [5] * 40))
    assert one.share == 0.6


def test_letters_stand_inside():
    """In the middle of a square, and in each of two that are far apart."""
    cells = np.full((10, 10), 0.3)
    cells[1:4, 1:4] = cells[6:9, 6:9] = 0.01
    (low, _) = basins(of_starts(cells.ravel()))
    assert set(low.places) == {(2, 2), (7, 7)}
