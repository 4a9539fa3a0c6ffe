"""Several outputs with a target each: slopes and curvatures, and what is proved, from outside."""

import itertools

import numpy as np
import pytest
import torch

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at, gradient_at, hessian_at
from neuroviz.core.data.dataset import MOST_CLASSES, Dataset
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.landscape.loss_grid import gradient_of, loss_at
from neuroviz.core.model.model import predict, right
from neuroviz.core.model.separability import (
    no_finite_best,
    overlap,
    parting_features,
    separable,
    separable_by,
)
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import random_targets
from tests.core.their_networks import loss_of
from tests.for_each import for_each

SMOOTH = ("identity", "tanh", "sigmoid", "softplus", "silu")
TRUTH = [[1, 1], [1, 0], [0, 1], [0, 0]]


def networks(count):
    """Return so many random networks with numbers, the same every time."""
    generator = np.random.default_rng(12)

    def drawn():
        hidden = int(generator.integers(4))
        try:
            return Settings(
                data=random_targets(
                    int(generator.integers(2, 9)),
                    int(generator.integers(1, 4)),
                    int(generator.integers(2, MOST_CLASSES + 1)),
                ),
                activation=str(generator.choice(SMOOTH)),
                loss=str(generator.choice(["mse", "bce", "huber"])),
                hidden=hidden,
                hidden_activation=str(generator.choice(SMOOTH)) if hidden else None,
                l2=float(generator.choice([0.0, 0.07])),
                breaks=("no_bias",) if generator.random() < 0.2 else (),
            )
        except SettingsError:  # a loss that this activation cannot have
            return None

    kinds = filter(None, (drawn() for _ in itertools.count()))
    return list(enumerate(itertools.islice(kinds, count)))


@for_each(("number", "settings"), networks(60))
def test_loss_gradient_and_hessian_are_torchs(number, settings):
    """The loss is the mean over all targets of all samples; to 1e-9 of their size."""
    theta, direction = np.random.default_rng(number).standard_normal((2, settings.parameters.count))
    at = torch.tensor(theta, requires_grad=True)
    loss = loss_of(settings, at)
    (slope,) = torch.autograd.grad(loss, at, create_graph=True)
    (bend,) = torch.autograd.grad(slope @ torch.tensor(direction), at)
    assert loss_at(settings, theta) == pytest.approx(loss.detach().item(), rel=1e-12)
    size = float(slope.detach().abs().max())
    for mine in (gradient_at(settings, theta), gradient_of(settings, theta)):
        assert np.abs(mine - slope.detach().numpy()).max() <= 1e-9 * size
    hessian = hessian_at(settings, theta)
    assert np.abs(hessian @ direction - bend.numpy()).max() <= 1e-9 * float(bend.abs().max())
    found = curvature_at(settings, theta).eigenvalues
    assert np.abs(found - np.linalg.eigvalsh(hessian)).max() <= 1e-9 * np.abs(found).max()


def gates(*columns, **choices):
    """Return the experiment with gates side by side, each given by its column of a truth table."""
    data = Dataset(TRUTH, np.column_stack(columns), classes=True)
    return Settings(data=data, **choices)


AND, OR, XOR = [1, 0, 0, 0], [1, 1, 1, 0], [0, 1, 1, 0]


def test_without_hidden_neurons_each_output_is_a_neuron_of_its_own():
    """The loss is the mean of theirs: each is trained at the rate divided by their number."""
    together = Trainer(gates(AND, OR, learning_rate=2.0, seed=3))
    together.advance(200)
    start, end = together.history.rows().kept_before(0).parameters, together.history.newest
    losses = []
    for index, column in enumerate((AND, OR)):
        own = together.settings.parameters.of_output(index)
        *weights, bias = start[own].tolist()
        alone = Trainer(
            Settings(
                data=Dataset(TRUTH, column, classes=True),
                learning_rate=1.0,
                weights=weights,
                bias=bias,
            )
        )
        alone.advance(200)
        np.testing.assert_allclose(
            end.parameters[own], alone.history.newest.parameters, rtol=0, atol=1e-12
        )
        losses.append(alone.history.newest.loss)
    assert end.loss == pytest.approx(np.mean(losses), rel=1e-12)


@for_each("hidden", [0, 2])
def test_each_output_by_itself_says_what_it_says_among_all(hidden):
    """Numbers, targets, and whether it is right; a sample is right where all of them are."""
    settings = gates(AND, XOR, hidden=hidden)
    theta = 2 * np.random.default_rng(4).standard_normal(settings.parameters.count)
    said = predict(settings, theta)
    rows = []
    for index, own in enumerate(settings.each_output):
        alone = predict(own, theta[settings.parameters.of_output(index)])
        np.testing.assert_allclose(alone.output, said.output[:, index], rtol=1e-14)
        verdict = right(own, alone.output)
        assert verdict is not None
        rows.append(verdict)
        assert own.dataset.targets.tolist() == [AND, XOR][index]
    np.testing.assert_array_equal(right(settings, said.output), np.all(rows, axis=0))


