"""The experiment form: every choice before and during a run, built from the tables of choices."""

from __future__ import annotations

import math
from typing import TypeVar, cast

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from neuroviz.core.catalogue import Catalogue, Entry
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.edits import editable, only_edits
from neuroviz.core.choices.hyperparameters import LEARNING_RATE, Hyperparameter
from neuroviz.core.choices.losses import CODING_LABELS, LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.penalties import PENALTIES
from neuroviz.core.choices.resolve import INITS, MAX_HIDDEN, PRECISIONS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import NOTEBOOK
from neuroviz.core.numbers import MAX_SEED, capitalized, format_number
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.commands import underline
from neuroviz.ui.controls.field import LINE_THAT_BLOWS_UP, BreakSwitches, Field, FormSection
from neuroviz.ui.controls.number_box import (
    LARGEST_INTEGER,
    FormulasEdit,
    IntegerBox,
    NumberBox,
    NumbersEdit,
    OptionalNumberEdit,
)
from neuroviz.ui.controls.ruler import RateRuler
from neuroviz.ui.controls.small_curves import ActivationCurve
from neuroviz.ui.controls.task_box import TaskBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    STRETCH,
    ScrolledPage,
    caption,
    in_column,
    in_row,
    set_tip,
    show_text,
    small_button,
    text_label,
)

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
_TYPED = "typed"
_CODED = (("inputs", "Inputs"), ("coding", "Classes"))
_WIDTH = 252
_DRAWER = 320
_EDGE = 14
"""Pixels to the left and right of the controls; the scroll bar uses those at the right, so that
nothing moves when it comes."""
_SCROLL_BAR = 10
_HIGH, _LOW = 16, 13.5
"""Height of the form, in lines of text, from which on there is room for the words of the task, and
for a summary."""
_BETWEEN, _LINES = 112, 9.4
"""Pixels and lines of a form without those words that has a button under the ruler."""
_MOST_TYPED = 7
"""Most parameters that are typed in the form; more are typed in their own panel."""

Number = NumberBox | IntegerBox
Box = TypeVar("Box", bound=NumberBox | IntegerBox | NumbersEdit)


class _FormPage(QWidget):
    """The page that scrolls; where it is longer than the window, nothing in it is squeezed."""

    def minimumSizeHint(self) -> QSize:
        """Return the preferred size, so that it never becomes smaller."""
        return self.sizeHint()


