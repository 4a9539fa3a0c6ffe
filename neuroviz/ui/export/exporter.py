"""The commands that export a run, its figures, numbers, code, report and sheets; their menu."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QInputDialog,
    QLabel,
    QMenu,
    QSpinBox,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from neuroviz.core.choices.command_line import command_line, left_out
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import LOADING
from neuroviz.core.numbers import MAX_SEED
from neuroviz.core.slices import Work, finished, made
from neuroviz.core.training.held_out import history_columns
from neuroviz.core.training.history_view import Rows
from neuroviz.files.script_file import ENDINGS as SCRIPTS
from neuroviz.files.script_file import script_written
from neuroviz.files.table import csv_work, runs_work
from neuroviz.pictures.loss import NamedRun, runs_figure
from neuroviz.pictures.marks import Figure
from neuroviz.session.figures import FigureMaker, captioned_work
from neuroviz.session.frame import Frame
from neuroviz.session.run import ListedRun
from neuroviz.session.session import Session
from neuroviz.ui.canvas.card import Views
from neuroviz.ui.controls.commands import Commands, give_access_keys
from neuroviz.ui.export.figures import FigureExporter
from neuroviz.ui.export.queue import ExportQueue, made_apart
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import set_tip

if TYPE_CHECKING:
    from neuroviz.lessons.format import Lesson
    from neuroviz.ui.export.film_dialog import FilmDialog


_PRESENT = "present run"
_PAGES = "PDF document (*.pdf);;Web page (*.html)"
_BY_HAND = "You take these steps, and no command can repeat them: end Your turn first."
_CODE = {".py": "Python code (*.py)", ".ipynb": "Notebook (*.ipynb)"}


_LESSONS_OWN = -1
"""Stands for no seed, that is for the numbers of the lesson itself."""


class Exporter(FigureExporter):
    """The commands under Export: what the window shows, the histories behind it, and the script."""

    _film: FilmDialog | None = None
    lesson: Lesson | None = None
    """The one that is played, whose sheet is offered first; None for none."""

    def __init__(
        self, parent: QWidget, session: Session, views: Views, preferences: Preferences
    ) -> None:
        super().__init__(parent, preferences)
        self._views = views
        self._session = session

    @property
    def task(self) -> str:
        """The stem of the names of files about the current experiment."""
        return self._session.settings.file_stem

    def figure_of(self, name: str) -> Work[Figure] | None:
        """Return the work that makes the figure of a view now; None until torch is loaded."""
        frame = self._begun()
        maker = self._views[name].figure_maker(self.preferences.figure_size()[:2])
        return None if frame is None else captioned_work(maker(frame), frame)

    def _begun(self) -> Frame | None:
        """Return the frame; None until torch is loaded, which the status line then says."""
        frame = self._session.frame()
        if frame.ready:
            return frame
        self.reported.emit(LOADING)
        return None

    def _by_hand(self, frame: Frame) -> bool:
        """Return whether a person takes the steps, which no file can repeat, and say so."""
        if frame.own is not None:
            self.reported.emit(_BY_HAND)
        return frame.own is not None

    def export_runs_figure(self) -> None:
        """Write a figure of the losses of the drawn runs to a file, on the loss plot's axis."""
        frame = self._session.frame()
        loss_plot = self.figure_of("loss")
        if loss_plot is not None:
            runs = [run for run in frame.runs if run.active or run in frame.others]
            edits = [*(run.edits for run in runs if run.rows is not None), frame.edits_so_far]
            log = finished(loss_plot).log_y
            figure = runs_figure(
                _named(frame, runs), log=log, not_drawn=frame.not_drawn, edits=edits
            )
            self._export("Export figure of all runs", "runs", made(figure))

    def export_runs_csv(self) -> None:
        """Write the histories of all visible runs as one CSV to a file of the user's choice."""
        frame = self._begun()
        if frame is None:
            return
        runs = [run for run in frame.runs if run.visible or run.active]
        self._export_table("Export all runs", "runs", runs_work(_named(frame, runs)))

    def export_history(self) -> None:
        """Write the history as CSV to a file of the user's choice."""
        frame = self._begun()
        if frame is not None and frame.rows is not None:
            table = _history_table(frame.settings, frame.rows)
            self._export_table(f"Export history{_whose(frame)}", "history", table)

    def export_script(self, ending: str = ".py") -> None:
        """Write the run as Python code or as a notebook, in the code panel's style.

        Data that are too many to stand in it are written beside it.
        """
        frame = self._session.frame()
        if self._by_hand(frame):
            return
        kinds = sorted(_CODE, key=lambda kind: kind != ending)  # the kind asked for comes first
        filters = ";;".join(_CODE[kind] for kind in kinds)
        title = f"Save the script{_whose(frame)}"
        path = self.ask(title, self.file_name(ending), filters, SCRIPTS)
        if path is not None:
            style = self.preferences.choice("code_style")
            self.queue.add(path.name, _script(path, frame, style))

    def share_film(self) -> None:
        """Open the dialog of a film of the run, or of the race."""
        frame = self._session.frame()
        if frame.newest_step == 0:
            self.reported.emit("A film shows a run, and no step has been taken.")
            return
        if self._film is None:
            # Imported here, so that the first paint does not wait.
            from neuroviz.ui.export.film_dialog import FilmDialog

            self._film = FilmDialog(self, self._views.titles, self._session.frame)
        self._film.open_with(
            themes.now.name, "race" if any(run.racing for run in frame.others) else "run"
        )

    def export_report(self) -> None:
        """Write the run as one page to a file of the user's choice."""
        frame = self._begun()
        if frame is None or self._by_hand(frame):
            return
        # Here: the first paint does not wait for it.
        from neuroviz.api.report import LANDSCAPE_ROOM, REPORTED

        path = self._ask_page(f"Export report{_whose(frame)}", self.file_name("report.pdf"))
        makers = {name: self._views[name].figure_maker() for name in REPORTED}
        landscape: Callable[..., Work[Figure]] = makers["landscape"]
        # A surface would be too small there to be read.
        makers["landscape"] = partial(landscape, room=LANDSCAPE_ROOM, surface=False)
        style = self.preferences.choice("code_style")
        self.write(path, partial(_report, frame, [*makers.values()], style, self._saved_name))

    def export_page(self) -> None:
        """Write the run as a page for a browser to a file of the user's choice."""
        frame = self._begun()
        if frame is None or self._by_hand(frame):
            return
        title = f"Export as a page{_whose(frame)}"
        path = self.ask(title, self.file_name(".html"), "Web page (*.html)", (".html",))
        self.write(path, lambda _: _page(frame))

    def choose_lesson(self, what: str) -> None:
        """Ask for a lesson, and write its "Worksheet" or its "Key"."""
        from neuroviz.lessons.library import checks, listed_lessons

        lessons = {str(lesson.title): lesson for lesson in (*listed_lessons(), *checks())}
        here = 0
        if self.lesson is not None:
            lessons.setdefault(str(self.lesson.title), self.lesson)
            here = [*lessons].index(self.lesson.title)
        title, chosen = QInputDialog.getItem(
            self.widget, f"{what} of a lesson", "Lesson", list(lessons), here, False
        )
        if chosen:
            self.export_lesson(lessons[title], what == "Key")

    def export_lesson(self, lesson: Lesson, is_key: bool) -> None:
        """Write the worksheet of a lesson, or its key, to a file of the user's choice.

        If the lesson's words stay true with other numbers, ask for the number of the sheet.
        """
        parts = [lesson.name]
        seed = None
        if lesson.own_numbers:
            dialog = _NumbersDialog(self.widget, lesson.title)
            if not dialog.exec():
                return
            seed = dialog.seed
        if seed is not None:
            parts.append(str(seed))
        if is_key:
            parts.append("key")
        path = self._ask_page(
            "Save the key" if is_key else "Save the worksheet", f"{'-'.join(parts)}.pdf"
        )
        asked = "lessons.worksheet", lesson.path, seed, is_key
        self.write(path, lambda ending: made_apart(*asked, ending, paper_size()))

    def export_five_steps(self) -> None:
        """Write a sheet of five steps by hand and its key, both with the numbers of one seed."""
        what = "Which sheet? Each number gives another one."
        seed, chosen = QInputDialog.getInt(
            self.widget, "Five steps by hand", what, random.randrange(1_000), 0, MAX_SEED
        )
        path = self._ask_page("Save the sheet", f"five-steps-{seed}.pdf") if chosen else None
        self.write(path, partial(_five_steps, seed))
        if path is not None:
            key: Path | None = path.with_stem(f"{path.stem}-key")
            if key and key.exists():  # the person has not agreed to replace this one
                key = self._ask_page("Save the key", key.name)
            self.write(key, partial(_five_steps, seed, is_key=True))

    def _ask_page(self, title: str, name: str) -> Path | None:
        from neuroviz.paper.write import ENDINGS as PAGES

        return self.ask(title, name, _PAGES, PAGES)

    def copy_command(self) -> None:
        """Put the experiment on the clipboard as a command line."""
        frame = self._session.frame()
        if self._by_hand(frame):
            return
        QGuiApplication.clipboard().setText(command_line(frame.settings_at_start, frame.edits))
        more = left_out(frame.settings_at_start.data)
        self.reported.emit(f"The command{_whose(frame)} is on the clipboard. {more}".strip())


