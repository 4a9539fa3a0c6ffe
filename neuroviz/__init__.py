"""NeuroViz shows gradient descent happening in one neuron.

In a window, on the command line, and from Python.

>>> import neuroviz as nv
>>> run = nv.train("and", learning_rate=5, epochs=300)
>>> run.history()  # a dict of numpy arrays, ready for pandas or polars
>>> run.figure("loss")  # a matplotlib figure, which a notebook shows

Names are loaded at their first use, torch with the first run, and Qt never.
"""

import importlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neuroviz.api.choices import tasks
    from neuroviz.api.curvature import CurvatureAtStart, curvature
    from neuroviz.api.dataset import Dataset
    from neuroviz.api.run import Run, train
    from neuroviz.api.sweep import SweepOutcome, sweep
    from neuroviz.core.catalogue import SettingsError
    from neuroviz.core.choices.edits import Edit
    from neuroviz.core.choices.settings import Settings

# Set before numpy is loaded, since its BLAS uses a thread for each core: the eigenvalues of a
# hundred weights take half a millisecond with one thread, but took 230 where another program had
# one of the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.7.2"

__all__ = [
    "CurvatureAtStart",
    "Dataset",
    "Edit",
    "Run",
    "Settings",
    "SettingsError",
    "SweepOutcome",
    "curvature",
    "sweep",
    "tasks",
    "train",
]

_MODULES = {
    "CurvatureAtStart": "neuroviz.api.curvature",
    "Dataset": "neuroviz.api.dataset",
    "Edit": "neuroviz.core.choices.edits",
    "Run": "neuroviz.api.run",
    "Settings": "neuroviz.core.choices.settings",
    "SettingsError": "neuroviz.core.catalogue",
    "SweepOutcome": "neuroviz.api.sweep",
    "curvature": "neuroviz.api.curvature",
    "sweep": "neuroviz.api.sweep",
    "tasks": "neuroviz.api.choices",
    "train": "neuroviz.api.run",
}
"""The module that each name comes from."""


if not TYPE_CHECKING:  # a type checker would take any name for one of these

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
