"""torch, loaded when it is first used.

The tables of this package are read by the form, the help text and ``neuroviz list`` before torch is in
(its import takes over a second); their functions look torch up when they are called.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__all__ = ["load_torch", "torch"]


class _LazyModule:
    """Stand for a module; import it at the first look at one of its names, and keep what was looked up."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(importlib.import_module(self._name), attribute)
        setattr(self, attribute, value)
        return value


if TYPE_CHECKING:
    import torch
else:
    torch = _LazyModule("torch")


def load_torch() -> None:
    """Import torch now, with one thread: for four samples more threads cost 3 to 25 times the work."""
    torch.set_num_threads(1)
