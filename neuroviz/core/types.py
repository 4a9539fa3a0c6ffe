"""Types that every room knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Ints: TypeAlias = "NDArray[np.int64]"
Bools: TypeAlias = "NDArray[np.bool_]"
Tensor: TypeAlias = "torch.Tensor"
"""Their shape is said where they are used. Quoted, so that the tables need neither numpy nor
torch."""

LossOf: TypeAlias = "Callable[[Tensor], Tensor]"
"""The loss that is trained (…), over all samples, at parameters (…, P)."""

Thunk = Callable[[], object]
"""A call whose arguments are bound: what a step is made of."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One row of a block, as tensors that share its memory."""

    parameters: Tensor
    grad: Tensor
    """(P,)."""
    state: tuple[Tensor, ...]
    """The optimizer's tensors in the order of its row, each (P,)."""
    scalars: tuple[Tensor, ...]
    """Numbers of the update that leaves the row, each ()."""
    scratch: tuple[Tensor, ...]
    """(P,) each: for what lies between; the same memory for every row."""


Kind = Literal["weights", "biases"]


@dataclass(frozen=True)
class Parameters:
    """What each number of θ, shape (…, P), is: the weights come first, the biases last.

    In this order they are kept everywhere.
    """

    weight_names: tuple[str, ...]
    bias_names: tuple[str, ...]
    linear: bool
    """Whether the z of the output is linear in them, which all that is proved of one neuron
    needs."""

    @classmethod
    def of_neuron(cls, inputs: int) -> Parameters:
        """Return those of one neuron: w1 … wD, b."""
        return cls(tuple(f"w{i + 1}" for i in range(inputs)), ("b",), linear=True)

    @property
    def names(self) -> tuple[str, ...]:
        """What each of them is called, as it is typed."""
        return (*self.weight_names, *self.bias_names)

    @property
    def count(self) -> int:
        """P, how many there are."""
        return len(self.weight_names) + len(self.bias_names)

    def where(self, kind: Kind) -> slice:
        """Return where in θ those of a kind are."""
        weights = len(self.weight_names)
        return slice(0, weights) if kind == "weights" else slice(weights, self.count)
