"""The picture of the neuron."""
