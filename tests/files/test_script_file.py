"""Scripts on disk: they run, and a notebook's cells together are the script's code."""

import json

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.script import script
from neuroviz.files.script_file import cells_of, write_script
from neuroviz.files.writer import FileError


@pytest.mark.parametrize("name", ["run.py", "RUN.PY"])
def test_code_is_written_as_it_runs(tmp_path, name):
    """The bytes are the script's text, in UTF-8."""
    made = script(Settings())
    path = write_script(tmp_path / name, made)
    assert path.read_bytes() == made.text.encode("utf-8")
    compile(path.read_text(encoding="utf-8"), str(path), "exec")


def test_a_notebook_holds_the_code_piece_by_piece(tmp_path):
    """Its code cells, one after the other, compile and hold every line that runs; the words stand between."""
    made = script(Settings("line"), style="module")
    notebook = json.loads(write_script(tmp_path / "run.ipynb", made).read_text(encoding="utf-8"))
    code = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    compile(code, "notebook", "exec")
    lines = {line.text for section in made.sections for line in section.lines if line.phase is not None}
    assert lines <= set(code.splitlines())
    assert notebook["cells"][0]["cell_type"] == "markdown"
    assert [cell.kind for cell in cells_of(made)] == [cell["cell_type"] for cell in notebook["cells"]]


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path):
    with pytest.raises(FileError, match="Cannot write"):
        write_script(tmp_path / "missing" / "run.py", script(Settings()))
