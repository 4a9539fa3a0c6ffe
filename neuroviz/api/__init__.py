"""NeuroViz from Python: what ``import neuroviz`` gives, and the command line is built on.

Its names stand in :mod:`neuroviz` itself, which loads them when they are first used.
"""