@for_each(
    ("columns", "parts", "best"),
    [((AND, OR), True, True), ((AND, XOR), False, True), ((XOR, XOR), False, False)],
)
def test_a_line_must_part_the_classes_of_every_target(columns, parts, best):
    """Of one that can be parted larger weights always lower its part of the loss."""
    settings = gates(*columns)
    assert separable(settings.dataset) is separable_by(settings) is parts
    assert no_finite_best(settings) is best
    assert overlap(settings.dataset) is None  # which of them would it be of?
    if not parts:
        assert parting_features(settings.dataset) == ("x1*x2",)
    assert separable_by(gates(*columns, l2=0.1)) is parts
    assert no_finite_best(gates(*columns, l2=0.1)) is False


def test_an_identity_before_them_adds_nothing():
    """So what no line parts stays impossible."""
    flat = {"hidden": 3, "hidden_activation": "identity"}
    assert separable_by(gates(AND, XOR, **flat)) is False
    assert separable_by(gates(AND, XOR, hidden=3)) is None
    trainer = Trainer(gates(AND, XOR, **flat))
    trainer.advance(2_000)
    assert diagnose(evidence_of(trainer)).sentence.startswith(
        "Sums of sums are one sum, and no line separates the two classes of y2. Each output still "
        "draws one line, so not all can get every sample right: the loss is "
    )


@for_each("name", LOSSES)
def test_every_loss_that_has_a_meaning_is_there(name):
    """Those of one neuron alone are refused, with what to do."""
    choices = {"loss": name, "activation": "sigmoid" if name == "bce" else "identity"}
    if name in ("cross_entropy", "perceptron"):
        with pytest.raises(SettingsError, match="use another loss, such as mse"):
            gates(AND, OR, **choices)
        return
    assert gates(AND, OR, **choices).outputs == 2


@for_each(
    ("choices", "said"),
    [
        ({"optimizer": "newton"}, "is for one output"),
        (
            {"breaks": ("saturated_start",)},
            "'Saturated start' is for one neuron alone: use data with one target",
        ),
        ({"breaks": ("saturated_start",), "hidden": 2}, "use hidden 0 and data with one target"),
        ({"outputs": 3}, "outputs must be 2"),
        ({"weights": (1, 2, 3), "bias": 0}, "weights needs 5 numbers, w11, w12, w21, w22, b1"),
    ],
)
def test_what_is_for_one_output_is_refused(choices, said):
    """In a sentence that says why."""
    with pytest.raises(SettingsError, match=said):
        gates(AND, OR, **choices)


@for_each(
    ("changes", "said"),
    [
        ({"targets": [[1, 0, 0, 1, 1, 0]] * 4}, r"\(N, 2 to 5\), not \(4, 2\) and \(4, 6\)"),
        ({"targets": [[1], [0], [0], [0]]}, "Data need inputs"),
        ({"targets": [[2, 0], [0, 1], [0, 1], [0, 0]]}, "Classes must be given as 0 and 1"),
        ({"target_names": ("a", "a")}, "2 different names in target_names"),
        ({"target_names": ("a", "x1")}, "none of them an input's"),
        ({"target_names": ("a", 2)}, "must be text"),
        ({"class_names": ("a", "b", "c")}, "each of 2 classes"),
    ],
)
def test_targets_that_cannot_be_are_refused(changes, said):
    """In one sentence."""
    given = {"inputs": TRUTH, "targets": np.column_stack((AND, OR)), "classes": True, **changes}
    with pytest.raises(SettingsError, match=said):
        Dataset(**given)


def test_data_of_several_targets_come_back_from_their_dictionary():
    """With the names of the targets, which count for what is the same."""
    data = Dataset(TRUTH, np.column_stack((AND, OR)), classes=True, target_names=("and", "or"))
    again = Dataset.from_dict(data.record)
    assert again == data
    unnamed = Dataset(TRUTH, data.targets, classes=True)
    assert unnamed.target_names == ("y1", "y2")
    assert unnamed != data
    aside = data.holding_out(0.5, seed=1)
    assert aside.training.targets.shape == (2, 2)
    assert Trainer(Settings(data=aside)).advance(3) == 3


def test_the_target_that_no_line_parts_is_named_with_what_helps():
    """An input with which each has a line; the run with it gets all of them right."""
    trainer = Trainer(gates(AND, XOR, learning_rate=2.0))
    trainer.advance(3_000)
    said = diagnose(evidence_of(trainer))
    assert said.state == "impossible"
    assert said.headline == "Impossible for one of the outputs"
    assert said.sentence.startswith(
        "No line separates the two classes of y2. So not all outputs can"
    )
    assert "x₁·x₂: then each output can separate its classes. Or put two neurons before them" in (
        said.remedy
    )
    better = trainer.settings.replace(**said.proposed.changes)
    assert better.features == ("x1*x2",)
    assert separable_by(better) is True
    again = Trainer(better.replace(learning_rate=10.0))
    again.advance(3_000)
    right = diagnose(evidence_of(again))
    assert right.headline == "Every sample is right"
    assert "larger ones with the same boundaries always have a lower loss" in right.remedy
    through = Trainer(gates(AND, OR, breaks=("no_bias",)))
    through.advance(3_000)
    assert diagnose(evidence_of(through)).remedy == "Give the neurons their biases back."
    both = Trainer(gates(XOR, AND, [1 - y for y in XOR]))
    both.advance(300)
    said = diagnose(evidence_of(both))
    assert said.headline == "Impossible for 2 of the outputs"
    assert said.sentence.startswith(
        "No line separates the two classes of y1, nor those of y3. So not"
    )
