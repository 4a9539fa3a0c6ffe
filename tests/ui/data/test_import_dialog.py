"""Opening and pasting a table: what was understood is shown, can be corrected, and is taken or left."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote_from_bytes

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QFileDialog, QLabel, QPushButton, QToolButton

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.scale_hint import stable_rate
from neuroviz.files.session_file import read_session
from neuroviz.files.state_file import kept_sessions
from neuroviz.ui.data.import_dialog import ImportDialog
from tests.ui.person import Person

Open = Callable[..., Person]
KEY, CTRL, LEFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton
GERMAN = (
    "Tag;Wärme;Druck;Regen\n"
    "Mo;20,5;1013,25;nein\n"
    "Di;25;990;ja\n"
    "Mi;n/a;1000;ja\n"
    "Do;15,5;1020;nein\n"
    "Fr;11,5;1001,5;ja\n"
)


@pytest.fixture
def open_table(
    open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[bytes | str], Person]:
    """Return what opens a file by the menu, and waits until it is read or cannot be."""

    def opened(content: bytes | str) -> Person:
        path = tmp_path / "wetter.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(path), ""))
        person = open_window(Settings("and"))
        person.action("open_data").trigger()
        read(person)
        return person

    return opened


def dialog(person: Person) -> ImportDialog:
    """Return the dialog that is open."""
    return next(d for d in person.window.findChildren(QDialog) if isinstance(d, ImportDialog) and d.isVisible())


def read(person: Person) -> None:
    """Wait until the table is read, or cannot be."""
    person.qtbot.waitUntil(lambda: not dialog(person).job.running)
    person.settle()


def roles(person: Person) -> list[str]:
    """Return what each column is for."""
    return person.cells("import_preview")[0]


def correct(person: Person, box: str, value: str) -> None:
    """Choose something else in a box of the dialog."""
    combo = person.combo(box)
    combo.setCurrentIndex(combo.findData(value))
    read(person)


def press(person: Person, name: str) -> None:
    """Press a button or a switch."""
    kinds = (QPushButton, QToolButton, QCheckBox)
    button = next(b for kind in kinds for b in person.window.findChildren(kind, name))
    person.qtbot.mouseClick(button, LEFT, pos=QPoint(10, button.height() // 2))
    person.settle()


def can_be_taken(person: Person) -> bool:
    return person.find(QPushButton, "import_take").isEnabled()


def test_space_takes_what_was_read(open_table: Callable[[bytes | str], Person]) -> None:
    """The keyboard does not stay on Cancel, the only button while it was read; also behind another window."""
    person = open_table("a,b\n1,2\n2,4\n3,7\n")
    assert dialog(person).focusWidget() is person.find(QPushButton, "import_take")
    QTest.keyClick(person.find(QPushButton, "import_take"), Qt.Key.Key_Space)
    person.qtbot.waitUntil(lambda: person.frame.settings.data is not None)


def test_what_was_understood_is_shown_and_taken(open_table: Callable[[bytes | str], Person]) -> None:
    """Separator, decimal mark, encoding and names; a bad row is named, and left out only when that is said."""
    person = open_table(GERMAN.encode("cp1252"))
    chosen = [person.combo(f"import_{name}").currentData() for name in ("separator", "decimal", "header")]
    assert chosen == [";", ",", "names"]
    assert person.combo("import_encoding").currentData() in ("cp1252", "latin_1")
    assert roles(person) == ["not used", "✓ input", "✓ input", "target"]
    assert person.cells("import_preview")[1] == ["Mo", "20.5", "1013.25", "nein"]
    assert "Row 4, column 'Wärme'" in person.text("import_error")
    assert not can_be_taken(person)
    assert person.frame.settings == Settings("and")
    press(person, "import_leave_out")
    assert person.text("import_error") == ""
    assert "1 row left out: row 4" in person.text("import_told")
    press(person, "import_take")
    data = person.frame.settings.data
    assert data is not None
    assert data.inputs.tolist() == [[20.5, 1013.25], [25.0, 990.0], [15.5, 1020.0], [11.5, 1001.5]]
    assert (data.class_names, data.targets.tolist()) == (("nein", "ja"), [0.0, 1.0, 0.0, 1.0])
    assert person.combo("task").currentText() == "Own data, wetter.csv"
    person.window.activateWindow()  # without a window manager nobody else does it
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.press(KEY.Key_Z, CTRL)
    assert person.frame.settings == Settings("and")


def test_a_number_that_could_be_either_is_told_beside_the_decimal_mark(
    open_table: Callable[[bytes | str], Person],
) -> None:
    """Until the person says which mark it is; with a comma elsewhere in the table there is no doubt."""
    person = open_table("Verkehr;voll\n3.500;0\n40.000;1\n")
    doubt = person.find(QLabel, "import_doubt")
    assert doubt.isVisible()
    assert doubt.text() == "3.500 is read as 3.5; with the decimal mark comma it is 3,500."
    assert doubt.geometry().top() >= person.combo("import_decimal").geometry().bottom()
    correct(person, "import_decimal", ",")
    assert not doubt.isVisible()
    assert [row[0] for row in person.cells("import_preview")[1:]] == ["3500", "40000"]


def test_every_row_can_be_scrolled_to_and_those_held_out_are_told(
    open_table: Callable[[bytes | str], Person],
) -> None:
    """The last row stands at the end of the scroll bar; rows are numbered as beside the table."""
    person = open_table("x,y\n" + "".join(f"{i},{i * i}\n" for i in range(1, 21)))
    table = person.table("import_preview")
    last = table.model().index(table.model().rowCount() - 1, 0)
    assert last.data() == "20"
    bar = table.verticalScrollBar()
    assert bar.isVisible()
    bar.setValue(bar.maximum())
    assert table.viewport().rect().contains(table.visualRect(last))
    assert person.text("import_held_rows") == ""
    person.type_into("import_held_out", "10")
    press(person, "import_other_rows")
    person.type_into("import_held_out", "50")
    assert person.text("import_held_rows") == "10 rows"
    person.type_into("import_held_out", "10")
    told = [int(number) for number in person.text("import_held_rows").removeprefix("rows ").split(", ")]
    press(person, "import_take")
    assert [row + 2 for row in person.frame.settings.data.held_out] == told
    assert len(told) == 2


def test_every_part_can_be_corrected(open_table: Callable[[bytes | str], Person]) -> None:
    """Form, target, inputs and coding; what follows from it is seen at once."""
    person = open_table("a,b,c\n1,2,0\n3,5,1\n4,4,1\n")
    assert roles(person) == ["✓ input", "✓ input", "target"]
    correct(person, "import_header", "data")
    assert person.cells("import_preview")[1] == ["a", "b", "c"]
    correct(person, "import_header", "names")
    correct(person, "import_separator", ";")
    assert "one column" in person.text("import_error")
    assert not can_be_taken(person)
    correct(person, "import_separator", ",")
    correct(person, "import_target", "b")
    assert roles(person) == ["✓ input", "target", "✓ input"]
    table = person.table("import_preview")
    place = table.visualRect(table.model().index(0, 2)).center()
    person.qtbot.mouseClick(table.viewport(), LEFT, pos=place)
    assert roles(person) == ["✓ input", "target", "not used"]
    correct(person, "import_target", "c")
    correct(person, "import_coding", "swapped")
    press(person, "import_take")
    data = person.frame.settings.data
    assert data is not None
    assert (data.input_names, data.class_names, data.targets.tolist()) == (("a",), ("1", "0"), [1.0, 0.0, 0.0])


def test_sizes_that_ask_for_scaling_are_told_with_one_button(open_table: Callable[[bytes | str], Person]) -> None:
    """The rates are those of the data as they would be taken; pressed, there is nothing left to say."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(30, 2)) * (1, 400)
    lines = [f"{a!r},{b!r},{2 * a + b / 300!r}" for a, b in x.tolist()]
    person = open_table("x1,x2,y\n" + "\n".join(lines) + "\n")
    told = person.text("import_hint")
    assert told.startswith("x₂ is ")
    assert "the largest stable rate is" in told
    press(person, "import_standardise")
    assert person.text("import_hint") == ""
    person.type_into("import_held_out", "20")
    press(person, "import_take")
    settings = person.frame.settings
    assert settings.data.scaling.name == "standardise"
    assert (len(settings.data.held_out), settings.dataset.samples) == (6, 24)
    assert np.allclose(settings.coded_inputs.std(axis=0), 1)
    unscaled = stable_rate(settings.data.scaled("none"))
    assert float(told.partition("rate is ")[2].partition(";")[0].replace("−", "-")) < 1.2 * unscaled


