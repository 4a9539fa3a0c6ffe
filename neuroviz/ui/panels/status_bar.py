"""What is happening, in words: a headline, the reason, and one thing to try as a button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QToolButton

from neuroviz.core.diagnosis.remedies import Remedy
from neuroviz.core.diagnosis.sentences import breaks_line
from neuroviz.core.diagnosis.states import Diagnosis
from neuroviz.core.numbers import with_real_minus
from neuroviz.core.slices import SHORT_SLICE, made
from neuroviz.core.types import Frozen
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


class Status(Frozen):
    """What is shown."""

    headline: str
    words: str
    """The reason, or what else is said beside the headline."""
    more: str = ""
    """What only the tooltip has room for."""
    mood: str = "neutral"
    remedies: tuple[Remedy | None, ...] = (None, None)
    """What can be tried, and the alternative to it."""
    lowest: int | None = None
    """The step of lowest loss, to go back to."""
    learns: bool = False
    """Whether it learns, and a better rate is offered only once it rests: nobody is disturbed."""

    @property
    def whole(self) -> str:
        """All that is said beside the headline."""
        return with_real_minus(f"{self.words} {self.more}".rstrip())


class Known(Frozen):
    """What the words depend on beside the frame."""

    advises: bool = True
    """Whether the reason, one thing to try and the breaks are shown too: not in a lesson, which
    teaches or asks for them."""
    asks: bool = False
    """Whether a person is being asked what the run will do: nothing is said about it then."""
    runs: bool = False
    side_shown: bool = True
    """Whether the side column is shown, whose card says how a race ended."""
    event: str = ""
    """What just happened, such as why Run paused; it stands before the state's words."""
    done: bool = False
    """Whether a person has done that; it is said while a lesson asks, too."""
    held: str = ""
    """Headline of what a person holds, in place of the state of the run."""
    waits: str = ""
    """What waits for torch, empty for nothing."""
    curve: RateCurve | None = None
    """The curve of rates: no rate but its best one is proposed."""


