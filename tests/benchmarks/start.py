"""The start: the painted window beside a bare one with as many empty plots.

Then from torch to the first step.
"""

from __future__ import annotations

import compileall
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import neuroviz
from tests.benchmarks.child import PLATFORMS, in_child, objection
from tests.benchmarks.first_paint import bare_start, our_import, our_start
from tests.benchmarks.measure import Case, Figures, Options, Target

_TARGETS = (
    Target("ratio", at_most=1.4),
    Target("our_import_ms", at_most=120.0),
    Target("first_step_ms", at_most=20.0),
    Target("peak_mb", at_most=330.0),
    Target("dynamo_imported", at_most=0.0),
)


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for each platform.

    Both windows are measured as they are once installed: compiled,
    whatever this environment writes.
    """
    for place in (*neuroviz.__path__, Path(__file__).parent):
        compileall.compile_dir(place, quiet=1)
    for platform in PLATFORMS:
        yield Case(f"start/{platform}", partial(_pair, platform), {}, _TARGETS, objection(platform))


def _pair(platform: str) -> Figures:
    ours = in_child(platform, our_start, began=0.0)
    bare = in_child(platform, bare_start, began=0.0, plots=ours["plots"])
    ratios = {
        "ratio": ours["ours_ms"] / bare["bare_ms"],
        "cpu_ratio": ours["ours_cpu_ms"] / bare["bare_cpu_ms"],
    }
    return {**ours, **bare, **in_child(platform, our_import), **ratios}
