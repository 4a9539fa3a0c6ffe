"""The command line: a file per command, the window by default.

Nothing here loads torch or Qt until a command needs it, so that help, version and ``list`` are quick.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv
        The words after ``neuroviz``; those of the process when not given.

    Returns
    -------
    int
        The exit code: 0 done, 1 diverged, 2 bad input, 130 Ctrl-C.
    """
    try:
        # Here and not above, so that Ctrl-C during the imports is a quiet end too.
        from neuroviz.cli.dispatch import dispatch

        return dispatch(argv)
    except KeyboardInterrupt:
        return 130
