"""Ctrl-C, SIGTERM and SIGHUP.

An end at once, or a wish where there is something to bring to an end first.
"""

from __future__ import annotations

import atexit
import os
import signal
from types import FrameType, TracebackType

from neuroviz.core.signals import ENDING, exit_code, set_handlers


def end_at_once() -> None:
    """Have each of these signals end the process.

    Without a word, until something else is to be done with them. An exception instead would rise
    inside whatever is being imported, which may swallow it, print it or crash. When Python itself
    comes to its end the work is done, and what would only break off its clean-up is ignored.
    """
    set_handlers(dict.fromkeys(ENDING, _end))
    atexit.register(set_handlers, dict.fromkeys(ENDING, signal.SIG_IGN))


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(exit_code(number))


class Interrupt:
    """While entered, each of these signals only sets :attr:`wanted`, however often it comes."""

    def __init__(self) -> None:
        self.wanted = False
        self.exit_code = exit_code(signal.SIGINT)

    def __enter__(self) -> Interrupt:
        self._before = set_handlers(dict.fromkeys(ENDING, self._note))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # After a wish the process is about to end,
        # and a second one must not cut short what it says.
        set_handlers(dict.fromkeys(self._before, signal.SIG_IGN) if self.wanted else self._before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.wanted = True
        self.exit_code = exit_code(number)
