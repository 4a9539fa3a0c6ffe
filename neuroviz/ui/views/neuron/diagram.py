"""The diagram that a person points into: numbers that answer to mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView

from neuroviz.core.anatomy.forward_backward import COLUMNS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import subscripted
from neuroviz.pictures.neuron.batch import TablePlan, fitted_table, place_table
from neuroviz.pictures.neuron.fit import POINT_SIZES, Metrics, Plan, laid_out
from neuroviz.pictures.neuron.layout import place
from neuroviz.pictures.neuron.numbers import Slot, SlotNumber, input_names, whole_name
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.neuron.items import GRIP, BoxedText
from neuroviz.ui.views.neuron.sample_choice import MOVES
from neuroviz.ui.views.neuron.scene import BatchScene, NeuronScene

ANSWERING = ("input", "weight", "product", *COLUMNS, "grad", "change")
"""Kinds of numbers that answer "why?", in the order of Tab."""
_BESIDE_OTHERS = 13
"""Points of the largest letters while there is something else to be read in the window."""
_NAME = 1.3  # numbers, the width of the name of an input at most
_FEW = 100  # samples whose mean needs no more than two decimals


class Diagram(QGraphicsView):
    """The scene, fitted to its room."""

    clicked = Signal(tuple)
    """The slot of a number that is to explain itself."""
    sample_moved = Signal(str)
    """By a key: "next", "previous", "first", "last" or "mean" for all of the batch."""
    picked = Signal(int)
    """The line of a sample in the table of the batch: that sample is to be shown."""
    focused = Signal(object)
    """The slot of the number that has the keyboard; None for none."""
    scrolled = Signal(int)
    """Through the inputs, by so many rows."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("neuron_diagram")
        self.setAccessibleName("The neuron with its numbers")
        self.setFrameShape(QFrame.Shape.NoFrame)
        for bar in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.drawing: NeuronScene | BatchScene | None = None
        self.numbers: dict[Slot, SlotNumber] = {}
        self._settings: Settings | None = None
        self._hovered: Slot | None = None
        self._focused: Slot | None = None

    def minimumSizeHint(self) -> QSize:
        """Ask for little: the layout fits what there is."""
        return QSize(200, 100)

    # --- what is drawn ----------------------------------------------------------------------------

    def plan(self, settings: Settings, *, large: bool = False, gradients: bool = True) -> Plan:
        """Return what of a sample's diagram fits into the room.

        In letters as large as can be where wanted.
        """
        room = self.viewport().size()
        largest = POINT_SIZES[0] if large else _BESIDE_OTHERS
        return laid_out(
            room.width(),
            room.height(),
            settings.dataset.width,
            _measure(settings),
            largest,
            gradients=gradients,
        )

    def table_plan(self, settings: Settings) -> TablePlan:
        """Return what of the table of the batch fits into the room there is."""
        room = self.viewport().size()
        return fitted_table(room.width(), room.height(), settings, _measure(settings))

    def build(self, settings: Settings, shown: tuple[int, ...], plan: Plan, theme: Theme) -> None:
        """Make the scene for a sample of an experiment.

        The inputs in sight and the room there is.
        """
        room = self.viewport().size()
        layout = place(room.width(), room.height(), shown, settings.dataset.width, plan)
        size = room.width(), room.height()
        self._show_scene(
            settings, NeuronScene(settings, layout, size, _font(plan.metrics.size), theme)
        )

    def build_table(
        self, settings: Settings, shown: tuple[int, ...], plan: TablePlan, theme: Theme
    ) -> None:
        """Make the scene for all of the batch."""
        room = self.viewport().size()
        table = place_table(room.width(), room.height(), shown, settings, plan)
        size = room.width(), room.height()
        self._show_scene(
            settings, BatchScene(settings, table, size, _font(plan.metrics.size), theme)
        )

    def _show_scene(self, settings: Settings, scene: NeuronScene | BatchScene) -> None:
        self._settings = settings
        old = self.drawing
        self.drawing = scene
        self.setScene(scene)
        if old is not None:
            old.deleteLater()
        self._hover(None)
        self._focus(self._focused if self._focused in scene.slots else None)

    def place_of(self, slot: Slot) -> QPointF:
        """Return the middle of a number in the viewport."""
        assert self.drawing is not None
        return QPointF(self.mapFromScene(QPointF(*self.drawing.slots[slot].middle)))

    def text_at(self, point: QPoint) -> str:
        """Return the heading at a place of the viewport, or the name of the number there.

        Empty for none.
        """
        slot = self.slot_at(QPointF(point))
        if slot is not None:
            return self._tip(slot).partition(":")[0]
        return next(
            (item.whole_text() for item in self.items(point) if isinstance(item, BoxedText)), ""
        )

    # --- the mouse --------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the number under the pointer, and name it."""
        slot = self.slot_at(event.position())
        self._hover(slot, heading=slot is None and bool(self.text_at(event.position().toPoint())))

    def leaveEvent(self, event: QEvent) -> None:
        """Light nothing."""
        super().leaveEvent(event)
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask the number under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.press(event.position())

    def press(self, place: QPointF) -> None:
        """Ask the number at a place of the viewport."""
        slot = self.slot_at(place)
        if slot is None:
            return
        if slot[0] in ANSWERING:
            self._focus(slot)
            self.clicked.emit(slot)
        elif slot[0].startswith("sample_"):
            self.picked.emit(slot[1][0] if isinstance(slot[1], tuple) else slot[1])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep the other half of a press."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press of two as a press."""
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go through the inputs."""
        self.scrolled.emit(-1 if event.angleDelta().y() > 0 else 1)
        event.accept()

    # --- the keyboard -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose another sample by an arrow key, or ask the number that has the keyboard."""
        move = MOVES.get(Qt.Key(event.key()))
        if move is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.sample_moved.emit(move)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._focused is not None:
            self.clicked.emit(self._focused)
        elif event.key() in _PAGES:
            self.scrolled.emit(_PAGES[Qt.Key(event.key())])
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go from number to number, and out after the last."""
        slots = self._answering()
        at = (
            slots.index(self._focused)
            if self._focused in slots
            else (-1 if forward else len(slots))
        )
        at += 1 if forward else -1
        inside = 0 <= at < len(slots)
        self._focus(slots[at] if inside else None)
        return inside or super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away with the keyboard."""
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._focus(None)

    def _answering(self) -> list[Slot]:
        if self.drawing is None:
            return []
        return sorted(
            (slot for slot in self.drawing.slots if slot[0] in ANSWERING and self._is_shown(slot)),
            key=_tab_order,
        )

    # --- one number -------------------------------------------------------------------------------

    def slot_at(self, point: QPointF) -> Slot | None:
        """Return the slot of the number at a place of the viewport; None for none."""
        if self.drawing is None:
            return None
        for slot, box in self.drawing.slots.items():
            inside = (
                box.x - 2 <= point.x() <= box.right + 2 and box.y - 1 <= point.y() <= box.bottom + 1
            )
            if inside and self._is_shown(slot):
                return slot
        return None

    def _is_shown(self, slot: Slot) -> bool:
        """Return whether there is anything in a slot.

        The change of a weight is empty but in the update.
        """
        return slot not in self.numbers or self.numbers[slot].text != ""

    def _hover(self, slot: Slot | None, *, heading: bool = False) -> None:
        if slot == self._hovered and slot is not None:
            return
        self._hovered = slot
        answers = slot is not None and (slot[0] in ANSWERING or slot[0].startswith("sample_"))
        cursor = Qt.CursorShape.PointingHandCursor if answers else Qt.CursorShape.ArrowCursor
        if slot is not None and slot[0] == "weight":
            cursor = Qt.CursorShape.SizeHorCursor  # it drags
        elif slot is None and heading:
            cursor = Qt.CursorShape.WhatsThisCursor
        self.viewport().setCursor(cursor)
        self.viewport().setToolTip(self._tip(slot))
        if self.drawing is not None:
            self.drawing.hover(slot if answers else None)

    def _focus(self, slot: Slot | None) -> None:
        self._focused = slot
        drags = slot is not None and slot[0] == "weight"
        self.setAccessibleDescription(self._tip(slot) + (_DRAGS if drags else ""))
        self.focused.emit(slot)
        if self.drawing is not None:
            self.drawing.focus(slot)

    def _tip(self, slot: Slot | None) -> str:
        """Return a number's name and value."""
        if slot is None or self._settings is None or slot not in self.numbers:
            return ""
        mean = isinstance(self.drawing, BatchScene)
        number = self.numbers[slot]
        tip = f"{whole_name(slot, self._settings, mean=mean)}: {number.text}"
        return f"{tip} ({number.note.replace('-', '−')})" if number.note else tip


