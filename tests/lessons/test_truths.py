"""What is drawn, clicked or left to chance in the lessons, without the program."""

import numpy as np
import pytest

from tests.lessons.own_loop import LINE_X, limit
from tests.lessons.truths import double, line


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
    rows = double([1.0, 3.0], 0.05, 1)
    step = rows.theta[1] - rows.theta[0]
    to_lowest = np.array([2.0, 0.0]) - rows.theta[0]
    cosine = step @ to_lowest / np.linalg.norm(step) / np.linalg.norm(to_lowest)
    assert cosine < np.cos(np.radians(60))
    assert step[0] < 0 < to_lowest[0]
