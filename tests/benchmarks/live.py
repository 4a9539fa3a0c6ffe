"""The real window at its greatest speed: rate, frames a second, and the delay of the mouse."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from functools import partial

from neuroviz.core.choices.resolve import MAX_EPOCHS
from neuroviz.core.choices.settings import Settings
from neuroviz.ui.preferences import PLOTS
from tests.benchmarks.bare import bare_rates, with_ratio
from tests.benchmarks.child import PLATFORMS, in_child, objection
from tests.benchmarks.measure import Case, Figures, Options, Target, peak_mb

_SECONDS = 20.0
_WARM_UP = 1.0
SETTINGS = Settings("and", epochs=MAX_EPOCHS)
"""AND at its own learning rate, at which no bit stops changing, without an end."""
_OTHERS = {
    "spam": Settings("spam", epochs=MAX_EPOCHS),
    "hidden": Settings("sine", hidden=8, epochs=MAX_EPOCHS),
}
_AT_LEAST = {"and": 14, "hidden": 4}
"""What is measured beside the bare loop, and how many times as fast it is to be."""


def cases(options: Options) -> Iterator[Case]:
    """Yield AND, eight hidden neurons, spam and a race of three for each platform.

    With all plots and on the first screen; quick: AND.
    """
    seconds = 0.5 if options.quick else options.length(_SECONDS)
    mouse = Target("mouse_worst_ms", at_most=35)
    smooth = (Target("frames_per_second", at_least=58), mouse)
    raced = (Target("frames_per_second", at_least=50), mouse)
    for platform in PLATFORMS:
        about = {"seconds": seconds}
        skipped = objection(platform)
        for screen, first in (("", False),) if options.quick else (("", False), ("first/", True)):
            for what in ("and",) if options.quick else _AT_LEAST:
                run = partial(_pair, platform, seconds, what, first=first)
                targets = (Target("ratio", at_least=_AT_LEAST[what]), *smooth)
                name = f"live/{screen}{'' if what == 'and' else f'{what}/'}{platform}"
                yield Case(name, run, about, targets, skipped)
            for what, wanted in () if options.quick else (("spam", smooth), ("race", raced)):
                run = partial(
                    in_child, platform, window_run, seconds=seconds, what=what, first=first
                )
                yield Case(f"live/{screen}{what}/{platform}", run, about, wanted, skipped)


def _pair(platform: str, seconds: float, what: str, *, first: bool = False) -> Figures:
    """Return the figures of the window, and the bare loop's rates, the mean of before and after."""
    settings = _OTHERS.get(what, SETTINGS)
    before = bare_rates(settings, seconds / 5)
    figures = in_child(platform, window_run, seconds=seconds, what=what, first=first)
    after = bare_rates(settings, seconds / 5)
    bare = {name: (rate + after[name]) / 2 for name, rate in before.items()}
    return {**with_ratio(figures.pop("ours"), bare), **figures}


def window_run(seconds: float, what: str = "and", *, first: bool = False) -> Figures:
    """Run the window for so long, and return what was seen.

    Of "and", of "spam", of eight "hidden" neurons, or of a "race" of three;
    with all plots or on the first screen, which has two of them.
    """
    from tests.benchmarks.mouse import Mouse
    from tests.benchmarks.window import FrameWatch, opened, run_for, viewports

    with opened(_OTHERS.get(what, SETTINGS)) as window:
        if first:
            window.bench.grid.choose(PLOTS)
        watch = FrameWatch(window)
        if what == "race":
            window.bench.run_list_control.race(
                [(f"rate {rate}", SETTINGS.replace(learning_rate=rate)) for rate in (0.5, 5, 50)]
            )
        window.bench.transport.set_pace("speed/41")
        window.bench.commands["run"].trigger()
        with Mouse(window.bench.views["data"].plot.viewport()) as mouse:
            run_for(min(_WARM_UP, seconds))
            begun, moved = len(watch.marks) - 1, len(mouse.delays)
            run_for(seconds)
        if not window.bench.player.running:
            raise RuntimeError(f"The run paused by itself at step {watch.step}.")
        rate, frames = watch.rates(begun)
        return {
            "ours": rate,
            "frames_per_second": frames,
            "longest_frame_ms": watch.longest_gap(begun) * 1000,
            "mouse_median_ms": statistics.median(mouse.delays[moved:]) * 1000,
            "mouse_worst_ms": max(mouse.delays[moved:]) * 1000,
            "plots": len(viewports(window)),
            "steps": watch.step,
            "peak_mb": peak_mb(),
        }
