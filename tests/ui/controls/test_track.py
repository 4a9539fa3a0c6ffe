"""The strip by itself: where it writes what it says."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.controls.track import Track


@pytest.mark.parametrize(("first", "last"), [(1.5, -1.5), (-1.5, 1.5)], ids=["falls", "rises"])
def test_the_ghosts_end_is_told_over_its_end(qtbot, first, last):
    """The words end where the curve ends, and the curve goes under all of them."""
    plot = Plot("strip", "epoch", "loss")
    track = Track(plot)
    for widget in (plot, track):
        qtbot.addWidget(widget)
        widget.resize(700, 240)
    plot.show_range(0.0, 6.0, -3.0, 3.0)
    plot.show()
    x = np.linspace(1.0, 5.0, 60)
    y = np.linspace(first, last, 60)
    track.ghost = "ends here", x, y
    track.grab()
    box = track.written["ends here"]
    drawn = np.array([plot.pixel_of(QPointF(*place)).toTuple() for place in zip(x, y, strict=True)])
    assert box.right() == pytest.approx(drawn[-1, 0], abs=1)
    beneath = drawn[drawn[:, 0] >= box.left(), 1]
    assert 0 <= beneath.min() - box.bottom() < box.height()
