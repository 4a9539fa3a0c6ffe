"""Taking the ball and dropping it elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes

__all__ = ["BallDrag"]

REACH = 12.0
"""Pixels from the ball's middle within which it can be taken."""
_KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


class BallDrag(QObject):
    """Watches the mouse on a plot: a press on the ball takes it, a release drops it, Escape puts it back.

    Parameters
    ----------
    plot
        The plot whose mouse and keyboard are watched.
    ball
        Returns the ball's place on the plane; None while there is none to take.
    """

    moved = Signal(QPointF)
    dropped = Signal(QPointF)
    cancelled = Signal()

    def __init__(self, plot: Plot, ball: Callable[[], QPointF | None]) -> None:
        super().__init__(plot)
        self._plot = plot
        self._ball = ball
        self._held = self._given_up = False
        plot.viewport().installEventFilter(self)

    def cancel(self) -> None:
        """Put the ball back, if it is held."""
        if self._held:
            self._let_go()
            self._given_up = True
            self.cancelled.emit()

    def is_near(self, place: QPointF) -> bool:
        """Return whether a place in the plot, in its pixels, is on the ball."""
        ball = self._ball()
        if ball is None:
            return False
        away = self._plot.box.mapViewToScene(ball) - self._plot.mapToScene(place.toPoint())
        return bool(away.manhattanLength() <= 2 * REACH and away.x() ** 2 + away.y() ** 2 <= REACH**2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what moves the ball from the plot, which would move the plane."""
        if isinstance(event, QKeyEvent):
            return self._on_key(event)
        # In this order: a plot that is being deleted still gets events, and has no viewport any more.
        return isinstance(event, QMouseEvent) and watched is self._plot.viewport() and self._on_mouse(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        if not self._held or event.type() not in _KEYS or event.key() != Qt.Key.Key_Escape:
            return False
        self.cancel()
        event.accept()
        return True

    def _on_mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        left = event.button() == Qt.MouseButton.LeftButton
        if self._given_up:  # the button is still down: what is left of the drag moves nothing
            self._given_up = kind != QEvent.Type.MouseButtonRelease
            return True
        if kind == QEvent.Type.MouseButtonPress and left and self.is_near(event.position()):
            self._take()
            return True
        if kind == QEvent.Type.MouseMove and not self._held:
            self._show_whether_it_can_be_taken(event)
            return False
        if kind == QEvent.Type.MouseMove:
            self.moved.emit(self._on_plane(event))
            return True
        if kind == QEvent.Type.MouseButtonRelease and left and self._held:
            self._let_go()
            self.dropped.emit(self._on_plane(event))
            return True
        return False

    def _show_whether_it_can_be_taken(self, event: QMouseEvent) -> None:
        if self.is_near(event.position()):
            self._plot.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self._plot.viewport().unsetCursor()

    def _take(self) -> None:
        self._held = True
        self._plot.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        themes.application().installEventFilter(self)  # Escape, wherever the keyboard is

    def _let_go(self) -> None:
        self._held = False
        self._plot.viewport().unsetCursor()
        themes.application().removeEventFilter(self)

    def _on_plane(self, event: QMouseEvent) -> QPointF:
        point: QPointF = self._plot.box.mapSceneToView(self._plot.mapToScene(event.position().toPoint()))
        return point
