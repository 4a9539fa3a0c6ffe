"""The bare loop: what the notebook writes, without recording, window or choices.

All ratios are to this.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice, repeat
from typing import TYPE_CHECKING

from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from tests.benchmarks.measure import Figures, rate_of

if TYPE_CHECKING:
    from torch import Tensor

_WRITTEN = {
    ("sigmoid", "bce"): ("sigmoid", "BCELoss"),
    ("identity", "mse"): ("positive", "MSELoss"),
}
"""Activation and loss -> as the notebook has them; torch.positive is the identity."""


@cache
def default_threads() -> int:
    """Return torch's own number of threads; first asked for before a Trainer has set another."""
    return torch.get_num_threads()


class BareLoop:
    """A neuron, or a network with hidden ones, trained as the notebook does it.

    Parameters
    ----------
    settings
        Give data, activation, loss, optimizer with its numbers, batch size and seed.
    precision
        "float32", as the notebook, or "float64".
    """

    def __init__(self, settings: Settings, precision: str = "float32") -> None:
        dtype = getattr(torch, precision)
        activation, loss = _WRITTEN[settings.activation, settings.loss]
        torch.manual_seed(settings.seed)
        self.module = _module(settings).to(dtype)
        self.optimizer = _optimizer(settings, list(self.module.parameters()))
        self.losses: list[float] = []
        self._activation, self._criterion = getattr(torch, activation), getattr(torch.nn, loss)()
        self._batches = _batches(settings, dtype)

    def advance(self, steps: int) -> int:
        """Take so many steps, and return how many that were."""
        for inputs, targets in islice(self._batches, steps):
            loss = self._criterion(self._activation(self.module(inputs)), targets)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.losses.append(loss.item())
        return steps


def _module(settings: Settings) -> torch.nn.Module:
    """Return the neuron, or hidden ones with tanh before it."""
    width, hidden = settings.dataset.width, settings.hidden
    if not hidden:
        return torch.nn.Linear(width, 1)
    assert settings.hidden_activation == "tanh"
    return torch.nn.Sequential(
        torch.nn.Linear(width, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, 1)
    )


def _optimizer(settings: Settings, parameters: list[Tensor]) -> torch.optim.Optimizer:
    """Return torch's own optimizer.

    Made by the code that its row in the catalogue shows to readers.
    """
    numbers = {"learning_rate": settings.learning_rate, **settings.hyperparameters}
    code = settings.optimizer_entry.torch_code.format(**numbers)
    made: torch.optim.Optimizer = eval(code, {"torch": torch, "parameters": parameters})
    return made


def _batches(settings: Settings, dtype: torch.dtype) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield inputs (B, D) and targets (B, 1) without end.

    Mini-batches in a new random order each epoch.
    """
    inputs = torch.tensor(settings.coded_inputs, dtype=dtype)
    targets = torch.tensor(settings.coded_targets, dtype=dtype).unsqueeze(1)
    if settings.batch_size == "full":
        yield from repeat((inputs, targets))
    while True:
        order = torch.randperm(len(inputs))
        for first in range(0, len(inputs), settings.samples_per_step):
            batch = order[first : first + settings.samples_per_step]
            yield inputs[batch], targets[batch]


def bare_rates(settings: Settings, seconds: float, precision: str = "float32") -> Figures:
    """Return the bare loop's steps a second with torch's own number of threads, and with one."""
    threads = {"bare": default_threads(), "bare_one_thread": 1}
    return {name: _rate(settings, seconds, precision, count) for name, count in threads.items()}


def _rate(settings: Settings, seconds: float, precision: str, threads: int) -> float:
    # The number of threads belongs to the process, and a Trainer sets its own.
    torch.set_num_threads(threads)
    return rate_of(BareLoop(settings, precision).advance, seconds)


def with_ratio(ours: float, bare: Figures) -> Figures:
    """Return our rate, those of the bare loop, and how many times theirs ours is."""
    ratios = {name.replace("bare", "ratio"): ours / rate for name, rate in bare.items()}
    return {"ours": ours, **bare, **ratios}
