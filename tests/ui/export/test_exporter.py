"""Taking things away: figures, numbers and the clipboard."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QFileDialog,
    QInputDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QSpinBox,
    QToolButton,
)

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.script import parts
from neuroviz.core.script.script import script
from neuroviz.core.slices import finished, made
from neuroviz.lessons.library import find_lesson
from neuroviz.lessons.own_numbers import with_own_numbers
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.worksheet import key
from neuroviz.paper.write import page_bytes
from neuroviz.pictures.caption import captioned
from neuroviz.pictures.loss import runs_figure
from neuroviz.pictures.render import render
from neuroviz.ui.export import exporter, figures
from neuroviz.ui.export.figures import FigureSizeDialog
from neuroviz.ui.theme import theme as themes
from tests.api.test_page import recorded
from tests.ui.person import CTRL, KEY, LEFT, SHIFT

BEGINNINGS = {".png": b"\x89PNG\r\n\x1a\n", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.fixture
def answer(monkeypatch):
    """Return a function that lets the file dialog answer with a path, and the kind of file.

    It gives what it was asked.
    """

    def set_answer(path, kind=""):
        asked = []

        def ask(parent, title, start, filters):
            asked.extend([title, start, filters])
            return str(path), kind

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        return asked

    return set_answer


def wait(person):
    """Wait until all exports are done."""
    person.qtbot.waitUntil(lambda: person.bench.exporter.queue.name is None, timeout=60_000)


@pytest.fixture
def _drawn_here(monkeypatch):
    """Draw figures in this process: another, with what it imports, takes a second for each."""

    def draw(_, figure, endings, *size):
        yield 0.01
        return [render(figure, ending, *size) for ending in endings]

    monkeypatch.setattr(figures, "made_apart", draw)


def complaint(person):
    """Return the sentence of the box that tells what went wrong, and close it."""
    wait(person)
    (box,) = person.window.findChildren(QMessageBox, "export_error")
    assert box.textFormat() == Qt.TextFormat.PlainText  # a file may be called <b>
    text = box.text()
    box.close()
    person.qtbot.waitUntil(lambda: not person.window.findChildren(QMessageBox, "export_error"))
    return text


@pytest.mark.usefixtures("_drawn_here")
def test_a_figure_goes_to_a_file_of_its_kind_or_to_the_clipboard(open_window, answer, tmp_path):
    """A PNG of 160 x 100 mm at 200 dpi with something on it, an SVG or a PDF, by its name.

    The next one is asked for where the last one went; without an answer there are no words.
    """
    person = open_window(Settings(learning_rate=1.0))
    person.press(KEY.Key_F8, CTRL)
    asked = answer(tmp_path / "figure.png")
    person.press(KEY.Key_E, CTRL)
    wait(person)
    assert "and-loss.png" in asked[1]
    image = QImage(str(tmp_path / "figure.png"))
    assert (image.width(), image.height()) == (1260, 787)
    colours = {image.pixel(x, y) for x in range(0, 1260, 7) for y in range(0, 787, 7)}
    assert len(colours) > 3
    for view, ending in (("data", ".svg"), ("weights", ".pdf")):
        asked = answer(tmp_path / f"figure{ending}")
        person.action(f"export_{view}").trigger()
        wait(person)
        assert Path(asked[1]).parent == tmp_path
        assert f"figure{ending}" in person.text("sentence")
    for ending, beginning in BEGINNINGS.items():
        assert (tmp_path / f"figure{ending}").read_bytes().startswith(beginning), ending
    before = person.text("sentence")
    answer("")
    person.press(KEY.Key_E, CTRL)
    wait(person)
    assert person.text("sentence") == before
    person.action("copy_data").trigger()
    assert "Making a copy of the figure …" in person.text("sentence")
    wait(person)
    data = QApplication.clipboard().mimeData()
    assert data.hasImage()
    assert not QImage(data.imageData()).isNull()
    assert bytes(data.data("image/svg+xml").data()).startswith(b"<?xml")
    assert "clipboard" in person.text("sentence")


@pytest.mark.usefixtures("_drawn_here")
def test_the_csv_is_the_history_to_the_bit(open_window, answer, tmp_path):
    """The table has a row for each row of the history.

    Every float to the same bits, and gaps where none was; the losses are the heights of the curve.
    """
    person = open_window(plots="all")
    if person.button("log_axis").isChecked():
        person.button("log_axis").click()
    for task in ("and_one_by_one", "line"):
        person.begin(Settings(task))
        for _ in range(10):
            person.press(KEY.Key_F8)
        answer(tmp_path / "history.csv")
        person.press(KEY.Key_E, CTRL | SHIFT)
        wait(person)
        with (tmp_path / "history.csv").open(newline="") as file:
            read = list(csv.DictReader(file))
        if task == "line":
            _, heights = person.curve("loss", themes.now.accent)
            assert heights.tolist() == [float(row["loss"]) for row in read]
        columns = person.rows.columns()
        assert list(read[0]) == list(columns)
        assert len(read) == len(person.rows) == 11
        for name, column in columns.items():
            said = [row[name] for row in read]
            masked = np.ma.getmaskarray(column)
            assert [text == "" for text in said] == masked.tolist()
            assert [float(text) for text in said if text] == np.ma.compressed(
                np.ma.asarray(column)
            ).tolist()


@pytest.mark.usefixtures("_drawn_here")
def test_all_visible_runs_in_one_table_and_one_figure(open_window, answer, tmp_path, monkeypatch):
    """The runs of the list that are shown and the present one, with their histories.

    Hidden ones are left out.
    """
    drawn = []

    def draw(*what, **how):
        drawn.append((*what, how))
        return runs_figure(*what, **how)

    monkeypatch.setattr(exporter, "runs_figure", draw)
    person = open_window(Settings("and", learning_rate=1.0))
    session = person.bench.session
    for optimizer in ("adam", "rmsprop", "sgd"):
        session.advance(3)
        session.pin()
        session.apply(session.settings.replace(optimizer=optimizer))
    session.show_run(session.frame().runs[1].number, visible=False)
    first, _, third = session.frame().runs
    answer(tmp_path / "runs")
    person.bench.exporter.export_runs_csv()
    wait(person)
    with (tmp_path / "runs.csv").open(newline="") as file:
        read = list(csv.DictReader(file))
    shown = {first.name: first.rows, third.name: third.rows, "present run": session.frame().rows}
    for name, rows in shown.items():
        assert [float(row["loss"]) for row in read if row["run"] == name] == rows.loss.tolist()
    assert {row["run"] for row in read} == shown.keys()
    answer(tmp_path / "runs.svg")
    person.bench.exporter.export_runs_figure()
    wait(person)
    ((runs, how),) = drawn
    assert [(name, slot) for name, slot, *_ in runs] == [
        (first.name, first.slot),
        (third.name, third.slot),
        ("present run", None),
    ]
    assert how == {
        "log": person.button("log_axis").isChecked(),
        "not_drawn": 0,
        "edits": [(), (), ()],
    }
    assert (tmp_path / "runs.svg").read_bytes().startswith(BEGINNINGS[".svg"])


@pytest.mark.usefixtures("_drawn_here")
def test_what_cannot_be_written_is_told_in_one_sentence(open_window, answer, tmp_path):
    """No folder, a folder in place of a file, a table named x.PNG that nothing opens.

    Nothing is written, and the run is as it was.
    """
    person = open_window()
    person.press(KEY.Key_F8, CTRL)
    answer(tmp_path / "no <b>such</b> folder" / "x.png")
    for action in ("export_loss", "export_history"):
        person.action(action).trigger()
        said = complaint(person)
        assert said.count("\n") == 0
        assert "no <b>such</b> folder" in said
        assert list(tmp_path.iterdir()) == []
        assert person.step == 100
    # A table is not written under the name of a picture.
    answer(tmp_path / "x.PNG")
    for action in ("export_history", "export_runs_csv"):
        person.action(action).trigger()
        assert "end the name with .csv" in complaint(person)
        assert list(tmp_path.iterdir()) == []
    # A name without ending becomes a PNG, also with a dot, or of the kind that was picked; one
    # that is there, of which the file dialog has not asked, is left.
    answer(tmp_path / "lr 0.5")
    person.action("export_loss").trigger()
    wait(person)
    assert (tmp_path / "lr 0.5.png").read_bytes().startswith(BEGINNINGS[".png"])
    answer(tmp_path / "lr 0.5", "SVG drawing (*.svg)")
    person.action("export_loss").trigger()
    wait(person)
    assert (tmp_path / "lr 0.5.svg").read_bytes().startswith(BEGINNINGS[".svg"])
    answer(tmp_path / "lr 0.5")
    (tmp_path / "lr 0.5.png").write_text("another")
    person.action("export_loss").trigger()
    assert complaint(person) == "'lr 0.5.png' exists: enter its whole name to replace it."
    assert (tmp_path / "lr 0.5.png").read_text() == "another"
    # A target that is no file is told.
    (tmp_path / "x.png").mkdir()
    answer(tmp_path / "x.png")
    person.action("export_loss").trigger()
    wait(person)
    assert complaint(person)
    assert (tmp_path / "x.png").is_dir()


@pytest.mark.usefixtures("_drawn_here")
def test_exports_do_not_disturb_a_run_and_their_size_is_kept(open_window, answer, tmp_path):
    """An export while running writes the moment, and the run goes on."""
    person = open_window(Settings(learning_rate=1.0, epochs=10**7))
    person.run_until(lambda: person.step > 20)
    answer(tmp_path / "x.svg")
    person.press(KEY.Key_E, CTRL)
    wait(person)
    at = person.step
    person.qtbot.waitUntil(lambda: person.step > at)
    assert (tmp_path / "x.svg").exists()
    # The size counts from then on; what cannot be is told.
    person.begin(Settings())
    person.action("figure_size").trigger()
    dialog = person.window.findChild(FigureSizeDialog)
    width = dialog.findChild(QAbstractSpinBox, "figure_width")
    assert width.lineEdit().selectedText() == "160"  # what is typed takes its place
    for name, value in (("figure_width", 80.0), ("figure_height", 50.0), ("figure_dpi", 100)):
        next(box for box in dialog.children() if box.objectName() == name).setValue(value)
    take = dialog.findChild(QPushButton, "figure_take")
    told = dialog.findChild(QLabel, "figure_error")
    dialog.activateWindow()
    person.qtbot.waitUntil(dialog.isActiveWindow)
    wrong = "9 is out of range: write a number from 40 to 500."
    for typed, ends, sentence in (
        ("9", KEY.Key_Return, wrong),
        ("9", KEY.Key_Tab, wrong),  # 160 is back, and the sentence is still to be read
        ("80", KEY.Key_Tab, ""),
    ):
        width.setFocus()
        width.selectAll()
        person.qtbot.keyClicks(width, typed)
        person.qtbot.keyClick(width, ends)
        assert dialog.isVisible()
        assert told.text() == sentence
    take.click()
    answer(tmp_path / "small.png")
    person.action("export_loss").trigger()
    wait(person)
    image = QImage(str(tmp_path / "small.png"))
    assert (image.width(), image.height()) == (315, 197)


# --- while an export goes on ----------------------------------------------------------------------


@pytest.mark.usefixtures("_drawn_here")
def test_what_is_written_is_the_moment_when_it_was_asked_for(open_window, answer, tmp_path):
    """To the byte what is drawn of that moment at once.

    Whatever is done to run and view meanwhile.
    """
    person = open_window(Settings("xor", learning_rate=1.0), plots=())
    view = person.bench.views["landscape"]
    person.window.preferences.set_figure_size((80.0, 50.0, 100))
    for name, surface in (("map.png", False), ("surface.png", True)):
        for _ in range(3):
            person.press(KEY.Key_F8)
        view.surface_shown.setChecked(surface)
        person.settle()
        size = person.window.preferences.figure_size()
        figure = finished(view.figure_maker(size[:2])(person.frame))
        figure = captioned(figure, person.frame.settings_at_start)
        expected = render(figure, ".png", *size)
        answer(tmp_path / name)
        person.action("export_landscape").trigger()
        assert not (tmp_path / name).exists()
        person.action("reset").trigger()
        view.surface_shown.setChecked(not surface)
        assert person.step == 0
        wait(person)
        assert (tmp_path / name).read_bytes() == expected, name


@pytest.mark.usefixtures("_drawn_here")
def test_exports_are_done_in_the_order_in_which_they_were_asked_for(open_window, answer, tmp_path):
    """A second one waits for the first.

    The button says which goes on, and afterwards opens the menu again.
    """
    person = open_window()
    person.press(KEY.Key_F8, CTRL)
    button = person.button("export")
    assert (button.text(), button.menu()) == ("Export", person.bench.export_menu)
    width = button.width()
    for name in ("first.svg", "second.csv"):
        answer(tmp_path / name)
        person.action("export_loss" if name.endswith("svg") else "export_history").trigger()
        assert "first.svg" in button.toolTip()
    assert button.menu() is None
    assert button.text() == "Cancel"
    assert "second.csv is made after first.svg." in person.text("sentence")
    begun = []

    def note():
        begun.append(
            (
                "second.csv" in button.toolTip(),
                {path.name for path in tmp_path.iterdir()},
                button.width(),
            )
        )

    # The second may be over before anybody looks again.
    person.bench.exporter.queue.changed.connect(note)
    wait(person)
    person.bench.exporter.queue.changed.disconnect(note)
    assert begun[0] == (True, {"first.svg"}, width)
    assert (tmp_path / "second.csv").exists()
    assert (button.text(), button.menu()) == ("Export", person.bench.export_menu)


def test_an_export_that_is_left_off_leaves_the_folder_as_it_was(open_window, answer, tmp_path):
    """A click on the button leaves it off: no file, no half of one, and an earlier file stays."""
    person = open_window()
    person.press(KEY.Key_F8, CTRL)
    for action, path in (
        ("export_history", tmp_path / "x.csv"),
        ("export_landscape", tmp_path / "x.png"),
    ):
        path.write_bytes(b"of before")
        answer(path)
        person.action(action).trigger()
        if action == "export_landscape":
            person.qtbot.waitUntil(lambda: bool(children()))
        person.click("export")
        assert person.bench.exporter.queue.name is None
        assert children() == []
        assert f"Cancelled: {path.name}." in person.text("sentence")
        assert list(tmp_path.iterdir()) == [path]
        assert path.read_bytes() == b"of before"
        assert not person.action("cancel_export").isEnabled()
        path.unlink()
    # A window that is closed does so too, and the process that draws ends.
    answer(tmp_path / "x.png")
    person.action("export_landscape").trigger()
    person.qtbot.waitUntil(lambda: bool(children()), timeout=60_000)
    person.window.end()  # as a signal does; by hand it asks first
    assert children() == []
    assert list(tmp_path.iterdir()) == []


def children():
    """Return the numbers of the processes that this one has started and that draw figures."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):  # a bare Debian has no ps
        try:
            parent = stat.read_text().rpartition(")")[2].split()[1]
            command = stat.with_name("cmdline").read_bytes()
        except OSError:  # it has just ended
            continue
        if parent == str(os.getpid()) and b"pictures.render" in command:
            found.append(stat.parent.name)
    return found


