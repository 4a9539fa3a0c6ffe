"""The losses that theory predicts for a run, computed only when something that they depend on has changed."""

from __future__ import annotations

import math

import numpy as np

from neuroviz.core.curvature.quadratic import no_prediction
from neuroviz.core.types import Floats
from neuroviz.session.frame import Frame

_LAST = 2**53  # an epoch that a float can count
_SCHEDULED = 1_000
"""Epochs predicted under a schedule: each has a matrix of its own, and takes some ten microseconds."""
_NONE = np.empty(0)


class PredictedLosses:
    """Remembers the last prediction."""

    def __init__(self) -> None:
        self._known: tuple[object, ...] = ()
        self._points = (_NONE, _NONE)

    def exist(self, frame: Frame) -> bool:
        """Return whether theory predicts the run, for some epochs at least."""
        return frame.start is not None and no_prediction(frame.settings_at_start, 0) is None

    def between(self, frame: Frame, left: float, right: float, most: int) -> tuple[Floats, Floats]:
        """Return whole epochs (K,) from ``left`` to ``right``, ``most`` of them at most, and the losses there.

        Only losses that a float can hold; none where theory does not predict the run.
        """
        if frame.start is None:
            return _NONE, _NONE
        settings = frame.settings_at_start
        last = _LAST if settings.schedule == "constant" else _SCHEDULED
        first, last = (min(max(end, 0), last) for end in (math.floor(left), math.ceil(right)))
        if first > last or no_prediction(settings, last):
            return _NONE, _NONE
        known = (settings, frame.edits, frame.start.tobytes(), first, last, most)
        if known != self._known:
            self._known = known
            self._points = _predict(frame, first, last, most)
        return self._points


def _predict(frame: Frame, first: int, last: int, most: int) -> tuple[Floats, Floats]:
    epochs = np.unique(np.linspace(first, last, min(most, last - first + 1)).round().astype(np.int64))
    losses = frame.predicted_losses(epochs)
    if losses is None:
        return _NONE, _NONE
    finite = np.isfinite(losses)
    return epochs[finite].astype(float), losses[finite]
