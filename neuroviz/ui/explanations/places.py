"""Where terms stand on the screen: the term at a point of a widget, its place, its underline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPalette,
    QPixmap,
    QTextDocument,
    QTextLayout,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from neuroviz.core.glossary import Span, Term
from neuroviz.core.types import Frozen
from neuroviz.files.glossary import load_glossary
from neuroviz.ui.controls.commands import plain
from neuroviz.ui.theme.icons import picture_of
from neuroviz.ui.theme.parts import MarkdownLabel

_CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLabel, QLineEdit)
"""Controls that are identified by their accessible name where they have no text."""
_TIP = Qt.ItemDataRole.ToolTipRole
_SHORT = 40
"""Letters up to which a line is about its first term wherever the pointer is."""
_REACH = 3
"""Pixels beside a word that belong to it."""


class TermHit(Frozen):
    """A term, and the rectangle of the widget in which it stands."""

    term: Term
    rect: QRect


@runtime_checkable
class SaysWhatStandsThere(Protocol):
    """A widget that paints its words itself, and reports them."""

    def text_at(self, point: QPoint) -> str:
        """Return the text at a point of it (of its viewport, where it scrolls), empty for none."""


def first_in(text: str, area: QRect) -> TermHit | None:
    """Return the first term in a text that stands in an area of a widget; None for none."""
    spans = load_glossary().spans(text)
    return TermHit(spans[0].term, area) if spans else None


def place_at(widget: QWidget, point: QPoint) -> TermHit | None:
    """Return the term at a point of a widget; None for none.

    Parameters
    ----------
    widget
        Any, including a viewport.
    point
        In its own pixels.
    """
    if isinstance(widget, QLabel) and widget.text():
        return _in_line(widget, point) or _named(widget)
    found = (first_in(*told) for told in _texts_at(widget, point))
    return next(filter(None, found), None) or _named(widget)


def places_in(label: QLabel) -> list[TermHit]:
    """Return every term in a label; a term that is broken over lines gives several parts."""
    text = _shown(label)
    markdown = isinstance(label, MarkdownLabel)
    if not markdown and (label.textFormat() == Qt.TextFormat.RichText or text.startswith("<")):
        return []
    glossary = load_glossary()
    whole = None if markdown or label.wordWrap() else glossary.find(text)
    return list(
        _in_text(label, lambda text: [Span(0, len(text), whole)] if whole else glossary.spans(text))
    )


def tip_at(widget: QWidget, point: QPoint) -> tuple[str, QRect]:
    """Return the tooltip at a point of a widget, and where it applies; empty for the whole."""
    if (item := _item_at(widget, point)) is not None:
        return item[1:]
    if (
        isinstance(widget, QMenu)
        and widget.toolTipsVisible()
        and (action := widget.actionAt(point))
    ):
        return action.toolTip(), widget.actionGeometry(action)
    return widget.toolTip(), QRect()


def _in_line(label: QLabel, point: QPoint) -> TermHit | None:
    """Return the term of a label under the pointer; for a short line its first, anywhere."""
    places = places_in(label)
    for place in places:
        if place.rect.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(point):
            return place
    return places[0] if places and len(label.text()) <= _SHORT else None


def _named(widget: QWidget) -> TermHit | None:
    """Return the term in a control's name, which screen readers read."""
    if not isinstance(widget, _CONTROLS) or widget.property("tells_itself"):
        return None
    box = widget.parent()
    named = (
        box
        if isinstance(widget, QLineEdit) and isinstance(box, QAbstractSpinBox | QComboBox)
        else widget
    )
    assert isinstance(named, QWidget)
    return first_in(named.accessibleName(), widget.rect())


def _texts_at(widget: QWidget, point: QPoint) -> Iterator[tuple[str, QRect]]:
    around = QRect(point, point).adjusted(-8, -8, 8, 8)
    parent = widget.parent()
    tellers: tuple[object, ...] = (widget, parent)
    for teller in tellers:
        if isinstance(teller, SaysWhatStandsThere):
            yield teller.text_at(point), around
    if (item := _item_at(widget, point)) is not None:
        text, _, rect = item
        yield text, rect
    elif isinstance(widget, QComboBox):
        yield widget.currentText(), widget.rect()
    elif isinstance(widget, QAbstractButton):
        yield plain(widget.text()), widget.rect()
        for label in widget.findChildren(QLabel):
            if label.geometry().contains(point):
                yield label.text(), label.geometry()


def _item_at(widget: QWidget, point: QPoint) -> tuple[str, str, QRect] | None:
    """Return text, tooltip and place of an item of a table, a header or a row of tabs, or None."""
    view = widget.parent()
    if isinstance(view, QAbstractItemView) and view.viewport() is widget:
        if isinstance(view, QHeaderView):
            return _section_at(view, point)
        index = view.indexAt(point)
        return str(index.data() or ""), str(index.data(_TIP) or ""), view.visualRect(index)
    if isinstance(widget, QTabBar) and (tab := widget.tabAt(point)) >= 0:
        return widget.tabText(tab), widget.tabToolTip(tab), widget.tabRect(tab)
    return None


