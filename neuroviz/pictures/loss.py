"""The loss plot, on screen and paper: curves of runs, where they are, and predictions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.plane import ends_of
from neuroviz.core.numbers import counted, elided, printed, round_up
from neuroviz.core.training.held_out import HeldOut, held_out_curve
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Bools, Floats, Line, Unique
from neuroviz.pictures.caption import edits_in_words, experiment
from neuroviz.pictures.marks import (
    AHEAD,
    DASHED,
    LARGEST,
    Curve,
    Dash,
    EndLabel,
    Figure,
    Mark,
    Marker,
    Marks,
    Points,
    Ticks,
)
from neuroviz.pictures.palette import PAPER, Palette, faded, run_style, shape_of, undrawn

OtherLoss = tuple[str, int, Rows]
"""Name, slot and history of another run."""

_EDGE = 0.015
"""Share of the width beside the epochs, so that neither the number 0 nor the newest point is cut
off."""
_LEAST_POWER, _GREATEST_POWER = -307, 308
"""Powers of ten beyond which screen and paper have no place on a linear axis."""
LARGEST_LOG = 1e270
"""Beyond this, and below its inverse, paper has no place on a logarithmic axis."""
_WIDTH = 1.6
_LEADING = 3.0
_OTHER_WIDTH = 1.0
"""Wider lines cost several times as much to draw on screen, so only the active run has one."""
_BALL = 8.0
BALL_ROOM = _BALL / 2 + 1
"""Pixels around the centre of a ball that keep it whole."""
_ON_PAPER = 200.0
"""Points of an axis on paper, at least."""
_ALONE = 6.0
_TOPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
"""First digits of the end of a linear loss axis: round, and close enough that a peak of 10.2 does
not make it end at 20."""
_NEAR = 0.97
"""Share of the axis from which a curve counts as ending at its right edge, where paper has room for
names."""


class RunLosses(Unique):
    """The losses of one run."""

    name: str | None
    """Name of its curve; None for the only one."""
    slot: int | None
    """Selects its style; None if it is not listed."""
    epochs: Floats
    losses: Floats
    """(n,): its curve."""
    epoch: Floats
    loss: Floats
    """(1,): where it is, or was at the step that is looked at."""
    active: bool = False
    """Whether it is the active run."""
    beside: bool = True
    """Whether its name stands at the end of its curve instead of in the legend."""
    leads: bool = False
    """Whether it leads a race."""
    gone: bool = False
    """Whether it has blown up in a race, and is grey."""

    @classmethod
    def of(
        cls, name: str | None, slot: int | None, rows: Rows, *, active: bool = False
    ) -> RunLosses:
        """Return the whole history of a run, which stands at its end."""
        x, y = with_extremes(*rows.loss_curve)
        return cls(name, slot, x, y, x[-1:], y[-1:], active)

    @property
    def marker(self) -> Marker:
        """The shape of its ball."""
        return shape_of(self.slot)

    @property
    def dash(self) -> Dash:
        """The dashes of its curve."""
        return () if self.active or self.slot is None else run_style(self.slot).dash

    def colour(self, palette: Palette) -> str:
        """Return the colour of curve and ball."""
        if self.gone:
            return palette.muted
        return palette.accent if self.active or self.slot is None else palette.run(self.slot)

    @cached_property
    def ends(self) -> Floats:
        """(2,): the least and the greatest loss; empty without losses."""
        return _ends(self.losses)

    @cached_property
    def ends_above_zero(self) -> Floats:
        """(2,): the same for losses that have a place on a logarithmic axis; empty without any."""
        return _ends(self.losses[self.losses > 0])


class LossScene(Unique):
    """The scene of the losses of runs over their epochs."""

    runs: Sequence[RunLosses]
    """At least one run, from back to front."""
    predicted: Line | None = None
    """Epochs (K,), ascending, and the losses (K,) that theory predicts there; None if it predicts
    none."""
    log_wanted: bool = False
    """Whether the loss axis is logarithmic if any loss has a place on it."""
    held_out: HeldOut | None = None
    """The active run's losses on rows held out; None without such rows."""

    @cached_property
    def log(self) -> bool:
        """Whether the loss axis is logarithmic."""
        return self.log_wanted and any(len(run.ends_above_zero) for run in self.runs)

    @property
    def y_label(self) -> str:
        """The label of the loss axis, with what cannot be seen on it."""
        if not self.log:
            beyond = f", at most {printed(LARGEST)} here" if self.span[1] > LARGEST else ""
            return ("loss (none above 0)" if self.log_wanted else "loss") + beyond
        zeros = any(run.ends[0] <= 0 for run in self.runs)
        return "loss (log scale, zeros not drawn)" if zeros else "loss (log scale)"

    @property
    def last(self) -> float:
        """The furthest epoch that a run has come to."""
        return max(float(run.epochs[-1]) for run in self.runs)

    @property
    def span(self) -> tuple[float, float]:
        """The least and the greatest loss that has a place on the axis."""
        ends = [run.ends_above_zero if self.log else run.ends for run in self.runs]
        if self.held_out is not None:
            known = self.held_out.losses[np.isfinite(self.held_out.losses)]
            ends.append(_ends(known[known > 0] if self.log else known))
        return ends_of(np.concatenate(ends))

    @property
    def limits(self) -> tuple[float, float]:
        """Ends of the loss axis, on screen and paper: powers of ten, or from a little below 0.

        A linear axis ends at a round number, and begins near 0 so that a loss that hardly falls
        looks flat. A prediction widens a linear axis only before the run begins.
        """
        low, high = self.span
        ahead = (
            self.predicted[1]
            if self.predicted is not None and (self.log or self.last == 0)
            else np.empty(0)
        )
        ahead = ahead[ahead > 0] if self.log else ahead
        low = min([low, *_ends(ahead)])
        high = max([high, *_ends(ahead)])
        if self.log:
            first = max(math.floor(math.log10(low) - 0.05), _LEAST_POWER)
            last = min(max(math.ceil(math.log10(high)), first + 1), _GREATEST_POWER)
            return 10.0**first, 10.0**last
        top = min(round_up(1.02 * min(high, LARGEST), _TOPS), LARGEST) if high > 0 else 1.0
        return -0.02 * top, top

    def marks(self, palette: Palette) -> Marks:
        """Return the prediction, then curve, ball and name of every run."""
        marks: Marks = {}
        if self.predicted is not None and len(self.predicted[0]):
            marks["predicted"] = Curve(*self.predicted, palette.muted, "predicted", DASHED, 1.2)
        if self.held_out is not None:
            marks.update(_held_out_marks(self.held_out, palette))
        for place, run in enumerate(self.runs):
            marks.update(((place, kind), mark) for kind, mark in self._of_run(run, palette))
        return marks

    def _of_run(self, run: RunLosses, palette: Palette) -> Iterator[tuple[str, Mark]]:
        colour = run.colour(palette)
        width = _WIDTH if run.active or run.slot is None else _OTHER_WIDTH
        width = _LEADING if run.leads else width
        name = "trained on" if run.name is None and self.held_out is not None else run.name
        yield (
            "curve",
            Curve(
                run.epochs,
                run.losses,
                colour,
                None if run.beside and run.name else name,
                run.dash,
                width,
            ),
        )
        if self.log and run.ends[0] <= 0:
            alone = alone_in(run.losses > 0)
            yield "alone", Points(run.epochs[alone], run.losses[alone], colour, size=_ALONE)
        yield "ball", Points(run.epoch, run.loss, colour, run.marker, size=_BALL)
        if run.beside and run.name is not None:
            end = float(run.epochs[-1]), float(run.losses[-1])
            yield "name", EndLabel(*end, run.name, colour, stays=True)


