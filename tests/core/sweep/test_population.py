import numpy as np
import pytest
import torch

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.model import dtype_of, model_of
from neuroviz.core.sweep.population import Population, workspace_for
from neuroviz.core.training.batches import Batches
from tests.for_each import for_each

NEURONS = 17
PAIRS = [
    (activation, loss.name)
    for activation in ACTIVATIONS
    for loss in LOSSES.values()
    if loss.objection(ACTIVATIONS[activation]) is None
]


def population_of(settings, **hyperparameters):
    """Return neurons with random parameters and the gradients of the first batch."""
    dtype, width = dtype_of(settings), settings.parameters.count
    batches = Batches(settings, 8, dtype)
    workspace = workspace_for(NEURONS, settings)
    population = Population(settings,
                            {"learning_rate": np.geomspace(1e-3, 1, NEURONS), **hyperparameters},
                            batches, workspace)  # fmt: skip
    population.numbers[:width] = np.random.default_rng(1).normal(size=(width, NEURONS))
    batches.gather(0, 0, 8)
    population.evaluate(0, 0)
    return population


def gradients_of(settings, parameters, samples):
    """Return the gradient (M, P) of each neuron's mean loss, one neuron at a time, by autograd."""
    model, rows = model_of(settings), []
    inputs, targets = (
        torch.tensor(settings.coded_inputs)[samples],
        torch.tensor(settings.coded_targets)[samples],
    )
    for theta in torch.tensor(parameters):
        theta.requires_grad_()
        loss = model.mean_loss(model.pre_activation(theta, inputs), targets, theta)
        rows.append(torch.autograd.grad(loss, theta, materialize_grads=True)[0].numpy())
    return np.array(rows)


@for_each(("activation", "loss"), PAIRS)
@for_each("batch_size", ["full", 3])
def test_gradients_are_those_of_autograd(activation, loss, batch_size):
    """For every pair that can be chosen, by kernels or not.

    Of a batch only its own samples count.
    """
    settings = Settings(
        "and", activation=activation, loss=loss, batch_size=batch_size, shuffle=None
    )
    population = population_of(settings)
    samples = slice(None) if batch_size == "full" else slice(0, 3)
    expected = gradients_of(settings, population.numbers[:3].T.copy(), samples)
    np.testing.assert_allclose(population.numbers[3:6].T, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    "choices",
    [
        {"task": "xor"},
        {"task": "sine", "loss": "huber"},
        {"task": "gates"},
        {"task": "five", "loss": "mae"},
        {"task": "blobs3"},
    ],
    ids=lambda choices: choices["task"],
)
@for_each("hidden_activation", [None, *ACTIVATIONS])
def test_gradients_of_networks_are_those_of_autograd(hidden_activation, choices):
    """For each hidden activation, of one output and of several, of targets and of classes.

    With a penalty, of a batch that is not the first, which stands where another stood.
    """
    if hidden_activation is None:
        hidden = {"hidden": 0}
    else:
        hidden = {"hidden": 3, "hidden_activation": hidden_activation}
    if hidden_activation and not ACTIVATIONS[hidden_activation].trainable:
        return
    settings = Settings(**{**choices, **hidden}, l2=0.01, batch_size=3, shuffle=False)
    population = population_of(settings)
    population._batches.gather(0, 1, 8)
    population.evaluate(0, 1)
    width, samples = settings.parameters.count, settings.dataset.samples
    expected = gradients_of(
        settings, population.numbers[:width].T.copy(), slice(3, min(6, samples))
    )
    np.testing.assert_allclose(
        population.numbers[width : 2 * width].T, expected, rtol=1e-11, atol=1e-14
    )


def test_a_short_batch_has_a_mean_of_its_own():
    """The second batch of three of AND's four samples has one."""
    settings = Settings("and", batch_size=3, shuffle=False)
    population = population_of(settings)
    population.evaluate(1, 1)
    expected = gradients_of(settings, population.numbers[:3].T.copy(), slice(3, 4))
    np.testing.assert_allclose(population.numbers[3:6].T, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("row", [0, 4, 7])
def test_a_neuron_with_a_number_that_is_not_finite_is_found(row):
    """In its parameters, its gradient or its optimizer's state."""
    population = population_of(Settings("double", optimizer="adam"))
    assert population.finite(0, 0).all()
    assert population.near().all()
    population.numbers[row % len(population.numbers), 5] = np.nan
    assert np.flatnonzero(~population.finite(0, 0)).tolist() == [5]
    assert np.flatnonzero(~population.near()).tolist() == [5]


def test_a_loss_that_overflows_is_found_before_the_parameters_do():
    """A weight of 1e160 is finite, its squared error is not; and long before it is not near."""
    population = population_of(Settings("double"))
    population.numbers[:2, 3] = 1e160, 0.0
    population.numbers[:2, 4] = 1e150, 0.0
    population.evaluate(0, 0)
    assert np.flatnonzero(~population.finite(0, 0)).tolist() == [3]
    assert np.flatnonzero(~population.near()).tolist() == [3, 4]


def test_at_the_end_of_an_epoch_the_loss_over_all_samples_counts():
    """A sample outside the batch overflows: that is known at the end of an epoch only."""
    settings = Settings("line", batch_size=1, shuffle=False)
    population = population_of(settings)
    # x = 1 … 6: the first sample's output is 0, the others' are huge.
    population.numbers[:2, 2] = 1e154, -1e154
    assert not population.finite(0, 0)[2]
    assert population.finite(0, 1)[2]
