import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest

import neuroviz as nv
from neuroviz.core.choices.command_line import command_line
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.files.state_file import read_settings, settings_path, write_settings


@pytest.fixture
def opened(monkeypatch):
    """Put a window that only notes what it is given in place of the real one."""
    calls = []

    def run(settings, edits, file, dropped):
        calls.append((settings, edits, file) if dropped is None else dropped)
        return 7

    app = ModuleType("neuroviz.ui.app")
    app.run = run
    monkeypatch.setitem(sys.modules, "neuroviz.ui.app", app)
    monkeypatch.setattr("neuroviz.cli.window.display_objection", lambda: None)
    return calls


def test_last_experiment(neuroviz, opened):
    """Without options the window chooses the experiment, and its exit code is ours."""
    assert neuroviz().code == 7
    assert opened == [(None, (), None)]


def test_a_session_is_opened(neuroviz, opened):
    """A file that ends in .neuroviz is no command.

    With an experiment beside it, nobody knows which is meant.
    """
    assert neuroviz("my first.neuroviz").code == 7
    assert opened == [(None, (), Path("my first.neuroviz"))]
    for beside in (("--task", "or"), ("--edit", "5:learning_rate=1")):
        result = neuroviz("a.neuroviz", *beside)
        assert result.code == 2
        assert "a session has its own experiment" in result.err
    assert "there is no command 'a.txt', and no such file" in neuroviz("a.txt").err


def test_another_file_is_opened_as_if_it_were_dropped(neuroviz, opened, tmp_path):
    """Of whatever name: what is in it tells a session."""
    table, session = tmp_path / "shop.csv", tmp_path / "my first"
    table.write_text("a,b\n1,2\n")
    session.write_text('{"format": "NeuroViz session"}')
    assert [neuroviz(str(path)).code for path in (table, session)] == [7, 7]
    assert opened == [table, (None, (), session)]
    assert "a session has its own experiment" in neuroviz(str(table), "--task", "or").err


def test_a_session_that_cannot_be_opened_is_one_line(neuroviz, tmp_path, monkeypatch):
    """Before any window is shown."""
    # An open log would stay for the tests that follow.
    monkeypatch.setattr("neuroviz.ui.app.LogFile", object)
    path = tmp_path / "a b.neuroviz"
    assert "there is no such file" in neuroviz(str(path)).err
    path.write_bytes(b"no session")
    result = neuroviz(str(path))
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert result.err.startswith(f"neuroviz: Cannot open '{path}': it is not a session of NeuroViz")


def test_first_experiment(neuroviz, opened):
    """The options of an experiment reach the window as Settings and edits."""
    neuroviz("--task", "and", "--lr", "5", "--edit", "9:lr=1")
    neuroviz("--edit", "9:lr=1")
    edits = (Edit(9, "learning_rate", 1.0),)
    assert opened == [
        (Settings("and", learning_rate=5.0), edits, None),
        (Settings("and"), edits, None),
    ]


def test_data_alone_open_as_the_window_opens_them(neuroviz, opened):
    """With a rate below their limit; what is said wins, and train and Python agree."""
    table = "x,y\n1,2\n2,4\n3,5\n4,8\n5,10\n"
    neuroviz("--data", table)
    neuroviz("--data", table, "--lr", "0.1")
    neuroviz("--data", table, "--epochs", "3")
    assert [settings.learning_rate for settings, _, _ in opened] == [0.04, 0.1, 0.04]
    assert "SGD, lr 0.04," in neuroviz("train", "--data", table, "--epochs", "3").out
    data = opened[0][0].data
    assert nv.train(data=data, epochs=3).settings == opened[2][0]
    for settings, _, _ in opened:
        words = shlex.split(command_line(settings))
        assert f"lr {settings.learning_rate}," in neuroviz(*words[1:], "--epochs", "3").out


def test_no_display(neuroviz, opened, monkeypatch):
    """Where no window can be opened the reason is one line, and Qt is not asked."""
    monkeypatch.setattr("neuroviz.cli.window.display_objection", lambda: "there is no display.")
    result = neuroviz()
    assert (result.code, result.err, opened) == (2, "neuroviz: there is no display.\n", [])


class Missing:
    """Finds neuroviz.ui.app, and fails as Qt does without libEGL."""

    def __init__(self, error):
        self.error = error

    def find_spec(self, name, path=None, target=None):
        if name == "neuroviz.ui.app":
            raise self.error


@pytest.fixture
def fails_with(monkeypatch):
    """Give a function that makes the import of the window fail with an error."""
    monkeypatch.setattr("neuroviz.cli.window.display_objection", lambda: None)
    monkeypatch.delitem(sys.modules, "neuroviz.ui.app", raising=False)
    return lambda error: monkeypatch.setattr(sys, "meta_path", [Missing(error), *sys.meta_path])


def test_missing_library(neuroviz, fails_with):
    """A system library that Qt lacks is one line with the library, and code 2."""
    fails_with(
        ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    )
    result = neuroviz()
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "libEGL.so.1" in result.err
    assert "libegl1" in result.err


def test_own_fault_is_not_hidden(neuroviz, fails_with):
    """An ImportError that is nobody's missing library is a fault of the program, and is raised."""
    fails_with(ImportError("cannot import name 'x'"))
    with pytest.raises(ImportError, match="cannot import name 'x'"):
        neuroviz()


def test_reset_begins_as_at_a_first_start_and_keeps_the_old_settings(neuroviz, opened):
    """Those of the older form too, which else would be read again, and damaged ones."""
    write_settings(settings_path(), {"theme": "dark"})
    settings_path().with_suffix(".ini").write_text("[General]\ntheme=light\n", encoding="utf-8")
    result = neuroviz("--reset")
    assert result.err.count("\n") == 1
    kept = Path(result.err.removeprefix("The old settings are in ").strip().removesuffix("."))
    assert kept.parent == settings_path().parent
    assert read_settings(kept) == {"theme": "dark"}
    assert read_settings(settings_path()) == {}
    settings_path().write_text("{", encoding="utf-8")
    assert neuroviz("--reset", "--task", "or").code == 7
    assert "no settings to reset" in neuroviz("--reset", "a.neuroviz").err
    assert opened == [
        (Settings.opened(), (), None),
        (Settings.opened(task="or"), (), None),
        (None, (), Path("a.neuroviz")),
    ]


def test_settings_that_cannot_be_reset_are_one_line(neuroviz, opened, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    result = neuroviz("--reset")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "no permission" in result.err
    assert opened == []


def test_the_desktop_is_told_and_told_no_longer(neuroviz, opened, monkeypatch, tmp_path):
    """Without a window; on a system where that is done otherwise, one sentence says how."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for words in (("--install-desktop", "Written: "), ("--remove-desktop", "Removed: ")):
        result = neuroviz(words[0])
        assert (result.code, result.err.count("\n")) == (0, 1)
        assert result.err.startswith(words[1])
        assert str(tmp_path / "applications" / "neuroviz.desktop") in result.err
    assert "nothing" in neuroviz("--remove-desktop").err
    assert neuroviz("--install-desktop", "--remove-desktop").code == 2
    for beside in ("a.neuroviz", "--reset", "--task=or", "--edit=5:lr=1"):
        assert "open no window: use one alone" in neuroviz("--install-desktop", beside).err
    assert not (tmp_path / "applications" / "neuroviz.desktop").exists()
    monkeypatch.setattr(sys, "platform", "win32")
    result = neuroviz("--install-desktop")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "shortcut" in result.err
    assert opened == []
