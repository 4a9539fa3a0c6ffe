"""The window of sweeps, with its form: one start with many rates or momenta, or many starts."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QFrame, QMenu, QProgressBar, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import track_ends
from neuroviz.core.lazy import LOADING
from neuroviz.core.slices import Work, made
from neuroviz.core.sweep.sweep import Sweep, SweepResult
from neuroviz.files.table import csv_work, sweep_columns
from neuroviz.pictures.marks import Figure
from neuroviz.pictures.sweep.figure import sweep_figure
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.session.sweep_choice import (
    DEFAULT,
    OVER,
    Over,
    SweepChoice,
    grid_of,
    objection,
    same_neurons,
)
from neuroviz.ui.canvas.card import PlotReading, heading
from neuroviz.ui.canvas.jobs import Job
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.field import Field
from neuroviz.ui.controls.number_box import IntegerBox, NumberBox
from neuroviz.ui.export.exporter import ExportButton
from neuroviz.ui.export.figures import FigureExporter
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.sweep.view import SweepView
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    ScrolledPage,
    TakeButton,
    in_column,
    in_row,
    keep_room,
    named,
    to_front,
    width_on_screen,
)

_WIDTH = 280
_MOST_EPOCHS = 1_000_000
_MOST_RATES = 1_000
_MOST_ON_A_SIDE = 200
_LARGEST_START = 1e6
_SHOWN: dict[Over, tuple[str, ...]] = {
    "rates": ("low", "high", "rates"),
    "momenta": ("low", "high", "rates", "least_momentum", "greatest_momentum", "momenta"),
    "starts": ("reach", "starts"),
    "seeds": ("seeds",),
}


class SweepForm(QFrame):
    """The fields of a sweep, and the button that runs and stops it.

    Rates and epochs are the experiment's until a person writes others.
    """

    run_asked = Signal()
    stop_asked = Signal()
    _running = False
    _settings: Settings | None = None

    def __init__(self) -> None:
        super().__init__()
        themes.set_look(self, "card")
        self.setFixedWidth(themes.scaled(_WIDTH))
        self._touched: set[str] = set()
        self._refused: dict[str, str] = {}
        """What is wrong with the text in a field, by its name, until it is edited."""
        self.over = ChoiceBox({str(name): label for name, label in OVER.items()})
        self.fields: dict[str, Field] = {}
        self._boxes: dict[str, NumberBox | IntegerBox] = {}
        self.button = TakeButton("sweep_run", "&Run sweep", self._on_taken)
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self._page = QWidget()
        self._rows = in_column(within=self._page, spacing=6, margins=(12, 8, 12, 8))
        self._build()
        self._place()
        self._show_fields()

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        self.over.chosen.connect(self._on_over_chosen)
        self._rows.addWidget(heading("Sweep"))
        self._add("over", "Sweep over", self.over)
        for name, caption in (("low", "Lowest rate"), ("high", "Highest rate")):
            self._add(name, caption, _number(LEARNING_RATE.low, LEARNING_RATE.high, "log"))
        self._add("rates", "Rates", _whole(2, _MOST_RATES))
        for name, caption in (
            ("least_momentum", "Momentum ≥"),
            ("greatest_momentum", "Momentum ≤"),
        ):
            self._add(name, caption, _number(0.0, 1.0))
        self._add("momenta", "Momenta", _whole(2, _MOST_ON_A_SIDE))
        self._add("reach", "Starts up to ±", _number(1e-6, _LARGEST_START, "log"))
        self._add("starts", "Starts a side", _whole(2, _MOST_ON_A_SIDE))
        self._add("seeds", "Starts", _whole(2, _MOST_RATES))
        self._add("epochs", "Epochs", _whole(1, _MOST_EPOCHS))
        for name, box in self._boxes.items():
            box.setValue(getattr(DEFAULT, name))
            box.valueChanged.connect(self._on_changed)
            box.rejected.connect(self._on_rejected)

    def _add(self, name: str, caption: str, control: ChoiceBox | NumberBox | IntegerBox) -> None:
        field = self.fields[name] = Field(f"sweep_{name}", caption, control)
        self._rows.addWidget(field)
        if not isinstance(control, ChoiceBox):
            self._boxes[name] = control

    def _place(self) -> None:
        self.progress.setAccessibleName("Progress of the sweep")
        keep_room(self.progress)
        self.progress.hide()
        self._rows.addStretch(1)
        foot = in_column(self.button, self.progress, spacing=8, margins=(12, 0, 12, 8))
        in_column((ScrolledPage(self._page), 1), foot, within=self, margins=(1, 4, 1, 4))

    # --- what the window asks ---------------------------------------------------------------------

    def choice(self) -> SweepChoice:
        """Return the values of the fields."""
        numbers: dict[str, Any] = {name: box.value() for name, box in self._boxes.items()}
        return SweepChoice(over=self._over(), **numbers)

    def show_settings(self, settings: Settings) -> None:
        """Follow the experiment, except in fields that a person has edited."""
        old = self._settings
        self._settings = settings
        if old is None or settings.task != old.task or settings.data is not old.data:
            self._touched.clear()
            self._refused.clear()
        self._follow("epochs", min(max(settings.epochs, 1), _MOST_EPOCHS))
        for name, rate in zip(("low", "high"), track_ends(settings), strict=True):
            self._follow(name, rate)
        self.over.set_objections({name: objection(settings, name) for name in OVER})
        self._show_objection()

    def show_error(self, field: str, sentence: str) -> None:
        """Show an error at a field, or above all of them if that one is hidden."""
        place = self.fields.get(field, self.fields["over"])
        (place if place.isVisibleTo(self) else self.fields["over"]).show_error(sentence)

    def clear_errors(self) -> None:
        """Remove all errors, except for text that was not accepted."""
        for name, field in self.fields.items():
            field.show_error(self._refused.get(name))

    def show_running(self, running: bool) -> None:
        """Show whether a sweep is under way."""
        self._running = running
        self.button.setText("S&top" if running else "&Run sweep")
        self.button.setAutoDefault(not running)  # Enter never stops
        self.button.setDefault(not running)
        self.progress.setValue(0)
        self.progress.setVisible(running)
        self._show_objection()

    def show_progress(self, share: float) -> None:
        """Show how much is done."""
        self.progress.setValue(round(1000 * share))

    # --- hearing ----------------------------------------------------------------------------------

    def _over(self) -> Over:
        return next(name for name in OVER if name == self.over.name())

    def _follow(self, name: str, value: float) -> None:
        if name not in self._touched:
            with QSignalBlocker(self._boxes[name]):
                self._boxes[name].setValue(value)

    def _show_fields(self) -> None:
        shown = ("over", *_SHOWN[self._over()], "epochs")
        for name, field in self.fields.items():
            field.setVisible(name in shown)

    def _show_objection(self) -> None:
        """Show why this experiment cannot be swept, or remove the sentence."""
        reason = objection(self._settings, self._over()) if self._settings is not None else None
        self.clear_errors()
        self.fields["over"].show_error(reason)
        self.button.setEnabled(self._running or (reason is None and self._settings is not None))

    def _on_over_chosen(self) -> None:
        self._show_fields()
        self._show_objection()

    def _on_changed(self) -> None:
        name = self.sender().objectName().removeprefix("sweep_")
        self._touched.add(name)
        self._refused.pop(name, None)
        self._show_objection()

    def _on_rejected(self, sentence: str) -> None:
        name = self.sender().objectName().removeprefix("sweep_")
        self._refused[name] = sentence
        self.show_error(name, sentence)

    def _on_taken(self) -> None:
        (self.stop_asked if self._running else self.run_asked).emit()


def _number(low: float, high: float, stepping: Literal["log", "linear"] = "linear") -> NumberBox:
    box = NumberBox(stepping, 0.05)
    box.setRange(low, high)
    return box


def _whole(low: int, high: int) -> IntegerBox:
    box = IntegerBox()
    box.setRange(low, high)
    return box


_SIZE = (860, 560)
_SMALLEST = 720


class SweepWindow(QDialog):
    """A window beside the main one; what a person takes from it is emitted as a signal.

    Parameters
    ----------
    session
        Its frame has the experiment that is swept, from its start.
    """

    changes_asked = Signal(dict)
    """The experiment should get this learning rate, and this momentum if it is swept; or this
    seed."""
    start_asked = Signal(object)
    """The experiment should start from these parameters (P,)."""
    _swept: SweepChoice | None = None
    """The choice that the shown result was made from."""
    _settings: Settings | None = None

    def __init__(
        self,
        session: Session,
        preferences: Preferences,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sweep_window")
        self.setWindowTitle("Sweep")
        self.setMinimumWidth(width_on_screen(self, _SMALLEST))
        self.resize(themes.scaled(_SIZE[0]), _SIZE[1])
        self._session = session
        self.form = SweepForm()
        self.view = SweepView()
        self.job = Job(self)
        self.exporter = SweepExporter(self, self.view, preferences)
        self.message = PlotReading(themes.text_font(), "background")
        self.export = self._export_button()
        self._place()
        self._connect()

    # --- what the main window calls ---------------------------------------------------------------

    def open_beside(self) -> None:
        """Show the window with the present experiment, and bring it to the front."""
        to_front(self)
        self.show_frame(self._session.frame())

    def show_frame(self, frame: Frame) -> None:
        """Follow the experiment; called at every frame, but acts only when the settings change."""
        settings = frame.experiment
        if not self.isVisible() or frame.rows is None or settings is self._settings:
            return
        self._settings = settings
        self.form.show_settings(settings)
        self._show_old()

    def show_error(self, sentence: str) -> None:
        """Say why what was taken is not possible."""
        self.message.setText(sentence)

    # --- the job ----------------------------------------------------------------------------------

    def run(self) -> None:
        """Sweep the present experiment; an invalid value is reported at its field."""
        self.show_frame(self._session.frame())
        settings = self._settings
        choice = self.form.choice()
        if settings is None:
            self.message.setText(LOADING)
            return
        self.form.clear_errors()
        try:
            self._sweep = Sweep(grid_of(settings, choice))
        except SettingsError as error:
            self.form.show_error(_field_of(error, choice), str(error))
            return
        self.job.start(self._sweep.work(), partial(self._on_finished, choice), after=0)
        self.message.setText("")
        self.form.show_running(True)

    def _on_finished(self, choice: SweepChoice, result: SweepResult) -> None:
        self._swept = choice
        self.form.show_running(False)
        try:
            self.view.show_result(result, stopped=not self._sweep.done)
        except SettingsError as error:  # the curvature at the start is not finite
            self.form.show_error("over", str(error))
            return
        self.export.setEnabled(True)
        self._show_old()

    def _show_old(self) -> None:
        """Mark the result if the experiment has changed since.

        Its own rate does not count in a sweep of rates.
        """
        if self.view.result is not None and self._swept is not None and self._settings is not None:
            same = same_neurons(self.view.result.grid, self._settings, self._swept)
            self.view.old.setVisible(not same)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop work that nobody waits for."""
        super().hideEvent(event)
        if not event.spontaneous() and self.job.running:
            self.job.drop()
            self.form.show_running(False)

    # --- taking -----------------------------------------------------------------------------------

    def _on_taken(self, neuron: int) -> None:
        result = self.view.result
        assert result is not None
        grid = result.grid
        where = {name: float(values[neuron]) for name, values in grid.coordinates.items()}
        if "seed" in where:
            self.changes_asked.emit({"seed": int(where["seed"])})
        elif "learning_rate" in where:
            self.changes_asked.emit(where)
        else:
            self.start_asked.emit(grid.starts[neuron])

    # --- parts ------------------------------------------------------------------------------------

    def _export_button(self) -> ExportButton:
        menu = QMenu("Export", self)
        exporter = self.exporter
        figure = menu.addAction("Figure…", partial(exporter.export_figure, "sweep"))
        figure.setObjectName("action_export_sweep")
        table = menu.addAction("Table as CSV…", exporter.export_table)
        table.setObjectName("action_export_sweep_table")
        copy = menu.addAction("Copy figure", partial(exporter.copy_figure, "sweep"))
        copy.setObjectName("action_copy_sweep")
        button = named(ExportButton(menu, self.exporter.queue, "Export the sweep"), "sweep_export")
        themes.set_look(button, "small")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setEnabled(False)
        return button

    def _place(self) -> None:
        self.view.header.addWidget(self.export)
        body = in_row(self.form, (self.view, 1), spacing=themes.GRID)
        in_column(
            (body, 1),
            self.message,
            within=self,
            spacing=4,
            margins=(themes.GRID, themes.GRID, themes.GRID, 4),
        )

    def _connect(self) -> None:
        self.form.over.chosen.connect(self.view.show_choice)
        self.form.run_asked.connect(self.run)
        self.form.stop_asked.connect(lambda: self._sweep.stop())
        self.job.advanced.connect(lambda: self.form.show_progress(self._sweep.progress))
        self.view.taken.connect(self._on_taken)
        self.exporter.reported.connect(self.message.setText)


def _field_of(error: SettingsError, choice: SweepChoice) -> str:
    names = {"learning_rate": "low", "momentum": "least_momentum", "epochs": "epochs"}
    return names.get(
        error.field or "", "low" if choice.over == "rates" and error.field is None else "over"
    )


class SweepExporter(FigureExporter):
    """The commands for the figure of a sweep and for its table, once there is a result."""

    def __init__(self, parent: QWidget, view: SweepView, preferences: Preferences) -> None:
        super().__init__(parent, preferences)
        self._view = view

    @property
    def task(self) -> str:
        """Name of the task that was swept, which may differ from the present one."""
        assert self._view.result is not None
        return self._view.result.grid.settings.file_stem

    def export_table(self) -> None:
        """Write every neuron of the sweep as CSV to a file that a person chooses."""
        result = self._view.result
        if result is None:
            return
        self._export_table("Export table", "sweep", csv_work(sweep_columns(result)))

    def figure_of(self, name: str) -> Work[Figure] | None:
        """Return the figure of the result, the only one there is."""
        result = self._view.result
        return (
            None
            if result is None
            else made(sweep_figure(result, self.preferences.figure_size()[:2]))
        )
