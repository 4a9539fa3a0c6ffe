"""The report of a run, to hand in: one page with settings, figures, numbers, words and code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from neuroviz import __version__
from neuroviz.core.choices.command_line import command_line
from neuroviz.core.diagnosis.remedies import on_paper
from neuroviz.core.model.rounding import without_rounding
from neuroviz.core.numbers import elided, fixed, printed, with_real_minus
from neuroviz.core.outside import in_markdown
from neuroviz.core.script.parts import Line
from neuroviz.core.script.script import Script, script
from neuroviz.paper.blocks import (
    Blocks,
    Code,
    Fitting,
    PaperDocument,
    Paragraphs,
    Picture,
    Pictures,
    TextTable,
)
from neuroviz.pictures.caption import edits_in_words, experiment
from neuroviz.pictures.input_names import (
    input_name,
    output_labels,
    parameter_labels,
    target_of_each,
)
from neuroviz.pictures.marks import Figure
from neuroviz.session.frame import Frame

REPORTED = ("neuron", "data", "landscape", "loss")
"""The views whose figures are in the report."""
_WIDE, _SIZE = 170.0, (54.0, 58.0)
"""Width of the first figure, which is as wide as the page, and the size of each in the row below
it, in millimetres. Equally wide they have equally large letters."""
LANDSCAPE_ROOM = 31.0, 33.0
"""Millimetres that the landscape has in that row."""
_TITLE, _ALONE = 12.2, (700.0, 205.0)
"""Height of what stands above the first figure, and the size of a neuron alone in its own units."""
_ALL = 12
"""Samples up to which all are shown, and up to which own data are written into the command."""
_CODE_ROOM, _LINE = 123.0, 1.2
"""Millimetres that the first figure and a script have in a browser's print on one sheet, and the
height of a line in one of two columns, halved."""
_ROWS = 4
_INPUTS = 4
_PARAMETERS = 5
"""Rows, inputs and parameters that are shown, where there are more."""
_NAME = 24
"""Letters of a name in the table, at most."""


def report(frame: Frame, figures: Sequence[Figure], style: str, name: str = "") -> PaperDocument:
    """Return the page of a run at the moment that is looked at.

    Parameters
    ----------
    frame
        The moment; its run has begun.
    figures
        One figure as wide as the page, then three that stand side by side.
    style
        How the code is written, a name in STYLES.
    name
        Name of the session, used as the title; empty for none.
    """
    settings = frame.settings_at_start
    code = script(settings, frame.edits_so_far, style=style)
    groups: list[Blocks] = [
        (
            Paragraphs(in_markdown(_settings(frame, named=bool(name))), quiet=True),
            Paragraphs(in_markdown(_words(frame))),
        ),
        *([(Paragraphs(_note(frame.note)),)] if frame.note.strip() else []),
        _pictures(figures),
        (Paragraphs(in_markdown(_numbers(frame))), *_predictions(frame)),
        (Code(command_line(settings, frame.edits_so_far, most_rows=_ALL)),),
        (_code(code, figures[:1]),),
    ]
    return PaperDocument(name or settings.task_label, tuple(groups), f"NeuroViz {__version__}")


def _pictures(figures: Sequence[Figure]) -> Blocks:
    """Return the figures, and below them the subtitles that have no room above narrow ones."""
    wide = figures[:1]
    narrow = figures[1:]
    shown = [*wide, *(replace(figure, subtitle=None) for figure in narrow)]
    sizes = [*map(_across, wide), *(_SIZE for _ in narrow)]
    pictures = tuple(Picture(figure, *size) for figure, size in zip(shown, sizes, strict=True))
    said = " · ".join(f"{figure.title}: {figure.subtitle}" for figure in narrow if figure.subtitle)
    return (Pictures(pictures), Paragraphs(in_markdown(said), quiet=True))


def _across(figure: Figure) -> tuple[float, float]:
    """Return the size of a figure as wide as the page."""
    width, height = figure.own_size or _ALONE
    return _WIDE, float(round(_TITLE + _WIDE * height / width))


def _note(note: str) -> str:
    """Return a person's note, line by line."""
    lines = [in_markdown(line.strip()) for line in note.strip().splitlines()]
    return "**Note:** " + "\\\n".join(lines).replace("\n\\\n", "\n\n")


