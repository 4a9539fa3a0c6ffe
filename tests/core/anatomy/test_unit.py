"""One neuron of several, opened: its numbers are those of the network that it is a part of."""

import itertools

import numpy as np
import pytest
import torch

from neuroviz.core.anatomy.explain import SLOPES, Quantity, explain
from neuroviz.core.anatomy.phases import PHASES, sentence
from neuroviz.core.anatomy.unit import opened, units_of
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.training.trainer import Trainer
from tests.core.anatomies import anatomy_at, anatomy_of
from tests.core.anatomy.test_explain import asked
from tests.core.their_networks import layers_of, losses_of

CASES = [
    Settings("xor", hidden=2, learning_rate=1.0),
    Settings("xor", hidden=3, hidden_activation="sigmoid", loss="mse", l2=0.1, seed=4),
    Settings("line", hidden=4, hidden_activation="softplus", learning_rate=1e-4),
    Settings("and_one_by_one", hidden=2, seed=3),
    Settings("sum", hidden=2, loss="huber", hidden_activation="identity", learning_rate=1e-5),
    Settings("xor", hidden=2, optimizer="adam", learning_rate=0.1, batch_size=3, shuffle=True),
]


def of_classes(count, **choices):
    """Return settings with an output for each of so many classes."""
    random = np.random.default_rng(count)
    targets = np.arange(10.0) % count
    names = tuple(f"kind {place}" for place in range(count))
    data = Dataset(random.normal(targets[:, None], 1.0, (10, 2)), targets, True, class_names=names)
    return Settings(data=data, **{"outputs": count, "learning_rate": 0.5, **choices})


OF_CLASSES = [
    of_classes(2),
    of_classes(3, l2=0.1),
    of_classes(4, hidden=2),
    of_classes(5, hidden=3, hidden_activation="sigmoid", batch_size=4),
]


@pytest.mark.parametrize("settings", [*CASES, *OF_CLASSES], ids=lambda each: each.file_stem)
def test_every_number_of_each_neuron_is_the_networks(settings):
    """Sums, outputs, losses and gradients of every sample, by autograd of the network as a whole.

    Of an output beside others what comes back through it alone is not told.
    """
    whole = anatomy_at(settings, 7)
    theta = torch.tensor(whole.row.parameters, requires_grad=True)
    layers = [(z, output) for _, z, output in layers_of(settings, theta)]
    for each in itertools.chain(*layers):
        each.retain_grad()
    losses = losses_of(settings, *layers[-1])
    losses.sum().backward()

    penalty = settings.l2 * np.square(whole.row.parameters[settings.parameters.where("weights")])
    for unit in units_of(settings):
        own = opened(whole, unit)
        assert own.penalty == pytest.approx(penalty.sum(), rel=1e-12)
        is_hidden = unit is not None and unit < settings.hidden
        z, output = layers[0 if is_hidden else -1]
        place = unit if is_hidden else (unit or settings.hidden) - settings.hidden
        expected = {
            "pre_activation": z[:, place].detach(),
            "output": output[:, place].detach(),
            "losses": losses.detach(),
            "loss_by_pre_activation": z.grad[:, place],
        }
        if is_hidden or unit is None:
            expected["loss_by_output"] = output.grad[:, place]
        for name, values in expected.items():
            np.testing.assert_allclose(getattr(own, name), values, rtol=1e-9, atol=1e-13)
        places = settings.parameters.of_unit(unit)
        np.testing.assert_allclose(
            own.sample_grads.sum(axis=0), theta.grad[places], rtol=1e-9, atol=1e-12
        )
        np.testing.assert_allclose(own.new_grad, own.mean_grad + own.penalty_grad, atol=1e-12)
        np.testing.assert_array_equal(own.grad, whole.row.grad[places])
        np.testing.assert_array_equal(own.new_parameters, whole.new_parameters[places])
        last = own.stages[-1]
        for at in range(len(places)):
            assert own.row.parameters[at] + last.of(at) - own.new_parameters[at] == pytest.approx(
                0, abs=1e-12
            ) or last.of(at) == pytest.approx(own.new_parameters[at], rel=1e-12)


