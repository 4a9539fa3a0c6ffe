"""The parts around a preview of data: first lines, form, remarks, scaling and rows held out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.curvature.scale_hint import scale_hint, target_hint
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.preparation import LARGEST_SHARE, SCALINGS
from neuroviz.core.numbers import format_number, with_real_minus
from neuroviz.files.data.form import DECIMALS, OTHER_DECIMAL, SEPARATORS, Form, Wishes
from neuroviz.files.data.understood import Understood
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.number_box import NumberBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    STRETCH,
    caption,
    height_of,
    in_row,
    named,
    show_text,
    small_button,
    text_label,
    wrapped_label,
)

_LINES = 3
"""Lines that are visible at once."""
_BELOW = 1
"""How many of them are below the last line that is not read."""
_FRAME = 6
"""Pixels of the frame and its padding."""


class HeadLines(QPlainTextEdit):
    """The first lines of a text, which can be scrolled but not edited."""

    def __init__(self) -> None:
        super().__init__(readOnly=True, lineWrapMode=QPlainTextEdit.LineWrapMode.NoWrap)
        named(self, "import_head", "The first lines as they stand")
        themes.set_look(self, "note")
        self.setFont(themes.code_font())
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        # Without a margin, whole lines are visible wherever it is scrolled to.
        self.document().setDocumentMargin(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(_LINES * self.fontMetrics().lineSpacing() + _FRAME)

    def show_lines(self, lines: Sequence[str], skipped: int) -> None:
        """Show lines, of which the first ``skipped`` are not read; hide if there are none."""
        self.setVisible(bool(lines))
        self.setPlainText("\n".join(_line(line) for line in lines))
        grey = QTextCharFormat()
        grey.setForeground(QColor(themes.now.disabled))
        grey.setFontItalic(True)
        cursor = QTextCursor(self.document())
        cursor.movePosition(
            QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor, skipped
        )
        cursor.setCharFormat(grey)
        first = max(0, min(skipped, len(lines)) - (_LINES - _BELOW))
        self.verticalScrollBar().setValue(first)


def _line(text: str) -> str:
    """Return a line in which every letter is visible, without control characters."""
    return "".join(
        letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


_ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1")
_HEADERS = {"names": "holds the names", "data": "is data already"}
_CAPTIONS = {
    "separator": "Separator",
    "decimal": "Decimal mark",
    "encoding": "Encoding",
    "header": "First row",
    "sheet": "Sheet",
}


class FormChoices(QWidget):
    """A box for each part of the form; object names are ``import_separator`` and so on."""

    changed = Signal()
    """A person has corrected something: the table must be read again with :meth:`wishes`."""

    def __init__(self) -> None:
        super().__init__()
        self._wishes: dict[str, str] = {}
        labels = {
            "separator": {letter: name.capitalize() for letter, name in SEPARATORS.items()},
            "decimal": {mark: name.capitalize() for mark, name in DECIMALS.items()},
            "encoding": {name: name for name in _ENCODINGS},
            "header": _HEADERS,
            "sheet": {},
        }
        self.boxes = {name: self._box(name, choices) for name, choices in labels.items()}
        self._captions = {name: caption(text, self.boxes[name]) for name, text in _CAPTIONS.items()}
        self.boxes["separator"].setPlaceholderText("none")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(themes.GRID)
        grid.setVerticalSpacing(2)
        for column, (name, box) in enumerate(self.boxes.items()):
            grid.addWidget(self._captions[name], 0, column)
            grid.addWidget(box, 1, column)
        self.doubt = wrapped_label("import_doubt", "muted")
        self.doubt.hide()
        grid.setColumnStretch(len(self.boxes), 1)  # so that hidden boxes leave no gaps
        grid.addWidget(self.doubt, 2, [*self.boxes].index("decimal"), 1, -1)

    def _box(self, name: str, labels: dict[str, str]) -> ChoiceBox:
        box = named(ChoiceBox(labels), f"import_{name}")
        box.read_as(_CAPTIONS[name])
        box.setMinimumContentsLength(13 if name == "header" else 9)
        box.chosen.connect(partial(self._on_chosen, name))
        return box

    def show_form(self, form: Form) -> None:
        """Show how a table was understood, and hide what its kind does not have."""
        values = {name: getattr(form, name) for name in self.boxes}
        values["header"] = "names" if form.header else "data"
        show_text(self.doubt, form.doubt)
        for sheet in form.sheets:
            self._offer("sheet", sheet)
        for name, value in values.items():
            if value is not None:
                self._offer(name, value)
            self.boxes[name].set_name(value or "")
            # A text of one column has none, unless a person says which.
            there = value is not None or (name == "separator" and form.kind == "text")
            for part in (self.boxes[name], self._captions[name]):
                part.setVisible(there)

    def _offer(self, name: str, value: str) -> None:
        """Add a value to a box, unless it is there."""
        box = self.boxes[name]
        if box.findData(value) < 0:
            with QSignalBlocker(box):
                box.addItem(value, value)

    def wishes(self) -> Wishes:
        """Return what a person has prescribed."""
        said: dict[str, Any] = dict(self._wishes)
        if "header" in said:
            said["header"] = said["header"] == "names"
        return Wishes(**said)

    def _on_chosen(self, name: str, value: str) -> None:
        self._wishes[name] = value
        self.changed.emit()


_HINT = (
    "Click a column's head to choose what it is for. Double-click a cell, or type, to correct it; "
    "Ctrl+Z undoes that."
)


class Remarks(QWidget):
    """What is wrong and what can be done, with buttons.

    Object names are ``import_note``, ``import_error``, ``import_offer`` and ``import_undo``.
    """

    def __init__(self) -> None:
        super().__init__()
        self._hint = wrapped_label("import_note", "muted")
        self._hint.setText(_HINT)
        self._error = wrapped_label("import_error", "error")
        self.offer = small_button("import_offer", "")
        """Reads numbers with the other decimal mark."""
        self.undo = small_button("import_undo", "Undo", "Undo the last change (Ctrl+Z)")
        """Undoes what was written last."""
        in_row(
            (self._hint, 1),
            (self._error, 1),
            self.offer,
            self.undo,
            within=self,
            spacing=themes.GRID,
        )
        self.setMinimumHeight(height_of(2, self._error))

    def show_error(self, sentence: str, *, there: bool) -> None:
        """Say what is wrong or, if nothing is and there is a table, what can be done."""
        show_text(self._error, sentence)
        self._hint.setVisible(there and not sentence)

    def show_offers(self, found: Understood | None, *, undo: bool) -> None:
        """Offer to read numbers with the other decimal mark, and to undo what was written."""
        cells = found.otherwise_read if found is not None else {}
        self.offer.setVisible(bool(cells))
        if found is not None and cells:
            place, text = next(iter(cells.items()))
            many = (
                f"Read {len(cells):,} cells with a decimal "
                f"{DECIMALS[OTHER_DECIMAL[found.table.form.decimal]]}"
            )
            self.offer.setText(
                many if len(cells) > 1 else f"Read {found.table.written(*place)} as {text}"
            )
        self.undo.setVisible(undo)


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
        self.held_out.setToolTip("This share of the rows is kept aside, and not trained on")
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
            share = format_number(100 * len(data.held_out) / data.rows, 2)
            self.held_out.show_value(float(share))
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
