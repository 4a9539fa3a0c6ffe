"""SCHEDULES: how the learning rate changes by itself, once per epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from neuroviz.core.catalogue import Catalogue, Entry
from neuroviz.core.choices.hyperparameters import Hyperparameter


class Schedule(Entry):
    """How the learning rate changes by itself, once per epoch."""

    factor: Callable[[int, Mapping[str, float]], float]
    """``factor(epoch, hyperparameters)``: the factor of the learning rate after that many whole
    epochs."""
    torch_code: str
    """The same as an expression of ``epoch`` and the hyperparameters' names."""
    final: Callable[[Mapping[str, float]], float]
    """The factor in the end, by the hyperparameters; on the way to it the factor never turns
    round."""
    hyperparameters: tuple[Hyperparameter, ...] = ()
    """Its own numbers."""
    share: float = 1.0
    """The default period as a share of the task's epochs."""

    def range_from(self, epoch: int, hyperparameters: Mapping[str, float]) -> tuple[float, float]:
        """Return the least and the greatest factor from an epoch on."""
        now = self.factor(epoch, hyperparameters)
        final = self.final(hyperparameters)
        return min(now, final), max(now, final)


_PERIOD = Hyperparameter(
    "period", "Period", 1, 1e9, None, "T of the schedule, in epochs", logarithmic=True, whole=True
)


def _gamma(default: float) -> Hyperparameter:
    return Hyperparameter(
        "gamma", "Gamma", 1e-12, 1.0, default, "γ of the schedule, its factor in a period"
    )


def _vanishes(hyperparameters: Mapping[str, float]) -> float:
    return 0.0 if hyperparameters["gamma"] < 1 else 1.0


SCHEDULES: Catalogue[Schedule] = Catalogue(
    "schedule",
    (
        Schedule(
            name="constant",
            label="Constant",
            formula="η",
            reference="Bottou, Curtis and Nocedal 2018, "
            "Optimization methods for large-scale machine learning, section 4",
            factor=lambda epoch, hyperparameters: 1.0,
            torch_code="1.0",
            final=lambda hyperparameters: 1.0,
        ),
        Schedule(
            name="step_decay",
            label="Step decay",
            formula="η·γ^⌊e/T⌋",
            reference="torch.optim.lr_scheduler.StepLR",
            factor=lambda epoch, h: h["gamma"] ** (epoch // h["period"]),
            torch_code="gamma ** (epoch // period)",
            final=_vanishes,
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
            final=_vanishes,
            hyperparameters=(_PERIOD, _gamma(0.01)),
        ),
        Schedule(
            name="cosine",
            label="Cosine",
            formula="η·(1 + cos(π·min(e, T)/T))/2",
            reference="Loshchilov and Hutter 2017, SGDR: "
            "stochastic gradient descent with warm restarts, arXiv:1608.03983",
            factor=lambda epoch, h: (
                (1 + math.cos(math.pi * min(epoch, h["period"]) / h["period"])) / 2
            ),
            torch_code="(1 + math.cos(math.pi * min(epoch, period) / period)) / 2",
            final=lambda hyperparameters: 0.0,
            hyperparameters=(_PERIOD,),
        ),
        Schedule(
            name="warmup",
            label="Warm-up",
            formula="η·min(1, (e + 1)/T)",
            reference="Goyal et al. 2017, Accurate, large minibatch SGD: "
            "training ImageNet in 1 hour, arXiv:1706.02677",
            factor=lambda epoch, h: min(1.0, (epoch + 1) / h["period"]),
            torch_code="min(1.0, (epoch + 1) / period)",
            final=lambda hyperparameters: 1.0,
            hyperparameters=(_PERIOD,),
            share=0.1,
        ),
    ),
)
