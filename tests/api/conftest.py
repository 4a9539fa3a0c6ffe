"""The command line, which is built on the same functions."""

from tests.cli.conftest import neuroviz

__all__ = ["neuroviz"]
