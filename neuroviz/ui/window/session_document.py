"""Document: the session as a person's file, and as what comes back by itself."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QMainWindow,
    QMenu,
    QMessageBox,
    QProgressDialog,
)

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import OWN
from neuroviz.core.lazy import LOADING
from neuroviz.core.numbers import elided
from neuroviz.core.record import SessionRecord
from neuroviz.files.reader import name_of
from neuroviz.files.session_file import ENDING, write_session
from neuroviz.files.state_file import StateFile, kept_sessions
from neuroviz.files.writer import FileError
from neuroviz.session.session import Session
from neuroviz.ui.bench.data_control import TABLES
from neuroviz.ui.bench.view_state import ViewState
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.canvas.jobs import Job, one_shot, start_unless_active
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.theme.parts import message_box, text_label
from neuroviz.ui.window.autosaver import Autosaver
from neuroviz.ui.window.help import OfferBar
from neuroviz.ui.window.opening import (
    Opening,
    in_words,
    opened_file,
    opened_state,
    stamp_of,
    with_document,
)

_FILTER = f"NeuroViz session (*{ENDING})"
_PATIENCE = 1000
"""Milliseconds of opening after which its progress is shown and it can be cancelled."""
_LOOK = 250
"""Milliseconds after which the title says that something is not saved."""
_EARLIER = 8
"""Earlier sessions that are offered, at most."""


class SessionDocument(QObject):
    """Opens and saves, and keeps everything else.

    Parameters
    ----------
    bench
        Has the session, and shows it.
    bar
        Offers what a crashed program has left.
    """

    chosen = Signal(Path)
    """A person has chosen a file to open, of any kind."""
    shown = Signal(str)
    """Another session is shown, with what there is to say about it."""
    reported = Signal(str)
    """What was done."""
    before_another = Signal()
    """Another session is about to be shown; what covers this one must close."""
    _lesson = ""
    _given_up = False
    _waits: QProgressDialog | None = None
    """The progress dialog while a session is being opened."""

    def __init__(
        self,
        window: QMainWindow,
        opening: Opening,
        bench: Workbench,
        preferences: Preferences,
        bar: OfferBar,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = bench.session
        self._bench = bench
        self._preferences = preferences
        self._bar = bar
        self._crashed = opening.crashed
        self.path = opening.path
        self._stamp = opening.stamp
        self._saved = None if opening.modified else self._session.moment
        self.slices = Job(self)
        self.keeper = Autosaver(opening.state, self._moment, self._record_to_keep, self)
        self.keeper.reported.connect(self.reported)
        self._timer = one_shot(self, self._show_title, _LOOK)
        bench.changed.connect(self._on_changed)
        bar.taken.connect(self._bring_back)
        bar.left.connect(self._leave_crashed)

    # --- the beginning and the end ----------------------------------------------------------------

    def begin(self, state: ViewState) -> None:
        """Show the session in a way, start keeping it, and offer what a crash has left."""
        self._bench.show_state(state)
        self.keeper.start(written=self.keeper.state.path.exists())
        self._show_title()
        if self.path is not None and self._preferences.recent_files()[:1] != [self.path]:
            self._remember(self.path)
        if self._crashed is not None:
            told = "NeuroViz did not close properly last time"
            try:
                self._bar.offer(f"{told}. It has kept: {in_words(self._crashed)}.")
            except (FileError, OSError):
                path = self._crashed.path
                self._bar.tell(f"{told}. What it has kept cannot be read: {path.name}", str(path))
                self._crashed.release()
                self._crashed = None

    def set_aside(self) -> None:
        """Leave the file, and what was kept, as they are, since their session cannot be shown."""
        self.path = None
        self.keeper.set_aside()
        self._show_title()

    def may_leave(self, go_on: Callable[[], object]) -> bool:
        """Return whether the session is kept, or in its file; else ask what to do with it.

        Parameters
        ----------
        go_on
            Called once it is saved or may be lost; what asked to leave asks again, and then may.
        """
        if self._given_up or (self.path is not None and not self.modified):
            return True
        self.keeper.keep()
        if self.keeper.trouble is None:
            return True
        self._ask_before_loss(self.keeper.trouble, go_on)
        return False

    def give_up(self, go_on: Callable[[], object]) -> None:
        """Go on without a question, whatever is lost."""
        self._given_up = True
        try:
            go_on()
        finally:
            self._given_up = False

    def _ask_before_loss(self, trouble: str, go_on: Callable[[], object]) -> None:
        said = f"What you did would be lost. {trouble}"
        lose = partial(self.give_up, go_on)
        box = self._ask("Not kept", said, "Lose it", lose, once_saved=True)
        self.keeper.reported.connect(box.reject)  # it is kept again

    def close(self) -> None:
        """Keep everything, and leave it to the next start."""
        self._timer.stop()
        self.slices.drop()
        self.keeper.close()
        if self._crashed is not None:
            self._crashed.release()

    # --- commands ---------------------------------------------------------------------------------

    def new(self) -> None:
        """Begin anew; what was there is kept among the earlier sessions."""
        if not self.may_leave(self.new):
            return
        reported = [] if self._session.untouched else ["What was here stays in File, Open recent."]
        self._show(Opening(Session(Settings.opened())), reported)

    def ask_open(self) -> None:
        """Open a file that a person chooses."""
        shown = f"Sessions, tables, lessons (*{ENDING} {TABLES} *.toml);;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self._window, "Open", self._folder(), shown)
        if path:
            self.chosen.emit(Path(path))

    def open(self, path: Path) -> None:
        """Show the session in a file, or say what is wrong with it and change nothing."""
        try:
            opening = opened_file(path)
        except FileError as error:
            self._complain("Not opened", str(error))
            return
        if not self.may_leave(partial(self.open, path)):
            return
        self._remember(path)
        self._open_session(opening, name_of(path))

    def save(self) -> None:
        """Write the session to its file, or to one that a person chooses.

        A question is asked if another program, or window, has written that file meanwhile.
        """
        if self.path is None:
            self.save_as()
        elif stamp_of(self.path) not in ("", self._stamp):
            self._ask_to_replace(self.path)
        else:
            self._save(self.path)

    def save_as(self) -> None:
        """Write the session to a file that a person chooses."""
        name = self.path.name if self.path else f"{self._session.settings.file_stem}{ENDING}"
        start = str(Path(self._folder()) / os.fsencode(name).decode(errors="replace"))
        said, _ = QFileDialog.getSaveFileName(self._window, "Save the session", start, _FILTER)
        if not said:
            return
        path = Path(said)
        if path.suffix.lower() != ENDING:
            path = path.with_name(path.name + ENDING)
            if path.exists():  # the dialog has not asked about this name
                self._complain(
                    "Not saved",
                    f"{name_of(path)} exists: enter its whole name to replace it.",
                )
                return
        self._save(path)

    def fill_recent(self) -> None:
        """Offer in the menu the recent files, and the sessions of earlier windows."""
        menu = self.sender()
        assert isinstance(menu, QMenu)
        menu.clear()
        for path in self._preferences.recent_files():
            menu.addAction(_shown(path).replace("&", "&&"), partial(self.open, path))
        earlier = self._earlier()
        if earlier:
            menu.addSeparator()
            menu.addAction("Kept by itself:").setEnabled(False)
        for words, state in earlier:
            menu.addAction(words.replace("&", "&&"), partial(self._open_kept, state))
        if self._preferences.recent_files():
            menu.addSeparator()
            menu.addAction("&Clear the list of files", self._preferences.forget_recent_files)
        if menu.isEmpty():
            menu.addAction("Nothing yet").setEnabled(False)

    # --- saving -----------------------------------------------------------------------------------

    @property
    def modified(self) -> bool:
        """Whether something is in no file of a person's."""
        if self.path is None:
            return not self._session.untouched
        return self._session.moment != self._saved

    def _save(self, path: Path) -> None:
        if not self._session.ready:
            self.reported.emit(LOADING)
            return
        try:
            write_session(path, self._record())
        except (FileError, ValueError) as error:
            self._complain("Not saved", str(error))
            return
        self.path, self._stamp = path, stamp_of(path)
        self._saved = self._session.moment
        self._remember(path)
        self._show_title()
        self.reported.emit(f"Saved: {name_of(path)}.")

    def _ask_to_replace(self, path: Path) -> None:
        said = f"{name_of(path)} was changed by another program, or window, since it was opened."
        self._ask("Changed meanwhile", said, "Replace", partial(self._save, path))

    def _record(self) -> SessionRecord:
        return replace(self._session.record(), views=self._bench.state.as_views())

    def _record_to_keep(self) -> SessionRecord | None:
        if self._session.untouched and self.path is None:
            return None
        return with_document(self._record(), self.path, self._stamp, modified=self.modified)

    def _moment(self) -> object:
        look = self._session.selection
        return (
            self._session.moment,
            look.step,
            look.phase,
            look.sample,
            self._bench.state,
            self.path,
            self.modified,
        )

    def take_over(self, descriptor: int) -> bool:
        """Go on with the very session that the process before has left in an open file.

        It is that which is shown, and its changes can be undone. Return whether its run went on.
        """
        modified = self.modified
        ran = False
        with suppress(Exception), open(descriptor, "rb") as file:
            session, ran = pickle.load(file)
            self._session.become(session)
        self._saved = None if modified else self._session.moment
        return ran

    # --- another session --------------------------------------------------------------------------

    def _open_session(self, opening: Opening, name: str) -> None:
        """Restore the runs of a session in slices, and then show it; this can be cancelled."""
        if not self._session.ready:
            self.reported.emit(LOADING)
            opening.state.release()
            return

        if self._waits is not None:
            self._waits.cancel()
        waits = QProgressDialog("", "Cancel", 0, 0, self._window, minimumDuration=_PATIENCE)
        self._waits = waits
        waits.setObjectName("opening")
        waits.setLabel(text_label("opening_line", "", f"Opening {name} …"))

        def over() -> None:
            self._waits = None
            waits.deleteLater()

        def cancelled() -> None:
            over()
            self.slices.drop()
            opening.state.release()
            self.reported.emit(f"{name} is not opened.")

        def done(reported: list[str]) -> None:
            over()
            self._show(opening, reported)

        def failed(error: ValueError) -> None:
            over()
            opening.state.release()
            self._complain("Not opened", f"Cannot open {name}: {error}")

        waits.canceled.connect(cancelled)
        self.reported.emit(f"Opening {name} …")
        self.slices.start(opening.session.restoring(), done, failed)

    def _show(self, opening: Opening, reported: list[str]) -> None:
        """Replace this session, which is kept, by another."""
        self.before_another.emit()
        self._bench.player.pause()
        self.slices.drop()
        self.keeper.leave(opening.state)
        ready = self._session.ready
        self._session.become(opening.session)
        if ready:
            self._session.prepare()
        if opening.is_new:
            self._session.pick(self._session.settings.first_sample)
        self.path = opening.path
        self._stamp = opening.stamp
        self._bench.show_state(self._bench.state.with_views(opening.views))
        self._saved = None if opening.modified else self._session.moment
        self._show_title()
        self.shown.emit(" ".join(reported))

    def _bring_back(self) -> None:
        state = self._crashed
        self._crashed = None
        if state is not None:
            self._open_kept(state)

    def _open_kept(self, state: StateFile) -> None:
        """Open what a window has kept, unless another one has it."""
        try:
            if not state.claim():
                raise FileError("This session is open in another window.")
            self._open_session(opened_state(state), "what was kept")
        except (FileError, OSError) as error:
            state.release()
            self._complain("Not opened", str(error))

    def _leave_crashed(self) -> None:
        if self._crashed is not None:
            self._crashed.release()
            self._crashed = None
            self.reported.emit("It stays in File, Open recent.")

    def _earlier(self) -> list[tuple[str, StateFile]]:
        """Return descriptions of earlier sessions, with their files."""
        found = []
        for path in kept_sessions()[: _EARLIER + 1]:
            if path != self.keeper.state.path:
                state = StateFile(path)
                try:
                    found.append((in_words(state), state))
                except (FileError, OSError):  # another window may just have left it
                    continue
        return found[:_EARLIER]

    # --- title, words -----------------------------------------------------------------------------

    def _on_changed(self) -> None:
        start_unless_active(self._timer)
        self.keeper.look_soon()

    def show_lesson(self, title: str) -> None:
        """Name in the window's title the lesson in front of the session; empty for none."""
        self._lesson = title
        self._show_title()

    def _show_title(self) -> None:
        own = self.path.name if self.path else self._origin()
        name = elided(self._lesson or own).replace("[*]", "[*][*]")
        title = f"{name}[*] — NeuroViz"
        if self._window.windowTitle() != title:
            self._window.setWindowTitle(title)
        self._window.setWindowFilePath(_shown(self.path or ""))
        self._window.setWindowModified(self.modified and not self._lesson)

    def _origin(self) -> str:
        """Return where the data come from, or only the kind of made-up data; else the task."""
        settings = self._session.settings
        origin = settings.dataset.origin.partition(":noise=")[0] if settings.task == OWN else ""
        return origin or settings.task_label

    def _folder(self) -> str:
        return str(self.path.parent) if self.path else self._preferences.folder()

    def _remember(self, path: Path) -> None:
        self._preferences.add_recent_file(Path(os.path.abspath(path)))

    def _complain(self, title: str, sentence: str) -> None:
        self._box(title, sentence).open()

    def _ask(
        self,
        title: str,
        sentence: str,
        other: str,
        do_other: Callable[[], object],
        *,
        once_saved: bool = False,
    ) -> QMessageBox:
        """Let a person save elsewhere or do something else, which may also follow once saved."""
        box = self._box(title, sentence)
        save = box.addButton("Save as…", QMessageBox.ButtonRole.AcceptRole)
        loses = box.addButton(other, QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(save)

        def on_clicked(button: QAbstractButton) -> None:
            if button is save:
                self.save_as()
            saved = button is save and self.path is not None and not self.modified
            if button is loses or (once_saved and saved):
                do_other()

        box.buttonClicked.connect(on_clicked)
        box.open()
        return box

    def _box(self, title: str, sentence: str) -> QMessageBox:
        return message_box(self._window, QMessageBox.Icon.Warning, "file_error", title, sentence)


def _shown(path: str | Path) -> str:
    return os.fsencode(path).decode(errors="replace")
