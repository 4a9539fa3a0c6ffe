"""The window shows names from outside as they are.

Nothing is drawn, loaded or lost for what one of them says.
"""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QListView, QToolButton, QToolTip

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.files.session_file import write_session
from neuroviz.files.state_file import StateFile
from neuroviz.session.session import Session
from neuroviz.ui.runs.run_legend import RunLegend
from tests.hostile import NAMES, PWNED
from tests.ui.person import LEFT, plain_tooltip, rest_on

LOUD = QColor("#FF00FE")
PICTURE = f"{PWNED}.png"
MARKUP = (
    f'<img src="{PICTURE}">',
    f"![x]({PICTURE})",
    f'<b><img src="{PICTURE}" width="90"/>',
    f"[![x]({PICTURE})](y)",
)


@pytest.fixture(autouse=True)
def picture(tmp_path, monkeypatch):
    """Put a picture into the working folder whose colour is nowhere else in the window."""
    monkeypatch.chdir(tmp_path)
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(LOUD)
    assert image.save(PICTURE)


def is_drawn(widget):
    """Return whether the picture is seen in a widget."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return bool((pixels == LOUD.rgb()).any())


def session_of(names, runs=()):
    """Return a session in which six names are of columns, target, class, file and note.

    Others are of runs.
    """
    one, two, target, kind, origin, note = names
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    data = Dataset(
        inputs,
        np.array([0.0, 0.0, 0.0, 1.0]),
        True,
        (one, two),
        target,
        (kind, f"not {kind}"),
        origin,
    )
    session = Session(Settings(data=data, epochs=60))
    session.prepare()
    for number, name in enumerate(runs or names[:1], 1):
        session.advance(3)
        session.pin()
        session.rename(number, name)
        session.apply(session.settings.replace(seed=number))
    session.note = note
    return session


def rest(person, widget, place=None):
    """Let the pointer rest on a widget.

    Return what is to be read beside it, where no picture is.
    """
    person.window.explainer.hide()
    place = place or widget.rect().center()
    rest_on(widget, place)
    card = person.window.explainer.card
    if card is not None:  # of a term in the name
        assert not is_drawn(card)
        return card.findChildren(QLabel)[0].text()
    (shown,) = (widget for widget in QApplication.topLevelWidgets() if widget.inherits("QTipLabel"))
    assert not is_drawn(shown)
    return plain_tooltip()


def test_a_session_with_such_names_is_a_session(open_window, tmp_path):
    """Every name, in every place; it is taken up, drawn, run and named, and no picture is seen.

    While it is opened its file is named, also where that is a tag.
    """
    person = open_window(plots="all")
    for first in range(0, len(NAMES), 6):
        names = (*NAMES[first : first + 6], *"abcdef")[:6]
        if any("\ud800" <= letter <= "\udfff" for name in names for letter in name):
            names = tuple(
                f"{name.encode(errors='replace').decode()}{i}" for i, name in enumerate(names)
            )
        path = tmp_path / f"<img src=x>{first}.neuroviz"
        session = session_of(names)
        write_session(path, session.record())
        person.window.document.open(path)
        line = person.find(QLabel, "opening_line")
        assert line.textFormat() == Qt.TextFormat.PlainText
        assert "<img src=x>" in line.text()
        person.qtbot.waitUntil(lambda note=names[5]: person.bench.session.note == note)
        person.action("step").trigger()
        person.settle()
        assert not is_drawn(person.window), names
        assert f"{first}.neuroviz" in person.window.windowTitle()


def test_a_run_is_named_beside_the_pointer(open_window, tmp_path):
    """As it is called: in a legend <b> was not seen, and of a picture in a name that was shown."""
    runs = ["<b>", "<qt>", *MARKUP]
    write_session(tmp_path / "a.neuroviz", session_of("abcdef", runs).record())
    person = open_window(plots="all")
    person.window.document.open(tmp_path / "a.neuroviz")
    person.qtbot.waitUntil(lambda: len(person.frame.runs) == len(runs))
    person.settle()
    legend = next(each for each in person.window.findChildren(RunLegend) if each.isVisible())
    read = [
        rest(person, entry).rpartition(":")[0]
        for entry in legend.findChildren(QToolButton)
        if entry.isVisible()
    ]
    assert read[: len(runs)] == runs
    tabs = person.bench.side.tabs
    tabs.setCurrentIndex(tabs.count() - 1)
    listed = person.window.findChild(QListView, "runs")
    places = [listed.visualRect(listed.model().index(row)).center() for row in range(len(runs))]
    assert [rest(person, listed.viewport(), place).partition("\n")[0] for place in places] == runs
    QToolTip.hideText()


def test_what_is_offered_after_a_crash_is_text(open_window):
    """A picture in a name was drawn there, and where that was a pipe the window never came."""
    state = StateFile()
    state.write(session_of([*"abcd", MARKUP[0], "f"]).record())
    state.release()
    state.path.with_name(f"{state.path.name}.lock").touch()
    person = open_window()
    assert MARKUP[0] in person.text("offer_line")
    assert not is_drawn(person.window)


LESSON = """
title = "{x}"
minutes = 1
goal = "{x}"
take_home = "{x}"
locked = "{x}"
[[step]]
title = "{x}"
text = "{x}"
views = ["data"]
hints = ["{x}", "{x}", "{x}"]
[step.experiment]
task = "and"
[step.predict]
kind = "choice"
ask = "{x}"
then = {{ steps = 1 }}
truth = "{x}"
[[step.predict.choice]]
text = "{x}"
true_if = "loss > 0"
feedback = "{x}"
[[step.predict.choice]]
text = "other"
true_if = "loss < 0"
feedback = "{x}"
"""


def test_no_text_of_a_lesson_brings_a_picture(open_window, tmp_path):
    """In the question, in a hint, in what is said to the answer, and at the end."""
    path = tmp_path / "a.toml"
    path.write_text(LESSON.format(x=" ".join(MARKUP).replace('"', '\\"')))
    person = open_window()
    person.window.lessons.open_file(path)
    person.settle()
    panel = person.window.lessons.control.panel
    assert not is_drawn(person.window)
    person.qtbot.mouseClick(panel.hint, LEFT)
    panel.question.choose(0)
    person.qtbot.mouseClick(panel.question.go, LEFT)
    person.qtbot.waitUntil(panel.question.feedback.isVisible)
    assert not is_drawn(person.window)
    person.qtbot.mouseClick(panel.next, LEFT)
    person.settle()
    assert not is_drawn(person.window)
