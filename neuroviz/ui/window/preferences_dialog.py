"""The preferences of the menus, together; each is applied at once."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from neuroviz.ui.theme.parts import DIALOG, arrange


def preferences_dialog(actions: Iterable[QAction], window: QWidget) -> QDialog:
    """Return a dialog with a button for each action; it is deleted when it is closed."""
    dialog = QDialog(window)
    dialog.setObjectName("preferences")
    dialog.setWindowTitle("Preferences")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    column = arrange(QVBoxLayout(dialog), margins=DIALOG)
    for action in actions:
        switch = QRadioButton if action.actionGroup() else QCheckBox
        button = (switch if action.isCheckable() else QPushButton)(action.text())
        button.setToolTip(action.toolTip())
        button.setChecked(action.isChecked())
        action.toggled.connect(button.setChecked)
        button.clicked.connect(action.trigger)
        column.addWidget(button)
    close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    close.rejected.connect(dialog.reject)
    column.addWidget(close)
    return dialog
