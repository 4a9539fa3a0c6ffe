"""What comes back at the next start: geometry, theme, size of figures, pace and recent files."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from PySide6.QtCore import QByteArray, QUrl

from neuroviz.core.script.script import STYLES
from neuroviz.files.state_file import read_settings, settings_path, write_settings
from neuroviz.files.writer import FileError

PROJECTOR = "projector"
"""Name of the switch for a larger window, for a room."""
REDUCED_MOTION = "reduced_motion"
"""Name of the switch for reduced motion."""
THEMES = ("system", "light", "dark")
_CHOICES = {"theme": THEMES, "code_style": [*STYLES]}
"""What can be chosen -> the names of its choices."""
PLOTS = ("data", "landscape")
"""The plots at the first start."""
FIGURE_SIZE = (160.0, 100.0, 200)
"""Width and height in millimetres, and dots per inch."""
FIGURE_LIMITS = ((40, 500), (40, 500), (50, 600))
"""The least and the greatest value of each."""

_RECENT = 8
"""How many recent files are kept."""
_RESULTS = 1000
"""How often a check can be taken."""


def address_of(path: Path) -> str:
    """Return a path as text, without losing a byte."""
    return quote_from_bytes(os.fsencode(path))


def path_at(address: str) -> Path:
    """Return the path that :func:`address_of` wrote as text."""
    return Path(os.fsdecode(unquote_to_bytes(address)))


def local_path(url: QUrl) -> Path | None:
    """Return the file of this computer that an address names, to the byte; None for others."""
    if not url.isLocalFile():
        return None
    if os.name == "nt":
        return Path(url.toLocalFile())
    encoded = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
    return path_at(encoded.removeprefix("file://"))


class Preferences:
    """A user's settings file; entries that are damaged or missing have their defaults."""

    def __init__(self) -> None:
        self._path = settings_path()
        self._entries = read_settings(self._path)
        self._changed: dict[str, str] = {}

    def figure_size(self) -> tuple[float, float, int]:
        """Return the size of exported figures: width and height in mm, and resolution in dpi."""
        try:
            width, height, dpi = json.loads(self._read("figure_size"))
            size = float(width), float(height), int(dpi)
        except (ValueError, TypeError, OverflowError, RecursionError):
            return FIGURE_SIZE
        fits = all(
            low <= value <= high for value, (low, high) in zip(size, FIGURE_LIMITS, strict=True)
        )
        return size if fits else FIGURE_SIZE

    def set_figure_size(self, size: tuple[float, float, int]) -> None:
        """Keep the size of exported figures."""
        self._keep("figure_size", json.dumps(size))
        self.save()

    def recent_files(self) -> list[Path]:
        """Return the recent session files, newest first, including those of other windows."""
        self._entries["recent"] = read_settings(self._path).get("recent", "")
        addresses = self._read("recent").split(" ")
        return [path_at(address) for address in addresses[:_RECENT] if address]

    def add_recent_file(self, path: Path) -> None:
        """Keep a session file as the newest one."""
        paths = [path, *(other for other in self.recent_files() if other != path)][:_RECENT]
        self._keep("recent", " ".join(map(address_of, paths)))
        self.save()

    def forget_recent_files(self) -> None:
        """Forget the recent files; the files themselves stay."""
        self._keep("recent", "")
        self.save()

    def geometry(self) -> QByteArray | None:
        """Return the window's geometry, None if it is not known."""
        text = self._read("geometry")
        return QByteArray.fromBase64(text.encode(errors="replace")) if text else None

    def set_geometry(self, geometry: QByteArray) -> None:
        """Keep the window's geometry."""
        self._keep("geometry", bytes(geometry.toBase64().data()).decode())

    def folder(self) -> str:
        """Return the folder of the last export, at first the home folder."""
        return self._read("folder") or str(Path.home())

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return whether a switch was on, or a section open."""
        kept = self.kept_flag(name)
        return default if kept is None else kept

    def kept_flag(self, name: str) -> bool | None:
        """Return whether a switch was on, or None if nobody has chosen it."""
        return {"true": True, "false": False}.get(self._read(f"switch/{name}"))

    def set_flag(self, name: str, on: bool) -> None:
        """Keep whether a switch is on, or a section open."""
        self._keep(f"switch/{name}", "true" if on else "false")

    def plots(self) -> list[str]:
        """Return the names of the plots that were shown, in the order of their places."""
        return self._read("plots").split(",") if self._read("plots") else list(PLOTS)

    def set_plots(self, names: Sequence[str]) -> None:
        """Keep the names of the plots that are shown."""
        self._keep("plots", ",".join(names))

    def lesson_progress(self, name: str) -> str:
        """Return how far a lesson was played, as `LessonProgress` writes it; empty at first."""
        return self._read(f"lesson/{name}")

    def set_lesson_progress(self, name: str, progress: str) -> None:
        """Keep how far a lesson was played."""
        self.set_choice(f"lesson/{name}", progress)

    def check_results(self, name: str) -> list[int]:
        """Return how many answers to a check were right, each time it was taken."""
        counts = self._read(f"check/{name}").split()[:_RESULTS]
        return [int(count) for count in counts if count.isdecimal() and len(count) < 4]

    def set_check_results(self, name: str, counts: Sequence[int]) -> None:
        """Keep how many answers to a check were right, each time it was taken."""
        self._keep(f"check/{name}", " ".join(map(str, counts)))
        self.save()

    def choice(self, of: str) -> str:
        """Return the name that was chosen, such as that of the theme; if none was, the first one.

        What has no list here, such as the pace, is empty then.
        """
        name = self._read(of)
        names = _CHOICES.get(of, [name])
        return name if name in names else names[0]

    def set_choice(self, of: str, name: str) -> None:
        """Keep the name that was chosen."""
        self._keep(of, name)
        self.save()

    def save(self) -> bool:
        """Write the changes to disk; what another window has written in the meantime stays.

        Return whether that worked. Nothing else depends on it, so no error is raised.
        """
        if not self._changed:
            return True
        try:
            write_settings(self._path, read_settings(self._path) | self._changed)
        except (FileError, OSError):
            return False
        self._changed.clear()
        return True

    def _read(self, key: str) -> str:
        return self._entries.get(key, "")

    def _keep(self, key: str, value: str) -> None:
        if value != self._entries.get(key):
            self._entries[key] = self._changed[key] = value