_DRAGS = "; the left and the right arrow key change it"
_PAGES = {Qt.Key.Key_PageDown: 4, Qt.Key.Key_PageUp: -4}


def _tab_order(slot: Slot) -> tuple[int, int]:
    assert not isinstance(slot[1], tuple)
    return ANSWERING.index(slot[0]), slot[1] or 0


def _measure(settings: Settings) -> Callable[[int], Metrics]:
    """Return what measures the texts of an experiment in a size of letters."""
    names = [subscripted(name) for name in settings.parameters.names]
    inputs = input_names(settings)
    short = _is_short(settings)
    return lambda size: _metrics(_font(size), names, inputs, short=short)


def _font(size: int) -> QFont:
    font = themes.numeric_font()
    font.setPointSize(size)
    return font


def _metrics(font: QFont, names: list[str], inputs: list[str], *, short: bool) -> Metrics:
    """Measure the texts of the diagram."""
    wide = QFontMetricsF(font).horizontalAdvance
    number, signed = (
        max(wide(text) for text in texts) + 1
        for texts in (("−0.0000", "−888888", "−8e−888"), ("+0.0000", "+888888", "−8e−888"))
    )
    weight = max(map(wide, (*names[:8], names[-2], "x₈"))) + 1 + GRIP
    line = QFontMetricsF(font).height()
    room = wide("−0.88") if short else number
    own = max(weight, min(max(map(wide, inputs)) + 1, _NAME * number)) if inputs else 0.0
    return Metrics(font.pointSize(), line, number, signed, room + 4, weight, wide("z") + 5, own)


def _is_short(settings: Settings) -> bool:
    """Return whether the inputs are small whole numbers, which stand in circles."""
    inputs = settings.coded_inputs
    samples = settings.dataset.samples
    return bool((inputs == inputs.round()).all() and abs(inputs).max() < 10) and samples <= _FEW
