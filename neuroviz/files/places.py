"""Where files are: those that come with the program, and those it keeps, by each system's rules.

The rules are those of freedesktop.org, Apple and Microsoft, as Qt's QStandardPaths applies them.
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
"""For each kind of file, the variable that gives its place, and without it the place in the home
folder."""


def place(kind: str) -> Path:
    """Return the folder in which this user's programs keep their files of a kind.

    A variable with a relative path does not count, as freedesktop.org wants it.
    """
    variable, usual = _SYSTEMS.get(sys.platform, _UNIX)[kind]
    said = os.environ.get(variable, "")
    return Path(said) if os.path.isabs(said) else _home() / usual


def folder(kind: str) -> Path:
    """Return the folder in which this program keeps its files of a kind."""
    return place(kind) / "NeuroViz"


def old_folder() -> Path:
    """Return the folder in which versions up to 0.7.1 kept everything."""
    said = os.environ.get("APPDATA" if sys.platform == "win32" else "XDG_CONFIG_HOME")
    return _home() / (said or ".config") / "NeuroViz"


def bring_settings() -> None:
    """Move the settings of versions up to 0.7.1 here, once, if they are elsewhere."""
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
    except RuntimeError:  # the system does not know the user, and $HOME is unset, as in a container
        return Path(os.sep)


_PACKAGE = Path(__file__).resolve().parents[1]
_REPOSITORY = _PACKAGE.parent
_FOLDERS = (_PACKAGE / "resources", _REPOSITORY / "resources", _REPOSITORY / ".github")
"""In a wheel the resources are in the package; in an editable install they are in the
repository."""


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
    """Return the files with an ending in a folder of ``resources/``, sorted by name."""
    for base in _FOLDERS:
        if (base / folder).is_dir():
            return sorted((base / folder).glob(f"*{ending}"))
    return []
