"""The bench: one session with form, views, side column, time and commands."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.remedies import Remedy
from neuroviz.session.frame import Frame
from neuroviz.session.race_moment import NextRace
from neuroviz.session.session import Session
from neuroviz.session.step_schedules import TimeLapse
from neuroviz.ui.bench.action_state import STEP_TIP, ActionState
from neuroviz.ui.bench.change_control import ChangeControl
from neuroviz.ui.bench.columns import BenchRows, FoldingColumns
from neuroviz.ui.bench.data_control import DataControl
from neuroviz.ui.bench.frame_dispatcher import FrameDispatcher
from neuroviz.ui.bench.ghost_control import GhostControl
from neuroviz.ui.bench.look_control import LookControl, PartPlayer
from neuroviz.ui.bench.player import Player
from neuroviz.ui.bench.run_control import REDO, UNDO, RunControl
from neuroviz.ui.bench.run_list_control import RunListControl
from neuroviz.ui.bench.side import LazyPanel, SideColumn, Tables
from neuroviz.ui.bench.transport import PLACES, Transport, speed_of
from neuroviz.ui.bench.view_grid import COUNTS, ViewGrid
from neuroviz.ui.bench.view_state import ViewState
from neuroviz.ui.canvas.card import Card, View, Views
from neuroviz.ui.canvas.epoch_view import EpochView
from neuroviz.ui.canvas.plot import PlotView
from neuroviz.ui.controls.commands import Commands
from neuroviz.ui.controls.form import SECTIONS, ExperimentForm
from neuroviz.ui.export.exporter import ExportButton, Exporter, fill_export_menu
from neuroviz.ui.panels.predictions import PredictionsPanel
from neuroviz.ui.panels.status_bar import StatusBar
from neuroviz.ui.panels.timeline import Timeline
from neuroviz.ui.panels.weights import WeightsPanel
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import FLUSH, ScrolledPage, arrange, in_column, tab_into
from neuroviz.ui.views import PLOT_VIEWS, DataView, LandscapeView, LossView
from neuroviz.ui.views.neuron.view import NeuronView

if TYPE_CHECKING:  # what is built at its first use is imported then
    from neuroviz.ui.panels.arithmetic import ArithmeticPanel
    from neuroviz.ui.panels.code import CodePanel
    from neuroviz.ui.runs.panel import RunsPanel
    from neuroviz.ui.sweep.window import SweepWindow


class Workbench(QWidget):
    """All that is seen of a session, and all that can be done to it; it computes nothing.

    Parameters
    ----------
    parent
        Given at once, so that the bench is built from the outside inwards: when a widget moves to
        another parent, its style is told of it and of everything inside.
    """

    changed = Signal()
    """Something that is kept may have changed: the runs, what is looked at, or how."""
    races_aside = False
    """Whether a race puts the experiment aside, and is shown in its place; otherwise it goes on
    beside what is shown, as in a lesson."""
    _sweep: SweepWindow | None = None

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.player = Player(session, self)
        self.run_list_control = RunListControl(self.player)
        self._preferences = preferences
        self._build()
        self._add_commands()
        self._place()
        self._connect_changes()
        self._connect_run()
        self._connect_views()
        self._connect_time()
        self._connect_runs()
        self._connect_kept()

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        session = self.session
        preferences = self._preferences
        self.views = Views((NeuronView, *PLOT_VIEWS))
        self.neuron = self.view(NeuronView)
        self._data = self.view(DataView)
        self._landscape = self.view(LandscapeView)
        self._switches: dict[str, Any] = {
            "two_colours": self._data.two_colours,
            "hidden_space": self._data.hidden_space,
            "gradients": self.neuron.gradients,
            "surface": self._landscape.surface_shown,
        }
        """What is a switch in a `ViewState`, by its name there; the loss has its own."""
        self.form = ExperimentForm()
        self.predictions = PredictionsPanel()
        self.weights_panel = WeightsPanel()
        self.status_bar = StatusBar()
        self.tables = Tables(
            [("Predictions", self.predictions), ("Parameters", self.weights_panel)]
        )
        self.grid = ViewGrid(self.form, self.form.drawer, self.views, preferences.plots())
        self.exporter = Exporter(self, session, self.views, preferences)
        self.arithmetic = LazyPanel(self._arithmetic_panel)
        self.code = LazyPanel(self._code_panel)
        self.runs = LazyPanel(self._runs_panel)
        self.side = SideColumn(
            [
                ("Numbers", self.tables),
                ("Arithmetic", self.arithmetic),
                ("Code", self.code),
                ("Runs", self.runs),
            ]
        )
        self.columns = FoldingColumns(self, self.form, self.side)
        self.part_player = PartPlayer(self.neuron, self._landscape, self)
        self.look_control = LookControl(self.player, self.part_player)
        self.run_control = RunControl(self.player, self.look_control)
        self.change_control = ChangeControl(self.player, self.form)
        self.ghost_control = GhostControl(self.player, self.form)
        self.data_control = DataControl(
            self._data, self.grid, session, self.change_control, preferences, self
        )

    def _add_commands(self) -> None:
        commands = self.commands = Commands(self)
        self._add_commands_of_run(commands)
        add = commands.add
        change = self.change_control
        data = self.data_control
        add("undo", "&Undo", change.undo, UNDO, sign="undo")
        add("redo", "&Redo", change.redo, f"{REDO}; Ctrl+Y")
        add("new_seed", "&New seed", change.new_seed, "Ctrl+Shift+N")
        add("sweep", "S&weep of learning rates…", self.open_sweep, "Ctrl+L")
        add("open_data", "Op&en data…", data.open_file, "Ctrl+Shift+O")
        add("paste_data", "&Paste data", data.paste)
        add("new_data", "&New data…", data.open_new)
        add("draw_data", "&Draw on an empty plane", data.draw)
        add("add_input", "&Add an input…", partial(self.go_to, "features"))
        add("data_table", "&Table…", data.open_table, "Ctrl+T")
        self._add_commands_of_views(commands)
        self.export_menu = QMenu("E&xport", self)
        fill_export_menu(self.export_menu, commands, self.exporter, self.views.titles)
        self.exporter.queue.changed.connect(self._offer_to_cancel)
        self._offer_to_cancel()
        self._offer_to_step_out()
        empty = self.status_bar.on_empty_plane = lambda: self._data.drawing.blank
        self.action_state = ActionState(self.player, commands, empty)

    # Each panel is imported when it is built, so that the first paint does not wait for it.

    @staticmethod
    def _arithmetic_panel() -> ArithmeticPanel:
        from neuroviz.ui.panels.arithmetic import ArithmeticPanel

        return ArithmeticPanel()

    def _code_panel(self) -> CodePanel:
        from neuroviz.ui.panels.code import CodePanel

        panel = CodePanel()
        panel.set_style(self._preferences.choice("code_style"))
        panel.style_changed.connect(partial(self._preferences.set_choice, "code_style"))
        panel.save_asked.connect(self.exporter.export_script)
        panel.reported.connect(self.exporter.reported)
        return panel

    def _runs_panel(self) -> RunsPanel:
        from neuroviz.ui.runs.panel import RunsPanel

        listing = self.run_list_control
        panel = RunsPanel(self.commands)
        panel.list.runs.renamed.connect(listing.rename)
        panel.list.runs.switched.connect(listing.show_run)
        panel.list.delete_asked.connect(listing.delete)
        panel.bring_back_asked.connect(listing.bring_back)
        panel.end_race_asked.connect(listing.end_race)

        panel.note_written.connect(listing.write_note)
        panel.race_asked.connect(self.race)
        panel.board.next_asked.connect(self._go_on)
        panel.note_written.connect(self.changed)
        return panel

    def _add_commands_of_views(self, commands: Commands) -> None:
        add = commands.add
        columns = self.columns
        panel = "panel", "Experiment &panel", lambda on: columns.show("panel", on), "F9"
        side = "side", "&Side column", lambda on: columns.show("side", on), "Shift+F9"
        for column, sign, what in (
            (panel, "left panel", "the experiment"),
            (side, "right panel", "numbers, arithmetic, code and runs"),
        ):
            tip = f"Show or fold away {what} ({column[-1]})"
            add(*column, tip=tip, sign=sign, checkable=True).setChecked(True)
        columns.changed.connect(self._on_columns_changed)
        add("fit", "&Fit all plots", self.fit_all, "Ctrl+0")
        see = {
            "plots_2": ("&Two plots", "Two plots side by side"),
            "plots_3": (
                "T&hree plots",
                "Three plots side by side, where the window is wide enough",
            ),
            "plots_all": ("&All plots", "All plots at once, where the window is large enough"),
        }
        self.grid.add_counts(
            [
                add(name, text, partial(self.grid.see, COUNTS[name]), tip=tip)
                for name, (text, tip) in see.items()
            ]
        )
        back = "&Back from enlarged plot or settings"
        add("restore", back, self._step_out, "Esc")
        large = partial(self.grid.turn_large, "loss")
        add("large_loss", "&Loss at full size", large, "F3", sign="enlarge")

    def _add_commands_of_run(self, commands: Commands) -> None:
        add = commands.add
        run = self.run_control
        look = self.look_control
        add("run", "&Run", run.toggle_run, "Space")
        add("step", "&Step", run.step, "F8", tip=STEP_TIP)
        add("step_epoch", "Step one &epoch", partial(run.go_on, epochs=1), "Shift+F8")
        add("step_100_epochs", "Step &100 epochs", partial(run.go_on, epochs=100), "Ctrl+F8")
        add("reset", "Rese&t", run.reset, "Ctrl+R")
        add("step_back", "Step &back", look.step_back, "F7", sign="back")
        add("part_back", "Part of a step b&ack", look.previous_part, "F5", sign="back")
        add("part", "&Part of a step", look.next_part, "F6", icon_text="Part")
        back = "Back to the newest step (F4)"
        add("now", "Back t&o now", look.now, "F4", tip=back, icon_text="Now")
        keep = "Keep the present run in the list, even when another takes its place (Ctrl+P)"
        add("pin", "P&in this run", self.run_list_control.pin, "Ctrl+P", tip=keep)
        add("you_optimize", "&You are the optimizer", self.optimize_by_hand)
        add("race", "Ra&ce…", self.open_race, "Ctrl+Shift+R")
        add("slower", "S&lower", lambda: self.transport.change_speed(-3), "Ctrl+-")
        add("faster", "&Faster", lambda: self.transport.change_speed(3), "Ctrl++")

    def _place(self) -> None:
        """Lay out the bar on top, form and views in the middle, the side column, and the foot."""
        export = ExportButton(self.export_menu, self.exporter.queue, "Export")
        export.setObjectName("export")
        self.transport = Transport(self.commands, export)
        body = QHBoxLayout()
        strip = QFrame()
        themes.set_look(strip, "foot")
        self.rows = BenchRows(self, strip, self.status_bar)
        self._whole = arrange(
            self.rows,
            self.transport,
            (body, 1),
            strip,
            spacing=0,
            margins=FLUSH,
        )
        margins = (themes.GRID, themes.GRID, themes.GRID, themes.GRID)
        arrange(body, (ScrolledPage(self.grid), 1), spacing=themes.GRID, margins=margins)
        self.grid.take_in()
        body.addWidget(self.side)
        self.timeline = Timeline(self.commands)
        self.timeline.setMinimumHeight(1)  # it gets the height that the words leave
        in_column(self.status_bar, self.timeline, within=strip, spacing=0)
        self.frame_dispatcher = FrameDispatcher(
            self.views,
            (self.predictions, self.weights_panel, self.arithmetic, self.code, self.runs),
            (
                self.grid.show_frame,
                self._show_in_bar,
                self.action_state.show_frame,
                self.data_control.show_frame,
                lambda _: self.changed.emit(),
            ),
            self.form,
            self.timeline,
            self.status_bar,
            self.player,
        )

    def add_line(self, line: QWidget) -> None:
        """Put a line of words under the bar on top."""
        self._whole.insertWidget(1, line)
        tab_into(self.transport.side, line)

    def _connect_changes(self) -> None:
        form = self.form
        changing = self.change_control
        shows = self.frame_dispatcher
        form.changed.connect(changing.change)
        form.notebook_asked.connect(changing.as_in_notebook)
        form.typed_start_asked.connect(changing.type_start)
        form.new_seed_asked.connect(changing.new_seed)
        form.data_asked.connect(self.data_control.bring)
        form.ruler.slider.sweep_asked.connect(self.commands["sweep"].trigger)
        form.ruler.curve_changed.connect(lambda curve: self.status_bar.change(curve=curve))
        form.more.header.toggled.connect(self._offer_to_step_out)
        for changed in (changing.edited, changing.replaced):
            changed.connect(self.ghost_control.follow)  # before they are shown
        changing.replaced.connect(shows.restarted)
        changing.edited.connect(shows.edited)
        for changed in (changing.edited, changing.replaced):
            changed.connect(self._offer_to_step_out)
        changing.previewed.connect(self._on_previewed)
        changing.rate_held.connect(self._on_rate_held)
        self.ghost_control.changed.connect(shows.ghost)
        self.ghost_control.changed.connect(self._offer_to_step_out)
        self.ghost_control.beside_changed.connect(shows.ghost_beside)
        self.status_bar.action_asked.connect(self._do_next)
        self.status_bar.share.clicked.connect(self.exporter.share_film)

    def _connect_run(self) -> None:
        going = self.run_control
        shows = self.frame_dispatcher
        for control in (going, self.run_list_control):
            control.replaced.connect(shows.restarted)
            control.replaced.connect(self.ghost_control.forget)
        going.begun.connect(shows.begun)
        going.begun.connect(self.change_control.settle)
        going.begun.connect(self.run_list_control.make_way)
        going.advanced.connect(shows.advanced)
        going.paused.connect(shows.now)
        going.came_late.connect(shows.tell)
        going.paused.connect(self.transport.tell)
        for name in ("step", "step_epoch", "step_100_epochs", "step_back", "now"):
            self.commands[name].triggered.connect(self.transport.tell)
        going.waits.connect(shows.waits)
        self.player.advanced.connect(shows.advanced)
        self.player.paused.connect(shows.paused)
        self.player.running_changed.connect(self._on_running_changed)
        self.transport.pace_changed.connect(self._on_pace_changed)
        self.commands["run"].enabledChanged.connect(self._offer_pace)

    def _connect_views(self) -> None:
        """Connect what is dragged, drawn and typed in the views to the changes that it makes."""
        changing = self.change_control
        data = self._data
        landscape = self._landscape
        for view in (self.predictions, data, self.neuron):
            view.sample_picked.connect(self.look_control.pick)
        self.neuron.asked.connect(self._on_asked)
        self.neuron.parts.asked.connect(self.look_control.look_at_part)
        self.neuron.network.asked.connect(self.look_control.open_unit)
        self.weights_panel.weight_typed.connect(
            partial(changing.type_weight, asked_by=self.weights_panel)
        )
        for touched, said in (
            (self.neuron, "parameter changed"),
            (data, "line dragged"),
            (landscape, "ball dragged"),
        ):
            touched.drag.held.connect(partial(changing.hold, asked_by=touched))
            touched.drag.dropped.connect(partial(changing.drop, asked_by=touched, said=said))
        for drag in (self.neuron.drag, data.drag, landscape.drag, landscape.surface_drag):
            self.run_control.begun.connect(drag.settle)
        for words in (data.drag_me, landscape.drag_me):
            words.shown = not self._preferences.flag(f"dragged_{words.name}")
            words.understood.connect(self._keep_dragged)
        data.drawing.edited.connect(partial(changing.drop, asked_by=data))
        data.drawing.begun.connect(partial(changing.open_data, asked_by=data))
        data.drawing.changed.connect(self._on_drawing_changed)
        self.grid.enlarged.connect(self._on_enlarged)
        self.grid.covered.connect(partial(self.form.more.set_open, False))
        self.exporter.reported.connect(self.frame_dispatcher.tell)
        for built in self.views.built:
            self._connect_view(built)
        self.views.take_in = self._take_in

    def _take_in(self, view: Card) -> None:
        """Take a view in that is built when the others are there already."""
        self.grid.take(view)
        self._connect_view(view)
        if self.neuron.frame is not None:
            view.show_new(self.neuron.frame)

    def _connect_view(self, view: Card) -> None:
        """Connect a view that may be built later than others."""
        if isinstance(view, EpochView):
            view.epoch_hovered.connect(partial(self._point_at_epoch, view))
            view.scrubbed.connect(self._scrub)
        if isinstance(view, LossView):
            view.log.toggled.connect(self.changed)
            view.legend.run_switched.connect(self.run_list_control.show_run)

    def _on_drawing_changed(self) -> None:
        """Offer a way out, and pause the run while an empty plane hides its data."""
        self._offer_to_step_out()
        if self._data.drawing.blank:
            self.player.pause()
        frame = self.session.frame()
        self.action_state.show_frame(frame)
        self.status_bar.show_frame(frame)

    def _keep_dragged(self, name: str) -> None:
        """Remember that a person knows that something can be dragged."""
        self._preferences.set_flag(f"dragged_{name}", True)
        self._preferences.save()

    def _connect_time(self) -> None:
        look = self.look_control
        timeline = self.timeline
        landscape = self._landscape
        self.player.advanced.connect(self._on_run_stepped)
        for asking in (timeline, self.status_bar):
            asking.step_asked.connect(look.look_at)
        timeline.now_asked.connect(look.now)

        timeline.slider.pin_pressed.connect(self.run_list_control.go_to)
        timeline.slider.sliderReleased.connect(self.frame_dispatcher.now)
        landscape.step_hovered.connect(look.hover)
        timeline.epoch_hovered.connect(partial(self._point_at_epoch, timeline))
        for left in (self.run_control.begun, self.player.running_changed, look.changed):
            left.connect(landscape.leave)  # a step ends the look at the row under the pointer
            left.connect(look.rest.stop)  # or what would become one
        look.changed.connect(self.frame_dispatcher.look_changed)
        look.hovered.connect(self.frame_dispatcher.hovered)
        self._data.sample_hovered.connect(look.hover_sample)
        look.sample_hovered.connect(self.frame_dispatcher.hovered_sample)

    def _on_run_stepped(self) -> None:
        if self.player.slow and self.player.running:
            self.part_player.play_step(back=False)

    def _point_at_epoch(self, source: QObject, epoch: float | None) -> None:
        """Show an epoch pointed at in the other plots of epochs, and everywhere after a rest."""
        for other in (*self.views.built, self.timeline):
            if isinstance(other, EpochView | Timeline) and other is not source:
                other.show_epoch(epoch)
        self.look_control.rest_at(None if epoch is None else self._step_at(epoch))

    def _scrub(self, epoch: float) -> None:
        """Look at the step at an epoch, as a drag in the strip of time does."""
        if self.timeline.slider.isEnabled():
            self.timeline.slider.setValue(self._step_at(epoch))

    def _step_at(self, epoch: float) -> int:
        """Return the step of the run that is nearest to an epoch."""
        rows = self.session.frame().rows
        if rows is None:
            return 0
        return round(min(max(epoch, 0.0) * rows.steps_per_epoch, rows.newest.step))

    def _connect_runs(self) -> None:
        listing = self.run_list_control
        self._landscape.own_asked.connect(self.frame_dispatcher.begun)
        self._landscape.own_asked.connect(listing.take_own)
        listing.changed.connect(self.frame_dispatcher.now)
        listing.reported.connect(self.frame_dispatcher.tell)

    def _connect_kept(self) -> None:
        """Emit ``changed`` when it is looked at in another way."""
        for switch in self._switches.values():
            switch.toggled.connect(self.changed)
        for kept in (
            self.form.folded,
            self.columns.changed,
            self.side.tabs.currentChanged,
            self.grid.changed,
            self.transport.pace_changed,
        ):
            kept.connect(self.changed)

    def _on_columns_changed(self, shown: Set[str]) -> None:
        for name in ("panel", "side"):
            self.commands[name].setChecked(name in shown)
        self.status_bar.change(side_shown="side" in shown)

    def view(self, kind: type[View]) -> View:
        """Return the view of this class."""
        return self.views.of(kind)

    # --- how it is looked at ----------------------------------------------------------------------

    @property
    def state(self) -> ViewState:
        """How the session is looked at."""
        built = self.views.has_built(LossView.figure_name)
        return ViewState(
            plots=tuple(self.grid.chosen),
            pace=self.transport.pace_name,
            tab=self.side.tab,
            log=not built or self.view(LossView).log.isChecked(),  # as it is at first
            **{name: switch.isChecked() for name, switch in self._switches.items()},
        )

    def show_state(self, state: ViewState) -> None:
        """Look at the session in this way."""
        if self.views.has_built(LossView.figure_name) or not state.log:
            self.view(LossView).log.setChecked(state.log)
        self.grid.choose(state.plots)
        self.side.turn_to(state.tab)
        self.transport.set_pace(state.pace)
        for name, switch in self._switches.items():
            switch.setChecked(getattr(state, name))

    def restore_sections(self) -> None:
        """Open the sections of the experiment that were open in the last window.

        The experiment is folded away if it was folded then.
        """
        shown = partial(self._preferences.flag, default=True)
        self.columns.change(wanted={*filter(shown, ("panel", "side"))})
        # More settings themselves stay closed: they would cover the plots.
        self.form.open_sections = [*filter(self._preferences.flag, SECTIONS)]

    def prefer_sections(self) -> None:
        """Keep for the next window which sections are open, and which columns are wanted."""
        if self.columns.state.first == "panel":  # else a race has the room of the columns
            wanted = {*self.form.open_sections, *self.columns.state.wanted}
            for name in (*SECTIONS, "panel", "side"):
                self._preferences.set_flag(name, name in wanted)

    def _do_next(self, step: Remedy) -> None:
        """Do what the foot proposes, then run, unless a lesson locks it."""
        self.change_control.change(dict(step.changes), anew=step.anew)
        locked = any(map(self.change_control.objection, step.changes))
        locked = locked or self._data.drawing.blank
        if not (locked or self.player.running or self.session.obstacle()):
            self.run_control.run(undoable=False)

    def fit_all(self) -> None:
        """Fit every plot to its data."""
        for view in self.views.built:
            if isinstance(view, PlotView):
                view.plot.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold columns away where there is no room for them, else bring them back."""
        super().resizeEvent(event)
        self.columns.fit(event.oldSize().width())

    def turn_side(self, index: int) -> None:
        """Bring a panel of the side column to the front."""
        self.columns.show("side")
        self.side.tabs.setCurrentIndex(index)

    def go_to(self, control: str) -> None:
        """Bring the keyboard to a control of the experiment."""
        if self.form.isHidden():
            self.columns.show("panel")
        self.form.go_to(control)

    def _on_asked(self, quantity: Quantity) -> None:
        self.arithmetic.panel.show_quantity(quantity)
        self.side.bring(self.arithmetic)
        self.columns.show("side")

    def _on_enlarged(self, enlarged: bool) -> None:
        self._offer_to_step_out()
        self.columns.change(enlarged=enlarged and self.neuron.enlarge.isChecked())

    def _offer_to_step_out(self) -> None:
        ghost = self.session.held is not None or self.session.ghosts.ghost is not None
        out = self._enlarged or self.form.more.is_open or self._data.drawing.on or ghost
        self.commands.offer("restore", None if out else "Nothing is enlarged or open.")

    @property
    def _enlarged(self) -> bool:
        return any(view.enlarge.isChecked() for view in self.views.built)

    def _step_out(self) -> None:
        """Leave the first of: held rate, More settings, race, drawing, enlarged plot, ghost.

        The rate is put back, More settings closed, the race left, the present data or everything
        shown again, the ghost forgotten.
        """
        if self.change_control.put_back():
            self.ghost_control.forget()
        elif self.form.more.is_open:
            self.form.more.set_open(False)
        elif self.session.home is not None:
            self.run_list_control.end_race()
        elif self._data.drawing.on:
            self._data.drawing.step_out()
        elif self._enlarged:
            self.grid.restore()
        else:
            self.ghost_control.forget()

    # --- the run ----------------------------------------------------------------------------------

    def _on_previewed(self) -> None:
        """Show what is held, and the ghost."""
        if self.session.frame().preview:
            self.ghost_control.show()
        else:
            self.ghost_control.forget()
        self.frame_dispatcher.previewed()

    def _on_rate_held(self) -> None:
        self.ghost_control.show(by_rate=True)
        self.frame_dispatcher.ghost()
        self._offer_to_step_out()

    def _on_running_changed(self, running: bool) -> None:
        self.form.ruler.wait_for_run(running)
        self.status_bar.change(runs=running)
        if running:
            self.ghost_control.wait_for_run()
        else:
            self.ghost_control.forget()  # the run has replaced it
        self.commands["run"].setText("Pa&use" if running else "&Run")
        self.transport.show_rate(None, self.session.settings.steps_per_epoch)
        self._offer_pace()

    def _offer_pace(self) -> None:
        """Let a pace be chosen while a run can have one."""
        on = self.player.running or self.commands["run"].isEnabled()
        self.transport.pace.setEnabled(on)

    def _on_pace_changed(self, name: str) -> None:
        if name == "time_lapse":
            self.player.set_pace(TimeLapse(self.session))
        elif name == "to_end":
            self.player.set_pace(None, seldom=True)
        else:
            self.player.set_speed(speed_of(PLACES[name]))
        self.transport.show_rate(None, self.session.settings.steps_per_epoch)

    def _show_in_bar(self, frame: Frame) -> None:
        self.transport.show_frame(frame)
        self.transport.show_rate(self.player.rate(), frame.settings.steps_per_epoch)

    def _offer_to_cancel(self) -> None:
        goes_on = self.exporter.queue.name is not None
        self.commands.offer("cancel_export", None if goes_on else "Nothing is being written.")

    def race(self, race_runs: Sequence[tuple[str, Settings]]) -> None:
        """Let these runs race."""
        if self.run_list_control.race(race_runs, beside=self.races_aside):
            self.run_control.run()

    def _go_on(self, asked: NextRace) -> None:
        """Race again, or give the experiment the winner's settings."""
        if asked.winner is None:
            self.race(asked.runs)
        else:
            self.run_list_control.end_race()
            self.run_list_control.bring_back(asked.winner)

    # --- what opens beside it ---------------------------------------------------------------------

    def open_race(self) -> None:
        """Open the dialog of races; in a lesson, open it beside the list of runs."""
        if not self.races_aside:
            self.columns.show("side")
            self.side.bring(self.runs)
        self.runs.panel.open_race()

    def open_sweep(self) -> None:
        """Open the window of sweeps, or bring it to the front."""
        if self._sweep is None:
            # Imported here, so that the first paint does not wait for it.
            from neuroviz.ui.sweep.window import SweepWindow

            self._sweep = SweepWindow(self.session, self._preferences, self)
            self.frame_dispatcher.readers.append(self._sweep.show_frame)
            self._sweep.changes_asked.connect(self.change_control.change)
            self._sweep.start_asked.connect(
                partial(self.change_control.start_at, asked_by=self._sweep)
            )
        self._sweep.open_beside()

    def optimize_by_hand(self) -> None:
        """Let a person take the steps, on the landscape."""
        if not self._landscape.isVisible():
            self.grid.bring(self._landscape.figure_name)
        self._landscape.you.setChecked(True)
