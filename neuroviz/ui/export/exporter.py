"""The commands that take things away: figures and numbers to files and to the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QLocale, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QInputDialog, QMessageBox, QWidget

from neuroviz.core.choices.command_line import command_line, left_out
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import LOADING
from neuroviz.core.script.script import Script, script
from neuroviz.core.slices import Work, finished, made
from neuroviz.core.training.held_out import history_columns
from neuroviz.core.training.history_view import Rows
from neuroviz.files.figure_file import check_figure_path
from neuroviz.files.script_file import ENDINGS as SCRIPTS
from neuroviz.files.script_file import write_script
from neuroviz.files.table import check_table_path, csv_work, runs_work
from neuroviz.files.writer import FileError, check_writable, writing
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.render import ENDINGS
from neuroviz.pictures.runs import NamedRun, runs_figure
from neuroviz.session.figures import FigureMaker, captioned_maker
from neuroviz.session.frame import Frame
from neuroviz.session.runs import ListedRun
from neuroviz.session.session import Session
from neuroviz.ui.canvas.card import Card
from neuroviz.ui.export.dialogs import FigureSizeDialog
from neuroviz.ui.export.drawing import drawn, figures_of, paged
from neuroviz.ui.export.queue import ExportQueue
from neuroviz.ui.preferences import Preferences

if TYPE_CHECKING:
    from neuroviz.lessons.format import Lesson
    from neuroviz.ui.export.animator import Animator

_PRESENT = "present run"
_FILTERS = "PNG picture (*.png);;SVG drawing (*.svg);;PDF document (*.pdf)"
_TABLES = "CSV table (*.csv)"
_PAGES = "PDF document (*.pdf);;Web page (*.html)"
_CODE = {".py": "Python code (*.py)", ".ipynb": "Notebook (*.ipynb)"}

Size = tuple[float, float, int]
"""Width and height in mm, and dpi."""


class FigureExporter(QObject):
    """Commands for figures; what goes wrong is told in one sentence, and nothing is half written.

    Parameters
    ----------
    figures
        What gives the work that makes a figure as it is now, None for nothing yet, by its name,
        which the actions carry as their data.
    """

    reported = Signal(str)
    """What was done, for the line of words."""

    def __init__(
        self,
        parent: QWidget,
        figures: Mapping[str, Callable[[], Work[Figure] | None]],
        preferences: Preferences,
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self._figures = figures
        self._preferences = preferences
        self.queue = ExportQueue(self)
        self.queue.reported.connect(self.reported)
        self.queue.failed.connect(self._complain)

    @property
    def task(self) -> str:
        """Name of the task, which the files bear."""
        raise NotImplementedError(f"{type(self).__name__} must name the task")

    def export_figure(self) -> None:
        """Write the figure that the action names to a file of the user's choice."""
        name = self._name_of_sender()
        figure = self._figure(name)
        if figure is not None:
            self._export("Export figure", name, figure)

    def copy_figure(self) -> None:
        """Put the figure that the action names on the clipboard, as a picture and as SVG."""
        figure = self._figure(self._name_of_sender())
        if figure is not None:
            self.queue.add("the figure", _copied(figure, self._preferences.figure_size()))

    def choose_figure_size(self) -> None:
        """Ask for the size of exported figures."""
        dialog = FigureSizeDialog(self._preferences.figure_size(), self._parent)
        if dialog.exec() == FigureSizeDialog.DialogCode.Accepted:
            self._preferences.set_figure_size(dialog.size_chosen())
        dialog.deleteLater()

    def _name_of_sender(self) -> str:
        action = self.sender()
        assert isinstance(action, QAction)
        return str(action.data())

    def _figure(self, name: str) -> Work[Figure] | None:
        figure = self._figures[name]()
        if figure is None:
            self.reported.emit(LOADING)
        return figure

    def _export(self, title: str, name: str, figure: Work[Figure]) -> None:
        path = self._ask(title, self._file_name(f"{name}.png"), _FILTERS)
        if path is None:
            return
        if path.suffix.lower() not in ENDINGS:
            path = path.with_name(path.name + ".png")
        self.queue.add(path.name, _figure_file(path, figure, self._preferences.figure_size()))

    def _export_table(self, title: str, name: str, table: Work[list[bytes]]) -> None:
        path = self._ask(title, self._file_name(f"{name}.csv"), _TABLES)
        if path is not None:
            path = path if path.suffix else path.with_suffix(".csv")
            self.queue.add(path.name, _table_file(path, table))

    @property
    def _saved_name(self) -> str:
        """Name under which the session was saved; empty where it was not."""
        return Path(self._parent.window().windowFilePath()).stem

    def _file_name(self, rest: str) -> str:
        """Return what a file is called, by its ending or more.

        After the session where that was saved.
        """
        between = "" if rest.startswith(".") else " " if self._saved_name else "-"
        return f"{self._saved_name or self.task}{between}{rest}"

    def _ask(self, title: str, name: str, filters: str) -> Path | None:
        start = str(Path(self._preferences.folder() or Path.home()) / name)
        path, _ = QFileDialog.getSaveFileName(self._parent, title, start, filters)
        if not path:
            return None
        self._preferences.set_folder(str(Path(path).parent))
        return Path(path)

    def _complain(self, sentence: str) -> None:
        box = QMessageBox(self._parent)
        box.setObjectName("export_error")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Not exported")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(sentence)
        # Not exec(): the run behind it goes on, and the window keeps answering.
        box.open()


