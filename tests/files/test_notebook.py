"""Notebooks, against the rules of nbformat's schema 4.5 written out here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from neuroviz.files.notebook import Cell, notebook_text, write_notebook

CELLS = (Cell("markdown", "# ŷ = σ(z)\n\nwords"), Cell("code", "\nx = 1\n\nprint(x)\n"), Cell("code", ""))


def check(notebook: dict[str, Any]) -> None:
    """Assert what the schema of nbformat 4.5 demands, of a notebook and of each kind of cell."""
    assert set(notebook) == {"metadata", "nbformat", "nbformat_minor", "cells"}
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert {"name", "display_name"} <= set(notebook["metadata"]["kernelspec"])
    assert "name" in notebook["metadata"]["language_info"]
    identities = [cell["id"] for cell in notebook["cells"]]
    assert len(set(identities)) == len(identities)
    for cell in notebook["cells"]:
        own = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"id", "cell_type", "metadata", "source", *own}
        assert cell["cell_type"] in ("code", "markdown")
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell["id"])
        assert cell["metadata"] == {}
        assert all(isinstance(line, str) for line in cell["source"])
        if own:
            assert (cell["execution_count"], cell["outputs"]) == (None, [])


def test_it_is_a_notebook() -> None:
    """Valid, every cell's text whole, in order, without empty lines at its ends."""
    notebook = json.loads(notebook_text(CELLS))
    check(notebook)
    texts = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert texts == ["# ŷ = σ(z)\n\nwords", "x = 1\n\nprint(x)", ""]
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code", "code"]


def test_lines_but_the_last_end_in_a_newline() -> None:
    """As Jupyter itself writes them."""
    source = json.loads(notebook_text(CELLS))["cells"][1]["source"]
    assert source == ["x = 1\n", "\n", "print(x)"]


def test_the_same_cells_are_the_same_file(tmp_path: Path) -> None:
    """To the last byte, and in UTF-8."""
    path = write_notebook(tmp_path / "run.ipynb", CELLS)
    assert path.read_bytes() == notebook_text(CELLS).encode("utf-8")
    assert "ŷ".encode() in path.read_bytes()
