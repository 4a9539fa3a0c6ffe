"""The neuron, the main view of the window.

It has the numbers of one sample, or of the whole batch.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QFrame, QSizePolicy, QWidget

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.anatomy.phases import listed
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import measured, subscripted, with_real_minus
from neuroviz.pictures.input_names import features_worked_out, unit_title
from neuroviz.pictures.marks import Marks
from neuroviz.pictures.neuron.batch import BatchSheet, batch_numbers, list_of
from neuroviz.pictures.neuron.layout import laid_out, place
from neuroviz.pictures.neuron.motion import NeuronPicture, PartMotion, blended
from neuroviz.pictures.neuron.network import unit_colour
from neuroviz.pictures.neuron.numbers import (
    MOST_IN_FULL,
    Ranking,
    Slot,
    come_back,
    described,
    numbers_of,
    told_of,
    written,
)
from neuroviz.pictures.neuron.scene import Moment, ahead_marks
from neuroviz.session.figures import FigureOptions
from neuroviz.session.frame import Frame
from neuroviz.session.ghost import Ghost
from neuroviz.ui.canvas.card import Card, PlotReading
from neuroviz.ui.canvas.drag import Changes, Drag, Handle, start_at
from neuroviz.ui.canvas.handles import HALO, HELD
from neuroviz.ui.canvas.motion import Glide
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    in_column,
    in_row,
    named,
    set_tip,
    show_tip,
    small_button,
    text_label,
)
from neuroviz.ui.theme.read_aloud import ChoiceTool, announce
from neuroviz.ui.views.neuron.diagram import Diagram, Drawing, letters_of
from neuroviz.ui.views.neuron.network import NetworkPicture
from neuroviz.ui.views.neuron.sample_choice import SampleChoice

_TIPS = {
    "forward": "Forward pass: from the inputs to the output",
    "loss": "Loss: how far the output is from the target",
    "zero_grad": "Zero grad: discard the gradients of the step before",
    "backward": "Backward pass: how much the loss would change with each weight",
    "update": "Update: move the weights; takes a step where the run is at its newest",
}


_WHOLE = "One step in five parts, from the inputs to the new weights."
_GRADIENTS = "Show the gradients always, and not only in the part Backward"
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class PhaseStrip(QFrame):
    """A button for each part of a step, and above them what the part that was just done did."""

    asked = Signal(str)
    """A person wants to look at this part of the step."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "parts", "The parts of a step")
        themes.set_look(self, "strip")
        self.buttons = {phase: self._button(phase) for phase in PHASES}
        self.said = named(PlotReading(themes.numeric_font(), "field"), "part_said")
        buttons = list(self.buttons.values())
        for button in buttons:
            button.choices = buttons
        in_column(
            in_row(self.said, margins=(6, 0, 6, 0)),
            in_row(*((button, 1) for button in buttons), spacing=3),
            within=self,
            spacing=2,
            margins=(3, 2, 3, 3),
        )

    def light(self, phase: str | None, sentence: str) -> None:
        """Light the part that was just done, and say what it did; None lights none."""
        for name, button in self.buttons.items():
            button.setChecked(name == phase)
        if sentence != self.said.text():
            self.said.setText(sentence)
            if phase is not None:
                announce(self, sentence)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring the keyboard to the part beside by an arrow key, from the last to the first too."""
        step = _STEPS.get(Qt.Key(event.key())) if isinstance(event, QKeyEvent) else None
        if step is None or event.type() != QEvent.Type.KeyPress:
            return False
        buttons = list(self.buttons.values())
        at = next(index for index, button in enumerate(buttons) if button is watched)
        buttons[(at + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _button(self, phase: str) -> ChoiceTool:
        button = named(ChoiceTool(), f"part_{phase}", _TIPS[phase])
        button.setText(phase.replace("_", " ").capitalize())
        set_tip(button, _TIPS[phase])
        themes.set_look(button, "part")
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.clicked.connect(partial(self._ask_for, phase))
        button.installEventFilter(self)
        return button

    def _ask_for(self, phase: str) -> None:
        self.buttons[phase].toggle()  # the next frame says which one is lit
        self.asked.emit(phase)


_BETWEEN = 8
"""Pixels between the picture of all neurons and the opened one."""
_BOTH = 820
"""Width in pixels that all neurons and the gradients of all samples need side by side."""
_HIGH, _ABOVE = 24, 0.47
"""Height in lines of text from which on all neurons stand above the opened one, not beside it, and
their share of it."""
_PADDING = 6
"""Pixels between the edge of a card and what stands in it."""
_ROUND = 8, 8
"""Radii of a card's corners in pixels, as in the style sheet."""
_ALIKE = "the same arithmetic as one neuron alone"
_MARGIN = 4.0
"""Pixels below everything."""
_HISTORY = 120
"""Points of a weight's curve."""
_PER_PIXEL = 0.02
"""Change of a weight for a pixel sideways, as a share of its size, or of 1 if its size is below."""


