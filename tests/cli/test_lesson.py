"""``neuroviz lesson``: the list, and the check of a file."""

from pathlib import Path

from neuroviz.lessons.reading import listed_lessons

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
    assert (result.code, result.out) == (1, "")
    lines = path.read_text(encoding="utf-8").splitlines()
    where = 1 + next(index for index, line in enumerate(lines) if "{sampel}" in line)
    assert f"neuroviz: {path}, line {where}: There is nothing called sampel in a run." in result.err.splitlines()


def test_a_file_that_is_not_there(neuroviz, tmp_path):
    result = neuroviz("lesson", "--check", tmp_path / "none.toml")
    assert result.code == 1
    assert "cannot be read: No such file" in result.err


def test_every_lesson_that_is_listed(neuroviz):
    out = neuroviz("lesson").out
    assert all(lesson.name in out and lesson.goal in out for lesson in listed_lessons())
