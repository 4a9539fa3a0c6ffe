"""A combo box over a catalogue: labels on the screen, names in signals."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QStyle, QStyledItemDelegate, QStyleOptionComboBox


class ChoiceBox(QComboBox):
    """Choose one entry by its name.

    Parameters
    ----------
    labels
        Stable name -> label, in the order of the list.
    tips
        Stable name -> tooltip of the entry, for those that have one.
    """

    chosen = Signal(str)
    """The user or a script chose this name."""
    _delegate: QStyledItemDelegate | None = None

    def __init__(self, labels: Mapping[str, str], tips: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._tips = dict(tips or {})
        self.addItems(list(labels.values()))
        for index, name in enumerate(labels):
            self.setItemData(index, name)
            if name in self._tips:
                self.setItemData(index, self._tips[name], Qt.ItemDataRole.ToolTipRole)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.currentIndexChanged.connect(self._on_index_changed)

    def read_as(self, caption: str) -> None:
        """Give the box a name for screen readers where no caption stands before it.

        On Linux a combo box's accessible name is not read, but its label's is: so there is a hidden
        label.
        """
        self.setAccessibleName(caption)
        label = QLabel(caption, self)
        label.setBuddy(self)
        label.hide()

    def name(self) -> str:
        """Return the chosen name."""
        return str(self.currentData())

    def set_name(self, name: str) -> None:
        """Show a name without a signal."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(name))
        self.setToolTip(self._tips.get(name, ""))

    def set_objections(self, objections: Mapping[str, str | None]) -> None:
        """Show the names that cannot be chosen now as dim, each with the reason as its tooltip.

        They can be picked all the same: if the click did nothing, nobody would learn why.
        """
        dim = self.palette().brush(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        for index in range(self.count()):
            name = self.itemData(index)
            reason = objections.get(name)
            self.setItemData(index, dim if reason else None, Qt.ItemDataRole.ForegroundRole)
            self.setItemData(index, reason or self._tips.get(name), Qt.ItemDataRole.ToolTipRole)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Shorten a text that does not fit with "…"; Qt would cut it inside a letter."""
        super().initStyleOption(option)
        style = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(style[0], option, style[1], self).width()
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room
        )

    def showPopup(self) -> None:
        """Open the list; its delegate is made the first time."""
        if self._delegate is None:
            # Qt's default delegate ignores the colours of single entries.
            self._delegate = QStyledItemDelegate(self)
            self.setItemDelegate(self._delegate)
        # Otherwise Qt would highlight the row that was left by Escape the last time.
        self.view().setCurrentIndex(self.model().index(self.currentIndex(), self.modelColumn()))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the form scroll: the wheel over a box must not change it."""
        event.ignore()

    def _on_index_changed(self, index: int) -> None:
        if index >= 0:
            self.chosen.emit(self.name())
