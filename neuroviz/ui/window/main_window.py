"""The window: builds the parts and connects them; computes nothing."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
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
from neuroviz.core.choices.settings import Settings
from neuroviz.files.session_file import ENDING
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.card import Card
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.explanations.hook import ExplainerHook
from neuroviz.ui.export.exporter import Exporter, may_stop
from neuroviz.ui.export.queue import ExportQueue
from neuroviz.ui.panels.predictions import PredictionsPanel
from neuroviz.ui.panels.status_bar import StatusBar
from neuroviz.ui.panels.timeline import Timeline
from neuroviz.ui.panels.weights import WeightsPanel
from neuroviz.ui.preferences import PROJECTOR, Preferences
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views import PLOT_VIEWS, DataView, LandscapeView, LossView
from neuroviz.ui.views.neuron.view import NeuronView
from neuroviz.ui.window.action_state import ActionState
from neuroviz.ui.window.actions import Actions
from neuroviz.ui.window.change_control import ChangeControl
from neuroviz.ui.window.columns import FoldingColumns
from neuroviz.ui.window.data_control import DataControl
from neuroviz.ui.window.document.drops import Drops
from neuroviz.ui.window.document.opening import Opening
from neuroviz.ui.window.document.session_document import SessionDocument
from neuroviz.ui.window.frame_dispatcher import FrameDispatcher
from neuroviz.ui.window.help_dialog import ABOUT, help_dialog
from neuroviz.ui.window.hint_bars import OfferBar, Welcome
from neuroviz.ui.window.keys import KeyFilter
from neuroviz.ui.window.lesson.teaching import Teaching
from neuroviz.ui.window.loader import TorchLoader
from neuroviz.ui.window.look_control import LookControl
from neuroviz.ui.window.player import Player
from neuroviz.ui.window.run_control import RunControl
from neuroviz.ui.window.runs_control import RunsControl
from neuroviz.ui.window.side import Panel, SideColumn, SidePanels, Tables
from neuroviz.ui.window.transport import Transport, speed_of
from neuroviz.ui.window.view_grid import ViewGrid
from neuroviz.ui.window.view_preferences import ViewPreferences

if TYPE_CHECKING:  # what is built at its first use is imported then
    from neuroviz.ui.explanations.explainer import Explainer
    from neuroviz.ui.panels.arithmetic.panel import ArithmeticPanel
    from neuroviz.ui.panels.code.panel import CodePanel
    from neuroviz.ui.runs.panel import RunsPanel
    from neuroviz.ui.sweep.window import SweepWindow

_SIZE = (1440, 900)
_FRAME = (16, 48)
"""What the desktop puts round a window, at most."""
_SMALLEST = (960, 600)

View = TypeVar("View", bound=Card)


class _Themed(Protocol):
    """What has the colours of a theme."""

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""


class MainWindow(QMainWindow):
    """The program's window."""

    def __init__(self, opening: Opening, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAnimated(False)  # with nothing to dock, Qt would make an animation at every layout
        self.setMinimumSize(QSize(*_SMALLEST).boundedTo(_room_on_screen()))
        session = self.session = opening.session
        self.preferences = preferences
        self.theme = themes.choose(preferences.theme())
        self.player = Player(session, self)
        self.look_control = LookControl(session, self.player, self)
        self.runs_control = RunsControl(session, self.player, self)
        self.run_control = RunControl(session, self.player, self.look_control, self)
        self.loader = TorchLoader(self)
        self._sweep: SweepWindow | None = None
        self._painted = False
        self._build(opening)
        self._connect()
        self._restore_geometry()
        self._kept.restore()
        self.document.begin(self._kept)
        if not self.offer_bar.isHidden():
            self.welcome.hide()  # one line at a time
        if not self.welcome.isHidden():
            # Few numbers at the very first start: what there is to read comes when asked for.
            self.columns.side_wanted = False
            self.columns.show_side(False)
        if opening.is_new:
            session.pick(session.settings.first_sample)
        self.frame_dispatcher.new()
        if TorchLoader.is_loaded():
            self._on_torch_loaded()

    # --- building ----------------------------------------------------------------------------------------

    def _build(self, opening: Opening) -> None:
        self.neuron = NeuronView(self.theme)
        plots = {view.figure_name: view(self.theme) for view in PLOT_VIEWS}
        self.views: dict[str, Card] = {self.neuron.figure_name: self.neuron, **plots}
        self.form = ExperimentForm(self.theme)
        self.predictions = PredictionsPanel(self.theme)
        self.weights_panel = WeightsPanel(self.theme)
        self.status_bar = StatusBar()
        self.tables = Tables(
            [(self.predictions.title, self.predictions, 3), (self.weights_panel.title, self.weights_panel, 2)]
        )
        self.timeline = Timeline(self.theme)
        self.grid = ViewGrid(self.neuron, list(plots.values()), self.preferences.plots())
        self.exporter = Exporter(self, self.session, self.views.values(), self.preferences)
        self._build_side()
        self.change_control = ChangeControl(
            self.session, self.player, self.form, self.view(LandscapeView), self.weights_panel, self
        )
        self.data_control = DataControl(
            self.view(DataView), self.grid.choice, self.session, self.change_control, self.preferences, self
        )
        self.offer_bar = OfferBar()
        self.document = SessionDocument(self, opening, self.player, self.preferences, self.offer_bar)
        self.teaching = Teaching(self)
        self.document.before_another.connect(self.teaching.leave)
        by_ending = {ENDING: self.document.open, ".toml": self.teaching.open_file}
        self.drops = Drops(self, by_ending, self.data_control.read_file, self.data_control.read_text)
        acts = self.actions_ = Actions(self, self.exporter, list(self.views.values()))
        acts.projector.setChecked(self.preferences.flag(PROJECTOR))
        for action in acts.themes.actions():
            action.setChecked(action.data() == self.preferences.theme())
        self.columns.mark_in(acts.panel, acts.side)
        self.transport = Transport(acts)
        self.welcome = Welcome()
        if self.preferences.flag("welcomed") or self.session.settings.task != "and":
            self.welcome.hide()
        self._hook = ExplainerHook(self, self._moment_to_tell, self.teaching.open_named)
        self._keys = KeyFilter(acts.run, self._hook)
        self._build_showing()
        self._build_kept()
        self._place()

    def _build_side(self) -> None:
        later = self._later = SidePanels(self.theme, self.preferences, self.exporter, self.runs_control, self)
        self.side = SideColumn(
            [("Numbers", self.tables), ("Arithmetic", later.arithmetic), ("Code", later.code), ("Runs", later.runs)]
        )
        wanted = self.preferences.flag("side", default=True)
        self.columns = FoldingColumns(self, self.form, self.side, side_wanted=wanted)

    def _build_showing(self) -> None:
        self.action_state = ActionState(self.session, self.player, self.actions_, self.transport)
        shown = (self.transport, self.action_state, self.data_control, self.teaching, self.welcome)
        readers = (*(part.show_frame for part in shown), self._show_sweep)
        self.frame_dispatcher = FrameDispatcher(
            self.session, self.views, self._panels, readers, self.form, self.timeline, self.status_bar, self.player
        )

    def _build_kept(self) -> None:
        switches: dict[str, tuple[QAbstractButton, bool]] = {
            "log": (self.view(LossView).log, True),
            "two_colours": (self.view(DataView).two_colours, False),
        }
        headers = [section.header for section in self.form.sections]
        switches.update({header.objectName(): (header, False) for header in headers})
        self._kept = ViewPreferences(
            self.preferences,
            switches,
            self.transport,
            self.grid.choice,
            self.columns,
            self.view(LossView).held_out,
        )

    @property
    def _panels(self) -> tuple[Panel, ...]:
        """What shows frames in the side column."""
        return self.predictions, self.weights_panel, self._later.arithmetic, self._later.code, self._later.runs

    @property
    def arithmetic(self) -> ArithmeticPanel:
        """Why a number is what it is."""
        return self._later.arithmetic.panel

    @property
    def code(self) -> CodePanel:
        """The experiment as a script."""
        return self._later.code.panel

    @property
    def runs(self) -> RunsPanel:
        """The list of runs."""
        return self._later.runs.panel

    @property
    def runs_place(self) -> QWidget:
        """Where the list of runs is, built or not."""
        return self._later.runs

    def view(self, kind: type[View]) -> View:
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
        whole.addWidget(self.offer_bar)
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
        foot.addWidget(self.status_bar, 5)

    def _connect(self) -> None:
        changing = self.change_control
        going = self.run_control
        self.form.changed.connect(changing.change)
        self.form.notebook_asked.connect(changing.as_in_notebook)
        self.form.typed_start_asked.connect(changing.type_start)
        self.form.new_seed_asked.connect(changing.new_seed)
        for control in (changing, going, self.runs_control):
            control.replaced.connect(self.frame_dispatcher.restarted)
        changing.edited.connect(self.frame_dispatcher.edited)
        going.begun.connect(self.frame_dispatcher.begun)
        going.advanced.connect(self.frame_dispatcher.advanced)
        going.paused.connect(self.frame_dispatcher.now)
        going.waits.connect(self.frame_dispatcher.waits)
        self.status_bar.rate_asked.connect(self.form.ask_rate)
        self.status_bar.anew_asked.connect(changing.start_with_rate)
        self.status_bar.step_asked.connect(self.look_control.look_at)
        self.player.advanced.connect(self.frame_dispatcher.advanced)
        self.player.paused.connect(self.frame_dispatcher.paused)
        self.player.running_changed.connect(self._on_running_changed)
        self.transport.pace_changed.connect(self._on_pace_changed)
        for view in (self.predictions, self.view(DataView), self.neuron):
            view.sample_picked.connect(self.look_control.pick)
        self.neuron.asked.connect(self._on_asked)
        self.neuron.part_asked.connect(self.look_control.look_at_part)
        self._connect_time()
        self._connect_runs()
        self._connect_data()
        self.weights_panel.weight_typed.connect(changing.type_weight)
        for touched in (self.neuron, self.view(DataView), self.view(LandscapeView)):
            touched.drag.held.connect(partial(changing.hold, asked_by=touched))
            touched.drag.dropped.connect(partial(changing.drop, asked_by=touched))
        landscape = self.view(LandscapeView)
        landscape.stood_at.connect(partial(changing.hold, asked_by=landscape))
        for over in (self.run_control.begun, changing.edited):
            over.connect(landscape.end_own_steps)
        changing.previewed.connect(self.frame_dispatcher.previewed)
        self.grid.enlarged.connect(self._on_enlarged)
        self.exporter.reported.connect(self.frame_dispatcher.tell)
        for telling in (self.document.reported, self.drops.refused):
            telling.connect(self.frame_dispatcher.tell)
        self.document.shown.connect(self._on_another_session)
        self.loader.loaded.connect(self._on_torch_loaded)
        self.loader.failed.connect(self._on_torch_failed)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_colour_scheme_changed)

    def _connect_time(self) -> None:
        self.timeline.step_asked.connect(self.look_control.look_at)
        self.timeline.now_asked.connect(self.look_control.now)
        self.timeline.slider.sliderReleased.connect(self.frame_dispatcher.now)
        self.view(LandscapeView).step_hovered.connect(self.look_control.hover)
        for left in (self.run_control.begun, self.player.running_changed, self.look_control.changed):
            left.connect(self.view(LandscapeView).leave)  # a step ends the look at the row under the pointer
        self.look_control.changed.connect(self.frame_dispatcher.look_changed)
        self.look_control.hovered.connect(self.frame_dispatcher.hovered)
        self.view(DataView).sample_hovered.connect(self.look_control.hover_sample)
        self.look_control.sample_hovered.connect(self.frame_dispatcher.hovered_sample)

    def _connect_runs(self) -> None:
        listing = self.runs_control
        for view in (self.view(LossView), self.view(LandscapeView)):
            view.run_switched.connect(listing.show_run)
        listing.changed.connect(self.frame_dispatcher.now)
        listing.refused.connect(self.frame_dispatcher.tell)
        self._later.asked.connect(self._on_asked)
        self._later.race_asked.connect(self._on_race_asked)
        self._later.reported.connect(self.frame_dispatcher.tell)

    def _connect_data(self) -> None:
        """Let data of one's own come in: by the task box, and drawn in their view."""
        view = self.view(DataView)
        self.form.data_asked.connect(self.data_control.bring)
        view.drawing.edited.connect(partial(self.change_control.drop, asked_by=view))
        view.drawing.begun.connect(partial(self.change_control.open_data, asked_by=view))

    def _show_sweep(self, frame: Frame) -> None:
        if self._sweep is not None:
            self._sweep.show_frame(frame)

    # --- torch -------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Let no control have the focus ring at first."""
        super().showEvent(event)
        if event.spontaneous():
            return
        self.setFocus()  # on nothing in particular

    def paintEvent(self, event: QPaintEvent) -> None:
        """Begin at the first paint what would have held it up: to hear of all events, and to load torch."""
        super().paintEvent(event)
        if self._painted:
            return
        self._painted = True
        themes.application().installEventFilter(self._keys)
        if not self.session.ready:
            QTimer.singleShot(0, self.loader.start)

    def _on_torch_loaded(self) -> None:
        self.document.slices.start(self.session.restoring(), self._on_taken_up, self._on_not_taken_up)

    def _on_taken_up(self, messages: list[str]) -> None:
        try:
            self.session.prepare()
        except SettingsError as error:  # of what was chosen meanwhile
            self._on_not_taken_up(error)
            return
        self.run_control.begin()  # before anything is drawn: what was pressed has waited long enough
        self.frame_dispatcher.new(" ".join(messages) or None)

    def _on_not_taken_up(self, trouble: ValueError) -> None:
        """Go on with what there is without the run that cannot be; what was kept of it stays as it is."""
        self.document.set_aside()
        with suppress(SettingsError):
            self.session.prepare()
        self.player.pause()
        self.run_control.forget()
        self.frame_dispatcher.new()
        self.form.show_error(trouble.field if isinstance(trouble, SettingsError) else None, str(trouble))

    def _on_another_session(self, message: str) -> None:
        self.view(LandscapeView).end_own_steps()
        self.frame_dispatcher.new(message or None)

    def _on_torch_failed(self, sentence: str) -> None:
        self.player.pause()
        self.run_control.forget()
        self.tell_trouble(sentence)

    # --- the run -----------------------------------------------------------------------------------------

    def slower(self) -> None:
        """Halve the speed, or nearly."""
        self.transport.slower()

    def faster(self) -> None:
        """Double the speed, or nearly."""
        self.transport.faster()

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

    def _moment_to_tell(self) -> Frame | None:
        """Return the moment whose numbers explanations tell; None while a lesson asks for such a number."""
        return None if self.status_bar.asks else self.session.frame()

    def _on_asked(self, quantity: Quantity) -> None:
        self.arithmetic.show_quantity(quantity)
        self.side.bring(self.arithmetic)
        self.columns.show_side(True)

    def fit_all(self) -> None:
        """Fit every plot to its data."""
        for view in self.views.values():
            view.fit()

    def _on_enlarged(self, enlarged: bool) -> None:
        self.actions_.restore.setEnabled(enlarged)
        self.columns.make_room_for_neuron(enlarged and self.neuron.enlarge.isChecked())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the side column away where there is no room for it, and bring it back where there is."""
        super().resizeEvent(event)
        self.columns.fit(event.oldSize().width())

    def open_sweep(self) -> None:
        """Open the window of sweeps, or bring it to the front."""
        if self._sweep is None:
            from neuroviz.ui.sweep.window import SweepWindow  # here: the first paint does not wait for it

            self._sweep = SweepWindow(self.session, self.theme, self.preferences, self)
            self._sweep.rate_asked.connect(self.form.ask_rate)
            self._sweep.changes_asked.connect(self.change_control.change)
            self._sweep.start_asked.connect(self.change_control.start_at)
        self._sweep.open_beside()

    def _on_race_asked(self, race_runs: list[tuple[str, Settings]]) -> None:
        if self.runs_control.race(race_runs):
            self.run_control.run()

    def optimize_by_hand(self) -> None:
        """Let a person take the steps on the landscape."""
        landscape = self.view(LandscapeView)
        if not landscape.isVisible():
            self.grid.choice.choose([*self.grid.choice.chosen[1:], landscape.figure_name])
        landscape.you.setChecked(True)

    def open_race(self) -> None:
        """Open the dialog of races."""
        self.columns.show_side(True)
        self.side.bring(self.runs)
        self.runs.open_race()

    # --- the rest ----------------------------------------------------------------------------------------

    def choose_theme(self) -> None:
        """Apply the theme that the action names."""
        action = self.sender()
        assert isinstance(action, QAction)
        name = str(action.data())
        self.preferences.set_theme(name)
        self._apply_theme(name)

    def choose_projector(self) -> None:
        """Have the next window larger, for a room, or of the usual size."""
        on = self.actions_.projector.isChecked()
        self.preferences.set_flag(PROJECTOR, on)
        if not self.preferences.save():
            self.frame_dispatcher.tell("The settings cannot be written: the next start will be as this one.")
            return
        size = "All letters and lines are larger" if on else "Everything has its usual size"
        self.frame_dispatcher.tell(f"{size} from the next start of NeuroViz on.")

    def _apply_theme(self, name: str) -> None:
        self.theme = themes.choose(name)
        themes.apply(themes.application(), self.theme)
        parts: list[_Themed] = [
            self.teaching,
            *self.views.values(),
            *self._panels,
            self.form,
            self.timeline,
            self.data_control,
        ]
        for part in (*parts, *([self._sweep] if self._sweep else [])):
            part.apply_theme(self.theme)

    def _on_colour_scheme_changed(self) -> None:
        if self.preferences.theme() == "system" and themes.choose("system") is not self.theme:
            self._apply_theme("system")

    @property
    def explainer(self) -> Explainer:
        """Tells what a term means."""
        return self._hook.explainer

    def explain(self) -> None:
        """Explain what has the keyboard."""
        self.explainer.explain_focused()

    def show_glossary(self) -> None:
        """Open the glossary."""
        self.explainer.open_glossary()

    def open_palette(self) -> None:
        """Let a person find a command by a part of its name."""
        from neuroviz.ui.window.command_palette import CommandPalette  # here: the first paint does not wait for it

        palette = CommandPalette(self.actions_.all, self.teaching.open_named, self)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.open()

    def show_help(self) -> None:
        """Show what keys and mouse do."""
        help_dialog(self).open()

    def show_about(self) -> None:
        """Say what this is."""
        QMessageBox.about(self, "About NeuroViz", ABOUT.format(version=__version__))

    def tell_trouble(self, sentence: str) -> None:
        """Say in a box of its own what is wrong."""
        box = QMessageBox(QMessageBox.Icon.Critical, "NeuroViz", "", parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(sentence)
        box.open()

    def _restore_geometry(self) -> None:
        self.resize(_room_on_screen().boundedTo(QSize(*_SIZE)))
        geometry = self.preferences.geometry()
        if geometry is not None:
            self.restoreGeometry(geometry)

    def end(self) -> None:
        """Close without a question: a signal asks for it, and there may be nobody to answer."""
        self._drop_exports()
        self.document.give_up(self.close)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what comes back at the next start, and leave nothing running; ask only where that cannot be kept."""
        if not (may_stop(self._export_queues, self, self.close) and self.document.may_leave(self.close)):
            event.ignore()
            return
        self.teaching.leave()
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self.player.pause()
        self._drop_exports()
        self.loader.stop()
        themes.application().removeEventFilter(self._keys)
        self.preferences.set_geometry(self.saveGeometry())
        self.document.close()
        self.preferences.set_flag("welcomed", True)
        self._kept.keep()
        super().closeEvent(event)

    @property
    def _export_queues(self) -> list[ExportQueue]:
        exporters = [self.exporter] if self._sweep is None else [self.exporter, self._sweep.exporter]
        return [exporter.queue for exporter in exporters]

    def _drop_exports(self) -> None:
        for queue in self._export_queues:
            queue.drop()


def _room_on_screen() -> QSize:
    """Return how large a window can be and be seen whole."""
    return QGuiApplication.primaryScreen().availableGeometry().size() - QSize(*_FRAME)
