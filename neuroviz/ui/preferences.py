"""What comes back at the next start: geometry, theme, size of figures, the pace, the last files."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from PySide6.QtCore import QByteArray

from neuroviz.core.script.script import STYLES
from neuroviz.files.state_file import read_settings, settings_path, write_settings
from neuroviz.files.writer import FileError

PROJECTOR = "projector"
"""The switch of a window that is larger, for a room."""
REDUCED_MOTION = "reduced_motion"
"""The switch by which only ends are shown."""
THEMES = ("system", "light", "dark")
PLOTS = ("data", "landscape")
"""Seen at the first start."""
FIGURE_SIZE = (160.0, 100.0, 200)
"""Millimetres, millimetres, dots per inch."""
FIGURE_LIMITS = ((40, 500), (40, 500), (50, 600))
"""The least and the greatest of each."""

_RECENT = 8
"""Files that are remembered."""
_RESULTS = 1000
"""Times that a check can be taken."""


def address_of(path: Path) -> str:
    """Return a path as text, to the byte."""
    return quote_from_bytes(os.fsencode(path))


def path_at(address: str) -> Path:
    """Return the path of an address."""
    return Path(os.fsdecode(unquote_to_bytes(address)))


class Preferences:
    """A settings file of the user's; what in it is damaged or missing counts as not said."""

    def __init__(self) -> None:
        self._path = settings_path()
        self._entries = read_settings(self._path)
        self._changed: dict[str, str] = {}

    def theme(self) -> str:
        """Return the name of the theme."""
        name = self._read("theme")
        return name if name in THEMES else THEMES[0]

    def set_theme(self, name: str) -> None:
        """Keep the name of the theme."""
        self._keep("theme", name)
        self.save()

    def figure_size(self) -> tuple[float, float, int]:
        """Return width and height in mm and the resolution in dpi of exported figures."""
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
        """Return the last session files, the newest first, as any window has left them."""
        self._entries["recent"] = read_settings(self._path).get("recent", "")
        addresses = self._read("recent").split(" ")
        return [path_at(address) for address in addresses[:_RECENT] if address]

    def add_recent_file(self, path: Path) -> None:
        """Keep a session file as the newest."""
        paths = [path, *(other for other in self.recent_files() if other != path)][:_RECENT]
        self._keep("recent", " ".join(map(address_of, paths)))
        self.save()

    def forget_recent_files(self) -> None:
        """Remember none of them; the files stay."""
        self._keep("recent", "")
        self.save()

    def geometry(self) -> QByteArray | None:
        """Return the window's geometry."""
        text = self._read("geometry")
        return QByteArray.fromBase64(text.encode(errors="replace")) if text else None

    def set_geometry(self, geometry: QByteArray) -> None:
        """Keep the window's geometry."""
        self._keep("geometry", bytes(geometry.toBase64().data()).decode())

    def folder(self) -> str:
        """Return the folder of the last export, or of the person at first."""
        return self._read("folder") or str(Path.home())

    def set_folder(self, folder: str) -> None:
        """Keep the folder of the last export."""
        self._keep("folder", folder)
        self.save()

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return whether a switch of a view was on, or a section open."""
        kept = self.kept_flag(name)
        return default if kept is None else kept

    def kept_flag(self, name: str) -> bool | None:
        """Return the same; None where nobody has chosen it."""
        return {"true": True, "false": False}.get(self._read(f"switch/{name}"))

    def set_flag(self, name: str, on: bool) -> None:
        """Keep a switch of a view, or whether a section is open."""
        self._keep(f"switch/{name}", "true" if on else "false")

    def plots(self) -> list[str]:
        """Return the names of the plots that were seen, in the order in which they were chosen."""
        return self._read("plots").split(",") if self._read("plots") else list(PLOTS)

    def set_plots(self, names: Sequence[str]) -> None:
        """Keep the names of the plots that are seen."""
        self._keep("plots", ",".join(names))

    def lesson_progress(self, name: str) -> str:
        """Return how far a lesson was played, as `LessonProgress` writes it; empty at first."""
        return self._read(f"lesson/{name}")

    def set_lesson_progress(self, name: str, progress: str) -> None:
        """Keep how far a lesson was played."""
        if progress != self.lesson_progress(name):
            self._keep(f"lesson/{name}", progress)
            self.save()

    def check_results(self, name: str) -> list[int]:
        """Return how many answers to a check were right, each time that it was taken."""
        counts = self._read(f"check/{name}").split()[:_RESULTS]
        return [int(count) for count in counts if count.isdecimal() and len(count) < 4]

    def set_check_results(self, name: str, counts: Sequence[int]) -> None:
        """Keep how many answers to a check were right, each time."""
        self._keep(f"check/{name}", " ".join(map(str, counts)))
        self.save()

    def code_style(self) -> str:
        """Return in which way code is written, a name in STYLES."""
        name = self._read("code_style")
        return name if name in STYLES else next(iter(STYLES))

    def set_code_style(self, name: str) -> None:
        """Keep in which way code is written."""
        self._keep("code_style", name)
        self.save()

    def choice(self, of: str) -> str:
        """Return the name of what was chosen, such as the pace of a run; empty where nothing is."""
        return self._read(of)

    def set_choice(self, of: str, name: str) -> None:
        """Keep the name of what is chosen."""
        self._keep(of, name)

    def save(self) -> bool:
        """Write to disk now what was changed; what another window has written meanwhile stays.

        Return whether that could be done: nobody asked for this file,
        and nothing else fails without it.
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
