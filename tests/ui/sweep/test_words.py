"""Readings of a sweep."""

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import rate_axis, rate_grid
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.ui.sweep.words import at_neuron, at_rest


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
