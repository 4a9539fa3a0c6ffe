"""The line under a table that is to come in: what is wrong with it, or what can be done, and offers to mend it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from neuroviz.files.data.form import DECIMALS, OTHER_DECIMAL
from neuroviz.files.data.understood import Understood
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import height_of, small_button, wrapped_label

_HINT = (
    "Click a column's head to choose what it is for. Double-click a cell, or type, to mend it; "
    "Ctrl+Z takes that back."
)


class Remarks(QWidget):
    """Object names are ``import_note``, ``import_error``, ``import_offer`` and ``import_undo``."""

    mends_wanted = Signal()
    """A person wants numbers with the other decimal mark to be read."""
    undo_wanted = Signal()
    """A person wants what was written last to be taken back."""

    def __init__(self) -> None:
        super().__init__()
        self._hint = wrapped_label("import_note", "muted")
        self._hint.setText(_HINT)
        self._error = wrapped_label("import_error", "error")
        self._offer = small_button("import_offer", "")
        self._undo = small_button("import_undo", "Undo", "Take back what was written last (Ctrl+Z)")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(themes.GRID)
        line.addWidget(self._hint, 1)
        line.addWidget(self._error, 1)
        line.addWidget(self._offer)
        line.addWidget(self._undo)
        self.setMinimumHeight(height_of(2, self._error))
        self._offer.clicked.connect(self.mends_wanted)
        self._undo.clicked.connect(self.undo_wanted)

    def show_error(self, sentence: str, *, there: bool) -> None:
        """Say what is wrong, or, where nothing is and a table is there, what can be done."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self._hint.setVisible(there and not sentence)

    def show_offers(self, found: Understood | None, *, undo: bool) -> None:
        """Offer to read numbers with the other decimal mark, and to take back what was written, if anything was."""
        cells = found.otherwise_read if found is not None else {}
        self._offer.setVisible(bool(cells))
        if found is not None and cells:
            place, text = next(iter(cells.items()))
            many = f"Read {len(cells):,} cells with a decimal {DECIMALS[OTHER_DECIMAL[found.table.form.decimal]]}"
            self._offer.setText(many if len(cells) > 1 else f"Read {found.table.written(*place)} as {text}")
        self._undo.setVisible(undo)
