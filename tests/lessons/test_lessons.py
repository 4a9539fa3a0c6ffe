"""The lessons that come with the program, and one of a teacher's own.

Played from beginning to end.
"""

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from neuroviz.lessons import library
from neuroviz.lessons.answers import CurveAnswer
from neuroviz.lessons.checking import check
from neuroviz.lessons.format import (
    GROWTH,
    ChoiceQuestion,
    CurveQuestion,
    DoTask,
    NumberQuestion,
    PointQuestion,
    Prediction,
    SignQuestion,
)
from neuroviz.lessons.library import lesson_paths, listed_lessons
from neuroviz.lessons.plan import copied
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.step_evaluator import StepEvaluator
from tests.for_each import for_each
from tests.lessons.by_hand import DONE, NOT_DONE, make
from tests.lessons.own_loop import LINE_X, limit
from tests.lessons.play import played
from tests.lessons.truths import BY_CHANCE, BY_SHAPE, TRUTHS, line

OWN = Path(__file__).with_name("light-switch.toml")
PATHS = {path.stem: path for path in (*lesson_paths(), OWN)}
CHECKS = {"check": 8, "check-again": 8, "check-networks": 6}
"""How many questions each has."""
LESSONS = [name for name in PATHS if name not in CHECKS]
ONLY_WITH_A_WINDOW = {("beat-sgd", 2)}
PRAISE = re.compile(
    r"\b(well done|great|excellent|perfect|congratulations|bravo|good job|exactly right)\b",
    re.IGNORECASE,
)


def texts(value):
    """Give every text of a lesson file that is read by somebody, with its key."""
    for key, inside in value.items():
        if isinstance(inside, str):
            yield key, inside
        for each in inside if isinstance(inside, list) else [inside]:
            if isinstance(each, dict):
                yield from texts(each)
            elif isinstance(each, str) and key == "hints":
                yield key, each


READ = {
    "text",
    "title",
    "goal",
    "take_home",
    "ask",
    "truth",
    "feedback",
    "hints",
    "failed",
    "locked",
}


def read_texts(name):
    said = tomllib.loads(PATHS[name].read_text(encoding="utf-8"))
    return [
        (key, text) for key, text in texts(said) if key in READ or key in ("grow", "shrink", "stay")
    ]


@pytest.mark.parametrize("name", PATHS)
def test_nothing_is_wrong_with_it(name):
    assert check(PATHS[name]) == []


def nothing_at_first_then_done(name, number, evaluator):
    """Do what is asked for: nothing done, then what does not do, then each way that does."""
    if (name, number) in ONLY_WITH_A_WINDOW:
        evaluator.more = {"own_steps": 6.0, "own_loss": 0.2, "sgd_loss": 0.9, "sgd_done": True}
        assert evaluator.doing()[0] == "done"
        return
    assert evaluator.doing()[0] == "open"
    tries = ([(NOT_DONE[name, number], False)] if (name, number) in NOT_DONE else []) + [
        (way, True) for way in DONE[name, number]
    ]
    begun = evaluator.session
    for way, done in tries:
        evaluator.session = copied(begun)
        make(evaluator.session, way)
        state, said = evaluator.doing()
        assert (state == "done") == done, (name, number, state, said)
        assert said or not done


@cache
def played_through(name):
    return [*played(PATHS[name], nothing_at_first_then_done)]


@pytest.mark.parametrize("name", PATHS)
def test_it_can_be_played_to_its_end(name):
    """With right, wrong and nonsensical answers; what is right is so without the program."""
    for step in played_through(name):
        where = name, step.number
        assert step.untrue == [], where
        task = step.evaluator.step.task
        if not isinstance(task, Prediction):
            continue
        right = {answer for answer, verdict in step.verdicts.items() if verdict.right}
        words_for_right = {verdict.feedback for verdict in step.verdicts.values() if verdict.right}
        words_for_wrong = [
            verdict.feedback for verdict in step.verdicts.values() if not verdict.right
        ]
        assert all((*words_for_right, *words_for_wrong)), where
        assert words_for_right.isdisjoint(words_for_wrong), where
        if where in BY_SHAPE:
            assert next(iter(step.verdicts)) in right, where
            assert words_for_wrong, where
        elif where in BY_CHANCE:
            assert right == {BY_CHANCE[where]}, where
        else:
            assert right == {TRUTHS[where](np.array(step.start))}, where
        if isinstance(task, ChoiceQuestion | SignQuestion):
            assert len(set(words_for_wrong)) == len(words_for_wrong), where


