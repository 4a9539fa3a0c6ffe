"""The legend of a map: its colours from the least loss to the greatest, and what its letters stand for."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from neuroviz.core.numbers import format_number
from neuroviz.pictures.sweep.scene import MapScene
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.loss_colours import sequential_table

_BAR = QSize(120, 10)
_STOPS = 16


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the colours from low to high."""
        table = sequential_table()
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for stop in range(_STOPS + 1):
            red, green, blue = table[(len(table) - 2) * stop // _STOPS].tolist()
            gradient.setColorAt(stop / _STOPS, f"#{red:02x}{green:02x}{blue:02x}")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)


class MapLegend(QWidget):
    """Stands under the map."""

    def __init__(self) -> None:
        super().__init__()
        self._low = QLabel()
        self._high = QLabel()
        self._rest = QLabel()
        self._rest.setObjectName("sweep_minima")
        self._rest.setWordWrap(True)
        for label in (self._low, self._high, self._rest):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", "muted")
            label.setFont(themes.numeric_font())
        scale = QHBoxLayout()
        scale.setSpacing(themes.GRID)
        for widget in (self._low, _Bar(), self._high):
            scale.addWidget(widget)
        scale.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.setSpacing(2)
        layout.addLayout(scale)
        layout.addWidget(self._rest)

    def show_scene(self, scene: MapScene, *, diverged: bool) -> None:
        """Explain a map."""
        at_least, at_most = ("≤ ", "≥ ") if scene.cut else ("", "")
        self._low.setText(f"loss {at_least}{format_number(10**scene.low, 3)}")
        self._high.setText(f"{at_most}{format_number(10**scene.high, 3)}" + ("     × diverged" if diverged else ""))
        said = [f"{basin.letter}: loss {basin.loss}, {basin.share:.1%} of the starts" for basin in scene.basins]
        self._rest.setText("\n".join(said))
        self._rest.setVisible(bool(said))
