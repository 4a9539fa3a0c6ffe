"""All of the batch.

What every sample says of the loss and of the gradient, and the mean that the update uses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import subscripted
from neuroviz.core.types import Floats
from neuroviz.pictures.input_names import input_name
from neuroviz.pictures.neuron.equations import WrittenNumber, mean_of, sum_of, written
from neuroviz.pictures.neuron.fit import EDGE, POINT_SIZES, Metrics, Rect
from neuroviz.pictures.neuron.numbers import CHANGE, Slot, SlotNumber, change_of, number_in
from neuroviz.pictures.weights import printed

_LINE = 1.45  # lines of text that a line of the table is high at most
_TIGHT = 1.1
_TIGHTEST = 0.9
"""The same where the smallest letters would leave samples out of sight:
digits do not reach below their line."""
_MEASURED = 200
"""Samples by which it is decided how wide the names of the lines are."""
_FEW = 8
"""Samples for which letters are as small as can be, so that all are in sight."""
_MOST_WRITTEN = 2
"""Inputs that stand as the name of a line; of more samples there is only the number."""
_LONGEST_NAME = 12
_FIGURES = 7
"""Digits and signs in the width of a number."""
_OWN = ("sample_output", "sample_target", "sample_loss")
_HEADS = ("ŷ", "y", "loss")
_GRADS = {
    "mean": "mean_grad",
    "penalty": "penalty_grad",
    "left over": "old_grad",
    "used": "grad",
    CHANGE: CHANGE,
}
"""What stands in the lines under the samples, where the mean is not all."""
_PHASE_KINDS = {"sample_output": "output", "sample_target": "target", "sample_loss": "loss"}
_PHASE_KINDS |= dict.fromkeys(("mean_loss", "penalty"), "loss")
_PHASE_KINDS |= dict.fromkeys(
    ("sample_grad", "mean_grad", "penalty_grad", "old_grad"), "loss_by_pre_activation"
)
"""Kind -> the kind in a sample's diagram that is known as early."""


@dataclass(frozen=True)
class TablePlan:
    """What fits into a room."""

    metrics: Metrics
    """Widths of texts in the size of letters that fits."""
    samples: int
    """How many samples are in sight."""
    shown: int
    """How many weights are."""


@dataclass(frozen=True)
class BatchTable:
    """Where everything stands."""

    slots: dict[Slot, Rect]
    """Number -> its box."""
    names: dict[str, Rect]
    """Name of a line -> its box; "more" stands where samples are out of sight."""
    heads: dict[str, Rect]
    """Head of a column -> its box."""
    rules: tuple[float, float]
    """y of the lines over the samples and under them."""


def line_names(settings: Settings) -> tuple[str, ...]:
    """Return what stands under the samples.

    Their mean, what else there is and what comes of both, the change.
    """
    penalty = ("penalty",) if settings.penalties else ()
    left_over = ("left over",) if settings.breaks_it("no_zero_grad") else ()
    return ("mean", *penalty, *left_over, *(("used",) if penalty or left_over else ()), CHANGE)


def fitted_table(
    width: float, height: float, settings: Settings, measure: Callable[[int], Metrics]
) -> TablePlan:
    """Return what fits: letters as large as can be.

    Samples and weights that leave no room are out of sight.

    Parameters
    ----------
    width, height
        Size of the whole, in the unit of the metrics.
    measure
        Gives the metrics of a size of letters in points.
    """
    inputs = settings.dataset.width
    samples = settings.samples_per_step
    others = 2 + len(line_names(settings))
    for size in POINT_SIZES:
        metrics = measure(size)
        if (others + samples) * _TIGHT * metrics.line <= height and _width(
            metrics, inputs, settings
        ) <= width:
            return TablePlan(metrics, samples, inputs)
    metrics = measure(next((size for size in POINT_SIZES if size <= 10), POINT_SIZES[-1]))
    lines = int(height / (_TIGHT * metrics.line)) - others
    if lines < min(_FEW, samples) or _width(metrics, 1, settings) > width:
        metrics = measure(POINT_SIZES[-1])
        lines = int(height / (_TIGHTEST * metrics.line)) - others
    in_sight = samples if samples <= lines else max(1, lines - 1)
    weights = next(
        (count for count in range(inputs, 1, -1) if _width(metrics, count, settings) <= width), 1
    )
    return TablePlan(metrics, in_sight, weights)


def _column(metrics: Metrics) -> float:
    return metrics.signed + metrics.weight + 20


def _width(metrics: Metrics, weights: int, settings: Settings) -> float:
    return (
        2 * EDGE
        + _label(metrics, settings)
        + 3 * (metrics.number + 10)
        + (weights + 1) * _column(metrics)
    )


