"""What one entry of the list of runs says, and the model that keeps the entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt, Signal

from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import DASH, exact
from neuroviz.session.runs import ListedRun
from neuroviz.ui.canvas.tables import Index

_ALIKE = "same settings as the others"
_ALONE = ""


@dataclass(frozen=True)
class RunEntry:
    """One entry."""

    number: int
    name: str
    slot: int
    visible: bool
    """Whether it is drawn: the active one always is."""
    active: bool
    """As in :class:`~neuroviz.session.runs.ListedRun`, as number, name and slot are."""
    differs: str
    """In what it differs from the others, in words."""
    stand: str
    """Its epoch and its loss."""
    tip: str
    """The same with every digit."""
    marks: tuple[str, ...]
    """What else there is to say: "now", "stopped", its place in a race that is over;
    "racing" where it is none."""

    @property
    def fixed(self) -> tuple[object, ...]:
        """All that does not change by itself while runs go on."""
        return (
            self.number,
            self.name,
            self.slot,
            self.visible,
            self.active,
            self.differs,
            self.marks,
        )

    @property
    def spoken(self) -> str:
        """The whole entry for a screen reader."""
        shown = "shown" if self.visible else "hidden"
        return ", ".join(
            part for part in (self.name, *self.marks, self.differs, self.stand, shown) if part
        )


def entry_of(run: ListedRun, *, alone: bool) -> RunEntry:
    """Return what the list says of a run; the only one differs from none."""
    step, loss = run.rows.last_loss if run.rows else (0, None)
    epoch = f"{step // run.rows.steps_per_epoch:,}" if run.rows else DASH
    said = (("now", run.active), ("stopped", run.stopped), (run.place, run.place))
    marks = tuple(mark for mark, holds in said if holds)
    differs = run.differs or (_ALONE if alone else _ALIKE)
    digits = "" if loss is None else f"loss {exact(loss)} at epoch {epoch}"
    return RunEntry(
        number=run.number,
        name=run.name,
        slot=run.slot,
        visible=run.visible or run.active,
        active=run.active,
        differs=differs,
        stand=f"epoch {epoch} · loss {loss_said(run.settings, loss)}",
        tip="\n".join(part for part in (run.name, differs, digits) if part),
        marks=marks or (("racing",) if run.racing else ()),
    )


class RunsModel(QAbstractListModel):
    """The entries; a typed name and a pressed check box leave as signals.

    They come back as other entries.
    """

    renamed = Signal(int, str)
    switched = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[RunEntry, ...] = ()

    def show(self, lines: Sequence[RunEntry]) -> bool:
        """Take other entries; return whether they are of other runs than before."""
        others = [line.number for line in lines] != [line.number for line in self.lines]
        if others:
            self.beginResetModel()
            self.lines = tuple(lines)
            self.endResetModel()
            return True
        old, self.lines = self.lines, tuple(lines)
        for row, (before, after) in enumerate(zip(old, self.lines, strict=True)):
            if before != after:
                self.dataChanged.emit(self.index(row), self.index(row))
        return False

    def row_of(self, number: int | None) -> int | None:
        """Return where a run stands; None if it does not."""
        return next((row for row, line in enumerate(self.lines) if line.number == number), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return the number of entries."""
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every entry be picked and renamed, and all but the active one be switched."""
        flags = (
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        )
        return flags if self.lines[index.row()].active else flags | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the name, the rest in words, and whether the run is shown."""
        line = self.lines[index.row()]
        roles = Qt.ItemDataRole
        if role in (roles.DisplayRole, roles.EditRole):
            return line.name
        if role == roles.CheckStateRole:
            return Qt.CheckState.Checked if line.visible else Qt.CheckState.Unchecked
        return {roles.ToolTipRole: line.tip, roles.AccessibleTextRole: line.spoken}.get(
            Qt.ItemDataRole(role)
        )

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another name, where an empty one changes nothing, or for a run to be switched."""
        line = self.lines[index.row()]
        name = str(value).strip()
        if role == Qt.ItemDataRole.CheckStateRole:
            self.switch(index)
        elif role == Qt.ItemDataRole.EditRole and name and name != line.name:
            self.renamed.emit(line.number, name)
        return False

    def switch(self, index: Index) -> None:
        """Ask for a run to be shown, or to be hidden; the active one is always shown."""
        line = self.lines[index.row()]
        if not line.active:
            self.switched.emit(line.number, not line.visible)
