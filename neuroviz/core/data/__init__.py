"""Data: what a neuron learns from, whatever it came from."""
