"""The menus: which command stands where."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.controls.commands import Commands
from neuroviz.ui.preferences import THEMES

_RECENT = "recent"
_EXPORT = "E&xport"
_MENUS = {
    "&File": ("new_session", "open", _RECENT, "open_data", "", "save", "save_as", "", "quit"),
    "&Edit": ("undo", "redo", "", "paste_data", "data_table"),
    # One looks for some of these there, and in File or Edit.
    "&Data": ("open_data", "paste_data", "new_data", "draw_data", "", "add_input", "data_table"),
    "&Run": (
        *("run", "step", "step_epoch", "step_100_epochs", "reset", "new_seed", ""),
        *("step_back", "part_back", "part", "now", ""),
        *("pin", "you_optimize", "race", "sweep", "", "slower", "faster"),
    ),
    "&View": (
        "panel",
        "side",
        "",
        "plots_2",
        "plots_3",
        "plots_all",
        "fit",
        "restore",
        "",
        "projector",
        "reduced_motion",
        "",
        *(f"theme_{name}" for name in THEMES),
    ),
    _EXPORT: (),
    "&Lessons": ("lessons", "riddle", "open_lesson", "", "leave_lesson"),
    "&Help": ("palette", "shortcuts", "explain", "glossary", "prologue", "about"),
}
"""Title of a menu -> the names of its commands, "" for a line between them;
a bench fills its own for exports."""


class Menus:
    """Puts the commands of the window, and of the bench that is seen, into the menus.

    Parameters
    ----------
    commands
        Those of the window.
    fill_recent
        Fills the menu of recent files when that is opened.
    """

    def __init__(
        self, bar: QMenuBar, commands: Commands, fill_recent: Callable[[], object]
    ) -> None:
        self._bar = bar
        self._commands = commands
        self.all: list[QAction] = []
        """Every command that can be found in a menu now, in their order."""
        self._menus = {title: QMenu(title, bar) for title in _MENUS if title != _EXPORT}
        for menu in self._menus.values():
            menu.setToolTipsVisible(True)
        self._recent = QMenu("Open &recent", bar)
        self._recent.setObjectName(_RECENT)
        self._recent.aboutToShow.connect(fill_recent)

    def show(self, bench: Workbench) -> None:
        """Put the commands of a bench into the menus, in place of those of another."""
        self._bar.clear()
        found: dict[QAction, None] = {}
        for title, names in _MENUS.items():
            if title == _EXPORT:
                self._bar.addMenu(bench.export_menu)
                found.update(dict.fromkeys(bench.exports))
                continue
            menu = self._menus[title]
            menu.clear()
            for name in names:
                if not name:
                    menu.addSeparator()
                elif name == _RECENT:
                    menu.addMenu(self._recent)
                else:
                    action = (
                        self._commands[name] if name in self._commands else bench.commands[name]
                    )
                    menu.addAction(action)
                    found[action] = None
            self._bar.addMenu(menu)
        self.all = list(found)
