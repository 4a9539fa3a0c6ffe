"""What comes back at the next start, and what damage does to it: none."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from neuroviz.core.choices.settings import Settings
from neuroviz.files.state_file import read_settings, settings_path, write_settings
from neuroviz.lessons.answers import Answered, LessonProgress, Verdict
from neuroviz.ui.preferences import FIGURE_SIZE, Preferences
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK
from tests.ui.person import KEY


def settings_file():
    """Return the settings file of this test."""
    path = settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def keep(**entries):
    """Write entries as a window that was open before has them."""
    write_settings(settings_file(), entries)


def close(person):
    """Close a window as its cross does."""
    person.window.close()


def test_the_last_experiment_comes_back(open_window):
    """Whatever was chosen is chosen at the next start, and the run stands where it stood."""
    person = open_window()
    person.choose("task", "or")
    person.choose("optimizer", "momentum")
    person.type_into("momentum", "0.7")
    person.type_into("learning_rate", "0,3")
    person.type_into("seed", "12")
    person.press(KEY.Key_F8)
    close(person)
    again = open_window()
    expected = Settings(
        "or", optimizer="momentum", momentum=0.7, learning_rate=0.3, epochs=1000, seed=12
    )
    assert again.frame.settings == expected
    assert again.step == 1
    assert again.combo("task").currentData() == "or"


def test_settings_that_are_given_win(open_window):
    """A task on the command line is shown in place of the last one."""
    close(open_window(Settings("or")))
    assert open_window(Settings("line")).frame.settings == Settings("line")


def test_typed_weights_come_back_to_the_bit(open_window):
    """Numbers are kept exactly."""
    settings = Settings("and", weights=(0.1 + 0.2, -1 / 3), bias=1e-17)
    close(open_window(settings))
    assert open_window().frame.settings == settings


def test_theme_geometry_and_switches_come_back(open_window):
    """Theme, size and the switches of the views are as they were left."""
    person = open_window(plots=("data", "loss"))
    person.action("theme_dark").trigger()
    person.window.resize(1100, 700)
    log = person.button("log_axis").isChecked()
    person.button("log_axis").click()
    person.button("two_colours").click()
    person.bench.look_control.pick(0)
    person.settle()
    person.button("neuron_gradients").click()
    close(person)
    again = open_window(plots=("data", "loss"))
    assert (themes.now.name, again.action("theme_dark").isChecked()) == ("dark", True)
    assert again.plot("loss").backgroundBrush().color().name() == DARK.card
    # Qt cuts the width to the screen, and none is as wide offscreen.
    assert again.window.height() == 700
    assert again.button("log_axis").isChecked() is not log
    assert again.button("two_colours").isChecked()
    assert again.button("neuron_gradients").isChecked()


def test_folds_tab_and_size_are_on_disk_while_the_window_is_open(open_window):
    """Whatever ends it, another window opens as this one stands; what that keeps stays kept."""
    person = open_window()
    person.press(KEY.Key_F9)
    person.bench.side.tabs.setCurrentIndex(2)
    section = person.bench.form.sections[-1].header
    section.click()
    person.window.resize(1400, 777)
    path = settings_file()
    geometry = bytes(person.window.saveGeometry().toBase64().data()).decode()
    person.qtbot.waitUntil(lambda: read_settings(path).get("geometry") == geometry)
    assert (read_settings(path)["tab"], read_settings(path)["switch/panel"]) == ("Code", "false")
    assert read_settings(path)[f"switch/{section.objectName()}"] == str(section.isChecked()).lower()
    another = open_window()
    assert another.bench.side.tabs.currentIndex() == 2
    another.window.resize(1440, 900)
    another.settle()
    assert another.bench.form.isHidden()
    another.press(KEY.Key_F9)
    person.qtbot.waitUntil(lambda: read_settings(path)["switch/panel"] == "true")
    person.window.resize(1400, 788)
    person.qtbot.waitUntil(lambda: read_settings(path)["geometry"] != geometry)
    assert read_settings(path)["switch/panel"] == "true"


DAMAGE = {
    "binary": bytes(range(256)) * 8,
    "empty": b"",
    "cut": b'{"theme": "dark", "experiment": "{',
    "types": (
        b'{"theme": 17, "geometry": [1], "figure_size": true, "switch/log": null, "recent": 1e999}'
    ),
    "texts": (
        b'{"theme": "a, b", "geometry": "hello", "figure_size": "1, 2", "switch/log": "perhaps"}'
    ),
    "halves": (
        rb'{"theme": "\ud800", "recent": "\ud800", "folder": "\ud800", '
        rb'"lesson/one": "\ud800"}'
    ),
}
OLD_DAMAGE = {
    "binary": bytes(range(256)) * 8,
    "cut": b'[General]\ntheme=dark\nexperiment="{\\"task\\": \\"o',
    "types": (
        b"[General]\ntheme=17\ngeometry=hello\nexperiment=[1, 2]\nfigure_size=yes\n"
        b"[switch]\nlog=perhaps\n"
    ),
    "lists": b"[General]\ntheme=a, b\ngeometry=1, 2\nexperiment=a, b\nfigure_size=1, 2\n",
    "bytes": (
        b"[General]\ntheme=@ByteArray(x)\ngeometry=@ByteArray(\\0\\xff)\n"
        b"experiment=@Variant(\\0\\0)\n"
    ),
}


@pytest.mark.parametrize(
    ("ending", "damage"),
    [*((".json", d) for d in DAMAGE.values()), *((".ini", d) for d in OLD_DAMAGE.values())],
)
def test_a_damaged_file_does_no_harm(open_window, ending, damage):
    """Whatever stands in the settings file, the window opens with AND, works, and can be closed."""
    settings_file().with_suffix(ending).write_bytes(damage)
    person = open_window()
    assert person.frame.settings == Settings.opened()
    person.press(KEY.Key_F8)
    person.action("figure_size")
    assert person.step == 1
    close(person)


class Trap:
    """An object that writes a file when it is unpickled."""

    def __init__(self, path):
        self._path = path

    def __reduce__(self):
        return Path.touch, (self._path,)


@pytest.mark.parametrize("cut", [False, True])
def test_an_object_in_the_file_is_not_brought_to_life(open_window, tmp_path, cut):
    """An entry of PySide's own type in an old file runs nothing, whole or cut.

    The others are read.
    """
    old = settings_file().with_suffix(".ini")
    store = QSettings(str(old), QSettings.Format.IniFormat)
    store.setValue("theme", "dark")
    store.setValue("experiment", Trap(tmp_path / "sprung"))
    store.sync()
    (tmp_path / "sprung").unlink(missing_ok=True)
    written = old.read_bytes()
    assert b"\\x94R\\x94." in written
    # Also whole it gets another size, for Qt remembers a file by that.
    old.write_bytes(written.replace(rb"\x94R\x94.", b"") if cut else written + b"\n")
    person = open_window()
    assert themes.now.name == "dark"
    assert person.frame.settings == Settings.opened()
    close(person)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names elsewhere")
def test_a_pipe_in_place_of_the_file_does_no_harm(open_window):
    """The window opens and closes without waiting for somebody to write into it."""
    os.mkfifo(settings_file())
    person = open_window()
    person.action("theme_dark").trigger()
    close(person)
    assert settings_file().is_fifo()


def test_two_windows_keep_what_each_has_changed(qapp):
    """What one has written meanwhile is not taken back by the other."""
    one, other = Preferences(), Preferences()
    one.set_choice("theme", "dark")
    other.set_choice("code_style", "module")
    other.save()
    assert (Preferences().choice("theme"), Preferences().choice("code_style")) == ("dark", "module")


@pytest.mark.parametrize(
    "text", ["[1]", "[1e9, 2, 3]", "[-1, 100, 200]", "[100, 100, 9999]", "[NaN, 100, 200]", "{}"]
)
def test_a_size_of_figures_that_cannot_be_is_the_usual(qapp, text):
    """A size outside of what a figure can have counts as not kept."""
    keep(figure_size=text)
    assert Preferences().figure_size() == FIGURE_SIZE


def test_what_is_kept_is_read_back(qapp):
    """Each preference goes through the file."""
    first = Preferences()
    first.set_choice("theme", "dark")
    first.set_figure_size((80.0, 50.0, 300))
    first.set_choice("folder", "/tmp/ä b")
    first.set_flag("log", True)
    first.set_geometry(QByteArray(b"\x00\x01"))
    first.set_choice("code_style", "module")
    answer = Answered(2, "Which?", Verdict(False, "a", "It is b.", "Tempting.", "b", (1.0, -2.5)))
    progress = LessonProgress(("done", "wrong", ""), (answer,), "A lesson")
    first.set_lesson_progress("one", progress.text)
    second = Preferences()
    assert LessonProgress.read(second.lesson_progress("one")) == progress
    assert (second.choice("theme"), second.figure_size(), second.folder()) == (
        "dark",
        (80.0, 50.0, 300),
        "/tmp/ä b",
    )
    assert (second.flag("log"), second.flag("other", default=True)) == (True, True)
    assert second.geometry() == QByteArray(b"\x00\x01")
    assert second.choice("code_style") == "module"
    second.add_recent_file(Path(os.fsdecode(b'/tmp/\xff "b".neuroviz')))
    second.add_recent_file(Path("/tmp/ä.neuroviz"))
    assert (
        Preferences().recent_files()
        == second.recent_files()
        == [
            Path("/tmp/ä.neuroviz"),
            Path(os.fsdecode(b'/tmp/\xff "b".neuroviz')),
        ]
    )
    second.set_choice("code_style", "poetry")
    assert second.choice("code_style") == "tensors"


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"task": "and", "threshold": 1' + "0" * 400 + "}"],
    ids=["deep", "huge"],
)
def test_json_that_cannot_be_read_does_no_harm(qapp, text):
    """Neither nesting without end nor a number that no float holds stops the program's start."""
    keep(figure_size=text, **{"lesson/one": text})
    assert Preferences().figure_size() == FIGURE_SIZE
    assert LessonProgress.read(Preferences().lesson_progress("one")) == LessonProgress()


def test_of_many_entries_few_are_taken():
    """A menu of 90,000 files took minutes to be made."""
    keep(recent=" ".join(f"/tmp/{number}" for number in range(90_000)))
    assert Preferences().recent_files() == [Path(f"/tmp/{number}") for number in range(8)]
