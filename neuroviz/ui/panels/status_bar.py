"""What is going on, in words.

The named state, why, and one thing to try, or a button that does it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from neuroviz.core.diagnosis.states import Diagnosis
from neuroviz.core.numbers import format_number, with_real_minus
from neuroviz.session.advice import BELOW, is_far_out, lowest_step, why_it_diverges
from neuroviz.session.cost_limiter import SLICE
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.jobs import REST, Job
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    FLUSH,
    STRETCH,
    LabelSlot,
    arrange,
    fitted,
    height_of,
    set_tip,
    small_button,
    text_label,
)

_LINES = 4
_START = (
    "This is the start of the run, before its first step. The run has come to step {:,}: "
    "F4 goes back there."
)
_ASKED = "What the run will do is asked in the lesson, so it is not told here."
_LATER = "The state of the run at this step is being worked out."
_BELOW_LIMIT = "Use a rate below the limit"
_ANEW = "Start anew, below the limit"


class StatusBar(QFrame):
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
        self.sentence = text_label("sentence", "", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.on_purpose = text_label("on_purpose", "", wrap=True)
        self.on_purpose.setProperty("chip", "warn")
        self.on_purpose.hide()
        self.rate_button = small_button("rate_below_limit", _BELOW_LIMIT)
        self.rate_button.clicked.connect(self._on_rate_clicked)
        self.rate_button.hide()
        self._back = small_button("step_back_to_lowest", "Step back", sign="back")
        self._back.clicked.connect(self._on_back_clicked)
        self._back.hide()
        self._place()
        self.advises = True
        """Whether the reason and one thing to try are said too: not in a lesson,
        which teaches them itself."""
        self.asks = False
        """Whether a person is asked what the run will do."""
        self._event: str | None = None
        self._held = ""
        self._waits = ""
        self._words = self._broken = ""
        self._rate = 0.0
        self._lowest: int | None = None
        self._frame: Frame | None = None
        self._idle = Job(self, SLICE)

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

    def set_event(self, event: str | None) -> None:
        """Put what just happened (why Run paused) before the state's words.

        From the next frame on.
        """
        self._event = event

    def set_held(self, state: str, words: str) -> None:
        """Say what a person does who holds something, while the frames are no run's.

        They have no state.
        """
        self._event = words
        self._held = state

    def set_waiting(self, words: str) -> None:
        """Say what waits for torch, empty for nothing, from the next frame on."""
        self._waits = words

    def show_frame(self, frame: Frame) -> None:
        """Say the state of the run; before torch is loaded, what waits for it."""
        self._frame = frame
        if frame.evidence_is_near:
            self._idle.drop()
            self._say(frame)
            return
        self._show_alone("looking back", _LATER)
        self._idle.start(frame.find_evidence(), lambda _: self._say(frame), after=REST)

    def _say(self, frame: Frame) -> None:
        if self.asks:
            self._show_broken("")
            self._show_alone("predict", _ASKED)
        elif frame.diagnosis is None or (self._waits and not frame.ready):
            waits = self._waits or "a press on Run or Step waits for it"
            self._show("not started", f"The start comes in a moment; {waits}.", "neutral")
        elif frame.preview and self._held:
            self._show_alone(self._held, self._event or "")
        else:
            self._show_diagnosis(frame, frame.diagnosis)

    def _show_diagnosis(self, frame: Frame, diagnosis: Diagnosis) -> None:
        self._show_broken(diagnosis.on_purpose)
        explained, rate = why_it_diverges(frame) or ("", 0.0)
        self._offer_rate(rate, anew=is_far_out(frame))
        self._offer_step(None if explained else lowest_step(frame))
        more = (explained or diagnosis.remedy) if self.advises else ""
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
        upper = arrange(QHBoxLayout(), self.state, self._back, STRETCH, spacing=themes.GRID)
        left = arrange(
            QVBoxLayout(signs), STRETCH, upper, self.rate_button, STRETCH, spacing=4, margins=FLUSH
        )
        self._sentence_slot = LabelSlot(self.sentence)
        arrange(
            QHBoxLayout(self),
            signs,
            (self._sentence_slot, 1),
            (self.on_purpose, 1),
            spacing=2 * themes.GRID,
            margins=(12, 6, 12, 6),
        )
        self.state.setFixedHeight(height_of(1, self.state) + 10)
        self._sentence_slot.setFixedHeight(height_of(_LINES, self.sentence))
        self.on_purpose.setFixedHeight(height_of(_LINES, self.on_purpose) + 6)
        self.rate_button.ensurePolished()
        # Room for the button also while it is hidden.
        signs.setFixedHeight(
            self.state.height() + left.spacing() + self.rate_button.sizeHint().height()
        )

    def _offer_rate(self, rate: float, *, anew: bool) -> None:
        """Offer to take a rate below the limit, or to start anew with it; 0 for none."""
        self._rate = rate
        self.rate_button.setVisible(rate > 0)
        if not rate:
            return
        named = f"learning rate {format_number(rate)}, {BELOW:g} of the limit"
        tip = f"Take {named}, and go on from here."
        if anew:
            tip = f"Start again from the same weights with {named}. Undo brings this run back."
        self.rate_button.setText(_ANEW if anew else _BELOW_LIMIT)
        self.rate_button.setToolTip(tip)
        self.rate_button.setAccessibleName(tip)

    def _offer_step(self, step: int | None) -> None:
        """Offer to step back to where the loss was lowest; None for nowhere."""
        self._lowest = step
        self._back.setVisible(step is not None)
        if step is not None:
            where = f"step {step:,}, where the loss was lowest"
            self._back.setToolTip(f"Look at {where}; another rate, or Run, goes on from there.")
            self._back.setAccessibleName(f"Step back to {where}")

    def _show_broken(self, line: str) -> None:
        """Say what is broken on purpose beside the other words.

        So that the panel keeps its height.
        """
        if line == self._broken:
            return
        self._broken = line
        self.on_purpose.setVisible(bool(line))
        self._fit()

    def _show_alone(self, state: str, words: str) -> None:
        """Show words with which nothing is offered."""
        self.rate_button.hide()
        self._back.hide()
        self._show(state, words, "neutral")

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
        """Write as much of the words as there is room for.

        All of them where the pointer rests.
        """
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self._sentence_slot.fill()
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

    def _on_rate_clicked(self) -> None:
        far_out = self._frame is not None and is_far_out(self._frame)
        (self.anew_asked if far_out else self.rate_asked).emit(self._rate)

    def _on_back_clicked(self) -> None:
        if self._lowest is not None:
            self.step_asked.emit(self._lowest)
