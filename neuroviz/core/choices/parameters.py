"""Parameters: what the numbers of a model are, in the order in which they are kept everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["weights", "biases"]


@dataclass(frozen=True)
class Parameters:
    """What each number of θ, shape (…, P), is: the weights come first, the biases last."""

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
