"""The settings file: plain text and bytes, in the form that Qt's QSettings gives an .ini file.

Qt itself must not read it: PySide keeps objects of its own there as pickles, and reading one runs its code.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from neuroviz.files.reader import read_bytes
from neuroviz.files.writer import FileError, write_bytes

_MOST_BYTES = 1 << 20
_GENERAL = "General"
_SECTION = re.compile(r"\[(.+)\]")
_ENTRY = re.compile(r'([^=]+)=(?:"((?:[^"\\]|\\.)*)"|((?:[^",;\\]|\\.)*))')
"""A key, and a text in quotes or without; what has commas outside of quotes is a list."""
_BYTES = re.compile(r"@ByteArray\((.*)\)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]+)|([0-7]+)|(.))", re.DOTALL)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_TO_ESCAPE = re.compile(r'["\\]|[\x00-\x1f][0-9a-fA-F]*')
"""A hexadecimal escape goes on as long as digits do, so those that follow one are escaped too."""


def settings_path() -> Path:
    """Return the user's settings file, where QSettings has it: in $XDG_CONFIG_HOME, on Windows in %APPDATA%."""
    said = os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME")
    return _home() / (said or ".config") / "NeuroViz" / "NeuroViz.ini"


def read_ini(path: Path) -> dict[str, str | bytes]:
    """Return the entries of a settings file that are text or bytes; one that is missing, or not regular, has none.

    From ``section/key`` to the value; the key alone for the section ``General``. What is cut, a list, or of any
    other type is left out.
    """
    entries: dict[str, str | bytes] = {}
    section = ""
    for line in _text(path).split("\n"):
        heading = _SECTION.fullmatch(line.strip())
        if heading:
            section = "" if heading[1] == _GENERAL else f"{heading[1]}/"
            continue
        entry = _ENTRY.fullmatch(line.strip())
        value = _value(_ESCAPE.sub(_character, entry[2] or entry[3] or "")) if entry else None
        if entry and value is not None:
            entries[section + entry[1].strip()] = value
    return entries


def write_ini(path: Path, entries: Mapping[str, str | bytes]) -> None:
    """Write a settings file that holds these entries, with its folder if need be.

    Raises
    ------
    FileError, OSError
        If it cannot be written; the old file is as it was.
    """
    sections: dict[str, list[str]] = {}
    for name, value in entries.items():
        section, _, key = name.rpartition("/")
        sections.setdefault(section or _GENERAL, []).append(f'{key}="{_escaped(value)}"\n')
    text = "\n".join(f"[{section}]\n{''.join(lines)}" for section, lines in sections.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, text.encode(errors="replace"))


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # a user whom the system does not know, with no $HOME: in a container, say
        return Path(os.sep)  # as Qt has it


def _text(path: Path) -> str:
    with suppress(FileError):
        return read_bytes(path, _MOST_BYTES).decode(errors="replace")
    return ""


def _value(text: str) -> str | bytes | None:
    """Return what an unescaped text stands for, None where it is neither text nor bytes."""
    if not text.startswith("@"):
        return text
    if text.startswith("@@"):
        return text[1:]
    found = _BYTES.fullmatch(text)
    try:
        return found[1].encode("latin-1") if found else None
    except UnicodeEncodeError:
        return None


def _character(escape: re.Match[str]) -> str:
    code, octal, letter = escape.groups()
    if letter:
        return _LETTERS.get(letter, letter)
    return chr((int(code, 16) if code else int(octal, 8)) & 0xFFFF)


def _escaped(value: str | bytes) -> str:
    if isinstance(value, bytes):
        escaped = "".join(f"\\x{byte:x}" for byte in value)
        return f"@ByteArray({escaped})"
    return _TO_ESCAPE.sub(_escape, f"@{value}" if value.startswith("@") else value)


def _escape(found: re.Match[str]) -> str:
    text = found[0]
    return f"\\{text}" if text in '"\\' else "".join(f"\\x{ord(character):x}" for character in text)
