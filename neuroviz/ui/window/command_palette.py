"""The palette: whatever can be found, by typing a part of what it is called."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from neuroviz.core.search import found
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import SearchLine, arrange, text_label
from neuroviz.ui.theme.read_aloud import announce
from neuroviz.ui.window.finds import Find

_SIZE = (680, 420)
_ROW = 24
_WHERE, _KEYS = 264, 104
_NOTHING = "Nothing has a name like that."
_DATA = Qt.ItemDataRole.UserRole


class CommandPalette(QDialog):
    """A line to type into, and under it what it finds, the best first.

    With its menu's path, or else why it cannot be used now, and its keys.
    """

    def __init__(self, finds: Sequence[Find], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setWindowTitle("Find anything")
        self.resize(themes.scaled(_SIZE[0]), themes.scaled(_SIZE[1]))
        self._finds = finds
        self._spellings = [find.spellings for find in finds]
        self.list = QTreeWidget()
        self.list.setObjectName("palette_list")
        self.list.setAccessibleName("Found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        header, modes = self.list.header(), QHeaderView.ResizeMode
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, modes.Stretch)
        for column, width in ((1, _WHERE), (2, _KEYS)):
            header.setSectionResizeMode(column, modes.Fixed)
            header.resizeSection(column, themes.scaled(width))
        self.line = SearchLine("palette_line", self.list)
        self.line.setPlaceholderText("A command, a task, an optimizer, a plot, a lesson, a word")
        self.line.setAccessibleName("What to find")
        self.why_not = text_label("palette_why_not", "muted", wrap=True)
        arrange(QVBoxLayout(self), self.line, (self.list, 1), self.why_not)
        self.line.textChanged.connect(self._search)
        self.line.returnPressed.connect(self._run)
        self.list.itemClicked.connect(self._run)
        self.list.currentItemChanged.connect(self._tell)
        self._search()

    def _search(self) -> None:
        """Show what is found."""
        self.list.clear()
        for place in found(self.line.text(), self._spellings):
            find = self._finds[place]
            item = QTreeWidgetItem(self.list, [find.name, find.why_not or find.where, find.keys])
            item.setData(0, _DATA, find)
            item.setData(2, Qt.ItemDataRole.AccessibleTextRole, find.keys or "no key")
            item.setSizeHint(0, QSize(0, themes.scaled(_ROW)))
            group = QPalette.ColorGroup.Disabled if find.why_not else QPalette.ColorGroup.Active
            for column in range(3):
                role = QPalette.ColorRole.PlaceholderText if column else QPalette.ColorRole.Text
                item.setForeground(column, self.palette().brush(group, role))
                item.setToolTip(column, item.text(column))
        best = self.list.topLevelItem(0)
        if best is not None:
            self.list.setCurrentItem(best)
            return
        # Legible, and nothing to choose.
        QTreeWidgetItem(self.list, [_NOTHING]).setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.list.setFirstColumnSpanned(0, self.list.rootIndex(), True)

    def _tell(self) -> None:
        """Say in whole why what is chosen cannot be used, and where it stands."""
        find = self._chosen()
        said = f"{find.where}: {find.why_not}" if find is not None and find.why_not else ""
        self.why_not.setText(said)
        self.why_not.setVisible(bool(said))

    def _chosen(self) -> Find | None:
        item = self.list.currentItem()
        find: Find | None = None if item is None else item.data(0, _DATA)
        return find

    def _run(self) -> None:
        """Close, then do what is chosen, once this key is done with.

        A dialog it opens would outlive this one. What cannot be done says why.
        """
        find = self._chosen()
        if find is not None and find.why_not:
            announce(self.line, find.why_not)
        elif find is not None:
            self.accept()
            QTimer.singleShot(0, find.do)
