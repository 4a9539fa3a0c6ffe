"""The card that every view is, and the views of a bench, each built when it is first needed.

A card has a title with buttons, a line that reads out the plot, and a frame that is drawn only
while it can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QWidget,
)

from neuroviz.core.slices import finished
from neuroviz.pictures.marks import PAGE, Figure
from neuroviz.session.figures import FigureMaker, FigureOptions, figure_maker
from neuroviz.session.frame import Frame
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    STRETCH,
    arrange,
    fitted_line,
    in_column,
    in_row,
    show_tip,
    small_button,
)

_BUTTON = 24


class Card(QFrame):
    """A card with a title and a button that enlarges it.

    What the window and the exporter know of a view. A view is given frames and changes nothing.
    Subclasses set ``figure_name`` (in the names of files, actions and parts) and ``title`` (over
    it and in menus), and implement :meth:`reset`, :meth:`draw`, :meth:`read` and, where something
    of the figure is chosen, :meth:`figure_options`; what is only theirs (a log axis) stays there.
    """

    enlarge_asked = Signal(QObject)
    figure_name = "figure"
    title = "Figure"
    frame: Frame | None = None
    follows = False
    """Whether only the watched part of its frame is shown, while the words are of an earlier
    one."""
    _drawing = False

    def __init__(self) -> None:
        super().__init__()
        themes.set_look(self, "card")
        # Formulas, axes and signs of numbers run this way in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.veiled: frozenset[str] = frozenset()
        """What is left out while a question asks about it; each view says what it can leave out."""
        self.heading = heading(self.title)
        self.chooser = small_button(
            f"choose_{self.figure_name}",
            "",
            "Another plot in this place",
            f"Another plot in place of {self.title}",
            sign="unfolded",
        )
        themes.set_look(self.chooser, "quiet")
        self.chooser.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.chooser.hide()
        self._header = in_row((_TitleRow(self.heading, self.chooser), 1), spacing=themes.GRID)
        self.enlarge = self.add_button("", "", f"Enlarge: {self.title}", "enlarge")
        self.enlarge.clicked.connect(lambda: self.enlarge_asked.emit(self))
        self._rows = in_column(self._header, within=self, spacing=2, margins=(12, 6, 8, 6))
        themes.notifier.changed.connect(self.apply_theme)

    # What a view provides

    def reset(self, frame: Frame) -> None:
        """Make ready for another experiment."""

    def draw(self, frame: Frame) -> None:
        """Show what is watched of this moment, such as curves, maps and the ball."""

    def draw_ghost(self, frame: Frame) -> None:
        """Draw the ghost, while all else stays; a view without one draws nothing."""

    def read(self, frame: Frame) -> None:
        """Show what is read of this moment: numbers and words."""

    def figure_options(self) -> FigureOptions:
        """Return the options of the figure, as the view is set now."""
        return FigureOptions()

    def figure_maker(self, page: tuple[float, float] = PAGE) -> FigureMaker:
        """Return what makes figures of moments as the view is set now, for a page of a size, mm."""
        return figure_maker(self.figure_name, replace(self.figure_options(), page=page))

    def figure(self, frame: Frame) -> Figure | None:
        """Make the figure of a moment at once; None until there is something to show."""
        return None if frame.rows is None else finished(self.figure_maker()(frame))

    # What the window calls

    def show_new(self, frame: Frame) -> None:
        """Show another experiment."""
        self.frame = frame
        self.reset(frame)
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        """Show a moment; while the card is hidden, nothing is drawn."""
        self.frame = frame
        self.follows = False
        self._draw_again()

    def follow(self, frame: Frame) -> bool:
        """Show what is watched of a going run if it has visibly moved; return whether it has."""
        self.frame = frame
        self.follows = True
        moved = self.isVisible() and not self.stands_still(frame)
        if moved:
            self._draw_watched()
        return moved

    def stands_still(self, frame: Frame) -> bool:
        """Return whether nothing that is watched has visibly moved."""
        return False

    def show_ghost(self, frame: Frame) -> None:
        """Show a moment in which only the ghost has changed."""
        self.frame = frame
        if self.isVisible():
            self._drawing = True
            self.draw_ghost(frame)
            self._drawing = False

    def veil(self, names: frozenset[str]) -> None:
        """Leave these parts out from now on, and show again those that were left out before."""
        if names != self.veiled:
            self.veiled = names
            if self.frame is not None:
                self.show_frame(self.frame)

    def apply_theme(self) -> None:
        """Draw again in the new theme."""
        if self.frame is not None:
            self.reset(self.frame)
            self._draw_again()

    def add_button(self, name: str, text: str, tip: str, sign: str = "") -> QToolButton:
        """Add a small switch to the header, before the one that enlarges."""
        button = small_button(name, text, tip, checkable=True, sign=sign)
        button.setMinimumHeight(_BUTTON)
        # The button that enlarges is the first one added, and stays the last on the screen.
        self._header.insertWidget(1, button)
        if name:
            self.setTabOrder(self.chooser, button)  # in the order on the screen, before the plot
        return button

    def tab_after(self, other: Card) -> None:
        """Let Tab come here after it has gone through another card."""
        both = (other, self)
        for card in both:
            card.setFocusProxy(card.enlarge)  # Qt moves all of a widget that has such a proxy
            card.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTabOrder(*both)
        for card in both:
            card.setFocusProxy(None)  # type: ignore[arg-type]
            card.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def offer_others(self, menu: QMenu) -> None:
        """Let the title open a list of the views that can take this place."""
        self.chooser.setMenu(menu)
        self.chooser.show()
        self.heading.pressed.connect(self._open_list)

    def _open_list(self) -> None:
        """Open the list of views where the arrow does."""
        if self.chooser.isVisible() and self.chooser.isEnabled():
            self.chooser.showMenu()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was missed while hidden."""
        super().showEvent(event)
        self._draw_again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw for the new size."""
        super().resizeEvent(event)
        self._draw_again()

    def _draw_again(self) -> None:
        self._draw_watched()
        if self.frame is not None and not self.follows and self.isVisible():
            self.read(self.frame)

    def _draw_watched(self) -> None:
        if self.frame is None or not self.isVisible():
            return
        self._drawing = True
        self.draw(self.frame)
        self._drawing = False


_BETWEEN = re.compile(r"( · |  +|, )")
"""What separates two parts of a reading."""


class PlotReading(QWidget):
    """A line of text on a background of its own.

    When the text changes, there is no new layout, and nothing under it is drawn. A text that is too
    long is cut with "…", if possible between two of its parts, so that no number is cut.

    Parameters
    ----------
    ground
        Name of the theme's colour of the background.
    """

    _text = ""

    def __init__(
        self, font: QFont, ground: Literal["card", "background", "field"] = "card"
    ) -> None:
        super().__init__()
        self._label = QLabel(self)
        self._label.setFont(font)
        themes.set_role(self._label, "muted")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self.setFixedHeight(self._label.sizeHint().height())
        self._ground = ground
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    @property
    def said(self) -> str:
        """The text, or the tooltip where there is none."""
        return self._text or self.toolTip()

    def setText(self, text: str) -> None:
        """Set the text."""
        self._text = text
        self._cut()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the background.

        A palette would be lost where a style sheet is set before the first show.
        """
        QPainter(self).fillRect(event.rect(), getattr(themes.now, self._ground))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the widget with the label."""
        super().resizeEvent(event)
        self._label.setFixedSize(self.size())  # this starts no new layout
        self._cut()

    def event(self, event: QEvent) -> bool:
        """Show the whole of a text that is cut in a tooltip, as it is by then."""
        if isinstance(event, QHelpEvent) and self._label.text() != self._text:
            show_tip(event.globalPos(), self._text, self)
            return True
        return super().event(event)

    def _cut(self) -> None:
        """Show the text, or as many of its parts as there is room for, and "…"."""
        parts = _BETWEEN.split(self._text)
        fewer = (f"{''.join(parts[:left])}…" for left in range(len(parts) - 1, 0, -2))
        fits = (each for each in (self._text, *fewer) if _cut(each, self._label) == each)
        self._label.setText(next(fits, _cut(self._text, self._label)))


class PlotHeading(QLabel):
    """A title that is cut with "…" where its room ends, or replaced by a shorter one."""

    shorter = ""
    pressed = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Emit that it was pressed with the left button."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()
        else:
            super().mousePressEvent(event)

    @property
    def shown(self) -> str:
        """As much as fits."""
        shown = _cut(self.text(), self)
        return shown if shown == self.text() or not self.shorter else _cut(self.shorter, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write as much as fits."""
        shown = self.shown
        if shown == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.drawText(self.contentsRect(), self.alignment().value, shown)


