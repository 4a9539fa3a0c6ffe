"""Taking a sweep away: its figure to a file or the clipboard, its table to a file."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from neuroviz.core.slices import Work, made
from neuroviz.files.runs_table import sweep_columns
from neuroviz.files.table import csv_work
from neuroviz.pictures.figure import Figure
from neuroviz.ui.export.exporter import FigureExporter
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.sweep.view import SweepView


class SweepExporter(FigureExporter):
    """The commands for the figure of a sweep, and one for its table.

    Parameters
    ----------
    view
        Holds the result; the commands are for when there is one.
    preferences
        Remember the folder and give the size of figures.
    """

    def __init__(self, parent: QWidget, view: SweepView, preferences: Preferences) -> None:
        super().__init__(parent, {view.figure_name: self._figure_work}, preferences)
        self._view = view

    @property
    def task(self) -> str:
        """Name of the task that was swept, which need not be the present one."""
        assert self._view.result is not None
        return self._view.result.grid.settings.task

    def export_table(self) -> None:
        """Write every neuron of the sweep as CSV to a file of the user's choice."""
        result = self._view.result
        if result is None:
            return
        self._export_table("Export table", "sweep", csv_work(sweep_columns(result)))

    def _figure_work(self) -> Work[Figure] | None:
        figure = self._view.figure()
        return None if figure is None else made(figure)
