"""The limit of the learning rate over time, as it is seen."""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.marks import Text


def test_and_at_rate_50_is_told_as_it_was(open_window):
    """Both curves, the steps that rose, what is read under the pointer and without it."""
    person = open_window(Settings("and", learning_rate=50.0, epochs=1000), plots=["limit", "loss"])
    person.settle()
    person.bench.grid.bring("limit")
    plot = person.bench.views["limit"].plot
    for steps in (4, 296):
        person.settle()
        wide = plot.pixels()[0]
        person.bench.session.advance(steps)
        person.bench.frame_dispatcher.new()
        for _ in range(3):
            person.settle()
        if steps == 4:  # wider numbers at the axis: what is seen is for the width that is left
            assert plot.pixels()[0] < wide
            sight = plot.sight
            plot.fit()
            assert plot.sight == sight

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
    view = person.bench.views["limit"]
    assert view.plot.isVisible()
    place = view.reading.geometry()

    person.hover("limit", x[1], 2.0)
    assert person.reading("loss").startswith("epoch 1   loss 1.04")
    person.bench.views["limit"].plot.left.emit()
    assert person.reading("loss").startswith("now")

    person.choose("optimizer", "adam")
    person.settle()

    assert person.reading("limit").startswith("No limit for Adam")
    assert person.curves("limit") == []
    assert not view.plot.isVisible()  # its axes, and steps to be previewed
    assert view.reading.geometry() == place


def test_a_momentum_that_is_changed_counts_from_there_on(open_window):
    """What is at the end of the curve is 2·(1 + β)/λ by the momentum of now, also when looked back.

    The line's loss bends everywhere alike, so both limits differ as 1.9 and 1.1.
    """
    person = open_window(
        Settings("line", optimizer="momentum", momentum=0.9, learning_rate=0.001, epochs=100)
    )
    person.settle()
    person.bench.grid.bring("limit")
    person.bench.session.advance(20)
    person.bench.frame_dispatcher.now()
    person.settle()
    before = _limit_at_the_end(person)

    person.bench.change_control.change({"momentum": 0.1})
    person.bench.session.advance(20)
    person.bench.frame_dispatcher.now()
    person.settle()

    after = _limit_at_the_end(person)
    assert before / after == pytest.approx(1.9 / 1.1, rel=1e-3)

    person.bench.look_control.look_at(5)
    person.settle()
    assert _limit_at_the_end(person) == before


def _limit_at_the_end(person):
    (said,) = (m.text for m in person.marks("limit", Text) if m.text.startswith("limit "))
    return float(said.removeprefix("limit "))
