"""What the lessons call right, found out without the program.

By an own loop of torch, or by hand.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.lessons.own_loop import (
    DOUBLE_X,
    DOUBLE_Y,
    GATE,
    LINE_X,
    LINE_Y,
    SINE_X,
    SINE_Y,
    TARGETS,
    curvatures,
    descend,
    limit,
)

OUTLIER = [[-6], [-3], [-1], [1], [3]], [1, 0, 0, 1, 1]


def gate(name, start, steps, rate=1.0, **more):
    return descend(GATE, TARGETS[name], start, rate, steps, **more)


def line(start, rate, steps, **more):
    return descend(LINE_X, LINE_Y, start, rate, steps, "mse", **more)


def double(start, rate, steps, **more):
    return descend(DOUBLE_X, DOUBLE_Y, start, rate, steps, "mse", **more)


def which(*truths):
    """Return the number of the one thing that is so."""
    assert sum(map(bool, truths)) == 1
    return [bool(truth) for truth in truths].index(True)


def sign(value):
    return "grow" if value > 0 else "shrink" if value < 0 else "stay"


# --- by hand, by learning, one step ---------------------------------------------------------------


def biases_of_and(_):
    good = [b for b in np.arange(-3, 1, 0.125) if (1 + 1 + b > 0) and not (1 + b > 0) and not b > 0]
    return which(
        len(good) == 1, 1 < len(good) < len(np.arange(-3, 0, 0.125)), good[0] == -3 and good[-1] < 0
    )


def doubled(_):
    crossing, twice = 1.5 / 1, 3 / 2
    return which(twice > crossing, twice < crossing, twice == crossing)


def or_of_both(_):
    return TARGETS["or"][0]


def from_and_to_or(_):
    values = np.arange(-3, 4, 0.125)

    def makes_or(w1, w2, b):
        return [int(w1 * x1 + w2 * x2 + b > 0) for x1, x2 in GATE] == TARGETS["or"]

    return which(
        any(makes_or(v, 1, -1.5) for v in values),
        any(makes_or(1, v, -1.5) for v in values),
        any(makes_or(1, 1, v) for v in values),
    )


def last_to_be_right(start):
    rows = gate("and", start, 60)
    since = [rows.right_since(sample) for sample in range(4)]
    assert sorted(since)[-1] - sorted(since)[-2] > 5  # by a margin
    return since.index(max(since))


def without_samples(start):
    output = 1 / (1 + np.exp(-sum(start)))
    return which(output > 0.9, abs(output - 0.5) < 0.2, output < 0.1)


def ones_of_nand(_):
    ones = sum(1 - (a and b) for a, b in GATE)
    return which(ones == 1, ones == 2, ones == 3)


def one_sample(x, start, index):
    rows = descend([x], [0], start, 1.0, 1)
    return rows.theta[1] - rows.theta[0], index


def which_way(start):
    return sign(one_sample([1, 0], start, 0)[0][0])


def who_moves(start):
    change, _ = one_sample([0, 1], start, 0)
    return which(
        all(change != 0), change[0] == 0 and all(change[1:] != 0), change[1] != 0 and change[2] == 0
    )


def four_at_once(start):
    rows = gate("and", start, 1)
    return sign(rows.theta[1][0] - rows.theta[0][0])


# --- rates and landscapes -------------------------------------------------------------------------


def three_rates(start):
    most = limit(LINE_X)
    losses = [line(start, share * most, 40).loss[-1] for share in (0.01, 0.5, 0.98)]
    best, second = sorted(losses)[:2]
    assert second > 50 * best
    return losses.index(best)


def and_if_you_wait(start):
    # By the eigenvector of λmax:
    # the error there is multiplied by 1 − 2·1.2 in each step, and nothing stops it.
    rows = line(start, 1.2 * limit(LINE_X), 400)
    growth = rows.loss[1:] / rows.loss[:-1]
    assert np.allclose(growth[-100:], 1.4**2, rtol=1e-6)
    steps_to_overflow = np.log(1.7e308 / rows.loss[-1]) / np.log(1.4**2)
    return which(
        rows.loss[100] > 1.7e308, 400 + steps_to_overflow < 1500, 400 + steps_to_overflow > 2000
    )


def numbers_of_the_gradient(start):
    return len(double(start, 0.05, 0).grad[0]) - 1


def the_way_down(start):
    rows = double(start, 0.05, 200)
    lowest = np.array([2.0, 0.0])
    far = np.linalg.norm(rows.theta - lowest, axis=1)
    steep = np.linalg.eigh(np.array([[14 / 3, 2], [2, 1]]))[1][:, 1]
    across = np.abs((rows.theta - lowest) @ steep)
    floor_first = across[5] < 0.1 * across[0] and far[5] > 0.8 * far[0] and far[200] < 0.2 * far[0]
    crossed = np.diff(np.sign((rows.theta[:5] - lowest) @ steep)).any()
    return which(False, floor_first and not crossed, crossed)


def without_bias_or(start):
    outputs = gate("or", start, 1000, bias=False).outputs()
    return which(outputs[3] < 0.1, outputs[3] == 0.5, outputs[3] > 0.9)


def without_bias_and(start):
    outputs = gate("and", start, 1000, bias=False).outputs()
    return which(outputs[0] > 0.9, max(abs(outputs - 0.5)) > 0.3, max(abs(outputs - 0.5)) < 1e-6)


def slope_through_the_origin(_):
    x = np.array(LINE_X)[:, 0]
    slope = (x @ LINE_Y) / (x @ x)
    return which(slope < 9.9, abs(slope - 10) < 0.1, slope > 10.1)


def ten_times_x(start):
    rows = descend(10 * np.array(DOUBLE_X), DOUBLE_Y, start, 0.09, 20, "mse")
    return which(
        rows.loss[-1] < 1, 1 < rows.loss[-1] < rows.loss[0], rows.loss[-1] > 1e6 * rows.loss[0]
    )


def factor_of_the_limit(_):
    factor = limit(DOUBLE_X) / limit(10 * np.array(DOUBLE_X))
    return which(factor < 2, 2 < factor < 30, 30 < factor < 300)


SCALED = (np.array(DOUBLE_X) - 2.0) / np.std(DOUBLE_X)


def scaled_data(start):
    rows = descend(SCALED, DOUBLE_Y, start, 0.5, 10, "mse")
    return which(rows.loss[1] < 1e-20, rows.loss[1] > 1e-20 > rows.loss[10], rows.loss[10] > 1e-20)


# --- XOR, being sure, mistakes --------------------------------------------------------------------


def xor_ends(start, targets=TARGETS["xor"]):
    rows = descend(GATE, targets, start, 1.0, 400)
    outputs = rows.outputs()
    return which(rows.right().all(), max(outputs) > 0.9, max(abs(outputs - 0.5)) < 0.01)


def more_effort(start):
    runs = [
        gate("xor", start, 800, 4.0),
        gate("xor", [0.3, -0.4, 0.2], 800),
        gate("xor", start, 800, momentum=0.9),
    ]
    lower = [rows.loss[-1] < 0.65 for rows in runs]
    return which(*lower, not any(lower))


def one_more_input(start):
    x = [[a, b, a * b] for a, b in GATE]
    return int(descend(x, TARGETS["xor"], start, 1.0, 1000).right().all())


def which_input(start):
    added = [[(a, b, f(a, b)) for a, b in GATE] for f in (np.add, np.subtract, np.multiply)]
    return which(*(descend(x, TARGETS["xor"], start, 2.0, 500).loss[-1] < 0.1 for x in added))


def product_from_zero(start):
    x = [[a, b, a * b] for a, b in GATE]
    return sign(descend(x, TARGETS["xor"], start, 1.0, 1).theta[1][2] - start[2])


def border_with_a_product(start):
    rows = descend([[a, b, a * b] for a, b in GATE], TARGETS["xor"], start, 5.0, 1000)
    _, _, product, bias = rows.theta[-1]
    right = rows.right().all()
    return which(abs(product) < 0.1, right and abs(product) > 1 and bias < 0, not right)


def perceptron(name, start=(0, 0, 0), passes=50, truths=(0, 1)):
    """Return the weights and the mistakes so far after each sample, pass after pass."""
    theta, made, seen = np.array(start, dtype=float), 0, []
    for (x1, x2), target in [*zip(GATE, TARGETS[name], strict=True)] * passes:
        row = np.array([truths[x1], truths[x2], 1])
        y = 1 if target else -1
        if y * (theta @ row) <= 0:
            theta, made = theta + y * row, made + 1
        seen.append((theta, made))
    return seen


def how_many_mistakes(start):
    made = [count for _, count in perceptron("and", start, 20)]
    ended = made[-1] == made[-5]
    assert made[-1] == 22
    return which(made[-1] <= 4, made[-1] > 4 and ended, not ended)


def wider_gap(start):
    narrow, wide = (perceptron("and", start, 20, truths)[-1][1] for truths in ((0, 1), (-1, 1)))
    return which(narrow > wide, narrow < wide, narrow == wide)


def xor_comes_back(start):
    theta, made = perceptron("xor", start)[-1]
    return which(made < 100, np.abs(theta).sum() > 20, (theta == start).all() and made >= 100)


# --- hidden neurons -------------------------------------------------------------------------------


def drawn(seed, inputs, hidden):
    """Return the start (P,) that torch draws for a seed: hidden neurons, then the output."""
    torch.manual_seed(seed)
    layers = torch.nn.Linear(inputs, hidden), torch.nn.Linear(hidden, 1)
    drawn = [each.flatten() for layer in layers for each in layer.parameters()]
    return torch.cat(drawn).double().tolist()


def xor(start, steps, phi="tanh", count=2):
    return descend(GATE, TARGETS["xor"], start, 1.0, steps, hidden=(count, phi))


def yes(rows, step=-1):
    """Return for each hidden neuron to which samples it says yes."""
    return (rows.h(step) > 0).astype(int).T.tolist()


NAND = [1 - each for each in TARGETS["and"]]


def first_gate(start):
    said = yes(xor(start, 0))[0]
    return [TARGETS["and"], TARGETS["or"], TARGETS["xor"]].index(said)


def second_gate(start):
    return [NAND, [0, 0, 0, 1], [1, 1, 1, 0]].index(yes(xor(start, 0))[1])


def gate_of_gates(start):
    first, second = np.array(yes(xor(start, 0)))
    made = first & second, first | second, first ^ second
    return [each.tolist() for each in made].index(TARGETS["xor"])


def places_for_the_output(start):
    return float(len({tuple(each) for each in xor(start, 0).h().round(6)}))


def two_learned(start):
    rows = xor(start, 1000)
    done = int(np.argmax(rows.loss < 0.01))
    assert done == 486
    again = yes(rows, done) == [TARGETS["or"], NAND]
    right = rows.right(done).all()
    return which(not right, right and again, right and not again)


def from_three_starts(start):
    assert start == pytest.approx(drawn(0, 2, 2))
    ends = [xor(drawn(seed, 2, 2), 1000) for seed in (0, 2, 1)]
    first, *others = (rows.right().all() for rows in ends)
    assert sorted(ends[2].outputs())[1:3] == pytest.approx([0.5, 0.5], abs=0.01)
    return which(first and not any(others), sum(others) == 1, all(others))


def all_zero(start):
    losses = xor(start, 1000).loss
    return which(losses[-1] < 0.1, 0.1 <= losses[-1] < losses[0] - 1e-6, set(losses) == {np.log(2)})


def with_other_targets(start):
    rows = descend(GATE, TARGETS["and"], start, 1.0, 1000, hidden=(2, "tanh"))
    moved = rows.theta[-1] != 0
    assert rows.outputs() == pytest.approx([0.25] * 4)
    return which(moved.all(), moved.tolist() == [False] * 8 + [True], moved[[4, 5, 8]].all())


def apart(theta):
    """Return how far h₁ and h₂ are from being the same."""
    return np.abs(theta[[0, 1, 4, 6]] - theta[[2, 3, 5, 7]]).max()


def twins_later(start):
    rows = xor(start, 1000)
    assert apart(rows.theta[0]) == 0
    far = abs(rows.theta[-1] - rows.theta[0]).max() > 1
    assert rows.right().sum() == 3
    same = apart(rows.theta[-1]) < 1e-9
    return which(not same, same and far, same and not far)


def hair_of_twins(start):
    rows = xor(start, 1000)
    assert rows.right().sum() == 3
    share = apart(rows.theta[-1]) / apart(rows.theta[0])
    return which(share < 0.1, 0.1 <= share <= 10, share > 100)


def one_neuron(start):
    """Return the weights and the bias (3,) of the one neuron that says the same to all inputs."""
    rows = xor(start, 0, "identity")
    design = np.column_stack((rows.x, np.ones(4)))
    found, *_ = np.linalg.lstsq(design, rows.z(), rcond=None)
    assert np.abs(design @ found - rows.z()).max() < 1e-9
    return found.round(9)


def without_a_bend(start, count=2):
    rows = xor(start, 1000, "identity", count)
    outputs = rows.outputs()
    return which(rows.right().all(), max(outputs) > 0.6, max(abs(outputs - 0.5)) < 0.01)


def more_without_a_bend(_):
    ends = [xor(drawn(0, 2, count), 1000, "identity", count).loss[-1] for count in (2, 4, 8)]
    return which(min(ends) > 0.69, ends[0] > 0.5 > ends[1], min(ends[:2]) > 0.5 > ends[2])


def sine(count, start=None, x=SINE_X, y=SINE_Y):
    start = drawn(0, 1, count) if start is None else start
    more = {"momentum": 0.9, "hidden": (count, "tanh")}
    return descend(x, y, start, 0.03, 1500, "mse", **more)


def one_bend(start):
    z = sine(1, start).z()
    (line,) = np.polyfit(SINE_X[:, 0], z, 1, full=True)[1]
    rises = (np.diff(z) > 0).all()
    assert np.sign(z[[0, 15, 48, 63]]).tolist() == [-1, -1, 1, 1]
    return which(line < 0.5, rises and line > 0.5, not rises)


def how_many_bends(_):
    one, two, four, eight = (sine(count).loss[-1] for count in (1, 2, 4, 8))
    most = 0.001
    assert min(one, two) > 10 * most
    return which(two < most, two > most > four, four > most > eight, eight > most)


def beyond_the_sine(start):
    x, more = np.arange(-3, 3.5, 0.5)[:, None], np.array([[6.0], [7.0], [8.0]])
    rows = sine(8, start, x, np.sin(x[:, 0]))
    far = np.mean((replace(rows, x=more).z() - np.sin(more[:, 0])) ** 2) / rows.loss[-1]
    return which(far < 3, 3 < far < 100, far > 1000)


def bend(x, y, theta, hidden=(8, "tanh")):
    return curvatures(x, y, theta, "mse", hidden)[-1]


def at_the_edge(rate, steps):
    """Return a run of eight hidden neurons on the sine, and 2/λmax at its start and its end."""
    start = drawn(0, 1, 8)
    rows = descend(SINE_X, SINE_Y, start, rate, steps, "mse", hidden=(8, "tanh"))
    return rows, *(2 / bend(SINE_X, SINE_Y, rows.theta[step]) for step in (0, -1))


def where_the_limit_goes(_):
    _, before, after = at_the_edge(0.25, 1400)
    return which(0.9 < after / before < 1.1, after > 1.1 * before, 0.95 < after / 0.25 < 1.05)


def across_the_edge(_):
    rows, _, limit_there = at_the_edge(0.25, 150)
    assert limit_there < 0.25
    before = rows.loss[-1]
    later = at_the_edge(0.25, 1400)[0].loss[150:]
    return which(
        later.max() == before, later.max() > 2 * before > 2 * later[-1], later[-1] > 10 * before
    )


def limit_of_a_line(_):
    bends = (bend(DOUBLE_X, DOUBLE_Y, theta, ()) for theta in ([1.0, 3.0], [2.0, 0.0]))
    return sign(round(float(np.subtract(*bends)), 9))


def and_now(start, name="and"):
    rows = gate(name, start, 1020)
    assert rows.right(20).all()
    return which(
        abs(rows.loss[20] - rows.loss[-1]) < 0.01,
        rows.loss[-1] < rows.loss[20] / 2,
        rows.loss[-1] > rows.loss[20],
    )


def in_the_plane(start):
    rows = gate("and", start, 3100)
    before, after = rows.theta[100], rows.theta[-1]
    moved = abs(after[2] / after[0] - before[2] / before[0])
    return which(
        moved > 0.3, moved < 0.1 and after[0] > 2 * before[0], abs(after[0] - before[0]) < 0.1
    )


def where_does_it_end(_):
    # No weights are best: with a line that parts the classes,
    # twice as large ones always have a lower loss.
    lower = [gate("and", [w, w, -1.5 * w], 0).loss[0] for w in (5.0, 10.0, 20.0, 40.0)]
    return which(lower != sorted(lower, reverse=True), lower == sorted(lower, reverse=True))


def equally_accurate(_):
    unsure, sure = (gate("and", theta, 0) for theta in ([0.0, 0, 0], [10.0, 10, -25]))
    assert unsure.right().sum() == sure.right().sum() == 3
    ratio = sure.loss[0] / unsure.loss[0]
    return which(0.95 < ratio < 1.05, ratio < 0.95, ratio > 1.05)


def what_gives_it_away(start):
    clean = line(start, 0.001, 3)
    summed = line(start, 0.001, 3, sum_up=True)
    assert abs(clean.grad[3][0]) < abs(clean.grad[0][0]) < abs(summed.grad[3][0])
    return 2  # the third line: without the two others nothing would have moved


def uphill(start):
    losses = double(start, 0.004, 30, sign=1.0).loss
    return which(all(np.diff(losses) > 0), all(np.diff(losses) == 0), losses[7] < losses[0])


def wrong_sign(start):
    losses = gate("and", start, 60, sign=1.0).loss
    late, early = losses[60] - losses[50], losses[20] - losses[10]
    return which(losses[-1] < losses[0], late < 0.1 * early, late > 0.5 * early)


# --- batches, valleys, optimizers -----------------------------------------------------------------


def at_the_best_line(_):
    x, y = np.array([1, 2, 3, 4]), np.array([3, 2, 5, 4])
    slope, bias = np.polyfit(x, y, 1)
    assert (slope, bias) == (pytest.approx(0.6), pytest.approx(2))
    return sign(y[0] - (slope * x[0] + bias))


def hair_apart(_):
    ends = [descend(*OUTLIER, [w, 0.0], 1.0, 1000, "squared") for w in (0.5, 0.3)]
    apart = abs(ends[0].theta[-1][0] - ends[1].theta[-1][0])
    same = ends[0].right().sum() == ends[1].right().sum()
    return which(apart < 0.5, apart > 0.5 and same, apart > 0.5 and not same)


def hair_apart_with_bce(_):
    ends = [descend(*OUTLIER, [w, 0.0], 0.3, 1000).theta[-1] for w in (0.5, 0.3)]
    return which(not np.allclose(*ends, atol=0.5), np.allclose(*ends, atol=1e-6))


def bad_start(start):
    cross, squared = (
        gate("and", start, 40, 0.5, loss=loss).right().all() for loss in ("bce", "squared")
    )
    return which(
        cross and squared, squared and not cross, cross and not squared, not cross and not squared
    )


def six_steps(start):
    assert 0.99 * limit(DOUBLE_X) / 2 < 0.09 < limit(DOUBLE_X) / 2  # as the lesson says
    losses = double(start, 0.09, 6).loss
    share = losses[-1] / losses[0]
    return which(share < 0.05, 0.4 < share < 0.7, share > 0.8)


def remember_the_way(start):
    rate = 0.09
    plain, momentum = (double(start, rate, 10, momentum=m).loss[-1] for m in (0.0, 0.9))
    return which(plain < 0.5 * momentum, momentum < 0.5 * plain, 0.8 < momentum / plain < 1.25)


def newtons_step(start):
    rows = descend(SCALED, DOUBLE_Y, start, 0.5, 1, "mse")
    share = rows.loss[1] / rows.loss[0]
    return which(share < 1e-12, 1e-12 < share < 0.6, share > 0.6)


def curvatures_of_spam(_):
    return which(101**2 < 150, 150 < 101**2 < 1000, 101**2 > 5000)


HALVES = """
-1.6 1.0  0.0 0.6  -0.7 -0.6  1.6 0.6  -0.1 -2.2  0.9 0.7  -1.6 -1.1  -0.6 0.0  -0.8 -1.5  -0.2 -0.6
-0.1 -0.1  0.7 0.7  -3.1 0.0  1.9 1.4  0.0 -2.6  0.9 -0.6  0.7 -1.9  1.0 0.9  -1.5 -1.6  1.3 1.7
"""
"""x₁ and x₂ of twenty samples, of class 0 and 1 in turn: the half for training,
then the hidden one."""


def hidden_half():
    """Return the losses and the right ones of the second half.

    At every epoch of training on the first.
    """
    x = np.array(HALVES.split(), dtype=float).reshape(20, 2)
    y = np.tile([0.0, 1.0], 10)
    rows = descend(x[:10], y[:10], [0.0, 0.0, 0.0], 1.0, 1000)
    z = rows.theta[:, :2] @ x[10:].T + rows.theta[:, 2:]
    return (np.logaddexp(0, z) - y[10:] * z).mean(axis=1), ((z > 0) == (y[10:] == 1)).sum(axis=1)


def two_curves(_):
    losses, _ = hidden_half()
    best = losses.argmin()
    assert best == 12  # as the lesson says
    return which(
        losses[-1] < 1.2 * losses[best],
        losses[-1] > 5 * losses[best],
        losses[best] > losses[0] - 0.05,
    )


def more_mistakes(_):
    _, right = hidden_half()
    more = right[100] - right[1000]
    return which(more == 0, 1 <= more <= 2, more >= 4)


# --- an output for each class ---------------------------------------------------------------------


def an_a(start, steps=0, x1=1):
    """Return a run on one sample (x₁, 0) of class A, with an output for each of three classes."""
    return descend([[x1, 0]], [0], start, 1.0, steps, classes=3)


def share_of_a(start):
    return float(an_a(start).shares()[0, 0])


def all_of_them_higher(start):
    before, after = share_of_a(start), share_of_a([*start[:6], *(bias + 2 for bias in start[6:])])
    return which(abs(after - before) < 1e-12, after > before + 0.01, after < before - 0.01)


def slope_by_the_sum_of_b(start):
    rows = an_a(start, x1=2)
    assert rows.grad[0][7] == pytest.approx(rows.shares()[0, 1])
    return float(rows.grad[0][7])


def sum_of_c(start):
    rows = an_a(start, 1, x1=2)
    return sign((rows.z(1) - rows.z(0))[0, 2])


def where_two_are_equal(start):
    """Look at many heights where, going across, the sums of A and B are equal."""
    across, heights = np.linspace(-5, 5, 100_001), np.linspace(-5, 5, 11)
    places = []
    for x2 in heights:
        z = replace(an_a(start), x=np.column_stack((across, np.full_like(across, x2)))).z()
        (place,) = np.flatnonzero(np.diff(z[:, 0] > z[:, 1]))
        places.append(across[place])
    bends = np.diff(places, 2)
    return which(np.abs(bends).max() < 0.0003, (np.abs(bends) > 0.01).all(), False)


def z_of_one_alone(start):
    shares = descend([[1, 1]], [1], start, 1.0, 0, classes=2).shares()[0]
    return float(np.log(shares[1] / (1 - shares[1])))


def put_together(start):
    said = (xor(start, 0).outputs() > 0.5).astype(int).tolist()
    return [TARGETS["or"], TARGETS["xor"], TARGETS["and"]].index(said)


def three_alike(start):
    rows = descend(GATE, TARGETS["and"], start, 1.0, 500, hidden=(3, "tanh"))
    first, *others = (rows.theta[-1][2 * unit : 2 * unit + 2] for unit in range(3))
    alike = all(np.abs(first - other).max() < 1e-9 for other in others)
    moved = np.abs(rows.theta[-1] - rows.theta[0]).max() > 0.1
    return which(not alike, alike and not moved, alike and moved)


def eight_without_a_bend(start):
    assert start == pytest.approx(drawn(0, 2, 8))
    return (0, 2, 1)[without_a_bend(start, 8)]


def far_to_the_right(start):
    x = [[-1], [0], [1], [20]]
    rows = descend(x, [0, 1, 0, 0], start, 0.03, 0, "mse", hidden=(2, "tanh"))
    return round(float(rows.z()[3]), 6)


def limit_at_the_rate(_):
    _, before, after = at_the_edge(0.2, 1000)
    return which(after > 0.9 * before, after < 0.1, 0.95 < after / 0.2 < 1.05)


def wrong_classes(start):
    rows = descend([[0, 1]], [0], start, 1.0, 1, classes=3)
    a, b, c = (rows.z(1) - rows.z(0))[0]
    return which(
        a > 0.1 and b < -0.1 and c < -0.1, a > 0.1 and b < -0.1 and c >= 0, max(a, b, c) < 0
    )


TRUTHS = {
    ("check-networks", 1): put_together,
    ("check-networks", 2): three_alike,
    ("check-networks", 3): eight_without_a_bend,
    ("check-networks", 4): far_to_the_right,
    ("check-networks", 5): limit_at_the_rate,
    ("check-networks", 6): wrong_classes,
    ("three-classes", 2): share_of_a,
    ("three-classes", 3): all_of_them_higher,
    ("three-classes", 4): slope_by_the_sum_of_b,
    ("three-classes", 5): sum_of_c,
    ("three-classes", 6): where_two_are_equal,
    ("three-classes", 8): z_of_one_alone,
    ("hidden-half", 2): two_curves,
    ("hidden-half", 3): more_mistakes,
    ("gate-by-hand", 2): biases_of_and,
    ("gate-by-hand", 4): doubled,
    ("gate-by-hand", 5): or_of_both,
    ("gate-by-hand", 6): from_and_to_or,
    ("watch-it-learn", 2): last_to_be_right,
    ("watch-it-learn", 4): without_samples,
    ("watch-it-learn", 6): ones_of_nand,
    ("one-step-by-hand", 2): which_way,
    ("one-step-by-hand", 3): who_moves,
    ("one-step-by-hand", 6): four_at_once,
    ("one-step-by-hand", 7): four_at_once,
    ("three-rates", 2): three_rates,
    ("three-rates", 4): lambda _: and_if_you_wait([0.0, 0.0]),
    ("two-planes", 5): numbers_of_the_gradient,
    ("two-planes", 6): the_way_down,
    ("without-a-bias", 2): without_bias_or,
    ("without-a-bias", 3): without_bias_and,
    ("without-a-bias", 4): slope_through_the_origin,
    ("ten-times-x", 2): ten_times_x,
    ("ten-times-x", 3): factor_of_the_limit,
    ("ten-times-x", 5): scaled_data,
    ("impossible-on-purpose", 2): xor_ends,
    ("impossible-on-purpose", 3): more_effort,
    ("impossible-on-purpose", 5): one_more_input,
    ("an-input-of-your-own", 1): which_input,
    ("an-input-of-your-own", 2): product_from_zero,
    ("an-input-of-your-own", 3): border_with_a_product,
    ("first-learning-rule", 1): lambda start: sign(perceptron("and", start)[0][0][0] - start[0]),
    ("first-learning-rule", 2): lambda start: sign(perceptron("and", start)[0][0][2] - start[2]),
    ("first-learning-rule", 3): lambda start: float(
        sum(perceptron("and", start)[0][0]) - sum(start)
    ),
    ("first-learning-rule", 4): how_many_mistakes,
    ("first-learning-rule", 5): wider_gap,
    ("first-learning-rule", 6): xor_comes_back,
    ("all-right-still-learning", 2): lambda _: and_now([-0.0053, 0.3793, -0.5820]),
    ("all-right-still-learning", 3): lambda _: in_the_plane([-0.0053, 0.3793, -0.5820]),
    ("all-right-still-learning", 4): where_does_it_end,
    ("all-right-still-learning", 5): equally_accurate,
    ("forgotten-zero-grad", 3): lambda _: what_gives_it_away([-0.0075, 0.5364]),
    ("forgotten-zero-grad", 4): wrong_sign,
    ("one-sample-at-a-time", 2): at_the_best_line,
    ("one-sample-at-a-time", 3): lambda _: 4.0,
    ("two-valleys", 2): hair_apart,
    ("two-valleys", 3): hair_apart_with_bce,
    ("two-valleys", 4): bad_start,
    ("beat-sgd", 1): six_steps,
    ("beat-sgd", 3): remember_the_way,
    ("beat-sgd", 4): newtons_step,
    ("beat-sgd", 5): curvatures_of_spam,
    ("two-before-it", 1): first_gate,
    ("two-before-it", 2): second_gate,
    ("two-before-it", 3): gate_of_gates,
    ("two-before-it", 5): places_for_the_output,
    ("two-before-it", 6): two_learned,
    ("two-before-it", 7): from_three_starts,
    ("zeros-stay-twins", 1): all_zero,
    ("zeros-stay-twins", 2): with_other_targets,
    ("zeros-stay-twins", 3): lambda start: round(float(xor(start, 0).grad[0][2]), 6),
    ("zeros-stay-twins", 4): twins_later,
    ("zeros-stay-twins", 6): hair_of_twins,
    ("only-lines", 1): lambda start: float(one_neuron(start)[0]),
    ("only-lines", 2): lambda start: float(one_neuron(start)[2]),
    ("only-lines", 3): without_a_bend,
    ("only-lines", 4): more_without_a_bend,
    ("bumps", 2): one_bend,
    ("bumps", 3): how_many_bends,
    ("bumps", 4): beyond_the_sine,
    ("the-limit-comes-to-you", 1): where_the_limit_goes,
    ("the-limit-comes-to-you", 2): across_the_edge,
    ("the-limit-comes-to-you", 3): lambda _: round(float(2 / at_the_edge(0.3, 1000)[2]), 1),
    ("the-limit-comes-to-you", 4): limit_of_a_line,
    ("light-switch", 2): lambda _: which(1 > 0.5, 1 <= 0.5),
    ("light-switch", 4): lambda _: (0, 2, 4).index(
        sum((2 * a + 2 * b > 1.5) != (a and b) for a, b in GATE)
    ),
    ("check-again", 1): lambda start: sign(
        descend([[0, 1]], [1], start, 1.0, 1).theta[1][1] - start[1]
    ),
    ("check-again", 2): lambda start: (
        0 if descend([[0, 1]], [1], start, 1.0, 0).grad[0][0] == 0 else 1
    ),
    ("check-again", 3): lambda start: int(np.argmin([1.05, 0.5, 0.02])),
    ("check-again", 5): lambda _: (2, 0, 1)[and_now([-0.0053, 0.3793, -0.5820], "or")],
    ("check-again", 6): lambda start: (1, 2, 0)[xor_ends(start, [1, 0, 0, 1])],
    ("check-again", 7): lambda _: which(
        *(abs(limit([[-2], [0], [2]]) / limit([[-6], [0], [6]]) - f) < 0.2 for f in (9, 3, 1))
    ),
    ("check-again", 8): lambda _: uphill([0.0, 1.0]),
    ("check", 1): which_way,
    ("check", 2): lambda start: 2 if one_sample([1, 0], start, 0)[0][1] == 0 else 0,
    ("check", 3): lambda start: int(np.argmax([0.01, 1.03, 0.5])),
    ("check", 5): lambda _: and_now([-0.0053, 0.3793, -0.5820]),
    ("check", 6): xor_ends,
    ("check", 7): lambda _: which(
        *(abs(limit([[-3], [0], [3]]) / limit([[-6], [0], [6]]) - f) < 0.2 for f in (1, 2, 4))
    ),
    ("check", 8): lambda _: 1 if what_gives_it_away([-0.0075, 0.5364]) == 2 else 0,
}
"""The right answer by lesson and step; each is given the parameters (P,) at which its step
begins."""
BY_SHAPE = {
    ("check", 4),
    ("check-again", 4),
    ("three-rates", 3),
    ("two-planes", 2),
    ("two-planes", 3),
    ("two-planes", 4),
    ("forgotten-zero-grad", 2),
}
"""Drawn or clicked: there is no one answer, and `test_lessons` gives the run's own."""
BY_CHANCE = {("one-sample-at-a-time", 4): 1, ("one-sample-at-a-time", 5): 1}
"""The order of the samples is drawn: `test_truths` tries many."""
