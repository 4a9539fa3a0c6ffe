"""The numerics of neurons: torch and numpy, never Qt."""
