"""What the program is, and what is to be known of a problem, as text to copy."""

import pytest
from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
)

from neuroviz import __version__
from neuroviz.ui import app as app_module
from tests.files.test_log_file import log  # noqa: F401
from tests.ui.person import KEY


def _copied(person, name):
    """Press Copy, and return what it gave."""
    QGuiApplication.clipboard().clear()
    person.window.findChild(QPushButton, f"{name}_copy").click()
    text = QGuiApplication.clipboard().text()
    assert text == person.window.findChild(QPlainTextEdit, f"{name}_text").toPlainText()
    return text


def _fail(report, number):
    try:
        raise ValueError(f"<b>bold</b> {number}")
    except ValueError as error:
        report(type(error), error, error.__traceback__)


@pytest.mark.usefixtures("log")
def test_a_fault_in_a_slot_pauses_and_is_told_once(open_window, capsys):
    """A hundred of one place are one dialog and one trace, with what was done before.

    The program goes on, and one of another place is told again.
    """
    person = open_window()
    report = app_module._Report(person.window)
    person.press(KEY.Key_F8)
    person.box("learning_rate").setValue(0.25)
    person.press(KEY.Key_Space)
    for number in range(100):
        _fail(report, number)
    assert not person.bench.player.running
    assert len(person.window.findChildren(QDialog, "fault")) == 1
    line = person.window.findChild(QLabel, "fault_line")
    assert line.textFormat() == Qt.TextFormat.PlainText
    assert "ValueError: <b>bold</b> 0" in line.text()
    text = _copied(person, "fault")
    order = ["Step", "0.25", "Run", "in _fail", "ValueError: <b>bold</b> 0"]
    assert [text.find(word) for word in order] == sorted(text.find(word) for word in order)
    assert text.find("Step") > 0
    assert text.count("Traceback") == capsys.readouterr().err.count("Traceback") == 1
    person.window.findChild(QDialog, "fault").reject()
    person.settle()
    stood = person.step
    person.action("step").trigger()
    person.qtbot.waitUntil(lambda: person.step == stood + 1)
    try:
        {}["another place"]
    except KeyError as error:
        report(type(error), error, error.__traceback__)
    assert "another place" in person.window.findChild(QLabel, "fault_line").text()


def test_what_the_program_is_and_where_it_runs_is_told_without_a_fault_and_a_log(
    open_window, monkeypatch
):
    """Versions, system and screen; every part and Qt's licence. Nothing is said to be wrong yet."""
    asked = []
    monkeypatch.setattr(QApplication, "aboutQt", lambda: asked.append(True))
    person = open_window()
    person.action("about").trigger()
    line = person.text("about_line")
    assert qVersion() in line
    assert "GNU Lesser General Public License" in line
    assert "MIT" in line
    rows = _copied(person, "about").splitlines()
    assert rows[0].split() == ["neuroviz-desktop", __version__, "MIT"]
    assert any(row.startswith("PySide6") and "LGPL" in row for row in rows)
    box = person.window.findChild(QDialog, "about").findChild(QDialogButtonBox)
    (of_qt,) = [each for each in box.buttons() if each.text() == "&About Qt"]
    of_qt.click()
    assert asked == [True]
    person.action("problem").trigger()
    text = _copied(person, "problem")
    for word in (f"neuroviz-desktop {__version__}", "torch 2", "Qt on offscreen", "800 × "):
        assert word in text
    assert "wrong" not in person.text("problem_line")
    _fail(app_module._Report(person.window), 7)
    assert "ValueError: <b>bold</b> 7" in _copied(person, "fault")
