"""Taking things away: figures and numbers to files and to the clipboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from neuroviz.files.figure import ENDINGS, Figure, render, write_figure
from neuroviz.files.table import write_csv
from neuroviz.files.writer import FileError
from neuroviz.session.frame import Frame
from neuroviz.ui.controls.number_box import IntegerBox, NumberBox
from neuroviz.ui.preferences import Preferences

__all__ = ["Exporter", "FigureSizeDialog"]

_FILTERS = "PNG picture (*.png);;SVG drawing (*.svg);;PDF document (*.pdf)"


class Exporter:
    """Asks for a file and writes it; what goes wrong is told in one sentence, and nothing is half written.

    Parameters
    ----------
    parent
        The window the dialogs belong to.
    preferences
        Remember the folder and give the size of figures.
    """

    def __init__(self, parent: QWidget, preferences: Preferences) -> None:
        self._parent, self._preferences = parent, preferences

    def save_figure(self, figure: Figure, name: str) -> Path | None:
        """Write a figure to a file of the user's choice; return it, None where there is none."""
        path = self._ask("Export figure", f"{name}.png", _FILTERS)
        if path is None:
            return None
        if path.suffix.lower() not in ENDINGS:
            path = path.with_name(path.name + ".png")
        width, height, dpi = self._preferences.figure_size()
        try:
            return write_figure(path, figure, width, height, dpi)
        except (FileError, ValueError) as error:
            self._complain(str(error))
            return None

    def save_history(self, frame: Frame, name: str) -> Path | None:
        """Write the history as CSV to a file of the user's choice."""
        assert frame.rows is not None
        path = self._ask("Export history", f"{name}.csv", "CSV table (*.csv)")
        if path is None:
            return None
        try:
            return write_csv(path if path.suffix else path.with_suffix(".csv"), frame.rows.columns())
        except (FileError, ValueError) as error:
            self._complain(str(error))
            return None

    def copy_figure(self, figure: Figure) -> None:
        """Put a figure on the clipboard, as a picture and as SVG for programs that take it."""
        width, height, dpi = self._preferences.figure_size()
        data = QMimeData()
        data.setImageData(QImage.fromData(QByteArray(render(figure, ".png", width, height, dpi))))
        data.setData("image/svg+xml", QByteArray(render(figure, ".svg", width, height, dpi)))
        QGuiApplication.clipboard().setMimeData(data)

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


def _plain(sentence: str) -> str:
    """Return text that Qt takes as it is: a file may be called <b>."""
    return sentence.replace("<", "‹").replace(">", "›")


class FigureSizeDialog(QDialog):
    """Width, height and resolution of exported figures."""

    def __init__(self, size: tuple[float, float, int], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Size of figures")
        self._width, self._height, self._dpi = NumberBox(step=5), NumberBox(step=5), IntegerBox()
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
        self._width.setRange(40, 500)
        self._height.setRange(40, 500)
        self._dpi.setRange(50, 600)
        self._width.setValue(size[0])
        self._height.setValue(size[1])
        self._dpi.setValue(size[2])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)

    def size_chosen(self) -> tuple[float, float, int]:
        """Return width and height in mm and the resolution in dpi."""
        return self._width.value(), self._height.value(), self._dpi.value()
