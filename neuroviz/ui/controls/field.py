"""Parts of a form: a row with its error, a section that opens, and fields of Settings."""

from __future__ import annotations

import math
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QFrame,
    QLabel,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from neuroviz.core.choices.hyperparameters import Hyperparameter
from neuroviz.core.choices.settings import Settings
from neuroviz.ui.canvas.card import heading
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.commands import underline
from neuroviz.ui.controls.number_box import LARGEST_INTEGER, IntegerBox, NumberBox, NumbersEdit
from neuroviz.ui.controls.task_box import TaskBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import icon
from neuroviz.ui.theme.parts import (
    SCROLL_BAR,
    ScrolledPage,
    caption,
    in_column,
    in_row,
    named,
    set_tip,
    show_text,
    text_label,
)
from neuroviz.ui.theme.read_aloud import FoldButton, announce

_CAPTION = 84
_NARROW = 80
"""Pixels of captions, and of a box that has something beside it, at least."""


class Field(QWidget):
    """A row with a caption and its control, which is at the right or below.

    A sentence stands under both while something is wrong.

    Parameters
    ----------
    name
        The field of Settings; it names the control, and errors refer to it.
    title
        What the control is called, also for screen readers.
    control
        A box, a switch or a line of text; it gets name and title.
    beside
        A small widget at the right end of the row, for which the control gets narrower.
    below
        Whether the control has its own line below the caption.
    """

    _error: QLabel | None = None

    def __init__(
        self,
        name: str,
        title: str,
        control: QWidget,
        beside: QWidget | None = None,
        *,
        below: bool = False,
    ) -> None:
        super().__init__()
        self.name = name
        self.control = control
        control.setObjectName(name)
        text = control.text() if isinstance(control, QCheckBox) else ""
        control.setAccessibleName(f"{title}: {text}" if text else title)
        label = self.label = caption(title, control)
        label.ensurePolished()
        if not below:
            label.setFixedWidth(max(themes.scaled(_CAPTION), label.sizeHint().width()))
        else:
            label.setMinimumWidth(label.sizeHint().width() + 2)  # some letters lean out of theirs
        row = self._row = in_row()
        self.put_below(below)
        row.addWidget(label)
        row.addWidget(control, 1)
        if beside is not None:
            control.setMinimumWidth(_NARROW)
            row.addWidget(beside)
        self._rows = in_column(row, within=self, spacing=2)

    def put_below(self, below: bool) -> None:
        """Put the control on its own line below the caption, or beside it."""
        way = QBoxLayout.Direction
        self._row.setDirection(way.TopToBottom if below else way.LeftToRight)
        self._row.setSpacing(3 if below else 6)

    def show_error(self, sentence: str | None) -> None:
        """Show what is wrong; None clears it."""
        if sentence and self._error is None:
            self._error = text_label(f"{self.name}_error", "error", wrap=True)
            self._rows.addWidget(self._error)
        if self._error is not None:
            show_text(self._error, sentence or "")
        if sentence:
            announce(self.control, sentence)

    @property
    def error_height(self) -> int:
        """Pixels that the sentence takes under the row; 0 where nothing is wrong."""
        error = self._error
        return 0 if error is None or error.isHidden() else error.heightForWidth(self.width())


_ARROW = 16
_INDENT = 21
"""Pixels of the arrow, and of the summary's indent under the name."""


class FormSection(QWidget):
    """A line with a name, and :attr:`rows`, a layout that opens when the line is pressed.

    The summary stands under the name while the section is closed; where ``body`` is given, it
    always does, and the owner fills and shows the body.

    Parameters
    ----------
    name
        Used in object names and in the file of preferences.
    body
        What the line opens, if that does not stand under the line.
    """

    def __init__(self, name: str, title: str, body: QWidget | None = None) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.header = FoldButton(f"section_{name}")
        themes.set_look(self.header, "head")
        self.header.setText(title)
        self.header.setIconSize(QSize(_ARROW, _ARROW))
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header.toggled.connect(self._show_arrow)
        self._summary = named(heading(""), "summary")
        themes.set_role(self._summary, "muted")
        self._summary.setContentsMargins(_INDENT, 0, 4, 3)
        self._summary.pressed.connect(self.header.click)
        column = in_column(self.header, self._summary, within=self, spacing=0, margins=(0, 6, 0, 5))
        self._body = body or QWidget()
        if body is None:
            self.rows = in_column(within=self._body, spacing=6, margins=(0, 4, 0, 12))
            column.addWidget(self._body)
            self._body.hide()
            self.header.toggled.connect(self._body.setVisible)
            self.header.toggled.connect(self._summary.setHidden)
        self._show_arrow()

    @property
    def is_open(self) -> bool:
        """Whether its rows are shown."""
        return self.header.isChecked()

    def set_open(self, on: bool) -> None:
        """Open or close it."""
        self.header.setChecked(on)

    def holds(self, widget: QWidget) -> bool:
        """Return whether a widget stands in what it opens."""
        return self._body.isAncestorOf(widget)

    def summarize(self, summary: str) -> None:
        """Set the short summary of what is in it, for its closed line."""
        self._summary.setText(summary)
        self.header.setAccessibleDescription(summary)
        for part in (self.header, self._summary):
            set_tip(part, summary)

    def show_summary(self, wanted: bool) -> None:
        """Show the summary under the name, or only in the tooltip."""
        self._summary.setVisible(wanted)

    def _show_arrow(self) -> None:
        self.header.setIcon(icon("unfolded" if self.is_open else "on"))


