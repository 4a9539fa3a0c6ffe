"""Grid: the neurons of a sweep, one for every point on one or two axes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.catalogue import SettingsError, whole
from neuroviz.core.choices.edits import editable
from neuroviz.core.choices.hyperparameters import LEARNING_RATE, Hyperparameter
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.rate_ruler import Ruler, ruler_of, track_ends
from neuroviz.core.model.model import initial_parameters
from neuroviz.core.numbers import printed, subscripted
from neuroviz.core.types import Floats, Unique

POINTS = 40
"""Default number of learning rates of a sweep."""
MOMENTUM_POINTS = 20
"""Default number of momenta of a sweep."""
MOMENTA = (0.0, 0.95)
"""Default least and greatest momentum."""
START_REACH = 10.0
"""Default greatest parameter of a start."""
_MOST_NUMBERS = 2**23
"""Most parameters of all neurons together: 128 to 256 MB with their gradients and the optimizer's
state."""
MOST_POINTS = 2**20
"""Most points on an axis."""
_GREATEST_REACH = 1e300


class Axis(Unique):
    """One quantity in which the neurons differ."""

    name: str
    """A name such as "learning_rate", "momentum" or "start_w1"."""
    label: str
    """Its name on the axis of a picture."""
    values: NDArray[Any]
    """(n,), ascending; whole numbers for seeds."""
    logarithmic: bool = False
    """Whether the values are evenly spaced in their logarithm."""


class Grid(Unique):
    """The neurons of a sweep, in the order of the first axis."""

    settings: Settings
    """Data, neuron, optimizer and epochs, which all neurons share."""
    axes: tuple[Axis, ...]
    """One axis or two."""
    over: str
    """What is swept, with its article, for titles: "the learning rate and momentum"."""
    hyperparameters: Mapping[str, Floats]
    """The learning rate, and the momentum if neurons differ in it, (M,) each."""
    starts: Floats
    """(M, P): the parameters at the start of each neuron, or (1, P) if they are the same for
    all."""

    def __len__(self) -> int:
        return math.prod(self.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """(n,), or (n₂, n₁), in which the neurons' values make a table or a map."""
        return tuple(len(axis.values) for axis in reversed(self.axes))

    @property
    def kind(self) -> str:
        """What each of them is, in the plural: networks, layers of outputs, or neurons."""
        return _kind(self.settings)

    @property
    def coordinates(self) -> dict[str, NDArray[Any]]:
        """The value of each neuron (M,) on each axis."""
        return _mesh(self.axes)


def rate_axis(low: float, high: float, points: int) -> Axis:
    """Return learning rates, evenly spaced in their logarithm, from the first to the last.

    The ends are exactly as given.

    Raises
    ------
    SettingsError
        If one is out of its range, they do not ascend, or there are too few or too many points.
    """
    whole(points, "points", 2, MOST_POINTS)
    rates = np.geomspace(*_ends(LEARNING_RATE, low, high), points)
    return Axis("learning_rate", "learning rate", rates, logarithmic=True)


def track_axis(settings: Settings, points: int, digits: int) -> Axis:
    """Return ``points`` rates over the slider's range, each with ``digits`` digits."""
    rates = np.geomspace(*track_ends(settings), points).tolist()
    rounded = sorted({float(f"{rate:.{digits}g}") for rate in rates})
    return Axis("learning_rate", "learning rate", np.array(rounded), logarithmic=True)


def momentum_axis(settings: Settings, low: float, high: float, points: int) -> Axis:
    """Return evenly spaced momenta.

    Raises
    ------
    SettingsError
        As for :func:`rate_axis`, or if the optimizer has no momentum.
    """
    own = editable(settings)
    if "momentum" not in own:
        having = [
            row.name
            for row in OPTIMIZERS.values()
            if any(h.name == "momentum" for h in row.hyperparameters)
        ]
        raise SettingsError(
            f"{settings.optimizer_entry.label} has no momentum to sweep: "
            f"use the optimizer {' or '.join(having)}.",
            "optimizer",
        )
    whole(points, "momentum_points", 2, MOST_POINTS)
    ends = _ends(own["momentum"], low, high)
    return Axis("momentum", "momentum", np.linspace(*ends, points))


def rate_grid(settings: Settings, *axes: Axis) -> Grid:
    """Return one start with each learning rate, and with each momentum if there is such an axis.

    Parameters
    ----------
    settings
        The experiment; an axis replaces its own value.
    axes
        An axis from :func:`rate_axis`, then one from :func:`momentum_axis` if wanted.

    Raises
    ------
    SettingsError
        If there are too many neurons, or the optimizer finds its rates itself.
    """
    search = settings.optimizer_entry.search
    if search and search.finds_rate:
        raise SettingsError(search.finds_rate, "optimizer")
    start = _start(settings)
    _check_size(settings, *axes)
    over = f"the {' and '.join(axis.label for axis in axes)}"
    return Grid(settings, axes, over, _mesh(axes), start[np.newaxis])


