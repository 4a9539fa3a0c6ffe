"""More settings: the choices that are not needed at first, built from the tables of choices."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from neuroviz.core.catalogue import Catalogue, Entry
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.edits import only_edits
from neuroviz.core.choices.hyperparameters import Hyperparameter
from neuroviz.core.choices.losses import CODING_LABELS, LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.penalties import PENALTIES
from neuroviz.core.choices.resolve import INITS, MAX_HIDDEN, PRECISIONS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import NOTEBOOK
from neuroviz.core.numbers import MAX_SEED, format_number
from neuroviz.ui.controls.breaks import BreakSwitches
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.commands import underline
from neuroviz.ui.controls.field import EDGE, TYPED, Field, FormSection, SettingsFields
from neuroviz.ui.controls.number_box import (
    FormulasEdit,
    IntegerBox,
    NumberBox,
    NumbersEdit,
    OptionalNumberEdit,
)
from neuroviz.ui.controls.ruler import RateRuler
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    STRETCH,
    caption,
    in_column,
    in_row,
    set_tip,
    show_text,
    small_button,
    text_label,
)

_CODED = (("inputs", "Inputs"), ("coding", "Classes"))
_MOST_TYPED = 7
"""Most parameters that are typed in the form; more are typed in their own panel."""


class MoreSettings(SettingsFields):
    """The rest of the experiment, with what the curvature says and what can be broken.

    Parameters
    ----------
    ruler
        Says what the curvature is.
    width
        Width in pixels.
    """

    def __init__(self, ruler: RateRuler, width: int) -> None:
        super().__init__()
        self.setObjectName("more_settings")
        themes.set_look(self, "card", "drawer")
        self.setProperty("column", True)
        self._hyperparameters: dict[str, tuple[Hyperparameter, ...]] = {}
        self.breaks = BreakSwitches()
        self.breaks.changed.connect(self.changed)
        self.sections = [ruler.add_section(width - 2 - 2 * EDGE), self.breaks]
        column = self._page(width, self._head())
        self._rows = in_column(spacing=6, margins=(0, 4, 0, 12))
        column.addLayout(self._rows)
        self._build()
        for section, letter in zip(self.sections, "UK", strict=True):
            column.addWidget(section)
            underline(section.header, letter)
            section.header.clicked.connect(partial(self._bring_open, section))

    def bring(self, part: QWidget) -> None:
        """Scroll to a part."""
        self._inside.adjustSize()  # else what was hidden lies where it was
        self._scroll.ensureWidgetVisible(part, 0, themes.GRID)

    def _bring_open(self, section: FormSection) -> None:
        """Scroll to what a person has opened; its line comes first where not all has room."""
        if section.is_open:
            self.bring(section)
            self._scroll.ensureWidgetVisible(section.header)

    # --- building ---------------------------------------------------------------------------------

    def _head(self) -> QHBoxLayout:
        close = self.close_button = small_button(
            "close_more", "", "Close More settings", sign="close"
        )
        themes.set_look(close, "quiet")
        title = text_label("", "title", "More settings")
        return in_row((title, 1), close, margins=(EDGE, 4, 8, 4))

    def _build(self) -> None:
        self._add_notebook()
        self._add_features()
        self._add_hidden()
        self._add_catalogue("activation", "Activation", ACTIVATIONS)
        self._add_catalogue("loss", "Loss", LOSSES)
        self.loss_note = text_label("loss_note", "muted", wrap=True)
        self._rows.addWidget(self.loss_note)
        for penalty in PENALTIES.values():
            self._add(Field(penalty.name, penalty.strength.label, self._number(penalty.strength)))
        self._add_catalogue("optimizer", "Optimizer", OPTIMIZERS)
        self._places = {"optimizer": self._add_place()}
        self._add_catalogue("schedule", "Schedule", SCHEDULES)
        self._places["schedule"] = self._add_place()
        self._add_batch()
        self._add_start()
        self._add_stop()
        self._add_coding()

    def _add_place(self) -> QVBoxLayout:
        place = in_column(spacing=6)
        self._rows.addLayout(place)
        return place

    def _add_catalogue(self, name: str, title: str, catalogue: Catalogue[Entry]) -> None:
        tips = {
            key: "\n".join(filter(None, (row.formula, row.reference, row.note)))
            for key, row in catalogue.items()
        }
        self._add(Field(name, title, self._choice(catalogue.labels, tips), below=True))

    def _add_notebook(self) -> None:
        self.notebook = small_button("as_in_notebook", "")
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

    def _add_batch(self) -> None:
        self.batch_note = caption("")
        self._batch_size = self._listen(IntegerBox())
        self._add(Field("batch_size", "Batch size", self._batch_size, self.batch_note))
        shuffle = QCheckBox("Anew each epoch")
        shuffle.clicked.connect(self._on_changed)
        self._add(Field("shuffle", "Shuffle", shuffle))

    def _add_start(self) -> None:
        self._add(
            Field("init", "Start", self._choice({**INITS, TYPED: "Typed weights"}), below=True)
        )
        tip = "Draw another start"
        self.new_seed = small_button("new_seed", "New", tip, "New seed")
        seed = self._listen(IntegerBox())
        seed.setRange(0, MAX_SEED)
        self._add(Field("seed", "Seed", seed, self.new_seed))
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

    def show_settings(self, settings: Settings) -> None:
        """Show these settings in every control, without a signal."""
        before = self.shown
        self.shown = settings
        self._show_hyperparameters(settings)
        self._show_limits(settings)
        self._show_values(settings)
        self._show_meaning(settings)
        self._show_notebook(settings)
        self.breaks.show_settings(settings)
        # These edits make nothing else possible or impossible.
        if before is None or not only_edits(before, settings):
            self._show_objections(settings)

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
            self.own_fields[name].setVisible(visible)

    def _show_notebook(self, settings: Settings) -> None:
        """Offer the task's own settings where the window opens it with other ones."""
        task = settings.task_entry
        own = settings.plain
        self.notebook.setVisible(bool(task.opening) and settings.data is None and own != settings)
        whose = "as in the notebook" if task.reference == NOTEBOOK else "the task's own"
        does = f"Rate {format_number(own.learning_rate)}, {own.epochs:,} epochs, {whose}"
        self.notebook.setText(does)
        if self.notebook.isEnabled():  # otherwise it says why
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
            box = cast("ChoiceBox", self.own_fields[name].control)
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
                self.own_fields[row.name].hide()
                self.own_fields.pop(row.name).deleteLater()
            self._hyperparameters[kind] = wanted
            before = self.own_fields[kind].control
            for row in wanted:
                field = Field(row.name, row.label, self._number(row))
                self.own_fields[row.name] = field
                self._places[kind].addWidget(field)
                self.setTabOrder(before, field.control)
                before = field.control
