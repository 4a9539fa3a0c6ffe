"""The settings file: texts by name, as JSON.

Versions up to 0.7 kept an .ini file, in the form of Qt's QSettings;
it is read as long as there is no other.
"""

from __future__ import annotations

import base64
import json
import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from neuroviz.files.places import bring_settings, folder
from neuroviz.files.reader import read_bytes
from neuroviz.files.writer import FileError, file_error, write_bytes

_MOST_BYTES = 1 << 20
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|(.))")
_BYTES = "@ByteArray("


def settings_path() -> Path:
    """Return the user's settings file."""
    return folder("config") / "NeuroViz.json"


def read_settings(path: Path) -> dict[str, str]:
    """Return the texts of a settings file by name.

    What is damaged, missing or not regular has none.
    """
    if not os.path.lexists(path):
        return _old_settings(path.with_suffix(".ini"))
    try:
        entries = json.loads(_text(path))
    except (ValueError, RecursionError):
        return {}
    said = entries.items() if isinstance(entries, dict) else ()
    # Half of a surrogate pair is no text that could be shown or named.
    return {
        name: value.encode(errors="replace").decode()
        for name, value in said
        if isinstance(value, str)
    }


def write_settings(path: Path, entries: Mapping[str, str]) -> None:
    """Write a settings file that holds these entries, with its folder if need be.

    Raises
    ------
    FileError, OSError
        If it cannot be written; the old file is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, json.dumps(entries, indent=1).encode())


def set_settings_aside() -> Path | None:
    """Rename the user's settings file, so that all is as at a first start.

    Return where the old settings are now; None where there were none.

    Raises
    ------
    FileError
        If it cannot be renamed.
    """
    bring_settings()
    path, kept = settings_path(), None
    aside = path.with_stem(f"{path.stem}-{time.strftime('%Y%m%d-%H%M%S')}")
    for ending in (".ini", ".json"):
        try:
            path.with_suffix(ending).rename(aside.with_suffix(ending))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise file_error(path, error) from error
        kept = aside.with_suffix(ending)
    return kept


def _text(path: Path) -> str:
    with suppress(FileError):
        return read_bytes(path, _MOST_BYTES).decode(errors="replace")
    return ""


def _old_settings(path: Path) -> dict[str, str]:
    """Return what version 0.7 kept; bytes in base64."""
    entries: dict[str, str] = {}
    section = ""
    for line in _text(path).split("\n"):
        if line.startswith("["):
            section = "" if line == "[General]" else f"{line[1:-1]}/"
            continue
        name, found, value = line.partition("=")
        if not found:
            continue
        text = _ESCAPE.sub(
            lambda escape: chr(int(escape[1], 16)) if escape[1] else escape[2],
            value.removeprefix('"').removesuffix('"'),
        )
        if text.startswith(_BYTES):
            text = base64.b64encode(
                text[len(_BYTES) : -1].encode("latin-1", errors="replace")
            ).decode()
        entries[section + name] = text
    return entries