def _section_at(header: QHeaderView, point: QPoint) -> tuple[str, str, QRect]:
    horizontal = header.orientation() == Qt.Orientation.Horizontal
    section = header.logicalIndexAt(point.x() if horizontal else point.y())
    if section < 0:
        return "", "", QRect()
    data = partial(header.model().headerData, section, header.orientation())
    start = header.sectionViewportPosition(section)
    size = header.sectionSize(section)
    whole = header.viewport().rect()
    place = (
        QRect(start, 0, size, whole.height())
        if horizontal
        else QRect(0, start, whole.width(), size)
    )
    return str(data() or ""), str(data(_TIP) or ""), place


def _shown(label: QLabel) -> str:
    """Return the text of a label, for a caption of a control without its access key's mark."""
    return plain(label.text()) if label.buddy() else label.text()


def _room(label: QLabel) -> QRectF:
    return QRectF(label.contentsRect().adjusted(*(label.margin(),) * 2, *(-label.margin(),) * 2))


def _top(label: QLabel, height: float) -> float:
    """Return where the text of a label begins, given its height."""
    room = _room(label)
    if label.alignment() & Qt.AlignmentFlag.AlignVCenter:
        return room.top() + max(0.0, (room.height() - height) / 2)
    if label.alignment() & Qt.AlignmentFlag.AlignBottom:
        return room.top() + max(0.0, room.height() - height)
    return room.top()


def _in_text(label: QLabel, spans_of: Callable[[str], list[Span]]) -> Iterator[TermHit]:
    """Yield the terms of a label, with lines broken as Qt paints them, and Markdown rendered."""
    room = _room(label)
    document = QTextDocument(documentMargin=0, defaultFont=label.font())
    if isinstance(label, MarkdownLabel):
        document.setHtml(label.html)
    else:
        option = QTextOption(label.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask)
        option.setWrapMode(
            QTextOption.WrapMode.WordWrap if label.wordWrap() else QTextOption.WrapMode.ManualWrap
        )
        document.setDefaultTextOption(option)
        document.setPlainText(_shown(label))
    document.setTextWidth(room.width())
    origin = QPointF(room.left(), _top(label, document.size().height()))
    block = document.begin()
    while block.isValid():
        place = origin + document.documentLayout().blockBoundingRect(block).topLeft()
        for span in spans_of(block.text()):
            for rect in _on_lines(block.layout(), span.start, span.end, place, room):
                yield TermHit(span.term, rect)
        block = block.next()


def _on_lines(
    layout: QTextLayout, start: int, end: int, origin: QPointF, room: QRectF
) -> Iterator[QRect]:
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first = max(start, line.textStart())
        last = min(end, line.textStart() + line.textLength())
        if first >= last:
            continue
        left = _x(line, first)
        right = _x(line, last)
        rect = QRectF(origin.x() + left, origin.y() + line.y(), right - left, line.height())
        shown = rect.intersected(room.adjusted(0, -2, 0, 2))
        if shown.width() > 1:
            yield shown.toAlignedRect()


def _x(line: QTextLine, position: int) -> float:
    """Return the x of a position of the text, the first of two values that PySide returns."""
    found: Any = line.cursorToX(position)
    return float(found[0])


_DOT = 2
_EVERY = 4
"""Pixels of a dot, and from one dot to the next."""


class Underline:
    """Lines that are shown only under the pointer.

    Qt paints them, and they take no room in the layout.
    """

    owner: QLabel | None = None

    def __init__(self) -> None:
        self._lines: list[QLabel] = []

    def show_under(self, owner: QLabel, rects: list[QRect]) -> None:
        """Underline rectangles of a label."""
        self.hide()
        self.owner = owner
        for rect in rects:
            line = QLabel(owner, pixmap=_dots(rect.width(), owner))
            line.setObjectName("term_underline")
            line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            line.setGeometry(
                rect.left(), min(rect.bottom(), owner.height() - _DOT), rect.width(), _DOT
            )
            line.show()
            self._lines.append(line)

    def hide(self) -> None:
        """Remove the lines; those of a deleted label went with it."""
        for line in filter(isValid, self._lines):
            line.hide()
            line.deleteLater()
        self._lines.clear()
        self.owner = None


def _dots(width: int, owner: QWidget) -> QPixmap:
    colour = owner.palette().color(QPalette.ColorRole.Highlight)

    def paint(painter: QPainter) -> None:
        for x in range(0, width, _EVERY):
            painter.fillRect(x, 0, _DOT, _DOT, colour)

    return picture_of(paint, QSize(width, _DOT), owner.devicePixelRatioF())
