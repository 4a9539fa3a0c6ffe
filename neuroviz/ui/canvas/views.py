"""The views of a bench, each built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from neuroviz.ui.canvas.card import Card

View = TypeVar("View", bound=Card)


class Views(Mapping[str, Card]):
    """The views by name, in the order of lists.

    A view costs as much as a hundredth of the start. So one that nobody has seen is not there yet:
    asking for it builds it, and ``values()`` builds them all.

    Parameters
    ----------
    kinds
        The classes of the views.
    """

    def __init__(self, kinds: Sequence[type[Card]]) -> None:
        self._kinds = {kind.figure_name: kind for kind in kinds}
        self._built: dict[str, Card] = {}
        self.take_in: Callable[[Card], None] | None = None
        """Called with each view that is built from then on."""

    def __getitem__(self, name: str) -> Card:
        if name not in self._built:
            view = self._built[name] = self._kinds[name]()
            if self.take_in is not None:
                self.take_in(view)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    @property
    def built(self) -> list[Card]:
        """The views that are there."""
        return [self._built[name] for name in self if name in self._built]

    @property
    def titles(self) -> dict[str, str]:
        """Name -> title of each view."""
        return {name: kind.title for name, kind in self._kinds.items()}

    def has_built(self, name: str) -> bool:
        """Return whether the view of this name is there."""
        return name in self._built

    def of(self, kind: type[View]) -> View:
        """Return the view of this class."""
        view = self[kind.figure_name]
        assert isinstance(view, kind)
        return view
