"""One input: the samples, the neuron's line, and the residuals between them."""

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.marks import Segments
from tests.ui.person import KEY


def test_the_names_of_the_axes_are_whole_beside_all_plots(open_window):
    """And so are the words over the list of all samples."""
    person = open_window(Settings("line", l1=0.5), plots="all")
    person.settle()
    for side in ("left", "bottom"):
        axis = person.plot("data").getAxis(side)
        assert axis.label.toPlainText().strip() == axis.labelText
    (words,) = person.bench.views["neuron"].reading.findChildren(QLabel)
    assert words.text() == "each sample's output and loss, and their mean"


def test_points_line_and_residuals(open_window):
    """The line is w·x + b over the plot.

    Each residual goes from the target to the prediction at its x.
    """
    person = open_window(Settings("line", weights=(3.0,), bias=1.0))
    person.press(KEY.Key_F8)
    person.settle()
    weight, bias = person.rows.newest.parameters
    x = np.arange(1.0, 7.0)
    assert person.points("data", "circles") == {(a, 10 * a + 5) for a in x}
    (residuals,) = person.marks("data", Segments)
    assert residuals.x0.tolist() == residuals.x1.tolist() == x.tolist()
    assert residuals.y0.tolist() == (10 * x + 5).tolist()
    assert residuals.y1 == pytest.approx(weight * x + bias, rel=1e-12)
    ((places, heights),) = person.curves("data")
    assert heights == pytest.approx(weight * places + bias, rel=1e-12)
    left, right = person.plot("data").box.viewRange()[0]
    assert (places[0], places[-1]) == pytest.approx((left, right))
    # Targets and predictions lie within the plot, wherever the line is.
    for bias in (-500.0, 0.0, 3000.0):
        person.begin(Settings("line", weights=(0.0,), bias=bias))
        person.settle()
        bottom, top = person.plot("data").box.viewRange()[1]
        assert bottom < min(15, bias)
        assert max(65, bias) < top
    # At the last finite row of a diverged line the plot has finite ranges.
    person.begin(Settings("line", learning_rate=1.0, epochs=10**6))
    person.run_until(lambda: not person.bench.player.running)
    person.settle()
    assert np.isfinite(person.plot("data").box.viewRange()).all()
    for _, heights in person.curves("data"):
        assert np.isfinite(heights).all()
    # There is no right and wrong among numbers.
    person.begin(Settings("double"))
    assert person.points("data", "wrong") == set()
    assert person.points("data", "circles") == {(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)}
