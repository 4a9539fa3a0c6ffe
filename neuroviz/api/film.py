"""Films of runs, made without a window: what can be asked for, and what can be made here."""

from __future__ import annotations

import importlib.util
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

from neuroviz.api.checks import number, path_of
from neuroviz.core.catalogue import SettingsError, known_names, told
from neuroviz.core.training.trainer import Trainer
from neuroviz.files.writer import check_writable, write_bytes
from neuroviz.pictures.film import SHAPES
from neuroviz.session.film import LENGTHS, FilmOrder
from neuroviz.session.film_pictures import KINDS

ALONE = tuple(kind for kind in KINDS if kind != "race")
"""The kinds of film for a run that does not race."""
THEMES = ("dark", "light")
FILES = {".mp4": "MP4 video", ".gif": "GIF", ".webp": "WebP"}
"""Names of the kinds, by the ending of the file."""
NO_ENCODER = (
    "MP4 needs ffmpeg, which is not here: install it, or type pip install imageio-ffmpeg; "
    "GIF and WebP need nothing."
)
_CODE = "import sys; sys.path[:] = {!r}; from neuroviz.ui.export.film import main; main()"


def encoder() -> str | None:
    """Return the path of the program that makes videos; None if there is none.

    It is found on the path, or in an installed package.

    References
    ----------
    https://github.com/imageio/imageio-ffmpeg
    """
    found = shutil.which("ffmpeg")
    if found is None and importlib.util.find_spec("imageio_ffmpeg"):
        found = str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    return found


def check_kind(ending: str) -> None:
    """Refuse an ending for which no film can be made.

    Raises
    ------
    ValueError
        If it is not in FILES, or is MP4 and there is no encoder.
    """
    if ending not in FILES:
        raise ValueError(f"A film can be a .mp4, .gif or .webp file, not {ending!r}.")
    if ending == ".mp4" and encoder() is None:
        raise ValueError(NO_ENCODER)


def checked_order(path: Path, view: str, shape: str, theme: str, seconds: float) -> FilmOrder:
    """Return the film that is asked for, or refuse it if it cannot be made.

    Raises
    ------
    SettingsError, FileError
        As :meth:`neuroviz.Run.animate` does.
    """
    chosen = ("view", view, ALONE), ("shape", shape, tuple(SHAPES)), ("theme", theme, THEMES)
    for name, value, known in chosen:
        if value not in known:
            words = f"There is no {name} named {told(value)}; {known_names(value, known)}"
            raise SettingsError(words, name)
    order = FilmOrder(view, shape, number(seconds, "seconds", *LENGTHS))
    check_writable(path)
    try:
        check_kind(path.suffix.lower())
    except ValueError as error:
        raise SettingsError(str(error)) from error
    return order


def animate(
    trainer: Trainer, path: str | Path, view: str, shape: str, theme: str, seconds: float
) -> Path:
    """Write a film of a run; it is painted in another process, so Qt is not loaded into this one.

    Raises
    ------
    SettingsError, FileError
        As :meth:`neuroviz.Run.animate` does.
    """
    path = path_of(path)
    order = checked_order(path, view, shape, theme, seconds)
    asked = pickle.dumps((trainer, order, theme, path.suffix.lower()))
    words = [sys.executable, "-c", _CODE.format(sys.path)]
    done = subprocess.run(words, input=asked, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise SettingsError(f"The film could not be made: {said}")
    made: bytes | str = pickle.loads(done.stdout)
    if isinstance(made, str):
        raise SettingsError(made)
    return write_bytes(path, made)
