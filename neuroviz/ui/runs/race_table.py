"""The rows of the race dialog: whoever could race, those that do not fit to be scrolled to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from neuroviz.session.race import MOST
from neuroviz.session.race_runs import RaceRun
from neuroviz.ui.runs.race_row import RaceRow
from neuroviz.ui.theme import theme as themes

_GREATEST_HEIGHT = 420  # some ten rows; with them the dialog fits a small screen


class RaceTable(QScrollArea):
    """A line of captions, and below it a row for each that could race."""

    changed = Signal()
    """Something was typed or chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("race_table")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self._page.setProperty("page", True)
        self.rows: list[RaceRow] = []
        self._grid = QGridLayout(self._page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(themes.GRID)
        self._grid.setVerticalSpacing(4)
        for column, caption in enumerate(("Name", "Optimizer", "Learning rate"), start=1):
            label = QLabel(caption)
            label.setProperty("role", "caption")
            self._grid.addWidget(label, 0, column)
        for column, share in ((1, 13), (2, 13), (3, 7)):
            self._grid.setColumnStretch(column, share)
        self.setWidget(self._page)

    def show_runs(self, race_runs: Sequence[RaceRun], *, keep_names: bool) -> None:
        """Show who could race; the first MOST of them are ticked. With ``keep_names`` a change renames nobody."""
        for index in range(len(self.rows), len(race_runs)):
            self._add(RaceRow(index))
        for row in self.rows:
            race_run = race_runs[row.index] if row.index < len(race_runs) else None
            row.show_run(race_run, keeps_name=keep_names, takes_part=row.index < MOST)
        self.rename()

    def show_first_error(self) -> None:
        """Scroll to the first sentence that says what is wrong."""
        wrong = next((row for row in self.rows if row.wrong), None)
        if wrong is not None:
            self.ensureWidgetVisible(wrong.error)

    def sizeHint(self) -> QSize:
        """Return what all rows need, as far as a small screen has it."""
        wanted = self._page.sizeHint()
        return QSize(wanted.width(), min(wanted.height(), _GREATEST_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the same, so that the dialog grows with its rows."""
        return self.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for other room when a row or a sentence comes or goes."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _add(self, row: RaceRow) -> None:
        for column, part in enumerate(row.parts):
            self._grid.addWidget(part, 2 * row.index + 1, column)
        self._grid.addWidget(row.error, 2 * row.index + 2, 1, 1, 3)
        if self.rows:  # the Tab key goes from row to row, whenever they were made
            for before, after in pairwise((self.rows[-1].parts[-1], *row.parts)):
                QWidget.setTabOrder(before, after)
        self.rows.append(row)
        row.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.rename()
        self.changed.emit()

    def rename(self) -> None:
        """Name everybody by that in which those that take part differ."""
        racing = [row.settings() for row in self.rows if row.takes_part]
        for row in self.rows:
            row.follow(racing)
