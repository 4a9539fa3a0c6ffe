"""Modules that are imported when first used: torch and numpy.

The form, the help text and ``neuroviz list`` read the tables of this package before torch is
imported, which takes over a second; functions in the tables look torch up when they are called.
numpy takes a tenth of a second, which the help text and a complaint about an option need not wait
for.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

__all__ = ["LOADING", "MANY_NUMBERS", "load_torch", "np", "torch", "torch_is_in", "use_threads_for"]

LOADING = "torch is still being loaded: try again in a moment."
"""The message of anything that must wait for torch."""
MANY_NUMBERS = 2**22
"""Numbers in a batch from which on more threads are worth it."""


class _LazyModule:
    """Stands for a module, imports it when an attribute is first used, and keeps attributes."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(importlib.import_module(self._name), attribute)
        setattr(self, attribute, value)
        return value


if TYPE_CHECKING:
    import numpy as np
    import torch
else:
    np = _LazyModule("numpy")
    torch = _LazyModule("torch")


def torch_is_in() -> bool:
    """Return whether torch is completely imported."""
    module = sys.modules.get("torch")
    return module is not None and not getattr(module.__spec__, "_initializing", False)


@cache
def load_torch() -> None:
    """Import torch now, with one thread, since with four samples more threads are slower.

    They take 3 to 25 times as long. torch brings some 200,000 objects that live as long as the
    program. The garbage collector is told to ignore them, since looking through them would hold the
    window up for 60 ms now and then.
    """
    if "torch" not in sys.modules:
        _load_library()
    torch.set_num_threads(1)
    gc.freeze()


def _load_library() -> None:
    """Load torch's largest library after those that it needs, as the import would do.

    The import does so while it holds the interpreter's lock, and a window stands still for 0.3 to
    0.8 s. A call through ctypes releases the lock, and the import then finds the library loaded.
    Windows does not need this, since there torch itself loads its libraries through ctypes.
    """
    import ctypes

    found = importlib.util.find_spec("torch")
    if sys.platform == "win32" or found is None:
        return
    load = ctypes.CDLL(None).dlopen
    load.argtypes = [ctypes.c_char_p, ctypes.c_int]
    load.restype = ctypes.c_void_p
    modes = {"libtorch_global_deps": os.RTLD_NOW | os.RTLD_GLOBAL, "libtorch_cpu": os.RTLD_NOW}
    for folder in found.submodule_search_locations or ():
        for name, mode in modes.items():
            for path in Path(folder, "lib").glob(f"{name}.*"):
                # A library that cannot be loaded is left to the import, which says why.
                load(os.fsencode(path), mode)


def use_threads_for(numbers: int) -> None:
    """Let torch use one thread, or all cores for data of many numbers.

    The rule depends only on the size. Above some 32,768 samples the number of threads decides the
    last bits, and a run must be the same every time on one machine.
    """
    wanted = 1 if numbers < MANY_NUMBERS else os.cpu_count() or 1
    if torch.get_num_threads() != wanted:
        torch.set_num_threads(wanted)
