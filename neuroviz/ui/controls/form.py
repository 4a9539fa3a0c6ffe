"""The experiment form: task and learning rate, and a line that opens the rest over the plots."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from neuroviz.core.choices.edits import editable
from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import capitalized
from neuroviz.ui.controls.breaks import LINE_THAT_BLOWS_UP
from neuroviz.ui.controls.commands import underline
from neuroviz.ui.controls.field import EDGE, Field, FormSection, Number, SettingsFields
from neuroviz.ui.controls.ruler import RateRuler
from neuroviz.ui.controls.task_box import TaskBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import in_column, in_row, set_tip, small_button, tab_into

if TYPE_CHECKING:  # it is built when it is first opened
    from neuroviz.ui.controls.more_settings import MoreSettings

_WIDTH = 252
_DRAWER = 320
_HIGH, _LOW = 16, 14.8
"""Height of the form, in lines of text, from which on there is room for the words of the task, and
for a summary and a caption above the task."""
_WAY_BACK = 1.8
"""Height, in lines of text, of the button that leads back to the task's own data."""
_BETWEEN, _LINES = 112, 9.4
"""Pixels and lines of a form without those words that has a button under the ruler."""
_TWO = 2.2
"""Lines of text that a summary and a caption above the task take."""
SECTIONS = ("section_curvature", "section_breaks")
"""Names of the lines in More settings that open."""


