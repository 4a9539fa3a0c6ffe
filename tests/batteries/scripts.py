"""The written scripts over everything that can be combined: ``python -m tests.batteries.scripts``.

Runs the script of every activation × loss × optimizer × schedule × batch kind × precision in this
process, with edits in mid-run and with each switch that breaks a run on purpose, and compares it
with the run itself: with tensors only the printed losses to the last bit, with nn.Module each step
from the same state. Prints a JSON summary; exits 1 if any differ.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_post_hook

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edit, editable
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.resolve import INITS, PRECISIONS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.script import script
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Parameters
from tests.core.same_bits import BATCHES, random_data, random_targets, steady_pairwise
from tests.core.their_optimizers import THEIRS

EPOCHS = 15
# Data and learning rate; the last one makes a neuron without bounds overflow.
TASKS: dict[str, dict[str, Any]] = {
    "xor": {"task": "xor", "learning_rate": 0.5},
    "seven random samples": {"data": random_data(7, 4), "learning_rate": 0.1},
    "nor from zeros": {"task": "nor", "init": "zeros", "learning_rate": 2.0},
    "line": {"task": "line", "learning_rate": 0.01},
    "nand, wild": {"task": "nand", "learning_rate": 1e4},
}
NEAR = {"float64": 1e-9, "float32": 1e-3}
"""The nn.Module against the run: of the norm of the step's ends; float32 has 7 digits."""
# What decides together whether a combination can be comes first.
FACTORS: dict[str, tuple[Any, ...]] = {
    "task": tuple(TASKS),
    "activation": tuple(ACTIVATIONS),
    "loss": tuple(LOSSES),
    "break": (None, *(name for name, row in BREAKS.items() if not row.least_hidden)),
    "init": (None, *INITS, "typed"),
    "optimizer": tuple(OPTIMIZERS),
    "schedule": tuple(SCHEDULES),
    "batch": tuple(BATCHES),
    "precision": PRECISIONS,
    "edited": (False, True),
    "numbers": ("usual", "least"),
}
NETWORK: dict[str, tuple[Any, ...]] = {
    "hidden": (1, 2, 3, 8),
    "hidden_activation": tuple(name for name, row in ACTIVATIONS.items() if row.trainable),
    "l1": (0.0, 0.01),
    "l2": (0.0, 0.03),
}
"""What a row with hidden neurons has beside."""
SEVERAL: dict[str, tuple[Any, ...]] = {**NETWORK, "hidden": (0, 1, 2, 8), "outputs": (2, 3, 4, 5)}
"""What a row has beside in which each class has an output."""
TARGETS: dict[str, tuple[Any, ...]] = {**SEVERAL, "of": ("numbers", "classes")}
"""The same of one in which each target has an output: what the targets are."""
KNOWN: dict[str, tuple[Any, ...]] = {
    **FACTORS,
    "activation": (
        *(
            "identity",
            "relu",
            "tanh",
            "sigmoid",
            "step",
            "leaky_relu",
            "elu",
            "softplus",
            "gelu",
            "silu",
        ),
    ),
    "loss": ("mse", "bce", "cross_entropy", "mae", "huber", "hinge"),
    "optimizer": ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"),
    "schedule": ("constant", "step_decay", "exponential", "cosine", "warmup"),
    "break": (
        None,
        "no_bias",
        "no_zero_grad",
        "ascent",
        "saturated_start",
        "x1_times_100",
        "naive_bce",
    ),
    "init": (None, "uniform", "normal", "zeros", "typed"),
}
"""What rows of the cover are filled with. A new row of a table meets all of it without standing
here; to add it here gives all rows other fillings."""


@dataclass(frozen=True)
class Outcome:
    """What became of one combination: what differed, None if nothing; whether it was refused."""

    name: str
    difference: str | None = None
    refused: bool = False


