"""The dialog for tables: what was understood of a file or pasted text, to correct and take."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QWidget,
)

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import counted
from neuroviz.files.data.corrections import Mends, codings
from neuroviz.files.data.source import Source, file_source, text_source
from neuroviz.files.data.table import ParsedTable, TableReading
from neuroviz.files.data.understood import ImportChoice, Understood, understood
from neuroviz.ui.canvas.jobs import Job, one_shot
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.data.import_parts import FormChoices, HeadLines, Preparation, Remarks, ScaleAdvice
from neuroviz.ui.data.preview import Preview
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    DIALOG,
    STRETCH,
    ScrolledPage,
    caption,
    height_of,
    in_column,
    in_row,
    named,
    set_tip,
    take_or_cancel,
    width_on_screen,
    wrapped_label,
)

_WIDTH = 760
_SPACING = 8
_SHORT = 18
_LONG = 32
"""Letters of a choice that are visible."""
_PATIENCE = 300
"""Milliseconds of reading before its progress is shown."""
_MOST_FAULTS = 20
_SCREEN = 0.92
"""Share of a screen's height that it takes, at most."""


class ImportDialog(QDialog):
    """Reads a table and shows what was understood; nothing else changes before it is taken."""

    taken = Signal(object)
    """The data set that a person takes."""
    _source: Source | None = None
    _understood: Understood | None = None
    _ready: Dataset | None = None
    _reading: TableReading | None = None
    _table: ParsedTable | None = None
    """The table as it was read."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("import_dialog")
        self.setWindowTitle("Open data")
        self._mends = Mends()
        self._choice = ImportChoice()
        self.job = Job(self)
        self._build()
        self._place()
        self._connect()

    def read_file(self, path: str) -> None:
        """Read a file."""
        self._begin(file_source, path)

    def read_text(self, text: str) -> None:
        """Read pasted text."""
        self._begin(text_source, text)

    def show_error(self, sentence: str) -> None:
        """Say why there are no data to take, and offer none; or, without a reason, offer them."""
        self.remarks.show_error(sentence, there=self._understood is not None)
        self.take.setEnabled(not sentence and self._understood is not None)
        # During reading nothing else could have the focus,
        # and a dialog behind another window has none at all.
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        if self.take.isEnabled() and self.focusWidget() in (None, cancel):
            self.take.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop reading when nobody waits for it."""
        super().hideEvent(event)
        self.job.drop()
        self._soon.stop()

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        self.title = _words("import_title", "section")
        self.progress = named(QProgressBar(maximum=1000), "import_progress")
        self.head = HeadLines()
        self.form = FormChoices()
        self.preview = Preview()
        self.remarks = Remarks()
        self.target = _box("import_target", "Target column", _SHORT)
        self.coding = _box("import_coding", "Meaning of the target", _LONG)
        self.leave_out = named(QCheckBox(), "import_leave_out")
        self.message = _words("import_told", "muted")
        self.preparation = Preparation("import")
        self.advice = ScaleAdvice("import", self.preparation)
        self.buttons, self.take = take_or_cancel(
            self, "import_take", "Use these data", self._on_taken
        )

    def _place(self) -> None:
        self.body = QWidget()
        in_column(
            in_row(
                caption("Target", self.target),
                self.target,
                caption("means", self.coding),
                self.coding,
                STRETCH,
                spacing=themes.GRID,
            ),
            self.leave_out,
            self.message,
            self.preparation,
            self.advice,
            within=self.body,
            spacing=_SPACING,
        )
        self._page = QWidget()
        in_column(
            self.title,
            self.progress,
            self.head,
            self.form,
            (self.preview, 1),
            self.remarks,
            self.body,
            (None, 0),
            within=self._page,
            spacing=_SPACING,
        )
        self._scroll = ScrolledPage(self._page)
        in_column((self._scroll, 1), self.buttons, within=self, spacing=_SPACING, margins=DIALOG)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setMinimumWidth(width_on_screen(self, _WIDTH))
        # Lines for form, columns, what is not used, and two for what is left out.
        self.message.setMinimumHeight(height_of(5, self.message))

    def _connect(self) -> None:
        self._soon = one_shot(self, self.progress.show, _PATIENCE)
        self.job.advanced.connect(self._on_advanced)
        self.form.changed.connect(self._read)
        self.preview.wanted.connect(self._on_wanted)
        self.preview.mended.connect(lambda row, column, text: self._mend({(row, column): text}))
        self.preview.looked_at.connect(self._on_looked_at)
        self.remarks.offer.clicked.connect(self._on_offer)
        self.remarks.undo.clicked.connect(self._on_undo)
        QShortcut(QKeySequence.StandardKey.Undo, self, self._on_undo)
        QShortcut(QKeySequence.StandardKey.Redo, self, self._on_redo)
        self.target.chosen.connect(self._on_target)
        self.coding.chosen.connect(self._on_coding)
        self.leave_out.toggled.connect(lambda on: self._choose(replace(self._choice, leave_out=on)))
        self.preparation.changed.connect(self._show_preparation)
        self.preparation.refused.connect(self.show_error)

    # --- reading ----------------------------------------------------------------------------------

    def _begin(self, source_of: Callable[[str], Source], said: str) -> None:
        self.setWindowTitle("Paste data" if source_of is text_source else "Open data")
        try:
            self._source = source = source_of(said)
        except SettingsError as error:
            self._fail(error)
            return
        self.title.setText("Reading …" if source.path is None else f"Reading {source.origin} …")
        for part in (self.head, self.form, self.preview, self.remarks, self.body):
            part.hide()
        self._read()

    def _read(self) -> None:
        """Read the table in the form that a person has corrected."""
        assert self._source is not None
        self.show_error("")
        self.take.setEnabled(False)
        self.progress.hide()
        self._soon.start()
        try:
            self._reading = TableReading(self._source, self.form.wishes())
        except SettingsError as error:
            self._fail(error)
        else:
            self.job.start(self._reading.work(), self._on_read, self._fail, after=0)

    def _on_advanced(self) -> None:
        assert self._reading is not None
        share = self._reading.share
        # The share of a spreadsheet is unknown until it is unpacked.
        self.progress.setRange(0, 1000 if share else 0)
        self.progress.setValue(round(1000 * share))

    def _end_reading(self) -> None:
        self._soon.stop()
        self.progress.hide()

    def _fail(self, error: ValueError) -> None:
        """Say why there is no table; until its form is corrected nothing else can be chosen."""
        self._end_reading()
        self._understood = self._ready = None
        self._let_choose(False)
        self.advice.show_data(None)
        if self._table is None:
            self.title.setText("There are no data to use.")
        self._show_read()
        self.preview.show_understood(None)
        self.remarks.show_offers(None, undo=self._mends.can_undo)
        self.show_error(str(error))

    def _show_read(self) -> None:
        """Show how the text begins and in which form it is, as far as that is known."""
        reading = self._reading
        self.head.show_lines(reading.head if reading else (), reading.skipped if reading else 0)
        if reading is not None and reading.form is not None:
            self.form.show_form(reading.form)
        self.form.setVisible(reading is not None and reading.form is not None)
        self.remarks.show()
        for part in (self.preview, self.body):
            part.setVisible(self._table is not None)
        QTimer.singleShot(0, self, self._fit)  # once hidden parts no longer take room

    def _fit(self) -> None:
        """Make the dialog as high as its parts need; beyond the screen they scroll."""
        screen = self.screen().availableGeometry()
        around = self.sizeHint().height() - self._scroll.sizeHint().height()
        # The least height of words that wrap is that of their narrowest, and nothing is lower.
        page = self._page.sizeHint().expandedTo(self._page.minimumSizeHint())
        wanted = page.height() + around
        wanted = min(wanted, round(_SCREEN * screen.height()))
        self.resize(self.width(), max(self.height(), wanted) if self._ready else wanted)
        below = self.frameGeometry().bottom() - screen.bottom()
        if below > 0:
            self.move(self.x(), max(screen.top(), self.y() - below))

    def _on_read(self, table: ParsedTable) -> None:
        self._end_reading()
        if self._table is None or self._table.names != table.names:
            self._choice = ImportChoice(leave_out=self._choice.leave_out)
        self._table = table
        pasted = self._source is not None and self._source.path is None
        self.title.setText(
            f"What was understood of {'the pasted text' if pasted else table.origin}"
        )
        self._show_read()
        self._understand()
        if self._ready is None and self._understood is not None:
            self.preview.setFocus()

    # --- understanding ----------------------------------------------------------------------------

    def _understand(self) -> None:
        """Show what the columns are for, with what a person has corrected."""
        assert self._table is not None
        table = self._mends.applied(self._table)
        try:
            self._understood = understood(table, self._choice)
        except SettingsError as error:
            self._fail(error)
            return
        self._let_choose(True)
        found = self._understood
        self.preview.show_understood(found)
        # Without rows there is nothing to say except why there are none.
        self.message.setText("\n".join(found.sentences() if table.lines else ()))
        set_tip(self.message, self.message.text())
        _fill(self.target, {name: name for name in table.names}, table.names[found.target])
        ways, chosen = codings(found)
        _fill(self.coding, {name: label for name, (label, _) in ways.items()}, chosen)
        self.coding.setEnabled(bool(ways))
        self.coding.setPlaceholderText("choose two of its classes" if ways else "too many classes")
        self._show_faults(found)
        self.remarks.show_offers(found, undo=self._mends.can_undo)
        self._go_to_fault(found)
        self._show_preparation()

    def _go_to_fault(self, found: Understood) -> None:
        """Go to the first cell that cannot be used, unless the focus is already in one."""
        if (
            found.first_fault is not None
            and not found.choice.leave_out
            and not self.preview.is_at_fault()
        ):
            self.preview.go_to(*found.first_fault)

    def _let_choose(self, on: bool) -> None:
        """Enable or disable the choice of what the columns are for."""
        for part in (self.target, self.coding, self.leave_out, self.preparation):
            part.setEnabled(on)
        if not on:
            self.leave_out.hide()
            self.message.clear()

    def _show_faults(self, found: Understood) -> None:
        faults = found.faults
        self.leave_out.setVisible(bool(faults and found.table.lines))
        self.leave_out.setText(f"Leave out the {counted(len(faults), 'row')} that cannot be used")
        more = [f"… and {len(faults) - _MOST_FAULTS:,} more"] if len(faults) > _MOST_FAULTS else []
        self.leave_out.setToolTip("\n".join([*map(str, faults[:_MOST_FAULTS]), *more]))

    def _show_preparation(self) -> None:
        """Show what scaling does to the rate, or why there are no data."""
        self._ready = data = self._data()
        if self.advice.show_data(data):  # below all else, where it would be out of sight
            QTimer.singleShot(0, self, self._fit)
        if data is None or self._understood is None:
            return
        table = self._understood.table
        numbers = [table.lines[row] for row in self._understood.usable]
        self.preparation.show_data(data, numbers, table.form.unit)

    def _data(self) -> Dataset | None:
        """Return the data that would be taken; None, and show why, if there are none."""
        found = self._understood
        if found is None:
            return None
        try:
            data = self.preparation.prepared(found.dataset())
        except SettingsError as error:
            self.show_error(str(error))
            return None
        self.show_error("")
        return data

    # --- what a person corrects -------------------------------------------------------------------

    def _on_target(self, name: str) -> None:
        inputs = self._choice.inputs
        kept = None if inputs is None else tuple(each for each in inputs if each != name)
        self._choose(ImportChoice(name, kept or None, leave_out=self._choice.leave_out))

    def _on_wanted(self, column: int, role: str) -> None:
        assert self._understood is not None
        names = self._understood.table.names
        if role == "target":
            self._on_target(names[column])
            return
        inputs = {*self._understood.inputs} - {column} | ({column} if role == "input" else set())
        beside = [*self._understood.targets[1:]]
        if role == "beside":
            beside += [column] * (column not in beside)
        elif column in beside:
            beside.remove(column)
        if not inputs:
            self.show_error("One column must remain an input: the neuron needs something to go by.")
            return
        chosen = tuple(names[index] for index in sorted(inputs))
        first = names[self._understood.target]
        further = tuple(names[index] for index in beside)
        self._choose(replace(self._choice, target=first, inputs=chosen, beside=further))

    def _on_coding(self, name: str) -> None:
        assert self._understood is not None
        ways, _ = codings(self._understood)
        self._choose(ways[name][1])

    # --- what a person mends ----------------------------------------------------------------------

    def _on_offer(self) -> None:
        assert self._understood is not None
        self._mend(self._understood.otherwise_read)

    def _mend(self, cells: Mapping[tuple[int, int], str]) -> None:
        assert self._table is not None
        self._mends.write(self._table, cells)
        self._understand()

    def _on_undo(self) -> None:
        if self._mends.undo():
            self._understand()

    def _on_redo(self) -> None:
        if self._mends.redo():
            self._understand()

    def _on_looked_at(self, row: int, column: int) -> None:
        """Say what is wrong with the cell that has the focus."""
        found = self._understood
        if (
            found is not None
            and found.objection is None
            and self._ready is None
            and found.is_fault(row, column)
        ):
            self.show_error(found.told(found.fault_at(row, column)))

    def _choose(self, choice: ImportChoice) -> None:
        self._choice = choice
        self._understand()

    def _on_taken(self) -> None:
        if self._ready is not None:
            self.taken.emit(self._ready)


def _fill(box: ChoiceBox, labels: dict[str, str], chosen: str) -> None:
    """Replace the names in a box, without a signal."""
    with QSignalBlocker(box):
        box.clear()
        for name, label in labels.items():
            box.addItem(label, name)
    box.set_name(chosen)


def _box(name: str, words: str, letters: int) -> ChoiceBox:
    box = named(ChoiceBox({}), name)
    box.read_as(words)
    box.setMinimumContentsLength(letters)
    return box


def _words(name: str, role: str) -> QLabel:
    label = wrapped_label(name, role)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label
