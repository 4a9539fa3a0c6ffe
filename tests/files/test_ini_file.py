"""The settings file is data: what Qt writes is read, what is read by Qt is written, and nothing in it is run."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QDateTime, QDir, QPoint, QSettings

from neuroviz.files.ini_file import read_ini, settings_path, write_ini
from neuroviz.files.writer import FileError

ENTRIES: dict[str, str | bytes] = {
    "theme": "dark",
    "empty": "",
    "folder": "/tmp/ä b, c;=\x01a\n\r\t'\"\\x41 😀\u2028 ",
    "at": "@ByteArray(x)",
    "experiment": '{"task": "and", "weights": [0.1, -1e-17]}',
    "geometry": bytes(range(256)),
    "geometry2": b"\x01ab\x00(1, 2)",
    "switch/log": "true",
}


def store(path: Path) -> QSettings:
    return QSettings(str(path), QSettings.Format.IniFormat)


def test_what_qt_writes_is_read(tmp_path: Path) -> None:
    """A file of QSettings gives the same text and bytes."""
    path = tmp_path / "a.ini"
    written = store(path)
    for key, value in ENTRIES.items():
        written.setValue(key, QByteArray(value) if isinstance(value, bytes) else value)
    written.sync()
    assert read_ini(path) == ENTRIES


def test_what_is_written_is_read_by_qt_and_here(tmp_path: Path) -> None:
    """QSettings, as older versions of the program have it, reads the same."""
    path = tmp_path / "new" / "a.ini"
    write_ini(path, ENTRIES)
    read = store(path)
    values = {key: read.value(key) for key in ENTRIES}
    assert {key: v.data() if isinstance(v, QByteArray) else v for key, v in values.items()} == ENTRIES
    assert set(read.allKeys()) == set(ENTRIES)
    assert read_ini(path) == ENTRIES


def test_any_text_comes_back(tmp_path: Path) -> None:
    """Random text, with everything that has a meaning in such a file."""
    draw = random.Random(1)
    texts = {f"k{n}": "".join(draw.choices('"\\@()=;,[]%x0aF\x00\x1f\n ä€', k=12)) for n in range(200)}
    write_ini(tmp_path / "a.ini", texts)
    assert read_ini(tmp_path / "a.ini") == texts
    read = store(tmp_path / "a.ini")
    assert {key: read.value(key) for key in texts} == texts


def test_other_types_are_left_out(tmp_path: Path) -> None:
    """Lists, dates, points and Python's own objects count as not said."""
    path = tmp_path / "a.ini"
    written = store(path)
    for key, value in {"l": ["a", "b"], "d": QDateTime.currentDateTime(), "p": QPoint(1, 2), "o": object}.items():
        written.setValue(key, value)
    written.setValue("theme", "dark")
    written.sync()
    assert read_ini(path) == {"theme": "dark"}


def test_a_file_that_is_cut_anywhere_is_read(tmp_path: Path) -> None:
    """Whatever is left of it, an entry is as it was or not there; one without a value counts as not said."""
    path = tmp_path / "a.ini"
    write_ini(path, ENTRIES)
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        said = {key: value for key, value in read_ini(path).items() if value}
        assert said.items() <= ENTRIES.items()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names elsewhere")
def test_a_pipe_or_a_folder_has_no_entries_and_is_not_written(tmp_path: Path) -> None:
    """Reading does not wait for a writer."""
    os.mkfifo(tmp_path / "a.ini")
    (tmp_path / "endless.ini").symlink_to("/dev/zero")
    for path in (tmp_path / "a.ini", tmp_path / "endless.ini", tmp_path, tmp_path / "none"):
        assert read_ini(path) == {}
    with pytest.raises(FileError):
        write_ini(tmp_path / "a.ini", ENTRIES)


def test_the_place_is_that_of_qt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings kept by an older version are found."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for said, folder in ((None, ".config"), ("", ".config"), ("/etc/x", "/etc/x"), ("rel", "rel")):
        if said is None:
            monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
        else:
            monkeypatch.setenv("XDG_CONFIG_HOME", said)
        assert settings_path() == tmp_path / folder / "NeuroViz" / "NeuroViz.ini"


@pytest.mark.skipif(os.name != "posix", reason="users of Unix")
def test_a_user_whom_the_system_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no $HOME either, as in a container, the settings are where Qt has them: in the first of all folders."""
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", dict[int, object]().__getitem__)
    assert QDir.homePath() == "/"
    assert settings_path() == Path("/.config/NeuroViz/NeuroViz.ini")
