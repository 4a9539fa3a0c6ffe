"""The signals that ask a program to end.

They are Ctrl-C, the signal of ``kill``, and the loss of the terminal.
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
"""The signals that ask a program to end; Windows has no SIGHUP."""
_SIGNALLED = 128


def exit_code(number: int) -> int:
    """Return the exit code that shells use for the end by a signal.

    It is 130 for Ctrl-C, 143 for SIGTERM and 129 for SIGHUP.
    """
    return _SIGNALLED + number


def set_handlers(
    handlers: Mapping[signal.Signals, signal._HANDLER],
) -> dict[signal.Signals, signal._HANDLER]:
    """Set the handlers of signals, each in one operation, and return those they replace.

    A signal that the process was started to ignore, as under nohup, stays ignored, except Ctrl-C:
    shells let everything that they start in the background ignore it, but a SIGINT that is sent
    there by name is meant. Outside the main thread, where Python refuses, nothing is set.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {
        number: signal.signal(number, handler)
        for number, handler in handlers.items()
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN
    }


def end_with_parent() -> None:
    """End this process within a second of its parent's end, even where that was killed.

    Windows does not tell of it.
    """
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def end_at_once() -> None:
    """Let each of these signals end the process silently, until they are handled otherwise.

    An exception instead would be raised inside whatever is being imported, which might swallow it,
    print it or crash. At Python's own end the work is done, and the signals are ignored, since they
    could only interrupt the clean-up.
    """
    set_handlers(dict.fromkeys(ENDING, _end))
    atexit.register(set_handlers, dict.fromkeys(ENDING, signal.SIG_IGN))


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(exit_code(number))


class Interrupt:
    """While entered, makes these signals only set :attr:`wanted`, however often they come."""

    def __init__(self) -> None:
        self.wanted = False
        self.exit_code = exit_code(signal.SIGINT)

    def __enter__(self) -> Interrupt:
        self._before = set_handlers(dict.fromkeys(ENDING, self._note))
        return self

    def __exit__(self, *_: object) -> None:
        # After a signal the process is about to end; a second one must not cut its message short.
        set_handlers(dict.fromkeys(self._before, signal.SIG_IGN) if self.wanted else self._before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.wanted = True
        self.exit_code = exit_code(number)
