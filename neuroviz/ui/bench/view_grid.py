"""The neuron on top, under it the plots that are chosen in a slim row.

Any of them can take all the room.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QTabBar, QToolButton, QWidget

from neuroviz.ui.canvas.card import Card
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import FLUSH, STRETCH, arrange, small_button

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
            "All at once",
            "See all plots at once, or two at a time",
            "All plots at once",
            checkable=True,
        )
        self._all.clicked.connect(self._on_all_clicked)
        arrange(
            QHBoxLayout(self), *self._buttons.values(), STRETCH, self._all, spacing=4, margins=FLUSH
        )
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


_HIGH = 620
"""Pixels from which there is room for two rows of plots under the neuron."""
_ROW = 230
"""Pixels more for each further row."""
_HERO = (204, 300)
_HERO_SHARE = 0.3
"""Height of the neuron over several rows of plots."""
_ALONE_SHARE = 0.3
_ALONE_LINES = 17.9
_PLOT = 250
"""Its share of the height over one row, and the lines of text that it takes at least.

The row keeps so many pixels as long as it can.
"""
_HERO_LEAST = 590
"""Pixels of width below which the parts of the neuron would lie upon each other."""
_LEAST = (400, 330)
_COLUMNS = 2


class ViewGrid(QWidget):
    """The neuron above, if it is wide enough for it.

    Below it the plots that are chosen, in two columns. Where there is no room for all of them, some
    share a place: a bar of tabs over it chooses one.

    Parameters
    ----------
    hero
        The view over the whole width on top: the neuron.
    views
        One or more, in reading order.
    """

    enlarged = Signal(bool)
    """One view has all the room now, or all are back."""

    def __init__(self, hero: Card, views: Sequence[Card], first: Sequence[str] = ()) -> None:
        super().__init__()
        self._hero = hero
        self._all = list(views)
        self.choice = ViewChoice(views, first)
        self._views = self._chosen()
        self._recent: list[Card] = []
        """What has been brought to the front, the last one last."""
        self._bars = [self._bar(place) for place in range(len(self._all))]
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(themes.GRID)
        for cell in (hero, *self._all):
            cell.setParent(self)  # also while another has its place
            # Rows and columns share the room evenly,
            # however much of it their contents would like to have.
            cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            cell.enlarge_asked.connect(self._on_enlarge_asked)
        self._layout.addWidget(hero, 0, 0, 1, _COLUMNS)
        self._layout.addWidget(self.choice, 1, 0, 1, _COLUMNS)
        self.choice.changed.connect(self._on_chosen)
        for column in range(_COLUMNS):
            self._layout.setColumnStretch(column, 1)
        self._rows = 0
        self._hero_wanted = True
        self._make_room()

    def show_hero(self, wanted: bool) -> None:
        """Show the neuron where it is wide enough for it, or leave its room to the plots."""
        if wanted != self._hero_wanted:
            self._hero_wanted = wanted
            self._show_what_fits()

    def restore(self) -> None:
        """Show everything again."""
        for view in (self._hero, *self._all):
            view.enlarge.setChecked(False)
        self._show_what_fits()
        self.enlarged.emit(False)

    def minimumSizeHint(self) -> QSize:
        """Ask for little: where there is less room than for everything, tabs choose."""
        return QSize(*_LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go from one arrangement to the other where the height asks for it."""
        super().resizeEvent(event)
        self._make_room()
        # Now, not with the next event: views are drawn once, for the size they get.
        self._layout.activate()

    def _chosen(self) -> list[Card]:
        return [view for view in self._all if view.figure_name in self.choice.chosen]

    def _on_chosen(self) -> None:
        """Show other plots; one that was not seen before comes to the front."""
        before = self._views
        self._views = self._chosen()
        come = [view for view in self._views if view not in before]
        if len(come) == 1:
            self._recent = [*(view for view in self._recent if view not in come), *come]
        self._rows = 0
        self._make_room()

    @property
    def _places(self) -> int:
        """How many views there is room for."""
        return min(len(self._views), self._rows * _COLUMNS)

    def _make_room(self) -> None:
        """Have as many rows of plots as there is height for.

        Let the views share their places.
        """
        wanted = -(-len(self._views) // _COLUMNS)
        rows = min(wanted, max(1, 2 + (self.height() - _HIGH) // _ROW))
        if rows != self._rows:
            self._rows = rows
            for place, bar in enumerate(self._bars):
                self._fill(bar, self._views[place :: self._places] if place < self._places else [])
        self._show_what_fits()

    def _fill(self, bar: QTabBar, views: Sequence[Card]) -> None:
        """Let a bar choose between views; the one that was last brought is in front."""
        bar.blockSignals(True)
        while bar.count():
            bar.removeTab(0)
        for view in views:
            bar.addTab(view.title)
        # Two names have room; Qt would cut them before it is used up.
        bar.setElideMode(
            Qt.TextElideMode.ElideRight if len(views) > 2 else Qt.TextElideMode.ElideNone
        )
        brought = [view for view in self._recent if view in views]
        bar.setCurrentIndex(views.index(brought[-1]) if brought else 0)
        bar.blockSignals(False)

    def _bar(self, place: int) -> QTabBar:
        row, column = divmod(place, _COLUMNS)
        side = "left" if column == 0 else "right"
        bar = QTabBar(self)
        bar.setObjectName(f"column_{column + 1}" if row == 0 else f"column_{column + 1}_{row + 1}")
        bar.setAccessibleName(
            f"Plots on the {side}" if row == 0 else f"Plots on the {side}, row {row + 1}"
        )
        bar.setProperty("small", True)
        bar.setDrawBase(False)
        bar.setUsesScrollButtons(False)
        bar.currentChanged.connect(self._on_turned)
        return bar

    def _front(self, place: int) -> Card:
        return self._views[place + max(0, self._bars[place].currentIndex()) * self._places]

    def _on_turned(self) -> None:
        turned = next(place for place, bar in enumerate(self._bars) if bar is self.sender())
        brought = self._front(turned)
        self._recent = [*(view for view in self._recent if view is not brought), brought]
        self._show_what_fits()

    def _on_enlarge_asked(self, view: Card) -> None:
        if not view.enlarge.isChecked():
            self.restore()
            return
        self._show_what_fits()
        self.enlarged.emit(True)

    def _show_what_fits(self) -> None:
        """Show one view alone, or as many as there is room for."""
        everything = [self._hero, *self._all]
        alone = [view for view in everything if view.enlarge.isChecked()]
        front = [self._front(place) for place in range(self._places)]
        hero = [self._hero] if self.width() >= _HERO_LEAST and self._hero_wanted else []
        shown = alone or [*hero, *front]
        for view in everything:
            view.setVisible(view in shown)
        for view in self._all:
            self._layout.removeWidget(view)  # a row of what is hidden would keep its spacing
        for bar in self._bars:
            bar.setVisible(bar.count() > 1 and not alone)
        self.choice.setVisible(not alone)
        for view in alone if self._hero not in alone else ():
            self._layout.addWidget(view, 2, 0, 2, _COLUMNS)
        if not alone:
            for place, view in enumerate(front):
                self._put(view, place)
        self._share_height(alone, has_hero=bool(hero))

    def _put(self, view: Card, place: int) -> None:
        """Put a view into its place.

        Under its bar if it has one, else as high as its neighbour with its bar.
        """
        row, column = divmod(place, _COLUMNS)
        top = 2 + 2 * row
        across = _COLUMNS if place == self._places - 1 and column == 0 else 1
        if self._bars[place].count() > 1:
            self._layout.addWidget(self._bars[place], top, column, 1, across)
            self._layout.addWidget(view, top + 1, column, 1, across)
        else:
            self._layout.addWidget(view, top, column, 2, across)

    def _share_height(self, alone: Sequence[Card], *, has_hero: bool) -> None:
        """Give the neuron its part of the height, and the rest to the rows of plots.

        Or all of it to one view.
        """
        least, most = _HERO
        hero = min(most, max(least, round(_HERO_SHARE * self.height())))
        if self._rows == 1:
            hero = max(
                least,
                min(
                    round(
                        max(
                            _ALONE_SHARE * self.height(), _ALONE_LINES * self.fontMetrics().height()
                        )
                    ),
                    self.height() - _PLOT - (90 if self._bars[0].count() > 1 else 40),
                ),
            )
        self._layout.setRowMinimumHeight(0, hero if has_hero and not alone else 0)
        self._layout.setRowStretch(0, int(self._hero in alone))
        for row in range(-(-len(self._all) // _COLUMNS)):
            seen = row < self._rows if not alone else row == 0 and self._hero not in alone
            self._layout.setRowStretch(3 + 2 * row, int(seen))
