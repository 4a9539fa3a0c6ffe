"""What is drawn of a sweep over rates."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pyqtgraph as pg
import pytest

from neuroviz.ui.canvas.mark_items import CurveItem, Labels, PointsItem
from tests.ui.sweep.conftest import Sweeper

Open = Callable[..., Sweeper]


def test_curve_marks_and_crosses(open_sweep: Open) -> None:
    """The losses in decades, lines at the rates of the Hessian, crosses at the top for those that diverged."""
    person = open_sweep()
    person.run()
    result, items = person.result, person.window.view.plot.drawn
    (curve,) = [item for item in items if isinstance(item, CurveItem)]
    fine = ~result.diverged & (result.losses <= 1e3 * result.first_losses)
    assert 10**curve.xData == pytest.approx(result.grid.axes[0].values)
    assert 10 ** curve.yData[fine] == pytest.approx(result.losses[fine])
    low, high = np.linalg.eigvalsh(np.array([[91 / 6, 3.5], [3.5, 1]]) * 2)
    lines = [10 ** item.value() for item in items if isinstance(item, pg.InfiniteLine) and item.angle == 90]
    assert lines == pytest.approx([1 / high, 2 / (low + high), 2 / high])
    (crosses,) = [item for item in items if isinstance(item, PointsItem) and item.opts["symbol"] == "x"]
    x, y = crosses.getData()
    assert 10**x == pytest.approx(result.grid.axes[0].values[result.diverged])
    assert (y > np.nanmax(curve.yData)).all()


def test_names_are_in_sight_and_apart(open_sweep: Open) -> None:
    """Each of the three marks and what is at the edge has its name, none over another."""
    person = open_sweep()
    person.run()
    plot = person.window.view.plot
    (labels,) = [item for item in plot.drawn if isinstance(item, Labels)]
    places = [place for place in labels.places if place[0]]
    assert {text.rsplit(" ", 1)[0] for text, *_ in places} >= {"smooth up to", "diverges above"}
    assert "diverged" in {text for text, *_ in places}
    (left, right), (bottom, top) = plot.box.viewRange()
    height = 18 / plot.pixels()[1] * (top - bottom)
    names = sorted(y for text, x, y in places if text[-1].isdigit())
    assert all(left <= x < right and bottom < y < top for _, x, y in places)
    assert all(b - a >= height for a, b in pairwise(names))
