"""Taking a sweep away: its figure to a file or the clipboard, its table to a file."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.files.runs_table import sweep_columns
from neuroviz.files.table import write_csv
from neuroviz.ui.export import Exporter
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.sweep.view import SweepView

__all__ = ["SweepExporter"]


class SweepExporter(Exporter):
    """The main window's commands for a figure, for the view of a sweep, and one for its table.

    Parameters
    ----------
    parent
        The window the dialogs belong to.
    view
        Holds the result; the commands are for when there is one.
    preferences
        Remember the folder and give the size of figures.
    """

    def __init__(self, parent: QWidget, view: SweepView, preferences: Preferences) -> None:
        swept: Any = _Swept(view)
        views: Any = {view.figure_name: view}  # no view of frames, but it gives its figure as they do
        super().__init__(parent, swept, views, preferences)
        self._view = view

    def export_table(self) -> None:
        """Write every neuron of the sweep as CSV to a file of the user's choice."""
        result = self._view.result
        if result is None:
            return
        path = self._ask("Export table", f"{result.grid.settings.task}-sweep.csv", "CSV table (*.csv)")
        if path is not None:
            path = path if path.suffix else path.with_suffix(".csv")
            self._write(write_csv, path, sweep_columns(result))


class _Swept:
    """What an exporter asks of a session: files bear the name of the task that was swept, not the present."""

    def __init__(self, view: SweepView) -> None:
        self._view = view

    @property
    def settings(self) -> Settings:
        assert self._view.result is not None
        return self._view.result.grid.settings

    def frame(self) -> None:
        """Return nothing: the figure is of the result."""
