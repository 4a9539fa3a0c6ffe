"""One frame of the landscape while something is dragged.

The full grid of losses, and the same grid as is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import FULL, loss_grid
from neuroviz.core.landscape.plane import Plane, point_at, slice_plane
from neuroviz.core.lazy import load_torch, torch
from neuroviz.core.model.model import neuron_of
from neuroviz.core.types import Floats
from tests.benchmarks.large import made_up
from tests.benchmarks.measure import Case, Figures, Options

_FRAMES, _QUICK_FRAMES = 40, 2
_EDGE = np.linspace(-8.0, 8.0, FULL)


def cases(options: Options) -> Iterator[Case]:
    """Yield AND's four samples, and fifty of two inputs.

    The most for which the full grid is drawn live.
    """
    frames = _QUICK_FRAMES if options.quick else _FRAMES
    for name, settings in {
        "and": Settings("and"),
        "50x2": Settings("spam", data=made_up(50, 2)),
    }.items():
        yield Case(f"landscape/{name}/{FULL}", partial(_pair, settings, frames), {"frames": frames})


def _pair(settings: Settings, frames: int) -> Figures:
    """Return the milliseconds of a frame, the middle one and the worst of many.

    The plane moves with each.
    """
    load_torch()
    ours, bare = (_milliseconds(partial(way, settings), frames) for way in (grid_of, as_is))
    return {
        "ours_ms": float(np.median(ours)),
        "ours_worst_ms": max(ours),
        "bare_ms": float(np.median(bare)),
        "ratio": float(np.median(bare) / np.median(ours)),
    }


def _milliseconds(frame: Callable[[Plane], Floats], frames: int) -> list[float]:
    times = []
    for number in range(frames + 1):
        plane = slice_plane(Settings("and"), np.array([0.0, 0.0, 0.1 * number]), 0, 1)
        began = time.perf_counter()
        frame(plane)
        times.append(1e3 * (time.perf_counter() - began))
    return times[1:]  # the first warms up


def grid_of(settings: Settings, plane: Plane) -> Floats:
    """Return the losses as the window gets them."""
    return loss_grid(settings, plane, _EDGE, _EDGE)


def as_is(settings: Settings, plane: Plane) -> Floats:
    """Return the losses of a neuron built at every point, in one go."""
    neuron = neuron_of(settings)
    with torch.inference_mode():
        theta = torch.tensor(point_at(plane, *np.meshgrid(_EDGE, _EDGE)))
        z = neuron.pre_activation(theta, torch.tensor(settings.coded_inputs))
        losses: Floats = neuron.losses(z, torch.tensor(settings.coded_targets)).mean(dim=-1).numpy()
    return losses
