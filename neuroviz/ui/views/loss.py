"""The loss curve."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QToolButton

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import DASH, format_number, round_up, with_real_minus
from neuroviz.core.slices import Work, made
from neuroviz.core.training.held_out import held_out_at
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats, Line
from neuroviz.pictures.loss import (
    BALL_ROOM,
    LossScene,
    RunLosses,
    ahead_marks,
    epoch_limits,
    loss_figure,
    loss_title,
)
from neuroviz.pictures.marks import PAGE, Figure, Text
from neuroviz.session.figures import FigureMaker
from neuroviz.session.frame import Frame
from neuroviz.session.loss_curves import OtherLosses, PredictedLosses, raced
from neuroviz.session.run import ListedRun
from neuroviz.ui.canvas.card import PlotReading
from neuroviz.ui.canvas.epoch_view import EpochView
from neuroviz.ui.canvas.painted_marks import PaintedMarks
from neuroviz.ui.canvas.pen import LABEL_ROOM, NAME_ROOM, heights
from neuroviz.ui.canvas.tables import PlotNumbers, headed
from neuroviz.ui.runs.run_legend import RunLegend
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import named, set_tip, small_button

_NAMED = 80  # pixels from the right edge to the name of the dashed curve
_RAISED = 4.0  # pixels from the dashed curve up to its name
_POINTS = 2_000  # points of the dashed curve in a file
_NONE = np.empty(0)
_AT_FIRST = 10.0  # epochs that the axis has before the first step
_HELD_OUT = (
    "The neuron is not trained on these rows: its answers for them are a test. Each run that "
    "you choose by this number makes it less of one. No penalty on the weights is included."
)


class LossView(EpochView):
    """Mean loss over all samples against the epochs, linear or logarithmic.

    What theory predicts is dashed.
    """

    figure_name = "loss"
    title = "Loss"
    _y_label = ""
    _scene: LossScene | None = None

    def __init__(self) -> None:
        super().__init__("loss")
        self.log = self.add_button("log_axis", "Log", "Logarithmic loss axis")
        self.log.setChecked(True)
        self.log.toggled.connect(self.plot.fit)
        self._theory = PredictedLosses()
        self.legend = RunLegend(self.enlarge)
        self._others = OtherLosses()
        self.unlike = self._unlike_button()
        self._rows.insertWidget(1, self.legend)  # under the header
        self._rows.insertWidget(2, self.unlike, 0, Qt.AlignmentFlag.AlignLeft)
        self.held_out = named(PlotReading(themes.numeric_font()), "held_out_line")
        self.held_out.setToolTip(_HELD_OUT)
        self._rows.insertWidget(4, self.held_out)  # under the reading
        self._name = self.plot.addItem(PaintedMarks())

    def _unlike_button(self) -> QToolButton:
        """Return the switch that says how many runs are not drawn, and why, and that draws them."""
        tip = (
            "Runs of other data or another loss have losses of another size, "
            "beside which this run's may look flat. Press to draw them anyway."
        )
        button = small_button("unlike_runs", "", tip, checkable=True)
        button.setAccessibleName("")  # its text is read aloud, and says how many they are
        button.toggled.connect(self._on_unlike_toggled)
        button.hide()
        return button

    def reset(self, frame: Frame) -> None:
        """Name the loss and how samples are reduced to it."""
        loss = loss_title(frame.settings)
        self.heading.setText(f"{self.title}: {loss[0].lower()}{loss[1:]}")
        self.heading.shorter = self.title
        set_tip(self.heading, frame.settings.loss_formula)
        super().reset(frame)
        self.held_out.setVisible(frame.settings.held_out is not None)
        self.leave()

    def draw(self, frame: Frame) -> None:
        """Draw the curve up to now."""
        if frame.rows is None:
            self._pen.draw({})
            if not self._y_label:  # so that it does not change when the run comes
                log = self.log.isChecked()
                self._show_axis("loss (log scale)" if log else "loss", log=log)
                self.plot.show_range(*epoch_limits(_AT_FIRST, self.plot.pixels()[0]), -1.0, 0.0)
            return
        others = self._others.follow(frame, self.plot.pixels()[0], self.plot.x_in_sight())
        newest = frame.rows.end
        self._pen.label_room = LABEL_ROOM if frame.race is None else themes.scaled(NAME_ROOM)
        right = self._right(frame, newest, others)
        predicted = self._predicted(frame, newest, right)
        runs = [*others, self._own(frame, frame.rows)]
        held_out = frame.held_out
        if frame.race is not None:
            runs = raced(runs, frame.race)
            predicted = (_NONE, _NONE)
            held_out = None
        self._scene = LossScene(runs, predicted, self.log.isChecked(), held_out)
        self._show_axis(self._scene.y_label, log=self._scene.log)
        self._fit(self._scene, right, race=frame.race is not None)
        marks = self._scene.marks(themes.now.palette)
        if frame.ghost is not None:
            ghost = frame.ghost
            beside = {blows_up: ghost.beside(blows_up=blows_up) for blows_up in (False, True)}
            palette = themes.now.palette
            marks |= ahead_marks(ghost.curve, beside, ghost.said, palette, ghost.opacity)
        self._pen.draw(marks, log_y=self._scene.log)
        self._name_prediction(self._scene, right, newest)
        super().draw(frame)

    def draw_ghost(self, frame: Frame) -> None:
        """Draw everything again, with the ghost's curve."""
        self.draw(frame)

    def read(self, frame: Frame) -> None:
        """Read the loss, and name the runs."""
        if frame.rows is None:
            return
        self._show_runs(frame)
        self.held_out.setText(_held_out_said(frame))
        super().read(frame)

    def _show_runs(self, frame: Frame) -> None:
        """Name the runs that can be drawn, and offer those that have other data or another loss."""
        named = [
            run for run in frame.named if self._others.every or self._others.is_like(frame, run)
        ]
        named = named if frame.race is None else []  # in a race names stand at the curves
        self.legend.show_runs(tuple(named), len(frame.runs) - len(frame.named))
        unlike = sum(not self._others.is_like(frame, run) for run in frame.others)
        said = f"Leave out {unlike}" if self._others.every else f"Draw {unlike} more"
        self.unlike.setText(f"{said}: other data or loss")
        self.unlike.setVisible(unlike > 0)

    def figure_maker(self, page: tuple[float, float] = PAGE) -> FigureMaker:
        """Return what makes the loss plot for a file, as the command line does.

        It has the curve that theory predicts.
        """
        others = OtherLosses()
        others.every = self._others.every
        return partial(_figure, PredictedLosses(), others, self.log.isChecked())

    def numbers(self) -> PlotNumbers:
        """Return the losses over the epochs, with those of the active run first."""
        scene = self._scene
        if scene is None:
            return PlotNumbers()
        curves = [(run.name or "loss", run.epochs, run.losses) for run in reversed(scene.runs)]
        if scene.held_out is not None:
            curves.append(("held out", scene.held_out.epochs, scene.held_out.losses))
        epochs = np.unique(np.concatenate([x for _, x, _ in curves]))
        columns = [("epoch", epochs)]
        for name, x, losses in curves:
            column = np.full(len(epochs), np.nan)
            column[np.searchsorted(epochs, x)] = losses
            columns.append((name, column))
        return self.over_epochs(headed(columns), log=scene.log)

    def hover(self, point: QPointF) -> None:
        """Read the epoch and the stored loss nearest to the pointer.

        Where there are several curves, name the run too.
        """
        if self.frame is None or self.frame.rows is None:
            return
        other = self._nearest(self.frame, point)
        run = other or self.frame
        rows = run.rows or self.frame.rows
        epoch = min(max(round(point.x()), 0), rows.newest.epoch)
        row = run.row_at(epoch * rows.steps_per_epoch)
        loss = row.loss if row else None
        log = self._scene is not None and self._scene.log
        colour = themes.now.accent if other is None else themes.now.ink
        self.mark(epoch, *() if loss is None else ((colour, loss),), log=log)
        said = with_real_minus(_said(run.settings, loss))
        self.reading.setText(f"{self._whose(other)}epoch {epoch:,}   loss {said}")

    def _nearest(self, frame: Frame, point: QPointF) -> ListedRun | None:
        """Return the run whose curve is nearest above or below a point; None for the active run."""
        if self._scene is None:
            return None
        log = self._scene.log
        away = [_away(run.epochs, heights(run.losses, log=log), point) for run in self._scene.runs]
        # The active run is the last one, and wins where two are equally near.
        nearest = min(reversed(range(len(away))), key=away.__getitem__)
        others = self._others.drawn(frame)
        return others[nearest] if nearest < len(others) else None

    def _whose(self, other: ListedRun | None) -> str:
        """Return how a reading names a run, where None is the active one.

        It is empty while there is only one.
        """
        if self.frame is None or not self._others.drawn(self.frame):
            return ""
        run = other or self.frame.active
        return f"{run.name if run else 'this run'}: "

    def leave(self) -> None:
        """Read the loss at the row that is looked at."""
        super().leave()
        log = self._scene is not None and self._scene.log
        if self.frame is not None and self.frame.race is not None:
            self.reading.setText("")  # the standings have all losses
            return
        self.reading.setText(_reading_of(self.frame, log=log) if self.frame else f"now {DASH}")

    def _own(self, frame: Frame, rows: Rows) -> RunLosses:
        """Return the losses of the active run.

        They have a name while there are other runs, and a place if an earlier row is looked at.
        """
        epochs, losses = rows.drawn_loss(self.plot.pixels()[0], self.plot.x_in_sight())
        active = frame.active
        name = active.name if active and self._others.drawn(frame) else None
        slot = active.slot if active else None
        epoch = epochs[-1:]
        loss = losses[-1:]
        if frame.looks_back and frame.rows_here is not None:
            step, looked_at = frame.rows_here.last_loss
            epoch = np.array([step / rows.steps_per_epoch])
            loss = np.array([looked_at])
        return RunLosses(name, slot, epochs, losses, epoch, loss, active=frame.race is None)

    def _right(self, frame: Frame, newest: float, others: list[RunLosses]) -> float:
        """Return the end of the axis.

        Before the first step it is that of the whole run, if theory predicts it.
        """
        ends = [float(run.epochs[-1]) for run in others]
        right = _end_of_axis(
            frame,
            newest,
            *ends,
            predicted="theory" not in self.veiled and self._theory.exist(frame),
        )
        self.plot.end_axis_at(right)
        if not others or newest == 0:
            return right * self._room if others else right
        with_names = max(newest, 10.0, *ends) * self._room
        tenth = round_up(with_names) / 10  # the axis grows in steps of this size
        return min(right * self._room, math.ceil(with_names / tenth) * tenth)

    def _predicted(self, frame: Frame, newest: float, right: float) -> Line:
        """Return the predicted losses of epochs to come; empty where they are not to be told."""
        if "theory" in self.veiled:
            return _NONE, _NONE
        first, last = self.plot.x_in_sight() or (0.0, right)
        return self._theory.between(frame, max(first, newest), last, self.plot.pixels()[0])

    def _name_prediction(self, scene: LossScene, right: float, newest: float) -> None:
        """Write the name at the dashed curve, beyond the run's own curve."""
        assert scene.predicted is not None
        first, last = self.plot.x_in_sight() or (0.0, right)
        epochs, losses = scene.predicted
        place = last - _NAMED * (last - first) / self.plot.pixels()[0]
        names_end = newest * self._room if len(scene.runs) > 1 else newest
        named = len(epochs) > 0 and epochs[0] <= place <= epochs[-1] and names_end < place
        at = float(np.interp(place, epochs, heights(losses, log=scene.log))) if named else 0.0
        theme = themes.now
        name = Text(place, at, "predicted", theme.muted, ground=theme.card, raised=_RAISED)
        self._name.show_marks({"name": name} if math.isfinite(at) and named else {})

    def _show_axis(self, label: str, *, log: bool) -> None:
        if label == self._y_label:
            return
        self._y_label = label
        self.plot.getAxis("left").setLogMode(log)
        self.plot.label_axes(y_label=label)

    def _fit(self, scene: LossScene, right: float, *, race: bool) -> None:
        """Show all losses up to an epoch; in a race none far above the start if some stay below."""
        width, height = self.plot.pixels()
        bottom, top = heights(np.array(scene.limits), log=scene.log)
        low, high = heights(np.array(scene.span), log=scene.log)
        if race:
            most = max(10 * scene.runs[0].losses[0], min(run.losses.max() for run in scene.runs))
            highest = float(heights(np.array([most]), log=scene.log)[0])
            top = min(top, highest)
            high = min(high, highest)
        beside = (top - bottom) * BALL_ROOM / height
        bottom = min(bottom, low - beside)
        top = max(top, high + beside)
        self.plot.show_range(*epoch_limits(right, width), float(bottom), float(top))

    def _on_unlike_toggled(self, every: bool) -> None:
        self._others.every = every
        self.plot.fit()


