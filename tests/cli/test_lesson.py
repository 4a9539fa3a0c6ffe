"""``neuroviz lesson``: the list, and the check of a file."""

from pathlib import Path

from neuroviz.lessons.library import listed_lessons

EXAMPLE = Path(__file__).parents[1] / "lessons" / "example.toml"


def test_a_sound_file_is_said_to_be_sound(neuroviz):
    result = neuroviz("lesson", "--check", EXAMPLE)
    assert (result.code, result.err) == (0, "")
    assert result.out == f"{EXAMPLE}: nothing is wrong with it.\n"


def test_each_fault_is_a_line_with_its_number(neuroviz, tmp_path):
    path = tmp_path / "lesson.toml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("{sample}", "{sampel}")
    path.write_text(text, encoding="utf-8")
    result = neuroviz("lesson", "--check", path)
    assert (result.code, result.out) == (2, "")
    lines = path.read_text(encoding="utf-8").splitlines()
    where = 1 + next(index for index, line in enumerate(lines) if "{sampel}" in line)
    assert (
        f"neuroviz: {path}, line {where}: There is nothing called sampel in a run."
        in result.err.splitlines()
    )


def test_a_file_that_is_not_there(neuroviz, tmp_path):
    path = tmp_path / "none.toml"
    result = neuroviz("lesson", "--check", path)
    assert result.code == 2
    # Its name once.
    assert result.err.startswith(f"neuroviz: Cannot open '{path}': there is no such file; ")
    assert result.err.count(str(path)) == result.err.count("\n") == 1


def test_every_lesson_that_is_listed(neuroviz):
    """The check comes before the lessons, as it says, and the same in other numbers behind them."""
    out = neuroviz("lesson").out
    assert all(lesson.goal in out for lesson in listed_lessons())
    names = [line.split()[0] for line in out.splitlines()]
    listed = [lesson.name for lesson in listed_lessons()]
    assert names == ["check", *listed, "check-again", "check-networks", "riddle"]


def test_a_lesson_opens_in_the_window_by_its_name_or_file(neuroviz, monkeypatch):
    opened = []
    monkeypatch.setattr(
        "neuroviz.cli.window.open_window", lambda **said: opened.append(said["dropped"]) or 7
    )
    assert neuroviz("lesson", EXAMPLE).code == 7
    assert neuroviz("lesson", "three-rates").code == 7
    assert opened == [
        EXAMPLE,
        next(lesson.path for lesson in listed_lessons() if lesson.name == "three-rates"),
    ]


def test_what_is_no_lesson_is_one_line(neuroviz, tmp_path):
    result = neuroviz("lesson", "four-rates")
    assert (result.code, result.out) == (2, "")
    assert 'There is no lesson "four-rates"; did you mean three-rates? Known are' in result.err
    assert 'There is no lesson "xxx' in neuroviz("lesson", "x" * 400).err  # no file can be so named
    path = tmp_path / "wrong.toml"
    path.write_text("title = 3", encoding="utf-8")
    result = neuroviz("lesson", path)
    assert result.code == 2
    assert "line 1: title must be a text" in result.err
    assert "There is more" in result.err
    assert neuroviz("lesson", "three-rates", "--check", path).code == 2