@pytest.mark.parametrize("settings", OF_CLASSES, ids=range(len(OF_CLASSES)))
def test_all_of_several_outputs_is_explained(settings):
    """To at least four digits, and no other loss is told of beside the one of classes."""
    whole = anatomy_at(settings, 7)
    for unit in units_of(settings):
        own = opened(whole, unit)
        for sample in (None, 1):
            for quantity in asked(own):
                found = explain(own, quantity, sample)
                assert "NaN" not in found.arithmetic
                assert "other losses" not in found.note
                if quantity.kind in SLOPES:
                    assert found.digits == 6 or found.note
                    assert found.digits >= 4


@pytest.mark.parametrize("sample", [None, 1])
def test_arithmetic_autograd_and_finite_difference_agree(sample):
    """For every quantity of every neuron, the difference through the whole network."""
    plain = 0
    for settings in CASES:
        whole = anatomy_at(settings, 3)
        for unit in (None, *range(settings.hidden)):
            own = opened(whole, unit)
            for quantity in asked(own):
                found = explain(own, quantity, sample)
                assert "NaN" not in found.arithmetic
                if quantity.kind in SLOPES and found.digits:
                    assert found.texts[0] == found.texts[1] == found.texts[2]
                    plain += found.digits == 6
                    assert found.digits == 6 or found.note
    assert plain == 84  # each of four slopes of 21 neurons, to six digits


def test_a_hidden_neuron_speaks_in_its_own_letters():
    """Of h₂ and of what comes back; never of a target, which it does not have."""
    whole = anatomy_at(Settings("xor", hidden=3, learning_rate=1.0), 5)
    own = opened(whole, 1)
    back = explain(own, Quantity("loss_by_output"), 1)
    assert back.formula == "∂ℓ/∂h₂ = ∂ℓ/∂z of the output · v₂"
    delta, weight = whole.loss_by_pre_activation[1], whole.row.parameters[10]
    assert back.value == pytest.approx(delta * weight, rel=1e-12)
    grad = explain(own, Quantity("grad", 0), 1)
    assert grad.title == "Gradient of w₂₁"
    assert grad.formula == "∂ℓ/∂w₂₁ = ∂ℓ/∂h₂·(1 − h₂²)·x₁"
    for phase, kind in itertools.product(PHASES, ("pre_activation", "output", "grad")):
        words = explain(own, Quantity(kind, 0 if kind == "grad" else None), 1)
        assert "ŷ" not in words.title + words.formula
        assert phase == "loss" or "ŷ" not in sentence(own, phase, 1)
    assert sentence(own, "loss", 1) == sentence(opened(whole, None), "loss", 1)


def test_opening_a_neuron_leaves_the_run_alone():
    """A run goes on to the same bits whatever was opened on the way."""
    settings = Settings("xor", hidden=2, learning_rate=1.0)
    looked_at, alone = Trainer(settings), Trainer(settings)
    for _ in range(5):
        looked_at.advance(20)
        anatomy = anatomy_of(looked_at)
        for unit in (None, 0, 1):
            opened(anatomy, unit).of(0)
    alone.advance(100)
    np.testing.assert_array_equal(
        looked_at.history.newest.parameters, alone.history.newest.parameters
    )


def test_the_loss_stands_behind_the_output_of_the_samples_class():
    """Whatever neuron is opened: it is −log of that share, which all sums make."""
    whole = anatomy_at(Settings("blobs3", hidden=3), 5)
    sample = 40
    assert whole.targets[sample] == 1
    share = float(whole.output[sample, 1])
    for unit in units_of(whole.settings):
        own = opened(whole, unit)
        loss = explain(own, Quantity("loss"), sample)
        assert loss.formula == "ℓ = −log ŷ₂"
        assert loss.value == pytest.approx(-np.log(share), rel=1e-12)
        assert sentence(own, "loss", sample).startswith(
            f"Loss: Cross-entropy of the share of the sample's class, ŷ₂ = {share:.4g}"
        )
    first = opened(whole, 3)
    assert explain(first, Quantity("output"), sample).formula == "ŷ₁ = e^z₁/(e^z₁ + e^z₂ + e^z₃)"
    target = explain(first, Quantity("target"), sample)
    assert (target.value, target.formula) == (0.0, "y = 1 where the class is A, else 0")
    delta = explain(first, Quantity("loss_by_pre_activation"), sample)
    assert delta.formula == "∂ℓ/∂z = ŷ₁ − y"
    back = explain(opened(whole, 2), Quantity("loss_by_output"), sample)
    assert back.formula == "∂ℓ/∂h₃ = ∂ℓ/∂z₁·v₁₃ + ∂ℓ/∂z₂·v₂₃ + ∂ℓ/∂z₃·v₃₃"
