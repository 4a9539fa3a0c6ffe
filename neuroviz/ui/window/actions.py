"""The actions of the window and the menus they stand in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from neuroviz.ui.canvas.card import Card
from neuroviz.ui.export.exporter import Exporter
from neuroviz.ui.export.menu import fill_export_menu
from neuroviz.ui.preferences import THEMES

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow


class Actions:
    """Every command of the window, with its shortcut, in its menu."""

    def __init__(self, window: MainWindow, exporter: Exporter, views: Sequence[Card]) -> None:
        self._window = window
        self.all: list[QAction] = []
        """Every action, in the order of the menus."""
        self.export_menu = QMenu("&Export", window)
        self.exports = exporter.queue
        self._file_menu()
        self._experiment_menu()
        self._data_menu()
        self._run_menu()
        self._view_menu()
        self._export_menu(exporter, views)
        self._lessons_menu()
        self._help_menu()

    def _action(self, menu: QMenu, name: str, text: str, slot: Callable[..., object], key: str = "") -> QAction:
        action = QAction(text, self._window)
        action.setObjectName(f"action_{name}")
        if key:
            action.setShortcut(QKeySequence(key))
            plain = text.replace("&", "")
            shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{plain} ({shown})")
        action.triggered.connect(slot)
        menu.addAction(action)
        self.all.append(action)
        return action

    def _menu(self, title: str) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        return menu

    def offer_undo(self, undo: str | None, redo: str | None) -> None:
        """Name what can be undone and done again, None for nothing."""
        for action, word, label in ((self.undo, "&Undo", undo), (self.redo, "&Redo", redo)):
            text = f"{word} {label}" if label else word
            if action.text() != text:
                action.setText(text)
            action.setEnabled(label is not None)

    def _file_menu(self) -> None:
        document = self._window.document
        menu = self._menu("&File")
        self._action(menu, "new_session", "&New session", document.new)
        self._action(menu, "open", "&Open…", document.ask_open, "Ctrl+O")
        recent = menu.addMenu("Open &recent")
        recent.setObjectName("recent")
        recent.aboutToShow.connect(document.fill_recent)
        self._open_data = self._action(
            menu, "open_data", "Op&en data…", self._window.data_control.open_file, "Ctrl+Shift+O"
        )
        menu.addSeparator()
        self._action(menu, "save", "&Save", document.save, "Ctrl+S")
        self._action(menu, "save_as", "Save &as…", document.save_as, "Ctrl+Shift+S")
        menu.addSeparator()
        self._action(menu, "quit", "&Quit", self._window.close, "Ctrl+Q")

    def _experiment_menu(self) -> None:
        window = self._window
        menu = self._menu("&Experiment")
        self.undo = self._action(menu, "undo", "&Undo", window.change_control.undo, "Ctrl+Z")
        self.redo = self._action(menu, "redo", "&Redo", window.change_control.redo, "Ctrl+Shift+Z")
        menu.addSeparator()
        self._action(menu, "new_seed", "&New seed", window.change_control.new_seed, "Ctrl+N")
        self._action(menu, "sweep", "&Sweep of learning rates…", window.open_sweep, "Ctrl+L")

    def _data_menu(self) -> None:
        data = self._window.data_control
        menu = self._menu("&Data")
        menu.addAction(self._open_data)  # one looks for it there, and in File
        self._action(menu, "paste_data", "&Paste data", data.paste, "Ctrl+V")
        self._action(menu, "new_data", "&New data…", data.open_new)
        self._action(menu, "draw_data", "&Draw on an empty plane", data.draw)
        menu.addSeparator()
        self._action(menu, "data_table", "&Table…", data.open_table, "Ctrl+T")

    def _run_menu(self) -> None:
        window = self._window
        menu = self._menu("&Run")
        self.run = self._action(menu, "run", "Run", window.run_control.toggle_run, "Space")
        self.step = self._action(menu, "step", "Step", window.run_control.step, "F8")
        self.step.setToolTip("One update (F8); with Shift one epoch, with Ctrl 100 epochs")
        self.step_epoch = self._action(
            menu, "step_epoch", "Step one &epoch", window.run_control.step_epoch, "Shift+F8"
        )
        self.step_100 = self._action(
            menu, "step_100_epochs", "Step &100 epochs", window.run_control.step_100, "Ctrl+F8"
        )
        self.reset = self._action(menu, "reset", "Reset", window.run_control.reset, "Ctrl+R")
        menu.addSeparator()
        look = window.look_control
        self.step_back = self._action(menu, "step_back", "Step &back", look.step_back, "F7")
        self.part_back = self._action(menu, "part_back", "Part of a step b&ack", look.previous_part, "F5")
        self.part = self._action(menu, "part", "&Part of a step", look.next_part, "F6")
        for action, text in ((self.step_back, "◂"), (self.part_back, "◂"), (self.part, "Part")):
            action.setIconText(text)
        self.now = self._action(menu, "now", "Back to &now", look.now, "F4")
        menu.addSeparator()
        self.pin = self._action(menu, "pin", "P&in this run", window.runs_control.pin, "Ctrl+P")
        self._action(menu, "you_optimize", "You are the &optimizer", window.optimize_by_hand)
        self._action(menu, "race", "Ra&ce…", window.open_race, "Ctrl+Shift+R")
        menu.addSeparator()
        self._action(menu, "slower", "Slo&wer", window.slower, "Ctrl+-")
        self._action(menu, "faster", "&Faster", window.faster, "Ctrl++")

    def _view_menu(self) -> None:
        window = self._window
        menu = self._menu("&View")
        self.panel = self._action(menu, "panel", "Experiment &panel", window.columns.show_panel, "F9")
        self.panel.setIconText("☰")
        self.panel.setCheckable(True)
        self.panel.setChecked(True)
        self.panel.setToolTip("Show or fold away the experiment (F9)")
        self.side = self._action(menu, "side", "&Side column", window.columns.show_side, "F10")
        self.side.setIconText("◨")
        self.side.setCheckable(True)
        self.side.setChecked(True)
        self.side.setToolTip("Show or fold away numbers, arithmetic, code and runs (F10)")
        self._action(menu, "fit", "&Fit all plots", window.fit_all, "Ctrl+0")
        self.restore = self._action(menu, "restore", "&Back from enlarged plot", window.grid.restore, "Esc")
        self.restore.setEnabled(False)
        menu.addSeparator()
        self.projector = self._action(menu, "projector", "Pro&jector, from the next start", window.choose_projector)
        self.projector.setCheckable(True)
        self.projector.setToolTip("All letters and lines larger, for a room")
        menu.addSeparator()
        self.themes = QActionGroup(self._window)
        for name in THEMES:
            action = self._action(menu, f"theme_{name}", f"{name.capitalize()} theme", window.choose_theme)
            action.setCheckable(True)
            action.setData(name)
            self.themes.addAction(action)

    def _export_menu(self, exporter: Exporter, views: Sequence[Card]) -> None:
        self._window.menuBar().addMenu(self.export_menu)
        self.cancel_export = fill_export_menu(self.export_menu, self._action, exporter, views)
        exporter.queue.changed.connect(self._offer_to_cancel)
        self._offer_to_cancel()

    def _offer_to_cancel(self) -> None:
        self.cancel_export.setEnabled(self.exports.name is not None)

    def _lessons_menu(self) -> None:
        teaching = self._window.teaching
        menu = self._menu("&Lessons")
        self._action(menu, "lessons", "&All lessons…", teaching.open_gallery, "Ctrl+Shift+L")
        self._action(menu, "open_lesson", "&Open a lesson file…", teaching.ask_for_file)
        menu.addSeparator()
        self.leave_lesson = self._action(menu, "leave_lesson", "Lea&ve the lesson", teaching.leave)
        self.leave_lesson.setEnabled(False)

    def _help_menu(self) -> None:
        menu = self._menu("&Help")
        self._action(menu, "palette", "&Find a command…", self._window.open_palette, "Ctrl+K")
        self._action(menu, "shortcuts", "&Keyboard and mouse", self._window.show_help, "F1")
        self._action(menu, "explain", "&Explain this", self._window.explain, "Shift+F1")
        self._action(menu, "glossary", "&Glossary", self._window.show_glossary)
        self._action(menu, "about", "&About NeuroViz", self._window.show_about)
