"""The card that shows a sweep: title, reading in words, plot and legend."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel

from neuroviz.core.numbers import printed
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.pictures.marks import Curve, Marks, Points, Text
from neuroviz.pictures.palette import LOSS
from neuroviz.pictures.sweep.basins import said_of
from neuroviz.pictures.sweep.figure import (
    after_epochs,
    at_neuron,
    at_rest,
    sweep_subtitle,
    sweep_title,
)
from neuroviz.pictures.sweep.scene import (
    CurveScene,
    MapScene,
    Scale,
    SweepScene,
    sweep_scene,
)
from neuroviz.ui.canvas.axis import LossAxis
from neuroviz.ui.canvas.card import PlotReading, heading
from neuroviz.ui.canvas.jobs import one_shot
from neuroviz.ui.canvas.pen import ColourKey, Pen
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.canvas.tables import PlotNumbers
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    ENTER,
    STRETCH,
    in_column,
    in_row,
    keep_room,
    show_text,
    text_label,
)


class RateAxis(LossAxis):
    """A bottom axis, on which fewer labels fit, since they are wider than high."""

    label_room = 56.0


class SweepPlot(Plot):
    """The plot of a sweep over one axis or two."""

    taken = Signal()
    """The neuron that is read was taken with the keyboard."""

    def __init__(self) -> None:
        super().__init__("sweep_plot", "learning rate", "loss", RateAxis("bottom"))
        # Half of the number at the end of an axis stands beside a map.
        self.centralWidget.layout().setContentsMargins(1, 1, themes.scaled(_HALF_NUMBER), 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take what is read with Enter; other keys do the same as in every plot."""
        if event.key() in ENTER:
            self.taken.emit()
        else:
            super().keyPressEvent(event)


_BEFORE: dict[str, tuple[str, str]] = {
    "rates": ("learning rates", "which rates learn, creep or diverge"),
    "momenta": ("rates and momenta", "which rates go with which momentum"),
    "starts": ("starts", "which starts end in which minimum"),
    "seeds": ("seeds", "how many starts end in which minimum"),
}
"""What a sweep is over, and what it shows, in words that stay true where it cannot be run."""
HINT = (
    "A click sets what you read in the experiment; "
    "on the keyboard, arrow keys move and Enter sets it."
)
_OLD = "of earlier settings"
_CHIP = 22
"""Height of the mark for an old result."""
_WIDEST = "smooth up to 0.0312"
"""A name whose letters are the widest on average."""
_ROW = 20.0
"""Pixels from one name to the next."""
_HALF_NUMBER = 14
"""Pixels to the right of the plot."""


