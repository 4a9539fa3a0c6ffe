"""Where things stand: form and neuron above, and below them the plots over the full width."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QSizePolicy, QWidget

from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.card import Card, Views
from neuroviz.ui.canvas.motion import Glide
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import add_choice
from neuroviz.ui.views.neuron.view import NeuronView

COUNTS = {"plots_2": 2, "plots_3": 3, "plots_all": 0}
"""Name of a command -> how many plots it shows; 0 for all of them."""
_TOP_SHARE = 0.395
_TOP_MOST = 0.44
_TOP_LINES = (15.0, 17.9)
"""Height of form and neuron: its usual and greatest share of the whole, and its least and greatest
number of text lines."""
_AROUND = QSize(1320, 610)
"""Size in pixels from which several neurons go around the form, and the plots stand at their right.
"""
_AROUND_SHARE = 0.66
"""Share of the width that they then take."""
_BELOW_LEAST = 255
"""Least height in pixels that each plot then has, below another; a landscape needs it for its axes.
"""
_HERO_LEAST = 560
"""Width in pixels below which the parts of the neuron would overlap."""
_SIDE_BY_SIDE = {2: 590, 3: 1240}
"""How many plots stand in a row -> the width in pixels from which they do."""
_ROW_LEAST = 180
"""Least height in pixels of a row of plots, where there are several."""
_LEAST = QSize(300, 420)
"""Least size in pixels; where the window has less height, as with large text, it is scrolled."""


class ViewGrid(QWidget):
    """Form and neuron in a row, and below them the chosen plots, each in its place.

    A plot's title opens a list of the others. One view can be enlarged to all the room beside the
    form.

    Parameters
    ----------
    form, drawer
        The experiment at the left, and what opens over the plots below it.
    views
        The first stands beside the form, which is the neuron; the others are the plots.
    first
        Names of the plots that are chosen at first.
    """

    enlarged = Signal(bool)
    """Whether one view has all the room now; False when all are back."""
    changed = Signal()
    """Other plots are chosen, or they have changed places."""
    covered = Signal()
    """Tab has come to what lies under the drawer."""
    _has_several = False
    """Whether there are several neurons."""
    _needed = ""
    _hero_wanted = True

    def __init__(
        self,
        form: QWidget,
        drawer: QWidget,
        views: Views,
        first: Sequence[str],
    ) -> None:
        super().__init__()
        self._form = form
        self._drawer = drawer
        self._views = views
        _, *self._plots = views
        self._hero = views.of(NeuronView)
        self.chosen = self._known(first) or self._plots[:2]
        """Names of the plots that are chosen, in the order of their places; where there are fewer
        places, the first ones are shown."""
        self.counts = QActionGroup(self)
        """The commands for how many plots are shown."""
        form.installEventFilter(self)
        self._glide = Glide(self)
        self._from: dict[QWidget, QRect] = {}
        """Where the parts stood before they began to glide."""
        self._window_size = QSize()

    def take_in(self) -> None:
        """Take the parts in, once the grid stands in its window.

        When a widget moves to another parent, its style is told of it and of everything inside.
        Tab goes through them in this order.
        """
        for part in (self._form, self._drawer):
            part.setParent(self)
        for name in self.chosen:
            self._views[name]  # so that all that are shown at first are there
        for card in self._cards:
            self.take(card)

    def take(self, card: Card) -> None:
        """Take a view in."""
        # The grid shares out the room, whatever size their contents would prefer.
        card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        card.enlarge_asked.connect(self._on_enlarge_asked)
        if card is not self._hero:
            card.offer_others(self._menu_of(card))
        card.setParent(self)
        # So that none is shown and then hidden.
        card.setVisible(card is self._hero or card.figure_name in self.chosen)

    @property
    def _cards(self) -> list[Card]:
        """The views that are built."""
        return self._views.built

    # --- what is seen -----------------------------------------------------------------------------

    def choose(self, names: Sequence[str], needed: str = "") -> None:
        """See these plots, of those that there are; if there are none of them, as before.

        Parameters
        ----------
        needed
            The one that is seen though there be no room for all.
        """
        chosen = self._known(names) or self.chosen
        if (chosen, needed) != (self.chosen, self._needed):
            self.chosen = chosen
            self._needed = needed
            self._rearrange()
            self.changed.emit()

    def bring(self, name: str, place: int = -1) -> None:
        """Show a plot in a place, by default the last one shown.

        If it is shown in another place, the two change places.
        """
        place = len(self._shown_plots()) - 1 if place < 0 else place
        chosen = list(self.chosen)
        if name in chosen:
            chosen[chosen.index(name)] = chosen[place]
        chosen[place] = name
        self.choose(chosen)

    def turn_to(self, name: str) -> None:
        """Show a view, if needed in the last place, and bring the keyboard there."""
        self.restore()
        card = self._views[name]
        if card is self._hero and card.isHidden():
            card.enlarge.click()
        elif card is not self._hero and card not in self._shown_plots():
            self.bring(name)
        picture = next(filter(_has_keys, card.findChildren(QWidget)), card.enlarge)
        picture.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def turn_large(self, name: str) -> None:
        """Enlarge a plot to all the room beside the form, or show everything if it is enlarged."""
        view = self._views[name]
        if not view.enlarge.isChecked():
            self.restore()
        view.enlarge.click()

    def see(self, count: int) -> None:
        """Show this many plots, 0 for all; those added are the first that were not shown."""
        others = [name for name in self._plots if name not in self.chosen]
        count = count or len(self._plots)
        self.choose([*self.chosen, *others][:count])

    def add_counts(self, actions: Sequence[QAction]) -> None:
        """Take the commands for how many plots are shown, in the order of COUNTS."""
        for action in actions:
            action.setCheckable(True)
            self.counts.addAction(action)
        self._light()

    def show_frame(self, frame: Frame) -> None:
        """Share the room out anew where one neuron gives way to several, or they to one."""
        has_several = not frame.settings.parameters.linear
        if has_several != self._has_several:
            self._has_several = has_several
            self._rearrange()

    def show_hero(self, wanted: bool) -> None:
        """Show the neuron where there is room for it, or leave its room to the plots."""
        if wanted != self._hero_wanted:
            self._hero_wanted = wanted
            self._rearrange()

    def stage(self, name: str) -> None:
        """Enlarge a plot to all the room beside the form, without a button to undo that."""
        self.restore()
        view = self._views[name]
        view.enlarge.setChecked(True)
        for button in (view.enlarge, view.chooser):
            button.hide()
        self._rearrange()
        self.enlarged.emit(True)

    def restore(self) -> None:
        """Show everything again."""
        for card in self._cards:
            card.enlarge.setChecked(False)
            for button in (card.enlarge, card.chooser) if card is not self._hero else ():
                button.show()
        self._rearrange()
        self.enlarged.emit(False)

    def _known(self, names: Sequence[str]) -> list[str]:
        return [name for name in dict.fromkeys(names) if name in self._plots]

    def _menu_of(self, view: Card) -> QMenu:
        """Return the menu of a plot's title: the other plots, and how many are shown."""
        menu = QMenu(view, toolTipsVisible=True)

        def fill() -> None:
            menu.clear()
            for name in self._plots:
                title = self._views.titles[name]
                add_choice(menu, title, on=name == view.figure_name).setData(name)
            if self._hero.isHidden():
                menu.addAction(self._hero.title).setData(self._hero.figure_name)
            menu.addSeparator()
            menu.addActions(self.counts.actions())
            menu.addSeparator()
            menu.addActions(view.actions())

        def take(action: QAction) -> None:
            name = action.data()
            if name == self._hero.figure_name:
                self._hero.enlarge.click()
            elif name in self._plots and view.figure_name in self.chosen:
                self.bring(str(name), self.chosen.index(view.figure_name))

        menu.aboutToShow.connect(fill)
        menu.triggered.connect(take)
        return menu

    def _light(self) -> None:
        count = len(self.chosen) if len(self.chosen) < len(self._plots) else 0
        for action, means in zip(self.counts.actions(), COUNTS.values(), strict=False):
            action.setChecked(means == count)

    def _on_enlarge_asked(self, view: Card) -> None:
        if not view.enlarge.isChecked():
            self.restore()
            return
        self._rearrange()
        self.enlarged.emit(True)

    # --- where it stands --------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Ask for little room: plots for which there is not enough are not shown."""
        return _LEAST

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room out again."""
        super().resizeEvent(event)
        self._take_room()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go on by Tab, and report it if nobody could see where to."""
        moved = super().focusNextPrevChild(forward)
        part = QApplication.focusWidget()
        if part and self._drawer.isVisible() and any(c.isAncestorOf(part) for c in self._cards):
            place = part.mapTo(self, part.rect().center())
            if self._drawer.geometry().contains(place):
                self.covered.emit()
        return moved

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the room out again when the form is folded away or comes back."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._take_room()
        return False

    def _take_room(self) -> None:
        """Share the room out again, at once where the window's edge is in the hand."""
        size = self.window().size()
        if size == self._window_size:  # a column was folded away, or came back
            self._rearrange()
        else:
            self._window_size = size
            self._arrange()

    def _shown_plots(self) -> list[Card]:
        """Return the plots for which there is room, in the order of their places."""
        rows, columns = self._rows_and_columns()
        shown = self.chosen[: rows * columns]
        if self._needed in self.chosen and self._needed not in shown:
            shown[-1] = self._needed
        return [self._views[name] for name in shown]

    def _has_hero(self) -> bool:
        wide = self.width() - self._form_width() >= _HERO_LEAST
        return self._hero_wanted and wide

    def _goes_around(self) -> bool:
        """Return whether there are several neurons, and room for all of them above the opened one.

        The plots then stand at the right, if all chosen ones find room there; a single one would be
        too narrow.
        """
        count = len(self.chosen)
        high = max(_AROUND.height(), count * _BELOW_LEAST)
        fits = self.width() >= _AROUND.width() and self.height() >= high
        return fits and self._has_several and self._has_hero() and count > 1

    def _form_width(self) -> int:
        return 0 if self._form.isHidden() else self._form.width() + themes.GRID

    def _top(self) -> int:
        """Return the height of the row of form and neuron, in pixels."""
        least, most = (round(lines * self.fontMetrics().height()) for lines in _TOP_LINES)
        return min(
            max(round(_TOP_SHARE * self.height()), least), most, round(_TOP_MOST * self.height())
        )

    def _plots_area(self) -> QRect:
        """Return the area of the plots; without a neuron above it lies beside the form."""
        if self._goes_around():
            left = round(_AROUND_SHARE * self.width()) + themes.GRID
            return QRect(left, 0, self.width() - left, self.height())
        if self._has_hero():
            top = self._top() + themes.GRID
            return QRect(0, top, self.width(), self.height() - top)
        left = self._form_width()
        return QRect(left, 0, self.width() - left, self.height())

    def _rows_and_columns(self) -> tuple[int, int]:
        area = self._plots_area()
        count = len(self.chosen)
        fits = max((n for n, width in _SIDE_BY_SIDE.items() if area.width() >= width), default=1)
        if self._goes_around():
            fits = 1
        columns = 2 if count == 4 else min(count, 3)
        columns = min(columns, fits)
        most = max(1, (area.height() + themes.GRID) // (_ROW_LEAST + themes.GRID))
        rows = min(-(-count // columns), most)
        return rows, min(count, 3, fits) if rows == 1 else columns

    def _rearrange(self) -> None:
        """Give each part its new place, and let it glide there."""
        before = self._from if self._glide.isVisible() else self._seen()
        self._arrange()
        places = self._seen()
        # Otherwise pictures of what was there, or of nothing yet, would lie over what comes.
        if places != before and self._hero.frame is not None:
            self._from = before
            # What leaves stays in its place until the others cover it.
            parts = {part: place for part, place in before.items() if part not in places} | places
            self._glide.begin(
                (part.grab(), before.get(part, QRect(place.center(), QSize(1, 1))), place)
                for part, place in parts.items()
            )

    def _seen(self) -> dict[QWidget, QRect]:
        """Return the visible parts with their places; the form is over the neuron's free corner."""
        parts: list[QWidget] = [*self._cards, self._form]
        return {part: part.geometry() for part in parts if part.isVisible()}

    def end_glide(self) -> None:
        """Have all parts at their places: pictures on the way there may be of another run."""
        self._glide.begin(())

    def _arrange(self) -> None:
        """Give each part its place; show one enlarged view, or as many as there is room for."""
        alone = next((card for card in self._cards if card.enlarge.isChecked()), None)
        left = self._form_width()
        has_hero = self._has_hero() and alone is None
        beside = QRect(left, 0, self.width() - left, self.height())
        shown = self._shown_plots() if alone is None else [alone]
        cells = self._cells() if alone is None else [beside]
        places: dict[QWidget, QRect] = dict(zip(shown, cells, strict=False))
        under = self._top() + themes.GRID
        corner = QSize(0, 0)
        if has_hero and self._goes_around():
            corner = QSize(left, under)
            right = self._plots_area().left() - themes.GRID
            places[self._hero] = QRect(0, 0, right, self.height())
        elif has_hero:
            places[self._hero] = QRect(left, 0, beside.width(), self._top())
        self._hero.leave_free(corner)
        self._form.setGeometry(0, 0, self._form.width(), self._top())
        self._drawer.setGeometry(0, under, self._drawer.width(), self.height() - under)
        self._form.raise_()
        self._drawer.raise_()
        for card in self._cards:
            card.setVisible(card in places)
        for part, place in places.items():
            part.setGeometry(place)
        for before, card in pairwise(dict.fromkeys((self._hero, *shown))):
            card.tab_after(before)
        self._light()

    def _cells(self) -> list[QRect]:
        """Return the places of the plots, row by row; the last one fills its row."""
        area = self._plots_area()
        gap = themes.GRID
        rows, columns = self._rows_and_columns()
        count = min(len(self.chosen), rows * columns)
        cells = []
        for place in range(count):
            row, column = divmod(place, columns)
            across = columns if row < count // columns else count % columns
            left, right = (
                area.left() + (area.width() + gap) * edge // across for edge in (column, column + 1)
            )
            top, bottom = (
                area.top() + (area.height() + gap) * edge // rows for edge in (row, row + 1)
            )
            cells.append(QRect(left, top, right - left - gap, bottom - top - gap))
        return cells


def _has_keys(part: QWidget) -> bool:
    """Return whether a part of a card is its picture, which has keys of its own, and is seen."""
    takes = part.focusPolicy() == Qt.FocusPolicy.StrongFocus and part.isVisible()
    return takes and not isinstance(part, QAbstractButton)
