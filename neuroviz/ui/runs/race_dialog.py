"""The dialog in which a race is put together: some runs from the present start."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.session.frame import Frame
from neuroviz.session.race import MOST
from neuroviz.ui.runs.race_row import RaceRow
from neuroviz.ui.runs.race_runs import FIELDS, START, entered, runners
from neuroviz.ui.runs.race_table import RaceTable

__all__ = ["RaceDialog"]

_WIDTH = 720
_INTRO = "All begin at the present start and take the same steps; tick who takes part."
_FLAT = "The step activation has gradient 0 everywhere: take another activation to race."
_NO_RUNS = "The list is empty: pin runs first, or race optimizers or learning rates."


class RaceDialog(QDialog):
    """Not modal: the window behind it goes on.

    Parameters
    ----------
    parent
        The window that it stays in front of.
    """

    race_asked = Signal(object)
    """A list of (name, Settings), 2 to MOST of them, all from one start."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("race_dialog")
        self.setWindowTitle("Race")
        self._frame: Frame | None = None
        self._start: Settings | None = None
        self._filled: tuple[object, ...] = ()
        self.table = RaceTable()
        self._kinds: dict[str, QToolButton] = {}
        self.error = _words("race_error", "error")
        self._place()
        self.table.changed.connect(self._on_changed)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    def open_for(self, frame: Frame) -> None:
        """Show who could race the experiment of this moment, and come to the front."""
        self._frame = frame
        self._start = frame.settings
        self._fill()
        self.show()
        self.go.setFocus()
        self.raise_()
        self.activateWindow()

    def show_frame(self, frame: Frame) -> None:
        """Follow the experiment while the dialog is open: another start is all the same to what was typed."""
        if not self.isVisible():
            return
        same = frame.settings is self._start and self.kind != "runs"
        self._frame = frame
        self._start = frame.settings
        if not same and self._content() != self._filled:
            self._fill()

    def _content(self) -> tuple[object, ...]:
        """Return what the rows were filled from."""
        if self._frame is None:
            return ()
        runs = [(run.number, run.name) for run in self._frame.runs] if self.kind == "runs" else []
        own = {name: value for name, value in self._frame.settings.defining.items() if name not in START}
        return own, runs

    @property
    def rows(self) -> list[RaceRow]:
        """Who could race, and empty rows from before."""
        return self.table.rows

    @property
    def kind(self) -> str:
        """In what they differ, a name in FIELDS."""
        return next(name for name, button in self._kinds.items() if button.isChecked())

    def start(self) -> None:
        """Ask for the race; what is wrong is said where it is."""
        self._forget_errors()
        race_runs = [race_run for row in self.rows if (race_run := self._race_run(row)) is not None]
        if any(row.wrong for row in self.rows):
            self.table.show_first_error()
            return
        if not 2 <= len(race_runs) <= MOST:
            mend = "tick at least two" if len(race_runs) < 2 else f"untick {len(race_runs) - MOST}"
            self.error.setText(f"A race has 2 to {MOST} runs: {mend}.")
            return
        self.race_asked.emit(race_runs)
        self.accept()

    def _race_run(self, row: RaceRow) -> tuple[str, Settings] | None:
        """Return name and settings of a row that takes part; None if it does not, or cannot."""
        if not row.takes_part or self._start is None:
            return None
        if refused := row.refused():
            row.show_error(refused)
            return None
        if not row.name:
            row.show_error("It needs a name, by which its curve is told from the others.")
            return None
        if any(other.takes_part and other.name == row.name for other in self.rows[: row.index]):
            row.show_error("Another one has this name: call it something else.")
            return None
        try:
            return row.name, entered(row.settings(), self._start)
        except SettingsError as error:
            row.show_error(str(error))
            return None

    # --- building ----------------------------------------------------------------------------------------

    def _place(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = QPushButton("Start race")
        self.go.setObjectName("start_race")
        self.go.setProperty("primary", True)
        self.go.setAutoDefault(False)  # Enter commits what was typed, and nothing more
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.ActionRole)
        self.go.clicked.connect(self.start)
        buttons.rejected.connect(self.reject)
        intro = _words("race_intro", "muted")
        intro.setText(_INTRO)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(self._choices())
        layout.addWidget(intro)
        layout.addWidget(self.table)
        layout.addStretch(1)
        layout.addWidget(self.error)
        layout.addWidget(buttons)
        self.setMinimumWidth(_WIDTH)

    def _choices(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self._group = QButtonGroup(self)
        line.setSpacing(6)
        for name, (label, *_) in FIELDS.items():
            button = self._kinds[name] = QToolButton()
            button.setObjectName(f"race_{name}")
            button.setText(label)
            button.setAccessibleName(f"Race: {label.lower()}")
            button.setCheckable(True)
            button.setProperty("small", True)
            self._group.addButton(button)
            line.addWidget(button)
        line.addStretch(1)
        next(iter(self._kinds.values())).setChecked(True)
        self._group.buttonClicked.connect(self._fill)
        return line

    # --- showing -----------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Show who could race, and why nobody could."""
        if self._frame is None:
            return
        self._filled = self._content()
        _, _, naming = FIELDS[self.kind]
        trainable = self._frame.settings.activation_entry.trainable
        found = runners(self._frame, self.kind) if trainable else []
        self.table.show_runs(found, naming)
        self._forget_errors()
        if not found:
            self.error.setText(_NO_RUNS if trainable else _FLAT)
        self.go.setEnabled(bool(found))

    def _on_changed(self) -> None:
        self._forget_refused()
        self._forget_errors()

    def _on_focus_changed(self, _: QWidget | None, now: QWidget | None) -> None:
        """Let what was refused be history, but at a press on the button: there it has not been read yet."""
        if now is not None and now is not self.go:
            self._forget_refused()

    def _forget_refused(self) -> None:
        for row in self.rows:
            row.forget()

    def _forget_errors(self) -> None:
        self.error.setText("")
        for row in self.rows:
            row.show_error(None)


def _words(name: str, role: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label
