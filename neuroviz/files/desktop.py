"""The files that tell a desktop about the program: entry, file type, icon and description.

Reference
---------
The specifications of freedesktop.org: Desktop Entry, Shared MIME-info, Icon Theme, AppStream.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from neuroviz.files.places import place, resource_path
from neuroviz.files.writer import file_error, write_bytes

_ENTRY = "neuroviz.desktop"
_FILES = {
    _ENTRY: f"applications/{_ENTRY}",
    "neuroviz.mime.xml": "mime/packages/neuroviz.xml",
    "neuroviz.metainfo.xml": "metainfo/neuroviz.metainfo.xml",
    "icon.svg": "icons/hicolor/scalable/apps/neuroviz.svg",
}
"""Resources, and where each goes in the folder for the data of all programs."""
_INDEXES = {"update-mime-database": "mime", "update-desktop-database": "applications"}
"""Programs that make a desktop read the new files, where they are installed, and their folders."""


def install_desktop() -> list[Path]:
    """Write the files for the present user, and return their paths.

    Raises
    ------
    FileError
        If one cannot be written.
    """
    paths = []
    for name, there in _FILES.items():
        content = resource_path(name).read_bytes()
        if name == _ENTRY:
            content = content.replace(b"Exec=neuroviz", b"Exec=" + _command())
        path = place("data") / there
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise file_error(path, error) from error
        paths.append(write_bytes(path, content))
    _index()
    return paths


def remove_desktop() -> list[Path]:
    """Remove the files, and return the paths of those that existed.

    Raises
    ------
    FileError
        If one cannot be removed.
    """
    paths = [path for there in _FILES.values() if (path := place("data") / there).exists()]
    for path in paths:
        try:
            path.unlink()
        except OSError as error:
            raise file_error(path, error) from error
    _index()
    return paths


def _command() -> bytes:
    """Return the path of the program, quoted for a desktop entry."""
    beside = os.path.dirname(sys.executable)
    path = shutil.which("neuroviz", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    quoted = re.sub(r'([\\"`$])', r"\\\1", path or "neuroviz")
    for sign, written in (("\\", r"\\"), ("\n", r"\n"), ("%", "%%")):
        quoted = quoted.replace(sign, written)
    return os.fsencode(f'"{quoted}"')


def _index() -> None:
    for program, there in _INDEXES.items():
        if shutil.which(program) and (place("data") / there).is_dir():
            subprocess.run([program, place("data") / there], check=False, capture_output=True)