def _code(code: Script, above: Sequence[Figure]) -> Fitting:
    """Return a script as it is read, with the size of large data instead of the data.

    If it is too long, only its steps are shown, or else where it can be found.
    """
    shown = _as_read(code.lines)
    whole = shown == code.text.rstrip()
    note = "[...] stands for data: `neuroviz script` writes them into the script"
    steps = next(
        section.lines for section in code.sections if section.heading in ("Training", "Prediction")
    )
    written = Paragraphs(
        "The whole script is printed by the same command with `script` in place of `train`.",
        quiet=True,
    )
    ways: tuple[Blocks, ...] = (
        (Code(shown), *(() if whole else (Paragraphs(note, quiet=True),))),
        (Code(_as_read(steps)), written),
        (written,),
    )
    height = sum(_across(figure)[1] for figure in above)
    return Fitting(ways, round((_CODE_ROOM - height) / _LINE))


def _as_read(lines: Sequence[Line]) -> str:
    """Return lines of a script as a person reads them."""
    return "\n".join(line.text for line in lines).strip("\n")


def _settings(frame: Frame, *, named: bool) -> str:
    """Return what defines the run, including the task where the title is another."""
    settings = frame.settings_at_start
    start = (
        f"start typed: {_parameters(frame, 0)}"
        if settings.init is None
        else f"start {settings.init}"
    )
    own = [f"seed {settings.seed}", start, settings.precision]
    words = [part for part in experiment(settings) if part != settings.precision]
    task = [settings.task_label] if named else []
    return " · ".join(
        (*task, settings.task_entry.formula, *words[1:], *own, *edits_in_words(frame.edits_so_far))
    )


def _words(frame: Frame) -> str:
    diagnosis = frame.diagnosis
    assert diagnosis is not None  # the run has begun
    said = [
        diagnosis.on_purpose,
        f"{diagnosis.state.capitalize()}: {diagnosis.sentence}",
        on_paper(diagnosis.remedy),
    ]
    return " ".join(sentence for sentence in said if sentence)


def _numbers(frame: Frame) -> str:
    """Return where the run stands: epoch, loss, accuracy, parameters."""
    assert frame.row is not None
    said = [
        f"Epoch {frame.row.epoch:,}",
        f"step {frame.step:,}",
        f"loss {_number(frame.current_loss)}",
    ]
    if frame.penalty is not None:
        said[-1] += f", of it penalty {_number(frame.penalty)}"
    if frame.right is not None:
        said.append(f"{int(frame.right.sum())} of {len(frame.right)} right")
    if frame.held_out is not None:
        alone = " without penalty" if frame.settings.penalties else ""
        said.append(f"held out: loss {_number(float(frame.held_out.losses[-1]))}{alone}")
    samples = frame.settings.dataset.samples
    below = [f"the first {_ROWS} of {samples:,} samples:"] if samples > _ALL else []
    return " · ".join((*said, _parameters(frame, frame.step), *below))


def _parameters(frame: Frame, step: int) -> str:
    row = frame.row_at(step)
    assert row is not None
    values = without_rounding(frame.settings, row.parameters).tolist()
    named = list(zip(parameter_labels(frame.settings), values, strict=True))
    shown = named if len(named) <= _PARAMETERS else [*named[: _PARAMETERS - 1], named[-1]]
    more = f" and {len(named) - len(shown):,} more" if len(shown) < len(named) else ""
    return ", ".join(f"{name} = {_number(value)}" for name, value in shown) + more


def _predictions(frame: Frame) -> Blocks:
    """Return a table of the first samples with their outputs."""
    settings = frame.settings
    if frame.prediction is None:
        return ()
    data = settings.dataset
    width = min(data.width, _INPUTS)
    names = [input_name(settings, index, _NAME) for index in range(width)]
    more = ("…",) if data.width > width else ()
    count = data.samples if data.samples <= _ALL else _ROWS
    verdicts = (
        [""] * count
        if frame.right is None
        else ["right" if right else "wrong" for right in frame.right]
    )
    inputs = data.inputs[:count]
    samples = zip(
        inputs, target_of_each(settings, _number), frame.prediction.output, verdicts, strict=False
    )
    rows = []
    for x, y, output, verdict in samples:
        shares = [
            with_real_minus(fixed(each, grouped=True)) for each in np.atleast_1d(output).tolist()
        ]
        said = y, *shares, *([verdict] if verdict else [])
        rows.append((*map(_number, x[:width].tolist()), *more, *said))
    last = () if frame.right is None else ("answer",)
    titles = (
        *names,
        *more,
        f"target {', '.join(elided(name, _NAME) for name in data.column_names[data.width :])}",
        *(("output ŷ",) if settings.outputs == 1 else output_labels(settings)),
        *last,
    )
    return (TextTable(titles, tuple(rows), small=True),)


def _number(value: float | None) -> str:
    return printed(value, 5)