def ahead_marks(
    curve: Line,
    beside: Mapping[bool, Line],
    said: str,
    palette: Palette,
    opacity: float,
) -> Marks:
    """Return the losses of a run that was not taken, dashed, with a text at its end.

    Parameters
    ----------
    curve
        Epochs and losses (m,).
    beside
        The same for neighbouring runs, separated by NaN: those that blow up, and the others.
    """
    epochs, losses = curve
    colour = faded(palette.accent, opacity)
    marks: Marks = {
        ("beside", blows_up): Curve(*lines, _beside_colour(palette, blows_up=blows_up), width=1.0)
        for blows_up, lines in beside.items()
        if len(lines[0])
    }
    marks["ahead"] = Curve(epochs, losses, colour, None, AHEAD, 1.8)
    if said and len(epochs):
        marks["ahead end"] = EndLabel(float(epochs[-1]), float(losses[-1]), said, colour)
    return marks


def _beside_colour(palette: Palette, *, blows_up: bool) -> str:
    """Return the colour of a neighbour of a run that was not taken."""
    return faded(palette.error, 0.33) if blows_up else faded(palette.accent, 0.16)


def _held_out_marks(held: HeldOut, palette: Palette) -> Marks:
    """Return the losses on rows held out: a line with a hollow ball."""
    ball = Points(
        held.epochs[-1:], held.losses[-1:], palette.ground, size=_BALL, outline=palette.ink
    )
    marks: Marks = {
        "held out": Curve(held.epochs, held.losses, palette.ink, "held out", width=_OTHER_WIDTH)
    }
    return {**marks, "held out ball": ball} if np.isfinite(held.losses[-1]) else marks


