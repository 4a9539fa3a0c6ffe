"""The small curve of an activation."""

import pytest
from PySide6.QtGui import QColor

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.ui.controls.small_curves import ActivationCurve
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK, LIGHT


@pytest.fixture
def curve(qtbot):
    """Return a shown curve."""
    made = ActivationCurve()
    qtbot.addWidget(made)
    made.resize(280, made.height())
    made.show()
    return made


def inked(curve, colour):
    """Return the pixels that have nearly this colour."""
    image, ink = curve.grab().toImage(), QColor(colour).getRgb()[:3]
    return frozenset(
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if all(
            abs(a - b) < 12 for a, b in zip(image.pixelColor(x, y).getRgb()[:3], ink, strict=True)
        )
    )


def test_the_curve_comes_with_torch(curve):
    """Before torch is loaded there is no curve.

    Then there is one from the left to the right of its box.
    """
    curve.show_activation("tanh", ready=False)
    assert inked(curve, LIGHT.accent) == frozenset()
    curve.show_activation("tanh", ready=True)
    columns = {x for x, _ in inked(curve, LIGHT.accent)}
    assert min(columns) < 15
    assert 80 < max(columns) < 96


def test_every_activation_looks_its_own_way(curve):
    """No two curves are the same, and each tooltip is the formula."""
    seen = set()
    for name, row in ACTIVATIONS.items():
        curve.show_activation(name, ready=True)
        seen.add(inked(curve, LIGHT.accent))
        assert curve.toolTip() == row.formula
    assert len(seen) == len(ACTIVATIONS)


def test_relu_is_flat_and_then_rises(curve):
    """ReLU: on the left one height near the bottom, at the right end the top."""
    curve.show_activation("relu", ready=True)
    pixels = inked(curve, LIGHT.accent)
    left = [y for x, y in pixels if x < 40]
    right = [y for x, y in pixels if x > 85]
    assert max(left) - min(left) <= 3
    assert max(right) < min(left) - 30


def test_the_curve_wears_the_theme(curve, undressed):
    """Another theme draws the same curve in its own colour."""
    curve.show_activation("sigmoid", ready=True)
    themes.apply(undressed, DARK)
    assert inked(curve, DARK.accent)
    assert not inked(curve, LIGHT.accent)
