"""What every benchmark shares.

A case and its pairs, rates, spreads, memory, versions, and the line of JSON.
"""

from __future__ import annotations

import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

Figures = dict[str, float]
"""What one pair gives: a number for each name."""
_PACKAGES = ("neuroviz-desktop", "torch", "numpy", "PySide6-Essentials", "pyqtgraph")
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class BenchmarkError(RuntimeError):
    """A benchmark could not be run to its end; one sentence says why."""


@dataclass(frozen=True)
class Options:
    """How long and how often."""

    pairs: int = 5
    """How often our way and the bare one are run in turn."""
    seconds: float | None = None
    """Length of one measurement; None for the benchmark's own."""
    quick: bool = False
    """Whether everything is as small as can be: to see that it runs, not to measure."""

    def length(self, seconds: float) -> float:
        """Return the length of one measurement in seconds.

        Where the benchmark's own is ``seconds``.
        """
        if self.seconds is not None:
            return self.seconds
        return min(seconds, 0.05) if self.quick else seconds


@dataclass(frozen=True)
class Target:
    """Bounds of the median of a figure."""

    figure: str
    at_least: float = -math.inf
    at_most: float = math.inf

    def verdict(self, figures: dict[str, dict[str, float]]) -> dict[str, Any]:
        """Return the target in plain words for a line of JSON, and whether it is met."""
        bounds = {"at_least": self.at_least, "at_most": self.at_most}
        finite = {name: bound for name, bound in bounds.items() if math.isfinite(bound)}
        met = self.at_least <= figures[self.figure]["median"] <= self.at_most
        return {"figure": self.figure, **finite, "met": met}


@dataclass(frozen=True)
class Case:
    """One thing to measure."""

    name: str
    """Unique and lasting: what two results are compared by."""
    pair: Callable[[], Figures]
    """Measures our way and the bare one in turn, once."""
    about: dict[str, Any] = field(default_factory=dict)
    """What belongs into the line beside the figures."""
    targets: tuple[Target, ...] = ()
    """What is asked of it."""
    skipped: str | None = None
    """Why it cannot be measured here; None if it can."""


def rate_of(advance: Callable[[int], int], seconds: float) -> float:
    """Return steps a second, over blocks of which each takes about a twentieth of the time.

    Parameters
    ----------
    advance
        Takes so many steps and returns how many it took.
    seconds
        How long to measure, after blocks that warm up and find the length of a block.

    Raises
    ------
    BenchmarkError
        If fewer steps are taken than asked for.
    """
    block = 1
    while _timed(advance, block) < seconds / 20:
        block *= 2
    began, steps, elapsed = time.perf_counter(), 0, 0.0
    while elapsed < seconds:
        _timed(advance, block)
        steps += block
        elapsed = time.perf_counter() - began
    return steps / elapsed


def _timed(advance: Callable[[int], int], steps: int) -> float:
    began = time.perf_counter()
    taken = advance(steps)
    if taken < steps:
        raise BenchmarkError(f"The run stopped after {taken} of {steps} steps.")
    return time.perf_counter() - began


def spread(pairs: Sequence[Figures]) -> dict[str, dict[str, float]]:
    """Return median, min and max of each figure over the pairs."""
    return {
        name: {
            "median": _short(statistics.median(pair[name] for pair in pairs)),
            "min": _short(min(pair[name] for pair in pairs)),
            "max": _short(max(pair[name] for pair in pairs)),
        }
        for name in pairs[0]
    }


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def peak_mb() -> float:
    """Return the most memory in MB that the process had.

    Since its start, or since :func:`forget_peak`.
    """
    if _STATUS.exists():
        return _status("VmHWM")
    import resource  # not everywhere, and not needed where /proc is

    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (2**20 if platform.system() == "Darwin" else 2**10)  # there it is bytes


def peak_mb_of_children() -> float:
    """Return the most memory in MB that processes had which this one has started, and which run.

    Of all of them together; 0 where the system does not tell.
    """
    started = Path(f"/proc/self/task/{os.getpid()}/children")
    numbers = started.read_text(encoding="ascii").split() if started.exists() else []
    total = 0.0
    for number in numbers:
        with suppress(OSError):  # it has ended meanwhile
            total += _status("VmHWM", Path(f"/proc/{number}/status"))
    return total


def forget_peak() -> None:
    """Let the peak begin at what is resident now, where the system can do that."""
    if _CLEAR.exists():
        _CLEAR.write_text("5", encoding="ascii")


def resident_mb() -> float:
    """Return the memory in MB that the process has now; its peak where the system does not tell."""
    return _status("VmRSS") if _STATUS.exists() else peak_mb()


def _status(name: str, status: Path = _STATUS) -> float:
    lines = status.read_text(encoding="ascii").splitlines()
    found = (int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
    return next(found, 0) / 2**10  # one that has ended has no memory


def line_of(case: Case, pairs: Sequence[Figures]) -> dict[str, Any]:
    """Return a case with its pairs as what a line of JSON holds."""
    figures = spread(pairs)
    return {
        "name": case.name,
        "pairs": len(pairs),
        "figures": figures,
        **(
            {"targets": [target.verdict(figures) for target in case.targets]}
            if case.targets
            else {}
        ),
        **case.about,
        **_machine(),
    }


def _machine() -> dict[str, Any]:
    versions = {name: metadata.version(name) for name in _PACKAGES}
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "platform": platform.platform(),
        "versions": {"python": platform.python_version(), **versions},
    }