def _label(metrics: Metrics, settings: Settings) -> float:
    named = (_inputs_written(inputs) for inputs in settings.coded_inputs[:_MEASURED])
    longest = max(len(text) for text in (*named, _inputs_named(settings)) if text is not None)
    return max(metrics.number + 2 * metrics.prefix, longest * metrics.number / _FIGURES) + 10


def place_table(
    width: float, height: float, shown: Sequence[int], settings: Settings, plan: TablePlan
) -> BatchTable:
    """Place everything.

    Parameters
    ----------
    width, height
        Size of the whole, in the unit of the metrics.
    shown
        The weights in sight, by their indices.
    """
    metrics = plan.metrics
    below = line_names(settings)
    more = plan.samples < settings.samples_per_step
    count = 2 + plan.samples + more + len(below)
    line = min(_LINE * metrics.line, height / count)
    top = max(0.0, (height - count * line) / 2)
    spare = (width - _width(metrics, len(shown), settings)) / (len(shown) + 5)
    spare = max(0.0, min(spare, 3 * metrics.number))
    left = (
        max(0.0, width - _width(metrics, len(shown), settings) - (len(shown) + 5) * spare) / 2
        + EDGE
    )
    label = _label(metrics, settings) + spare
    own = metrics.number + 10 + spare
    column = _column(metrics) + spare

    def cell(row: float, x: float, room: float) -> Rect:
        return Rect(x, top + row * line + (line - metrics.line) / 2, room, metrics.line)

    first = left + label + 3 * own
    indices = [*shown, settings.dataset.width]
    places = {index: first + at * column for at, index in enumerate(indices)}
    names = {f"line {row}": cell(2 + row, left, label - 6) for row in range(plan.samples)}
    if more:
        names["more"] = cell(2 + plan.samples, left, label + 3 * own - 6)
    under = 2 + plan.samples + more
    names |= {name: cell(under + at, left, label - 6) for at, name in enumerate(below)}
    heads = {head: cell(1, left + label + at * own, own - 10) for at, head in enumerate(_HEADS)}
    if _inputs_named(settings):
        heads["inputs"] = cell(1, left, label - 6)
    heads |= {f"w {index}": cell(0, x, metrics.weight) for index, x in places.items()}
    heads |= {f"∂ {index}": cell(1, x, column - 20) for index, x in places.items()}
    slots: dict[Slot, Rect] = {}
    for row in range(plan.samples):
        for at, kind in enumerate(_OWN):
            slots[kind, row] = cell(2 + row, left + label + at * own, own - 10)
        slots |= {
            ("sample_grad", (row, index)): cell(2 + row, x, column - 20)
            for index, x in places.items()
        }
    losses = {under: "loss"}
    if settings.penalties:
        losses = {under: "mean_loss", under + 1: "penalty", under + below.index("used"): "loss"}
    slots |= {
        (kind, None): cell(row, left + label + 2 * own, own - 10) for row, kind in losses.items()
    }
    for index, x in places.items():
        slots["weight", index] = cell(0, x + metrics.weight, column - 20 - metrics.weight)
        kinds = [_GRADS[name] for name in below] if "used" in below else ["grad", "change"]
        slots |= {(kind, index): cell(under + at, x, column - 20) for at, kind in enumerate(kinds)}
    return BatchTable(slots, names, heads, (top + 2 * line, top + under * line))


def batch_numbers(
    anatomy: Anatomy | None, phase: str | None, table: BatchTable, after: Anatomy | None = None
) -> dict[Slot, SlotNumber]:
    """Return what stands in every slot of a table.

    The means hold as they are read, where all samples are in sight.

    Parameters
    ----------
    anatomy, phase
        As for :func:`~neuroviz.pictures.neuron.numbers.numbers_of`.
    after
        Of the step that follows: after the update the weights are its own,
        and so is what they give.
    """
    moved = phase == "update"
    source = (after or anatomy) if moved else anatomy
    found = _found(source, table) if source else {}
    before = _found(anatomy, table) if moved and anatomy else {}
    for kind, index in table.slots:
        if kind == "grad" and isinstance(index, int) and anatomy:
            if moved:
                grad = found[kind, index] = before[kind, index]
                found["change", index] = change_of(anatomy, index, grad)
            elif phase == "zero_grad":
                found[kind, index] = written(float(anatomy.accumulated[index]))
    return {
        slot: number_in(phase, _PHASE_KINDS.get(slot[0], slot[0]), found.get(slot))
        for slot in table.slots
    }


