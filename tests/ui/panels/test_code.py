"""The code panel, as a person sees and uses it."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QToolButton

from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.script import script
from neuroviz.ui.panels import code
from neuroviz.ui.panels.code import CodePanel
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK, LIGHT
from tests.session.fresh import ready

AND = Settings("and")


def frame(settings=AND, edits=()):
    """Return what the panel asks of a frame."""
    return SimpleNamespace(settings_at_start=settings, edits=edits, phase=None)


@pytest.fixture
def show(qtbot):
    """Return a function that shows a panel with an experiment."""

    def shown(settings=AND, height=400):
        panel = CodePanel()
        qtbot.addWidget(panel)
        panel.resize(340, height)
        panel.show()
        panel.show_new(frame(settings))
        return panel

    return shown


def text(panel):
    return panel.editor.toPlainText().split("\n")


def marked(panel, colour):
    """Return the lines with a background."""
    marks = panel.editor.extraSelections()
    return [
        mark.cursor.block().text()
        for mark in marks
        if mark.format.background().color() == QColor(colour)
    ]


def press(panel, qtbot, name):
    qtbot.mouseClick(panel.findChild(QToolButton, name), Qt.MouseButton.LeftButton)


def test_it_shows_the_script_and_cannot_be_typed_into(show, qtbot):
    """The lines are the script's; keys change nothing, a selection can be made."""
    panel = show()
    qtbot.keyClicks(panel.editor, "x")
    assert text(panel) == [line.text for line in script(AND).lines]
    panel.editor.selectAll()
    assert "torch" in panel.editor.textCursor().selectedText()


def test_copy_takes_the_whole_script(show, qtbot):
    """Also the numbers that are folded on screen."""
    settings = Settings("spam")
    panel = show(settings)
    with qtbot.waitSignal(panel.reported) as told:
        press(panel, qtbot, "copy_code")
    assert told.args == ["The script is on the clipboard."]
    copied = QGuiApplication.clipboard().text()
    QGuiApplication.clipboard().clear()
    assert copied == script(settings).text
    assert len(copied) > 100 * len(panel.editor.toPlainText())


def test_the_other_style_is_remembered(show, qtbot):
    """A click writes it with nn.Module, and so is the next experiment."""
    panel = show()
    with qtbot.waitSignal(panel.style_changed) as told:
        press(panel, qtbot, "code_module")
    assert told.args == ["module"]
    assert text(panel) == [line.text for line in script(AND, style="module").lines]
    panel.show_new(frame(Settings("line")))
    assert text(panel) == [line.text for line in script(Settings("line"), style="module").lines]
    panel.set_style("tensors")
    panel.set_style("nobody")
    assert panel.style_name == "tensors"


def test_the_text_is_made_once(show, monkeypatch):
    """Frames of the same run, and panels out of sight, cost nothing.

    What was missed is written when shown.
    """
    panel, made = show(), []
    monkeypatch.setattr(
        code, "script", lambda *args, **options: made.append(args) or script(*args, **options)
    )
    for _ in range(5):
        panel.show_frame(frame())
    assert made == []
    panel.hide()
    panel.show_frame(frame(Settings("or")))
    assert made == []
    panel.show()
    assert text(panel) == [line.text for line in script(Settings("or")).lines]
    assert len(made) == 1


def test_how_far_it_goes_is_as_the_controls_show(show):
    """Epochs asked for later are no other run, but another loop."""
    panel = show()
    session = ready(AND, 5)
    session.apply(AND.replace(epochs=77))
    panel.show_frame(session.frame())
    assert "for epoch in range(78):" in text(panel)


@pytest.mark.parametrize("phase", ["forward", "loss", "zero_grad", "backward", "update"])
@pytest.mark.parametrize("style", ["tensors", "module"])
def test_the_part_that_ran_is_lit_and_in_sight(show, phase, style):
    """All its lines and no others; a low panel scrolls there; None puts the light out."""
    panel = show(height=260)
    panel.set_style(style)
    panel.light(phase)
    wanted = [line.text for line in script(AND, style=style).lines if line.phase == phase]
    assert marked(panel, LIGHT.selected) == wanted
    first, _ = panel.editor.verticalScrollBar().value(), None
    seen = text(panel)[first : first + 12]
    assert wanted[0] in seen
    panel.light(None)
    assert panel.editor.extraSelections() == []


def test_the_reader_stays_where_he_was(show):
    """Another learning rate leaves the scroll bars alone."""
    panel = show(height=260)
    bars = panel.editor.verticalScrollBar(), panel.editor.horizontalScrollBar()
    for bar, value in zip(bars, (12, 30), strict=True):
        bar.setValue(value)
    panel.show_new(frame(AND.replace(learning_rate=3.0)))
    assert "lr = 3" in text(panel)
    assert [bar.value() for bar in bars] == [12, 30]


def test_another_theme_changes_light_and_marks(show, undressed):
    panel = show()
    panel.light("backward")
    themes.apply(undressed, DARK)
    assert [line.strip() for line in marked(panel, DARK.selected)] == ["loss.backward()"]
    assert marked(panel, LIGHT.selected) == []


@pytest.mark.parametrize("height", [200, 400])
def test_what_ran_while_it_was_hidden_is_in_sight_when_it_is_shown(qtbot, height):
    """The tab may be turned to only after the part-step, also for the first time."""
    panel = CodePanel()
    qtbot.addWidget(panel)
    panel.resize(340, height)
    panel.show_new(frame())
    panel.light("update")
    panel.show()
    (mark, *_) = panel.editor.extraSelections()
    assert panel.editor.viewport().rect().intersects(panel.editor.cursorRect(mark.cursor))
