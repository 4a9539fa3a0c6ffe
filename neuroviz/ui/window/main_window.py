"""The window: menus, files, and a bench; it computes nothing."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QGuiApplication,
    QMoveEvent,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QDialog, QMainWindow, QMessageBox, QTableView

from neuroviz.core.catalogue import SettingsError
from neuroviz.session.frame import Frame
from neuroviz.ui.bench.data_control import DataControl
from neuroviz.ui.bench.stack import BenchStack
from neuroviz.ui.bench.view_state import prefer, preferred
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.canvas.jobs import one_shot, start_unless_active
from neuroviz.ui.canvas.motion import Ease, desktop_reduces_motion
from neuroviz.ui.canvas.tables import copy_table
from neuroviz.ui.controls.commands import Commands, finish_typing, kept_at_focus
from neuroviz.ui.explanations.explainer import Explainer
from neuroviz.ui.export.queue import ExportQueue, may_stop
from neuroviz.ui.lesson.lessons import Lessons
from neuroviz.ui.preferences import PROJECTOR, REDUCED_MOTION, THEMES, Preferences
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import message_box, room_on_screen
from neuroviz.ui.views import DataView, LandscapeView
from neuroviz.ui.window.filters import Drops, KeyFilter
from neuroviz.ui.window.help import (
    OfferBar,
    Welcome,
    about_dialog,
    help_dialog,
    report_dialog,
    teaching_dialog,
)
from neuroviz.ui.window.loader import TorchLoader
from neuroviz.ui.window.menus import TYPING, Menus
from neuroviz.ui.window.opening import Opening
from neuroviz.ui.window.session_document import SessionDocument

_SIZE = (1440, 900)
SMALLEST = (960, 600)
"""Width and height in pixels from which everything has room."""
_KEEP = 500
"""Milliseconds from a change until the preferences are written."""


class MainWindow(QMainWindow):
    """The program's window."""

    _painted = False
    opens_again: list[str] | None = None
    """The command's words that open it again at once, at another size; None for not at all."""
    ran = False
    """Whether a person's own run was going on then."""
    handed_over = ""
    """Descriptor of the file with the session of the process before; empty for none."""

    def __init__(self, opening: Opening, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAnimated(False)  # without docks, Qt would make an animation at every layout
        self.setMinimumSize(QSize(*SMALLEST).boundedTo(room_on_screen()))
        session = self._session = opening.session
        self.preferences = preferences
        self._keeper = one_shot(self, self.keep_preferences, _KEEP)
        self.loader = TorchLoader(self)
        self.benches = BenchStack(session, preferences, self)
        self.setCentralWidget(self.benches)
        themes.apply(themes.application(), themes.now)
        own = self.benches.own
        self.offer_bar = OfferBar()
        self.document = SessionDocument(self, opening, own, preferences, self.offer_bar)
        self.lessons = Lessons(self, self.benches, preferences)
        self.explainer = Explainer(self, self._moment_to_tell, self.lessons.open_named)
        self._welcome()
        self._add_commands()
        self._connect()
        self._restore_geometry()
        own.restore_sections()
        self.document.begin(preferred(preferences).with_views(opening.views))
        if not self.offer_bar.isHidden():
            self.welcome.hide()  # one thing at a time
        if not self.welcome.isHidden():
            # Few numbers at the very first start; the side column is there when asked for.
            own.columns.change(wanted=own.columns.state.wanted - {"side"})
        if opening.is_new:
            session.pick(session.settings.first_sample)
        own.frame_dispatcher.new()
        if TorchLoader.is_loaded():
            self._on_torch_loaded()

    @property
    def bench(self) -> Workbench:
        """The bench that is shown: a person's own, or that of a lesson."""
        return self.benches.front

    # --- building ---------------------------------------------------------------------------------

    def _welcome(self) -> None:
        own = self.benches.own
        self.welcome = Welcome(own.transport.run, own)
        self.welcome.lesson_asked.connect(self.lessons.open_first)
        own.add_line(self.offer_bar)
        if self.preferences.flag("welcomed") or self._session.settings.task != "and":
            self.welcome.hide()
        own.frame_dispatcher.readers.append(self.welcome.show_frame)

    def _add_commands(self) -> None:
        """Add the commands that are the same on every bench, and fill the menus."""
        # Methods, since an action holds a lambda or a partial, and that would hold the window.
        commands = self.commands = Commands(self)
        add = commands.add
        document = self.document
        lessons = self.lessons
        add("new_session", "&New session", document.new, "Ctrl+N")
        add("open", "&Open…", document.ask_open, "Ctrl+O")
        save = add("save", "&Save", document.save, "Ctrl+S")
        add("save_as", "Save &as…", document.save_as, "Ctrl+Shift+S")
        for name, keys in TYPING.items():
            words = f"{name[:4].capitalize()} typing"
            action = add(name, words, partial(kept_at_focus, keys), edits=True)
            action.setVisible(False)
        add("copy", "&Copy", self.copy, "Ctrl+C", edits=True)
        add("paste", "Pa&ste", self.paste, "Ctrl+V", edits=True)
        leave = add("quit", "&Quit", self.close, "Ctrl+Q")
        for action in (save, leave):  # from its tables, too
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        add("full_screen", "F&ull screen", self.turn_full_screen, "F11", checkable=True)
        larger = "All text and lines larger, for a room"
        projector = add(
            "projector", "Pro&jector", self.choose_projector, tip=larger, checkable=True
        )
        projector.setChecked(self.preferences.flag(PROJECTOR))
        still = (
            "Show where things end, not how they get there; follows the desktop until you choose"
        )
        motion = self.choose_reduced_motion
        add(REDUCED_MOTION, "Reduced &motion", motion, tip=still, checkable=True)
        themes_group = QActionGroup(self)
        for theme in THEMES:
            action = add(
                f"theme_{theme}", f"{theme.capitalize()} theme", self.choose_theme, checkable=True
            )
            action.setData(theme)
            action.setChecked(theme == self.preferences.choice("theme"))
            themes_group.addAction(action)
        add("preferences", "Prefere&nces…", self.open_preferences, "Ctrl+,")
        add("lessons", "&All lessons…", lessons.open_gallery, "Ctrl+Shift+L")
        add("riddle", "A &riddle: what was broken?", lessons.open_riddle)
        add("open_lesson", "&Open a lesson file…", lessons.ask_for_file)
        add("leave_lesson", "Lea&ve the lesson", lessons.leave)
        add("palette", "&Find anything…", self.open_palette, "Ctrl+K")
        add("shortcuts", "&Keyboard and mouse", self.show_help, "F1; Ctrl+?")
        add("explain", "&Explain this", self.explainer.explain_focused, "Shift+F1")
        add("glossary", "&Glossary", self.show_glossary)
        add("for_teachers", "For &teachers", self.show_teaching)
        add("prologue", "&Play the opening", self.play_opening)
        add("problem", "&Report a problem…", self.report_problem)
        add("about", "&About NeuroViz", self.show_about)
        self.menus = Menus(self.menuBar(), commands, document.fill_recent)
        self._show_bench()

    def _connect(self) -> None:
        self._keys = KeyFilter(self, self.explainer)
        by_kind = {
            "session": self.document.open,
            "lesson": self.lessons.open_file,
            "table": lambda path: self._outside_lessons().read_file(str(path)),
        }
        self.drops = Drops(self, by_kind, lambda text: self._outside_lessons().read_text(text))
        self.benches.currentChanged.connect(self._show_bench)
        self.benches.changed.connect(self.explainer.follow_soon)
        self.benches.building.connect(self._look_away)
        self.lessons.refused.connect(self.tell_trouble)
        self.lessons.shown.connect(self.document.show_lesson)
        self.document.before_another.connect(self.lessons.leave)
        self.document.reported.connect(self._tell)
        self.drops.refused.connect(self._tell)
        self.document.chosen.connect(self.drops.open)
        self.document.shown.connect(self.benches.own.frame_dispatcher.new)
        self.loader.loaded.connect(self._on_torch_loaded)
        self.loader.failed.connect(self._on_torch_failed)
        self.benches.own.changed.connect(self._keep_soon)
        QShortcut("F10", self, self.menus.open_first)
        QShortcut("Ctrl+W", self, self.close)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._apply_theme)
        hints.accessibility().contrastPreferenceChanged.connect(self._apply_theme)

    # --- the bench --------------------------------------------------------------------------------

    def _outside_lessons(self) -> DataControl:
        """Return the control of the data, out of a lesson, which would refuse mended data."""
        self.lessons.leave()
        return self.bench.data_control

    def _show_bench(self) -> None:
        """Put the commands of the shown bench into the menus."""
        self.menus.show(self.bench)
        at_home = self.bench is self.benches.own
        self.commands.offer("leave_lesson", "No lesson is open." if at_home else None)

    def _tell(self, sentence: str) -> None:
        self.bench.frame_dispatcher.tell(sentence)

    # --- torch ------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Make sure that no control has the focus at first."""
        super().showEvent(event)
        if event.spontaneous():
            return
        self.setFocus()  # on nothing in particular

    def paintEvent(self, event: QPaintEvent) -> None:
        """At the first paint, begin what would have delayed it: filtering events, loading torch."""
        super().paintEvent(event)
        if self._painted:
            return
        self._painted = True
        self._look_away(False)
        if not self._session.ready:
            QTimer.singleShot(0, self.loader.start)

    def _look_away(self, away: bool) -> None:
        """Filter no events while there are many: to look at them takes as long as their causes."""
        if away:
            themes.application().removeEventFilter(self._keys)
        elif self.isVisible():  # a closed one, too, may still be asked to open a lesson
            themes.application().installEventFilter(self._keys)

    def _on_torch_loaded(self) -> None:
        self._follow_desktop()
        themes.application().applicationStateChanged.connect(self._follow_desktop)
        untouched = self._session.changes.label is None  # else what is new counts
        if self.handed_over and untouched and self.document.take_over(int(self.handed_over)):
            self.benches.own.player.start()
        self.document.slices.start(
            self._session.restoring(), self._on_restored, self._on_not_restored
        )

    def _on_restored(self, messages: list[str]) -> None:
        try:
            self._session.prepare()
        except SettingsError as error:  # from what was chosen meanwhile
            self._on_not_restored(error)
            return
        own = self.benches.own
        own.run_control.begin()  # before drawing, since what was pressed has waited long enough
        own.frame_dispatcher.new(" ".join(messages))
        self.lessons.open_waiting()

    def _on_not_restored(self, trouble: ValueError) -> None:
        """Go on without the run that cannot be restored; what was kept of it stays as it is."""
        self.document.set_aside()
        with suppress(SettingsError):
            self._session.prepare()
        own = self.benches.own
        own.player.pause()
        own.run_control.forget()
        own.frame_dispatcher.new()
        own.form.show_error(
            trouble.field if isinstance(trouble, SettingsError) else None, str(trouble)
        )
        self.lessons.open_waiting()

    def _on_torch_failed(self, sentence: str) -> None:
        self.benches.own.player.pause()
        self.benches.own.run_control.forget()
        self.tell_trouble(sentence)

    def _moment_to_tell(self) -> Frame | None:
        """Return the moment whose numbers explanations show.

        It is None while a lesson asks for such a number.
        """
        return None if self.bench.status_bar.known.asks else self.bench.session.frame()

    # --- the rest ---------------------------------------------------------------------------------

    def choose_theme(self) -> None:
        """Apply the theme named by the action."""
        action = self.sender()
        assert isinstance(action, QAction)
        self.preferences.set_choice("theme", str(action.data()))
        self._apply_theme()

    def choose_projector(self) -> None:
        """Close the window and open it again with its content, larger or at the usual size.

        Qt determines only once, when it starts, how large everything is.
        """
        action = self.commands["projector"]
        self.preferences.set_flag(PROJECTOR, action.isChecked())
        if not self.preferences.save():
            self._tell("The settings cannot be written, so the window stays as large as it is.")
        else:
            self.opens_again = self.lessons.words
            self.ran = self.benches.own.player.running
            if self.close():
                return
            self.opens_again = None  # something had to be finished first
        action.setChecked(not action.isChecked())
        self.preferences.set_flag(PROJECTOR, action.isChecked())
        self.preferences.save()

    def copy(self) -> None:
        """Copy what is selected in a text or a table, or the figure of a plot."""
        focus = themes.application().focusWidget()
        if kept_at_focus("Ctrl+C"):
            return
        if isinstance(focus, QTableView):
            copy_table(focus)
            return
        views = {view: view.figure_name for view in self.bench.views.built}
        for plot, name in (views | {self.bench.timeline: "loss"}).items():
            if focus and plot.isAncestorOf(focus):
                self.bench.commands[f"copy_{name}"].trigger()
                return
        self._tell("Nothing to copy here: go to a text, a table or a plot first.")

    def paste(self) -> None:
        """Paste where the focus is, or else as a table of data, or say why that cannot be."""
        if kept_at_focus("Ctrl+V"):
            return
        action = self.bench.commands["paste_data"]
        if action.isEnabled():
            action.trigger()
        else:
            self._tell(action.toolTip())

    def turn_full_screen(self) -> None:
        """Fill the screen, or leave full screen again."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def changeEvent(self, event: QEvent) -> None:
        """Show in the menu whether the window fills the screen, whoever asked for that."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.commands["full_screen"].setChecked(self.isFullScreen())
            self._keep_soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the new size."""
        super().resizeEvent(event)
        self._keep_soon()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Keep the new place."""
        super().moveEvent(event)
        self._keep_soon()

    def choose_reduced_motion(self) -> None:
        """Keep whether motion is reduced."""
        Ease.reduced = self.commands[REDUCED_MOTION].isChecked()
        self.preferences.set_flag(REDUCED_MOTION, Ease.reduced)
        self.preferences.save()

    def _follow_desktop(self) -> None:
        """Reduce motion as a person has chosen, or else as the desktop asks."""
        asked = self.preferences.kept_flag(REDUCED_MOTION)
        Ease.reduced = desktop_reduces_motion() if asked is None else asked
        self.commands[REDUCED_MOTION].setChecked(Ease.reduced)

    def _apply_theme(self) -> None:
        """Use the colours that a person or the desktop asks for now."""
        themes.apply(themes.application(), themes.choose(self.preferences.choice("theme")))

    def show_glossary(self) -> None:
        """Open the glossary."""
        self.explainer.open_glossary()

    def open_preferences(self) -> None:
        """Offer everything that is a matter of taste."""
        # Imported here, so that the first paint does not wait for it.
        from neuroviz.ui.window.menus import preferences_dialog

        names = (*(f"theme_{name}" for name in THEMES), REDUCED_MOTION, "projector")
        chosen = [self.commands[name] for name in names]
        preferences_dialog([*chosen, self.bench.commands["figure_size"]], self).open()

    def open_palette(self) -> None:
        """Let a person find anything by its name."""
        # Imported here, so that the first paint does not wait for it.
        from neuroviz.ui.window.finds import CommandPalette, everything

        menus = self.menuBar().actions()
        opens = self.explainer.open_glossary
        finds = partial(everything, self.bench, menus, self.lessons.open_named, opens)
        palette = CommandPalette(finds, self)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.open()

    def show_help(self) -> None:
        """Show what keys and mouse do."""
        help_dialog(self).open()

    def show_teaching(self) -> None:
        """Show the page for teachers."""
        teaching_dialog(self).open()

    def show_about(self) -> None:
        """Show what the program is, and what it consists of."""
        about_dialog(self).open()

    def report_problem(self) -> None:
        """Show the information for reporting a problem."""
        report_dialog(self, "Report a problem").open()

    def play_opening(self) -> None:
        """Show what a run is, before there is one."""
        # Imported here, so that other starts do not wait for it.
        from neuroviz.ui.window.prologue import Prologue

        self._follow_desktop()  # otherwise done when torch is loaded, after this has begun
        bench = self.bench
        data = bench.view(DataView)
        land = bench.view(LandscapeView)
        places = data.plot, land.surface if land.surface_shown.isChecked() else land.plot
        words = self.welcome.height() if self.welcome.isVisible() else 0
        opening = Prologue(bench, bench.transport.geometry().bottom(), words, places)
        for view in (data, land):
            opening.over.connect(view.drag_me.pulse)

    def tell_fault(self, what: str, trace: str) -> None:
        """Say that something went wrong in the program itself, unless that is already shown."""
        if self.findChild(QDialog, "fault") is None:
            sentence = (
                f"Something went wrong inside NeuroViz: {what}. What ran was paused. "
                "What you did is kept, and you can try to go on."
            )
            report_dialog(self, "Something went wrong", sentence, trace).open()

    def tell_trouble(self, sentence: str) -> None:
        """Say in a box what is wrong."""
        message_box(self, QMessageBox.Icon.Critical, "trouble", "NeuroViz", sentence).open()

    def _restore_geometry(self) -> None:
        self.resize(room_on_screen().boundedTo(QSize(*_SIZE)))
        geometry = self.preferences.geometry()
        if geometry is not None:
            self.restoreGeometry(geometry)

    def end(self) -> None:
        """Close without a question, for a signal, since there may be nobody to answer."""
        self._drop_exports()
        self.document.give_up(self.close)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what comes back at the next start, and leave nothing running.

        A question is asked only where something cannot be kept.
        """
        finish_typing()
        if not (
            may_stop(self._export_queues, self, self.close) and self.document.may_leave(self.close)
        ):
            event.ignore()
            return
        self.lessons.leave()
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self.bench.player.pause()
        self.bench.part_player.end()
        self._drop_exports()
        self.loader.stop()
        themes.application().removeEventFilter(self._keys)
        self.document.close()
        self._keeper.stop()
        self.preferences.set_flag("welcomed", True)
        self.keep_preferences()
        super().closeEvent(event)

    def _keep_soon(self) -> None:
        start_unless_active(self._keeper)

    def keep_preferences(self) -> None:
        """Write what comes back at the next start."""
        self.preferences.set_geometry(self.saveGeometry())
        prefer(self.benches.own.state, self.preferences)
        self.benches.own.prefer_sections()
        self.preferences.save()

    @property
    def _export_queues(self) -> list[ExportQueue]:
        return self.findChildren(ExportQueue)

    def _drop_exports(self) -> None:
        for queue in self._export_queues:
            queue.drop()
