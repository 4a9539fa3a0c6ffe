"""The loss over a plane of parameters."""
