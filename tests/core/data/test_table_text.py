"""Text in tables is no formula, and comes back as it was."""

import csv
import io
from itertools import product

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.table_text import data_text, harmless, read_cell
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer
from neuroviz.files.data.form import Wishes
from neuroviz.files.data.source import text_source
from neuroviz.files.data.table import TableReading
from neuroviz.files.data.understood import ImportChoice, understood
from neuroviz.files.table import runs_work
from tests.files.test_table import csv_text
from tests.for_each import for_each

# What OWASP lists as the beginnings of a formula.
BEGINNINGS = "=+-@\t\r"
FORMULAS = [
    '=HYPERLINK("http://x.example";"y")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "''@x",
]
ORDINARY = ["run 1", "", "x=1", "'quoted'", "lr −0.5", " =1", "it's"]


@for_each("text", FORMULAS)
def test_a_formula_is_text(text):
    """It begins with an apostrophe, after which a spreadsheet works nothing out."""
    assert harmless(text) == f"'{text}"


@for_each("text", ORDINARY)
def test_other_text_is_untouched(text):
    """Nobody sees an apostrophe that is not needed."""
    assert harmless(text) == text


def test_every_text_comes_back():
    """All short texts of apostrophes, beginnings and letters are read as they were.

    None begins as a formula.
    """
    texts = [
        "".join(letters)
        for length in range(5)
        for letters in product("'a1" + BEGINNINGS, repeat=length)
    ]
    assert all(read_cell(harmless(text)) == text for text in texts)
    assert not any(harmless(text)[:1] in BEGINNINGS for text in texts if text)


@for_each("name", [*FORMULAS, *ORDINARY])
def test_names_of_runs_and_columns(name):
    """In a file no cell of text begins as a formula; csv and read_cell give the names back."""
    trainer = Trainer(Settings("and", weights=(-1.5, 2.0), bias=-0.25))
    rows = trainer.history.rows()
    written = b"".join(finished(runs_work([(name, 0, trainer.settings, rows)]))).decode()
    table = list(csv.DictReader(io.StringIO(written, newline="")))
    assert read_cell(table[0]["run"]) == name
    assert table[0]["run"][:1] not in tuple(BEGINNINGS)
    assert (table[0]["w1"], table[0]["b"]) == ("-1.5", "-0.25")
    header, numbers = csv.reader(io.StringIO(csv_text({name: [-3.5], "x": [1]}), newline=""))
    assert (read_cell(header[0]), numbers) == (name, ["-3.5", "1"])


@for_each("name", ["=1+1", "+x", "-y", "@z", "'=w", "''-v"])
def test_own_data_with_such_names_are_read_back(name):
    """Columns and classes keep their names, and the classes called -1 and +1 stay numbers."""
    data = Dataset(
        [[0.5], [-1.5]], [0, 1], classes=True, input_names=(name,), class_names=(name, "b")
    )
    text = data_text(data)
    assert not any(cell[:1] in "=+@" for line in csv.reader(io.StringIO(text)) for cell in line)
    choice = ImportChoice(class_names=(name, "b"))
    table = finished(TableReading(text_source(text), Wishes(header=True, separator=",")).work())
    again = understood(table, choice).dataset()
    assert (again.input_names, again.class_names) == (data.input_names, data.class_names)
    assert again.inputs.tobytes() == data.inputs.tobytes()
    signs = Dataset([[0.5], [-1.5]], [0, 1], classes=True, class_names=("-1", "+1"))
    assert [line[-1] for line in csv.reader(io.StringIO(data_text(signs)))][1:] == ["-1", "+1"]
