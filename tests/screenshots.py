"""Pictures of the real window, to be looked at: ``python -m tests.screenshots FOLDER [--only NAME]``.

Every scene of :data:`SCENES` in light and dark, at 1440x900 and 1024x768, and at 1440x900 with two pixels for
one (``@2x``). The window is the one that ``neuroviz`` opens, drawn without a screen, with settings of its own.
The same machine, fonts and versions draw the same bits.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from neuroviz.ui.main_window import MainWindow

__all__ = ["SCENES", "Scene", "main"]

THEMES = ("light", "dark")
SIZES = {1: ((1440, 900), (1024, 768)), 2: ((1440, 900),)}
"""Scale factor -> sizes."""


@dataclass(frozen=True)
class Scene:
    """One thing to look at.

    Parameters
    ----------
    epochs
        How far the run has gone; None for as far as Run goes by itself.
    choices
        The settings; none for what a first start shows.
    then
        What is done in the window after that.
    """

    epochs: int | None
    choices: dict[str, Any] = field(default_factory=dict)
    then: Callable[[MainWindow], object] | None = None


def _press_run(window: MainWindow) -> None:
    """Show a running run without running it: what the clock says would differ from time to time."""
    window.player.running_changed.emit(True)
    window.transport.show_rate(123_456.0, window.session.settings.steps_per_epoch)


def _press(window: MainWindow, name: str) -> None:
    from PySide6.QtWidgets import QToolButton

    window.findChild(QToolButton, name).click()


def _choose_w1_and_b(window: MainWindow) -> None:
    window.views["landscape"].choice.boxes[1].setCurrentIndex(2)


SCENES: dict[str, Scene] = {
    "loading": Scene(0),
    "first_start": Scene(0),
    "running": Scene(1284, {"task": "and", "learning_rate": 1.0}, _press_run),
    "finished": Scene(None, {"task": "and"}),
    "diverged": Scene(None, {"task": "line", "learning_rate": 0.2}),
    "two_inputs": Scene(200, {"task": "or"}, lambda window: window.predictions.sample_picked.emit(1)),
    "one_input": Scene(None, {"task": "line"}, lambda window: window.predictions.sample_picked.emit(2)),
    "three_inputs": Scene(None, {"task": "sum"}),
    "weather": Scene(50, {"task": "weather"}),
    "spam": Scene(40, {"task": "spam"}),
    "by_hand": Scene(0, {"task": "and_by_hand"}, lambda window: window.tables.show_panel(1)),
    "xor": Scene(None, {"task": "xor"}),
    "one_by_one": Scene(60, {"task": "and_one_by_one"}),
    "two_lines": Scene(
        0, {"task": "and", "activation": "gelu", "loss": "mse", "threshold": -0.1, "weights": (3, 2)}
    ),
    "hyperparameters": Scene(
        300,
        {"task": "or", "optimizer": "adamw", "learning_rate": 0.05, "schedule": "step_decay", "batch_size": 1},
        lambda window: window.tables.show_panel(1),
    ),
    "line_slow": Scene(60, {"task": "line", "learning_rate": 0.01}),
    "line_zigzag": Scene(60, {"task": "line", "learning_rate": 0.06}),
    "two_minima": Scene(
        300, {"task": "and", "loss": "mse", "weights": (-4, 5), "bias": 1, "learning_rate": 4}, _choose_w1_and_b
    ),
    "principal": Scene(300, {"task": "sum"}, lambda window: _press(window, "principal_plane")),
    "surface": Scene(500, {"task": "and", "learning_rate": 1.0}, lambda window: _press(window, "show_surface")),
    "landscape_large": Scene(500, {"task": "and"}, lambda window: window.views["landscape"].enlarge.click()),
    "enlarged": Scene(1284, {"task": "and"}, lambda window: window.views["loss"].enlarge.click()),
    "folded": Scene(1284, {"task": "and"}, lambda window: window.actions_.panel.trigger()),
}


def main() -> int:
    """Draw the pictures, each scale factor in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to put them; made if it is not there")
    parser.add_argument("--only", choices=SCENES, metavar="NAME", help=f"one scene: {', '.join(SCENES)}")
    parser.add_argument("--scale", type=int, choices=SIZES, help="one scale factor")
    chosen = parser.parse_args()
    if chosen.scale:
        _draw_all(chosen.folder, [chosen.only] if chosen.only else list(SCENES), chosen.scale)
        return 0
    for scale in SIZES:
        command = [sys.executable, "-m", "tests.screenshots", str(chosen.folder), "--scale", str(scale)]
        command += ["--only", chosen.only] if chosen.only else []
        place = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)}
        done = subprocess.run(command, env={**os.environ, **place}, check=False)
        if done.returncode:
            return done.returncode
    return 0


