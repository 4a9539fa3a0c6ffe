"""NeuroViz shows gradient descent happening in one neuron."""

__version__ = "0.4.0"
