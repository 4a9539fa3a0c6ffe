"""The window, and what connects its parts."""
