"""The kinds of film files, and the program that makes videos."""

from __future__ import annotations

import importlib.util
import shutil

KINDS = {".mp4": "MP4 video", ".gif": "GIF", ".webp": "WebP"}
"""Names of the kinds, by the ending of the file."""
NO_ENCODER = (
    "MP4 needs ffmpeg, which is not here: install it, or type pip install imageio-ffmpeg; "
    "GIF and WebP need nothing."
)


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
        If it is not in KINDS, or is MP4 and there is no encoder.
    """
    if ending not in KINDS:
        raise ValueError(f"A film can be a .mp4, .gif or .webp file, not {ending!r}.")
    if ending == ".mp4" and encoder() is None:
        raise ValueError(NO_ENCODER)
