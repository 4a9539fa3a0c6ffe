"""Newton's method and exact line search, against arithmetic of the tests' own."""

import mpmath
import numpy as np
import pytest
import torch

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.training.trainer import Trainer
from tests.for_each import for_each

SEEDS = range(30)
LONGEST = mpmath.mpf(1000)
"""The usual learning rate of exact line search."""


def settings_of(seed, optimizer):
    """Return a made-up experiment: the loss, its penalties, the data and the start are drawn."""
    draw = np.random.default_rng((29, seed))
    samples, width = int(draw.integers(4, 12)), int(draw.integers(1, 4))
    inputs = draw.normal(size=(samples, width)).round(2)
    numbers = seed % 2 == 0
    targets = draw.normal(size=samples).round(2) if numbers else (np.arange(samples) % 2.0)
    return Settings(
        data=Dataset(inputs, targets, classes=not numbers),
        activation="identity" if numbers else "sigmoid",
        loss="mse" if numbers else "bce",
        optimizer=optimizer,
        l2=float(draw.choice((0.0, 0.1))),
        weights=tuple(draw.normal(0, 0.5, width).round(3).tolist()),
        bias=0.25,
    )


class ByHand:
    """A loss in numbers of 40 digits, with its derivatives by the chain rule written out."""

    def __init__(self, settings):
        self.rows = mpmath.matrix(settings.design.tolist())
        self.targets = settings.coded_targets.tolist()
        self.bce = settings.loss == "bce"
        self.share = mpmath.mpf(settings.l2)
        self.width = settings.parameters.count

    def parts(self, theta):
        """Yield each sample with first and second derivative of its loss by z."""
        z = self.rows * theta
        for n, target in enumerate(self.targets):
            if self.bce:
                output = 1 / (1 + mpmath.exp(-z[n]))
                yield n, output - target, output * (1 - output)
            else:
                yield n, 2 * (z[n] - target), mpmath.mpf(2)

    def gradient(self, theta):
        """Return the gradient (P, 1)."""
        result = mpmath.matrix(self.width, 1)
        for n, slope, _ in self.parts(theta):
            result += slope / len(self.targets) * self.rows[n, :].T
        for i in range(self.width - 1):
            result[i] += 2 * self.share * theta[i]
        return result

    def hessian(self, theta):
        """Return the second derivatives (P, P)."""
        result = mpmath.matrix(self.width, self.width)
        for n, _, bend in self.parts(theta):
            result += bend / len(self.targets) * self.rows[n, :].T * self.rows[n, :]
        for i in range(self.width - 1):
            result[i, i] += 2 * self.share
        return result

    def loss(self, theta):
        """Return the mean loss with the penalty."""
        total, z = mpmath.mpf(0), self.rows * theta
        for n, target in enumerate(self.targets):
            own = (
                mpmath.log1p(mpmath.exp(z[n])) - target * z[n] if self.bce else (z[n] - target) ** 2
            )
            total += own / len(self.targets)
        return total + self.share * sum(theta[i] ** 2 for i in range(self.width - 1))

    def newton_step(self, theta):
        """Return the step, damped as little as keeps the loss from rising."""
        grad, hessian = self.gradient(theta), self.hessian(theta)
        largest = max(mpmath.eigsy(hessian, eigvals_only=True))
        for factor in (0, *(mpmath.mpf(10) ** power for power in range(-3, 13))):
            step = mpmath.lu_solve(hessian + factor * largest * mpmath.eye(self.width), -grad)
            if self.loss(theta + step) <= self.loss(theta):
                return step
        raise AssertionError("no step lowers the loss")

    def rate_along(self, theta):
        """Return where the loss is least against the gradient, by bisection of its slope."""
        grad = self.gradient(theta)
        low, high = mpmath.mpf(0), mpmath.mpf(1)
        while self.falls(theta, grad, high):
            if high == LONGEST:
                return high
            high = min(4 * high, LONGEST)
        for _ in range(60):
            middle = (low + high) / 2
            if self.falls(theta, grad, middle):
                low = middle
            else:
                high = middle
        return high

    def falls(self, theta, grad, rate):
        """Return whether the loss falls at a rate."""
        return bool((self.gradient(theta - rate * grad).T * grad)[0] > 0)


