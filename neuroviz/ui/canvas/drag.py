"""Taking something in a view and dropping it elsewhere: the ball, the line, a sample, a weight."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from neuroviz.core.types import Floats, Frozen
from neuroviz.ui.canvas.jobs import one_shot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import ENTER, show_tip
from neuroviz.ui.theme.read_aloud import announce

Changes = dict[str, object]
"""Settings by name that a drag asks for: a start, or other data."""
_STILL = 3.0
"""Pixels that the pointer may move during a click."""
REACH = 16.0
"""Pixels from the centre of a handle within which it is taken; Projector makes Qt's pixels
larger."""
_KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
_WAYS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
_TABS = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
_BY_TAB = {Qt.FocusReason.TabFocusReason: 0, Qt.FocusReason.BacktabFocusReason: -1}
_BESIDE = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""Reasons for which the keyboard leaves and soon comes back."""
_SPOKEN = ": arrow keys move it, Enter starts a run from there, Escape puts it back"
_NUDGE = 8.0
"""Pixels by which an arrow key moves something; with Shift it is one pixel."""


class Handle(Frozen):
    """Something that can be taken."""

    changes: Callable[[QPointF], Changes]
    """Returns the changes that are asked for at a place of the widget, in its pixels."""
    cursor: Qt.CursorShape = Qt.CursorShape.OpenHandCursor
    """The cursor over it, which shows that it can be taken."""
    kind: str = ""
    """What it is, by which it may be locked: "ball", "data", "line", "turn" or "weights"."""
    at: QPointF | None = None
    """Its centre in the widget, in pixels; None for what can be taken anywhere along a line."""
    name: Hashable = ""
    """Which handle it is; the name stays from frame to frame."""
    spoken: str = ""
    """Its name for screen readers."""
    shape: str = "o"
    radius: float = 10.0
    """Radius in pixels of what is drawn, with the ring."""
    core: str | None = None
    """Colour inside its ring; None where the view draws that."""
    hollow: bool = False
    """Whether it turns something."""
    behind: bool = False
    """Whether it is hidden by something."""
    sideways: bool = False
    """Whether it moves only to the left and the right."""
    reach: float = REACH
    """Pixels from its centre within which it is taken."""
    refusal: str = ""
    """Why it cannot be taken now, as a tooltip; empty where it can."""

    def distance(self, place: QPointF) -> float:
        """Return its distance from a place in pixels; infinite where it has no centre."""
        if self.at is None:
            return math.inf
        return math.hypot(*(self.at - place).toTuple())


def start_at(parameters: Floats) -> Changes:
    """Return the changes that make parameters (P,) the start."""
    *weights, bias = parameters.tolist()
    return {"weights": tuple(weights), "bias": bias}


