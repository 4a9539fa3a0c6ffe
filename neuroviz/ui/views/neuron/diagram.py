"""The diagram that a person points into: numbers that respond to mouse and keyboard."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QLineEdit, QWidget

from neuroviz.core.anatomy.forward_backward import COLUMNS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import format_number, parse_number
from neuroviz.pictures.marks import Marks, Text
from neuroviz.pictures.neuron.layout import GRIP, Rect
from neuroviz.pictures.neuron.numbers import Slot, SlotNumbers, whole_name
from neuroviz.pictures.weights import WeightsScene
from neuroviz.ui.canvas.handles import HELD, faded
from neuroviz.ui.canvas.painted_marks import paint_marks, sized, text_box
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import picture_of
from neuroviz.ui.theme.parts import ENTER, named, show_tip
from neuroviz.ui.theme.read_aloud import Part, ReadParts, tell_focus
from neuroviz.ui.views.neuron.sample_choice import MOVES

ANSWERING = ("input", "weight", "product", *COLUMNS, "grad", "change")
"""Kinds of numbers that explain themselves, in the order of Tab."""
_TAKES = (*ENTER, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
"""Keys that take a weight that was typed."""
_DRAGS = "; the left and right arrow keys change it, F2 lets you type it"
_DRAGS_BY_MOUSE = "\nDrag sideways, or double-click to type"
_DIGITS = 6
"""Digits of a weight in the field where it is typed."""
_PAGES = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
_NO_BAR = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
UP = QTransform.fromScale(1, -1)
"""From marks, whose y grows upwards, to pixels."""
_DOT, _APART = 1.1, 4.0
"""Radius in pixels of a dot of a grip, and the distance from one to the next."""
_HALO = 4.0
_SHADOW, _SHADOW_HELD = 28, 60
"""Opacities, of 255."""


class ScreenLetters(Struct, frozen=True, dict=True):
    """The size of texts on the screen."""

    size: int

    @cached_property
    def font(self) -> QFont:
        """The font of values."""
        font = themes.numeric_font()
        font.setPointSize(self.size)
        return font

    @cached_property
    def line(self) -> float:
        """Height of a line, in pixels."""
        return QFontMetricsF(self.font).height()

    def width(self, text: str, size: float = 1.0, *, bold: bool = False) -> float:
        """Return the width of a text in pixels; ``size`` is relative to the size of a value."""
        return _width(self.size, text, size, bold)


@lru_cache(maxsize=32)
def letters_of(size: int) -> ScreenLetters:
    """Return the letters of a size in points, cached."""
    return ScreenLetters(size)


@lru_cache(maxsize=4096)
def _width(points: int, text: str, size: float, bold: bool) -> float:
    font = sized(letters_of(points).font, size, bold=bold)
    return QFontMetricsF(font).horizontalAdvance(text)


class Drawing(Struct, frozen=True, eq=False):
    """What is shown; at first nothing."""

    settings: Settings | None = None
    letters: ScreenLetters = ScreenLetters(1)
    marks: Marks = {}
    slots: Mapping[Slot, Rect] = {}
    """Slot -> the box of its number."""
    pills: Mapping[int, Rect] = {}
    """Index of each visible weight -> its box."""
    numbers: SlotNumbers = {}
    batch: Sequence[int] = ()
    """The samples of the whole batch, if it shows that."""
    still: Marks | None = None
    """The marks that stand still while others move over them; None if all do."""

    @property
    def dragged(self) -> Mapping[int, Rect]:
        """The visible weights that can be dragged; a bias that is left out cannot."""
        if self.settings is None:
            return {}
        last = self.settings.dataset.width - 1 + self.settings.bias_input
        return {index: pill for index, pill in self.pills.items() if index <= last}


class WeightField(QLineEdit):
    """A field for typing a number in the place of a weight.

    Enter, Tab and a press elsewhere take the number; Escape puts the old one back.
    """

    typed = Signal(int, float)
    """The index of a parameter, and the value that was typed for it."""
    index = 0
    _shown = ""

    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground)
        self.setObjectName("weight_field")
        self.setFont(themes.numeric_font())
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # a press elsewhere ends it
        self._ground = ground
        self.hide()

    def open(self, index: int, name: str, value: float) -> None:
        """Let a parameter be typed."""
        self.index, self._shown = index, format_number(value, _DIGITS)
        self.setAccessibleName(name)
        self.setText(self._shown)
        self.selectAll()
        self.show()
        self.setFocus()
        themes.application().installEventFilter(self)

    def put_back(self) -> None:
        """Close the field, and give the keyboard back to the diagram."""
        if self.isVisible():
            self._ground.setFocus()
            self.hide()

    def hideEvent(self, event: QEvent) -> None:
        """Stop watching presses elsewhere."""
        themes.application().removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close the field on a press elsewhere, even on something that takes no keyboard."""
        pressed = event.type() == QEvent.Type.MouseButtonPress
        if pressed and watched is not self and isinstance(watched, QWidget):
            self.commit()
            self.put_back()
        return False

    def event(self, event: QEvent) -> bool:
        """Keep the keys that end the typing from the window's shortcuts."""
        if not isinstance(event, QKeyEvent) or event.key() not in (*_TAKES, Qt.Key.Key_Escape):
            return super().event(event)
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            if event.key() in _TAKES:
                self.commit()
            else:
                self.put_back()
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the field when the keyboard goes elsewhere."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self.hide()

    def commit(self) -> bool:
        """Take what was typed, and close; what cannot be read stays, and a tip says why."""
        # An untouched text is rounded: to read it back would change the weight.
        if self.text() != self._shown:
            try:
                value = parse_number(self.text())
            except ValueError as error:
                show_tip(self.mapToGlobal(self.rect().bottomLeft()), str(error), self)
                return False
            self.put_back()
            self.typed.emit(self.index, value)
        self.put_back()
        return True


