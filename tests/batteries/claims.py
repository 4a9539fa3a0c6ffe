"""Every sentence about a run, held against the run that goes on.

``python -m tests.batteries.claims [--runs N] [--hidden] [--several WHAT]``. It makes random
situations: every catalogue, own data, hidden neurons or none, an output for each of several classes
or targets, rates of 0.01 to 3 times the limit, edits in mid-run, breaks, schedules, penalties,
float32. What is said there is read from the words alone (:mod:`tests.batteries.claims_readings`),
and must hold in a run that goes on for as long again and 200 epochs more. State line, ruler and
sweep must not contradict each other, and a learning rate that a remedy names is taken
(:mod:`tests.batteries.claims_remedies`). Misleading is, though every word of it be true:

- "green": learning or converged, and the run overflows, or never comes lower again;
- "alarm": rising, below the loss of the start,
  and left alone for ten times as long it falls to a thousandth;
- "hopeless": impossible, saturated, flat, level, frozen or dead, and not told to run on, when left
  alone as long the loss halves;
- "larger": a larger learning rate is advised, and neither three nor ten times the rate ends lower;
- "digits": a share below 1e-6 %, a rate above 1e12, more than four weights by name,
  or rounding shown as a loss.

Then come 300 runs whose nature is known beforehand (:mod:`tests.batteries.claims_recall`). It
prints what was false, and a table of what was said against what is so.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edit, settings_at
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.penalties import PENALTIES
from neuroviz.core.choices.resolve import INITS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.quadratic import growing_error
from neuroviz.core.curvature.rate_ruler import Ruler, ruler_of
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.generators import GENERATORS, Recipe
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import Diagnosis, diagnose, flat_by_nature
from neuroviz.core.slices import finished
from neuroviz.core.sweep.grid import rate_axis, rate_grid
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.core.training.trainer import Trainer
from tests.batteries.claims_readings import Course, as_typed, broken_promises
from tests.batteries.claims_recall import table
from tests.batteries.claims_remedies import named_rate, what_comes_of_it

RUNS = 1_000
_KINDS = ("false", "contradictory", "misleading", "remedy")
_MORE_EPOCHS = 200
_LINEAR = {"activation": "identity", "loss": "mse"}
_LOGISTIC = {"activation": "sigmoid", "loss": "bce"}
_GREEN = ("learning", "converged")
_HOPELESS = ("impossible", "saturated", "flat", "level", "frozen", "dead", "plateau")


@dataclass(frozen=True)
class Verdict:
    """What became of one situation."""

    number: int
    """Of the situation."""
    command: str
    """What was run, in words."""
    state: str
    words: str
    """What was said."""
    false: tuple[str, ...] = ()
    """What of it is not so."""
    contradictory: tuple[str, ...] = ()
    """In what state line and ruler contradict each other."""
    misleading: tuple[str, ...] = ()
    """The kinds of what leads astray, see above."""
    names_rate: bool = False
    """Whether the remedy names a learning rate."""
    remedy: tuple[str, ...] = ()
    """What became of that rate, where it did no good."""


def situation(
    number: int, hidden: bool = False, several: str = ""
) -> tuple[Settings, tuple[Edit, ...], int]:
    """Return settings, edits and the number of steps of a situation.

    Functions of its number alone, and of whether there are to be hidden neurons, or several
    "classes" or "targets".
    """
    generator = np.random.default_rng((15, number))
    layer = _layer(number) if hidden or (several and number % 2) else {}
    groups = _groups(number) if several == "classes" else None
    wide = _of_targets(number) if several == "targets" else None

    def pick(names: Iterable[Any]) -> Any:
        known = list(names)
        return known[generator.integers(len(known))]

    while True:
        chosen: dict[str, Any] = {"task": pick(TASKS), "optimizer": pick(OPTIMIZERS)}
        chosen |= {
            "activation": pick(ACTIVATIONS),
            "loss": pick(LOSSES),
            "seed": int(generator.integers(1000)),
        }
        if data := groups or wide or _own_data(number):
            chosen |= {"task": "own", "data": data}
        kind = generator.random()
        if kind < 0.4:
            chosen |= _LINEAR if kind < 0.2 else _LOGISTIC
        elif "step" in chosen.values() or "cross_entropy" in chosen.values():
            continue  # nothing is to be learned of them: a few by name below
        if groups:
            chosen |= {"activation": "identity", "loss": "cross_entropy"}
            chosen |= {"outputs": len(groups.class_names)}
        elif generator.random() < 0.02:
            chosen |= {"activation": "step", "loss": "mse"}
        if generator.random() < 0.4:
            chosen["schedule"] = pick(SCHEDULES)
            if chosen["schedule"] != "constant":
                chosen["period"] = float(pick((3, 20, 100, 300)))
        if generator.random() < 0.2:
            chosen["precision"] = "float32"
        if generator.random() < 0.3:
            chosen["breaks"] = (pick(BREAKS),)
        if generator.random() < 0.3:
            samples = (data or TASKS[chosen["task"]].data()).samples
            chosen["batch_size"] = pick(
                (1, 2, 3) if samples < 10 else (5, 20, 50) if data else (20, 50)
            )
            chosen["shuffle"] = bool(generator.random() < 0.5)
        if generator.random() < 0.3 and not chosen.get("breaks"):
            chosen["init"] = pick(INITS)
        if generator.random() < 0.3 and not data and TASKS[chosen["task"]].gate:
            chosen["inputs"] = "pm1"
        few = (data or TASKS[chosen["task"]].data()).samples < 100  # a step each, all to be kept
        if chosen["loss"] == "perceptron" and few and generator.random() < 0.5:
            rule = ("task", "data", "loss", "seed", "shuffle", "precision", "inputs", "init")
            chosen = {name: chosen[name] for name in rule if name in chosen}
            chosen |= {"optimizer": "sgd", "activation": "identity", "batch_size": 1}
        if chosen["loss"] == "perceptron":
            chosen.setdefault("batch_size", "full")
        if generator.random() < 0.2 and chosen["optimizer"] == "adamw":
            chosen["weight_decay"] = float(pick((0.1, 1.0, 10.0)))
        if chosen["activation"] != "step":
            chosen |= _penalties(number)
        chosen |= layer
        if layer and generator.random() < 0.1:
            chosen["breaks"] = ("equal_start",)
        try:
            settings = Settings(**chosen)
            start = Trainer(settings).history.newest.parameters
        except SettingsError:
            continue
        scale, most = (1.0, 100) if groups else (_scale(settings, start), 3)
        rate = scale * float(np.exp(generator.uniform(np.log(0.01), np.log(most))))
        settings = settings.replace(learning_rate=float(f"{rate:.3g}"))
        epochs = int(pick((1, 5, 15, 40, 100, 300)))
        steps = epochs * settings.steps_per_epoch
        edits = ()
        if generator.random() < 0.3:
            at = int(generator.integers(1, steps + 1))
            edits = (
                Edit(at, "learning_rate", float(f"{rate * float(pick((0.1, 0.5, 2, 10))):.3g}")),
            )
        return settings, edits, steps


def _layer(number: int) -> dict[str, Any]:
    """Return 1 to 8 hidden neurons with any activation that can be trained."""
    generator = np.random.default_rng((18, number))
    trainable = [name for name, row in ACTIVATIONS.items() if row.trainable]
    return {
        "hidden": int(generator.integers(1, 9)),
        "hidden_activation": str(generator.choice(trainable)),
    }


def _penalties(number: int) -> dict[str, float]:
    """Return the penalties of a situation, none for two in three."""
    generator = np.random.default_rng((16, number))
    named = (
        [name for name in PENALTIES if generator.random() < 0.6] if generator.random() < 0.4 else []
    )
    return {name: float(f"{10 ** generator.uniform(-4, 0.5):.2g}") for name in named}


def _own_data(number: int) -> Dataset | None:
    """Return data of one's own for one situation in four.

    Made up, or a table with columns of any size.
    """
    generator = np.random.default_rng((17, number))
    if generator.random() > 0.25:
        return None
    seed = int(generator.integers(1000))
    if generator.random() < 0.5:
        name = str(generator.choice(list(GENERATORS)))
        noise = float(f"{generator.uniform(0, 0.8):.2g}")
        return replace(
            Recipe.of(name), noise=noise, count=int(generator.integers(6, 80)), seed=seed
        ).dataset()
    rows, width = int(generator.integers(4, 30)), int(generator.integers(1, 5))
    sizes = 10.0 ** generator.uniform(-2, 3, width)
    inputs = generator.normal(generator.uniform(-1, 1, width), 1, (rows, width)) * sizes
    weights = generator.normal(size=width) / sizes
    targets = inputs @ weights + 0.3 * generator.normal(size=rows)
    classes = bool(generator.random() < 0.5)
    data = Dataset(
        inputs, (targets > np.median(targets)).astype(float) if classes else targets, classes
    )
    return data.scaled("standardise") if generator.random() < 0.4 else data


def _groups(number: int) -> Dataset:
    """Return a cloud of points for each of 2 to 5 classes, near one another or far apart."""
    generator = np.random.default_rng((19, number))
    count, width = int(generator.choice((2, 3, 3, 4, 5))), int(generator.choice((1, 2, 2, 3)))
    size = float(10 ** generator.uniform(-1, 1.5))
    targets = np.repeat(np.arange(count), generator.integers(2, 20, count))
    centres = generator.normal(size=(count, width))[targets]
    spread = float(generator.choice((0.05, 0.3, 1.0)))
    inputs = size * (centres + spread * generator.normal(size=centres.shape))
    names = tuple("ABCDE"[:count])
    return Dataset(inputs, targets.astype(float), classes=True, class_names=names)


def _of_targets(number: int) -> Dataset:
    """Return data with 2 to 5 targets, that inputs of any size decide, some of them by chance."""
    generator = np.random.default_rng((20, number))
    rows, width = int(generator.integers(3, 20)), int(generator.integers(1, 4))
    inputs = 10 ** generator.uniform(-1, 1.5) * generator.normal(size=(rows, width))
    weights = generator.normal(size=(width, int(generator.integers(2, 6))))
    noise = float(generator.choice((0.0, 0.1, 1.0)))
    targets = inputs @ weights / np.abs(inputs).max()
    targets = targets + noise * generator.normal(size=targets.shape)
    classes = bool(generator.random() < 0.5)
    return Dataset(inputs, (targets > 0).astype(float) if classes else targets, classes)


def _scale(settings: Settings, start: np.ndarray) -> float:
    """Return the limit of plain gradient descent where there is one, else a rate that is usual."""
    if settings.optimizer in ("sgd", "momentum", "nesterov"):
        greatest = curvature_at(settings, start).greatest
        if greatest and greatest > 1e-6:
            return 2 / greatest
    return 1.0


def judged(number: int, hidden: bool = False, *, several: str = "", astray: bool = True) -> Verdict:
    """Return the verdict on a situation.

    Whether it leads ``astray`` is seen in runs of its own, up to ten times as long.
    """
    settings, edits, steps = situation(number, hidden, several)
    trainer = Trainer(settings, edits)
    trainer.advance(steps)
    in_force = settings_at(settings, edits, trainer.step)
    diagnosis = diagnose(evidence_of(trainer))
    row = trainer.history.newest
    ruler = _ruler(in_force, row.parameters)
    course = _course(trainer, in_force)
    grown = diagnosis.state in ("diverging", "overflow", "rising")
    why = growing_error(in_force, row.parameters, row.learning_rate) if grown and ruler else ""
    words = " ".join(filter(None, (diagnosis.sentence, diagnosis.remedy, why)))
    loss = float(course.losses[course.epoch])
    outcome = what_comes_of_it(settings, edits, steps, loss, diagnosis) if astray else None
    return Verdict(
        number,
        f"{settings.as_dict()} {[str(edit) for edit in edits]} {steps} steps",
        diagnosis.state,
        words,
        tuple(broken_promises(course, words)),
        (
            *_contradictions(
                diagnosis, None if course.stands_still else ruler, row.learning_rate, in_force
            ),
            *(
                []
                if edits or flat_by_nature(settings)
                else _against_sweep(diagnosis, settings, steps)
            ),
        ),
        tuple(_misleading(diagnosis, course, settings, edits)) if astray else (),
        named_rate(diagnosis.remedy) is not None,
        (outcome,) if outcome else (),
    )


def _ruler(settings: Settings, parameters: np.ndarray) -> Ruler | None:
    try:
        return ruler_of(settings, curvature_at(settings, parameters), parameters)
    except SettingsError:
        return None


def _course(trainer: Trainer, in_force: Settings) -> Course:
    now = trainer.step
    per_epoch = in_force.steps_per_epoch
    wanted = now + _MORE_EPOCHS * per_epoch
    stopped = trainer.stopped is not None or trainer.advance(wanted) < wanted
    rows = trainer.history.rows()
    assert rows.stride == 1  # all kept
    width = in_force.parameters.count
    parameters = np.column_stack([rows.parameter(index) for index in range(width)])
    grads = np.column_stack([rows.grad(index) for index in range(width)])
    losses = rows.columns()["loss"][::per_epoch]
    rates = rows.columns()["learning_rate"]
    return Course(
        in_force, now, np.ma.compressed(losses), parameters, grads, np.asarray(rates), stopped
    )


def _contradictions(
    diagnosis: Diagnosis, ruler: Ruler | None, rate: float, settings: Settings
) -> Iterator[str]:
    regime = ruler.regime(rate) if ruler else None
    name = regime.name if regime else ""
    best = ruler.best if ruler else None
    if name == "diverges" and diagnosis.state in (*_GREEN, "slow", "zig-zag"):
        yield f"{diagnosis.state}, and the ruler says that it diverges"
    if diagnosis.state == "diverging" and ruler and ruler.quadratic and name and name != "diverges":
        yield f"diverging, and the ruler says {name}"
    if (
        diagnosis.state == "zig-zag"
        and name.startswith("smooth")
        and settings.optimizer == "sgd"
        and ruler.quadratic
    ):
        yield "zig-zag, and the ruler says smooth"
    found = re.search(r"Take ([\d.e-]+): from here on it is the fastest", diagnosis.remedy)
    if found and (best is None or not -1e-9 * best <= best - float(found[1]) < 1e-3 * best):
        yield f"another best rate than the ruler's {best}"
    smaller = re.search(r"smaller learning rate, such as ([\d.e-]+)", diagnosis.remedy)
    if (
        smaller
        and best is not None
        and settings.learning_rate < best
        and ruler.quadratic
        and settings.batch_size == "full"
    ):
        yield f"a smaller rate than the best, {best}"
    if "larger learning rate" in diagnosis.remedy and ruler and ruler.overshoots(rate):
        yield "a larger rate above the limit"


def _against_sweep(diagnosis: Diagnosis, settings: Settings, steps: int) -> Iterator[str]:
    """Yield in what the state contradicts a sweep of the same run.

    The sweep has one of almost its rate, too.
    """
    search = settings.optimizer_entry.search
    if search and search.finds_rate:
        return
    rate = settings.learning_rate
    epochs = settings.replace(epochs=steps // settings.steps_per_epoch)
    result = finished(Sweep(rate_grid(epochs, rate_axis(rate, rate * (1 + 1e-9), 2))).work())
    if diagnosis.state in ("diverging", "overflow") and not result.diverged[0]:
        yield f"{diagnosis.state}, and the sweep says finite"
    if (
        diagnosis.state in (*_GREEN, "swinging", "slow", "zig-zag", "level", "frozen")
        and result.diverged[0]
    ):
        yield f"{diagnosis.state}, and the sweep says that it diverged"


def _misleading(
    diagnosis: Diagnosis, course: Course, settings: Settings, edits: Sequence[Edit]
) -> Iterator[str]:
    """Yield the kinds of what leads astray of a run of these settings and edits.

    The words at the top.
    """
    if diagnosis.state in _GREEN and course.stopped:
        yield f"green: {diagnosis.state}, and it overflows"
    elif (
        diagnosis.state == "learning"
        and course.later[1:].size
        and course.later[1:].min() > course.later[0]
    ):
        yield "green: learning, and it never comes lower again"
    here = float(course.losses[course.epoch])
    below = here < course.losses[0]
    if diagnosis.state == "rising" and below and _left_alone(course, settings, edits) < 1e-3 * here:
        yield "alarm: it comes down by itself"
    waits = "Let it run" in diagnosis.remedy
    if (
        diagnosis.state in _HOPELESS
        and not waits
        and _left_alone(course, settings, edits) < 0.5 * here
    ):
        yield f"hopeless: {diagnosis.state}, and the loss halves by itself"
    if "larger learning rate" in diagnosis.remedy:
        own = _after(settings, edits, 2 * course.now)
        rate = settings_at(settings, edits, course.now).learning_rate
        faster = [
            _after(
                settings, (*edits, Edit(course.now, "learning_rate", times * rate)), 2 * course.now
            )
            for times in (3, 10)
        ]
        if min(faster) >= own:
            yield "larger: neither 3 nor 10 times the rate is better"
    yield from _odd_digits(diagnosis, settings)


def _odd_digits(diagnosis: Diagnosis, settings: Settings) -> Iterator[str]:
    said = as_typed(f"{diagnosis.sentence} {diagnosis.remedy}")
    if any(float(share) < 1e-6 for share in re.findall(r"([\d.e-]+) %", said)):
        yield "digits: a share that nobody can see"
    if any(
        float(rate) > 1e12
        for rate in re.findall(r"rate (?:below |up to |such as )?(\d[\d.]*e\d+)", said)
    ):
        yield "digits: a rate beyond all rates"
    if len(re.findall(r"w[₀-₉]+", said)) > 4:
        yield "digits: more than four weights"
    losses = re.findall(r"loss(?: is|,| fell from [^ ]+ to)? (\d[\d.]*e-\d+)", said)
    if settings.loss in ("mse", "mae", "huber") and any(float(loss) < 1e-25 for loss in losses):
        yield "digits: rounding"


def _after(settings: Settings, edits: Sequence[Edit], steps: int) -> float:
    """Return the loss after so many steps, ∞ where the run overflows before."""
    trainer = Trainer(settings, edits)
    while trainer.step < steps and trainer.stopped is None:
        trainer.advance(steps - trainer.step)
    losses = np.asarray(trainer.history.rows().columns()["loss"])
    return np.inf if trainer.stopped else float(losses[np.isfinite(losses)][-1])


def _left_alone(course: Course, settings: Settings, edits: Sequence[Edit]) -> float:
    return _after(settings, edits, 10 * max(course.now, 20 * settings.steps_per_epoch))


def main(arguments: list[str] | None = None) -> int:
    """Judge the situations, print what is wrong and the table.

    Return 1 if one was false, or recall is low.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--hidden", action="store_true", help="with hidden neurons")
    parser.add_argument(
        "--several", default="", help="classes or targets: with an output for each of them"
    )
    args = parser.parse_args(arguments)
    with multiprocessing.Pool(args.jobs) as pool:
        numbers = range(args.first, args.first + args.runs)
        judge = partial(judged, hidden=args.hidden, several=args.several)
        verdicts = list(pool.imap(judge, numbers, chunksize=10))
    for verdict in verdicts:
        for kind in _KINDS:
            if getattr(verdict, kind):
                print(
                    f"{kind} {verdict.number} {verdict.state}: {verdict.words}\n"
                    f"   {getattr(verdict, kind)}"
                )
                print(f"   {verdict.command}")
    counts = {kind: sum(bool(getattr(v, kind)) for v in verdicts) for kind in _KINDS}
    named = sum(v.names_rate for v in verdicts)
    kinds = Counter(kind.partition(":")[0] for v in verdicts for kind in v.misleading)
    states = Counter(v.state for v in verdicts)
    print(
        json.dumps(
            {
                "runs": len(verdicts),
                **counts,
                "rates named": named,
                "kinds": kinds,
                "states": states,
            }
        )
    )
    share, text = table()
    print(text)
    print(json.dumps({"recall": round(share, 4)}))
    return int(bool(counts["false"] or counts["contradictory"]) or share < 0.97)


if __name__ == "__main__":
    sys.exit(main())