class ExperimentForm(QFrame):
    """The form; every change by a person leaves it as one signal.

    The new settings come back through :meth:`show_settings`.
    """

    changed = Signal(dict)
    """Field of Settings -> new value."""
    notebook_asked = Signal()
    """The task is to start with the notebook's settings."""
    typed_start_asked = Signal()
    new_seed_asked = Signal()
    data_asked = Signal(str)
    """A person wants to use their own data, in a way that :class:`TaskBox` names."""

    def __init__(self) -> None:
        super().__init__()
        themes.set_look(self, "card")
        self.setProperty("column", True)
        width = themes.scaled(_WIDTH)
        drawer = themes.scaled(_DRAWER)
        self.setFixedWidth(width)
        self.fields: dict[str, Field] = {}
        self.sections: list[FormSection] = []
        self._hyperparameters: dict[str, tuple[Hyperparameter, ...]] = {}
        self._showing = False
        self.shown: Settings | None = None
        self.curve = ActivationCurve()
        self.ruler = RateRuler(drawer - 2 - 2 * _EDGE)
        self._column = self._page(self, width)
        self.drawer = QFrame()
        """The settings that are not needed at first; the owner places it over what is under the
        form."""
        self._build()
        self._show_drawer()

    # --- building ---------------------------------------------------------------------------------

    def _page(self, frame: QFrame, width: int, *above: QLayout) -> QVBoxLayout:
        """Return the column of a page that scrolls in a frame, still empty.

        The page is in its frame before it is filled, since the style would be told of everything
        that it brings along.
        """
        page = _FormPage()
        page.setFixedWidth(width - 2 - _SCROLL_BAR)
        scroll = ScrolledPage(page)
        in_column(*above, (scroll, 1), within=frame, spacing=0, margins=(1, 4, 1, 4))
        margins = (_EDGE, 8, _EDGE - _SCROLL_BAR, 4)
        return in_column(within=page, spacing=0, margins=margins)

    def _build(self) -> None:
        self._rows = in_column(spacing=3)
        self._column.addLayout(self._rows)
        self._add_task()
        self._add_learning_rate()
        self._column.addStretch(1)
        body = self._build_drawer()
        self.more = FormSection("more", "More settings", body)
        self.more.header.toggled.connect(self._show_drawer)
        under = in_row(self.more, margins=(_EDGE, 0, _EDGE, 0))
        cast("QVBoxLayout", self.layout()).addLayout(under)
        self.sections.append(self.more)
        self._rows = self.more.rows
        self._add_notebook()
        self._add_features()
        self._add_hidden()
        self._add_choice("activation", "Activation", ACTIVATIONS)
        self._rows.addWidget(self.curve)
        self._add_choice("loss", "Loss", LOSSES)
        self.loss_note = text_label("loss_note", "muted", wrap=True)
        self._rows.addWidget(self.loss_note)
        for penalty in PENALTIES.values():
            self._add(Field(penalty.name, penalty.strength.label, self._number(penalty.strength)))
        self._add_choice("optimizer", "Optimizer", OPTIMIZERS)
        self._places = {"optimizer": self._add_place()}
        self._add_choice("schedule", "Schedule", SCHEDULES)
        self._places["schedule"] = self._add_place()
        self._add_batch()
        self._add_start()
        self._add_stop()
        self._add_coding()
        self._add_section(self.ruler.section)
        self.breaks = BreakSwitches()
        self.breaks.changed.connect(self.changed)
        self._add_section(self.breaks)
        for name, letter in _ACCESS_KEYS.items():
            underline(self.fields[name].label, letter)
        for section, letter in zip(self.sections, "MUK", strict=True):
            underline(section.header, letter)

    def _build_drawer(self) -> QWidget:
        """Build the drawer that More settings opens, and return the widget for its rows."""
        self.drawer.setObjectName("more_settings")
        themes.set_look(self.drawer, "card", "drawer")
        self.drawer.setProperty("column", True)
        width = themes.scaled(_DRAWER)
        self.drawer.setFixedWidth(width)
        close = small_button(
            "close_more",
            "",
            "Close More settings",
            sign="close",
            clicked=lambda: self.more.set_open(False),
        )
        themes.set_look(close, "quiet")
        title = text_label("", "title", "More settings")
        head = in_row((title, 1), close, margins=(_EDGE, 4, 8, 4))
        self._column = self._page(self.drawer, width, head)
        body = QWidget()
        self._column.addWidget(body)
        return body

    def _show_drawer(self) -> None:
        """Show the drawer while its line is pressed and the form itself is shown."""
        self.drawer.setVisible(self.more.is_open and not self.isHidden())

    def bring(self, part: QWidget) -> None:
        """Scroll to a part of More settings, while that is open."""
        page = self.drawer.findChild(ScrolledPage)
        inside = page and page.widget()
        assert page is not None
        assert inside is not None
        inside.adjustSize()  # else what was hidden lies where it was
        page.ensureWidgetVisible(part, 0, themes.GRID)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words about choices to tooltips where there is little height."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        line = self.fontMetrics().height()
        high = self.height() >= _HIGH * line
        self._task.purpose.setVisible(high)
        self.more.show_summary(self.height() >= _LOW * line)
        lines = _LINES + high + 2 * (not self.own_data.isHidden())
        self.ruler.make_room(self.height() >= _BETWEEN + lines * line)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the drawer back with the form."""
        super().showEvent(event)
        self._show_drawer()

    def hideEvent(self, event: QHideEvent) -> None:
        """Hide the drawer with the form."""
        super().hideEvent(event)
        self._show_drawer()

    def _add_section(self, section: FormSection) -> None:
        self.sections.append(section)
        self._column.addWidget(section)

    def _add(self, field: Field) -> None:
        self.fields[field.name] = field
        self._rows.addWidget(field)

    def _add_place(self) -> QVBoxLayout:
        place = in_column(spacing=6)
        self._rows.addLayout(place)
        return place

    def _choice(self, labels: dict[str, str], tips: dict[str, str] | None = None) -> ChoiceBox:
        box = ChoiceBox(labels, tips)
        box.chosen.connect(self._on_changed)
        return box

    def _add_choice(self, name: str, title: str, catalogue: Catalogue[Entry]) -> None:
        tips = {
            key: "\n".join(filter(None, (row.formula, row.reference, row.note)))
            for key, row in catalogue.items()
        }
        self._add(Field(name, title, self._choice(catalogue.labels, tips), below=True))

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

    def _add_notebook(self) -> None:
        self.notebook = small_button("as_in_notebook", "", clicked=self.notebook_asked)
        self._rows.addLayout(in_row(self.notebook, STRETCH))

    def _add_features(self) -> None:
        """Add the line in which inputs by formula are typed."""
        features = self._listen(FormulasEdit())
        features.objection = self._objection_to_features
        features.setToolTip(
            "Inputs computed from the data's own, separated by commas: "
            "x1*x2, x1^2, sin(x1), x1 > 0.5"
        )
        self._add(Field("features", "Added inputs", features))

    def _add_hidden(self) -> None:
        """Add the boxes for hidden neurons, outputs and the hidden activation."""
        hidden = self._listen(IntegerBox())
        hidden.setRange(0, MAX_HIDDEN)
        hidden.setToolTip("Neurons between the inputs and the output; 0 for one neuron alone")
        self._add(Field("hidden", "Hidden", hidden, caption("neurons")))
        outputs = self._choice({"1": "One, with a threshold", "2": "Two, by softmax"})
        outputs.setToolTip("How many outputs tell two classes apart")
        self._add(Field("outputs", "Outputs", outputs, below=True))
        trained = {name: row.label for name, row in ACTIVATIONS.items() if row.trainable}
        of_hidden = self._choice(trained)
        self._add(Field("hidden_activation", "Hidden activation", of_hidden, below=True))

    def _objection_to_features(self, formulas: tuple[str, ...]) -> str | None:
        return None if self.shown is None else self.shown.objection(features=formulas)

    def go_to(self, name: str) -> None:
        """Bring the keyboard to a control."""
        field = self.fields[name]
        if self.more.holds(field):
            self.more.set_open(True)
        field.control.setFocus(Qt.FocusReason.ShortcutFocusReason)

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

    def _add_learning_rate(self) -> None:
        self._add(Field("learning_rate", LEARNING_RATE.label, self._number(LEARNING_RATE)))
        self.ruler.rate_asked.connect(self.ask_rate)
        self.ruler.flat.clicked.connect(lambda: self.changed.emit(LINE_THAT_BLOWS_UP))
        self._rows.addWidget(self.ruler)
        self._rows.addWidget(self.ruler.why)
        self._rows.addWidget(self.ruler.flat, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_batch(self) -> None:
        self.batch_note = caption("")
        self._batch_size = self._listen(IntegerBox())
        self._add(Field("batch_size", "Batch size", self._batch_size, self.batch_note))
        shuffle = QCheckBox("Anew each epoch")
        shuffle.toggled.connect(self._on_changed)
        self._add(Field("shuffle", "Shuffle", shuffle))

    def _add_start(self) -> None:
        self._add(
            Field("init", "Start", self._choice({**INITS, _TYPED: "Typed weights"}), below=True)
        )
        tip = "Draw another start"
        new_seed = small_button("new_seed", "New", tip, "New seed", clicked=self.new_seed_asked)
        seed = self._listen(IntegerBox())
        seed.setRange(0, MAX_SEED)
        self._add(Field("seed", "Seed", seed, new_seed))
        self._add(Field("weights", "Weights", self._listen(NumbersEdit())))
        self._add(Field("bias", "Bias", self._listen(NumberBox())))

    def _add_stop(self) -> None:
        self._add(Field("epochs", "Run to epoch", self._listen(IntegerBox())))
        until = self._listen(OptionalNumberEdit())
        until.setPlaceholderText("no limit")
        self._add(Field("until_loss", "or to loss", until))

    def _add_coding(self) -> None:
        for name, title in _CODED:
            self._add(Field(name, title, self._choice(CODING_LABELS)))
        self._add(Field("threshold", "Threshold", self._listen(NumberBox())))
        self._add(
            Field("precision", "Precision", self._choice({name: name for name in PRECISIONS}))
        )

    # --- showing ----------------------------------------------------------------------------------

    def show_settings(self, settings: Settings, *, ready: bool) -> None:
        """Show these settings in every control, without a signal.

        ``ready`` says whether torch is loaded.
        """
        self._showing = True
        before = self.shown
        self.shown = settings
        for field in self.fields.values():
            field.show_error(None)
        self._show_hyperparameters(settings)
        self._show_limits(settings)
        for name, field in self.fields.items():
            self._show_value(field, name, settings)
        self.ruler.show_settings(settings)
        self.curve.show_activation(settings.activation, ready=ready)
        self._show_meaning(settings)
        self.more.summarize(_summary(settings))
        self._show_notebook(settings)
        self.breaks.show_settings(settings)
        # These edits make nothing else possible or impossible.
        if before is None or not only_edits(before, settings):
            self._show_objections(settings)
        self._showing = False

    @property
    def number_in_hand(self) -> str:
        """The hyperparameter that a slider, a key or an arrow is changing now; empty for none."""
        if self.shown is None:
            return ""
        if self.ruler.slider.isSliderDown() or self.ruler.slider.steps:
            return LEARNING_RATE.name
        boxes = {name: cast("Number", self.fields[name].control) for name in editable(self.shown)}
        return next((name for name, box in boxes.items() if box.steps), "")

    def show_held(self, settings: Settings) -> None:
        """Show the learning rate of these settings while a person holds the slider."""
        self._showing = True
        self.shown = settings
        self._show_value(self.fields["learning_rate"], "learning_rate", settings)
        self._showing = False

    def show_error(self, field: str | None, sentence: str) -> None:
        """Show what is wrong at the control that it concerns."""
        place = self.fields.get(field or "task", self.fields["task"])
        if sentence and self.more.holds(place):
            self.more.set_open(True)
        # The control may be hidden.
        substitute = "init" if field in ("weights", "bias", "seed") else "task"
        (place if place.isVisibleTo(self) else self.fields[substitute]).show_error(sentence)

    def ask_rate(self, rate: float) -> None:
        """Ask for a learning rate, as if it had been typed."""
        self.changed.emit({"learning_rate": rate})

    def _show_value(self, field: Field, name: str, settings: Settings) -> None:
        control = field.control
        value = settings.samples_per_step if name == "batch_size" else getattr(settings, name)
        if isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, TaskBox):
            control.show_task(settings)
        elif isinstance(control, ChoiceBox):
            nothing = {"init": _TYPED, "hidden_activation": "tanh"}
            control.set_name(str(value or nothing.get(name, "01")))
        elif isinstance(control, NumbersEdit) or (
            isinstance(control, Number) and value is not None
        ):
            control.setValue(value)

    def _show_limits(self, settings: Settings) -> None:
        samples = settings.dataset.samples
        self._batch_size.setRange(1, samples)
        full = settings.batch_size == "full"
        self.batch_note.setText("all" if full else f"of {samples}")

    def _show_meaning(self, settings: Settings) -> None:
        """Show only the controls that have an effect with these settings."""
        note = settings.loss_entry.note
        if settings.independent:
            outputs = f"{settings.outputs} outputs, each with a target of its own"
            note = f"The loss is the mean over {outputs}. {note}".strip()
        if settings.softmax:
            note = (
                f"An output for each of {settings.outputs} classes: softmax turns their sums z "
                "into shares, and cross-entropy is −log of the share of the right class."
            )
        show_text(self.loss_note, note)
        self.curve.setVisible(not settings.softmax)
        typed = settings.init is None
        shown = {
            **dict.fromkeys(("activation", "loss"), not settings.softmax),
            "outputs": len(settings.dataset.class_names) == 2 and not settings.independent,
            "shuffle": settings.batch_size != "full",
            "hidden_activation": settings.hidden > 0,
            "weights": typed and settings.parameters.count <= _MOST_TYPED,
            "bias": typed and not settings.breaks_it("no_bias"),
            "inputs": settings.inputs is not None,
            "coding": settings.coding is not None,
            "threshold": settings.threshold is not None,
            "seed": not typed or bool(settings.shuffle),
            **dict.fromkeys(
                (*PENALTIES, "epochs", "until_loss"), settings.activation_entry.trainable
            ),
        }
        for name, visible in shown.items():
            self.fields[name].setVisible(visible)
        search = settings.optimizer_entry.search
        means = search.rate_words if search else LEARNING_RATE.help
        rate = self.fields["learning_rate"].control
        if rate.isEnabled() and not rate.property("invalid"):  # otherwise it says why
            set_tip(rate, means)

    def _show_notebook(self, settings: Settings) -> None:
        """Offer the task's own settings where the window opens it with other ones."""
        task = settings.task_entry
        self.notebook.setVisible(bool(task.opening) and settings.data is None)
        own = settings.plain
        self.notebook.setEnabled(own != settings)
        if self.own_data.isHidden() == settings.data_changed:
            self.own_data.setVisible(settings.data_changed)
            self._share_room()
        moved = settings.points_moved
        back = "Moved points: put them back" if moved else "Back to the task's own data"
        self.own_data.setText(back)
        self.own_data.setAccessibleName(back)
        whose = "as in the notebook" if task.reference == NOTEBOOK else "the task's own"
        does = f"Rate {format_number(own.learning_rate)}, {own.epochs:,} epochs, {whose}"
        self.notebook.setText(does)
        set_tip(self.notebook, f"Start anew with {does[0].lower()}{does[1:]}")
        self.notebook.setAccessibleName(does)

    def _show_objections(self, settings: Settings) -> None:
        """Show which choices are impossible with the rest, and why."""
        for name, catalogue in (
            ("activation", ACTIVATIONS),
            ("loss", LOSSES),
            ("coding", CODING_LABELS),
            ("optimizer", OPTIMIZERS),
        ):
            box = cast("ChoiceBox", self.fields[name].control)
            box.set_objections({key: settings.objection(**{name: key}) for key in catalogue})
        self.breaks.show_objections(settings)

    def _show_hyperparameters(self, settings: Settings) -> None:
        rows = {
            "optimizer": settings.optimizer_entry.hyperparameters,
            "schedule": settings.schedule_entry.hyperparameters,
        }
        for kind, wanted in rows.items():
            shown = self._hyperparameters.get(kind, ())
            if wanted == shown:
                continue
            for row in shown:
                # Hide it at once: Qt deletes it only when it is idle.
                self.fields[row.name].hide()
                self.fields.pop(row.name).deleteLater()
            self._hyperparameters[kind] = wanted
            before = self.fields[kind].control
            for row in wanted:
                field = Field(row.name, row.label, self._number(row))
                self.fields[row.name] = field
                self._places[kind].addWidget(field)
                self.setTabOrder(before, field.control)
                before = field.control

    # --- hearing ----------------------------------------------------------------------------------

    def _on_changed(self, value: object) -> None:
        if self._showing:
            return
        name = self.sender().objectName()
        if name == "init" and value == _TYPED:
            self.typed_start_asked.emit()
        else:
            self.changed.emit({name: int(str(value)) if name == "outputs" else value})

    def _on_rejected(self, sentence: str) -> None:
        self.show_error(self.sender().objectName(), sentence)


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
