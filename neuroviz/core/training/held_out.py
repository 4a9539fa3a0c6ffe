"""The loss and the accuracy of the rows held out, at any row of the history.

These rows are never used for training.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import dtype_of, floats, model_of, right_of
from neuroviz.core.slices import Work, finished
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats, Unique

Columns = dict[str, Any]
"""Numbers of a history by the names of its CSV's columns."""

_AT_ONCE = 1_000_000
"""Outputs that are computed together."""
_PER_CURVE = 4_000_000
"""Products that a curve may cost; with many rows held out it has fewer points."""
_MOST = 400
_LEAST = 16


class HeldOut(Unique):
    """The loss of the rows held out, at m rows of a history."""

    epochs: Floats
    """(m,): the epochs of these rows."""
    losses: Floats
    """(m,): the mean loss over the rows held out, without penalties; nan where it is not finite."""


def held_out_at(settings: Settings, parameters: Floats) -> tuple[Floats, Floats | None] | None:
    """Return loss and accuracy (m,) of the rows held out, at parameters (m, P).

    The result is None where no rows are held out, and the accuracy is None for numeric targets. The
    loss is without penalties, which serve only to train the neuron.
    """
    data = settings.held_out
    if data is None:
        return None
    return finished(_found(settings, data, parameters))


def _found(
    settings: Settings, data: Dataset, parameters: Floats
) -> Work[tuple[Floats, Floats | None]]:
    """Compute losses and accuracies in slices."""
    dtype = dtype_of(settings)
    model = model_of(settings)
    inputs = torch.tensor(settings.coded_inputs_of(data), dtype=dtype)
    targets = torch.tensor(settings.coded_targets_of(data), dtype=dtype)
    losses = []
    shares = []
    together = max(1, _AT_ONCE // data.samples)
    for start in range(0, len(parameters), together):
        with torch.inference_mode():
            theta = torch.tensor(parameters[start : start + together], dtype=dtype)
            z = model.pre_activation(theta, inputs)
            losses.append(model.losses(z, targets).mean(dim=-1).double().numpy())
            right = right_of(settings, floats(model.output(z)), data)
            if right is not None:
                shares.append(right.mean(axis=-1))
        yield None
    found = np.concatenate(losses)
    found = np.where(np.isfinite(found), found, np.nan)
    return found, np.concatenate(shares) if shares else None


def history_columns(settings: Settings, rows: Rows) -> Work[Columns]:
    """Return the columns of a history, in slices.

    The loss and the accuracy of the rows held out are among them, if there are such rows.
    """
    columns: Columns = rows.columns(settings.parameters)
    data = settings.held_out
    if data is None:
        return columns
    losses, accuracies = yield from _found(settings, data, rows.parameters())
    columns["held_out_loss"] = np.ma.masked_invalid(losses)
    if accuracies is not None:
        columns["held_out_accuracy"] = accuracies
    return columns


def held_out_curve(settings: Settings, rows: Rows) -> HeldOut | None:
    """Return the loss of the rows held out over a history, for a curve.

    The result is None where no rows are held out. The points are at evenly spaced kept rows, the
    first and the newest among them: 400 at most, and at least 16 where many rows are held out.
    """
    data = settings.held_out
    if data is None:
        return None
    count = int(np.clip(_PER_CURVE // (data.samples * settings.parameters.count), _LEAST, _MOST))
    chosen = rows.spread(count)
    kept = rows.kept_parameters().take(chosen, axis=1).T
    found = held_out_at(settings, np.vstack((kept, rows.newest.parameters)))
    assert found is not None
    steps = np.append(rows.kept_steps[chosen], rows.newest.step)
    return HeldOut(steps / rows.steps_per_epoch, found[0])
