"""The menu of all that can be taken away, in the groups in which a person looks for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QWidgetAction

from neuroviz.ui.canvas.card import Card
from neuroviz.ui.export.exporter import Exporter


class AddAction(Protocol):
    """Adds a command to a menu: its name, its text, what it does, and its key."""

    def __call__(self, menu: QMenu, name: str, text: str, slot: Callable[..., object], key: str = "") -> QAction:
        """Return the command."""


def fill_export_menu(menu: QMenu, add: AddAction, exporter: Exporter, views: Sequence[Card]) -> QAction:
    """Put every export into a menu; return the command that cancels the one that goes on."""
    _add_figures(menu, add, exporter, views)
    _head(menu, "Numbers")
    add(menu, "export_history", "History as CSV…", exporter.export_history, "Ctrl+Shift+E")
    add(menu, "export_runs_csv", "Visible runs as CSV…", exporter.export_runs_csv)
    _head(menu, "Code")
    for name, text, ending in (("script", "Script…", ".py"), ("notebook", "Notebook…", ".ipynb")):
        add(menu, f"export_{name}", text, exporter.export_code).setData(ending)
    add(menu, "copy_command", "Copy as &command", exporter.copy_command, "Ctrl+Shift+C")
    _head(menu, "To show and to hand in")
    add(menu, "animation", "Animation…", exporter.animate)
    add(menu, "report", "Report…", exporter.export_report)
    menu.addSeparator()
    return add(menu, "cancel_export", "Cancel the export", exporter.queue.cancel)


def _add_figures(menu: QMenu, add: AddAction, exporter: Exporter, views: Sequence[Card]) -> None:
    """Add the pictures of all views, to a file and to the clipboard, and their size."""
    _head(menu, "Figures")
    keys = {"loss": "Ctrl+E"}
    for view in views:
        name = view.figure_name
        text = f"{view.menu_title}…"
        add(menu, f"export_{name}", text, exporter.export_figure, keys.get(name, "")).setData(name)
    add(menu, "export_runs_figure", "Loss of visible runs…", exporter.export_runs_figure)
    copies = menu.addMenu("Copy a figure")
    for view in views:
        title = view.menu_title
        text = f"Copy {title[0].lower()}{title[1:]}"
        add(copies, f"copy_{view.figure_name}", text, exporter.copy_figure).setData(view.figure_name)
    add(menu, "figure_size", "Size of figures…", exporter.choose_figure_size)


def _head(menu: QMenu, text: str) -> None:
    """Name the group of commands that follows; a section of Qt's has no text under a style sheet."""
    if menu.actions():
        menu.addSeparator()
    label = QLabel(text)
    label.setProperty("role", "caption")
    label.setContentsMargins(16, 4, 16, 2)
    heading = QWidgetAction(menu)
    heading.setText(text)
    heading.setDefaultWidget(label)
    heading.setEnabled(False)
    menu.addAction(heading)
