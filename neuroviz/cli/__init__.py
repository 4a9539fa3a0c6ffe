"""The command line: one file for each command, and the window by default.

Nothing here loads torch or Qt until a command needs it, so that help, version and ``list`` are
quick.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command given by the words after ``neuroviz``, by default those of the process.

    Return the exit code: 0 done, 1 diverged, 2 bad input, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
    """
    try:
        from neuroviz.core.signals import end_at_once

        end_at_once()
        # Imported here, so that a signal during these imports ends the program quietly too.
        from neuroviz.cli.command import dispatch

        return dispatch(argv)
    except KeyboardInterrupt:
        return 130
