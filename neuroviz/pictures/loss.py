"""The loss plot of a run, the same from the window and from the command line."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.numbers import format_number
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import Curve, Mark, Points
from neuroviz.pictures.run_styles import run_style

__all__ = ["OtherLoss", "alone_in", "loss_figure", "with_extremes"]

OtherLoss = tuple[str, int, Rows]
"""Name, slot and history of a run beside another."""


def loss_figure(
    settings: Settings,
    rows: Rows,
    log: bool = False,
    predicted: tuple[Floats, Floats] | None = None,
    others: Sequence[OtherLoss] = (),
    name: str | None = None,
) -> Figure:
    """Show the stored losses of a run against its epochs.

    Parameters
    ----------
    settings : Settings
        What the run was made of.
    rows : Rows
        Its history; where rows were left out, the extremes of the gap are drawn.
    log : bool
        Logarithmic loss axis; a loss that is 0 throughout has a linear one.
    predicted : pair of ndarrays of shape (K,), optional
        Epochs, ascending, and the losses that theory predicts there; drawn dashed.
    others : sequence of OtherLoss
        Name, slot and history of other runs, drawn behind in the styles of their slots.
    name : str, optional
        Of the run itself, where others are drawn too.

    Returns
    -------
    Figure
        Ready for `write_figure`.
    """
    x, y = with_extremes(*rows.loss_curve)
    behind, ends = _others(others)
    positive = y > 0
    alone = alone_in(positive) if log else np.full(len(x), len(x) == 1)
    last = max(float(x[-1]), *ends)
    marks: list[Mark] = [*behind, Curve(x, y, palette.ACCENT, (name or "this run") if others else None)]
    if alone.any():  # a curve of one point would be nothing to see
        marks.append(Points(x[alone], y[alone], palette.ACCENT, size=6.0))
    if predicted is not None and len(predicted[0]):
        marks.append(Curve(*predicted, palette.INK_MUTED, label="predicted", dashed=True, width=1.0))
        last = max(last, float(predicted[0][-1]))
    subtitle = _subtitle(settings)
    if log and not positive.all():
        subtitle += " · zeros not drawn" if positive.any() else " · linear, since the loss is 0"
    return Figure(
        title=f"{settings.loss_entry.label} (mean over {settings.dataset.samples} samples)",
        x_label="epoch",
        y_label="loss",
        marks=tuple(marks),
        x_limits=(0.0, max(1.0, last)),
        log_y=log and bool(positive.any()),
        subtitle=subtitle,
    )


def _others(others: Sequence[OtherLoss]) -> tuple[list[Mark], list[float]]:
    """Return the curves of other runs, and the epochs to which they go."""
    marks = list[Mark]()
    ends = [0.0]
    for name, slot, rows in others:
        x, y = with_extremes(*rows.loss_curve)
        style = run_style(slot)
        marks.append(Curve(x, y, style.colour, name, dashed=bool(style.dash)))
        if len(x) == 1:
            marks.append(Points(x, y, style.colour, size=6.0))
        ends.append(float(x[-1]))
    return marks, ends


def with_extremes(epochs: Floats, loss: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Put least and greatest loss of the rows left out between the rows that are there."""
    between = (epochs + np.concatenate((epochs[:1], epochs[:-1]))) / 2
    # The extreme that lies nearer the row before comes first: a smooth curve stays one, without teeth.
    falls = np.concatenate((loss[:1], loss[:-1])) > loss
    first = np.where(falls, high, low)
    second = np.where(falls, low, high)
    x = np.column_stack((between, between, epochs))
    y = np.column_stack((first, second, loss))
    drawn = np.ones(x.shape, dtype=bool)
    drawn[:, :2] = ((low != loss) | (high != loss))[:, None]
    return x[drawn], y[drawn]


def alone_in(drawn: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find the points that a curve would not show, since neither neighbour can be drawn."""
    padded = np.concatenate(([False], drawn, [False]))
    # Where nothing at all can be drawn, as on a logarithmic axis, it will be a linear one: one point is alone.
    return (drawn | (len(drawn) == 1)) & ~padded[:-2] & ~padded[2:]


def _subtitle(settings: Settings) -> str:
    task = "own data" if settings.data else TASKS[settings.task].label
    rate = f"{settings.optimizer_entry.label}, learning rate {format_number(settings.learning_rate)}"
    if settings.schedule != "constant":
        rate += f" ({settings.schedule_entry.label.lower()})"
    batch = [] if settings.batch_size == "full" else [f"batches of {settings.batch_size}"]
    return " · ".join((task, settings.activation_entry.label, rate, *batch))