class NeuronView(Card):
    """The neuron from its inputs to its loss and back, with the parts of a step below."""

    asked = Signal(Quantity)
    """A person wants this number explained."""
    sample_picked = Signal(object)
    """Index of the sample that is to be shown; None for the whole batch."""
    moved_on = Signal()
    """The moment shown is no longer the one to which a motion led."""
    figure_name = "neuron"
    title = "Neuron"

    _plan_key: tuple[object, ...] = ()
    _first = 0
    _last_sample = 0
    _lists: tuple[Drawing | None, Drawing | None] = None, None
    """The lists of the whole batch, the one before and the one shown; None for a single
    sample."""
    _picture: NeuronPicture | None = None
    _before: NeuronPicture | None = None
    """The picture of the moment before."""
    _shown: object = None
    _shown_data: Dataset | None = None
    _ghost: Ghost | None = None
    _read_of: tuple[object, ...] = ()
    _motion: Callable[[float], Marks] | None = None
    _corner = QSize(0, 0)
    """What is left free at the top left; all neurons and the opened one are then two cards."""
    _led_to = ""
    """Where a ghost leads the weights, in words; empty where the picture has room for it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("neuron")
        self.diagram = Diagram()
        self.drag = Drag(self.diagram, self._handles, self._handle_at, tabs=False)
        self.drag.clicked.connect(self.diagram.press)
        self.drag.looks_changed.connect(self._dress)
        self.diagram.focused.connect(self.drag.focus)
        self.choice = SampleChoice()
        self.parts = PhaseStrip()
        self.reading = named(PlotReading(themes.numeric_font()), "neuron_reading")
        self._header.setStretch(0, 0)
        self.heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._header.insertWidget(1, self.choice)
        self._header.insertWidget(2, self.reading, 1)
        self.gradients = small_button(
            "neuron_gradients", "Gradients", _GRADIENTS, "Gradients in the neuron", checkable=True
        )
        self.gradients.setMinimumHeight(24)
        self.gradients.toggled.connect(self._draw_again)
        self._header.insertWidget(3, self.gradients)
        self.setTabOrder(self.gradients, self.enlarge)
        self.network = NetworkPicture()
        self._opened = QWidget()
        self._opened.hide()
        self._opened_title = text_label("opened", "title")
        self._note = named(PlotReading(themes.numeric_font()), "opened_note")
        in_row(self._opened_title, (self._note, 1), within=self._opened, spacing=_BETWEEN)
        self._all = in_row(self.network)
        self._both = in_row(self._all, (in_column(self._opened, (self.diagram, 1)), 1))
        self._rows.addLayout(self._both, 1)
        self._rows.addWidget(self.parts)
        self._ranking = Ranking()
        self._glide = Glide(self.diagram.viewport(), fades=True)
        self.choice.moved.connect(self._on_sample_moved)
        self.diagram.clicked.connect(lambda slot: self.asked.emit(_quantity_in(slot, self.frame)))
        self.diagram.sample_moved.connect(self._on_sample_moved)
        self.diagram.picked.connect(self._on_line_picked)
        self.diagram.scrolled.connect(self._on_scrolled)
        self.diagram.typing_asked.connect(self._let_type)
        self.diagram.field.typed.connect(self._on_typed)

    def leave_free(self, corner: QSize) -> None:
        """Leave a corner at the top left to the form, or with an empty one take it back.

        All neurons then stand in a card beside that corner, and the opened one in a card below
        both.
        """
        if corner != self._corner:
            self._corner = corner
            for row in (self._header, self._all):
                row.setContentsMargins(corner.width(), 0, 0, 0)
            themes.set_look(self, "card", on=corner.isEmpty())
            self._draw_again()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frames of the two cards; that of the opened neuron has the neuron's colour."""
        super().paintEvent(event)
        if self._corner.isEmpty() or self.frame is None:
            return
        left, under = self._corner.toTuple()
        opened = unit_colour(self.frame.settings, self.frame.unit, themes.now.palette)
        painter = themes.painter(self)
        painter.setBrush(QColor(themes.now.card))
        for area, colour, width in (
            (QRectF(left, 0, self.width() - left, under - themes.GRID), themes.now.border, 1.0),
            (QRectF(0, under, self.width(), self.height() - under), opened, 1.5),
        ):
            painter.setPen(QPen(QColor(colour), width))
            by = width / 2
            painter.drawRoundedRect(area.adjusted(by, by, -by, -by), *_ROUND)

    def reset(self, frame: Frame) -> None:
        """Make ready for another experiment."""
        self.drag.cancel()
        self.diagram.field.put_back()
        self._ranking = Ranking()
        self._plan_key = self._read_of = ()
        self._first = 0

    def draw(self, frame: Frame) -> None:
        """Show what is held at once; everything else is numbers, which are only read."""
        if frame.preview:
            self.read(frame)
        elif frame.ghost is not self._ghost:
            self.draw_ghost(frame)

    def stands_still(self, frame: Frame) -> bool:
        """Return whether nothing is held, and the ghost is the same."""
        return not frame.preview and frame.ghost is self._ghost

    def draw_ghost(self, frame: Frame) -> None:
        """Show how a ghost would change the weights, behind the numbers."""
        picture = self._picture
        if picture is None or frame.sample is None or self._motion is not None:
            return
        if self._shown_data is frame.settings.dataset:
            self._ghost = frame.ghost
            self._show_picture(picture, frame)
            self.parts.light(frame.phase, self._part_in_words(frame))

    def show_error(self, sentence: str) -> None:
        """Say why a weight cannot have the value that it was dragged to."""
        self.reading.setText(sentence)
        announce(self.diagram, sentence)

    def read(self, frame: Frame) -> None:
        """Show this moment, all of which is numbers."""
        self._share_out(frame)
        selection = frame.step, frame.phase, frame.sample, frame.unit
        look = self._room(), themes.now, self.gradients.isChecked(), self.veiled
        if self._motion is None and self._read_of == (frame, *look):
            return  # what is held was read when it was drawn
        self._read_of = (frame, *look)
        self._ghost = frame.ghost
        shown = frame.number, frame.settings, *selection, *look
        if self._motion is not None:
            if shown == self._shown:
                return
            self.end_part()
            self.moved_on.emit()
        if shown != self._shown:
            self._shown = shown
            self._shown_data = frame.settings.dataset
            self._before = self._picture
            self._picture = None
            self._lists = self._lists[1], None
            if self._before if frame.sample is None else self._lists[0]:
                self._glide.leave()
        self._led_to = ""
        if frame.sample is None:
            self._read_batch(frame)
        else:
            self._last_sample = frame.sample
            self._picture = self._picture_of(frame, frame.sample)
            self.diagram.show_rows(0, self._plan.shown, 0)
            self._show_picture(self._picture, frame)
        self.parts.light(frame.phase, self._part_in_words(frame))
        self._describe(frame)

    def _share_out(self, frame: Frame) -> None:
        """Give all neurons their room above the opened one, or beside it where height is short."""
        self._rows.activate()  # else the room of parts that were just hidden stays empty
        area = self._both.geometry()
        cornered = not self._corner.isEmpty()
        above = cornered or area.height() >= _HIGH * self.fontMetrics().height()
        between = themes.GRID + 2 * _PADDING if cornered else _BETWEEN
        high = int(_ABOVE * (area.height() - between)) if above else 0
        if cornered:
            high = self._corner.height() - themes.GRID - _PADDING - area.y()
        self._both.setSpacing(between)
        self._both.setDirection(
            QBoxLayout.Direction.TopToBottom if above else QBoxLayout.Direction.LeftToRight
        )
        room = area.size() - QSize(_BETWEEN, 0)
        batch = frame.sample is None and self._shows_backward(frame)
        if batch and not above and area.width() < themes.scaled(_BOTH):
            room = QSize(0, 0)  # the gradients of the whole batch take all of the room
        self._opened.setVisible(above and not frame.settings.parameters.linear)
        if self.network.show_frame(frame, room, high):
            self._both.activate()

    def _show_picture(self, picture: NeuronPicture, frame: Frame) -> None:
        layout = picture.layout
        marks = still = picture.marks
        self._led_to = ""
        if frame.ghost is not None and not picture.moment.backward:
            epoch = frame.ghost.ahead.epochs[-1]
            ahead = frame.ghost.ahead.parameters[-1][frame.places]
            height = self._room()[1]
            ink = themes.now.palette
            opacity = frame.ghost.opacity
            told = ahead_marks(ahead, layout, height, ink, opacity)
            marks = marks | told
            if not all(("ahead", index) in told for index in layout.pills):
                names = picture.moment.settings.parameters.names
                ends = map("{} = {}".format, map(subscripted, names), map(measured, ahead.tolist()))
                self._led_to = f"At epoch {epoch:,.0f} the run would have {listed([*ends])}."
        letters = letters_of(layout.plan.size)
        moment = picture.moment
        drawing = Drawing(
            moment.settings, letters, marks, layout.slots, layout.pills, moment.numbers
        )
        self._show(drawing if marks is still else replace(drawing, still=still))

    def _picture_of(self, frame: Frame, sample: int, *, alone: bool = False) -> NeuronPicture:
        opened = frame.opened
        settings = frame.opened_settings
        room = self._room()
        more = self.enlarge.isChecked()
        gradients = self._shows_backward(frame)
        by_parts = frame.phase is not None and not alone  # all parts share one layout
        # Its own settings change at each moment: the outputs of hidden neurons are its inputs.
        key = (room, frame.settings, frame.unit, more, gradients or by_parts)
        if self._plan_key != key:
            self._plan_key = key
            self._plan = laid_out(*room, settings, letters_of, gradients=key[-1], more=more)
        plan = self._plan
        inputs = settings.dataset.width
        shown = self._ranking.shown(opened, sample, inputs, plan.shown)
        layout = place(*room, shown, settings, plan)
        after = frame.opened_next if frame.phase == "update" else None
        numbers = numbers_of(opened, frame.phase, sample, shown, inputs, after, backward=gradients)
        rows = frame.rows_here if plan.more else None
        history = rows.drawn_map(_HISTORY)[frame.places] if rows else None
        moment = Moment(settings, numbers, after or opened, sample, gradients, history, frame.phase)
        return NeuronPicture(moment, layout, themes.now.palette)

    # --- a part of a step in motion ---------------------------------------------------------------

    def begin_part(self, part: str, *, back: bool, alone: bool) -> bool:
        """Prepare the motion of a part that leads to what is shown; return whether it can be seen.

        Parameters
        ----------
        back
            Whether what is shown comes before the part, so that the part runs backwards.
        alone
            Whether this is the update of a whole step, not a part that is looked at by itself.
        """
        motion = self._motion_of(part, back=back, alone=alone)
        if motion is None:
            return False
        self._motion = motion
        self.network.begin_part(part, back=back)
        return True

    def _motion_of(self, part: str, *, back: bool, alone: bool) -> Callable[[float], Marks] | None:
        frame = self.frame
        now = self._picture
        then = None
        if frame is None or not self.isVisible():
            return None
        if frame.sample is None:
            earlier, later = self._lists[::-1] if back else self._lists
            if earlier is None or later is None or earlier.slots != later.slots:
                return None
            return partial(blended, earlier.marks, later.marks)
        if now is None:
            return None
        before, after = (now, self._before) if back else (self._before, now)
        if alone:
            first = frame.step - (not back)
            still = frame.selection.resting
            looks = (
                replace(still, step=first),
                replace(still, step=first + 1, phase="update"),
                replace(still, step=first + 1),
            )
            before, after, then = (
                self._picture_of(replace(frame, selection=look), frame.sample, alone=True)
                for look in looks
            )
        if after is None or (then and then.layout != after.layout):
            return None
        if before is None or before.layout != after.layout:
            before = after
        if part == "zero_grad" and frame.step:
            before = _with_old_gradient(after, frame)
        return PartMotion(part, before, after, then).at

    def show_part(self, t: float) -> None:
        """Show the motion at a time from 0 to 1."""
        if self._motion is not None:
            self.diagram.show_marks(self._motion(t))
            self.network.show_part(t)

    def end_part(self) -> None:
        """Show again the moment to which the motion has led."""
        self._motion = None
        self.network.end_part()
        shown = self._picture or self._lists[1]
        if shown is not None:
            self.diagram.show_marks(shown.marks)

    def _room(self) -> tuple[float, float]:
        size = self.diagram.viewport().size()
        return float(size.width()), size.height() - _MARGIN

    def _read_batch(self, frame: Frame) -> None:
        opened = frame.opened
        settings = frame.opened_settings
        samples = settings.samples_per_step
        gradients = self._shows_backward(frame)
        inputs = settings.dataset.width
        for _ in range(2):  # twice, since a bar beside the list takes width
            room = self._room()
            made = list_of(
                *room,
                settings,
                letters_of,
                partial(self._ranking.shown, opened, None, inputs),
                self._first,
                gradients=gradients,
            )
            self._first = min(made.rows)
            self.diagram.show_rows(self._first, made.in_sight, samples)
            if room == self._room():
                break
        after = frame.opened_next if frame.phase == "update" else None
        numbers = batch_numbers(opened, frame.phase, made, after)
        source = after or opened
        marks = BatchSheet(settings, source, frame.phase, numbers, made, themes.now.palette).drawn()
        letters = letters_of(made.size)
        batch = () if source is None else source.batch.tolist()
        drawing = Drawing(settings, letters, marks, made.slots, made.pills, numbers, batch)
        self._lists = self._lists[0], drawing
        self._show(drawing)

    def _show(self, drawing: Drawing) -> None:
        self.diagram.show_drawing(drawing)
        self._dress()

    def figure_options(self) -> FigureOptions:
        """Return whether gradients are shown."""
        return FigureOptions(backward=self.frame is None or self._shows_backward(self.frame))

    def _shows_backward(self, frame: Frame) -> bool:
        """Return whether gradients are shown: by choice, or because the part is about them."""
        if "backward" in self.veiled:
            return False
        return frame.phase in ("zero_grad", "backward") or self.gradients.isChecked()

    def _part_in_words(self, frame: Frame) -> str:
        """Return what the part that was just done did; while that is asked, what it is for."""
        if frame.phase is None:
            return with_real_minus(self._led_to) or _WHOLE
        said = _TIPS[frame.phase]
        if "answer" not in self.veiled:
            said = frame.phase_in_words or said
        return with_real_minus(said)

    def _describe(self, frame: Frame) -> None:
        """Say whose numbers these are, and what one must know to read them."""
        settings = frame.settings
        title = "Neuron"
        if not settings.parameters.linear:
            title = unit_title(settings, frame.unit)
            whose = f"{title}, opened"
            if whose != self._opened_title.text():
                self._opened_title.setText(whose)
                self.update()  # the frame has the colour of the opened one
            if not self._opened.isHidden():
                title = "Network" if settings.hidden else f"Layer of {settings.outputs} neurons"
        self.heading.setText(title)
        self.choice.show_sample(frame.sample, settings.dataset.samples, settings.samples_per_step)
        if frame.sample is None:
            last = "gradients" if self._shows_backward(frame) else "loss"
            text = f"each sample's output and {last}, and their mean"
        else:
            # The title has the sample's number, and the diagram shows x and target if all inputs
            # fit.
            many = settings.dataset.width > MOST_IN_FULL
            said = [told_of(settings, frame.sample)] if many else []
            said += features_worked_out(settings, frame.sample).values()
            text = " · ".join(said)
        note = ""
        opened = frame.opened
        if opened is not None and frame.sample is not None:
            there = frame.phase in (None, "backward") and self._shows_backward(frame)
            text = text or come_back(opened, frame.sample, backward=there)
            note = opened.of(frame.sample).note if there else ""  # it is about δ
            if note:
                saturated = "the curve is flat here to the last digit, so δ is taken as ŷ − y"
                text = f"{text} · {saturated}" if text else saturated
        tip = note or text
        if not self._opened.isHidden():
            shares = settings.softmax and (frame.unit or 0) >= settings.hidden
            self._note.setText(text or ("" if shares else _ALIKE))
            set_tip(self._note, tip)
            text = tip = ""
        self.reading.setText(text)
        set_tip(self.reading, tip)

    def _handle_at(self, place: QPointF) -> Handle | None:
        """Return the handle of the weight at a place of the diagram; it is dragged sideways."""
        index = self.diagram.pill_at(place)
        return None if index is None else self._handle_of(index, place)

    def _handle_of(self, index: int, at: QPointF) -> Handle | None:
        """Return the handle of a weight that is taken at a place."""
        frame = self.frame
        if frame is None or frame.parameters is None or index not in self.diagram.drawing.dragged:
            return None
        parameters = frame.parameters
        place = frame.places[index]

        def changes(to: QPointF) -> Changes:
            moved = parameters.copy()
            moved[place] += _PER_PIXEL * max(1.0, abs(moved[place])) * (to.x() - at.x())
            return start_at(moved)

        return Handle(
            changes,
            Qt.CursorShape.SizeHorCursor,
            kind="weights",
            at=at,
            name=("weight", index),
            sideways=True,
            reach=0.0,
        )

    def _handles(self) -> list[Handle]:
        """Return the handles of the visible weights, for the keyboard."""
        pills = self.diagram.drawing.pills
        found = [self._handle_of(index, QPointF(*pill.middle)) for index, pill in pills.items()]
        return [handle for handle in found if handle is not None]

    def _let_type(self, index: int) -> None:
        """Let a weight be typed in its place, or say there why it is locked."""
        self.drag.cancel()
        frame = self.frame
        if reason := self.drag.locked.get("weights"):
            at = self.diagram.place_of(("weight", index)).toPoint()
            show_tip(self.diagram.mapToGlobal(at), reason, self.diagram)
        elif frame is not None and frame.parameters is not None:
            self.diagram.type_weight(index, float(frame.parameters[frame.places[index]]))

    def _on_typed(self, index: int, value: float) -> None:
        """Take a weight that was typed as if it had been dragged."""
        assert self.frame is not None
        assert self.frame.parameters is not None
        moved = self.frame.parameters.copy()
        moved[self.frame.places[index]] = value
        self.drag.dropped.emit(start_at(moved))

    def _dress(self) -> None:
        """Let the weights look as if they could be dragged, if they can."""
        halos = {self.drag.hovered: HALO} if self.drag.taken is None else {}
        halos[self.drag.taken] = HELD
        self.diagram.dress(halos, free="weights" not in self.drag.locked)

    def _on_sample_moved(self, move: str) -> None:
        if self.frame is None:
            return
        last = self.frame.settings.dataset.samples - 1
        now = self.frame.selection.sample
        places = {
            "first": 0,
            "last": last,
            "mean": None,
            "back": min(self._last_sample, last),
            "next": 0 if now is None else min(now + 1, last),
            "previous": last if now is None else max(now - 1, 0),
        }
        if places[move] != now:
            self.sample_picked.emit(places[move])
            anatomy = self.frame.anatomy
            announce(self.choice, described(anatomy, self.frame.settings, places[move]))

    def _on_line_picked(self, line: int) -> None:
        """Show the sample of the pressed line."""
        if (
            self.frame is not None
            and self.frame.anatomy is not None
            and line < len(self.frame.anatomy.batch)
        ):
            self.sample_picked.emit(int(self.frame.anatomy.batch[line]))

    def _on_scrolled(self, rows: int) -> None:
        if self.frame is not None and self.frame.sample is None:
            self._first += rows
        else:
            self._ranking.scroll(rows)
        self._read_of = ()
        self._draw_again()


