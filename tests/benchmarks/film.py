"""A film of ten seconds at 1920 × 1080, 30 pictures a second: how long it takes, and its memory.

Where there is no program that makes videos, an animated picture of 720 × 405 and half as many.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from neuroviz.api.film import encoder
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.figures import frame_of
from neuroviz.session.film import LENGTHS, FilmOrder
from tests.benchmarks.child import in_child
from tests.benchmarks.measure import Case, Figures, Options, Target, peak_mb, peak_mb_of_children

_SECONDS = 10.0
_TARGETS = (Target("seconds", at_most=30), Target("peak_mb", at_most=700))
_NONE = "No program makes videos here: install ffmpeg. A GIF is measured instead."


def cases(options: Options) -> Iterator[Case]:
    """Yield the film of AND, as MP4 if that can be made, and as GIF else; quick, a short one."""
    length = float(LENGTHS[0]) if options.quick else _SECONDS
    missing = None if encoder() else _NONE
    for ending in (".mp4", ".gif") if missing else (".mp4",):
        video = ending == ".mp4"
        pair = partial(in_child, "offscreen", filmed, ending=ending, length=length)
        about = {"length": length}
        targets = _TARGETS if video else ()
        yield Case(f"film/{ending[1:]}", pair, about, targets, missing if video else None)


def filmed(ending: str, length: float) -> Figures:
    """Make a film of a run of AND; return seconds and memory, that of the encoder included."""
    from neuroviz.ui.export.film import film_bytes, offscreen_application
    from neuroviz.ui.theme.colours import LIGHT

    trainer = Trainer(Settings("and"))
    trainer.advance(1_000)
    application = offscreen_application()
    order = FilmOrder("run", "wide", length)
    encoder_mb, film = 0.0, b""
    began = time.perf_counter()
    work = film_bytes(frame_of(trainer), order, LIGHT, ending, lambda *_: None)
    while not film:
        try:
            next(work)
            encoder_mb = max(encoder_mb, peak_mb_of_children())
        except StopIteration as end:
            (film,) = end.value
    seconds = time.perf_counter() - began
    del application
    return {
        "seconds": seconds,
        "peak_mb": peak_mb() + encoder_mb,
        "encoder_mb": encoder_mb,
        "file_mb": len(film) / 2**20,
    }
