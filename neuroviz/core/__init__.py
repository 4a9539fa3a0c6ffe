"""The numerics of one neuron: torch and numpy, never Qt."""
