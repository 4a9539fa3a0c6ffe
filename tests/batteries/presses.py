"""Presses at random moments of the motions of a step: they end where they end without motion.

``python -m tests.batteries.presses [--presses 1000] [--seed N]``
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.pictures.marks import Marks
from neuroviz.ui.canvas.motion import Ease

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow

KEYS = (*("F6",) * 4, *("F8",) * 3, "F5", "F5", "F7", "F4")
BUTTONS = (*(f"part_{part}" for part in PHASES), "sample_next", "sample_previous")
SELDOM = ("Ctrl+R", "Ctrl+Z", "neuron_gradients", "show_surface", "sample_all")

State = tuple[object, ...]


def chosen(count: int, seed: int) -> list[tuple[str, float]]:
    """Return what is pressed, and at which share of the motion before."""
    rng = random.Random(seed)
    kinds = [*KEYS, *BUTTONS]
    return [
        (rng.choice(SELDOM if rng.random() < 0.03 else kinds), rng.random()) for _ in range(count)
    ]


def pressed(
    window: MainWindow, presses: list[tuple[str, float]], *, moving: bool
) -> tuple[list[State], list[str], list[QPointF], int]:
    """Press it all.

    Return where each has led, what is seen at the end, where the ball is, and how often it moved.
    """
    bench = window.bench
    bench.look_control.pick(0)
    bench.neuron.gradients.setChecked(False)
    bench.views["landscape"].surface_shown.setChecked(True)  # a window remembers it for the next
    Ease.reduced = not moving
    bench.part_player.apart = 0.0
    animation = bench.part_player.animation
    states: list[State] = []
    moved = 0
    for name, share in presses:
        if animation.state() != animation.State.Stopped:
            moved += 1
            animation.pause()  # the clock is this loop's
            animation.setCurrentTime(round(share * animation.duration()))
            QApplication.processEvents()
        press(window, name)
        frame = bench.session.frame()
        assert frame.row is not None
        place = frame.number, frame.step, frame.newest_step, frame.phase, frame.sample
        states.append((*place, frame.row.parameters.tobytes()))
    bench.part_player.end()
    Ease.reduced = True
    return states, *seen(window), moved


def press(window: MainWindow, name: str) -> None:
    """Press a key or a button, as far as it can be pressed."""
    button = window.bench.findChild(QToolButton, name)
    if button is not None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    else:
        key = QKeySequence(name)[0]
        QTest.keyClick(window, key.key(), key.keyboardModifiers())


def seen(window: MainWindow) -> tuple[list[str], list[QPointF]]:
    """Return what stands in the neuron, and where the ball is."""
    drawing = window.bench.neuron.diagram.drawing
    assert drawing is not None
    landscape = window.bench.views["landscape"]
    while not landscape.is_finished:  # its map, and so its scale, is made while nothing moves
        QApplication.processEvents()
    surface = landscape.surface_shown.isChecked()
    drag = landscape.surface_drag if surface else landscape.drag
    balls = [handle.at for handle in drag.shown if handle.at is not None]
    runs = landscape.surface.run_marks if surface else landscape.map.runs.marks
    return [*looks(drawing.marks), *looks(runs)], balls


def looks(marks: Marks) -> list[str]:
    """Return marks as words that can be compared."""
    return [f"{key}: {mark}" for key, mark in marks.items()]


def main() -> int:
    """Press in two windows, and say whether they are alike."""
    parser = argparse.ArgumentParser(prog="python -m tests.batteries.presses", description=__doc__)
    parser.add_argument("--presses", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from neuroviz.core.choices.settings import Settings
    from tests.benchmarks.window import opened

    ends = []
    for moving in (True, False):
        with opened(Settings()) as window:
            presses = chosen(options.presses, options.seed)
            ends.append(pressed(window, presses, moving=moving))
    (states, there, balls, moved), (plain, here, others, _) = ends
    wrong = [at for at, pair in enumerate(zip(states, plain, strict=True)) if pair[0] != pair[1]]
    # An axis keeps some room that its numbers had before, so that a plot does not jump.
    ways = [at - other for at, other in zip(balls, others, strict=True)]
    aside = max((abs(way.x()) + abs(way.y()) for way in ways), default=0.0)
    alike = not wrong and there == here and aside < 1.0
    print(f"{len(states):,} presses, {moved:,} in a motion: {'alike' if alike else 'not alike'}")
    print(f"the ball is {aside:.2f} pixels aside", *wrong[:5], *(set(there) ^ set(here)), sep="\n")
    return int(not alike)


if __name__ == "__main__":
    sys.exit(main())