@for_each("name", PATHS)
def test_a_step_is_read_in_less_than_seventy_words_and_types_no_number(name):
    said = tomllib.loads(PATHS[name].read_text(encoding="utf-8"))
    for step in said["step"]:
        task = step.get("predict") or step.get("do") or step.get("compare") or {}
        words = re.sub(r"\{[^{}]*\}", "x", f"{step['text']} {task.get('ask', '')}").split()
        assert len(words) < 70, step["title"]
    for key, text in read_texts(name):
        plain = re.sub(r"\{[^{}]*\}|`[^`]*`", "", text)
        if key != "text" or text not in choices(said):
            assert not re.search(r"\d", plain), text


def choices(said):
    """Return what stands on the buttons of a lesson, where a number may be typed."""
    return {
        choice["text"]
        for step in said["step"]
        for choice in step.get("predict", {}).get("choice", [])
    }


@for_each("name", PATHS)
def test_its_words_are_calm(name):
    for _, text in read_texts(name):
        assert "!" not in re.sub(r"\{[^{}]*\}", "", text), text
        assert not PRAISE.search(text), text


@for_each("name", LESSONS)
def test_it_is_short_and_has_something_to_predict_and_something_to_do(name):
    lesson = read_lesson(PATHS[name])
    tasks = [step.task for step in lesson.steps]
    assert 4 <= len(tasks) <= 8
    assert 4 <= lesson.minutes <= 10
    assert any(isinstance(task, Prediction) for task in tasks)
    assert any(isinstance(task, DoTask | Prediction) and is_by_hand(task) for task in tasks)
    assert all(
        len(step.hints) == 3 for step in lesson.steps if isinstance(step.task, Prediction | DoTask)
    )
    assert lesson.take_home.count(".") <= 2


def is_by_hand(task):
    return isinstance(task, DoTask | CurveQuestion | PointQuestion | NumberQuestion)


def test_the_list_is_in_order_and_the_first_two_need_no_calculus(monkeypatch):
    """Each file is read once, however often the list, the checks and a title are asked for."""
    read = []
    monkeypatch.setattr(library, "read_lesson", lambda path: read.append(path) or read_lesson(path))
    library._all_lessons.cache_clear()
    lessons = listed_lessons()
    assert len([*lessons, *library.checks()]) == len(lesson_paths())
    assert library.find_lesson(lessons[0].title) == lessons[0].path
    assert sorted(read) == sorted(lesson_paths())
    numbers = [lesson.number for lesson in lessons]
    assert numbers == list(range(1, 23))
    assert not any(lesson.calculus for lesson in lessons[:2])
    words = " ".join(text for lesson in lessons[:3] for _, text in read_texts(lesson.name))
    assert not re.search(r"derivative|∂|slope|d/d|partial", words)


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_has_six_or_eight_questions_and_tells_at_the_end(name):
    lesson = read_lesson(PATHS[name])
    assert len(lesson.steps) == CHECKS[name]
    assert all(isinstance(step.task, Prediction) for step in lesson.steps)
    assert lesson.tells_at_end
    assert not lesson.listed


def test_the_second_time_the_check_asks_the_same_in_other_numbers():
    """Question for question of one kind and on the same views.

    Other are the data, the start or the rate.
    """
    first, second = (read_lesson(PATHS[name]) for name in ("check", "check-again"))
    assert first.path_again == second.path
    for one, other in zip(first.steps, second.steps, strict=True):
        assert type(one.task) is type(other.task)
        assert one.views == other.views
        assert one.experiment.options != other.experiment.options
    for one, other in zip(*map(played_through, ("check", "check-again")), strict=True):
        if isinstance(one.evaluator.step.task, ChoiceQuestion):
            # A place that is remembered does not help.
            assert place_of_right(one) != place_of_right(other), one.number


