"""What is there when it is first used: torch and numpy.

The tables of this package are read by the form, the help text and ``neuroviz list`` before torch is
in (its import takes over a second); their functions look torch up when they are called. numpy takes
a tenth of a second, which the help text and a complaint about an option need not wait for.
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
"""Said of what has to wait for torch."""
MANY_NUMBERS = 2**22
"""Numbers in a batch from which more threads pay."""


class _LazyModule:
    """Stand for a module.

    Import it at the first look at one of its names, and keep what was looked up.
    """

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
    """Return whether torch is imported, to its end."""
    module = sys.modules.get("torch")
    return module is not None and not getattr(module.__spec__, "_initializing", False)


@cache
def load_torch() -> None:
    """Import torch now, with one thread: for four samples more threads cost 3 to 25 times the work.

    torch brings some 200,000 objects that live as long as the program. The garbage collector is
    told to leave them alone: to look through them once in a while would hold the window for 60 ms.
    """
    if "torch" not in sys.modules:
        _load_library()
    torch.set_num_threads(1)
    gc.freeze()


def _load_library() -> None:
    """Load torch's largest library, with those that it asks for first, as the import would do.

    The import does so with the interpreter's lock held, and a window stands still for 0.3 to 0.8 s;
    a call through ctypes lets go of it, and the import then finds the library loaded. Windows needs
    none of this: there torch loads its libraries through ctypes itself.
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
                # What cannot be loaded is left to the import, which says why.
                load(os.fsencode(path), mode)


def use_threads_for(numbers: int) -> None:
    """Let torch work with one thread, or with all cores on data of many numbers.

    The rule knows the size alone: above some 32,768 samples the number of threads decides the last
    bits, and a run must be the same every time on one machine.
    """
    wanted = 1 if numbers < MANY_NUMBERS else os.cpu_count() or 1
    if torch.get_num_threads() != wanted:
        torch.set_num_threads(wanted)
