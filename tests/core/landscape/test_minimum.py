import math

import numpy as np
import pytest
import torch

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.landscape.minimum import minimum, minimum_work
from tests.for_each import for_each

SMOOTH = [
    (task, activation, loss.name)
    for task in ("xor", "and", "line", "sum", "weather")
    for activation in ACTIVATIONS
    for loss in LOSSES.values()
    if ACTIVATIONS[activation].trainable
    and loss.informative
    and not loss.kinks
    and loss.objection(ACTIVATIONS[activation]) is None
    and (TASKS[task].data().classes or not loss.classes_only)
]
OVERLAP = Dataset([[0.0], [1.0], [2.0], [3.0], [4.0]], [0, 1, 0, 1, 1], True)


def loss_of(settings, parameters):
    """Give the mean loss, written without the program's neuron where that has a closed form."""
    theta = torch.as_tensor(parameters, dtype=torch.float64)
    z = theta[..., :-1] @ torch.tensor(settings.coded_inputs).T + theta[..., -1:]
    y = torch.tensor(settings.coded_targets).expand_as(z)
    if settings.loss == "bce":
        return torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="none").mean(-1)
    return settings.loss_entry.value(settings.activation_entry.value(z), y).mean(-1)


def gradient_of(settings, parameters):
    theta = torch.tensor(parameters, requires_grad=True)
    return torch.autograd.grad(loss_of(settings, theta), theta)[0].numpy()


@pytest.mark.parametrize(
    ("task", "parameters", "loss"),
    [
        ("and", [0.5, 0.5, -0.25], 0.0625),
        ("or", [0.5, 0.5, 0.25], 0.0625),
        ("xor", [0, 0, 0.5], 0.25),
    ],
)
def test_least_squares_over_the_gates_is_known(task, parameters, loss):
    found = minimum(Settings(task, activation="identity", loss="mse"), np.ones(3))
    assert found.sentence.endswith("in closed form.")
    assert found.parameters == pytest.approx(parameters, abs=1e-12)
    assert found.loss == pytest.approx(loss)
    assert found.sentence == "The least-squares minimum, in closed form."


def test_the_line_is_found_exactly():
    found = minimum(Settings("line"), np.zeros(2))
    assert found.parameters == pytest.approx([10, 5], rel=1e-12)
    assert found.loss == pytest.approx(0, abs=1e-24)


def test_of_many_minima_the_nearest_is_taken():
    """On sum the way to the minimum has no part along the two directions without curvature."""
    settings, near = Settings("sum"), np.array([3.0, -1.0, 0.5, 2.0])
    found = minimum(settings, near)
    rows = np.column_stack((settings.coded_inputs, np.ones(5)))
    expected = near + np.linalg.pinv(rows, rcond=1e-9) @ (settings.coded_targets - rows @ near)
    assert found.parameters == pytest.approx(expected, abs=1e-9)
    assert "nearest of many" in found.sentence


def test_logistic_regression_is_that_of_iterated_weighted_least_squares():
    """Classes that overlap: the maximum likelihood by IRLS, and every start comes to it."""
    settings = Settings("and", data=OVERLAP)
    rows, targets = np.column_stack((OVERLAP.inputs, np.ones(5))), OVERLAP.targets
    theta = np.zeros(2)
    for _ in range(50):
        output = 1 / (1 + np.exp(-rows @ theta))
        weights = output * (1 - output)
        working = rows @ theta + (targets - output) / weights
        theta = np.linalg.solve(rows.T * weights @ rows, rows.T @ (weights * working))
    for near in ([0.0, 0.0], [8.0, -30.0], [-50.0, 40.0], [1.0, 1.0]):
        found = minimum(settings, np.array(near))
        assert found.parameters == pytest.approx(theta, abs=1e-8)
        assert found.sentence == "The only minimum, found by Newton's method."


def test_xor_ends_at_zero_with_ln_2():
    found = minimum(Settings("xor"), np.array([2.0, -3.0, 1.0]))
    assert found.parameters == pytest.approx(np.zeros(3), abs=1e-9)
    assert found.loss == pytest.approx(np.log(2), rel=1e-12)


