"""Taking things away: figures and numbers to files and to the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from neuroviz.core.script.script import Script
from neuroviz.files.figure_file import write_figure
from neuroviz.files.runs_table import write_runs
from neuroviz.files.script_file import ENDINGS as SCRIPTS
from neuroviz.files.script_file import write_script
from neuroviz.files.table import write_csv
from neuroviz.files.writer import FileError
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.render import ENDINGS, render
from neuroviz.pictures.runs import NamedRun, runs_figure
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.canvas.card import Card
from neuroviz.ui.controls.number_box import IntegerBox, NumberBox
from neuroviz.ui.preferences import FIGURE_LIMITS, Preferences

__all__ = ["Exporter", "FigureExporter", "FigureSizeDialog"]

_LOADING = "torch is still being loaded: try again in a moment."
_PRESENT = "present run"
_FILTERS = "PNG picture (*.png);;SVG drawing (*.svg);;PDF document (*.pdf)"


class FigureExporter(QObject):
    """Commands for figures; what goes wrong is told in one sentence, and nothing is half written.

    Parameters
    ----------
    parent
        The window the dialogs belong to.
    figures
        What gives a figure as it is now, None for nothing yet, by its name, which the actions carry as their data.
    preferences
        Remember the folder and give the size of figures.
    """

    told = Signal(str)
    """What was done, for the line of words."""

    def __init__(
        self, parent: QWidget, figures: Mapping[str, Callable[[], Figure | None]], preferences: Preferences
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self._figures = figures
        self._preferences = preferences

    @property
    def task(self) -> str:
        """Name of the task, which the files bear."""
        raise NotImplementedError(f"{type(self).__name__} must name the task")

    def export_figure(self) -> None:
        """Write the figure that the action names to a file of the user's choice."""
        name = self._name_of_sender()
        figure = self._figure(name)
        if figure is not None:
            self._export("Export figure", name, figure)

    def copy_figure(self) -> None:
        """Put the figure that the action names on the clipboard, as a picture and as SVG."""
        figure = self._figure(self._name_of_sender())
        if figure is None:
            return
        size = self._preferences.figure_size()
        data = QMimeData()
        data.setImageData(QImage.fromData(QByteArray(render(figure, ".png", *size))))
        data.setData("image/svg+xml", QByteArray(render(figure, ".svg", *size)))
        QGuiApplication.clipboard().setMimeData(data)
        self.told.emit("The figure is on the clipboard.")

    def choose_figure_size(self) -> None:
        """Ask for the size of exported figures."""
        dialog = FigureSizeDialog(self._preferences.figure_size(), self._parent)
        if dialog.exec() == FigureSizeDialog.DialogCode.Accepted:
            self._preferences.set_figure_size(dialog.size_chosen())
        dialog.deleteLater()

    def _name_of_sender(self) -> str:
        action = self.sender()
        assert isinstance(action, QAction)
        return str(action.data())

    def _figure(self, name: str) -> Figure | None:
        figure = self._figures[name]()
        if figure is None:
            self.told.emit(_LOADING)
        return figure

    def _export(self, title: str, name: str, figure: Figure) -> None:
        path = self._ask(title, f"{self.task}-{name}.png", _FILTERS)
        if path is None:
            return
        if path.suffix.lower() not in ENDINGS:
            path = path.with_name(path.name + ".png")
        self._write(write_figure, path, figure, *self._preferences.figure_size())

    def _write(self, write: Callable[..., Path], path: Path, *what: object) -> None:
        try:
            self.told.emit(f"Written: {write(path, *what)}.")
        except (FileError, ValueError) as error:
            self._complain(str(error))

    def _ask(self, title: str, name: str, filters: str) -> Path | None:
        start = str(Path(self._preferences.folder() or Path.home()) / name)
        path, _ = QFileDialog.getSaveFileName(self._parent, title, start, filters)
        if not path:
            return None
        self._preferences.set_folder(str(Path(path).parent))
        return Path(path)

    def _complain(self, sentence: str) -> None:
        box = QMessageBox(self._parent)
        box.setObjectName("export_error")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Not exported")
        box.setText(_plain(sentence))
        # Not exec(): the run behind it goes on, and the window keeps answering.
        box.open()


