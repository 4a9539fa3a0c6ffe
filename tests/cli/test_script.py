import contextlib
import csv
import io
import json
import os
import signal

import pytest

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.signals import ENDING
from tests.files.test_script_file import check


def ran(text):
    """Return the losses that a script prints, by their epochs."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(text, "script", "exec"), {"__name__": "__main__"})
    pairs = (line.split() for line in out.getvalue().splitlines() if line[:1].isdigit())
    return {int(epoch): loss for epoch, loss in pairs}


WORDS = {
    "and": "--task and --lr 5 --epochs 40 --edit 20:lr=0.5",
    "minibatches": (
        "--optimizer adam --schedule step_decay --period 3 --batch-size 3 --shuffle --epochs 9"
    ),
    "float32": "--task line --precision float32 --epochs 25 --lr 0.01",
}


@pytest.mark.parametrize("name", WORDS)
def test_it_prints_what_the_history_says(name, neuroviz, tmp_path):
    """The same words for train and script: the losses at the ends of epochs are the same texts."""
    words = WORDS[name].split()
    assert neuroviz("train", *words, "--history", tmp_path / "run.csv").code == 0
    result = neuroviz("script", *words, "--every", "1", "--output", tmp_path / "run.py")
    assert (result.code, result.out, result.err) == (0, "", f"Written: {tmp_path / 'run.py'}.\n")
    with open(tmp_path / "run.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["loss"]]
    losses = ran((tmp_path / "run.py").read_text(encoding="utf-8"))
    assert losses == {int(row["epoch"]): row["loss"] for row in rows}
    assert len(losses) >= 10


@pytest.mark.parametrize("style", ["tensors", "module"])
def test_a_notebook_runs_cell_by_cell(style, neuroviz, tmp_path, monkeypatch):
    """It is valid, begins with a title, and its code in order is the script."""
    monkeypatch.chdir(tmp_path)
    words = ("script", "--task", "xor", "--epochs", "5", "--style", style, "--output")
    assert neuroviz(*words, tmp_path / "run.ipynb").code == 0
    assert neuroviz(*words, "run.py").err == "Written: run.py.\n"  # as it was typed
    notebook = json.loads((tmp_path / "run.ipynb").read_text(encoding="utf-8"))
    check(notebook)
    first, *others = notebook["cells"]
    assert (first["cell_type"], first["source"][0]) == ("markdown", "# XOR gate: y = x₁ XOR x₂.\n")
    headings = [
        "".join(cell["source"]).split("\n")[0] for cell in others if cell["cell_type"] == "markdown"
    ]
    assert headings == ["## Setup", "## Data", "## Model", "## Training", "## Result"]
    code = "\n".join("".join(cell["source"]) for cell in others if cell["cell_type"] == "code")
    assert ran(code) == ran((tmp_path / "run.py").read_text(encoding="utf-8"))


def test_what_is_broken_on_purpose_stands_in_it(neuroviz):
    """In its head, by its label."""
    out = neuroviz("script", "--task", "and", "--break", "ascent").out
    assert BREAKS["ascent"].label in out.split('"""')[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--output run.txt", ".py and .ipynb, not 'run.txt'"),
        ("--output nowhere/run.py", "its folder does not exist"),
        ("--style jax", "known are: tensors, module"),
        ("--every 0", "neuroviz: --every must be 1 or more epochs"),
        ("--task and --lr -1", "must be a number from"),
    ],
)
def test_bad_input_is_one_sentence(words, sentence, neuroviz, tmp_path, monkeypatch):
    """Exit code 2, nothing written, nothing on standard output."""
    monkeypatch.chdir(tmp_path)
    result = neuroviz("script", *words.split())
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert sentence in result.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_while_it_is_written_leaves_a_whole_file(number, neuroviz, tmp_path, monkeypatch):
    """What has been begun is brought to its end, and nothing stands beside it."""
    printed = neuroviz("script", "--task", "double").out
    sync = os.fsync

    def signalled(descriptor):
        signal.raise_signal(number)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", signalled)
    assert neuroviz("script", "--task", "double", "--output", tmp_path / "a.py").code == 0
    assert (tmp_path / "a.py").read_text(encoding="utf-8") == printed
    assert len(list(tmp_path.iterdir())) == 1
