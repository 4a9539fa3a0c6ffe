"""The right column.

What to read or to do next, in panels of which some are built when they are first seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QTabBar, QWidget

from neuroviz.session.frame import Frame
from neuroviz.ui.bench.runs_control import RunsControl
from neuroviz.ui.export.exporter import Exporter
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import FLUSH, arrange, in_column, named, text_label

if TYPE_CHECKING:  # what is built at its first use is imported then
    from neuroviz.ui.panels.arithmetic import ArithmeticPanel
    from neuroviz.ui.panels.code import CodePanel
    from neuroviz.ui.runs.panel import RunsPanel


class Panel(Protocol):
    """What shows moments, and is made ready for another run."""

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""

    def show_new(self, frame: Frame) -> None:
        """Show another run."""


Built = TypeVar("Built", bound=Panel)


class LazyPanel(QWidget, Generic[Built]):
    """Stands for a panel.

    Once that is built it shows what it would show had it been there from the start.
    """

    def __init__(self, build: Callable[[], Built]) -> None:
        super().__init__()
        self.built: Built | None = None
        """The panel, None as long as nobody wanted it."""
        self._build = build
        self._frame: Frame | None = None
        self._layout = in_column(within=self, margins=FLUSH)

    @property
    def panel(self) -> Built:
        """The panel, built now if it is not there yet."""
        if self.built is None:
            self.built = self._build()
            if self._frame is not None:
                self.built.show_new(self._frame)
            widget = cast(QWidget, self.built)
            self._layout.addWidget(widget)
            widget.setGeometry(self.rect())  # it may scroll to something when it is shown
            widget.show()  # Qt has shown what was there before it tells of being shown
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
        """Have the panel there before anything of it is painted."""
        super().showEvent(event)
        assert self.panel


_WIDTH = 352
_WIDE = 4
"""Panels whose names have room with much about them."""


class Tables(QWidget):
    """Holds panels with their titles, each as high as its rows while there is room."""

    def __init__(self, panels: Sequence[tuple[str, QWidget]]) -> None:
        super().__init__()
        layout = in_column(within=self, spacing=themes.GRID, margins=FLUSH)
        for title, panel in panels:
            arrange(layout, text_label("", "title", title), panel, spacing=themes.GRID)
        layout.addStretch(1)


class SideColumn(QFrame):
    """A card with a bar of tabs: panels with their titles."""

    def __init__(self, panels: Sequence[tuple[str, QWidget]]) -> None:
        super().__init__()
        themes.set_look(self, "card")
        self.setProperty("column", True)
        self.setFixedWidth(themes.scaled(_WIDTH))
        self.tabs = named(QTabBar(), "side", "Panels")
        self._guest = ""
        """Name of the panel that was inserted, while it is there."""
        self._reason = ""
        """Why no other panel can be turned to; empty where they can."""
        self._stack = QStackedWidget()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
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
        self._guest = title
        # Five names stand nearer to each other than four; before the bar changes,
        # which then measures them.
        themes.set_look(self.tabs, "narrow", on=self._stack.count() > _WIDE)
        self.tabs.insertTab(0, title)
        self._on_turned(self.tabs.currentIndex())

    @property
    def tab(self) -> str:
        """Name of the panel in front."""
        return self.tabs.tabText(self.tabs.currentIndex())

    def turn_to(self, tab: str) -> None:
        """Bring the panel of this name to the front, if there is one."""
        for index in range(self.tabs.count()):
            if self.tabs.tabText(index) == tab:
                self.tabs.setCurrentIndex(index)

    def leave_out(self, panel: QWidget, *, out: bool) -> None:
        """Take a panel away from the bar, or put it back."""
        self.tabs.setTabVisible(self._index_of(panel), not out)
        # Else those behind it stay where they are: Qt lays them out anew.
        self.tabs.setElideMode(self.tabs.elideMode())

    def lock(self, reason: str) -> None:
        """Keep the inserted panel in front for a reason, which the other tabs tell.

        Free them where it is empty.
        """
        if reason:
            self.tabs.setCurrentIndex(0)
        self._reason = reason
        for index in range(1 if self._guest else 0, self.tabs.count()):
            self.tabs.setTabEnabled(index, not reason)
            self.tabs.setTabToolTip(index, reason)

    def bring(self, panel: QWidget) -> None:
        """Bring a panel to the front, given itself or something in it.

        Unless another is locked there.
        """
        index = self._index_of(panel)
        if self.tabs.isTabVisible(index) and not (index and self._reason):
            self.tabs.setCurrentIndex(index)

    def _index_of(self, panel: QWidget) -> int:
        while self._stack.indexOf(panel) < 0:
            parent = panel.parentWidget()
            assert parent is not None  # it stands in one of them
            panel = parent
        return self._stack.indexOf(panel)

    def _on_turned(self, index: int) -> None:
        """Show a panel; the tab of the inserted one says that it leads back, meanwhile."""
        self._stack.setCurrentIndex(index)
        if self._guest:
            away = index > 0
            self.tabs.setTabText(0, f"‹ {self._guest}" if away else self._guest)
            self.tabs.setTabToolTip(0, f"Back to the {self._guest.lower()}" if away else "")


def arithmetic_panel() -> ArithmeticPanel:
    """Return the panel of the arithmetic."""
    from neuroviz.ui.panels.arithmetic import ArithmeticPanel

    return ArithmeticPanel()


def code_panel(preferences: Preferences, exporter: Exporter) -> CodePanel:
    """Return the panel of the code, whose style is kept."""
    from neuroviz.ui.panels.code import CodePanel

    panel = CodePanel()
    panel.set_style(preferences.code_style())
    panel.style_changed.connect(preferences.set_code_style)
    panel.save_asked.connect(exporter.export_script)
    panel.reported.connect(exporter.reported)
    return panel


def runs_panel(listing: RunsControl, exporter: Exporter) -> RunsPanel:
    """Return the list of runs, for those who do what it asks for."""
    from neuroviz.ui.runs.panel import RunsPanel

    panel = RunsPanel()
    panel.pin_asked.connect(listing.pin)
    panel.list.runs.renamed.connect(listing.rename)
    panel.list.runs.switched.connect(listing.show_run)
    panel.list.delete_asked.connect(listing.delete)
    panel.note_written.connect(listing.write_note)
    panel.bring_back_asked.connect(listing.bring_back)
    panel.end_race_asked.connect(listing.end_race)
    panel.export_csv_asked.connect(exporter.export_runs_csv)
    panel.export_figure_asked.connect(exporter.export_runs_figure)
    return panel
