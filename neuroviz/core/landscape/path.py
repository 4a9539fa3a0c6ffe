"""Path: the parameters over a run, reduced to what a picture can show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuroviz.core.training.history_view import LOSS_COLUMNS, Rows
from neuroviz.core.types import Floats, Ints


@dataclass(frozen=True, eq=False)
class Path:
    """Some of the rows of a run, first and newest among them."""

    steps: Ints
    """(m,), ascending: the step of each row."""
    parameters: Floats
    """(m, P): the parameters at each of them."""


def path_of(rows: Rows, most: int) -> Path:
    """Return at most so many rows, at least 8, for a line.

    Half of them stand at even distances and half at even ratios, since a run that converges goes
    most of its way in the first few steps; each is there with the row after it, so that a zigzag is
    not seen from one side only.
    """
    last = len(rows) - 1
    quarter = most // 4
    ratios = np.geomspace(1, max(1, last), quarter)
    first = np.concatenate((ratios - 1, np.linspace(0, last, quarter))).astype(np.int64)
    return _at(rows, np.unique(np.minimum(np.concatenate((first, first + 1, [last])), last)))


def evenly(rows: Rows, most: int) -> Floats:
    """Return the parameters (m, P) at no more than so many rows at even distances.

    All where there are as few.
    """
    return rows.drawn_map(most).T


def _at(rows: Rows, chosen: Ints) -> Path:
    width = len(rows.newest.parameters)
    kept = rows.kept[LOSS_COLUMNS : LOSS_COLUMNS + width, chosen[:-1]]
    steps = np.append(rows.kept_steps[chosen[:-1]], rows.newest.step)
    return Path(steps, np.vstack((kept.T, rows.newest.parameters)))
