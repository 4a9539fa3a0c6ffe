"""The five parts of a step as a strip under the neuron: the present one is lit, and each can be gone to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton

from neuroviz.core.anatomy.anatomy import PHASES

__all__ = ["PhaseStrip"]

_TIPS = {
    "forward": "Forward pass: from the inputs to the output",
    "loss": "Loss: how far the output is from the target",
    "zero_grad": "Zero grad: throw away the gradients of the step before",
    "backward": "Backward pass: how much the loss would change with each weight",
    "update": "Update: move the weights; takes a step where the run is at its newest",
}


class PhaseStrip(QFrame):
    """A button for each part."""

    asked = Signal(str)
    """This part of the step is to be looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("parts")
        self.setAccessibleName("The parts of a step")
        self.setProperty("strip", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(3)
        self.buttons = {phase: self._button(number, phase) for number, phase in enumerate(PHASES, 1)}
        for button in self.buttons.values():
            row.addWidget(button, 1)

    def light(self, phase: str | None) -> None:
        """Light the part that was just done; None for none."""
        for name, button in self.buttons.items():
            if button.isChecked() != (name == phase):
                button.setChecked(name == phase)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Bring the keyboard to the part beside it by an arrow key."""
        at = next((i for i, button in enumerate(self.buttons.values()) if button.hasFocus()), None)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if at is None or step is None:
            event.ignore()
            return
        list(self.buttons.values())[(at + step) % len(self.buttons)].setFocus(Qt.FocusReason.TabFocusReason)

    def _button(self, number: int, phase: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"part_{phase}")
        button.setText(f"{number}  {phase.replace('_', ' ').capitalize()}")
        button.setToolTip(_TIPS[phase])
        button.setAccessibleName(_TIPS[phase])
        button.setCheckable(True)
        button.setProperty("part", phase)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, QToolButton)
        button.setChecked(not button.isChecked())  # the frame that follows says what is lit
        self.asked.emit(str(button.property("part")))