@for_each(("task", "activation", "loss"), SMOOTH)
def test_what_is_found_is_a_minimum(task, activation, loss):
    """Gradient 0 by autograd, and no point about it is lower.

    Whatever the activation and the loss.
    """
    settings = Settings(task, activation=activation, loss=loss)
    rng = np.random.default_rng(1)
    near = 0.5 * rng.normal(size=len(settings.parameters.names))
    found = minimum(settings, near)
    if found.parameters is None:
        assert (found.parameters, found.loss) == (None, None)
        assert found.sentence.startswith("No ")
        return
    scale = np.abs(settings.coded_inputs).max() ** 2
    assert np.abs(gradient_of(settings, found.parameters)).max() < 1e-9 * scale
    assert found.loss == pytest.approx(float(loss_of(settings, found.parameters)), abs=1e-12)
    around = found.parameters + 1e-3 / scale * rng.normal(size=(500, len(near)))
    assert float(loss_of(settings, around).min()) >= found.loss - 1e-13


def _several(kind):
    """Give 40 samples of two inputs that no line parts, with three targets or three classes."""
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(40, 2))
    if kind == "classes":
        return Dataset(inputs, rng.integers(0, 3, 40), True, class_names=("a", "b", "c"))
    sums = inputs @ rng.normal(size=(2, 3)) + rng.normal(size=(40, 3))
    return Dataset(
        inputs, sums if kind == "numbers" else (sums > 0).astype(float), kind != "numbers"
    )


@for_each(
    ("kind", "choices"),
    [
        ("numbers", {}),
        ("numbers", {"l2": 0.1}),
        ("numbers", {"loss": "huber"}),
        ("targets", {}),
        ("targets", {"l2": 0.1}),
        ("targets", {"l1": 0.03}),
        ("targets", {"activation": "tanh", "loss": "mse"}),
        ("classes", {}),
        ("classes", {"l2": 0.1}),
        ("classes", {"l1": 0.03}),
    ],
)
def test_several_outputs_have_their_minimum(kind, choices):
    """By autograd through torch's own layer and loss; L1 is held against points about it."""
    settings = Settings("own", data=_several(kind), **choices)
    rng = np.random.default_rng(4)
    near = rng.normal(size=9)
    found = minimum(settings, near)
    assert found.parameters is not None, found.sentence
    inputs, targets = (
        torch.tensor(each) for each in (settings.coded_inputs, settings.coded_targets)
    )
    functional = torch.nn.functional
    loss_of = {
        "mse": functional.mse_loss,
        "huber": functional.huber_loss,
        "bce": functional.binary_cross_entropy_with_logits,
        "cross_entropy": lambda z, y: functional.cross_entropy(z, y.long()),
    }[settings.loss]

    def loss(theta):
        weights = theta[:6].reshape(3, 2)
        z = inputs @ weights.T + theta[6:]
        z = z.tanh() if settings.activation == "tanh" else z
        added = (
            choices.get("l2", 0) * weights.square().sum()
            + choices.get("l1", 0) * weights.abs().sum()
        )
        return loss_of(z, targets) + added

    there = torch.tensor(found.parameters, requires_grad=True)
    value = loss(there)
    assert found.loss == pytest.approx(value.item(), rel=1e-12)
    if "l1" not in choices:
        assert np.abs(torch.autograd.grad(value, there)[0].numpy()).max() < 1e-8
    for size in (1e-3, 1.0):
        around = torch.tensor(found.parameters + size * rng.normal(size=(200, 9)))
        if size < 1 or settings.activation != "tanh":  # whose minima may be several
            assert min(loss(each).item() for each in around) >= found.loss
    if kind == "classes":  # of many the nearest: what is added to all sums is the start's
        sums = (found.parameters - near).reshape(3, 3)
        free = (
            [sums.reshape(-1)[6:].sum()] if choices else [sums.reshape(-1)[:6].reshape(3, 2).sum(0)]
        )
        assert np.abs(free).max() < 1e-8


