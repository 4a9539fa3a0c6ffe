"""NeuroViz from Python: what ``import neuroviz`` gives, and what the command line is built on.

Its names are in :mod:`neuroviz` itself, which loads them when they are first used.
"""
