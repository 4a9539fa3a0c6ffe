"""Every command in a menu, with its shortcut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from tests.ui.person import Person

Open = Callable[..., Person]


def in_menus(person: Person) -> list[QAction]:
    """Return the actions of the menus in the menu bar, and of the menus in them, each once."""
    menus = [action.menu() for action in person.window.menuBar().actions()]
    own = [action for menu in menus if isinstance(menu, QMenu) for action in menu.actions()]
    inner = [action.menu() for action in own]
    every = [
        *own,
        *(action for menu in inner if isinstance(menu, QMenu) for action in menu.actions()),
    ]
    return list(dict.fromkeys(every))


def test_every_action_stands_in_a_menu(open_window: Open) -> None:
    """There is no command that only a hidden key reaches."""
    person = open_window()
    named = {
        a.objectName()
        for a in person.window.findChildren(QAction)
        if a.objectName().startswith("action_")
    }
    assert named <= {action.objectName() for action in in_menus(person)}
    assert {"action_run", "action_step", "action_reset", "action_export_loss"} <= named


def test_no_key_is_given_twice(open_window: Open) -> None:
    """An ambiguous shortcut would do nothing at all."""
    person = open_window()
    keys = Counter(key.toString() for action in in_menus(person) for key in action.shortcuts())
    assert [key for key, count in keys.items() if count > 1] == []
    assert {"Space", "F8", "Shift+F8", "Ctrl+F8", "Ctrl+R", "Ctrl+E", "F9"} <= keys.keys()


def test_every_action_has_words(open_window: Open) -> None:
    """Each has a text, and its own entry where two begin alike."""
    texts = [action.text() for action in in_menus(open_window()) if not action.isSeparator()]
    assert all(texts)
    assert len(set(texts)) == len(texts)


def test_tips_name_the_key(open_window: Open) -> None:
    """A tooltip tells the shortcut."""
    person = open_window()
    for name in ("run", "step", "reset", "undo", "panel"):
        action = person.action(name)
        assert (
            action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) in action.toolTip()
        )
