"""Settings: everything that is chosen before a run, complete and validated."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache, partial
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, ClassVar

from msgspec.structs import replace

from neuroviz.core.catalogue import Catalogue, Entry, SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS, Activation
from neuroviz.core.choices.breaks import BREAKS, coded
from neuroviz.core.choices.losses import CODINGS, LOSSES, NAIVE_BCE, SOFTMAX, Fused, Loss
from neuroviz.core.choices.optimizers import OPTIMIZERS, Optimizer
from neuroviz.core.choices.penalties import PENALTIES, ActivePenalties, active_penalties
from neuroviz.core.choices.resolve import Resolver
from neuroviz.core.choices.schedules import SCHEDULES, Schedule
from neuroviz.core.choices.tasks import OWN, TASKS, Task, own_task
from neuroviz.core.data.dataset import Dataset, with_features
from neuroviz.core.data.generators import GENERATORS
from neuroviz.core.data.preparation import SCALINGS
from neuroviz.core.lazy import np
from neuroviz.core.types import Floats, Frozen, Parameters

TABLES: dict[str, Catalogue[Entry]] = {
    "tasks": TASKS,
    "activations": ACTIVATIONS,
    "losses": LOSSES,
    "penalties": PENALTIES,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
    "breaks": BREAKS,
    "generators": GENERATORS,
    "scalings": SCALINGS,
}
"""Everything that can be chosen by name."""
_LONGEST = 60
"""Most letters of the name of a file."""
LIMITS = ("epochs", "until_loss", "threshold")
"""Choices that belong to a run but do not define it."""


@dataclass(frozen=True, init=False)  # a Struct could not have an __init__ of its own
class Settings:
    """One experiment; the task fills in what is left out, and what cannot work is refused.

    Every parameter but ``task`` is optional. Further keyword arguments are hyperparameters of the
    optimizer and the schedule (``momentum=0.8``), and can be read back as attributes.

    Parameters
    ----------
    task
        Name in TASKS, or "own" for data of the user's own; None for "own" where there are data,
        else "and".
    activation, loss, optimizer, schedule
        Names in their tables.
    l1, l2
        λ₁ and λ₂, 0 … 1e6, of the penalties λ₁·Σ|wᵢ| and λ₂·Σwᵢ² in the loss; the bias is not
        penalised.
    learning_rate
        1e-12 … 1e12.
    batch_size
        Samples in a step, 1 … N, or "full"; N is stored as "full".
    shuffle
        Whether each epoch has an order of its own; None where the batch has all N samples.
    epochs, until_loss
        How far the run goes, which is no part of its definition.
    seed
        0 … 2³¹ − 1, for the start and the order of the samples.
    init
        How the start is drawn (INITS); None where weights are typed.
    weights, bias
        A typed start, (D,) and a number. With hidden neurons or several outputs these are all
        parameters but the last, (P − 1,), in the order of ``nn.Module.parameters()``, and the last.
    inputs, coding
        How truth values and classes are written as numbers, "01" or "pm1"; None where there are
        none.
    threshold
        Outputs above it mean class 1; None for numbers. It is no part of a run's definition.
    precision
        "float64" or "float32".
    hidden
        Number of neurons between the inputs and the output, 0 … 8; they take up to 10 inputs.
    outputs
        1, or K for K classes, whose shares are the softmax of the outputs. Two classes do not need
        a second output, three and more do. For K targets it is K; the activation and the loss apply
        to each output, and the loss that is trained is the mean over all.
    hidden_activation
        Name of the activation of the hidden neurons; None where there are none.
    breaks
        What is broken on purpose (BREAKS), in the order of the table. A saturated start counts as a
        typed one here.
    data
        The data of "own"; for another task, data in place of its own, such as with moved points.
    features
        Inputs by formula, such as "x1*x2", in addition to the data's own. They become a part of
        ``data``, where truth values are the numbers that they are written as.

    Raises
    ------
    SettingsError
        If the choices cannot work together; it has one sentence, and the field at fault.
    """

    task: str
    activation: str
    loss: str
    l1: float
    l2: float
    optimizer: str
    learning_rate: float
    hyperparameters: Mapping[str, float] = field(hash=False)  # a mapping has no hash
    schedule: str
    batch_size: int | str
    shuffle: bool | None
    epochs: int
    until_loss: float | None
    seed: int
    init: str | None
    weights: tuple[float, ...] | None
    bias: float | None
    inputs: str | None
    coding: str | None
    threshold: float | None
    precision: str
    hidden: int
    hidden_activation: str | None
    outputs: int
    breaks: tuple[str, ...]
    data: Dataset | None
    choices: Mapping[str, Any] = field(compare=False, repr=False)

    def __init__(self, task: str | None = None, **choices: Any) -> None:
        said = _with_features(task, choices)
        row = _task(task, said.get("data"))
        for name, value in {"task": row.name, **Resolver(row, said).resolve()}.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "choices", MappingProxyType(said))

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickled by the choices, since a mappingproxy cannot be pickled.
        return partial(Settings, self.task, **self.choices), ()

    def __getattr__(self, name: str) -> float:
        # Only names that are not fields come here; hyperparameters read like fields.
        hyperparameters = self.__dict__.get("hyperparameters", {})
        if name in hyperparameters:
            return float(hyperparameters[name])
        raise AttributeError(f"Settings have no {name!r}")

    @classmethod
    def opened(cls, task: str | None = None, **choices: Any) -> Settings:
        """Return the settings with which the window opens a task.

        They are the task's opening, overridden by what is chosen.

        Raises
        ------
        SettingsError
            If the choices cannot work together.
        """
        said = _with_features(task, choices)
        opening = _task(task, said.get("data")).opening
        try:
            if OPTIMIZERS.find(said.get("optimizer", "sgd")).search:
                # A rate of gradient descent means nothing there.
                opening = {name: opening[name] for name in opening if name != "learning_rate"}
            return cls(task, **{**opening, **said})
        except SettingsError:
            # A neuron that cannot be trained, for example, has no use for a thousand epochs.
            return cls(task, **said)

    def replace(self, **changes: Any) -> Settings:
        """Return settings with these changes, without choices that lose their meaning by them.

        Raises
        ------
        SettingsError
            If the result cannot work.
        """
        if "task" in changes:
            return Settings(**changes)
        if "features" in changes:
            changes |= self._data_with(changes.pop("features"), changes.pop("data", None))
        if "weights" in changes and "bias" not in changes and self.bias is not None:
            changes["bias"] = self.bias  # other weights do not change the bias
        if "bias" in changes and self.breaks_it("saturated_start"):
            changes.setdefault("weights", self.weights)  # nor the other way round
        changes = {**self._kept_beside(changes.get("data")), **changes}
        loss = changes.get("loss", self.loss)
        brought = {} if loss == self.loss else LOSSES.find(loss).brings
        new = {**brought, **changes}
        kept = {
            name: value
            for name, value in self.choices.items()
            if not (name in brought and value != brought[name]) and not _loses(name, new, self)
        }
        if self.breaks:
            kept["breaks"] = tuple(
                name for name in self.breaks if not _loses_break(name, new, self)
            )
        return Settings(self.task, **{**kept, **changes})

    def _kept_beside(self, data: Dataset | None) -> dict[str, Any]:
        """Return the start and the batches that other data of the same shape keep."""
        if data is None or data.training.samples != self.dataset.samples:
            return {}
        batches = (
            {}
            if self.batch_size == "full"
            else {"batch_size": self.batch_size, "shuffle": self.shuffle}
        )
        alike = data.width == self.dataset.width
        typed = alike and self.init is None and not self.breaks_it("saturated_start")
        return {**batches, **({"weights": self.weights, "bias": self.bias} if typed else {})}

    def _data_with(self, features: Sequence[str], data: Dataset | None) -> dict[str, Any]:
        """Return the changes that give these or other data inputs by formula."""
        result = with_features(data or numeric_data(self), features)
        if self.task != OWN:
            for code, own in _in_each_code(self.task_entry).items():
                if result == own:
                    return {"data": None, "inputs": code}
        return {"data": result}

    def objection(self, **changes: Any) -> str | None:
        """Return why these changes are impossible; None if they are possible."""
        try:
            self.replace(**changes)
        except SettingsError as error:
            return str(error)
        return None

    def breaks_it(self, name: str) -> bool:
        """Return whether a break is switched on."""
        return name in self.breaks

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by the names of their options, in types that JSON has."""
        result: dict[str, Any] = {}
        for item in fields(self):
            if item.name == "hyperparameters":
                result.update(self.hyperparameters)
            elif item.name not in ("data", "choices"):
                value = getattr(self, item.name)
                result[item.name] = list(value) if isinstance(value, tuple) else value
        return result

    @property
    def editable_values(self) -> dict[str, float]:
        """The learning rate and the hyperparameters, which can change in mid-run, by name."""
        return {"learning_rate": self.learning_rate, **self.hyperparameters}

    @property
    def momentum_or_zero(self) -> float:
        """The momentum; 0 where the optimizer has none."""
        return self.hyperparameters.get("momentum", 0.0)

    @property
    def defining(self) -> dict[str, Any]:
        """Everything that defines the run, without how far it goes and the threshold."""
        own = {name: value for name, value in self.as_dict().items() if name not in LIMITS}
        return {**own, "data": self.data}

    @property
    def features(self) -> tuple[str, ...]:
        """Inputs by formula, in addition to the data's own."""
        return self.dataset.features

    @property
    def file_stem(self) -> str:
        """The stem of names of files about the experiment.

        It is that of the file, or the kind, of the user's own data, or else the task.
        """
        origin = self.data.origin.partition(":noise=")[0] if self.data is not None else ""
        stem = re.sub(r"[^\w.-]+", "-", PurePath(origin).stem)[:_LONGEST].strip("-.")
        return stem or self.task

    @cached_property
    def dataset(self) -> Dataset:
        """The data that the run is trained on, classes as 0 and 1."""
        return (self.data or self.task_entry.data()).training

    @property
    def held_out(self) -> Dataset | None:
        """The rows held out; None where there are none."""
        return None if self.data is None else self.data.held_back

    @cached_property
    def task_entry(self) -> Task:
        """The row of the task; for the user's own data, one that is made for them."""
        return _task(self.task, self.data)

    @property
    def first_sample(self) -> int:
        """Index of the sample to show first; 0 for the user's own data."""
        return 0 if self.data is not None else self.task_entry.sample

    @property
    def plain(self) -> Settings:
        """The same task, or own data, with nothing else chosen; moved points are back in place."""
        return _plain(self.task, self.data if self.task == OWN else None)

    @property
    def task_label(self) -> str:
        """The task's label, and what was done to its data: points moved, inputs scaled."""
        label = self.task_entry.label
        if self.data is None:
            return label
        if self.task != OWN:
            label = f"{label}, moved points" if self.points_moved else label
            label = label if self.data_changed else "own data"
        formulas = ", ".join(formula.label for formula in self.data.formulas)
        added = f"with {formulas}" if formulas else ""
        scaled = SCALINGS[self.data.scaling.name].said
        return ", ".join(part for part in (label, added, scaled) if part)

    @property
    def task_formula(self) -> str:
        """What is learned from which inputs, such as "y = x₁ XOR x₂, with x₁·x₂"."""
        added = ", ".join(formula.label for formula in self.dataset.formulas)
        return f"{self.task_entry.formula}{', with ' * bool(added)}{added}"

    @property
    def data_changed(self) -> bool:
        """Whether the data are the task's, but changed.

        Points may be moved, inputs scaled or added by formula, or rows held out.
        """
        own = self.task_entry.data()
        data = self.data
        return (
            self.task != OWN
            and data is not None
            and (data.own_inputs.shape, data.classes) == (own.inputs.shape, own.classes)
        )

    @property
    def points_moved(self) -> bool:
        """Whether the data are the task's with points elsewhere, or with other targets."""
        data = self.data
        return (
            data is not None
            and self.data_changed
            and not any(
                np.array_equal(data.own_inputs, own.inputs)
                and np.array_equal(data.targets, own.targets)
                for own in _in_each_code(self.task_entry).values()
            )
        )

    @cached_property
    def coded_inputs(self) -> Floats:
        """(N, D): the inputs as the neuron gets them."""
        return self.coded_inputs_of(self.dataset)

    def coded_inputs_of(self, data: Dataset) -> Floats:
        """Return the inputs (N, D) of these or other data as the neuron gets them."""
        return coded(data.scaled_inputs, self.inputs, self.breaks)

    def inputs_at(self, places: Floats) -> Floats:
        """Return the inputs (…, D) at values (…, own_width) of the data's own inputs.

        Both are as the neuron gets them; the inputs by formula follow from the others.
        """
        if not self.features:
            return places
        data = self.dataset
        own = self.in_own_units(places)
        worked_out = np.stack([formula.value(own) for formula in data.formulas], axis=-1)
        inputs = data.scaling.apply(np.concatenate((own, worked_out), axis=-1))
        return np.concatenate((places, inputs[..., data.own_width :]), axis=-1)

    def in_own_units(self, places: Floats) -> Floats:
        """Return values (…, own_width), as the neuron gets them, in the data's own units."""
        width = self.dataset.own_width
        magnified = coded(np.ones((1, width)), None, self.breaks)[0]
        return self.dataset.scaling.of_first(width).undo(places / magnified)

    @property
    def bias_input(self) -> float:
        """What the bias is multiplied by: 1, or 0 where there is none."""
        return 0.0 if self.breaks_it("no_bias") else 1.0

    @property
    def softmax(self) -> bool:
        """Whether there is an output for each class, whose softmax gives the classes' shares."""
        return self.outputs > 1 and not self.independent

    @property
    def independent(self) -> bool:
        """Whether there are several outputs, each with a target of its own."""
        return self.dataset.target_count > 1

    @cached_property
    def each_output(self) -> tuple[Settings, ...]:
        """The experiment with each of several targets alone; itself where there is one.

        What is seen and proved of one output holds for each. None of them has the start of this
        one.
        """
        if not self.independent:
            return (self,)
        data = numeric_data(self)
        start = ("weights", "bias", "init", "seed")
        said = {name: value for name, value in self.as_dict().items() if value is not None}
        for name in ("task", "outputs", "inputs", *start):
            said.pop(name, None)
        said["breaks"] = [name for name in self.breaks if name != "equal_start"]
        if self.batch_size == "full":
            said.pop("shuffle", None)
        columns = range(self.outputs)
        return tuple(Settings(OWN, **said, data=data.of_target(each)) for each in columns)

    @property
    def trained_count(self) -> int:
        """Number of parameters that are trained, without biases that are left out."""
        left_out = self.outputs + self.hidden if self.breaks_it("no_bias") else 0
        return self.parameters.count - left_out

    @cached_property
    def design(self) -> Floats:
        """(N, P): the inputs as the neuron gets them, and what the bias is multiplied by."""
        return np.column_stack((self.coded_inputs, np.full(self.dataset.samples, self.bias_input)))

    @cached_property
    def coded_targets(self) -> Floats:
        """(N,): the targets as the loss gets them; (N, K) for several targets.

        Where there is an output for each class, a target is the index of its class.
        """
        return self.coded_targets_of(self.dataset)

    def coded_targets_of(self, data: Dataset) -> Floats:
        """Return the targets of these or other data as the loss gets them.

        Their shape is that of :attr:`coded_targets`.
        """
        if self.coding is None:
            return data.targets
        low, high = CODINGS[self.coding]
        return np.where(data.targets == 1, high, low)

    @property
    def samples_per_step(self) -> int:
        """The batch size as a number."""
        return self.dataset.samples if self.batch_size == "full" else int(self.batch_size)

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one pass over the data; a short last batch counts as one."""
        return math.ceil(self.dataset.samples / self.samples_per_step)

    output_letter: ClassVar[str] = "ŷ"
    """The name of the output in formulas: ŷ, or h₁ … for an opened hidden neuron."""

    is_hidden: ClassVar[bool] = False
    """Whether this is an opened hidden neuron, to which the outputs hand back ∂ℓ/∂h."""

    others: ClassVar[Floats | None] = None
    """What an opened output of several compares its z with; None elsewhere."""

    class_of_unit: ClassVar[int | None] = None
    """The index of the class whose share this opened output gives; None elsewhere."""

    out_names: ClassVar[tuple[str, ...]] = ()
    """The names of the weights that the outputs have for this opened hidden neuron."""

    @property
    def before_one_output(self) -> bool:
        """Whether this is an opened hidden neuron whose v·h goes into a single output."""
        return len(self.out_names) == 1

    @property
    def activation_entry(self) -> Activation:
        """The row of the activation."""
        return ACTIVATIONS[self.activation]

    @property
    def activation_label(self) -> str:
        """The label of what turns sums into outputs: the activation, or softmax."""
        return "Softmax" if self.softmax else self.activation_entry.label

    @property
    def output_range(self) -> tuple[float, float]:
        """Least and greatest output, including bounds that are not reached."""
        return (0.0, 1.0) if self.softmax else self.activation_entry.output_range

    @property
    def hidden_activation_entry(self) -> Activation | None:
        """The row of the hidden neurons' activation; None where there are none."""
        return ACTIVATIONS[self.hidden_activation] if self.hidden_activation else None

    @property
    def hidden_label(self) -> str:
        """Number and activation of the hidden neurons; empty for none."""
        row = self.hidden_activation_entry
        return "" if row is None else f"{self.hidden} hidden, {row.label}"

    @property
    def loss_entry(self) -> Loss:
        """The row of the loss."""
        if self.softmax:
            return SOFTMAX
        return NAIVE_BCE if self.breaks_it("naive_bce") else LOSSES[self.loss]

    @property
    def whole(self) -> Settings:
        """The experiment that this opened neuron belongs to; else itself."""
        return self

    @property
    def fused(self) -> Fused | None:
        """The form from z of loss and activation together; None where there is none."""
        return self.loss_entry.fused.get(self.activation)

    @cached_property
    def penalties(self) -> ActivePenalties:
        """The penalties in force with their strengths; empty where there are none."""
        return active_penalties({name: getattr(self, name) for name in PENALTIES})

    @property
    def loss_label(self) -> str:
        """The label of the loss with its penalties: "Mean squared error + L2"."""
        return " + ".join((self.loss_entry.label, *(row.short for row, _ in self.penalties)))

    @property
    def loss_formula(self) -> str:
        """The loss that is trained, in one line: the penalties, then the mean over the samples."""
        return " + ".join(
            (*(row.sum_formula for row, _ in self.penalties), self.loss_entry.formula)
        )

    @property
    def optimizer_entry(self) -> Optimizer:
        """The row of the optimizer."""
        return OPTIMIZERS[self.optimizer]

    @property
    def schedule_entry(self) -> Schedule:
        """The row of the schedule."""
        return SCHEDULES[self.schedule]

    @cached_property
    def parameters(self) -> Parameters:
        """The names, number and kinds of the parameters that are trained."""
        return Parameters(self.dataset.width, self.hidden, self.outputs)


