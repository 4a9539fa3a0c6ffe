"""Help: the welcome of the very first start, an offer after a crash, all keys, and reports."""

from __future__ import annotations

import platform
import re

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Signal, qVersion
from PySide6.QtGui import (
    QGuiApplication,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QPlainTextEdit,
    QTextBrowser,
    QWidget,
)

from neuroviz import __version__
from neuroviz.files.log_file import last_lines, log_path
from neuroviz.files.parts import parts
from neuroviz.files.places import resource_path
from neuroviz.session.frame import Frame
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import icon
from neuroviz.ui.theme.parts import (
    DIALOG,
    closable,
    in_column,
    in_row,
    named,
    set_tip,
    small_button,
    text_label,
)

_LINK = re.compile(r"\[([^]]*)\]\([^#)][^)]*\)")
"""A link to another file, which does not exist where a page is shown."""
_TAIL = 8
"""Pixels of the tip that points at Run."""
_WHAT = "This is one neuron. It learns AND by many small steps."


class Welcome(QFrame):
    """What the program is, with two ways on: Run, which it points at, and the first lesson.

    It lies over the bench, and takes no room from anything.

    Parameters
    ----------
    run
        The button, on the bench.
    """

    lesson_asked = Signal()
    """The first lesson is wanted."""
    _tip = 2 * _TAIL
    """How far from the left its tip is, in pixels."""

    def __init__(self, run: QWidget, bench: QWidget) -> None:
        super().__init__(bench)
        self.setObjectName("welcome")
        self._run = run
        self._bench = bench
        self._line = text_label("welcome_line", "", _WHAT)
        self._line.setFixedWidth(1)  # until it has its place
        self._line.setWordWrap(True)
        lesson = small_button("welcome_lesson", "Start with lesson 1")
        close = small_button("welcome_close", "", "Take this away")
        close.setIcon(icon("close", QPalette.ColorRole.Base))
        themes.set_look(self._line, "on_ink")
        for button in (lesson, close):
            themes.set_look(button, "on_ink")
            button.clicked.connect(self.hide)
        lesson.clicked.connect(self.lesson_asked)
        in_row(self._line, lesson, close, within=self, spacing=12, margins=(14, _TAIL + 8, 8, 7))
        QWidget.setTabOrder(run, lesson)
        QWidget.setTabOrder(lesson, close)
        for watched in (bench, run):
            watched.installEventFilter(self)
        themes.application().focusChanged.connect(self._on_focus)

    def _on_focus(self, _left: QWidget | None, reached: QWidget | None) -> None:
        """Go away when the keyboard reaches what it covers."""
        if reached is not None and self._bench.isAncestorOf(reached) and not self.isHidden():
            place = QRect(reached.mapTo(self._bench, QPoint()), reached.size())
            if self.geometry().intersects(place) and not self.isAncestorOf(reached):
                self.hide()

    def show_frame(self, frame: Frame) -> None:
        """Go away once the neuron has run, or its line no longer fits the experiment."""
        settings = frame.settings
        if not self.isHidden() and (
            frame.newest_step or settings.task != "and" or settings.data is not None
        ):
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay below Run, and go away where that cannot be pressed."""
        if event.type() == QEvent.Type.EnabledChange and not self._run.isEnabled():
            self.hide()
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._place()
        return False

    def _place(self) -> None:
        bench = self._bench
        under = self._run.mapTo(bench, QPoint(self._run.width() - 2 * _TAIL, self._run.height()))
        words = self._line.fontMetrics().horizontalAdvance(_WHAT) + 2
        beside = self.sizeHint().width() - self._line.minimumWidth()
        room = max(bench.width() - under.x() - beside, bench.width() // 4)
        self._line.setFixedWidth(min(words, room))
        self.adjustSize()
        left = min(under.x() - 2 * _TAIL, bench.width() - self.width())
        self._tip = under.x() - left
        self.move(left, under.y())
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, with a tip that points upwards."""
        shape = QPainterPath()
        tip = QPainterPath(QPointF(self._tip, 0))
        shape.addRoundedRect(QRectF(self.rect()).adjusted(0, _TAIL, 0, 0), _TAIL, _TAIL)
        tip.lineTo(self._tip + _TAIL, _TAIL + 1)
        tip.lineTo(self._tip - _TAIL, _TAIL + 1)
        painter = themes.painter(self)
        painter.fillPath(shape.united(tip), self.palette().color(QPalette.ColorRole.WindowText))


