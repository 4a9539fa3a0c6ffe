"""The panel of the arithmetic inside a step."""
