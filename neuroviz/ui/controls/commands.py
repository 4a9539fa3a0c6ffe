"""Commands: what a person can do by menus, buttons, keys and the palette."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from neuroviz.ui.theme.icons import icon


def written(keys: str | QKeySequence) -> str:
    """Return keys as this desktop writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


class Commands:
    """Actions by their names; each has the object name ``action_NAME``.

    Parameters
    ----------
    owner
        With which they end.
    """

    def __init__(self, owner: QWidget) -> None:
        self._owner = owner
        self._actions: dict[str, QAction] = {}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: str) -> bool:
        return name in self._actions

    @property
    def all(self) -> list[QAction]:
        """Every action, in the order in which they were added."""
        return list(self._actions.values())

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
    ) -> QAction:
        """Add a command, and return its action.

        Parameters
        ----------
        text
            What it is called in a menu.
        tip
            What a button for it says; by default its name with its key.
        icon_text
            What stands on a button for it; by default its name.
        sign
            Name of the icon that stands there in place of words.
        """
        action = self._actions[name] = QAction(text, self._owner)
        action.setObjectName(f"action_{name}")
        if key:
            action.setShortcut(QKeySequence(key))
            action.setToolTip(f"{text.replace('&', '')} ({written(key)})")
        if tip:
            action.setToolTip(tip)
        if icon_text:
            action.setIconText(icon_text)
        if sign:
            action.setIcon(icon(sign))
            action.setIconVisibleInMenu(False)
        action.setCheckable(checkable)
        action.triggered.connect(slot)
        return action