def choices_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that a row of factors means."""
    names = ("activation", "loss", "optimizer", "schedule", "precision")
    choices = {name: row[name] for name in names if name in row}
    choices |= {
        **BATCHES[row.get("batch", "full")],
        **TASKS[row.get("task", "xor")],
        "epochs": EPOCHS,
    }
    if row.get("activation") == "step":
        choices["epochs"] = 0
    if row.get("numbers") == "least":
        optimizer = OPTIMIZERS[row.get("optimizer", "sgd")]
        choices |= {number.name: number.low for number in optimizer.hyperparameters}
    if row.get("break"):
        choices["breaks"] = (row["break"],)
    choices |= {name: row[name] for name in SEVERAL if name in row}
    data = choices.get("data") or Settings(**TASKS[row.get("task", "xor")]).dataset
    if "outputs" in row:
        size, outputs = (data.samples + 1, data.width), row["outputs"]
        if "of" in row:
            data = random_targets(*size, outputs, classes=row["of"] == "classes")
            choices |= {"task": None, "data": data}
        else:
            data = random_data(*size, outputs)
            choices |= {"task": None, "data": data, "loss": None, "activation": None}
        choices["inputs"] = None
        if not row["hidden"]:
            del choices["hidden_activation"]
    start = row.get("init")
    if start:
        choices.pop("init", None)
        count = Parameters(data.width, row.get("hidden", 0), row.get("outputs", 1)).count - 1
        typed = {"weights": tuple(0.3 - 0.7 * (index % 3) for index in range(count)), "bias": 0.0}
        choices |= typed if start == "typed" else {"init": start}
    return choices


def settings_of(row: dict[str, Any]) -> Settings | None:
    """Return the settings of a row, None where they are refused."""
    try:
        return Settings(**choices_of(row))
    except SettingsError:
        return None


def edits_of(settings: Settings, row: dict[str, Any]) -> tuple[Edit, ...]:
    """Return an edit of each number that can change, one after the other."""
    if not row.get("edited"):
        return ()
    values = {
        "learning_rate": settings.learning_rate * 0.3,
        "period": 7.0,
        "weight_decay": 0.2,
        "eps": 1e-5,
    }
    return tuple(
        Edit(2 + 2 * at, name, values.get(name, 0.625))
        for at, name in enumerate(editable(settings))
    )


def cover() -> list[dict[str, Any]]:
    """Return rows in which every two values of two factors meet, wherever that can be."""
    return steady_pairwise(KNOWN, FACTORS, _allowed)


def _allowed(row: dict[str, Any]) -> bool:
    """Return whether it can be.

    Task, activation and loss decide together, so that a part of them says nothing.
    """
    return not {"task", "activation", "loss"} <= row.keys() or settings_of(row) is not None


@cache
def known_cover() -> list[dict[str, Any]]:
    """Return that of the program's tables, found once, where it is needed: that takes a second."""
    return cover()


def product() -> Iterator[dict[str, Any]]:
    """Yield every combination of the catalogues.

    Data sets, edits, switches and starts take turns.
    """
    own = [
        FACTORS[name]
        for name in ("activation", "loss", "optimizer", "schedule", "batch", "precision")
    ]
    turns = {
        name: itertools.cycle(FACTORS[name])
        for name in ("task", "edited", "break", "numbers", "init")
    }
    for index, values in enumerate(itertools.product(*own)):
        if index % 11 == 0:
            next(turns["edited"])  # else two factors would turn in step
        if index % 13 == 0:
            next(turns["numbers"])
        names = ("activation", "loss", "optimizer", "schedule", "batch", "precision")
        yield dict(zip(names, values, strict=True)) | {
            name: next(turn) for name, turn in turns.items()
        }


