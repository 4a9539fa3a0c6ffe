"""The tools under the head of the data view while the data are drawn: what a click puts, and what to know."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from neuroviz.ui.controls.number_box import NumberBox
from neuroviz.ui.theme.parts import caption, fitted, height_of, small_button, wrapped_label

_TOOLS = {
    "one": ("● class 1", "A click adds a point of class 1; with Shift, of class 0"),
    "zero": ("■ class 0", "A click adds a point of class 0; with Shift, of class 1"),
    "point": ("● point", "A click adds a point"),
    "erase": ("eraser", "A click takes a point away; Delete takes the picked one away"),
}
_LINES = 2


class DrawTools(QWidget):
    """A row of tools, one of them in hand, and two lines of words.

    Object names are ``draw_one``, ``draw_zero``, ``draw_point``, ``draw_erase``, ``draw_value``, ``new_data`` and
    ``draw_note``.
    """

    new_asked = Signal()
    """A person wants other data to start from."""

    def __init__(self) -> None:
        super().__init__()
        self._tools = {name: small_button(f"draw_{name}", *words, checkable=True) for name, words in _TOOLS.items()}
        self.value = NumberBox(step=1)
        self.value.setObjectName("draw_value")
        self.value.setAccessibleName("Target of a new point")
        self.value.setToolTip("The target y of a point that a click adds")
        self.value.setRange(-1e6, 1e6)
        self.value.setValue(1)
        self._value_name = caption("with y =")
        self.note = wrapped_label("draw_note", "muted")
        self._words = ""
        new = small_button("new_data", "new…", "Other data to start from: blobs, a ring, a spiral, a line …")
        new.clicked.connect(self.new_asked)
        self._place(new)
        self._tools["one"].setChecked(True)

    def _place(self, new: QToolButton) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        group = QButtonGroup(self)
        for button in self._tools.values():
            group.addButton(button)
            row.addWidget(button)
        row.insertWidget(3, self._value_name)
        row.insertWidget(4, self.value)
        row.addStretch(1)
        row.addWidget(new)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(3)
        layout.addLayout(row)
        layout.addWidget(self.note)

    def offer(self, *, classes: bool, numbers: bool, value: bool) -> None:
        """Offer the tools for two classes, for numbers; and a box for the target where no click says it."""
        for name, shown in {"one": classes, "zero": classes, "point": numbers}.items():
            self._tools[name].setVisible(shown)
        for part in (self.value, self._value_name):
            part.setVisible(value)
        if not any(tool.isChecked() and not tool.isHidden() for tool in self._tools.values()):
            self._tools["one" if classes else "point" if numbers else "erase"].setChecked(True)

    def take(self, name: str) -> None:
        """Take a tool in hand: one, zero, point or erase."""
        self._tools[name].setChecked(True)

    @property
    def erases(self) -> bool:
        """Whether the eraser is in hand."""
        return self._tools["erase"].isChecked()

    @property
    def puts_numbers(self) -> bool:
        """Whether a new point has a number for its target, and no class."""
        return self._tools["point"].isChecked()

    def target(self, *, other: bool) -> float:
        """Return the target of a new point: the class in hand, or the other one, or the number in the box."""
        if self.puts_numbers:
            return float(self.value.value())
        return float(self._tools["one"].isChecked() != other)

    def say(self, words: str) -> None:
        """Say what is to be known of the data."""
        self._words = words
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words where they have no room; the whole of them is the tooltip."""
        super().resizeEvent(event)
        self.note.setFixedHeight(height_of(_LINES, self.note))
        self._fit()

    def _fit(self) -> None:
        shown = fitted(self._words, self.note)
        self.note.setText(shown)
        self.note.setToolTip("" if shown == self._words else self._words)
        self.note.setAccessibleDescription(self._words)
