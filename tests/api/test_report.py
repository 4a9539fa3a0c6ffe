"""The report of a run: on one page, with everything on it, and nothing of it read as markup."""

import io
import re

import numpy as np
import pytest
from pypdf import PdfReader

import neuroviz as nv
from neuroviz.api.report import REPORTED, report
from neuroviz.core.slices import finished
from neuroviz.files.session_file import write_session
from neuroviz.paper.blocks import TextTable
from neuroviz.paper.write import page_bytes
from neuroviz.pictures.marks import Curve, Figure
from neuroviz.session.figures import FigureOptions, figure_maker, frame_of
from tests.paper.page import Page
from tests.session.fresh import ready


def document(run):
    frame = frame_of(run.trainer)
    figures = [finished(figure_maker(view, FigureOptions())(frame)) for view in REPORTED]
    return report(frame, figures, "tensors")


def pages(pdf):
    """Give how many pages a PDF has."""
    return len(re.findall(rb"/Type /Page\b", pdf))


LONG = {
    "optimizer": "adam",
    "schedule": "cosine",
    "batch_size": 4,
    "edits": ["10:lr=0.1", "15:lr=0.2"],
}


PLAIN = [Figure("Plain", "x", "y", (Curve([0, 1], [0, 1], "#000000"),))] * len(REPORTED)
"""Figures as large as any, and drawn at once."""


@pytest.mark.parametrize(
    ("task", "paper", "style", "options"),
    [
        ("and", "A4", "tensors", {}),
        ("spam", "Letter", "module", LONG),
    ],
)
def test_it_is_one_page(task, paper, style, options):
    """Also on the shorter paper, with many samples, weights and lines."""
    page = report(frame_of(nv.train(task, epochs=20, **options).trainer), PLAIN, style)
    pdf = page_bytes(page, ".pdf", paper)
    assert pdf.startswith(b"%PDF")
    assert pages(pdf) == 1
    (code,) = page.groups[-1]
    assert "optimizer.step()" in code.ways[1][0].text or "theta.add_" in code.ways[1][0].text


@pytest.mark.parametrize(("task", "options", "steps"), [("and", {}, 1), ("xor", {"hidden": 2}, 0)])
def test_a_browser_prints_it_on_one_sheet(task, options, steps):
    """Below a neuron the steps of the script; below a network, which is higher, none of it.

    Chromium took a second sheet for the code.
    """
    made = page_bytes(document(nv.train(task, epochs=3, **options)), ".html").decode()
    printed = made.partition('<div class="printed">')[2]
    assert "The whole script is printed by" in printed
    assert printed.count("theta.add_") == steps
    assert "import torch" not in printed


def test_a_table_leaves_it_one_page():
    """Own rows filled another, which nobody types off; so did five targets in a narrow column."""
    assert pages(page_bytes(document(nv.train("five", epochs=300)), ".pdf")) == 1
    rows = np.random.default_rng(1).normal(size=(40, 4)).round(3)
    data = nv.Dataset(rows, rows.sum(axis=1), classes=False, origin="shop.csv")
    page = report(frame_of(nv.train(data=data, epochs=20).trainer), PLAIN, "tensors")
    pdf = page_bytes(page, ".pdf")
    assert pages(pdf) == 1
    assert "--data shop.csv --target" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_all_of_the_run_is_on_it():
    """Settings, figures, numbers, words and the script that runs."""
    run = nv.train("and", learning_rate=5, epochs=300, edits=["100:lr=4"])
    page = Page(page_bytes(document(run), ".html"))
    for words in (
        "AND gate",
        "learning rate 5",
        "seed 0",
        "from step 100 learning rate 4",
        "Epoch 300",
        "4 of 4 right",
    ):
        assert words in page.text
    assert run.diagnosis.sentence in page.text
    assert run.command() in page.text
    assert f"{run.loss:.5g}" in page.text
    assert f"{run.prediction.output[0]:.4f}" in page.text
    assert len(page.pictures) == len(REPORTED)
    assert all("<svg" in picture for picture in page.pictures)
    assert run.script().rstrip() in page.code
    assert "script" not in page.tags


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_what_it_was_run_with_is_said_once(precision):
    run = nv.train("and", epochs=3, precision=precision)
    text = Page(page_bytes(document(run), ".html")).text
    assert re.findall(r"· (float\d\d)\b", text) == [precision]


