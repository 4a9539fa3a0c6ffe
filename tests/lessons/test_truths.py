"""What is drawn, clicked or left to chance in the lessons, without the program."""

import re

import numpy as np
import pytest

from neuroviz.lessons.library import lesson_paths
from neuroviz.lessons.plan import settings_of
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.step_evaluator import StepEvaluator
from tests.lessons.own_loop import GATE, LINE_X, TARGETS, limit
from tests.lessons.truths import double, gate, hidden_half, line
from tests.session.fresh import ready


def test_one_sample_at_a_time_trembles_in_any_order_and_less_at_a_tenth_of_the_rate():
    x, y = np.array([1.0, 2, 3, 4]), np.array([3.0, 2, 5, 4])
    rng = np.random.default_rng(16)

    def highest(rate, epochs=300):
        theta = np.zeros(2)
        late = []
        for epoch in range(epochs):
            for i in rng.permutation(4):
                theta -= rate * 2 * (theta[0] * x[i] + theta[1] - y[i]) * np.array([x[i], 1])
            if epoch >= epochs - 100:
                late.append(((theta[0] * x + theta[1] - y) ** 2).mean())
        return max(late)

    for _ in range(20):
        large = highest(0.05)
        assert large > 1.0
        assert highest(0.005) < 0.7 * large


@pytest.mark.parametrize(("share", "leaves"), [(1.02, True), (0.98, False)])
def test_above_the_limit_the_curve_leaves_the_page_and_below_it_does_not(share, leaves):
    losses = line([-0.0075, 0.5364], share * limit(LINE_X), 40).loss
    assert (losses[-1] > 2 * losses[0]) == leaves


def test_summed_gradients_swing():
    losses = line([-0.0075, 0.5364], 0.001, 40, sum_up=True).loss
    assert losses[8] < 0.1 * losses[0] < losses[17] > 0.9 * losses[0]
    assert losses[26] < 0.1 * losses[0]


def test_the_arrow_points_away_from_the_lowest_place():
    rows = double([-1.0, 3.0], 0.05, 1)
    step = rows.theta[1] - rows.theta[0]
    to_lowest = np.array([2.0, 0.0]) - rows.theta[0]
    cosine = step @ to_lowest / np.linalg.norm(step) / np.linalg.norm(to_lowest)
    assert cosine < np.cos(np.radians(60))
    assert step[1] > 0 > to_lowest[1]


WAYS = {
    ("watch-it-learn", 3): lambda start: gate("and", start, 30).right_since(0),
    ("all-right-still-learning", 1): lambda start: gate("and", start, 30).right_since(0),
    ("ten-times-x", 1): lambda start: int(np.argmax(double(start, 0.09, 60).loss < 0.1)),
    ("hidden-half", 4): lambda _: int(np.argmax(np.diff(hidden_half()[0]) > 0)),
}
NUMBERS = {"twelve": 12, "13": 13, "seventeen": 17, "19": 19}


@pytest.mark.parametrize("where", WAYS)
def test_what_a_key_says_in_words_is_so(where):
    """What is read from a table of epochs on the sheet, the key says last."""
    name, number = where
    (path,) = (path for path in lesson_paths() if path.stem == name)
    step = read_lesson(path).steps[number - 1]
    *_, word = re.findall(r"epoch (\w+)", StepEvaluator(step).way())
    settings = settings_of({**step.experiment.options})
    start = ready(settings)
    assert WAYS[where](start.frame().start) == NUMBERS[word]


def test_almost_all_of_the_limit_is_better_only_after_two_hundred_epochs():
    """As the lesson on three rates says.

    Beside it is a ruler on which such a rate is fastest in the end.
    """
    half, edge = (line([-0.0075, 0.5364], share * limit(LINE_X), 200).loss for share in (0.5, 0.98))
    assert edge[40] > 100 * half[40]
    assert edge[100] > half[100]
    assert edge[200] < half[200]


def test_since_epoch_five_each_step_raised_the_answer_that_comes_back_last():
    (path,) = (path for path in lesson_paths() if path.stem == "watch-it-learn")
    session = ready(settings_of(read_lesson(path).steps[1].experiment.options))
    rows = gate("and", session.frame().start, 60)
    answers = np.array([rows.outputs(step)[0] for step in range(61)])
    assert (np.diff(answers[:6]) < 0).all()
    assert (np.diff(answers[5:]) > 0).all()


def test_each_pull_leaves_less_of_its_own_error_than_there_was():
    """At a rate of 0.05, whatever the order of the four samples."""
    x = np.array([1, 2, 3, 4])
    assert (np.abs(1 - 2 * 0.05 * (x**2 + 1)) < 1).all()


def test_no_weights_without_a_bias_make_three_answers_of_and_certain():
    """That for (0, 0) is one half whatever they are.

    Far below zero (1, 1) is as wrong as can be.
    """
    for weights in np.random.default_rng(1).normal(0, 20, (100, 2)):
        assert gate("and", [*weights, 0.0], 0, bias=False).outputs()[3] == 0.5
    assert gate("and", [-20.0, -20.0, 0.0], 0, bias=False).outputs() == pytest.approx(
        [0, 0, 0, 0.5], abs=1e-6
    )


def test_a_mistake_costs_more_than_four_doubts_only_where_it_is_sure():
    """From an answer of fifteen sixteenths on: −ln(1/16) is four times ln 2."""
    assert -np.log(1 - 15 / 16) == pytest.approx(4 * np.log(2))


@pytest.mark.parametrize(("hidden", "least", "most"), [(1, 0.0, 0.0), (2, 0.55, 1.0)])
def test_xor_needs_two_neurons_before_the_one(hidden, least, most):
    """One gives no start in a hundred all four right, two do from most."""
    rng = np.random.default_rng(0)
    x = np.array(GATE, dtype=float)
    y = np.array(TARGETS["xor"], dtype=float)
    first, bias = rng.uniform(-0.7, 0.7, (100, 2, hidden)), rng.uniform(-0.7, 0.7, (100, 1, hidden))
    last, last_bias = rng.uniform(-0.7, 0.7, (100, hidden)), np.zeros((100, 1))
    for _ in range(5000):
        h = np.tanh(x @ first + bias)
        z = np.einsum("nsh,nh->ns", h, last) + last_bias
        off = (1 / (1 + np.exp(-z)) - y) / 4
        back = off[:, :, None] * last[:, None] * (1 - h**2)
        last -= np.einsum("nsh,ns->nh", h, off)
        last_bias -= off.sum(axis=1, keepdims=True)
        first -= np.einsum("sd,nsh->ndh", x, back)
        bias -= back.sum(axis=1, keepdims=True)
    solved = ((z > 0) == (y == 1)).all(axis=1).mean()
    assert least <= solved <= most
