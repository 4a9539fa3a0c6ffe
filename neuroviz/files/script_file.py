"""Scripts on disk, as Python code or as notebooks."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.outside import in_markdown
from neuroviz.core.script.parts import needs_file
from neuroviz.core.script.script import Script, script, text_of
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats
from neuroviz.files.table import csv_work
from neuroviz.files.writer import FileError, check_writable, write_bytes, writing

ENDINGS = (".py", ".ipynb")


def notebook_text(script: Script) -> str:
    """Return a script as the JSON text of a notebook without outputs.

    The same script always gives the same text.

    Reference
    ---------
    The schema of nbformat 4.5.
    """
    cells = [_cell(kind, text, number) for number, (kind, text) in enumerate(_pieces(script), 1)]
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _pieces(script: Script) -> Iterator[tuple[str, str]]:
    """Yield kind and text of each cell: the title, then heading and code of each section."""
    yield "markdown", f"# {in_markdown(script.title)}\n\n{in_markdown(script.words)}"
    for section in script.sections:
        words = "".join(f"\n\n{in_markdown(line)}" for line in section.words.split("\n") if line)
        yield "markdown", f"## {section.heading}{words}"
        yield "code", text_of(section.lines)


def _cell(kind: str, text: str, number: int) -> dict[str, Any]:
    """Return a cell in the form of the schema; only code has outputs and a count."""
    common = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
    source = text.strip("\n").splitlines(keepends=True)
    if kind == "code":
        return {**common, "execution_count": None, "outputs": [], "source": source}
    return {**common, "source": source}


def write_script(path: str | Path, script: Script) -> Path:
    """Write a script (UTF-8), all of it or nothing, in the kind that the ending says.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    text = notebook_text(script) if Path(path).suffix.lower() == ".ipynb" else script.text
    return write_bytes(path, text.encode("utf-8"))


def script_written(
    path: str | Path,
    settings: Settings,
    edits: Sequence[Edit],
    style: str,
    every: int | None = None,
) -> Work[list[Path]]:
    """Write a run as code, and beside it the data that are too many to stand in it, in slices.

    Return the files, the code last. The choices are those of
    `neuroviz.core.script.script.script`.

    Raises
    ------
    FileError
        If a file cannot be written, or another one is where the data are to be.
    SettingsError
        As for `script`.
    """
    code = Path(path)
    if not needs_file(settings):
        return [write_script(code, script(settings, edits, style=style, every=every))]
    data = code.with_suffix(".csv")
    check_writable(code)
    check_writable(data)
    made = script(settings, edits, style=style, every=every, data_file=data.name)
    table = b"".join((yield from csv_work(data_columns(settings))))
    if data.exists() and not _holds(data, table):  # nobody has named it: it is not replaced
        raise FileError(
            f"The data are too many to stand in the script, and {str(data)!r}, where they are to "
            "be, has other content: move it away, or give the script another name."
        )
    return [(yield from writing(data, [table])), write_script(code, made)]


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def data_columns(settings: Settings) -> dict[str, Floats]:
    """Return the columns (N,) that a script reads from a file, as neuron and loss get them."""
    data = settings.dataset
    columns = dict(zip(data.input_names, settings.coded_inputs.T, strict=True))
    targets = settings.coded_targets.reshape(data.samples, -1).T
    for name, target in zip(data.column_names[data.width :], targets, strict=True):
        columns[_free(name, columns)] = target
    return columns


def _free(name: str, taken: Container[str]) -> str:
    return _free(f"{name} target", taken) if name in taken else name
