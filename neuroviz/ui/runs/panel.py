"""The list of runs: pin the active one, compare, race; it only emits signals."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)

from neuroviz.session.frame import Frame
from neuroviz.session.going import MOST
from neuroviz.session.run import ListedRun
from neuroviz.ui.canvas.motion import Glide
from neuroviz.ui.canvas.tables import put_on_clipboard
from neuroviz.ui.controls.commands import Commands
from neuroviz.ui.runs.leaderboard import Leaderboard
from neuroviz.ui.runs.race_dialog import RaceDialog
from neuroviz.ui.runs.run_cells import RunCells, RunsModel, is_shown, numbers_of
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    STRETCH,
    in_column,
    in_row,
    named,
    small_button,
    text_label,
)

_OWN_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_F2)


class RunList(QListView):
    """A list with one entry for each run that is kept."""

    delete_asked = Signal(int)
    menu_asked = Signal(QPoint)
    """The menu of the picked run should open at this point of the screen."""
    picked = Signal()
    """Another run was picked, or none is picked any more."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "runs", "Runs kept for comparison")
        self.runs = RunsModel()
        self._cells = RunCells(self, self.runs)
        self._set_look()
        self.setModel(self.runs)
        self.setItemDelegate(self._cells)
        self.runs.modelAboutToBeReset.connect(Glide(self.viewport(), fades=True).leave)
        self.selectionModel().currentChanged.connect(self.picked)

    def _set_look(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)  # for the highlight under the pointer
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)

    # --- showing ----------------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Show the runs of a frame, and keep the picked one, or pick one near where it was."""
        picked = self.picked_run()
        row = self.currentIndex().row()
        if not self.runs.show(frame.runs):
            return
        if picked is not None and frame.runs:
            found = self.runs.row_of(picked.number)
            last = len(frame.runs) - 1
            self.setCurrentIndex(self.runs.index(min(row, last) if found is None else found))
        self.picked.emit()

    def picked_run(self) -> ListedRun | None:
        """Return the picked run; None if none is."""
        index = self.currentIndex()
        return self.runs.listed[index.row()] if index.isValid() else None

    def rename(self) -> None:
        """Open the field in which the picked run is renamed, unless it is open already."""
        if self.currentIndex().isValid() and self.state() != QAbstractItemView.State.EditingState:
            self.setFocus()
            self.edit(self.currentIndex())

    # --- mouse and keys ---------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep the list's own keys from the window, where Space runs and pauses."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._is_own(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def _is_own(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy):
            return True
        return event.key() in _OWN_KEYS and self.currentIndex().isValid()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show or hide the picked run with Space, delete it with Delete, rename it with F2.

        The arrows pick another. Ctrl+C copies the whole list as a table.
        """
        run = self.picked_run()
        if event.matches(QKeySequence.StandardKey.Copy):
            model = self.runs
            rows = ([run.name, model.differs(run), *numbers_of(run)] for run in model.listed)
            put_on_clipboard([("name", "differs", "epoch", "loss"), *rows])
        elif run is not None and event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit(run.number)
        elif run is not None and event.key() == Qt.Key.Key_Space:
            self.runs.switch(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the run under the pointer, or by key that of the picked one.

        The press of the mouse has already picked the run under the pointer.
        """
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            place = self.visualRect(index).center() if by_key else event.pos()
            self.menu_asked.emit(self.viewport().mapToGlobal(place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the text to the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


_EMPTY = (
    "Pin a run to keep its loss curve, its path and its settings here, "
    "and compare the next ones with it; a race starts several from one start at once."
)

_RACE = f"Start up to {MOST} runs from one start, in lockstep"
_NOTE = 76
"""Height of the notes in pixels, for three lines."""
_END = "Let only the present run go on; the others stay in the list"


class RunsPanel(QWidget):
    """The list of runs and what can be done with them, the notes, and the standings of a race."""

    bring_back_asked = Signal(int)
    race_asked = Signal(object)
    """A list of (name, Settings), with 2 to MOST runs."""
    end_race_asked = Signal()

    note_written = Signal(str)
    """All that the person has written about the session so far."""
    _dialog: RaceDialog | None = None
    _frame: Frame | None = None

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.list = RunList()
        self.board = Leaderboard()
        self.board.again.clicked.connect(self.open_race)
        self.board.leave.clicked.connect(self.end_race_asked)
        self._empty = text_label("no_runs", "muted", _EMPTY, wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(0, 6, 0, 0)
        self._menu = QMenu(self)
        self._build_head(commands)
        self._build_foot()
        self._build_note()
        self._place()
        self.list.menu_asked.connect(self._menu.popup)
        self.list.picked.connect(self._show_what_can_be_done)

    # --- what the window calls --------------------------------------------------------------------

    def show_new(self, frame: Frame) -> None:
        """Show another experiment."""
        if frame.note != self.note.toPlainText():
            with QSignalBlocker(self.note):
                self.note.setPlainText(frame.note)
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        """Show a frame; nothing is drawn while the panel is hidden."""
        self._frame = frame
        if self._dialog is not None:
            self._dialog.show_frame(frame)
        if self.isVisible():
            self._draw(frame)

    def open_race(self) -> None:
        """Open the dialog that sets up a race, or bring it to the front."""
        if self._frame is None:
            return
        if self._dialog is None:
            self._dialog = RaceDialog(self._frame, self.window())
            self._dialog.race_asked.connect(self.race_asked)
        self._dialog.open_for(self._frame)

    def showEvent(self, event: object) -> None:
        """Show what was missed while the panel was hidden."""
        if self._frame is not None:
            self._draw(self._frame)

    # --- building ---------------------------------------------------------------------------------

    def _build_head(self, commands: Commands) -> None:
        self.pin = small_button("pin_run", "", action=commands["pin"])
        self.race = small_button("race", "Race…", _RACE, clicked=self._on_race_clicked)
        menu = QMenu(self)
        tip = "Export all visible runs together"
        self.export = small_button("export_runs", "Export", tip, tip, menu=menu)
        menu.addActions([commands["export_runs_csv"], commands["export_runs_figure"]])

    def _build_foot(self) -> None:
        bring_back = partial(self._ask_for_picked, self.bring_back_asked)
        delete = partial(self._ask_for_picked, self.list.delete_asked)
        self.bring_back = small_button(
            "bring_back",
            "Bring back settings",
            "Start a run with the settings of this one",
            clicked=bring_back,
        )
        tip = "Give it another name (F2)"
        self.rename = small_button("rename_run", "Rename", tip, clicked=self.list.rename)
        tip = "Remove it from the list (Del)"
        self.delete = small_button("delete_run", "Delete", tip, clicked=delete)
        self._add("Bring back its settings", bring_back)
        self._add("Rename", self.list.rename, "F2")
        self._switch = self._add("Hide", self._on_switch, "Space")
        self._menu.addSeparator()
        self._add("Delete", delete, "Del")

    def _build_note(self) -> None:
        asked = "Notes: what did you try, and what came of it?"
        note = QPlainTextEdit(placeholderText=asked, tabChangesFocus=True)
        self.note = named(note, "note", "Notes")
        themes.set_look(self.note, "note")
        self.note.setToolTip("What you write here is kept with the session")
        self.note.setFixedHeight(_NOTE)
        self.note.textChanged.connect(lambda: self.note_written.emit(self.note.toPlainText()))

    def _add(self, text: str, slot: Callable[[], None], key: str = "") -> QAction:
        action = self._menu.addAction(text, slot)
        if key:
            action.setShortcut(QKeySequence(key))
            # The menu only shows the key; the list handles it.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action

    def _place(self) -> None:
        self._foot = _row(self.bring_back, self.rename, self.delete)
        self._head = _row(self.pin, self.race, self.export)
        in_column(
            (self.board, 1),
            self._head,
            (self._empty, 1),
            (self.list, 1),
            self._foot,
            self.note,
            within=self,
            spacing=6,
        )

    # --- showing ----------------------------------------------------------------------------------

    def _draw(self, frame: Frame) -> None:
        self.board.show_frame(frame)
        self.list.show_frame(frame)
        self._show_what_can_be_done()

    def _show_what_can_be_done(self) -> None:
        frame = self._frame
        if frame is None:
            return
        races = frame.race is not None
        self.board.setVisible(races)
        for part in (self._head, self.note):
            part.setVisible(not races)
        some = bool(frame.runs) and not races
        for part in (self.list, self._foot):
            part.setVisible(some)
        self._empty.setVisible(not frame.runs)
        self.export.setEnabled(bool(frame.runs) and frame.rows is not None)

        racing = _racing(frame)
        self.race.setText("End race" if racing else "Race…")
        self.race.setToolTip(_END if racing else _RACE)
        picked = self.list.picked_run()
        for button in (self.bring_back, self.rename, self.delete):
            button.setEnabled(picked is not None)
        self._switch.setText("Hide" if picked is None or is_shown(picked) else "Show")
        self._switch.setEnabled(picked is not None and not picked.active)

    # --- what a person does -----------------------------------------------------------------------

    def _on_race_clicked(self) -> None:
        if self._frame is not None and _racing(self._frame):
            self.end_race_asked.emit()
        else:
            self.open_race()

    def _ask_for_picked(self, asked: SignalInstance) -> None:
        run = self.list.picked_run()
        if run is not None:
            asked.emit(run.number)

    def _on_switch(self) -> None:
        if self.list.picked_run() is not None:
            self.list.runs.switch(self.list.currentIndex())


def _racing(frame: Frame) -> bool:
    return any(run.racing for run in frame.runs)


def _row(*buttons: QToolButton) -> QWidget:
    """Return buttons side by side, with the last one at the right end."""
    row = QWidget()
    in_row(*buttons[:-1], STRETCH, buttons[-1], within=row, spacing=6)
    return row
