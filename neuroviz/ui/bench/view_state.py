"""How a bench is looked at, which comes back with a session and at the next start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict, replace

from neuroviz.core.types import Frozen
from neuroviz.ui.preferences import Preferences

Views = dict[str, bool | str | list[str]]
"""What the file of a session says of it."""
_SWITCHES = ("log", "two_colours", "hidden_space", "gradients", "surface")


class ViewState(Frozen):
    """What is shown of a run, and how."""

    plots: tuple[str, ...]
    """Names of the plots that are shown, in the order of their places."""
    pace: str
    """A name in `PACES` of the transport, or "speed/N"."""
    log: bool = True
    """Whether the loss is drawn on a logarithmic axis."""
    two_colours: bool = False
    """Whether the data's map has one colour for each side of the border, and none in between."""
    hidden_space: bool = False
    """Whether the data stand over two hidden neurons' outputs, where there are at least two."""
    gradients: bool = False
    """Whether the neuron shows its gradients in every part of a step."""
    surface: bool = True
    """Whether the landscape is a surface, not a map."""
    tab: str = ""
    """Name of the panel in the side column; empty for the first."""

    def as_views(self) -> Views:
        """Return it in the form of a session's file."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    def with_views(self, views: Mapping[str, object]) -> ViewState:
        """Return it with what a session's file says.

        What is missing there, or has the wrong type, stays as it is.
        """
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in views.items()
        }
        fitting: dict[str, Any] = {
            name: known[name] if type(known.get(name)) is type(value) else value
            for name, value in asdict(self).items()
        }
        return ViewState(**fitting)


def preferred(preferences: Preferences) -> ViewState:
    """Return how the last window was looked at, from the preferences."""
    first = ViewState(
        tuple(preferences.plots()), preferences.choice("pace"), tab=preferences.choice("tab")
    )
    switches: dict[str, Any] = {
        name: preferences.flag(name, default=getattr(first, name)) for name in _SWITCHES
    }
    return replace(first, **switches)


def prefer(state: ViewState, preferences: Preferences) -> None:
    """Keep this state for the next window."""
    preferences.set_plots(state.plots)
    preferences.set_choice("pace", state.pace)
    preferences.set_choice("tab", state.tab)
    for name in _SWITCHES:
        preferences.set_flag(name, getattr(state, name))
