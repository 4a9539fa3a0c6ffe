"""With hidden neurons: the start, z of the parameters, and the Hessian, from outside."""

import itertools

import mpmath
import numpy as np
import torch

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import gradient_at, hessian_at
from neuroviz.core.model.model import initial_parameters, network_of
from tests.core.same_bits import random_data
from tests.core.their_functions import EXACT, EXACT_LOSSES
from tests.for_each import for_each

TRAINABLE = [name for name, row in ACTIVATIONS.items() if row.trainable]


def random_network(generator):
    """Return a small random network, None where the choices cannot be."""
    try:
        return Settings(
            data=random_data(3, int(generator.integers(1, 4))),
            hidden=int(generator.integers(1, 4)),
            hidden_activation=str(generator.choice(TRAINABLE)),
            activation=str(generator.choice(TRAINABLE)),
            loss=str(generator.choice(list(EXACT_LOSSES))),
            l2=float(generator.choice([0.0, 0.07])),
            breaks=("no_bias",) if generator.random() < 0.2 else (),
        )
    except SettingsError:
        return None


def networks(count):
    """Return so many of them with numbers, the same every time."""
    generator = np.random.default_rng(7)
    drawn = (random_network(generator) for _ in itertools.count())
    return list(itertools.islice(enumerate(filter(None, drawn)), count))


def exact_loss(settings, theta):
    """Return the loss that is trained at parameters (P,), in mpmath's numbers."""
    hidden, width = settings.hidden, settings.dataset.width
    on = mpmath.mpf(settings.bias_input)
    phi, output = EXACT[str(settings.hidden_activation)], EXACT[settings.activation]
    biases, out = theta[hidden * width :][:hidden], theta[hidden * (width + 1) :]
    losses = []
    for x, y in zip(settings.coded_inputs.tolist(), settings.coded_targets.tolist(), strict=True):
        z = out[-1] * on
        for j in range(hidden):
            weights = theta[j * width : (j + 1) * width]
            z += out[j] * phi(mpmath.fdot(weights, x) + biases[j] * on)
        losses.append(EXACT_LOSSES[settings.loss](output(z), int(y)))
    squares = [w * w for w in [*theta[: hidden * width], *out[:-1]]]
    return mpmath.fsum(losses) / len(losses) + mpmath.mpf(settings.l2) * mpmath.fsum(squares)


@for_each(("number", "settings"), networks(100))
def test_gradient_and_hessian_are_those_of_40_digits(number, settings):
    """To 1e-9, along random directions.

    Differences of the loss, as a second program computes it, of steps of 1e-12.
    """
    generator = np.random.default_rng(number)
    theta, *directions = generator.standard_normal((4, settings.parameters.count))
    gradient, hessian = gradient_at(settings, theta), hessian_at(settings, theta)
    with mpmath.workdps(40):
        h = mpmath.mpf(10) ** -12

        def along(direction, sign):
            steps = zip(theta.tolist(), direction.tolist(), strict=True)
            return exact_loss(settings, [mpmath.mpf(at) + sign * h * step for at, step in steps])

        middle = exact_loss(settings, [mpmath.mpf(at) for at in theta.tolist()])
        pairs = [*directions, directions[0] + directions[1]]
        for direction in pairs:
            up, down = along(direction, 1), along(direction, -1)
            slope, bend = (up - down) / (2 * h), (up - 2 * middle + down) / h**2
            of_size = (
                np.abs(direction) @ np.abs(gradient),
                np.abs(direction @ hessian) @ np.abs(direction),
            )
            assert abs(direction @ gradient - float(slope)) <= 1e-9 * max(of_size[0], 1e-3)
            assert abs(direction @ hessian @ direction - float(bend)) <= 1e-9 * max(
                of_size[1], 1e-3
            )


@for_each(("number", "settings"), networks(100))
def test_slopes_and_bend_are_those_of_autograd(number, settings):
    """∂z/∂θ of every sample, and the second derivatives of z, weighted by numbers of samples."""
    generator = torch.Generator().manual_seed(number)
    model, inputs = network_of(settings), torch.tensor(settings.coded_inputs)
    theta = torch.randn(settings.parameters.count, generator=generator, dtype=torch.float64)
    weights = torch.randn(len(inputs), generator=generator, dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(
        lambda at: model.pre_activation(at, inputs), theta
    )
    torch.testing.assert_close(model.slopes(theta, inputs), jacobian, rtol=1e-12, atol=1e-13)
    hessian = torch.autograd.functional.hessian(
        lambda at: model.pre_activation(at, inputs) @ weights, theta
    )
    bend = model.bend(theta, inputs, weights)
    torch.testing.assert_close(bend, hessian, rtol=1e-10, atol=1e-11)


@for_each("hidden", range(1, 9))
@for_each("width", [1, 2, 3, 10])
@for_each("init", ["uniform", "normal", "zeros"])
def test_the_start_is_that_of_two_linear_layers(hidden, width, init):
    """The first layer's weights and biases are drawn, then the output's, after one manual_seed."""
    settings = Settings(data=random_data(4, width), hidden=hidden, init=init, seed=5)
    with torch.random.fork_rng():
        torch.manual_seed(5)
        if init == "uniform":
            layers = torch.nn.Linear(width, hidden), torch.nn.Linear(hidden, 1)
            parts = [part for layer in layers for part in (layer.weight, layer.bias)]
        else:
            draw = torch.randn if init == "normal" else torch.zeros
            parts = [draw(shape) for shape in ((hidden, width), (hidden,), (1, hidden), (1,))]
    expected = torch.cat([part.detach().flatten() for part in parts])
    assert torch.equal(initial_parameters(settings), expected.double())
    single = initial_parameters(settings.replace(precision="float32"))
    assert torch.equal(single, expected)