@pytest.mark.parametrize("kind", ["gates", "blobs3"])
def test_several_outputs_that_lines_part_have_no_finite_minimum(kind):
    found = minimum(Settings(kind), np.full(9, 0.1))
    whose = " of AND, OR, NAND" if kind == "gates" else ""
    assert found.sentence.startswith(f"No finite minimum: the classes{whose} can be separated")
    assert (found.parameters, found.loss) == (None, None)


@for_each("loss", ["bce", "mse", "huber"])
@for_each("near", [[0.0, 0.0, 0.0], [4.0, 4.0, 4.0], [9.0, 8.0, -13.0]])
def test_classes_that_can_be_parted_have_no_finite_minimum(loss, near):
    """The loss falls for ever as the weights grow.

    That Newton's steps come to rest far out is no minimum.
    """
    found = minimum(Settings("and", loss=loss), np.array(near))
    assert (found.parameters, found.loss) == (None, None)
    assert found.sentence == (
        "No finite minimum: the classes can be separated, "
        "so some larger weights always have a lower loss."
    )


@for_each(
    ("choices", "words"),
    [
        ({"task": "line", "loss": "mae"}, "Mean absolute error has kinks"),
        ({"task": "and", "activation": "identity", "loss": "hinge"}, "Hinge has kinks"),
        ({"task": "and", "activation": "identity", "loss": "cross_entropy"}, "the same everywhere"),
        ({"task": "and_by_hand"}, "flat in pieces"),
        ({"task": "weather", "weights": (-1.0, -1.0, -1.0)}, "reaches none"),
        ({"task": "line", "activation": "tanh"}, "reaches none"),
    ],
)
def test_why_there_is_none(choices, words):
    """Kinks, a loss or an activation that says nothing, a dead ReLU, targets out of reach."""
    settings = Settings(**choices)
    near = np.array(
        [*settings.weights, 0.0] if settings.weights else [0.3] * len(settings.parameters.names)
    )
    found = minimum(settings, near)
    assert found.parameters is None
    assert words in found.sentence


def test_a_place_of_gradient_0_is_no_minimum_if_the_loss_bends_down():
    """At SiLU's own minimum, z = −1.27846.

    The slope is 0 and a target of 0 has its greatest loss thereabouts.
    """
    settings = Settings("line", data=Dataset([[1.0]], [0.0], False), activation="silu")
    top = np.array([0.0, -1.2784645427610738])
    assert np.abs(gradient_of(settings, top)).max() < 1e-12
    found = minimum(settings, top)
    assert found.parameters is None


def test_a_place_where_the_loss_only_seems_flat_is_no_minimum():
    """Softplus comes to 0 at no z.

    So AND's loss has none to end at, though far out no bend can be measured.
    """
    settings = Settings("and", activation="softplus", loss="mse")
    for seed in range(5):
        assert minimum(settings, np.random.default_rng(seed).normal(size=3)).parameters is None


def test_a_place_where_the_loss_is_flat_may_be_a_minimum():
    """ReLU is 0 for all z ≤ 0, so AND is learned exactly, and the loss is 0 for a whole region."""
    found = minimum(Settings("and", activation="relu", loss="mse"), np.array([0.6, 0.5, -0.4]))
    assert found.parameters is not None
    assert found.loss == pytest.approx(0, abs=1e-20)


def test_where_the_loss_bends_down_the_way_is_down():
    """From a saturated start, with all curvatures below 0, the minimum is found."""
    settings, near = Settings("and", data=OVERLAP, loss="mse"), np.array([0.0, 4.0])
    hessian = torch.autograd.functional.hessian(
        lambda t: loss_of(settings, t), torch.tensor(near)
    ).numpy()
    assert np.linalg.eigvalsh(hessian).max() < 0
    found = minimum(settings, near)
    assert found.parameters is not None
    assert np.abs(gradient_of(settings, found.parameters)).max() < 1e-9


