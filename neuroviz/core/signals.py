"""The signals that ask a program to end.

Ctrl-C, what ``kill`` sends, and a terminal that goes away.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
import time
from collections.abc import Mapping
from types import FrameType

ENDING = tuple(
    signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Windows has no SIGHUP."""
_SIGNALLED = 128


def exit_code(number: int) -> int:
    """Return what a shell makes of the end by a signal.

    130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP.
    """
    return _SIGNALLED + number


def set_handlers(
    handlers: Mapping[signal.Signals, signal._HANDLER],
) -> dict[signal.Signals, signal._HANDLER]:
    """Set the handlers of signals and return those they replace, each without a moment in between.

    What the process was started to ignore, as under nohup, stays ignored, but for Ctrl-C: shells
    let all that they start in the background ignore it, and what is sent there by name is meant.
    Outside the main thread, where Python refuses, nothing is set.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {
        number: signal.signal(number, handler)
        for number, handler in handlers.items()
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN
    }


def end_with_parent() -> None:
    """End this process within a second of the one that has started it, also where that was killed.

    Windows does not tell of it.
    """
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


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

    def __exit__(self, *_: object) -> None:
        # After a wish the process is about to end,
        # and a second one must not cut short what it says.
        set_handlers(dict.fromkeys(self._before, signal.SIG_IGN) if self.wanted else self._before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.wanted = True
        self.exit_code = exit_code(number)
