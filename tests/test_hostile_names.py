"""What the program writes has names from outside as names.

No code, no markup, no reference, no formula.
"""

from __future__ import annotations

import io
import json
import os
import re
import runpy
import subprocess
from collections import Counter
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace
from pypdf import PdfReader

from neuroviz.api.report import report
from neuroviz.core.choices.command_line import command_line
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset, with_features
from neuroviz.core.data.table_text import data_text
from neuroviz.core.script.script import STYLES, script
from neuroviz.files.script_file import write_script
from neuroviz.paper.write import page_bytes
from neuroviz.pictures.marks import Curve, Figure, Text
from neuroviz.pictures.render import render
from neuroviz.session.session import Session
from tests.hostile import NAMES, PWNED

PLAIN = "plain"
_PLOT = Figure(PLAIN, "x", "y", (Curve([0, 1], [0, 1], "#3355D6"),))


def data_named(name, *others):
    """Return data in which this is the name of a column, of the target and of the file.

    Others are of columns.
    """
    inputs = [[0.0] * (len(others) + 1), [1.0] * (len(others) + 1)]
    return Dataset(inputs, [0, 1], True, (name, *others), name, (name, f"not {name}"), origin=name)


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """Return the working folder, in which nothing may appear but what the test puts there."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert not list(tmp_path.glob(f"{PWNED}*"))


@pytest.mark.parametrize("style", STYLES)
def test_a_script_runs_and_does_nothing_else(style, watched, capsys):
    """It prints its losses; no name is run, and each is in it."""
    for number, name in enumerate(NAMES):
        path = watched / f"{number}.py"
        can_be_typed = "`" not in name and len(name) < 90
        formula = f"`{name}` + 1" if can_be_typed else "x1 + 1"
        data = with_features(data_named(name), [formula])
        write_script(path, script(Settings(data=data, epochs=1), style=style))
        ran = runpy.run_path(str(path))
        assert capsys.readouterr().out.count("\n") == 4
        assert re.fullmatch(r"Own data.* from .*\.", ran["__doc__"].split("\n")[0])
    assert {path.name for path in watched.iterdir()} == {
        f"{number}.py" for number in range(len(NAMES))
    }


def test_the_text_of_a_notebook_is_text(watched):
    """No picture, link, heading, list, markup or formula of a name's.

    A formula would begin with a dollar sign.
    """
    reader = MarkdownIt("commonmark", {"html": True})
    for number, name in enumerate(NAMES):
        path = watched / f"{number}.ipynb"
        write_script(path, script(Settings(data=data_named(name), epochs=1)))
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        said = "".join(cells[0]["source"])
        tokens = reader.parse(said)
        inline = {child.type for token in tokens for child in token.children or ()}
        assert inline <= {"text", "text_special"}, name
        assert [one.type for one in tokens if one.nesting == 1] == [
            "heading_open",
            "paragraph_open",
        ], name
        assert "$" not in said, name
        assert "\\\\" not in said, name


class _Elements(HTMLParser):
    """Counts the elements of a page, each with the names of its attributes."""

    def __init__(self, page):
        super().__init__()
        self.found: Counter[tuple[str, ...]] = Counter()
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        """Count one; what it refers to is in the page itself."""
        self.found[(tag, *(name for name, _ in attrs))] += 1
        assert all(value.startswith("data:") for name, value in attrs if name in ("src", "href"))


def sixes(names):
    """Give names six at a time; where there are fewer, harmless ones stand for the others."""
    for first in range(0, len(names), 6):
        some = names[first : first + 6]
        yield [*some, *(f"{PLAIN} {number}" for number in range(6 - len(some)))]


def report_of(one, two, three, target, kind, origin):
    """Return a report in which six names come from outside.

    Those of three columns, the target, a class and the file.
    """
    data = replace(
        data_named(one, two, three),
        target_name=target,
        class_names=(kind, f"not {kind}"),
        origin=origin,
    )
    session = Session(Settings(data=data, epochs=2))
    session.prepare()
    session.note = " ".join(target.split())
    return report(session.frame(), (replace(_PLOT, title=origin),), "tensors", kind)


def test_a_page_has_no_element_of_a_name():
    """Of every report the elements are the same, whatever anything is called."""
    expected = _Elements(page_bytes(report_of(*"abcdef"), ".html")).found
    # Without a note there is no place for one.
    for names in sixes([name for name in NAMES if name.strip()]):
        assert _Elements(page_bytes(report_of(*names), ".html")).found == expected, names


def test_paper_holds_long_names_and_letters_that_no_file_can_hold():
    """There is a page with what can be written of them."""
    names = ("x" * 5000, "\ud800", "a\x00b", "<b>" * 1700, "\u202e\x1b[2J", "y" * 5000)
    reader = PdfReader(io.BytesIO(page_bytes(report_of(*names), ".pdf")))
    assert "xxx…" in reader.pages[0].extract_text()


def test_a_figure_says_names_as_they_are():
    """Its file is whole; no element comes of a name, and no dollar sign begins a formula."""
    elements = None
    for names in ("abcdef", *sixes(NAMES)):
        title, subtitle, x_label, y_label, label, text = names
        marks = (replace(_PLOT.marks[0], label=label or PLAIN), Text(0.5, 0.5, text, "#000000"))
        figure = Figure(title, x_label, y_label, marks, subtitle=subtitle)
        root = ElementTree.fromstring(render(figure, ".svg", 120, 90, 60))
        elements = elements or {node.tag for node in root.iter()}
        assert {node.tag for node in root.iter()} <= elements, names
        written = "".join(node.text or "" for node in root.iter() if node.tag.endswith("text"))
        assert written.count("$") == "".join(names).count("$"), names


def test_a_command_gives_every_name_as_a_word(watched):
    """A shell that is given the line runs no name, and gives the program the data."""
    words_of = "neuroviz() { for word do printf '%s\\0' \"$word\"; done; }; "
    for name in NAMES:
        if "\0" in name or "\ud800" in name or len(name) > 1000:
            continue  # a command line cannot hold it
        settings = Settings(data=data_named(name, "other"), epochs=3)
        told = subprocess.run(
            ["sh", "-c", words_of + command_line(settings)], capture_output=True, check=True
        )
        assert told.stdout.split(b"\0")[:3] == [
            b"train",
            b"--data",
            os.fsencode(data_text(settings.dataset)),
        ]


def test_there_are_enough_of_them():
    """More than fifty, each once."""
    assert len({*NAMES}) == len(NAMES) > 50
