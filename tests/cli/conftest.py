"""Run the command line inside the test's process."""

from dataclasses import dataclass

import pytest

from neuroviz.cli import main


@dataclass(frozen=True)
class Result:
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture
def neuroviz(capsys):
    """Give a function that runs a command line and returns its Result."""

    def run(*words):
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run