def test_the_pictures_in_a_row_have_equally_large_letters():
    """The third had letters three quarters as large."""
    run = nv.train("and", learning_rate=1, epochs=50)
    page = Page(page_bytes(document(run), ".html"))
    largest = [
        max(map(float, re.findall(r"(?:font:|font-size:) [^;]*?([0-9.]+)px", picture)))
        for picture in page.pictures[1:]
    ]
    assert largest == [pytest.approx(largest[0])] * 3


def test_numbers_have_no_verdict():
    """A table has as many cells in each row as titles."""
    for task, columns, rows in (("line", 3, 6), ("or", 5, 4), ("spam", 8, 4)):
        page = report(frame_of(nv.train(task, epochs=3).trainer), [], "tensors")
        (table,) = (
            block for group in page.groups for block in group if isinstance(block, TextTable)
        )
        assert {len(table.titles), *map(len, table.rows)} == {columns}
        assert len(table.rows) == rows


def test_parameters_are_called_by_the_inputs_that_they_weigh():
    """As on the screen."""
    data = nv.Dataset([[1.0, 2.0], [2.0, 5.0]], [0, 1], True, input_names=("worst area", "age"))
    page = report(frame_of(nv.train(data=data, epochs=3).trainer), [], "tensors")
    assert "w₁ (worst area) = " in Page(page_bytes(page, ".html")).text


def test_large_numbers_are_written_as_on_the_screen():
    data = nv.Dataset([[15_000.0], [-20_000.0]], [0, 1], True)
    run = nv.train(data=data, epochs=3, lr=1e-4, weights=[-25_000.5], bias=0)
    text = Page(page_bytes(document(run), ".html")).text
    assert "15,000" in text
    assert "−20,000" in text
    assert "w₁ = −25,000" in text
    moment = str(run.page())
    assert "<td>15,000" in moment
    assert "<td>−20,000" in moment


def test_a_parameter_of_rounding_alone_is_0_as_in_the_picture_of_the_neuron():
    run = nv.train("five", epochs=1000)
    assert 0 < abs(run.trainer.history.newest.parameters[-1]) < 1e-12
    page = report(frame_of(run.trainer), [], "tensors")
    assert "b₅ = 0 and 15 more" in Page(page_bytes(page, ".html")).text


def test_names_from_outside_are_text():
    """A column may be called anything."""
    evil = '<img src=x onerror="alert(1)">**b**_i_`c`'
    data = nv.Dataset(
        [[0.0], [1.0]], [0, 1], classes=True, input_names=(evil,), target_name="</td><script>x"
    )
    frame = frame_of(nv.train(data=data, epochs=5).trainer)
    page = Page(page_bytes(report(frame, [], "tensors"), ".html"))
    assert "script" not in page.tags
    assert not {"img", "em", "strong", "b", "i"} & set(page.tags)
    assert evil in page.text
    assert "</td><script>x" in page.text


def test_the_command_writes_it(neuroviz, tmp_path):
    """From options, and from a session file, whose run is taken up where it stood."""
    path = tmp_path / "or.html"
    result = neuroviz(
        *["report", "--task", "or", "--lr", "2", "--epochs", "40", "--style", "module", "--output"],
        path,
    )
    assert (result.code, result.out, result.err) == (0, "", f"Written: {path}.\n")
    text = Page(path.read_bytes()).text
    assert "Epoch 40" in text
    assert "nn.Module" in text
    session = ready(nv.Settings("or", learning_rate=3.0), 17)
    session.note = "Why so slow?\n<b>Ask</b> tomorrow."
    write_session(tmp_path / "mine.neuroviz", session.record())
    assert (
        neuroviz("report", tmp_path / "mine.neuroviz", "--output", tmp_path / "mine.html").code == 0
    )
    text = Page((tmp_path / "mine.html").read_bytes()).text
    assert "Epoch 17" in text
    assert "learning rate 3" in text
    assert "mine OR gate · " in text  # the title, then what the run is of
    assert "Note: Why so slow? <b>Ask</b> tomorrow." in text


