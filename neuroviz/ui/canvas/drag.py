"""Taking something in a view and dropping it elsewhere: the ball, the line, a sample, a weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from neuroviz.core.types import Floats
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import show_tip

Changes = dict[str, object]
"""Settings by name, as a drag wants them: a start, or other data."""
_STILL = 3.0
"""Pixels that the pointer may move in a click."""
_KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


@dataclass(frozen=True)
class Handle:
    """Something that can be taken."""

    changes: Callable[[QPointF], Changes]
    """Returns what is wanted with the pointer at a place of the widget, in its pixels."""
    cursor: Qt.CursorShape = Qt.CursorShape.OpenHandCursor
    """Shows that it can be taken."""
    kind: str = ""
    """What it is, for what may be locked: "ball", "data", "line" or "weights"."""


def start_at(parameters: Floats) -> Changes:
    """Return what makes parameters (P,) the start."""
    *weights, bias = parameters.tolist()
    return {"weights": tuple(weights), "bias": bias}


class Drag(QObject):
    """Watches the mouse on a widget.

    A press takes what is there, a release drops it, Escape puts it back. Of a burst of moves only
    the last counts: what is held is drawn in every view.

    Parameters
    ----------
    widget
        Whose mouse is watched, and while something is held the keyboard, wherever that is.
    handle_at
        Returns what can be taken at a place of the widget, in its pixels; None for nothing.
    """

    held = Signal(object)
    """The Changes wanted where it is held; None when it is put back."""
    dropped = Signal(object)
    """The Changes wanted where it was dropped."""
    clicked = Signal(QPointF)
    """It was pressed and let go at the same place."""

    def __init__(self, widget: QWidget, handle_at: Callable[[QPointF], Handle | None]) -> None:
        super().__init__(widget)
        self.locked: Mapping[str, str] = {}
        """The kinds of handles that cannot be taken now, each with the reason,
        which stands at the pointer."""
        self._widget = widget
        self._handle_of = handle_at
        self._handle: Handle | None = None
        self._pressed = QPointF()
        self._place = QPointF()
        self._moved = self._given_up = False
        self._refused: str | None = None
        """Why what was pressed cannot be taken."""
        self._points_out = False
        """Whether the cursor shows that something can be taken."""
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._hold)
        widget.installEventFilter(self)

    @property
    def holds(self) -> bool:
        """Whether something is held, and was moved."""
        return self._handle is not None and self._moved

    def cancel(self) -> None:
        """Put back what is held, if anything is."""
        if self._handle is None:
            return
        moved = self._moved
        self._let_go()
        self._given_up = True
        if moved:
            self.held.emit(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what moves the thing from the widget, which would move something else."""
        if isinstance(event, QKeyEvent):
            return self._on_key(event)
        if (
            isinstance(event, QHelpEvent)
            and event.type() == QEvent.Type.ToolTip
            and watched is self._widget
        ):
            return self._refuse(self._refusal_at(QPointF(event.pos())), event.globalPos())
        return isinstance(event, QMouseEvent) and watched is self._widget and self._on_mouse(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        if self._handle is None or event.type() not in _KEYS or event.key() != Qt.Key.Key_Escape:
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
        if self._handle is None:
            return self._on_free_mouse(event, left=left)
        if kind == QEvent.Type.MouseMove:
            self._move(event.position())
        elif kind == QEvent.Type.MouseButtonRelease and left:
            self._drop(event.position())
        return True

    def _on_free_mouse(self, event: QMouseEvent, *, left: bool) -> bool:
        """Take up what the mouse does that holds nothing."""
        place = event.position()
        if event.type() == QEvent.Type.MouseButtonPress and left:
            return self._take(place)
        if event.type() != QEvent.Type.MouseMove:
            return False
        if not event.buttons():
            self._show_what_can_be_taken(place)
        elif self._is_far(place) and self._refuse(self._refused, event.globalPosition().toPoint()):
            self._refused = None
        return False

    def _refusal_at(self, place: QPointF) -> str | None:
        """Return why what is at a place cannot be taken; None where nothing is, or it can."""
        handle = self._handle_of(place)
        return None if handle is None else self.locked.get(handle.kind)

    def _refuse(self, reason: str | None, at: QPoint) -> bool:
        """Say at a place of the screen why something cannot be taken.

        Return whether there was anything to say.
        """
        if reason:
            show_tip(at, reason, self._widget)
        return bool(reason)

    def _is_far(self, place: QPointF) -> bool:
        return (place - self._pressed).manhattanLength() > _STILL

    def _handle_at(self, place: QPointF) -> Handle | None:
        handle = self._handle_of(place)
        return None if handle is not None and handle.kind in self.locked else handle

    def _show_what_can_be_taken(self, place: QPointF) -> None:
        handle = self._handle_at(place)
        if handle is not None:
            self._widget.setCursor(handle.cursor)
        elif self._points_out:  # another cursor may be somebody else's
            self._widget.unsetCursor()
        self._points_out = handle is not None

    def _take(self, place: QPointF) -> bool:
        self._pressed = place
        self._refused = self._refusal_at(place)
        self._handle = self._handle_at(place)
        if self._handle is None:
            return False
        self._widget.setCursor(Qt.CursorShape.ClosedHandCursor)
        themes.application().installEventFilter(self)  # Escape, wherever the keyboard is
        return True

    def _move(self, place: QPointF) -> None:
        self._moved = self._moved or self._is_far(place)
        self._place = place
        if self._moved:
            self._soon.start()

    def _hold(self) -> None:
        if self._handle is not None:
            self.held.emit(self._handle.changes(self._place))

    def _drop(self, place: QPointF) -> None:
        handle = self._handle
        assert handle is not None
        self._move(place)
        moved = self._moved
        self._let_go()
        if moved:
            self.dropped.emit(handle.changes(place))
        else:
            self.clicked.emit(place)

    def _let_go(self) -> None:
        self._soon.stop()
        self._handle = None
        self._moved = False
        self._widget.unsetCursor()
        themes.application().removeEventFilter(self)