def test_the_menu_writes_the_run_as_code_and_own_steps_are_none(open_window, answer, tmp_path):
    """The script is the run's own, in the way that the code panel writes it.

    A notebook has it in cells.
    """
    person = open_window(plots=())
    person.window.preferences.set_choice("code_style", "module")
    code = script(person.frame.settings_at_start, person.frame.edits, style="module").text
    written = {}
    for action, name, kind in (
        ("export_script", "and.py", "Python code"),
        ("export_notebook", "and.ipynb", "Notebook"),
    ):
        asked = answer(tmp_path / "and")
        person.action(action).trigger()
        wait(person)
        assert Path(asked[1]).name == name
        assert asked[2].startswith(kind)
        written[name] = (tmp_path / name).read_text(encoding="utf-8")
    assert written["and.py"] == code
    cells = json.loads(written["and.ipynb"])["cells"]
    in_cells = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert "nn.Module" in in_cells
    assert all(line in code.splitlines() for line in in_cells.splitlines() if line)
    # Files are called after the file that own data came from, or by the task.
    data = Dataset([[1.0], [2.0]], [0.0, 1.0], True, origin="my shop: 2.csv")
    person.begin(Settings(data=data))
    assert person.bench.exporter.task == "my-shop-2"
    person.begin(Settings("or"))
    assert person.bench.exporter.task == "or"
    # Of own steps there is no page, command, code or report: the line of words says why.
    person.begin(Settings())
    person.settle()
    person.action("you_optimize").trigger()
    asked = answer("")
    for action in ("page", "copy_command", "export_script", "report"):
        person.bench.frame_dispatcher.tell("")
        person.action(action).trigger()
        assert "You take these steps" in person.text("sentence"), action
    assert (asked, QApplication.clipboard().text()) == ([], "")
    person.click("you_optimize")
    person.action("copy_command").trigger()
    assert QApplication.clipboard().text().startswith("neuroviz ")


