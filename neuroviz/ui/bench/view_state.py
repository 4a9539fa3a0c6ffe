"""How a bench is looked at: what comes back with a session, and at the next start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from neuroviz.ui.preferences import Preferences

Views = dict[str, bool | str | list[str]]
"""What a session's file says of it."""
_LOOKS = "held_out_looks"
_SWITCHES = ("log", "two_colours", "gradients", "surface")


@dataclass(frozen=True)
class ViewState:
    """What is seen of a run, and how."""

    plots: tuple[str, ...]
    """Names of the plots that are seen, the last chosen last."""
    pace: str
    """As in `PACES` of the transport."""
    log: bool = True
    """Whether the loss is drawn on a logarithmic axis."""
    two_colours: bool = False
    """Whether the data's map has a colour for each side of the border, and none between."""
    surface: bool = True
    """Whether the landscape is seen as a surface, not as a map."""
    gradients: bool = False
    """Whether the neuron shows its gradients in every part of a step."""
    looks: tuple[str, ...] = ()
    """Runs whose loss at rows held out was looked at."""

    def as_views(self) -> Views:
        """Return it as a session's file has it."""
        counted = {_LOOKS: list(self.looks)} if self.looks else {}
        return {
            "plots": list(self.plots),
            "pace": self.pace,
            "log": self.log,
            "two_colours": self.two_colours,
            "gradients": self.gradients,
            "surface": self.surface,
            **counted,
        }

    def with_views(self, views: Mapping[str, object]) -> ViewState:
        """Return it with what a session's file says.

        What that leaves out, or is no such thing, stays.
        """
        plots, pace, looks = (views.get(name) for name in ("plots", "pace", _LOOKS))
        changes: dict[str, object] = {
            name: views[name] for name in _SWITCHES if isinstance(views.get(name), bool)
        }
        if isinstance(plots, list):
            changes["plots"] = tuple(plots)
        if isinstance(pace, str):
            changes["pace"] = pace
        changes["looks"] = tuple(looks) if isinstance(looks, list) else ()
        return replace(self, **changes)  # type: ignore[arg-type]  # each is of its type


def preferred(preferences: Preferences) -> ViewState:
    """Return how the last window was looked at."""
    return ViewState(
        plots=tuple(preferences.plots()),
        pace=preferences.pace(),
        log=preferences.flag("log", default=True),
        two_colours=preferences.flag("two_colours"),
        gradients=preferences.flag("gradients"),
        surface=preferences.flag("surface", default=True),
    )


def prefer(state: ViewState, preferences: Preferences) -> None:
    """Let the next window be looked at in this way."""
    preferences.set_plots(state.plots)
    preferences.set_pace(state.pace)
    for name in _SWITCHES:
        preferences.set_flag(name, getattr(state, name))
