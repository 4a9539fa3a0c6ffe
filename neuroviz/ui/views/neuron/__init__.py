"""The drawing of the neuron.

A scene of Qt, the items in it, and the view that a person points into.
"""
