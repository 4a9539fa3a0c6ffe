"""The window: builds the parts and connects them; computes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from neuroviz import __version__
from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.command_line import command_line
from neuroviz.core.choices.settings import Settings
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.canvas.card import Card
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.export.exporter import Exporter
from neuroviz.ui.panels.predictions import PredictionsPanel
from neuroviz.ui.panels.tables import Tables
from neuroviz.ui.panels.timeline import Timeline
from neuroviz.ui.panels.weights import WeightsPanel
from neuroviz.ui.panels.words import WordsPanel
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views import PLOT_VIEWS, DataView, LandscapeView, LossView
from neuroviz.ui.views.neuron.view import NeuronView
from neuroviz.ui.window.actions import Actions
from neuroviz.ui.window.change_control import ChangeControl
from neuroviz.ui.window.keys import KeyFilter
from neuroviz.ui.window.later import Later, Panel
from neuroviz.ui.window.loader import TorchLoader
from neuroviz.ui.window.look_control import LookControl
from neuroviz.ui.window.player import Player
from neuroviz.ui.window.run_control import RunControl
from neuroviz.ui.window.runs_control import RunsControl
from neuroviz.ui.window.side import SideColumn
from neuroviz.ui.window.texts import ABOUT, HELP
from neuroviz.ui.window.transport import Transport, speed_of
from neuroviz.ui.window.turns import Turns
from neuroviz.ui.window.view_grid import ViewGrid
from neuroviz.ui.window.welcome import Welcome

if TYPE_CHECKING:  # what is built at its first use is imported then
    from neuroviz.ui.panels.arithmetic.panel import ArithmeticPanel
    from neuroviz.ui.panels.code.panel import CodePanel
    from neuroviz.ui.runs.panel import RunsPanel
    from neuroviz.ui.sweep.window import SweepWindow

__all__ = ["MainWindow"]

_SIZE = (1440, 900)
_FRAME = (16, 48)
"""What the desktop puts round a window, at most."""
_SMALLEST = (960, 600)
_BOTH = 1280
"""Pixels from which there is room for the experiment and for the side column beside the views."""
_HELD = "Let go to start a run from this; Esc puts it back."
_YOUR_TURN = "You are the optimizer: click on the landscape. Press “your turn” again, and all is as it was."

View = TypeVar("View", bound=Card)


class _Shows(Protocol):
    """What shows moments."""

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""


class _Wears(Protocol):
    """What has the colours of a theme."""

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme."""


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
        self.setMinimumSize(QSize(*_SMALLEST).boundedTo(_room_on_screen()))
        self.session = session
        self.preferences = preferences
        self.theme = themes.choose(preferences.theme())
        self.player = Player(session, self)
        self.looking = LookControl(session, self.player, self)
        self.listing = RunsControl(session, self.player, self)
        self.going = RunControl(session, self.player, self.looking, self)
        self.loader = TorchLoader(self)
        self._sweep: SweepWindow | None = None
        self._number = 0
        self._side_folded = False
        self._build()
        self._connect()
        self._restore_preferences()
        session.pick(session.first_sample)
        self._show_new()
        if TorchLoader.is_loaded():
            self._on_torch_loaded()

    # --- building ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.neuron = NeuronView(self.theme)
        plots = {view.figure_name: view(self.theme) for view in PLOT_VIEWS}
        self.views: dict[str, Card] = {self.neuron.figure_name: self.neuron, **plots}
        self.form = ExperimentForm(self.theme)
        self.predictions = PredictionsPanel(self.theme)
        self.weights = WeightsPanel(self.theme)
        self.words = WordsPanel()
        self.tables = Tables([(self.predictions.title, self.predictions, 3), (self.weights.title, self.weights, 2)])
        self._arithmetic = Later(self._build_arithmetic, self.theme)
        self._code = Later(self._build_code, self.theme)
        self._runs = Later(self._build_runs, self.theme)
        self.side = SideColumn(
            [("Numbers", self.tables), ("Arithmetic", self._arithmetic), ("Code", self._code), ("Runs", self._runs)]
        )
        self.timeline = Timeline(self.theme)
        self.grid = ViewGrid(self.neuron, list(plots.values()), self.preferences.plots())
        self.changing = ChangeControl(
            self.session, self.player, self.form, self._view(LandscapeView), self.weights, self
        )
        self.exporter = Exporter(self, self.session, self.views.values(), self.preferences)
        acts = self.actions_ = Actions(self, self, self.exporter, list(self.views.values()))
        self.transport = Transport(acts)
        self.welcome = Welcome()
        if self.preferences.flag("welcomed") or self.session.settings.task != "and":
            self.welcome.hide()
        self._side_wanted = self.preferences.flag("side", default=True)
        self._keys = KeyFilter(acts.run)
        self._turns = Turns([*(view.read_on for view in self.views.values()), *self._readers], self)
        self._place()

    def _build_arithmetic(self, theme: Theme) -> ArithmeticPanel:
        from neuroviz.ui.panels.arithmetic.panel import ArithmeticPanel

        panel = ArithmeticPanel(theme)
        panel.asked.connect(self._on_asked)
        return panel

    def _build_code(self, theme: Theme) -> CodePanel:
        from neuroviz.ui.panels.code.panel import CodePanel

        panel = CodePanel(theme)
        panel.set_style(self.preferences.code_style())
        panel.style_changed.connect(self.preferences.set_code_style)
        panel.save_asked.connect(self.exporter.export_script)
        panel.told.connect(self._tell)
        return panel

    def _build_runs(self, theme: Theme) -> RunsPanel:
        from neuroviz.ui.runs.panel import RunsPanel

        panel = RunsPanel(theme)
        listing = self.listing
        panel.pin_asked.connect(listing.pin)
        panel.rename_asked.connect(listing.rename)
        panel.delete_asked.connect(listing.delete)
        panel.bring_back_asked.connect(listing.bring_back)
        panel.race_asked.connect(self._on_race_asked)
        panel.end_race_asked.connect(listing.end_race)
        panel.export_csv_asked.connect(self.exporter.export_runs_csv)
        panel.export_figure_asked.connect(self.exporter.export_runs_figure)
        panel.visible_asked.connect(listing.show_run)
        return panel

    @property
    def arithmetic(self) -> ArithmeticPanel:
        """Why a number is what it is."""
        return self._arithmetic.panel

    @property
    def code(self) -> CodePanel:
        """The experiment as a script."""
        return self._code.panel

    @property
    def runs(self) -> RunsPanel:
        """The list of runs."""
        return self._runs.panel

    def _view(self, kind: type[View]) -> View:
        """Return the view of a kind."""
        return next(view for view in self.views.values() if isinstance(view, kind))

    def _place(self) -> None:
        """Lay out: the bar on top, the experiment left, views and what to read beside it, time and words below."""
        # From the outside inwards: styles are told of every move of a widget, and of all that is in it.
        centre = QWidget()
        self.setCentralWidget(centre)
        whole = QVBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.transport)
        whole.addWidget(self.welcome)
        body = QHBoxLayout()
        whole.addLayout(body, 1)
        body.setContentsMargins(themes.GRID, themes.GRID, themes.GRID, themes.GRID)
        body.setSpacing(themes.GRID)
        body.addWidget(self.form)
        body.addWidget(self.grid, 1)
        body.addWidget(self.side)
        strip = QFrame()
        whole.addWidget(strip)
        strip.setProperty("foot", True)
        foot = QHBoxLayout(strip)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(0)
        foot.addWidget(self.timeline, 2)
        foot.addWidget(self.words, 5)

    def _connect(self) -> None:
        changing = self.changing
        going = self.going
        self.form.changed.connect(changing.change)
        self.form.notebook_asked.connect(changing.as_in_notebook)
        self.form.typed_start_asked.connect(changing.type_start)
        self.form.new_seed_asked.connect(changing.new_seed)
        for control in (changing, going, self.listing):
            control.replaced.connect(self._show_restarted)
        changing.edited.connect(self._show_edited)
        going.begun.connect(self._on_begun)
        going.advanced.connect(self._on_advanced)
        going.paused.connect(self._show_frame)
        going.waits.connect(self._on_waits)
        self.words.rate_asked.connect(self.form.ask_rate)
        self.words.step_asked.connect(self.looking.look_at)
        self.player.advanced.connect(self._on_advanced)
        self.player.paused.connect(self._on_paused)
        self.player.running_changed.connect(self._on_running_changed)
        self.transport.pace_changed.connect(self._on_pace_changed)
        for view in (self.predictions, self._view(DataView), self.neuron):
            view.sample_picked.connect(self.looking.pick)
        self.neuron.asked.connect(self._on_asked)
        self.neuron.part_asked.connect(self.looking.look_at_part)
        self._connect_time()
        self._connect_runs()
        self.weights.weight_typed.connect(changing.type_weight)
        for touched in (self.neuron, self._view(DataView), self._view(LandscapeView)):
            touched.drag.held.connect(partial(changing.hold, asked_by=touched))
            touched.drag.dropped.connect(partial(changing.drop, asked_by=touched))
        landscape = self._view(LandscapeView)
        landscape.stood_at.connect(partial(changing.hold, asked_by=landscape))
        for over in (self.going.begun, changing.edited):
            over.connect(landscape.end_own_steps)
        changing.previewed.connect(self._show_preview)
        self.grid.enlarged.connect(self._on_enlarged)
        self.exporter.told.connect(self._tell)
        self.loader.loaded.connect(self._on_torch_loaded)
        self.loader.failed.connect(self._on_torch_failed)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_colour_scheme_changed)
        themes.application().installEventFilter(self._keys)

    def _connect_time(self) -> None:
        self.timeline.step_asked.connect(self.looking.look_at)
        self.timeline.now_asked.connect(self.looking.now)
        self.timeline.slider.sliderReleased.connect(self._show_frame)
        self._view(LandscapeView).step_hovered.connect(self.looking.hover)
        for left in (self.going.begun, self.player.running_changed, self.looking.changed):
            left.connect(self._view(LandscapeView).leave)  # a step ends the look at the row under the pointer
        self.looking.changed.connect(self._on_look_changed)
        self.looking.hovered.connect(self._on_hovered)
        self._view(DataView).sample_hovered.connect(self.looking.hover_sample)
        self.looking.sample_hovered.connect(self._on_sample_hovered)

    def _connect_runs(self) -> None:
        listing = self.listing
        for view in (self._view(LossView), self._view(LandscapeView)):
            view.run_switched.connect(listing.show_run)
        listing.changed.connect(self._show_frame)
        listing.refused.connect(self._tell)

    # --- showing -----------------------------------------------------------------------------------------

    def _show_new(self, told: str | None = None) -> None:
        """Show another run everywhere, and say in the words why it is there."""
        frame = self.session.frame()
        self._number = frame.number
        self._show_settings(frame)
        for view in (*self.views.values(), *self._panels):
            view.show_new(frame)
        self.words.tell(told)
        # A view that is made ready for another run may let go of the pointer, and something else is looked at.
        self._show(frame if frame.look == self.session.look else self.session.frame())

    def _show_settings(self, frame: Frame) -> None:
        """Show in the form what is in force."""
        self.form.show_settings(frame.settings, ready=self.session.ready)

    def _show_frame(self) -> None:
        """Show the moment everywhere."""
        self._show(self.session.frame())

    def _show(self, frame: Frame) -> None:
        for view in self.views.values():
            view.show_frame(frame)
        self._turns.show_all(frame)

    def _follow(self, frame: Frame) -> None:
        """Show a moment of a run that goes on: what is watched at once, what is read in turn."""
        for view in self.views.values():
            view.follow(frame)
        self._turns.show(frame)

    @property
    def _panels(self) -> tuple[Panel, ...]:
        """What shows frames in the side column."""
        return self.predictions, self.weights, self._arithmetic, self._code, self._runs

    @property
    def _readers(self) -> list[Callable[[Frame], None]]:
        """What shows numbers and words, but for the views."""
        shown: list[_Shows] = [*self._panels, self.timeline, self.transport, self.form.ruler, self.words]
        return [*(panel.show_frame for panel in shown), self._show_sweep, self._show_what_can_be_done]

    def _show_sweep(self, frame: Frame) -> None:
        if self._sweep is not None:
            self._sweep.show_frame(frame)

    def _show_what_can_be_done(self, frame: Frame) -> None:
        self.transport.show_rate(self.player.rate(), frame.settings.steps_per_epoch)
        obstacle = self.session.obstacle()
        acts = self.actions_
        acts.offer_undo(frame.undo_label, frame.redo_label)
        for action in (acts.run, acts.step, acts.step_epoch, acts.step_100):
            action.setEnabled(obstacle is None)
        acts.step_back.setEnabled(frame.step > 0)
        acts.part_back.setEnabled(frame.step > 0 or frame.phase is not None)
        acts.part.setEnabled(frame.rows is not None and (obstacle is None or frame.phase != "backward"))
        acts.now.setEnabled(frame.looks_back or frame.phase is not None)
        acts.pin.setEnabled(all(not run.active for run in frame.runs))
        acts.run.setToolTip(obstacle or self._what_run_does(frame))
        acts.step.setToolTip(obstacle or "One update (F8); with Shift one epoch, with Ctrl 100 epochs")

    def _what_run_does(self, frame: Frame) -> str:
        if self.player.running:
            return "Pause (Space)"
        if frame.looks_back:
            return f"Run from step {frame.step:,}, in a branch (Space)"
        on = " on" if frame.newest_step else ""
        return f"Run{on} to {self.session.goal} (Space)"

    # --- torch -------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Let no control wear the focus ring at first, and nothing hide the neuron at the very first start."""
        super().showEvent(event)
        if event.spontaneous():
            return
        self.setFocus()  # on nothing in particular
        if not self.welcome.isHidden():
            self.show_side(False)  # few numbers at the very first start: what there is to read comes when asked for

    def paintEvent(self, event: QPaintEvent) -> None:
        """Begin to load torch once the window has been painted: the import would hold painting up."""
        super().paintEvent(event)
        if not self.session.ready:
            QTimer.singleShot(0, self.loader.start)

    def _on_torch_loaded(self) -> None:
        trouble: SettingsError | None = None
        try:
            self.session.prepare()
        except SettingsError as error:
            trouble = error
        if trouble is None:
            self.going.begin()  # before anything is drawn: what was pressed has waited long enough
        else:
            self.player.pause()
            self.going.forget()
        self._show_new()
        if trouble is not None:
            self.form.show_error(trouble.field, str(trouble))

    def _on_torch_failed(self, sentence: str) -> None:
        self.player.pause()
        self.going.forget()
        self._tell_trouble(sentence)

    # --- the experiment ----------------------------------------------------------------------------------

    def copy_command(self) -> None:
        """Put the experiment on the clipboard as a command line."""
        frame = self.session.frame()
        QGuiApplication.clipboard().setText(command_line(frame.settings_at_start, frame.edits))
        left_out = " It trains on the task's own data: no command can say where points were moved."
        self._tell(f"The command is on the clipboard.{left_out if frame.settings.data is not None else ''}")

    # --- the run -----------------------------------------------------------------------------------------

    def _show_restarted(self) -> None:
        if self.session.obstacle():
            self.player.pause()
        self._show_new()

    def slower(self) -> None:
        """Halve the speed, or nearly."""
        self.transport.slower()

    def faster(self) -> None:
        """Double the speed, or nearly."""
        self.transport.faster()

    def _show_edited(self) -> None:
        frame = self.session.frame()
        self._show_settings(frame)
        self.words.tell(None)
        self._show(frame)

    def _show_preview(self) -> None:
        """Show what a run would be that starts where something is held, or again what there is."""
        frame = self.session.frame()
        held = _YOUR_TURN if self._view(LandscapeView).own.points else _HELD
        self.words.tell(held if frame.preview else None)
        if frame.preview:
            self._follow(frame)
        else:
            self._show(frame)

    def _on_waits(self, words: str) -> None:
        self.words.tell_what_waits(words)
        self._show_frame()

    def _on_begun(self) -> None:
        self.words.tell(None)

    def _on_advanced(self) -> None:
        if self.session.number != self._number:  # Run went on from an earlier step
            self._show_new("A branch goes on from here, by itself; the other runs stay in the list.")
            return
        frame = self.session.frame()
        if self.player.running:
            self._follow(frame)
        else:
            self._show(frame)
        if frame.settings is not self.form.shown:
            self._show_settings(frame)

    def _on_paused(self, reason: str) -> None:
        self.words.tell(reason if self.session.obstacle() is None else None)
        self._show_frame()

    def _on_running_changed(self, running: bool) -> None:
        self.actions_.run.setText("Pause" if running else "Run")

    def _on_pace_changed(self, name: str) -> None:
        if name == "time_lapse":
            self.player.set_time_lapse()
        elif name == "to_end":
            self.player.set_to_end()
        else:
            self.player.set_speed(speed_of(int(name.removeprefix("speed/"))))
        self.transport.show_rate(None, self.session.settings.steps_per_epoch)

    # --- looking -----------------------------------------------------------------------------------------

    def _on_look_changed(self) -> None:
        frame = self.session.frame()
        if not frame.preview:
            self._view(LandscapeView).end_own_steps()
        if frame.settings != self.form.shown:
            self._show_settings(frame)
        self.words.tell(frame.phase_in_words)
        if self.timeline.slider.isSliderDown():
            self._follow(frame)
        else:
            self._show(frame)

    def _on_hovered(self) -> None:
        """Show the row under the pointer everywhere but where the pointer is."""
        frame = self.session.frame()
        for name, view in self.views.items():
            if name != "landscape":
                view.show_frame(frame)
        self._turns.show_all(frame)

    def _on_sample_hovered(self) -> None:
        """Show the share of the sample under the pointer in the gradient, and its numbers in the neuron."""
        frame = self.session.frame()
        for view in (self.neuron, self._view(LandscapeView)):
            view.show_frame(frame)

    def _on_asked(self, quantity: Quantity) -> None:
        """Answer why a number is what it is."""
        self.arithmetic.show_quantity(quantity)
        self.side.bring(self.arithmetic)
        self.show_side(True)

    def fit_all(self) -> None:
        """Fit every plot to its data."""
        for view in self.views.values():
            view.fit()

    def _on_enlarged(self, enlarged: bool) -> None:
        """Give the neuron the room of the side column too while it is enlarged: its letters grow with its width."""
        self.actions_.restore.setEnabled(enlarged)
        if enlarged and self.neuron.enlarge.isChecked() and self.side.isVisible():
            self._side_folded = True
            self.show_side(False)
        elif not enlarged and self._side_folded:
            self._side_folded = False
            self.show_side(True)

    def show_panel(self, shown: bool) -> None:
        """Show the experiment panel, or fold it away; where there is no room for both, the side column goes."""
        self.actions_.panel.setChecked(shown)
        self.form.setVisible(shown)
        if shown and self.width() < _BOTH:
            self.show_side(False)

    def show_side(self, shown: bool) -> None:
        """Show the side column, or fold it away; where there is no room for both, the experiment goes."""
        self.actions_.side.setChecked(shown)
        self.side.setVisible(shown)
        if self.width() >= _BOTH:
            self._side_wanted = shown
        elif shown:
            self.show_panel(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the side column away where there is no room for it, and bring it back where there is."""
        super().resizeEvent(event)
        had_room = event.oldSize().width() >= _BOTH
        has_room = self.width() >= _BOTH
        if had_room != has_room or event.oldSize().width() < 0:
            if has_room:
                self.show_panel(True)
            self.show_side(has_room and self._side_wanted)
            if self.width() < _SMALLEST[0]:
                self.show_panel(False)

    def open_sweep(self) -> None:
        """Open the window of sweeps, or bring it to the front."""
        if self._sweep is None:
            from neuroviz.ui.sweep.window import SweepWindow  # here: the first paint does not wait for it

            self._sweep = SweepWindow(self.session, self.theme, self.preferences, self)
            self._sweep.rate_asked.connect(self.form.ask_rate)
            self._sweep.changes_asked.connect(self.changing.change)
            self._sweep.start_asked.connect(self.changing.start_at)
        self._sweep.open_beside()

    def _on_race_asked(self, race_runs: list[tuple[str, Settings]]) -> None:
        if self.listing.race(race_runs):
            self.going.run()

    def optimize_by_hand(self) -> None:
        """Let a person take the steps on the landscape."""
        landscape = self._view(LandscapeView)
        if not landscape.isVisible():
            self.grid.choice.choose([*self.grid.choice.chosen[1:], landscape.figure_name])
        landscape.you.setChecked(True)

    def open_race(self) -> None:
        """Open the dialog of races."""
        self.show_side(True)
        self.side.bring(self.runs)
        self.runs.open_race()

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
        parts: list[_Wears] = [*self.views.values(), *self._panels, self.form, self.timeline]
        for part in (*parts, *([self._sweep] if self._sweep else [])):
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
        self.resize(_room_on_screen().boundedTo(QSize(*_SIZE)))
        geometry = self.preferences.geometry()
        if geometry is not None:
            self.restoreGeometry(geometry)
        for action in self.actions_.themes.actions():
            action.setChecked(action.data() == self.preferences.theme())
        self._view(LossView).log.setChecked(self.preferences.flag("log", default=True))
        self.transport.set_pace(self.preferences.pace())
        self._view(DataView).two_colours.setChecked(self.preferences.flag("two_colours"))
        for section in self.form.sections:
            section.set_open(self.preferences.flag(section.header.objectName()))

    def quit(self) -> None:
        """Close the window, unless a person wants to keep what would be lost."""
        if self.listing.may_be_lost():
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what comes back at the next start, and leave nothing running or open.

        Only a person is asked what may be lost: a signal to end the program has to be obeyed.
        """
        if event.spontaneous() and not self.listing.may_be_lost():
            event.ignore()
            return
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self.player.pause()
        self.exporter.queue.drop()
        if self._sweep is not None:
            self._sweep.exporter.queue.drop()
        self.loader.stop()
        themes.application().removeEventFilter(self._keys)
        self.preferences.set_geometry(self.saveGeometry())
        self.preferences.set_experiment(self.session.settings)
        self.preferences.set_pace(self.transport.pace_name)
        self.preferences.set_flag("welcomed", True)
        self.preferences.set_flag("side", self._side_wanted)
        self.preferences.set_plots(self.grid.choice.chosen)
        self.preferences.set_flag("log", self._view(LossView).log.isChecked())
        self.preferences.set_flag("two_colours", self._view(DataView).two_colours.isChecked())
        for section in self.form.sections:
            self.preferences.set_flag(section.header.objectName(), section.is_open)
        self.preferences.save()
        super().closeEvent(event)


def _room_on_screen() -> QSize:
    """Return how large a window can be and be seen whole."""
    return QGuiApplication.primaryScreen().availableGeometry().size() - QSize(*_FRAME)
