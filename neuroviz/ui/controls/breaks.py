"""The switches that break a run on purpose: a section of the form."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.settings import Settings
from neuroviz.ui.controls.section import FormSection


class BreakSwitches(FormSection):
    """A checkbox for each row of BREAKS; the closed line says which are on."""

    changed = Signal(dict)
    """``{"breaks": names}``: these are to be on."""

    def __init__(self) -> None:
        super().__init__("breaks", "Break it on purpose")
        self.boxes = {name: QCheckBox(row.label) for name, row in BREAKS.items()}
        self._on: tuple[str, ...] = ()
        for name, box in self.boxes.items():
            self.rows.addWidget(box)
            box.setObjectName(name)
            # After a click Space runs and pauses all the same.
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.setAccessibleDescription(BREAKS[name].explanation)
            box.clicked.connect(self._on_clicked)

    def show_settings(self, settings: Settings) -> None:
        """Show which are on."""
        self._on = settings.breaks
        self.summarize(", ".join(BREAKS[name].label for name in self._on) or "nothing broken")
        for name, box in self.boxes.items():
            box.setChecked(name in self._on)

    def show_objections(self, settings: Settings) -> None:
        """Show which cannot be switched on beside the rest as dim.

        Each with its reason as tooltip.
        """
        for name, box in self.boxes.items():
            reason = (
                None
                if settings.breaks_it(name)
                else settings.objection(breaks=(*settings.breaks, name))
            )
            box.setEnabled(reason is None)
            box.setToolTip(f"{BREAKS[name].formula}\n{reason or BREAKS[name].explanation}")

    def _on_clicked(self) -> None:
        name = self.sender().objectName()
        others = tuple(other for other in self._on if other != name)
        self.changed.emit({"breaks": (*others, name) if self.boxes[name].isChecked() else others})
