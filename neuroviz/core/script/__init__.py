"""The run as torch code."""
