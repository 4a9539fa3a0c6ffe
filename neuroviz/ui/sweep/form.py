"""The form of a sweep: many learning rates or momenta from one start, or many starts."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import track_ends
from neuroviz.session.sweep_choice import DEFAULT, OVER, Over, SweepChoice, objection
from neuroviz.ui.canvas.card import heading
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.field import Field
from neuroviz.ui.controls.number_box import IntegerBox, NumberBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import ScrolledPage, TakeButton, in_column, keep_room

_WIDTH = 280
_MOST_EPOCHS = 1_000_000
_MOST_RATES = 1_000
_MOST_ON_A_SIDE = 200
_LARGEST_START = 1e6
_SHOWN: dict[Over, tuple[str, ...]] = {
    "rates": ("low", "high", "rates"),
    "momenta": ("low", "high", "rates", "least_momentum", "greatest_momentum", "momenta"),
    "starts": ("reach", "starts"),
    "seeds": ("seeds",),
}


class SweepForm(QFrame):
    """The fields of a sweep, and the button that runs and stops it.

    Rates and epochs are the experiment's until a person writes others.
    """

    run_asked = Signal()
    stop_asked = Signal()
    _running = False
    _settings: Settings | None = None

    def __init__(self) -> None:
        super().__init__()
        themes.set_look(self, "card")
        self.setFixedWidth(themes.scaled(_WIDTH))
        self._touched: set[str] = set()
        self._refused: dict[str, str] = {}
        """What is wrong with the text in a field, by its name, until it is edited."""
        self.over = ChoiceBox({str(name): label for name, label in OVER.items()})
        self.fields: dict[str, Field] = {}
        self._boxes: dict[str, NumberBox | IntegerBox] = {}
        self.button = TakeButton("sweep_run", "&Run sweep", self._on_taken)
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self._page = QWidget()
        self._rows = in_column(within=self._page, spacing=6, margins=(12, 8, 12, 8))
        self._build()
        self._place()
        self._show_fields()

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        self.over.chosen.connect(self._on_over_chosen)
        self._rows.addWidget(heading("Sweep"))
        self._add("over", "Sweep over", self.over)
        for name, caption in (("low", "Lowest rate"), ("high", "Highest rate")):
            self._add(name, caption, _number(LEARNING_RATE.low, LEARNING_RATE.high, "log"))
        self._add("rates", "Rates", _whole(2, _MOST_RATES))
        for name, caption in (
            ("least_momentum", "Momentum ≥"),
            ("greatest_momentum", "Momentum ≤"),
        ):
            self._add(name, caption, _number(0.0, 1.0))
        self._add("momenta", "Momenta", _whole(2, _MOST_ON_A_SIDE))
        self._add("reach", "Starts up to ±", _number(1e-6, _LARGEST_START, "log"))
        self._add("starts", "Starts a side", _whole(2, _MOST_ON_A_SIDE))
        self._add("seeds", "Starts", _whole(2, _MOST_RATES))
        self._add("epochs", "Epochs", _whole(1, _MOST_EPOCHS))
        for name, box in self._boxes.items():
            box.show_value(getattr(DEFAULT, name))
            box.valueChanged.connect(self._on_changed)
            box.rejected.connect(self._on_rejected)

    def _add(self, name: str, caption: str, control: ChoiceBox | NumberBox | IntegerBox) -> None:
        field = self.fields[name] = Field(f"sweep_{name}", caption, control)
        self._rows.addWidget(field)
        if not isinstance(control, ChoiceBox):
            self._boxes[name] = control

    def _place(self) -> None:
        self.progress.setAccessibleName("Progress of the sweep")
        keep_room(self.progress)
        self.progress.hide()
        self._rows.addStretch(1)
        foot = in_column(self.button, self.progress, spacing=8, margins=(12, 0, 12, 8))
        in_column((ScrolledPage(self._page), 1), foot, within=self, margins=(1, 4, 1, 4))

    # --- what the window asks ---------------------------------------------------------------------

    def choice(self) -> SweepChoice:
        """Return the values of the fields."""
        numbers: dict[str, Any] = {name: box.value() for name, box in self._boxes.items()}
        return SweepChoice(over=self._over(), **numbers)

    def show_settings(self, settings: Settings) -> None:
        """Follow the experiment, except in fields that a person has edited."""
        old = self._settings
        self._settings = settings
        if old is None or settings.task != old.task or settings.data is not old.data:
            self._touched.clear()
            self._refused.clear()
        self._follow("epochs", min(max(settings.epochs, 1), _MOST_EPOCHS))
        for name, rate in zip(("low", "high"), track_ends(settings), strict=True):
            self._follow(name, rate)
        self.over.set_objections({name: objection(settings, name) for name in OVER})
        self._show_objection()

    def show_error(self, field: str, sentence: str) -> None:
        """Show an error at a field, or above all of them if that one is hidden."""
        place = self.fields.get(field, self.fields["over"])
        (place if place.isVisibleTo(self) else self.fields["over"]).show_error(sentence)

    def clear_errors(self) -> None:
        """Remove all errors, except for text that was not accepted."""
        for name, field in self.fields.items():
            field.show_error(self._refused.get(name))

    def show_running(self, running: bool) -> None:
        """Show whether a sweep is under way."""
        self._running = running
        self.button.setText("S&top" if running else "&Run sweep")
        self.button.setAutoDefault(not running)  # Enter never stops
        self.button.setDefault(not running)
        self.progress.setValue(0)
        self.progress.setVisible(running)
        self._show_objection()

    def show_progress(self, share: float) -> None:
        """Show how much is done."""
        self.progress.setValue(round(1000 * share))

    # --- hearing ----------------------------------------------------------------------------------

    def _over(self) -> Over:
        return next(name for name in OVER if name == self.over.name())

    def _follow(self, name: str, value: float) -> None:
        if name not in self._touched:
            self._boxes[name].show_value(value)

    def _show_fields(self) -> None:
        shown = ("over", *_SHOWN[self._over()], "epochs")
        for name, field in self.fields.items():
            field.setVisible(name in shown)

    def _show_objection(self) -> None:
        """Show why this experiment cannot be swept, or remove the sentence."""
        reason = objection(self._settings, self._over()) if self._settings is not None else None
        self.clear_errors()
        self.fields["over"].show_error(reason)
        self.button.setEnabled(self._running or (reason is None and self._settings is not None))

    def _on_over_chosen(self) -> None:
        self._show_fields()
        self._show_objection()

    def _on_changed(self) -> None:
        name = self.sender().objectName().removeprefix("sweep_")
        self._touched.add(name)
        self._refused.pop(name, None)
        self._show_objection()

    def _on_rejected(self, sentence: str) -> None:
        name = self.sender().objectName().removeprefix("sweep_")
        self._refused[name] = sentence
        self.show_error(name, sentence)

    def _on_taken(self) -> None:
        (self.stop_asked if self._running else self.run_asked).emit()


def _number(low: float, high: float, stepping: Literal["log", "linear"] = "linear") -> NumberBox:
    box = NumberBox(stepping, 0.05)
    box.setRange(low, high)
    return box


def _whole(low: int, high: int) -> IntegerBox:
    box = IntegerBox()
    box.setRange(low, high)
    return box