@pytest.mark.parametrize(("samples", "shown"), [(4, 4), (12, 12), (13, 4)])
def test_all_of_a_few_samples_are_on_it_with_their_classes(samples, shown):
    """Of more only the first, which is said; classes have their names."""
    x = [[float(number)] for number in range(samples)]
    data = nv.Dataset(
        x, [number % 2 for number in range(samples)], classes=True, class_names=("nein", "ja")
    )
    page = report(frame_of(nv.train(data=data, epochs=3).trainer), [], "tensors")
    (table,) = (block for group in page.groups for block in group if isinstance(block, TextTable))
    assert [row[1] for row in table.rows] == (["0 (nein)", "1 (ja)"] * 6)[:shown]
    said = Page(page_bytes(page, ".html")).text
    assert ("the first 4 of 13 samples" in said) == (samples == 13)


def test_a_class_with_an_output_has_a_column():
    """Targets are the classes by name, and outputs their shares."""
    data = nv.Dataset([[0.0], [1.0], [2.0]], [0, 1, 2], classes=True, class_names=("a", "b", "c"))
    run = nv.train(data=data, epochs=3)
    page = report(frame_of(run.trainer), [], "tensors")
    (table,) = (block for group in page.groups for block in group if isinstance(block, TextTable))
    assert table.titles == ("x", "target y", "ŷ of a", "ŷ of b", "ŷ of c", "answer")
    assert [row[1] for row in table.rows] == ["a", "b", "c"]
    shares = [[float(cell) for cell in row[2:5]] for row in table.rows]
    assert shares == run.prediction.output.round(4).tolist()


def test_paper_names_no_button_and_no_menu():
    """What to try is said where nobody can press it: at the start, and for unscaled columns."""
    inputs = np.column_stack((np.arange(8.0), 1e4 * np.arange(8.0)))
    unscaled = nv.train(data=nv.Dataset(inputs, np.arange(8.0), False), epochs=40, lr=0.1)
    assert "(Data > Table)" in unscaled.diagnosis.remedy
    begun = nv.train("and", epochs=0)
    assert "Run" in begun.diagnosis.remedy
    for run, words in ((unscaled, "Start anew with standardised inputs, or"), (begun, "No step")):
        page = report(frame_of(run.trainer), [], "tensors")
        text = Page(page_bytes(page, ".html")).text
        assert words in text
        for place in ("Data > ", "Press Run"):
            assert place not in text


def test_a_report_without_a_note_or_name_has_none():
    """The title is the task's, and no word stands for nothing."""
    page = report(frame_of(nv.train("or", epochs=3).trainer), [], "tensors")
    assert page.title == "OR gate"
    assert "Note" not in Page(page_bytes(page, ".html")).text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--output x.doc", ".pdf and .html"),
        ("--output nowhere/x.pdf", "folder"),
        ("none.neuroviz --output x.pdf", "Cannot open"),
        ("none.neuroviz --task and --output x.pdf", "a session has its own experiment"),
        ("--output x.pdf --paper A3", "A3"),
    ],
)
def test_what_cannot_be_is_said(neuroviz, tmp_path, monkeypatch, words, said):
    """One line, code 2, and no file."""
    monkeypatch.chdir(tmp_path)
    result = neuroviz("report", *words.split())
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert said in result.err
    assert not list(tmp_path.iterdir())


def test_a_start_that_was_typed_is_the_one_of_the_first_step():
    """Not where the run has come to, which stands beside the loss."""
    run = nv.train("line", weights=[2.5], bias=-1.25, epochs=30)
    page = report(frame_of(run.trainer), [], "tensors")
    text = Page(page_bytes(page, ".html")).text
    assert "start typed: w₁ = 2.5, b = −1.25 · " in text
    assert f"loss {run.loss:.5g} · w₁ = {run.weights[0]:.5g}, b = " in text
