"""Batches: which samples each step sees, gathered for a block of steps at once."""

from __future__ import annotations

from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import model_of
from neuroviz.core.training.block import padded
from neuroviz.core.types import Tensor, Unique

EPOCHS_BETWEEN_SEEDS = 1_000_003


class Batch(Unique):
    """The samples of one step."""

    inputs: Tensor
    """(B, R): what the model reads of each sample; for one neuron R = P, and the last column is
    what its bias is multiplied by."""
    transposed: Tensor
    """(R, B), in the same memory."""
    targets: Tensor
    """(B,)."""

    @classmethod
    def of(cls, inputs: Tensor, targets: Tensor) -> Batch:
        """Return a batch of these samples."""
        return cls(inputs, inputs.t(), targets)


def epoch_order(generator: torch.Generator, seed: int, epoch: int, samples: int) -> Tensor:
    """Return the order (N,) of the samples in an epoch, which depends only on (seed, epoch).

    So any step can be done again. The generator is seeded anew, with a number that torch's Mersenne
    twister takes whole.
    """
    generator.manual_seed((seed * EPOCHS_BETWEEN_SEEDS + epoch) % 2**32)
    return torch.randperm(samples, generator=generator)


class Batches:
    """The samples of the steps of a block, in slots 0 to ``size``: slot i belongs to row i."""

    def __init__(self, settings: Settings, size: int, dtype: torch.dtype) -> None:
        model = model_of(settings)
        inputs = torch.tensor(model.rows(settings.coded_inputs), dtype=dtype)
        samples, width = inputs.shape
        self.all = Batch.of(inputs, torch.tensor(settings.coded_targets, dtype=dtype))
        """All samples."""
        self.loss_of = model.loss_over(self.all.inputs, self.all.targets)
        """The loss that is trained, over all of them."""
        self.settings = settings
        self._samples = samples
        self._per_step = settings.samples_per_step
        self._per_epoch = settings.steps_per_epoch
        self.full: bool = settings.batch_size == "full"
        """Whether every step sees all samples."""
        self._generator = torch.Generator()
        self._last = ((settings.seed, -1), torch.arange(samples))
        if not self.full:
            self._room = padded(self._per_step, inputs.element_size() * width)
            self._inputs = torch.empty((size + 1) * self._room, width, dtype=dtype)
            each = self.all.targets.shape[1:]
            self._targets = torch.empty(((size + 1) * self._per_step, *each), dtype=dtype)

    def take_over(self, settings: Settings) -> bool:
        """Take the numbers of other data; return False if they are of another size."""
        rows = torch.tensor(
            model_of(settings).rows(settings.coded_inputs), dtype=self.all.inputs.dtype
        )
        if rows.shape != self.all.inputs.shape:
            return False
        with torch.inference_mode():
            self.all.inputs.copy_(rows)
            self.all.targets.copy_(torch.tensor(settings.coded_targets))
        return True

    @property
    def last_is_short(self) -> bool:
        """Whether the last batch of an epoch has fewer samples."""
        return bool(self._samples % self._per_step)

    def is_short(self, step: int) -> bool:
        """Return whether the batch of a step is the short one."""
        return self.last_is_short and not (step + 1) % self._per_epoch

    def slot(self, index: int, *, short: bool) -> Batch:
        """Return the batch that a slot holds after :meth:`gather`."""
        if self.full:
            return self.all
        size = self._samples % self._per_step if short else self._per_step
        inputs = index * self._room
        targets = index * self._per_step
        return Batch.of(
            self._inputs[inputs : inputs + size], self._targets[targets : targets + size]
        )

    def targets(self, first: int, last: int) -> Tensor:
        """Return the targets of slots: (N,) for full batches, else (last − first, B).

        With several targets those of a sample are adjacent: (N·K,) or (last − first, B·K).
        """
        if self.full:
            return self.all.targets.flatten()
        return self._targets.view(len(self._targets) // self._per_step, -1)[first:last]

    def gather(self, first_slot: int, first_step: int, count: int) -> None:
        """Put the samples of steps into slots."""
        if self.full:
            return
        chosen = self._chosen(first_step, count)
        rows, places = (
            slice(first_slot * size, (first_slot + count) * size)
            for size in (self._per_step, self._room)
        )
        # A slot begins at a boundary, so there may be unused rows before the next one.
        padding = (0, self._room - self._per_step)
        with torch.inference_mode():
            torch.index_select(self.all.targets, 0, chosen.flatten(), out=self._targets[rows])
            chosen = torch.nn.functional.pad(chosen, padding).flatten()
            torch.index_select(self.all.inputs, 0, chosen, out=self._inputs[places])

    def _chosen(self, first_step: int, count: int) -> Tensor:
        """Return the samples of steps, (count, B); a short batch is padded with unused ones."""
        first, position = divmod(first_step, self._per_epoch)
        last = (first_step + count - 1) // self._per_epoch
        orders = torch.zeros(last + 1 - first, self._per_epoch * self._per_step, dtype=torch.int64)
        if self.settings.shuffle:
            for offset in range(last + 1 - first):
                orders[offset, : self._samples] = self._order(first + offset)
        else:
            orders[:, : self._samples] = torch.arange(self._samples)
        return orders.view(-1, self._per_step)[position : position + count]

    def _order(self, epoch: int) -> Tensor:
        """Return the order of an epoch, kept while its batches come one block after another."""
        seed = self.settings.seed  # may change, since these batches serve one run after another
        if self._last[0] != (seed, epoch):
            order = epoch_order(self._generator, seed, epoch, self._samples)
            self._last = (seed, epoch), order
        return self._last[1]
