"""What is said under a map of a sweep: which colours are which losses, and what its letters are."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from neuroviz.core.numbers import printed
from neuroviz.pictures.palette import LOSS
from neuroviz.pictures.sweep.scene import MapScene
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.palettes import colour_table
from neuroviz.ui.theme.parts import STRETCH, arrange, text_label

_BAR = QSize(120, 10)
_STOPS = 16


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the colours from low to high."""
        table = colour_table(LOSS)
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for stop in range(_STOPS + 1):
            red, green, blue = table[(len(table) - 1) * stop // _STOPS].tolist()
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
        self._low = text_label("", "muted")
        self._high = text_label("", "muted")
        self._rest = text_label("sweep_minima", "muted", wrap=True)
        for label in (self._low, self._high, self._rest):
            label.setFont(themes.numeric_font())
        scale = arrange(QHBoxLayout(), self._low, _Bar(), self._high, STRETCH, spacing=themes.GRID)
        arrange(QVBoxLayout(self), scale, self._rest, spacing=2, margins=(4, 2, 4, 2))

    def show_scene(self, scene: MapScene, *, diverged: bool) -> None:
        """Explain a map."""
        self._low.setText(f"loss {'≤ ' if scene.below else ''}{printed(10**scene.low, 3)}")
        self._high.setText(
            f"{'≥ ' if scene.above else ''}{printed(10**scene.high, 3)}"
            + ("     × diverged" if diverged else "")
        )
        self._rest.setText("\n".join(basin.said for basin in scene.basins))
        self._rest.setVisible(bool(scene.basins))