def start_grid(settings: Settings, reach: float, points: int) -> Grid:
    """Return the neuron with other starts.

    Its first two parameters go from −reach to reach, and the others stay as they are.

    Parameters
    ----------
    settings
        The experiment, with its one learning rate.
    reach
        Above 0, up to 1e300.
    points
        Number of points on each axis, at least 2.

    Raises
    ------
    SettingsError
        If the reach or the points are out of range, or the second parameter is a bias that is left
        out.
    """
    if settings.breaks_it("no_bias") and settings.parameters.is_bias(1):
        raise SettingsError(
            "Without a bias the first neuron has one parameter: a map of starts needs two.",
            "breaks",
        )
    if not 0 < reach <= _GREATEST_REACH:
        raise SettingsError(
            "The range of the starts must be a number above 0, "
            f"up to {printed(_GREATEST_REACH)}, not {printed(reach, 6)}."
        )
    whole(points, "starts", 2, MOST_POINTS)
    start = _start(settings)
    names = settings.parameters.names[:2]
    values = np.linspace(-reach, reach, points)
    axes = tuple(
        Axis(f"start_{name}", f"{subscripted(name)} at the start", values) for name in names
    )
    _check_size(settings, *axes)
    starts = np.tile(start, (points**2, 1))
    starts[:, :2] = np.column_stack(list(_mesh(axes).values()))
    rates = {"learning_rate": np.full(len(starts), settings.learning_rate)}
    of = " and ".join(map(subscripted, names))
    return Grid(settings, axes, f"the starts of {of}", rates, starts)


def seed_grid(settings: Settings, count: int) -> Grid:
    """Return the neuron, or network, with the starts that the seeds 0 to count − 1 draw.

    Raises
    ------
    SettingsError
        If the start is not drawn, the seed decides the batches too, or there are too few or too
        many seeds.
    """
    if why := why_no_seeds(settings):
        raise SettingsError(why, "seed")
    whole(count, "seeds", 2, MOST_POINTS)
    axis = Axis("seed", "seed", np.arange(count))
    _check_size(settings, axis)
    starts = np.stack([_start(settings.replace(seed=seed)) for seed in range(count)])
    rates = {"learning_rate": np.full(count, settings.learning_rate)}
    return Grid(settings, (axis,), f"the starts of {count:,} seeds", rates, starts)


def why_no_seeds(settings: Settings) -> str | None:
    """Return why seeds make no starts that can be compared; None if they do."""
    if settings.init not in ("uniform", "normal"):
        return "The start is not drawn, so no seed changes it: use the start uniform or normal."
    if settings.shuffle:
        return "The seed also decides the order of the batches: use full batches, or no shuffle."
    return None


def ruler_at_start(settings: Settings) -> Ruler:
    """Return the marks of learning rates at the start of the run.

    Raises
    ------
    SettingsError
        If the curvature is not finite there.
    """
    return ruler_of(settings, curvature_at(settings, _start(settings)))


def _kind(settings: Settings) -> str:
    if settings.hidden:
        return "networks"
    return "layers" if settings.outputs > 1 else "neurons"


def _start(settings: Settings) -> Floats:
    return initial_parameters(settings).numpy().astype(np.float64)


def _mesh(axes: tuple[Axis, ...]) -> dict[str, NDArray[Any]]:
    values = np.meshgrid(*(axis.values for axis in axes))
    return {axis.name: value.ravel() for axis, value in zip(axes, values, strict=True)}


def _ends(hyperparameter: Hyperparameter, low: float, high: float) -> tuple[float, float]:
    low = hyperparameter.check(low)
    high = hyperparameter.check(high)
    if low >= high:
        raise SettingsError(
            f"The lowest {hyperparameter.label.lower()} must be below the highest, "
            f"not {printed(low, 6)} and {printed(high, 6)}."
        )
    return low, high


def _check_size(settings: Settings, *axes: Axis) -> None:
    count = math.prod(len(axis.values) for axis in axes)
    width = settings.parameters.count
    if count * width > _MOST_NUMBERS:
        kind = _kind(settings)
        raise SettingsError(
            f"{count:,} {kind} of {width} parameters do not fit into memory: use at most "
            f"{_MOST_NUMBERS // width:,} {kind}."
        )
