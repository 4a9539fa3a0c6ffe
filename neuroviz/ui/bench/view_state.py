"""How a bench is looked at: what comes back with a session, and at the next start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict, replace

from neuroviz.core.types import Frozen
from neuroviz.ui.preferences import Preferences

Views = dict[str, bool | str | list[str]]
"""What a session's file says of it."""
_SWITCHES = ("log", "two_colours", "hidden_space", "gradients", "surface")


class ViewState(Frozen):
    """What is seen of a run, and how."""

    plots: tuple[str, ...]
    """Names of the plots that are seen, the last chosen last."""
    pace: str
    """As in `PACES` of the transport."""
    log: bool = True
    """Whether the loss is drawn on a logarithmic axis."""
    two_colours: bool = False
    """Whether the data's map has a colour for each side of the border, and none between."""
    hidden_space: bool = False
    """Whether the data stand over what hidden neurons give, where there are two or more."""
    gradients: bool = False
    """Whether the neuron shows its gradients in every part of a step."""
    surface: bool = True
    """Whether the landscape is seen as a surface, not as a map."""
    held_out_looks: tuple[str, ...] = ()
    """Runs whose loss at rows held out was looked at."""

    tab: str = ""
    """Name of the panel in the side column; empty for the first."""

    def as_views(self) -> Views:
        """Return it as a session's file has it."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value != ()
        }

    def with_views(self, views: Mapping[str, object]) -> ViewState:
        """Return it with what a session's file says.

        What that leaves out, or is no such thing, stays.
        """
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in views.items()
        }
        before: dict[str, Any] = {**asdict(self), "held_out_looks": ()}
        fitting = {
            name: known[name] if type(known.get(name)) is type(value) else value
            for name, value in before.items()
        }
        return ViewState(**fitting)


def preferred(preferences: Preferences) -> ViewState:
    """Return how the last window was looked at."""
    first = ViewState(
        tuple(preferences.plots()), preferences.choice("pace"), tab=preferences.choice("tab")
    )
    switches: dict[str, Any] = {
        name: preferences.flag(name, default=getattr(first, name)) for name in _SWITCHES
    }
    return replace(first, **switches)


def prefer(state: ViewState, preferences: Preferences) -> None:
    """Let the next window be looked at in this way."""
    preferences.set_plots(state.plots)
    preferences.set_choice("pace", state.pace)
    preferences.set_choice("tab", state.tab)
    for name in _SWITCHES:
        preferences.set_flag(name, getattr(state, name))