def loss_figure(
    settings: Settings,
    rows: Rows,
    log: bool = False,
    predicted: Line | None = None,
    others: Sequence[OtherLoss] = (),
    name: str | None = None,
    not_drawn: int = 0,
) -> Figure:
    """Show the stored losses of a run over its epochs.

    Parameters
    ----------
    rows
        Its history; where rows were left out, the extremes of the gap are drawn.
    log
        Logarithmic loss axis; a loss that is always 0 has a linear one.
    predicted
        (K,) each: epochs, ascending, and the losses that theory predicts there; drawn dashed.
    others
        Name, slot and history of other runs, drawn behind in the styles of their slots.
    name
        Name of the run itself, where others are drawn too.
    not_drawn
        Number of further visible runs that are not drawn, which the subtitle then says.
    """
    own = RunLosses.of((name or "this run") if others else None, None, rows, active=True)
    held_out = held_out_curve(settings, rows)
    scene = LossScene([*(RunLosses.of(*other) for other in others), own], predicted, log, held_out)
    ends = [scene.last] if predicted is None else [scene.last, *predicted[0][-1:].tolist()]
    return with_names(
        scene, max(1.0, *ends), loss_title(settings), [undrawn(not_drawn)] if not_drawn else []
    )


def with_names(scene: LossScene, right: float, title: str, words: list[str]) -> Figure:
    """Return the figure of a scene up to an epoch, with words below its title.

    A name stands at the end of its curve, or below the plot where other curves go on beyond that
    end.
    """
    runs = [replace(run, beside=_ends_at(right, run, log=scene.log)) for run in scene.runs]
    marks = replace(scene, runs=runs).marks(PAPER)
    low, high = scene.limits
    if scene.log:
        words = [*words, "logarithmic loss axis"]
        if low < 1 / LARGEST_LOG or high > LARGEST_LOG:
            words.append(f"from {printed(1 / LARGEST_LOG)} to {printed(LARGEST_LOG)} at most")
            low = min(max(low, 1 / LARGEST_LOG), LARGEST_LOG / 10)
            high = max(min(high, LARGEST_LOG), 10 / LARGEST_LOG)
    return Figure(
        title=title,
        x_label="epoch",
        y_label=scene.y_label,
        marks=tuple(marks.values()),
        x_limits=epoch_limits(right, _ON_PAPER),
        y_limits=(low, high),
        log_y=scene.log,
        subtitle=" · ".join(words) or None,
    )


def epoch_ticks(last: float) -> Ticks:
    """Return 0, powers of ten not too near the end, and the end, at their log(1 + epoch)."""
    epochs = [0.0, *(10.0**power for power in range(12) if 3 * 10.0**power <= last), last]
    return tuple((math.log1p(epoch), f"{epoch:,.0f}") for epoch in epochs)


def epoch_limits(right: float, pixels: float = math.inf) -> tuple[float, float]:
    """Return the ends of an axis of epochs from 0 on that leave room for balls.

    ``pixels`` is its length.
    """
    edge = max(_EDGE, BALL_ROOM / pixels)
    return -edge * right, (1 + edge) * right


def loss_title(settings: Settings) -> str:
    """Return the loss with its reduction, the mean, and its penalties.

    Some losses have the mean in their name.
    """
    label = settings.loss_entry.label
    mean = label if label.startswith("Mean") else f"{label}, mean"
    return " + ".join((mean, *(row.short for row, _ in settings.penalties)))


def with_extremes(epochs: Floats, loss: Floats, low: Floats, high: Floats) -> Line:
    """Insert the least and the greatest loss of rows left out between the rows that are there."""
    between = (epochs + np.concatenate((epochs[:1], epochs[:-1]))) / 2
    # The extreme that is nearer to the row before comes first,
    # so that a smooth curve stays smooth.
    falls = np.concatenate((loss[:1], loss[:-1])) > loss
    first = np.where(falls, high, low)
    second = np.where(falls, low, high)
    x = np.column_stack((between, between, epochs))
    y = np.column_stack((first, second, loss))
    drawn = np.ones(x.shape, dtype=bool)
    drawn[:, :2] = ((low != loss) | (high != loss))[:, None]
    return x[drawn], y[drawn]


def alone_in(drawn: Bools) -> Bools:
    """Return which points a curve would not show, since neither neighbour can be drawn."""
    padded = np.concatenate(([False], drawn, [False]))
    return drawn & ~padded[:-2] & ~padded[2:]


def _ends(losses: Floats) -> Floats:
    return np.array((losses.min(), losses.max())) if len(losses) else losses


def _ends_at(right: float, run: RunLosses, *, log: bool) -> bool:
    """Return whether the end of a curve is visible at the right edge of the plot."""
    return float(run.epochs[-1]) >= _NEAR * right and (not log or float(run.losses[-1]) > 0)


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
