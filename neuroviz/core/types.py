"""Types that are used in every package."""

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
    """The shapes are given where the types are used."""
else:
    # The tables need neither numpy nor torch, but help() reads the annotations.
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
"""A call whose arguments are bound; steps are made of these."""
Thunks = tuple[Thunk, ...]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True):
    """An object that never changes, and equals another of its class with the same fields."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Unique(Struct, frozen=True, eq=False, dict=True):
    """An object that never changes, and equals only itself, since ``==`` of arrays is no yes or no.

    It keeps the values of its cached properties.
    """


class Point(Unique):
    """One row of a block, as tensors that share its memory."""

    parameters: Tensor
    """(P,)."""
    grad: Tensor
    """(P,)."""
    state: tuple[Tensor, ...]
    """The optimizer's tensors in the order of its row in the table, each (P,)."""
    scalars: tuple[Tensor, ...]
    """The numbers of the update from this row, each ()."""
    scratch: tuple[Tensor, ...]
    """Tensors (P,) for intermediate results, in the same memory for every row."""


Kind = Literal["weights", "biases"]


class Parameters(Frozen, dict=True):
    """The parameters θ, shape (…, P), in the order of ``nn.Module.parameters()``."""

    inputs: int
    """D, the number of inputs."""
    hidden: int = 0
    """H, the number of hidden neurons."""
    outputs: int = 1
    """K, the number of outputs."""
    named: tuple[str, ...] = ()
    """Their names where they do not follow from the order, as for one neuron of several."""

    @property
    def linear(self) -> bool:
        """Whether there is one neuron, whose z is linear in its parameters.

        Everything that is proved of a neuron needs this.
        """
        return not self.hidden and self.outputs == 1

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of each parameter, as it is typed.

        One neuron has w1 … wD and b. With hidden neurons there are w11 … wHD, beginning with the
        weights of the first neuron, and b1 … bH; then v1 … vH and c of the output. The weights of
        several outputs are w11 … wKD, or v11 … vKH, and their biases b1 … bK, or c1 … cK.
        """
        if self.named:
            return self.named
        if not self.hidden:
            return _layer("wb", self.outputs, self.inputs)
        first = _layer("wb", self.hidden, self.inputs, always=True)
        return (*first, *_layer("vc", self.outputs, self.hidden))

    @property
    def count(self) -> int:
        """P, the number of parameters."""
        return len(self.names)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of parameters in each tensor of a module: weights and biases of each layer."""
        if not self.hidden:
            return self.outputs * self.inputs, self.outputs
        first = self.hidden * self.inputs, self.hidden
        return *first, self.outputs * self.hidden, self.outputs

    def parts(self, kind: Kind) -> tuple[slice, ...]:
        """Return the slices in θ of all tensors of a kind, one for each layer."""
        ends = pairwise(accumulate(self.sizes, initial=0))
        layers = [slice(*pair) for pair in ends]
        return tuple(layers[0::2] if kind == "weights" else layers[1::2])

    def where(self, kind: Kind) -> slice | list[int]:
        """Return the indices in θ of all parameters of a kind."""
        first, *others = self.parts(kind)
        if not others:
            return first
        return [index for part in (first, *others) for index in range(part.start, part.stop)]

    def is_bias(self, index: int) -> bool:
        """Return whether a parameter is a bias."""
        return any(part.start <= index < part.stop for part in self.parts("biases"))

    def of_unit(self, unit: int | None) -> list[int]:
        """Return the indices in θ of one neuron's parameters, its bias last.

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
        """Return the indices in θ of all parameters that one output depends on.

        They are those of the hidden neurons and its own, which make a network with that one output.
        """
        own = self.of_unit(self.hidden + index)
        return [*range(sum(self.sizes[:-2])), *own]


def _layer(letters: str, neurons: int, width: int, *, always: bool = False) -> tuple[str, ...]:
    """Return the names of the weights and the biases of a layer.

    Names of a single neuron have no number for it, unless ``always``.
    """
    weight = letters[0]
    bias = letters[1]
    inputs = range(1, width + 1)
    if neurons == 1 and not always:
        return (*(f"{weight}{i}" for i in inputs), bias)
    each = range(1, neurons + 1)
    return (*(f"{weight}{j}{i}" for j in each for i in inputs), *(f"{bias}{j}" for j in each))
