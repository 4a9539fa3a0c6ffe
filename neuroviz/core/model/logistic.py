"""The neuron of the very first start in numpy: what it says is drawn while torch is being loaded.

The formulas are those of Sigmoid and binary cross-entropy; a test compares them with torch's.
"""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.types import Floats

FIRST_START = (-0.005293981172144413, 0.37932288646698, -0.5819807648658752)
"""w₁, w₂ and b that torch draws for the experiment of the very first start."""


def is_logistic(settings: Settings) -> bool:
    """Return whether these are the formulas of an experiment."""
    entries = settings.activation, settings.loss_entry.name
    return entries == ("sigmoid", "bce") and settings.bias_input == 1.0


def sigmoid(pre_activation: Floats) -> Floats:
    """Return ŷ at every z, of any shape."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -pre_activation)))


def columns_of(parameters: Floats, inputs: Floats, targets: Floats) -> dict[str, Floats]:
    """Return the columns of a pass, as `passed` does.

    Of parameters (…, P) at inputs (N, D) with targets (N,).
    """
    extended = np.column_stack((inputs, np.ones(len(inputs))))
    z = (extended @ parameters.T).T
    output = sigmoid(z)
    slope = output * sigmoid(-z)
    delta = output - targets
    untold = (output == 0) | (output == 1)
    return {
        "extended": extended,
        "pre_activation": z,
        "output": output,
        "target": targets,
        "loss": np.logaddexp(0.0, z) - targets * z,
        "loss_by_output": np.where(untold, np.nan, delta / np.where(untold, 1.0, slope)),
        "output_by_pre_activation": np.where(untold, np.nan, slope),
        "loss_by_pre_activation": delta,
        "untold": untold,
    }
