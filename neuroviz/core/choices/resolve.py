"""From choices to complete settings.

Defaults are filled in, and what cannot work is refused with a reason.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from neuroviz.core.catalogue import SettingsError, nearest, told, whole
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.breaks import SATURATED, check_breaks, coded, saturated_bias
from neuroviz.core.choices.hyperparameters import LEARNING_RATE, Hyperparameter
from neuroviz.core.choices.losses import CODINGS, LOSSES, SOFTMAX
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.penalties import PENALTIES
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.tasks import OWN, Defaults, Task
from neuroviz.core.data.dataset import MOST_CLASSES, Dataset
from neuroviz.core.lazy import np
from neuroviz.core.numbers import MAX_SEED, counted, elided, format_number
from neuroviz.core.types import Parameters

INITS = {"uniform": "Uniform, as nn.Linear", "normal": "Standard normal", "zeros": "Zeros"}
PRECISIONS = ("float64", "float32")
MAX_EPOCHS = 2**31 - 1
MAX_HIDDEN = 8
"""Most hidden neurons."""
MAX_INPUTS = 10
"""Most inputs of hidden neurons."""
_LARGEST = sys.float_info.max

CHOICES = (
    "activation",
    "loss",
    "optimizer",
    "learning_rate",
    "schedule",
    "batch_size",
    "shuffle",
    "epochs",
    "until_loss",
    "seed",
    "init",
    "weights",
    "bias",
    "inputs",
    "coding",
    "threshold",
    "precision",
    "hidden",
    "hidden_activation",
    "outputs",
    "breaks",
    "data",
    "features",
    *PENALTIES,
)
"""What can be chosen besides the task and the hyperparameters."""
HYPERPARAMETERS = {
    own.name: own
    for rows in (OPTIMIZERS, SCHEDULES)
    for row in rows.values()
    for own in row.hyperparameters
}
"""The hyperparameters of all optimizers and schedules."""


class Resolver(Struct, dict=True):
    """Fills a task's defaults into what was chosen, and refuses what cannot work."""

    task: Task
    said: Mapping[str, Any]

    def resolve(self) -> dict[str, Any]:
        """Return every field of Settings except task and choices."""
        self.data: Dataset | None = self.said.get("data")
        self.dataset = (self.data or self.task.data()).training
        self.outputs = self._outputs()
        names = self._names()
        names |= {"outputs": self.outputs, **self._hidden()}
        self.breaks = check_breaks(
            self.said.get("breaks", ()),
            self.activation,
            SOFTMAX if self._softmax else self.loss,
            self.optimizer,
            hidden=self.hidden,
            outputs=self.outputs,
        )
        result = names | self._coding() | self._batch() | self._length()
        return {
            **result,
            **self._start(result["inputs"]),
            "breaks": self.breaks,
            "hyperparameters": self._hyperparameters(),
            **{name: self._strength(row.strength) for name, row in PENALTIES.items()},
            "learning_rate": LEARNING_RATE.check(self._rate()),
            "precision": self._one_of("precision", PRECISIONS, PRECISIONS[0]),
            "data": self.data,
        }

    @property
    def defaults(self) -> Defaults:
        """The task's own choices."""
        return self.task.defaults

    @property
    def _data_name(self) -> str:
        return self.task.name if self.data is None else "your data"

    def _get(self, name: str) -> Any:
        return self.said.get(name, self._default(name))

    def _default(self, name: str) -> Any:
        return self.loss.brings.get(name, getattr(self.defaults, name, None))

    def _one_of(self, name: str, known: Sequence[str], default: str) -> str:
        value = self.said.get(name, default)
        if value not in known:
            raise SettingsError(f"{name} must be one of {', '.join(known)}, not {value!r}.", name)
        return str(value)

    def _outputs(self) -> int:
        """Return 1, or the number of classes, or the number of targets."""
        classes = len(self.dataset.class_names)
        targets = self.dataset.target_count
        known = {1} if not classes else {classes} if classes > 2 else {1, 2}
        known = {targets} if targets > 1 else known
        outputs = self.said.get("outputs", min(known))
        if whole(outputs, "outputs", 1, MOST_CLASSES) not in known:
            each = "an output for each class" if classes else "one output for a number"
            each = "an output for each target" if targets > 1 else each
            raise SettingsError(
                f"outputs must be {' or '.join(map(str, sorted(known)))} for {self._data_name}, "
                f"{each}, not {outputs}.",
                "outputs",
            )
        return int(outputs)

    @property
    def _softmax(self) -> bool:
        return self.outputs > 1 and self.dataset.target_count == 1

    def _names(self) -> dict[str, Any]:
        of_classes = {"loss": "cross_entropy", "activation": "identity"} if self._softmax else {}
        self.loss = LOSSES.find(self.said.get("loss", of_classes.get("loss", self.defaults.loss)))
        self.activation = ACTIVATIONS.find(
            self.said.get("activation", of_classes.get("activation", self._default("activation")))
        )
        for name, needed in of_classes.items():
            if getattr(self, name).name != needed:
                raise SettingsError(
                    f"{self.outputs} outputs are the sums of {self.outputs} classes, and their "
                    f"softmax is compared by cross-entropy: use the {name} {needed}, "
                    "or leave it out.",
                    name,
                )
        self.optimizer = OPTIMIZERS.find(self._get("optimizer"))
        if self.outputs > 1 and self.optimizer.search is not None:
            raise SettingsError(
                f"{self.optimizer.label} is for one output: use another optimizer.", "optimizer"
            )
        self.schedule = SCHEDULES.find(self.said.get("schedule", "constant"))
        if self.loss.classes_only and not self.dataset.classes:
            example = ""
            if self.data is not None:
                value = format_number(self.dataset.targets.flat[0])
                example = f", such as {elided(self.dataset.target_name)} = {value} of sample 1"
            raise SettingsError(
                f"{self.loss.label} compares two classes, and the targets of {self._data_name} are "
                f"numbers{example}: use the loss mse, mae or huber.",
                "loss",
            )
        objection = self.loss.objection(self.activation)
        if self.dataset.target_count > 1 and self.loss.name in ("cross_entropy", "perceptron"):
            objection = (
                f"{self.loss.label} is not for {self.outputs} outputs with a target each: "
                "use another loss, such as mse."
            )
        if objection:
            raise SettingsError(objection, "activation" if "activation" in self.said else "loss")
        rows = ("activation", "loss", "optimizer", "schedule")
        return {name: getattr(self, name).name for name in rows}

    def _hidden(self) -> dict[str, Any]:
        self.hidden = whole(self._get("hidden"), "hidden", 0, MAX_HIDDEN)
        if not self.hidden:
            if "hidden_activation" in self.said:
                raise SettingsError(
                    "hidden_activation means nothing without hidden neurons: "
                    f"use hidden 1 to {MAX_HIDDEN}, or leave it out.",
                    "hidden_activation",
                )
            return {"hidden": 0, "hidden_activation": None}
        width = self.dataset.width
        objections = (
            (width > MAX_INPUTS, f"at most {MAX_INPUTS} inputs, and there are {width}"),
            (
                self.loss.name == "perceptron",
                "another loss, since the perceptron's rule moves one neuron",
            ),
            (self.optimizer.search is not None, f"another optimizer than {self.optimizer.label}"),
            (not self.activation.trainable, "an output that can be trained"),
        )
        for applies, needed in objections:
            if applies:
                raise SettingsError(
                    f"Hidden neurons need {needed}: use hidden 0, or change that.", "hidden"
                )
        row = ACTIVATIONS.find(self._get("hidden_activation"))
        if not row.trainable:
            raise SettingsError(
                f"{row.label} is flat but for one jump, so no gradient comes back through it: "
                "use tanh for the hidden neurons.",
                "hidden_activation",
            )
        return {"hidden": self.hidden, "hidden_activation": row.name}

    def _coding(self) -> dict[str, Any]:
        gate = self.task.gate and self.data is None
        self._refuse_without("inputs", gate, "the inputs are numbers")
        two = self.dataset.classes and not self._softmax
        numbers = "the targets are numbers, not classes"
        why = "the largest of its outputs names the class" if self._softmax else numbers
        for name in ("coding", "threshold"):
            self._refuse_without(name, two, why)
        inputs = self._one_of("inputs", tuple(CODINGS), "01") if gate else None
        if not two:
            return {"inputs": inputs, "coding": None, "threshold": None}
        coding = self._one_of("coding", tuple(CODINGS), self.loss.coding or "01")
        if self.loss.coding not in (None, coding):
            raise SettingsError(
                f"{self.loss.label} needs classes coded {self.loss.coding}, not {coding}: "
                "leave the coding out, or use the loss mse.",
                "coding",
            )
        threshold = self.said.get("threshold", sum(CODINGS[coding]) / 2)
        return {"inputs": inputs, "coding": coding, "threshold": _finite("threshold", threshold)}

    def _refuse_without(self, name: str, meaning: bool, reason: str) -> None:
        if name in self.said and not meaning:
            whose = self._data_name if self.task.name == OWN else f"the task {self.task.name}"
            raise SettingsError(f"{name} means nothing for {whose}: {reason}.", name)

    def _batch(self) -> dict[str, Any]:
        samples = self.dataset.samples
        own = self.defaults.batch_size if self.data is None else "full"
        batch_size = self.said.get("batch_size", self.loss.brings.get("batch_size", own))
        full = self.optimizer.search is not None
        if full and "batch_size" not in self.said:
            batch_size = "full"
        if full and batch_size not in ("full", samples):
            raise SettingsError(
                f"{self.optimizer.label} needs all samples at every step: use the full batch, or "
                "another optimizer.",
                "batch_size" if "batch_size" in self.said else "optimizer",
            )
        if batch_size != "full":
            if isinstance(batch_size, int) and batch_size > samples:
                raise SettingsError(
                    f"batch_size {batch_size} is more than the {samples} samples there are: "
                    f"use 1 to {samples}, or full.",
                    "batch_size",
                )
            batch_size = whole(batch_size, "batch_size", 1, samples)
        if batch_size in ("full", samples):
            if "shuffle" in self.said:
                raise SettingsError(
                    "shuffle means nothing for the full batch: use a batch_size below the "
                    f"{samples} samples, or leave it out.",
                    "shuffle",
                )
            return {"batch_size": "full", "shuffle": None}
        return {"batch_size": batch_size, "shuffle": bool(self._get("shuffle"))}

    def _length(self) -> dict[str, Any]:
        default = self.defaults.epochs if self.activation.trainable else 0
        epochs = whole(self.said.get("epochs", default), "epochs", 0, MAX_EPOCHS)
        if epochs and not self.activation.trainable:
            raise SettingsError(
                "The Heaviside activation cannot be trained, since its gradient is 0 everywhere: "
                "use epochs 0, or another activation.",
                "epochs",
            )
        until_loss = self.said.get("until_loss")
        if until_loss is not None and _finite("until_loss", until_loss) < 0:
            raise SettingsError(
                "A loss to stop at must be 0 or more: no loss here is negative.", "until_loss"
            )
        return {"epochs": epochs, "until_loss": None if until_loss is None else float(until_loss)}

    def _start(self, code: str | None) -> dict[str, Any]:
        seed = whole(self._get("seed"), "seed", 0, MAX_SEED)
        if "saturated_start" in self.breaks:
            return {"seed": seed, "init": None, **self._saturated(code)}
        typed = "weights" in self.said or "bias" in self.said
        if typed and "equal_start" in self.breaks:
            raise SettingsError(
                "typed weights and 'Equal hidden neurons' exclude each other: leave one out.",
                "weights",
            )
        if typed and "init" in self.said:
            raise SettingsError(
                "init and typed weights exclude each other: leave one of them out.", "init"
            )
        drawn = self.data is not None or "init" in self.loss.brings
        weights = self.said.get("weights", None if drawn else self.defaults.weights)
        if "init" in self.said or (weights is None and not typed):
            init = self._one_of("init", tuple(INITS), self._default("init"))
            return {"seed": seed, "init": init, "weights": None, "bias": None}
        if weights is None:
            raise SettingsError("bias alone is no start: give weights too.", "bias")
        return {
            "seed": seed,
            "init": None,
            "weights": self._check_weights(weights),
            "bias": self._typed_bias(),
        }

    def _typed_bias(self) -> float:
        bias = _finite(
            "bias", self.said.get("bias", 0.0 if "weights" in self.said else self.defaults.bias)
        )
        if "no_bias" not in self.breaks:
            return bias
        if "bias" in self.said and bias:
            raise SettingsError(
                "bias must be 0 where 'No bias' leaves it out: use the bias 0, or leave that out.",
                "bias",
            )
        return 0.0

    def _saturated(self, code: str | None) -> dict[str, Any]:
        """Return the start on the flat side of the activation."""
        for name in ("init", "weights", "bias"):
            if name in self.said:
                raise SettingsError(
                    f"{name} and saturated_start exclude each other: leave one of them out.", name
                )
        side = self.activation.saturates
        bias = saturated_bias(coded(self.dataset.scaled_inputs, code, self.breaks), side)
        weights = (side * SATURATED,) * self.dataset.width
        return {"weights": weights, "bias": 0.0 if "no_bias" in self.breaks else bias}

    def _check_weights(self, weights: Sequence[float]) -> tuple[float, ...]:
        parameters = Parameters(self.dataset.width, self.hidden, self.outputs)
        names = parameters.names
        if len(weights) != len(names) - 1:
            which = f"one for each input of {self._data_name}"
            if not parameters.linear:
                which = f"{', '.join(names[:-1])}, beside the bias {names[-1]}"
            raise SettingsError(
                f"weights needs {counted(len(names) - 1, 'number')}, {which}, not {len(weights)}.",
                "weights",
            )
        checked = tuple(_finite("weights", weight) for weight in weights)
        biases = np.array([*checked, 0.0])[parameters.where("biases")]
        if "no_bias" in self.breaks and biases.any():
            raise SettingsError(
                "weights must be 0 for the other neurons' biases where 'No bias' leaves them out: "
                "use 0 there, or leave that out.",
                "weights",
            )
        return checked

    def _hyperparameters(self) -> Mapping[str, float]:
        rows = (*self.optimizer.hyperparameters, *self.schedule.hyperparameters)
        known = {row.name for row in rows}
        for name in self.said:
            if name not in CHOICES and name not in known:
                raise SettingsError(
                    _meaningless(name, self.optimizer.name, self.schedule.name), name
                )
        # By the task's epochs, not by those chosen: how far a run goes must not change what it is.
        period = max(1, round((self.defaults.epochs or Defaults().epochs) * self.schedule.share))
        return MappingProxyType({row.name: self._number(row, period) for row in rows})

    def _rate(self) -> Any:
        search = self.optimizer.search
        usual = search.learning_rate if search else self._default("learning_rate")
        return self.said.get("learning_rate", usual)

    def _strength(self, row: Hyperparameter) -> float:
        strength = row.check(self.said.get(row.name, row.default))
        if strength and not self.activation.trainable:
            raise SettingsError(
                f"The {self.activation.label} activation is not trained, "
                f"so {row.name} means nothing: leave it out, or use another activation.",
                row.name,
            )
        return strength

    def _number(self, row: Hyperparameter, period: int) -> float:
        return row.check(self.said.get(row.name, period if row.default is None else row.default))


def _finite(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        raise SettingsError(f"{name} must be a finite number, not {told(value)}.", name)
    return float(value)


def _meaningless(name: str, optimizer: str, schedule: str) -> str:
    """Return why a hyperparameter is refused: it belongs to another row, or to none."""
    for rows, chosen in ((OPTIMIZERS, optimizer), (SCHEDULES, schedule)):
        owners = [
            row.name for row in rows.values() if any(h.name == name for h in row.hyperparameters)
        ]
        if owners:
            return (
                f"{name} means nothing for the {rows.kind} {chosen}: "
                f"leave it out, or use the {rows.kind} {' or '.join(owners)}."
            )
    near = nearest(name, ("task", *CHOICES, *HYPERPARAMETERS))
    return f"There is no setting named {name!r}{f'; did you mean {near[0]}?' if near else '.'}"
