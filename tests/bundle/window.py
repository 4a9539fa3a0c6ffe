"""Run inside the bundle: the window opens, learns, draws a figure, names its parts, and closes."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer

from neuroviz.core.slices import finished
from neuroviz.files.log_file import last_lines
from neuroviz.files.parts import parts
from neuroviz.session.figures import FigureOptions, figure_work
from neuroviz.ui import app as app_module
from neuroviz.ui.export.queue import made_apart

app = app_module.create_app()


def wait(there: Callable[[], object]) -> None:
    """Let the program go on until something is there."""
    end = time.monotonic() + 200
    while not there():
        assert time.monotonic() < end, "it does not come"
        app.processEvents()
        time.sleep(0.01)


def use() -> None:
    """Use the window, and close it."""
    window = next(each for each in app.topLevelWidgets() if each.objectName() == "main_window")
    session = window.bench.session
    wait(lambda: session.ready)
    window.bench.commands["step"].trigger()
    wait(lambda: session.frame().newest_step == 1)
    assert last_lines(2)[0].endswith("Step"), last_lines(2)
    figure = finished(figure_work("loss", session.frame(), FigureOptions()))
    work = made_apart("pictures.render", figure, (".svg",), 100, 80, 100)
    files: list[bytes] = []

    def is_drawn() -> bool:
        try:
            next(work)
        except StopIteration as end:
            files.extend(end.value)
        return bool(files)

    wait(is_drawn)
    (Path.home() / "figure.svg").write_bytes(files[0])
    assert {"torch", "numpy", "PySide6_Essentials"} <= {part.name for part in parts()}
    window.close()


QTimer.singleShot(0, use)
code = app_module.run()
print("closed" if code == 0 else code)
sys.exit(code)
