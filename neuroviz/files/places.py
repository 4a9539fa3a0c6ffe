"""Where files lie: what comes with the program, and what it keeps, by the rules of each system.

Those of freedesktop.org, Apple and Microsoft, as Qt's QStandardPaths has them.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

_SUPPORT = "Library/Application Support"
_UNIX = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "state": ("XDG_STATE_HOME", ".local/state"),
    "log": ("XDG_STATE_HOME", ".local/state"),
    "data": ("XDG_DATA_HOME", ".local/share"),
}
_SYSTEMS = {
    "darwin": {
        "config": ("XDG_CONFIG_HOME", _SUPPORT),
        "state": ("XDG_STATE_HOME", _SUPPORT),
        "log": ("XDG_STATE_HOME", "Library/Logs"),
    },
    "win32": {
        "config": ("APPDATA", "AppData/Roaming"),
        "state": ("LOCALAPPDATA", "AppData/Local"),
        "log": ("LOCALAPPDATA", "AppData/Local"),
    },
}
"""Kind of file -> the variable that names its place, and where that is without it, at home."""


def place(kind: str) -> Path:
    """Return where all programs of this user keep their files of a kind."""
    variable, usual = _SYSTEMS.get(sys.platform, _UNIX)[kind]
    return _home() / (os.environ.get(variable) or usual)


def folder(kind: str) -> Path:
    """Return where this program keeps its files of a kind."""
    return place(kind) / "NeuroViz"


def old_folder() -> Path:
    """Return where versions up to 0.7.1 kept everything."""
    said = os.environ.get("APPDATA" if sys.platform == "win32" else "XDG_CONFIG_HOME")
    return _home() / (said or ".config") / "NeuroViz"


def bring_settings() -> None:
    """Move the settings of versions up to 0.7.1 here, if they were elsewhere; done once."""
    old = old_folder()
    new = folder("config")
    if old == new or new.exists():
        return
    for path in old.glob("NeuroViz.*"):
        with suppress(OSError):
            new.mkdir(parents=True, exist_ok=True)
            shutil.move(path, new)


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # a user whom the system does not know, with no $HOME: in a container, say
        return Path(os.sep)


_PACKAGE = Path(__file__).resolve().parents[1]
_REPOSITORY = _PACKAGE.parent
_FOLDERS = (_PACKAGE / "resources", _REPOSITORY / "resources", _REPOSITORY / ".github")
"""A wheel has them in the package; an editable install leaves them where they are."""


def resource_path(name: str) -> Path:
    """Return the path of a file of ``resources/``, such as ``"icon.svg"``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    for folder in _FOLDERS:
        path = folder / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"There is no resource {name!r} in {' or '.join(map(str, _FOLDERS))}.")


def resource_files(folder: str, ending: str) -> list[Path]:
    """Return the files with an ending in a folder of ``resources/``.

    In the order of their names.
    """
    for base in _FOLDERS:
        if (base / folder).is_dir():
            return sorted((base / folder).glob(f"*{ending}"))
    return []
