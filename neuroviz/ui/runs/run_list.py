"""The list of runs: follows the frame, and says what a person wants by mouse and by key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from neuroviz.session.frame import Frame
from neuroviz.session.runs import ListedRun
from neuroviz.ui.canvas.motion import Glide
from neuroviz.ui.runs.run_cells import RunCells, RunEntry, RunsModel, entry_of
from neuroviz.ui.theme.colours import Theme

_OWN_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_F2)


class RunList(QListView):
    """One entry for each run of the list."""

    delete_asked = Signal(int)
    menu_asked = Signal(QPoint)
    """A menu for the picked run is to open there, on the screen."""
    picked = Signal()
    """Another run is picked, or none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("runs")
        self.setAccessibleName("Runs kept for comparison")
        self.runs = RunsModel()
        self._cells = RunCells(self, self.runs, theme)
        self._known: dict[ListedRun, RunEntry] = {}
        self._alone = False
        self._set_look()
        self.setModel(self.runs)
        self.setItemDelegate(self._cells)
        self.runs.modelAboutToBeReset.connect(Glide(self.viewport(), fades=True).leave)
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    def _set_look(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)  # for the ground under the pointer
        self.setTabKeyNavigation(False)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)

    # --- showing ----------------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Follow the runs, and stay on the one that is picked, or near where it was."""
        lines = self._lines(frame)
        picked = self.picked_run()
        row = self.currentIndex().row()
        if not self.runs.show(lines):
            return
        if picked is not None and lines:
            found = self.runs.row_of(picked.number)
            self.setCurrentIndex(
                self.runs.index(min(row, len(lines) - 1) if found is None else found)
            )
        self.picked.emit()

    def picked_run(self) -> RunEntry | None:
        """Return the entry that is picked; None if none is."""
        index = self.currentIndex()
        return self.runs.lines[index.row()] if index.isValid() else None

    def rename(self) -> None:
        """Open the line in which the name of the picked run is typed, unless that is open."""
        if self.currentIndex().isValid() and self.state() != QAbstractItemView.State.EditingState:
            self.setFocus()
            self.edit(self.currentIndex())

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self._cells.theme = theme
        self.viewport().update()

    def _lines(self, frame: Frame) -> list[RunEntry]:
        """Return the entries.

        A run in which nothing has changed is the one it was, and so is its entry.
        """
        alone = len(frame.runs) == 1
        known = self._known if alone == self._alone else {}
        self._alone = alone
        self._known = {run: known.get(run) or entry_of(run, alone=alone) for run in frame.runs}
        return list(self._known.values())

    # --- mouse and keys ---------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the list from the window: Space runs and pauses elsewhere."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._is_own(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def _is_own(self, event: QKeyEvent) -> bool:
        return event.key() in _OWN_KEYS and self.currentIndex().isValid()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space shows and hides, Delete deletes, F2 renames the picked run; arrows pick another."""
        line = self.picked_run()
        if line is not None and event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit(line.number)
        elif line is not None and event.key() == Qt.Key.Key_Space:
            self.runs.switch(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu.

        Of the run under the pointer, which the press has picked, or by key the picked one.
        """
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            place = self.visualRect(index).center() if by_key else event.pos()
            self.menu_asked.emit(self.viewport().mapToGlobal(place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the words anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _on_current_changed(self, current: QModelIndex, before: QModelIndex) -> None:
        self.picked.emit()