def test_faults_are_told_in_the_dialog_and_the_window_stays(
    open_table: Callable[[bytes | str], Person], tmp_path: Path
) -> None:
    """An empty file, a binary one, three classes, a target that never changes."""
    person = open_table(b"")
    for content, said in (
        (b"", "is empty"),
        (b"\x00\x01\x02" * 50, "binary"),
        (b"a,b\n1,red\n2,green\n3,blue\n", "3 classes"),
        (b"a,b\n1,5\n2,5\n", "nothing to learn"),
    ):
        (tmp_path / "wetter.csv").write_bytes(content)
        dialog(person).read_file(str(tmp_path / "wetter.csv"))
        read(person)
        assert said in person.text("import_error")
        assert not can_be_taken(person)
    person.qtbot.keyClick(dialog(person), KEY.Key_Escape)
    assert person.frame.settings == Settings("and")


@pytest.mark.parametrize(("box", "wrong", "right"), [("separator", ";", ","), ("encoding", "utf-16", "utf-8")])
def test_of_what_is_no_table_only_the_form_can_be_corrected(
    open_table: Callable[[bytes | str], Person], box: str, wrong: str, right: str
) -> None:
    """What its columns mean is asked for when there are any again; a press on it did nothing but fail."""
    person = open_table("a,kind,y\n1,red,0\n2,green,1\n3,blue,0\n")
    rest = [person.combo(f"import_{name}") for name in ("target", "coding", "scaling")]
    correct(person, f"import_{box}", wrong)
    assert not can_be_taken(person)
    assert not any(part.isEnabled() for part in rest)
    correct(person, f"import_{box}", right)
    assert can_be_taken(person)
    assert all(part.isEnabled() for part in rest)


