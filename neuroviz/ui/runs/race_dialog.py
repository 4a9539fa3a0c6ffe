"""The dialog that sets up a race: several runs from the present start."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import FLAT
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import capitalized
from neuroviz.core.slices import Work
from neuroviz.core.sweep.rate_curve import curve_work
from neuroviz.session.frame import Frame
from neuroviz.session.going import MOST, START, UNLIKE_BATCHES
from neuroviz.session.race_runs import FIELDS, entered, runners
from neuroviz.ui.canvas.jobs import Job
from neuroviz.ui.controls.number_box import LARGEST_INTEGER, IntegerBox, OptionalNumberEdit
from neuroviz.ui.runs.race_table import RaceRow, RaceTable
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    DIALOG,
    STRETCH,
    in_column,
    in_row,
    keep_room,
    named,
    small_button,
    take_or_cancel,
    text_label,
    to_front,
    width_on_screen,
)

_WIDTH = 980
_NUMBER = 112
_INTRO = (
    "All begin at the present start and take the same steps; tick those that take part. The first "
    "to reach the loss wins; if none does, or none is given, the lowest at the last epoch."
)
_EPOCHS = 1_000
"""Epochs of a race, if the experiment has no limit."""
_RATES = {
    "same": ("Same rate", "All have the learning rate of the experiment"),
    "best": (
        "Each its own best rate",
        "The learning rate with the lowest loss at the last epoch, found by trying many for each",
    ),
}
_FLAT = f"{FLAT}: use another activation to race."
_NO_RUNS = "The list is empty: pin runs first, or race optimizers or learning rates."


class RaceDialog(QDialog):
    """The dialog that sets up a race; it is not modal, so the window behind it goes on."""

    race_asked = Signal(object)
    """A list of (name, Settings), with 2 to MOST runs, all from one start."""
    _filled: tuple[object, ...] = ()

    def __init__(self, frame: Frame, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("race_dialog")
        self.setWindowTitle("Race")
        self._frame = frame
        self.table = RaceTable()
        self._kinds: dict[str, QToolButton] = {}
        self._rates: dict[str, QToolButton] = {}
        self._search = Job(self)
        self.epochs = IntegerBox()
        self.until_loss = OptionalNumberEdit()
        self.error = _words("race_error", "error")
        self._place()
        self.table.changed.connect(self._forget_errors)
        self.epochs.valueChanged.connect(self._on_epochs_changed)
        self.until_loss.valueChanged.connect(self._forget_errors)
        for box in (self.epochs, self.until_loss):
            box.rejected.connect(self.error.setText)

    def open_for(self, frame: Frame) -> None:
        """Show which runs could race with the experiment of a frame, and come to the front."""
        self._frame = frame
        self.epochs.show_value(frame.experiment.epochs or _EPOCHS)
        self.until_loss.show_value(frame.experiment.until_loss)
        self._fill()
        to_front(self)
        self.go.setFocus()

    def show_frame(self, frame: Frame) -> None:
        """Follow the experiment while the dialog is open.

        Another start changes nothing in what was typed.
        """
        self._frame = frame
        if self.isVisible() and self._content() != self._filled:
            self._fill()

    def _content(self) -> tuple[object, ...]:
        """Return what the rows depend on: settings without the start, and the names of the runs."""
        runs = [(run.number, run.name) for run in self._frame.runs] if self.kind == "runs" else []
        own = {
            name: value
            for name, value in self._frame.experiment.defining.items()
            if name not in START
        }
        return own, runs

    @property
    def rows(self) -> list[RaceRow]:
        """The rows of the runs that could race, and empty rows left from before."""
        return self.table.rows

    @property
    def kind(self) -> str:
        """What the runs differ in, a name in FIELDS."""
        return next(name for name, button in self._kinds.items() if button.isChecked())

    def start(self) -> None:
        """Ask for the race, or show what is wrong where it is wrong."""
        self._forget_errors()
        race_runs = [race_run for row in self.rows if (race_run := self._race_run(row)) is not None]
        if any(row.wrong for row in self.rows):
            self.table.show_first_error()
            return
        if not 2 <= len(race_runs) <= MOST:
            mend = "tick at least two" if len(race_runs) < 2 else f"untick {len(race_runs) - MOST}"
            self.error.setText(f"A race has 2 to {MOST} runs: {mend}.")
            return
        if len({settings.steps_per_epoch for _, settings in race_runs}) > 1:
            self.error.setText(UNLIKE_BATCHES)
            return
        self.race_asked.emit(race_runs)
        self.accept()

    def _race_run(self, row: RaceRow) -> tuple[str, Settings] | None:
        """Return the name and settings of a row that takes part; None if it does not, or cannot."""
        if not row.takes_part:
            return None
        if not row.name:
            row.show_error("It needs a name that tells its curve from the others.")
            return None
        if any(other.takes_part and other.name == row.name for other in self.rows[: row.index]):
            row.show_error("Another one has this name: call it something else.")
            return None
        try:
            settings = entered(row.settings(), self._frame.experiment)
            return row.name, settings.replace(
                epochs=self.epochs.value(), until_loss=self.until_loss.value()
            )
        except SettingsError as error:
            row.show_error(str(error))
            return None

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the search for rates, since nobody waits for it any more."""
        super().hideEvent(event)
        self._search.drop()

    # --- building ---------------------------------------------------------------------------------

    def _place(self) -> None:
        buttons, self.go = take_or_cancel(self, "start_race", "Start race", self.start)
        intro = _words("race_intro", "muted")
        intro.setText(_INTRO)
        layout = in_column(
            self._choices(),
            intro,
            self._ends(),
            self.table,
            STRETCH,
            within=self,
            spacing=10,
            margins=DIALOG,
        )
        keep_room(self.looking)  # else Start moves away under the mouse
        layout.addWidget(self.looking)
        layout.addWidget(self.error)
        layout.addWidget(buttons)
        self.setMinimumWidth(width_on_screen(self, _WIDTH))

    def _choices(self) -> QHBoxLayout:
        """Return the line that chooses what the runs differ in, and which rates they have."""
        line = in_row(spacing=6)
        for name, (label, _) in FIELDS.items():
            self._kinds[name] = small_button(
                f"race_{name}", label, spoken=f"Race: {label.lower()}", choice=True
            )
        for name, (label, tip) in _RATES.items():
            self._rates[name] = small_button(f"race_{name}_rate", label, tip, choice=True)
        for buttons in (self._kinds, self._rates):
            group = QButtonGroup(self)
            for button in buttons.values():
                group.addButton(button)
                line.addWidget(button)
            next(iter(buttons.values())).setChecked(True)
            group.buttonClicked.connect(self._fill)
            line.addStretch(1)
        return line

    def _ends(self) -> QHBoxLayout:
        self.epochs.setRange(1, LARGEST_INTEGER)
        self.until_loss.setPlaceholderText("no loss")
        line = in_row(spacing=themes.GRID)
        for words, name, box in (
            ("It ends at epoch", "race_epochs", self.epochs),
            ("or at loss", "race_until_loss", self.until_loss),
        ):
            named(box, name, capitalized(words))
            box.setFixedWidth(_NUMBER)
            label = text_label("", "caption", words)
            label.setBuddy(box)
            line.addWidget(label)
            line.addWidget(box)
        line.addStretch(1)
        self.looking = _words("race_looking", "muted")
        self.looking.setWordWrap(False)
        return line

    # --- showing ----------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Show which runs could race, or why none could."""
        self._filled = self._content()
        self._search.drop()
        trainable = self._frame.experiment.activation_entry.trainable
        search = self._frame.experiment.optimizer_entry.search
        level = search.finds_rate if search and self.kind == "rates" else ""
        found = runners(self._frame, self.kind) if trainable and not level else []
        self.table.show_runs(found, keep_names=self.kind == "runs")
        self._forget_errors()
        if not found:
            self.error.setText(level or _NO_RUNS if trainable else _FLAT)
        self._show_search()
        if found and self._finds_rates:
            self._look_for_rates()

    @property
    def _finds_rates(self) -> bool:
        """Whether each run gets its own best rate, which can be found once torch is loaded."""
        return self._rates["best"].isChecked() and self.kind == "optimizers" and self._ready

    @property
    def _ready(self) -> bool:
        return self._frame.rows is not None

    def _look_for_rates(self) -> None:
        """Find for each shown run the rate with the lowest loss at the last epoch, in slices."""
        epochs = self.epochs.value()
        if self.go.hasFocus():  # it is disabled for now, and the focus would go to Cancel
            self._rates["best"].setFocus()
        experiments = [row.settings().replace(epochs=epochs) for row in self.rows if row.shown]
        self._search.start(self._find_rates(experiments), lambda _: self._show_search(), after=0)
        self._show_search()

    def _find_rates(self, experiments: list[Settings]) -> Work[None]:
        for index, settings in enumerate(experiments):
            label = settings.optimizer_entry.label
            self.looking.setText(
                f"Looking for the best rate of {label}, {index + 1} of {len(experiments)}, "
                f"over {settings.epochs:,} epochs …"
            )
            try:
                curve = yield from curve_work(settings)
            except SettingsError as error:
                search = settings.optimizer_entry.search
                if search and search.finds_rate:
                    self.rows[index].rate.setToolTip(str(error))
                else:  # the loss at the start, or its curvature, is not finite
                    self._show_rate(index, None)
            else:
                self._show_rate(index, curve.best_rate)

    def _show_search(self) -> None:
        """Show what can be chosen, and whether rates are still being searched."""
        for button in self._rates.values():
            button.setVisible(self.kind == "optimizers")
            button.setEnabled(self._ready)
        self.looking.setVisible(self._search.running)
        self.go.setEnabled(any(row.shown for row in self.rows) and not self._search.running)

    def _show_rate(self, index: int, rate: float | None) -> None:
        if rate is None:
            self.rows[index].show_error(
                "No rate here is surely the best: it keeps that of the experiment."
            )
        else:
            self.rows[index].rate.show_value(rate)
        self.table.rename()

    def _on_epochs_changed(self) -> None:
        """Search again, since the best rates depend on the last epoch."""
        if self._finds_rates:
            self._look_for_rates()

    def _forget_errors(self) -> None:
        self.error.setText("")
        for row in self.rows:
            row.show_error("")


def _words(name: str, role: str) -> QLabel:
    label = text_label(name, role, wrap=True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    label.setMinimumHeight(label.fontMetrics().height())
    return label
