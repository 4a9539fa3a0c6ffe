"""The panels of the side column that are built when they are first seen, and what their buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.ui.export.exporter import Exporter
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.window.later import Later
from neuroviz.ui.window.runs_control import RunsControl

if TYPE_CHECKING:  # what is built at its first use is imported then
    from neuroviz.ui.panels.arithmetic.panel import ArithmeticPanel
    from neuroviz.ui.panels.code.panel import CodePanel
    from neuroviz.ui.runs.panel import RunsPanel


class SidePanels(QObject):
    """Arithmetic, code and runs.

    Parameters
    ----------
    preferences
        Keep the style of the code.
    exporter, listing
        Do what the panels ask for.
    """

    asked = Signal(Quantity)
    """Why a number is what it is."""
    race_asked = Signal(object)
    """A race between these runs: list of (name, Settings)."""
    told = Signal(str)
    """What was done."""

    def __init__(
        self, theme: Theme, preferences: Preferences, exporter: Exporter, listing: RunsControl, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._exporter = exporter
        self._listing = listing
        self.arithmetic = Later(self._build_arithmetic, theme)
        self.code = Later(self._build_code, theme)
        self.runs = Later(self._build_runs, theme)

    def _build_arithmetic(self, theme: Theme) -> ArithmeticPanel:
        from neuroviz.ui.panels.arithmetic.panel import ArithmeticPanel

        panel = ArithmeticPanel(theme)
        panel.asked.connect(self.asked)
        return panel

    def _build_code(self, theme: Theme) -> CodePanel:
        from neuroviz.ui.panels.code.panel import CodePanel

        panel = CodePanel(theme)
        panel.set_style(self._preferences.code_style())
        panel.style_changed.connect(self._preferences.set_code_style)
        panel.save_asked.connect(self._exporter.export_script)
        panel.told.connect(self.told)
        return panel

    def _build_runs(self, theme: Theme) -> RunsPanel:
        from neuroviz.ui.runs.panel import RunsPanel

        panel = RunsPanel(theme)
        listing = self._listing
        panel.pin_asked.connect(listing.pin)
        panel.rename_asked.connect(listing.rename)
        panel.note_written.connect(listing.write_note)
        panel.delete_asked.connect(listing.delete)
        panel.bring_back_asked.connect(listing.bring_back)
        panel.race_asked.connect(self.race_asked)
        panel.end_race_asked.connect(listing.end_race)
        panel.export_csv_asked.connect(self._exporter.export_runs_csv)
        panel.export_figure_asked.connect(self._exporter.export_runs_figure)
        panel.visible_asked.connect(listing.show_run)
        return panel