def test_a_script_with_too_many_numbers_reads_the_file_that_save_writes_beside_it(
    open_window, answer, tmp_path, monkeypatch
):
    """Run there it prints the run's losses; a notebook reads the same, and no other is replaced."""
    monkeypatch.setattr(parts, "_MOST_NUMBERS", 20)
    person = open_window(Settings("ring", epochs=3, batch_size=70))
    person.bench.columns.show("side")
    person.bench.side.turn_to("Code")
    person.settle()
    person.click("copy_code")
    assert "without its data: Save writes them beside it." in person.text("sentence")
    answer(tmp_path / "run.py")
    person.click("save_code")
    wait(person)
    assert "run.csv and " in person.text("sentence")
    printed = subprocess.run(
        [sys.executable, "run.py"], cwd=tmp_path, capture_output=True, check=True, text=True
    ).stdout
    losses = dict(line.split() for line in printed.splitlines() if line[:1].isdigit())
    person.press(KEY.Key_F8, SHIFT)
    assert float(losses["1"]) == person.rows.newest.loss
    answer(tmp_path / "run.ipynb")
    person.action("export_notebook").trigger()
    wait(person)
    assert (tmp_path / "run.ipynb").exists()
    (tmp_path / "run.csv").write_text("mine")
    (tmp_path / "run.ipynb").unlink()
    person.action("export_notebook").trigger()
    wait(person)
    assert "run.csv', where they are to be, has other content" in complaint(person)
    assert (tmp_path / "run.csv").read_text() == "mine"
    assert not (tmp_path / "run.ipynb").exists()


