"""The menu of all exports in groups, and its button, which cancels the current export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidgetAction

from neuroviz.ui.controls.commands import Commands, give_access_keys
from neuroviz.ui.export.exporter import Exporter
from neuroviz.ui.export.queue import ExportQueue
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import set_tip


def fill_export_menu(
    menu: QMenu, commands: Commands, exporter: Exporter, titles: Mapping[str, str]
) -> None:
    """Put every export into a menu, and the command that cancels the current one.

    ``titles`` are those of the views, by name.
    """

    def add(
        name: str, text: str, slot: Callable[..., object], key: str = "", into: QMenu = menu
    ) -> None:
        into.addAction(commands.add(name, text, slot, key))

    _head(menu, "Figures")
    keys = {"loss": "Ctrl+E"}
    for name, title in titles.items():
        export = partial(exporter.export_figure, name)
        add(f"export_{name}", f"{title}…", export, keys.get(name, ""))
    add("export_runs_figure", "Loss of visible runs…", exporter.export_runs_figure)
    copies = menu.addMenu("Copy a figure")
    for name, title in titles.items():
        copy = partial(exporter.copy_figure, name)
        add(f"copy_{name}", f"Copy {title[0].lower()}{title[1:]}", copy, into=copies)
    add("figure_size", "Size of figures…", exporter.choose_figure_size)
    _head(menu, "Numbers")
    add("export_history", "History as CSV…", exporter.export_history, "Ctrl+Shift+E")
    add("export_runs_csv", "Visible runs as CSV…", exporter.export_runs_csv)
    _head(menu, "Code")
    for name, text, ending in (("script", "Script…", ".py"), ("notebook", "Notebook…", ".ipynb")):
        add(f"export_{name}", text, partial(exporter.export_script, ending))
    add("copy_command", "Copy as &command", exporter.copy_command, "Ctrl+Shift+C")
    _head(menu, "To show and to hand in")
    add("film", "Share film…", exporter.share_film)
    add("page", "As a page…", exporter.export_page)
    add("report", "Report…", exporter.export_report)
    for title in ("Worksheet", "Key"):
        add(title.lower(), f"{title} of a lesson…", partial(exporter.choose_lesson, title))
    add("five_steps", "Five steps by hand…", exporter.export_five_steps)
    menu.addSeparator()
    add("cancel_export", "Cancel the export", exporter.queue.cancel)
    for each in (menu, copies):
        give_access_keys(action for action in each.actions() if action.isEnabled())


def _head(menu: QMenu, text: str) -> None:
    """Name the group of commands that follows.

    A section of Qt's is not used, since its text is lost under a style sheet.
    """
    if menu.actions():
        menu.addSeparator()
    label = QLabel(text)
    themes.set_role(label, "caption")
    label.setContentsMargins(16, 4, 16, 2)
    heading = QWidgetAction(menu)
    heading.setText(text)
    heading.setDefaultWidget(label)
    heading.setEnabled(False)
    menu.addAction(heading)


_IDLE = "Export"
_BUSY = "Cancel"


class ExportButton(QToolButton):
    """A button that opens the menu, or cancels the current export."""

    def __init__(self, menu: QMenu, queue: ExportQueue, tip: str) -> None:
        super().__init__()
        self._menu = menu
        self._queue = queue
        self._tip = tip
        self._follow()
        queue.changed.connect(self._follow)
        self.clicked.connect(self._on_clicked)

    def sizeHint(self) -> QSize:
        """Ask for enough room for either text."""
        hint = super().sizeHint()
        other = _BUSY if self.text() == _IDLE else _IDLE
        width_of = self.fontMetrics().horizontalAdvance
        return hint + QSize(max(0, width_of(other) - width_of(self.text())), 0)

    def _follow(self) -> None:
        name = self._queue.name
        modes = QToolButton.ToolButtonPopupMode
        # It keeps its width, so that nothing moves when an export begins.
        self.setMinimumWidth(0 if name is None else self.width())
        self.setText(_IDLE if name is None else _BUSY)
        self.setMenu(self._menu if name is None else None)  # type: ignore[arg-type]  # None removes it
        self.setPopupMode(modes.InstantPopup if name is None else modes.DelayedPopup)
        said = self._tip if name is None else f"Cancel {name}: nothing is written"
        self.setAccessibleName(said)
        set_tip(self, said)
        themes.repolish(self)

    def _on_clicked(self) -> None:
        if self.text() == _BUSY:
            self._queue.cancel()
