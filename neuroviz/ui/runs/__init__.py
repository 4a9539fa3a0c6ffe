"""The list of runs, their legend, and the race."""
