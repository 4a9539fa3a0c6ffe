import itertools
import re

from neuroviz.pictures.palette import ACCENT, run_style
from neuroviz.session.going import MOST
from neuroviz.ui.theme.colours import DARK, LIGHT
from tests.for_each import for_each
from tests.pictures.test_palette import contrast, difference

STYLES = [run_style(slot) for slot in range(24)]


def test_runs_of_a_whole_race_differ_in_colour_and_in_shape():
    """Their lines are solid, and no two share a colour, dark or light."""
    race = STYLES[:MOST]
    assert len({style.shape for style in race}) == MOST
    assert all(style.dash == () for style in race)
    for first, second in itertools.combinations(race, 2):
        assert difference(first.colour, second.colour) > 20
        assert difference(first.colour_dark, second.colour_dark) > 15


def test_later_runs_repeat_no_line_and_no_ball():
    """Where a colour comes again, dashes and shape are others."""
    assert len({(style.colour, style.dash) for style in STYLES}) == len(STYLES)
    assert len({(style.colour, style.shape) for style in STYLES}) == len(STYLES)


def test_dashes_are_pairs_of_lengths():
    """Pens take dashes and gaps in turn, all of them longer than nothing."""
    assert all(
        len(style.dash) % 2 == 0 and all(length > 0 for length in style.dash) for style in STYLES
    )


@for_each("style", STYLES[:MOST])
def test_colours_can_be_read_on_their_ground(style):
    """A run's name can be written in its colour.

    4.5:1 on card and ground, light and dark, and on paper.
    """
    for theme, colour in ((LIGHT, style.colour), (DARK, style.colour_dark)):
        assert re.fullmatch("#[0-9a-f]{6}", colour)
        assert contrast(colour, theme.card) >= 4.5
        assert contrast(colour, theme.background) >= 4.5
    assert contrast(style.colour, "#FFFFFF") >= 4.5


@for_each("style", STYLES[:MOST])
def test_colours_look_like_nothing_that_is_taken(style):
    """No run looks like a class, the run that goes on, or an error."""
    for theme, colour in ((LIGHT, style.colour), (DARK, style.colour_dark)):
        taken = (theme.positive, theme.negative, theme.accent, theme.error)
        assert min(difference(colour, other) for other in taken) > 25
    assert difference(style.colour, ACCENT) > 25
