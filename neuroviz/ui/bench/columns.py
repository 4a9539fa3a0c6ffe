"""Who gets room on a bench: the columns beside the views, which fold away, and the strip of time.

The columns are the experiment at the left and the side column at the right.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from neuroviz.ui.theme import theme as themes

BOTH = 1280
"""Width of the window in pixels from which there is room for both."""
_ONE = 960
"""Width of the window in pixels from which there is room for one."""


class FoldingColumns(QObject):
    """Folds the two columns beside the views away, and brings them back.

    Parameters
    ----------
    panel
        The experiment, at the left.
    side
        The side column, at the right.
    side_wanted
        Whether a person wants to see the side column where there is room for it.
    """

    panel_shown = Signal(bool)
    side_shown = Signal(bool)
    """Whether this column is shown now; the same holds for ``panel_shown``."""
    panel_wanted = True
    """Whether a person wants to see the experiment where there is room for it."""
    _folded_for_neuron = False
    panel_folded = False
    """Whether the experiment stays folded away even where there is room, as in a lesson without
    it."""
    side_first = False
    """Whether the side column gets the room where there is room for one, as in a lesson, which
    stands there."""

    def __init__(
        self, window: QWidget, panel: QWidget, side: QWidget, *, side_wanted: bool
    ) -> None:
        super().__init__(window)
        self.side_wanted = side_wanted
        self._window = window
        self._panel = panel
        self._side = side

    def choose_panel(self, shown: bool) -> None:
        """Show the experiment, or fold it away, because a person wants it."""
        if self._window.width() >= BOTH:
            self.panel_wanted = shown
        self.show_panel(shown)

    def show_panel(self, shown: bool) -> None:
        """Show the experiment, or fold it away.

        Where there is no room for both, the side column is folded away.
        """
        if shown and self._window.width() < BOTH:
            # First, and with its room shared out: between both columns the neuron has none.
            self.show_side(False)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self.panel_shown.emit(shown)
        self._panel.setVisible(shown)

    def show_side(self, shown: bool) -> None:
        """Show the side column, or fold it away.

        Where there is no room for both, the experiment is folded away.
        """
        if self._window.width() >= BOTH:
            self.side_wanted = shown
        elif shown:
            self.show_panel(False)
        self.side_shown.emit(shown)
        self._side.setVisible(shown)

    def fit(self, width_before: int) -> None:
        """Fold columns away where there is no room for them now, else bring them back.

        Parameters
        ----------
        width_before
            Width of the window in pixels before; negative if it had none.
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

        Its text grows with its width.
        """
        if enlarged and self._side.isVisible():
            self._folded_for_neuron = True
            self.show_side(False)
        elif not enlarged and self._folded_for_neuron:
            self._folded_for_neuron = False
            self.show_side(True)


_HIGH = 780
"""Height of the bench in pixels from which the strip of time has its greater height."""
_STRIP = (74, 47)
"""Height of the strip of time in pixels, in a high window and in a low one."""
_STRIP_OF_RACE = (168, 128)
"""The same in a race."""


class BenchRows(QVBoxLayout):
    """The rows of a bench, where the strip of time is lower in a low window.

    Its height is set before the others get their room, so that views are drawn once, in their final
    size.
    """

    def __init__(self, bench: QWidget, foot: QWidget, words: QWidget) -> None:
        super().__init__(bench)
        self._foot = foot
        self._words = words
        self._strips = _STRIP

    def setGeometry(self, area: QRect) -> None:
        """Share out the room."""
        high = area.height() >= _HIGH
        strip = themes.scaled(self._strips[0] if high else self._strips[1])
        self._foot.setFixedHeight(self._words.height() + strip)
        super().setGeometry(area)

    def show_race(self, race: bool) -> None:
        """Give the strip of time the height for all losses of a race, or take it back."""
        self._strips = _STRIP_OF_RACE if race else _STRIP
        self.invalidate()
        self.activate()
