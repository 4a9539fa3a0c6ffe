"""What to press at the very first start; and after a crash that the work is there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from neuroviz.session.frame import Frame
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import icon
from neuroviz.ui.theme.parts import arrange, small_button, text_label

_TAIL = 8
"""Pixels of the tip that points at Run."""
_WHAT = "This is one neuron. It learns AND by many small steps."


class Welcome(QFrame):
    """What this is, with two ways on: Run, to which it points, and the first lesson.

    It lies over the bench, and takes no room of anything.

    Parameters
    ----------
    run
        The button, on the bench.
    """

    lesson_asked = Signal()
    """The first lesson is wanted."""

    def __init__(self, run: QWidget, bench: QWidget) -> None:
        super().__init__(bench)
        self.setObjectName("welcome")
        self.setProperty("bubble", True)
        self._run, self._bench = run, bench
        self._line = text_label("welcome_line", "")
        lesson = small_button("welcome_lesson", "Start with lesson 1", spoken="Start with lesson 1")
        close = small_button("welcome_close", "", "Take this away")
        close.setIcon(icon("close", QPalette.ColorRole.Base))
        for button in (lesson, close):
            button.clicked.connect(self.hide)
        lesson.clicked.connect(self.lesson_asked)
        arrange(
            QHBoxLayout(self), self._line, lesson, close, spacing=12, margins=(14, _TAIL + 8, 8, 8)
        )
        QWidget.setTabOrder(run, lesson)
        QWidget.setTabOrder(lesson, close)
        bench.installEventFilter(self)

    def show_frame(self, frame: Frame) -> None:
        """Go as soon as somebody has run it, or the line speaks of another experiment."""
        settings = frame.settings
        if not self.isHidden() and (
            frame.newest_step or settings.task != "and" or settings.data is not None
        ):
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay below Run."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._place()
        return False

    def _place(self) -> None:
        bench = self._bench
        under = self._run.mapTo(bench, QPoint(self._run.width() - 2 * _TAIL, self._run.height()))
        for what in (_WHAT, _WHAT.replace("learns ", "learns\n")):
            self._line.setText(what)
            self.adjustSize()
            if under.x() + self.width() <= bench.width():
                break
        self.move(under - QPoint(2 * _TAIL, 0))
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, with a tip that points up."""
        shape, tip = QPainterPath(), QPainterPath(QPointF(2 * _TAIL, 0))
        shape.addRoundedRect(QRectF(self.rect()).adjusted(0, _TAIL, 0, 0), _TAIL, _TAIL)
        tip.lineTo(3 * _TAIL, _TAIL + 1)
        tip.lineTo(_TAIL, _TAIL + 1)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shape.united(tip), self.palette().color(QPalette.ColorRole.WindowText))


class OfferBar(QFrame):
    """The line, with a button for each answer."""

    taken = Signal()
    """It is wanted back."""
    left = Signal()
    """It is not wanted now."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("offer")
        self.setProperty("hint", True)
        self.line = text_label("offer_line", "")
        row = arrange(QHBoxLayout(self), self.line, margins=(2 * themes.GRID, 4, themes.GRID, 4))
        for name, text, signal in (
            ("offer_take", "Bring it back", self.taken),
            ("offer_leave", "Not now", self.left),
        ):
            button = small_button(name, text, spoken=text)
            button.setProperty("answer", True)
            button.clicked.connect(self.hide)
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        self.hide()

    def offer(self, what: str) -> None:
        """Say what there is."""
        self.line.setText(what)
        self.show()
