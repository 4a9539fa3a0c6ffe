"""Parts of a step that play: what a frame of them takes, and how far frames are apart."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import numpy as np

from tests.benchmarks.child import in_child
from tests.benchmarks.measure import Case, Figures, Options, Target

_ROUNDS, _QUICK_ROUNDS = 8, 1
_TARGETS = (Target("p99_ms", at_most=16.0), Target("worst_ms", at_most=33.0))
_PLOTS = {"3d": True, "map": False}


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for each look at the landscape, in which the ball takes its step."""
    rounds = _QUICK_ROUNDS if options.quick else _ROUNDS
    for name, surface in _PLOTS.items():
        run = partial(in_child, "offscreen", played, rounds=rounds, surface=surface)
        yield Case(f"motion/{name}", run, {"rounds": rounds}, _TARGETS)


def played(rounds: int, surface: bool) -> Figures:
    """Play all parts so often, and a step by itself.

    Return the work from one moment that is shown to the next, with all that is painted, and how far
    they are apart by the clock: the one is the program's, the other this machine's too.
    """
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from neuroviz.core.anatomy.anatomy import PHASES
    from neuroviz.core.choices.settings import Settings
    from neuroviz.ui.canvas.motion import Ease
    from tests.benchmarks.window import opened, run_for, run_until

    frames: list[float] = []
    gaps: list[float] = []
    with opened(Settings()) as window:
        bench = window.bench
        bench.grid.choose(["data", "landscape"])
        bench.views["landscape"].surface_shown.setChecked(surface)
        bench.look_control.pick(0)
        Ease.reduced = False
        run_for(1.0)
        player = bench.part_player
        shown: list[tuple[float, float]] = []
        show = bench.neuron.show_part

        def note(t: float) -> None:
            shown.append((time.thread_time(), time.perf_counter()))
            show(t)

        bench.neuron.show_part = note
        for turn in range(rounds * (len(PHASES) + 1)):
            part = (*PHASES, None)[turn % (len(PHASES) + 1)]
            run_for(0.3)
            QTest.keyClick(window, Qt.Key.Key_Shift)  # ends all that moves, as any press does
            if part is None:
                bench.run_control.step()
            else:
                bench.look_control.look_at_part(part)
            shown.clear()  # the press itself is no frame
            run_until(lambda: player.animation.state() == player.animation.State.Stopped)
            for before, after in pairwise(shown):
                frames.append(1000 * (after[0] - before[0]))
                gaps.append(1000 * (after[1] - before[1]))
    return {
        "frames": len(frames),
        "median_ms": float(np.median(frames)),
        "p99_ms": float(np.percentile(frames, 99)),
        "worst_ms": max(frames),
        "gap_median_ms": float(np.median(gaps)),
        "gap_p99_ms": float(np.percentile(gaps, 99)),
    }
