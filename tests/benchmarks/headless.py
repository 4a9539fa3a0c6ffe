"""Training without a window.

Every optimizer with the full batch, mini-batches and single samples of AND, and with hidden neurons
XOR and a sine.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.batteries.networks import sine
from tests.benchmarks.bare import bare_rates, with_ratio
from tests.benchmarks.measure import Case, Figures, Options, forget_peak, peak_mb, rate_of
from tests.core.same_bits import both_ways, difference

_SECONDS = 1.0
_LEARNING_RATE = 0.1  # at AND's own 50 Adam and its like saturate within a few steps
_BATCHES: dict[str, dict[str, Any]] = {
    "full": {"batch_size": "full"},
    "mini": {"batch_size": 2, "shuffle": True},
    "single": {"batch_size": 1, "shuffle": True},
}
NAMES = [name for name, row in OPTIMIZERS.items() if row.search is None]
"""The optimizers that torch has, too."""
_NETWORKS: dict[str, dict[str, Any]] = {
    "xor": {"task": "xor", "hidden": 2},
    "sine": {"data": sine(), "activation": "identity", "loss": "mse", "hidden": 8},
}
_CHECKED = 1_000  # steps whose bits are compared


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for each optimizer and kind of batch, and for each network."""
    kinds = {batch: {"task": "and", **choices} for batch, choices in _BATCHES.items()}
    for optimizer in NAMES:
        for kind, choices in {**kinds, **_NETWORKS}.items():
            settings = Settings(optimizer=optimizer, learning_rate=_LEARNING_RATE, **choices)
            runs = both_ways(settings, 50 if options.quick else _CHECKED)
            yield Case(
                f"headless/{optimizer}/{kind}",
                partial(trained, settings, options.length(_SECONDS)),
                {
                    "learning_rate": _LEARNING_RATE,
                    "equal_bits": not isinstance(runs, str) and difference(*runs) is None,
                },
            )


def trained(settings: Settings, seconds: float, bare_precision: str = "float32") -> Figures:
    """Return the steps a second of the program's trainer and of the bare loop.

    The trainer records every step.
    """
    forget_peak()
    ours = rate_of(Trainer(settings).advance, seconds)
    peak = peak_mb()
    return {**with_ratio(ours, bare_rates(settings, seconds, bare_precision)), "peak_mb": peak}
