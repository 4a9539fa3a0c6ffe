"""The slim row that chooses which plots are seen: two at a time, or all at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from neuroviz.ui.canvas.card import Card
from neuroviz.ui.theme.parts import small_button

_USUAL = 2
"""Plots at a time: another that is chosen takes the place of the one chosen longest ago."""


class ViewChoice(QWidget):
    """A button for each plot, in the order of the row, and one for all of them."""

    changed = Signal()
    """Other plots are to be seen."""

    def __init__(self, views: Sequence[Card], first: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("plots")
        self.setAccessibleName("Plots that are seen")
        self._names = [view.figure_name for view in views]
        self.chosen = self._known(first) or self._names[:_USUAL]
        """Names of the plots that are seen, the last chosen last."""
        self._buttons = {view.figure_name: self._button(view) for view in views}
        self._all = small_button(
            "plots_all",
            "all at once",
            "See all plots at once, or two at a time",
            "All plots at once",
            checkable=True,
        )
        self._all.clicked.connect(self._on_all_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in self._buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._all)
        self._light()

    def choose(self, names: Sequence[str]) -> None:
        """See these plots, of those that there are; if there are none of them, as before."""
        chosen = self._known(names) or self.chosen
        if chosen != self.chosen:
            self.chosen = chosen
            self.changed.emit()
        self._light()

    def buttons_beside(self, names: Sequence[str]) -> list[QToolButton]:
        """Return the buttons of all plots but these, and the one for all of them."""
        return [*(button for name, button in self._buttons.items() if name not in names), self._all]

    def _known(self, names: Sequence[str]) -> list[str]:
        return [name for name in dict.fromkeys(names) if name in self._names]

    def _button(self, view: Card) -> QToolButton:
        name = view.figure_name
        button = small_button(
            f"plot_{name}",
            name.capitalize(),
            f"Show or hide: {view.menu_title}",
            f"Show {view.menu_title}",
            checkable=True,
        )
        button.setProperty("chip", "toggle")
        button.setProperty("view", name)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        name = str(self.sender().property("view"))
        if name in self.chosen:
            self.choose([each for each in self.chosen if each != name])
        else:
            kept = self.chosen[1:] if len(self.chosen) == _USUAL else self.chosen
            self.choose([*kept, name])

    def _on_all_clicked(self) -> None:
        if len(self.chosen) == len(self._names):
            self.choose(self.chosen[-_USUAL:])
        else:
            self.choose([*(name for name in self._names if name not in self.chosen), *self.chosen])

    def _light(self) -> None:
        for name, button in self._buttons.items():
            button.setChecked(name in self.chosen)
        self._all.setChecked(len(self.chosen) == len(self._names))
