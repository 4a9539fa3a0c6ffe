"""The filters of a window's events: which keys a focused control keeps, and what is dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeGuard

from PySide6.QtCore import (
    QChildEvent,
    QDynamicPropertyChangeEvent,
    QEvent,
    QMimeData,
    QObject,
    Qt,
    QTimer,
    QTimerEvent,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMoveEvent,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QDialog,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from neuroviz.files.session_file import kind_of
from neuroviz.ui.controls.commands import finish_typing, give_access_keys_in
from neuroviz.ui.controls.number_box import OptionalNumberEdit
from neuroviz.ui.explanations.explainer import HANDLED, Explainer
from neuroviz.ui.preferences import local_path
from neuroviz.ui.theme.parts import ENTER, room_on_screen
from neuroviz.ui.theme.read_aloud import tell_focus

_OF_DRAWING = frozenset(
    (QPaintEvent, QTimerEvent, QResizeEvent, QMoveEvent, QChildEvent, QDynamicPropertyChangeEvent)
)
"""Classes of events that come by the dozen with every frame; asking one for its type takes longer
than everything else."""
_SHORTCUT = QEvent.Type.ShortcutOverride
_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_BY_KEY = (
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
)
_LINE_KEYS = (Qt.Key.Key_E, Qt.Key.Key_K)
"""Keys with Ctrl that a line edit would keep."""


class KeyFilter(QObject):
    """An event filter: Space belongs to a focused switch, and elsewhere it runs and pauses.

    What is being typed is taken before a small button is pressed, which takes no keyboard.

    Ctrl+Z undoes a restart. A box for a number would keep both keys: it has no use for a space, and
    nothing to undo once what was typed has been accepted.

    When a focused control is disabled or hidden, Qt moves the focus to the next one. If that were a
    button, Space would press something that nobody chose, so then nothing in the action's window
    has the focus, and Tab goes on from there.

    Parameters
    ----------
    window
        The window in which the action of Space, ``action_run``, is triggered, even while its own
        button has the focus.
    explainer
        Is given the events that concern explanations. They pass through here since every filter of
        all events costs time at every frame.
    """

    _thrown_out = False
    _next: QWidget | None = None
    """The control after one that is gone, while nothing has the focus instead."""

    def __init__(self, window: QWidget, explainer: Explainer) -> None:
        super().__init__()
        self._window = window
        self._explainer = explainer

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle keys that could be shortcuts, and changes of focus; let everything else pass."""
        of = type(event)
        if of in _OF_DRAWING:
            return False
        kind = event.type()
        if kind in HANDLED and self._explainer.handle(watched, event):
            return True
        if of is QEvent:  # most events are these: styles, layouts and names
            return False
        if isinstance(event, QShowEvent) and isinstance(watched, QDialog):
            give_access_keys_in(watched)  # here, so that Qt's own dialogs have them too
            watched.resize(watched.size().boundedTo(room_on_screen()))
        if kind is _SHORTCUT and isinstance(event, QKeyEvent):
            return self._judge(watched, event)
        if kind == QEvent.Type.MouseButtonPress and isinstance(watched, QToolButton):
            finish_typing()
        if kind == QEvent.Type.Shortcut and isinstance(watched, QLabel) and watched.buddy():
            watched.buddy().clearFocus()  # coming anew selects the text, as everywhere
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in ENTER and _is_pressed_by_enter(watched):
                watched.click()
                return True
            return watched is self._window and self._goes_on(event.key())
        # Focus events go to styles too.
        if not (isinstance(event, QFocusEvent) and isinstance(watched, QWidget)):
            return False
        if kind == QEvent.Type.FocusOut:
            self._thrown_out = self._is_thrown_out(watched, event)
        elif kind == QEvent.Type.FocusIn:
            self._come_to(watched, event.reason())
        return False

    def _come_to(self, control: QWidget, reason: Qt.FocusReason) -> None:
        """Scroll to what a key has focused, but focus no button after a control that is gone."""
        thrown_out = self._thrown_out
        self._thrown_out = False
        if control is not self._window:
            self._next = None
        if thrown_out and isinstance(control, QAbstractButton):
            self._next = control
            self._window.setFocus()
            # After Qt has told that the button has it.
            QTimer.singleShot(0, self, partial(tell_focus, self._window))
        elif reason in _BY_KEY:
            _bring_in_sight(control)

    def _goes_on(self, key: int) -> bool:
        """Let Tab go on after a control that is gone; return whether that is all there is to do."""
        following = self._next
        if key not in _TABS or following is None or not isValid(following):
            return False
        if not following.isVisible() or not following.isEnabled():
            return False  # it is gone, too
        following.setFocus(Qt.FocusReason.TabFocusReason)
        return key == Qt.Key.Key_Tab  # back goes on from there

    def _is_thrown_out(self, watched: QWidget, event: QFocusEvent) -> bool:
        """Return whether a control loses the focus because it is disabled or hidden."""
        if event.reason() != Qt.FocusReason.TabFocusReason or watched.window() is not self._window:
            return False
        return not (watched.isEnabled() and watched.isVisible())

    def _judge(self, watched: QObject, key: QKeyEvent) -> bool:
        """Decide whose a key is; return whether that is settled."""
        if isinstance(watched, QAbstractButton) and key.key() == Qt.Key.Key_Space:
            action = watched.defaultAction() if isinstance(watched, QToolButton) else None
            is_run = action is not None and action.objectName() == "action_run"
            key.setAccepted(not is_run)
            return not is_run
        if isinstance(watched, QAbstractSpinBox | QLineEdit) and _is_for_window(watched, key):
            key.ignore()
            return True
        return False