class Keyed(Frozen):
    """Settings as the key of a cache, equal where all that the result depends on is equal."""

    depends_on: tuple[object, ...]
    settings: Settings

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keyed) and self.depends_on == other.depends_on

    def __hash__(self) -> int:
        return hash(self.depends_on)


@lru_cache(maxsize=16)
def _plain(task: str, data: Dataset | None) -> Settings:
    return Settings(task, data=data)


def _with_features(task: str | None, choices: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices, with inputs by formula made a part of the data."""
    said = {name: value for name, value in choices.items() if value is not None}
    if "features" in said:
        features = said.pop("features")
        data = said.get("data")
        row = _task(task, data)
        code = said.get("inputs") if row.gate and data is None else None
        featured = with_features(data or _in_numbers(row.data(), code), features)
        if data is not None or featured.features:
            said["data"] = featured
            if code:
                del said["inputs"]  # they are numbers now
    return said


def numeric_data(settings: Settings) -> Dataset:
    """Return the data, including the rows held out, with truth values as numbers."""
    return _in_numbers(settings.data or settings.dataset, settings.inputs)


def _in_each_code(task: Task) -> dict[str | None, Dataset]:
    """Return the data of a task; those of a gate in each coding of truth values."""
    codes = CODINGS if task.gate else (None,)
    return {code: _in_numbers(task.data(), code) for code in codes}


def _in_numbers(data: Dataset, inputs: str | None) -> Dataset:
    return data if inputs is None else replace(data, inputs=coded(data.inputs, inputs, ()))


def _task(name: str | None, data: Any) -> Task:
    """Return the row of the task that a name and data mean."""
    if not isinstance(data, Dataset | None):
        raise SettingsError(
            "data must be a data set, such as neuroviz.Dataset(inputs, targets, classes=True).",
            "data",
        )
    if name is None:
        name = "and" if data is None else OWN
    if name != OWN:
        return TASKS.find(name)
    if data is None:
        raise SettingsError(
            "The task own needs data: give a data set, or choose a task from the list.", "task"
        )
    return own_task(data)


def _loses(name: str, changes: Mapping[str, Any], settings: Settings) -> bool:
    if name in settings.hyperparameters:
        rows = (
            OPTIMIZERS.find(changes.get("optimizer", settings.optimizer)),
            SCHEDULES.find(changes.get("schedule", settings.schedule)),
        )
        return not any(h.name == name for row in rows for h in row.hyperparameters)
    data = changes.get("data")
    after = settings.dataset
    if "data" in changes:
        after = settings.task_entry.data() if data is None else data
    hidden = changes.get("hidden", settings.hidden)
    other_classes = _classes(after) != _classes(settings.dataset)
    named, targets = _classes(after)
    outputs = changes.get("outputs", settings.outputs)
    if other_classes and "outputs" not in changes:
        outputs = targets if targets > 1 else named if named > 2 else 1
    softmax = outputs > 1 and targets == 1
    regrouped = outputs != settings.outputs
    reshaped = (after.width, hidden) != (settings.dataset.width, settings.hidden) or regrouped
    prescribed = LOSSES.find(changes.get("loss", settings.loss)).coding
    coding = prescribed or changes.get("coding") or settings.choices.get("coding") or "01"
    saturated = "saturated_start" in changes.get("breaks", ())
    search = OPTIMIZERS.find(changes.get("optimizer", settings.optimizer)).search
    other_search = search is not settings.optimizer_entry.search
    searches = other_search and search is not None
    lost = {
        "learning_rate": other_search,
        "batch_size": searches,
        "inputs": data is not None,
        "shuffle": searches or changes.get("batch_size") in ("full", settings.dataset.samples),
        "init": "weights" in changes or "bias" in changes or saturated,
        "weights": "init" in changes or saturated or reshaped,
        "bias": "init" in changes or saturated or reshaped,
        "coding": ("loss" in changes and prescribed is not None) or softmax,
        **dict.fromkeys(("loss", "activation"), softmax != settings.softmax),
        "threshold": coding != settings.coding or softmax,
        "hidden_activation": not hidden,
        "outputs": other_classes,
        **dict.fromkeys(
            ("epochs", *PENALTIES),
            "activation" in changes and not ACTIVATIONS.find(changes["activation"]).trainable,
        ),
    }
    return lost.get(name, False)


def _classes(data: Dataset) -> tuple[int, int]:
    """Return the number of classes, and the number of targets of a sample."""
    return len(data.class_names), data.target_count


def _loses_break(name: str, changes: Mapping[str, Any], settings: Settings) -> bool:
    """Return whether a break loses its meaning by changes of the neuron or of the start."""
    activation = ACTIVATIONS.find(changes.get("activation", settings.activation))
    loss = LOSSES.find(changes.get("loss", settings.loss))
    optimizer = OPTIMIZERS.find(changes.get("optimizer", settings.optimizer))
    outputs = changes.get("outputs", 1 if "data" in changes else settings.outputs)
    if BREAKS[name].misfit(changes.get("hidden", settings.hidden), outputs):
        return True
    typed = {"weights", "bias"}
    starts = {"saturated_start": {*typed, "init"}, "equal_start": typed}
    restarted = bool(changes.keys() & starts.get(name, set()))
    return restarted or BREAKS[name].objection(activation, loss, optimizer) is not None