def _draw_all(folder: Path, names: list[str], scale: int) -> None:
    from PySide6.QtCore import QSettings

    from neuroviz.ui.app import create_app

    folder.mkdir(parents=True, exist_ok=True)
    create_app()
    with tempfile.TemporaryDirectory() as settings:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, settings)
        for name in names:
            for theme in THEMES:
                for size in SIZES[scale]:
                    _draw(folder, name, theme, size, scale)


def _draw(folder: Path, name: str, theme: str, size: tuple[int, int], scale: int) -> None:
    from PySide6.QtCore import QBuffer, QIODevice

    from neuroviz.files.writer import write_bytes

    with _without_torch() if name == "loading" else nullcontext():
        window = _window(theme, size, SCENES[name])
        if name != "loading":
            _play(window, SCENES[name])
        _settle()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        window.grab().save(buffer, "PNG")
        suffix = "" if scale == 1 else f"@{scale}x"
        path = folder / f"{name}-{theme}-{size[0]}x{size[1]}{suffix}.png"
        write_bytes(path, buffer.data().data())
        print(path, flush=True)
        _settle()  # what the picture has asked for is asked of a window that is still there
        _close(window)


@contextmanager
def _without_torch() -> Iterator[None]:
    """Keep the window in the second before torch is loaded."""
    from neuroviz.ui.loader import TorchLoader

    with patch.object(TorchLoader, "is_loaded", lambda: False), patch.object(TorchLoader, "start"):
        yield


def _window(theme: str, size: tuple[int, int], scene: Scene) -> MainWindow:
    from PySide6.QtCore import QSettings

    from neuroviz.core.settings import Settings
    from neuroviz.ui.app import create_window
    from neuroviz.ui.preferences import Preferences

    QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "NeuroViz", "NeuroViz").clear()
    preferences = Preferences()
    preferences.set_theme(theme)
    preferences.save()
    window = create_window(Settings(**scene.choices) if scene.choices else None)
    window.resize(*size)
    window.show()
    return window


def _play(window: MainWindow, scene: Scene) -> None:
    """Go on as far as the scene wants it, and then do in the window what it asks for."""
    from PySide6.QtWidgets import QApplication

    while not window.session.ready:
        QApplication.processEvents()
    session = window.session
    if scene.epochs is None and session.obstacle() is None:
        _, reason = session.advance_for(60.0)
        window.player.advanced.emit()
        window.player.paused.emit(reason or "")
    elif scene.epochs:
        session.advance(session.steps_to_epoch(scene.epochs))
        window.player.advanced.emit()
    if scene.then:
        scene.then(window)


def _settle() -> None:
    """Let layouts and plots come to rest."""
    import time

    from PySide6.QtWidgets import QApplication

    end = time.perf_counter() + 0.6  # the landscape's finer work begins when nothing has moved for a while
    while time.perf_counter() < end:
        QApplication.processEvents()


def _close(window: MainWindow) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


if __name__ == "__main__":
    sys.exit(main())
