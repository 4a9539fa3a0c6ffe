from __future__ import annotations

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.plane import slice_plane
from tests.benchmarks import landscape
from tests.benchmarks.large import made_up
from tests.benchmarks.measure import Options


@pytest.mark.parametrize("settings", [Settings("and"), Settings("spam", data=made_up(50, 2))])
def test_both_ways_give_the_same_losses(settings: Settings) -> None:
    """The full grid of 200 by 200."""
    plane = slice_plane(settings, np.array([0.0, 0.0, 0.3]), 0, 1)
    ours, bare = landscape.grid_of(settings, plane), landscape.as_is(settings, plane)
    assert ours.shape == (200, 200)
    np.testing.assert_allclose(ours, bare, rtol=1e-10)


def test_each_case_runs() -> None:
    """As small as can be."""
    names = []
    for case in landscape.cases(Options(quick=True)):
        names.append(case.name)
        assert all(value > 0 for value in case.pair().values())
    assert names == ["landscape/and/200", "landscape/50x2/200"]