def _with_old_gradient(picture: NeuronPicture, frame: Frame) -> NeuronPicture:
    """Return a picture with the gradient that is left from the step before."""
    row = frame.row_at(frame.step - 1)
    assert row is not None
    numbers = dict(picture.moment.numbers)
    for slot, number in picture.moment.numbers.items():
        if slot[0] == "grad" and isinstance(slot[1], int):
            old = written(float(row.grad[frame.places[slot[1]]]))
            numbers[slot] = replace(number, text=old.text, value=old.value)
    return replace(picture, moment=replace(picture.moment, numbers=numbers))


def _quantity_in(slot: Slot, frame: Frame | None) -> Quantity:
    """Return the quantity in a slot, which depends on the part of the step."""
    kind, index = slot
    phase = frame.phase if frame else None
    before_one = frame is not None and frame.unit is not None and frame.settings.outputs == 1
    if kind in ("target", "loss") and before_one:
        return Quantity("loss_by_output")  # these stand where the neuron's own loss would be
    if kind == "grad" and phase == "zero_grad":
        return Quantity("old_grad", index)
    if phase == "update" and kind == "weight":
        return Quantity("update", index)
    if (
        phase == "update"
        and kind in ("grad", "change")
        and isinstance(index, int)
        and frame
        and frame.anatomy
    ):
        # The last two stages are the change and the new parameter.
        stage = len(frame.anatomy.stages) - 2 if kind == "change" else frame.anatomy.grad_stage
        return Quantity("stage", (stage, index))
    return Quantity(kind, index)