class StatusBar(QFrame):
    """One row; its height and the place of its button never change with the words.

    A tooltip on the reason has all that is said about the state.
    """

    action_asked = Signal(Remedy)
    """A person wants the changes of this remedy."""
    step_asked = Signal(int)
    """A person wants to look at this row."""

    known = Known()
    _shown = Status("", "")
    _frame: Frame | None = None
    _announced = "", ""
    """Headline and event that were announced last."""

    def __init__(self) -> None:
        super().__init__()
        self._dot = named(QFrame(), "mood")
        self._dot.setFixedSize(_DOT, _DOT)
        self.state = ValueLabel("state", "headline", "State of the run", "")
        self.sentence = text_label("sentence", "muted", wrap=True)
        self.on_purpose = text_label("on_purpose", "")
        themes.set_look(self.on_purpose, "chip")
        self.on_purpose.hide()
        self._buttons = [self._button(0, "next_step"), self._button(1, "other_step")]
        self._back = small_button(
            "step_back_to_lowest",
            "Step back",
            sign="back",
            clicked=lambda: self.step_asked.emit(self._shown.lowest),
        )
        themes.set_look(self._back, "next")
        self._back.hide()
        tip = "A film of the run, to show or to send"
        self.share = small_button("share_film", "Share film…", tip)
        self.share.hide()
        self._place()
        self.on_empty_plane: Callable[[], bool] = lambda: False
        """Returns whether an empty plane hides the run's data; it cannot go on meanwhile."""
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
        self._show_broken()
        self._fit()

    def change(self, **changes: Any) -> None:
        """Change what is `Known`, and show what follows from it."""
        self.known = replace(self.known, **changes)
        if self._frame is not None:
            self.show_frame(self._frame)

    def set_event(self, event: str | None, *, done: bool = False, held: str = "") -> None:
        """Set what just happened, or what is said about what is held.

        It shows from the next frame on.
        """
        event = with_real_minus(event or "")
        self.known = replace(self.known, event=event, done=done, held=held)

    def show_frame(self, frame: Frame) -> None:
        """Show the state of the run, or what waits for torch until it is loaded."""
        self._frame = frame
        self._idle.drop()
        if frame.race is not None or frame.evidence_is_near:
            self._say(frame)
        else:
            self._show(frame, Status("Looking back", _LATER))
            self._idle.start(frame.find_evidence(), lambda _: self._say(frame), after=REST)

    def _say(self, frame: Frame, *, at_rest: bool = False) -> None:
        status = self._status(frame, at_rest)
        self._show(frame, status)
        if status.learns and self.known.advises and not (at_rest or self.known.runs):
            again = partial(self._say, at_rest=True)
            self._idle.start(made(frame), again, after=REST)

    def _status(self, frame: Frame, at_rest: bool) -> Status:
        known = self.known
        event = known.event
        if frame.race is not None:
            told = "" if known.side_shown and _is_over(frame) else frame.race.sentence
            return Status(frame.race.headline, f"{told} {event}".strip())
        if known.asks:
            return Status("Yours to find", (known.done and event) or _ASKED)
        if self.on_empty_plane():
            return Status("An empty plane", f"{event} {EMPTY_PLANE}".strip())
        if frame.diagnosis is None or (known.waits and not frame.ready):
            waits = known.waits or "a press on Run or Step waits for it"
            return Status("At the start", f"The start comes in a moment; {waits}.")
        trainable = frame.settings.activation_entry.trainable
        if not (known.advises or trainable) and frame.settings.weights is not None:
            return Status("Set by hand", "Nothing is trained here.")
        if frame.selection.hovered_step is not None:
            words = f"{frame.diagnosis.headline}. Press in the strip to stay at this step."
            return Status(f"Preview of step {frame.step:,}", words)
        if known.held:
            return Status(known.held, event)
        return self._diagnosed(frame, frame.diagnosis, at_rest)

    def _diagnosed(self, frame: Frame, diagnosis: Diagnosis, at_rest: bool) -> Status:
        known = self.known
        learns = diagnosis.state == "learning"
        step, action = next_step(frame, known.curve if at_rest or not learns else None)
        why = diagnosis.why
        more = f"{diagnosis.more} {step if known.advises else ''}".strip()
        if diagnosis.state == "not started" and frame.looks_back:
            why = _START.format(frame.newest_step)
            more = ""
        elif diagnosis.state == "not started" and known.advises:  # the headline has it
            why, more = step, why
        if known.event and known.advises:
            why = f"{known.event} {why}"
        elif known.event:  # a lesson says one thing at a time
            why = known.event
            more = ""
        return Status(
            diagnosis.headline,
            why,
            more,
            diagnosis.mood,
            remedies=tuple(
                each
                if each and known.advises and frame.settings.objection(**each.changes) is None
                else None
                for each in (action, action and action.other)
            ),
            lowest=None if frame.why_it_diverges else lowest_step(frame, known.curve),
            learns=learns,
        )

    def _button(self, at: int, name: str) -> QToolButton:
        """Return a button for one of the remedies, hidden at first."""
        button = small_button(
            name, "", clicked=lambda: self.action_asked.emit(self._shown.remedies[at])
        )
        themes.set_look(button, "next")
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
            *self._buttons,
            within=self,
            spacing=2 * themes.GRID,
            margins=(14, 4, 12, 0),
        )
        self._keep_height()

    def _keep_height(self) -> None:
        lines = height_of(_LINES, self.sentence)
        self._buttons[0].ensurePolished()
        self.setFixedHeight(max(self._buttons[0].sizeHint().height(), lines) + 6)
        self._reason.setFixedHeight(lines)

    def _show(self, frame: Frame, status: Status) -> None:
        self._shown = status
        self._show_broken()
        for button, remedy in zip(self._buttons, status.remedies, strict=True):
            button.setVisible(remedy is not None)
            if remedy is not None:
                button.setText(with_real_minus(remedy.label))
                set_tip(button, remedy.words)
        self._back.setVisible(status.lowest is not None)
        if status.lowest is not None:
            where = f"step {status.lowest:,}, where the loss was lowest"
            self._back.setToolTip(f"Look at {where}; another rate, or Run, goes on from there.")
            self._back.setAccessibleName(f"Step back to {where}")
        beside = (self.on_purpose, self._back, *self._buttons)
        room = sum(not each.isHidden() for each in beside) <= 1  # not for three buttons
        self.share.setVisible(room and self._tells and _is_over(frame))
        if self.state.text() != status.headline:
            self.state.setText(status.headline)
        if not self._news.isActive():
            self._news.start()
        self._fit()
        if self._dot.property("mood") != status.mood:
            for part in (self._dot, self.state):
                part.setProperty("mood", status.mood)
            themes.repolish(self._dot)

    @property
    def _tells(self) -> bool:
        return self.known.advises and not self.known.asks

    def _show_broken(self) -> None:
        """Name the breaks that are on, with all about them in the tooltip."""
        line = breaks_line(self._frame.settings) if self._frame and self._tells else ""
        names = line.partition(". ")[0].removesuffix(".")
        room = min(themes.scaled(_PURPOSE), self.width() // _PART)
        if self.on_purpose.fontMetrics().horizontalAdvance(names) > room:
            names = names.partition(": ")[2]  # to leave room for the headline and the reason
        show_text(self.on_purpose, fitted_line(names, self.on_purpose, room))
        set_tip(self.on_purpose, line)

    def _announce(self) -> None:
        """Announce a new state, or only what happened in the same; a preview is not announced."""
        headline = self.state.text()
        event = self.known.event
        before = self._announced
        previews = self._frame is not None and self._frame.selection.hovered_step is not None
        if (headline, event) != before and self.isVisible() and not previews:
            self._announced = headline, event
            same = event and headline == before[0]
            announce(self.state, event if same else f"{headline}. {self._shown.whole}")

    def _fit(self) -> None:
        """Write as many of the words as there is room for; the tooltip has all."""
        self._row.activate()
        self._reason.fill()
        words = with_real_minus(self._shown.words)
        shown = fitted(words, self.sentence)
        event = self.known.event
        if shown != words and event and words.startswith(event):
            shown = fitted(event, self.sentence)  # rather than also half of the reason
        self.sentence.setText(shown)
        set_tip(self.sentence, "" if shown == self._shown.whole else self._shown.whole)


def _is_over(frame: Frame) -> bool:
    """Return whether a run or a race has come to its end, and is shown there."""
    if frame.race is not None:
        return frame.race.over and not frame.looks_back
    evidence = None if frame.looks_back or frame.ghost else frame.evidence_now
    if not frame.newest_step or evidence is None:
        return False
    last = frame.settings.epochs * frame.settings.steps_per_epoch
    return evidence.stopped is not None or frame.newest_step >= last
