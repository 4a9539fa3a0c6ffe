"""A network as torch's functions have it, which hidden layers and several outputs are held against.

Nothing of the program but the settings, which say what there is.
"""

import torch
from torch.nn import functional

from tests.core.their_functions import OUTPUTS


def layers_of(settings, theta):
    """Return weights, z and output (N, units) of each layer at parameters (P,)."""
    said, first, layers = torch.tensor(settings.coded_inputs), 0, []
    shared = settings.loss == "cross_entropy" and settings.outputs > 1
    last = torch.nn.Softmax(-1) if shared else OUTPUTS[settings.activation]
    hidden = settings.hidden, OUTPUTS.get(settings.hidden_activation or "")
    for units, phi in [*[hidden] * bool(settings.hidden), (settings.outputs, last)]:
        end = first + units * said.shape[1]
        weights = theta[first:end]
        bias = settings.bias_input * theta[end:][:units]
        z = functional.linear(said, weights.view(units, -1), bias)
        said = phi(z)
        layers.append((weights, z, said))
        first = end + units
    return layers


def losses_of(settings, z, output):
    """Return the losses by z and output of the last layer: (N,), or (N, K) of K targets."""
    y = torch.tensor(settings.coded_targets)
    if settings.loss == "cross_entropy":
        return functional.cross_entropy(z, y.long(), reduction="none")
    by_name = {
        "bce": functional.binary_cross_entropy,
        "mse": functional.mse_loss,
        "huber": functional.huber_loss,
    }
    return by_name[settings.loss](output.view_as(y), y, reduction="none")


def loss_of(settings, theta):
    """Return the loss that is trained, with its L2."""
    layers = layers_of(settings, theta)
    squares = sum(weights.square().sum() for weights, _, _ in layers)
    return losses_of(settings, *layers[-1][1:]).mean() + settings.l2 * squares
