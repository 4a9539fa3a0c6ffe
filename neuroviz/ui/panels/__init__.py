"""The views that are not plots: tables and words."""
