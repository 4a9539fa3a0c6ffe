"""A script on disk: as Python code or as a notebook."""

from __future__ import annotations

from pathlib import Path

from neuroviz.core.script.script import Script, text_of
from neuroviz.files.notebook import Cell, write_notebook
from neuroviz.files.writer import write_bytes

__all__ = ["ENDINGS", "cells_of", "write_script"]

ENDINGS = (".py", ".ipynb")


def write_script(path: str | Path, script: Script) -> Path:
    """Write a script (UTF-8), all of it or nothing; the name says as what.

    Raises
    ------
    FileError
        The file cannot be written.
    """
    if Path(path).suffix.lower() == ".ipynb":
        return write_notebook(path, cells_of(script))
    return write_bytes(path, script.text.encode("utf-8"))


def cells_of(script: Script) -> tuple[Cell, ...]:
    """Return a script as the cells of a notebook: a heading and the code of each section."""
    cells = [Cell("markdown", f"# {script.title}\n\n{script.words}")]
    for section in script.sections:
        words = "".join(f"\n\n{line}" for line in section.words.split("\n") if line)
        cells += [Cell("markdown", f"## {section.heading}{words}"), Cell("code", text_of(section.lines))]
    return tuple(cells)
