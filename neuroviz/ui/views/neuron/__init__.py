"""The drawing of the neuron: a scene of Qt, the items in it, and the view that a person points into."""
