"""A lesson's worksheet with numbers of one's own: a seed draws them, the answers stay the same."""

import math

import numpy as np
import pytest

from neuroviz.lessons.format import GROWTH, ChoiceQuestion, SignQuestion
from neuroviz.lessons.library import find_lesson, lesson_paths
from neuroviz.lessons.own_numbers import OwnNumbersError, with_own_numbers
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.lessons.worksheet import key, worksheet
from tests.for_each import for_each

LESSONS = [read_lesson(path) for path in lesson_paths()]


def answers(lesson):
    """Return what is right to answer to each question, in words, by its run alone."""
    right = []
    before = None
    for step in lesson.steps:
        before = StepEvaluator(step, before)
        before.go()
        if isinstance(step.task, ChoiceQuestion):
            choices = step.task.choices
            right.append([choices[index].text for index in before.true_choices(step.task)])
        elif isinstance(step.task, SignQuestion):
            right.append([GROWTH[before.true_sign(step.task)]])
    return right


@for_each("lesson", [lesson for lesson in LESSONS if lesson.own_numbers])
def test_a_lesson_that_says_so_has_other_numbers_and_the_same_answers(lesson):
    """Also where the first numbers drawn would turn an answer, as of check-again with seed 0."""
    drawn = with_own_numbers(lesson, 0 if lesson.name == "check-again" else 3)
    assert [step.experiment for step in drawn.steps] != [step.experiment for step in lesson.steps]
    found = answers(drawn)
    assert found == answers(lesson)
    assert all(len(right) == 1 for right in found)


def test_what_beats_sgd_does_so_from_every_start_drawn():
    """By six steps of descent, and ten with and without momentum, worked out here."""
    lesson = read_lesson(find_lesson("beat-sgd"))
    matrix, y = np.array([[1, 1], [2, 1], [3, 1]]), np.array([2, 4, 6])

    def losses(theta, momentum, steps, velocity=0.0):
        for _ in range(steps + 1):
            errors = matrix @ theta - y
            yield np.mean(errors**2)
            velocity = momentum * velocity + 2 / 3 * matrix.T @ errors
            theta = theta - 0.09 * velocity

    for seed in range(4):
        drawn = with_own_numbers(lesson, seed)
        options = drawn.steps[0].experiment.options
        start = np.array([*options["weights"], options["bias"]])
        assert start.tolist() != [1, 3]
        six, plain = list(losses(start, 0, 6)), list(losses(start, 0, 10))
        right, momentum = answers(drawn)[0], answers(drawn)[1]
        assert right == ["to about half the loss"]
        assert 0.3 < six[-1] / six[0] < 0.8
        assert momentum == ["momentum"]
        assert list(losses(start, 0.9, 10))[-1] < plain[-1]


def test_each_seed_has_numbers_of_its_own():
    """The same for the same seed, others than the author's, and others for another seed."""
    lesson = read_lesson(find_lesson("one-step-by-hand"))
    sheets = [str(worksheet(with_own_numbers(lesson, seed)).groups) for seed in (1, 1, 2, 3)]
    assert sheets[0] == sheets[1]
    assert len({str(worksheet(lesson).groups), *sheets}) == 4


def test_the_key_holds_for_the_numbers_drawn():
    """By σ(w·x + b), worked out here; two pages that begin alike do so with the drawn numbers."""
    lesson = read_lesson(find_lesson("one-step-by-hand"))
    for seed in range(6):
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
    with pytest.raises(OwnNumbersError, match="holds only for its own numbers: leave out --seed"):
        with_own_numbers(lesson, 1)
