"""Where the program keeps its files: by each system's rules, and what lay elsewhere comes along."""

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths

from neuroviz.core.choices.settings import Settings
from neuroviz.files.places import bring_settings, folder, old_folder, place
from neuroviz.files.state_file import (
    StateFile,
    bring_sessions,
    kept_sessions,
    last_session,
    read_settings,
    settings_path,
    write_settings,
)
from neuroviz.session.session import Session

VARIABLES = [f"XDG_{kind}_HOME" for kind in ("CONFIG", "STATE", "DATA")]


@pytest.fixture
def home(monkeypatch, tmp_path):
    """Give a home in which no variable says anything."""
    for name in (*VARIABLES, "APPDATA", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="Qt knows only the rules of its own system")
@pytest.mark.parametrize("said", ["", "folder", "relative"])
def test_the_places_are_those_of_qt(home, monkeypatch, said):
    for name in VARIABLES if said else ():
        monkeypatch.setenv(name, name if said == "relative" else str(home / name))
    of_qt = QStandardPaths.StandardLocation
    for kind, location in (
        ("config", of_qt.GenericConfigLocation),
        ("state", of_qt.GenericStateLocation),
        ("log", of_qt.GenericStateLocation),
        ("data", of_qt.GenericDataLocation),
    ):
        assert str(place(kind)) == QStandardPaths.writableLocation(location), kind


def test_each_system_has_its_own(home, monkeypatch):
    """Apple's File System Programming Guide; Microsoft's known folders, roaming and local."""
    expected = {
        "darwin": ("Library/Application Support", "Library/Application Support", "Library/Logs"),
        "win32": ("AppData/Roaming", "AppData/Local", "AppData/Local"),
        "freebsd14": (".config", ".local/state", ".local/state"),
    }
    for system, places in expected.items():
        monkeypatch.setattr(sys, "platform", system)
        found = [place(kind).relative_to(home).as_posix() for kind in ("config", "state", "log")]
        assert found == list(places), system


def test_settings_of_an_older_version_move_once(home, monkeypatch):
    """On macOS they were in ~/.config; what is written later stays where it is."""
    write_settings(settings_path(), {"theme": "dark"})
    settings_path().with_suffix(".ini").write_text("[General]\ntheme=light\n", encoding="utf-8")
    monkeypatch.setattr(sys, "platform", "darwin")
    bring_settings()
    assert settings_path().is_relative_to(home / "Library")
    assert read_settings(settings_path()) == {"theme": "dark"}
    assert list(old_folder().iterdir()) == []
    write_settings(old_folder() / "NeuroViz.json", {"theme": "light"})
    bring_settings()
    assert read_settings(settings_path()) == {"theme": "dark"}


def _left(name, task, *, crashed=False):
    """Leave a session where an older version kept it."""
    state = StateFile(old_folder() / "sessions" / name)
    state.write(Session(Settings(task)).record())
    if not crashed:
        state.release()
    return state


def test_kept_sessions_of_an_older_version_come_along(home, monkeypatch):
    """With their age; that of a crash is still one. A living window's follows when it closes."""
    closed = _left("20260101-000000-00000000.neuroviz", "or")
    os.utime(closed.path, (10**9, 10**9))
    living = _left("20260102-000000-00000000.neuroviz", "nand", crashed=True)
    dead = _left("20260103-000000-00000000.neuroviz", "xor")
    Path(f"{dead.path}.lock").touch()  # which nobody holds
    bring_sessions()
    assert [path.name for path in kept_sessions()] == [dead.path.name, closed.path.name]
    assert kept_sessions()[0].parent == home / ".local/state/NeuroViz/sessions"
    assert kept_sessions()[1].stat().st_mtime == 10**9
    last = last_session()
    assert last.crashed
    last.release()
    living.release()
    bring_sessions()
    assert living.path.name in {path.name for path in kept_sessions()}
    assert list((old_folder() / "sessions").iterdir()) == []


def test_sessions_stay_where_one_folder_is_for_all(home, monkeypatch):
    for name in VARIABLES:
        monkeypatch.setenv(name, str(home / "all"))
    closed = _left("20260101-000000-00000000.neuroviz", "or")
    bring_sessions()
    assert kept_sessions() == [closed.path]


def test_sessions_that_cannot_move_stay_whole(home, monkeypatch):
    closed = _left("20260101-000000-00000000.neuroviz", "or")
    (home / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file"))
    bring_sessions()
    assert closed.read().runs[0].settings["task"] == "or"
    monkeypatch.delenv("XDG_STATE_HOME")
    bring_sessions()
    assert [path.name for path in kept_sessions()] == [closed.path.name]
    assert folder("state").is_dir()
