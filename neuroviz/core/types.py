"""Types that every room knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

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
