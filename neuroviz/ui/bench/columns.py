"""Who gets room on a bench: the columns beside the views, which fold away, and the strip of time.

The columns are the experiment at the left and the side column at the right.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from neuroviz.core.types import Frozen
from neuroviz.ui.theme import theme as themes

BOTH = 1280
"""Width of the window in pixels from which there is room for both."""
_ONE = 960
"""Width of the window in pixels from which there is room for the experiment."""


class ColumnState(Frozen):
    """Which columns are shown, whatever the width of the window."""

    wanted: Set[str] = frozenset(("panel", "side"))
    """Those that are shown where there is room for both."""
    chosen: Set[str] | None = None
    """Those that were chosen where there is room for one; None as long as nobody has."""
    first: str = "panel"
    """The one that is shown there until then: the side column while a lesson or a race stands in
    it."""
    enlarged: bool = False
    """Whether the neuron has the side column's room too, since its text grows with its width."""

    def shown(self, width: int) -> Set[str]:
        """Return the columns that are shown in a window of this width in pixels."""
        shown = self.wanted if width >= BOTH else self.chosen
        if shown is None:
            shown = self.wanted & {self.first if width >= _ONE or self.first == "side" else ""}
        return shown - {"side"} if self.enlarged else shown


class FoldingColumns(QObject):
    """Folds the columns beside the views away, and brings them back.

    Parameters
    ----------
    panel
        The experiment, at the left.
    side
        The side column, at the right.
    """

    changed = Signal(object)
    """The names of the columns that are shown now."""
    state = ColumnState()

    def __init__(self, window: QWidget, panel: QWidget, side: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._columns = {"panel": panel, "side": side}

    def change(self, **changes: Any) -> None:
        """Change the state in these fields, and show the columns that it shows then."""
        self.state = replace(self.state, **changes)
        width = self._window.width()
        shown = self.state.shown(width)
        self.changed.emit(shown)
        # What is folded away comes first, and with its room shared out where there is room for one:
        # between both columns the neuron has none.
        for name in sorted(self._columns, key=shown.__contains__):
            if name in shown and width < BOTH and (layout := self._window.layout()):
                layout.activate()
            self._columns[name].setVisible(name in shown)

    def show(self, column: str, shown: bool = True) -> None:
        """Show a column, in place of the other where there is no room for both, or fold it away."""
        state = self.state
        width = self._window.width()
        wide = width >= BOTH
        others = (state.wanted if wide else state.shown(width)) - {column}
        if shown:
            others = others | {column} if wide else {column}
        self.change(
            enlarged=state.enlarged and column != "side", **{"wanted" if wide else "chosen": others}
        )

    def fit(self, width_before: int) -> None:
        """Fold columns away where there is no room for them now, else bring them back.

        Parameters
        ----------
        width_before
            Width of the window in pixels before; negative if it had none.
        """
        if width_before < 0 or (width_before >= BOTH) != (self._window.width() >= BOTH):
            self.change(chosen=None)


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
