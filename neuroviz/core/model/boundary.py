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
from neuroviz.core.types import Extent, Floats

_REACH = 100.0
_POINTS = 20_001
_HALVINGS = 60
_HALVINGS_OF_CELL = 16
"""Halvings of an edge of the grid: at that distance a curve is straight to the last digits."""
_SAME = 1e-9
"""Greatest difference that may remain at a point; beside a third output as large, a point is found
less well, and is left out."""
_ROUNDING = 1e-12
"""Share of the largest weight below which a sum is what rounding leaves of terms that cancel."""
_GRID = 97
"""Points in each direction of the grid on which curves are searched for."""


@lru_cache(maxsize=32)
def crossings(activation: str, threshold: float) -> tuple[float, ...]:
    """Return each z, −100 … 100, where "φ(z) > threshold" changes, ascending.

    There is one for a monotone activation, there are two for GELU or SiLU at a threshold between
    their minimum and 0, and none where the threshold is out of reach. They are found by bisection
    between the points of a fine grid.
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
    """Return whether φ never falls as z rises from −100 to 100, but for rounding."""
    grid = np.linspace(-_REACH, _REACH, _POINTS)
    rises = np.diff(activation_curve(ACTIVATIONS.find(activation), grid))
    return bool(rises.min() > -_ROUNDING)


def output_scale(settings: Settings) -> tuple[float, float]:
    """Return the least and the greatest output of a colour scale.

    Outputs beyond take the colour of the end. For classes the scale has what a bounded activation
    can give, or else the coding with half its span on each side, as far as the activation goes; for
    numbers it has the targets with a quarter of their span on each side.
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
    """Return ŷ (N,) at inputs (N, D) and nothing else, for a map drawn at every frame."""
    if not torch_is_in():
        return output_of(settings, parameters, inputs)
    model = model_of(settings)
    dtype = dtype_of(settings)
    with torch.inference_mode():
        theta = torch.tensor(parameters, dtype=dtype)
        points = torch.as_tensor(inputs, dtype=dtype)
        z = model.pre_activation(theta, points)
        if model.parameters.linear and not z.isfinite().all():
            # Where a product above 0 and one below 0 both overflow, the sum still has a sign.
            largest = theta.abs().max()
            end = 0.5 * torch.finfo(dtype).max / largest
            z = model.pre_activation(theta / largest, points).clamp(-end, end) * largest
        return model.output(z).to(torch.float64).numpy()


def pre_activation_at(settings: Settings, parameters: Floats, inputs: Floats) -> Floats:
    """Return z (N,) of the output at inputs (N, D), in float64; with K outputs (N, K)."""
    with torch.inference_mode():
        return floats(
            model_of(settings).pre_activation(torch.tensor(parameters), torch.tensor(inputs))
        )


def class_borders(settings: Settings, parameters: Floats, extent: Extent) -> list[Floats]:
    """Return the curves, x and y (2, n) of each, where the two largest shares are the same.

    A curve has a gap where the two largest are others. It is found as by :func:`level_lines`.

    Parameters
    ----------
    parameters, extent
        (P,), with K outputs; left, right, bottom and top of a part of the plane.
    """

    def sums(places: Floats) -> Floats:
        with np.errstate(all="ignore"):
            inputs = settings.inputs_at(places)
        return pre_activation_at(settings, parameters, inputs)

    grid, corner, cell = _grid_of(extent)
    z = sums(grid.reshape(-1, 2)).T.reshape(-1, _GRID, _GRID)
    found = [
        (index, line)
        for index in range(settings.outputs)
        for line in _contours(z[index] - np.delete(z, index, axis=0).max(axis=0))
    ]
    if not found:
        return []
    own = np.concatenate([np.full(len(line), index) for index, line in found])
    points = np.arange(len(own))

    def others(z: Floats) -> Floats:
        z[own, points] = -np.inf
        return z

    def lead(places: Floats) -> Floats:
        z = sums(places).T.copy()
        return z[own, points] - others(z).max(axis=0)

    places = _on_level(np.concatenate([line for _, line in found]), corner, cell, lead)
    off = np.abs(lead(places))
    # Each border is found from both sides; one is drawn, up to where it meets the next.
    drawn = others(sums(places).T.copy()).argmax(axis=0) > own
    result = []
    for end, (_, line) in zip(np.cumsum([len(line) for _, line in found]), found, strict=True):
        here = slice(end - len(line), end)
        kept = (np.convolve(drawn[here], (1, 1, 1))[1:-1] > 0) & (off[here] < _SAME)
        if kept.any():
            result.append(np.where(kept[:, np.newaxis], places[here], np.nan).T)
    return result


