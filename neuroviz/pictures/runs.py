"""The losses of several runs in one plot."""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import counted, elided
from neuroviz.core.training.history_view import Rows
from neuroviz.pictures.caption import edits_in_words, experiment
from neuroviz.pictures.loss import LossScene, RunLosses, loss_title, with_names
from neuroviz.pictures.marks import Figure
from neuroviz.pictures.palette import undrawn

NamedRun = tuple[str, int | None, Settings, Rows]
"""Name, slot (None for the active run where it is not listed), settings, and history."""

_LONGEST = 22
"""Letters of a name beside its curve, at most."""


def runs_figure(
    runs: Sequence[NamedRun],
    log: bool = False,
    not_drawn: int = 0,
    edits: Sequence[Sequence[Edit]] = (),
) -> Figure:
    """Show the stored losses of runs over their epochs, each with its name.

    The name stands at the end of the curve, or below the plot where other curves go on beyond that
    end.

    Parameters
    ----------
    runs
        One or more; a run without a slot has the colour of the active one.
    log
        Logarithmic loss axis; it is linear where no loss is greater than 0.
    not_drawn
        Number of further visible runs that are not drawn, which the subtitle then says.
    edits
        For each run its changes in mid-run.

    Raises
    ------
    ValueError
        If there is no run.
    """
    if not runs:
        raise ValueError("There is no run to draw: pin one first.")
    lines = [RunLosses.of(elided(name, _LONGEST), slot, rows) for name, slot, _, rows in runs]
    scene = LossScene(lines, log_wanted=log)
    experiments = [settings for _, _, settings, _ in runs]
    changed = [(line.name, edits_in_words(own)) for line, own in zip(lines, edits, strict=False)]
    words = [*_shared(experiments), *(f"{name} {', '.join(own)}" for name, own in changed if own)]
    words += [undrawn(not_drawn)] if not_drawn else []
    return with_names(scene, max(1.0, scene.last), _title(experiments), words)


def _title(all_settings: Sequence[Settings]) -> str:
    """Return the name of the loss, if it is the same in all runs."""
    titles = {loss_title(settings) for settings in all_settings}
    return titles.pop() if len(titles) == 1 else "Losses, mean"


def _shared(all_settings: Sequence[Settings]) -> list[str]:
    """Return the number of runs and what they share.

    Different losses are named, since heights cannot be compared then.
    """
    title = _title(all_settings)
    own = [experiment(settings) for settings in all_settings]
    shared = [part for part in own[0] if all(part in parts for parts in own) and part not in title]
    tasks = list(dict.fromkeys(settings.task_label for settings in all_settings))
    losses = list(dict.fromkeys(settings.loss_label for settings in all_settings))
    words = [*([", ".join(tasks)] if len(tasks) > 1 else []), *shared]
    words.append(counted(len(all_settings), "run"))
    return words + ([f"different losses: {', '.join(losses)}"] if len(losses) > 1 else [])