def test_worksheet_and_key_of_a_lesson_are_written(open_window, answer, tmp_path, monkeypatch):
    """From its card, and from the menu, which asks for the lesson and for numbers of its own.

    They are those of the command line by the same seed, or the lesson's where none is typed.
    """
    person = open_window(Settings.opened("and"))
    asked = answer(tmp_path / "answers")
    person.action("lessons").trigger()
    card = person.find(QToolButton, "lesson_gate-by-hand")
    (button,) = (each for each in card.findChildren(QToolButton) if each.text() == "Key…")
    QTest.mouseClick(button, LEFT)
    wait(person)
    (first, *_) = PdfReader(tmp_path / "answers.pdf").pages
    assert first.extract_text().startswith("A gate by hand, key\n")
    assert Path(asked[1]).name == "gate-by-hand-key.pdf"
    typed = "7"

    def press_ok(dialog):
        dialog.show()
        box = dialog.findChild(QSpinBox)
        assert box.text() == "those of the lesson"
        QTest.keyClicks(box, typed)
        QTest.keyClick(box, KEY.Key_Return)
        return dialog.result()

    monkeypatch.setattr(QInputDialog, "exec", press_ok)
    monkeypatch.setattr(QInputDialog, "getItem", lambda *asked: ("A forgotten line", True))
    asked = answer(tmp_path / "key.html")
    person.action("key").trigger()
    wait(person)
    forgotten = find_lesson("forgotten-zero-grad")
    lesson = with_own_numbers(read_lesson(forgotten), 7)
    written = (tmp_path / "key.html").read_bytes()
    assert written == page_bytes(key(lesson), ".html", exporter.paper_size())
    assert Path(asked[1]).name == "forgotten-zero-grad-7-key.pdf"
    # What the process is asked to make shows the rest: a second for each is saved.
    made_of = []
    monkeypatch.setattr(exporter, "made_apart", lambda *of: made_of.append(of) or made([b"page"]))
    typed = ""
    for action, name in (("key", "forgotten-zero-grad-key.pdf"), ("worksheet", "gate-by-hand.pdf")):
        asked = answer(tmp_path / f"{action}.html")
        person.action(action).trigger()
        wait(person)
        assert Path(asked[1]).name == name
        monkeypatch.setattr(QInputDialog, "getItem", lambda *asked: (asked[3][0], True))
    page = ("lessons.worksheet", forgotten, None, True, ".html", exporter.paper_size())
    assert made_of == [page, (page[0], find_lesson("gate-by-hand"), None, False, *page[4:])]