def test_a_minimum_beyond_a_long_slope_is_reached():
    """Far from it Huber's loss does not bend at all.

    Steps are doubled, and the line is found from 1e6.
    """
    found = minimum(Settings("line", loss="huber"), np.array([1e6, -3e6]))
    assert found.parameters == pytest.approx([10, 5], abs=1e-8)


def test_a_run_in_float32_has_the_same_minimum():
    """The search is in float64.

    float32's gradient is rounding long before a step is short enough.
    """
    found = [
        minimum(Settings("and", data=OVERLAP, precision=p), np.zeros(2))
        for p in ("float32", "float64")
    ]
    assert found[0].parameters == pytest.approx(found[1].parameters, rel=1e-12)


def test_many_minima_of_a_convex_loss():
    """Two inputs that are one: BCE has a line of minima, and it is said."""
    doubled = Dataset(np.repeat(OVERLAP.inputs, 2, axis=1), OVERLAP.targets, True)
    found = minimum(Settings("and", data=doubled), np.zeros(3))
    single = minimum(Settings("and", data=OVERLAP), np.zeros(2))
    assert found.parameters[:2].sum() == pytest.approx(single.parameters[0])
    assert found.sentence.startswith("One of many minima")


def test_a_search_goes_in_slices():
    """Each is a step of Newton's method; what is known at once takes none."""
    settings, near = Settings("xor"), np.array([2.0, -3.0, 1.0])
    assert 3 < sum(1 for _ in minimum_work(settings, near)) < 30
    assert not list(minimum_work(Settings("line"), np.zeros(2)))


def test_the_rounded_loss_has_the_same_minimum():
    """Sigmoid with BCE as commonly written is the same function.

    Where classes overlap its minimum is BCE's.
    """
    plain = Settings(data=OVERLAP, activation="sigmoid", loss="bce")
    naive = plain.replace(breaks=("naive_bce",), precision="float32")
    for near in (np.zeros(2), np.array([3.0, -1.0])):
        one, two = minimum(plain, near), minimum(naive, near)
        assert one.parameters is not None
        assert two.parameters is not None
        np.testing.assert_allclose(two.parameters, one.parameters, rtol=1e-9)


def test_without_a_bias_there_is_no_minimum_where_a_line_through_the_origin_parts():
    """OR's weights grow for ever.

    AND's come to rest, at a gradient of 0, with a bias that does not matter.
    """
    assert minimum(Settings("or", breaks=("no_bias",)), np.zeros(3)).parameters is None
    found = minimum(Settings("and", breaks=("no_bias",)), np.zeros(3))
    x, y = np.array([[1, 1], [1, 0], [0, 1], [0, 0]]), np.array([1, 0, 0, 0])
    output = 1 / (1 + np.exp(-(x @ found.parameters[:2])))
    np.testing.assert_allclose(x.T @ (output - y), 0.0, atol=1e-9)


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_a_search_ends_where_all_samples_are_on_their_side(monkeypatch, loss):
    """From there a loss that falls for ever has no minimum to come to.

    The long way says the same.
    """
    settings = Settings("and", activation="sigmoid", loss=loss)
    near = np.array([2.0, 2.0, -3.0])
    found = []
    for bound in (None, -math.inf):
        if bound is not None:
            monkeypatch.setattr(
                "neuroviz.core.landscape.minimum._endless_below", lambda _: -math.inf
            )
        there = minimum(settings, near)
        found.append((there.parameters is None, there.sentence))
        if bound is None:
            assert len(list(minimum_work(settings, near))) < 15
    assert found[0] == found[1]
    assert found[0][0]


@pytest.mark.parametrize(
    "choices", [{"weights": (1e155, -1e155), "l2": 0.1}, {"weights": (1.0, 2.0), "bias": 1e200}]
)
def test_where_a_slope_is_beyond_all_numbers_nothing_is_said_of_it(choices):
    """No warning of numpy, and the search ends."""
    settings = Settings("and", activation="softplus", loss="mse", **choices)
    near = np.array([*settings.weights, settings.bias])
    assert minimum(settings, near).parameters is None
