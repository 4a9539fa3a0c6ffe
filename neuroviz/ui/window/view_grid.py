"""The neuron on top, the plots in two rows under it; any of them can take all the room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QTabBar, QWidget

from neuroviz.ui.canvas.card import Card
from neuroviz.ui.theme import theme as themes

__all__ = ["ViewGrid"]

_HIGH = 620
"""Pixels from which there is room for two rows of plots under the neuron."""
_HERO = (156, 260)
_HERO_SHARE = 0.27
_HERO_LEAST = 560
"""Pixels of width below which the parts of the neuron would lie upon each other."""
_LEAST = (400, 330)
_COLUMNS = 2


class ViewGrid(QWidget):
    """The neuron above, if it is wide enough for it, below it the plots in two columns.

    Where there is no room for two rows of plots, those of a column share a place: a bar of tabs chooses one.

    Parameters
    ----------
    hero
        The view over the whole width on top: the neuron.
    views
        Four, in reading order.
    """

    enlarged = Signal(bool)
    """One view has all the room now, or all are back."""

    def __init__(self, hero: Card, views: Sequence[Card]) -> None:
        super().__init__()
        self._hero = hero
        self._views = list(views)
        self._high = True
        self._bars = [self._bar(column) for column in range(_COLUMNS)]
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(themes.GRID)
        for cell in (hero, *self._views):
            # Rows and columns share the room evenly, however much of it their contents would like to have.
            cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            cell.enlarge_asked.connect(self._on_enlarge_asked)
        self._layout.addWidget(hero, 0, 0, 1, _COLUMNS)
        for column, bar in enumerate(self._bars):
            self._layout.addWidget(bar, 1, column)
            self._layout.setColumnStretch(column, 1)
        self._show_what_fits()

    def bring(self, view: Card) -> None:
        """Bring a view to the front of its column."""
        row, column = divmod(self._views.index(view), _COLUMNS)
        self._bars[column].setCurrentIndex(row)

    def restore(self) -> None:
        """Show everything again."""
        for view in (self._hero, *self._views):
            view.enlarge.setChecked(False)
        self._show_what_fits()
        self.enlarged.emit(False)

    def minimumSizeHint(self) -> QSize:
        """Ask for little: where there is less room than for everything, tabs choose."""
        return QSize(*_LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go from one arrangement to the other where the height asks for it."""
        super().resizeEvent(event)
        self._high = self.height() >= _HIGH
        self._show_what_fits()

    def _bar(self, column: int) -> QTabBar:
        bar = QTabBar()
        bar.setObjectName(f"column_{column + 1}")
        bar.setAccessibleName("Plots on the left" if column == 0 else "Plots on the right")
        bar.setProperty("small", True)
        bar.setDrawBase(False)
        for view in self._views[column::_COLUMNS]:
            bar.addTab(view.title)
        bar.currentChanged.connect(self._show_what_fits)
        return bar

    def _on_enlarge_asked(self, view: Card) -> None:
        if not view.enlarge.isChecked():
            self.restore()
            return
        self._show_what_fits()
        self.enlarged.emit(True)

    def _show_what_fits(self) -> None:
        """Show one view alone, or all that there is room for."""
        everything = [self._hero, *self._views]
        alone = [view for view in everything if view.enlarge.isChecked()]
        front = [self._views[bar.currentIndex() * _COLUMNS + column] for column, bar in enumerate(self._bars)]
        hero = [self._hero] if self.width() >= _HERO_LEAST else []
        shown = alone or [*hero, *(self._views if self._high else front)]
        for bar in self._bars:
            bar.setVisible(not self._high and not alone)
        for view in everything:
            view.setVisible(view in shown)
        for index, view in enumerate(self._views):
            row, column = divmod(index, _COLUMNS)
            if view in shown:
                whole = (2, 0, 1, _COLUMNS) if alone else (2 + (row if self._high else 0), column, 1, 1)
                self._layout.addWidget(view, *whole)
        self._share_height(alone, has_hero=bool(hero))

    def _share_height(self, alone: Sequence[Card], *, has_hero: bool) -> None:
        """Give the neuron its part of the height, and the rest to the rows of plots; or all of it to one view."""
        least, most = _HERO
        hero = min(most, max(least, round(_HERO_SHARE * self.height())))
        self._layout.setRowMinimumHeight(0, hero if has_hero and not alone else 0)
        self._layout.setRowStretch(0, int(self._hero in alone))
        self._layout.setRowStretch(2, int(self._hero not in alone))
        self._layout.setRowStretch(3, int(self._high and not alone))
