"""Opening and pasting a table.

What was understood is shown, can be corrected, and is taken or left.
"""

import os
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote_from_bytes

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QToolButton,
)

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import stable_limit
from neuroviz.core.curvature.scale_hint import stable_rate
from neuroviz.files.session_file import read_session
from neuroviz.files.state_file import kept_sessions
from neuroviz.ui.data.import_dialog import ImportDialog
from neuroviz.ui.theme import parts
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import ScrolledPage
from tests.core.shown import as_typed
from tests.ui.person import CTRL, KEY, LEFT, NO_KEY, SHIFT

GERMAN = (
    "Tag;Wärme;Druck;Regen\n"
    "Mo;20,5;1013,25;nein\n"
    "Di;25;990;ja\n"
    "Mi;n/a;1000;ja\n"
    "Do;15,5;1020;nein\n"
    "Fr;11,5;1001,5;ja\n"
)


@pytest.fixture
def open_table(open_window, tmp_path, monkeypatch):
    """Return what opens a file by the menu, and waits until it is read or cannot be.

    A further one is opened in the same window, at its first experiment again.
    """
    people = []

    def opened(content):
        path = tmp_path / "wetter.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(path), ""))
        if people:
            (person,) = people
            for each in person.window.findChildren(ImportDialog):
                each.close()
            person.window.activateWindow()  # without a window manager nobody else does it
            person.qtbot.waitUntil(person.window.isActiveWindow)
            person.begin(Settings("and"))
        else:
            person = open_window(Settings("and"))
            people.append(person)
        person.action("open_data").trigger()
        # That of before goes when another opens.
        person.qtbot.waitUntil(lambda: len(person.window.findChildren(ImportDialog)) == 1)
        read(person)
        return person

    return opened


def dialog(person):
    """Return the dialog that is open."""
    return next(
        d
        for d in person.window.findChildren(QDialog)
        if isinstance(d, ImportDialog) and d.isVisible()
    )


def read(person):
    """Wait until the table is read, or cannot be."""
    person.qtbot.waitUntil(lambda: not dialog(person).job.running)
    person.settle()


def roles(person):
    """Return what each column is for, as its head says."""
    model = person.table("import_preview").model()
    heads = [
        str(model.headerData(column, Qt.Orientation.Horizontal))
        for column in range(model.columnCount())
    ]
    return [head.rpartition("\n")[2] for head in heads]