class Exporter(FigureExporter):
    """The commands under Export: what the window shows, the histories behind it, and the script."""

    def __init__(
        self, parent: QWidget, session: Session, views: Iterable[Card], preferences: Preferences
    ) -> None:
        self._views = {view.figure_name: view for view in views}
        figures = {name: partial(self._figure_of, view) for name, view in self._views.items()}
        super().__init__(parent, figures, preferences)
        self._session = session
        self._animator: Animator | None = None

    @property
    def task(self) -> str:
        """What files about the experiment in force are called."""
        return self._session.settings.file_stem

    def _figure_of(self, view: Card) -> Work[Figure] | None:
        frame = self._session.frame()
        return captioned_maker(view.figure_maker())(frame) if frame.ready else None

    def export_runs_figure(self) -> None:
        """Write the losses of the runs that are drawn, on the axis of the loss plot, to a file."""
        frame = self._session.frame()
        loss_plot = self._figure("loss")
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
        frame = self._session.frame()
        if not frame.ready:
            self.reported.emit(LOADING)
            return
        runs = [run for run in frame.runs if run.visible or run.active]
        self._export_table("Export all runs", "runs", runs_work(_named(frame, runs)))

    def export_history(self) -> None:
        """Write the history as CSV to a file of the user's choice."""
        frame = self._session.frame()
        if frame.rows is not None and frame.ready:
            self._export_table(
                "Export history", "history", _history_table(frame.settings, frame.rows)
            )
        else:
            self.reported.emit(LOADING)

    def export_code(self) -> None:
        """Write the run as code, of the kind that the action names.

        In the way that the code panel writes it.
        """
        frame = self._session.frame()
        style = self._preferences.code_style()
        self.export_script(
            script(frame.settings_at_start, frame.edits, style=style), self._name_of_sender()
        )

    def export_script(self, code: Script, ending: str = ".py") -> None:
        """Write a script as Python code or as a notebook to a file of the user's choice."""
        kinds = sorted(_CODE, key=lambda kind: kind != ending)  # what was asked for first
        path = self._ask(
            "Save the script", self._file_name(ending), ";;".join(_CODE[kind] for kind in kinds)
        )
        if path is None:
            return
        path = path if path.suffix.lower() in SCRIPTS else path.with_name(path.name + ending)
        try:
            self.reported.emit(f"Written: {write_script(path, code)}.")
        except FileError as error:
            self._complain(str(error))

    def animate(self) -> None:
        """Ask what an animation of the run is to show."""
        frame = self._session.frame()
        if frame.newest_step == 0:
            self.reported.emit(
                "An animation shows a run, and no step has been taken: press Run first."
            )
            return
        if self._animator is None:
            # Here: the first paint does not wait for it.
            from neuroviz.ui.export.animator import Animator

            self._animator = Animator(
                self._parent,
                self._views,
                self.queue,
                self._ask,
                self._file_name,
                self._session.frame,
                self._page,
            )
        seen = [name for name, view in self._views.items() if view.isVisible()]
        self._animator.dialog.open_for(seen[-1] if seen else "loss")

    def export_report(self) -> None:
        """Write the run as one page to a file of the user's choice."""
        frame = self._session.frame()
        if not frame.ready:
            self.reported.emit(LOADING)
            return
        from neuroviz.api.report import REPORTED  # here: the first paint does not wait for it

        path = self._ask_page("Export report", self._file_name("report.pdf"))
        if path is not None:
            makers = [self._views[name].figure_maker() for name in REPORTED]
            work = _report_file(
                path, frame, makers, self._preferences.code_style(), self._saved_name
            )
            self.queue.add(path.name, work)

    def choose_lesson(self) -> None:
        """Ask of which lesson the worksheet is wanted, or the key, as the action says."""
        from neuroviz.lessons.library import listed_lessons

        what = self._name_of_sender()
        lessons = {str(lesson.title): lesson for lesson in listed_lessons()}
        title, chosen = QInputDialog.getItem(self._parent, what, "Lesson", list(lessons), 0, False)
        if chosen:
            self.export_lesson(lessons[title], what == "Key")

    def export_lesson(self, lesson: Lesson, is_key: bool) -> None:
        """Write the worksheet of a lesson, or its key, to a file of the user's choice."""
        name = f"{lesson.name}-key.pdf" if is_key else f"{lesson.name}.pdf"
        path = self._ask_page("Save the key" if is_key else "Save the worksheet", name)
        if path is not None:
            asked = lesson.path, is_key, path.suffix.lower(), _paper()
            self.queue.add(path.name, _page_file(path, paged("lessons.worksheet", *asked)))

    def _ask_page(self, title: str, name: str) -> Path | None:
        from neuroviz.paper.write import ENDINGS as PAGES

        path = self._ask(title, name, _PAGES)
        if path is None or path.suffix.lower() in PAGES:
            return path
        return path.with_name(path.name + ".pdf")

    def _page(self) -> tuple[float, float]:
        return self._preferences.figure_size()[:2]

    def copy_command(self) -> None:
        """Put the experiment on the clipboard as a command line."""
        frame = self._session.frame()
        QGuiApplication.clipboard().setText(command_line(frame.settings_at_start, frame.edits))
        self.reported.emit(
            f"The command is on the clipboard. {left_out(frame.settings_at_start.data)}".strip()
        )


