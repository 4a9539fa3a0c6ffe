"""The settings file is data.

What is written is read, by version 0.7 too, and nothing in it is run.
"""

import base64
import os
import random
from pathlib import Path

import pytest
from PySide6.QtCore import QDir

from neuroviz.files.state_file import (
    read_settings,
    set_settings_aside,
    settings_path,
    write_settings,
)
from neuroviz.files.writer import FileError

ENTRIES = {
    "theme": "dark",
    "empty": "",
    "folder": "/tmp/ä b, c;=\x01a\n\r\t'\"\\x41 😀\u2028 ",
    "experiment": '{"task": "and", "weights": [0.1, -1e-17]}',
    "switch/log": "true",
}

OF_0_7 = (
    rb"""[General]
theme="dark"
figure_size="[80.0, 50.0, 300]"
recent="/tmp/a%20b.neuroviz /tmp/%C3%A4.neuroviz"
folder="C:\\data\\"""
    + b'\xc3\xa4 \\"b\\""\n'
    + rb"""geometry="@ByteArray(\x0\x1\xd9\xd0\xcb\x41\x42\x22\x5c)"

[switch]
log_axis="true"

[lesson]
one="3 finished"
"""
)


def test_any_text_comes_back(tmp_path):
    """Random text, with everything that has a meaning in such a file."""
    draw = random.Random(1)
    texts = {
        f"k{n}": "".join(draw.choices('"\\@()=;,[]{}:%x0aF\x00\x1f\n ä€', k=12)) for n in range(200)
    }
    path = tmp_path / "new" / "a.json"
    write_settings(path, texts | ENTRIES)
    assert read_settings(path) == texts | ENTRIES


def test_what_version_0_7_kept_is_read_until_something_is_written(tmp_path):
    """Text, and bytes in base64.

    Once there is a file of this version the old one counts for nothing.
    """
    (tmp_path / "a.ini").write_bytes(OF_0_7)
    old = {
        "theme": "dark",
        "figure_size": "[80.0, 50.0, 300]",
        "recent": "/tmp/a%20b.neuroviz /tmp/%C3%A4.neuroviz",
        "folder": 'C:\\data\\ä "b"',
        "geometry": base64.b64encode(bytes([0, 1, 217, 208, 203]) + b'AB"\\').decode(),
        "switch/log_axis": "true",
        "lesson/one": "3 finished",
    }
    assert read_settings(tmp_path / "a.json").items() >= old.items()
    write_settings(tmp_path / "a.json", {"theme": "light"})
    assert read_settings(tmp_path / "a.json") == {"theme": "light"}


def test_what_is_no_text_counts_as_not_said(tmp_path):
    """Numbers, lists and more of the kind; half of a pair of surrogates becomes a question mark."""
    path = tmp_path / "a.json"
    path.write_text(
        r'{"a": 1, "b": [], "c": null, "d": {}, "e": true, "theme": "dark", "f": "\ud800"}'
    )
    assert read_settings(path) == {"theme": "dark", "f": "?"}


@pytest.mark.parametrize(
    "text", [b"", b"[1]", b"1", b"[" * 100_000, b"\xff{", b'{"a":' * 99_999, b"1" * 99_999]
)
def test_what_is_no_object_has_no_entries(tmp_path, text):
    """Whatever stands in the file."""
    (tmp_path / "a.json").write_bytes(text)
    assert read_settings(tmp_path / "a.json") == {}


def test_a_file_that_is_cut_anywhere_is_read(tmp_path):
    """Whatever is left of it, an entry is as it was or not there.

    Of the old form, a text may be cut too.
    """
    path = tmp_path / "a.json"
    write_settings(path, ENTRIES)
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        assert read_settings(path) == {}
    path.unlink()
    for end in range(len(OF_0_7)):
        path.with_suffix(".ini").write_bytes(OF_0_7[:end])
        read_settings(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names elsewhere")
def test_a_pipe_or_a_folder_has_no_entries_and_is_not_written(tmp_path):
    """Reading does not wait for a writer."""
    os.mkfifo(tmp_path / "a.json")
    os.mkfifo(tmp_path / "old.ini")
    (tmp_path / "endless.json").symlink_to("/dev/zero")
    for name in ("a.json", "endless.json", "old.json", ".", "none.json"):
        assert read_settings(tmp_path / name) == {}
    with pytest.raises(FileError):
        write_settings(tmp_path / "a.json", ENTRIES)


def test_the_place_is_that_of_the_system(monkeypatch, tmp_path):
    """Beside the settings kept by an older version."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for said, folder in (
        (None, ".config"),
        ("", ".config"),
        ("/etc/x", "/etc/x"),
        ("rel", ".config"),
    ):
        if said is None:
            monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
        else:
            monkeypatch.setenv("XDG_CONFIG_HOME", said)
        assert settings_path() == tmp_path / folder / "NeuroViz" / "NeuroViz.json"


@pytest.mark.skipif(os.name != "posix", reason="users of Unix")
def test_a_user_whom_the_system_does_not_know(monkeypatch):
    """With no $HOME either, as in a container, the settings are where Qt has them.

    In the first of all folders.
    """
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", dict[int, object]().__getitem__)
    assert QDir.homePath() == "/"
    assert settings_path() == Path("/.config/NeuroViz/NeuroViz.json")


def test_settings_that_are_set_aside_are_where_it_says():
    """A second time there are none."""
    write_settings(settings_path(), {"theme": "dark"})
    kept = set_settings_aside()
    assert read_settings(kept) == {"theme": "dark"}
    assert not settings_path().exists()
    assert set_settings_aside() is None