def click_head(person, column):
    table = person.table("import_preview")
    heads = table.horizontalHeader()
    place = QPoint(heads.sectionViewportPosition(column) + 20, heads.height() // 2)
    person.qtbot.mouseClick(heads.viewport(), LEFT, pos=place)


def choose_role(person, column, role):
    """Click the head of a column, and choose in the menu what it is for."""
    click_head(person, column)
    choose_in_menu(person, role)


def choose_in_menu(person, role):
    menu = person.find(QMenu, "import_roles")
    person.qtbot.waitUntil(menu.isVisible)
    action = person.find(QAction, f"import_role_{role}")
    person.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    person.settle()


def type_into_cell(person, row, column, text, key=KEY.Key_Return):
    """Double-click a cell, write something else, and end with a key."""
    table = person.table("import_preview")
    place = table.visualRect(table.model().index(row, column)).center()
    person.qtbot.mouseClick(table.viewport(), LEFT, pos=place)
    person.qtbot.mouseDClick(table.viewport(), LEFT, pos=place)
    editor = next(each for each in table.viewport().findChildren(QLineEdit) if each.isVisible())
    editor.selectAll()
    person.qtbot.keyClicks(editor, text)
    person.qtbot.keyClick(editor, key)
    person.settle()


def cell(person, row, column, role):
    model = person.table("import_preview").model()
    return model.index(row, column).data(role)


def correct(person, box, value):
    """Choose something else in a box of the dialog."""
    combo = person.combo(box)
    combo.setCurrentIndex(combo.findData(value))
    read(person)


def press(person, name):
    """Press a button or a switch."""
    kinds = (QPushButton, QToolButton, QCheckBox)
    button = next(b for kind in kinds for b in person.window.findChildren(kind, name))
    person.qtbot.mouseClick(button, LEFT, pos=QPoint(10, button.height() // 2))
    person.settle()


def can_be_taken(person):
    return person.find(QPushButton, "import_take").isEnabled()


def test_numbers_are_taken_by_space_at_a_rate_below_their_limit(open_table, monkeypatch):
    """The keyboard does not stay on Cancel, the only button while it was read.

    Also behind another window. The usual rate blows up on the second table.
    """
    person = open_table("a,b\n1,2\n2,4\n3,7\n")
    assert dialog(person).focusWidget() is person.find(QPushButton, "import_take")
    QTest.keyClick(person.find(QPushButton, "import_take"), KEY.Key_Space)
    person.qtbot.waitUntil(lambda: person.frame.settings.data is not None)
    # Numbers begin below the limit of their rate.
    person = open_table("x,y\n1,2\n2,4\n3,5\n4,8\n5,10\n")
    press(person, "import_take")
    assert person.frame.settings.learning_rate == 0.04
    assert stable_limit(person.frame.settings) == pytest.approx(0.0845, abs=1e-4)
    # A number that could be either is told until the person says which mark it is.
    person = open_table("Verkehr;voll\n3.500;0\n40.000;1\n")
    doubt = person.find(QLabel, "import_doubt")
    assert doubt.isVisible()
    assert doubt.text() == "3.500 is read as 3.5; with the decimal mark comma it is 3,500."
    assert doubt.geometry().top() >= person.combo("import_decimal").geometry().bottom()
    correct(person, "import_decimal", ",")
    assert not doubt.isVisible()
    assert [row[0] for row in person.cells("import_preview")] == ["3500", "40000"]

    # What no reader foresees is a sentence.
    def fails(*args, **kwargs):
        raise RuntimeError("out of order")

    monkeypatch.setattr("clevercsv.Detector.detect", fails)
    person = open_table("a,b\n1,2\n3,5\n")
    assert person.text("import_error") == (
        "'wetter.csv' cannot be read as a table (RuntimeError: out of order): save it as CSV."
    )


def test_what_was_understood_is_shown_and_taken(open_table):
    """Separator, decimal mark, encoding and names.

    A bad row is named, and left out only when that is said.
    """
    person = open_table(GERMAN.encode("cp1252"))
    chosen = [
        person.combo(f"import_{name}").currentData() for name in ("separator", "decimal", "header")
    ]
    assert chosen == [";", ",", "names"]
    assert person.combo("import_encoding").currentData() in ("cp1252", "latin_1")
    assert roles(person) == ["not used", "✓ input", "✓ input", "◎ target"]
    assert person.cells("import_preview")[0] == ["Mo", "20,5", "1013,25", "nein"]
    sides = [cell(person, 1, column, Qt.ItemDataRole.TextAlignmentRole) for column in range(4)]
    assert sides == [parts.LEFT, parts.RIGHT, parts.RIGHT, parts.LEFT]
    assert "Line 4, column 'Wärme'" in person.text("import_error")
    assert not can_be_taken(person)
    assert person.frame.settings == Settings("and")
    press(person, "import_leave_out")
    assert person.text("import_error") == ""
    assert "1 row left out: line 4" in person.text("import_told")
    press(person, "import_take")
    data = person.frame.settings.data
    assert data.inputs.tolist() == [[20.5, 1013.25], [25.0, 990.0], [15.5, 1020.0], [11.5, 1001.5]]
    assert (data.class_names, data.targets.tolist()) == (("nein", "ja"), [0.0, 1.0, 0.0, 1.0])
    assert person.combo("task").currentText() == "Own data, wetter.csv"
    person.window.activateWindow()  # without a window manager nobody else does it
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.press(KEY.Key_Z, CTRL)
    assert person.frame.settings == Settings("and")
    # It opens low, while it reads, and has to grow: it stays on the screen.
    person = open_table(GERMAN)
    screen = person.window.screen().availableGeometry()
    dialog(person).move(10, screen.bottom() - 100)
    correct(person, "import_header", "data")
    person.qtbot.waitUntil(lambda: dialog(person).frameGeometry().bottom() <= screen.bottom())


def test_every_row_can_be_scrolled_to_and_those_held_out_are_told(open_table):
    """The last row stands at the end of the scroll bar; rows are numbered as beside the table."""
    person = open_table("x,y\n" + "".join(f"{i},{i * i}\n" for i in range(1, 21)))
    table = person.table("import_preview")
    last = table.model().index(table.model().rowCount() - 1, 0)
    assert last.data() == "20"
    head = table.model().headerData(0, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert head == "Line 2 of what was read"
    bar = table.verticalScrollBar()
    assert bar.isVisible()
    bar.setValue(bar.maximum())
    assert table.viewport().rect().contains(table.visualRect(last))
    assert person.text("import_held_rows") == ""
    person.type_into("import_held_out", "10", KEY.Key_Tab)
    press(person, "import_other_rows")
    person.type_into("import_held_out", "50", KEY.Key_Tab)
    assert person.text("import_held_rows") == "10 rows"
    person.type_into("import_held_out", "10", KEY.Key_Tab)
    told = [
        int(number) for number in person.text("import_held_rows").removeprefix("lines ").split(", ")
    ]
    press(person, "import_take")
    assert [row + 2 for row in person.frame.settings.data.held_out] == told
    assert len(told) == 2
    # Without rows held out there are no others, nor while a cell cannot be used.
    for rows in ("1,2\n2,\n3,6\n", "", "1,2\n2,4\n3,6\n"):
        person = open_table(f"x,y\n{rows}")
        other = person.find(QToolButton, "import_other_rows")
        assert not other.isEnabled(), rows
    person.type_into("import_held_out", "34", KEY.Key_Tab)
    assert other.isEnabled()


def test_every_part_can_be_corrected(open_table):
    """Form, target, inputs and coding, in boxes and by the heads; what follows is seen at once."""
    person = open_table("a,b,c\n1,2,0\n3,5,1\n4,4,1\n")
    assert roles(person) == ["✓ input", "✓ input", "◎ target"]
    correct(person, "import_header", "data")
    assert person.cells("import_preview")[0] == ["a", "b", "c"]
    correct(person, "import_header", "names")
    correct(person, "import_separator", ";")
    assert "one column" in person.text("import_error")
    assert not can_be_taken(person)
    correct(person, "import_separator", ",")
    correct(person, "import_target", "b")
    assert roles(person) == ["✓ input", "◎ target", "✓ input"]
    choose_role(person, 2, "unused")
    assert roles(person) == ["✓ input", "◎ target", "not used"]
    correct(person, "import_target", "c")
    correct(person, "import_coding", "swapped")
    press(person, "import_take")
    data = person.frame.settings.data
    assert (data.input_names, data.class_names, data.targets.tolist()) == (
        ("a",),
        ("1", "0"),
        [1.0, 0.0, 0.0],
    )
    # By a click on the head and by Space in a cell; another target comes from another column.
    person = open_table("a,b,c\n1,2,5\n3,5,6\n4,4,8\n")
    choose_role(person, 0, "target")
    assert roles(person) == ["◎ target", "✓ input", "✓ input"]
    choose_role(person, 1, "unused")
    assert roles(person) == ["◎ target", "not used", "✓ input"]
    choose_role(person, 2, "unused")
    assert "One column must remain an input" in person.text("import_error")
    assert roles(person) == ["◎ target", "not used", "✓ input"]
    table = person.table("import_preview")
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 1))
    person.qtbot.keyClick(table, KEY.Key_Space)
    menu = person.find(QMenu, "import_roles")
    person.qtbot.waitUntil(menu.isVisible)
    person.qtbot.keyClick(menu, KEY.Key_Down)
    person.qtbot.keyClick(menu, KEY.Key_Return)
    assert roles(person) == ["◎ target", "✓ input", "✓ input"]
    click_head(person, 0)
    offered = [action.isEnabled() for action in menu.actions()]
    assert offered == [False, True, False, False]
    choose_in_menu(person, "target")
    press(person, "import_take")
    data = person.frame.settings.data
    assert (data.input_names, data.target_name) == (("b", "c"), "a")


def test_a_hint_that_comes_later_is_in_sight(open_table):
    """Without the rows that cannot be used there are data to speak of, and the dialog grows."""
    rows = [f"{5 + n % 3},{n};{1 + n % 2},5;1.00{n % 7},3;{'ABC'[n % 3]}" for n in range(30)]
    rows[7] = "n/a;1,5;1.001,2;A"
    person = open_table("\n".join(["Länge (cm);Breite;Gewicht;Sorte", *rows]))
    hint = person.find(QLabel, "import_hint")
    assert hint.text() == ""
    take = person.find(QPushButton, "import_take")
    before = take.mapToGlobal(QPoint())
    QTest.mouseClick(person.find(QCheckBox, "import_leave_out"), LEFT, pos=QPoint(8, 8))
    person.settle()
    assert take.mapToGlobal(QPoint()) == before
    assert hint.text().startswith("Gewicht is ")
    assert hint.visibleRegion().boundingRect().size() == hint.size()


def test_what_is_said_of_sizes_and_of_rows_left_out_is_whole(open_table, monkeypatch):
    """The rates are those of the data as they would be taken.

    Pressed, there is nothing left to say.
    """
    rng = np.random.default_rng(3)
    x = rng.normal(size=(30, 2)) * (1, 400)
    lines = [f"{a!r},{b!r},{2 * a + b / 300!r}" for a, b in x.tolist()]
    person = open_table("x1,x2,y\n" + "\n".join(lines) + "\n")
    told = person.text("import_hint")
    assert told.startswith("x₂ is ")
    assert "the largest stable rate is" in told
    press(person, "import_standardise")
    assert person.text("import_hint") == ""
    person.type_into("import_held_out", "20", KEY.Key_Tab)
    press(person, "import_take")
    settings = person.frame.settings
    assert settings.data.scaling.name == "standardise"
    assert (len(settings.data.held_out), settings.dataset.samples) == (6, 24)
    assert np.allclose(settings.coded_inputs.std(axis=0), 1)
    unscaled = stable_rate(settings.data.scaled("none"))
    assert float(as_typed(told.partition("rate is ")[2].partition(";")[0])) < 1.2 * unscaled
    # Of three rows, beside what is said of dates, to its end; and the dialog fits a small
    # screen.
    rows = [f"{day:02}.01.2024;{day},5;{day % 7};{day * 2},25" for day in range(1, 13)]
    rows[2], rows[5], rows[8] = (
        "03.01.2024;;3;6,25",
        "06.01.2024;;6;12,25",
        "09.01.2024;9,5;n/a;18,25",
    )
    text = "\n".join(["Datum;Flaeche m2;Gewicht (g);Preis EUR", *rows])
    person = open_table(text)
    told = person.find(QLabel, "import_told")
    QTest.mouseClick(person.find(QCheckBox, "import_leave_out"), LEFT, pos=QPoint(8, 8))
    assert told.text().endswith("'n/a' where a number is expected.")
    assert told.heightForWidth(told.width()) <= told.height()
    assert dialog(person).height() <= 720
    # On half a screen its buttons are in sight, and the last of its parts can be scrolled to.
    screen = SimpleNamespace(availableGeometry=lambda: QRect(0, 0, 960, 540))
    monkeypatch.setattr(ImportDialog, "screen", lambda self: screen)
    open_table(text)
    half = dialog(person)
    assert half.height() <= 540
    assert half.take.visibleRegion().boundingRect().size() == half.take.size()
    held_out = half.preparation.held_out
    assert held_out.visibleRegion().isEmpty()
    half.preparation.scaling.setFocus()
    person.qtbot.keyClick(half.preparation.scaling, KEY.Key_Tab)
    assert held_out.hasFocus()
    assert held_out.visibleRegion().boundingRect().size() == held_out.size()
    # On a screen narrower than its parts these can be scrolled to the side.
    screen.availableGeometry = lambda: QRect(0, 0, 560, 540)
    open_table(text)
    narrow = dialog(person)
    assert narrow.width() <= 560
    assert narrow.findChild(ScrolledPage).horizontalScrollBar().isVisible()
    screen.availableGeometry = lambda: QRect(0, 0, 960, 540)
    # In the largest letters of a desktop nothing is cut at the right.
    monkeypatch.setattr(themes, "point_size", lambda: 13.0)
    person.action("theme_light").trigger()
    open_table(text)
    page = dialog(person).body.parentWidget()
    assert page.width() <= page.parentWidget().width()


def test_faults_are_told_in_the_dialog_and_the_window_stays(open_table, tmp_path):
    """An empty file, a binary one, six classes, a target that never changes.

    Markup is only text.
    """
    person = open_table(b"")
    for content, said in (
        (b"", "is empty"),
        (b"\x00\x01\x02" * 50, "binary"),
        (b"a,b\n1,u\n2,v\n3,w\n4,x\n5,y\n6,z\n", "6 classes"),
        (b"a,b\n1,5\n2,5\n", "nothing to learn"),
    ):
        (tmp_path / "wetter.csv").write_bytes(content)
        person.qtbot.keyClick(dialog(person), KEY.Key_Escape)
        person.action("open_data").trigger()
        read(person)
        assert said in person.text("import_error")
        assert not can_be_taken(person)
    person.qtbot.keyClick(dialog(person), KEY.Key_Escape)
    assert person.frame.settings == Settings("and")
    # It never stays at reading: a marked section in a page was an exception, after which it
    # did.
    for content in (
        b"<table><tr><td>1</td><![foo[x]]></table>",
        b"PK\x03\x04",
        b'a,b\n"1,2\n',
        b"\xff\xfea\0b\0\xd8",
    ):
        person = open_table(content)
        assert person.text("import_error"), content
        assert "Reading" not in person.text("import_title"), content
        assert not person.window.findChild(QProgressBar, "import_progress").isVisible(), content
    # A picture named in a label would be loaded from the disk.
    person = open_table("<b>a</b>,<img src=/dev/zero>,y\n1,2,3\n<i>x</i>,3,4\n2,4,7\n")
    for name in ("import_told", "import_error", "import_title"):
        assert person.find(QLabel, name).textFormat() == Qt.TextFormat.PlainText


def test_of_what_is_no_table_only_the_form_can_be_corrected(open_table):
    """What its columns mean is asked for when there are any again."""
    person = open_table("a,kind,y\n1,red,0\n2,green,1\n3,blue,0\n")
    rest = [person.combo(f"import_{name}") for name in ("target", "coding", "scaling")]
    for box, wrong, right in (("separator", ";", ","), ("encoding", "utf-16", "utf-8")):
        correct(person, f"import_{box}", wrong)
        assert not can_be_taken(person), box
        assert not any(part.isEnabled() for part in rest), box
        correct(person, f"import_{box}", right)
        assert can_be_taken(person), box
        assert all(part.isEnabled() for part in rest), box
    # Where there is no cell to be drawn anew, Qt would complain of a range of none.
    person = open_table("a,b,y\n")
    correct(person, "import_decimal", ",")
    assert roles(person) == ["✓ input", "✓ input", "◎ target"]
    assert person.text("import_error")
    # Of no rows nothing is said beside the refusal.
    person = open_table("this is not a table\nat all\n")
    assert "No row has as many cells" in person.text("import_error")
    assert person.text("import_told") == ""
    assert not person.find(QCheckBox, "import_leave_out").isVisible()
    # Of one column it can be said what parts it, and there is nothing to standardise.
    person = open_table("y\n1\n2\n3\n")
    assert "is the separator a different one?" in person.text("import_error")
    assert person.combo("import_separator").isVisible()
    assert person.combo("import_separator").currentText() == ""
    assert not person.find(QToolButton, "import_standardise").isVisible()
    # Nothing is to be chosen beside "means" that is not there; a number stays one with a fault.
    person = open_table("x,k\n" + "".join(f"{i},{word}\n" for i, word in enumerate("abcdefgh")))
    assert "8 classes, a, b, c, d, e, f, g, h, and there" in person.text("import_error")
    assert "means" not in person.text("import_error")
    assert not person.combo("import_coding").isEnabled()
    person = open_table("a,b,y\n1,2,3\n3,5,n/a\n4,4,5\n")
    assert "has 'n/a' where a number is expected" in person.text("import_error")
    assert person.combo("import_coding").currentText() == "a number to predict"
    # A text that is no table as it was taken can be taken otherwise.
    person = open_table("a;b;y\n1;2;ä\n3;4;ü\n".encode("utf-16-le").join((b"\xff\xfe", b"\xd8")))
    assert "is not written in utf-16" in person.text("import_error")
    assert person.combo("import_encoding").isVisible()
    person = open_table('a;b\n1;"2"x\n3;"4\n')
    assert "cannot be split into cells" in person.text("import_error")
    assert person.find(QPlainTextEdit, "import_head").toPlainText().startswith("a;b\n1;")
    assert person.combo("import_separator").isVisible()


def test_a_table_is_pasted_dropped_and_left(open_window, tmp_path):
    """In a field Ctrl+V means its own text; Esc leaves a long reading.

    Bytes that are no text in a dropped file's name hinder no saving.
    """
    person = open_window(Settings("and"), plots="all")
    QApplication.clipboard().setText("1\t2\t0\n3\t1\t1\n2\t2\t0\n")
    person.focus(person.box("learning_rate"))
    person.press(KEY.Key_V, CTRL)
    assert not person.window.findChildren(ImportDialog)
    person.focus(person.plot("loss"))
    person.press(KEY.Key_V, CTRL)
    read(person)
    assert roles(person) == ["✓ input", "✓ input", "◎ target"]
    press(person, "import_take")
    assert person.frame.settings.dataset.inputs.tolist() == [[1.0, 2.0], [3.0, 1.0], [2.0, 2.0]]
    assert person.combo("task").currentText() == "Own data, pasted"
    # A long reading shows how far it is and can be left.
    person.begin(Settings("and"))
    rows = "".join(f"{i}\t{i % 7}\t{i % 2}\n" for i in range(60_000))
    QApplication.clipboard().setText(rows)
    shares = []
    person.action("paste_data").trigger()
    dialog(person).job.advanced.connect(lambda: shares.append(dialog(person).progress.value()))
    person.qtbot.waitUntil(lambda: len(shares) > 2)
    assert 0 <= shares[0] <= shares[1] <= shares[2] < 1000
    assert not can_be_taken(person)
    job = dialog(person).job
    person.qtbot.keyClick(dialog(person), KEY.Key_Escape)
    assert not job.running
    assert person.frame.settings == Settings("and")
    # A file is dropped on the window, which leaves a lesson that would refuse it.
    person.begin(Settings("and"))
    person.window.lessons.open_named("three-rates")
    person.qtbot.waitUntil(lambda: person.window.lessons.control is not None)
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xffpoints.csv"))
    path.write_text("x,y\n1,2\n2,4\n3,6\n")
    mime = QMimeData()
    mime.setUrls([QUrl.fromEncoded(b"file://" + quote_from_bytes(os.fsencode(path)).encode())])
    actions, no_key = Qt.DropAction.CopyAction, NO_KEY
    enter = QDragEnterEvent(QPointF(9, 9).toPoint(), actions, mime, LEFT, no_key)
    QApplication.sendEvent(person.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(person.window, QDropEvent(QPointF(9, 9), actions, mime, LEFT, no_key))
    dialogs = person.window.findChildren
    person.qtbot.waitUntil(lambda: any(each.isVisible() for each in dialogs(ImportDialog)))
    read(person)
    press(person, "import_take")
    assert person.frame.settings.dataset.targets.tolist() == [2.0, 4.0, 6.0]
    assert person.window.lessons.control is None
    assert not person.frame.settings.dataset.classes
    # A file that was copied is pasted; where nothing was, that is said.
    person.begin(Settings("and"))
    QApplication.clipboard().setMimeData(mime)
    person.action("paste_data").trigger()
    read(person)
    assert dialog(person).windowTitle() == "Open data"
    press(person, "import_take")
    assert person.frame.settings.dataset.targets.tolist() == [2.0, 4.0, 6.0]
    QApplication.clipboard().clear()
    person.action("paste_data").trigger()
    read(person)
    said = dialog(person).findChild(QLabel, "import_error")
    assert "copy some rows first" in said.text()
    # The two lines fit, so that no bar stands beside them.
    bar = dialog(person).findChild(ScrolledPage).verticalScrollBar()
    person.qtbot.waitUntil(lambda: dialog(person).height() < 200)
    assert not bar.maximum()
    assert dialog(person).windowTitle() == "Paste data"
    person.window.close()
    (kept,) = kept_sessions()
    assert read_session(kept).data[0]["origin"] == "\ufffdpoints.csv"


IRIS = (
    "# four sizes\n# in cm\nlength,width,species\n"
    "5.1,1.4,setosa\n4.9,1.3,setosa\n7.0,4.7,versicolor\n6.3,6.0,virginica\n"
)


def test_classes_under_comments_are_read_and_taken(open_table):
    """Comments above a table gave an empty one, and no way on; what classes are called is text."""
    person = open_table(IRIS)
    head = person.find(QPlainTextEdit, "import_head")
    assert head.isVisible()
    assert head.toPlainText() == IRIS.rstrip("\n")
    document = head.document()
    formats = [
        document.findBlockByNumber(line).begin().fragment().charFormat() for line in range(4)
    ]
    assert [form.fontItalic() for form in formats] == [True, True, False, False]
    assert "2 lines above the table are not read." in person.text("import_told")
    assert roles(person) == ["✓ input", "✓ input", "◎ target"]
    said = "target species: 3 classes, setosa, versicolor, virginica: an output each, which softmax"
    assert said in person.text("import_told")
    assert can_be_taken(person)
    # Three classes are taken and two of them kept by one choice.
    person = open_table(IRIS.replace("setosa", "<b>=1+1"))
    assert can_be_taken(person)
    coding = person.combo("import_coding")
    labels = [coding.itemText(index) for index in range(coding.count())]
    assert labels[0] == coding.currentText() == "3 classes, an output each"
    assert labels[-1] == "class 0: versicolor, class 1: virginica; no others"
    coding.setCurrentIndex(coding.count() - 1)
    person.settle()
    assert "class 0 is 'versicolor', class 1 is 'virginica'" in person.text("import_told")
    coding.setCurrentIndex(coding.findText("3 classes, an output each"))
    person.settle()
    press(person, "import_take")
    settings = person.frame.settings
    assert settings.outputs == 3
    assert settings.dataset.class_names == ("<b>=1+1", "versicolor", "virginica")
    assert settings.dataset.targets.tolist() == [0, 0, 1, 2]


def test_a_further_target_gets_an_output_of_its_own(open_table):
    """What cannot stand beside the first says why, in the dialog, which stays as it was."""
    person = open_table(
        "a,b,up,down,kind\n1,2,no,yes,3.5\n3,5,yes,no,6\n4,4,no,no,8\n2,2,yes,yes,1\n"
    )
    choose_role(person, 2, "target")
    choose_role(person, 3, "beside")
    choose_role(person, 4, "unused")
    assert roles(person) == ["✓ input", "✓ input", "◎ target", "◎ target, too", "not used"]
    assert "target down: class 0 is 'no', class 1 is 'yes'" in person.text("import_told")
    choose_role(person, 4, "beside")
    assert "are of different kinds" in person.text("import_error")
    choose_role(person, 4, "input")
    assert person.text("import_error") == ""
    type_into_cell(person, 1, 3, "x")
    assert "The target 'down' has 3 classes" in person.text("import_error")
    assert not can_be_taken(person)
    type_into_cell(person, 1, 3, "no")
    press(person, "import_take")
    data = person.frame.settings.dataset
    assert data.target_names == ("up", "down")
    assert data.input_names == ("a", "b", "kind")
    assert data.targets.tolist() == [[0, 1], [1, 0], [0, 0], [1, 1]]
    assert person.frame.settings.independent
    # Read otherwise while the menu of roles is open, it goes with its columns.
    person = open_table("a,b,c\n1,2,5\n3,5,6\n4,4,8\n")
    click_head(person, 2)
    menu = person.find(QMenu, "import_roles")
    person.qtbot.waitUntil(menu.isVisible)
    correct(person, "import_decimal", ",")
    person.qtbot.waitUntil(lambda: not menu.isVisible())
    assert not any(action.isEnabled() for action in menu.actions())


def test_a_cell_at_fault_is_marked_and_mended_by_an_offer(open_table):
    """An empty one says so; the keyboard goes to the first, and each has its own sentence."""
    person = open_table("a;b;y\n1,5;2;ja\nx;3;nein\n2,5;;ja\n3,5;4;nein\n")
    table = person.table("import_preview")
    place = table.currentIndex()
    assert (place.row(), place.column()) == (1, 0)
    assert table.hasFocus()
    back = Qt.ItemDataRole.BackgroundRole
    marked = [
        (row, column) for row in range(4) for column in range(3) if cell(person, row, column, back)
    ]
    assert marked == [(1, 0), (2, 1)]
    assert cell(person, 2, 1, Qt.ItemDataRole.DisplayRole) == "empty"
    assert "has nothing where a number is expected" in cell(
        person, 2, 1, Qt.ItemDataRole.ToolTipRole
    )
    assert person.text("import_error").startswith(
        "Line 3, column 'a', has 'x' where a number is expected"
    )
    person.qtbot.keyClick(table, KEY.Key_Down)
    person.qtbot.keyClick(table, KEY.Key_Right)
    assert person.text("import_error").startswith(
        "Line 4, column 'b', has nothing where a number is expected"
    )
    type_into_cell(person, 2, 1, "none")
    place = table.currentIndex()
    assert (place.row(), place.column()) == (2, 1)  # it stays there as long as that is at fault
    error, leave = person.find(QLabel, "import_error"), person.find(QCheckBox, "import_leave_out")
    above = error.mapTo(dialog(person), QPoint()).y()
    assert table.geometry().bottom() < above < leave.mapTo(dialog(person), QPoint()).y()
    # The other decimal mark is offered to be read: one cell by what it says, several by
    # number.
    person = open_table('a,b,y\n1.5,2,3\n"2,5",3,4\n3.5,4,7\n')
    offer = person.find(QToolButton, "import_offer")
    assert (offer.isVisible(), offer.text()) == (True, "Read 2,5 as 2.5")
    press(person, "import_offer")
    assert not offer.isVisible()
    assert "1 cell mended: line 3, 'a', to '2.5'." in person.text("import_told")
    press(person, "import_take")
    assert person.frame.settings.data.inputs[:, 0].tolist() == [1.5, 2.5, 3.5]
    other = open_table("a;y\n1,5;3\n2.5;4\n3.5;7\n4,5;8\n5,5;9\n")
    assert other.find(QToolButton, "import_offer").text() == "Read 2 cells with a decimal point"


def test_a_cell_is_mended_in_place_and_kept_when_something_else_is_chosen(open_table):
    """Esc leaves it as it was; it is told, undone and done again.

    Another separator has cells of its own.
    """
    person = open_table("a;b;y\n1,5;2;3\nx;3;4\n2,5;4;7\n")
    type_into_cell(person, 1, 0, "9", KEY.Key_Escape)
    assert dialog(person).isVisible()
    assert not can_be_taken(person)
    type_into_cell(person, 1, 0, "2,25")
    assert can_be_taken(person)
    mended = "1 cell mended: line 3, 'a', to '2,25'."
    assert mended in person.text("import_told")
    choose_role(person, 1, "unused")
    correct(person, "import_separator", ",")
    assert "mended" not in person.text("import_told")
    correct(person, "import_separator", ";")
    correct(person, "import_encoding", "latin-1")
    assert mended in person.text("import_told")
    dialog(person).activateWindow()  # without a window manager nobody else does it
    person.qtbot.waitUntil(dialog(person).isActiveWindow)
    person.press(KEY.Key_Z, CTRL)
    assert "mended" not in person.text("import_told")
    assert not can_be_taken(person)
    person.press(KEY.Key_Z, CTRL | SHIFT)
    assert mended in person.text("import_told")
    press(person, "import_undo")
    assert not can_be_taken(person)
    type_into_cell(person, 1, 0, "2.5")  # not as the table has it
    assert "mended" not in person.text("import_told")
    assert "has '2.5' where a number with a decimal comma is expected" in person.text(
        "import_error"
    )
    type_into_cell(person, 1, 0, "2,5")
    press(person, "import_take")
    assert person.frame.settings.data.inputs[:, 0].tolist() == [1.5, 2.5, 2.5]
    # What was taken back is gone once something else is written.
    person = open_table("a;b;y\n1,5;2;3\nx;3;4\n2,5;4;7\n")
    dialog(person).activateWindow()  # without a window manager nobody else does it
    person.qtbot.waitUntil(dialog(person).isActiveWindow)
    type_into_cell(person, 1, 0, "2,25")
    press(person, "import_undo")
    type_into_cell(person, 1, 0, "9")
    mended = "1 cell mended: line 3, 'a', to '9'."
    assert mended in person.text("import_told")
    person.press(KEY.Key_Z, CTRL | SHIFT)
    assert mended in person.text("import_told")
    press(person, "import_take")
    assert person.frame.settings.data.inputs[:, 0].tolist() == [1.5, 9.0, 2.5]
