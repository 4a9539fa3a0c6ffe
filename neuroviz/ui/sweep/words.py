"""What is read of a sweep, in words; no Qt."""

from __future__ import annotations

from neuroviz.core.numbers import format_number
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.pictures.sweep.basins import Basin

NOTHING = "Run the sweep to see which rates learn, crawl or diverge."
_SHORT = {"learning_rate": "rate"}
HINT = "Click takes what is read into the experiment; with the keyboard arrows move and Enter takes it."


def at_neuron(result: SweepResult, neuron: int, basins: tuple[Basin, ...] = ()) -> str:
    """Return where a neuron stands, and what it came to."""
    where = [
        f"{_SHORT.get(name, name.removeprefix('start_'))} {format_number(float(values[neuron]))}"
        for name, values in result.grid.coordinates.items()
    ]
    return "  ".join((*where, _came_to(result, neuron), *_letter(basins, neuron)))


def at_rest(result: SweepResult, *, stopped: bool) -> str:
    """Return the best of all, how many diverged, and whether the sweep was stopped."""
    said = ["stopped early"] if stopped else []
    best = result.best
    if best is None:
        said.append("every neuron diverged: take lower rates")
    else:
        said.append(f"best: {at_neuron(result, best)}")
        if result.diverged.any():
            said.append(f"{int(result.diverged.sum()):,} of {len(result.grid):,} diverged")
    return "  ·  ".join(said)


def _came_to(result: SweepResult, neuron: int) -> str:
    if result.diverged_at[neuron]:
        return f"diverged at step {int(result.diverged_at[neuron]):,}"
    loss = f"loss {format_number(float(result.losses[neuron]), 6)}"
    return f"diverged, still finite: {loss}" if result.diverged[neuron] else loss


def _letter(basins: tuple[Basin, ...], neuron: int) -> list[str]:
    return [f"minimum {basin.letter}" for basin in basins if basin.cells.ravel()[neuron]]
