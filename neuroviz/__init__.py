"""NeuroViz shows gradient descent happening in one neuron."""

__version__ = "0.2.0"
