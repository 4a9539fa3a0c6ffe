import itertools
import re

import numpy as np
import pytest

from neuroviz.pictures import palette
from tests.eye import contrast, lab
from tests.for_each import for_each

SINGLE = {
    name: value
    for name, value in vars(palette).items()
    if name.isupper() and isinstance(value, str)
}


def difference(first, second):
    """Give the distance of two hex colours in L*a*b*: about 2 is just seen, 20 plainly."""
    return float(np.linalg.norm(lab(first) - lab(second)))


@for_each("colour", [*SINGLE.values(), *palette.SERIES, *palette.DIVERGING, *palette.SEQUENTIAL])
def test_colour_is_written_as_six_digits(colour):
    """Every colour is #rrggbb, which all file formats take."""
    assert re.fullmatch("#[0-9a-f]{6}", colour)


@for_each(
    "colour",
    [palette.INK, palette.INK_MUTED, *palette.SERIES],
)
def test_text_can_be_read_on_paper(colour):
    """Whatever is used for small text has at least 4.5:1 on the background.

    Labels at curves among it.
    """
    assert contrast(colour, palette.BACKGROUND) >= 4.5


@pytest.mark.parametrize("colour", [palette.NEGATIVE, palette.ACCENT])
def test_lines_can_be_seen_on_paper(colour):
    """Lines have at least 3:1 on the background; orange cannot, and is never the only sign."""
    assert contrast(colour, palette.BACKGROUND) >= 3


@for_each("colour", palette.SERIES)
@for_each("taken", [palette.POSITIVE, palette.NEGATIVE, "#56B4E9", "#D55E00", palette.ACCENT])
def test_curves_of_parameters_look_like_no_class(colour, taken):
    """No curve of a parameter is near orange, blue, sky blue, vermilion or the accent."""
    assert difference(colour, taken) > 30


def test_curves_of_parameters_differ():
    """There are six or more colours of curves, and any two are plainly different."""
    assert len(palette.SERIES) >= 6
    assert min(difference(a, b) for a, b in itertools.combinations(palette.SERIES, 2)) > 20


def test_maps_run_the_right_way():
    """A map of signs is dark at both ends and light between.

    One without a sign darkens all the way.
    """
    negative, neutral, positive = (lab(stop) for stop in palette.DIVERGING)
    assert negative[2] < -10 < 0 < 40 < positive[2]
    assert neutral[0] > max(negative[0], positive[0]) + 10
    assert abs(neutral[1:]).max() < 3
    lightness = [lab(stop)[0] for stop in palette.SEQUENTIAL]
    assert lightness == sorted(lightness, reverse=True)


def test_losses_are_darkest_where_they_are_least_on_the_screen_and_in_files():
    """One meaning of dark; on paper black lines and numbers are read on every stop."""
    for stops in (palette.LOSS, palette.LOSS_ON_PAPER):
        lightness = [lab(stop)[0] for stop in stops]
        assert lightness == sorted(lightness)
    assert len(palette.LOSS_ON_PAPER) == len(palette.LOSS)
    assert min(contrast(palette.INK, stop) for stop in palette.LOSS_ON_PAPER) >= 4.5
