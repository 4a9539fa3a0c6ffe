"""Films of runs, made without a window."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

from neuroviz.api.checks import number, path_of
from neuroviz.core.catalogue import SettingsError, known_names, told
from neuroviz.core.training.trainer import Trainer
from neuroviz.files.film_file import check_kind
from neuroviz.files.writer import check_writable, write_bytes
from neuroviz.pictures.film import SHAPES
from neuroviz.session.film import LENGTHS, FilmOrder
from neuroviz.session.film_pictures import KINDS

ALONE = tuple(kind for kind in KINDS if kind != "race")
"""The kinds of film for a run that does not race."""
THEMES = ("dark", "light")
_CODE = "import sys; sys.path[:] = {!r}; from neuroviz.ui.export.film import main; main()"


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
