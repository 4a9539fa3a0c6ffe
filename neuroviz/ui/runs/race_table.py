"""The rows of the race dialog, one for each run that could race; they scroll if they do not fit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QSizePolicy, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.session.going import MOST
from neuroviz.session.race_moment import name_of, numbers_of
from neuroviz.session.race_runs import RaceRun
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.number_box import NumberBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import ScrolledPage, named, show_text, text_label
from neuroviz.ui.theme.read_aloud import announce

_LONGEST_NAME = 80
_NUMBER = 106


class RaceRow(QObject):
    """The controls of one row, which are placed in a grid."""

    changed = Signal()
    """Something was typed or chosen."""
    _optimizer = ""
    """Name of the last optimizer that the run could have."""
    _follows = False
    _keeps_name = False
    _settings: Settings | None = None

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index
        self.tick = QCheckBox()
        self.name_edit = QLineEdit(maxLength=_LONGEST_NAME)
        self.optimizer = ChoiceBox(OPTIMIZERS.labels)
        self.rate = NumberBox("log")
        self.rate.setRange(LEARNING_RATE.low, LEARNING_RATE.high)
        self.rate.setFixedWidth(themes.scaled(_NUMBER))
        self.numbers = text_label("", "muted", wrap=True)
        self.numbers.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.error = text_label("", "error", wrap=True)
        self._name_parts()
        self.tick.toggled.connect(self._on_ticked)
        self.name_edit.textEdited.connect(self._on_name_typed)
        self.optimizer.chosen.connect(self._on_changed)
        self.rate.valueChanged.connect(self._on_changed)
        self.rate.rejected.connect(self.show_error)
        self.rate.lineEdit().textEdited.connect(self.changed)

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """The controls, from left to right."""
        return self.tick, self.name_edit, self.optimizer, self.rate

    @property
    def shown(self) -> bool:
        """Whether the row shows a run; otherwise it is empty."""
        return self._settings is not None

    @property
    def takes_part(self) -> bool:
        """Whether the run is ticked."""
        return self.shown and self.tick.isChecked()

    @property
    def name(self) -> str:
        """The name of the run."""
        return self.name_edit.text().strip()

    @property
    def wrong(self) -> bool:
        """Whether an error is shown below the row."""
        return bool(self.error.text())

    def settings(self) -> Settings:
        """Return the settings of the run.

        Raises
        ------
        SettingsError
            If the experiment cannot have this optimizer.
        """
        assert self._settings is not None
        return self._settings.replace(
            optimizer=self.optimizer.name(), learning_rate=self.rate.value()
        )

    def show_run(self, race_run: RaceRun | None, *, keeps_name: bool, takes_part: bool) -> None:
        """Show a run that could race; None for an empty row.

        Parameters
        ----------
        race_run
            Its name and settings.
        keeps_name
            Whether it keeps its name when its settings are changed.
        takes_part
            Whether it is ticked.
        """
        self._settings = race_run.settings if race_run else None
        self._follows = race_run is not None and not race_run.own_name
        self._keeps_name = keeps_name
        for part in (*self.parts, self.numbers):
            part.setVisible(race_run is not None)
        self.show_error("")
        if race_run is None:
            return
        self.tick.setChecked(takes_part)
        self._enable(takes_part)
        self.name_edit.setText(race_run.name)
        self.name_edit.setCursorPosition(0)
        self.optimizer.set_objections(
            {name: race_run.settings.objection(optimizer=name) for name in OPTIMIZERS}
        )
        self._optimizer = race_run.settings.optimizer
        self.optimizer.set_name(self._optimizer)
        self.rate.show_value(race_run.settings.learning_rate)
        self._show_numbers()

    def follow(self, racing: Sequence[Settings]) -> None:
        """Take the name that says how this run differs from the others, unless it has its own."""
        if self._follows and self._settings is not None:
            name = name_of(self.settings(), racing)
            if name != self.name_edit.text():
                self.name_edit.setText(name)
                self.name_edit.setCursorPosition(0)

    def show_error(self, sentence: str) -> None:
        """Show what is wrong with the row; an empty sentence hides the error."""
        show_text(self.error, sentence)
        if sentence:
            announce(self.error, sentence)

    def _name_parts(self) -> None:
        number = self.index + 1
        for part, name, words in zip(
            self.parts,
            ("takes_part", "name", "optimizer", "rate"),
            ("Takes part", "Name", "Optimizer", "Learning rate"),
            strict=True,
        ):
            named(part, f"race_{name}_{number}", f"{words}, run {number}")
        self.numbers.setObjectName(f"race_numbers_{number}")  # a name would be read in its place
        self.error.setObjectName(f"race_error_{number}")

    def _enable(self, on: bool) -> None:
        for part in self.parts[1:]:
            part.setEnabled(on)

    def _on_ticked(self, on: bool) -> None:
        self._enable(on)
        self.changed.emit()

    def _on_name_typed(self) -> None:
        self._follows = False
        self._keeps_name = True
        self.changed.emit()

    def _on_changed(self) -> None:
        # An empty row may still receive what was being typed before.
        if self._settings is None:
            return
        try:
            self.settings()
        except SettingsError as error:
            self.optimizer.set_name(self._optimizer)
            self.show_error(str(error))
            return
        self._optimizer = self.optimizer.name()
        self._follows = not self._keeps_name
        self._show_numbers()
        self.changed.emit()

    def _show_numbers(self) -> None:
        """Show the optimizer's own numbers, as they are in the race."""
        # A name and its number stay in one line.
        texts = (text.replace(" ", "\u00a0") for text in numbers_of(self.settings()))
        self.numbers.setText(" · ".join(texts))