class OfferBar(QFrame):
    """A line that offers a session, with a button for each answer."""

    taken = Signal()
    """The session is wanted back."""
    left = Signal()
    """The session is not wanted now."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("offer")
        themes.set_look(self, "hint")
        self.line = text_label("offer_line", "")
        row = in_row(self.line, within=self, margins=(2 * themes.GRID, 4, themes.GRID, 4))
        self.take = small_button("offer_take", "Bring it back")
        self.leave = small_button("offer_leave", "Not now")
        for button, signal in ((self.take, self.taken), (self.leave, self.left)):
            themes.set_look(button, "answer")
            button.clicked.connect(self.hide)
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        self.hide()

    def offer(self, what: str) -> None:
        """Show the bar with a description of the session."""
        self.line.setText(what)
        self.show()

    def tell(self, what: str, whole: str) -> None:
        """Show the bar with what went wrong, and the whole path of a file in the tooltip."""
        self.take.hide()
        self.leave.setText("OK")
        set_tip(self.line, whole)
        self.offer(what)


_SIZE = QSize(780, 1040)
HELP = """<h3>Keyboard</h3>
<table cellspacing="4" cellpadding="2" style="white-space: nowrap">
<tr><td><b>Space</b></td><td>run, pause</td></tr>
<tr><td><b>F8</b>, <b>F7</b></td><td>one step on, back; F8 with Shift one epoch,
with Ctrl 100 epochs</td></tr>
<tr><td><b>F6</b>, <b>F5</b></td><td>one part of a step on, back</td></tr>
<tr><td><b>F4</b></td><td>back to now</td></tr>
<tr><td><b>F3</b></td><td>the loss plot at full size, and back</td></tr>
<tr><td><b>Ctrl++</b>, <b>Ctrl+-</b></td><td>faster, slower</td></tr>
<tr><td><b>Ctrl+R</b></td><td>reset to the same start</td></tr>
<tr><td><b>Ctrl+Z</b>, <b>Ctrl+Y</b></td><td>undo, redo; Ctrl+Shift+Z also redoes</td></tr>
<tr><td><b>Ctrl+N</b></td><td>new session</td></tr>
<tr><td><b>Ctrl+O</b>, <b>Ctrl+S</b></td><td>open, save a session;
Ctrl+Shift+S saves it as another file</td></tr>
<tr><td><b>Ctrl+P</b></td><td>pin this run</td></tr>
<tr><td><b>Ctrl+Shift+R</b></td><td>race</td></tr>
<tr><td><b>Ctrl+C</b>, <b>Ctrl+V</b></td><td>copy, paste what is chosen;
elsewhere Ctrl+V pastes a table</td></tr>
<tr><td><b>Ctrl+Shift+O</b></td><td>open a table of data</td></tr>
<tr><td><b>Ctrl+T</b></td><td>the data as a table</td></tr>
<tr><td><b>Ctrl+L</b></td><td>sweep of learning rates</td></tr>
<tr><td><b>Ctrl+Shift+N</b></td><td>new seed</td></tr>
<tr><td><b>Ctrl+E</b></td><td>export the loss plot</td></tr>
<tr><td><b>Ctrl+Shift+E</b></td><td>export the history as CSV</td></tr>
<tr><td><b>Ctrl+Shift+C</b></td><td>copy the experiment as a command</td></tr>
<tr><td><b>Ctrl+K</b></td><td>find anything by its name or another word for it</td></tr>
<tr><td><b>Ctrl+Shift+L</b></td><td>all lessons</td></tr>
<tr><td><b>F9</b>, <b>Shift+F9</b></td><td>fold the experiment, the side column away</td></tr>
<tr><td><b>Ctrl+,</b></td><td>preferences</td></tr>
<tr><td><b>Alt</b></td><td>with an underlined letter, goes there</td></tr>
<tr><td><b>F10</b>, <b>F11</b></td><td>the menus; full screen</td></tr>
<tr><td><b>A</b></td><td>fit the plot in focus; Ctrl+0 fits all</td></tr>
<tr><td><b>Esc</b></td><td>leave a large plot, a race, the pencil;
in the predictions go back to the mean</td></tr>
<tr><td><b>Ctrl+Q</b>, <b>Ctrl+W</b></td><td>quit</td></tr>
<tr><td><b>F1</b>, <b>Shift+F1</b></td><td>this help, like Ctrl+?;
what the term in focus means</td></tr>
</table>
<h3>The neuron</h3>
<p>Click a number to see its arithmetic; the arrow keys choose the sample, 0 all of the batch.
A double click or F2 lets you type a weight.
Press a part under the neuron to go to that part of the step.</p>
<h3>Words</h3>
<p>Rest the pointer on a word, a symbol or a heading: a card says what it means, with the numbers of
this moment. "More" opens the glossary.</p>
<h3>Files</h3>
<p>Drop a session or a table on the window to open it. What you do is kept automatically, and is
there at the next start.</p>
<h3>Mouse on a plot</h3>
<p>Move to read values, turn the wheel to zoom, drag with Shift or the middle button to move,
double click, or press Fit, to see all of it again. Click a sample to pick it; two arrows make a
plot large, its title brings another in its place. In loss, weights and the strip of time, rest the
pointer to show a step everywhere, and drag to go through the run.</p>
<h3>Keyboard on a plot</h3>
<p>Arrow keys go from place to place and read what is there, aloud too; + and − zoom, Home shows all
of it again, T opens a table of what is drawn, from which you can copy rows.</p>
<h3>What can be dragged</h3>
<p>Drag the ball on the landscape, a weight of the neuron (sideways), or the line between the
classes (its middle shifts it, its ends and the tip of its arrow turn it): all views follow, and the
run starts where you let go; Esc puts it back. With the keyboard Tab goes to each of them, the arrow
keys move it, and Enter starts the run. Drag a sample of one or two inputs, and it starts anew
with these data. With the pencil over the data a click adds a sample, with Shift one of the other
class, and Delete removes the picked one. On the landscape "Your turn" lets you take the steps by
clicking, and then SGD takes as many. As a surface it turns when you drag it or press the arrow
keys; Home turns it back.</p>"""


def help_dialog(window: QWidget) -> QDialog:
    """Return the dialog with all keys."""
    dialog, page = _page_dialog(window, "help", "Keyboard and mouse")
    page.setHtml(HELP)
    return dialog


def teaching_dialog(window: QWidget) -> QDialog:
    """Return the dialog with the page for teachers: plans, worksheets, the check, the lab room."""
    dialog, page = _page_dialog(window, "for_teachers", "For teachers")
    text = resource_path("TEACHING.md").read_text(encoding="utf-8")
    page.setMarkdown(_LINK.sub(r"\1", text))
    _name_headings(page.document())
    return dialog


def _name_headings(document: QTextDocument) -> None:
    """Give each heading the name by which links in Markdown refer to it."""
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel():
            name = re.sub(r"[^\w -]", "", block.text().lower()).replace(" ", "-")
            place = QTextCharFormat()
            place.setAnchor(True)
            place.setAnchorNames([name])
            heading = QTextCursor(block)
            heading.select(QTextCursor.SelectionType.BlockUnderCursor)
            heading.mergeCharFormat(place)
        block = block.next()


def _page_dialog(window: QWidget, name: str, title: str) -> tuple[QDialog, QTextBrowser]:
    """Return a dialog no larger than its window, and the page in it; deleted when it is closed."""
    dialog, close = closable(window, name, title)
    page = named(QTextBrowser(), f"{name}_page", title)
    in_column(page, close, within=dialog, margins=DIALOG)
    dialog.resize(_SIZE.boundedTo(window.size()))
    return dialog, page


_REPORT = (760, 520)
_LINES = 80
"""Lines of the log at the end of a report."""
_ABOUT = f"""\
NeuroViz {__version__}: gradient descent happening in one neuron, and in a few that work together. \
Every number comes from torch, on the run on show. MIT licence.