class SweepView(QFrame):
    """Shows a result; a neuron that a person takes is emitted as a signal."""

    taken = Signal(int)
    """The neuron that is wanted."""
    result: SweepResult | None = None
    _stopped = False
    _read: int | None = None
    _scene: SweepScene | None = None

    def __init__(self) -> None:
        super().__init__()
        themes.set_look(self, "card")
        self._marks: Marks = {}
        self.heading = heading("")
        self.subtitle = heading("")
        self.old = QLabel(_OLD)
        """Marks a result of earlier settings."""
        self.reading = PlotReading(themes.numeric_font())
        self.plot = SweepPlot()
        self._pen = Pen(self.plot)
        self.legend = ColourKey("loss")
        self.under = text_label("sweep_under", "muted", wrap=True)
        themes.set_numeric(self.under)
        self._place()
        self._connect()
        self.show_choice("rates")

    # --- what the window asks ---------------------------------------------------------------------

    def show_choice(self, over: str) -> None:
        """Say what a sweep over this would show, while there is no result."""
        if self.result is None:
            of, seen = _BEFORE[over]
            self.heading.setText(f"Sweep of {of}")
            self.reading.setText(f"Shows {seen}.")

    def show_result(self, result: SweepResult, *, stopped: bool) -> None:
        """Show a result in place of the last one."""
        self.result = result
        self._stopped = stopped
        self._read = None
        self.heading.setText(after_epochs(result))
        self.heading.setToolTip(sweep_title(result))
        self.subtitle.setText(sweep_subtitle(result))
        self.subtitle.setToolTip(sweep_subtitle(result))
        self.plot.setToolTip(HINT)
        self.old.hide()
        self.plot.show()
        self._draw(result)

    def _draw_again(self) -> None:
        if self.result is not None:
            self._draw(self.result)

    # --- drawing ----------------------------------------------------------------------------------

    def _draw(self, result: SweepResult) -> None:
        scene = self._scene = sweep_scene(result)
        scales = (scene.across, scene.up)
        self.plot.getAxis("bottom").setLogMode(scene.across.log)
        self.plot.getAxis("left").setLogMode(scene.up.log)
        x, y = scene.labels
        said = (
            f"{label} (log scale)" if scale.log else label
            for label, scale in zip((x, y), scales, strict=True)
        )
        self.plot.label_axes(*said)
        under = said_of(result, scene.basins)
        theory = scene.theory if isinstance(scene, CurveScene) else ""
        if theory:
            under.append(f"dashed: {theory}")
        show_text(self.under, "\n".join(under))
        self.legend.setVisible(isinstance(scene, MapScene))
        if isinstance(scene, MapScene):
            low = f"{'≤ ' if scene.below else ''}{printed(10**scene.low, 3)}"
            high = f"{'≥ ' if scene.above else ''}{printed(10**scene.high, 3)}"
            crosses = "     × diverged" if result.diverged.any() else ""
            self.legend.show_ends(LOSS, low, f"{high}{crosses}", "loss")
        self.plot.fit()
        self._draw_marks()
        self._read_neuron(self._read)

    def _fit(self) -> None:
        if self._scene is not None:
            across = self._scene.across
            up = self._scene.up
            self.plot.show_range(across.low, across.high, up.low, up.high)
            self._settle.start()

    def _draw_marks(self) -> None:
        """Draw the marks, with names where there is room at the present size and range."""
        scene = self._scene
        if scene is None:
            return
        sight = zip(self.plot.box.viewRange(), (scene.across.log, scene.up.log), strict=True)
        across, up = (Scale(low, high, log) for (low, high), log in sight)
        width, height = self.plot.pixels()
        letter = (
            QFontMetricsF(themes.numeric_font()).horizontalAdvance(_WIDEST) / len(_WIDEST) / width
        )
        marks = scene.marks(themes.now.palette, across, up, letter, _ROW / height)
        self._marks = {**marks, **self._names(marks, across, up, letter, _ROW / height)}
        self._draw_ring()

    def _names(self, marks: Marks, across: Scale, up: Scale, letter: float, line: float) -> Marks:
        """Return names beside lines and marks at the edges, which a legend has on paper.

        The legend of a map's colours stands below it.
        """
        palette = themes.now.palette
        on_map = isinstance(self._scene, MapScene)
        colours = (palette.on_loss, palette.rim) if on_map else (palette.muted, palette.ground)
        names: Marks = {}
        for key, mark in marks.items():
            if (
                key != "ruler dots"  # what they are stands under the plot
                and isinstance(mark, Curve if on_map else Curve | Points)
                and mark.label
                and np.size(mark.x)
            ):
                x, y = (float(scale.share(at)[0]) for scale, at in ((across, mark.x), (up, mark.y)))
                y += -line if y > 1 - line else 0.7 * line
                place = across.at(min(x + letter / 2, 1 - (len(mark.label) + 1) * letter)), up.at(y)
                names["name", mark.label] = Text(*place, mark.label, colours[0], ground=colours[1])
        return names

    def _draw_ring(self) -> None:
        """Draw all marks, and a ring around the neuron that is read."""
        scene = self._scene
        assert scene is not None
        ring = {} if self._read is None else scene.ring(self._read, themes.now.palette)
        marks = {**self._marks, **ring}
        self._pen.draw(marks, log_x=scene.across.log, log_y=scene.up.log)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the names again."""
        super().resizeEvent(event)
        self._settle.start()

    # --- reading ----------------------------------------------------------------------------------

    def numbers(self) -> PlotNumbers:
        """Return what each neuron was given, and the loss that it reached."""
        result = self.result
        if result is None:
            return PlotNumbers()
        columns = {
            **result.grid.coordinates,
            "loss": result.losses,
            "diverged": result.diverged,
        }
        x, *above = [
            np.log10(axis.values) if axis.logarithmic else axis.values for axis in result.grid.axes
        ]
        places = np.stack(np.meshgrid(x, *(above or [np.full(1, np.nan)]), indexing="ij"), axis=-1)
        row, column = divmod(result.best or 0, len(x))
        return PlotNumbers(columns, places, (column, row))

    def _nearest(self, point: QPointF) -> int:
        """Return the neuron nearest to a point, horizontally and, on a map, vertically."""
        assert self.result is not None
        across, *up = (
            int(abs((np.log10(axis.values) if axis.logarithmic else axis.values) - at).argmin())
            for axis, at in zip(self.result.grid.axes, point.toTuple(), strict=False)
        )
        return across + sum(up) * len(self.result.grid.axes[0].values)

    def _read_neuron(self, neuron: int | None) -> None:
        """Read a neuron or, for None, the whole result."""
        result = self.result
        scene = self._scene
        if result is None or scene is None:
            return
        self._read = neuron
        self._draw_ring()
        basins = scene.basins
        rest = at_rest(result, stopped=self._stopped)
        self.reading.setText(rest if neuron is None else at_neuron(result, neuron, basins))
        self.reading.setToolTip(self.reading.text())  # in full, since the line may be cut off

    def _on_clicked(self, point: QPointF) -> None:
        neuron = self._nearest(point)
        self._read_neuron(neuron)
        self.taken.emit(neuron)

    def _on_taken(self) -> None:
        if self._read is not None:
            self.taken.emit(self._read)

    # --- parts ------------------------------------------------------------------------------------

    def _place(self) -> None:
        self.plot.setAccessibleName("Losses of the sweep")
        themes.set_role(self.subtitle, "muted")
        themes.set_look(self.old, "chip")
        self.old.setToolTip("The experiment has changed since: run the sweep again.")
        self.old.setObjectName("sweep_old")
        self.subtitle.setMinimumHeight(_CHIP)  # so that nothing moves when the mark appears
        self.old.hide()
        self.under.hide()
        keep_room(self.plot)
        self.plot.hide()  # empty axes would only confuse
        self.header = in_row(self.heading, STRETCH, spacing=themes.GRID)
        under = in_row(self.old, self.subtitle, STRETCH, spacing=themes.GRID)
        in_column(
            self.header,
            under,
            self.reading,
            (self.plot, 1),
            in_row(self.legend, STRETCH),
            self.under,
            within=self,
            spacing=2,
            margins=(12, 8, 8, 8),
        )

    def _connect(self) -> None:
        themes.notifier.changed.connect(self._draw_again)
        self.plot.numbers = self.numbers
        self.plot.reading = self.reading
        self._settle = one_shot(self, self._draw_marks)
        self.plot.range_changed.connect(self._settle.start)
        self.plot.fit_asked.connect(self._fit)
        self.plot.hovered.connect(lambda point: self._read_neuron(self._nearest(point)))
        self.plot.left.connect(partial(self._read_neuron, None))
        self.plot.clicked.connect(self._on_clicked)
        self.plot.taken.connect(self._on_taken)