def _is_pressed_by_enter(watched: QObject) -> TypeGuard[QToolButton]:
    """Return whether it is a small button in a dialog, which would press its default one."""
    if not isinstance(watched, QToolButton) or watched.isCheckable():
        return False
    return isinstance(watched.window(), QDialog)


def _bring_in_sight(control: QWidget) -> None:
    """Scroll to a control that a key has focused; Qt does so only for Tab within the page."""
    above = control.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if isinstance(above, QScrollArea):
        above.ensureWidgetVisible(control)


def _is_for_window(box: QAbstractSpinBox | QLineEdit, event: QKeyEvent) -> bool:
    """Return whether a key pressed in a box is a shortcut of the window."""
    one_number = isinstance(box, QAbstractSpinBox | OptionalNumberEdit)
    if one_number and event.key() == Qt.Key.Key_Space:
        return True
    if event.key() in _LINE_KEYS and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
        return True  # on X11 they edit the line; here they are commands
    line = box if isinstance(box, QLineEdit) else box.findChild(QLineEdit)
    if event.matches(QKeySequence.StandardKey.Undo):
        return line is None or not line.isUndoAvailable()
    return event.matches(QKeySequence.StandardKey.Redo) and (
        line is None or not line.isRedoAvailable()
    )


class Drops(QObject):
    """Takes files and texts that are dropped anywhere on a window.

    Parameters
    ----------
    window
        The window, which owns this object.
    by_kind
        Opens each kind of file, as `kind_of` names it.
    read_text
        Takes a text.
    """

    refused = Signal(str)
    """Why nothing is opened."""

    def __init__(
        self,
        window: QWidget,
        by_kind: Mapping[str, Callable[[Path], object]],
        read_text: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._by_kind = by_kind
        self._read_text = read_text
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files and texts, and let everything else pass."""
        if not (isinstance(event, QDragEnterEvent) or type(event) is QDropEvent):
            return False
        mime = event.mimeData()
        if not (mime.hasUrls() or mime.hasText()):
            return False
        event.acceptProposedAction()
        if type(event) is QDropEvent:
            # Later, since until this returns, the program it comes from is blocked.
            QTimer.singleShot(0, self._opener(mime))
        return True

    def _opener(self, mime: QMimeData) -> Callable[[], object]:
        """Return what opens what was dropped, or says why it cannot."""
        if not mime.hasUrls():
            return partial(self._read_text, mime.text())
        paths = [local_path(url) for url in mime.urls()]
        path = paths[0]
        if len(paths) != 1:
            return partial(self.refused.emit, "Drop one file at a time.")
        if path is None:
            said = "An address on the web cannot be opened: save the file, and drop that."
            return partial(self.refused.emit, said)
        return partial(self.open, path)

    def open(self, path: Path) -> None:
        """Open a file of any kind; what is wrong with it is shown."""
        self._by_kind[kind_of(path)](path)
