"""The arithmetic: why a number in the neuron is what it is.

Below that are the optimizer's steps, from the gradient to the update.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from neuroviz.core.anatomy.anatomy import Anatomy, LossAlong
from neuroviz.core.anatomy.explain import Quantity, explain
from neuroviz.core.anatomy.explanations import Terms
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.optimizer_stages import UpdateStage
from neuroviz.core.numbers import DASH, format_number, measured, subscripted, with_real_minus
from neuroviz.pictures.neuron.numbers import is_computed, is_of_the_new_weights
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.number_table import NumberTable
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import icon
from neuroviz.ui.theme.parts import STRETCH, ScrolledPage, ValueLabel, in_column, named, text_label
from neuroviz.ui.theme.read_aloud import FoldButton

_MOST_PARAMETERS = 3
_CURVE_HEIGHT = 64


class StagesTable(NumberTable):
    """A row for every step of the optimizer's arithmetic.

    It has a column for every parameter; where there are many, a column for one.
    """

    folds = True
    asked = Signal(Quantity)
    """This number is to be explained."""

    def __init__(self) -> None:
        super().__init__("stages", "From the gradient to the new parameters", 30)
        self._parameters: list[int] = []
        self.cellClicked.connect(self._on_cell)
        self.cellActivated.connect(self._on_cell)

    def show_stages(self, anatomy: Anatomy | None, parameter: int) -> None:
        """Show the steps of an anatomy; of many parameters only those of one.

        Without an anatomy, before torch is loaded, the table is hidden.
        """
        self.setVisible(anatomy is not None)
        if anatomy is None:
            return
        names = [subscripted(name) for name in anatomy.settings.parameters.names]
        few = len(names) <= _MOST_PARAMETERS
        self._parameters = list(range(len(names))) if few else [parameter]
        rows = [
            [_named(stage), *(measured(stage.of(index)) for index in self._parameters)]
            for stage in anatomy.stages
        ]
        self.show_texts(["step", *(names[index] for index in self._parameters)], rows)
        for row, stage in enumerate(anatomy.stages):
            item = self.item(self.line_of(row, 0), 0)
            if item is not None:
                item.setToolTip(with_real_minus(f"{stage.label}: {stage.equation}"))

    def _on_cell(self, row: int, column: int) -> None:
        index = self._parameters[max(0, column - 1)]
        self.asked.emit(Quantity("stage", (row // self.lines, index)))


def _named(stage: UpdateStage) -> str:
    """Return a step as its equation, or as symbol and name where the equation says nothing."""
    if stage.symbol == stage.formula:
        return f"{stage.symbol}, {stage.label}"
    return stage.equation


class LossAlongCurve(QWidget):
    """The loss along the negative gradient, with the step that exact line search takes."""

    _line: LossAlong | None = None

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_CURVE_HEIGHT)
        self.setAccessibleName("Loss along the negative gradient")
        self.hide()

    def show_line(self, line: LossAlong | None) -> None:
        """Show the loss along another line; None hides the curve."""
        self._line = line
        self.setVisible(line is not None)
        if line is not None:
            rate = format_number(line.found)
            least = f"the loss along −g: least at the rate α = {rate}"
            falls = f"the loss along −g falls up to the longest rate, {rate}"
            self.setAccessibleDescription(falls if line.ends else least)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the curve in a frame, with words at its right."""
        assert self._line is not None  # it is hidden without one
        painter = themes.painter(self, themes.text_font(smaller=1))
        frame = QRectF(2, 4, 92, self.height() - 8)
        painter.setPen(QPen(QColor(themes.now.grid), 1))
        painter.drawRoundedRect(frame, 4, 4)
        painter.setPen(themes.now.muted)
        place = QRectF(self.rect()).adjusted(frame.right() + 10, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(place, int(flags), self.accessibleDescription())
        area = frame.adjusted(4, 4, -4, -4)
        losses = self._line.losses
        span = float(np.ptp(losses)) or 1.0
        x = np.linspace(area.left(), area.right(), len(losses))
        y = area.bottom() - (losses - losses.min()) / span * area.height()
        painter.setPen(QPen(QColor(themes.now.accent), 2))
        painter.drawPolyline([*map(QPointF, x, y)])
        painter.setBrush(themes.now.accent)
        painter.drawEllipse(QPointF(x[self._line.place], y[self._line.place]), 3, 3)


_MOST_ROWS = 200
_WAYS = ("here", "autograd", "finite difference")
_LOADING = "In a moment every number here will explain itself."
_NOT_YET = "Not computed yet: press Part until its turn comes."
_OF_PART = {"forward": "pre_activation", "loss": "loss", "backward": "grad", "update": "update"}
"""Part of a step -> the kind of number that is explained for it."""
_OF_A_PARAMETER = ("grad", "old_grad", "weight", "update", "product")


class ArithmeticPanel(ScrolledPage):
    """The explanation of the number that was asked about, and below it the optimizer's steps."""

    frame: Frame | None = None
    _phase: str | None = None

    def __init__(self) -> None:
        page = QWidget()
        super().__init__(page, tabs=True)
        named(self, "arithmetic", "Arithmetic")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as formulas run
        self.along = LossAlongCurve()
        self._quantity = Quantity("grad", 0)
        self._make()
        self._place(page)
        self.fold.toggled.connect(self._draw)
        self.stages.asked.connect(self.show_quantity)

    # --- what the window calls --------------------------------------------------------------------

    def show_quantity(self, quantity: Quantity) -> None:
        """Explain this number."""
        self._quantity = quantity
        self._draw()

    def show_new(self, frame: Frame) -> None:
        """Show another experiment, and the first gradient if it lacks the number."""
        self.frame = frame
        if not _exists(self._quantity, frame):
            self._quantity = Quantity("grad", 0)
        self._follow(frame)
        self.samples.begin()
        self.stages.begin()
        self._draw()

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""
        self.frame = frame
        self._follow(frame)
        self._draw()

    def _follow(self, frame: Frame) -> None:
        """Explain the number that a new part of the step is about, for the same parameter."""
        if frame.phase == self._phase:
            return
        self._phase = frame.phase
        kind = _OF_PART.get(frame.phase or "")
        if kind is not None:
            parameter = self._quantity.index if self._quantity.kind in _OF_A_PARAMETER else None
            of_one = kind in _OF_A_PARAMETER
            self._quantity = Quantity(kind, parameter or 0) if of_one else Quantity(kind)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was missed while hidden."""
        super().showEvent(event)
        self._draw()

    # --- building ---------------------------------------------------------------------------------

    def _make(self) -> None:
        self.heading = _label("arithmetic_title", "title")
        self.formula = _label("arithmetic_formula", "value", numeric=True)
        self.numbers = _label("arithmetic_numbers", "value", numeric=True)
        self.note = _label("arithmetic_note", "muted")
        self.ways = [
            _label(f"arithmetic_{way.replace(' ', '_')}", "value", numeric=True, caption=way)
            for way in _WAYS
        ]
        self.fold = FoldButton("unfold_samples")
        themes.set_look(self.fold, "fold")
        self.samples = NumberTable("samples", "The samples' shares", 8)
        self.steps = _label("arithmetic_steps", "title")
        self.stages = StagesTable()

    def _place(self, page: QWidget) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * themes.GRID)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, (way, value) in enumerate(zip(_WAYS, self.ways, strict=True)):
            caption = _label("", "muted")
            caption.setText(way)
            caption.setWordWrap(False)
            grid.addWidget(caption, row, 0)
            grid.addWidget(value, row, 1)
        in_column(
            self.heading,
            self.formula,
            self.numbers,
            grid,
            self.note,
            self.fold,
            self.samples,
            self.steps,
            self.along,
            self.stages,
            STRETCH,
            within=page,
            spacing=themes.GRID,
            margins=(0, 0, themes.GRID, 0),
        )

    # --- drawing ----------------------------------------------------------------------------------

    def _draw(self) -> None:
        """Explain the number if the panel is visible."""
        if self.frame is None or not self.isVisible():
            return
        anatomy = self.frame.opened
        if is_of_the_new_weights(self._quantity.kind, self.frame.phase):
            anatomy = self.frame.opened_next
        if anatomy is None or not self.frame.ready:
            self._clear()
            return
        if not is_computed(self._quantity.kind, self.frame.phase):
            self._clear(_NOT_YET)
            return
        try:
            answer = explain(anatomy, self._quantity, self.frame.selection.sample)
        except SettingsError as error:  # a number so large that it is not finite
            self._clear(str(error))
            return
        note = answer.note or f"Equal to {answer.digits} digits."
        self._explain(answer.title, answer.formula, answer.arithmetic, note, *answer.texts)
        self._show_terms(answer.terms)
        self._show_steps(self.frame.opened if is_computed("stage", self.frame.phase) else None)

    def _explain(self, *texts: str) -> None:
        """Write title, formula, numbers and note, and the number in each of the three ways."""
        labels = self.heading, self.formula, self.numbers, self.note, *self.ways
        for label, text in zip(labels, texts, strict=True):
            _write(label, text)

    def _show_terms(self, terms: Terms | None) -> None:
        self.fold.setVisible(terms is not None)
        unfolded = terms is not None and self.fold.isChecked()
        self.samples.setVisible(unfolded)
        if terms is None:
            return
        count = len(terms.rows)
        self.fold.setIcon(icon("unfolded" if self.fold.isChecked() else "on"))
        self.fold.setText(f"The {count:,} samples one by one")
        if unfolded:
            rows = [
                [f"{int(number):,}", *(measured(value) for value in shares)]
                for number, *shares in terms.rows[:_MOST_ROWS].tolist()
            ]
            self.samples.show_texts(
                ["sample" if len(terms.headers) < 5 else "#", *terms.headers[1:]], rows
            )

    def _show_steps(self, anatomy: Anatomy | None) -> None:
        """Show how the gradient becomes the update; without an anatomy show nothing."""
        index = self._quantity.index
        parameter = index[1] if isinstance(index, tuple) else index or 0
        whose = "The next" if self.frame is None or self.frame.phase is None else "This"
        _write(self.steps, f"{whose} step: from the batch's gradient to the update")
        self.steps.setVisible(anatomy is not None)
        self.along.show_line(anatomy.line if anatomy else None)
        self.stages.show_stages(anatomy, parameter)

    def _clear(self, sentence: str = _LOADING) -> None:
        self._explain(DASH, "", "", sentence, *[DASH] * len(_WAYS))
        self._show_terms(None)
        self._show_steps(None)


def _exists(quantity: Quantity, frame: Frame) -> bool:
    if isinstance(quantity.index, tuple):
        return False  # another optimizer has other steps
    width = len(frame.places) - 1
    return quantity.index is None or quantity.index < width + (
        quantity.kind not in ("input", "product")
    )


def _label(name: str, role: str, *, numeric: bool = False, caption: str = "") -> QLabel:
    """Return a label whose text wraps and can be selected, read aloud with its caption if any."""
    label = ValueLabel(name, role, caption, "") if caption else text_label(name, role)
    label.setWordWrap(True)
    flags = Qt.TextInteractionFlag
    label.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
    if numeric:
        themes.set_numeric(label)
    return label


def _write(label: QLabel, text: str) -> None:
    label.setText(with_real_minus(text))
