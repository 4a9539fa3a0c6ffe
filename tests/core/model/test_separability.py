import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.landscape.minimum import minimum
from neuroviz.core.model.model import predict
from neuroviz.core.model.separability import (
    largest_margin,
    most_mistakes,
    no_finite_best,
    separable,
    separable_by,
)
from neuroviz.core.training.trainer import Trainer
from tests.core.their_functions import widest_margin
from tests.for_each import for_each


@for_each("task", [name for name, task in TASKS.items() if task.data().classes])
def test_only_xor_among_the_tasks_cannot_be_parted(task):
    """Every gate has its line but XOR; the mails of ``spam`` have their plane, a ring has none."""
    assert separable(TASKS[task].data()) is (task not in ("xor", "xor_two", "ring"))


@pytest.mark.parametrize("task", ["double", "line", "sum", "weather"])
def test_numbers_are_no_classes(task):
    """For regression the question has no meaning."""
    assert separable(TASKS[task].data()) is None


@for_each("code", range(16))
def test_all_sixteen_functions_of_two_truth_values(code):
    """Of the 16 gates all but XOR and its opposite can be parted (Minsky and Papert)."""
    targets = np.array([code >> bit & 1 for bit in range(4)], dtype=float)
    data = Dataset(np.array([[1, 1], [1, 0], [0, 1], [0, 0]]), targets, classes=True)
    assert separable(data) is (code not in (0b0110, 0b1001))


@for_each("seed", range(20))
@for_each("width", [1, 2, 5])
def test_made_up_classes(width, seed):
    """Classes made by a plane are parted.

    With one point of the wrong class amid the others they are not.
    """
    generator = np.random.default_rng((seed, width))
    normal = generator.standard_normal(width)
    inputs = generator.standard_normal((60, width))
    side = inputs @ normal
    inputs += np.outer(0.2 * np.sign(side), normal) / np.linalg.norm(normal)
    targets = (side > 0).astype(float)
    assert separable(Dataset(inputs, targets, classes=True)) is True
    inside = inputs[targets == 1].mean(axis=0, keepdims=True)
    spoiled = Dataset(np.vstack((inputs, inside)), np.append(targets, 0.0), classes=True)
    assert separable(spoiled) is not True


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_scale_does_not_matter_to_the_answer(scale):
    """The same points in other units are parted or not as before.

    A point in both classes never is.
    """
    inputs = scale * np.array([[-2.0], [-1.0], [1.0], [2.0]])
    assert separable(Dataset(inputs, np.array([0, 0, 1, 1]), classes=True)) is True
    assert separable(Dataset(np.array([[scale], [scale]]), np.array([0, 1]), classes=True)) is False


def test_without_a_bias_the_plane_goes_through_the_origin():
    """OR can still be parted, AND no more."""
    no_bias = {"breaks": ("no_bias",)}
    assert separable_by(Settings("or", **no_bias)) is True
    assert separable_by(Settings("and", **no_bias)) is False
    # (0, 0) is of class 1, and z is 0 there.
    assert separable_by(Settings("nor", **no_bias)) is False
    assert separable_by(Settings("and")) is True


def test_without_a_bias_another_threshold_leaves_it_open():
    """Where z = 0 is not the border the plane keeps off the origin: nothing is said.

    Nor of numbers.
    """
    assert (
        separable_by(Settings("or", activation="identity", loss="mse", breaks=("no_bias",))) is None
    )
    assert separable_by(Settings("line", breaks=("no_bias",))) is None


def test_a_threshold_that_is_crossed_twice_leaves_it_open():
    """GELU comes down before it rises.

    At −0.1 one neuron has all of XOR right, as these weights show.
    """
    settings = Settings("xor", activation="gelu", loss="mse", threshold=-0.1)
    assert separable_by(settings) is None
    output = predict(settings, np.array([2.0, -2.0, -0.75])).output
    assert ((output > -0.1) == (settings.dataset.targets == 1)).all()


@pytest.mark.parametrize(
    ("choices", "endless"),
    [
        ({"task": "and"}, True),
        ({"task": "xor"}, False),
        ({"task": "or", "breaks": ("no_bias",)}, True),
        ({"task": "and", "breaks": ("no_bias",)}, False),
        ({"task": "and", "loss": "mse"}, True),
        ({"task": "and", "activation": "tanh", "loss": "mse"}, None),
        ({"task": "and", "activation": "identity", "loss": "mse"}, None),
        ({"task": "line"}, None),
    ],
    ids=str,
)
def test_no_weights_are_best_where_larger_ones_always_have_a_lower_loss(choices, endless):
    """True where a plane parts the classes and the targets are the output's limits.

    Larger weights do better.
    """
    settings = Settings(**choices)
    assert no_finite_best(settings) is endless
    if endless:
        trainer = Trainer(settings.replace(learning_rate=5.0))
        trainer.advance(1000)
        theta = trainer.history.newest.parameters
        losses = [loss_at(settings, size * theta) for size in (1.0, 1.5, 2.0)]
        assert losses[0] > losses[1] > losses[2]


def test_many_rows_are_decided_by_a_part_of_them():
    """One row on the wrong side among thousands is found.

    Without it the plane that was found holds for all.
    """
    random = np.random.default_rng(3)
    inputs = random.normal(size=(30_000, 3))
    inputs = inputs[np.abs(inputs @ (1.0, -2.0, 0.5) - 0.3) > 0.2]
    targets = (inputs @ (1.0, -2.0, 0.5) > 0.3).astype(float)
    assert separable(Dataset(inputs, targets, classes=True)) is True
    wrong = targets.copy()
    deep = int(np.argmax(inputs @ (1.0, -2.0, 0.5)))
    wrong[deep] = 0.0
    assert separable(Dataset(inputs, wrong, classes=True)) is False


