"""Words by two fifths wider, as of another language, have room, or are cut with all of them told.

Letters are drawn wider in place of more of them: then whatever writes is tried, and not only what
a translator would be asked for.
"""

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QScrollBar,
    QWidget,
)

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.canvas.card import PlotHeading, PlotReading
from neuroviz.ui.theme import theme as themes

WIDER = 140
"""Percent."""


@pytest.fixture
def wider(monkeypatch):
    """Have wider letters in all that is written."""
    text_font = themes.text_font

    def stretched(smaller=0.0):
        font = text_font(smaller)
        font.setStretch(WIDER)
        return font

    monkeypatch.setattr(themes, "text_font", stretched)


def cut(window):
    """Yield what is written and has no room, and of which nothing tells the rest."""
    for part in window.findChildren(QWidget):
        if not part.isVisible() or part.visibleRegion().isEmpty() or part.toolTip():
            continue
        # These cut by themselves: a heading has a shorter one, a reading tells all of it.
        if isinstance(part, PlotHeading) or isinstance(part.parent(), PlotReading):
            continue
        if isinstance(part, QLabel) and part.text():
            wraps = part.wordWrap()
            high = part.heightForWidth(part.width()) if wraps else part.sizeHint().height()
            if high > part.height() + 1 or not (wraps or part.sizeHint().width() <= part.width()):
                yield part.text()
        elif isinstance(part, QAbstractButton) and part.sizeHint().width() > part.width():
            yield part.text()


def overlapping(window):
    """Yield the names of parts of one widget that lie on each other."""
    kinds = QLabel | QAbstractButton | QComboBox | QAbstractSpinBox
    for parent in (window, *window.findChildren(QWidget)):
        parts = [part for part in parent.children() if isinstance(part, kinds) and part.isVisible()]
        for place, part in enumerate(parts):
            for other in parts[place + 1 :]:
                if not part.geometry().intersected(other.geometry()).isEmpty():
                    yield part.objectName(), other.objectName()


def why_impossible(person, theme):
    """See that the reason stands beside two buttons at 1024 pixels, and return what is seen."""
    window, bench = person.window, person.bench
    person.begin(Settings.opened(task="xor"))
    person.action(f"theme_{theme}").trigger()
    window.resize(1024, 768)
    bench.session.advance(1000)
    bench.frame_dispatcher.now()
    person.settle()
    sentence = person.find(QLabel, "sentence")
    assert person.text("state") == "Impossible for one neuron"
    assert sentence.toolTip().endswith("each draws a line of its own.")
    assert sentence.heightForWidth(sentence.width()) <= sentence.height()
    foot = sentence.mapTo(bench, sentence.rect().bottomLeft()).y()
    assert foot < bench.timeline.mapTo(bench, bench.timeline.rect().topLeft()).y()
    assert not any(bar.isVisible() for bar in bench.form.findChildren(QScrollBar))
    assert [*cut(window)] == []
    assert [*overlapping(window)] == []
    said, high = sentence.text(), bench.status_bar.height()
    bench.change_control.change({"task": "and"})
    person.settle()
    assert bench.status_bar.height() == high
    return said


def test_why_one_neuron_cannot_is_whole_beside_two_buttons(open_window):
    person = open_window(Settings.opened(task="xor"), plots="kept")
    for theme in ("light", "dark"):
        assert why_impossible(person, theme) == "No line separates these two classes."


def test_wider_words_have_room(open_window, wider):
    """In a window no larger than the screen; with More settings, and each panel of the side.

    Why one neuron cannot is told where the pointer rests.
    """
    person = open_window(Settings.opened(task="xor"), plots="kept")
    assert why_impossible(person, "dark").startswith("No line")
    window, bench = person.window, person.bench
    person.begin(Settings.opened())
    for size in ((1440, 900), (1024, 768)):
        window.resize(*size)
        bench.form.more.set_open(True)
        person.settle()
        assert window.size().toTuple() == size
        assert [*cut(window)] == []
        assert [*overlapping(window)] == []
        bench.form.more.set_open(False)
        bench.session.advance(50)
        bench.frame_dispatcher.now()
        for panel in range(4):
            bench.turn_side(panel)
            person.settle()
            assert window.size().toTuple() == size
            assert [*cut(window)] == []
            assert [*overlapping(window)] == []
