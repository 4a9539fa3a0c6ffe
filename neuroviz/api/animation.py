"""An animation of a run, without a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from neuroviz.api.choices import number, path_of
from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer
from neuroviz.files.writer import check_writable, write_bytes
from neuroviz.pictures.render import Animation, check_animation, sheet_of
from neuroviz.session.figures import VIEWS, FigureOptions, captioned_maker, figure_maker, frame_of
from neuroviz.session.film import check_film, film_of, moments

ALL = "all"
"""The name of all views in one picture."""
PAGE = (160.0, 100.0)
"""Millimetres of a figure of a view."""
_NUMBERS = (0, 1e9)


def views_of(name: str) -> tuple[str, ...]:
    """Return the views that a name means: its own, or all.

    Raises
    ------
    SettingsError
        If there is no such view.
    """
    if name == ALL:
        return VIEWS
    if name not in VIEWS:
        raise SettingsError(
            f"There is no view named {told(name)}; known are: {', '.join((*VIEWS, ALL))}.", "view"
        )
    return (name,)


def animate(
    trainer: Trainer,
    path: str | Path,
    view: str,
    *,
    pace: str,
    seconds: float,
    rate: int,
    width: int,
    shown: FigureOptions,
    goes_on: Callable[[float], bool] = lambda _: True,
) -> Path | None:
    """Write an animation of a run from its start to its end.

    Return the file, None if it was not to go on.

    Parameters
    ----------
    path, view, pace, seconds, rate, width
        As for :meth:`neuroviz.Run.animate`.
    goes_on
        Told how many pictures are drawn, says whether to go on.

    Raises
    ------
    SettingsError, FileError
        As :meth:`neuroviz.Run.animate` does.
    """
    names = views_of(view)
    path = path_of(path)
    for name, value in {"seconds": seconds, "rate": rate, "width": width}.items():
        number(value, name, *_NUMBERS)
    check_film(seconds, rate, pace, width)
    check_writable(path)
    ending = Path(path).suffix.lower()
    film = film_of(trainer.step, trainer.settings.steps_per_epoch, seconds, rate, pace)
    sheet = sheet_of(len(names), width, PAGE)
    try:
        check_animation(sheet, len(film.steps), ending)
        frame = frame_of(trainer)
        makers = [captioned_maker(figure_maker(name, shown)) for name in names]
        animation = Animation([finished(maker(frame)) for maker in makers], sheet)
        for done, moment in enumerate(moments(frame, film)):
            if not goes_on(done):
                return None
            animation.add([finished(maker(moment)) for maker in makers])
        return write_bytes(path, animation.file(ending, film.milliseconds))
    except ValueError as error:
        raise SettingsError(str(error)) from error