class _NumbersDialog(QInputDialog):
    """Asks for the number of a sheet; each number gives the lesson's runs their own weights."""

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setLabelText(
            "Which numbers? Sheets 0, 1, 2 … have their own; the key with the same number fits."
        )
        self.setInputMode(QInputDialog.InputMode.IntInput)
        self.setIntRange(_LESSONS_OWN, MAX_SEED)
        self.setIntValue(_LESSONS_OWN)
        box = self.findChild(QSpinBox)
        assert box is not None
        box.setSpecialValueText("those of the lesson")

    @property
    def seed(self) -> int | None:
        """The number chosen; None for the lesson's own numbers."""
        return None if self.intValue() == _LESSONS_OWN else self.intValue()


def _whose(frame: Frame) -> str:
    """Return which run of a race an export of a single run is about; empty without a race."""
    names = (run.name for run in frame.runs if run.active)
    return "" if frame.race is None else "".join(f" of {name}" for name in names)


def _history_table(settings: Settings, rows: Rows) -> Work[list[bytes]]:
    """Make the table of a history, with the rows held out if there are any."""
    return (yield from csv_work((yield from history_columns(settings, rows))))


def _report(
    frame: Frame, makers: Sequence[FigureMaker], style: str, name: str, ending: str
) -> Work[list[bytes]]:
    from neuroviz.api.report import report

    figures = []
    for maker in makers:
        figures.append((yield from maker(frame)))
        yield None
    document = report(frame, figures, style, name)
    return (yield from made_apart("paper.write", document, ending, paper_size()))


