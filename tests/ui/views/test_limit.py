"""The limit of the learning rate over time, as it is seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from tests.ui.person import Person

Open = Callable[..., Person]


def test_and_at_rate_50_is_told_as_it_was(open_window: Open) -> None:
    """Both curves, the steps that rose, what is read under the pointer and without it."""
    person = open_window(Settings("and", learning_rate=50.0, epochs=1000))
    person.settle()
    person.bench.grid.bring("limit")
    person.bench.session.advance(300)
    person.bench.frame_dispatcher.new()
    person.settle()

    (x, limits), (_, rates) = sorted(person.curves("limit"), key=lambda each: each[1].std())[::-1]

    assert np.expm1(x[:5]) == pytest.approx([0, 1, 2, 3, 4])
    assert limits[:5] == pytest.approx(np.log10([5.2, 157, 454, 1.7e13, 1264]), abs=0.01)
    assert set(rates.tolist()) == {np.log10(50.0)}
    assert person.reading("limit").startswith("No step from 3 on raised the loss. Step 2 did")
    assert "limit 156.5   rate 50   the next step raised" in person.hover("limit", x[1], 2.0)

    person.bench.timeline.epoch_hovered.emit(3.2)
    assert person.reading("limit").startswith("epoch 3   limit 1.688·10¹³")
    person.bench.timeline.epoch_hovered.emit(None)
    assert person.reading("limit").startswith("No step from 3 on")

    person.choose("optimizer", "adam")
    person.settle()

    assert person.reading("limit").startswith("No limit for Adam")
    assert person.curves("limit") == []
