"""The right column: what to read or to do next, one panel at a time, or several tables one above the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from neuroviz.ui.theme import theme as themes

_WIDTH = 352
_WIDE = 4
"""Panels whose names have room with much about them."""


class Tables(QWidget):
    """Holds panels with their titles and their shares of the height."""

    def __init__(self, panels: Sequence[tuple[str, QWidget, int]]) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(themes.GRID)
        for title, panel, share in panels:
            label = QLabel(title)
            label.setProperty("role", "title")
            layout.addWidget(label)
            layout.addWidget(panel, share)


class SideColumn(QFrame):
    """A card with a bar of tabs: panels with their titles."""

    turned = Signal(int)
    """Another panel is in front."""

    def __init__(self, panels: Sequence[tuple[str, QWidget]]) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.setFixedWidth(_WIDTH)
        self.tabs = QTabBar()
        self._panels = list(panels)
        self._guest = ""
        """Name of the panel that was inserted, while it is there."""
        self._reason = ""
        """Why no other panel can be turned to; empty where they can."""
        self._stack = QStackedWidget()
        self.tabs.setObjectName("side")
        self.tabs.setAccessibleName("Panels")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        for title, panel in panels:
            self.tabs.addTab(title)
            self._stack.addWidget(panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, themes.GRID, 12, themes.GRID)
        layout.setSpacing(themes.GRID)
        layout.addWidget(self.tabs)
        layout.addWidget(self._stack, 1)
        self.tabs.currentChanged.connect(self._on_turned)

    def insert(self, title: str, panel: QWidget) -> None:
        """Insert a panel before all others."""
        self._panels.insert(0, (title, panel))
        self._stack.insertWidget(0, panel)
        self._guest = title
        self._fit_tabs()
        self.tabs.insertTab(0, title)
        self._on_turned(self.tabs.currentIndex())

    def remove(self, panel: QWidget) -> None:
        """Take the inserted panel out again."""
        index = next(index for index, (_, page) in enumerate(self._panels) if page is panel)
        self._guest = ""
        del self._panels[index]
        self._stack.removeWidget(panel)
        self._fit_tabs()
        self.tabs.removeTab(index)
        self._on_turned(self.tabs.currentIndex())

    def _fit_tabs(self) -> None:
        """Let five names stand nearer to each other than four; before the bar changes, which then measures them."""
        self.tabs.setProperty("narrow", len(self._panels) > _WIDE)
        themes.repolish(self.tabs)

    def lock(self, reason: str) -> None:
        """Keep the inserted panel in front for a reason, which the other tabs tell; free them where it is empty."""
        if reason:
            self.tabs.setCurrentIndex(0)
        self._reason = reason
        for index in range(1 if self._guest else 0, self.tabs.count()):
            self.tabs.setTabEnabled(index, not reason)
            self.tabs.setTabToolTip(index, reason)

    def bring(self, panel: QWidget) -> None:
        """Bring a panel to the front, given itself or something in it, unless another is locked there."""
        for index, (_, page) in enumerate(self._panels):
            if (page is panel or page.isAncestorOf(panel)) and not (index and self._reason):
                self.tabs.setCurrentIndex(index)

    def _on_turned(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self._mark_way_back(index)
        self.turned.emit(index)

    def _mark_way_back(self, index: int) -> None:
        """Let the tab of the inserted panel say that it leads back, while another is in front."""
        if self._guest:
            away = index > 0
            self.tabs.setTabText(0, f"‹ {self._guest}" if away else self._guest)
            self.tabs.setTabToolTip(0, f"Back to the {self._guest.lower()}" if away else "")
