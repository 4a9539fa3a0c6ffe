"""Ctrl-C as a wish instead of an exception."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType

__all__ = ["Interrupt"]


class Interrupt:
    """While entered, Ctrl-C only sets :attr:`wanted`, however often it is pressed."""

    def __init__(self) -> None:
        self.wanted = False

    def __enter__(self) -> Interrupt:
        self._before = signal.getsignal(signal.SIGINT)
        self._set(self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # After a Ctrl-C the process is about to end, and a second one must not print a traceback on its way.
        self._set(signal.SIG_IGN if self.wanted else self._before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.wanted = True

    @staticmethod
    def _set(handler: signal._HANDLER) -> None:
        if threading.current_thread() is threading.main_thread():  # elsewhere Python refuses
            signal.signal(signal.SIGINT, handler)
