"""Boundary: where the output crosses the threshold, and the scale it is shown on."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch, torch_is_in
from neuroviz.core.model.model import activation_curve, dtype_of, floats, model_of, output_of
from neuroviz.core.types import Floats

_REACH = 100.0
_POINTS = 20_001
_HALVINGS = 60
_HALVINGS_OF_CELL = 22
"""Of an edge of the grid: so near, a curve is straight to the last digits."""
_ROUNDING = 1e-12
_GRID = 97
"""Places each way between which curves are looked for."""


@lru_cache(maxsize=32)
def crossings(activation: str, threshold: float) -> tuple[float, ...]:
    """Return each z, −100 … 100, at which "φ(z) > threshold" changes, ascending.

    One for a monotone activation, two for GELU or SiLU at a threshold between their minimum and 0,
    none where the threshold is out of reach. By bisection between the points of a fine grid.
    """
    entry = ACTIVATIONS.find(activation)
    grid = np.linspace(-_REACH, _REACH, _POINTS)
    above = activation_curve(entry, grid) > threshold
    index = np.flatnonzero(above[1:] != above[:-1])
    low = grid[index]
    high = grid[index + 1]
    side = above[index]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        left = (activation_curve(entry, middle) > threshold) == side
        low = np.where(left, middle, low)
        high = np.where(left, high, middle)
    return tuple(0.0 if abs(z) < 1e-12 else float(z) for z in (low + high) / 2)


@lru_cache(maxsize=32)
def never_falls(activation: str) -> bool:
    """Return whether φ never comes down as z rises, from −100 to 100, but for rounding."""
    grid = np.linspace(-_REACH, _REACH, _POINTS)
    rises = np.diff(activation_curve(ACTIVATIONS.find(activation), grid))
    return bool(rises.min() > -_ROUNDING)


def output_scale(settings: Settings) -> tuple[float, float]:
    """Return the least and greatest output that a colour scale shows.

    What lies beyond takes the end's colour. For classes what a bounded activation can give, else
    the coding with half its span beyond, as far as the activation goes; for numbers the targets
    with a quarter of their span beyond.
    """
    if not settings.dataset.classes:
        low = float(settings.coded_targets.min())
        high = float(settings.coded_targets.max())
        room = 0.25 * (high - low) or 0.25 * max(abs(low), 1.0)
        return low - room, high + room
    low, high = settings.output_range
    if settings.coding is not None and not settings.activation_entry.bounded:
        first, last = CODINGS[settings.coding]
        half = (last - first) / 2
        low = max(low, first - half)
        high = min(high, last + half)
    return low, high


def output_at(settings: Settings, parameters: Floats, inputs: Floats) -> Floats:
    """Return ŷ (N,) at inputs (N, D) and nothing else of the neuron.

    For a map that is drawn at every frame.
    """
    if not torch_is_in():
        return output_of(settings, parameters, inputs)
    model = model_of(settings)
    dtype = dtype_of(settings)
    with torch.inference_mode():
        theta = torch.tensor(parameters, dtype=dtype)
        points = torch.as_tensor(inputs, dtype=dtype)
        z = model.pre_activation(theta, points)
        if model.parameters.linear and not z.isfinite().all():
            # Of two products that are no floats, one above 0 and one below,
            # the sum has a sign all the same.
            largest = theta.abs().max()
            end = 0.5 * torch.finfo(dtype).max / largest
            z = model.pre_activation(theta / largest, points).clamp(-end, end) * largest
        result: Floats = model.output(z).to(torch.float64).numpy()
    return result


def pre_activation_at(settings: Settings, parameters: Floats, inputs: Floats) -> Floats:
    """Return z (N,) of the output at inputs (N, D), in float64."""
    with torch.inference_mode():
        return floats(
            model_of(settings).pre_activation(torch.tensor(parameters), torch.tensor(inputs))
        )


def level_lines(
    settings: Settings,
    parameters: Floats,
    z: float,
    extent: tuple[float, float, float, float],
    unit: int | None = None,
) -> list[Floats]:
    """Return the curves, x and y (2, n) of each, in a part of the plane on which z has a value.

    For two inputs, formulas of them, and hidden neurons. Every point is found to the last digits,
    by bisection between two places of a grid and a straight line from there.

    Parameters
    ----------
    parameters
        (P,).
    extent
        Left, right, bottom and top of the part.
    unit
        Index of the hidden neuron whose z it is; None for that of the output.
    """
    import contourpy  # here: only what draws curves waits for it

    left, right, bottom, top = extent
    x, y = np.linspace(left, right, _GRID), np.linspace(bottom, top, _GRID)
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    own = parameters[settings.parameters.of_unit(unit)]

    def above(places: Floats) -> Floats:
        with np.errstate(all="ignore"):
            inputs = settings.inputs_at(places)
            if unit is None and not settings.parameters.linear:
                flat = pre_activation_at(settings, parameters, inputs.reshape(-1, inputs.shape[-1]))
                return flat.reshape(inputs.shape[:-1]) - z
            result: Floats = inputs @ own[:-1] + settings.bias_input * own[-1] - z
            return result

    values = np.ma.masked_invalid(above(grid))
    # In cells, since units of the two inputs can be far apart.
    cells = np.arange(float(_GRID))
    lines = contourpy.contour_generator(cells, cells, values).lines(0.0)
    corner, cell = np.array((left, bottom)), np.array((right - left, top - bottom)) / (_GRID - 1)
    return [_on_level(np.asarray(line), corner, cell, above).T for line in lines if len(line) > 1]


def _on_level(
    line: Floats, corner: Floats, cell: Floats, above: Callable[[Floats], Floats]
) -> Floats:
    """Return points (n, 2), given in cells on edges of the grid, where they are on the level."""
    whole = np.rint(line)
    line = np.where(np.abs(line - whole) < 1e-9, whole, line)
    low, high = corner + np.floor(line) * cell, corner + np.ceil(line) * cell
    side = above(low) > 0
    for _ in range(_HALVINGS_OF_CELL):
        middle = (low + high) / 2
        first = ((above(middle) > 0) == side)[:, np.newaxis]
        low, high = np.where(first, middle, low), np.where(first, high, middle)
    before, after = above(low), above(high)
    with np.errstate(all="ignore"):
        share = np.nan_to_num(before / (before - after), nan=0.5, posinf=0.5, neginf=0.5)
    return low + np.clip(share, 0.0, 1.0)[:, np.newaxis] * (high - low)
