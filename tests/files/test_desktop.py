"""What tells a desktop of the program is valid, opens the right program, and goes again."""

import os
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from neuroviz.files.desktop import install_desktop, remove_desktop
from neuroviz.files.writer import FileError

pytestmark = pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="other desktops")


@pytest.fixture
def data(monkeypatch, tmp_path):
    """Give an empty place for the data of all programs."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "none"))
    return tmp_path / "data"


def _said(*words):
    """Return what a tool of the system says; skip where it is not installed."""
    if not shutil.which(words[0]):
        pytest.skip(f"{words[0]} is not installed")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_entry_is_valid(data):
    install_desktop()
    assert _said("desktop-file-validate", data / "applications/neuroviz.desktop") == ""


def test_the_description_has_no_errors(data):
    """It warns of an identifier that is no domain's, and no home page: there are none."""
    install_desktop()
    said = _said("appstreamcli", "validate", "--no-net", data / "metainfo/neuroviz.metainfo.xml")
    assert "E: " not in said
    warned = {line.split()[2] for line in said.splitlines() if line.startswith("W:")}
    known = {"cid-desktopapp-is-not-rdns", "url-homepage-missing", "developer-id-invalid"}
    assert warned <= known


def test_a_session_is_of_its_own_type_and_opened_by_the_program(data, tmp_path, monkeypatch):
    """By its name, in what the indexes say; and no longer when all is taken away."""
    mime = "application/x-neuroviz"
    written = install_desktop()
    assert {path.is_file() for path in written} == {True}
    assert (
        ElementTree.parse(data / "icons/hicolor/scalable/apps/neuroviz.svg").getroot() is not None
    )
    if shutil.which("update-mime-database"):
        globs = (data / "mime/globs2").read_text(encoding="utf-8")
        assert f"50:{mime}:*.neuroviz\n" in globs
    if shutil.which("update-desktop-database"):
        cache = (data / "applications/mimeinfo.cache").read_text(encoding="utf-8")
        assert f"{mime}=neuroviz.desktop;" in cache
    assert remove_desktop() == written
    assert remove_desktop() == []
    for path in data.rglob("*"):
        assert path.is_dir() or "neuroviz" not in path.read_text(errors="replace"), path


@pytest.mark.parametrize("name", ["bin", 'a b "c" $d `e` \\f é', "a\nb"])
def test_the_command_is_that_of_this_installation(data, tmp_path, monkeypatch, name):
    """Whatever its folder is called, as GLib reads the entry and starts it with a file.

    But for a percent sign: there GLib looks for a program with two of them.
    """
    program = tmp_path / name / "neuroviz"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$0" "$@" > "{tmp_path}/started"\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program.with_name("python")))
    install_desktop()
    entry = data / "applications/neuroviz.desktop"
    monkeypatch.setenv("GIO_USE_VFS", "local")
    _said("gio", "launch", entry, tmp_path / "my and.neuroviz")
    started = tmp_path / "started"
    for _ in range(100):
        if started.exists() and started.read_text().count("|") == 2:
            break
        subprocess.run(["sleep", "0.05"], check=True)
    assert started.read_text() == f"{program}|{tmp_path / 'my and.neuroviz'}|"


def test_what_cannot_be_written_is_one_sentence(data):
    data.touch()
    with pytest.raises(FileError, match=r"^Cannot write '[^\n]*folder"):
        install_desktop()
    os.unlink(data)
    assert remove_desktop() == []
