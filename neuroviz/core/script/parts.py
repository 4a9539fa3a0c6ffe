"""What the scripts of both styles are made of.

These are lines, numbers as text, the data, and the loop around a step.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.lazy import np, torch
from neuroviz.core.numbers import exact
from neuroviz.core.types import Floats, Frozen

WIDTH = 58
"""Most letters in a line of a comment, which is what a narrow panel shows."""
_NUMBERS_WIDTH = 76
"""Most letters in a line of numbers."""
_MOST_ROWS = 32
"""Most rows of a table of numbers that is not folded for the reader."""
_MOST_COLUMNS = 8
"""Most columns of such a table."""
STOPPED = ('print("stopped: these numbers are not finite")', "break")
"""What a script does where the run stops."""
_STEP = re.compile(r"(?<!\.)\bstep\b")
"""Matches the number of the step, not the method of the optimizer."""
_MOST_NUMBERS = 100_000
"""Most numbers of data that are written out in a script; larger data stay in their file."""


class Line(Frozen):
    """One line of a script."""

    text: str
    """The line as a reader sees it, without a line break."""
    phase: str | None = None
    """The phase of a step that it does; None for other lines."""
    whole: str | None = None
    """The lines that run in place of ``text`` where that is folded; None where it is not."""


Lines = tuple[Line, ...]


def indented(lines: Iterable[Line]) -> Lines:
    """Return lines indented by one level; empty ones stay empty."""
    return tuple(replace(line, text=f"    {line.text}") if line.text else line for line in lines)


def code_lines(*texts: str, phase: str | None = None) -> Lines:
    """Return texts as lines of one phase."""
    return tuple(Line(text, phase) for text in texts)


def short(code: str) -> str:
    """Return an expression with F for torch.nn.functional."""
    return code.replace("torch.nn.functional.", "F.")


def literal(value: float) -> str:
    """Return a number as text that Python reads back to the same bits."""
    text = exact(value)
    return "-0.0" if text == "-0" else text


def vector(values: Iterable[float]) -> str:
    """Return numbers as the text of a list."""
    return f"[{', '.join(map(literal, values))}]"


def number_lines(before: str, values: Sequence[float], after: str) -> Lines:
    """Return a list of numbers between two texts, folded where it needs more than one line."""
    text = f"{before}{vector(values)}{after}"
    if len(text) <= _NUMBERS_WIDTH:
        return (Line(text),)
    numbers = textwrap.wrap(", ".join(map(literal, values)), _NUMBERS_WIDTH, break_on_hyphens=False)
    whole = "\n".join((f"{before}[", *(f"    {line}" for line in numbers), f"]{after}"))
    return (Line(f"{before}[...]{after}  # {len(values)} numbers", whole=whole),)


def call_lines(before: str, code: str, after: str) -> Lines:
    """Return a call between two texts, with its arguments on further lines if it is long."""
    if len(before + code) <= _NUMBERS_WIDTH:
        return (Line(f"{before}{code}{after}"),)
    name, _, arguments = code[:-1].partition("(")
    wrapped = textwrap.wrap(arguments, WIDTH)
    return code_lines(f"{before}{name}({after}", *(f"    {text}" for text in wrapped), ")")


# --- data -----------------------------------------------------------------------------------------


def needs_file(settings: Settings) -> bool:
    """Return whether there are too many data to be written out in a script."""
    data = settings.dataset
    return data.samples * (data.width + data.target_count) > _MOST_NUMBERS


def data_lines(settings: Settings, data_file: str | None) -> Lines:
    """Return the lines that make ``x`` (N, D) and ``target`` (N,), or (N, K) for K targets.

    They are as the neuron and the loss get them; where there is an output for each class, a target
    is the index of its class.

    Parameters
    ----------
    data_file
        CSV from which the data are read, where there are too many to be written out: a header, then
        rows of D inputs and the target, or the K targets, as the neuron gets them.
    """
    scaling = _scaling_lines(settings.dataset)
    if data_file is not None or needs_file(settings):
        return (*scaling, *_from_file(settings, data_file or "data.csv"))
    magnified = settings.breaks_it("x1_times_100")
    # In float32 what is computed here is rounded only once, as in the run.
    wide = bool(magnified or settings.features) and settings.precision == "float32"
    after = f", dtype=torch.{'float64' if wide else settings.precision})"
    inputs = settings.coded_inputs
    if settings.features:
        inputs = settings.dataset.own_inputs
    elif magnified:
        inputs = settings.replace(
            breaks=tuple(n for n in settings.breaks if n != "x1_times_100")
        ).coded_inputs
    lines = [
        *scaling,
        *_table("x", inputs, after),
        *_feature_lines(settings.dataset, after),
        *_target_lines(settings, after),
    ]
    if magnified:
        lines.append(Line("x[:, 0] *= 100  # on purpose: x₁ is 100 times as large"))
    if wide:
        places = settings.softmax
        lines.append(Line("x = x.float()" if places else "x, target = x.float(), target.float()"))
    return tuple(lines)


def _feature_lines(data: Dataset, after: str) -> Lines:
    """Return the lines that add inputs by formula to ``x``, and then scale all inputs.

    There are none without formulas. Where torch's last digits differ from numpy's, such as those of
    a sine, the lines have the numbers themselves, so that the losses are those of the run.
    """
    if not data.features:
        return ()
    own = torch.tensor(data.own_inputs)
    columns: list[Line] = []
    for index, formula in enumerate(data.formulas, data.own_width):
        numbers = data.inputs[:, index]
        if np.array_equal(formula.torch_value(own).numpy(), numbers):
            columns.append(Line(f"    {formula.torch_code('x')},  # {formula.label}"))
        else:
            after_numbers = f"{after},  # {formula.torch_code('x')}, by numpy"
            columns += number_lines("    torch.tensor(", numbers.tolist(), after_numbers)
    lines = (Line("x = torch.column_stack(("), Line("    x,"), *columns, Line("))"))
    if data.scaling.name == "none":
        return lines
    scaled = f"x = (x - torch.tensor(shift{after}) / torch.tensor(scale{after}"
    return (*lines, Line(scaled))


def _scaling_lines(data: Dataset) -> Lines:
    """Return the lines with the numbers of the scaling; none without one.

    Without them the weights would be of no use for another row.
    """
    if data.scaling.name == "none":
        return ()
    return (
        Line("# Another row is scaled by (row - shift) / scale"),
        *number_lines("shift = ", data.scaling.shift, ""),
        *number_lines("scale = ", data.scaling.scale, ""),
    )


def _target_lines(settings: Settings, after: str) -> Lines:
    targets = settings.coded_targets
    if settings.independent:
        return _table("target", targets, after)
    after = _after_target(settings, after)
    return number_lines("target = torch.tensor(", targets.tolist(), after)


def _table(name: str, numbers: Floats, after: str) -> Lines:
    """Return the lines of a table of numbers, one for each sample, folded if there are many."""
    samples, width = numbers.shape
    rows = [vector(row) for row in numbers.tolist()]
    if samples <= _MOST_ROWS and width <= _MOST_COLUMNS:
        return code_lines(f"{name} = torch.tensor([", *(f"    {row}," for row in rows), f"]{after}")
    wrapped = [
        textwrap.fill(
            row,
            _NUMBERS_WIDTH,
            initial_indent="    ",
            subsequent_indent="     ",
            break_on_hyphens=False,
        )
        for row in rows
    ]
    whole = "\n".join((f"{name} = torch.tensor([", *(f"{row}," for row in wrapped), f"]{after}"))
    return (Line(f"{name} = torch.tensor([...]{after}  # {samples:,} × {width}", whole=whole),)


def _after_target(settings: Settings, after: str) -> str:
    """Return the text after the numbers of the targets; F.cross_entropy takes whole ones."""
    return ", dtype=torch.long)" if settings.softmax else after


def _from_file(settings: Settings, data_file: str) -> Lines:
    after = f", dtype=torch.{settings.precision})"
    count = settings.dataset.target_count
    last, own = ("target", "-1") if count == 1 else (f"{count} targets", f"-{count}:")
    return code_lines(
        f"# A line of names, then a row for each sample: its inputs, and last its {last}",
        f"with open({data_file!r}, newline='') as file:",
        "    rows = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]",
        f"x = torch.tensor([row[:-{count}] for row in rows]{after}",
        f"target = torch.tensor([row[{own}] for row in rows]{_after_target(settings, after)}",
    )


# --- training -------------------------------------------------------------------------------------


def prelude(settings: Settings) -> Lines:
    """Return the lines that name the numbers of the optimizer, the schedule and the penalties."""
    strengths = {row.name: strength for row, strength in settings.penalties}
    numbers = {"lr": settings.learning_rate, **settings.hyperparameters, **strengths}
    # torch.optim refuses a beta that is an int, which 0 would be.
    return tuple(
        Line(f"{name} = {literal(value) if value else repr(value)}")
        for name, value in numbers.items()
    )


def optimizer_code(settings: Settings, rate: str) -> list[str]:
    """Return the lines of an update, on tensors; ``rate`` is the name of the learning rate."""
    return [re.sub(r"\brate\b", rate, text) for text in settings.optimizer_entry.tensor_code]


def loss_takes(settings: Settings) -> str:
    """Return what the loss is a function of: "z" where it includes the output's activation."""
    return "z" if settings.fused or settings.softmax else "output"


