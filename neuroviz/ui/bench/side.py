"""The side column: tabs, and panels that are built when they are first shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar, cast

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QTabBar, QWidget

from neuroviz.session.frame import Frame
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import ScrolledPage, arrange, in_column, named, tab_into, text_label


class Panel(Protocol):
    """A panel that shows moments, and is made ready for another run."""

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""

    def show_new(self, frame: Frame) -> None:
        """Show another run."""


Built = TypeVar("Built", bound=Panel)


class LazyPanel(QWidget, Generic[Built]):
    """Stands for a panel until it is built.

    Once built, the panel shows what it would show had it been there from the start.
    """

    built: Built | None = None
    """The panel; None as long as it has not been needed."""
    _frame: Frame | None = None

    def __init__(self, build: Callable[[], Built]) -> None:
        super().__init__()
        self._build = build
        self._layout = in_column(within=self)

    @property
    def panel(self) -> Built:
        """The panel, built now if it has not been yet."""
        if self.built is None:
            self.built = self._build()
            if self._frame is not None:
                self.built.show_new(self._frame)
            widget = cast(QWidget, self.built)
            self._layout.addWidget(widget)
            widget.setGeometry(self.rect())  # something in it may be scrolled to when it is shown
            widget.show()  # Qt shows the children first, before the event of being shown
        return self.built

    def show_new(self, frame: Frame) -> None:
        """Show another run."""
        self._frame = frame
        if self.built is not None:
            self.built.show_new(frame)

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""
        self._frame = frame
        if self.built is not None:
            self.built.show_frame(frame)

    def showEvent(self, event: QShowEvent) -> None:
        """Build the panel before anything of it is painted."""
        super().showEvent(event)
        assert self.panel


_SIDE = 352
_TABLES = 320
"""Least height of the tables in pixels; in a lower column they are scrolled as one."""
_WIDE = 4
"""Most panels whose names can stand in tabs with wide margins."""


class Tables(ScrolledPage):
    """Panels with their titles; each is as high as its rows while there is room."""

    def __init__(self, panels: Sequence[tuple[str, QWidget]]) -> None:
        self._page = QWidget()
        layout = in_column(within=self._page, spacing=themes.GRID)
        for title, panel in panels:
            arrange(layout, text_label("", "title", title), panel, spacing=themes.GRID)
        layout.addStretch(1)
        super().__init__(self._page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the tables this height, and not that of all their rows."""
        self._page.setFixedHeight(max(self.viewport().height(), themes.scaled(_TABLES)))
        super().resizeEvent(event)


class SideColumn(QFrame):
    """A card with a bar of tabs for panels with titles."""

    _guest = ""
    """Name of the inserted panel; empty while there is none."""
    _reason = ""
    """Why no other panel can be shown; empty where one can."""

    def __init__(self, panels: Sequence[tuple[str, QWidget]]) -> None:
        super().__init__()
        themes.set_look(self, "card")
        self.setProperty("column", True)
        self.setFixedWidth(themes.scaled(_SIDE))
        tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=False)
        self.tabs = named(tabs, "side", "Panels")
        self._stack = QStackedWidget()
        for title, panel in panels:
            self.tabs.addTab(title)
            self._stack.addWidget(panel)
        in_column(
            self.tabs,
            (self._stack, 1),
            within=self,
            spacing=themes.GRID,
            margins=(12, themes.GRID, 12, themes.GRID),
        )
        self.tabs.currentChanged.connect(self._on_turned)

    def insert(self, title: str, panel: QWidget) -> None:
        """Insert a panel before all others."""
        self._stack.insertWidget(0, panel)
        tab_into(self.tabs, panel)
        self._guest = title
        # Five names stand closer together than four. This comes before the tab is inserted, since
        # the bar measures them then.
        themes.set_look(self.tabs, "narrow", on=self._stack.count() > _WIDE)
        self.tabs.insertTab(0, title)
        self._on_turned(self.tabs.currentIndex())

    @property
    def tab(self) -> str:
        """Name of the panel in front."""
        return self.tabs.tabText(self.tabs.currentIndex())

    def turn_to(self, tab: str) -> None:
        """Bring the panel of this name to the front, if there is one."""
        for index in self._named(tab):
            self.tabs.setCurrentIndex(index)

    def leave_out(self, tab: str, *, out: bool) -> None:
        """Hide the tab of this name, or show it again; its panel is not built for that."""
        for index in self._named(tab):
            self.tabs.setTabVisible(index, not out)
        # Setting the mode makes Qt lay out the tabs again; those behind would stay where they are.
        self.tabs.setElideMode(self.tabs.elideMode())

    def lock(self, reason: str) -> None:
        """Keep the inserted panel in front, for a reason that the other tabs give as tooltip.

        An empty reason frees them.
        """
        if reason:
            self.tabs.setCurrentIndex(0)
        self._reason = reason
        for index in range(1, self.tabs.count()):
            self.tabs.setTabEnabled(index, not reason)
            self.tabs.setTabToolTip(index, reason)

    def bring(self, panel: QWidget) -> None:
        """Bring a panel, or the panel that holds a widget, to the front.

        Nothing happens while another panel is locked there.
        """
        index = self._index_of(panel)
        if self.tabs.isTabVisible(index) and not (index and self._reason):
            self.tabs.setCurrentIndex(index)

    def _named(self, tab: str) -> list[int]:
        return [index for index in range(self.tabs.count()) if self.tabs.tabText(index) == tab]

    def _index_of(self, panel: QWidget) -> int:
        while self._stack.indexOf(panel) < 0:
            parent = panel.parentWidget()
            assert parent is not None  # it is inside one of the panels
            panel = parent
        return self._stack.indexOf(panel)

    def showEvent(self, event: QShowEvent) -> None:
        """Let the keyboard reach what is shown."""
        super().showEvent(event)
        self._reach()

    def _reach(self) -> None:
        """Let Tab go from the tabs into the panel in front, which may have been built just now."""
        panel = self._stack.currentWidget()
        if isinstance(panel, LazyPanel) and panel.built is not None:
            tab_into(self.tabs, panel)

    def _on_turned(self, index: int) -> None:
        """Show a panel; meanwhile the tab of an inserted one says that it leads back."""
        self._stack.setCurrentIndex(index)
        self._reach()
        if self._guest:
            away = index > 0
            self.tabs.setTabText(0, f"‹ {self._guest}" if away else self._guest)
            self.tabs.setTabToolTip(0, f"Back to the {self._guest.lower()}" if away else "")
