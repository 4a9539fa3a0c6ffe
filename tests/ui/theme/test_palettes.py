import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.data.figure import data_scene
from neuroviz.pictures.palette import LOSS, PAPER
from neuroviz.ui.theme.colours import DARK, DARK_INK, LIGHT, LIGHT_INK, colour_table
from tests.eye import contrast, luminance


def rgb(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def test_a_table_runs_from_stop_to_stop():
    """Its ends and its middle are the stops, and between them the colours are mixed evenly."""
    table = colour_table(("#000000", "#646464", "#ff0000"), 5)
    assert table.tolist() == [[0, 0, 0], [50, 50, 50], [100, 100, 100], [178, 50, 50], [255, 0, 0]]
    assert colour_table(("#000000", "#ffffff")).shape == (256, 3)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_undecided_is_the_ground(theme):
    """Classes go from the one colour through the card to the other.

    They stay paler than the samples on them.
    """
    low, middle, high = theme.palette.diverging
    assert middle == theme.palette.ground == theme.card
    for end, colour in ((low, theme.negative), (high, theme.positive)):
        share = (np.array(rgb(end)) - rgb(middle)) / (np.array(rgb(colour)) - rgb(middle))
        assert share == pytest.approx([0.6] * 3, abs=0.03)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_samples_are_seen_on_the_ground_of_their_own_class(theme):
    """One of the two rings round them stands out from it, the other from the first."""
    palette = theme.palette
    marks = data_scene(Settings("and")).marks(None, (0, 1, 0, 1), (2, 2), palette)
    for name, ground in (("class 0", palette.diverging[0]), ("class 1", palette.diverging[-1])):
        inner, outer = marks[name], marks["ring", name]
        assert contrast(outer.color, ground) >= 3
        assert contrast(outer.color, inner.outline) >= 3
        assert inner.size + 2 <= outer.size <= inner.size + 4  # as much outside as its own


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_numbers_go_away_from_the_ground(theme):
    """The lowest is nearest to the card, and each stop is farther from it."""
    stops = theme.palette.sequential
    away = [abs(np.mean(rgb(stop)) - np.mean(rgb(theme.card))) for stop in stops]
    assert away == sorted(away)


COLOURS = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in colour_table(LOSS)]
"""Of losses, from low to high."""


def test_a_higher_loss_is_never_darker():
    lightness = [luminance(colour) for colour in COLOURS]
    assert colour_table(LOSS).shape == (256, 3)
    assert (np.diff(lightness) >= -0.002).all()
    assert lightness[-1] - lightness[0] > 0.5


def test_one_of_the_two_inks_is_seen_on_every_colour():
    """At least 3:1, what WCAG asks of graphics."""
    for colour in COLOURS:
        assert max(contrast(colour, ink.name()) for ink in (LIGHT_INK, DARK_INK)) >= 3


def test_no_colour_is_an_orange_or_a_blue_of_the_classes():
    """Those mean classes and signs: far from Okabe and Ito's orange and blue."""
    for meaning in ((230, 159, 0), (0, 114, 178)):
        assert np.abs(colour_table(LOSS).astype(int) - meaning).sum(axis=1).min() > 60


def test_screen_and_paper_have_one_palette():
    """Accent, parameters, signs and error are the same in the light theme and in a file."""
    on_screen = LIGHT.palette
    for name in ("accent", "positive", "negative", "error"):
        assert getattr(on_screen, name) == getattr(PAPER, name), name
    assert on_screen.series == PAPER.series
    assert len(DARK.series) == len(LIGHT.series) == 8
