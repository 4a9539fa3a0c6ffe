"""The description of the experiment in a figure, so that the figure can stand alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edit, edit_in_words
from neuroviz.core.choices.hyperparameters import Hyperparameter
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import counted, printed
from neuroviz.pictures.marks import Figure

_MOST_EDITS = 4


def captioned(figure: Figure, settings: Settings, edits: Sequence[Edit] = ()) -> Figure:
    """Return a figure with the experiment at its start at the beginning of the subtitle."""
    words = [part for part in experiment(settings) if part not in figure.title]
    own = [figure.subtitle] if figure.subtitle else []
    return replace(figure, subtitle=" · ".join((*words, *edits_in_words(edits), *own)))


def experiment(settings: Settings, *, rate: bool = True) -> list[str]:
    """Return task, neuron, loss, penalties, optimizer, schedule, batches and breaks in words.

    Parameters
    ----------
    rate
        Whether the learning rate is a single number.
    """
    samples = f"{settings.dataset.samples:,} samples"
    words = [
        settings.task_label,
        samples,
        *filter(None, [settings.hidden_label]),
        f"{settings.outputs} outputs, " * (settings.outputs > 1) + settings.activation_label,
        settings.loss_entry.label,
    ]
    words += [f"{row.short} penalty {printed(strength, 6)}" for row, strength in settings.penalties]
    words.append(", ".join((settings.optimizer_entry.label, *_rate(settings, one=rate))))
    if settings.schedule != "constant":
        own = _set(settings, settings.schedule_entry.hyperparameters, told=True)
        words.append(
            " ".join((f"{settings.schedule_entry.label.lower()} schedule,", ", ".join(own)))
        )
    if settings.batch_size != "full":
        words.append(
            f"batches of {settings.batch_size}" + (", shuffled" if settings.shuffle else "")
        )
    if settings.precision != "float64":
        words.append(settings.precision)
    if settings.breaks:
        words.append(f"on purpose: {', '.join(BREAKS[name].spoken for name in settings.breaks)}")
    return words


def edits_in_words(edits: Iterable[Edit]) -> list[str]:
    """Return the first few changes in mid-run, in words."""
    said = [edit_in_words(edit) for edit in edits]
    more = len(said) - _MOST_EDITS
    return said if more <= 0 else [*said[:_MOST_EDITS], f"and {counted(more, 'more change')}"]


def _rate(settings: Settings, *, one: bool) -> list[str]:
    own = _set(settings, settings.optimizer_entry.hyperparameters)
    search = settings.optimizer_entry.search
    called = "rates found, up to" if search and search.finds_rate else "learning rate"
    return [f"{called} {printed(settings.learning_rate, 6)}", *own] if one else own


def _set(settings: Settings, rows: Sequence[Hyperparameter], *, told: bool = False) -> list[str]:
    """Return the hyperparameters that differ from their defaults, or all of them if ``told``."""
    values = {row.name: float(getattr(settings, row.name)) for row in rows}
    return [
        f"{row.label.lower()} {printed(values[row.name], 6)}"
        for row in rows
        if told or values[row.name] != row.default
    ]
