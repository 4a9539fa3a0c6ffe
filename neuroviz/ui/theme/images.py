"""The arrows of combo boxes and number boxes, as a Qt resource made in memory.

A style sheet that gives these boxes round corners must also be given the arrows, as the address of
an image: ":/neuroviz/up-5c6675.svg" is an arrow in the colour #5c6675. No file is written.
"""

import struct
from collections.abc import Iterable

from PySide6.QtCore import qRegisterResourceData

_FOLDER = "neuroviz"
_PATHS = {"up": "M2 7.5 L5 4.5 L8 7.5", "down": "M2 3.5 L5 6.5 L8 3.5"}
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" viewBox="0 0 10 11">'
    '<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5" stroke-linecap="round" '
    'stroke-linejoin="round"/></svg>'
)
_FORMAT_VERSION = 1
_IS_FOLDER = 2
_ANY_COUNTRY = 0
_C_LANGUAGE = 1
_registered: list[tuple[bytes, bytes, bytes]] = []


def arrow_address(direction: str, colour: str) -> str:
    """Return the address of an arrow ("up" or "down") in a colour, for a style sheet."""
    return f":/{_FOLDER}/{_name(direction, colour)}"


def register_arrows(colours: Iterable[str]) -> None:
    """Make the arrows of the given colours known to Qt.

    To be called once, a second call changes nothing.
    """
    if _registered:
        return
    files = {
        _name(direction, colour): _SVG.format(path=path, colour=colour).encode()
        for colour in colours
        for direction, path in _PATHS.items()
    }
    # Qt reads these bytes for as long as the program runs, so they are kept.
    _registered.append(_resource(files))
    qRegisterResourceData(_FORMAT_VERSION, *_registered[0])


def _name(direction: str, colour: str) -> str:
    return f"{direction}-{colour.removeprefix('#')}.svg"


def _resource(files: dict[str, bytes]) -> tuple[bytes, bytes, bytes]:
    """Lay out one folder of files as rcc does, format 1: the tree, the names and the contents."""
    ordered = sorted(files, key=_hash)
    names = b""
    offsets = {}
    for name in (_FOLDER, *ordered):
        offsets[name] = len(names)
        names += struct.pack(">HI", len(name), _hash(name)) + name.encode("utf-16-be")
    tree = struct.pack(">IHII", 0, _IS_FOLDER, 1, 1)
    tree += struct.pack(">IHII", offsets[_FOLDER], _IS_FOLDER, len(ordered), 2)
    contents = b""
    for name in ordered:
        tree += struct.pack(">IHHHI", offsets[name], 0, _ANY_COUNTRY, _C_LANGUAGE, len(contents))
        contents += struct.pack(">I", len(files[name])) + files[name]
    return tree, names, contents


def _hash(name: str) -> int:
    """Return Qt's hash of a name, by which a folder is ordered."""
    value = 0
    for character in name:
        value = (value << 4) + ord(character)
        value ^= (value & 0xF0000000) >> 23
        value &= 0x0FFFFFFF
    return value