class ExperimentForm(SettingsFields):
    """The form; every change by a person leaves it as one signal.

    The new settings come back through :meth:`show_settings`. More settings are built when they are
    first needed.
    """

    notebook_asked = Signal()
    """The task is to start with the notebook's settings."""
    new_seed_asked = Signal()
    data_asked = Signal(str)
    """A person wants to use their own data, in a way that :class:`TaskBox` names."""
    folded = Signal()
    """A line that opens has been opened or closed."""
    more_built = Signal()
    """More settings are there from now on."""
    _more_settings: MoreSettings | None = None
    open_sections: Collection[str] = ()
    """Names of the lines in More settings that are open, or will be once they are built."""

    def __init__(self) -> None:
        super().__init__()
        themes.set_look(self, "card")
        self.setProperty("column", True)
        width = themes.scaled(_WIDTH)
        self.setFixedWidth(width)
        self.rejected.connect(self.show_error)
        self.drawer = QWidget()
        """Where More settings stand while they are open; the owner places it over what is under the
        form."""
        self.drawer.setFixedWidth(themes.scaled(_DRAWER))
        in_column(within=self.drawer)
        self.more = FormSection("more", "More settings", self.drawer)
        self.ruler = RateRuler()
        self._build(width)
        self._show_drawer()

    @property
    def more_settings(self) -> MoreSettings:
        """The settings that are not needed at first, built now if they have not been yet."""
        if self._more_settings is None:
            from neuroviz.ui.controls.more_settings import MoreSettings

            more = self._more_settings = MoreSettings(self.ruler, self.drawer.width())
            more.changed.connect(self.changed)
            more.rejected.connect(self.show_error)
            more.typed_start_asked.connect(self.typed_start_asked)
            more.new_seed.clicked.connect(self.new_seed_asked)
            more.notebook.clicked.connect(self.notebook_asked)
            more.close_button.clicked.connect(lambda: self.more.set_open(False))
            if self.shown is not None:
                more.show_settings(self.shown)
            for section in more.sections:
                section.set_open(section.header.objectName() in self.open_sections)
                section.header.toggled.connect(self._on_folded)
            cast("QVBoxLayout", self.drawer.layout()).addWidget(more)
            tab_into(self.more.header, more)
            self.more_built.emit()
        return self._more_settings

    @property
    def fields(self) -> dict[str, Field]:
        """All fields, those in More settings too."""
        return {**self.own_fields, **self.more_settings.own_fields}

    @property
    def built_fields(self) -> dict[str, Field]:
        """The fields that are there by now."""
        return self.fields if self.has_more else self.own_fields

    @property
    def has_more(self) -> bool:
        """Whether More settings are there by now."""
        return self._more_settings is not None

    @property
    def sections(self) -> list[FormSection]:
        """All lines that open, those in More settings too."""
        return [self.more, *self.more_settings.sections]

    # --- building ---------------------------------------------------------------------------------

    def _build(self, width: int) -> None:
        column = self._page(width)
        self._rows = in_column(spacing=3)
        column.addLayout(self._rows)
        self._add_task()
        self._add_learning_rate()
        column.addStretch(1)
        self.more.header.toggled.connect(self._show_drawer)
        self.more.header.toggled.connect(self.folded)
        underline(self.more.header, "M")
        under = in_row(self.more, margins=(EDGE, 0, EDGE - 2, 0))  # as wide as the page above
        cast("QVBoxLayout", self.layout()).addLayout(under)

    def _show_drawer(self) -> None:
        """Show the drawer while its line is pressed and the form itself is shown."""
        wanted = self.more.is_open and not self.isHidden()
        if wanted:
            assert self.more_settings
        self.drawer.setVisible(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words about choices to tooltips where there is little height."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        line = self.fontMetrics().height()
        wrong = sum(field.error_height for field in self.own_fields.values())
        height = self.height() - wrong - _WAY_BACK * line * (not self.own_data.isHidden())
        high = height >= _HIGH * line
        moved = self.shown is not None and self.shown.points_moved
        self._task.purpose.setVisible(high and not moved)  # their way back stands there
        left = height - _BETWEEN - (_LINES + high) * line
        low = height < _LOW * line or (self.ruler.offers and left < 0)
        self.more.show_summary(not low)
        self.own_fields["task"].put_below(not low)
        self.ruler.make_room(left + _TWO * line * low >= 0)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the drawer back with the form."""
        super().showEvent(event)
        self._show_drawer()

    def hideEvent(self, event: QHideEvent) -> None:
        """Hide the drawer with the form."""
        super().hideEvent(event)
        self._show_drawer()

    def _add_task(self) -> None:
        task = self._task = TaskBox()
        task.chosen.connect(self._on_changed)
        task.data_asked.connect(self.data_asked)
        self._add(Field("task", "Task", task, below=True))
        self._rows.addWidget(task.purpose)
        self.own_data = small_button(
            "put_data_back",
            "",
            "Start anew with the task's own data",
            clicked=lambda: self.changed.emit({"data": None}),
        )
        self.own_data.hide()
        self._rows.addWidget(self.own_data, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_learning_rate(self) -> None:
        self._add(Field("learning_rate", LEARNING_RATE.label, self._number(LEARNING_RATE)))
        self.ruler.rate_asked.connect(lambda rate: self.changed.emit({"learning_rate": rate}))
        self.ruler.flat.clicked.connect(lambda: self.changed.emit(LINE_THAT_BLOWS_UP))
        self._rows.addWidget(self.ruler)
        self._rows.addWidget(self.ruler.why)
        self._rows.addWidget(self.ruler.flat)

    def go_to(self, name: str) -> None:
        """Bring the keyboard to a control."""
        field = self.fields[name]
        if self.more.holds(field):
            self.more.set_open(True)
        field.control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- showing ----------------------------------------------------------------------------------

    def show_settings(self, settings: Settings) -> None:
        """Show these settings in every control, without a signal."""
        self.shown = settings
        self._show_values(settings)
        self.ruler.show_settings(settings)
        self.more.summarize(_summary(settings))
        self._show_own_data(settings)
        search = settings.optimizer_entry.search
        rate = self.own_fields["learning_rate"].control
        if rate.isEnabled() and not rate.property("invalid"):  # otherwise it says why
            set_tip(rate, search.rate_words if search else LEARNING_RATE.help)
        if self._more_settings is not None:
            self._more_settings.show_settings(settings)

    @property
    def number_in_hand(self) -> str:
        """The hyperparameter that a slider, a key or an arrow is changing now; empty for none."""
        if self.shown is None:
            return ""
        if self.ruler.slider.isSliderDown() or self.ruler.slider.steps:
            return LEARNING_RATE.name
        built = self.built_fields
        names = (name for name in editable(self.shown) if name in built)
        return next((name for name in names if cast("Number", built[name].control).steps), "")

    def show_held(self, settings: Settings) -> None:
        """Show the learning rate of these settings while a person holds the slider."""
        self.shown = settings
        self._show_value("learning_rate", settings)

    def show_error(self, field: str | None, sentence: str) -> None:
        """Show what is wrong at the control that it concerns."""
        task = self.own_fields["task"]
        fields = self.own_fields if field in (None, *self.own_fields) else self.fields
        place = fields.get(field or "task", task)
        if sentence and self.more.holds(place):
            self.more.set_open(True)
        # The control may be hidden.
        substitute = fields["init"] if field in ("weights", "bias", "seed") else task
        (place if place.isVisibleTo(self) else substitute).show_error(sentence)
        self._share_room()

    def _on_folded(self) -> None:
        sections = self.more_settings.sections
        self.open_sections = [part.header.objectName() for part in sections if part.is_open]
        self.folded.emit()

    def _show_own_data(self, settings: Settings) -> None:
        """Offer the way back where the data are no longer the task's own."""
        self.own_data.setVisible(settings.data_changed)
        self._share_room()
        moved = settings.points_moved
        back = "Moved points: put them back" if moved else "Back to the task's own data"
        self.own_data.setText(back)
        self.own_data.setAccessibleName(back)


def _summary(settings: Settings) -> str:
    """Return what is chosen, in one line.

    It names the neuron and its loss, and whatever is unusual about how it learns.
    """
    loss = settings.loss_entry
    named = loss.name.upper() if loss.name in ("bce", "mse", "mae") else loss.label
    method = settings.optimizer_entry.label.removeprefix("SGD with ")
    parts = [
        *filter(None, [settings.hidden_label]),
        settings.activation_label,
        " + ".join((named, *(row.short for row, _ in settings.penalties))),
        capitalized(method),
    ]
    if settings.schedule != "constant":
        parts.append(settings.schedule_entry.label)
    if settings.batch_size != "full":
        parts.append(f"batches of {settings.samples_per_step}")
    return " · ".join(parts)