def step_of(settings):
    """Return where a run starts, and where its first step leads."""
    trainer = Trainer(settings)
    start = trainer.history.newest.parameters
    trainer.advance()
    return start, trainer.history.newest.parameters


@for_each("seed", SEEDS)
def test_newton_s_step_is_that_of_40_digits(seed):
    """A step solves (H + τ·I)·p = −g, and a learning rate takes its share of it."""
    settings = settings_of(seed, "newton").replace(learning_rate=0.75 if seed % 3 else 1.0)
    start, end = step_of(settings)
    with mpmath.workdps(40):
        by_hand, theta = ByHand(settings), mpmath.matrix(start.tolist())
        wanted = theta + settings.learning_rate * by_hand.newton_step(theta)
    np.testing.assert_allclose(end, np.array(wanted.tolist(), float)[:, 0], rtol=1e-10, atol=1e-10)


@for_each("seed", SEEDS)
def test_the_rate_found_is_that_of_40_digits(seed):
    """The slope along the gradient is 0 there; that is where a step ends."""
    settings = settings_of(seed, "line_search")
    start, end = step_of(settings)
    with mpmath.workdps(40):
        by_hand, theta = ByHand(settings), mpmath.matrix(start.tolist())
        wanted = theta - by_hand.rate_along(theta) * by_hand.gradient(theta)
    np.testing.assert_allclose(end, np.array(wanted.tolist(), float)[:, 0], rtol=1e-10, atol=1e-10)


def starts(kind):
    """Yield 80 starts of AND: large ones, or torch.nn.Linear's."""
    for seed in range(80):
        if kind == "large":
            draw = np.random.default_rng(seed).normal(0, 3, 3).tolist()
        else:
            torch.manual_seed(seed)
            linear = torch.nn.Linear(2, 1)
            draw = [*linear.weight[0].tolist(), linear.bias.item()]
        yield tuple(draw[:2]), draw[2]


@pytest.mark.parametrize(("kind", "least", "most"), [("large", 40, 56), ("Linear", 0, 0)])
def test_damping_keeps_the_loss_from_rising(kind, least, most):
    """Of AND's large starts more than half would rise without it, of nn.Linear's none."""
    rises = 0
    for weights, bias in starts(kind):
        settings = Settings("and", optimizer="newton", weights=weights, bias=bias)
        theta = np.array([*weights, bias])
        z = settings.design @ theta
        output = 1 / (1 + np.exp(-z))
        grad = settings.design.T @ (output - settings.coded_targets) / 4
        hessian = (settings.design.T * (output * (1 - output))) @ settings.design / 4
        there = settings.design @ (theta - np.linalg.solve(hessian, grad))
        losses = [np.mean(np.logaddexp(0, at) - settings.coded_targets * at) for at in (z, there)]
        rises += bool(losses[1] > losses[0])
        trainer = Trainer(settings)
        trainer.advance(2)
        assert (np.diff(trainer.history.rows().columns()["loss"]) <= 0).all()
    assert least <= rises <= most


def test_one_step_on_a_line_reaches_the_minimum():
    """A quadratic loss is its own parabola; half of the rate goes half of the way."""
    whole, half = (step_of(Settings("line", optimizer="newton", learning_rate=r)) for r in (1, 0.5))
    np.testing.assert_allclose(whole[1], (10.0, 5.0), rtol=1e-12)
    np.testing.assert_allclose(half[1], (half[0] + whole[1]) / 2, rtol=1e-12)


def test_a_direction_that_nothing_tells_is_left_out():
    """Of two inputs that are the same the step of least norm moves both weights alike."""
    data = Dataset([[1, 1], [2, 2], [4, 4]], [1.0, 2.0, 3.0], classes=False)
    fitted = Settings(data=data, activation="identity", loss="mse", weights=(3.0, 1.0), bias=0.0)
    start, end = step_of(fitted.replace(optimizer="newton"))
    least = np.linalg.lstsq(fitted.design, fitted.coded_targets - fitted.design @ start, rcond=None)
    np.testing.assert_allclose(end - start, least[0], rtol=1e-10)


