"""Types that every room knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Literal, NewType, TypeAlias, dataclass_transform

from msgspec import Struct, field

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Ints: TypeAlias = NDArray[np.int64]
    Bools: TypeAlias = NDArray[np.bool_]
    Tensor: TypeAlias = torch.Tensor
    """Their shape is said where they are used."""
else:
    # The tables need neither numpy nor torch; and help() reads what stands in annotations.
    Floats, Ints, Bools, Tensor = (
        NewType(name, object) for name in ("Floats", "Ints", "Bools", "Tensor")
    )

Extent = tuple[float, float, float, float]
"""Left, right, bottom and top of a part of a plane."""

Line = tuple[Floats, Floats]
"""x and y of the points of a line, (n,) each."""

LossOf = Callable[[Tensor], Tensor]
"""The loss that is trained (…), over all samples, at parameters (…, P)."""

Thunk = Callable[[], object]
"""A call whose arguments are bound: what a step is made of."""
Thunks = tuple[Thunk, ...]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True):
    """What never changes, and is equal to another of its kind with the same fields."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Unique(Struct, frozen=True, eq=False, dict=True):
    """What never changes, and is equal to itself alone: of arrays ``==`` gives no yes or no.

    It keeps what its cached properties have worked out.
    """


class Point(Unique):
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


class Parameters(Frozen, dict=True):
    """What each number of θ, shape (…, P), is, in the order of ``nn.Module.parameters()``."""

    inputs: int
    """D, of the data."""
    hidden: int = 0
    """H, how many neurons stand between the inputs and the outputs."""
    outputs: int = 1
    """K, how many outputs there are."""
    named: tuple[str, ...] = ()
    """What they are called where that is not by their place: as those of one neuron of several."""

    @property
    def linear(self) -> bool:
        """Whether there is one output, whose z is linear in them.

        As all that is proved of a neuron needs.
        """
        return not self.hidden and self.outputs == 1

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each of them is called, as it is typed.

        w1 … wD and b of one neuron. With hidden neurons w11 … wHD, the weights of the first one's
        inputs first, and b1 … bH; then v1 … vH and c of the output. Of several outputs the weights
        are called w11 … wKD, or v11 … vKH, and the biases b1 … bK, or c1 … cK.
        """
        if self.named:
            return self.named
        if not self.hidden:
            return _layer("wb", self.outputs, self.inputs)
        first = _layer("wb", self.hidden, self.inputs, always=True)
        return (*first, *_layer("vc", self.outputs, self.hidden))

    @property
    def count(self) -> int:
        """P, how many there are."""
        return len(self.names)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many there are in each tensor of the module: weights, biases, of each layer."""
        if not self.hidden:
            return self.outputs * self.inputs, self.outputs
        first = self.hidden * self.inputs, self.hidden
        return *first, self.outputs * self.hidden, self.outputs

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
            Index of a hidden neuron, or of an output after them; None for the only output.
        """
        width = self.inputs
        place = unit
        first = 0
        neurons = self.hidden
        if unit is None or unit >= self.hidden:
            place = 0 if unit is None else unit - self.hidden
            first = sum(self.sizes[:-2])
            neurons = self.outputs
            width = self.hidden or self.inputs
        assert place is not None
        start = first + place * width
        return [*range(start, start + width), first + neurons * width + place]

    def of_output(self, index: int) -> list[int]:
        """Return where in θ those stand that one output depends on: a network of that one output.

        The hidden neurons' and its own.
        """
        own = self.of_unit(self.hidden + index)
        return [*range(sum(self.sizes[:-2])), *own]


def _layer(letters: str, neurons: int, width: int, *, always: bool = False) -> tuple[str, ...]:
    """Return what the weights and the biases of a layer are called.

    Those of one neuron do without its number, but for ``always``.
    """
    weight = letters[0]
    bias = letters[1]
    inputs = range(1, width + 1)
    if neurons == 1 and not always:
        return (*(f"{weight}{i}" for i in inputs), bias)
    each = range(1, neurons + 1)
    return (*(f"{weight}{j}{i}" for j in each for i in inputs), *(f"{bias}{j}" for j in each))