class Diagram(QAbstractScrollArea):
    """The scene, fitted to the room that it has."""

    read_by = ReadParts
    """Screen readers get each number by itself."""
    clicked = Signal(tuple)
    """The slot of a number that is to be explained."""
    sample_moved = Signal(str)
    """A key chose "next", "previous", "first", "last", or "mean" for the whole batch."""
    picked = Signal(int)
    """The row of the batch's list whose sample is to be shown."""
    focused = Signal(object)
    """The slot of the number with the keyboard; None for none."""
    scrolled = Signal(int)
    """Scroll through the inputs or the samples by this many rows."""
    typing_asked = Signal(int)
    """The parameter of this index is to be typed."""

    _free = True
    _made_of: tuple[object, ...] | None = None
    _hovered: Slot | None = None
    _focused: Slot | None = None
    _pressed: int | None = None
    """The weight that was last pressed; None if it was anything else."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "neuron_diagram", "The neuron with its numbers")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(_NO_BAR)
        self.setVerticalScrollBarPolicy(_NO_BAR)
        self.setMouseTracking(True)
        self.drawing = Drawing()
        self._halos: Mapping[Hashable, float] = {}
        self._kept = QPixmap()
        self.field = WeightField(self.viewport())

    def parts(self) -> dict[Hashable, Part]:
        """Return what is read aloud of each number."""
        answering = self._answering()
        slots = self.drawing.slots
        more = (slot for slot in slots if slot not in answering and self._is_shown(slot))
        return {
            slot: Part(
                *self._named(slot), rect_of(slots[slot]).toAlignedRect(), slot == self._focused
            )
            for slot in (*answering, *more)
            if slot in self.numbers
        }

    @property
    def numbers(self) -> SlotNumbers:
        """The number in each slot."""
        return self.drawing.numbers

    def minimumSizeHint(self) -> QSize:
        """Ask for little room: the layout fits what there is."""
        return QSize(200, 100)

    # --- what is drawn ----------------------------------------------------------------------------

    def show_drawing(self, drawing: Drawing) -> None:
        """Show a drawing."""
        self.drawing = drawing
        if self._hovered is not None and self._hovered not in drawing.slots:
            self._hover(None)
        if self._focused is not None and self._focused not in drawing.slots:
            self._focus(None)
        if self.field.isVisible():
            self._place_field()
        self.viewport().update()

    def show_marks(self, marks: Marks) -> None:
        """Show other marks for the same numbers, as they are on their way."""
        self.drawing = replace(self.drawing, marks=marks, still=None)
        self.viewport().update()

    def show_rows(self, first: int, in_sight: int, rows: int) -> None:
        """Set the place in a list; a bar stands beside it if not all rows are visible."""
        bar = self.verticalScrollBar()
        there = rows > in_sight
        wanted = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if there else _NO_BAR
        with QSignalBlocker(bar):
            if wanted != self.verticalScrollBarPolicy():
                self.setVerticalScrollBarPolicy(wanted)
            bar.setRange(0, max(0, rows - in_sight))
            bar.setPageStep(in_sight)
            bar.setValue(first)

    def scrollContentsBy(self, across: int, down: int) -> None:
        """Scroll through the rows by the bar."""
        self.scrolled.emit(-down)

    def dress(self, halos: Mapping[Hashable, float], *, free: bool) -> None:
        """Set the look of the pills, which shows that they can be dragged if they are ``free``.

        Parameters
        ----------
        halos
            Name of a handle -> the opacity of its halo.
        """
        if (halos, free) != (self._halos, self._free):
            self._halos = halos
            self._free = free
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the drawing; what stands still under a motion is kept as a picture."""
        painter = QPainter(self.viewport())
        drawing = self.drawing
        if drawing.still is None:
            self._paint(painter, drawing.marks)
            return
        ratio = self.devicePixelRatioF()
        size = self.viewport().size()
        looks = themes.now, dict(self._halos), self._free, self._hovered, self._focused
        made_of = drawing.still, size.toTuple(), ratio, looks
        if (
            self._made_of is None
            or self._made_of[0] is not drawing.still
            or self._made_of != made_of
        ):
            self._made_of = made_of
            still = drawing.still
            ground = themes.now.card
            self._kept = picture_of(lambda within: self._paint(within, still), size, ratio, ground)
        painter.drawPixmap(0, 0, self._kept)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(drawing.letters.font)
        moving = {key: mark for key, mark in drawing.marks.items() if key not in drawing.still}
        paint_marks(painter, moving, UP)

    def _paint(self, painter: QPainter, marks: Marks) -> None:
        """Paint marks, the look of what can be dragged, and the rings of hover and focus."""
        painter.fillRect(self.viewport().rect(), themes.now.card)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.drawing.letters.font)
        painter.setPen(Qt.PenStyle.NoPen)
        for index, pill in self.drawing.dragged.items():
            self._paint_under(painter, index, rect_of(pill))
        paint_marks(painter, marks, UP)
        painter.setPen(Qt.PenStyle.NoPen)
        settings = self.drawing.settings
        lines = WeightsScene.of(settings, None) if settings else WeightsScene(())
        for index, pill in self.drawing.dragged.items() if self._free else ():
            colour = lines.colour_of(index, themes.now.series) or themes.now.muted
            painter.setBrush(colour)
            _paint_grip(painter, rect_of(pill))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for slot, colour, width in (
            (self._hovered, themes.now.edge, 1.2),
            (self._focused, themes.now.accent, 2.0),
        ):
            if slot is not None:
                painter.setPen(QPen(QColor(colour), width))
                ring = self._ring(slot)
                radius = ring.height() / 2
                painter.drawRoundedRect(ring, radius, radius)

    def _paint_under(self, painter: QPainter, index: int, pill: QRectF) -> None:
        halo = self._halos.get(("weight", index), 0.0)
        shade = _SHADOW_HELD if halo >= HELD else _SHADOW
        layers = []
        if halo:  # an invisible halo would cost as much
            layers.append((_HALO, 0.0, faded(themes.now.accent, halo)))
        if self._free:
            layers.append((1.0, 1.5, QColor(0, 0, 0, shade)))
        for by, down, colour in layers:
            painter.setBrush(colour)
            area = pill.adjusted(-by, -by + down, by, by + down)
            painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)

    def _ring(self, slot: Slot) -> QRectF:
        """Return the ring of a number: around its pill, or else as wide as its text."""
        if slot[0] == "weight":
            assert isinstance(slot[1], int)
            return rect_of(self.drawing.pills[slot[1]].around(_HALO))
        return rect_of(self.drawing.slots[slot]).adjusted(-1, 0, 1, 0)

    def place_of(self, slot: Slot) -> QPointF:
        """Return the centre of a number in the viewport."""
        return QPointF(*self.drawing.slots[slot].middle)

    def text_at(self, point: QPoint) -> str:
        """Return the word at a place of the viewport, or the name of the number there.

        It is empty where there is neither.
        """
        slot = self.slot_at(QPointF(point))
        number = self.numbers[slot].text if slot and slot in self.numbers else ""
        there = (text for text, box in self.texts() if box.contains(QPointF(point)))
        word = next((text for text in there if text != number), "")
        return word or self._tip(slot).partition(":")[0]

    def weight_areas(self) -> list[QRect]:
        """Return the areas in the viewport of the weights that can be dragged."""
        return [rect_of(pill).toAlignedRect() for pill in self.drawing.dragged.values()]

    def texts(self) -> list[tuple[str, QRectF]]:
        """Return all texts with their boxes in the viewport."""
        font = self.drawing.letters.font
        return [
            (mark.text, text_box(mark, UP, sized(font, mark.size, bold=mark.bold)))
            for mark in self.drawing.marks.values()
            if isinstance(mark, Text)
        ]

    def type_weight(self, index: int, value: float) -> None:
        """Let a weight be typed in its place."""
        self.field.open(index, self._tip(("weight", index)).partition(":")[0], value)
        self._place_field()

    def _place_field(self) -> None:
        """Keep the field on its pill while that is visible."""
        pills = self.drawing.pills
        if self.field.index not in pills:
            self.field.put_back()
            return
        pill = rect_of(pills[self.field.index]).toAlignedRect()
        area = QRect(0, 0, pill.width(), max(pill.height(), self.field.minimumSizeHint().height()))
        area.moveCenter(pill.center())
        self.field.setGeometry(area)

    # --- the mouse --------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Highlight the number under the pointer, and name it in a tooltip."""
        slot = self.slot_at(event.position())
        self._hover(slot, heading=slot is None and bool(self.text_at(event.position().toPoint())))

    def leaveEvent(self, event: QEvent) -> None:
        """Highlight nothing."""
        super().leaveEvent(event)
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask about the number under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.press(event.position())

    def press(self, place: QPointF) -> None:
        """Ask about the number at a place of the viewport."""
        slot = self.slot_at(place)
        self._pressed = self.pill_at(place)
        if slot is None:
            return
        if slot[0] in ANSWERING:
            self._focus(slot)
            self.clicked.emit(slot)
        elif slot[0].startswith("sample_"):
            self.picked.emit(slot[1][0] if isinstance(slot[1], tuple) else slot[1])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Accept the release, since the press was accepted too."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Let the weight of the first press be typed, even if the press has moved it."""
        if self._pressed is None:
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.typing_asked.emit(self._pressed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll through the inputs, or let the page scroll where all are seen."""
        self.scrolled.emit(-1 if event.angleDelta().y() > 0 else 1)
        event.setAccepted(self.verticalScrollBar().maximum() > 0)

    # --- the keyboard -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose another sample by an arrow key, or ask about the number with the keyboard."""
        move = MOVES.get(Qt.Key(event.key()))
        if move is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.sample_moved.emit(move)
        elif event.key() in ENTER and self._focused is not None:
            self.clicked.emit(self._focused)
        elif event.key() == Qt.Key.Key_F2 and self._focused and self._focused[0] == "weight":
            self.typing_asked.emit(self._focused[1])
        elif event.key() in _PAGES:
            in_sight = self.verticalScrollBar().pageStep()
            self.scrolled.emit(in_sight * _PAGES[Qt.Key(event.key())])
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go from number to number, and leave the diagram after the last."""
        slots = self._answering()
        at = (
            slots.index(self._focused)
            if self._focused in slots
            else (-1 if forward else len(slots))
        )
        at += 1 if forward else -1
        inside = 0 <= at < len(slots)
        if inside:
            self._focus(slots[at])
        return inside or super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring when Tab leaves the diagram."""
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._focus(None)

    def _answering(self) -> list[Slot]:
        return sorted(
            (slot for slot in self.drawing.slots if slot[0] in ANSWERING and self._is_shown(slot)),
            key=_tab_order,
        )

    # --- one number -------------------------------------------------------------------------------

    def slot_at(self, point: QPointF) -> Slot | None:
        """Return the slot of the number at a place of the viewport; None for none."""
        for slot, box in self.drawing.slots.items():
            if box.around(2, 1).holds(*point.toTuple()) and self._is_shown(slot):
                return slot
        return None

    def pill_at(self, place: QPointF) -> int | None:
        """Return the weight whose pill is at a place; None for none."""
        pills = self.drawing.pills
        within = ((index, rect_of(pill).adjusted(-2, -4, 2, 4)) for index, pill in pills.items())
        return next((index for index, area in within if area.contains(place)), None)

    def _is_shown(self, slot: Slot) -> bool:
        """Return whether a slot has a text: a weight's change only in the update.

        Product and gradient may have one place; then only one of them is drawn.
        """
        shared = slot[0] in ("product", "grad") and not self.drawing.batch
        if shared and slot not in self.drawing.marks:
            return False
        return slot not in self.numbers or self.numbers[slot].text != ""

    def _hover(self, slot: Slot | None, *, heading: bool = False) -> None:
        if slot == self._hovered and slot is not None:
            return
        answers = slot is not None and (slot[0] in ANSWERING or slot[0].startswith("sample_"))
        cursor = Qt.CursorShape.PointingHandCursor if answers else Qt.CursorShape.ArrowCursor
        drags = self._drags(slot)
        if drags:
            cursor = Qt.CursorShape.SizeHorCursor  # it drags, and has a halo
            answers = False
        elif slot is None and heading:
            cursor = Qt.CursorShape.WhatsThisCursor
        self.viewport().setCursor(cursor)
        more = _DRAGS_BY_MOUSE if drags else ""
        self.viewport().setToolTip(self._tip(slot) + more)
        lit = slot if answers else None
        if lit != self._hovered:
            self._hovered = lit
            self.viewport().update()

    def _focus(self, slot: Slot | None) -> None:
        self._focused = slot
        more = _DRAGS if self._drags(slot) else ""
        self.setAccessibleDescription(self._tip(slot) + more)
        self.focused.emit(slot)
        tell_focus(self)
        self.viewport().update()

    def _drags(self, slot: Slot | None) -> bool:
        return self._free and slot in {("weight", index) for index in self.drawing.dragged}

    def _tip(self, slot: Slot | None) -> str:
        """Return a number's name and value, separated by a colon."""
        return ": ".join(self._named(slot)) if slot is not None and slot in self.numbers else ""

    def _named(self, slot: Slot) -> tuple[str, str]:
        """Return a number's name, and its value with its note."""
        assert self.drawing.settings is not None
        number = self.numbers[slot]
        name = whole_name(slot, self.drawing.settings, self.drawing.batch)
        note = f" ({number.note.replace('-', '−')})" if number.note else ""
        return name, f"{number.text}{note}"


def _tab_order(slot: Slot) -> tuple[int, int]:
    assert not isinstance(slot[1], tuple)
    return ANSWERING.index(slot[0]), slot[1] or 0


def rect_of(box: Rect) -> QRectF:
    """Return a box of a picture as Qt has it."""
    return QRectF(box.x, box.y, box.width, box.height)


def _paint_grip(painter: QPainter, pill: QRectF) -> None:
    """Paint the six dots at the left end of a pill."""
    left = QPointF(pill.x() + GRIP / 2 + 1, pill.center().y())
    for column in (0, 1):
        for row in (-1, 0, 1):
            painter.drawEllipse(left + QPointF(column * _APART, row * _APART), _DOT, _DOT)