def test_rows_near_the_border_are_told_to_the_end():
    """Every plane that may part them is tried: of 40 rows, and with the nearest one turned over."""
    random = np.random.default_rng(3)
    for turned in (False, True) * 10:
        x = random.normal(size=(40, 2))
        z = x @ random.normal(size=2) + 0.3
        targets = z > 0
        targets[np.abs(z).argmin()] ^= turned
        rows = np.column_stack((x, np.ones(40))) * np.where(targets, 1.0, -1.0)[:, None]
        assert separable(Dataset(x, targets, classes=True)) is bool(widest_margin(rows))


def test_weights_that_part_the_classes_are_a_proof():
    """Of so many inputs that the search stays open: the plane by which they were made."""
    random = np.random.default_rng(17)
    x = random.normal(size=(600, 200))
    weights = random.normal(size=200)
    z = x @ weights
    data = Dataset(x, z > np.median(z), classes=True)
    assert separable(data) is None
    plane = np.append(weights, -np.median(z))
    settings = Settings(
        data=data, weights=tuple(1e4 * weights), bias=float(-1e4 * np.median(z)), learning_rate=0.1
    )
    assert no_finite_best(settings) is None
    assert no_finite_best(settings, plane)
    assert no_finite_best(settings, -plane) is None
    assert no_finite_best(settings.replace(l2=0.1), plane) is False
    trainer = Trainer(settings)
    trainer.advance(30)
    said = diagnose(evidence_of(trainer))
    assert said.remedy.startswith("There are no best weights")
    assert minimum(settings, trainer.history.newest.parameters).sentence.startswith(
        "No finite minimum"
    )


PERCEPTRON = {"loss": "perceptron"}


def mistakes_of(rows):
    """Return how many mistakes the perceptron makes on rows y·(x, 1), pass after pass from 0."""
    weights, made, right = np.zeros(rows.shape[1]), 0, 0
    for row in (row for _ in range(100_000) for row in rows):
        wrong = float(row @ weights) <= 0
        weights, made = weights + wrong * row, made + wrong
        right = 0 if wrong else right + 1
        if right == len(rows):
            return made
    raise AssertionError


@for_each("seed", range(60))
def test_a_perceptron_makes_no_more_mistakes_than_novikoff_allows(seed):
    """The run makes those of a plain loop, and (R/γ)² has the margin of a search over triples."""
    random = np.random.default_rng((29, seed))
    line = random.normal(size=3)
    inputs = random.normal(size=(40, 2)) * 10.0 ** random.uniform(-1, 1)
    z = inputs @ line[:2] + line[2]
    inputs, z = inputs[np.abs(z) > 0.1][:10], z[np.abs(z) > 0.1][:10]
    settings = Settings(data=Dataset(inputs, z > 0, classes=True), **PERCEPTRON)
    rows = np.column_stack((inputs, np.ones(len(z)))) * np.sign(z)[:, None]
    bound = (np.linalg.norm(rows, axis=1).max() / widest_margin(rows)) ** 2
    most = most_mistakes(settings)
    assert np.floor(bound * (1 - 1e-7)) <= most <= np.floor(bound * (1 + 1e-7))
    made = mistakes_of(rows)
    trainer = Trainer(settings)
    while not trainer.settled:
        trainer.advance(len(z))
    evidence = evidence_of(trainer)
    assert evidence.mistakes == made <= most
    assert diagnose(evidence).state == "converged"
    assert f"{made} mistake" in diagnose(evidence).headline


def test_the_widest_plane_of_many_inputs_cannot_be_moved_to_be_wider():
    """Its normal is a sum of nearest rows with shares above 0, by which no other is wider.

    Karush, Kuhn and Tucker's conditions, which are enough here.
    """
    random = np.random.default_rng(4)
    for width in (4, 9, 30):
        line = random.normal(size=width)
        rows = random.normal(size=(100, width)) * 10.0 ** random.uniform(-2, 2, width)
        rows *= np.sign(rows @ line)[:, None]
        normal = largest_margin(rows / np.abs(rows).max())
        z = rows @ normal / (rows @ normal).min()
        nearest = rows[z < 1 + 1e-6]
        shares = np.linalg.lstsq(nearest.T, normal, rcond=None)[0]
        assert z.min() == 1
        assert (shares > 0).all()
        np.testing.assert_allclose(nearest.T @ shares, normal, rtol=1e-6)


def test_a_bound_is_claimed_of_the_plain_rule_from_a_start_at_0_alone():
    """AND: R² = 3 and γ² = 1/17. Any rate and any order have the bound, nothing else that moves."""
    plain = Settings("and", **PERCEPTRON)
    same = [{}, {"learning_rate": 0.3}, {"shuffle": True}]
    same += [{"weights": (0.0, 0.0), "bias": 0.0}, {"precision": "float32"}]
    assert [most_mistakes(plain.replace(**other)) for other in same] == [51] * len(same)
    none = [{"init": "uniform"}, {"weights": (0.0, 1.0), "bias": 0.0}]
    none += [{"batch_size": 2}, {"optimizer": "momentum"}, {"l2": 0.1}, {"schedule": "cosine"}]
    none += [{"activation": "tanh"}, {"breaks": ("no_zero_grad",)}, {"breaks": ("no_bias",)}]
    none += [{"loss": "hinge"}]
    assert [most_mistakes(plain.replace(**other)) for other in none] == [None] * len(none)
    assert most_mistakes(Settings("xor", **PERCEPTRON)) is None
    # x₁ times 100: R² = 10002, and the normal (0.02, 2, −3) for (1, 1), less for w₁.
    assert most_mistakes(plain.replace(breaks=("x1_times_100",))) == 130_030