Its window is made with Qt {qVersion()}, © The Qt Company Ltd and other contributors, by PySide6: \
both under the GNU Lesser General Public License, version 3, so that you may replace them with \
builds of your own. All parts and their licences are listed below; the texts lie beside them."""
_TO_REPORT = """\
NeuroViz sends nothing. To report this, copy the text below, check what it says about you, and \
add what you did and what you expected."""


def about_dialog(window: QWidget) -> QDialog:
    """Return a dialog about the program, its parts, and their licences."""
    rows = [f"{part.name:<20} {part.version:<12} {part.licence}" for part in parts()]
    dialog, buttons = _text_dialog(window, "about", "About NeuroViz", _ABOUT, "\n".join(rows))
    of_qt = buttons.addButton("About Qt", QDialogButtonBox.ButtonRole.HelpRole)
    of_qt.clicked.connect(QApplication.aboutQt)
    return dialog


def report_dialog(window: QWidget, title: str, sentence: str = "", trouble: str = "") -> QDialog:
    """Return a dialog with the information for reporting a problem.

    Parameters
    ----------
    sentence
        What has happened; empty where a person asks for the report.
    trouble
        Its traceback, used where there is no log.
    """
    screens = [
        f"{each.size().width()} × {each.size().height()} at {each.devicePixelRatio():g}"
        for each in QGuiApplication.screens()
    ]
    text = "\n\n".join(
        (
            ", ".join(f"{part.name} {part.version}" for part in parts()),
            f"{platform.platform()}; Qt on {QGuiApplication.platformName()}; {', '.join(screens)}",
            f"The end of {log_path()}:",
            "\n".join(last_lines(_LINES)) or trouble or "There is none.",
        )
    )
    name = "fault" if sentence else "problem"
    return _text_dialog(window, name, title, f"{sentence}\n\n{_TO_REPORT}".strip(), text)[0]


def _text_dialog(
    window: QWidget, name: str, title: str, sentence: str, text: str
) -> tuple[QDialog, QDialogButtonBox]:
    dialog, buttons = closable(window, name, title)
    page = named(QPlainTextEdit(text, readOnly=True), f"{name}_text", title)
    page.setFont(themes.code_font())
    copy = buttons.addButton("&Copy", QDialogButtonBox.ButtonRole.ActionRole)
    copy.setObjectName(f"{name}_copy")
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
    copy.clicked.connect(lambda: copy.setText("Copied"))
    line = text_label(f"{name}_line", "", sentence, wrap=True)
    in_column(line, page, buttons, within=dialog, margins=DIALOG)
    buttons.button(buttons.StandardButton.Close).setDefault(True)
    dialog.resize(*_REPORT)
    return dialog, buttons
