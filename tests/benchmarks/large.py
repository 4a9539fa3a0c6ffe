"""Data large enough that the arithmetic counts: both ways in the same precision."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from neuroviz.core.choices.resolve import PRECISIONS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from tests.benchmarks.headless import trained
from tests.benchmarks.measure import Case, Options, Target

_SECONDS = 2.0
_SHAPES = ((100_000, 20), (1_000, 1_000))
_QUICK_SHAPES = ((1_000, 20), (50, 100))


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for each shape and precision."""
    for samples, width in _QUICK_SHAPES if options.quick else _SHAPES:
        data = made_up(samples, width)
        for precision in PRECISIONS:
            settings = Settings("spam", data=data, precision=precision)
            yield Case(
                f"large/{samples}x{width}/{precision}",
                partial(trained, settings, options.length(_SECONDS), precision),
                targets=(Target("ratio", at_least=0.5), Target("ratio_one_thread", at_least=0.5)),
            )


def made_up(samples: int, width: int) -> Dataset:
    """Return samples (N, D) of the standard normal distribution.

    Class 1 where their sum is above 0.
    """
    inputs = np.random.default_rng(0).standard_normal((samples, width))
    return Dataset(inputs, (inputs.sum(axis=1) > 0).astype(float), classes=True)
