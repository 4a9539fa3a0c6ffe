"""Scripts on disk: they run, and a notebook's cells together are the script's code."""

import json
import re

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.script import script
from neuroviz.files.script_file import notebook_text, write_script
from neuroviz.files.writer import FileError


@pytest.mark.parametrize("name", ["run.py", "RUN.PY"])
def test_code_is_written_as_it_runs(tmp_path, name):
    """The bytes are the script's text, in UTF-8."""
    made = script(Settings())
    path = write_script(tmp_path / name, made)
    assert path.read_bytes() == made.text.encode("utf-8")
    compile(path.read_text(encoding="utf-8"), str(path), "exec")


def test_a_notebook_holds_the_code_piece_by_piece(tmp_path):
    """Its code cells, one after the other, compile and hold every line that runs.

    The words stand between.
    """
    made = script(Settings("line"), style="module")
    notebook = json.loads(write_script(tmp_path / "run.ipynb", made).read_text(encoding="utf-8"))
    code = "\n".join(
        "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"
    )
    compile(code, "notebook", "exec")
    lines = {
        line.text for section in made.sections for line in section.lines if line.phase is not None
    }
    assert lines <= set(code.splitlines())
    assert notebook["cells"][0]["cell_type"] == "markdown"


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path):
    with pytest.raises(FileError, match="Cannot write"):
        write_script(tmp_path / "missing" / "run.py", script(Settings()))


def check(notebook):
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


def test_it_is_a_notebook():
    """Valid, and every section's heading and code in order, without empty lines at their ends."""
    made = script(Settings("and"))
    notebook = json.loads(notebook_text(made))
    check(notebook)
    kinds = [cell["cell_type"] for cell in notebook["cells"]]
    assert kinds == ["markdown"] + ["markdown", "code"] * len(made.sections)
    texts = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert texts[0].startswith("# ")
    assert all(text == text.strip("\n") for text in texts)
    headings = [text.partition("\n")[0] for text in texts[1::2]]
    assert headings == [f"## {section.heading}" for section in made.sections]


def test_lines_but_the_last_end_in_a_newline():
    """As Jupyter itself writes them."""
    for cell in json.loads(notebook_text(script(Settings("and"))))["cells"]:
        *lines, last = cell["source"]
        assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
        assert "\n" not in last
