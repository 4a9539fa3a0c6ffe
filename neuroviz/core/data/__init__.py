"""Data: what a neuron learns from, wherever it comes from."""
