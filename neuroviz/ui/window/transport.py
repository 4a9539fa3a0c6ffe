"""The bar on top: reset, run, step, speed, and where the run is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton

from neuroviz.core.numbers import format_number
from neuroviz.session.frame import Frame
from neuroviz.ui.controls.slider import Slider
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.window.actions import Actions

__all__ = ["Transport", "speed_of"]

_PER_DECADE = 10
_DECADES = 4
_WIDE = 1160
"""Pixels from which there is room for the speed in numbers."""
_NARROW = 940
"""Pixels below which the speed and the ways back are left to menu and keys."""
_RUN = 96
_SPEED = 112
_NARROW_SPEED = 72
_LONGEST_EPOCH = "10,000,000"
_LONGEST_LOSS = "-8.888e-88"
FASTEST = _PER_DECADE * _DECADES + 1


def speed_of(position: int) -> float | None:
    """Return the steps a second of a slider position, 1 … 10,000; None, as fast as it goes, at its maximum."""
    return None if position >= FASTEST else float(f"{10 ** (position / _PER_DECADE):.2g}")


class Transport(QFrame):
    """Buttons for the actions of the run, the speed, the epoch and the loss.

    Parameters
    ----------
    actions
        Those of the window; the buttons are theirs.
    """

    speed_changed = Signal(object)
    """Steps a second, None for as fast as it goes."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("bar", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.run = _button(actions.run, primary=True)
        self.run.setMinimumWidth(_RUN)
        self.speed = Slider(Qt.Orientation.Horizontal)
        self.speed.setObjectName("speed")
        self.speed.setAccessibleName("Speed in steps a second, as fast as it goes at the right end")
        self.speed.setToolTip("Speed: from one step a second to as fast as it goes")
        self.speed.setRange(0, FASTEST)
        self.speed.setPageStep(_PER_DECADE)
        self.speed.setFixedWidth(_SPEED)
        self.speed.setValue(FASTEST)
        self.speed.valueChanged.connect(self._on_speed_changed)
        self.rate = _value("as fast as it goes", "123,000 epochs/s", "Speed")
        self.epoch = _value("0", _LONGEST_EPOCH, "Epoch")
        self.epoch.setObjectName("epoch")
        self.loss = _value("—", _LONGEST_LOSS, "Current loss")
        self.loss.setObjectName("current_loss")
        export = QToolButton()
        export.setText("Export")
        export.setAccessibleName("Export")
        export.setMenu(actions.export_menu)
        export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, themes.GRID, 12, themes.GRID)
        layout.setSpacing(themes.GRID)
        fold = _button(actions.panel)
        side = _button(actions.side)
        for button in (fold, side):
            button.setProperty("quiet", True)
        layout.addWidget(fold)
        for widget in (_button(actions.reset), self.run):
            layout.addWidget(widget)
        self._backs = [_button(back) for back in (actions.step_back, actions.part_back)]
        for back, on in zip(self._backs, (actions.step, actions.part), strict=True):
            layout.addLayout(_pair(back, _button(on)))
        self._caption = _caption("Speed")
        layout.addWidget(self._caption)
        layout.addWidget(self.speed)
        layout.addWidget(self.rate)
        layout.addStretch(1)
        for caption, value in (("Epoch", self.epoch), ("Loss", self.loss)):
            layout.addWidget(_caption(caption))
            layout.addWidget(value)
        layout.addSpacing(themes.GRID)
        layout.addWidget(export)
        layout.addWidget(side)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fix the height of the numbers too: then a new one asks nothing of the layout."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        narrow = self.width() < _NARROW
        for widget in (self.speed, *self._backs):
            widget.setVisible(not narrow)
        self.run.setMinimumWidth(0 if narrow else _RUN)
        for label in (self.rate, self._caption):
            label.setVisible(wide)
        self.speed.setFixedWidth(_SPEED if wide else _NARROW_SPEED)
        for label in (self.epoch, self.loss):
            label.setFixedHeight(self.contentsRect().height() - 2 * themes.GRID)

    def show_frame(self, frame: Frame) -> None:
        """Show where the run is."""
        row = frame.row
        self.epoch.setText(f"{row.epoch:,}" if row else "0")
        self.loss.setText(format_number(frame.current_loss))

    def show_rate(self, steps_per_second: float | None, steps_per_epoch: int) -> None:
        """Show the measured speed while running, the chosen one while not."""
        chosen = speed_of(self.speed.value())
        unit = "epochs/s" if steps_per_epoch == 1 else "steps/s"
        if steps_per_second is not None:
            self.rate.setText(f"{_rounded(steps_per_second)} {unit}")
        else:
            self.rate.setText("as fast as it goes" if chosen is None else f"{_rounded(chosen)} {unit}")

    def slower(self) -> None:
        """Halve the speed, or nearly."""
        self.speed.setValue(self.speed.value() - 3)

    def faster(self) -> None:
        """Double the speed, or nearly."""
        self.speed.setValue(self.speed.value() + 3)

    def _on_speed_changed(self, position: int) -> None:
        self.speed_changed.emit(speed_of(position))


def _rounded(rate: float) -> str:
    """Return a rate with three digits at most, so that its end does not flicker."""
    return f"{float(f'{rate:.3g}'):,.6g}"


def _button(action: QAction, *, primary: bool = False) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.iconText())
    if primary:
        button.setProperty("primary", True)
    return button


def _pair(*buttons: QToolButton) -> QHBoxLayout:
    """Return the buttons back and on, near each other, since the arrow alone does not say what it goes back by."""
    row = QHBoxLayout()
    row.setSpacing(2)
    for button in buttons:
        row.addWidget(button)
    return row


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    return label


def _value(text: str, longest: str, name: str) -> QLabel:
    """Return a label for a number, as wide as the longest, so that nothing jumps when it grows."""
    label = QLabel(text)
    label.setFont(themes.numeric_font())
    metrics = QFontMetrics(label.font())
    label.setFixedWidth(max(map(metrics.horizontalAdvance, (text, longest))) + 2)
    label.setAccessibleName(name)
    return label