def place_of_right(step):
    """Return the place, from 0, at which the right one of some choices or words stands."""
    (right,) = (answer for answer, verdict in step.verdicts.items() if verdict.right)
    task = step.evaluator.step.task
    return (task.order if isinstance(task, ChoiceQuestion) else GROWTH).index(right)


@pytest.mark.parametrize("name", CHECKS)
def test_who_always_ticks_the_same_place_of_a_check_has_no_more_right_than_by_chance(name):
    """Of seven questions with three answers each: two or three, the first time as the second.

    Of five on networks one or two.
    """
    asked = [
        step
        for step in played_through(name)
        if isinstance(step.evaluator.step.task, ChoiceQuestion | SignQuestion)
    ]
    places = Counter(map(place_of_right, asked))
    assert sorted(places.values()) == ([2, 2, 3] if CHECKS[name] == 8 else [1, 2, 2])


def test_over_all_lessons_no_place_is_the_right_one_much_oftener_than_another():
    places = Counter(
        place_of_right(step)
        for path in lesson_paths()
        for step in played_through(path.stem)
        if isinstance(step.evaluator.step.task, ChoiceQuestion)
    )
    first_three = [places[place] for place in range(3)]
    assert sum(first_three) >= 45
    assert max(first_three) - min(first_three) <= 3


def test_choices_stand_in_an_order_of_their_own_that_stays(tmp_path):
    """Not as in the file unless that says so, and in another where it asks for it."""
    text = PATHS["check"].read_text(encoding="utf-8")
    path = tmp_path / "check-again.toml"
    path.write_text(PATHS["check-again"].read_text(encoding="utf-8"), encoding="utf-8")
    orders = []
    for shuffle in (0, 1, 2, 3, 1):
        path = tmp_path / "check.toml"
        path.write_text(re.sub("shuffle = .", f"shuffle = {shuffle}", text), encoding="utf-8")
        tasks = [step.task for step in read_lesson(path).steps]
        orders.append([task.order for task in tasks if isinstance(task, ChoiceQuestion)])
    assert set(orders[0]) == {(0, 1, 2)}
    assert orders[1] == orders[4]
    assert len({tuple(order) for order in orders}) == 4
    assert {tuple(sorted(order)) for order in orders[1]} == {(0, 1, 2)}