def test_a_table_is_pasted_by_the_key_unless_a_field_has_the_keyboard(open_window: Open) -> None:
    """In a field the key means the field's own text."""
    person = open_window(Settings("and"))
    QApplication.clipboard().setText("1\t2\t0\n3\t1\t1\n2\t2\t0\n")
    person.focus(person.box("learning_rate"))
    person.press(KEY.Key_V, CTRL)
    assert not person.window.findChildren(ImportDialog)
    person.focus(person.plot("loss"))
    person.press(KEY.Key_V, CTRL)
    read(person)
    assert roles(person) == ["✓ input", "✓ input", "target"]
    press(person, "import_take")
    assert person.frame.settings.dataset.inputs.tolist() == [[1.0, 2.0], [3.0, 1.0], [2.0, 2.0]]
    assert person.combo("task").currentText() == "Own data, pasted"


def test_a_long_reading_shows_how_far_it_is_and_can_be_left(open_window: Open) -> None:
    """The window answers meanwhile; Esc leaves it as it was."""
    person = open_window(Settings("and"))
    rows = "".join(f"{i}\t{i % 7}\t{i % 2}\n" for i in range(60_000))
    QApplication.clipboard().setText(rows)
    shares: list[int] = []
    person.action("paste_data").trigger()
    dialog(person).job.advanced.connect(lambda: shares.append(dialog(person).progress.value()))
    person.qtbot.waitUntil(lambda: len(shares) > 2)
    assert 0 <= shares[0] <= shares[1] <= shares[2] < 1000
    assert not can_be_taken(person)
    job = dialog(person).job
    person.qtbot.keyClick(dialog(person), KEY.Key_Escape)
    assert not job.running
    assert person.frame.settings == Settings("and")


def test_a_file_is_dropped_on_the_window(open_window: Open, tmp_path: Path) -> None:
    """Anywhere on it; what is understood of it is shown. Bytes of its name that are no text hinder no saving."""
    person = open_window(Settings("and"))
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xffpoints.csv"))
    path.write_text("x,y\n1,2\n2,4\n3,6\n")
    mime = QMimeData()
    mime.setUrls([QUrl.fromEncoded(b"file://" + quote_from_bytes(os.fsencode(path)).encode())])
    actions, no_key = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(9, 9).toPoint(), actions, mime, LEFT, no_key)
    QApplication.sendEvent(person.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(person.window, QDropEvent(QPointF(9, 9), actions, mime, LEFT, no_key))
    person.qtbot.waitUntil(lambda: bool(person.window.findChildren(ImportDialog)))
    read(person)
    press(person, "import_take")
    assert person.frame.settings.dataset.targets.tolist() == [2.0, 4.0, 6.0]
    assert not person.frame.settings.dataset.classes
    person.window.close()
    (kept,) = kept_sessions()
    assert read_session(kept).data[0]["origin"] == "\ufffdpoints.csv"


def test_why_rows_are_left_out_is_read_to_its_end(open_table: Callable[[bytes | str], Person]) -> None:
    """Of three rows, beside what is said of a table with a column of dates; and the dialog fits a small screen."""
    rows = [f"{day:02}.01.2024;{day},5;{day % 7};{day * 2},25" for day in range(1, 13)]
    rows[2], rows[5], rows[8] = "03.01.2024;;3;6,25", "06.01.2024;;6;12,25", "09.01.2024;9,5;n/a;18,25"
    person = open_table("\n".join(["Datum;Flaeche m2;Gewicht (g);Preis EUR", *rows]))
    told = person.find(QLabel, "import_told")
    QTest.mouseClick(person.find(QCheckBox, "import_leave_out"), LEFT, pos=QPoint(8, 8))
    assert told.text().endswith("'n/a' where a number is expected.")
    assert told.heightForWidth(told.width()) <= told.height()
    assert dialog(person).height() <= 720
