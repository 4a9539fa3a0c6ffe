"""Commands: what a person can do from menus, buttons, keys and the palette."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QKeyCombination
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QPushButton,
    QWidget,
)

from neuroviz.files.log_file import LOG
from neuroviz.ui.theme.icons import icon


def written(keys: str | QKeySequence) -> str:
    """Return keys as this desktop writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def kept_at_focus(keys: str, *, pressed: bool = True) -> bool:
    """Press keys of the window where the keyboard is, if they are kept there; return whether.

    Parameters
    ----------
    pressed
        Whether to press them; False only asks.
    """
    widget = QApplication.focusWidget()
    key: QKeyCombination = QKeySequence(keys)[0]  # type: ignore[index]  # of the stubs
    kinds = (QEvent.Type.ShortcutOverride, *[QEvent.Type.KeyPress] * pressed)
    for kind in kinds:
        event = QKeyEvent(kind, key.key(), key.keyboardModifiers())
        event.ignore()  # as Qt sends it
        if widget is not None:
            QApplication.sendEvent(widget, event)
        if not event.isAccepted():
            return False
    return True


@runtime_checkable
class _Typed(Protocol):
    """A field for typing a number."""

    def commit(self) -> bool:
        """Take what was typed, as on Enter; return whether it could be read."""


def finish_typing() -> bool:
    """Take what is being typed: keys and small buttons leave the keyboard where it is.

    Return whether that could be read; otherwise it stays, and a sentence says why.
    """
    focused = QApplication.focusWidget()
    field: object = focused
    if isinstance(field, _Typed):
        return field.commit()
    viewport = focused and focused.parentWidget()
    table = viewport and viewport.parentWidget()
    if isinstance(table, QAbstractItemView):
        table.setFocus()  # which closes the editor of a cell
    return True


def underline(part: QAction | QLabel | QAbstractButton, letter: str) -> None:
    """Make Alt with a letter of a part's text go to the part."""
    text = part.text()
    place = text.upper().index(letter)
    part.setText(f"{text[:place]}&{text[place:]}")


def give_access_keys(parts: Iterable[QAction | QLabel | QAbstractButton]) -> None:
    """Underline a letter for Alt in each text that has none, as long as letters are free."""
    parts = list(parts)
    taken = {QKeySequence.mnemonic(part.text()).toString()[-1:] for part in parts}
    for part in parts:
        if not QKeySequence.mnemonic(part.text()).isEmpty():
            continue
        for letter in part.text().upper():
            if letter.isalnum() and letter not in taken:
                taken.add(letter)
                underline(part, letter)
                break


def give_access_keys_in(dialog: QWidget) -> None:
    """Underline letters in a dialog: first its buttons, then its captions, then the rest.

    A text that occurs more than once, such as that of a button in each row, gets none: it is
    reached by Tab.
    """
    feet = dialog.findChildren(QPushButton)
    captions = [label for label in dialog.findChildren(QLabel) if label.buddy()]
    others = [each for each in dialog.findChildren(QAbstractButton) if each not in feet]
    parts: list[QLabel | QAbstractButton] = [*feet, *captions, *others]
    parts = [part for part in parts if part.text() and not part.isHidden()]
    called = Counter(part.text() for part in parts)
    give_access_keys(part for part in parts if called[part.text()] == 1)


def plain(text: str) -> str:
    """Return a menu's text without the mark of its access key."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


class Commands:
    """Actions by their names; each has the object name ``action_NAME``.

    Parameters
    ----------
    owner
        The widget that owns the actions; they end with it.
    """

    def __init__(self, owner: QWidget) -> None:
        self._owner = owner
        self._actions: dict[str, QAction] = {}
        self._tips: dict[str, str] = {}
        self._offered: dict[str, tuple[str | None, str]] = {}
        """Why a command cannot be used, None where it can, and what its tooltip says then."""
        self._locked: Mapping[str, str] = {}
        """Why some cannot be used whatever is offered."""

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def add(
        self,
        name: str,
        text: str,
        slot: Callable[..., object],
        key: str = "",
        *,
        tip: str = "",
        icon_text: str = "",
        sign: str = "",
        checkable: bool = False,
        edits: bool = False,
    ) -> QAction:
        """Add a command, and return its action.

        Parameters
        ----------
        text
            Its text in a menu.
        key
            Its keys, separated by ";" where there are several.
        tip
            The tooltip of its button; by default its text and its first key.
        icon_text
            The text of its button; by default its text in the menu.
        sign
            Name of the icon that its button has in place of words.
        edits
            Whether it edits the text at the focus; all others first take a number typed there.
        """
        action = self._actions[name] = QAction(text, self._owner)
        action.setObjectName(f"action_{name}")
        if key:
            action.setShortcuts(QKeySequence.listFromString(key))
            action.setToolTip(f"{plain(text)} ({written(action.shortcut())})")
        if tip:
            action.setToolTip(tip)
        if icon_text:
            action.setIconText(icon_text)
        if sign:
            action.setIcon(icon(sign))
            action.setIconVisibleInMenu(False)
        action.setCheckable(checkable)
        action.triggered.connect(lambda: LOG.info("%s", plain(action.text())))
        if not edits:
            action.triggered.connect(finish_typing)
        action.triggered.connect(slot)
        self._tips[name] = action.toolTip()
        return action

    def offer(self, name: str, why_not: str | None, tip: str = "") -> None:
        """Enable a command, or disable it with a reason, which its tooltip then gives.

        When enabled, its tooltip is ``tip``, by default its usual one.
        """
        self._offered[name] = why_not, tip
        self._show(name)

    def lock(self, reasons: Mapping[str, str]) -> None:
        """Let these not be used for a reason each, whatever is offered; the others as offered."""
        self._locked = reasons
        for name in self._actions:
            self._show(name)

    def _show(self, name: str) -> None:
        why_not, tip = self._offered.get(name, (None, ""))
        why_not = self._locked.get(name, why_not)
        self[name].setEnabled(why_not is None)
        self[name].setToolTip(why_not or tip or self._tips[name])