def test_the_lesson_in_contributing_is_one(tmp_path):
    text = (Path(__file__).parents[2] / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "example.toml"
    path.write_text(example, encoding="utf-8")
    assert check(path) == []
    first, second = played(path, lambda name, number, evaluator: evaluator.session.advance(200))
    half = line(first.start, 0.5 * limit(LINE_X), 201).loss
    assert half[1] < 0.01 * half[0]
    assert [verdict.right for verdict in first.verdicts.values()] == [False, True]
    assert second.evaluator.doing()[0] == "done"
    assert half[-1] < 0.1


def evaluator_at(name, number):
    """Return the evaluator of a step, with those before it."""
    evaluator = None
    for step in read_lesson(PATHS[name]).steps[:number]:
        evaluator = StepEvaluator(step, evaluator)
    return evaluator


@pytest.mark.parametrize(("name", "number"), [("ten-times-x", 5), ("beat-sgd", 4)])
def test_a_loss_that_is_only_rounding_reads_zero(name, number):
    """A step down a round valley ends at its floor but for the last bits.

    6.574e-32 is nothing for a pupil.
    """
    evaluator = evaluator_at(name, number)
    evaluator.go()
    assert evaluator.judge(0).truth.rstrip(".").removesuffix(", in one step").endswith(" 0")


def test_who_pulls_at_a_weight_is_told_of_the_moment_before_the_step():
    """From zero every output is one half, so both pull by one half.

    After the step they no longer do.
    """
    evaluator = evaluator_at("one-step-by-hand", 6)
    evaluator.go()
    for answer in ("stay", "grow"):
        feedback = " ".join(evaluator.judge(answer).feedback.split())
        assert "(1, 1) pulled" in feedback
        assert "up by 0.5" in feedback
        assert "down by 0.5" in feedback


@pytest.mark.parametrize(
    ("points", "says"),
    [
        # As the run does.
        ({14: 3, 28: 9, 29: 10, 40: 10}, "ever more steeply, and leaves the page"),
        ({20: 1.5, 34: 4, 40: 9.9}, "ever more steeply, and leaves the page"),
        ({20: 2, 24: 9.5, 40: 9.5}, "ever more steeply, and leaves the page"),
        ({40: 10}, "but gently at first"),
        ({9: 10, 40: 10}, "but gently at first"),
        ({3: 9.9, 40: 9.9}, "but gently at first"),
        ({5: 7, 15: 9.8, 40: 9.8}, "but gently at first"),
        ({40: 1.85}, "it does not stay on the page"),
        ({20: 5, 40: 7}, "it does not stay on the page"),
        ({10: 0.5, 20: 1.2, 40: 0.8}, "each jump is longer than the last"),
        ({40: 0.1}, "the limit is an edge"),
    ],
)
def test_what_is_said_to_a_drawn_curve_is_true_of_it(points, says):
    """Heights are shares of the loss at the start; the page ends at ten times that."""
    evaluator = evaluator_at("three-rates", 3)
    start = line(evaluator.session.frame().parameters, 0.01, 0).loss[0]
    evaluator.go()
    epochs, heights = zip((0, 1), *points.items(), strict=True)
    every = np.linspace(0, 40, 81)
    drawn = start * np.interp(every, epochs, heights)
    verdict = evaluator.judge(CurveAnswer(tuple(every.tolist()), tuple(drawn.tolist())))
    assert verdict.right == ("ever more steeply, and leaves" in says)
    assert says in " ".join(verdict.feedback.split())


@pytest.mark.parametrize(("bias", "end"), [(-2.457, "−2"), (0.3, "−1")])
def test_a_gate_says_at_which_bias_it_breaks_and_not_only_where_one_let_go(bias, end):
    """w₁ + w₂ + b is above 0 only for b above −2, and w₁ + b only for b above −1."""
    evaluator = evaluator_at("gate-by-hand", 3)
    evaluator.session.apply(evaluator.session.settings.replace(bias=bias))
    _, said = evaluator.doing()
    assert f"let go at a bias of {bias}".replace("-", "−") in said
    assert re.search(rf"(At|Above) {end}\b", said), said


@for_each("name", PATHS)
def test_words_name_only_what_is_on_the_screen(name):
    """No valley without a landscape, and no table by a name that it does not bear."""
    views = ()
    for step, said in zip(
        read_lesson(PATHS[name]).steps,
        tomllib.loads(PATHS[name].read_text("utf-8"))["step"],
        strict=True,
    ):
        views = step.views or views
        words = " ".join(text for key, text in texts(said) if key in READ)
        assert "table of weights" not in words
        if name == "three-rates":
            assert "landscape" in views or "valley" not in words, step.title


@pytest.mark.parametrize("steps", [7, 500])
def test_who_runs_past_the_epoch_at_which_all_are_right_is_told_that_epoch(steps):
    """AND is right in all four from epoch 13 on.

    Who lets it run as fast as it goes stops far behind.
    """
    evaluator = evaluator_at("all-right-still-learning", 1)
    evaluator.session.advance(steps)
    done, said = evaluator.doing()
    assert (done, "from epoch 13 on" in " ".join(said.split())) == ("done", True)


def test_a_rate_that_was_found_too_late_is_not_told_a_loss_below_one():
    """A hundredth of the limit for twenty epochs, then 0.03.

    A loss of 0.5 at epoch forty does not count.
    """
    evaluator = evaluator_at("three-rates", 5)
    session = evaluator.session
    session.advance(20)
    session.apply(session.settings.replace(learning_rate=0.03))
    session.advance(20)
    start = line(session.frame().start, 0.01 * limit(LINE_X), 20).loss[20]
    failed, said = evaluator.doing()
    assert failed == "failed"
    assert f"a loss of {start:.0f} at epoch 20" in said
    assert "Begun at a rate of 0.000626" in said
