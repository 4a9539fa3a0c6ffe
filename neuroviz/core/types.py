"""Types that every room knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
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
    """What each number of θ, shape (…, P), is, in the order of ``nn.Module.parameters()``."""

    inputs: int
    """D, of the data."""
    hidden: int = 0
    """H, how many neurons stand between the inputs and the output."""
    named: tuple[str, ...] = ()
    """What they are called where that is not by their place: as those of one neuron of several."""

    @property
    def linear(self) -> bool:
        """Whether z of the output is linear in them, as all that is proved of a neuron needs."""
        return not self.hidden

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each of them is called, as it is typed.

        w1 … wD and b of one neuron. With hidden neurons w11 … wHD, the weights of the first one's
        inputs first, and b1 … bH; then v1 … vH and c of the output.
        """
        if self.named:
            return self.named
        inputs, hidden = range(1, self.inputs + 1), range(1, self.hidden + 1)
        if not self.hidden:
            return (*(f"w{i}" for i in inputs), "b")
        first = (*(f"w{j}{i}" for j in hidden for i in inputs), *(f"b{j}" for j in hidden))
        return (*first, *(f"v{j}" for j in hidden), "c")

    @property
    def count(self) -> int:
        """P, how many there are."""
        return len(self.names)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many there are in each tensor of the module: weights, biases, of each layer."""
        if not self.hidden:
            return self.inputs, 1
        return self.hidden * self.inputs, self.hidden, self.hidden, 1

    def parts(self, kind: Kind) -> tuple[slice, ...]:
        """Return where in θ the tensors of a kind are, one of each layer."""
        ends = pairwise(accumulate(self.sizes, initial=0))
        layers = [slice(*pair) for pair in ends]
        return tuple(layers[0::2] if kind == "weights" else layers[1::2])

    def where(self, kind: Kind) -> slice | list[int]:
        """Return where in θ those of a kind are."""
        first, *others = self.parts(kind)
        if not others:
            return first
        return [index for part in (first, *others) for index in range(part.start, part.stop)]

    def is_bias(self, index: int) -> bool:
        """Return whether a parameter is a bias."""
        return any(part.start <= index < part.stop for part in self.parts("biases"))

    def of_unit(self, unit: int | None) -> list[int]:
        """Return where in θ those of one neuron are, its bias last.

        Parameters
        ----------
        unit
            Index of a hidden neuron; None for the output.
        """
        width, hidden = self.inputs, self.hidden
        if unit is None or not hidden:
            return list(range(self.count - (hidden or width) - 1, self.count))
        return [*range(unit * width, (unit + 1) * width), hidden * width + unit]
