"""What networks of a hidden layer can from many starts: ``python -m tests.batteries.networks``.

XOR by two, three and four hidden neurons from seeds 0 … 99; a sine by eight from seeds 0 … 9; and
the greatest curvature of the sine's loss by plain descent, which climbs to 2/η and stays there.
Reference: Cohen et al. 2021, Gradient descent on neural networks typically occurs at the edge of
stability, arXiv:2103.00065.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import predict
from neuroviz.core.training.trainer import Trainer

XOR: dict[str, Any] = {"task": "xor", "hidden_activation": "tanh", "learning_rate": 1.0}
SOLVED = {2: 71, 3: 98, 4: 99}
"""Hidden neurons -> how many of 100 seeds come below 0.01 in 5,000 epochs; two more or fewer are
rounding of another machine."""
RATE = 0.2
"""η of the sine's plain descent."""


def sine() -> Dataset:
    """Return 64 points of a sine, from −π to π at even distances."""
    x = np.linspace(-np.pi, np.pi, 64)
    return Dataset(x[:, None], np.sin(x), classes=False)


def fitted(hidden: int, **choices: Any) -> Trainer:
    """Return a run on the sine, at its start."""
    choices = {"activation": "identity", "loss": "mse", "hidden_activation": "tanh", **choices}
    return Trainer(Settings(data=sine(), hidden=hidden, **choices))


def solved(hidden: int, seeds: int, epochs: int) -> int:
    """Return from how many seeds the loss of XOR comes below 0.01."""
    runs = [Trainer(Settings(hidden=hidden, seed=seed, **XOR)) for seed in range(seeds)]
    for run in runs:
        run.advance(epochs)
    return sum((run.history.newest.loss or 0.0) < 0.01 for run in runs)


def sine_error(hidden: int, seed: int, epochs: int = 3_000) -> float:
    """Return the greatest error of a fitted sine, the least of 60 in the last 300 epochs.

    Adam leaves the minimum now and then and comes back.
    """
    run = fitted(hidden, optimizer="adam", learning_rate=0.02, seed=seed)
    run.advance(epochs - 300)
    errors = []
    for _ in range(60):
        run.advance(5)
        output = predict(run.settings, run.history.newest.parameters).output
        errors.append(float(np.abs(output - run.settings.dataset.targets).max()))
    return min(errors)


def sharpness(epochs: list[int]) -> list[float]:
    """Return λmax of the sine's loss at each of these epochs of plain descent, in their order."""
    run = fitted(8, learning_rate=RATE, seed=0)
    found = []
    for now, then in zip([0, *epochs], epochs, strict=False):
        run.advance(then - now)
        greatest = curvature_at(run.settings, run.history.newest.parameters).greatest
        found.append(float(greatest or 0.0))
    return found


def main() -> int:
    """Print the figures; exit 1 if they are others than ever."""
    began = time.perf_counter()
    xor = {hidden: solved(hidden, 100, 5_000) for hidden in SOLVED}
    errors = {hidden: [sine_error(hidden, seed) for seed in range(10)] for hidden in (1, 8)}
    first, climbed, *late = sharpness([0, 200, *range(1_000, 8_001, 100)])
    right = {
        "XOR solved": all(abs(xor[hidden] - SOLVED[hidden]) <= 2 for hidden in SOLVED),
        "sine fitted": max(errors[8]) <= 0.01 and min(errors[1]) > 0.7,
        "sharpness": first < 6 < 10 < climbed and all(abs(x * RATE / 2 - 1) < 0.02 for x in late),
    }
    figures = {
        "XOR solved of 100": xor,
        "greatest error of the sine": errors,
        "λmax at epochs 0 and 200": (first, climbed),
        "λmax at 1,000 to 8,000": (min(late), max(late)),
    }
    seconds = round(time.perf_counter() - began, 1)
    print(json.dumps({**figures, "right": right, "seconds": seconds}, indent=2, ensure_ascii=False))
    return 0 if all(right.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