def _five_steps(seed: int, ending: str, *, is_key: bool = False) -> Work[list[bytes]]:
    from neuroviz.lessons.own_numbers import five_steps  # here, since few ever print a sheet

    document = five_steps(seed, is_key=is_key)
    return (yield from made_apart("paper.write", document, ending, paper_size()))


def _script(path: Path, frame: Frame, style: str) -> Work[str]:
    files = yield from script_written(path, frame.settings_at_start, frame.edits, style)
    return f"Written: {' and '.join(map(str, files))}."


def _page(frame: Frame) -> Work[list[bytes]]:
    from neuroviz.api.page import page_work  # here, so that the first paint does not wait

    return [(yield from page_work(frame)).encode()]


def paper_size() -> str:
    """Return the usual paper size of this country, "Letter" or "A4"."""
    american = QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem
    return "Letter" if american else "A4"


def _named(frame: Frame, runs: Iterable[ListedRun]) -> list[NamedRun]:
    """Return runs of the list for a file, and the active run, whose only colour is the accent."""
    named: list[NamedRun] = [
        (run.name, None if run.active else run.slot, run.settings, run.rows)
        for run in runs
        if run.rows is not None
    ]
    if frame.rows is not None and not any(run.active for run in frame.runs):
        named.append((_PRESENT, None, frame.settings_at_start, frame.rows))
    return named


