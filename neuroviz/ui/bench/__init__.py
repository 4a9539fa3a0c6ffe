"""The bench: an experiment with everything that shows it and everything that changes it.

A lesson plays on its own bench.
"""
