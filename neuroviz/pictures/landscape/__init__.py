"""The loss over a plane of the parameters, as a map and as a surface."""