def fill_export_menu(
    menu: QMenu, commands: Commands, exporter: Exporter, titles: Mapping[str, str]
) -> None:
    """Put every export into a menu, and the command that cancels the current one.

    ``titles`` are those of the views, by name.
    """

    def add(
        name: str, text: str, slot: Callable[..., object], key: str = "", into: QMenu = menu
    ) -> None:
        into.addAction(commands.add(name, text, slot, key))

    _head(menu, "Figures")
    keys = {"loss": "Ctrl+E"}
    for name, title in titles.items():
        export = partial(exporter.export_figure, name)
        add(f"export_{name}", f"{title}…", export, keys.get(name, ""))
    add("export_runs_figure", "Loss of visible runs…", exporter.export_runs_figure)
    copies = menu.addMenu("Copy a figure")
    for name, title in titles.items():
        copy = partial(exporter.copy_figure, name)
        add(f"copy_{name}", f"Copy {title[0].lower()}{title[1:]}", copy, into=copies)
    add("figure_size", "Size of figures…", exporter.choose_figure_size)
    _head(menu, "Numbers")
    add("export_history", "History as CSV…", exporter.export_history, "Ctrl+Shift+E")
    add("export_runs_csv", "Visible runs as CSV…", exporter.export_runs_csv)
    _head(menu, "Code")
    for name, text, ending in (("script", "Script…", ".py"), ("notebook", "Notebook…", ".ipynb")):
        add(f"export_{name}", text, partial(exporter.export_script, ending))
    add("copy_command", "Copy as &command", exporter.copy_command, "Ctrl+Shift+C")
    _head(menu, "To show and to hand in")
    add("film", "Share film…", exporter.share_film)
    add("page", "As a page…", exporter.export_page)
    add("report", "Report…", exporter.export_report)
    for title in ("Worksheet", "Key"):
        add(title.lower(), f"{title} of a lesson…", partial(exporter.choose_lesson, title))
    add("five_steps", "Five steps by hand…", exporter.export_five_steps)
    menu.addSeparator()
    add("cancel_export", "Cancel the export", exporter.queue.cancel)
    for each in (menu, copies):
        give_access_keys(action for action in each.actions() if action.isEnabled())


def _head(menu: QMenu, text: str) -> None:
    """Name the group of commands that follows.

    A section of Qt's is not used, since its text is lost under a style sheet.
    """
    if menu.actions():
        menu.addSeparator()
    label = QLabel(text)
    themes.set_role(label, "caption")
    label.setContentsMargins(16, 4, 16, 2)
    heading = QWidgetAction(menu)
    heading.setText(text)
    heading.setDefaultWidget(label)
    heading.setEnabled(False)
    menu.addAction(heading)


_IDLE = "Export"
_BUSY = "Cancel"


class ExportButton(QToolButton):
    """A button that opens the menu, or cancels the current export."""

    def __init__(self, menu: QMenu, queue: ExportQueue, tip: str) -> None:
        super().__init__()
        self._menu = menu
        self._queue = queue
        self._tip = tip
        self._follow()
        queue.changed.connect(self._follow)
        self.clicked.connect(self._on_clicked)

    def sizeHint(self) -> QSize:
        """Ask for enough room for either text."""
        hint = super().sizeHint()
        other = _BUSY if self.text() == _IDLE else _IDLE
        width_of = self.fontMetrics().horizontalAdvance
        return hint + QSize(max(0, width_of(other) - width_of(self.text())), 0)

    def _follow(self) -> None:
        name = self._queue.name
        modes = QToolButton.ToolButtonPopupMode
        # It keeps its width, so that nothing moves when an export begins.
        self.setMinimumWidth(0 if name is None else self.width())
        self.setText(_IDLE if name is None else _BUSY)
        self.setMenu(self._menu if name is None else None)  # type: ignore[arg-type]  # None removes it
        self.setPopupMode(modes.InstantPopup if name is None else modes.DelayedPopup)
        said = self._tip if name is None else f"Cancel {name}: nothing is written"
        self.setAccessibleName(said)
        set_tip(self, said)
        themes.repolish(self)

    def _on_clicked(self) -> None:
        if self.text() == _BUSY:
            self._queue.cancel()
