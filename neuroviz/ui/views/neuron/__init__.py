"""The drawing of the neuron.

It is the diagram that a person points into, the view around it, and the picture of a network.
"""
