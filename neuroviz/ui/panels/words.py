"""What is going on, in words: the named state, why, and one thing to try, or a button that does it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.numbers import format_number, rounded_down, with_real_minus
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.idle_work import REST, SLICE, RestWork
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import Place, fitted, height_of, set_tip

_LINES = 4
_START = "This is the start of the run, before its first step. The run has come to step {:,}: F4 goes back there."
_ASKED = "What the run will do is asked in the lesson, so it is not told here."
_LATER = "The state of the run at this step is being worked out."
_BELOW_LIMIT = "Use a rate below the limit"
_ANEW = "Start anew, below the limit"
_BELOW = 0.9  # of the limit: the rate that the button takes


class WordsPanel(QFrame):
    """A chip with the state and lines beside it; of one height, whatever they say."""

    rate_asked = Signal(float)
    """This learning rate is to be set."""
    anew_asked = Signal(float)
    """The run is to start anew with this learning rate."""
    step_asked = Signal(int)
    """This row is to be looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.state = QLabel()
        self.state.setObjectName("state")
        self.state.setAccessibleName("State of the run")
        self.state.setMinimumWidth(104)
        self.state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence = QLabel()
        self.sentence.setObjectName("sentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.on_purpose = QLabel()
        self.on_purpose.setObjectName("on_purpose")
        self.on_purpose.setTextFormat(Qt.TextFormat.PlainText)
        self.on_purpose.setProperty("chip", "warn")
        self.on_purpose.setWordWrap(True)
        self.on_purpose.hide()
        self._below = self.rate_button = QToolButton()
        self._below.setText(_BELOW_LIMIT)
        self._below.setObjectName("rate_below_limit")
        self._below.setProperty("small", True)
        self._below.clicked.connect(self._on_below_clicked)
        self._below.hide()
        self._back = QToolButton()
        self._back.setText("◂ Step back")
        self._back.setObjectName("step_back_to_lowest")
        self._back.setProperty("small", True)
        self._back.clicked.connect(self._on_back_clicked)
        self._back.hide()
        self._place()
        self.advises = True
        """Whether the reason and one thing to try are said too: not in a lesson, which teaches them itself."""
        self.asks = False
        """Whether a person is asked what the run will do."""
        self._event: str | None = None
        self._held = ""
        self._waits = ""
        self._words = self._broken = ""
        self._explained = ""
        self._rate = 0.0
        self._lowest: int | None = None
        self._frame: Frame | None = None
        self._rest = RestWork(self._find_out, self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words to another width."""
        super().resizeEvent(event)
        self._fit()

    def ask(self, asks: bool) -> None:
        """Say nothing of the run as long as a person is asked what it will do."""
        if asks != self.asks:
            self.asks = asks
            if self._frame is not None:
                self.show_frame(self._frame)

    def tell(self, event: str | None) -> None:
        """Put what just happened (why Run paused) before the state's words, from the next frame on."""
        self._event = event

    def tell_what_is_held(self, state: str, words: str) -> None:
        """Say what a person does who holds something, while the frames are no run's: they have no state."""
        self._event = words
        self._held = state

    def tell_what_waits(self, words: str) -> None:
        """Say what waits for torch, empty for nothing, from the next frame on."""
        self._waits = words

    def show_frame(self, frame: Frame) -> None:
        """Say the state of the run; before torch is loaded, that it is being loaded."""
        self._frame = frame
        if frame.evidence_is_near:
            self._rest.stop()
            self._say(frame)
            return
        self._below.hide()
        self._back.hide()
        self._show("looking back", _LATER, "neutral")
        self._rest.start_after(REST)

    def _find_out(self) -> Iterator[None]:
        """Find out what was known at the step that is looked at, and say it."""
        frame = self._frame
        assert frame is not None  # it was shown
        while not frame.find_evidence_for(SLICE):
            yield
        self._say(frame)

    def _say(self, frame: Frame) -> None:
        if self.asks:
            self._show_broken("")
            self._below.hide()
            self._back.hide()
            self._show("predict", _ASKED, "neutral")
            return
        diagnosis = frame.diagnosis
        if diagnosis is None:
            waits = self._waits or "a press on Run or Step waits for it"
            self._show("loading", f"torch is being loaded; {waits}.", "neutral")
            return
        if frame.preview and self._held:
            self._below.hide()
            self._back.hide()
            self._show(self._held, self._event or "", "neutral")
            return
        self._explain(frame)
        self._show_broken(diagnosis.on_purpose)
        self._below.setVisible(bool(self._explained))
        if self._explained:
            self._below.setText(_ANEW if self._is_far_out else _BELOW_LIMIT)
        self._back.setVisible(self._lowest is not None and not self._explained)
        more = (self._explained or diagnosis.remedy) if self.advises else ""
        words = f"{diagnosis.sentence} {more}".strip()
        state = diagnosis.state
        if state == "not started" and frame.looks_back:
            state = "start"
            words = _START.format(frame.newest_step)
        if self._event:  # one thing at a time in a lesson
            words = f"{self._event} {words}" if self.advises else self._event
        self._show(state, words, diagnosis.mood)

    def _place(self) -> None:
        signs = QWidget()
        left = QVBoxLayout(signs)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(4)
        left.addStretch(1)
        upper = QHBoxLayout()
        upper.setSpacing(themes.GRID)
        upper.addWidget(self.state)
        upper.addWidget(self._back)
        upper.addStretch(1)
        left.addLayout(upper)
        left.addWidget(self._below)
        left.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(2 * themes.GRID)
        layout.addWidget(signs)
        self._sentence_place = Place(self.sentence)
        layout.addWidget(self._sentence_place, 1)
        layout.addWidget(self.on_purpose, 1)
        self.state.setFixedHeight(height_of(1, self.state) + 10)
        self._sentence_place.setFixedHeight(height_of(_LINES, self.sentence))
        self.on_purpose.setFixedHeight(height_of(_LINES, self.on_purpose) + 6)
        self._below.ensurePolished()
        # Room for the button also while it is hidden.
        signs.setFixedHeight(self.state.height() + left.spacing() + self._below.sizeHint().height())

    def _explain(self, frame: Frame) -> None:
        """Find out why the run diverges, and below which rate it would not."""
        self._explained = ""
        self._rate = 0.0
        self._find_lowest(frame)
        try:
            divergence = frame.divergence
            ruler = frame.ruler if frame.divergence else None
        except SettingsError:  # so far out that the curvature is not finite
            return
        if divergence is None or ruler is None or ruler.limit is None:
            return
        # Not the limit of the direction that grows most: along another the curvature may be greater.
        self._explained = divergence.sentence
        if rounded_down(ruler.limit) in (frame.diagnosis.sentence if frame.diagnosis else ""):
            self._explained = f"{divergence.sentence.partition('; below')[0]}."  # the limit has been said
        self._rate = _BELOW * ruler.limit
        rate = f"learning rate {format_number(self._rate)}, {_BELOW:g} of the limit"
        tip = f"Take {rate}, and go on from here."
        if self._is_far_out:
            tip = f"Start again from the same weights with {rate}. Undo brings this run back."
        self._below.setToolTip(tip)
        self._below.setAccessibleName(tip)

    def _find_lowest(self, frame: Frame) -> None:
        """Find the row to step back to from a run that blew up: the last one is finite, but far out."""
        self._lowest = None
        if (
            frame.rows_here is None
            or frame.diagnosis is None
            or frame.diagnosis.state not in ("diverging", "overflow", "rising")
        ):
            return
        rows = frame.rows_here
        self._lowest = int(rows.steps[rows.loss.argmin()])
        self._back.setToolTip(
            f"Look at step {self._lowest:,}, where the loss was lowest; another rate, or Run, goes on from there."
        )
        self._back.setAccessibleName(f"Step back to step {self._lowest:,}, where the loss was lowest")

    def _show_broken(self, line: str) -> None:
        """Say what is broken on purpose beside the other words, so that the panel keeps its height."""
        if line == self._broken:
            return
        self._broken = line
        self.on_purpose.setVisible(bool(line))
        self._fit()

    def _show(self, state: str, words: str, mood: str) -> None:
        words = with_real_minus(words)
        if words != self._words:
            self._words = words
            self._fit()
        if self.state.text() == state and self.state.property("chip") == mood:
            return
        self.state.setText(state)
        self.state.setProperty("chip", mood)
        themes.repolish(self.state)

    def _fit(self) -> None:
        """Write as much of the words as there is room for, and all of them where the pointer rests."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self._sentence_place.fill()
        shown = fitted(self._words, self.sentence)
        self.sentence.setText(shown)
        set_tip(self.sentence, "" if shown == self._words else self._words)
        if self._broken:
            self._fit_broken()

    def _fit_broken(self) -> None:
        """Cut what is broken at a word; the chip's padding is known to the label alone."""
        label = self.on_purpose
        text = self._broken
        label.setText(text)
        label.setToolTip("")
        while text and label.heightForWidth(label.width()) > label.height():
            text = text.rpartition(" ")[0]
            label.setText(f"{text} …")
            label.setToolTip(self._broken)

    @property
    def _is_far_out(self) -> bool:
        """Whether the loss here is above that of the start: no rate makes good soon what has grown since."""
        rows = self._frame.rows_here if self._frame else None
        return rows is not None and bool(rows.loss[-1] > rows.loss[0])

    def _on_below_clicked(self) -> None:
        (self.anew_asked if self._is_far_out else self.rate_asked).emit(self._rate)

    def _on_back_clicked(self) -> None:
        if self._lowest is not None:
            self.step_asked.emit(self._lowest)
