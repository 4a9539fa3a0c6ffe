"""What is happening, in words: a headline, the reason, and one thing to try as a button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QToolButton

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.remedies import Remedy
from neuroviz.core.diagnosis.states import Diagnosis
from neuroviz.core.numbers import with_real_minus
from neuroviz.core.slices import SHORT_SLICE, made
from neuroviz.session.advice import lowest_step, next_step
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.jobs import REST, Job, one_shot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    LabelSlot,
    ValueLabel,
    fitted,
    fitted_line,
    height_of,
    in_row,
    named,
    set_tip,
    show_text,
    small_button,
    text_label,
)
from neuroviz.ui.theme.read_aloud import announce

if TYPE_CHECKING:  # it needs torch
    from neuroviz.core.sweep.rate_curve import RateCurve

_START = "The run has reached step {:,}: Now (F4) goes back there."
EMPTY_PLANE = "Nothing to learn from yet: click in the plane to place the first point."
_ASKED = "What goes on is what the lesson asks, so it is not said here."
_LATER = "The state of the run at this step is being worked out."
_DOT = 10
_SETTLED = 500
"""Milliseconds that a state lasts before it is read aloud."""
_LINES = 2
_PURPOSE = 240
"""Most pixels of the chip of breaks, unless the row's width over ``_PART`` is less."""
_PART = 6


