"""What every window can do with its figures: write them to files in a chosen size, or copy them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QFormLayout,
    QMessageBox,
    QWidget,
)

from neuroviz.core.slices import Work
from neuroviz.files.reader import name_of
from neuroviz.files.table import check_table_path
from neuroviz.files.writer import check_writable
from neuroviz.pictures.marks import Figure
from neuroviz.pictures.render import ENDINGS
from neuroviz.ui.controls.number_box import IntegerBox, NumberBox
from neuroviz.ui.export.queue import Check, ExportQueue, made_apart, written
from neuroviz.ui.preferences import FIGURE_LIMITS, Preferences
from neuroviz.ui.theme.parts import (
    DIALOG,
    height_of,
    in_column,
    message_box,
    named,
    take_or_cancel,
    wrapped_label,
)

_FILTERS = "PNG picture (*.png);;SVG drawing (*.svg);;PDF document (*.pdf)"
_TABLES = "CSV table (*.csv)"

Size = tuple[float, float, int]
"""Width and height in mm, and resolution in dpi."""


class FigureSizeDialog(QDialog):
    """Asks for width, height and resolution of exported figures."""

    chosen = Signal(tuple)
    """Width and height in mm, and resolution in dpi."""

    def __init__(self, size: Size, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Size of figures")
        self._width = NumberBox(step=5)
        self._height = NumberBox(step=5)
        self._dpi = IntegerBox()
        self._error = wrapped_label("figure_error", "error")
        form = QFormLayout()
        boxes = zip(
            ("width", "height", "dpi"),
            ("Width (mm)", "Height (mm)", "Resolution of PNG (dpi)"),
            (self._width, self._height, self._dpi),
            FIGURE_LIMITS,
            size,
            strict=True,
        )
        for name, caption, box, limits, value in boxes:
            named(box, f"figure_{name}", caption)
            box.setRange(*limits)
            box.show_value(value)
            box.rejected.connect(self._error.setText)
            form.addRow(caption, box)
        self._width.selectAll()  # what is typed at once takes the place of it all
        self._error.setMinimumHeight(height_of(2, self._error))
        buttons, _ = take_or_cancel(self, "figure_take", "OK", self.accept)
        in_column(form, self._error, buttons, within=self, margins=DIALOG)

    def accept(self) -> None:
        """Emit what was chosen, and close."""
        self.chosen.emit((self._width.value(), self._height.value(), self._dpi.value()))
        super().accept()


class FigureExporter(QObject):
    """Commands for figures; a failure is reported in one sentence and leaves no half-written file.

    Subclasses give the name of the task and the figures.
    """

    reported = Signal(str)
    """What was done, for the status line."""

    def __init__(self, parent: QWidget, preferences: Preferences) -> None:
        super().__init__(parent)
        self.widget = parent
        self.preferences = preferences
        self.queue = ExportQueue(self)
        self.queue.reported.connect(self.reported)
        self.queue.failed.connect(self._complain)

    @property
    def task(self) -> str:
        """Name of the task, with which the names of files begin."""
        raise NotImplementedError

    def figure_of(self, name: str) -> Work[Figure] | None:
        """Return the work that makes a figure as it is now; None, and say so, if there is none."""
        raise NotImplementedError

    def export_figure(self, name: str) -> None:
        """Write the figure of this name to a file of the user's choice."""
        figure = self.figure_of(name)
        if figure is not None:
            self._export("Export figure", name, figure)

    def copy_figure(self, name: str) -> None:
        """Put the figure of this name on the clipboard, as a picture and as SVG."""
        figure = self.figure_of(name)
        if figure is not None:
            self.queue.add("a copy of the figure", _copied(figure, self.preferences.figure_size()))

    def choose_figure_size(self) -> None:
        """Ask for the size of exported figures."""
        dialog = FigureSizeDialog(self.preferences.figure_size(), self.widget)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.preferences.set_figure_size)
        dialog.open()

    def write(
        self,
        path: Path | None,
        made_as: Callable[[str], Work[list[bytes]]],
        check: Check = check_writable,
    ) -> None:
        """Write a file with what ``made_as`` makes for its ending; without a path do nothing."""
        if path is not None:
            self.queue.add(path.name, written(path, made_as(path.suffix.lower()), check))

    def _export(self, title: str, name: str, figure: Work[Figure]) -> None:
        path = self.ask(title, self.file_name(f"{name}.png"), _FILTERS, ENDINGS)
        size = self.preferences.figure_size()
        self.write(path, lambda ending: _drawing(figure, [ending], size))

    def _export_table(self, title: str, name: str, table: Work[list[bytes]]) -> None:
        path = self.ask(title, self.file_name(f"{name}.csv"), _TABLES)
        self.write(path, lambda _: table, check_table_path)

    @property
    def _saved_name(self) -> str:
        """Name under which the session was saved; empty if it was not."""
        return Path(self.widget.window().windowFilePath()).stem

    def file_name(self, rest: str) -> str:
        """Return the name of a file, from its ending, or from the last part of its name.

        It begins with the name of the saved session, or else with that of the task.
        """
        between = "" if rest.startswith(".") else " " if self._saved_name else "-"
        return f"{self._saved_name or self.task}{between}{rest}"

    def ask(
        self, title: str, name: str, filters: str, endings: Collection[str] = ()
    ) -> Path | None:
        """Ask for a file; one that has none of the endings gets that of the kind that was picked.

        A path without a fitting ending gets that of the proposed name.

        Parameters
        ----------
        endings
            The endings that fit; if there are none, any ending fits.
        """
        start = str(Path(self.preferences.folder()) / name)
        asker = QApplication.activeWindow() or self.widget  # the keyboard returns there
        said, kind = QFileDialog.getSaveFileName(asker, title, start, filters)
        if not said:
            return None
        path = Path(said)
        self.preferences.set_choice("folder", str(path.parent))
        ending = path.suffix.lower()
        fits = ending in endings if endings else bool(ending)
        if fits:
            return path
        picked = kind.rpartition("*")[2].rstrip(")")
        path = path.with_name(path.name + (picked or Path(name).suffix))
        if path.exists():  # the dialog has not asked whether to replace this file
            self._complain(f"{name_of(path.name)} exists: enter its whole name to replace it.")
            return None
        return path

    def _complain(self, sentence: str) -> None:
        warning = QMessageBox.Icon.Warning
        message_box(self.widget, warning, "export_error", "Not exported", sentence).open()


def _drawing(figure: Work[Figure], endings: Sequence[str], size: Size) -> Work[list[bytes]]:
    """Draw a figure into the bytes of files with these endings."""
    return (yield from made_apart("pictures.render", (yield from figure), tuple(endings), *size))


def _copied(figure: Work[Figure], size: Size) -> Work[str]:
    png, svg = yield from _drawing(figure, (".png", ".svg"), size)
    data = QMimeData()
    data.setImageData(QImage.fromData(QByteArray(png)))
    data.setData("image/svg+xml", QByteArray(svg))
    QGuiApplication.clipboard().setMimeData(data)
    return "The figure is on the clipboard."
