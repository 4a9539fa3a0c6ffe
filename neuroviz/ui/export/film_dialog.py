"""The dialog of films: a preview that plays, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QMimeData, QPoint, Qt, QTemporaryDir, QTimer, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QHideEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLabel,
    QProgressBar,
    QPushButton,
)

from neuroviz.api.film import FILES, NO_ENCODER, check_kind, encoder
from neuroviz.core.slices import Work, made
from neuroviz.files.writer import FileError
from neuroviz.pictures.film import SHAPES
from neuroviz.pictures.landscape.surface import SurfaceScene
from neuroviz.session.film import LENGTHS, Film, FilmOrder
from neuroviz.session.film_pictures import KINDS, film_work, objection_to
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.jobs import Job
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.number_box import NumberBox
from neuroviz.ui.export.figures import FigureExporter
from neuroviz.ui.export.film import THEMES, FilmPainter, film_bytes, film_ink
from neuroviz.ui.export.queue import written
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    DIALOG,
    STRETCH,
    TakeButton,
    in_column,
    in_row,
    named,
    room_on_screen,
    text_label,
)

_SHAPES = {"wide": "Wide, 16 : 9", "square": "Square", "tall": "Tall, 9 : 16"}
_THEMES = {"dark": "Dark", "light": "Light"}
_FILTERS = {ending: f"{kind} (*{ending})" for ending, kind in FILES.items()}
_FILE_TIPS = {
    ".mp4": "For slides and messages; made by ffmpeg",
    ".gif": "Plays everywhere, in 256 colours, with at most 720 pixels",
    ".webp": "Small, for web pages, with at most 720 pixels",
}
_HOW = "Save it, copy it as a file, or drag the picture out."
_MAKING = "Making the film …"
_MADE = "The film is made."
_CANCELLED = "Cancelled: nothing is written."
_COPIED = "The film is on the clipboard, as a file."
_TO_DRAG = "The film is being made: drag the picture out when that is done."
_READY = "The film is ready: drag the picture out."
_ROOM = (480, 384)
"""Greatest size of the preview in pixels."""
_LETTERS = 16
"""Number of letters that fit the list of what can be shown."""
_RATE = 15
"""Pictures per second of the preview."""


class FilmPreview(QLabel):
    """A small film that plays again and again as long as it is visible."""

    dragged = Signal()
    """The person begins to drag the film away."""
    _film: Film | None = None
    _place: int | None = None

    def __init__(self) -> None:
        super().__init__()
        named(self, "film_preview", "Preview of the film")
        self.setToolTip("Drag the film to where you want it")
        themes.set_look(self, "card")
        # On a small screen the fields beside it are to be seen, too.
        self.setFixedSize(min(_ROOM[0], room_on_screen().width() * 9 // 20), _ROOM[1])
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._painter = FilmPainter(1.0)
        self._began = QElapsedTimer()
        self._pressed = QPoint()
        self._timer = QTimer(self, interval=round(1000 / _RATE))
        self._timer.timeout.connect(self._show_picture)

    def show_film(self, film: Film | None) -> None:
        """Play a film from its beginning; None if there is none yet."""
        self._film = film
        self._place = None
        if film is None:
            self.setText("…")
            return
        width, height = SHAPES[film.shape]
        ratio = min(self.width() / width, self.height() / height) * self.devicePixelRatioF()
        if ratio != self._painter.ratio:
            self._painter = FilmPainter(ratio)
        self._began.start()
        self._show_picture()

    def _show_picture(self) -> None:
        if self._film is None:
            return
        place = self._film.place_at(self._began.elapsed() % sum(self._film.milliseconds))
        if place != self._place:
            self._place = place
            picture = self._painter.paint(self._film.picture(place))
            picture.setDevicePixelRatio(self.devicePixelRatioF())
            self.setPixmap(picture)

    def showEvent(self, event: QShowEvent) -> None:
        """Start to play."""
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop, and free the memory; if its window is only minimized, keep the picture."""
        self._timer.stop()
        if not event.spontaneous():
            self._painter = FilmPainter(1.0)
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where the mouse was pressed."""
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag once the mouse has moved far enough."""
        moved = (event.position().toPoint() - self._pressed).manhattanLength()
        if moved >= QGuiApplication.styleHints().startDragDistance():
            self._pressed = event.position().toPoint()
            self.dragged.emit()


