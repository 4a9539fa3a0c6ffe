"""What the tasks are by the notebook: data, choices, and how each ends."""

from __future__ import annotations

from typing import Any

TRUTH = [[1, 1], [1, 0], [0, 1], [0, 0]]
DATA: dict[str, tuple[list[list[float]], list[float], bool]] = {
    "and": (TRUTH, [1, 0, 0, 0], True),
    "or": (TRUTH, [1, 1, 1, 0], True),
    "nand": (TRUTH, [0, 1, 1, 1], True),
    "nor": (TRUTH, [0, 0, 0, 1], True),
    "xor": (TRUTH, [0, 1, 1, 0], True),
    "and_by_hand": (TRUTH, [1, 0, 0, 0], True),
    "or_by_hand": (TRUTH, [1, 1, 1, 0], True),
    "and_one_by_one": (TRUTH, [1, 0, 0, 0], True),
    "double": ([[1], [2], [3]], [2, 4, 6], False),
    "line": ([[x] for x in range(1, 7)], [10 * x + 5 for x in range(1, 7)], False),
    "sum": (
        [[1, 2, 3], [0.5, 1.5, 2.5], [10, 11, 12], [101, 102, 103], [1.21, 2.21, 3.21]],
        [6, 4.5, 33, 306, 6.63],
        False,
    ),
    "weather": ([[65, 1013, 10]], [65], False),
    "gates": (TRUTH, [[1, 1, 0], [0, 1, 1], [0, 1, 1], [0, 0, 1]], True),
}
"""Inputs, targets, and whether these are classes."""
DEFAULTS: dict[str, tuple[Any, ...]] = {
    "and": ("sigmoid", "bce", 50, "full", 10_000, "uniform", None, None),
    "or": ("sigmoid", "bce", 50, "full", 10_000, "uniform", None, None),
    "nand": ("sigmoid", "bce", 1, "full", 10_000, "uniform", None, None),
    "nor": ("sigmoid", "bce", 1, "full", 10_000, "uniform", None, None),
    "xor": ("sigmoid", "bce", 1, "full", 10_000, "uniform", None, None),
    "ring": ("sigmoid", "bce", 1, "full", 10_000, "uniform", None, None),
    "and_by_hand": ("step", "mse", 1, "full", 0, None, (1, 1), -1.5),
    "or_by_hand": ("step", "mse", 1, "full", 0, None, (1, 1), -0.5),
    "and_one_by_one": ("sigmoid", "bce", 10, 1, 10_000, "normal", None, None),
    "double": ("identity", "mse", 0.01, "full", 10_000, "uniform", None, None),
    "line": ("identity", "mse", 0.001, "full", 1_000, "uniform", None, None),
    "sum": ("identity", "mse", 0.0001, "full", 1_000, "uniform", None, None),
    "xor_two": ("sigmoid", "bce", 1, "full", 10_000, "uniform", None, None),
    "sine": ("identity", "mse", 0.02, "full", 3_000, "uniform", None, None),
    "blobs3": ("identity", "cross_entropy", 1.0, "full", 1_000, "uniform", None, None),
    "gates": ("sigmoid", "bce", 1, "full", 10_000, "uniform", None, None),
    "five": ("identity", "mse", 0.3, "full", 1_000, "uniform", None, None),
    "weather": ("relu", "mse", 1e-7, "full", 1_000, "uniform", None, None),
    "spam": ("sigmoid", "bce", 0.1, 20, 1_000, "uniform", None, None),
}
"""Activation, loss, learning rate, batch size, epochs, init, weights, bias."""
TASK_STATES = {
    "and": "learning",
    "or": "learning",
    "nand": "learning",
    "nor": "learning",
    "xor": "impossible",
    "ring": "impossible",
    "xor_two": "learning",
    "sine": "cycling",
    "blobs3": "learning",
    "gates": "learning",
    "five": "converged",
    "and_by_hand": "flat",
    "or_by_hand": "flat",
    "and_one_by_one": "learning",
    "double": "converged",
    "line": "slow",
    "sum": "slow",
    "weather": "dead",
    "spam": "learning",
}
"""The state after all its epochs."""
