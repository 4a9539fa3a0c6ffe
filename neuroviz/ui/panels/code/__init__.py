"""The panel of the code of a step."""
