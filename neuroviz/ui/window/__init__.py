"""The window, and what joins its parts."""
