"""What lies about for the monkey to open, drop and paste: good, odd and damaged."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from neuroviz.lessons.library import lesson_paths

_WIDE = "".join(
    "\t".join(f"{(row * column) % 7 - 3}" for column in range(1, 13)) + "\n" for row in range(40)
)
TEXTS = (
    "x1,x2,y\n0,0,0\n0,1,0\n1,0,0\n1,1,1\n",
    "Größe;Preis;gekauft\n1,5;220,25;ja\n3,75;150,5;nein\n2,25;90;ja\n",
    _WIDE,
    "a,y\n1e99,-1e99\n-1e99,1e99\n",
    "a,y\n1e101,0\n2,1\n",
    "1 2\n2 4.5\n3 5.5\n",
    "a,b,y\n1,2\n3,nan,0\n",
    "a,kind\n1,red\n2,green\n3,blue\n",
    "| a | y |\n|---|---|\n| 1 | 0 |\n| 2 | 1 |\n",
    "<table><tr><td>1<td>0</tr><tr><td>2<td>1</tr></table>",
    "1\n2\n3\n",
    "=1+1\n",
    "",
    "no table",
    "9" * 5000,
    "\x00\ud7ff\u202e\n",
)
"""Tables and others, for the clipboard, for a drop, and as files."""
_BYTES = {
    "empty.csv": b"",
    "binary.csv": bytes(range(256)),
    "nobook.xlsx": b"PK\x03\x04",
    "cut.neuroviz": b'{"program": "NeuroViz", "format": 1, "runs": [{',
    "deep.neuroviz": b"[" * 100_000,
    "faulty.toml": b'title = "one\n',
    "other.toml": b'title = "No lesson"\n',
}


def fill(folder: Path) -> list[Path]:
    """Put files into a folder and return them, with the folder itself and one that is not there."""
    for number, text in enumerate(TEXTS):
        (folder / f"ä {number}.csv").write_text(text, encoding="utf-8" if number % 2 else "utf-16")
    for name, content in _BYTES.items():
        (folder / name).write_bytes(content)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.csv")).write_text(TEXTS[0], encoding="utf-8")
    for path in lesson_paths():
        shutil.copy(path, folder)
    return [*sorted(folder.iterdir()), folder, folder / "missing.csv"]