class _TitleRow(QHBoxLayout):
    """A title and the button after it, which stands at the end of what is shown of the title."""

    def __init__(self, heading: PlotHeading, chooser: QToolButton) -> None:
        super().__init__()
        arrange(self, heading, chooser, STRETCH, spacing=2)
        self._heading = heading
        self._chooser = chooser

    def setGeometry(self, rect: QRect) -> None:
        """Place both; a shorter title leaves room that was kept for a longer one."""
        super().setGeometry(rect)
        heading = self._heading
        chooser = self._chooser
        room = heading.fontMetrics().horizontalAdvance(heading.shown) + 1
        if room < heading.width():
            heading.resize(room, heading.height())
            chooser.move(heading.x() + room + self.spacing(), chooser.y())


def _cut(text: str, label: QLabel) -> str:
    return fitted_line(text, label, label.contentsRect().width())


def heading(text: str) -> PlotHeading:
    """Return a title of one line, which is cut rather than making its card wider."""
    label = PlotHeading(text)
    themes.set_role(label, "title")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setMinimumWidth(1)
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(policy.Policy.Maximum)
    label.setSizePolicy(policy)
    return label


View = TypeVar("View", bound=Card)


class Views(Mapping[str, Card]):
    """The views by name, in the order of lists.

    A view costs as much as a hundredth of the start. So one that nobody has seen is not there yet:
    asking for it builds it, and ``values()`` builds them all.

    Parameters
    ----------
    kinds
        The classes of the views.
    """

    take_in: Callable[[Card], None] | None = None
    """Called with each view that is built from then on."""

    def __init__(self, kinds: Sequence[type[Card]]) -> None:
        self._kinds = {kind.figure_name: kind for kind in kinds}
        self._built: dict[str, Card] = {}

    def __getitem__(self, name: str) -> Card:
        if name not in self._built:
            view = self._built[name] = self._kinds[name]()
            if self.take_in is not None:
                self.take_in(view)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    @property
    def built(self) -> list[Card]:
        """The views that are there."""
        return [self._built[name] for name in self if name in self._built]

    @property
    def titles(self) -> dict[str, str]:
        """Name -> title of each view."""
        return {name: kind.title for name, kind in self._kinds.items()}

    def has_built(self, name: str) -> bool:
        """Return whether the view of this name is there."""
        return name in self._built

    def of(self, kind: type[View]) -> View:
        """Return the view of this class."""
        view = self[kind.figure_name]
        assert isinstance(view, kind)
        return view
