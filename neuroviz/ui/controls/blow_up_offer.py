"""A sentence that no rate blows up here, and a button for a task at which one does."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.theme.parts import FLUSH, arrange, set_tip, small_button, text_label

_LINE = "line"
_SEE, _SEE_SHORT = "See one that blows up: the line", "No rate blows up: see the line"


def line_that_blows_up() -> dict[str, object]:
    """Return the changes to the line at a rate at which it blows up, found by trial."""
    from neuroviz.core.diagnosis.rate_trial import rate_that_blows_up  # needs torch

    return {"task": _LINE, "learning_rate": rate_that_blows_up(Settings.opened(_LINE))}


class BlowUpOffer(QWidget):
    """Both, while there is something to say.

    Parameters
    ----------
    name
        Object name of the sentence; that of the button is ``NAME_line``.
    """

    taken = Signal()
    """The task is wanted."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._room = True
        self._short = False
        self._words = text_label(name, "muted", wrap=True)
        self._button = small_button(f"{name}_line", _SEE, spoken=_SEE)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(self.taken)
        left = Qt.AlignmentFlag.AlignLeft
        rows = arrange(QVBoxLayout(self), self._words, spacing=4, margins=FLUSH)
        rows.addWidget(self._button, 0, left)
        self.hide()

    def say(self, sentence: str, *, offers: bool = True) -> None:
        """Say why, and offer the other task; nothing where the sentence is empty."""
        self._words.setText(sentence)
        set_tip(self._button, sentence)
        self._button.setVisible(offers)
        self._show()

    def fit(self, *, short: bool, room: bool) -> None:
        """Leave the sentence to the tooltip of the button, or both to that of the slider."""
        self._short, self._room = short, room
        self._button.setText(_SEE_SHORT if short else _SEE)
        self._show()

    def _show(self) -> None:
        self._words.setHidden(self._short and not self._button.isHidden())
        self.setVisible(bool(self._words.text()) and self._room)
