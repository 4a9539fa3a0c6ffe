"""Data of one's own: how they come into the window, and leave the one door as a data set."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from neuroviz.ui.views import DataView
from neuroviz.ui.window.view_choice import ViewChoice

__all__ = ["DataControl"]


class DataControl(QObject):
    """The slots of everything that brings data.

    Parameters
    ----------
    view
        In which data are drawn.
    plots
        Which plots are seen: data that are to be drawn have to be.
    window
        With which this ends.
    """

    def __init__(self, view: DataView, plots: ViewChoice, window: QWidget) -> None:
        super().__init__(window)
        self._view = view
        self._plots = plots

    def bring(self, way: str) -> None:
        """Bring data in a way that the task box names."""
        {"draw": self.draw}[way]()

    def draw(self) -> None:
        """Show an empty plane, on which each click puts a point."""
        if not self._view.isVisible():
            self._plots.choose([*self._plots.chosen[1:], self._view.figure_name])
        self._view.drawing.begin_blank()