class Drag(QObject):
    """Watches the keyboard on a widget, and the mouse on what it scrolls, or else on itself.

    A press takes what is there, a release drops it, and Escape puts it back. Only the last of a
    burst of moves counts, since every view draws what is held. By keyboard, Tab goes from handle to
    handle, arrows move one, and Enter drops it.

    Parameters
    ----------
    owner
        The widget; while something is held, Escape is watched everywhere.
    handles
        Returns the handles that have a centre; the nearest one is taken.
    handle_at
        Returns what else can be taken at a place, in pixels of what the mouse is watched on; None
        for nothing.
    tabs
        Whether Tab goes through the handles, after the widget itself; otherwise that says which has
        the keyboard.

    Attributes
    ----------
    hovered, focused
        Name of the handle under the pointer, and of the one with the keyboard; None for none.
    """

    held = Signal(object)
    """The Changes asked for where it is held; None when it is put back."""
    dropped = Signal(object)
    """The Changes asked for where it was dropped."""
    nudged = Signal(QPointF)
    """The keyboard has moved it to this place of the widget, in its pixels."""
    clicked = Signal(QPointF)
    """It was pressed and released at this place."""
    looks_changed = Signal()
    """Another handle is under the pointer, held, or has the keyboard."""

    hovered: Hashable = None
    focused: Hashable = None
    words: tuple[Hashable, QRectF] | None = None
    """The name of a handle, and the box of words beside it, which take it too."""
    _by_key = False
    _handle: Handle | None = None
    _moved = _given_up = False
    _refused = ""
    """Why what was pressed cannot be taken."""
    _points_out = False
    """Whether the cursor now shows that something can be taken."""

    def __init__(
        self,
        owner: QWidget,
        handles: Callable[[], Sequence[Handle]],
        handle_at: Callable[[QPointF], Handle | None] = lambda place: None,
        *,
        tabs: bool = True,
    ) -> None:
        super().__init__(owner)
        self.handles = handles
        self._tabs = tabs
        self.locked: Mapping[str, str] = {}
        """Kind of handle that cannot be taken now -> the reason, shown as a tooltip."""
        self._owner = owner
        self._widget = owner.viewport() if isinstance(owner, QAbstractScrollArea) else owner
        self._widget.setMouseTracking(True)  # a handle shows that it can be taken
        self._handle_of = handle_at
        self._pressed = QPointF()
        self._place = QPointF()
        self._soon = one_shot(self, self._hold)
        for watched in {self._owner, self._widget}:
            watched.installEventFilter(self)

    @property
    def taken(self) -> Hashable:
        """Name of the handle that is held; None for none."""
        return None if self._handle is None else self._handle.name

    @property
    def shown(self) -> list[Handle]:
        """The handles that can be taken now."""
        return self.free(self.handles())

    def free(self, handles: Sequence[Handle]) -> list[Handle]:
        """Return those of the handles that can be taken now."""
        return [handle for handle in handles if not self._reason(handle)]

    def _reason(self, handle: Handle | None) -> str:
        """Return why a handle cannot be taken; empty where it can, or for None."""
        return "" if handle is None else self.locked.get(handle.kind, handle.refusal)

    def focus(self, name: Hashable) -> None:
        """Give the keyboard to the handle of this name; None takes it away."""
        if name == self.focused:
            return
        if self._by_key:
            self.cancel()
        self.focused = name
        handle = self._focused_handle()
        if self._tabs:
            said = f"{handle.spoken}{_SPOKEN}" if handle else ""
            self._owner.setAccessibleDescription(said)
            if self._owner.hasFocus():
                announce(self._owner, said or self._owner.accessibleName())
        self.looks_changed.emit()

    @property
    def holds(self) -> bool:
        """Whether something is held and has been moved."""
        return self._handle is not None and self._moved

    def settle(self) -> None:
        """Drop what is held where it is, as when the button is let go."""
        if self.holds:
            self._given_up = not self._by_key
            self._drop(self._place)

    def cancel(self) -> None:
        """Put back whatever is held."""
        if self._handle is None:
            return
        moved = self._moved
        self._given_up = not self._by_key
        self._let_go()
        if moved:
            self.held.emit(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle what a drag uses, so that the widget does not move something else with it."""
        if isinstance(event, QKeyEvent):
            return self._on_escape(event) or (watched is self._owner and self._on_key(event))
        if isinstance(event, QFocusEvent) and watched is self._owner:
            self._on_focus(event)
        if watched is not self._widget:
            return False
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            handle = self._nearest(QPointF(event.pos()))
            self._refuse(self._reason(handle), event.globalPos())
            return handle is not None  # what the widget says of the rest is not true of a handle
        return isinstance(event, QMouseEvent) and self._on_mouse(event)

    def _on_escape(self, event: QKeyEvent) -> bool:
        if self._handle is None or event.type() not in _KEYS or event.key() != Qt.Key.Key_Escape:
            return False
        self.cancel()
        event.accept()
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        """Go to another handle by keyboard, move one, or drop it."""
        key = Qt.Key(event.key())
        if event.type() != QEvent.Type.KeyPress:
            return False
        if key in _TABS:
            return self._tabs and self._focus_next(_TABS[key])
        if key in ENTER and self._by_key:
            self._drop(self._place)
            return True
        handle = self._focused_handle()
        if key not in _WAYS or handle is None or (handle.sideways and not _WAYS[key].x()):
            return False
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._nudge(handle, _WAYS[key] * (1.0 if fine else _NUDGE))
        return True

    def _nudge(self, handle: Handle, by: QPointF) -> None:
        """Move a handle by some pixels, within the widget."""
        if self._handle is None:
            assert handle.at is not None  # it has the keyboard
            self._grasp(handle, handle.at)
            self._by_key = self._moved = True
        to = self._place + by
        last = self._widget.rect().bottomRight()
        self._place = QPointF(min(max(to.x(), 0), last.x()), min(max(to.y(), 0), last.y()))
        self._soon.start()

    def _on_focus(self, event: QFocusEvent) -> None:
        reason = event.reason()
        if event.gotFocus() and self._tabs and reason in _BY_TAB:
            self.focus(self._stops[_BY_TAB[reason]])
        elif event.lostFocus() and reason not in _BESIDE:
            if self._by_key:
                self.cancel()
            if self._tabs:
                self.focus(None)

    def _focus_next(self, step: int) -> bool:
        """Give the keyboard to the next or the previous handle; return whether there is one."""
        stops = self._stops
        start = -1 if step > 0 else len(stops)
        at = step + (stops.index(self.focused) if self.focused in stops else start)
        inside = 0 <= at < len(stops)
        if inside:  # else it is cleared, unheard, when the keyboard has left
            self.focus(stops[at])
        return inside

    @property
    def _stops(self) -> list[Hashable]:
        """What Tab goes through: the widget, which uses keys itself, and the handles."""
        return [None, *(handle.name for handle in self.shown)]

    def _focused_handle(self) -> Handle | None:
        return next((handle for handle in self.shown if handle.name == self.focused), None)

    def _on_mouse(self, event: QMouseEvent) -> bool:
        if self._by_key:
            if event.type() != QEvent.Type.MouseButtonPress:
                return False
            self.cancel()
        kind = event.type()
        left = event.button() == Qt.MouseButton.LeftButton
        if self._given_up:  # the button is still down, but the rest of the drag moves nothing
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
        """Handle a mouse event while nothing is held."""
        place = event.position()
        if event.type() == QEvent.Type.MouseButtonPress and left:
            return self._take(place)
        if event.type() != QEvent.Type.MouseMove:
            return False
        if not event.buttons():
            self._show_what_can_be_taken(place)
        elif self._is_far(place) and self._refuse(self._refused, event.globalPosition().toPoint()):
            self._refused = ""
        return False

    def _refuse(self, reason: str, at: QPoint) -> bool:
        """Say in a tooltip why something cannot be taken; return whether there was a reason."""
        if reason:
            show_tip(at, reason, self._widget)
        return bool(reason)

    def _is_far(self, place: QPointF) -> bool:
        return (place - self._pressed).manhattanLength() > _STILL

    def _nearest(self, place: QPointF) -> Handle | None:
        """Return the handle nearest to a place, or what else can be taken there."""
        other = self._handle_of(place)
        near = [*self.handles(), *([] if other is None else [other])]
        handle = min(near, key=lambda handle: handle.distance(place), default=None)
        if handle is not None and handle.distance(place) <= handle.reach:
            return handle
        name = self.words[0] if self.words and self.words[1].contains(place) else None
        return next((handle for handle in near if handle.name == name), other)

    def _show_what_can_be_taken(self, place: QPointF) -> None:
        handle = self._nearest(place)
        if self._reason(handle):
            handle = None
        if handle is not None:
            self._widget.setCursor(handle.cursor)
        elif self._points_out:  # another cursor may have been set elsewhere
            self._widget.unsetCursor()
        self._points_out = handle is not None
        self._hover(None if handle is None else handle.name)

    def _hover(self, name: Hashable) -> None:
        if name != self.hovered:
            self.hovered = name
            self.looks_changed.emit()

    def _take(self, place: QPointF) -> bool:
        self._pressed = place
        handle = self._nearest(place)
        self._refused = self._reason(handle)
        if handle is None or self._refused:
            return False
        self._grasp(handle, place)
        self._widget.setCursor(Qt.CursorShape.ClosedHandCursor)
        return True

    def _grasp(self, handle: Handle, place: QPointF) -> None:
        self._handle = handle
        self._place = place
        themes.application().installEventFilter(self)  # Escape, wherever the keyboard is
        self.looks_changed.emit()

    def _move(self, place: QPointF) -> None:
        self._moved = self._moved or self._is_far(place)
        self._place = place
        if self._moved:
            self._soon.start()

    def _hold(self) -> None:
        if self._handle is not None:
            self.held.emit(self._handle.changes(self._place))
        if self._by_key:
            self.nudged.emit(self._place)

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
        self._moved = self._by_key = False
        self._widget.unsetCursor()
        themes.application().removeEventFilter(self)
        self.looks_changed.emit()
