"""A lesson's worksheet with numbers of one's own: a seed draws them, the answers stay the same."""

from __future__ import annotations

import math

import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.lessons.library import find_lesson, lesson_paths
from neuroviz.lessons.own_numbers import with_own_numbers
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.worksheet import key, worksheet
from tests.for_each import for_each

LESSONS = [read_lesson(path) for path in lesson_paths()]


@for_each("lesson", [lesson for lesson in LESSONS if lesson.own_numbers])
def test_a_lesson_that_says_so_has_other_numbers(lesson):
    drawn = with_own_numbers(lesson, 1)
    assert [step.experiment for step in drawn.steps] != [step.experiment for step in lesson.steps]


def test_each_seed_has_numbers_of_its_own():
    """The same for the same seed, others than the author's, and others for another seed."""
    lesson = read_lesson(find_lesson("one-step-by-hand"))
    sheets = [str(worksheet(with_own_numbers(lesson, seed)).groups) for seed in (1, 1, 2, 3)]
    assert sheets[0] == sheets[1]
    assert len({str(worksheet(lesson).groups), *sheets}) == 4


def test_the_key_holds_for_the_numbers_drawn():
    """By σ(w·x + b), worked out here; two pages that begin alike do so with the drawn numbers."""
    lesson = read_lesson(find_lesson("one-step-by-hand"))
    for seed in range(20):
        drawn = with_own_numbers(lesson, seed)
        options = [step.experiment.options for step in drawn.steps if step.experiment]
        first, second = options[0], options[1]
        assert first["weights"] == second["weights"]
        assert first["weights"] != [2, 1.5]
        z = first["weights"][0] + first["bias"]
        moved = first["weights"][0] - 1 / (1 + math.exp(-z))
        assert f"to {moved:.4g}" in str(key(drawn).groups).replace("−", "-")
        assert drawn.title == f"One step by hand: sheet {seed}"


@for_each("lesson", [lesson for lesson in LESSONS if not lesson.own_numbers])
def test_a_lesson_whose_words_hold_for_its_own_numbers_has_no_others(lesson):
    with pytest.raises(SettingsError, match="holds for its own numbers alone: leave out --seed"):
        with_own_numbers(lesson, 1)
