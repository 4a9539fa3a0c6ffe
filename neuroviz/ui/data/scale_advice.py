"""A line that says what the sizes of the inputs do to the learning rate, with a button that standardises them."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from neuroviz.core.curvature.scale_hint import scale_hint
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import subscripted
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.fitting import height_of
from neuroviz.ui.theme.parts import small_button, wrapped_label


class ScaleAdvice(QWidget):
    """Object names are ``hint`` and ``standardise``, behind a prefix.

    Parameters
    ----------
    prefix
        Of the object names.
    """

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.hint = wrapped_label(f"{prefix}_hint", "muted")
        self.button = small_button(f"{prefix}_standardise", "Standardise", spoken="Standardise the inputs")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(themes.GRID)
        row.addWidget(self.hint, 1)
        row.addWidget(self.button)
        self.hint.setMinimumHeight(height_of(2, self.hint))

    def show_data(self, data: Dataset | None) -> bool:
        """Say what the sizes of the inputs do, and return whether there is anything to say; None for no data."""
        hint = None if data is None else scale_hint(data, [subscripted(name) for name in data.input_names])
        self.hint.setVisible(data is not None)
        self.hint.setText("" if hint is None else hint.sentence)
        self.button.setVisible(hint is not None)
        return hint is not None