def test_five_steps_by_hand_are_written_with_their_key(
    open_window, tmp_path, monkeypatch, make_pages_here
):
    """Of the number that is asked for. A key that is there is asked about: it may stay."""
    person = open_window()
    person.settle()
    make_pages_here()
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (7, True))
    path, key = tmp_path / "sheet.html", tmp_path / "sheet-key.html"
    for there, second in ((False, None), (True, ""), (True, tmp_path / "other.html")):
        if there:
            key.write_text("of before", encoding="utf-8")
        answers = iter((path, second))
        titles = []

        def ask(parent, title, *_):
            titles.append(title)  # noqa: B023
            return str(next(answers)), ""  # noqa: B023

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        person.action("five_steps").trigger()
        wait(person)
        assert titles == ["Save the sheet", "Save the key"][: 1 + there]
        assert "sheet 7</h1>" in path.read_text(encoding="utf-8")
        written = tmp_path / "other.html" if second else key
        said = written.read_text(encoding="utf-8")
        assert said == "of before" if there and not second else "sheet 7, key</h1>" in said


def test_a_run_is_written_as_a_page_and_as_a_report(open_window, answer, tmp_path):
    """Both of the moment when they were asked for, while the run goes on.

    The report is made by a process of its own.
    """
    person = open_window()
    person.press(KEY.Key_F8, CTRL)
    answer(tmp_path / "and.html")
    person.action("page").trigger()
    person.press(KEY.Key_F8)
    wait(person)
    page = (tmp_path / "and.html").read_text(encoding="utf-8")
    assert "<title>One neuron: AND gate</title>" in page
    assert recorded(page)["moments"][-1]["step"] == "100"
    # A report has the name of the session, and the note.
    person.begin(Settings())
    person.press(KEY.Key_F8, CTRL)
    person.bench.run_list_control.write_note("The slope was <steep>.")
    person.bench.views["landscape"].surface_shown.setChecked(True)
    answer(tmp_path / "Eis Verkäufe.neuroviz")
    person.action("save").trigger()
    answer(tmp_path / "and.pdf")
    person.action("report").trigger()
    assert not (tmp_path / "and.pdf").exists()
    person.press(KEY.Key_F8)
    wait(person)
    (page,) = PdfReader(tmp_path / "and.pdf").pages
    text = page.extract_text()
    assert text.startswith("Eis Verkäufe\n")
    assert "Epoch 100" in text
    assert "Note: The slope was <steep>." in text
    assert "height: loss" not in text  # its landscape is a map: a surface would be tiny there


