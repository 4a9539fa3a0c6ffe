"""How data are prepared for the neuron: scaling, with advice on it, and rows held out."""

from __future__ import annotations

import random
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.curvature.scale_hint import scale_hint, target_hint
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.preparation import LARGEST_SHARE, SCALINGS
from neuroviz.core.numbers import format_number, with_real_minus
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.number_box import NumberBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    STRETCH,
    caption,
    height_of,
    in_row,
    named,
    small_button,
    text_label,
    wrapped_label,
)

_SEEDS = 10_000
_MOST_ROWS = 6
_ROUNDED = 1.5
"""Rows by which a typed share may differ from what is held out, since each class gives whole
rows."""


class Preparation(QWidget):
    """A line with scaling, the share of rows held out, and a button to hold out other rows.

    Object names are ``scaling``, ``held_out`` and ``other_rows``, after a prefix.

    Parameters
    ----------
    prefix
        The prefix of the object names.
    """

    changed = Signal()
    """A person wants another preparation."""
    refused = Signal(str)
    """What is wrong with a number that was typed; empty once nothing is."""
    _seed = 0
    _draws = False
    """Whether a person wants other rows held out than the data have."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        tips = {name: kind.formula for name, kind in SCALINGS.items()}
        self.scaling = named(ChoiceBox(SCALINGS.labels, tips), f"{prefix}_scaling")
        self.scaling.setMinimumContentsLength(12)
        self.held_out = named(NumberBox(step=5), f"{prefix}_held_out", "Rows held out, in per cent")
        self.held_out.setRange(0, 100 * LARGEST_SHARE)
        self.which = text_label(f"{prefix}_held_rows", "muted")
        self.other = small_button(
            f"{prefix}_other_rows",
            "other rows",
            "Hold out the same number of other rows",
            "Hold out other rows",
            clicked=self._on_other,
        )
        self.other.setEnabled(False)  # until there are data with rows held out
        self.held_out.setToolTip(
            "This share of the rows is kept aside: the neuron is not trained on them"
        )
        self._place()
        self.scaling.read_as("Scaling of the inputs")
        self.scaling.chosen.connect(self.changed)
        self.held_out.valueChanged.connect(self._draw)
        self.held_out.rejected.connect(self.refused)

    def _place(self) -> None:
        in_row(
            caption("Scaling", self.scaling),
            self.scaling,
            caption("Held out", self.held_out),
            self.held_out,
            caption("%"),
            self.other,
            self.which,
            STRETCH,
            within=self,
            spacing=themes.GRID,
        )

    def show_data(self, data: Dataset, numbers: Sequence[int] = (), unit: str = "row") -> None:
        """Show how data are prepared, without a signal, and which rows are held out.

        ``numbers`` are the numbers of the rows, in the given unit.
        """
        self.scaling.set_name(data.scaling.name)
        self._draws = False
        differs = abs(self.share * data.rows - len(data.held_out)) > _ROUNDED
        if differs or bool(self.share) != bool(data.held_out):
            with QSignalBlocker(self.held_out):
                share = format_number(100 * len(data.held_out) / data.rows, 2)
                self.held_out.setValue(float(share))
        self.other.setEnabled(bool(data.held_out))
        self.which.setText(
            _rows_said([numbers[row] for row in data.held_out] if numbers else [], unit)
        )

    def standardise(self) -> None:
        """Choose standardised inputs."""
        self.scaling.set_name("standardise")
        self.changed.emit()

    @property
    def share(self) -> float:
        """The share of rows to hold out, 0 … 0.9."""
        return self.held_out.value() / 100

    def prepared(self, data: Dataset) -> Dataset:
        """Return data with the chosen preparation.

        Rows that are held out stay so until a person wants another share, or other rows.

        Raises
        ------
        SettingsError
            If the share holds out no row.
        """
        if data.rows == 1 and self.share:
            raise SettingsError("The only row cannot be held out: add more.", "held_out")
        if self._draws or (self.share and not data.held_out):
            data = data.holding_out(self.share, self._seed)
        scaling = self.scaling.name()
        return data if {data.scaling.name, scaling} == {"none"} else data.scaled(scaling)

    def _on_other(self) -> None:
        self._seed = random.randrange(_SEEDS)
        self._draw()

    def _draw(self) -> None:
        self._draws = True
        self.changed.emit()


def _rows_said(rows: Sequence[int], unit: str) -> str:
    """Return the numbers of rows in words, or how many there are if they are too many to name."""
    if len(rows) > _MOST_ROWS:
        return f"{len(rows):,} rows"
    return (
        f"{unit}{'s' * (len(rows) > 1)} {', '.join(f'{row:,}' for row in sorted(rows))}"
        if rows
        else ""
    )


class ScaleAdvice(QWidget):
    """Advice on scaling, with a button.

    Object names are ``hint`` and ``standardise``, after a prefix.
    """

    def __init__(self, prefix: str, preparation: Preparation) -> None:
        super().__init__()
        self.hint = wrapped_label(f"{prefix}_hint", "muted")
        self.button = small_button(
            f"{prefix}_standardise",
            "Standardise",
            spoken="Standardise the inputs",
            clicked=preparation.standardise,
        )
        in_row((self.hint, 1), self.button, within=self, spacing=themes.GRID)
        self.hint.setMinimumHeight(height_of(2, self.hint))

    def show_data(self, data: Dataset | None) -> bool:
        """Say what the sizes of the inputs do; return whether there is anything to say.

        None stands for no data, and leaves the room for the words empty, so that nothing moves.
        """
        self.hint.clear()
        hint = None
        if data is not None:
            hint = scale_hint(data)
            said = [hint.sentence if hint else "", target_hint(data)]
            self.hint.setText(with_real_minus(" ".join(filter(None, said))))
        self.button.setVisible(hint is not None)
        return hint is not None
