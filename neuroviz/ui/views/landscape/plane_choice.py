"""The choice of the plane: two of the parameters, or the principal directions of the path."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import small_button

_WIDTH = 76
_FRAME = 40
"""Pixels of a box beside the name in it."""
_AXES = ("horizontal", "vertical")


class PlaneChoice(QWidget):
    """A row of two boxes and a switch; only for three parameters and more, else there is no choice."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.boxes = tuple(self._box(name) for name in _AXES)
        self._button = small_button(
            "principal_plane",
            "show path's plane",
            "The plane of the two principal directions of the path so far",
            "Principal plane of the path",
            checkable=True,
        )
        self._button.toggled.connect(self._on_toggled)
        self._names: tuple[str, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(themes.GRID // 2)
        for widget in (*self.boxes, self._button):
            row.addWidget(widget)
        row.addStretch(1)

    @property
    def axes(self) -> tuple[int, int]:
        """Which parameters are chosen."""
        first, second = (max(0, box.currentIndex()) for box in self.boxes)
        return first, second

    @property
    def principal(self) -> bool:
        """Whether the plane is that of the path."""
        return self._button.isChecked() and len(self._names) > len(_AXES)

    def offer(self, names: tuple[str, ...]) -> None:
        """Offer these parameters, the first two at first."""
        self.setVisible(len(names) > len(_AXES))
        if names == self._names:
            return
        self._names = names
        widest = max(map(self.fontMetrics().horizontalAdvance, names))
        for index, box in enumerate(self.boxes):
            box.blockSignals(True)
            box.clear()
            for name in names:
                box.addItem(name, name)
            box.setCurrentIndex(index)
            box.setMinimumContentsLength(max(map(len, names)))
            box.setMaximumWidth(max(_WIDTH, widest + _FRAME))
            box.view().setMinimumWidth(box.maximumWidth())
            box.blockSignals(False)

    def _box(self, which: str) -> ChoiceBox:
        box = ChoiceBox({})
        box.setObjectName(f"{which}_parameter")
        box.setAccessibleName(f"Parameter of the {which} axis")
        box.setToolTip(f"Parameter of the {which} axis")
        box.setMinimumWidth(_WIDTH)
        box.setProperty("small", True)
        box.chosen.connect(self._on_chosen)
        return box

    def _on_chosen(self, name: str) -> None:
        """Let the other axis have another parameter, where both would have the same."""
        chosen = self.sender()
        other = self.boxes[0] if chosen is self.boxes[1] else self.boxes[1]
        if other.name() == name:
            taken = self._names.index(name)
            other.set_name(self._names[(taken + 1) % len(self._names)])
        self.changed.emit()

    def _on_toggled(self, principal: bool) -> None:
        for box in self.boxes:
            box.setEnabled(not principal)
        self.changed.emit()
