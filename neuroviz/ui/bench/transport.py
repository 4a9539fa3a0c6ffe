"""The bar on top: reset, run, step and pace, the epoch and the loss."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QToolButton, QWidget

from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import DASH
from neuroviz.session.frame import Frame
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.commands import Commands
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import STRETCH, ValueLabel, caption, in_row, named
from neuroviz.ui.theme.read_aloud import announce

_PER_DECADE = 10
_DECADES = 4
_LETTERS = 80
"""Pixels of the longest loss in the font for which the widths below are given."""
_WIDE = 1150
"""Width in pixels from which there is room for the measured speed."""
_NARROW = 1016
"""Width in pixels below which stepping back is left to menu and keys."""
_NARROWEST = 920
"""Width in pixels below which the pace is left to the menu too."""
_TIGHT = 810
"""Width in pixels below which undo and exports are left to the menus too."""
_BARE = 565
"""Width in pixels below which epoch and loss are left to the strip of time."""
_CLOSE = 6
"""Pixels between the parts where there is no room for that."""
_RUN = 80
_LARGE = 1.15
"""Size of the epoch and the loss in the bar, as a multiple of other numbers."""
_LONGEST_EPOCH = "9,999"
_LONGEST_LOSS = "8.888·10⁻³⁰⁸"
FASTEST = _PER_DECADE * _DECADES + 1
_FIRST = 6
"""Place of the time-lapse before a step is taken, at its first speed of four steps a second."""
PACES = {
    "time_lapse": (
        "The first epochs one by one, then faster and faster: a run in about ten seconds, "
        "if the machine can"
    ),
    "speed/0": "One step a second",
    "speed/13": "20 steps a second",
    "speed/23": "200 steps a second",
    "speed/33": "2,000 steps a second",
    f"speed/{FASTEST}": "As many steps as the machine can take between two frames",
    "to_end": "To the end of the run as fast as possible; drawn only now and then",
}
"""Name of a pace -> what it does; in "speed/N", N is a place among all speeds."""
_NAMED = {
    "time_lapse": "Time-lapse",
    "speed/0": "Step by step",
    f"speed/{FASTEST}": "Full speed",
    "to_end": "To the end",
}
"""Names of paces on the screen; other paces are shown as their speed."""
PLACES = {
    **{f"speed/{place}": place for place in range(FASTEST + 1)},
    "time_lapse": _FIRST,
    "to_end": FASTEST,
}
"""Name of a pace -> its place among all speeds."""


def speed_of(place: int) -> float | None:
    """Return the steps a second of a place, from 1 to 10,000; None at the last: no limit."""
    return None if place == FASTEST else float(f"{10 ** (place / _PER_DECADE):.2g}")


class Transport(QFrame):
    """Buttons for the commands of the run, the speed, the epoch and the loss.

    Parameters
    ----------
    export
        The button of the export menu.
    """

    pace_changed = Signal(str)
    """The name of a pace in PACES, or "speed/N" for any place N."""
    _place = _FIRST
    """The present one, from which faster and slower go on."""
    _unit = "epochs/s"

    def __init__(self, commands: Commands, export: QWidget) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.run = _button(commands["run"])
        themes.set_look(self.run, "primary")
        self.run.setMinimumWidth(_RUN)
        self._build_pace()
        self.rate = _value("as fast as it goes", "123,000 epochs/s", "Speed")
        self.epoch = named(_value("0", _LONGEST_EPOCH, "Epoch", large=True), "epoch")
        self.loss = named(_value("—", _LONGEST_LOSS, "Loss", large=True), "current_loss")
        self._numbers = caption("Epoch"), self.epoch, caption("Loss"), self.loss
        self._undo = _button(commands["undo"])
        self._export = export
        fold = _button(commands["panel"])
        self.side = _button(commands["side"])
        """The last button."""
        for button in (fold, self.side):
            themes.set_look(button, "quiet")
        self._backs = [_button(commands[back]) for back in ("step_back", "part_back")]
        # The two buttons stand close together, since the arrow alone does not say how far it goes.
        pairs = [
            in_row(back, _button(commands[on]), spacing=2)
            for back, on in zip(self._backs, ("step", "part"), strict=True)
        ]
        self._row = in_row(
            fold,
            self._undo,
            _button(commands["reset"]),
            self.run,
            *pairs,
            self.pace,
            self.rate,
            STRETCH,
            *self._numbers,
            export,
            self.side,
            within=self,
            margins=(12, themes.GRID, 12, themes.GRID),
        )
        self.pace.read_as("Pace of the run")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fix the height of the numbers too, so that a new number starts no new layout."""
        super().resizeEvent(event)
        width = self.width() * _LETTERS / self.fontMetrics().horizontalAdvance(_LONGEST_LOSS)
        wide = width >= _WIDE
        self._row.setSpacing(themes.GRID if wide else _CLOSE)
        narrow = width < _NARROW
        self.rate.setVisible(wide)
        for back in self._backs:
            back.setVisible(not narrow)
        self.pace.setVisible(width >= _NARROWEST)
        self._undo.setVisible(width >= _TIGHT)
        self._export.setVisible(width >= _TIGHT)
        for part in self._numbers:
            part.setVisible(width >= _BARE)
        self.run.setMinimumWidth(0 if narrow else _RUN)
        for label in (self.rate, self.epoch, self.loss):
            label.setFixedHeight(self.contentsRect().height() - 2 * themes.GRID)

    def show_frame(self, frame: Frame) -> None:
        """Show the epoch and the loss."""
        row = frame.row
        _make_room(self.epoch, f"{max(frame.settings.epochs, row.epoch if row else 0, 9_999):,}")
        epoch = f"{row.epoch:,}" if row else "0"
        self.epoch.setText(DASH if frame.as_it_stands else epoch)
        if frame.race is None:
            loss = loss_said(frame.settings, frame.current_loss)
        else:
            first = frame.race.runners[0]
            loss = DASH if first.stopped or not frame.race.comparable else first.said
        self.loss.setText(loss)

    def tell(self) -> None:
        """Announce epoch and loss: whoever only hears has no other sign of a step."""
        announce(self.epoch, f"{self.epoch.accessibleName()}, {self.loss.accessibleName()}")

    def show_rate(self, steps_per_second: float | None, steps_per_epoch: int) -> None:
        """Show the measured speed while it runs, and the chosen one while it does not."""
        unit = "epochs/s" if steps_per_epoch == 1 else "steps/s"
        if unit != self._unit:
            self._unit = unit
            self._name_paces()
        if steps_per_second is not None:
            self.rate.setText(self._in_words(steps_per_second))
        else:
            self.rate.setText(self._chosen())
        if self.pace.name() == "time_lapse" and steps_per_second is not None:
            place = round(_PER_DECADE * math.log10(max(1.0, steps_per_second)))
            self._place = min(place, FASTEST - 1)  # the last one stands for no speed

    def set_pace(self, name: str) -> None:
        """Set the pace as if a person had chosen it; an unknown name sets the time-lapse."""
        name = name if name in PLACES else next(iter(PACES))
        self.pace.set_name(name)
        self._place = PLACES[name]
        if name not in PACES:  # the box has room for the longest of its texts, and for this one
            self.pace.setPlaceholderText(self._chosen())
        self.pace_changed.emit(name)

    @property
    def pace_name(self) -> str:
        """The pace that is chosen, a name in PACES or "speed/N" for a place N."""
        return self.pace.name() if self.pace.currentIndex() >= 0 else f"speed/{self._place}"

    def change_speed(self, by: int) -> None:
        """Go by places, of which 3 double the speed; this ends a time-lapse."""
        self.set_pace(f"speed/{min(max(self._place + by, 0), FASTEST)}")

    # --- pace and speed ---------------------------------------------------------------------------

    def _build_pace(self) -> None:
        self.pace = named(ChoiceBox(dict.fromkeys(PACES, ""), PACES), "pace")
        self.pace.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.pace.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        # It is as high as the buttons beside it.
        self.pace.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.pace.chosen.connect(self.set_pace)
        self._name_paces()

    def _name_paces(self) -> None:
        for index, name in enumerate(PACES):
            self.pace.setItemText(index, _NAMED.get(name) or self._speed_in_words(name))
        self.pace.setPlaceholderText(self._chosen())

    def _chosen(self) -> str:
        """Return the text that stands in place of the measured speed while nothing is measured."""
        words = {"time_lapse": "speeds up", "to_end": "seldom drawn"}
        return words.get(self.pace_name) or self._speed_in_words(self.pace_name)

    def _speed_in_words(self, name: str) -> str:
        speed = speed_of(PLACES[name])
        return "as fast as it goes" if speed is None else self._in_words(speed)

    def _in_words(self, rate: float) -> str:
        number = _rounded(rate)
        return f"{number} {self._unit.replace('s/', '/') if number == '1' else self._unit}"


def _rounded(rate: float) -> str:
    """Return a rate with three digits at most, so that its last digits do not flicker."""
    return f"{float(f'{rate:.3g}'):,.6g}"


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    style = Qt.ToolButtonStyle
    signed = not action.icon().isNull()
    button.setToolButtonStyle(style.ToolButtonIconOnly if signed else style.ToolButtonTextOnly)
    if signed:  # otherwise its text is read, which says what it does now
        themes.set_look(button, "signed")
        button.setAccessibleName(action.iconText())
    return button


def _value(text: str, longest: str, name: str, *, large: bool = False) -> QLabel:
    """Return a label for a number, as wide as its longest text, so that nothing moves."""
    label = ValueLabel("", "", name, text)
    font = themes.numeric_font()
    if large:
        font.setPointSizeF(_LARGE * font.pointSizeF())
        font.setWeight(font.Weight.DemiBold)
    label.setFont(font)
    _make_room(label, text, longest)
    return label


def _make_room(label: QLabel, *texts: str) -> None:
    """Make a label as wide as the widest of these texts."""
    width = max(map(QFontMetrics(label.font()).horizontalAdvance, texts)) + 2
    if label.minimumWidth() != width:
        label.setFixedWidth(width)