class Exporter(FigureExporter):
    """The commands under Export: what the window shows, the histories behind it, and the script.

    Parameters
    ----------
    parent
        The window the dialogs belong to.
    session
        Gives the frame to take away.
    views
        Those that give figures of a frame.
    preferences
        Remember the folder and give the size of figures.
    """

    def __init__(self, parent: QWidget, session: Session, views: Iterable[Card], preferences: Preferences) -> None:
        super().__init__(parent, {view.figure_name: partial(self._figure_of, view) for view in views}, preferences)
        self._session = session

    @property
    def task(self) -> str:
        """Name of the task of the experiment in force."""
        return self._session.settings.task

    def _figure_of(self, view: Card) -> Figure | None:
        return view.figure(self._session.frame())

    def export_runs_figure(self) -> None:
        """Write the losses of all visible runs, on the axis of the loss plot, to a file of the user's choice."""
        runs = _visible_runs(self._session.frame())
        loss_plot = self._figure("loss")
        if runs and loss_plot is not None:
            self._export("Export figure of all runs", "runs", runs_figure(runs, log=loss_plot.log_y))

    def export_runs_csv(self) -> None:
        """Write the histories of all visible runs as one CSV to a file of the user's choice."""
        runs = _visible_runs(self._session.frame())
        if not runs:
            self.told.emit(_LOADING)
            return
        path = self._ask("Export all runs", f"{self.task}-runs.csv", "CSV table (*.csv)")
        if path is not None:
            self._write(write_runs, path if path.suffix else path.with_suffix(".csv"), runs)

    def export_history(self) -> None:
        """Write the history as CSV to a file of the user's choice."""
        frame = self._session.frame()
        if frame.rows is None:
            self.told.emit(_LOADING)
            return
        path = self._ask("Export history", f"{self.task}-history.csv", "CSV table (*.csv)")
        if path is not None:
            path = path if path.suffix else path.with_suffix(".csv")
            self._write(write_csv, path, frame.rows.columns())

    def export_script(self, script: Script) -> None:
        """Write a script as Python code or as a notebook to a file of the user's choice."""
        filters = "Python code (*.py);;Notebook (*.ipynb)"
        path = self._ask("Save the script", f"{self.task}.py", filters)
        if path is not None:
            self._write(
                write_script, path if path.suffix.lower() in SCRIPTS else path.with_name(path.name + ".py"), script
            )


def _visible_runs(frame: Frame) -> list[NamedRun]:
    """Return the visible runs of the list and the active one, which has no colour but the accent."""
    if frame.rows is None:
        return []
    runs: list[NamedRun] = [
        (run.name, None if run.active else run.slot, run.settings, run.rows)
        for run in frame.runs
        if run.rows is not None and (run.visible or run.active)
    ]
    if not any(run.active for run in frame.runs):
        runs.append((_PRESENT, None, frame.settings_at_start, frame.rows))
    return runs


def _plain(sentence: str) -> str:
    """Return text that Qt takes as it is: a file may be called <b>."""
    return sentence.replace("<", "‹").replace(">", "›")


class FigureSizeDialog(QDialog):
    """Width, height and resolution of exported figures."""

    def __init__(self, size: tuple[float, float, int], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Size of figures")
        self._width = NumberBox(step=5)
        self._height = NumberBox(step=5)
        self._dpi = IntegerBox()
        form = QFormLayout()
        rows: tuple[tuple[QWidget, str], ...] = (
            (self._width, "Width (mm)"),
            (self._height, "Height (mm)"),
            (self._dpi, "Resolution of PNG (dpi)"),
        )
        for box, caption in rows:
            box.setAccessibleName(caption)
            form.addRow(caption, box)
        self._width.setObjectName("figure_width")
        self._height.setObjectName("figure_height")
        self._dpi.setObjectName("figure_dpi")
        for box, limits, value in zip((self._width, self._height, self._dpi), FIGURE_LIMITS, size, strict=True):
            box.setRange(*limits)
            box.setValue(value)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)

    def size_chosen(self) -> tuple[float, float, int]:
        """Return width and height in mm and the resolution in dpi."""
        return self._width.value(), self._height.value(), self._dpi.value()
