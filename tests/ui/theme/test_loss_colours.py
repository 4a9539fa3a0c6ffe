import numpy as np

from neuroviz.ui.theme.loss_colours import DARK_INK, LIGHT_INK, sequential_table


def luminance(rgb):
    """Relative luminance as WCAG 2 defines it."""
    share = np.asarray(rgb, dtype=float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(first, second):
    low, high = np.sort(np.stack(np.broadcast_arrays(first, second)), axis=0)
    return (high + 0.05) / (low + 0.05)


def test_a_higher_loss_is_never_darker():
    lightness = luminance(sequential_table())
    assert sequential_table().shape == (256, 3)
    assert (np.diff(lightness) >= -0.002).all()
    assert lightness[-1] - lightness[0] > 0.5


def test_one_of_the_two_inks_is_seen_on_every_colour():
    """At least 3:1, what WCAG asks of graphics."""
    inks = [luminance((ink.red(), ink.green(), ink.blue())) for ink in (LIGHT_INK, DARK_INK)]
    lightness = luminance(sequential_table())
    assert np.maximum(*(contrast(lightness, ink) for ink in inks)).min() >= 3


def test_no_colour_is_an_orange_or_a_blue_of_the_classes():
    """Those mean classes and signs: far from Okabe and Ito's orange and blue."""
    for meaning in ((230, 159, 0), (0, 114, 178)):
        assert np.abs(sequential_table().astype(int) - meaning).sum(axis=1).min() > 60