def level_lines(
    settings: Settings,
    parameters: Floats,
    z: float,
    extent: Extent,
    unit: int | None = None,
) -> list[Floats]:
    """Return the curves, x and y (2, n) of each, where z has a value, in a part of the plane.

    It works for two inputs, formulas of them, and hidden neurons. Every point is found to the last
    digits, by bisection, and a straight line from there.

    Parameters
    ----------
    parameters
        (P,).
    extent
        Left, right, bottom and top of the part.
    unit
        Index of the hidden neuron whose z is meant; None for the output.
    """
    grid, corner, cell = _grid_of(extent)
    own = parameters[settings.parameters.of_unit(unit)]

    def above(places: Floats) -> Floats:
        with np.errstate(all="ignore"):
            inputs = settings.inputs_at(places)
            if unit is None and not settings.parameters.linear:
                flat = pre_activation_at(settings, parameters, inputs.reshape(-1, inputs.shape[-1]))
                return flat.reshape(inputs.shape[:-1]) - z
            return inputs @ own[:-1] + settings.bias_input * own[-1] - z

    values = above(grid)
    if not (np.abs(values) > _ROUNDING * np.abs(own).max()).any():
        return []  # the signs of rounding draw no curve
    return [_on_level(line, corner, cell, above).T for line in _contours(values)]


def _grid_of(extent: Extent) -> tuple[Floats, Floats, Floats]:
    """Return points (97, 97, 2) over a part of the plane, the first of them, and their spacing."""
    left, right, bottom, top = extent
    x = np.linspace(left, right, _GRID)
    y = np.linspace(bottom, top, _GRID)
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    return grid, grid[0, 0], np.array((right - left, top - bottom)) / (_GRID - 1)


def _contours(values: Floats) -> list[Floats]:
    """Return the lines (n, 2), in units of grid cells, on which values of the grid are 0."""
    import contourpy  # imported here, so that only those who draw curves wait for it

    # In units of cells, since the units of the two inputs can be far apart.
    cells = np.arange(float(_GRID))
    found = contourpy.contour_generator(cells, cells, np.ma.masked_invalid(values)).lines(0.0)
    return [_with_thirds(np.asarray(line)) for line in found if len(line) > 1]


def _with_thirds(line: Floats) -> Floats:
    """Return a line (n, 2) with two more points on each of its pieces, (3n − 2, 2)."""
    places = np.arange(3 * len(line) - 2) / 3
    return np.stack([np.interp(places, np.arange(len(line)), part) for part in line.T], axis=1)


def _on_level(
    line: Floats, corner: Floats, cell: Floats, above: Callable[[Floats], Floats]
) -> Floats:
    """Return points (n, 2), given in cells, moved onto the level."""
    low, high = _ends(line, corner, cell)
    side = above(low) > 0
    # A third at a corner may have no level between its ends: the point before stands for it.
    lost = ((above(high) > 0) == side) & (low != high).any(axis=1)
    found = np.maximum.accumulate(np.where(lost, 0, np.arange(len(line))))
    for _ in range(_HALVINGS_OF_CELL):
        middle = (low + high) / 2
        first = ((above(middle) > 0) == side)[:, np.newaxis]
        low = np.where(first, middle, low)
        high = np.where(first, high, middle)
    return _between(low, high, above(low), above(high))[found]


def _ends(line: Floats, corner: Floats, cell: Floats) -> tuple[Floats, Floats]:
    """Return the ends (n, 2) of the grid's edges that points (n, 2), in cells, lie on.

    Points inside a cell get ends across the line.
    """
    whole = np.rint(line)
    line = np.where(np.abs(line - whole) < 1e-9, whole, line)
    across = np.gradient(line, axis=0)[:, ::-1] * (-1, 1)
    across *= 0.3 / np.hypot(*across.T).clip(1e-9)[:, np.newaxis]
    inside = (line % 1 != 0).all(axis=1, keepdims=True)
    low = np.where(inside, line - across, np.floor(line))
    high = np.where(inside, line + across, np.ceil(line))
    return corner + low * cell, corner + high * cell


def _between(low: Floats, high: Floats, before: Floats, after: Floats) -> Floats:
    """Return where straight lines between pairs of points (n, 2), with values (n,), cross 0."""
    with np.errstate(all="ignore"):
        share = np.nan_to_num(before / (before - after), nan=0.5, posinf=0.5, neginf=0.5)
    return low + np.clip(share, 0.0, 1.0)[:, np.newaxis] * (high - low)
