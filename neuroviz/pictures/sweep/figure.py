"""The figure of a sweep and its description: the loss over the learning rate, or as a map."""

from __future__ import annotations

from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import counted, printed, subscripted
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.pictures.caption import experiment
from neuroviz.pictures.marks import PAGE, Figure, room_on
from neuroviz.pictures.palette import PAPER
from neuroviz.pictures.sweep.basins import Basin, said_of
from neuroviz.pictures.sweep.scene import sweep_scene

_LETTER, _LINE = 1.65, 4.3
"""Approximate width of a letter and height of a line of text, mm."""
_MOST_HELD = 3
_SHORT = {"learning_rate": "rate"}


def sweep_figure(result: SweepResult, page: tuple[float, float] = PAGE) -> Figure:
    """Show the losses that the neurons of a sweep reached.

    Parameters
    ----------
    result
        Over one axis, it is shown as a curve, with the ruler's marks and with diverged neurons at
        the top; over two, as a map. The meaning of the minima's letters stands below the title.
    page
        Width and height of the file, mm.
    """
    wide, high = room_on(page)
    scene = sweep_scene(result)
    return Figure(
        sweep_title(result),
        *scene.labels,
        tuple(scene.marks(PAPER, scene.across, scene.up, _LETTER / wide, _LINE / high).values()),
        log_x=scene.across.log,
        log_y=scene.up.log,
        x_limits=scene.across.ends,
        y_limits=scene.up.ends,
        subtitle="\n".join((sweep_subtitle(result), *said_of(result, scene.basins))),
    )


def sweep_title(result: SweepResult) -> str:
    """Return the title of a sweep."""
    return f"{after_epochs(result)}, over {result.grid.over}"


def after_epochs(result: SweepResult) -> str:
    """Return in words after how many epochs the losses were taken."""
    return f"Loss after {epochs_done(result)}"


def epochs_done(result: SweepResult) -> str:
    """Return the epochs that each neuron has done: "1 epoch", "2.5 epochs"."""
    epochs = result.epochs
    whole = epochs == int(epochs)
    return counted(int(epochs), "epoch") if whole else f"{printed(epochs)} epochs"


def sweep_subtitle(result: SweepResult) -> str:
    """Return task, neuron, loss and optimizer, with everything that is not swept."""
    settings = result.grid.settings
    return " · ".join((*experiment(settings, rate=False), *_held(result)))


def _held(result: SweepResult) -> list[str]:
    """Return the learning rate if it is not swept, and the starts that do not vary."""
    settings = result.grid.settings
    swept = result.grid.coordinates
    if "learning_rate" in swept:
        return []
    if "seed" in swept:
        return [f"learning rate {printed(settings.learning_rate)}"]
    names = zip(settings.parameters.names, result.grid.starts[0].tolist(), strict=True)
    held = [
        f"{name} begins at {printed(value, 3)}"
        for name, value in names
        if f"start_{name}" not in swept
    ]
    return [
        f"learning rate {printed(settings.learning_rate)}",
        *(
            held
            if len(held) <= _MOST_HELD
            else [f"the other {len(held)} parameters begin as they do"]
        ),
    ]


def at_neuron(result: SweepResult, neuron: int, basins: tuple[Basin, ...] = ()) -> str:
    """Return in words where a neuron stands, and what it reached."""
    where = [
        f"{_SHORT.get(name, subscripted(name.removeprefix('start_')))} "
        f"{printed(float(values[neuron]))}"
        for name, values in result.grid.coordinates.items()
    ]
    return "  ".join((*where, _came_to(result, neuron), *_letter(basins, neuron)))


def at_rest(result: SweepResult, *, stopped: bool) -> str:
    """Return in words the best neuron, how many diverged, and whether the sweep was stopped."""
    said = ["stopped early"] if stopped else []
    best = result.best
    if best is None:
        lower = "lower rates" if "learning_rate" in result.grid.coordinates else "a lower rate"
        said.append(f"all {result.grid.kind} diverged: use {lower}")
    else:
        said.append(
            f"best of these: {at_neuron(result, best)}{level_beside(result)}"
            if result.level_span is None
            else _level(result)
        )
        if result.diverged.any():
            said.append(f"{int(result.diverged.sum()):,} of {len(result.grid):,} diverged")
    return "  ·  ".join(said)


def level_beside(result: SweepResult) -> str:
    """Return how many more are level with the best, to be added to words about it."""
    others = len(result.level) - 1
    return f"; {others:,} more {'is' if others == 1 else 'are'} level with it" if others else ""


def _level(result: SweepResult) -> str:
    """Return in words the range of neurons whose losses equal the lowest but for rounding."""
    assert result.level_span is not None
    assert result.best is not None
    name = result.grid.axes[0].name
    first, last = map(printed, result.level_span)
    return f"level: {_SHORT.get(name, name)} {first} to {last}  {_came_to(result, result.best)}"


def _came_to(result: SweepResult, neuron: int) -> str:
    if result.diverged_at[neuron]:
        return f"diverged at step {int(result.diverged_at[neuron]):,}"
    loss = f"loss {loss_said(result.grid.settings, float(result.losses[neuron]))}"
    return f"diverged, still finite: {loss}" if result.diverged[neuron] else loss


def _letter(basins: tuple[Basin, ...], neuron: int) -> list[str]:
    return [f"minimum {basin.letter}" for basin in basins if basin.cells.ravel()[neuron]]
