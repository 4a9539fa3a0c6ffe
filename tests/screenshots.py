"""Pictures of the real window, to be looked at.

``python -m tests.screenshots FOLDER [--only NAME]``. Every scene of `screenshot_scenes` in light
and dark, at 1440x900, 1024x768, 1920x1080 and the smallest size, and the sharp ones at 1440x900
with two pixels for one (``@2x``); dialogs in their own size. The window is the one that
``neuroviz`` opens, drawn without a screen, with settings of its own. The same machine, fonts and
versions draw the same bits.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from tests.screenshot_scenes import SCENES, WITH_ALL_PLOTS, Scene, settings_of

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow

THEMES = ("light", "dark")
SIZES = {1: ((1440, 900), (1024, 768), (1920, 1080), (960, 600)), 2: ((1440, 900),)}
"""Scale factor -> sizes; a dialog is drawn only at the first."""


def main() -> int:
    """Draw the pictures, each scale factor in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to put them; made if it is not there")
    parser.add_argument(
        "--only",
        choices=SCENES,
        nargs="+",
        metavar="NAME",
        default=[],
        help=f"these scenes: {', '.join(SCENES)}",
    )
    parser.add_argument("--scale", type=int, choices=SIZES, help="one scale factor")
    chosen = parser.parse_args()
    if chosen.scale:
        # Qt reads both when it begins.
        os.environ |= {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(chosen.scale)}
        _draw_all(chosen.folder, chosen.only or list(SCENES), chosen.scale)
        return 0
    for scale in SIZES:
        command = [
            sys.executable,
            "-m",
            "tests.screenshots",
            str(chosen.folder),
            "--scale",
            str(scale),
        ]
        command += ["--only", *chosen.only] if chosen.only else []
        done = subprocess.run(command, check=False)
        if done.returncode:
            return done.returncode
    return 0


def _draw_all(folder: Path, names: list[str], scale: int) -> None:
    from neuroviz.ui.app import create_app

    folder.mkdir(parents=True, exist_ok=True)
    create_app()
    for name in names:
        for theme in THEMES:
            for size in _sizes(SCENES[name], scale):
                with (
                    tempfile.TemporaryDirectory() as own,  # nothing comes back from a scene before
                    patch.dict(os.environ, XDG_CONFIG_HOME=own, XDG_STATE_HOME=own),
                ):
                    _draw(folder, name, theme, size, scale)


def _sizes(scene: Scene, scale: int) -> tuple[tuple[int, int], ...]:
    if scale > 1 and not scene.sharp:
        return ()
    return SIZES[scale][:1] if scene.seen else SIZES[scale]


def _draw(folder: Path, name: str, theme: str, size: tuple[int, int], scale: int) -> None:
    from PySide6.QtCore import QBuffer, QIODevice

    from neuroviz.files.writer import write_bytes

    scene = SCENES[name]
    with _without_torch() if name == "loading" else nullcontext():
        window = _window(theme, size, scene)
        if name in WITH_ALL_PLOTS:
            window.bench.grid.choose(list(window.bench.views))
        if name != "loading":
            _play(window, scene)
        _settle()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        seen = scene.seen(window) if scene.seen else window
        seen.grab().save(buffer, "PNG")
        suffix = "" if scale == 1 else f"@{scale}x"
        path = folder / f"{name}-{theme}-{seen.width()}x{seen.height()}{suffix}.png"
        write_bytes(path, bytes(buffer.data().data()))
        print(path, flush=True)
        _settle()  # what the picture has asked for is asked of a window that is still there
        _close(window)


@contextmanager
def _without_torch() -> Iterator[None]:
    """Keep the window in the second before torch is loaded."""
    from neuroviz.ui.window.loader import TorchLoader

    with patch.object(TorchLoader, "is_loaded", lambda: False), patch.object(TorchLoader, "start"):
        yield


def _window(theme: str, size: tuple[int, int], scene: Scene) -> MainWindow:
    from neuroviz.ui.app import create_window
    from neuroviz.ui.preferences import Preferences

    preferences = Preferences()
    preferences.set_choice("theme", theme)
    preferences.save()
    window = create_window(settings_of(scene))
    window.resize(*size)
    window.show()
    return window


def _play(window: MainWindow, scene: Scene) -> None:
    """Go on as far as the scene wants it, and then do in the window what it asks for."""
    from PySide6.QtWidgets import QApplication

    while not window.bench.session.ready:
        QApplication.processEvents()
    session = window.bench.session
    if scene.epochs is None and session.obstacle() is None:
        _, reason = session.advance_for(60.0)
        window.bench.player.advanced.emit()
        window.bench.player.paused.emit(reason or "")
    elif scene.epochs:
        session.advance(session.steps_to_epoch(scene.epochs))
        window.bench.player.advanced.emit()
    if scene.then:
        scene.then(window)


def _settle() -> None:
    """Let layouts and plots come to rest."""
    import time

    from PySide6.QtWidgets import QApplication

    # The landscape's finer work begins when nothing has moved for a while. In processor time, so
    # that other programs take nothing of it.
    end = time.process_time() + 0.6
    while time.process_time() < end:
        QApplication.processEvents()


def _close(window: MainWindow) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


if __name__ == "__main__":
    sys.exit(main())
