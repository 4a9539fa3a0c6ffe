"""The views that are no plots: tables and words."""