def test_where_the_loss_bends_down_or_not_at_all_it_falls():
    """A sigmoid with the squared error, and straight pieces: each step goes down."""
    for choices in ({"weights": (9.0, -7.0), "bias": 1.0, "loss": "mse"}, {"loss": "hinge"}):
        activation = "sigmoid" if choices["loss"] == "mse" else "identity"
        trainer = Trainer(Settings("and", activation=activation, optimizer="newton", **choices))
        trainer.advance(5)
        losses = trainer.history.rows().columns()["loss"]
        assert (np.diff(losses) <= 0).all()
        assert losses[-1] < 0.9 * losses[0]


@for_each("seed", range(20))
def test_damping_turns_every_direction_that_bends_down(seed):
    """The first τ that does, of H + τ·I, is the step's; none is left out, as τ = -λ would do."""
    theta = np.random.default_rng(seed).normal(0, 3, 3)
    start = {"weights": tuple(theta[:2].tolist()), "bias": float(theta[2])}
    _, end = step_of(Settings("and", loss="mse", optimizer="newton", **start))
    rows, targets = Settings("and").design, np.array([1.0, 0, 0, 0])

    def outputs_at(place):
        return (1 + np.tanh(rows @ place / 2)) / 2

    output = outputs_at(theta)
    slope = output * (1 - output)
    error = output - targets
    grad = rows.T @ (error * slope) / 2
    hessian = rows.T * (slope * (slope + error * (1 - 2 * output))) @ rows / 2
    unit = np.abs(np.linalg.eigvalsh(hessian)).max()
    for factor in (0, *(10.0**power for power in range(-3, 13))):
        damped = hessian + factor * unit * np.eye(3)
        if np.linalg.eigvalsh(damped).min() <= 1e-12 * unit:
            continue
        there = theta - np.linalg.solve(damped, grad)
        if np.mean((outputs_at(there) - targets) ** 2) <= np.mean(error**2):
            break
    np.testing.assert_allclose(end, there, rtol=1e-9)


def test_with_no_minimum_along_the_gradient_the_longest_rate_is_taken():
    """Of a class alone: the loss falls for ever."""
    data = Dataset([[1.0], [2.0]], [1, 1], classes=True)
    settings = Settings(data=data, optimizer="line_search", learning_rate=7, init="zeros")
    trainer = Trainer(settings)
    first = trainer.history.newest
    trainer.advance()
    np.testing.assert_allclose(trainer.history.newest.parameters, -7 * first.grad, rtol=1e-15)


def test_a_longest_rate_that_a_schedule_brings_below_all_numbers_ends_the_search():
    vanishing = {"schedule": "exponential", "period": 1, "gamma": 0.001}
    trainer = Trainer(Settings(task="line", optimizer="line_search", **vanishing))
    assert trainer.advance(120) == 120


@pytest.mark.parametrize("optimizer", ["newton", "line_search"])
def test_what_it_cannot_go_with_is_refused_in_a_sentence(optimizer):
    """Smaller batches and a gradient that is changed; chosen in mid-work they make way."""
    for choices in ({"batch_size": 2}, {"breaks": ("ascent",)}, {"breaks": ("no_zero_grad",)}):
        with pytest.raises(SettingsError, match="another optimizer") as refused:
            Settings("and", optimizer=optimizer, **choices)
        assert "_" not in str(refused.value)  # no name of Python's, as a window shows it too
    before = Settings("and", batch_size=2, shuffle=True, breaks=("ascent",), learning_rate=0.3)
    after = before.replace(optimizer=optimizer)
    assert (after.batch_size, after.breaks, after.learning_rate) == (
        "full", (), 1.0 if optimizer == "newton" else 1000.0
    )  # fmt: skip
    assert after.replace(optimizer="adam").learning_rate == Settings("and").learning_rate
