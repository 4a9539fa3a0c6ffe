"""Films of runs, made without a window: what can be asked for, and what can be made here."""

from __future__ import annotations

import importlib.util
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from neuroviz.api.checks import number, path_of
from neuroviz.core.catalogue import SettingsError, known_names, told
from neuroviz.core.choices.edits import Edits
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import parse_number
from neuroviz.core.training.trainer import Trainer
from neuroviz.files.writer import check_writable, write_bytes
from neuroviz.pictures.film import SHAPES
from neuroviz.session.figures import frame_of
from neuroviz.session.film import LENGTHS, FilmOrder
from neuroviz.session.film_pictures import KINDS
from neuroviz.session.frame import Frame
from neuroviz.session.race_moment import name_of
from neuroviz.session.session import Session

ALONE = tuple(kind for kind in KINDS if kind != "race")
"""The kinds of film for a run that does not race."""
THEMES = ("dark", "light")
FILES = {".mp4": "MP4 video", ".gif": "GIF", ".webp": "WebP"}
"""Names of the kinds, by the ending of the file."""
NO_ENCODER = (
    "MP4 needs ffmpeg, which is not here: install it, or type pip install imageio-ffmpeg; "
    "GIF and WebP need nothing."
)
_SLICE = 0.05
"""Seconds that a race goes on before it is asked whether it should."""
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


def checked_order(
    path: Path, view: str, shape: str, theme: str, seconds: float, *, race: bool
) -> FilmOrder:
    """Return the film that is asked for, or refuse it if it cannot be made.

    Raises
    ------
    SettingsError, FileError
        As :meth:`neuroviz.Run.animate` does.
    """
    if race and view != "run":
        raise SettingsError("A race has a film of its own: leave out the view.", "view")
    chosen = ("view", view, ALONE), ("shape", shape, tuple(SHAPES)), ("theme", theme, THEMES)
    for name, value, known in chosen:
        if value not in known:
            words = f"There is no {name} named {told(value)}; {known_names(value, known)}"
            raise SettingsError(words, name)
    order = FilmOrder("race" if race else view, shape, number(seconds, "seconds", *LENGTHS))
    check_writable(path)
    try:
        check_kind(path.suffix.lower())
    except ValueError as error:
        raise SettingsError(str(error)) from error
    return order


def raced(
    settings: Settings,
    edits: Edits,
    race: ArrayLike,
    goes_on: Callable[[float], bool] = lambda _: True,
) -> Frame:
    """Return the end of a race between runs with other learning rates or optimizers.

    ``goes_on`` is called with the number of epochs done, and returns whether to go on.

    Raises
    ------
    SettingsError
        If there is no such rate or optimizer, there are too few or too many, or there are edits.
    """
    if edits:
        raise SettingsError("A race starts all runs anew: leave out edits of a later step.", "edit")
    runs = [_runner(settings, str(each)) for each in np.array(race, dtype=object, ndmin=1)]
    session = Session(settings)
    session.prepare()
    session.race([(name_of(run, runs), run) for run in runs])
    limit = None
    while limit is None and goes_on(session.step / settings.steps_per_epoch):
        limit = session.advance_for(_SLICE)[1]
    return session.frame()


def _runner(settings: Settings, rate_or_optimizer: str) -> Settings:
    try:
        rate = parse_number(rate_or_optimizer)
    except ValueError:
        return settings.replace(optimizer=rate_or_optimizer)
    return settings.replace(learning_rate=rate)


def animate(
    trainer: Trainer,
    path: str | Path,
    race: ArrayLike | None,
    view: str,
    shape: str,
    theme: str,
    seconds: float,
) -> Path:
    """Write a film, painted in another process, so that Qt is not loaded into this one.

    Raises
    ------
    SettingsError, FileError
        As :meth:`neuroviz.Run.animate` does.
    """
    path = path_of(path)
    order = checked_order(path, view, shape, theme, seconds, race=race is not None)
    frame = frame_of(trainer) if race is None else raced(trainer.settings, trainer.edits, race)
    asked = pickle.dumps((frame, order, theme, path.suffix.lower()))
    words = [sys.executable, "-c", _CODE.format(sys.path)]
    done = subprocess.run(words, input=asked, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise SettingsError(f"The film could not be made: {said}")
    made: bytes | str = pickle.loads(done.stdout)
    if isinstance(made, str):
        raise SettingsError(made)
    return write_bytes(path, made)