def networks(count: int, own: dict[str, tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """Yield so many rows with hidden neurons, or several outputs, that are not refused, at random.

    ``own`` is what they have beside, NETWORK, SEVERAL or TARGETS.
    """
    chosen = random.Random(30)
    factors = {**FACTORS, **own, "break": (None, *BREAKS)}
    while count:
        row = {name: chosen.choice(values) for name, values in factors.items()}
        if settings_of(row) is not None:
            count -= 1
            yield row


def ran(text: str) -> list[tuple[Any, ...]]:
    """Return what a script prints, run here."""
    printed: list[tuple[Any, ...]] = []
    exec(
        compile(text, "script", "exec"),
        {"print": lambda *words: printed.append(words), "__name__": "__main__"},
    )
    return printed


def losses_of(printed: list[tuple[Any, ...]]) -> dict[int, str]:
    """Return the losses by their epochs, to the last bit."""
    return {words[0]: repr(words[1]) for words in printed if isinstance(words[0], int)}


def learned_of(printed: list[tuple[Any, ...]]) -> list[float]:
    """Return the parameters that a script prints at its end, one after the other."""
    last = [words[1:] for words in printed if isinstance(words[0], str)]
    return [float(number) for values in last for number in np.ravel(values)]


def trained(trainer: Trainer) -> dict[int, str]:
    """Return the same of a run."""
    columns = trainer.history.rows().columns()
    stored = zip(columns["step"].tolist(), columns["loss"].tolist(), strict=True)
    per_epoch = trainer.settings.steps_per_epoch
    return {
        step // per_epoch: repr(loss)
        for step, loss in stored
        if step % per_epoch == 0 and loss is not None
    }


def difference(settings: Settings, edits: tuple[Edit, ...]) -> str | None:
    """Return what differs between a run and its script with tensors only.

    The epoch in which it stops.
    """
    trainer = Trainer(settings, edits)
    trainer.advance(settings.epochs * settings.steps_per_epoch)
    printed = ran(script(settings, edits, every=1).text)
    told = losses_of(printed)
    wanted = trained(trainer)
    for epoch in {**wanted, **told}:
        if told.get(epoch) != wanted.get(epoch):
            return f"epoch {epoch}: {wanted.get(epoch)} trained, {told.get(epoch)} printed"
    learned, newest = learned_of(printed), trainer.history.newest.parameters.tolist()
    if settings.epochs and trainer.stopped is None and learned != newest:
        return f"parameters {newest} trained, {learned} printed"
    return None


class Follower:
    """Puts the optimizer of a script back on the run's track after each step.

    It notes how far it was off.
    """

    def __init__(self, settings: Settings, edits: tuple[Edit, ...]) -> None:
        self.settings = settings
        self.trainer = Trainer(settings, edits)
        self.worst, self.step = 0.0, 0
        # A module has no biases where they are left out.
        self.own = np.arange(settings.parameters.count)
        if settings.breaks_it("no_bias"):
            self.own = self.own[settings.parameters.where("weights")]

    def __call__(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        """Compare with the run one step on, and take over its parameters and state."""
        if not self.trainer.advance(1):
            return
        self.step += 1
        before = self.trainer.history.rows().kept_before(self.step - 1).parameters
        row = self.trainer.history.newest
        own = optimizer.param_groups[0]["params"]
        there = np.concatenate([p.detach().double().numpy().ravel() for p in own])
        wanted = row.parameters[self.own]
        size = max(np.abs(before).max(), np.abs(wanted).max(), 1e-300)  # else squares overflow
        norm = max(np.linalg.norm(before / size), np.linalg.norm(wanted / size), 1.0)
        self.worst = max(self.worst, float(np.linalg.norm(there / size - wanted / size) / norm))
        self._take_over(optimizer, row)

    def _take_over(self, optimizer: torch.optim.Optimizer, row: Any) -> None:
        first = 0
        with torch.no_grad():
            for parameter in optimizer.param_groups[0]["params"]:
                part = self.own[first : first + parameter.numel()]
                first += parameter.numel()
                parameter.copy_(torch.from_numpy(row.parameters[part]).view_as(parameter))
                for name, values in zip(
                    self.settings.optimizer_entry.state, row.state, strict=True
                ):
                    state = optimizer.state[parameter][THEIRS[self.settings.optimizer].state[name]]
                    state.copy_(torch.from_numpy(values[part]).view_as(parameter))


def off_by(settings: Settings, edits: tuple[Edit, ...]) -> float:
    """Return by how much of the norm a step of the script with nn.Module is off, at the worst."""
    follower = Follower(settings, edits)
    handle = register_optimizer_step_post_hook(follower)
    try:
        ran(script(settings, edits, style="module", every=1).text)
    finally:
        handle.remove()
    assert follower.step or not settings.epochs or follower.trainer.stopped
    return follower.worst


def compare(row: dict[str, Any]) -> Outcome:
    """Run both scripts of a combination."""
    name, settings = " ".join(str(value) for value in row.values()), settings_of(row)
    if settings is None:
        return Outcome(name, refused=True)
    edits = edits_of(settings, row)
    try:
        found = difference(settings, edits)
    except SettingsError:  # a start that is not finite
        return Outcome(name, refused=True)
    worst = 0.0 if found else off_by(settings, edits)
    if worst > NEAR[settings.precision]:
        found = f"nn.Module is off by {worst:.2g} of the norm"
    return Outcome(name, found)


def summary(outcomes: Iterable[Outcome], seconds: float) -> dict[str, Any]:
    """Return the counts, and the first that differ."""
    known = list(outcomes)
    unequal = [
        {"name": outcome.name, "difference": outcome.difference}
        for outcome in known
        if outcome.difference
    ]
    refused = sum(outcome.refused for outcome in known)
    return {
        "combinations": len(known),
        "compared": len(known) - refused,
        "refused": refused,
        "unequal": len(unequal),
        "seconds": round(seconds, 1),
        "the first unequal": unequal[:20],
    }


def main() -> int:
    """Compare them all and print the summary; exit 1 if any differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.batteries.scripts", description=__doc__)
    parser.add_argument("--cover", action="store_true", help="only the cover of all pairs")
    parser.add_argument("--networks", type=int, help="only so many with hidden neurons")
    parser.add_argument("--several", type=int, help="only so many with an output for each class")
    parser.add_argument("--targets", type=int, help="only so many with one for each target")
    parser.add_argument("--each", type=int, default=1, help="only every so many-th combination")
    chosen = parser.parse_args()
    began = time.perf_counter()
    rows = known_cover() if chosen.cover else itertools.islice(product(), 0, None, chosen.each)
    rows = networks(chosen.networks, NETWORK) if chosen.networks else rows
    rows = networks(chosen.several, SEVERAL) if chosen.several else rows
    rows = networks(chosen.targets, TARGETS) if chosen.targets else rows
    result = summary(map(compare, rows), time.perf_counter() - began)
    result["seconds"] = round(time.perf_counter() - began, 1)
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return int(result["unequal"] > 0 or result["compared"] == 0)


if __name__ == "__main__":
    sys.exit(main())
