"""The limit of the learning rate over a run, from the curvature at each kept row."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import hessian_at, not_descending, sample_derivatives
from neuroviz.core.diagnosis.sentences import SAME
from neuroviz.core.model.penalty import penalty_bends
from neuroviz.core.slices import SLICE
from neuroviz.core.training.block import Row
from neuroviz.core.training.history_view import HIGH, LEARNING_RATE, Rows
from neuroviz.core.types import Bools, Floats, Ints, Unique

_MOST = 240
"""Most steps of a run whose limits are drawn."""
_APART = 1.03
"""Ratio between drawn steps with hidden neurons, which are evenly spaced on a logarithmic axis.
They are always the same steps, since the limit of one costs as much as all limits of one neuron
together."""
_WORK = 200_000
"""Products that are computed at once."""
_NOT_ALONE = "its steps do not follow the gradient alone"
_TOGETHER = 1_000
"""Rows of a file that are computed at once."""


def why_no_limits(settings: Settings) -> str | None:
    """Return why there is no limit for steps with these settings; None where there is one."""
    if broken := not_descending(settings):
        return broken
    optimizer = settings.optimizer_entry
    if optimizer.quadratic is None:
        finds = optimizer.search is not None and optimizer.search.finds_rate
        why = "it finds a rate at every step" if finds else _NOT_ALONE
        return f"No limit for {optimizer.label}: {why}."
    return None


def limits_at(settings: Settings, parameters: Floats, momentum: Floats) -> Floats:
    """Return the limits (M,) of the learning rate at parameters (M, P).

    A limit is 2/λmax for plain gradient descent and 2·(1 + β)/λmax with momentum, where λmax is the
    greatest curvature of the training loss at that point. It is infinite where no curvature is
    above 0, and NaN where the curvature is not finite. Reference: Goh 2017, Why momentum really
    works.

    Parameters
    ----------
    momentum
        (M,): the momentum of the step taken from each point; 0 where the method has none.
    """
    method = settings.optimizer_entry.quadratic
    assert method is not None
    with np.errstate(all="ignore"):
        hessians = _hessians(settings, parameters)
        result = np.full(len(parameters), np.nan)
        finite = np.isfinite(hessians).all(axis=(1, 2))
        greatest = np.linalg.eigvalsh(hessians[finite])[:, -1]
        most = np.array([method.limit(each) for each in momentum[finite].tolist()])
        result[finite] = np.where(greatest > 0, most / greatest, np.inf)
    return result


def _hessians(settings: Settings, parameters: Floats) -> Floats:
    """Return the Hessians (M, P, P) at parameters (M, P), NaN where they are not finite."""
    if not settings.parameters.linear:
        return np.stack([_hessian(settings, each) for each in parameters])
    rows = settings.design
    samples = sample_derivatives(settings, parameters)[1]
    hessians = np.einsum("mn,np,nq->mpq", samples / len(rows), rows, rows, optimize=True)
    return hessians + np.diag(penalty_bends(settings))


def _hessian(settings: Settings, parameters: Floats) -> Floats:
    try:
        return hessian_at(settings, parameters)
    except SettingsError:  # not finite
        return np.full((len(parameters),) * 2, np.nan)


class Limits(Unique):
    """Limits and rates of a run at some of its kept steps."""

    steps: Ints
    """(n,), ascending."""
    limits: Floats
    """(n,): infinite where no curvature is above 0."""
    rates: Floats
    """(n,): the learning rate of the step taken from each row."""
    rose: Bools
    """(n,): whether that step raised the loss, as far as it is known."""


class LimitCurve:
    """The limits of one run, computed a part at each call and kept.

    Parameters
    ----------
    settings
        The settings the run started with, for which :func:`why_no_limits` returns None.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._edits: Sequence[Edit] = ()
        self._known: dict[int, float] = {}

    def follow(self, rows: Rows, edits: Sequence[Edit]) -> tuple[Limits, bool]:
        """Return the limits of a run that are known, and whether they are complete.

        The first steps are all among them, and later steps ever more thinly, as on a logarithmic
        axis.

        Parameters
        ----------
        rows
            The history of the run.
        edits
            Its changes in mid-run, up to now.
        """
        if edits != self._edits:
            self._edits = edits
            self._known.clear()
        chosen = _chosen(self._settings, rows)
        steps = rows.steps[chosen]
        missing = [i for i, step in enumerate(steps.tolist()) if step not in self._known]
        count = self._settings.parameters.count
        cost = self._settings.dataset.samples * count**2 + count**3
        at_once = max(1, _WORK // cost) if self._settings.parameters.linear else 1
        until = time.perf_counter() + SLICE
        while missing:
            now = missing[:at_once]
            missing = missing[at_once:]
            kept = chosen[now][chosen[now] < len(rows.kept_steps)]
            newest = rows.newest.parameters[np.newaxis][: len(now) - len(kept)]
            parameters = np.concatenate((rows.kept_parameters()[:, kept].T, newest))
            momenta = _momenta(self._settings, self._edits, steps[now])
            values = limits_at(self._settings, parameters, momenta)
            self._known.update(zip(steps[now].tolist(), values.tolist(), strict=True))
            if time.perf_counter() > until:
                break
        have = np.array([step in self._known for step in steps.tolist()], dtype=bool)
        chosen = chosen[have]
        steps = steps[have]
        # The others belong to steps that are no longer drawn.
        self._known = {step: self._known[step] for step in steps.tolist()}
        limits = np.array([*self._known.values()])
        rates = np.append(rows.kept[LEARNING_RATE], rows.newest.learning_rate)[chosen]
        # No step has left the newest row yet.
        raised = np.append(rose(rows), False)[chosen]
        return Limits(steps, limits, rates, raised), not missing

    def at(self, row: Row) -> float:
        """Return the limit at a row of the run that was passed to :meth:`follow` last."""
        momentum = _momenta(self._settings, self._edits, np.array([row.step]))
        return float(limits_at(self._settings, row.parameters[np.newaxis], momentum)[0])


def limit_column(settings: Settings, edits: Sequence[Edit], rows: Rows) -> Floats:
    """Return the limit at every row of a history, (n + 1,).

    Raises
    ------
    SettingsError
        If there is no limit for steps with these settings.
    """
    if reason := why_no_limits(settings):
        raise SettingsError(reason, "optimizer")
    parameters = rows.parameters()
    momenta = _momenta(settings, edits, rows.steps)
    parts = (slice(first, first + _TOGETHER) for first in range(0, len(parameters), _TOGETHER))
    return np.concatenate([limits_at(settings, parameters[part], momenta[part]) for part in parts])


def _momenta(settings: Settings, edits: Sequence[Edit], steps: Ints) -> Floats:
    """Return the momentum of the step taken from each row, (n,)."""
    momenta = np.full(len(steps), settings.momentum_or_zero)
    for edit in edits:
        if edit.name == "momentum":
            momenta[steps >= edit.step] = edit.value
    return momenta


def rose(rows: Rows) -> Bools:
    """Return whether the loss was higher after each kept row, (n,).

    It is compared up to the next kept row; where steps were left out between the two, any of them
    may have raised it. With mini-batches it is always False, since the loss is not known after each
    step.
    """
    losses = rows.losses
    peaks = losses[1:].copy()
    if rows.stride > 1:
        peaks[:-1] = np.fmax(peaks[:-1], rows.kept[HIGH][1:])
        if rows.gap is not None and len(peaks):
            peaks[-1] = np.fmax(peaks[-1], rows.gap[1])
    if rows.steps_per_epoch > 1:
        return np.zeros(len(peaks), dtype=bool)
    with np.errstate(invalid="ignore"):
        return peaks > losses[:-1] * (1 + SAME)


def seen(rows: Rows) -> str:
    """Return a sentence that tells from which step on the loss has only fallen."""
    if rows.steps_per_epoch > 1 or not len(rows.kept_steps):
        return ""
    risen = np.flatnonzero(rose(rows))
    every = f", as far as one step in {rows.stride:,} tells" if rows.stride > 1 else ""
    if not len(risen):
        return f"No step raised the loss{every}."
    fell = int(rows.kept_steps[risen[-1]]) + rows.stride + 1
    if fell > rows.newest.step:
        return "The last step raised the loss."
    if fell == rows.newest.step and not every:  # a single step is no trend
        return "The last step but one raised the loss."
    return f"No step from {fell:,} on raised the loss{every}."


def _chosen(settings: Settings, rows: Rows) -> Ints:
    """Return the ascending indices of the rows whose limits are drawn; the newest is the last."""
    end = rows.newest.step + 1
    wanted = np.geomspace(1, end, _MOST) - 1
    if not settings.parameters.linear:
        count = math.floor(math.log(end, _APART)) + 1
        wanted = np.append(_APART ** np.arange(count), end) - 1
    found = np.searchsorted(rows.steps, np.round(wanted).astype(np.int64))
    return np.unique(found.clip(max=len(rows.kept_steps))).astype(np.int64)
