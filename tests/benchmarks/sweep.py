"""Many neurons in one tensor program.

The sweep, recording nothing on the way, and a plain loop of five kernels. Rates are in
neuron-epochs a second, both ways in float64 with one thread.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import load_torch, torch
from neuroviz.core.slices import Work
from neuroviz.core.sweep.grid import rate_axis, rate_grid
from neuroviz.core.sweep.sweep import Sweep, SweepResult
from neuroviz.core.types import Floats
from tests.benchmarks.measure import Case, Figures, Options, Target, forget_peak, peak_mb, rate_of

_SECONDS = 1.0
_EPOCHS = 2**31 - 1
_RATES = 1e-3, 10.0
_WITHIN = 1.5
"""How many times as long as the plain loop the sweep may take."""
_NEURONS = 40, 4_096, 65_536
_OTHERS: dict[str, dict[str, Any]] = {
    "adam": {"optimizer": "adam"},
    "mini": {"batch_size": 2, "shuffle": True},
    "tanh_mse": {"activation": "tanh", "loss": "mse"},
}


def cases(options: Options) -> Iterator[Case]:
    """Yield AND with gradient descent for each number of neurons, then other choices.

    Without a plain loop.
    """
    seconds = options.length(_SECONDS)
    for neurons in _NEURONS[:1] if options.quick else _NEURONS:
        target = (Target("ratio", at_least=1 / _WITHIN),) if neurons == 4_096 else ()
        yield Case(
            f"sweep/and/{neurons}", partial(_pair, neurons, seconds), {"neurons": neurons}, target
        )
    for name, choices in _OTHERS.items():
        settings = Settings("and", epochs=_EPOCHS, **choices)
        yield Case(
            f"sweep/{name}/4096", partial(swept, settings, 4_096, seconds), {"neurons": 4_096}
        )


def _pair(neurons: int, seconds: float) -> Figures:
    ours = swept(Settings("and", epochs=_EPOCHS), neurons, seconds)
    plain = neurons * rate_of(
        PlainLoop(Settings("and"), np.geomspace(*_RATES, neurons)).advance, seconds
    )
    return {**ours, "plain": plain, "ratio": ours["ours"] / plain}


def swept(settings: Settings, neurons: int, seconds: float) -> Figures:
    """Return the neuron-epochs a second of the sweep, and the most memory in MB."""
    forget_peak()
    sweep = Sweep(rate_grid(settings, rate_axis(*_RATES, neurons)))
    work = sweep.work()
    _go_on(sweep, work, seconds / 5)
    first, began = sweep.step, time.perf_counter()
    _go_on(sweep, work, seconds)
    epochs = (sweep.step - first) / settings.steps_per_epoch
    return {"ours": neurons * epochs / (time.perf_counter() - began), "peak_mb": peak_mb()}


def _go_on(sweep: Sweep, work: Work[SweepResult], seconds: float) -> None:
    """Go on for so long, and until all neurons have taken the steps of a block."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        next(work)
    step = sweep.step
    while sweep.step == step:
        next(work)


class PlainLoop:
    """Gradient descent on a gate with sigmoid and BCE as five kernels in place.

    For many neurons from zero.

    Parameters
    ----------
    settings
        Give the data.
    rates
        (M,): learning rates.
    """

    def __init__(self, settings: Settings, rates: Floats) -> None:
        load_torch()
        samples, width = settings.coded_inputs.shape
        self._inputs = torch.ones(samples, width + 1, dtype=torch.float64)
        self._inputs[:, :width] = torch.tensor(settings.coded_inputs)
        self._targets = torch.tensor(settings.coded_targets)[:, None]
        self._rates = -torch.tensor(rates)
        with torch.inference_mode():
            self.parameters = torch.zeros(width + 1, len(rates), dtype=torch.float64)
            self._z = torch.zeros(samples, len(rates), dtype=torch.float64)
            self._grad = torch.zeros_like(self.parameters)

    def advance(self, steps: int) -> int:
        """Take so many steps, and return how many that were."""
        inputs, targets, rates = self._inputs, self._targets, self._rates
        shares, z, grad, parameters = (
            (inputs / len(targets)).t().contiguous(),
            self._z,
            self._grad,
            self.parameters,
        )
        with torch.inference_mode():
            for _ in range(steps):
                torch.mm(inputs, parameters, out=z)
                z.sigmoid_()
                z.sub_(targets)
                torch.mm(shares, z, out=grad)
                parameters.addcmul_(grad, rates)
        return steps
