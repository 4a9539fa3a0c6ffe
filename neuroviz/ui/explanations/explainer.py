"""Explainer: shows the card of the term under the pointer or at the focus."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget
from shiboken6 import isValid

from neuroviz.core.glossary import Term
from neuroviz.core.numbers import with_real_minus
from neuroviz.files.glossary import load_glossary, reference
from neuroviz.session.frame import Frame
from neuroviz.session.live_values import sentences, sources
from neuroviz.ui.canvas.jobs import one_shot, start_unless_active
from neuroviz.ui.explanations.card import ExplanationCard
from neuroviz.ui.explanations.glossary import GlossaryWindow
from neuroviz.ui.explanations.places import (
    SaysWhatStandsThere,
    TermHit,
    Underline,
    first_in,
    place_at,
    places_in,
    tip_at,
)
from neuroviz.ui.theme.parts import show_tip

_LETTERS = {
    "θ": "all parameters",
    "η": "the learning rate",
    "λmax": "the greatest curvature",
    "λmin": "the least curvature above 0",
    "λ₁": "the strength of L1",
    "λ₂": "the strength of L2",
    "λ": "the weight decay",
    "μ": "the momentum",
}
"""What the letters of a formula are called below it."""
_GRACE = 600
"""Milliseconds for the pointer to get from a term to its card."""
_PACE = 150
"""Milliseconds from a change to the update of what is open, which serves all changes till then."""

Type = QEvent.Type
HANDLED = frozenset(
    (
        Type.ToolTip,
        Type.Enter,
        Type.Leave,
        Type.MouseButtonPress,
        Type.Wheel,
        Type.KeyPress,
        Type.WindowDeactivate,
    )
)
"""Types of events that concern the explainer, wherever in the program they occur; none is sent for
a frame."""


def plain(term: Term, frame: Frame | None) -> list[tuple[str, str]]:
    """Return what a card says of a term: role in the style sheet, and text.

    It is what the term means and, if a moment is given, its numbers, and why the run is as it is.
    """
    paragraphs = [("value", term.text)]
    if frame is None:
        return paragraphs
    diagnosis = frame.diagnosis
    if diagnosis is not None and diagnosis.state == term.name:
        paragraphs.append(("value", f"This run: {diagnosis.sentence}"))
    if numbers := sentences(term, frame):
        paragraphs.append(("value", with_real_minus(numbers)))
    return paragraphs


def whole(term: Term, frame: Frame | None) -> list[tuple[str, str]]:
    """Return what the glossary says of a term: what its card says, with formula and sources.

    The Greek letters of the formula are named.
    """
    paragraphs = plain(term, frame)
    if term.formula:
        paragraphs.append(("formula", term.formula))
        named = [
            f"{letter}: {name}"
            for letter, name in _LETTERS.items()
            if re.search(rf"{letter}(?![₁₂m])", term.formula)  # λ alone is none of the other four
        ]
        paragraphs += [("muted", ", ".join(named))] if named else []
    of_now = sources(term, frame) if frame is not None else ()
    references = dict.fromkeys([*map(reference, of_now), *term.sources])
    return [*paragraphs, ("muted", "\n".join(references))]


class Explainer(QObject):
    """Replaces the tooltip where there is a term.

    One card says what a control does and what a word means. Terms are sought only once the pointer
    rests, and never while a run is drawn.

    Parameters
    ----------
    window
        The window that owns the glossary.
    frame
        Returns the moment whose numbers are shown; None where none may be.
    open_lesson
        Opens the lesson of a name, to which some terms lead.
    """

    _owner: QWidget | None = None
    _glossary_window: GlossaryWindow | None = None
    _moment: tuple[object, ...] = ()
    _underlined: tuple[object, ...] = ()
    card: ExplanationCard | None = None

    def __init__(
        self,
        window: QWidget,
        frame: Callable[[], Frame | None],
        open_lesson: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._open_lesson = open_lesson
        self._window = window
        self._frame = frame
        self._underline = Underline()
        self._grace = one_shot(self, self.hide, _GRACE)
        self._pace = one_shot(self, self._follow, _PACE)

    def handle(self, watched: QObject, event: QEvent) -> bool:
        """Handle an event of a type in HANDLED, from anywhere; return whether it is used up."""
        kind = event.type()
        if kind == Type.ToolTip:
            return self._on_rest(watched, event)
        if kind == Type.Enter:
            self._on_enter(watched)
        elif kind == Type.Leave:
            self._on_leave(watched)
        else:
            return self._on_use(watched, event)
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look anew at what is underlined once it is painted."""
        if watched is not self._underline.owner:
            watched.removeEventFilter(self)
        elif event.type() == Type.Paint:
            self.follow_soon()
        return False

    def follow_soon(self) -> None:
        """Look anew at what is open and underlined: its numbers or words may be others."""
        start_unless_active(self._pace)

    # --- asked for --------------------------------------------------------------------------------

    def explain_focused(self) -> None:
        """Explain what has the focus, or open the glossary where that is no term."""
        widget = QApplication.focusWidget()
        place = None
        if widget is not None:
            area = widget.rect()
            here = place_at(widget, area.center())
            told = first_in(widget.accessibleDescription(), area)
            told = told or first_in(widget.accessibleName(), area)
            place = told or here if isinstance(widget, SaysWhatStandsThere) else here or told
        if widget is None or place is None:
            self.open_glossary()
            return
        self._show(widget, place, "").more.setFocus(Qt.FocusReason.PopupFocusReason)

    def open_glossary(self, name: str = "") -> None:
        """Open the glossary, at a term if one is named."""
        self.hide()
        if self._glossary_window is None:
            self._glossary_window = GlossaryWindow(
                lambda term: whole(term, self._frame()), self._window
            )
        self._glossary_window.open_at(name)
        self._pace.start()

    def hide(self) -> None:
        """Remove the card, and give the focus back where the card had it."""
        card = self.card
        owner = self._owner
        self._let_go()
        if card is None or not isValid(card):  # it was deleted with its window
            return
        focused = QApplication.focusWidget()
        if (
            focused is not None
            and card.isAncestorOf(focused)
            and owner is not None
            and isValid(owner)
        ):
            owner.setFocus(Qt.FocusReason.PopupFocusReason)
        card.hide()
        card.deleteLater()

    def _let_go(self) -> None:
        """Forget a card that passes a press on to what lay below it, and deletes itself then."""
        self._grace.stop()
        self.card = self._owner = None

    def _plain(self, term: Term) -> list[tuple[str, str]]:
        return plain(term, self._frame())

    # --- events -----------------------------------------------------------------------------------

    def _on_rest(self, watched: QObject, event: QEvent) -> bool:
        """Show the card of the term under the pointer, or else the tooltip, as plain text."""
        if (
            not isinstance(watched, QWidget)
            or not isinstance(event, QHelpEvent)
            or self._in_card(watched)
            or watched.property("tells_itself")
        ):
            return False
        place = place_at(watched, event.pos())
        tip, area = tip_at(watched, event.pos())
        if place is not None and watched.window().windowType() == Qt.WindowType.Popup:
            tip = self._in_short(place.term, tip)
            area = place.rect
        elif place is not None:
            self._show(watched, place, tip)
            return True
        elif watched is self._owner:
            self.hide()
        if tip:
            show_tip(event.globalPos(), tip, watched, area)
        return bool(tip)

    def _on_enter(self, watched: QObject) -> None:
        if isinstance(watched, QLabel) and not self._in_card(watched):
            self._underline_terms(watched)
        elif isinstance(watched, QWidget) and self._in_card(watched):
            self._grace.stop()

    def _on_leave(self, watched: QObject) -> None:
        if watched is self._underline.owner:
            self._underline.hide()
        if self.card is not None and (watched is self._owner or watched is self.card):
            self._grace.start()

    def _on_use(self, watched: QObject, event: QEvent) -> bool:
        """Get out of the way of what a person does; the event goes on to its widget."""
        if self.card is None or not isinstance(watched, QWidget) or self._in_card(watched):
            return False
        self.hide()
        return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape

    def _underline_terms(self, label: QLabel) -> None:
        rects = [place.rect for place in places_in(label)]
        if rects:
            self._underlined = (label.text(), label.size())
            self._underline.show_under(label, rects)
            label.installEventFilter(self)

    def _follow(self) -> None:
        """Update what is open to the present words and numbers."""
        label = self._underline.owner
        if label and isValid(label) and (label.text(), label.size()) != self._underlined:
            self._underline.hide()
            self._underline_terms(label)
        glossary = self._glossary_window
        reads = glossary is not None and glossary.isVisible()
        card = self.card
        if not (reads or card) or not self._has_moved():
            return
        if glossary is not None:
            glossary.refresh()
        if card and not card.update_paragraphs(self._plain(load_glossary()[card.name])):
            self.hide()

    def _has_moved(self) -> bool:
        """Return whether the moment has changed since the last call."""
        frame = self._frame()
        before = self._moment
        self._moment = (
            (frame.number, frame.step, frame.sample, frame.settings, frame.rows is None)
            if frame
            else ()
        )
        return self._moment != before

    def _in_card(self, widget: QWidget) -> bool:
        return (
            self.card is not None
            and isValid(self.card)
            and (widget is self.card or self.card.isAncestorOf(widget))
        )

    # --- showing ----------------------------------------------------------------------------------

    def _on_lesson_asked(self, name: str) -> None:
        self.hide()
        self._open_lesson(name)

    def _show(self, owner: QWidget, place: TermHit, tip: str) -> ExplanationCard:
        # Imported here, so that the first paint does not wait for it.
        from neuroviz.lessons.library import lesson_about

        self.hide()
        QToolTip.hideText()
        window = owner.window()
        lesson = lesson_about(place.term.name)
        paragraphs = self._plain(place.term)
        card = ExplanationCard(
            window, place.term.name, _beside(tip, place.term), paragraphs, lesson
        )
        card.more_asked.connect(self.open_glossary)
        card.lesson_asked.connect(self._on_lesson_asked)
        card.closed.connect(self.hide)
        card.stepped_aside.connect(self._let_go)
        self.card = card
        self._owner = owner
        self._pace.start()
        # Keep all lines of a label clear, and everything of a diagram or a plot.
        rect = (
            place.rect.united(QRect(place.rect.x(), 0, 1, owner.height()))
            if isinstance(owner, QLabel) or isinstance(owner.parent(), SaysWhatStandsThere)
            else place.rect
        )
        card.show_beside(_in_window(owner, rect), _column_of(owner))
        return card

    def _in_short(self, term: Term, tip: str) -> str:
        """Return tooltip and explanation as one text, since a card cannot be over an open list."""
        return "\n\n".join(
            filter(None, (_beside(tip, term), *(text for _, text in self._plain(term))))
        )


def _in_window(widget: QWidget, rect: QRect) -> QRect:
    return QRect(widget.mapTo(widget.window(), rect.topLeft()), rect.size())


def _column_of(widget: QWidget) -> QRect | None:
    """Return the column of the window that a widget is in; None where it is in none.

    A card must not cover it: what a word in a column is about stands beside or below it there.
    """
    window = widget.window()
    column = None
    while widget is not window:
        if widget.property("column"):
            column = _in_window(widget, widget.rect())
        parent = widget.parentWidget()
        assert parent is not None  # below its window
        widget = parent
    return column


def _beside(tip: str, term: Term) -> str:
    """Return a tooltip without the formula and the sources that the explanation has too."""
    return "\n".join(line for line in tip.splitlines() if line not in (term.formula, *term.sources))
