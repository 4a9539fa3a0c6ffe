"""What several commands print alike: who was trained and how, and tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import format_number

COLUMNS = 100
"""Letters in a line."""


def neuron_lines(settings: Settings) -> list[tuple[str, str]]:
    """Return the lines on task and neuron, each with its name."""
    return [
        ("task", f"{settings.task_entry.label}: {settings.task_entry.formula}"),
        ("neuron", f"{settings.activation_entry.label}, {settings.loss_label}"),
    ]


def training_words(settings: Settings, without: Collection[str] = ()) -> str:
    """Return how it was trained, without the hyperparameters in which several runs differ."""
    numbers = {"learning_rate": settings.learning_rate, **settings.hyperparameters}
    words = [
        f"{option(name)[2:]} {format_number(value)}"
        for name, value in numbers.items()
        if name not in without
    ]
    batch = "full batch" if settings.batch_size == "full" else f"batches of {settings.batch_size}"
    schedule = [] if settings.schedule == "constant" else [settings.schedule_entry.label.lower()]
    return ", ".join((settings.optimizer_entry.label, *schedule, *words, batch))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return lines with aligned columns, numbers to the right."""
    lines = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.rjust, line, widths)).rstrip() for line in lines)
