"""The card of a sweep."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import format_number
from neuroviz.core.sweep.grid import rate_axis, rate_grid
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.ui.sweep.view import at_neuron, at_rest
from neuroviz.ui.theme.colours import DARK
from tests.ui.sweep.conftest import Sweeper

Open = Callable[..., Sweeper]


def test_hover_reads_the_nearest_rate_and_leaving_the_best(open_sweep: Open) -> None:
    """The pointer reads rate and loss; away from the plot the best one stands there."""
    person = open_sweep()
    person.run()
    rest = person.read
    assert rest.startswith("best: rate")
    rate = person.result.grid.axes[0].values[10]
    person.hover(float(np.log10(rate)), person.window.view.plot.box.viewRange()[1][0] + 1.0)
    assert person.read == f"rate {format_number(rate)}  loss {format_number(person.result.losses[10], 6)}"
    person.window.view.plot.left.emit()
    assert person.read == rest


def test_a_neuron_that_diverged_is_read_as_such(open_sweep: Open) -> None:
    """Its step stands in place of a loss."""
    person = open_sweep()
    person.run()
    last = len(person.result.grid) - 1
    assert person.result.diverged[last]
    person.window.view.plot.moved.emit(0, 0)
    person.window.view.plot.moved.emit(100, 0)
    assert person.read.endswith(f"diverged at step {person.result.diverged_at[last]}")


def test_the_theme_can_change_with_a_result(open_sweep: Open) -> None:
    """What was read is read again, in the other colours."""
    person = open_sweep()
    person.run()
    read, items = person.read, len(person.window.view.plot.drawn)
    person.window.apply_theme(DARK)
    assert person.read == read
    assert len(person.window.view.plot.drawn) == items


def test_before_the_first_sweep_there_are_no_axes_of_nothing(open_sweep: Open) -> None:
    """The plot comes with the first result, and no figure before it."""
    person = open_sweep()
    view = person.window.view
    assert not view.plot.isVisible()
    assert view.figure() is None
    person.run()
    assert view.plot.isVisible()
    assert view.figure() is not None


def test_what_is_read():
    """The best one at rest; each neuron with its rate, and its loss or the step at which it diverged."""
    sweep = Sweep(rate_grid(Settings("line", epochs=2000), rate_axis(0.01, 1.0, 3)))
    sweep.advance_for(60.0)
    result = sweep.result()
    assert result.diverged.tolist() == [False, True, True]
    assert at_neuron(result, 0) == f"rate 0.01  loss {result.losses[0]:.5e}".replace("e-0", "e-")
    assert at_neuron(result, 2) == f"rate 1  diverged at step {result.diverged_at[2]}"
    assert at_rest(result, stopped=False) == f"best: {at_neuron(result, 0)}  ·  2 of 3 diverged"
    assert at_rest(result, stopped=True).startswith("stopped early")
    sweep = Sweep(rate_grid(Settings("line", epochs=2000), rate_axis(0.5, 1.0, 2)))
    sweep.advance_for(60.0)
    assert "every neuron diverged" in at_rest(sweep.result(), stopped=False)


def test_what_grows_but_is_finite_yet_is_said():
    """Above the limit, 50 epochs are too few for an overflow: both are told, and it is no best one."""
    sweep = Sweep(rate_grid(Settings("line", epochs=50), rate_axis(0.01, 0.6, 2)))
    sweep.advance_for(60.0)
    result = sweep.result()
    assert at_neuron(result, 1).startswith("rate 0.6  diverged, still finite: loss ")
    assert at_rest(result, stopped=False).endswith("1 of 2 diverged")