def _history_table(settings: Settings, rows: Rows) -> Work[list[bytes]]:
    """Make the table of a history, with the rows held out where there are any."""
    return (yield from csv_work((yield from history_columns(settings, rows))))


def _figure_file(path: Path, figure: Work[Figure], size: Size) -> Work[str]:
    check_figure_path(path)
    (data,) = yield from drawn((yield from figure), [path.suffix.lower()], *size)
    return f"Written: {(yield from writing(path, [data]))}."


def _report_file(
    path: Path, frame: Frame, makers: Sequence[FigureMaker], style: str, name: str
) -> Work[str]:
    from neuroviz.api.report import report

    check_writable(path)
    document = report(frame, (yield from figures_of(makers, frame)), style, name)
    page = paged("paper.child", document, path.suffix.lower(), _paper())
    return (yield from _page_file(path, page))


def _page_file(path: Path, page: Work[bytes]) -> Work[str]:
    check_writable(path)
    return f"Written: {(yield from writing(path, [(yield from page)]))}."


def _paper() -> str:
    american = QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem
    return "Letter" if american else "A4"


def _table_file(path: Path, table: Work[list[bytes]]) -> Work[str]:
    check_table_path(path)
    return f"Written: {(yield from writing(path, (yield from table)))}."


def _copied(figure: Work[Figure], size: Size) -> Work[str]:
    png, svg = yield from drawn((yield from figure), (".png", ".svg"), *size)
    data = QMimeData()
    data.setImageData(QImage.fromData(QByteArray(png)))
    data.setData("image/svg+xml", QByteArray(svg))
    QGuiApplication.clipboard().setMimeData(data)
    return "The figure is on the clipboard."


def _named(frame: Frame, runs: Iterable[ListedRun]) -> list[NamedRun]:
    """Return runs of the list for a file, and the active one.

    It has no colour but the accent.
    """
    named: list[NamedRun] = [
        (run.name, None if run.active else run.slot, run.settings, run.rows)
        for run in runs
        if run.rows is not None
    ]
    if frame.rows is not None and not any(run.active for run in frame.runs):
        named.append((_PRESENT, None, frame.settings_at_start, frame.rows))
    return named


def may_stop(queues: Iterable[ExportQueue], window: QWidget, go_on: Callable[[], object]) -> bool:
    """Return whether nothing is being written.

    Else ask, in front of a window, whether it may be lost.

    Parameters
    ----------
    go_on
        Is called when everything was left off: what asked to stop then asks again, and may.
    """
    busy = [queue for queue in queues if queue.name is not None]
    if not busy:
        return True
    if window.findChild(QMessageBox, "export_going") is not None:
        return False
    names = " and ".join(str(queue.name) for queue in busy)
    box = QMessageBox(QMessageBox.Icon.Question, "Still writing", "", parent=window)
    box.setObjectName("export_going")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Still being written: {names}. To quit now stops it, and nothing of it is kept.")
    wait = box.addButton("Wait", QMessageBox.ButtonRole.RejectRole)
    stop = box.addButton("Stop and quit", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(wait)
    box.setEscapeButton(wait)

    def on_clicked(button: QAbstractButton) -> None:
        if button is stop:
            for queue in busy:
                queue.drop()
            go_on()

    box.buttonClicked.connect(on_clicked)
    box.open()
    return False
