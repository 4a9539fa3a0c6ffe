"""The window: builds the parts and connects them; computes nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from neuroviz import __version__
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.command import command_line
from neuroviz.core.resolve import MAX_SEED
from neuroviz.session.session import Session
from neuroviz.ui import theme as themes
from neuroviz.ui.actions import Actions
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.export import Exporter
from neuroviz.ui.keys import KeyFilter
from neuroviz.ui.loader import TorchLoader
from neuroviz.ui.panels.predictions import PredictionsPanel
from neuroviz.ui.panels.tables import TablesCard
from neuroviz.ui.panels.weights import WeightsPanel
from neuroviz.ui.panels.words import WordsPanel
from neuroviz.ui.player import Player
from neuroviz.ui.plots import PLOT_VIEWS
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.texts import ABOUT, HELP
from neuroviz.ui.transport import Transport
from neuroviz.ui.view_grid import ViewGrid

__all__ = ["MainWindow"]

_SIZE = (1440, 900)
_SMALLEST = (900, 600)
_AT_ONCE = 0.05  # seconds that a press on Step may hold the window


class MainWindow(QMainWindow):
    """The program's window.

    Parameters
    ----------
    session
        What is shown and driven.
    preferences
        What comes back at the next start.
    """

    def __init__(self, session: Session, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("NeuroViz")
        self.setMinimumSize(*_SMALLEST)
        self.session, self.preferences = session, preferences
        self.theme = themes.choose(preferences.theme())
        self.player = Player(session, self)
        self._loader = TorchLoader(self)
        self._build()
        self._connect()
        self._restore_preferences()
        self._show_new()
        if TorchLoader.is_loaded():
            self._on_torch_loaded()

    # --- building ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.views: dict[str, Any] = {view.figure_name: view(self.theme) for view in PLOT_VIEWS}
        self.form = ExperimentForm(self.theme)
        self.predictions, self.weights = PredictionsPanel(self.theme), WeightsPanel(self.theme)
        self.words = WordsPanel()
        self.tables = TablesCard(
            [(self.predictions.title, self.predictions, 9), (self.weights.title, self.weights, 5)]
        )
        self.grid = ViewGrid(list(self.views.values()), self.tables)
        self.exporter = Exporter(self, self.session, self.views, self.preferences)
        acts = self.actions_ = Actions(self, self.exporter, list(self.views.values()))
        self.transport = Transport(acts.reset, acts.run, acts.step, acts.panel, acts.export_menu)
        self._keys = KeyFilter(acts.run)
        self._place()

    def _place(self) -> None:
        """Lay out: the bar on top, the experiment left, the views in the middle, the words below."""
        middle = QVBoxLayout()
        middle.setSpacing(themes.GRID)
        middle.addWidget(self.grid, 1)
        middle.addWidget(self.words)
        body = QHBoxLayout()
        body.setContentsMargins(themes.GRID, themes.GRID, themes.GRID, themes.GRID)
        body.setSpacing(themes.GRID)
        body.addWidget(self.form)
        body.addLayout(middle, 1)
        whole = QVBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.transport)
        whole.addLayout(body, 1)
        centre = QWidget()
        centre.setLayout(whole)
        self.setCentralWidget(centre)

    def _connect(self) -> None:
        self.form.changed.connect(self._on_settings_changed)
        self.form.typed_start_asked.connect(self._on_typed_start_asked)
        self.form.new_seed_asked.connect(self.new_seed)
        self.words.rate_asked.connect(self.form.ask_rate)
        self.player.advanced.connect(self._on_advanced)
        self.player.paused.connect(self._on_paused)
        self.player.running_changed.connect(self._on_running_changed)
        self.transport.speed_changed.connect(self._on_speed_changed)
        self.predictions.sample_picked.connect(self._on_sample_picked)
        self.views["data"].sample_picked.connect(self._on_sample_picked)
        self.weights.weight_typed.connect(self._on_weight_typed)
        self.views["landscape"].ball_dropped.connect(self._on_ball_dropped)
        self.grid.enlarged.connect(self.actions_.restore.setEnabled)
        self.exporter.told.connect(self._tell)
        self._loader.loaded.connect(self._on_torch_loaded)
        self._loader.failed.connect(self._on_torch_failed)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_colour_scheme_changed)
        themes.application().installEventFilter(self._keys)

    # --- showing -----------------------------------------------------------------------------------------

    def _show_new(self) -> None:
        """Show another run everywhere."""
        frame = self.session.frame()
        self.form.show_settings(frame.settings, ready=self.session.ready)
        for view in self.views.values():
            view.show_new(frame)
        self.predictions.show_new(frame)
        self.weights.show_new(frame)
        self.words.tell(None)
        self._show_frame()

    def _show_frame(self) -> None:
        """Show the moment everywhere."""
        frame = self.session.frame()
        for view in (*self.views.values(), self.predictions, self.weights, self.transport):
            view.show_frame(frame)
        for follower in (self.form.ruler, self.words):
            follower.show_frame(frame, running=self.player.running)
        self.transport.show_rate(self.player.rate(), frame.settings.steps_per_epoch)
        self.actions_.undo.setEnabled(frame.undoable)
        self.actions_.redo.setEnabled(frame.redoable)
        self._show_what_can_be_done()

    def _show_what_can_be_done(self) -> None:
        obstacle = self.session.obstacle()
        acts = self.actions_
        for action in (acts.run, acts.step, acts.step_epoch, acts.step_100):
            action.setEnabled(obstacle is None)
        acts.run.setToolTip(obstacle or "Run or pause (Space)")
        acts.step.setToolTip(obstacle or "One update (F8); with Shift one epoch, with Ctrl 100 epochs")

    # --- torch -------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Let no control wear the focus ring at first."""
        super().showEvent(event)
        if not event.spontaneous():
            self.setFocus()  # on nothing in particular

    def paintEvent(self, event: QPaintEvent) -> None:
        """Begin to load torch once the window has been painted: the import would hold painting up."""
        super().paintEvent(event)
        if not self.session.ready:
            QTimer.singleShot(0, self._loader.start)

    def _on_torch_loaded(self) -> None:
        trouble: SettingsError | None = None
        try:
            self.session.prepare()
        except SettingsError as error:
            trouble = error
        self._show_new()
        if trouble is not None:
            self.player.pause()
            self.form.show_error(trouble.field, str(trouble))
        self.player.begin_if_ready()

    def _on_torch_failed(self, sentence: str) -> None:
        self.player.pause()
        self._tell_trouble(sentence)

    # --- the experiment ----------------------------------------------------------------------------------

    def _on_settings_changed(self, changes: dict[str, Any]) -> None:
        """Take what was changed in the form; what cannot be is said there, and everything stays as it was."""
        try:
            settings = self.session.settings.replace(**changes)
            restarted = self.session.apply(settings)
        except SettingsError as error:
            self.form.show_settings(self.session.settings, ready=self.session.ready)
            self.form.show_error(next(iter(changes)), str(error))
            return
        if restarted:
            self._show_restarted()
        else:
            self.form.show_settings(self.session.settings, ready=self.session.ready)
            self.words.tell(None)
            self._show_frame()

    def _show_restarted(self) -> None:
        if self.session.obstacle():
            self.player.pause()
        self._show_new()

    def _on_typed_start_asked(self) -> None:
        parameters = self.session.frame().parameters
        if parameters is None:
            self.form.show_settings(self.session.settings, ready=False)
            self.form.show_error("init", "torch is still being loaded: try again in a moment.")
            return
        values = [float(value) for value in parameters]
        self._on_settings_changed({"weights": tuple(values[:-1]), "bias": values[-1]})

    def _on_weight_typed(self, index: int, value: float) -> None:
        parameters = self.session.frame().parameters
        assert parameters is not None
        values = [float(parameter) for parameter in parameters]
        values[index] = value
        self._start_at(values, self.weights)

    def _on_ball_dropped(self, parameters: Sequence[float]) -> None:
        self._start_at([float(parameter) for parameter in parameters], self.views["landscape"])

    def _start_at(self, values: Sequence[float], asked_by: Any) -> None:
        """Start a new run from these parameters; who asked for it shows why it cannot."""
        try:
            settings = self.session.settings.replace(weights=tuple(values[:-1]), bias=values[-1])
            restarted = self.session.apply(settings)
        except SettingsError as error:
            asked_by.show_error(str(error))
            return
        if restarted:
            self._show_restarted()

    def new_seed(self) -> None:
        """Draw another start."""
        changes: dict[str, Any] = {"seed": random.randint(0, min(MAX_SEED, 9999))}
        if self.session.settings.init is None:
            changes["init"] = "uniform"
        self._on_settings_changed(changes)

    def undo(self) -> None:
        """Bring back the run before the last restart."""
        self.player.pause()
        self.session.undo()
        self._show_new()

    def redo(self) -> None:
        """Take the undone restart again."""
        self.player.pause()
        self.session.redo()
        self._show_new()

    def copy_command(self) -> None:
        """Put the experiment on the clipboard as a command line."""
        frame = self.session.frame()
        QGuiApplication.clipboard().setText(command_line(frame.settings_at_start, frame.edits))
        self._tell("The command is on the clipboard.")

    # --- the run -----------------------------------------------------------------------------------------

    def toggle_run(self) -> None:
        """Run, or pause."""
        if self.player.running:
            self.player.pause()
            self._show_frame()
        elif self.session.obstacle() is None:
            self.words.tell(None)
            self.player.start()

    def step(self) -> None:
        """Take one update; with Shift held one epoch, with Ctrl 100 epochs."""
        held = QApplication.keyboardModifiers()
        if held & Qt.KeyboardModifier.ControlModifier:
            self.step_100()
        elif held & Qt.KeyboardModifier.ShiftModifier:
            self.step_epoch()
        else:
            self._advance(1)

    def step_epoch(self) -> None:
        """Go on to the end of the epoch."""
        self._advance(self.session.steps_to_epoch(1))

    def step_100(self) -> None:
        """Go on by 100 epochs."""
        self._advance(self.session.steps_to_epoch(100))

    def reset(self) -> None:
        """Go back to the same start."""
        self.player.pause()
        self.session.reset()
        self._show_new()

    def slower(self) -> None:
        """Halve the speed, or nearly."""
        self.transport.speed.setValue(self.transport.speed.value() - 3)

    def faster(self) -> None:
        """Double the speed, or nearly."""
        self.transport.speed.setValue(self.transport.speed.value() + 3)

    def _advance(self, steps: int) -> None:
        self.player.pause()
        self.words.tell(None)
        taken, obstacle = self.session.advance_for(_AT_ONCE, steps, stops=False)
        self._on_advanced()
        if taken < steps and obstacle is None and self.session.ready:
            self.player.start(steps - taken)  # the rest in slices, so that the window keeps answering

    def _on_advanced(self) -> None:
        shown = self.form.shown
        self._show_frame()
        if self.session.settings is not shown:
            self.form.show_settings(self.session.settings, ready=self.session.ready)

    def _on_paused(self, reason: str) -> None:
        self.words.tell(reason if self.session.obstacle() is None else None)
        self._show_frame()

    def _on_running_changed(self, running: bool) -> None:
        self.actions_.run.setText("Pause" if running else "Run")

    def _on_speed_changed(self, steps_per_second: float | None) -> None:
        self.player.set_speed(steps_per_second)
        self.transport.show_rate(None, self.session.settings.steps_per_epoch)

    # --- looking -----------------------------------------------------------------------------------------

    def _on_sample_picked(self, sample: int | None) -> None:
        self.session.look(sample)
        self._show_frame()

    def fit_all(self) -> None:
        """Fit every plot to its data."""
        for view in self.views.values():
            view.plot.fit()

    def show_panel(self, shown: bool) -> None:
        """Show the experiment panel, or fold it away."""
        self.form.setVisible(shown)

    # --- the rest ----------------------------------------------------------------------------------------

    def choose_theme(self) -> None:
        """Wear the theme that the action names."""
        action = self.sender()
        assert isinstance(action, QAction)
        name = str(action.data())
        self.preferences.set_theme(name)
        self._wear(name)

    def _wear(self, name: str) -> None:
        self.theme = themes.choose(name)
        themes.apply(themes.application(), self.theme)
        for part in (*self.views.values(), self.form, self.predictions, self.weights):
            part.apply_theme(self.theme)

    def _on_colour_scheme_changed(self) -> None:
        if self.preferences.theme() == "system" and themes.choose("system") is not self.theme:
            self._wear("system")

    def show_help(self) -> None:
        """Show what keys and mouse do."""
        QMessageBox.information(self, "Keyboard and mouse", HELP)

    def show_about(self) -> None:
        """Say what this is."""
        QMessageBox.about(self, "About NeuroViz", ABOUT.format(version=__version__))

    def _tell(self, text: str) -> None:
        self.words.tell(text)
        self._show_frame()

    def _tell_trouble(self, sentence: str) -> None:
        box = QMessageBox(QMessageBox.Icon.Critical, "NeuroViz", "", parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(sentence)
        box.open()

    def _restore_preferences(self) -> None:
        self.resize(*_SIZE)
        geometry = self.preferences.geometry()
        if geometry is not None:
            self.restoreGeometry(geometry)
        for action in self.actions_.themes.actions():
            action.setChecked(action.data() == self.preferences.theme())
        self.views["loss"].log.setChecked(self.preferences.flag("log", default=True))
        self.views["data"].two_colours.setChecked(self.preferences.flag("two_colours"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what comes back at the next start, and leave nothing running or open."""
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self.player.pause()
        self._loader.wait()
        themes.application().removeEventFilter(self._keys)
        self.preferences.set_geometry(self.saveGeometry())
        self.preferences.set_experiment(self.session.settings)
        self.preferences.set_flag("log", self.views["loss"].log.isChecked())
        self.preferences.set_flag("two_colours", self.views["data"].two_colours.isChecked())
        self.preferences.save()
        super().closeEvent(event)