_GREATEST_HEIGHT = 420  # about ten rows
_LEAST = 100  # about two
_REST = 310
"""Height in pixels of all the rest of the dialog, with its frame: on a small screen rows scroll."""


class RaceTable(ScrolledPage):
    """A line of captions, and below it a row for each run that could race."""

    changed = Signal()
    """Something was typed or chosen."""

    def __init__(self) -> None:
        self._page = QWidget()
        super().__init__(self._page)
        named(self, "race_table", "Who could race")
        self.rows: list[RaceRow] = []
        self._grid = QGridLayout(self._page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(themes.GRID)
        self._grid.setVerticalSpacing(4)
        self.every = named(QCheckBox(), "race_all", f"Up to {MOST} take part, or none")
        self.every.clicked.connect(self._tick_all)
        self._grid.addWidget(self.every, 0, 0)
        captions = ("Name", "Optimizer", "Learning rate", "Its numbers")
        for column, caption in enumerate(captions, start=1):
            self._grid.addWidget(text_label("", "caption", caption), 0, column)
        for column, share in ((1, 24), (2, 36), (4, 15)):
            self._grid.setColumnStretch(column, share)

    def show_runs(self, race_runs: Sequence[RaceRun], *, keep_names: bool) -> None:
        """Show the runs that could race.

        The first MOST are ticked. With ``keep_names`` no run is renamed when it changes.
        """
        for index in range(len(self.rows), len(race_runs)):
            self._add(RaceRow(index))
        for row in self.rows:
            race_run = race_runs[row.index] if row.index < len(race_runs) else None
            row.show_run(race_run, keeps_name=keep_names, takes_part=row.index < MOST)
        self._show_how_many()
        self.rename()

    def show_first_error(self) -> None:
        """Scroll to the first error."""
        wrong = next((row for row in self.rows if row.wrong), None)
        if wrong is not None:
            self.ensureWidgetVisible(wrong.error)

    def sizeHint(self) -> QSize:
        """Return the size that all rows need, limited to what a small screen has room for."""
        wanted = self._page.sizeHint()
        room = self.screen().availableGeometry().height() - _REST
        return QSize(wanted.width(), min(wanted.height(), _GREATEST_HEIGHT, max(room, _LEAST)))

    def minimumSizeHint(self) -> QSize:
        """Return the same size, so that the dialog grows with its rows."""
        return self.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for a new size when a row or an error comes or goes."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _add(self, row: RaceRow) -> None:
        for column, part in enumerate((*row.parts, row.numbers)):
            self._grid.addWidget(part, 2 * row.index + 1, column)
        self._grid.addWidget(row.error, 2 * row.index + 2, 1, 1, 3)
        row.optimizer.read_as(row.optimizer.accessibleName())
        above = self.rows[-1].parts[-1] if self.rows else self.every
        for before, after in pairwise((above, *row.parts)):  # rows may be added later
            QWidget.setTabOrder(before, after)
        self.rows.append(row)
        row.changed.connect(self._on_changed)
        row.rate.rejected.connect(self.show_first_error)

    def _on_changed(self) -> None:
        self._show_how_many()
        self.rename()
        self.changed.emit()

    def _show_how_many(self) -> None:
        """Tick the box over the rows where no more can take part, and half where some do."""
        racing = sum(row.takes_part for row in self.rows)
        full = racing >= min(MOST, sum(row.shown for row in self.rows))
        some = Qt.CheckState.PartiallyChecked if racing else Qt.CheckState.Unchecked
        self.every.setCheckState(Qt.CheckState.Checked if racing and full else some)

    def _tick_all(self, on: bool) -> None:
        """Let the first MOST runs take part, or none."""
        for row in self.rows:
            row.tick.setChecked(on and row.index < MOST)

    def rename(self) -> None:
        """Name every run by how it differs from the others that take part."""
        racing = [row.settings() for row in self.rows if row.takes_part]
        for row in self.rows:
            row.follow(racing)
