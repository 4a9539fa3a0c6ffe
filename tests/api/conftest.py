"""The command line, which is built on the same functions."""

from tests.cli.conftest import neuroviz as neuroviz
