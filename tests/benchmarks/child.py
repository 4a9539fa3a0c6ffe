"""A window in a process of its own, on a platform of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests.benchmarks.measure import BenchmarkError, Figures

PLATFORMS = ("offscreen", "xcb")
_SCREEN = "1440x900x24"
_OF_THE_USER = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR")


def objection(platform: str) -> str | None:
    """Return why there can be no window on a platform here, None if there can."""
    if platform == "xcb" and not shutil.which("Xvfb"):
        return "Xvfb is missing: install the package xvfb."
    return None


def in_child(
    platform: str, function: Callable[..., Figures], **arguments: float | str | Sequence[int] | None
) -> Figures:
    """Call a module's function in a new process, and return its figures.

    An argument ``began`` is replaced by the moment, in seconds of ``time.monotonic``,
    at which the process starts.

    Raises
    ------
    BenchmarkError
        If the process fails; what it said is printed.
    """
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.worker",
        function.__module__,
        function.__name__,
    ]
    with _environment(platform) as environment:
        if "began" in arguments:
            arguments["began"] = time.monotonic()
        done = subprocess.run(
            [*command, json.dumps(arguments)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        print(done.stderr, file=sys.stderr, flush=True)
        raise BenchmarkError(
            f"{function.__name__} on {platform} ended with code {done.returncode}."
        )
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


@contextmanager
def _environment(platform: str) -> Iterator[dict[str, str]]:
    """Give an environment with nobody's settings.

    As at a first start, and with a display if one is needed.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _OF_THE_USER}
    with tempfile.TemporaryDirectory() as home:
        folders = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
        place = dict.fromkeys(folders, home) | {"QT_QPA_PLATFORM": platform}
        if platform != "xcb":
            yield kept | place
            return
        with _x_server() as display:
            yield kept | place | {"DISPLAY": display}


@contextmanager
def _x_server() -> Iterator[str]:
    """Start an X server of our own, and give its name."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", _SCREEN, "-nolisten", "tcp"]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, pass_fds=[writer], stdout=silent, stderr=silent) as server:
        os.close(writer)
        try:
            with os.fdopen(reader) as pipe:
                number = pipe.readline().strip()
            if not number:
                raise BenchmarkError("Xvfb did not start: is /tmp/.X11-unix there and writable?")
            yield f":{number}"
        finally:
            server.terminate()