def search_lines(settings: Settings, loss: Sequence[Line]) -> Lines:
    """Return the functions that an update asks, and the one that computes the loss for them.

    There are none where the gradient is enough. ``loss`` are the lines from ``theta`` to ``loss``.
    """
    search = settings.optimizer_entry.search
    if search is None:
        return ()
    return (
        *code_lines("", "", "def loss_of(theta):"),
        *indented((*loss, Line("return loss"))),
        *code_lines("", "", *search.code.splitlines(), ""),
    )


def penalty_code(settings: Settings) -> str:
    """Return what is added to the mean loss, by ``weights``; "" without penalties."""
    return " + ".join(f"{row.name} * {row.torch_code}" for row, _ in settings.penalties)


def nan_lines(settings: Settings, *then: str) -> Lines:
    """Return the lines that leave before a loss that raises an error where a run only stops."""
    if not settings.loss_entry.refuses_nan:
        return ()
    return (
        Line("if output.isnan().any():  # torch would raise an error"),
        *indented(code_lines(*then)),
    )


def training_loop(
    settings: Settings,
    edits: Sequence[Edit],
    every: int,
    evaluation: Sequence[Line],
    whole_loss: Sequence[Line],
    update: Sequence[Line],
    numbers: Sequence[str],
) -> Lines:
    """Return the loop over the epochs.

    Parameters
    ----------
    settings, edits
        The settings the run started with, and its changes in mid-run.
    every
        Epochs between two printed losses.
    evaluation
        The lines from the samples of a step to ``loss``.
    whole_loss
        The same over all samples, for printing; it is not needed where every step sees them all.
    update
        The lines from ``loss`` to new parameters.
    numbers
        The tensors that must be finite, besides ``loss``, for the run to go on.
    """
    head = Line(f"for epoch in range({settings.epochs + 1:_}):")
    counted = bool(edits) or any(_STEP.search(line.text) for line in update)
    changes = _changes(settings, edits)
    if settings.batch_size == "full":
        step = code_lines("step = epoch  # all samples in one step") if counted else ()
        body = (*evaluation, *_stop(numbers), *_report(settings, every), *step, *changes, *update)
        return (head, *indented(body))
    stop = code_lines("if not loss.isfinite():", "    break  # nor is the loss of all samples")
    inner = (*evaluation, *stop, *changes, *update, *(code_lines("step += 1") if counted else ()))
    batches = (Line(f"for batch in order.split({settings.samples_per_step}):"), *indented(inner))
    body = (*whole_loss, *_stop(numbers), *_report(settings, every), *_order(settings), *batches)
    return (*(code_lines("step = 0") if counted else ()), head, *indented(body))


