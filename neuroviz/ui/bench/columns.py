"""Columns of the window, and what is folded away.

Experiment and side column have no room beside all views.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

BOTH = 1280
"""Pixels from which there is room for both."""
_ONE = 960
"""Pixels from which there is room for one."""


class FoldingColumns(QObject):
    """Folds the two columns beside the views away, and brings them back.

    Parameters
    ----------
    panel
        The experiment, at the left.
    side
        What there is to read, at the right.
    side_wanted
        Whether a person wants the side column where there is room for it.
    """

    panel_shown = Signal(bool)
    side_shown = Signal(bool)
    """Whether the column is there now."""

    def __init__(
        self, window: QWidget, panel: QWidget, side: QWidget, *, side_wanted: bool
    ) -> None:
        super().__init__(window)
        self.side_wanted = side_wanted
        self.panel_wanted = True
        """Whether a person wants the experiment where there is room for it."""
        self._window = window
        self._panel = panel
        self._side = side
        self._folded_for_neuron = False
        self.panel_folded = False
        """Whether the experiment stays folded away where there is room too:
        in a lesson that does without it."""
        self.side_first = False
        """Whether the side column has what room there is for one: in a lesson, which stands
        there."""

    def choose_panel(self, shown: bool) -> None:
        """Show the experiment, or fold it away, as a person wants it."""
        if self._window.width() >= BOTH:
            self.panel_wanted = shown
        self.show_panel(shown)

    def show_panel(self, shown: bool) -> None:
        """Show the experiment, or fold it away.

        Where there is no room for both, the side column goes.
        """
        if shown and self._window.width() < BOTH:
            # First: Qt lays out at once, and between both the neuron has no room.
            self.show_side(False)
        self.panel_shown.emit(shown)
        self._panel.setVisible(shown)

    def show_side(self, shown: bool) -> None:
        """Show the side column, or fold it away.

        Where there is no room for both, the experiment goes.
        """
        if self._window.width() >= BOTH:
            self.side_wanted = shown
        elif shown:
            self.show_panel(False)
        self.side_shown.emit(shown)
        self._side.setVisible(shown)

    def fit(self, width_before: int) -> None:
        """Fold the side column away where there is no room for it now.

        Bring it back where there is.

        Parameters
        ----------
        width_before
            Of the window in pixels; below 0 where it had none.
        """
        width = self._window.width()
        has_room = width >= BOTH
        if has_room == (width_before >= BOTH) and width_before >= 0:
            return
        if has_room:
            self.show_panel(self.panel_wanted and not self.panel_folded)
        self.show_side(self.side_first or (has_room and self.side_wanted))
        if width < _ONE:
            self.show_panel(False)

    def make_room_for_neuron(self, enlarged: bool) -> None:
        """Give the enlarged neuron the room of the side column too.

        Its letters grow with its width.
        """
        if enlarged and self._side.isVisible():
            self._folded_for_neuron = True
            self.show_side(False)
        elif not enlarged and self._folded_for_neuron:
            self._folded_for_neuron = False
            self.show_side(True)