class FilmDialog(QDialog):
    """Asks what a film should show, plays it, makes it and shows the progress.

    The window behind it stays usable.

    Parameters
    ----------
    exporter
        Asks for the file, and has the queue.
    titles
        Name -> title of each view, which can be shown alone.
    moment
        Returns the current frame.
    """

    _land: SurfaceScene | None = None
    """The landscape of the frame, once it was drawn."""
    _at: QPoint | None = None
    """Where it was closed."""
    _made: tuple[object, Path] | None = None
    """What the last film was made from, and its file."""
    _work: Work[str] | None = None
    """The work that makes a film now; None if none is made."""

    def __init__(
        self, exporter: FigureExporter, titles: Mapping[str, str], moment: Callable[[], Frame]
    ) -> None:
        super().__init__(exporter.widget)
        self.setObjectName("film_dialog")
        self.setWindowTitle("Share film")
        self._exporter = exporter
        self._moment = moment
        self._frame = moment()
        self._folder = QTemporaryDir()
        themes.application().aboutToQuit.connect(self._folder.remove)
        names = {
            "run": "Data and landscape",
            **titles,
            "step": "One step by its parts",
            "race": "The race",
        }
        kinds = {kind: names[kind] for kind in KINDS}
        self._kind = named(ChoiceBox(kinds), "film_kind", "Shows")
        self._kind.setMinimumContentsLength(_LETTERS)
        self._shape = named(ChoiceBox(_SHAPES), "film_shape", "Shape")
        self._theme = named(ChoiceBox(_THEMES), "film_theme", "Colours")
        self._seconds = named(NumberBox(step=1), "film_seconds", "Length (s)")
        self._file = named(ChoiceBox(FILES, _FILE_TIPS), "film_file", "File")
        self._fields = self._kind, self._shape, self._theme, self._seconds, self._file
        self._preview = FilmPreview()
        self._message = text_label("film_told", "muted", wrap=True)
        self._progress = named(QProgressBar(textVisible=False), "film_progress")
        copy = partial(self._share, self._copy_file)
        self._copy = TakeButton("film_copy", "Copy", copy, main=False)
        self._save = TakeButton("film_save", "Save…", self._on_save_clicked)
        self._cancel = named(QPushButton("Close"), "film_cancel")
        self._job = Job(self)
        self._place()
        self._show_state()
        for box in (self._kind, self._shape, self._theme):
            box.chosen.connect(self._on_chosen)
        self._seconds.valueChanged.connect(self._on_chosen)
        self._seconds.rejected.connect(self._on_rejected)
        self._preview.dragged.connect(self._on_dragged)
        self._cancel.clicked.connect(self.reject)

    def hideEvent(self, event: QHideEvent) -> None:
        """Free the memory of the film, unless the dialog is only minimized."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._at = self.pos()
            self._job.drop()
            self._land = None
            self._preview.show_film(None)

    def open_with(self, theme: str, kind: str) -> None:
        """Come to the front with the run as it is now, unless a film is being made."""
        without = None if encoder() else NO_ENCODER
        if self._work is None:
            self._frame = self._moment()
            self._land = None
            self._kind.set_name(kind)
            self._theme.set_name(theme)
            self._kind.set_objections({name: objection_to(name, self._frame) for name in KINDS})
            self._file.set_objections({".mp4": without})
            if without and self._made is None:
                self._file.set_name(".gif")
            self._show_message(without or _HOW)
        self._show_film()
        if self._at is not None and not self.isVisible():
            self.move(self._at)  # otherwise X11 puts it lower by the height of its title
        self.show()
        self.raise_()

    def _place(self) -> None:
        self._seconds.setRange(*LENGTHS)
        self._seconds.show_value(10)
        form = QFormLayout()
        for field in self._fields:
            form.addRow(field.accessibleName(), field)
        buttons = in_row(STRETCH, self._cancel, self._copy, self._save)
        parts = form, STRETCH, self._message, self._progress, buttons
        column = in_column(*parts, spacing=2 * themes.GRID)
        in_row(self._preview, (column, 1), within=self, spacing=2 * themes.GRID, margins=DIALOG)

    @property
    def _order(self) -> FilmOrder:
        return FilmOrder(self._kind.name(), self._shape.name(), self._seconds.value())

    def _on_chosen(self) -> None:
        self._show_message(_HOW)
        self._show_film()

    def _on_rejected(self, sentence: str) -> None:
        self._show_message(sentence or _HOW, wrong=bool(sentence))

    def _show_film(self) -> None:
        """Play what is chosen, as soon as it is computed."""
        self._preview.show_film(None)
        ink = film_ink(THEMES[self._theme.name()])
        work = film_work(self._frame, self._order, _RATE, ink, self._land)
        self._job.start(work, self._play, self._show_error)

    def _play(self, film: Film) -> None:
        self._land = film.land
        self._preview.show_film(film)

    def _show_error(self, error: ValueError) -> None:
        self._show_message(str(error), wrong=True)

    # --- a file -----------------------------------------------------------------------------------

    def _on_save_clicked(self) -> None:
        if self._refuses():
            return
        ending = self._file.name()
        name = self._exporter.file_name(f"{self._kind.name()}{ending}")
        path = self._exporter.ask("Save the film", name, _FILTERS[ending], tuple(FILES))
        if path is not None:
            self._begin(path, lambda: None)

    def _on_dragged(self) -> None:
        if self._work is None:
            self._share(self._drag_file, _TO_DRAG)

    def _copy_file(self) -> None:
        QGuiApplication.clipboard().setMimeData(self._as_file())
        self._show_message(_COPIED)

    def _drag_file(self) -> None:
        """Start to drag the file, if the mouse button is still pressed."""
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            drag = QDrag(self._preview)
            drag.setMimeData(self._as_file())
            drag.exec(Qt.DropAction.CopyAction)
        else:
            self._show_message(_READY)

    def _share(self, then: Callable[[], None], said: str = _MAKING) -> None:
        """Make the film into a temporary file, and then call ``then``."""
        if self._refuses():
            return
        if self._known is not None:
            then()
            return
        name = self._exporter.file_name(f"{self._kind.name()}{self._file.name()}")
        self._begin(Path(self._folder.filePath(name)), then, said)

    def _as_file(self) -> QMimeData:
        data = QMimeData()
        assert self._known is not None
        data.setUrls([QUrl.fromLocalFile(str(self._known))])
        return data

    @property
    def _key(self) -> object:
        return self._frame, self._order, self._theme.name()

    @property
    def _known(self) -> Path | None:
        """The file of what is chosen, if it was made and still exists; else None."""
        if self._made is None or self._made[0] != self._key:
            return None
        path = self._made[1]
        return path if path.suffix.lower() == self._file.name() and path.exists() else None

    def _refuses(self) -> bool:
        """Return whether what is chosen cannot be made, and say why."""
        try:
            check_kind(self._file.name())
        except ValueError as error:
            self._show_error(error)
            return True
        return objection_to(self._kind.name(), self._frame) is not None

    def _begin(self, path: Path, then: Callable[[], None], said: str = _MAKING) -> None:
        """Put the film into the queue, and show that it is being made."""
        self._work = self._written(path, then)
        self._progress.setRange(0, 0)
        self._show_message(said)
        self._show_state()
        self._exporter.queue.add(path.name, self._work)

    def _written(self, path: Path, then: Callable[[], None]) -> Work[str]:
        """Make the film, write it to a file, and show how it ended."""
        said = _CANCELLED
        wrong = False
        key = self._key
        try:
            said = yield from written(path, self._bytes(path.suffix.lower()))
            if str(path.parent) == self._folder.path():
                said = _MADE  # a person has not named this file, and has no use for its name
            self._made = key, path
            QTimer.singleShot(0, self, then)  # later, so that a drag does not block the queue
            return said
        except (FileError, ValueError) as error:
            said = str(error)
            wrong = True
            if not self.isVisible():  # then nobody would read it here
                raise
            return said
        finally:
            self._end(said, wrong=wrong)

    def _bytes(self, ending: str) -> Work[list[bytes]]:
        if self._known is not None and self._known.suffix == ending:
            return made([self._known.read_bytes()])
        theme = THEMES[self._theme.name()]
        return film_bytes(self._frame, self._order, theme, ending, self._show_progress)

    # --- how far it is ----------------------------------------------------------------------------

    def _show_state(self) -> None:
        making = self._work is not None
        self._progress.setVisible(making)
        for part in (self._copy, self._save, *self._fields):
            part.setEnabled(not making)
        self._cancel.setText("&Cancel" if making else "&Close")

    def _show_message(self, sentence: str, *, wrong: bool = False) -> None:
        """Show what was done, or why it could not be done."""
        themes.set_role(self._message, "error" if wrong else "muted")
        self._message.setText(sentence)

    def _show_progress(self, done: int, count: int) -> None:
        """Show how many pictures have been painted."""
        self._progress.setRange(0, count)
        self._progress.setValue(done)
        if done == count:
            self._show_message("Writing the file …")

    def _end(self, sentence: str, *, wrong: bool = False) -> None:
        self._work = None
        self._show_message(sentence, wrong=wrong)
        self._show_state()

    def reject(self) -> None:
        """Leave off the film that is being made; if there is none, close."""
        if self._work is None:
            super().reject()
        else:
            self._exporter.queue.leave_off(self._work)
            self._end(_CANCELLED)
