"""The bench: an experiment with all that is looked at and pressed.

A lesson plays on one of its own.
"""
