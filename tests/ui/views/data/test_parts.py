"""Parts of the data view: ranges."""

from __future__ import annotations

import numpy as np
import pytest

from neuroviz.ui.views.data.parts import margins, reaching


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([0, 1], -0.5, 1.5), ([65, 65], 32.5, 97.5), ([0, 0], -0.5, 0.5), ([-3, 5], -7.0, 9.0)],
)
def test_margins_leave_room_at_both_ends(values: list[float], low: float, high: float) -> None:
    """A share of the span is added, and something even where there is no span."""
    assert margins(np.array(values, dtype=float), 0.5) == (low, high)


def test_a_range_reaches_to_the_outputs_in_rounded_steps() -> None:
    """The range holds the outputs, and does not move with every one of them."""
    assert reaching(-1.0, 10.0, np.array([0.0, 9.0])) == (-1.0, 10.0)
    tops = {reaching(-1.0, 10.0, np.array([0.0, value]))[1] for value in np.linspace(11, 19, 50)}
    assert tops == {20.0}
    bottom, top = reaching(-1.0, 10.0, np.array([-300.0, 1e6]))
    assert bottom <= -300
    assert top >= 1e6
