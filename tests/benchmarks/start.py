"""The start: the painted window beside a bare one with as many empty plots; then from torch to the first step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.benchmarks.child import PLATFORMS, in_child, objection
from tests.benchmarks.first_paint import bare_start, our_start
from tests.benchmarks.measure import Case, Figures, Options, Target

__all__ = ["cases"]

_TARGETS = (
    Target("ratio", at_most=1.5),
    Target("first_step_ms", at_most=100.0),
    Target("dynamo_imported", at_most=0.0),
)


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for each platform."""
    for platform in PLATFORMS:
        yield Case(f"start/{platform}", partial(_pair, platform), {}, _TARGETS, objection(platform))


def _pair(platform: str) -> Figures:
    ours = in_child(platform, our_start, began=0.0)
    bare = in_child(platform, bare_start, began=0.0, plots=ours["plots"])
    return {**ours, **bare, "ratio": ours["ours_ms"] / bare["bare_ms"]}
