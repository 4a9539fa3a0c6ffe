"""At rest nothing wakes the program, and all the same each change is written by itself."""

from time import monotonic

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from neuroviz.files.state_file import read_settings, settings_path
from tests.ui.person import KEY

REST = 2.5
"""Seconds without a timer after which it rests: what comes again and again comes oftener."""


class Wakes(QObject):
    """Notes who is woken by a timer.

    But for Qt's own caches of pixmaps and of fonts, which empty themselves twice a
    minute and less often until nothing is in them. That of fonts is a bare QObject to Qt.
    """

    def __init__(self):
        super().__init__()
        self.seen = []
        self.last = monotonic()

    def eventFilter(self, watched, event):
        of_qt = watched.metaObject().className() in ("QPMCache", "QObject")
        if event.type() == QEvent.Type.Timer and not of_qt:
            self.last = monotonic()
            self.seen.append(f"{watched.metaObject().className()} of {watched.parent()}")
        return False

    def rest(self):
        """Wait until none has come for a while."""
        begun = self.last = monotonic()
        while monotonic() - self.last < REST:
            QTest.qWait(100)
            assert monotonic() - begun < 60, self.seen[-5:]


def test_at_rest_nothing_wakes(open_window, qapp):
    """After a step, with the pointer on a term and its card open, and with a lesson open."""
    person = open_window(plots="all")
    labels = person.bench.transport.findChildren(QLabel)
    term = next(label for label in labels if label.text() == "Loss")
    wakes = Wakes()
    qapp.installEventFilter(wakes)
    try:
        for explained, act in (
            (False, lambda: person.press(KEY.Key_F8)),
            (True, lambda: QCursor.setPos(term.mapToGlobal(term.rect().center()))),
            (False, lambda: person.window.lessons.open_named("three-rates")),
        ):
            act()
            wakes.rest()
            assert (person.window.explainer.card is not None) == explained
    finally:
        qapp.removeEventFilter(wakes)
        QCursor.setPos(QPoint())  # so that the tests that follow open nothing there


def test_every_change_of_the_looks_is_written_by_itself(open_window):
    """One after the other, so that each is what has it written."""
    person = open_window(plots="all")
    bench, window, path = person.bench, person.window, settings_path()
    person.qtbot.waitUntil(lambda: "geometry" in read_settings(path))
    code = bench.code.panel
    other = next(
        name for name in ("module", "tensors") if name != window.preferences.choice("code_style")
    )
    changes = (
        ("plots", lambda: person.action("plots_2").trigger()),
        ("pace", lambda: bench.transport.set_pace("speed/20")),
        ("tab", lambda: bench.side.tabs.setCurrentIndex(2)),
        ("switch/side", lambda: person.action("side").trigger()),
        ("switch/panel", lambda: person.press(KEY.Key_F9)),
        ("switch/log", lambda: bench.views["loss"].log.toggle()),
        ("switch/gradients", lambda: bench.neuron.gradients.toggle()),
        ("switch/surface", lambda: bench.views["landscape"].surface_shown.toggle()),
        ("switch/section_breaks", lambda: bench.form.more_settings.breaks.header.click()),
        ("geometry", lambda: window.move(window.x() + 9, window.y() + 9)),
        ("geometry", lambda: window.resize(1301, 803)),
        ("code_style", lambda: code.style_changed.emit(other)),
    )
    for name, change in changes:
        before = read_settings(path).get(name)
        change()
        person.qtbot.waitUntil(
            lambda name=name, before=before: read_settings(path).get(name) != before
        )


def test_a_note_is_kept_though_nothing_else_is_shown(open_window):
    """Typing changes no number of the run."""
    person = open_window()
    person.press(KEY.Key_F8)
    keeper = person.window.document.keeper
    kept = keeper.state.path
    person.qtbot.waitUntil(kept.exists)
    # Nothing is to be looked at any more, so that only the note can have it written again.
    person.qtbot.waitUntil(lambda: not any(t.isActive() for t in keeper.findChildren(QTimer)))
    note = person.bench.runs.panel.findChild(QPlainTextEdit, "note")
    note.setPlainText("as far as it goes")
    person.qtbot.waitUntil(lambda: b"as far as it goes" in kept.read_bytes())
