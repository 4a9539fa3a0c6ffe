"""Starting the program as a user's shell does, for the batteries that end it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_HARMLESS = "This plugin does not support propagateSizeHints()"


def environment(folder: Path) -> dict[str, str]:
    """Return an environment with this code first.

    No screen unless one is asked for, and settings of its own.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "QT_QPA_PLATFORM": "offscreen",
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_STATE_HOME": str(folder),
    }


def faults(err: str) -> str:
    """Return what stands on standard error but for what Qt says where there is no screen."""
    return "\n".join(line for line in err.splitlines() if line != _HARMLESS)


def before_the_program(code: int, number: signal.Signals, err: str) -> bool:
    """Return whether a signal came while Python was starting, before any line of ours.

    No program can help that.
    """
    return code == -number or ("KeyboardInterrupt" in err and str(ROOT / "neuroviz") not in err)