def _stop(numbers: Sequence[str]) -> Lines:
    """Return the lines that leave the loop where the run stops: at a row that is not finite."""
    return code_lines(
        f"if not all(n.isfinite().all() for n in ({', '.join(('loss', *numbers))})):",
        *(f"    {line}" for line in STOPPED),
    )


def _report(settings: Settings, every: int) -> Lines:
    """Return the lines that print a loss, and leave the loop at the end."""
    last = f"epoch == {settings.epochs:_}"
    shown = f"epoch % {every:_} == 0"
    if settings.until_loss is not None:
        done = Line(f"done = {last} or loss.item() <= {literal(settings.until_loss)}")
        return (
            done,
            *code_lines(
                f"if {shown} or done:", "    print(epoch, loss.item())", "if done:", "    break"
            ),
        )
    if settings.epochs % every:
        shown = f"{shown} or {last}"
    return code_lines(f"if {shown}:", "    print(epoch, loss.item())", f"if {last}:", "    break")


def _changes(settings: Settings, edits: Sequence[Edit]) -> Lines:
    """Return the lines that make edits and set the learning rate by its schedule."""
    lines = [
        Line(
            f"if step == {edit.step}: "
            f"{edit.name.replace('learning_rate', 'lr')} = {literal(edit.value)}"
        )
        for edit in edits
    ]
    if settings.schedule != "constant":
        lines.append(Line(f"rate = lr * {_factor(settings)}"))
    return tuple(lines)


def _factor(settings: Settings) -> str:
    """Return the factor of the schedule, in brackets where a product would need them."""
    code = settings.schedule_entry.torch_code
    expression = ast.parse(code, mode="eval").body
    binds_tighter = not isinstance(expression, ast.BinOp) or isinstance(expression.op, ast.Pow)
    return code if binds_tighter else f"({code})"


def _order(settings: Settings) -> Lines:
    """Return the lines that put the samples of an epoch in order."""
    samples = settings.dataset.samples
    if not settings.shuffle:
        return code_lines(f"order = torch.arange({samples})")
    from neuroviz.core.training.batches import EPOCHS_BETWEEN_SEEDS

    seed = (
        f"({settings.seed} * {EPOCHS_BETWEEN_SEEDS:_} + epoch) % 2**32"
        if settings.seed
        else "epoch"
    )
    return code_lines(
        f"torch.manual_seed({seed})  # another order in each epoch",
        f"order = torch.randperm({samples})",
    )
