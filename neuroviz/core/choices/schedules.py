"""SCHEDULES: how the learning rate changes by itself, by whole epochs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from neuroviz.core.catalogue import Catalogue
from neuroviz.core.choices.hyperparameters import Hyperparameter

__all__ = ["SCHEDULES", "Schedule"]


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes by itself, by whole epochs.

    Parameters
    ----------
    name, label, formula, reference
        See :class:`~neuroviz.core.catalogue.Entry`.
    factor
        ``factor(epoch, hyperparameters)``: what the learning rate is multiplied with after that many whole
        epochs.
    torch_code
        The same as an expression of ``epoch`` and the hyperparameters' names.
    hyperparameters
        Its own numbers.
    share
        The default period as a share of the task's epochs.
    """

    name: str
    label: str
    formula: str
    reference: str
    factor: Callable[[int, Mapping[str, float]], float]
    torch_code: str
    hyperparameters: tuple[Hyperparameter, ...] = ()
    share: float = 1.0


_PERIOD = Hyperparameter(
    "period", "Period", 1, 1e9, None, "T of the schedule, in epochs", logarithmic=True, whole=True
)


def _gamma(default: float) -> Hyperparameter:
    return Hyperparameter("gamma", "Gamma", 1e-12, 1.0, default, "γ of the schedule, its factor in a period")


SCHEDULES: Catalogue[Schedule] = Catalogue(
    "schedule",
    (
        Schedule(
            name="constant",
            label="Constant",
            formula="η",
            reference="Robbins and Monro 1951",
            factor=lambda epoch, hyperparameters: 1.0,
            torch_code="1.0",
        ),
        Schedule(
            name="step_decay",
            label="Step decay",
            formula="η·γ^⌊e/T⌋",
            reference="torch.optim.lr_scheduler.StepLR",
            factor=lambda epoch, h: h["gamma"] ** (epoch // h["period"]),
            torch_code="gamma ** (epoch // period)",
            hyperparameters=(_PERIOD, _gamma(0.5)),
            share=0.1,
        ),
        Schedule(
            name="exponential",
            label="Exponential",
            formula="η·γ^(e/T)",
            reference="torch.optim.lr_scheduler.ExponentialLR",
            factor=lambda epoch, h: h["gamma"] ** (epoch / h["period"]),
            torch_code="gamma ** (epoch / period)",
            hyperparameters=(_PERIOD, _gamma(0.01)),
        ),
        Schedule(
            name="cosine",
            label="Cosine",
            formula="η·(1 + cos(π·min(e, T)/T))/2",
            reference="Loshchilov and Hutter 2017, arXiv:1608.03983",
            factor=lambda epoch, h: (1 + math.cos(math.pi * min(epoch, h["period"]) / h["period"])) / 2,
            torch_code="(1 + math.cos(math.pi * min(epoch, period) / period)) / 2",
            hyperparameters=(_PERIOD,),
        ),
        Schedule(
            name="warmup",
            label="Warm-up",
            formula="η·min(1, (e + 1)/T)",
            reference="Goyal et al. 2017, arXiv:1706.02677",
            factor=lambda epoch, h: min(1.0, (epoch + 1) / h["period"]),
            torch_code="min(1.0, (epoch + 1) / period)",
            hyperparameters=(_PERIOD,),
            share=0.1,
        ),
    ),
)