def _figure(theory: PredictedLosses, others: OtherLosses, log: bool, frame: Frame) -> Work[Figure]:
    """Declare the loss plot of a moment; its run must have begun."""
    assert frame.rows is not None
    newest = frame.rows.end
    drawn = [(run.name, run.slot, run.rows) for run in others.drawn(frame) if run.rows is not None]
    right = _end_of_axis(frame, newest, predicted=theory.exist(frame))
    if drawn and newest:
        right = newest  # names stand at the ends of curves
    predicted = theory.between(frame, newest, right, _POINTS) if right > newest else None
    name = frame.active.name if frame.active else None
    left_out = frame.not_drawn + len(frame.others) - len(drawn)
    return made(loss_figure(frame.settings, frame.rows, log, predicted, drawn, name, left_out))


def _end_of_axis(frame: Frame, newest: float, *ends: float, predicted: bool) -> float:
    """Return where the axis ends.

    Before the first step it ends where the whole run does, if that is predicted.
    """
    whole = newest == 0 and predicted
    return round_up(max(frame.settings.epochs if whole else newest, 10.0, *ends))


def _reading_of(frame: Frame, *, log: bool) -> str:
    """Return the words about the loss at the row that is looked at.

    They have the penalty in it, and the learning rate of the next step if that follows a schedule.
    """
    loss = frame.current_loss
    absent = " (has no place on a log axis)" if loss == 0 and log else ""
    begins = frame.newest_step == 0 and not frame.preview
    if begins and frame.settings.activation_entry.trainable and not absent:
        return "the start: the curve comes with the run"
    here = f"step {frame.step:,}:" if frame.looks_back else "now"
    of_it = "" if frame.penalty is None else f", of it penalty {format_number(frame.penalty)}"
    row = None if frame.settings.schedule == "constant" else frame.row
    rate = f", learning rate of the next step {format_number(row.learning_rate, 6)}" if row else ""
    return with_real_minus(f"{here} {_said(frame.settings, loss)}{of_it}{absent}{rate}")


def _held_out_said(frame: Frame) -> str:
    """Return loss and accuracy on the held-out rows, if any, at the moment that is shown."""
    held = frame.settings.held_out
    if held is None or frame.parameters is None:
        return ""
    found = held_out_at(frame.settings, frame.parameters[None])
    assert found is not None
    losses, shares = found
    right = "" if shares is None else f", {round(shares[0] * held.rows):,} of {held.rows:,} right"
    alone = " without penalty" if frame.settings.penalties else ""
    return f"○ held out {loss_said(frame.settings, float(losses[0]))}{alone}{right}"


def _said(settings: Settings, loss: float | None) -> str:
    """Return a loss as text; where it is only rounding it says so, since the curve goes on."""
    said = loss_said(settings, loss)
    return f"{said} but for rounding" if said == "0" and loss else said


def _away(epochs: Floats, y: Floats, point: QPointF) -> float:
    """Return how far above or below a curve a point is.

    It is infinite beside the curve and in its gaps.
    """
    if not len(epochs) or not epochs[0] <= point.x() <= max(epochs[-1], 1.0):
        return math.inf
    away = abs(float(np.interp(point.x(), epochs, y)) - point.y())
    return math.inf if math.isnan(away) else away
