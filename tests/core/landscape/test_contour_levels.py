import math

import numpy as np
import pytest

from neuroviz.core.landscape.contour_levels import levels
from tests.for_each import for_each

ROUND = {1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0}


def mantissa(number):
    return float(f"{number:.9e}".split("e")[0])


@for_each("ratio", [*np.geomspace(1.0001, 99, 40), *np.geomspace(101, 1e60, 120)])
@for_each("low", [3.7e-9, 0.02, 1.0, 814.0])
def test_levels_are_8_to_12_round_numbers_in_the_range(low, ratio):
    """Any range has 8 to 12 levels, ascending; logarithmic ones begin with a round digit."""
    scale = levels(np.array([[low, low * ratio]]))
    assert 8 <= len(scale.values) <= 12
    assert (np.diff(scale.values) > 0).all()
    assert low * (1 - 1e-9) <= scale.values[0]
    assert scale.values[-1] <= low * ratio * (1 + 1e-9)
    assert scale.log == (ratio > 100)
    assert (scale.low, scale.high) == (low, low * ratio)
    if scale.log:
        assert {mantissa(number) for number in scale.values} <= ROUND
        gaps = np.diff(np.log(scale.values))
        assert gaps.max() < math.log(ratio) / 4
    else:
        step = np.diff(scale.values)
        assert step == pytest.approx(np.full(len(step), step[0]), rel=1e-6)
        assert mantissa(step[0]) in {1, 1.5, 2, 2.5, 3, 4, 5, 7.5}
        assert scale.values / step[0] == pytest.approx(np.round(scale.values / step[0]), abs=1e-6)


def test_levels_that_a_person_would_draw():
    """Three decades are 1, 2, 5; a range of 0 … 10 goes by ones."""
    assert levels(np.array([1e-3, 1.0])).values == pytest.approx(
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
    )
    assert levels(np.array([0.7, 10.4])).values == pytest.approx(np.arange(1, 11))


@pytest.mark.parametrize(("ratio", "log"), [(100.0, False), (100.001, True)])
def test_a_scale_is_logarithmic_from_a_hundred_on(ratio, log):
    assert levels(np.array([0.5, 0.5 * ratio])).log == log


@pytest.mark.parametrize(("difference", "lines"), [(0.9e-12, False), (1.2e-12, True)])
def test_a_loss_that_varies_by_less_than_rounding_is_flat(difference, lines):
    assert (len(levels(np.array([1.0, 1.0 + difference])).values) > 0) == lines


@pytest.mark.parametrize(("first", "low"), [(1.01e-6, 1.01e-6), (0.5e-6, 1e-6), (1e-9, 1e-6)])
def test_the_lowest_thousandth_stretches_the_scale_by_a_thousand_at_most(first, low):
    """Of 1,001 losses two are few.

    The low end is a thousandth of the second lowest, where the least is less.
    """
    losses = np.concatenate(([first], np.geomspace(1e-3, 1.0, 1000)))
    assert levels(losses).low == pytest.approx(low, rel=1e-9)


def test_zeros_are_at_the_low_end():
    """A minimum whose loss is exactly 0 does not take the logarithm away.

    It stands at its low end.
    """
    scale = levels(np.array([[0.0, 1e-6], [1.0, 10.0]]))
    assert (scale.log, scale.low, scale.high) == (True, 1e-6, 10)
    assert scale.heights(np.array([0.0, 1e-6, 10.0])).tolist() == [0, 0, 1]


def test_one_point_at_a_minimum_does_not_stretch_the_scale():
    """A point of the line's grid that stands at (10, 5).

    Rounding leaves 1e-30, is no range of sizes.
    """
    u, v = np.linspace(-5, 15, 41), np.linspace(-1, 7, 41)[:, None]
    losses = (u - 10) ** 2 * 91 / 6 + 7 * (u - 10) * (v - 5) + (v - 5) ** 2
    losses[30, 30] = 1e-30
    scale = levels(losses)
    assert scale.log
    assert np.sort(losses, axis=None)[1] / 1000 == pytest.approx(scale.low)
    assert scale.heights(losses)[30, 30] == 0


def test_zeros_beside_one_size_of_loss_are_linear():
    """0 and 1 … 50 are no range of sizes."""
    scale = levels(np.array([0.0, 1.0, 50.0]))
    assert (scale.log, scale.low, scale.high) == (False, 0, 50)


def test_what_is_not_finite_does_not_count():
    """NaN where nothing is computed yet, infinity where a loss is no float."""
    scale = levels(np.array([[np.nan, 2.0], [8.0, np.inf]]))
    assert (scale.log, scale.low, scale.high) == (False, 2, 8)
    heights = scale.heights(np.array([np.nan, np.inf, 5.0, 1.0]))
    assert np.isnan(heights[0])
    assert heights[1:].tolist() == [1, 0.5, 0]


@pytest.mark.parametrize(
    "losses", [[0.0, 0.0], [0.25, 0.25 + 1e-15], [3e200], [np.nan], [np.inf, np.nan]]
)
def test_a_flat_loss_has_no_contours(losses):
    """One loss everywhere, or none known: no lines, and a scale that can still be divided by."""
    scale = levels(np.array(losses))
    assert len(scale.values) == 0
    assert not scale.log
    assert scale.low < scale.high


def test_heights_are_even_in_the_logarithm():
    scale = levels(np.array([1e-4, 1e4]))
    assert scale.heights(np.array([1e-4, 1e-2, 1.0, 1e2, 1e4])) == pytest.approx(
        [0, 0.25, 0.5, 0.75, 1]
    )


def test_a_loss_that_has_collapsed_is_even_in_the_logarithm():
    """The greatest over the least loss is no float there.

    Every step of ten is as wide as any other all the same.
    """
    exponents = np.arange(-320, 1, 40)
    losses = 10.0**exponents
    scale = levels(losses)
    assert scale.log
    assert scale.heights(losses) == pytest.approx(np.linspace(0, 1, len(losses)), abs=1e-4)
    assert np.isfinite(scale.heights(np.array([0.0, 1e308]))).all()


@pytest.mark.parametrize("losses", [[2.5e307], [1.7e308], [1e-320, 2e-320], [0.0, 5e-324]])
def test_losses_at_the_ends_of_the_floats_have_a_scale(losses):
    """One loss near the greatest float, or several that hardly differ from 0, are flat."""
    scale = levels(np.array(losses))
    assert not len(scale.values)
    assert scale.low < scale.high < math.inf
    assert np.isfinite(scale.heights(np.array(losses))).all()


def test_levels_up_to_the_greatest_float():
    scale = levels(np.array([1e307, 1.7e308]))
    assert 8 <= len(scale.values) <= 12
    assert np.isfinite(scale.values).all()
