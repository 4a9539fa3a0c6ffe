"""The menus, with their commands, and the preferences dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QMenu,
    QMenuBar,
    QPushButton,
    QRadioButton,
    QWidget,
)

from neuroviz.ui.bench.run_control import REDO, UNDO
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.controls.commands import Commands, give_access_keys, kept_at_focus
from neuroviz.ui.preferences import THEMES
from neuroviz.ui.theme.parts import DIALOG, closable, in_column, named, set_tip

_RECENT = "recent"
_EXPORT = "E&xport"
_MENUS = {
    "&File": ("new_session", "open", _RECENT, "open_data", "", "save", "save_as", "", "quit"),
    "&Edit": (
        *("undo_typing", "undo", "redo_typing", "redo", ""),
        *("copy", "paste", "", "data_table", "", "preferences"),
    ),
    # Some of these are looked for here, and in File or Edit too.
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
        "large_loss",
        "fit",
        "restore",
        "",
        "full_screen",
        "projector",
        "reduced_motion",
        "",
        *(f"theme_{name}" for name in THEMES),
    ),
    _EXPORT: (),
    "&Lessons": ("lessons", "riddle", "open_lesson", "", "leave_lesson"),
    "&Help": (
        "palette",
        "shortcuts",
        "explain",
        "glossary",
        "for_teachers",
        "prologue",
        "problem",
        "about",
    ),
}
"""The names of the commands in each menu, by its title, with "" for a separator; the bench fills
the menu of exports."""

TYPING = {"undo_typing": UNDO, "redo_typing": REDO}
"""The commands that belong to a line or a note while it has the focus, and their keys."""


class Menus:
    """Puts the commands of the window, and of the shown bench, into the menus.

    Parameters
    ----------
    commands
        The commands of the window.
    fill_recent
        Fills the menu of recent files when it is opened.
    """

    def __init__(
        self, bar: QMenuBar, commands: Commands, fill_recent: Callable[[], object]
    ) -> None:
        self._bar = bar
        self._commands = commands
        titles = [title for title in _MENUS if title != _EXPORT]
        self._menus = {title: QMenu(title, bar, toolTipsVisible=True) for title in titles}
        self._menus["&Edit"].aboutToShow.connect(self._offer_typing)
        self._recent = named(QMenu("Open &recent", bar), _RECENT)
        self._recent.aboutToShow.connect(fill_recent)

    def _offer_typing(self) -> None:
        """Offer to undo typing where there is any, besides changes of the run."""
        for name, keys in TYPING.items():
            self._commands[name].setVisible(kept_at_focus(keys, pressed=False))

    def open_first(self) -> None:
        """Open the first menu; the arrow keys lead from it to the others."""
        self._bar.setActiveAction(self._bar.actions()[0])

    def show(self, bench: Workbench) -> None:
        """Replace the commands in the menus by those of another bench."""
        self._bar.clear()
        for title, names in _MENUS.items():
            if title == _EXPORT:
                self._bar.addMenu(bench.export_menu)
                continue
            menu = self._menus[title]
            menu.clear()
            for name in names:
                if not name:
                    menu.addSeparator()
                elif name == _RECENT:
                    menu.addMenu(self._recent)
                else:
                    commands = self._commands if name in self._commands else bench.commands
                    menu.addAction(commands[name])
            give_access_keys(menu.actions())
            self._bar.addMenu(menu)


def preferences_dialog(actions: Iterable[QAction], window: QWidget) -> QDialog:
    """Return a dialog with a button for each action; it is deleted when it is closed."""
    dialog, close = closable(window, "preferences", "Preferences")
    column = in_column(within=dialog, margins=DIALOG)
    for action in actions:
        switch = QRadioButton if action.actionGroup() else QCheckBox
        button = (switch if action.isCheckable() else QPushButton)(action.text())
        set_tip(button, action.toolTip())
        button.setChecked(action.isChecked())
        action.toggled.connect(button.setChecked)
        button.clicked.connect(action.trigger)
        column.addWidget(button)
    column.addWidget(close)
    close.button(close.StandardButton.Close).setDefault(True)
    return dialog
