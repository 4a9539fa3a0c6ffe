"""Colours, styles and fonts."""
