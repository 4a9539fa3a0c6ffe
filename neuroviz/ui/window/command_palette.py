"""The palette: every command of the menus, and every lesson, by typing a part of its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from neuroviz.lessons.library import listed_lessons
from neuroviz.lessons.reading import LessonError
from neuroviz.ui.controls.commands import written
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import SearchLine, arrange, text_label

_SIZE = (460, 380)
_ROW = 26
_NOTHING = "No command or lesson has this in its name. Help > Glossary explains words."

Entry = tuple[str, str, Callable[[], object]]
"""A name, its keys, and what it does."""


class CommandPalette(QDialog):
    """A line to type into.

    Under it the commands that can be used now with all that is typed in their names.
    """

    def __init__(
        self, actions: Sequence[QAction], open_lesson: Callable[[str], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setWindowTitle("Find a command")
        self.resize(*_SIZE)
        self._open_lesson = open_lesson
        self._entries = [
            *(_entry_of(action) for action in actions if action.isEnabled()),
            *self._lessons(),
        ]
        self.list = QListWidget()
        self.list.setObjectName("palette_list")
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setWordWrap(True)
        self.line = SearchLine("palette_line", self.list)
        self.line.setPlaceholderText("Type a part of its name")
        self.line.setAccessibleName("A part of the name of a command or a lesson")
        arrange(QVBoxLayout(self), self.line, (self.list, 1))
        self.line.textChanged.connect(self._filter)
        self.line.returnPressed.connect(self._run)
        self.list.itemClicked.connect(self._run)
        self._filter()

    def _lessons(self) -> list[Entry]:
        try:
            lessons = listed_lessons()
        except LessonError:  # who opens the gallery is told
            return []
        return [
            (f"Lesson: {lesson.title}", "", partial(self._open_lesson, lesson.name))
            for lesson in lessons
        ]

    def _filter(self) -> None:
        """Show the commands that have every word that is typed."""
        words = self.line.text().casefold().split()
        self.list.clear()
        for name, keys, does in self._entries:
            if all(word in f"{name} {keys}".casefold() for word in words):
                item = QListWidgetItem(name)
                item.setSizeHint(QSize(0, themes.scaled(_ROW)))
                item.setData(Qt.ItemDataRole.UserRole, does)
                self.list.addItem(item)
                beside = text_label("", "muted", keys)
                beside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                beside.setContentsMargins(0, 0, themes.GRID, 0)
                self.list.setItemWidget(item, beside)
        if self.list.count():
            self.list.setCurrentRow(0)
        else:
            nothing = QListWidgetItem(_NOTHING)
            nothing.setFlags(Qt.ItemFlag.ItemIsEnabled)  # legible, and nothing to choose
            self.list.addItem(nothing)

    def _run(self) -> None:
        """Close, then do what is chosen, once this key is done with.

        A dialog it opens would outlive this one.
        """
        item = self.list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsSelectable:
            self.accept()
            QTimer.singleShot(0, item.data(Qt.ItemDataRole.UserRole))


def _entry_of(action: QAction) -> Entry:
    """Return what a command is called in its menu, and its keys."""
    name = action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
    return name, written(action.shortcut()), action.trigger
