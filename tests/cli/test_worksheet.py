import io
from pathlib import Path

import pytest
from pypdf import PdfReader

OWN = Path(__file__).parents[1] / "lessons" / "light-switch.toml"


def test_a_lesson_of_ones_own_becomes_a_sheet_and_a_key(neuroviz, tmp_path):
    sheet = tmp_path / "sheet.pdf"
    result = neuroviz("worksheet", OWN, "--output", sheet, "--paper", "Letter")
    assert (result.code, result.out, result.err) == (0, "", f"Written: {sheet}.\n")
    pages = PdfReader(io.BytesIO(sheet.read_bytes())).pages
    assert float(pages[0].mediabox.width) == 612
    assert "Is the lamp on?" in "\n".join(page.extract_text() for page in pages)
    key = tmp_path / "key.html"
    assert neuroviz("worksheet", OWN, "--key", "--output", key).code == 0
    assert "A light switch, key" in key.read_text(encoding="utf-8")


def test_a_lesson_is_found_by_its_title(neuroviz, tmp_path):
    sheet = tmp_path / "sheet.html"
    assert neuroviz("worksheet", "a Gate by hand", "--output", sheet).code == 0
    assert "<h1>A gate by hand</h1>" in sheet.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "--output", "sheet.doc"), "--output writes .pdf and .html, not 'sheet.doc'"),
        (("chek", "--output", "sheet.pdf"), 'There is no lesson "chek"; did you mean check? Known'),
        (("check", "--output", "nowhere/sheet.pdf"), "its folder does not exist"),
        (("check", "--output", "a.pdf", "--paper", "A5"), "invalid choice: 'A5'"),
        (("check",), "the following arguments are required: --output"),
        (("none.toml", "--output", "a.pdf"), "Cannot open 'none.toml': there is no such file"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(words, said, neuroviz, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = neuroviz("worksheet", *words)
    assert result.code == 2
    assert said in result.err
    assert not any(tmp_path.iterdir())


def test_a_lesson_that_cannot_be_played_keeps_an_earlier_sheet(neuroviz, tmp_path):
    """By what stands in its text, in its numbers, or in a condition, which own numbers ask."""
    own = OWN.read_text(encoding="utf-8").replace("take_home", "own_numbers = true\ntake_home")
    sheet = tmp_path / "sheet.html"
    sheet.write_text("before")
    for right, wrong, seed, said in (
        ("{-b} as threshold", "{speed}", (), "There is nothing called speed in a run."),
        ("output_of(3) == 1", "speed > 1", ("--seed", "1"), "nothing called speed in a run."),
        ("and_by_hand", "andy", ("--seed", "1"), "andy"),
    ):
        lesson = tmp_path / "own.toml"
        lesson.write_text(own.replace(right, wrong), encoding="utf-8")
        result = neuroviz("worksheet", lesson, "--output", sheet, *seed)
        assert result.code == 2
        assert result.err.startswith(f"neuroviz: {lesson} cannot be played: ")
        assert said in result.err
        assert "lesson --check" in result.err
        assert sheet.read_text() == "before"


def test_a_seed_gives_each_pupil_numbers_of_their_own(neuroviz, tmp_path):
    """Of five steps by hand, and of lessons; not where the words hold for its own numbers alone."""
    sheet = tmp_path / "sheet.html"
    for name, title in (
        ("five-steps", "Five steps by hand: sheet 7"),
        ("one-step-by-hand", "One step by hand: sheet 7"),
    ):
        assert neuroviz("worksheet", name, "--output", sheet, "--seed", "7").code == 0
        assert title in sheet.read_text(encoding="utf-8")
    for name, seed, said in (
        ("five-steps", "-1", "--seed: must be a whole number from 0, not -1"),
        ("two-planes", "1", "What “Two planes” says holds only for its own numbers"),
    ):
        refused = neuroviz("worksheet", name, "--output", sheet, "--seed", seed)
        assert refused.code == 2
        assert said in refused.err
