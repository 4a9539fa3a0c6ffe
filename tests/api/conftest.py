"""The command line, which is built on the same functions."""
