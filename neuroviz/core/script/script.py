"""The run as torch code: lines, each with the part of a step that it does."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from types import ModuleType

from neuroviz.core.catalogue import SettingsError, known_names
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.preparation import SCALINGS
from neuroviz.core.lazy import MANY_NUMBERS
from neuroviz.core.numbers import counted, elided, round_up
from neuroviz.core.outside import in_quotes
from neuroviz.core.script import module as script_module
from neuroviz.core.script import tensors as script_tensors
from neuroviz.core.script.parts import WIDTH, Line, Lines, code_lines, data_lines, training_loop
from neuroviz.core.types import Frozen

_PRINTED = 10
"""Approximate number of losses to print by default."""


class Style(Frozen):
    """One way to write the script."""

    label: str
    """Name on the screen."""
    promise: str
    """How its losses compare with those of the run; ``{precision}`` stands for the precision."""
    pieces: ModuleType
    """The module whose functions give the lines: model, forward, setting_up, evaluation,
    whole_loss, update, numbers and result."""


STYLES: dict[str, Style] = {
    "tensors": Style(
        "Tensors",
        "the same as in NeuroViz, to the last bit of {precision}",
        script_tensors,
    ),
    "module": Style(
        "nn.Module",
        "those of NeuroViz up to rounding errors ({precision})",
        script_module,
    ),
}
"""The styles by their names."""


class ScriptSection(Frozen):
    """One piece of a script, a cell of a notebook."""

    heading: str
    """Its name."""
    words: str
    """What to say about it, line by line; empty for nothing."""
    lines: Lines


class Script(Frozen):
    """A run as code."""

    title: str
    """The experiment in one line."""
    words: str
    """What it is and what it prints, plain text."""
    sections: tuple[ScriptSection, ...]

    @property
    def lines(self) -> Lines:
        """All lines, as a reader sees them."""
        head = (f'"""{in_quotes(self.title)}', "", *textwrap.wrap(self.words, WIDTH), '"""', "")
        return (
            *code_lines(*head),
            *(line for section in self.sections for line in _with_heading(section)),
        )

    @property
    def text(self) -> str:
        """The script as it runs."""
        return text_of(self.lines)


def text_of(lines: Iterable[Line]) -> str:
    """Return lines as the text that runs, with one newline at the end."""
    return (
        "\n".join(line.text if line.whole is None else line.whole for line in lines).rstrip() + "\n"
    )


def script(
    settings: Settings,
    edits: Sequence[Edit] = (),
    *,
    style: str = "tensors",
    every: int | None = None,
    data_file: str | None = None,
) -> Script:
    """Return a run as torch code that needs nothing but torch.

    When it runs, it prints ``epoch loss``, the loss over all samples. In the style "tensors" these
    are the losses of the run to the last bit.

    Parameters
    ----------
    settings, edits
        The definition of the run and how far it goes, and its changes in mid-run.
    style
        A name in STYLES.
    every
        Epochs between two printed losses, 1 or more; None for about ten losses in all. The last one
        is always printed.
    data_file
        CSV from which the script reads the data, instead of having the numbers in it; see
        :func:`~neuroviz.core.script.parts.data_lines`.

    Raises
    ------
    SettingsError
        If there is no such style, or ``every`` is less than 1.
    """
    if style not in STYLES:
        raise SettingsError(
            f"There is no style named {style!r}; {known_names(style, STYLES)}", "style"
        )
    if every is not None and every < 1:
        raise SettingsError(f"every must be 1 or more epochs, not {every}.", "every")
    way = STYLES[style]
    printed = every or int(round_up(max(1, settings.epochs / _PRINTED)))
    body = (
        ScriptSection("Data", _about_data(settings), data_lines(settings, data_file)),
        ScriptSection("Model", _about_model(settings), way.pieces.model(settings)),
        *_training(settings, edits, way, printed),
    )
    return Script(_title(settings), _words(settings, way), (_setup(settings, body), *body))


def _training(
    settings: Settings, edits: Sequence[Edit], way: Style, every: int
) -> tuple[ScriptSection, ...]:
    """Return the sections that train and show the result, or only predict if untrainable."""
    if not settings.activation_entry.trainable:
        return (_prediction(settings, way),)
    loop = training_loop(
        settings,
        edits,
        every,
        way.pieces.evaluation(settings),
        way.pieces.whole_loss(settings),
        way.pieces.update(settings, edits),
        way.pieces.numbers(settings),
    )
    optimizer = settings.optimizer_entry
    words = (
        f"{settings.loss_label}: {settings.loss_formula}\n{optimizer.label}: {optimizer.formula}"
    )
    return (
        ScriptSection(
            "Training", words, (*way.pieces.setting_up(settings, edits), Line(""), *loop)
        ),
        ScriptSection("Result", "", way.pieces.result(settings)),
    )


def _prediction(settings: Settings, way: Style) -> ScriptSection:
    lines = way.pieces.forward(settings)
    named = {line.text.split(" = ")[0] for line in lines}
    mean = code_lines("loss = losses.mean()", phase="loss") if "losses" in named else ()
    shown = code_lines("print(0, loss.item())", 'print("outputs", output.tolist())')
    return ScriptSection(
        "Prediction",
        "The step has no slope to follow, so this neuron is not trained",
        (*lines, *mean, *shown),
    )


def _setup(settings: Settings, body: Iterable[ScriptSection]) -> ScriptSection:
    """Return the section with the imports that the other sections need."""
    text = "\n".join(line.whole or line.text for section in body for line in section.lines)
    many = settings.samples_per_step * settings.parameters.count >= MANY_NUMBERS
    imports = [
        f"import {name}"
        for name, used in (("csv", "csv." in text), ("math", "math." in text), ("os", many))
        if used
    ]
    functional = ["import torch.nn.functional as F"] if "F." in text else []
    threads = "torch.set_num_threads(1)  # more add up in another order"
    if many:
        threads = "torch.set_num_threads(os.cpu_count() or 1)  # their number decides the last bits"
    between = [""] if imports else []
    return ScriptSection(
        "Setup", "", code_lines(*imports, *between, "import torch", *functional, "", threads)
    )


def _with_heading(section: ScriptSection) -> Lines:
    """Return the lines of a section after a comment with its name and words.

    An empty line separates it from the next.
    """
    if section.heading == "Setup":
        return (*section.lines, Line(""))
    said = f"{section.heading}: {section.words}" if section.words else section.heading
    comments = (
        f"# {text}" for sentence in said.split("\n") for text in textwrap.wrap(sentence, WIDTH)
    )
    return (*code_lines(*comments), *section.lines, Line(""))


def _title(settings: Settings) -> str:
    task = settings.task_entry
    if settings.points_moved:
        return f"{task.label} on data of one's own."
    return f"{task.label}: {settings.task_formula}."


def _words(settings: Settings, way: Style) -> str:
    promise = way.promise.format(precision=settings.precision)
    broken = ", ".join(BREAKS[name].label for name in settings.breaks)
    purpose = f" Broken on purpose: {broken}." if broken else ""
    who = "One neuron, as NeuroViz trains it"
    if not settings.parameters.linear:
        outputs = "an output" if settings.outputs == 1 else f"{settings.outputs} outputs"
        hidden = f"{counted(settings.hidden, 'hidden neuron')} and " * bool(settings.hidden)
        who = f"{hidden}{outputs}, as NeuroViz trains them"
    return f"{who}. Prints epoch and loss: {promise}.{purpose}"


def _about_data(settings: Settings) -> str:
    """Return what a row is, and how classes are written."""
    data = settings.dataset
    words = f"{counted(data.samples, 'sample')}, one a row"
    if settings.independent:
        words += f"; targets are {', '.join(map(elided, data.target_names))}"
    if settings.softmax:
        names = ", ".join(map(elided, data.class_names))
        words += f"; classes are 0 to {settings.outputs - 1}: {names}"
    elif data.classes:
        words += f"; classes are {'0 and 1' if settings.coding == '01' else '−1 and 1'}"
    if data.scaling.name != "none":
        words += f"; inputs are scaled: {SCALINGS[data.scaling.name].formula}"
    if settings.held_out is None:
        return words
    more = settings.held_out.samples
    return f"{words}; {more:,} more {'is' if more == 1 else 'are'} held out"


def _about_model(settings: Settings) -> str:
    activation = settings.activation_entry
    hidden = settings.hidden_activation_entry
    biased = not settings.breaks_it("no_bias")
    first = f"w·x{' + b' * biased}"
    sums = f"v·h{' + c' * biased}"
    output = f"{activation.label}, {activation.formula}, of z = "
    who = "Output: "
    if settings.independent:
        who = f"{settings.outputs} outputs, each "
        output = output
    if settings.softmax:
        who = f"{settings.outputs} outputs: "
        output = "Softmax, ŷ = eᶻ/Σ eᶻ, of a sum each, z = "
    if hidden is None:
        return f"{who * (settings.outputs > 1)}{output}{first}"
    return (
        f"{counted(settings.hidden, 'hidden neuron')}: {hidden.label}, "
        f"{hidden.formula.replace('ŷ', 'h')}, of z = {first}\n"
        f"{who}{output}{sums}"
    )
