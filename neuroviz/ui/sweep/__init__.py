"""The window of learning-rate sweeps."""