def _found(anatomy: Anatomy, table: BatchTable) -> dict[Slot, WrittenNumber]:
    made: dict[Slot, WrittenNumber] = {}
    columns = {
        "sample_output": anatomy.output,
        "sample_target": anatomy.targets,
        "sample_loss": anatomy.losses,
    }
    for kind, index in table.slots:
        if kind in columns and isinstance(index, int) and index < len(anatomy.batch):
            made[kind, index] = written(float(columns[kind][anatomy.batch[index]]))
        elif isinstance(index, tuple) and index[0] < len(anatomy.batch):
            made[kind, index] = written(
                float(anatomy.sample_grads[anatomy.batch[index[0]], index[1]])
            )
        elif kind == "weight" and isinstance(index, int):
            made[kind, index] = written(float(anatomy.row.parameters[index]), signed=True)
    _write_loss(made, anatomy)
    for kind, index in table.slots:
        if kind == "grad" and isinstance(index, int):
            _write_means(made, index, anatomy, kept=("mean_grad", index) in table.slots)
    return made


def _write_loss(made: dict[Slot, WrittenNumber], anatomy: Anatomy) -> None:
    """Write the mean of the losses and, where there is a penalty, the sum of both."""
    if not anatomy.settings.penalties:
        made["loss", None] = _mean(made, "sample_loss", None, anatomy, anatomy.loss)
        return
    own = float(anatomy.losses[anatomy.batch].mean())
    mean = made["mean_loss", None] = _mean(made, "sample_loss", None, anatomy, own)
    penalty = made["penalty", None] = written(anatomy.penalty)
    made["loss", None] = sum_of(anatomy.loss, [mean, penalty])


def _write_means(
    made: dict[Slot, WrittenNumber], index: int, anatomy: Anatomy, *, kept: bool
) -> None:
    """Write the mean of the gradients by a parameter.

    And, where it is not all, what is added and the sum.
    """
    own = anatomy.mean_grad if anatomy.settings.penalties else anatomy.new_grad
    mean = _mean(made, "sample_grad", index, anatomy, float(own[index]))
    if not kept:
        made["grad", index] = mean
        return
    terms = [mean]
    made["mean_grad", index] = mean
    if anatomy.settings.penalties:
        penalty = made["penalty_grad", index] = written(float(anatomy.penalty_grad[index]))
        terms.append(penalty)
    if anatomy.breaks("no_zero_grad"):
        old = made["old_grad", index] = written(float(anatomy.accumulated[index]))
        terms.append(old)
    made["grad", index] = sum_of(float(anatomy.grad[index]), terms)


def _mean(
    made: dict[Slot, WrittenNumber], kind: str, index: int | None, anatomy: Anatomy, value: float
) -> WrittenNumber:
    """Write a mean of samples, which are not all there to be read where some are out of sight."""
    rows = range(len(anatomy.batch))
    slots: list[Slot] = [(kind, row if index is None else (row, index)) for row in rows]
    if not all(slot in made for slot in slots):
        return written(value)
    return mean_of(value, [made[slot] for slot in slots])


def _sample_named(anatomy: Anatomy, row: int) -> str:
    """Return what a line of the table is called.

    The sample's inputs where they are few, else its number.
    """
    if row >= len(anatomy.batch):
        return ""
    sample = int(anatomy.batch[row])
    return _inputs_written(anatomy.settings.coded_inputs[sample]) or f"sample {sample + 1}"


def _inputs_written(inputs: Floats) -> str | None:
    """Return the inputs (D,) of a sample; None where they are too many."""
    if len(inputs) > _MOST_WRITTEN:
        return None
    texts = [printed(value, 3) for value in inputs.tolist()]
    return f"({', '.join(texts)})" if len(texts) > 1 else f"x = {texts[0]}"


def _inputs_named(settings: Settings) -> str:
    """Return what own data call the inputs that are written; empty where nobody named them."""
    data = settings.dataset
    if data.width > _MOST_WRITTEN or not data.own_name(0):
        return ""
    return ", ".join(input_name(settings, index, _LONGEST_NAME) for index in range(data.width))


def is_left(head: str) -> bool:
    """Return whether the head of a column begins where its room does, as what stands under it."""
    return head == "inputs" or head.startswith("w ")


def head_text(head: str, settings: Settings) -> str:
    """Return what stands over a column."""
    if head == "inputs":
        return _inputs_named(settings)
    kind, _, index = head.partition(" ")
    if not index:
        return head
    name = subscripted(settings.parameters.names[int(index)])
    return name if kind == "w" else f"∂ℓ/∂{name}"


def line_text(
    name: str, settings: Settings, anatomy: Anatomy | None, *, moved: bool, more: int
) -> str:
    """Return what a line is called.

    Parameters
    ----------
    name
        A key of the table's names.
    settings, anatomy
        Of the step on show; None until torch is loaded.
    moved
        Whether the part on show is the update.
    more
        Samples that are out of sight.
    """
    if name == "more":
        return f"… {more:,} more"
    if name.startswith("line"):
        return _sample_named(anatomy, int(name.split()[1])) if anatomy else ""
    if name == "mean" and anatomy:
        return f"mean of {len(anatomy.batch):,}"
    if name == "used" and settings.penalties:
        return "together"
    return "" if name == CHANGE and not moved else name
