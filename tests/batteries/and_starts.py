"""The 1,000 starts of AND of EXPERIMENTS.md: ``python -m tests.batteries.and_starts``.

Seeds 0 … 999 are trained at once, as one tensor program over parameters (1000, 3) with the
program's own neuron; one of them is trained by the program's own trainer too, which must agree.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import torch

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.model import initial_parameters, neuron_of
from neuroviz.core.training.trainer import Trainer

SEEDS = 1_000
EPOCHS = (1_000, 9_000)
LIMITS = {1_000: 3.5e-4, 9_000: 3.9e-5}
MEDIANS = {1_000: 2.7e-4, 9_000: 3.7e-5}


def losses_at(epochs: tuple[int, ...], seeds: int) -> dict[int, torch.Tensor]:
    """Return the loss (seeds,) of AND with its defaults at each of these epochs, in their order."""
    torch.set_num_threads(1)
    settings = Settings("and")
    neuron = neuron_of(settings)
    inputs, targets = torch.tensor(settings.coded_inputs), torch.tensor(settings.coded_targets)
    theta = torch.stack(
        [initial_parameters(Settings("and", seed=seed)) for seed in range(seeds)]
    ).requires_grad_()
    result: dict[int, torch.Tensor] = {}
    for epoch in range(max(epochs) + 1):
        losses = neuron.losses(neuron.pre_activation(theta, inputs), targets).mean(dim=-1)
        if epoch in epochs:
            result[epoch] = losses.detach().clone()
        (grad,) = torch.autograd.grad(losses.sum(), theta)
        with torch.no_grad():
            theta.add_(grad, alpha=-settings.learning_rate)
    return result


def trained_alone(epoch: int, seed: int) -> float:
    """Return the loss of one start at an epoch, by the program's own trainer."""
    trainer = Trainer(Settings("and", seed=seed))
    trainer.advance(epoch)
    loss = trainer.history.newest.loss
    assert loss is not None
    return loss


def summary(seeds: int = SEEDS, epochs: tuple[int, ...] = EPOCHS) -> dict[str, Any]:
    """Return median and greatest loss at these epochs.

    The third number is how far one start is from the trainer's.
    """
    began = time.perf_counter()
    result: dict[str, Any] = {"starts": seeds}
    for epoch, losses in losses_at(epochs, seeds).items():
        alone, seed = trained_alone(epoch, seeds // 2), seeds // 2
        result[f"epoch {epoch}"] = {
            "least": losses.min().item(),
            "median": losses.quantile(0.5).item(),
            "greatest": losses.max().item(),
            "relative difference to the trainer": abs(losses[seed].item() / alone - 1),
        }
    result["seconds"] = round(time.perf_counter() - began, 1)
    return result


def main() -> int:
    """Print the figures; exit 1 if they are not those of EXPERIMENTS.md."""
    result = summary()
    print(json.dumps(result, indent=2))
    right = all(
        result[f"epoch {epoch}"]["greatest"] <= LIMITS[epoch]
        and abs(result[f"epoch {epoch}"]["median"] / MEDIANS[epoch] - 1) < 0.02
        and result[f"epoch {epoch}"]["relative difference to the trainer"] < 1e-9
        for epoch in EPOCHS
    )
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
