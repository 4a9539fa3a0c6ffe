"""What of the window's switches and columns comes back at the next start."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QAbstractButton

from neuroviz.ui.preferences import Preferences
from neuroviz.ui.views.loss.held_out import HeldOutLine
from neuroviz.ui.window.columns import FoldingColumns
from neuroviz.ui.window.transport import Transport
from neuroviz.ui.window.view_grid import ViewChoice

_OF_SESSION = ("log", "two_colours")
"""The switches that belong to a session."""
_LOOKS = "held_out_looks"


class ViewPreferences:
    """Reads the preferences into the window, and writes them.

    Parameters
    ----------
    switches
        (button, whether it is on at the very first start) by their names on disk.
    """

    def __init__(
        self,
        preferences: Preferences,
        switches: Mapping[str, tuple[QAbstractButton, bool]],
        transport: Transport,
        plots: ViewChoice,
        columns: FoldingColumns,
        held_out: HeldOutLine,
    ) -> None:
        self._preferences = preferences
        self._switches = switches
        self._transport = transport
        self._plots = plots
        self._columns = columns
        self._held_out = held_out

    def restore(self) -> None:
        """Bring back what is not asked for when the parts are made."""
        for name, (button, at_first) in self._switches.items():
            button.setChecked(self._preferences.flag(name, default=at_first))
        self._transport.set_pace(self._preferences.pace())

    def views(self) -> dict[str, bool | str | list[str]]:
        """Return what of it belongs to a session: which plots, at which pace, on which axis."""
        switches = {name: button.isChecked() for name, (button, _) in self._switches.items() if name in _OF_SESSION}
        looks = self._held_out.looks()
        counted = {_LOOKS: looks} if looks else {}
        return {"plots": list(self._plots.chosen), "pace": self._transport.pace_name, **switches, **counted}

    def show_views(self, views: Mapping[str, bool | str | list[str]]) -> None:
        """Show what was shown with a session; what is not said, or is no such thing, stays."""
        plots = views.get("plots")
        pace = views.get("pace")
        self._held_out.take_looks(views.get(_LOOKS))
        if isinstance(plots, list):
            self._plots.choose(plots)
        if isinstance(pace, str):
            self._transport.set_pace(pace)
        for name in _OF_SESSION:
            if name in self._switches and isinstance(views.get(name), bool):
                self._switches[name][0].setChecked(bool(views[name]))

    def keep(self) -> None:
        """Write down what is to come back."""
        preferences = self._preferences
        for name, (button, _) in self._switches.items():
            preferences.set_flag(name, button.isChecked())
        preferences.set_pace(self._transport.pace_name)
        preferences.set_plots(self._plots.chosen)
        preferences.set_flag("side", self._columns.side_wanted)
        preferences.save()