TYPED = "typed"
"""Name of the start whose weights a person has typed."""
EDGE = 14
"""Pixels to the left and right of the controls; the scroll bar uses those at the right, so that
nothing moves when it comes."""
_ACCESS_KEYS = {
    "task": "T",
    "learning_rate": "G",
    "features": "P",
    "hidden": "I",
    "activation": "A",
    "loss": "O",
    "l1": "1",
    "l2": "2",
    "optimizer": "Z",
    "schedule": "C",
    "batch_size": "B",
    "init": "S",
    "weights": "W",
    "epochs": "N",
}
"""Field -> the letter that goes to it with Alt.

The menus have eight letters, and three lines that open have M, U and K; J, Q and Y are in no
caption. None is left for a control that belongs to one of these and comes after it by Tab
(momentum, shuffle, seed, the other end of a run), for coding, threshold and precision at the end,
and for small buttons.
"""

Number = NumberBox | IntegerBox
Box = TypeVar("Box", bound=NumberBox | IntegerBox | NumbersEdit)


class SettingsFields(QFrame):
    """Controls for fields of Settings; every change by a person leaves them as one signal."""

    changed = Signal(dict)
    """Field of Settings -> new value."""
    typed_start_asked = Signal()
    rejected = Signal(str, str)
    """A field, and a sentence on why what was typed there cannot be."""

    _rows: QVBoxLayout
    """What the fields are added to."""
    shown: Settings | None = None

    def __init__(self) -> None:
        super().__init__()
        self.own_fields: dict[str, Field] = {}
        """Those that stand here, by their names in Settings."""

    # --- building ---------------------------------------------------------------------------------

    def _page(self, width: int, *above: QLayout) -> QVBoxLayout:
        """Return the column of a page that scrolls in this frame, still empty.

        The page is in its frame before it is filled, since the style would be told of everything
        that it brings along.
        """
        inside = self._inside = _FormPage()
        inside.setFixedWidth(width - 2 - SCROLL_BAR)
        self._scroll = ScrolledPage(inside)
        in_column(*above, (self._scroll, 1), within=self, spacing=0, margins=(1, 4, 1, 4))
        margins = (EDGE, 8, EDGE - SCROLL_BAR, 3)
        return in_column(within=inside, spacing=0, margins=margins)

    def _add(self, field: Field) -> None:
        self.own_fields[field.name] = field
        self._rows.addWidget(field)
        if field.name in _ACCESS_KEYS:
            underline(field.label, _ACCESS_KEYS[field.name])

    def _choice(self, labels: dict[str, str], tips: dict[str, str] | None = None) -> ChoiceBox:
        box = ChoiceBox(labels, tips)
        box.chosen.connect(self._on_changed)
        return box

    def _number(self, row: Hyperparameter) -> Number:
        box: Number
        if row.whole:
            box = IntegerBox()
            box.setRange(int(row.low), min(int(row.high), LARGEST_INTEGER))
        else:
            box = NumberBox("log" if row.logarithmic else "linear", 0.05)
            # The greatest float below an end that is excluded.
            box.setRange(row.low, row.high if row.below is None else math.nextafter(row.below, 0))
        box.setToolTip(row.help)
        return self._listen(box)

    def _listen(self, box: Box) -> Box:
        """Listen to what a box emits, and show beside it what it rejects."""
        box.valueChanged.connect(self._on_changed)
        box.rejected.connect(self._on_rejected)
        return box

    # --- showing ----------------------------------------------------------------------------------

    def _show_value(self, name: str, settings: Settings) -> None:
        control = self.own_fields[name].control
        value = settings.samples_per_step if name == "batch_size" else getattr(settings, name)
        if isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, TaskBox):
            control.show_task(settings)
        elif isinstance(control, ChoiceBox):
            nothing = {"init": TYPED, "hidden_activation": "tanh"}
            control.set_name(str(value or nothing.get(name, "01")))
        elif isinstance(control, NumbersEdit) or (
            isinstance(control, Number) and value is not None
        ):
            control.show_value(value)

    def _show_values(self, settings: Settings) -> None:
        """Show these settings in every control that is here, and that nothing is wrong."""
        for name, field in self.own_fields.items():
            field.show_error(None)
            self._show_value(name, settings)

    # --- hearing ----------------------------------------------------------------------------------

    def _on_changed(self, value: object) -> None:
        name = self.sender().objectName()
        if name == "init" and value == TYPED:
            self.typed_start_asked.emit()
        else:
            self.changed.emit({name: int(str(value)) if name == "outputs" else value})

    def _on_rejected(self, sentence: str) -> None:
        self.rejected.emit(self.sender().objectName(), sentence)


class _FormPage(QWidget):
    """The page that scrolls; where it is longer than the window, nothing in it is squeezed."""

    def minimumSizeHint(self) -> QSize:
        """Return the preferred size, so that it never becomes smaller."""
        return self.sizeHint()