def test_files_of_a_saved_session_begin_with_its_name(open_window, answer, tmp_path):
    """Every one that the menu offers; as long as it is not saved with that of the task."""
    person = open_window(Settings("or"))
    person.press(KEY.Key_F8)

    def proposed():
        found = []
        for action in ("export_loss", "export_history", "report", "export_script", "film"):
            asked = answer("")
            person.action(action).trigger()
            if action == "film":
                kinds = person.combo("film_file")
                kinds.setCurrentIndex(kinds.findData(".gif"))  # wherever there is no ffmpeg
                person.find(QPushButton, "film_save").click()
            found.append(Path(asked[1]).name)
        return found

    assert proposed() == [
        "or-loss.png",
        "or-history.csv",
        "or-report.pdf",
        "or.py",
        "or-run.gif",
    ]
    answer(tmp_path / "my run.neuroviz")
    person.action("save").trigger()
    assert proposed() == [
        f"my run{rest}" for rest in (" loss.png", " history.csv", " report.pdf", ".py", " run.gif")
    ]


def test_in_a_race_an_export_of_one_run_says_which(open_window, answer):
    """It need not be the one that leads."""
    person = open_window()
    settings = Settings(learning_rate=1.0)
    racers = [("slow", settings), ("quick", settings.replace(optimizer="adam"))]
    person.bench.run_list_control.race(racers, beside=True)
    person.press(Qt.Key.Key_F8, CTRL)
    assert person.frame.race.headline.startswith("quick")
    for action in ("export_history", "export_script", "page", "report"):
        asked = answer("")
        person.action(action).trigger()
        assert asked[0].endswith(" of slow"), action
    person.action("copy_command").trigger()
    assert "The command of slow is on the clipboard." in person.text("sentence")
    person.press(Qt.Key.Key_Escape)
    asked = answer("")
    person.action("export_history").trigger()
    assert asked[0] == "Export history"
