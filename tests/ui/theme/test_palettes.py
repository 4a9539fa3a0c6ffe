import numpy as np
import pytest

from neuroviz.ui.theme.colours import DARK, LIGHT
from neuroviz.ui.theme.palettes import colour_table, palette_of


def rgb(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def test_a_table_runs_from_stop_to_stop():
    """Its ends and its middle are the stops, and between them the colours are mixed evenly."""
    table = colour_table(("#000000", "#646464", "#ff0000"), 5)
    assert table.tolist() == [[0, 0, 0], [50, 50, 50], [100, 100, 100], [178, 50, 50], [255, 0, 0]]
    assert colour_table(("#000000", "#ffffff")).shape == (256, 3)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_undecided_is_the_ground(theme):
    """Classes go from the one colour through the card to the other, and stay paler than the samples on them."""
    low, middle, high = palette_of(theme).diverging
    assert middle == palette_of(theme).ground == theme.card
    for end, colour in ((low, theme.negative), (high, theme.positive)):
        share = (np.array(rgb(end)) - rgb(middle)) / (np.array(rgb(colour)) - rgb(middle))
        assert share == pytest.approx([0.78] * 3, abs=0.03)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_numbers_go_away_from_the_ground(theme):
    """The lowest is nearest to the card, and each stop is farther from it."""
    stops = palette_of(theme).sequential
    away = [abs(np.mean(rgb(stop)) - np.mean(rgb(theme.card))) for stop in stops]
    assert away == sorted(away)
