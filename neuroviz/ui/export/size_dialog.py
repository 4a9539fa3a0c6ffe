"""The dialog in which the size of exported figures is chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from neuroviz.ui.controls.number_box import IntegerBox, NumberBox
from neuroviz.ui.preferences import FIGURE_LIMITS


class FigureSizeDialog(QDialog):
    """Width, height and resolution of exported figures."""

    def __init__(self, size: tuple[float, float, int], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Size of figures")
        self._width = NumberBox(step=5)
        self._height = NumberBox(step=5)
        self._dpi = IntegerBox()
        form = QFormLayout()
        rows: tuple[tuple[QWidget, str], ...] = (
            (self._width, "Width (mm)"),
            (self._height, "Height (mm)"),
            (self._dpi, "Resolution of PNG (dpi)"),
        )
        for box, caption in rows:
            box.setAccessibleName(caption)
            form.addRow(caption, box)
        self._width.setObjectName("figure_width")
        self._height.setObjectName("figure_height")
        self._dpi.setObjectName("figure_dpi")
        for box, limits, value in zip((self._width, self._height, self._dpi), FIGURE_LIMITS, size, strict=True):
            box.setRange(*limits)
            box.setValue(value)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)

    def size_chosen(self) -> tuple[float, float, int]:
        """Return width and height in mm and the resolution in dpi."""
        return self._width.value(), self._height.value(), self._dpi.value()
