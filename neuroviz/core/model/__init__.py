"""From inputs and parameters to the output."""
