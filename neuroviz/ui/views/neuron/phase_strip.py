"""The five parts of a step as a strip under the neuron: the present one is lit, and each can be gone to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton

from neuroviz.core.anatomy.anatomy import PHASES

_TIPS = {
    "forward": "Forward pass: from the inputs to the output",
    "loss": "Loss: how far the output is from the target",
    "zero_grad": "Zero grad: throw away the gradients of the step before",
    "backward": "Backward pass: how much the loss would change with each weight",
    "update": "Update: move the weights; takes a step where the run is at its newest",
}


_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


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
        self.buttons = {phase: self._button(phase) for phase in PHASES}
        for button in self.buttons.values():
            row.addWidget(button, 1)

    def light(self, phase: str | None) -> None:
        """Light the part that was just done; None for none."""
        for name, button in self.buttons.items():
            if button.isChecked() != (name == phase):
                button.setChecked(name == phase)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring the keyboard from a part to the one beside it by an arrow key, round the ends."""
        step = _STEPS.get(Qt.Key(event.key())) if isinstance(event, QKeyEvent) else None
        if step is None or event.type() != QEvent.Type.KeyPress:
            return False
        buttons = list(self.buttons.values())
        at = next(index for index, button in enumerate(buttons) if button is watched)
        buttons[(at + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _button(self, phase: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"part_{phase}")
        button.setText(phase.replace("_", " ").capitalize())
        button.setToolTip(_TIPS[phase])
        button.setAccessibleName(_TIPS[phase])
        button.setCheckable(True)
        button.setProperty("part", phase)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.clicked.connect(self._on_clicked)
        button.installEventFilter(self)
        return button

    def _on_clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, QToolButton)
        button.setChecked(not button.isChecked())  # the frame that follows says what is lit
        self.asked.emit(str(button.property("part")))
