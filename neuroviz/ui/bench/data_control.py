"""Data of one's own: the ways in which they come into the window and become a data set."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from neuroviz.core.data.dataset import Dataset
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.bench.change_control import ChangeControl
from neuroviz.ui.bench.view_grid import ViewGrid
from neuroviz.ui.preferences import Preferences, local_path
from neuroviz.ui.views import DataView

if TYPE_CHECKING:  # what is built at its first use is imported then
    from neuroviz.ui.data.import_dialog import ImportDialog
    from neuroviz.ui.data.new_dialog import NewDialog
    from neuroviz.ui.data.table_dialog import TableDialog

TABLES = "*.csv *.tsv *.txt *.xlsx *.ods *.md *.html"


class DataControl(QObject):
    """The slots of everything that brings data.

    Parameters
    ----------
    plots
        Shows the plots; data that are to be drawn need theirs.
    changing
        Starts the experiment on other data.
    window
        The window over which dialogs open; this ends with it.
    """

    _dialog: ImportDialog | NewDialog | None = None
    _table: TableDialog | None = None

    def __init__(
        self,
        view: DataView,
        plots: ViewGrid,
        session: Session,
        changing: ChangeControl,
        preferences: Preferences,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._preferences = preferences
        self._view = view
        self._plots = plots
        self._session = session
        self._changing = changing
        self._window = window
        view.drawing.new_asked.connect(self.open_new)

    def bring(self, way: str) -> None:
        """Bring data in a way that the task box names."""
        {"open": self.open_file, "paste": self.paste, "new": self.open_new, "draw": self.draw}[
            way
        ]()

    def open_file(self) -> None:
        """Ask for a file, and show how the table in it is understood."""
        folder = self._preferences.folder()
        shown = f"Tables ({TABLES});;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self._window, "Open data", folder, shown)
        if path:
            self._preferences.set_choice("folder", str(Path(path).parent))
            self.read_file(path)

    def read_file(self, path: str) -> None:
        """Show how the table in a file is understood."""
        self._open_import().read_file(path)

    def paste(self) -> None:
        """Show how the table on the clipboard is understood, or that in a file copied there."""
        from neuroviz.ui.data.table_view import clipboard_text

        addresses = QGuiApplication.clipboard().text("uri-list")[0].split()
        path = local_path(QUrl(addresses[0])) if len(addresses) == 1 else None
        if path is None:
            self.read_text(clipboard_text())
        else:
            self.read_file(str(path))

    def read_text(self, text: str) -> None:
        """Show how the table in a text is understood."""
        self._open_import().read_text(text)

    def _open_import(self) -> ImportDialog:
        # Imported here, so that the first paint does not wait for it.
        from neuroviz.ui.data.import_dialog import ImportDialog

        dialog = ImportDialog(self._window)
        self._open(dialog)
        return dialog

    def _open(self, dialog: ImportDialog | NewDialog) -> None:
        """Open a dialog over the window, and delete the one before."""
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = dialog
        dialog.taken.connect(self._on_taken)
        dialog.open()

    def _on_taken(self, data: Dataset) -> None:
        dialog = self._dialog
        if dialog is not None and self._changing.open_data(data, dialog):
            dialog.accept()

    def open_new(self) -> None:
        """Open the dialog that makes up data."""
        # Imported here, so that the first paint does not wait for it.
        from neuroviz.ui.data.new_dialog import NewDialog

        self._open(NewDialog(self._window))

    def show_frame(self, frame: Frame) -> None:
        """Show a moment in the table, if that is open."""
        if self._table is not None:
            self._table.show_frame(frame)

    def open_table(self) -> None:
        """Open the table of the data, or bring it to the front."""
        if self._table is None:
            # Imported here, so that the first paint does not wait for it.
            from neuroviz.ui.data.table_dialog import TableDialog

            self._table = table = TableDialog(self._session.frame(), self._window)
            table.edited.connect(partial(self._changing.drop, asked_by=table))
            keys = QKeySequence.StandardKey
            QShortcut(keys.Undo, table, self._changing.undo)
            QShortcut(keys.Redo, table, self._changing.redo)
        self._table.open_for(self._session.frame())

    def draw(self) -> None:
        """Show an empty plane, on which each click puts a point."""
        if not self._view.isVisible():
            self._plots.bring(self._view.figure_name)
        self._view.drawing.begin_blank()