class StatusBar(QFrame):
    """One row; its height and the place of its button never change with the words.

    A tooltip on the reason has all that is said about the state.
    """

    action_asked = Signal(Remedy)
    """A person wants the changes of this remedy."""
    step_asked = Signal(int)
    """A person wants to look at this row."""

    advises = True
    """Whether the reason, one thing to try and the breaks are shown too.

    A lesson turns this off, since it teaches or asks for them.
    """
    asks = False
    """Whether a person is being asked what the run will do."""
    _runs = False
    _side_shown = True
    _event = _done = _held = ""
    waits = ""
    """What waits for torch, empty for nothing; it shows from the next frame on."""
    _words = _whole = _broken = ""
    _lowest: int | None = None
    _frame: Frame | None = None
    _announced = "", ""
    """Headline and event that were announced last."""
    _curve: RateCurve | None = None

    def __init__(self) -> None:
        super().__init__()
        self._dot = named(QFrame(), "mood")
        self._dot.setFixedSize(_DOT, _DOT)
        self.state = ValueLabel("state", "headline", "State of the run", "")
        self.sentence = text_label("sentence", "muted", wrap=True)
        self.on_purpose = text_label("on_purpose", "")
        themes.set_look(self.on_purpose, "chip")
        self.on_purpose.hide()
        self.action_button, self._other_button = map(self._button, ("next_step", "other_step"))
        self._back = small_button(
            "step_back_to_lowest",
            "Step back",
            sign="back",
            clicked=lambda: self.step_asked.emit(self._lowest),
        )
        themes.set_look(self._back, "next")
        self._back.hide()
        tip = "A film of the run, to show or to send"
        self.share = small_button("share_film", "Share film…", tip)
        self.share.hide()
        self._place()
        self.on_empty_plane: Callable[[], bool] = lambda: False
        """Returns whether an empty plane hides the run's data; it cannot go on meanwhile."""
        self._offered: dict[QToolButton, Remedy] = {}
        self._idle = Job(self, SHORT_SLICE)
        self._news = one_shot(self, self._announce, _SETTLED)

    def changeEvent(self, event: QEvent) -> None:
        """Take the height of the button in the new style."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._keep_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words to the new width."""
        super().resizeEvent(event)
        self._show_broken(self._broken)
        self._fit()

    def ask(self, asks: bool) -> None:
        """Say nothing about the run while a person is asked what it will do."""
        if asks != self.asks:
            self.asks = asks
            self._show_again()

    def set_event(self, event: str | None, *, done: bool = False) -> None:
        """Put what just happened, such as why Run paused, before the state's words.

        It shows from the next frame on; what a person has ``done``, while a lesson asks, too.
        """
        self._event = with_real_minus(event or "")
        self._done = self._event if done else ""
        self._held = ""

    def set_held(self, headline: str, words: str) -> None:
        """Set what is said about what a person holds, in place of the state of the run."""
        self.set_event(words)
        self._held = headline

    def show_curve(self, curve: RateCurve | None) -> None:
        """Take the curve of rates: no rate but its best one is proposed."""
        self._curve = curve
        self._show_again()

    def show_running(self, running: bool) -> None:
        """Take whether the run goes on."""
        self._runs = running
        self._show_again()

    def show_column(self, column: str, shown: bool) -> None:
        """Take whether the side column is shown, since its card says how a race ended."""
        if column == "side":
            self._side_shown = shown
            self._show_again()

    def _show_again(self) -> None:
        if self._frame is not None:
            self.show_frame(self._frame)

    def show_frame(self, frame: Frame) -> None:
        """Show the state of the run, or what waits for torch until it is loaded."""
        self._frame = frame
        if frame.race is not None:
            self._idle.drop()
            over = frame.race.over and not frame.looks_back
            self.share.setVisible(over and self.advises)
            told = "" if over and self._side_shown else frame.race.sentence
            words = f"{told} {self._event}"
            self._show_alone(frame.race.headline, words.strip())
            return
        if frame.evidence_is_near:
            self._idle.drop()
            self._say(frame)
            return
        self._show_alone("Looking back", _LATER)
        self._idle.start(frame.find_evidence(), lambda _: self._say(frame), after=REST)

    def _say(self, frame: Frame) -> None:
        self.share.setVisible(self.advises and not self.asks and _is_over(frame))
        trainable = frame.settings.activation_entry.trainable
        if self.asks:
            self._show_broken("")
            self._show_alone("Yours to find", self._done or _ASKED)
        elif self.on_empty_plane():
            self._show_alone("An empty plane", f"{self._event} {EMPTY_PLANE}".strip())
        elif frame.diagnosis is None or (self.waits and not frame.ready):
            waits = self.waits or "a press on Run or Step waits for it"
            self._show_alone("At the start", f"The start comes in a moment; {waits}.")
        elif not (self.advises or trainable) and frame.settings.weights is not None:
            self._show_alone("Set by hand", "Nothing is trained here.")
        elif frame.selection.hovered_step is not None:
            words = f"{frame.diagnosis.headline}. Press in the strip to stay at this step."
            self._show_alone(f"Preview of step {frame.step:,}", words)
        elif self._held:
            self._show_alone(self._held, self._event)
        else:
            self._show_diagnosis(frame, frame.diagnosis)

    def _show_diagnosis(self, frame: Frame, diagnosis: Diagnosis, *, at_rest: bool = False) -> None:
        self._show_broken(diagnosis.on_purpose if self.advises else "")
        learns = diagnosis.state == "learning"
        step, action = next_step(frame, None if learns and not at_rest else self._curve)
        self._offer(action, frame.settings)
        self._offer_step(None if frame.why_it_diverges else lowest_step(frame, self._curve))
        beside = (self.on_purpose, self._back, self.action_button, self._other_button)
        if sum(not each.isHidden() for each in beside) > 1:
            self.share.hide()  # there is no room for three buttons
        # Do not disturb a person while it learns.
        if learns and self.advises and not at_rest and not self._runs:
            again = partial(self._show_diagnosis, frame, at_rest=True)
            self._idle.start(made(diagnosis), again, after=REST)
        why = diagnosis.why
        more = f"{diagnosis.more} {step if self.advises else ''}".strip()
        if diagnosis.state == "not started" and frame.looks_back:
            why = _START.format(frame.newest_step)
            more = ""
        elif diagnosis.state == "not started" and self.advises:  # the headline has it
            why, more = step, why
        if self._event and self.advises:
            why = f"{self._event} {why}"
        elif self._event:  # a lesson says one thing at a time
            why = self._event
            more = ""
        self._show(diagnosis.headline, why, diagnosis.mood, more)

    def _button(self, name: str) -> QToolButton:
        """Return a button for a thing to try, hidden at first."""
        button = small_button(name, "")
        themes.set_look(button, "next")
        button.clicked.connect(lambda: self.action_asked.emit(self._offered[button]))
        button.hide()
        return button

    def _place(self) -> None:
        self._reason = LabelSlot(self.sentence)
        self._row = in_row(
            self._dot,
            self.state,
            (self._reason, 1),
            self.on_purpose,
            self.share,
            self._back,
            self.action_button,
            self._other_button,
            within=self,
            spacing=2 * themes.GRID,
            margins=(14, 4, 12, 0),
        )
        self._keep_height()

    def _keep_height(self) -> None:
        lines = height_of(_LINES, self.sentence)
        self.action_button.ensurePolished()
        self.setFixedHeight(max(self.action_button.sizeHint().height(), lines) + 6)
        self._reason.setFixedHeight(lines)

    def _offer(self, action: Remedy | None, settings: Settings) -> None:
        """Offer a remedy, and its alternative, as far as these settings allow them."""
        other = action.other if action is not None else None
        for button, each in ((self.action_button, action), (self._other_button, other)):
            possible = (
                self.advises and each is not None and settings.objection(**each.changes) is None
            )
            button.setVisible(possible)
            if each is not None:
                self._offered[button] = each
                button.setText(with_real_minus(each.label))
                set_tip(button, each.words)

    def _offer_step(self, step: int | None) -> None:
        """Offer to step back to where the loss was lowest; None offers nothing."""
        self._lowest = step
        self._back.setVisible(step is not None)
        if step is not None:
            where = f"step {step:,}, where the loss was lowest"
            self._back.setToolTip(f"Look at {where}; another rate, or Run, goes on from there.")
            self._back.setAccessibleName(f"Step back to {where}")

    def _show_broken(self, line: str) -> None:
        """Name the breaks that are on, with all about them in the tooltip."""
        self._broken = line
        names = line.partition(". ")[0].removesuffix(".")
        room = min(themes.scaled(_PURPOSE), self.width() // _PART)
        if self.on_purpose.fontMetrics().horizontalAdvance(names) > room:
            names = names.partition(": ")[2]  # to leave room for the headline and the reason
        show_text(self.on_purpose, fitted_line(names, self.on_purpose, room))
        set_tip(self.on_purpose, line)

    def _show_alone(self, headline: str, words: str) -> None:
        """Show a headline and words, with nothing to try."""
        self.action_button.hide()
        self._other_button.hide()
        self._back.hide()
        self._show(headline, words, "neutral")

    def _show(self, headline: str, words: str, mood: str, more: str = "") -> None:
        if self.state.text() != headline:
            self.state.setText(headline)
        self._words = with_real_minus(words)
        self._whole = with_real_minus(f"{words} {more}".rstrip())
        if not self._news.isActive():
            self._news.start()
        self._fit()
        if self._dot.property("mood") != mood:
            for part in (self._dot, self.state):
                part.setProperty("mood", mood)
            themes.repolish(self._dot)

    def _announce(self) -> None:
        """Announce a new state, or only what happened in the same; a preview is not announced."""
        headline = self.state.text()
        event = self._event
        before = self._announced
        previews = self._frame is not None and self._frame.selection.hovered_step is not None
        if (headline, event) != before and self.isVisible() and not previews:
            self._announced = headline, event
            same = event and headline == before[0]
            announce(self.state, event if same else f"{headline}. {self._whole}")

    def _fit(self) -> None:
        """Write as many of the words as there is room for; the tooltip has all."""
        self._row.activate()
        self._reason.fill()
        shown = fitted(self._words, self.sentence)
        event = self._event
        if shown != self._words and event and self._words.startswith(event):
            shown = fitted(event, self.sentence)  # rather than also half of the reason
        self.sentence.setText(shown)
        set_tip(self.sentence, "" if shown == self._whole else self._whole)


def _is_over(frame: Frame) -> bool:
    """Return whether a run has come to its end, and is shown there."""
    evidence = frame.evidence_now
    if not frame.newest_step or frame.looks_back or frame.ghost or evidence is None:
        return False
    last = frame.settings.epochs * frame.settings.steps_per_epoch
    return evidence.stopped is not None or frame.newest_step >= last
