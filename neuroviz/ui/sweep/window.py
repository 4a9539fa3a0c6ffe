"""The window of sweeps: the form, the result, and what is taken or exported from it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import LOADING
from neuroviz.core.slices import Work, made
from neuroviz.core.sweep.sweep import Sweep, SweepResult
from neuroviz.files.table import csv_work, sweep_columns
from neuroviz.pictures.marks import Figure
from neuroviz.pictures.sweep.figure import sweep_figure
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.session.sweep_choice import SweepChoice, grid_of, same_neurons
from neuroviz.ui.canvas.card import PlotReading
from neuroviz.ui.canvas.jobs import Job
from neuroviz.ui.export.exporter import ExportButton
from neuroviz.ui.export.figures import FigureExporter
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.sweep.form import SweepForm
from neuroviz.ui.sweep.view import SweepView
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import in_column, in_row, named, to_front, width_on_screen

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
